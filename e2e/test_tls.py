"""TLS of a server in an operator's hands: its own authority, the operator's certificate, clients' certificates, reloads."""

import json
import pathlib
import socket
import ssl
import subprocess

import boto3
import botocore.config
import botocore.exceptions
import pytest
from cryptography import x509

import pki
from fronted import beside, hang_up, until
from server import REGION, Refused, free_port

GET = b"GET /_fastness/health HTTP/1.1\r\nHost: localhost\r\n\r\n"


def context(ca=None, pair=None, version=None):
    """A client that trusts `ca`, or whatever is shown."""
    made = ssl.create_default_context(cafile=str(ca)) if ca else ssl._create_unverified_context()
    if pair is not None:
        made.load_cert_chain(*pair.files)
    if version is not None:
        # What is asked for here is for the server to refuse, not for the client's own rules.
        made.set_ciphers("DEFAULT@SECLEVEL=0")
        made.minimum_version = made.maximum_version = version
    return made


def connect(port, with_context, name="localhost", host="127.0.0.1"):
    return with_context.wrap_socket(socket.create_connection((host, port), 10), server_hostname=name)


def shown(port):
    """The certificate that new connections see."""
    with connect(port, context()) as stream:
        return stream.getpeercert(binary_form=True)


def ask(stream):
    """One request on an open connection; its status. `None`: the connection ended instead."""
    try:
        stream.sendall(GET)
        received = b""
        while b"}" not in received:
            piece = stream.recv(65536)
            if not piece:
                return None
            received += piece
    except (ConnectionError, ssl.SSLError):
        return None
    return int(received.split()[1])


def let_in(port, with_context):
    """Whether a client is served. In TLS 1.3 it hears of a refusal only when it reads."""
    try:
        with connect(port, with_context) as stream:
            return ask(stream) == 200
    except (ConnectionError, ssl.SSLError):
        return False


def configured(server, text):
    """Writes the server's configuration, without what stands there already."""
    path = server.home / "fastness.toml"
    path.write_text(text)
    return path


def reach(server, endpoint, ca, **config):
    return boto3.client(
        "kms",
        region_name=REGION,
        endpoint_url=endpoint,
        verify=str(ca),
        aws_access_key_id=server.made["access_key_id"],
        aws_secret_access_key=server.made["secret_access_key"],
        config=botocore.config.Config(retries={"total_max_attempts": 1}, connect_timeout=10, read_timeout=30, **config),
    )


def certificate_of(der):
    return x509.load_der_x509_certificate(der)


# The own authority


def test_clients_that_trust_the_own_authority_alone_reach_every_name(operate):
    server = operate()
    server.flags += ["--config", str(configured(server, '[tls]\nnames = ["kms.example.com", "192.0.2.7"]\n'))]
    server.start()
    leaf = certificate_of(shown(server.port))
    names = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert {"localhost", "kms.example.com"} <= set(names.get_values_for_type(x509.DNSName))
    assert {"127.0.0.1", "::1", "192.0.2.7"} <= {str(address) for address in names.get_values_for_type(x509.IPAddress)}
    authority = x509.load_pem_x509_certificate(pathlib.Path(server.ca()).read_bytes())
    assert leaf.issuer == authority.subject
    leaf.verify_directly_issued_by(authority)
    left = leaf.not_valid_after_utc - pki.now()
    assert 30 * pki.DAY < left <= 90 * pki.DAY
    for name in ("localhost", "127.0.0.1", "::1", "kms.example.com", "192.0.2.7"):
        with connect(server.port, context(server.ca()), name=name) as stream:
            assert ask(stream) == 200, name
    with pytest.raises(ssl.SSLCertVerificationError, match="mismatch"):
        connect(server.port, context(server.ca()), name="other.example.com")
    with pytest.raises(ssl.SSLCertVerificationError):
        connect(server.port, ssl.create_default_context())
    # The stock clients, with nothing but that file.
    assert server.client().list_keys()["Keys"] == []
    assert server.aws("sts", "get-caller-identity")["Account"] == server.made["account"]
    words = ["openssl", "s_client", "-connect", f"127.0.0.1:{server.port}", "-CAfile", server.ca(), "-verify_return_error", "-verify_hostname", "kms.example.com"]
    done = subprocess.run(words, input="", capture_output=True, text=True, timeout=30)
    assert done.returncode == 0 and "Verify return code: 0 (ok)" in done.stdout, done.stderr


def test_the_own_certificate_is_kept_over_restarts_and_shown_while_sealed(operate):
    server = operate(seals=("passphrase",), given="correct horse battery\n")
    server.start()
    temporary = shown(server.port)
    assert certificate_of(temporary).issuer == certificate_of(temporary).subject, "nobody vouches for it while the authority is sealed"
    assert not let_in(server.port, context(server.ca()))
    server.fastness("unseal", given="correct horse battery\n")
    issued = shown(server.port)
    assert issued != temporary and let_in(server.port, context(server.ca()))
    kept = [server.data / "tls" / name for name in ("server.pem", "server-key.pem")]
    assert [path.stat().st_mode & 0o777 for path in kept] == [0o600, 0o600]
    server.fastness("seal")
    assert shown(server.port) == issued, "sealing changes nothing that clients see"
    server.stop()
    server.start()
    assert shown(server.port) == issued, "the last one is shown while the authority is sealed"
    server.fastness("unseal", given="correct horse battery\n")
    assert shown(server.port) == issued, "and stays while it is good"
    server.stop()
    # Somebody else's certificate in its place is replaced as soon as the authority is there.
    pki.Authority(server.home).issue("stranger", "localhost").write(*kept)
    server.start()
    server.fastness("unseal", given="correct horse battery\n")
    assert let_in(server.port, context(server.ca()))


def test_another_name_is_in_the_certificate_after_a_restart(operate):
    server = operate().start()
    before = shown(server.port)
    server.stop()
    server.flags += ["--config", str(configured(server, '[tls]\nnames = ["new.example.com"]\n'))]
    server.start()
    assert shown(server.port) != before
    with connect(server.port, context(server.ca()), name="new.example.com") as stream:
        assert ask(stream) == 200


# Versions


@pytest.mark.parametrize("least", ["1.2", "1.3"])
def test_versions_from_the_least_on_are_spoken_and_no_older_ones(operate, least):
    server = operate()
    server.flags += ["--config", str(configured(server, f'[tls]\nmin_version = "{least}"\n'))]
    server.start()
    versions = {"1.1": ssl.TLSVersion.TLSv1_1, "1.2": ssl.TLSVersion.TLSv1_2, "1.3": ssl.TLSVersion.TLSv1_3}
    spoken = {name for name, version in versions.items() if let_in(server.port, context(server.ca(), version=version))}
    assert spoken == {name for name in versions if name >= least}


def test_the_least_version_follows_a_reload_and_open_connections_go_on(operate):
    server = operate()
    path = configured(server, '[tls]\nmin_version = "1.2"\n')
    server.flags += ["--config", str(path)]
    server.start()
    old = context(server.ca(), version=ssl.TLSVersion.TLSv1_2)
    with connect(server.port, old) as stream:
        assert ask(stream) == 200
        path.write_text('[tls]\nmin_version = "1.3"\n')
        hang_up(server)
        assert "applied: tls.min_version" in server.log()
        assert not let_in(server.port, old)
        assert let_in(server.port, context(server.ca(), version=ssl.TLSVersion.TLSv1_3))
        assert ask(stream) == 200


# The operator's certificate


def operators(operate, pair, *more):
    certificate, key = pair.files
    return operate("--tls-certificate", certificate, "--tls-key", key, *more)


@pytest.mark.parametrize("kind", ["ec", "rsa"])
def test_the_operators_certificate_is_shown_with_its_chain(operate, tmp_path, kind):
    authority = pki.Authority(tmp_path)
    pair = authority.issue("server", "localhost", kind=kind)
    server = operators(operate, pair).start()
    assert shown(server.port) == pair.der
    assert reach(server, server.tls_endpoint, authority.path).list_keys()["Keys"] == []
    assert not let_in(server.port, context(server.ca())), "the own authority has no part in it"
    # TLS 1.2 names the suite by the kind of key.
    with connect(server.port, context(authority.path, version=ssl.TLSVersion.TLSv1_2)) as stream:
        assert {"ec": "ECDSA", "rsa": "RSA"}[kind] in stream.cipher()[0]
    server.fastness("seal")
    assert shown(server.port) == pair.der


def test_a_new_certificate_is_for_new_connections_and_old_ones_go_on(operate, tmp_path):
    authority = pki.Authority(tmp_path)
    pair = authority.issue("server", "localhost")
    server = operators(operate, pair).start()
    trusting = context(authority.path)
    with connect(server.port, trusting) as old:
        assert ask(old) == 200
        for turn in range(3):
            fresh = authority.issue(f"fresh-{turn}", "localhost")
            fresh.write(*pair.files)
            hang_up(server)
            assert shown(server.port) == fresh.der
            assert old.getpeercert(binary_form=True) == pair.der
            assert ask(old) == 200
    server.stop()


def test_a_broken_or_foreign_new_certificate_leaves_the_old_one_and_is_told(operate, tmp_path):
    authority = pki.Authority(tmp_path)
    pair = authority.issue("server", "localhost")
    server = operators(operate, pair).start()
    other = authority.issue("other", "localhost")
    certificate, key = (pathlib.Path(path) for path in pair.files)
    good = certificate.read_bytes(), key.read_bytes()
    expired = authority.issue("expired", "localhost", start=-2 * pki.DAY, end=-pki.DAY)
    early = authority.issue("early", "localhost", start=pki.DAY)
    for change, word in [
        (lambda: certificate.write_text("garbage"), "there is no certificate in it"),
        (lambda: certificate.write_bytes(good[0].replace(b"M", b"!", 3)), "server.pem"),
        (lambda: key.write_text("garbage"), "there is no private key in it"),
        (lambda: key.write_bytes(other.key_path.read_bytes()), "does not belong to"),
        (lambda: expired.write(certificate, key), "has expired at"),
        (lambda: early.write(certificate, key), "is not valid before"),
        (lambda: certificate.unlink(), "No such file"),
    ]:
        change()
        hang_up(server)
        told = [line for line in server.log().splitlines() if "not applied: tls.certificate, tls.key" in line]
        assert told and word in told[-1], (word, told)
        assert shown(server.port) == pair.der
        certificate.write_bytes(good[0]), key.write_bytes(good[1])
    hang_up(server)
    other.write(certificate, key)
    hang_up(server)
    assert shown(server.port) == other.der


def test_a_certificate_near_its_end_is_warned_of_and_an_ended_one_refused_at_the_start(operate, tmp_path):
    authority = pki.Authority(tmp_path)
    server = operators(operate, authority.issue("soon", "localhost", end=5 * pki.DAY)).start()
    until(lambda: "ends within two weeks" in server.log(), "the warning")
    server.stop()
    late = operators(operate, authority.issue("late", "localhost", start=-2 * pki.DAY, end=-pki.DAY))
    with pytest.raises(Refused, match="late.pem: the certificate has expired at"):
        late.start()


# Clients' certificates


def mutual(operate, clients, *more, mode="required", toml=""):
    """A server with an ordinary listener, and one that asks clients for certificates; its port."""
    server = operate("--log-format", "json", "--log-requests", *more)
    port = free_port()
    beside(server, f"address=127.0.0.1:{port} client_auth={mode}", toml=f'[tls]\nclient_ca = "{clients.path}"\n{toml}')
    return server.start(), port


@pytest.mark.parametrize("mode", ["required", "optional"])
def test_clients_show_certificates_where_they_are_asked_and_only_good_ones_count(operate, tmp_path, mode):
    clients, strangers = pki.Authority(tmp_path, "clients"), pki.Authority(tmp_path, "strangers")
    server, port = mutual(operate, clients, mode=mode)
    alice = clients.issue("alice", client=True, whom="alice")
    assert let_in(port, context(server.ca(), pair=alice))
    assert let_in(port, context(server.ca())) == (mode == "optional")
    for pair in (
        strangers.issue("stranger", client=True),
        clients.issue("late", client=True, start=-2 * pki.DAY, end=-pki.HOUR),
        clients.issue("early", client=True, start=pki.DAY),
        clients.issue("server-not-client", "localhost"),
    ):
        assert not let_in(port, context(server.ca(), pair=pair)), pair.files
    assert let_in(server.port, context(server.ca())), "the other listener asks nobody"
    # A stock client; who showed what is in the log.
    reach(server, f"https://localhost:{port}", server.ca(), client_cert=alice.files).create_key()
    lines = [json.loads(line) for line in server.log().splitlines() if line.startswith("{")]
    calls = [line.get("fields", line) for line in lines if "CreateKey" in json.dumps(line)]
    assert [call["client"] for call in calls if call.get("message") == "request"] == ["O=Example,CN=alice"]
    records = [json.loads(line) for line in server.fastness("audit", "tail").stdout.splitlines()]
    [made] = [record for record in records if record["eventName"] == "CreateKey"]
    assert made["tlsDetails"]["tlsVersion"] == "TLSv1.3" and "alice" not in json.dumps(made), "CloudTrail has no place for it"
    if mode == "required":
        with pytest.raises(botocore.exceptions.ConnectionError):
            reach(server, f"https://localhost:{port}", server.ca()).list_keys()


def test_revoked_clients_are_refused_and_a_list_is_read_anew(operate, tmp_path):
    clients = pki.Authority(tmp_path, "clients")
    alice, bob = (clients.issue(name, client=True) for name in ("alice", "bob"))
    path = clients.revoke("revoked.pem", bob)
    server, port = mutual(operate, clients, toml=f'client_crl = "{path}"\n')
    allowed = lambda: [let_in(port, context(server.ca(), pair=pair)) for pair in (alice, bob)]
    assert allowed() == [True, False]
    clients.revoke("revoked.pem", alice, bob)
    with connect(port, context(server.ca(), pair=clients.issue("carol", client=True))) as open_still:
        assert ask(open_still) == 200
        hang_up(server)
        assert ask(open_still) == 200
    assert allowed() == [False, False]
    clients.revoke("revoked.pem", end=-pki.HOUR)
    hang_up(server)
    assert allowed() == [False, False], "a list past its time says nothing of today"
    path.write_text("garbage")
    hang_up(server)
    assert "there is no revocation list in it" in server.log()
    clients.revoke("revoked.pem")
    hang_up(server)
    assert allowed() == [True, True]


def test_no_session_outlives_a_reload_of_the_clients_authority(operate, tmp_path):
    old, new = pki.Authority(tmp_path, "old"), pki.Authority(tmp_path, "new")
    pair, fresh = old.issue("before", client=True), new.issue("after", client=True)
    server, port = mutual(operate, old)
    for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
        with_session = context(server.ca(), pair=pair, version=version)
        with connect(port, with_session) as stream:
            assert ask(stream) == 200
            session = stream.session
        with with_session.wrap_socket(socket.create_connection(("127.0.0.1", port), 10), server_hostname="localhost", session=session) as again:
            assert ask(again) == 200 and not again.session_reused
    configured(server, f'[tls]\nclient_ca = "{tmp_path / "absent.pem"}"\n')
    hang_up(server)
    assert "absent.pem" in server.log() and let_in(port, context(server.ca(), pair=pair))
    configured(server, f'[tls]\nclient_ca = "{new.path}"\n')
    hang_up(server)
    assert not let_in(port, context(server.ca(), pair=pair))
    assert let_in(port, context(server.ca(), pair=fresh))
