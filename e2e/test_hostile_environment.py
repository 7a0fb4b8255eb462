"""A server on a machine that fails it: no space, no writing, no descriptors, a damaged seal.

Each is a clear refusal or error, nothing is overwritten, and what was acknowledged is there when the machine is well again.
"""

import os
import resource
import socket
import subprocess
import time

import botocore.exceptions
import pytest

import server as servers
from disk import ROOT, digest, disk, fill  # noqa: F401  (a fixture)

def encrypted(kms, key, text):
    return kms.encrypt(KeyId=key, Plaintext=text)["CiphertextBlob"]


def refusal(start, *flags, **options):
    with pytest.raises(servers.Refused) as refused:
        start(*flags, **options)
    assert refused.value.status == 1, refused.value.output
    assert "panicked" not in refused.value.output
    return refused.value.output.strip().splitlines()[-1]


@ROOT
def test_a_full_disk_stops_writing_and_loses_nothing(start, disk):
    server = start("--quotas", "off", data=disk / "data")
    kms = server.client()
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    blobs = [encrypted(kms, key, b"before")]
    filler = fill(disk)
    # The log's reserve lasts for a while; then nothing is done that cannot be on record, and the server says so.
    made, failures = 0, []
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and (server.healthy() or not failures):
        try:
            alias = f"alias/{made}"
            kms.create_alias(AliasName=alias, TargetKeyId=kms.create_key()["KeyMetadata"]["KeyId"])
            blobs.append(encrypted(kms, alias, b"before"))
            made += 1
        except botocore.exceptions.ClientError as error:
            failures.append(error.response)
    assert failures and not server.healthy(), "a full disk takes everything"
    assert {failure["ResponseMetadata"]["HTTPStatusCode"] for failure in failures} == {503}, failures
    assert "no space" in server.log() or "disk is full" in server.log()
    assert server.is_running() and "panicked" not in server.log()
    filler.unlink()
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline and not server.healthy():
        time.sleep(0.1)
    assert server.healthy(), server.log()
    for _ in range(2):
        for blob in blobs:
            assert kms.decrypt(CiphertextBlob=blob)["Plaintext"] == b"before"
        names = {alias["AliasName"] for page in kms.get_paginator("list_aliases").paginate() for alias in page["Aliases"]}
        assert {f"alias/{number}" for number in range(made)} <= names
        kms.create_key()
        server.kill()
        server.start()
        kms = server.client()


@ROOT
def test_a_start_on_a_full_disk_still_opens_what_is_encrypted(start, disk):
    """What is set aside for the log is there for this: a read needs a record, and a record needs space."""
    server = start("--quotas", "off", data=disk / "data")
    kms = server.client()
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    blob = encrypted(kms, key, b"before")
    server.kill()
    filler = fill(disk)
    server.start()
    assert server.client().decrypt(CiphertextBlob=blob)["Plaintext"] == b"before"
    assert "panicked" not in server.log()
    server.kill()
    filler.unlink()
    server.start()
    assert server.client().decrypt(CiphertextBlob=blob)["Plaintext"] == b"before"


@ROOT
def test_a_read_only_disk_is_refused_and_left_as_it_is(start, disk):
    server = start("--quotas", "off", data=disk / "data")
    key = server.client().create_key()["KeyMetadata"]["KeyId"]
    blob = encrypted(server.client(), key, b"before")
    server.stop()
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
    before = digest(disk)
    said = refusal(start, data=disk / "data")
    assert "Read-only file system" in said, said
    assert digest(disk) == before
    subprocess.run(["mount", "-o", "remount,rw", str(disk)], check=True)
    server.start()
    assert server.client().decrypt(CiphertextBlob=blob)["Plaintext"] == b"before"


@pytest.mark.parametrize("damage", ["cut", "changed", "emptied"])
def test_a_damaged_seal_file_is_refused_and_left_as_it_is(start, tmp_path, damage):
    data = tmp_path / "data"
    server = start(data=data)
    key = server.client().create_key()["KeyMetadata"]["KeyId"]
    blob = encrypted(server.client(), key, b"before")
    server.stop()
    seal = data / "dev-seal.key"
    whole = seal.read_bytes()
    seal.write_bytes({"cut": whole[:20], "changed": bytes([whole[0] ^ 1]) + whole[1:], "emptied": b""}[damage])
    before = digest(data)
    said = refusal(start, data=data)
    assert "seal" in said or "key file" in said, said
    assert digest(data) == before
    seal.write_bytes(whole)
    server.start()
    assert server.client().decrypt(CiphertextBlob=blob)["Plaintext"] == b"before"


def test_without_descriptors_a_server_waits_and_then_goes_on(start, tmp_path):
    server = start("--quotas", "off", data=tmp_path / "data")
    kms = server.client()
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    used = len(os.listdir(f"/proc/{server.process.pid}/fd"))
    resource.prlimit(server.process.pid, resource.RLIMIT_NOFILE, (used + 8, used + 8))
    crowd = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(40)]
    time.sleep(0.5)
    assert server.is_running()
    for connection in crowd:
        connection.close()
    for number in range(20):
        assert kms.decrypt(CiphertextBlob=encrypted(kms, key, b"after"))["Plaintext"] == b"after"
        kms.create_alias(AliasName=f"alias/{number}", TargetKeyId=key)
    log = server.log()
    assert "Too many open files" in log and "panicked" not in log
    assert log.count("Too many open files") < 100, "a server without descriptors does not fill the disk with its log"


@pytest.mark.parametrize("limit", [5, 8, 12, 16, 20, 24])
def test_a_start_without_descriptors_is_refused_in_one_line(tmp_path, limit):
    """Or serves: a few more descriptors are enough."""
    data = tmp_path / "data"
    command = ["prlimit", f"--nofile={limit}:{limit}", servers.BINARY, "dev", "--listen", "127.0.0.1:0", "--data", str(data)]
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env={"HOME": str(tmp_path)})
    try:
        output, _ = process.communicate(timeout=2)
    except subprocess.TimeoutExpired:
        process.terminate()
        output, _ = process.communicate(timeout=20)
        assert process.returncode == 0, output
        return
    assert "panicked" not in output
    assert process.returncode in (1, 127), output
    assert "open files" in output or "descriptor" in output, output


# The same of a server in its operator's hands


@ROOT
def test_a_server_on_a_full_disk_reads_on_and_writes_again_when_there_is_space(operate, disk):
    server = operate("--quotas", "off", data=disk / "data").start()
    kms = server.client()
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    blob = encrypted(kms, key, b"before")
    filler = fill(disk)
    failures, made = [], []
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and len(failures) < 3:
        try:
            made.append(kms.create_key()["KeyMetadata"]["KeyId"])
        except botocore.exceptions.ClientError as error:
            failures.append(error.response)
    assert len(failures) == 3, "a full disk takes everything"
    assert {failure["ResponseMetadata"]["HTTPStatusCode"] for failure in failures} == {503}, "which clients try again"
    assert server.is_running() and "panicked" not in server.log()
    # It can be asked, sealed and opened all the same.
    done = server.fastness("status", check=False)
    assert done.returncode in (0, 4), done.stderr
    server.fastness("seal")
    assert server.fastness("status", check=False).returncode == 3
    server.fastness("unseal", check=False)
    filler.unlink()
    if server.status()["sealed"]:
        server.fastness("unseal")
    deadline = time.monotonic() + 30
    while server.fastness("status", check=False).returncode != 0 and time.monotonic() < deadline:
        time.sleep(0.2)
    assert server.fastness("status").returncode == 0, server.log()
    for _ in range(2):
        kms = server.client()
        listed = {entry["KeyId"] for page in kms.get_paginator("list_keys").paginate() for entry in page["Keys"]}
        assert {key, *made} <= listed
        assert kms.decrypt(CiphertextBlob=blob)["Plaintext"] == b"before"
        kms.create_key()
        server.kill()
        server.start()


@ROOT
def test_a_server_on_a_read_only_disk_is_refused_and_left_as_it_is(operate, disk):
    server = operate(data=disk / "data").start()
    key = server.client().create_key()["KeyMetadata"]["KeyId"]
    server.stop()
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
    before = digest(disk)
    said = refusal(server.start)
    assert "Read-only file system" in said, said
    assert digest(disk) == before
    subprocess.run(["mount", "-o", "remount,rw", str(disk)], check=True)
    server.start()
    assert server.client().describe_key(KeyId=key)["KeyMetadata"]["KeyState"] == "Enabled"


@pytest.mark.parametrize("limit", [8, 16, 24, 32, 48])
def test_a_server_started_without_descriptors_is_refused_in_one_line(operate, limit):
    server = operate()
    before = digest(server.data)
    command = ["prlimit", f"--nofile={limit}:{limit}", servers.BINARY, "serve", "--listen", "127.0.0.1:0", "--data", str(server.data)]
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env={"HOME": str(server.home)})
    try:
        output, _ = process.communicate(timeout=3)
    except subprocess.TimeoutExpired:
        process.terminate()
        output, _ = process.communicate(timeout=20)
        assert process.returncode == 0, output
    else:
        assert process.returncode in (1, 127) and "panicked" not in output, output
        assert "open files" in output or "descriptor" in output, output
        assert digest(server.data) == before
    server.start()
