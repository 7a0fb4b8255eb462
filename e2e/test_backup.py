"""Backups: made under load, restored elsewhere, refused when a byte is not what was written, and never half there."""

import concurrent.futures
import json
import os
import random
import resource
import shutil
import signal
import subprocess
import threading
import time

import botocore.exceptions
import pytest

from server import BINARY, Refused, run_binary

POSITIONS = 60


def fastness(*arguments, check=True, **options):
    done = run_binary(*[str(argument) for argument in arguments], **options)
    assert not check or done.returncode == 0, f"fastness {arguments}: {done.stderr}{done.stdout}"
    return done


def refused(*arguments, **options):
    done = fastness(*arguments, check=False, **options)
    assert done.returncode == 1 and "panicked" not in done.stderr, (done.returncode, done.stderr)
    assert len(done.stderr.splitlines()) == 1, done.stderr
    return done.stderr


def write(server, stop, acknowledged):
    kms = server.client()
    try:
        while not stop.is_set():
            key = kms.create_key()["KeyMetadata"]["KeyId"]
            blob = kms.encrypt(KeyId=key, Plaintext=key.encode())["CiphertextBlob"]
            acknowledged.append((key, blob))
    except (botocore.exceptions.BotoCoreError, botocore.exceptions.ClientError):
        if not stop.is_set():
            raise


@pytest.mark.parametrize("engine", ["redb", "postgresql"])
def test_a_backup_under_full_write_load_restores_every_acknowledged_key(start, tmp_path, engine, request):
    flags = ["--quotas", "off", "--seal", f"file:{tmp_path / 'seal'}"]
    store = []
    if engine == "postgresql":
        store = ["--store", request.getfixturevalue("postgresql").create("load")]
    server = start(*flags, *store, data=tmp_path / "data")
    acknowledged, stop = [], threading.Event()
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        workers = [pool.submit(write, server, stop, acknowledged) for _ in range(8)]
        while len(acknowledged) < 100:
            time.sleep(0.01)
        before = list(acknowledged)
        fastness("backup", "--data", tmp_path / "data", "--output", tmp_path / "b")
        piped = subprocess.run([BINARY, "backup", "--data", str(tmp_path / "data")], stdout=subprocess.PIPE, check=True).stdout
        stop.set()
        for worker in workers:
            worker.result()
    server.stop()
    assert os.stat(tmp_path / "b").st_mode & 0o777 == 0o600
    assert json.loads(fastness("check", "--backup", tmp_path / "b", "--json").stdout)["entries"] > 200
    (tmp_path / "piped").write_bytes(piped)
    fastness("check", "--backup", tmp_path / "piped")
    # On a machine that has nothing but the seal, and always in a file.
    fastness("restore", "--data", tmp_path / "new", "--input", tmp_path / "b")
    again = start(*flags, data=tmp_path / "new")
    kms = again.client()
    listed = {key["KeyId"] for page in kms.get_paginator("list_keys").paginate() for key in page["Keys"]}
    assert {key for key, _ in before} <= listed
    for key, blob in acknowledged:
        if key in listed:
            assert kms.decrypt(CiphertextBlob=blob)["Plaintext"] == key.encode()
    assert "runs from a restored backup" in again.log()
    # Every key that is there has its record, from the outbox or the log; the log, which is copied last, may have more.
    records = [json.loads(line) for line in again.fastness("audit", "tail", "-n", "1000").stdout.splitlines()]
    made = [r["responseElements"]["keyMetadata"]["keyId"] for r in records if r["eventName"] == "CreateKey"]
    assert len(made) == len(set(made)), "a record was moved twice"
    if len(records) < 1000:
        assert set(made) == listed
    again.stop()
    found = json.loads(fastness("check", "--data", tmp_path / "new", "--seal", f"file:{tmp_path / 'seal'}", "--json").stdout)
    assert found["findings"] == [] and found["values_opened"] and found["audit_records"] > 100
    assert (tmp_path / "data/node").read_text() != (tmp_path / "new/node").read_text()


@pytest.fixture
def made(start, tmp_path):
    """A small data directory that rests, a ciphertext of it, and a backup."""
    server = start(data=tmp_path / "data")
    kms = server.client()
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    kms.create_key(KeySpec="ECC_NIST_P256", KeyUsage="SIGN_VERIFY")
    blob = kms.encrypt(KeyId=key, Plaintext=b"kept")["CiphertextBlob"]
    server.stop()
    fastness("backup", "--data", tmp_path / "data", "--output", tmp_path / "b")
    return server, blob, tmp_path / "b"


def test_a_flipped_byte_is_refused_and_its_place_named(made, tmp_path):
    _, _, backup = made
    content = backup.read_bytes()
    dice = random.Random(1)
    for position in [0, 17, 30, len(content) - 1, *(dice.randrange(len(content)) for _ in range(POSITIONS))]:
        bad = bytearray(content)
        bad[position] ^= 1 << dice.randrange(8)
        (tmp_path / "bad").write_bytes(bad)
        told = refused("check", "--backup", tmp_path / "bad")
        assert "byte " in told or "format" in told, told
        assert refused("restore", "--data", tmp_path / "never", "--input", tmp_path / "bad")
        assert not (tmp_path / "never/store.redb").exists()
    for bad, word in [(content[:-1], "cut short"), (content + b"x", "follows the end"), (content[: len(content) // 2], "cut short")]:
        (tmp_path / "bad").write_bytes(bad)
        assert word in refused("check", "--backup", tmp_path / "bad")
    # After all these, the whole one restores there.
    fastness("restore", "--data", tmp_path / "never", "--input", backup)


def test_nothing_secret_and_nothing_of_the_machine_is_in_a_backup(made, tmp_path):
    content = made[2].read_bytes()
    for name in ["dev-seal.key", "ca-key.pem"]:
        assert (tmp_path / "data" / name).read_bytes()[:32] not in content


def test_nothing_is_overwritten(made, start, tmp_path):
    _, _, backup = made
    before = backup.read_bytes()
    assert "exists" in refused("backup", "--data", tmp_path / "data", "--output", backup)
    assert backup.read_bytes() == before
    assert "not empty" in refused("restore", "--data", tmp_path / "data", "--input", backup)
    assert not list(tmp_path.glob("*.part"))
    assert "is not a data directory" in refused("backup", "--data", tmp_path / "home-0", "--output", tmp_path / "c")
    assert "in use" in second_backup_of_a_used_directory(start, tmp_path)


def second_backup_of_a_used_directory(start, tmp_path):
    """Where the socket is gone but the server is not, the directory's lock still holds."""
    server = start(data=tmp_path / "data")
    (tmp_path / "data/control.sock").unlink()
    told = refused("backup", "--data", tmp_path / "data", "--output", tmp_path / "c")
    server.stop()
    return told


def test_a_backup_moves_from_a_file_to_postgresql_and_back(made, start, tmp_path, postgresql):
    origin, blob, backup = made
    url = postgresql.create("moved")
    seal = f"file:{tmp_path / 'data/dev-seal.key'}"
    fastness("restore", "--data", tmp_path / "pg", "--store", url, "--input", backup)
    assert "not empty" in refused("restore", "--data", tmp_path / "pg2", "--store", url, "--input", backup)
    with_database = start("--store", url, "--seal", seal, data=tmp_path / "pg")
    assert with_database.client().decrypt(CiphertextBlob=blob)["Plaintext"] == b"kept"
    key = with_database.client().create_key()["KeyMetadata"]["KeyId"]
    with_database.stop()
    fastness("check", "--data", tmp_path / "pg", "--store", url, "--seal", seal)
    fastness("backup", "--data", tmp_path / "pg", "--store", url, "--output", tmp_path / "b2")
    fastness("restore", "--data", tmp_path / "back", "--input", tmp_path / "b2")
    back = start("--seal", seal, data=tmp_path / "back")
    assert back.client().decrypt(CiphertextBlob=blob)["Plaintext"] == b"kept"
    assert back.client().describe_key(KeyId=key)["KeyMetadata"]["KeyState"] == "Enabled"


def test_an_older_backup_over_a_newer_log_is_noticed(made, start, tmp_path):
    server, blob, backup = made
    server.start()
    server.client().create_key()
    server.stop()
    (tmp_path / "new").mkdir()
    shutil.copytree(tmp_path / "data/audit", tmp_path / "new/audit")
    (tmp_path / "new/audit/reserve").unlink(missing_ok=True)
    kept = {path.name: path.read_bytes() for path in (tmp_path / "new/audit").glob("*.segment")}
    told = refused("restore", "--data", tmp_path / "new", "--input", backup)
    assert "1 records were made after it" in told and "--accept-loss" in told, told
    assert {path.name: path.read_bytes() for path in (tmp_path / "new/audit").glob("*.segment")} == kept
    done = fastness("restore", "--data", tmp_path / "new", "--input", backup, "--accept-loss")
    assert "1 records were made after it" in done.stdout
    seal = f"file:{tmp_path / 'data/dev-seal.key'}"
    again = start("--seal", seal, data=tmp_path / "new")
    assert again.client().decrypt(CiphertextBlob=blob)["Plaintext"] == b"kept"
    again.stop()
    found = json.loads(fastness("check", "--data", tmp_path / "new", "--seal", seal, "--json").stdout)
    assert found["findings"] == [], found
    told = refused("restore", "--data", tmp_path / "other", "--input", backup, "--expect-records", "1000")
    assert "older than the audit log" in told
    # A log of another node is none that goes on.
    (tmp_path / "foreign").mkdir()
    other = start(data=tmp_path / "elsewhere")
    other.client().create_key()
    other.stop()
    shutil.copytree(tmp_path / "elsewhere/audit", tmp_path / "foreign/audit")
    assert "does not continue" in refused("restore", "--data", tmp_path / "foreign", "--input", backup, "--accept-loss")


def test_a_full_disk_leaves_neither_half_a_backup_nor_half_a_store(made, tmp_path):
    _, _, backup = made

    def little():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (8_000, 8_000))

    done = subprocess.run([BINARY, "backup", "--data", str(tmp_path / "data"), "--output", str(tmp_path / "small")], capture_output=True, text=True, preexec_fn=little)
    assert done.returncode == 1 and "panicked" not in done.stderr, done.stderr
    assert not list(tmp_path.glob("small*"))
    with open("/dev/full", "wb") as full:
        done = subprocess.run([BINARY, "backup", "--data", str(tmp_path / "data"), "--output", "-"], stdout=full, stderr=subprocess.PIPE, text=True)
    assert done.returncode == 1 and "No space" in done.stderr, done.stderr
    done = subprocess.run([BINARY, "restore", "--data", str(tmp_path / "new"), "--input", str(backup)], capture_output=True, text=True, preexec_fn=little)
    assert done.returncode == 1 and "space" in done.stderr and "panicked" not in done.stderr, done.stderr
    assert not (tmp_path / "new/store.redb").exists()
    fastness("restore", "--data", tmp_path / "new", "--input", backup)


def test_a_restore_that_is_killed_keeps_servers_out_and_can_be_repeated(made, start, tmp_path, postgresql):
    _, blob, backup = made
    content = backup.read_bytes()
    seal = f"file:{tmp_path / 'data/dev-seal.key'}"
    for number, store in enumerate([[], ["--store", postgresql.create("killed")]]):
        target = tmp_path / f"killed-{number}"
        command = [BINARY, "restore", "--data", str(target), *store, "--input", "-"]
        process = subprocess.Popen(command, stdin=subprocess.PIPE)
        process.stdin.write(content[: len(content) - 100])
        process.stdin.flush()
        time.sleep(1)
        process.kill()
        process.wait()
        with pytest.raises(Refused) as refusal:
            start("--seal", seal, *store, data=target)
        assert "fastness restore" in refusal.value.output
        fastness("restore", "--data", target, *store, "--input", backup)
        server = start("--seal", seal, *store, data=target)
        assert server.client().decrypt(CiphertextBlob=blob)["Plaintext"] == b"kept"
        server.stop()


def test_a_running_server_is_checked_through_its_socket(start, tmp_path):
    server = start(data=tmp_path / "data")
    server.client().create_key()
    found = json.loads(fastness("check", "--data", tmp_path / "data", "--json").stdout)
    assert found["findings"] == [] and found["values_opened"] and found["entries"] > 0
    assert os.stat(tmp_path / "data/control.sock").st_mode & 0o777 == 0o600


def test_a_changed_log_and_a_wrong_seal_are_told(made, tmp_path):
    seal = f"file:{tmp_path / 'data/dev-seal.key'}"
    assert fastness("check", "--data", tmp_path / "data", "--seal", seal)
    segment = next((tmp_path / "data/audit").glob("*.segment"))
    content = bytearray(segment.read_bytes())
    content[200] ^= 1
    segment.write_bytes(content)
    done = fastness("check", "--data", tmp_path / "data", "--seal", seal, check=False)
    assert done.returncode == 1 and "the audit log" in done.stdout
    (tmp_path / "wrong").write_bytes(b"w" * 32)
    assert "seal" in refused("check", "--data", tmp_path / "data", "--seal", f"file:{tmp_path / 'wrong'}")
