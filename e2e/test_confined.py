"""What a server may do to the machine, and what is left in its memory: as `/proc` tells it, of every thread."""

import json
import os
import pathlib
import shutil
import socket
import subprocess
import tempfile

import pytest

import memory
import server as servers

ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="needs root")
PASSPHRASES = ["planted passphrase of four words", 'planted "quoted" \\ passphrase of words']


def threads(pid):
    """`/proc/PID/task/*/status` as dictionaries."""
    for task in pathlib.Path(f"/proc/{pid}/task").iterdir():
        lines = (task / "status").read_text().splitlines()
        yield dict(line.split(":\t", 1) for line in lines if ":\t" in line)


def worked(server):
    kms = server.client()
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    blob = kms.encrypt(KeyId=key, Plaintext=b"kept")["CiphertextBlob"]
    assert kms.decrypt(CiphertextBlob=blob)["Plaintext"] == b"kept"
    return blob


def assert_confined(pid, uid=None, gid=None):
    seen = 0
    for thread in threads(pid):
        seen += 1
        name = thread["Name"]
        # Locking memory beyond a limit is the one capability that may be kept.
        allowed = 1 << 14
        for sets in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"):
            assert int(thread[sets], 16) & ~allowed == 0, (name, sets, thread[sets])
        assert int(thread["CapInh"], 16) == 0 and int(thread["CapAmb"], 16) == 0, name
        assert thread["NoNewPrivs"] == "1" and thread["Seccomp"] == "2", name
        if uid is not None:
            assert set(thread["Uid"].split()) == {str(uid)} and set(thread["Gid"].split()) == {str(gid)}, name
    assert seen > 4, "there is more than one thread"
    limits = pathlib.Path(f"/proc/{pid}/limits").read_text()
    core = next(line for line in limits.splitlines() if line.startswith("Max core file size"))
    assert core.split()[4:6] == ["0", "0"]
    # What must not be dumped belongs to root in /proc, whoever runs it.
    assert pathlib.Path(f"/proc/{pid}/mem").stat().st_uid == 0


def test_every_thread_is_confined_sealed_or_not(operate):
    server = operate().start()
    worked(server)
    assert_confined(server.process.pid)
    server.fastness("seal")
    assert_confined(server.process.pid)
    server.fastness("unseal")
    worked(server)
    assert_confined(server.process.pid)


def test_memory_is_locked_where_it_may_be(operate):
    server = operate().start()
    worked(server)
    locked = {int(thread["VmLck"].split()[0]) for thread in threads(server.process.pid)}
    if "memory is not locked" in server.log():
        assert locked == {0}
    else:
        assert min(locked) > 1000, "all memory, not a page or two"


@ROOT
def test_root_becomes_another_user_and_what_it_makes_is_that_users(operate, monkeypatch):
    """The port is one that only root may open."""
    place = pathlib.Path(tempfile.mkdtemp(prefix="fastness-"))
    try:
        place.chmod(0o711)
        server = operate("--user", "nobody", "--group", "nogroup", data=place / "data", seals=[f"file:{place}/seal.key"])
        for path in (place / "seal.key", place / "data", *(place / "data").rglob("*")):
            shutil.chown(path, "nobody", "nogroup")
        port = next(port for port in range(1023, 600, -1) if is_free(port))
        monkeypatch.setattr(servers, "free_port", lambda: port)
        server.start()
        blob = worked(server)
        uid, gid = 65534, (place / "data").stat().st_gid
        assert_confined(server.process.pid, uid, gid)
        strangers = [path for path in (place / "data").rglob("*") if path.stat().st_uid != uid]
        assert strangers == [], "the user itself may come next, without root"
        with socket.create_connection(("127.0.0.1", port), 10):
            pass
        as_user = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", servers.BINARY]
        told = subprocess.run([*as_user, "status", "--data", str(place / "data"), "--json"], capture_output=True, text=True, cwd="/")
        if "Permission denied" not in told.stderr or told.returncode != 126:
            assert told.returncode == 0 and json.loads(told.stdout)["sealed"] is False, (told.returncode, told.stderr)
        server.stop()
        server.start()
        assert server.client().decrypt(CiphertextBlob=blob)["Plaintext"] == b"kept"
        server.stop()
    finally:
        shutil.rmtree(place)


def is_free(port):
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


@pytest.mark.parametrize("user", ["no-such-user-here", "root"])
def test_a_user_that_cannot_be_is_refused_before_anything_is_opened(operate, user):
    server = operate()
    before = sorted(path.name for path in server.data.iterdir())
    done = server.run("serve", "--data", server.data, "--listen", "127.0.0.1:0", "--user", user)
    assert done.returncode == 1 and "--user" in done.stderr and done.stderr.count("fastness serve:") == 1, done.stderr
    assert sorted(path.name for path in server.data.iterdir()) == before


# Memory


def found(server, secrets):
    """Stacks keep what a function left until another one uses them: other work is done before it counts."""
    control = {"the path of the store": str(server.data / "store.redb").encode()}
    left = set()
    for _ in range(20):
        for _ in range(5):
            server.fastness("status", check=False)
            server.http("GET", "/_fastness/health")
        left = memory.holds(server.process.pid, secrets | control)
        if left <= set(control):
            break
    assert set(control) <= left, "a search that finds nothing proves nothing"
    return left - set(control)


@pytest.mark.parametrize("passphrase", PASSPHRASES)
def test_a_passphrase_is_in_memory_neither_after_it_opened_nor_after_it_was_refused(operate, passphrase):
    server = operate(seals=["passphrase"], given=passphrase + "\n").start()
    if not memory.may_be_read(server.process.pid):
        pytest.skip("needs root with the right to trace processes")
    wrong = "wrong " + passphrase[::-1]
    assert server.fastness("unseal", given=wrong + "\n", check=False).returncode == 1
    secrets = {"the wrong passphrase": wrong.encode(), "the passphrase": passphrase.encode()}
    secrets |= {f"{name} as JSON": json.dumps(text.decode())[1:-1].encode() for name, text in list(secrets.items())}
    assert found(server, secrets) == set()
    server.fastness("unseal", given=passphrase + "\n")
    worked(server)
    assert found(server, secrets) == set()
    server.fastness("seal")
    assert found(server, secrets) == set()


def test_shares_and_key_files_are_not_in_memory_once_they_were_used(operate):
    server = operate(seals=["shamir:2/3", "file:{home}/other.key"])
    (server.home / "other.key").rename(server.home / "away.key")
    server.start()
    if not memory.may_be_read(server.process.pid):
        pytest.skip("needs root with the right to trace processes")
    first, second, _ = server.made["shares"]
    secrets = {"the first share": first.encode(), "the second": second.encode(), "the key file": (server.home / "away.key").read_bytes()}
    assert server.fastness("unseal", given=first + "\n", check=False).returncode == 3
    server.fastness("unseal", given=second + "\n")
    worked(server)
    assert found(server, secrets) == set()
    server.fastness("seal")
    assert found(server, secrets) == set()
    (server.home / "away.key").rename(server.home / "other.key")
    server.fastness("unseal")
    worked(server)
    server.fastness("seal")
    assert found(server, secrets) == set()
