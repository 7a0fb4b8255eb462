"""`fastness encrypt`, `decrypt` and `inspect`: what their help says, and that nothing half done is ever left."""

import base64
import contextlib
import json
import os
import pty
import re
import shlex
import signal
import subprocess
import time

import pytest

from server import BINARY, REGION, free_port

MIB = 1 << 20
RAW = ["--raw-aes", "tests/key=file:key.bin"]
NOBODY = 65534


class Desk:
    """A directory to work in, with a raw key, and the environment in which KMS is the test's server."""

    def __init__(self, path, server=None):
        self.path = path
        (path / "key.bin").write_bytes(bytes(range(32)))
        self.environment = server.environment(endpoint=server.endpoint) if server else {"PATH": os.environ["PATH"], "HOME": str(path)}
        self.environment["HOME"] = str(path)

    def run(self, *arguments, status=0, stdin=None, **options):
        options.setdefault("env", self.environment)
        command = [BINARY, *map(str, arguments)]
        source = {"input": stdin} if stdin is not None else {"stdin": subprocess.DEVNULL}
        done = subprocess.run(command, capture_output=True, cwd=self.path, timeout=120, **source, **options)
        assert done.returncode == status, f"{shlex.join(command)}: {done.returncode}\n{done.stdout[-500:]}\n{done.stderr.decode()}"
        return done

    def error(self, *arguments, **options):
        return self.run(*arguments, status=1, **options).stderr.decode()

    def write(self, name, content=b"content"):
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return path

    def read(self, name):
        return (self.path / name).read_bytes()

    def names(self, directory="."):
        """Every file below, without the key."""
        root = self.path / directory
        found = (os.path.relpath(os.path.join(base, name), root) for base, _, names in os.walk(root) for name in names)
        return sorted(name for name in found if name != "key.bin")


@pytest.fixture
def desk(tmp_path):
    """Without a server: raw keys alone."""
    return Desk(tmp_path)


@pytest.fixture
def kms_desk(tmp_path, dev, kms, alias):
    return Desk(tmp_path, dev)


@pytest.fixture(scope="module")
def alias(kms):
    """The ARN of the key behind alias/app."""
    arn = kms.create_key()["KeyMetadata"]["Arn"]
    kms.create_alias(AliasName="alias/app", TargetKeyId=arn)
    return arn


def encrypted(desk, content=b"content", *arguments):
    return desk.run("encrypt", *RAW, *arguments, stdin=content).stdout


def calls(server):
    """Requests that the meter has seen."""
    return sum(line.get("requests", 0) for line in json.loads(server.fastness("cost", "--json").stdout)["lines"])


# Files


def test_a_file_goes_there_and_back_beside_itself_with_its_mode(desk):
    desk.write("a.tar", b"tape").chmod(0o640)
    assert desk.run("encrypt", *RAW, "a.tar").stdout == b"a.tar -> a.tar.encrypted\n"
    assert (desk.path / "a.tar.encrypted").stat().st_mode & 0o777 == 0o640
    (desk.path / "a.tar").unlink()
    assert desk.run("decrypt", *RAW, "a.tar.encrypted").stdout == b"a.tar.encrypted -> a.tar\n"
    assert (desk.read("a.tar"), (desk.path / "a.tar").stat().st_mode & 0o777) == (b"tape", 0o640)
    assert desk.run("encrypt", "-q", *RAW, "-o", "b", "a.tar").stdout == b""
    assert desk.run("decrypt", *RAW, "-o", "-", "b").stdout == b"tape"
    assert desk.run("decrypt", *RAW, "b").stdout == b"b -> b.decrypted\n"


def test_an_output_that_exists_is_left_unless_its_replacement_is_asked_for(desk):
    desk.write("a")
    desk.write("a.encrypted", b"precious")
    assert "exists" in desk.error("encrypt", *RAW, "a")
    assert desk.read("a.encrypted") == b"precious"
    desk.run("encrypt", *RAW, "--resume", "a")
    assert desk.read("a.encrypted") == b"precious"
    desk.run("encrypt", *RAW, "--overwrite", "a")
    assert desk.run("decrypt", *RAW, "-o", "-", "a.encrypted").stdout == b"content"
    assert desk.names() == ["a", "a.encrypted"]


def test_several_files_and_patterns_go_to_a_directory(desk):
    for name in ["x/1.log", "x/2.log", "y"]:
        desk.write(name, name.encode())
    desk.run("encrypt", *RAW, "-o", "out/", "x/*.log", "y")
    assert desk.names("out") == ["1.log.encrypted", "2.log.encrypted", "y.encrypted"]
    assert desk.run("decrypt", *RAW, "-o", "-", "out/1.log.encrypted").stdout == b"x/1.log"
    desk.write("z/1.log")
    assert "two inputs" in desk.error("encrypt", *RAW, "-o", "out2/", "x/1.log", "z/1.log")
    assert "need a directory" in desk.error("encrypt", *RAW, "-o", "file", "x/1.log", "y")
    assert "no such file" in desk.error("encrypt", *RAW, "no*.log")
    desk.write("[odd]")
    desk.run("encrypt", *RAW, "[odd]")
    assert "[odd].encrypted" in desk.names()


def test_more_files_than_can_be_open_are_done(desk):
    names = [f"d{index}/f" for index in range(100)]
    [desk.write(name, name.encode()) for name in names]
    limited = f"ulimit -n 40; exec {BINARY} encrypt -q {' '.join(RAW)} d*/f"
    subprocess.run(["bash", "-c", limited], cwd=desk.path, check=True)
    assert len([name for name in desk.names() if name.endswith(".encrypted")]) == 100
    limited = f"ulimit -n 40; exec {BINARY} decrypt -q {' '.join(RAW)} -r . -o ../back-{desk.path.name}"
    subprocess.run(["bash", "-c", limited], cwd=desk.path)
    assert desk.read(f"../back-{desk.path.name}/d7/f") == b"d7/f"


def test_a_directory_is_mirrored_and_a_run_that_was_cut_off_goes_on(desk):
    names = [f"{directory}/{index}" for directory in ("", "a", "a/b") for index in range(5)]
    for name in names:
        desk.write(f"in/{name}", name.encode())
    assert "-r" in desk.error("encrypt", *RAW, "-o", "out", "in")
    done = desk.run("encrypt", *RAW, "-r", "-o", "out", "in").stdout.decode()
    assert "15 done" in done.splitlines()[-1]
    assert desk.names("out") == sorted(os.path.normpath(f"{name.lstrip('/')}.encrypted") for name in names)
    for name in ["3.encrypted", "a/b/1.encrypted"]:
        (desk.path / "out" / name).unlink()
    kept = desk.read("out/0.encrypted")
    told = desk.error("encrypt", *RAW, "-r", "-o", "out", "in")
    assert "2 done" in told and "13 left out" in told, "what is there is reported, and the rest is done all the same"
    (desk.path / "out/3.encrypted").unlink()
    assert "1 done" in desk.run("encrypt", *RAW, "-r", "--resume", "-o", "out", "in").stdout.decode()
    assert desk.read("out/0.encrypted") == kept
    desk.run("decrypt", *RAW, "-r", "-o", "back", "out")
    assert desk.names("back") == desk.names("in")
    assert all(desk.read(f"back/{name}") == name.encode() for name in names)


def test_a_directory_is_done_in_place_without_taking_outputs_for_inputs(desk):
    desk.write("in/a"), desk.write("in/b/c")
    for expected in ("2 done", "0 done"):
        assert expected in desk.run("encrypt", *RAW, "-r", "--resume", "in").stdout.decode()
    assert desk.names("in") == ["a", "a.encrypted", "b/c", "b/c.encrypted"]
    assert "the output lies in the input" in desk.error("encrypt", *RAW, "-r", "-o", "in/out", "in")


def test_links_are_not_followed_where_nobody_named_them(desk):
    desk.write("secret", b"secret")
    desk.write("in/a")
    (desk.path / "in/link").symlink_to("../secret")
    (desk.path / "in/up").symlink_to("..")
    told = desk.error("encrypt", *RAW, "-r", "-o", "out", "in")
    assert told.count("a symbolic link") == 2 and desk.names("out") == ["a.encrypted"]
    desk.error("encrypt", *RAW, "-r", "--resume", "--follow-links", "-o", "out", "in")
    assert desk.names("out") == ["a.encrypted", "link.encrypted"], "to files alone, when asked to"
    (desk.path / "trap").mkdir()
    (desk.path / "evil/b").parent.mkdir()
    (desk.path / "evil/b").symlink_to("../trap")
    desk.write("tree/b/c")
    assert "not a directory" in desk.error("encrypt", *RAW, "-r", "-o", "evil", "tree")
    assert desk.names("trap") == []
    (desk.path / "out.encrypted").symlink_to("secret")
    desk.run("encrypt", *RAW, "--overwrite", "-o", "out.encrypted", "in/a")
    assert desk.read("secret") == b"secret", "a link is replaced, not written through"


def test_input_and_output_are_not_one_file(desk):
    path = desk.write("a")
    os.link(path, desk.path / "hard")
    (desk.path / "soft").symlink_to("a")
    for name in ["a", "hard", "soft"]:
        assert "same file" in desk.error("encrypt", *RAW, "--overwrite", "-o", name, "a")
    with open(path, "rb") as source, open(path, "ab") as target:
        done = subprocess.run([BINARY, "encrypt", *RAW], stdin=source, stdout=target, stderr=subprocess.PIPE, cwd=desk.path)
    assert done.returncode == 1 and desk.read("a") == b"content"


def test_pipes_devices_and_descriptors_are_read_and_written(desk):
    desk.write("a", b"through a pipe")
    script = f"{BINARY} encrypt {' '.join(RAW)} -o - <(cat a) | {BINARY} decrypt {' '.join(RAW)} -o /dev/stdout -"
    assert subprocess.check_output(["bash", "-c", script], cwd=desk.path) == b"through a pipe"
    desk.run("encrypt", *RAW, "-o", "/dev/null", "a")
    assert "No space left" in desk.error("encrypt", *RAW, "-o", "/dev/full", "a")
    desk.run("encrypt", *RAW, "-o", "b", stdin=b"x")
    assert (desk.path / "b").stat().st_mode & 0o777 == 0o600


# Nothing half done


def heeding():
    """What runs in the background is born deaf to these, and hands that down."""
    for number in [signal.SIGINT, signal.SIGTERM, signal.SIGHUP]:
        signal.signal(number, signal.SIG_DFL)


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL])
@pytest.mark.parametrize("existing", [[], ["--overwrite"]])
def test_whatever_ends_it_nothing_is_left(desk, ending, existing):
    desk.write("out/a", b"old")
    target = "out/a" if existing else "out/b"
    command = [BINARY, "encrypt", *RAW, *existing, "-o", target]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, cwd=desk.path, stderr=subprocess.DEVNULL, preexec_fn=heeding)
    process.stdin.write(bytes(8 * MIB))
    process.stdin.flush()
    assert desk.names("out") == ["a"], "no name before the end"
    process.send_signal(ending)
    assert process.wait(30) != 0
    assert (desk.names("out"), desk.read("out/a")) == (["a"], b"old")


def test_a_full_disk_leaves_nothing(desk):
    if os.geteuid() != 0:
        pytest.skip("only root can make a small disk")
    disk = desk.path / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", disk], capture_output=True).returncode != 0:
        pytest.skip("no file system may be mounted here")
    try:
        desk.write("big", bytes(4 * MIB))
        assert "No space left" in desk.error("encrypt", *RAW, "-o", "disk/big", "big")
        assert desk.names("disk") == []
    finally:
        subprocess.run(["umount", disk], check=True)


def test_what_may_not_be_read_or_written_is_told_and_the_rest_is_done(desk):
    as_nobody = {"user": NOBODY, "group": NOBODY, "extra_groups": []} if os.geteuid() == 0 else {}
    for base in [desk.path, *desk.path.parents][:3]:
        base.chmod(0o755)
    if as_nobody and subprocess.run([BINARY, "--version"], capture_output=True, **as_nobody).returncode != 0:
        pytest.skip("nobody may run the binary where it is")
    (desk.path / "key.bin").chmod(0o644)
    desk.write("in/closed").chmod(0o000)
    desk.write("in/open").chmod(0o644)
    (desk.path / "in/locked").mkdir(mode=0o000)
    (desk.path / "out").mkdir()
    (desk.path / "out").chmod(0o777)
    told = desk.error("encrypt", *RAW, "-r", "-o", "out", "in", **as_nobody)
    assert "in/closed: Permission denied" in told and "in/locked: Permission denied" in told and "1 done" in told
    assert desk.names("out") == ["open.encrypted"]
    (desk.path / "out").chmod(0o555)
    assert "Permission denied" in desk.error("encrypt", *RAW, "-o", "out/x", "in/open", **as_nobody)
    (desk.path / "in/locked").chmod(0o755)


def test_memory_is_bounded_however_much_comes(desk):
    measure = "import os, resource, subprocess, sys; s = subprocess.call(sys.argv[1:]); print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, file=sys.stderr); sys.exit(s)"
    commands = [["encrypt", *RAW, "--unsigned"], ["decrypt", *RAW]]
    measured = [["python3", "-c", measure, BINARY, *command] for command in commands]
    source = subprocess.Popen(["head", "-c", str(1 << 30), "/dev/zero"], stdout=subprocess.PIPE)
    first = subprocess.Popen(measured[0], stdin=source.stdout, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=desk.path)
    second = subprocess.Popen(measured[1], stdin=first.stdout, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=desk.path)
    source.stdout.close(), first.stdout.close()
    length = 0
    while chunk := second.stdout.read(MIB):
        length += len(chunk)
    assert (first.wait(60), second.wait(60), length) == (0, 0, 1 << 30)
    for process in (first, second):
        kilobytes = int(process.stderr.read().split()[-1])
        assert kilobytes < 32 << 10, f"{kilobytes} KiB resident"


# What is wrong is named


def test_a_byte_that_was_changed_is_named(desk):
    message = encrypted(desk, bytes(10_000), "--frame-length", "1024")
    header = json.loads(desk.run("inspect", "--json", stdin=message).stdout)["header"]
    body = message.index(b"\0\0\0\1" + bytes(11) + b"\1")
    frame = 4 + 12 + 1024 + 16
    desk.write("m", bytes([*message[: body + 3 * frame + 100], message[body + 3 * frame + 100] ^ 1, *message[body + 3 * frame + 101 :]]))
    told = desk.error("decrypt", *RAW, "-o", "out", "m")
    assert re.search(r"at byte (\d+)", told).group(1) == str(body + 3 * frame), told
    assert header["frame_length"] == 1024 and desk.names() == ["m"]
    desk.write("m", message[: body + 2 * frame + 7])
    assert f"cut off after byte {body + 2 * frame + 7}" in desk.error("decrypt", *RAW, "-o", "out", "m")
    desk.write("m", message + b"x")
    assert f"at byte {len(message)}" in desk.error("decrypt", *RAW, "-o", "out", "m")
    desk.write("m", b"plain text, nothing else")
    assert "not a message" in desk.error("decrypt", *RAW, "-o", "out", "m")
    desk.write("m", base64.b64encode(encrypted(desk, b"", "--commitment-policy", "forbid-encrypt-allow-decrypt")))
    assert "ase64" in desk.error("decrypt", *RAW, "-o", "out", "m")
    assert desk.names() == ["m"]


def test_the_pair_that_does_not_match_is_named(desk):
    message = encrypted(desk, b"content", "-c", "purpose=test", "-c", "department=IT")
    for expected in (["-c", "purpose"], ["-c", "purpose=test", "-c", "department=IT"], []):
        assert desk.run("decrypt", *RAW, *expected, stdin=message).stdout == b"content"
    for expected, told in {"purpose=prod": '"purpose" is "test", not "prod"', "owner": 'it has no "owner"', "owner=a": 'it has no "owner", which should be "a"'}.items():
        done = desk.run("decrypt", *RAW, "-c", expected, stdin=message, status=1)
        assert told in done.stderr.decode() and done.stdout == b""


def test_context_may_be_kept_out_of_the_message(desk):
    message = encrypted(desk, b"content", "-c", "tenant=blue", "-c", "a=b", "--context-not-stored", "tenant")
    assert b"tenant" not in message and b"blue" not in message
    assert desk.run("decrypt", *RAW, "-c", "tenant=blue", "-c", "a=b", "--context-not-stored", "tenant", stdin=message).stdout == b"content"
    desk.error("decrypt", *RAW, stdin=message)
    desk.error("decrypt", *RAW, "-c", "tenant=red", "--context-not-stored", "tenant", stdin=message)


def test_another_key_is_refused_with_the_reason(desk):
    message = encrypted(desk)
    desk.write("other.bin", bytes(32))
    assert "tests other" in desk.error("decrypt", "--raw-aes", "tests/other=file:key.bin", stdin=message)
    assert "does not verify" in desk.error("decrypt", "--raw-aes", "tests/key=file:other.bin", stdin=message)
    desk.write("short.bin", b"short")
    assert "16, 24 or 32 bytes" in desk.error("encrypt", "--raw-aes", "tests/key=file:short.bin", stdin=b"")
    assert "not set" in desk.error("encrypt", "--raw-aes", "tests/key=env:NO_SUCH", stdin=b"")


def test_a_signed_message_reaches_a_pipe_whole_or_not_at_all_if_it_is_buffered(desk):
    message = encrypted(desk, bytes(2 * MIB))
    broken = message[:-1] + bytes([message[-1] ^ 1])
    assert len(desk.run("decrypt", *RAW, stdin=broken, status=1).stdout) > 0, "frames go out as they are verified"
    assert desk.run("decrypt", *RAW, "--buffer", stdin=broken, status=1).stdout == b""
    assert desk.run("decrypt", *RAW, "--buffer", stdin=message).stdout == bytes(2 * MIB)
    assert "signed" in desk.error("decrypt", *RAW, "--unsigned", stdin=message)
    assert desk.run("decrypt", *RAW, "--unsigned", stdin=encrypted(desk, b"x", "--unsigned")).stdout == b"x"


def test_suites_and_policies_are_what_was_asked_for(desk):
    message = encrypted(desk, b"x", "--algorithm", "AES_128_GCM_IV12_TAG16_HKDF_SHA256", "--commitment-policy", "forbid-encrypt-allow-decrypt")
    assert "--commitment-policy require-encrypt-allow-decrypt" in desk.error("decrypt", *RAW, stdin=message)
    assert desk.run("decrypt", *RAW, "--commitment-policy", "require-encrypt-allow-decrypt", stdin=message).stdout == b"x"
    desk.error("encrypt", *RAW, "--algorithm", "AES_128_GCM_IV12_TAG16_HKDF_SHA256", stdin=b"x")
    assert desk.run("decrypt", *RAW, stdin=encrypted(desk, b"x" * 1000, "--frame-length", "7")).stdout == b"x" * 1000
    inspected = lambda message: json.loads(desk.run("inspect", "--json", stdin=message).stdout)["header"]["frame_length"]
    desk.write("short", bytes(MIB)), desk.write("long", bytes(MIB + 1))
    lengths = [inspected(desk.run("encrypt", *RAW, "-o", "-", name).stdout) for name in ("short", "long")]
    assert (lengths, inspected(encrypted(desk))) == ([4096, 65536], 65536)


def test_base64_and_json_and_inspection(desk):
    text = encrypted(desk, b"x" * 1000, "--base64", "-c", "a=b")
    assert base64.b64decode(text)[0] == 2
    assert desk.run("decrypt", *RAW, "--base64", stdin=text[:100] + b"\n" + text[100:]).stdout == b"x" * 1000
    desk.write("a", b"12345")
    told = json.loads(desk.run("encrypt", *RAW, "--json", "a").stdout)
    assert (told["status"], told["input"], told["output"], told["bytes_read"]) == ("done", "a", "a.encrypted", 5)
    skipped = json.loads(desk.run("encrypt", *RAW, "--json", "a", status=1).stdout)
    assert skipped["status"] == "skipped" and "exists" in skipped["reason"]
    shown = desk.run("inspect", "--base64", stdin=text).stdout.decode()
    assert "context    a = b" in shown and "signed" in shown and "tests key" in shown
    assert "b: " in desk.error("inspect", "a.encrypted", "b")


def test_names_of_a_message_do_not_steer_the_terminal(desk):
    message = encrypted(desk, b"x", "-c", "a=\x1b[31mred")
    assert b"\x1b" not in desk.run("inspect", stdin=message).stdout
    assert "\x1b" not in desk.error("decrypt", *RAW, "-c", "a=b", stdin=message)


def on_terminal(desk, *arguments, feed=b"", stdout=False):
    """Runs with a terminal for standard error, or for standard output too; the status, and what the terminal saw."""
    ours, theirs = pty.openpty()
    where = {"stdout": theirs if stdout else subprocess.DEVNULL, "stderr": theirs}
    process = subprocess.Popen([BINARY, *arguments], stdin=subprocess.PIPE, cwd=desk.path, env=desk.environment, **where)
    os.close(theirs)
    for _ in range(3):
        # The process may have refused already.
        with contextlib.suppress(BrokenPipeError):
            process.stdin.write(feed)
            process.stdin.flush()
        time.sleep(0.3)
    with contextlib.suppress(BrokenPipeError):
        process.stdin.close()
    seen = b""
    with contextlib.suppress(OSError):
        while chunk := os.read(ours, 65536):
            seen += chunk
    os.close(ours)
    return process.wait(30), seen


def test_progress_is_drawn_on_a_terminal_and_cleared(desk):
    status, seen = on_terminal(desk, "encrypt", *RAW, "-o", "a", feed=bytes(MIB))
    assert status == 0 and b"MiB/s" in seen and seen.endswith(b"\r\x1b[K")
    for flag in ("--quiet", "--json"):
        assert on_terminal(desk, "encrypt", *RAW, flag, "-o", f"a{flag}", feed=bytes(MIB)) == (0, b"")
    assert desk.run("encrypt", *RAW, "-o", "b", stdin=bytes(8 * MIB)).stderr == b"", "there is no terminal"


def test_a_terminal_is_not_filled_with_what_is_encrypted(desk):
    status, seen = on_terminal(desk, "encrypt", *RAW, feed=b"x", stdout=True)
    assert status == 1 and b"-o - to insist" in seen
    status, seen = on_terminal(desk, "encrypt", *RAW, "-o", "-", feed=b"x", stdout=True)
    assert status == 0 and b"AES" not in seen and len(seen) > 200


# Keys


def test_raw_keys_come_from_files_the_environment_and_kms(kms_desk, kms, alias):
    desk, key = kms_desk, bytes(range(32))
    message = encrypted(desk)
    desk.write("key.hex", key.hex().encode() + b"\n")
    desk.write("key.kms", kms.encrypt(KeyId="alias/app", Plaintext=key)["CiphertextBlob"])
    environment = {**desk.environment, "KEY": base64.b64encode(key).decode(), "HEX": key.hex()}
    for source in ["hex:file:key.hex", "env:KEY", "hex:env:HEX", "kms:alias/app,key.kms"]:
        done = desk.run("decrypt", "--raw-aes", f"tests/key={source}", stdin=message, env=environment)
        assert done.stdout == b"content", source


def test_raw_rsa_encrypts_with_the_public_and_decrypts_with_the_private_half(desk):
    openssl = lambda *arguments: subprocess.run(["openssl", *arguments], cwd=desk.path, check=True, capture_output=True)
    openssl("genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-out", "private.pem")
    openssl("pkey", "-in", "private.pem", "-pubout", "-out", "public.pem")
    message = desk.run("encrypt", "--raw-rsa", "tests/rsa=file:public.pem", stdin=b"x").stdout
    assert desk.run("decrypt", "--raw-rsa", "tests/rsa=file:private.pem", stdin=message).stdout == b"x"
    desk.error("decrypt", "--raw-rsa", "tests/rsa=file:public.pem", stdin=message)
    desk.error("decrypt", "--raw-rsa", "tests/rsa=file:private.pem", "--rsa-padding", "oaep-sha512", stdin=message)


def test_a_kms_key_goes_by_all_its_names(kms_desk, kms, alias):
    desk = kms_desk
    key_id = alias.split("/")[1]
    for name in ["alias/app", key_id, alias, alias.replace(f"key/{key_id}", "alias/app")]:
        message = desk.run("encrypt", "--key", name, "-c", "a=b", stdin=b"content").stdout
        for other in (["--key", "alias/app"], ["--key", key_id], ["--key", alias], [], ["--account", "000000000000"]):
            assert desk.run("decrypt", *other, stdin=message).stdout == b"content", (name, other)
    other = kms.create_key()["KeyMetadata"]["Arn"]
    told = desk.error("decrypt", "--key", other, stdin=message)
    assert alias in told and other in told
    assert "does not have the account" in desk.error("decrypt", "--account", "111122223333", stdin=message)
    assert "NotFoundException" in desk.error("encrypt", "--key", "alias/none", stdin=b"")


def test_key_pairs_on_curves_encrypt_to_their_holder(kms_desk, kms):
    desk = kms_desk
    openssl = lambda *arguments: subprocess.run(["openssl", *arguments], cwd=desk.path, check=True, capture_output=True)
    openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-384", "-out", "private.pem")
    openssl("pkey", "-in", "private.pem", "-pubout", "-out", "public.pem")
    message = desk.run("encrypt", "--raw-ecdh", "ECC_NIST_P384=file:public.pem", stdin=b"x").stdout
    assert desk.run("decrypt", "--raw-ecdh", "ECC_NIST_P384=file:private.pem", stdin=message).stdout == b"x"
    desk.error("decrypt", "--raw-ecdh", "ECC_NIST_P256=file:private.pem", stdin=message)
    agreeing = kms.create_key(KeySpec="ECC_NIST_P256", KeyUsage="KEY_AGREEMENT")["KeyMetadata"]["Arn"]
    message = desk.run("encrypt", "--kms-ecdh", agreeing, stdin=b"x").stdout
    assert desk.run("decrypt", "--kms-ecdh", agreeing, stdin=message).stdout == b"x"
    assert "KEY_AGREEMENT" in desk.error("encrypt", "--kms-ecdh", kms.create_key(KeySpec="ECC_NIST_P256", KeyUsage="SIGN_VERIFY")["KeyMetadata"]["Arn"], stdin=b"")


def test_an_rsa_key_in_kms_encrypts_without_a_call(kms_desk, kms):
    desk = kms_desk
    arn = kms.create_key(KeySpec="RSA_2048", KeyUsage="ENCRYPT_DECRYPT")["KeyMetadata"]["Arn"]
    desk.write("public.der", kms.get_public_key(KeyId=arn)["PublicKey"])
    offline = {"PATH": desk.environment["PATH"], "HOME": str(desk.path)}
    message = desk.run("encrypt", "--unsigned", "--kms-rsa", f"{arn}=file:public.der", stdin=b"x", env=offline).stdout
    assert desk.run("decrypt", "--kms-rsa", arn, stdin=message).stdout == b"x"
    assert desk.run("decrypt", "--kms-rsa", arn, stdin=desk.run("encrypt", "--unsigned", "--kms-rsa", arn, stdin=b"y").stdout).stdout == b"y"
    assert "sign" in desk.error("encrypt", "--kms-rsa", arn, stdin=b"")


def test_branch_keys_save_calls_and_rotate(kms_desk, dev, alias):
    desk = kms_desk
    store = ["--branch-key-store", "keys", "--branch-key-kms-key", alias]
    assert desk.run("branch-key", "create", *store, "--id", "tenant", "-c", "tenant=1").stdout == b"tenant\n"
    assert "already" in desk.error("branch-key", "create", *store, "--id", "tenant", "-c", "tenant=1")
    for index in range(10):
        desk.write(f"in/{index}")
    before = calls(dev)
    desk.run("encrypt", "--branch-key", "tenant", *store, "-r", "-j", "8", "-o", "out", "in")
    assert calls(dev) - before == 1
    desk.run("branch-key", "rotate", *store, "--id", "tenant")
    message = desk.run("encrypt", "--branch-key", "tenant", *store, stdin=b"new").stdout
    assert desk.run("decrypt", "--branch-key", "tenant", *store, stdin=message).stdout == b"new"
    assert desk.run("decrypt", "--branch-key", "tenant", *store, "-o", "-", "out/3.encrypted").stdout == b"content"
    drawn = desk.run("branch-key", "create", *store).stdout.decode().strip()
    desk.error("decrypt", "--branch-key", drawn, *store, "-o", "-", "out/3.encrypted")
    desk.run("encrypt", "--branch-key", "tenant", status=2, stdin=b"")


def test_any_of_several_keys_decrypts(kms_desk, alias):
    desk = kms_desk
    message = desk.run("encrypt", "-k", "alias/app", *RAW, "--raw-aes", "tests/second=file:key.bin", stdin=b"content").stdout
    for keys in (["-k", alias], RAW, ["--raw-aes", "tests/second=file:key.bin"], []):
        assert desk.run("decrypt", *keys, stdin=message).stdout == b"content"
    assert "limit of 2" in desk.error("decrypt", "--max-encrypted-data-keys", "2", *RAW, stdin=message)
    desk.error("encrypt", "--max-encrypted-data-keys", "1", "-k", "alias/app", *RAW, stdin=b"")


def test_a_multi_region_key_decrypts_in_the_other_region(kms_desk, kms):
    desk = kms_desk
    primary = kms.create_key(MultiRegion=True)["KeyMetadata"]["Arn"]
    kms.replicate_key(KeyId=primary, ReplicaRegion="eu-west-1")
    replica = primary.replace(REGION, "eu-west-1")
    message = desk.run("encrypt", "-k", primary, stdin=b"content").stdout
    for keys in (["-k", replica], ["--region", "eu-west-1"], ["-k", primary]):
        assert desk.run("decrypt", *keys, stdin=message).stdout == b"content"


def test_kept_data_keys_save_calls(kms_desk, dev, alias):
    desk = kms_desk
    for index in range(30):
        desk.write(f"in/{index}", bytes(index))
    before = calls(dev)
    told = desk.run("encrypt", "-k", alias, "-r", "--cache", "5m", "--jobs", "8", "-o", "out", "in").stdout
    assert calls(dev) - before == 1, "files in work at once wait for one data key"
    assert b"data keys: 1 asked for, 29 calls saved\n" in told
    told = desk.run("decrypt", "-k", alias, "-r", "--cache", "5m", "--jobs", "8", "--json", "-o", "back", "out").stdout
    assert calls(dev) - before == 2
    assert json.loads(told.splitlines()[-1]) == {"cache": {"hits": 29, "misses": 1, "bypasses": 0, "evictions": 0, "expirations": 0}}
    assert desk.read("back/29") == bytes(29)
    desk.run("encrypt", "-k", alias, "-r", "--cache", "5m", "--cache-messages", "10", "--jobs", "8", "-o", "thirds", "in")
    assert calls(dev) - before == 5, "a data key for ten files"
    nobodys = alias.rpartition("/")[0] + "/00000000-0000-0000-0000-000000000000"
    denied = desk.error("encrypt", "-k", nobodys, "-r", "--cache", "5m", "--jobs", "8", "-o", "none", "in")
    assert denied.count("NotFoundException") == 30, "each hears why, and none that it waited"


def test_kms_that_is_away_or_refuses_is_told(kms_desk, alias):
    desk = kms_desk
    desk.write("a")
    away = {**desk.environment, "AWS_ENDPOINT_URL": f"http://127.0.0.1:{free_port()}", "AWS_MAX_ATTEMPTS": "1"}
    assert "127.0.0.1" in desk.error("encrypt", "-k", alias, "a", env=away)
    stranger = {**desk.environment, "AWS_SECRET_ACCESS_KEY": "wrong"}
    assert "InvalidSignature" in desk.error("encrypt", "-k", alias, "a", env=stranger)
    nobody = {name: value for name, value in desk.environment.items() if not name.startswith("AWS_ACCESS") and not name.startswith("AWS_SECRET")}
    assert "credentials" in desk.error("encrypt", "-k", alias, "a", env=nobody)
    assert desk.names() == ["a"]


# Help


def examples(command):
    text = subprocess.check_output([BINARY, command, "--help"], text=True)
    block = re.search(r"^Examples:\n((?:  .*\n)+)", text, re.MULTILINE).group(1)
    # What stands behind two spaces is said about the line.
    return [re.sub(r"(?<=\S)   +\S.*$", "", line.strip()) for line in block.splitlines()]


@pytest.mark.parametrize("command", ["encrypt", "decrypt", "inspect"])
def test_the_examples_of_help_run(kms_desk, kms, command, alias):
    desk = kms_desk
    mrk = kms.create_key(MultiRegion=True)["KeyMetadata"]["Arn"]
    kms.replicate_key(KeyId=mrk, ReplicaRegion="eu-west-1")
    for name in ["backup.tar", "a", "documents/b/c"]:
        desk.write(name, name.encode())
    if command != "encrypt":
        prepare = ["-k alias/app -c purpose=backup backup.tar", "-k alias/app -r documents -o vault"]
        prepare += ["-k alias/app --raw-aes backups/2026=file:key.bin a"]
        [desk.run("encrypt", *shlex.split(line)) for line in prepare]
        subprocess.run(["bash", "-c", f"tar c documents | {BINARY} encrypt -k alias/app > documents.tar.encrypted"], cwd=desk.path, env=desk.environment, check=True)
    (desk.path / "bin").mkdir()
    (desk.path / "bin/fastness").symlink_to(BINARY)
    environment = {**desk.environment, "PATH": f"{desk.path}/bin:{desk.environment['PATH']}"}
    ran = 0
    for line in examples(command):
        line = line.replace("arn:aws:kms:eu-west-1:111122223333:key/mrk-1234abcd12ab34cd56ef1234567890ab", mrk.replace(REGION, "eu-west-1"))
        line = line.replace("111122223333", "000000000000")
        # Each begins where nothing was made yet.
        clean = "rm -rf *.encrypted vault" if command == "encrypt" else "rm -rf backup.tar a documents; ls > /dev/null"
        done = subprocess.run(["bash", "-euo", "pipefail", "-c", f"{clean}; {line}"], cwd=desk.path, env=environment, capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, f"{line}\n{done.stdout}{done.stderr}"
        ran += 1
    assert ran > 1
