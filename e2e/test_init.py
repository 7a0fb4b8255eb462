"""Making a server where that cannot be: each is refused in one line that says what to do, nothing that was there is changed,
and what was cut short is begun anew."""

import json
import os
import pathlib
import random
import signal
import subprocess
import time

import pytest

import operated
import server as servers
from disk import ROOT, digest, disk, fill  # noqa: F401  (a fixture)


def init(home, data, *words, seal="file:{home}/seal.key", given=None, **options):
    """Runs `fastness init` as it stands; gives the finished process."""
    seals = [] if seal is None else ["--seal", seal.format(home=home)]
    command = [servers.BINARY, "init", "--data", str(data), *seals, *map(str, words)]
    options = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | options
    environment = {"HOME": str(home), "PATH": os.environ["PATH"]} | options.pop("env", {})
    return subprocess.run(command, input=given or "", text=True, timeout=60, env=environment, cwd=home, **options)


def refused(done, *words, status=1):
    """The one line of a refusal; log lines may come before it."""
    assert done.returncode == status, (done.returncode, done.stdout, done.stderr)
    assert "panicked" not in done.stderr
    assert not done.stdout, "nothing is told that does not hold"
    last = done.stderr.strip().splitlines()[-1]
    assert last.startswith("fastness init: ") or status == 2, done.stderr
    for word in words:
        assert word in (last if status == 1 else done.stderr), done.stderr
    return last


def works(home, data, made, *flags):
    """Whether what `init` told opens the server that it made."""
    server = operated.Operated(home, *flags, data=data, made=json.loads(made.stdout))
    with server:
        assert server.aws("sts", "get-caller-identity")["Account"] == server.made["account"]


def test_what_is_made_is_private_and_told_once(tmp_path):
    made = init(tmp_path, tmp_path / "data", "--json")
    assert made.returncode == 0, made.stderr
    told = json.loads(made.stdout)
    assert set(told) == {"account", "access_key_id", "secret_access_key", "ca_certificate", "shares"}
    open_to_others = [path for path in (tmp_path / "data").rglob("*") if path.stat().st_mode & 0o077 and path.name != "ca.pem"]
    assert not open_to_others and (tmp_path / "data").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "seal.key").stat().st_mode & 0o777 == 0o600
    secret = told["secret_access_key"].encode()
    assert not [path for path in (tmp_path / "data").rglob("*") if path.is_file() and secret in path.read_bytes()]
    assert not list((tmp_path / "data").glob("unfinished*"))
    works(tmp_path, tmp_path / "data", made)


def test_an_existing_server_is_left_as_it_is(tmp_path):
    made = init(tmp_path, tmp_path / "data", "--json")
    before = digest(tmp_path)
    refused(init(tmp_path, tmp_path / "data", "--json"), "holds a server already", "fastness serve --data")
    refused(init(tmp_path, tmp_path / "data", seal="passphrase", given="a passphrase of words\n"), "holds a server already")
    assert digest(tmp_path) == before
    works(tmp_path, tmp_path / "data", made)


def test_a_running_server_is_left_alone(operate):
    server = operate().start()
    assert "holds a server already" in refused(init(server.home, server.data))
    assert server.healthy() and server.fastness("status").returncode == 0


def test_a_directory_of_something_else_is_left_as_it_is(tmp_path):
    data = tmp_path / "data"
    data.mkdir()
    (data / "thesis.txt").write_text("years of work")
    before = digest(data)
    refused(init(tmp_path, data), "thesis.txt is in it", "choose another")
    assert digest(data) == before and not (tmp_path / "seal.key").exists()


def test_a_fresh_file_system_counts_as_empty(tmp_path):
    (tmp_path / "data" / "lost+found").mkdir(parents=True)
    works(tmp_path, tmp_path / "data", init(tmp_path, tmp_path / "data", "--json"))


def test_a_key_file_may_lie_in_the_directory(tmp_path):
    """Nobody should, but who does must not lose it."""
    data = tmp_path / "data"
    data.mkdir()
    (data / "seal.key").write_bytes(os.urandom(32))
    works(tmp_path, data, init(tmp_path, data, "--json", seal=f"file:{data}/seal.key"))


@pytest.mark.parametrize(
    "seal, words, status",
    [
        (None, ["--seal"], 2),
        ("", ["is no seal", "file:PATH"], 1),
        ("vault:there", ["is no seal", "passphrase"], 1),
        ("shamir:3/2", ["at least 2 shares"], 1),
        ("env:NOT_SET_HERE", ["env:NOT_SET_HERE", "not set"], 1),
        ("credential:seal", ["LoadCredential"], 1),
        ("file:{home}/nowhere/seal.key", ["nowhere/seal.key", "No such file"], 1),
        ("file:{home}", ["key file"], 1),
    ],
)
def test_a_seal_that_is_none_is_refused_before_anything_is_made(tmp_path, seal, words, status):
    refused(init(tmp_path, tmp_path / "data", seal=seal), *words, status=status)
    assert not (tmp_path / "data").exists()
    works(tmp_path, tmp_path / "data", init(tmp_path, tmp_path / "data", "--json"))


@pytest.mark.parametrize("length", [0, 31, 65_537])
def test_a_file_that_is_no_key_is_refused_and_kept(tmp_path, length):
    (tmp_path / "seal.key").write_bytes(b"k" * length)
    refused(init(tmp_path, tmp_path / "data"), "seal.key", f"has {length} bytes", "32 to 65536")
    assert (tmp_path / "seal.key").read_bytes() == b"k" * length


def test_a_key_file_that_others_can_read_is_warned_of(tmp_path):
    (tmp_path / "seal.key").write_bytes(os.urandom(32))
    (tmp_path / "seal.key").chmod(0o644)
    made = init(tmp_path, tmp_path / "data", "--json")
    assert made.returncode == 0 and "other users can read the key file" in made.stderr, made.stderr
    server = operated.Operated(tmp_path, data=tmp_path / "data", made=json.loads(made.stdout))
    with server:
        assert "other users can read the key file" in server.log()


@pytest.mark.parametrize("account", ["", "12345678901", "1234567890123", "11112222333x", "१२३४५६७८९०१२"])
def test_an_account_that_is_none_is_refused(tmp_path, account):
    refused(init(tmp_path, tmp_path / "data", "--account", account), "--account")
    assert not (tmp_path / "data").exists() and not (tmp_path / "seal.key").exists()


@pytest.mark.parametrize("given, words", [("", ["standard input", "empty"]), ("short\n", ["at least"])])
def test_a_passphrase_that_is_none_is_refused(tmp_path, given, words):
    refused(init(tmp_path, tmp_path / "data", seal="passphrase", given=given), *words)
    works_after = init(tmp_path, tmp_path / "data", "--json")
    works(tmp_path, tmp_path / "data", works_after)


def test_a_clock_before_this_program_is_refused_before_anything_is_made(tmp_path):
    if not pathlib.Path("/usr/bin/faketime").exists():
        pytest.skip("faketime is not installed")
    command = ["faketime", "1999-12-31 12:00:00", servers.BINARY, "init", "--data", str(tmp_path / "data"), "--seal", f"file:{tmp_path}/seal.key"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL)
    if done.returncode == 0:
        pytest.skip("this binary is static, and its clock cannot be feigned")
    refused(done, "1999-12-31", "set the clock right")
    assert not (tmp_path / "data").exists() and not (tmp_path / "seal.key").exists()


# What is printed once


def test_an_output_that_keeps_nothing_is_refused_before_anything_is_made(tmp_path):
    """A credential that nobody sees is lost."""
    with open("/dev/null", "w") as nowhere:
        assert "standard output" in refused_silently(init(tmp_path, tmp_path / "data", stdout=nowhere))
    closed = ["sh", "-c", 'exec "$@" >&-', "sh", servers.BINARY, "init", "--data", str(tmp_path / "data"), "--seal", f"file:{tmp_path}/seal.key"]
    done = subprocess.run(closed, stderr=subprocess.PIPE, text=True, timeout=60, stdin=subprocess.DEVNULL)
    assert "standard output" in refused_silently(done)
    assert not (tmp_path / "data").exists() and not (tmp_path / "seal.key").exists()


def test_a_reader_who_is_gone_makes_no_server(tmp_path):
    reader, writer = os.pipe()
    os.close(reader)
    with open(writer, "w") as gone:
        assert "could not be printed" in refused_silently(init(tmp_path, tmp_path / "data", stdout=gone))
    assert not (tmp_path / "data").exists()
    works(tmp_path, tmp_path / "data", init(tmp_path, tmp_path / "data", "--json"))


def test_a_full_output_makes_no_server(tmp_path):
    with open("/dev/full", "w") as full:
        assert "No space left" in refused_silently(init(tmp_path, tmp_path / "data", "--json", stdout=full))
    works(tmp_path, tmp_path / "data", init(tmp_path, tmp_path / "data", "--json"))


def refused_silently(done):
    assert done.returncode == 1 and "panicked" not in done.stderr, done.stderr
    return done.stderr.strip().splitlines()[-1]


# Cut short


def test_an_init_that_is_killed_can_be_run_again(tmp_path):
    """Wherever it was: the second one works, and nothing of the first can be run."""
    data = tmp_path / "data"
    whole = min(timed(tmp_path / f"whole-{index}") for index in range(3))
    dice = random.Random(8)
    unfinished = 0
    for attempt in range(24):
        home = tmp_path / f"attempt-{attempt}"
        home.mkdir()
        data = home / "data"
        command = [servers.BINARY, "init", "--data", str(data), "--seal", f"file:{home}/seal.key", "--json"]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL)
        time.sleep(whole * dice.uniform(0.05, 1.0))
        process.kill()
        told, _ = process.communicate()
        if process.returncode == 0:
            continue
        assert process.returncode == -signal.SIGKILL
        if (data / "unfinished").exists():
            unfinished += 1
            refusal = servers.run_binary("serve", "--data", str(data), "--listen", "127.0.0.1:0")
            assert refusal.returncode == 1 and "`fastness init` has not ended" in refusal.stderr, refusal.stderr
            told = json.loads(servers.run_binary("status", "--data", str(data), "--json").stdout)
            assert told == {"running": False, "initialised": False}
        made = init(home, data, "--json")
        if made.returncode != 0:
            # It had ended but for its exit.
            assert told and "holds a server already" in made.stderr, made.stderr
            continue
        if attempt % 4 == 0:
            works(home, data, made)
    assert unfinished, "some were cut short while they made something"


def timed(home):
    home.mkdir()
    began = time.monotonic()
    assert init(home, home / "data").returncode == 0
    return time.monotonic() - began


def test_two_at_once_make_one_server(tmp_path):
    command = [servers.BINARY, "init", "--data", str(tmp_path / "data"), "--seal", f"file:{tmp_path}/seal.key", "--json"]
    both = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True) for _ in range(4)]
    ended = [(*process.communicate(timeout=60), process.returncode) for process in both]
    made = [told for told, _, status in ended if status == 0]
    assert len(made) == 1, ended
    assert all("runs in" in said or "holds a server already" in said or "is in it" in said for _, said, status in ended if status != 0), ended
    server = operated.Operated(tmp_path, data=tmp_path / "data", made=json.loads(made[0]))
    with server:
        assert server.aws("sts", "get-caller-identity")["Account"] == server.made["account"]


# Disks


@ROOT
def test_a_full_disk_makes_no_server_and_space_makes_one(tmp_path, disk):
    filler = fill(disk)
    said = refused(init(tmp_path, disk / "data"), "No server was made")
    assert "No space left" in said or "disk is full" in said, said
    filler.unlink()
    works(tmp_path, disk / "data", init(tmp_path, disk / "data", "--json"))


@ROOT
@pytest.mark.parametrize("free_kib", [8, 64, 512])
def test_a_disk_that_becomes_full_makes_no_server(tmp_path, disk, free_kib):
    filler = fill(disk)
    with open(filler, "r+b") as file:
        file.truncate(filler.stat().st_size - free_kib * 1024)
    done = init(tmp_path, disk / "data", "--json")
    if done.returncode != 0:
        refused(done, "No server was made")
    filler.unlink()
    works(tmp_path, disk / "data", done if done.returncode == 0 else init(tmp_path, disk / "data", "--json"))


@ROOT
def test_a_read_only_disk_is_refused(tmp_path, disk):
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
    refused(init(tmp_path, disk / "data"), "Read-only file system")
    subprocess.run(["mount", "-o", "remount,rw", str(disk)], check=True)
    (disk / "data").mkdir()
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
    refused(init(tmp_path, disk / "data"), "Read-only file system")
    subprocess.run(["mount", "-o", "remount,rw", str(disk)], check=True)
    works(tmp_path, disk / "data", init(tmp_path, disk / "data", "--json"))


def test_a_file_in_the_place_of_the_directory_is_refused(tmp_path):
    (tmp_path / "data").write_text("a file")
    refused(init(tmp_path, tmp_path / "data"), str(tmp_path / "data"))
    refused(init(tmp_path, tmp_path / "data" / "below"), "Not a directory")
    assert (tmp_path / "data").read_text() == "a file"


# PostgreSQL


def test_a_database_that_is_not_there_makes_no_server(tmp_path):
    url = f"postgres://fastness@127.0.0.1:{servers.free_port()}/nothing"
    said = refused(init(tmp_path, tmp_path / "data", "--store", url), "No server was made")
    assert "onnection refused" in said, said
    works(tmp_path, tmp_path / "data", init(tmp_path, tmp_path / "data", "--json"))


def test_a_database_that_holds_a_server_is_left_as_it_is(tmp_path, postgresql):
    address = postgresql.create("taken")
    first = init(tmp_path, tmp_path / "one", "--store", address, "--json")
    assert first.returncode == 0, first.stderr
    before = postgresql.dump("taken")
    said = refused(init(tmp_path, tmp_path / "two", "--store", address), "initialised already")
    assert "No server was made" in said
    assert entries(postgresql.dump("taken")) == entries(before)
    works(tmp_path, tmp_path / "one", first)


def test_an_init_over_a_database_that_is_killed_says_what_to_remove(tmp_path, postgresql):
    """Which server a database holds cannot be told from outside it, so nothing is taken away there."""
    dice = random.Random(8)
    began = time.monotonic()
    assert init(tmp_path, tmp_path / "whole", "--store", postgresql.create("whole")).returncode == 0
    whole = time.monotonic() - began
    for attempt in range(8):
        home, address = tmp_path / f"attempt-{attempt}", postgresql.create(f"killed{attempt}")
        home.mkdir()
        command = [servers.BINARY, "init", "--data", str(home / "data"), "--seal", f"file:{home}/seal.key", "--store", address, "--json"]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL)
        time.sleep(whole * dice.uniform(0.2, 1.0))
        process.kill()
        if process.wait() == 0:
            continue
        made = init(home, home / "data", "--store", address, "--json")
        if made.returncode != 0 and "holds a server already" not in made.stderr:
            refused(made, "initialised already", "over an empty database")
            made = init(home, home / "data", "--store", postgresql.create(f"again{attempt}"), "--json")
            assert made.returncode == 0, made.stderr
    works(home, tmp_path / "end", init(home, tmp_path / "end", "--store", postgresql.create("end"), "--json"))


def entries(dump):
    """The rows of what is stored, without those that only tell the time."""
    rows = dump.decode().split("COPY public.fastness_entry", 1)[1].split("\\.", 1)[0]
    assert len(rows) > 100
    return rows


def test_a_password_of_the_database_is_never_told(tmp_path):
    url = f"postgres://fastness:planted-password@127.0.0.1:{servers.free_port()}/nothing"
    done = init(tmp_path, tmp_path / "data", "--store", url)
    assert done.returncode == 1 and "planted-password" not in done.stderr + done.stdout
