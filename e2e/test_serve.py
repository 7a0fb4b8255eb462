"""A server's life in its operator's hands: made, started, sealed, unsealed, stopped, killed and started again."""

import concurrent.futures
import json
import os
import pathlib
import socket
import threading
import time

import botocore.exceptions
import pytest

import postgres
import server as servers
from operated import Operated

PASSPHRASE = "correct horse battery staple"
RUNNING, SEALED, TROUBLE, NOT_RUNNING = 0, 3, 4, 5


def code(server, *words):
    return server.fastness("status", *words, check=False).returncode


def refused(server, *words, **options):
    """What a command says that must be refused, in one line."""
    done = server.fastness(*words, check=False, **options)
    assert done.returncode == 1 and done.stderr.count("\n") == 1 and not done.stdout, (done.returncode, done.stderr, done.stdout)
    return done.stderr


def refusal(server):
    with pytest.raises(servers.Refused) as told:
        server.start()
    assert told.value.status == 1 and "panicked" not in told.value.output, told.value.output
    return told.value.output.strip().splitlines()[-1]


def encrypted(server, text=b"kept"):
    kms = server.client()
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    return kms.encrypt(KeyId=key, Plaintext=text)["CiphertextBlob"]


def decrypted(server, blob):
    return server.client().decrypt(CiphertextBlob=blob)["Plaintext"]


# Life


def test_a_new_server_serves_its_root_and_keeps_what_it_did(operate):
    server = operate().start()
    identity = server.aws("sts", "get-caller-identity")
    assert identity["Arn"] == f"arn:aws:iam::{server.made['account']}:root"
    blob = encrypted(server)
    server.stop()
    server.start()
    assert decrypted(server, blob) == b"kept"


def test_sealing_refuses_calls_and_unsealing_serves_them_again(operate):
    server = operate().start()
    kms = server.client()
    blob = encrypted(server)
    server.fastness("seal")
    assert code(server) == SEALED
    assert server.status()["sealed"] is True
    status, health = server.http("GET", "/_fastness/health")
    assert (status, json.loads(health)["sealed"]) == (503, True)
    with pytest.raises(botocore.exceptions.ClientError, match="sealed"):
        kms.decrypt(CiphertextBlob=blob)
    # The query protocol's clients read another form.
    with pytest.raises(botocore.exceptions.ClientError, match="ServiceUnavailable.*sealed"):
        server.client("sts").get_caller_identity()
    server.fastness("unseal")
    assert code(server) == RUNNING
    assert kms.decrypt(CiphertextBlob=blob)["Plaintext"] == b"kept"


def test_a_server_whose_seal_needs_a_person_waits_for_one(operate):
    server = operate(seals=["passphrase"], given=PASSPHRASE + "\n").start()
    assert code(server) == SEALED
    assert "fastness unseal" in server.log(), "it says what to do"
    assert "passphrase" in refused(server, "unseal", given="")
    assert "another one" in refused(server, "unseal", given="a wrong passphrase\n")
    assert code(server) == SEALED
    assert "unsealed" in server.fastness("unseal", given=PASSPHRASE + "\n").stdout
    blob = encrypted(server)
    server.kill()
    server.start()
    assert code(server) == SEALED
    server.fastness("unseal", given=PASSPHRASE)
    assert decrypted(server, blob) == b"kept"


def test_the_exit_status_of_status_is_what_its_help_says(operate, tmp_path):
    told = servers.run_binary("status", "--help").stdout
    assert all(f"{number} if" in told for number in (SEALED, TROUBLE, NOT_RUNNING)) and "0 if" in told
    server = operate()
    assert code(server) == NOT_RUNNING
    assert server.status() == {"running": False, "initialised": True}
    server.start()
    assert code(server, "--json") == RUNNING
    told = server.status()
    assert told["running"] is True and told["sealed"] is False and told["trouble"] is None
    assert [seal["seal"] for seal in told["seals"]] == server.seals
    server.fastness("seal")
    assert code(server, "--json") == RUNNING and code(server) == SEALED
    server.kill()
    assert (server.data / "control.sock").exists()
    assert code(server, "--json") == NOT_RUNNING
    for nothing in (tmp_path / "nothing", tmp_path):
        done = servers.run_binary("status", "--data", str(nothing), "--json")
        assert done.returncode == NOT_RUNNING and json.loads(done.stdout) == {"running": False, "initialised": False}


def test_commands_to_no_server_say_how_one_is_started(operate, tmp_path):
    server = operate()
    for command in ("seal", "unseal"):
        assert "fastness serve --data" in refused(server, command)
    done = servers.run_binary("seal", "--data", str(tmp_path / "nothing"))
    assert done.returncode == 1 and "fastness serve --data" in done.stderr


def test_sealing_twice_and_unsealing_twice_are_refused_and_harmless(operate):
    server = operate().start()
    assert "not sealed" in refused(server, "unseal")
    server.fastness("seal")
    assert "sealed already" in refused(server, "seal")
    server.fastness("unseal")
    assert "not sealed" in refused(server, "unseal")
    assert code(server) == RUNNING


def test_of_many_who_unseal_at_once_one_does(operate):
    server = operate(seals=["passphrase"], given=PASSPHRASE).start()
    with concurrent.futures.ThreadPoolExecutor(6) as pool:
        done = list(pool.map(lambda _: server.fastness("unseal", check=False, given=PASSPHRASE), range(6)))
    assert sorted(one.returncode for one in done) == [0, 1, 1, 1, 1, 1], [one.stderr for one in done]
    assert all("not sealed" in one.stderr for one in done if one.returncode == 1), [one.stderr for one in done]
    assert code(server) == RUNNING
    assert decrypted(server, encrypted(server)) == b"kept"


def test_a_sealed_server_is_asked_by_many_at_once(operate):
    """Reading the seals of a closed store opens it for a moment, which two cannot."""
    server = operate(seals=["passphrase"], given=PASSPHRASE).start()
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        told = list(pool.map(lambda _: server.status(), range(32)))
    assert all(one["seals"] and one["sealed"] for one in told), told


def test_sealing_lets_calls_under_way_end_and_loses_none_that_was_answered(operate):
    server = operate("--quotas", "off").start()
    made, odd = [], []

    def work(kms):
        while True:
            try:
                made.append(kms.create_key()["KeyMetadata"]["KeyId"])
            except botocore.exceptions.ClientError as error:
                if "sealed" not in str(error) or error.response["ResponseMetadata"]["HTTPStatusCode"] != 503:
                    odd.append(error.response)
                return

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        workers = [pool.submit(work, server.client()) for _ in range(8)]
        while len(made) < 100 and not odd:
            time.sleep(0.01)
        server.fastness("seal")
        for worker in workers:
            worker.result()
    assert not odd, odd[:3]
    server.fastness("unseal")
    pages = server.client().get_paginator("list_keys").paginate()
    assert set(made) <= {key["KeyId"] for page in pages for key in page["Keys"]}


def test_a_sealed_server_stops_as_well_as_an_open_one(operate):
    server = operate(seals=["shamir:2/3"]).start()
    assert server.fastness("unseal", given=server.made["shares"][0] + "\n", check=False).returncode == SEALED
    assert server.status()["shares_given"] == 1
    server.stop()
    server.start()
    assert server.status()["shares_given"] == 0, "shares wait in memory only"
    server.fastness("unseal", given="\n".join(server.made["shares"][1:]) + "\n")
    server.fastness("seal")
    server.stop()
    assert not (server.data / "control.sock").exists()


def test_a_server_that_is_killed_while_it_is_sealed_or_opened_opens_again(operate):
    server = operate(seals=["passphrase"], given=PASSPHRASE).start()
    server.fastness("unseal", given=PASSPHRASE)
    blob = encrypted(server)
    for command, given in [("seal", None), ("unseal", PASSPHRASE)] * 3:
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            asked = pool.submit(server.fastness, command, check=False, given=given)
            time.sleep(0.05)
            server.kill()
            assert asked.result().returncode in (0, 1)
        server.start()
        if command == "unseal":
            server.fastness("unseal", given=PASSPHRASE)
            assert decrypted(server, blob) == b"kept"


def test_a_server_can_be_sealed_and_unsealed_again_and_again(operate):
    server = operate().start()
    blob = encrypted(server)
    descriptors = None
    for _ in range(10):
        server.fastness("seal")
        server.fastness("unseal")
        assert decrypted(server, blob) == b"kept"
        now = len(os.listdir(f"/proc/{server.process.pid}/fd"))
        descriptors = descriptors or now
    assert now <= descriptors + 2, "what a seal closes is closed"
    assert len(os.listdir(f"/proc/{server.process.pid}/task")) < 64


# Where it cannot run


def test_what_is_no_server_is_refused(tmp_path):
    def said(*words):
        done = servers.run_binary("serve", "--listen", "127.0.0.1:0", *map(str, words), cwd=tmp_path)
        assert done.returncode in (1, 2) and "panicked" not in done.stderr
        return done.stderr.strip().splitlines()[-1]

    assert "--data" in said()
    assert "fastness init" in said("--data", tmp_path / "nothing")
    (tmp_path / "empty").mkdir()
    assert "fastness init" in said("--data", tmp_path / "empty")
    (tmp_path / "file").write_text("")
    assert "fastness init" in said("--data", tmp_path / "file")


def test_a_second_server_is_refused_and_the_first_goes_on(operate):
    first = operate().start()
    second = Operated(first.home, data=first.data, made=first.made)
    said = refusal(second)
    assert f"process {first.process.pid} runs in" in said and "stop it first" in said
    assert code(first) == RUNNING and first.healthy()
    assert decrypted(first, encrypted(first)) == b"kept"


def test_what_a_killed_server_left_does_not_stop_the_next(operate):
    server = operate().start()
    blob = encrypted(server)
    for _ in range(3):
        server.kill()
        assert (server.data / "control.sock").exists() and (server.data / "lock").exists()
        server.start()
        assert code(server) == RUNNING
        assert decrypted(server, blob) == b"kept"
    server.stop()
    assert not (server.data / "control.sock").exists()


def test_a_port_that_is_taken_is_named(operate):
    server = operate()
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = server.run("serve", "--data", server.data, "--listen", f"127.0.0.1:{port}")
    assert done.returncode == 1 and f"cannot listen on 127.0.0.1:{port}" in done.stderr and "in use" in done.stderr
    assert code(server) == NOT_RUNNING
    server.start()


def test_a_path_that_no_socket_can_have_is_refused(operate, tmp_path):
    deep = tmp_path / ("d" * 100) / "data"
    server = operate(data=deep)
    assert "shorter --data" in refusal(server)
    assert code(server) == NOT_RUNNING


def test_an_error_in_the_configuration_names_line_and_key(operate):
    server = operate()
    file = server.data / "fastness.toml"
    whole = file.read_text()
    file.write_text(whole + '\nlog_level = "info"\nlisten_adress = "127.0.0.1:1"\n')
    line = len((whole + "\n").splitlines()) + 2
    said = refusal(server)
    assert f"fastness.toml:{line}" in said and "listen_adress" in said, said
    file.write_text(whole + '\nstore_cache = "a lot"\n')
    assert "store_cache" in refusal(server)
    file.write_text(whole)
    server.start()


def test_plain_http_is_told_to_use_tls(operate):
    server = operate().start()
    with socket.create_connection(("127.0.0.1", server.port), 10) as stream:
        stream.sendall(b"GET /_fastness/health HTTP/1.1\r\nHost: localhost\r\n\r\n")
        answer = b""
        while piece := stream.recv(4096):
            answer += piece
    assert answer.startswith(b"HTTP/1.1 400 ") and b"https only" in answer
    assert server.healthy()


def test_what_controls_a_server_is_not_on_its_listeners(operate):
    server = operate().start()
    for command in ({"command": "seal"}, {"command": "status"}, {"command": "create-admin", "account": server.made["account"], "user": "eve"}):
        status, body = server.http("POST", "/_fastness/control", json.dumps(command).encode())
        assert status in (400, 403, 404) and b"control.sock" in body, body
    assert server.http("POST", "/_fastness/reset")[0] in (400, 403, 404)
    assert code(server) == RUNNING


# Damage


@pytest.mark.parametrize("damage", ["cut", "changed", "emptied", "gone"])
def test_a_damaged_seal_file_leaves_everything_as_it_is(operate, damage):
    server = operate().start()
    blob = encrypted(server)
    server.stop()
    seal = server.home / "seal.key"
    whole = seal.read_bytes()
    seal.unlink()
    if damage != "gone":
        seal.write_bytes({"cut": whole[:20], "changed": bytes([whole[0] ^ 1]) + whole[1:], "emptied": b""}[damage])
    store = (server.data / "store.redb").read_bytes()
    said = refusal(server)
    assert "seal.key" in said, said
    assert (server.data / "store.redb").read_bytes() == store
    assert seal.exists() == (damage != "gone"), "a key file that is to open a store is never made in passing"
    seal.write_bytes(whole)
    server.start()
    assert decrypted(server, blob) == b"kept"


def test_another_seal_is_named_and_refused(operate):
    server = operate().start()
    server.stop()
    seal = server.home / "seal.key"
    right = seal.rename(server.home / "right.key")
    seal.write_bytes(os.urandom(32))
    assert "is another one" in refusal(server)
    # The right one opens from wherever it is given.
    server.flags += ["--seal", f"file:{right}"]
    server.start()
    assert code(server) == RUNNING


@pytest.mark.parametrize("damage", ["cut", "zeroed", "flipped", "gone"])
def test_a_damaged_store_is_refused_and_left_as_it_is(operate, damage):
    server = operate().start()
    blob = encrypted(server)
    server.stop()
    path = server.data / "store.redb"
    whole = path.read_bytes()
    damaged = {"cut": whole[: len(whole) // 3], "zeroed": bytes(len(whole)), "flipped": whole[:4096] + bytes(b ^ 0x5A for b in whole[4096:])}.get(damage)
    path.unlink()
    if damaged is not None:
        path.write_bytes(damaged)
    said = refusal(server)
    assert "store.redb" in said or "fastness init" in said, said
    assert (path.read_bytes() if path.exists() else None) == damaged
    path.write_bytes(whole)
    server.start()
    assert decrypted(server, blob) == b"kept"


# Its surroundings


def test_a_directory_that_others_can_read_is_warned_of(operate):
    server = operate()
    server.data.chmod(0o755)
    server.start()
    assert "other users can read the data directory" in server.log()
    assert (server.data / "control.sock").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("offset, words", [("-3y", "before this program was written|set the clock right"), ("+3y", "set the clock right"), ("+12h", None)])
def test_a_clock_years_off_is_refused_before_anything_is_done(operate, offset, words):
    libraries = list(pathlib.Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))
    if not libraries:
        pytest.skip("faketime is not installed")
    server = operate().start()
    blob = encrypted(server)
    server.stop()
    server.variables = {"LD_PRELOAD": str(libraries[0]), "FAKETIME": offset}
    if words is None:
        server.start()
        server.stop()
    else:
        try:
            said = refusal(server)
        except pytest.fail.Exception:
            pytest.skip("this binary is static, and its clock cannot be feigned")
        assert any(word in said for word in words.split("|")), said
    server.variables = {}
    server.start()
    assert decrypted(server, blob) == b"kept"


def test_a_service_manager_is_told_when_calls_are_answered_and_when_no_more(operate):
    server = operate()
    address = str(server.home / "notify")
    server.variables = {"NOTIFY_SOCKET": address}
    manager = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    manager.bind(address)
    manager.settimeout(20)
    heard = []

    def listen():
        heard.append((manager.recv(64), server.healthy()))
        heard.append((manager.recv(64), None))

    listener = threading.Thread(target=listen)
    listener.start()
    server.start()
    deadline = time.monotonic() + 10
    while not heard and time.monotonic() < deadline:
        time.sleep(0.01)
    assert heard == [(b"READY=1\n", True)], "ready is what answers"
    server.stop()
    listener.join(20)
    assert heard[1:] == [(b"STOPPING=1\n", None)]
    manager.close()


# Its database


def test_a_server_whose_database_is_away_says_so_and_goes_on_when_it_is_back(operate):
    with postgres.Database() as database:
        server = operate(init=("--store", database.create("away"))).start()
        key = server.client().create_key()["KeyMetadata"]["KeyId"]
        database.stop()
        done = server.fastness("status", check=False)
        assert done.returncode == 4 and "in trouble: the store is unavailable" in done.stdout, done.stdout
        with pytest.raises(botocore.exceptions.ClientError, match="ServiceUnavailable"):
            server.client().create_key()
        database.start()
        assert server.client(retries=5).describe_key(KeyId=key)["KeyMetadata"]["KeyState"] == "Enabled"
        assert server.fastness("status").returncode == 0
