"""What is released, as its users meet it: the Debian package is installed, started by its unit, reloaded, upgraded, removed and
purged; the image is made a server in and run as its configuration says.

`FASTNESS_PACKAGES` names the directory that they are in. All of it happens in machines that are thrown away.
"""

import gzip
import hashlib
import json
import os
import pathlib
import re
import resource
import shutil
import socket
import ssl
import subprocess
import tarfile
import time
import urllib.request

import boto3
import pytest

from machine import Machine, Unavailable
from server import free_port
from unit import NUMBERS, Unit

ROOT = pathlib.Path(__file__).parent.parent
UNIT = ROOT / "deploy/systemd/fastness.service"
DATA = "/var/lib/fastness"
CREDENTIALS = "/run/credentials/fastness.service"
SECONDS = 30


def package(pattern):
    folder = os.environ.get("FASTNESS_PACKAGES")
    if folder is None:
        pytest.skip("FASTNESS_PACKAGES is not set: `cargo xtask test` makes packages")
    (found,) = pathlib.Path(folder).glob(pattern)
    return found.resolve()


@pytest.fixture(scope="module")
def deb():
    if shutil.which("dpkg-deb") is None:
        pytest.skip("dpkg-deb is not installed")
    return package("fastness_*.deb")


@pytest.fixture(scope="module")
def unpacked(deb, tmp_path_factory):
    folder = tmp_path_factory.mktemp("deb")
    subprocess.run(["dpkg-deb", "--raw-extract", deb, folder], check=True)
    return folder


def made(folder, tree=None):
    if os.getuid() != 0:
        pytest.skip("a machine in this one takes root")
    try:
        return Machine(folder, tree)
    except Unavailable as why:
        pytest.skip(f"this machine cannot have another in it: {why}")


class Notices:
    """What a service tells its keeper, who listens at a name without a file."""

    def __init__(self):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.name = f"fastness-notices-{os.getpid()}-{id(self)}"
        self.socket.bind(f"\0{self.name}")
        self.socket.settimeout(SECONDS)

    def next(self):
        return self.socket.recv(4096).decode()


class Service:
    """A server in a machine, from its start to its end."""

    def __init__(self, machine, log, command, user, environment, confinement):
        self.machine, self.log, self.port = machine, log, free_port()
        self.notices = Notices()
        wanted = {"PATH": "/usr/bin:/bin", "NOTIFY_SOCKET": f"@{self.notices.name}", **environment, "FASTNESS_LISTEN": f"127.0.0.1:{self.port}"}
        with open(log, "wb") as output:
            self.process = machine.serve(command, output, {"user": user, "group": user, "environment": wanted, **confinement})
        try:
            told = self.notices.next()
        except TimeoutError:
            self.process.kill()
            raise AssertionError(f"not ready: {log.read_text()}") from None
        assert told == "READY=1\n", log.read_text()

    def client(self, root):
        return boto3.client(
            "kms", region_name="us-east-1", endpoint_url=f"https://127.0.0.1:{self.port}", verify=str(self.machine.path(f"{DATA}/ca.pem")),
            aws_access_key_id=root["access_key_id"], aws_secret_access_key=root["secret_access_key"],
        )

    def health(self):
        trusted = ssl.create_default_context(cafile=self.machine.path(f"{DATA}/ca.pem"))
        with urllib.request.urlopen(f"https://127.0.0.1:{self.port}/_fastness/health", context=trusted, timeout=SECONDS) as answer:
            return json.load(answer)

    def facts(self, name="status"):
        return pathlib.Path(f"/proc/{self.process.pid}/{name}").read_text()

    def says(self, words):
        """Waits until its log has these words."""
        deadline = time.monotonic() + SECONDS
        while words not in self.log.read_text():
            assert time.monotonic() < deadline, f"{words!r} is not in: {self.log.read_text()}"
            time.sleep(0.02)

    def stop(self):
        self.process.terminate()
        assert self.notices.next() == "STOPPING=1\n"
        assert self.process.wait(SECONDS) == 0, self.log.read_text()


def test_the_package_lists_its_files_truly_and_has_what_a_distribution_expects(unpacked, deb):
    sums = dict(reversed(line.split("  ")) for line in (unpacked / "DEBIAN/md5sums").read_text().splitlines())
    files = {str(path.relative_to(unpacked)) for path in unpacked.rglob("*") if path.is_file()}
    files = {path for path in files if not path.startswith("DEBIAN/")}
    assert sums == {path: hashlib.md5((unpacked / path).read_bytes()).hexdigest() for path in files}
    control = subprocess.run(["dpkg-deb", "--field", deb], check=True, capture_output=True, text=True).stdout
    assert re.search(r"^Depends: libc6 \(>= 2\.\d+\), libgcc-s1$", control, re.MULTILINE), control
    assert (unpacked / "DEBIAN/conffiles").read_text() == "/etc/fastness/environment\n"
    documents = unpacked / "usr/share/doc/fastness"
    assert "Apache-2.0" in (documents / "copyright").read_text() and (documents / "NOTICE").is_file()
    assert gzip.decompress((documents / "changelog.gz").read_bytes()).startswith(b"# Changelog\n")
    changelog = gzip.decompress((documents / "changelog.Debian.gz").read_bytes()).decode()
    assert re.search(r"^ -- .* <.*>  [A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d \+0000$", changelog, re.MULTILINE), changelog
    for shell, path in [("bash", "bash-completion/completions/fastness"), ("zsh", "zsh/vendor-completions/_fastness"), ("fish", "fish/vendor_completions.d/fastness.fish")]:
        script = unpacked / "usr/share" / path
        assert "unseal" in script.read_text()
        if shutil.which(shell):
            subprocess.run([shell, "-n", script], check=True)
    pages = {path.name for path in (unpacked / "usr/share/man/man1").iterdir()}
    assert {"fastness.1.gz", "fastness-serve.1.gz", "fastness-init.1.gz"} <= pages
    for script in ("postinst", "prerm", "postrm"):
        subprocess.run(["sh", "-n", unpacked / "DEBIAN" / script], check=True)


def test_the_bill_of_materials_in_the_package_names_every_library_and_its_licence(unpacked):
    bill = json.loads((unpacked / "usr/share/doc/fastness/fastness.cdx.json").read_text())
    lock = (ROOT / "Cargo.lock").read_text()
    versions = dict(re.findall(r'name = "(.*)"\nversion = "(.*)"\n', lock))
    listed = {component["name"]: component["version"] for component in bill["components"]}
    assert all(component["licenses"][0]["expression"] for component in bill["components"])
    # What the binary says of its panics' places, which Cargo's folder of sources is a part of.
    program = (unpacked / "usr/bin/fastness").read_bytes()
    linked = set(re.findall(rb"/([a-z][\w-]*)-\d+\.\d+\.\d+[\w.+-]*/src/", program))
    assert len(linked) > 30, linked
    missing = {name.decode() for name in linked} - set(listed)
    assert not {name for name in missing if name in versions}, missing
    assert listed["rustls"] == versions["rustls"]


def test_systemd_knows_every_word_of_the_unit_and_of_the_examples_and_finds_it_hardened(tmp_path):
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not installed")
    # It wants the program to exist.
    unit = tmp_path / "fastness.service"
    unit.write_text(UNIT.read_text().replace("/usr/bin/fastness", "/bin/true"))
    drop_ins = tmp_path / "fastness.service.d"
    drop_ins.mkdir()
    for example in (ROOT / "deploy/systemd/examples").iterdir():
        shutil.copy(example, drop_ins)
    verified = subprocess.run(["systemd-analyze", "verify", "--man=no", unit], capture_output=True, text=True, env={**os.environ, "SYSTEMD_UNIT_PATH": f"{tmp_path}:"})
    # It also tells of other units of the machine, which are no concern of ours.
    assert not [line for line in verified.stderr.splitlines() if "fastness" in line], verified.stderr
    judged = subprocess.run(["systemd-analyze", "security", "--offline=true", "--threshold=20", "--no-pager", UNIT], capture_output=True, text=True)
    assert judged.returncode == 0, judged.stdout[-500:]


@pytest.mark.skipif(not NUMBERS.exists() or shutil.which("systemd-analyze") is None, reason="the filter of the unit cannot be made here")
def test_an_installed_server_runs_as_its_unit_says_and_outlives_upgrade_removal_and_purge(deb, tmp_path):
    unit = Unit(UNIT.read_text())
    with made(tmp_path / "machine") as machine:
        shutil.copy(deb, machine.path("/srv/fastness.deb"))
        # An index of all the machine's manuals would take longer than all else.
        machine.run("rm", "-f", "/var/lib/man-db/auto-update")
        install = ["dpkg", "--install", "/srv/fastness.deb"]
        machine.run(*install)
        assert machine.run("stat", "-c", "%U:%G %a", DATA).stdout == "fastness:fastness 700\n"
        assert machine.run("stat", "-c", "%U:%G %a", "/etc/fastness/environment").stdout == "root:root 600\n"
        read = machine.run("man", "--warnings=w", "fastness-serve")
        assert "SIGHUP" in read.stdout and read.stderr == "", read.stderr
        user = int(machine.run("id", "-u", unit.one("User")).stdout)

        # As LoadCredential= would put it there.
        machine.run("install", "-d", "-o", "fastness", "-m", "0500", CREDENTIALS)
        machine.run("install", "-o", "fastness", "-m", "0400", "/dev/stdin", f"{CREDENTIALS}/fastness-seal", given="s" * 32)
        credentials = [f"CREDENTIALS_DIRECTORY={CREDENTIALS}"]
        init = ["fastness", "init", "--data", DATA, "--seal", "credential:fastness-seal", "--json"]
        root = json.loads(machine.run(*init, user="fastness:fastness", env=credentials).stdout)

        def start():
            command = unit.one("ExecStart").split()
            environment = {"CREDENTIALS_DIRECTORY": CREDENTIALS, **environment_of(machine, unit)}
            return Service(machine, tmp_path / "log", command, user, environment, unit.confinement())

        server = start()
        assert server.health()["sealed"] is False
        facts = server.facts()
        assert re.search(rf"^Uid:\t{user}\t{user}\t{user}\t{user}$", facts, re.MULTILINE), facts
        for fact in ["NoNewPrivs:\t1", "Seccomp:\t2", "CapEff:\t0000000000000000", "CapBnd:\t0000000000000000"]:
            assert fact in facts, facts
        assert unit.one("LimitMEMLOCK") == "infinity"
        if resource.getrlimit(resource.RLIMIT_MEMLOCK)[1] == resource.RLIM_INFINITY:
            assert int(re.search(r"VmLck:\s+(\d+) kB", facts)[1]) > 0, "memory is locked"
        assert re.search(r"Max core file size\s+0\s+0", server.facts("limits"))
        kms = server.client(root)
        key = kms.create_key()["KeyMetadata"]["KeyId"]
        blob = kms.encrypt(KeyId=key, Plaintext=b"kept")["CiphertextBlob"]
        assert machine.run("fastness", "status", "--data", DATA, user="fastness:fastness").returncode == 0

        # A reload reads the file anew; a mistake in it changes nothing and is told.
        machine.run("install", "-o", "fastness", "-m", "0600", "/dev/stdin", f"{DATA}/fastness.toml", given="regoin = 'x'\n")
        machine.run("sh", "-c", unit.one("ExecReload").replace("$MAINPID", str(server.process.pid)))
        server.says("regoin")
        assert kms.decrypt(CiphertextBlob=blob)["Plaintext"] == b"kept"
        machine.run("rm", f"{DATA}/fastness.toml")
        server.stop()

        # What an administrator wrote stays through an upgrade, and through a removal.
        machine.run("sh", "-c", "echo FASTNESS_LOG_LEVEL=debug >> /etc/fastness/environment")
        machine.run(*install)
        assert environment_of(machine, unit) == {"FASTNESS_LOG_LEVEL": "debug"}
        machine.run("dpkg", "--remove", "fastness")
        assert machine.run("sh", "-c", "command -v fastness", check=False).returncode != 0
        assert environment_of(machine, unit) == {"FASTNESS_LOG_LEVEL": "debug"}
        purged = machine.run("dpkg", "--purge", "fastness")
        assert "it holds keys" in purged.stderr and not machine.path("/etc/fastness/environment").exists()

        # Neither takes keys away.
        machine.run(*install)
        server = start()
        assert server.client(root).decrypt(CiphertextBlob=blob)["Plaintext"] == b"kept"
        server.stop()


def environment_of(machine, unit):
    text = machine.path(unit.one("EnvironmentFile").removeprefix("-")).read_text()
    return dict(line.split("=", 1) for line in text.splitlines() if line and not line.startswith("#"))


def test_the_image_makes_a_server_and_runs_it_as_its_configuration_says(tmp_path):
    archive = package("fastness-*-oci-*.tar")
    blobs, tree = tmp_path / "image", tmp_path / "tree"
    with tarfile.open(archive) as tar:
        tar.extractall(blobs, filter="data")

    def blob(descriptor):
        path = blobs / "blobs" / descriptor["digest"].replace(":", "/")
        assert hashlib.sha256(path.read_bytes()).hexdigest() == descriptor["digest"].split(":")[1]
        assert path.stat().st_size == descriptor["size"]
        return path

    (described,) = json.loads((blobs / "index.json").read_text())["manifests"]
    manifest = json.loads(blob(described).read_text())
    image = json.loads(blob(manifest["config"]).read_text())["config"]
    (layer,) = manifest["layers"]
    with tarfile.open(blob(layer)) as tar:
        tar.extractall(tree, filter="fully_trusted")
    assert {path.name for path in (tree / "usr/bin").iterdir()} == {"fastness"}

    environment = dict(word.split("=", 1) for word in image["Env"])
    assert environment["FASTNESS_LISTEN"] == "0.0.0.0:4566" and "4566/tcp" in image["ExposedPorts"]
    user, group = map(int, image["User"].split(":"))
    assert user == group != 0
    (volume,) = image["Volumes"]
    with made(tmp_path / "machine", tree) as machine:
        assert machine.path(volume).stat().st_uid == user and machine.path(volume).stat().st_mode & 0o777 == 0o700
        # Started with a read-only root, no capability, as an engine would; the seal is a secret in the environment.
        seal = {**environment, "FASTNESS_TEST_SEAL": "s" * 32}
        confinement = {"user": user, "group": group, "writable": [volume]}
        log = tmp_path / "init.log"
        with open(log, "wb") as output:
            init = [*image["Entrypoint"], "init", "--data", volume, "--seal", "env:FASTNESS_TEST_SEAL", "--json"]
            assert machine.serve(init, output, {"environment": seal, **confinement}).wait(SECONDS) == 0, log.read_text()
        root = json.loads(log.read_text())
        command = [*image["Entrypoint"], *image["Cmd"]]
        server = Service(machine, tmp_path / "log", command, user, seal, {"writable": [volume]})
        key = server.client(root).create_key()["KeyMetadata"]["KeyId"]
        # The check of its health, as documented.
        status = tmp_path / "status.log"
        with open(status, "wb") as output:
            check = [*image["Entrypoint"], "status", "--data", volume]
            assert machine.serve(check, output, {"environment": environment, **confinement}).wait(SECONDS) == 0, status.read_text()
        server.stop()
        assert key
