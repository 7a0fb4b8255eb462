"""Backups of a server as its operator has it: under load, sealed, stopped, moved, and every way in which one can fail."""

import concurrent.futures
import copy
import json
import os
import signal
import socket
import subprocess
import threading
import time

import botocore.exceptions
import pytest

from server import BINARY

WRITERS = 6


def another(origin, data, *flags):
    """A server that runs in a directory which `restore` filled, with the root credential and the seal of before."""
    server = copy.copy(origin)
    server.flags, server.process, server.data = list(flags), None, data
    server.made = origin.made | {"ca_certificate": str(data / "ca.pem")}
    return server


@pytest.fixture
def restored():
    servers = []

    def restored(origin, data, *flags):
        servers.append(another(origin, data, *flags))
        return servers[-1].start()

    yield restored
    for server in servers:
        if server.process is not None:
            server.stop()


def refused(server, *arguments, **options):
    done = server.run(*arguments, **options)
    assert done.returncode == 1 and "panicked" not in done.stderr, (done.returncode, done.stderr)
    assert len(done.stderr.splitlines()) == 1, done.stderr
    return done.stderr


def done(server, *arguments):
    ended = server.run(*arguments)
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


def write(server, stop, acknowledged):
    kms = server.client()
    try:
        while not stop.is_set():
            key = kms.create_key()["KeyMetadata"]["KeyId"]
            blob = kms.encrypt(KeyId=key, Plaintext=key.encode())["CiphertextBlob"]
            kms.tag_resource(KeyId=key, Tags=[{"TagKey": "of", "TagValue": key}])
            acknowledged.append((key, blob))
    except (botocore.exceptions.BotoCoreError, botocore.exceptions.ClientError):
        if not stop.is_set():
            raise


@pytest.mark.parametrize("to", ["redb", "postgresql"])
def test_a_backup_under_full_load_restores_on_an_empty_machine_with_the_seal_of_before(operate, restored, tmp_path, to, request):
    server = operate("--quotas", "off").start()
    acknowledged, stop = [], threading.Event()
    with concurrent.futures.ThreadPoolExecutor(WRITERS) as pool:
        workers = [pool.submit(write, server, stop, acknowledged) for _ in range(WRITERS)]
        while len(acknowledged) < 40:
            time.sleep(0.01)
        before = list(acknowledged)
        server.fastness("backup", "--output", tmp_path / "b")
        stop.set()
        for worker in workers:
            worker.result()
    server.stop()
    store = ["--store", request.getfixturevalue("postgresql").create("served")] if to == "postgresql" else []
    done(server, "restore", "--data", tmp_path / "new", *store, "--input", tmp_path / "b")
    # No flag besides the directory: the configuration names the store, the store's record names the seal.
    again = restored(server, tmp_path / "new", "--quotas", "off")
    kms = again.client()
    listed = {key["KeyId"] for page in kms.get_paginator("list_keys").paginate() for key in page["Keys"]}
    assert {key for key, _ in before} <= listed
    for key, blob in acknowledged:
        if key not in listed:
            continue
        assert kms.decrypt(CiphertextBlob=blob)["Plaintext"] == key.encode()
        if (key, blob) in before:
            assert kms.list_resource_tags(KeyId=key)["Tags"] == [{"TagKey": "of", "TagValue": key}]
    # What the restored server is, a backup of it is again, whichever engine it has.
    again.fastness("backup", "--output", tmp_path / "b2")
    again.stop()
    found = json.loads(again.fastness("check", "--seal", again.seals[0], "--json").stdout)
    assert found["findings"] == [] and found["values_opened"] and found["not_checked"] == [], found
    done(again, "restore", "--data", tmp_path / "back", "--input", tmp_path / "b2")
    back = restored(server, tmp_path / "back")
    key, blob = before[0]
    assert back.client().decrypt(CiphertextBlob=blob)["Plaintext"] == key.encode()


def test_a_sealed_and_a_stopped_server_are_backed_up_without_a_key_and_open_by_their_passphrase(operate, restored, tmp_path):
    server = operate(seals=["passphrase"], given="correct horse battery\n").start()
    assert server.status()["sealed"]
    server.fastness("unseal", given="correct horse battery\n")
    kms = server.client()
    blob = kms.encrypt(KeyId=kms.create_key()["KeyMetadata"]["KeyId"], Plaintext=b"kept")["CiphertextBlob"]
    server.fastness("backup", "--output", tmp_path / "unsealed")
    server.fastness("seal")
    server.fastness("backup", "--output", tmp_path / "sealed")
    told = json.loads(server.fastness("check", "--json").stdout)
    assert told["findings"] == [] and not told["values_opened"] and told["not_checked"]
    found = json.loads(server.fastness("check", "--json", "--seal", "passphrase", given="correct horse battery\n").stdout)
    assert found["findings"] == [] and found["values_opened"] and found["audit_records"] > 0
    # The server never noticed.
    server.fastness("unseal", given="correct horse battery\n")
    assert server.client().decrypt(CiphertextBlob=blob)["Plaintext"] == b"kept"
    server.stop()
    server.fastness("backup", "--output", tmp_path / "stopped")
    assert "seal" in refused(server, "check", "--data", server.data, "--seal", "passphrase", given="another one, wrong\n")
    for name in ["unsealed", "sealed", "stopped"]:
        new = tmp_path / f"new-{name}"
        done(server, "restore", "--data", new, "--input", tmp_path / name)
        # Whom clients trust is what the sealed store says, not what a backup could be made to say.
        assert not (new / "ca.pem").exists()
        checked = server.run("check", "--json", "--data", new, "--seal", "passphrase", given="correct horse battery\n")
        assert json.loads(checked.stdout)["findings"] == [], checked.stdout
        again = restored(server, new)
        assert again.status()["sealed"]
        again.fastness("unseal", given="correct horse battery\n")
        assert (new / "ca.pem").read_text() == (server.data / "ca.pem").read_text()
        assert again.client().decrypt(CiphertextBlob=blob)["Plaintext"] == b"kept"
        again.stop()


def ask(server, what="backup"):
    """A client of its own on the control socket, which reads when it likes."""
    client = socket.socket(socket.AF_UNIX)
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    client.connect(str(server.data / "control.sock"))
    client.sendall(f"POST /_fastness/{what} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n".encode())
    return client


def filled(server):
    """Grown beyond what sockets and pieces under way hold."""
    kms = server.client()
    allow = {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{server.made['account']}:root"}, "Action": "kms:*", "Resource": "*"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [allow | {"Sid": f"{number:0>1000}"} for number in range(25)]})
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: kms.create_key(Policy=policy), range(200)))


def test_a_client_that_stops_reading_hinders_neither_calls_nor_sealing_nor_the_end(operate, tmp_path):
    server = operate("--quotas", "off").start()
    filled(server)
    slow = ask(server)
    assert slow.recv(12) == b"HTTP/1.1 200"
    # One at a time, and told so.
    assert "under way already" in refused(server, "backup", "--data", server.data, "--output", tmp_path / "second")
    assert "under way already" in refused(server, "check", "--data", server.data)
    assert not list(tmp_path.glob("second*"))
    kms = server.client()
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    server.fastness("seal")
    assert server.status()["sealed"]
    rest = b""
    while part := slow.recv(1 << 16):
        rest += part
    assert b"restore" not in rest[-64:]
    slow.close()
    # Of the closed store too.
    slow = ask(server)
    assert slow.recv(12) == b"HTTP/1.1 200"
    server.fastness("unseal")
    slow.close()
    assert server.client().describe_key(KeyId=key)["KeyMetadata"]["KeyState"] == "Enabled"
    slow = ask(server)
    assert slow.recv(12) == b"HTTP/1.1 200"
    server.stop()
    slow.close()


def test_a_server_that_ends_during_a_backup_leaves_no_file_and_a_failure(operate, tmp_path):
    server = operate("--quotas", "off").start()
    filled(server)
    process = subprocess.Popen(
        [BINARY, "backup", "--data", str(server.data), "--output", "-"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=server.environment()
    )
    assert process.stdout.read(16) == b"FASTNESS BACKUP\n"
    time.sleep(0.5)
    server.stop()
    _, told = process.communicate(timeout=30)
    assert process.returncode == 1 and b"before it was whole" in told, told
    server.start()
    # A reader who goes away ends it for everybody.
    process = subprocess.Popen([BINARY, "backup", "--data", str(server.data)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=server.environment())
    process.stdout.read(16)
    process.stdout.close()
    assert process.wait(30) == 1
    deadline = time.monotonic() + 20
    while server.run("backup", "--data", server.data, "--output", tmp_path / "b").returncode != 0:
        assert time.monotonic() < deadline
        time.sleep(0.2)
    assert os.stat(tmp_path / "b").st_mode & 0o777 == 0o600


def test_an_older_backup_under_a_newer_log_is_refused_or_its_loss_recorded(operate, restored, tmp_path):
    server = operate().start()
    kms = server.client()
    server.fastness("backup", "--output", tmp_path / "old")
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    # What is recorded with a change reaches the log soon after it.
    server.stop()
    made = json.loads(server.fastness("backup", "--output", tmp_path / "newer", "--json").stdout)
    # Without the log, a number that was kept apart tells.
    told = refused(server, "restore", "--data", tmp_path / "new", "--input", tmp_path / "old", "--expect-records", made["audit_records"])
    assert "older than the audit log" in told and "--accept-loss" in told
    (tmp_path / "kept").mkdir(mode=0o700)
    subprocess.run(["cp", "-r", str(server.data / "audit"), str(tmp_path / "kept/audit")], check=True)
    assert "--accept-loss" in refused(server, "restore", "--data", tmp_path / "kept", "--input", tmp_path / "old")
    done(server, "restore", "--data", tmp_path / "kept", "--input", tmp_path / "old", "--accept-loss")
    assert "were made after it" in (tmp_path / "kept/restored").read_text()
    again = restored(server, tmp_path / "kept")
    assert "were made after it" in again.log()
    with pytest.raises(botocore.exceptions.ClientError, match="NotFound"):
        again.client().describe_key(KeyId=key)
    again.stop()
    found = json.loads(again.fastness("check", "--seal", again.seals[0], "--json").stdout)
    assert found["findings"] == [] and found["audit_records"] >= made["audit_records"]


def damaged(path, at):
    content = bytearray(path.read_bytes())
    content[at] ^= 0x55
    path.write_bytes(content)


def tree(directory):
    return {path: path.read_bytes() for path in directory.rglob("*") if path.is_file() and not path.name.endswith("lock")}


def test_each_damage_is_named_with_its_place_and_nothing_is_changed(operate, tmp_path):
    server = operate("--quotas", "off").start()
    kms = server.client()
    for _ in range(20):
        kms.create_key()
    found = json.loads(server.fastness("check", "--json").stdout)
    assert found["findings"] == [] and found["audit_records"] + found["audit_records_waiting"] >= 20 and found["not_checked"] == []
    server.stop()
    whole = tree(server.data)
    segment = next((server.data / "audit").glob("*.segment"))

    def findings(*seal):
        before = tree(server.data)
        done = server.fastness("check", "--json", *seal, check=False)
        assert "panicked" not in done.stderr
        assert tree(server.data) == before
        if not done.stdout:
            return done.returncode, done.stderr
        return done.returncode, " ".join(f"{found['place']}: {found['problem']}" for found in json.loads(done.stdout)["findings"])

    seal = ("--seal", server.seals[0])
    assert findings() == (0, "") and findings(*seal) == (0, "")
    store = server.data / "store.redb"
    size = len(whole[store])
    cases = [
        (lambda: store.write_bytes(whole[store].replace(b"server.ca", b"server.cb")), "store.redb", "restore", False),
        # Perhaps a page that nothing uses.
        (lambda: damaged(store, size // 2), "", "", None),
        (lambda: damaged(segment, 300), str(segment), "keep a copy", None),
        (segment.unlink, "audit", "keep a copy", None),
        ((server.data / "ca.pem").unlink, "ca.pem", "next start", True),
        (lambda: damaged(server.data / "ca.pem", 40), "ca.pem", "next start", True),
        (lambda: damaged(server.data / "tls/server.pem", 40), "tls", "next unsealing", False),
        ((server.data / "tls/server-key.pem").unlink, "tls", "next unsealing", False),
    ]
    for damage, place, advice, needs_seal in cases:
        damage()
        status, told = findings(*seal)
        if place:
            assert status == 1 and place in told and advice in told, (place, told)
        status, told = findings()
        if place and needs_seal is False:
            assert status == 1 and place in told and advice in told, (place, told)
        for path, content in whole.items():
            path.write_bytes(content)
    assert findings(*seal) == (0, "")
    server.start()


def test_a_server_of_another_user_within_its_system_calls_is_backed_up(operate, tmp_path):
    server = operate()
    if os.geteuid() == 0:
        server.flags += ["--user", "nobody"]
        subprocess.run(["chown", "-R", "nobody", str(server.home)], check=True)
        for parent in [server.home, *server.home.parents][:5]:
            parent.chmod(0o755)
        server.data.chmod(0o700)
    server.start()
    server.fastness("backup", "--output", tmp_path / "b")
    assert json.loads(server.fastness("check", "--json").stdout)["findings"] == []
    server.fastness("seal")
    server.fastness("backup", "--output", tmp_path / "sealed")
    server.fastness("unseal")
    done(server, "check", "--backup", tmp_path / "b")


def test_signals_and_sockets_that_are_left_behind_do_not_matter(operate, tmp_path):
    server = operate().start()
    server.process.send_signal(signal.SIGKILL)
    server.process.wait()
    server.process = None
    assert (server.data / "control.sock").exists()
    server.fastness("backup", "--output", tmp_path / "b")
    server.start()
    server.fastness("backup", "--output", tmp_path / "b2")
