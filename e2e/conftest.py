"""Fixtures: a shared server for tests that leave nothing behind, a factory for those that need their own."""

import pytest

import interop
import postgres
from operated import Operated
from server import Server


@pytest.fixture
def start(tmp_path):
    """Starts servers of the test's own; whatever still runs at the end is asked to stop and must exit 0."""
    servers = []

    def start(*flags, **options):
        server = Server(tmp_path / f"home-{len(servers)}", *flags, **options)
        servers.append(server)
        return server.start()

    yield start
    for server in servers:
        if server.process is not None:
            server.stop()


@pytest.fixture
def operate(tmp_path):
    """Makes servers as operators have them (`operated.Operated`), not started; whatever still runs at the end must exit 0."""
    servers = []

    def operate(*flags, **options):
        server = Operated(tmp_path / f"operated-{len(servers)}", *flags, **options)
        servers.append(server)
        return server

    yield operate
    for server in servers:
        if server.process is not None:
            server.stop()


@pytest.fixture(scope="module")
def dev(tmp_path_factory):
    """One server for a module's tests: unthrottled, in memory, two seeded accounts."""
    with Server(tmp_path_factory.mktemp("dev"), "--quotas", "off") as server:
        yield server


@pytest.fixture(autouse=True)
def still_serving(request):
    """No test may leave the shared server dead or deaf, whatever it threw at it."""
    yield
    if "dev" in request.fixturenames:
        server = request.getfixturevalue("dev")
        assert server.is_running(), f"the server ended:\n{server.log()}"
        assert server.healthy(), f"the server no longer answers:\n{server.log()}"
        assert "panicked" not in server.log()


@pytest.fixture(scope="module")
def kms(dev):
    return dev.client("kms")


@pytest.fixture
def key(kms):
    """The id of a fresh key."""
    return kms.create_key()["KeyMetadata"]["KeyId"]


@pytest.fixture(scope="module")
def postgresql(tmp_path_factory):
    with postgres.Database() as database:
        yield database


@pytest.fixture(scope="session")
def implementations():
    """Our Encryption SDK and AWS's, by name; each is started when it is first asked."""
    made = {name: interop.Implementation(name) for name in interop.ALL}
    yield made
    for one in made.values():
        one.close()
