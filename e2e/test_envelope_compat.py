"""`fastness aws-encryption-cli`: the official tool's words and habits, and where it does better.

What the two make of the same files is in `test_interop_cli.py`; where the official tool is installed, its words are held
against ours here too.
"""

import base64
import json
import re
import subprocess

import pytest

import interop
from server import BINARY
from test_envelope_cli import Desk, alias  # noqa: F401 (a fixture)

RAW = ["-w", "provider=raw-aes", "key=tests/key=file:key.bin"]


class Tool(Desk):
    def cli(self, *arguments, status=0, stdin=b"", **options):
        return self.run("aws-encryption-cli", *arguments, status=status, stdin=stdin, **options)


@pytest.fixture
def desk(tmp_path):
    return Tool(tmp_path)


@pytest.fixture
def kms_desk(tmp_path, dev, alias):  # noqa: F811
    return Tool(tmp_path, dev)


GIVEN = "-S -i a -o b -w key=arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab".split()


@pytest.mark.skipif(not interop.installed("cli"), reason="the official command line is not installed")
@pytest.mark.parametrize(
    "words",
    [
        "", "-e", "-e -S", "-e -d", "-e --metadata-output m", "-e -i c", "-e x", "-e --nothing", "--en", "-e --frame-length x", "-e --frame-length",
        "-e -c", "-e -c x", "-e --encode=1", "-encrypt", "-encrypt -e", "-d -input x", "-e --commitment-policy x", "@nothing", "-e --caching capacity=1",
        "-e --caching capacity=1 max_age=1 x=1", "-e -w discovery=true", "-e -w region=x", "-e -w key", "-d -w discovery=maybe", "-d -w discovery=true key=x",
        "-d -w discovery-account=1", "-d -w discovery=true discovery-account=1", "-d -w discovery=true discovery-partition=aws", "-d -w region=x",
        "-d -w discovery=true discovery-account=1 discovery-partition=aws discovery-partition=b", "-e -w provider=a provider=b key=c",
        "-e --required-encryption-context-keys a", "-e --suffix a --suffix b", "-e -w provider=nothing key=c", "-e -w provider=nothing discovery=true",
        "-e --metad", "-e -S --metadata-output /no/such/directory/file", "-ez", "-e -wx", "-e --max-length 1.5",
    ],
)
def test_a_wrong_command_line_is_told_in_the_official_words(desk, words):
    words = [*words.split(), *GIVEN]
    if "--metadata-output" in words and "directory" in " ".join(words):
        words = [word for word in words if word != "-S"]
    run = lambda command: subprocess.run([*command, *words], capture_output=True, text=True, cwd=desk.path, env=desk.environment)
    ours, official = run([BINARY, "aws-encryption-cli"]), run([str(interop.CLI)])
    last = lambda done: [line for line in done.stderr.splitlines() if "Warning" not in line and "warn" not in line][-1]
    assert (ours.returncode, last(ours)) == (official.returncode, last(official))


@pytest.mark.skipif(not interop.installed("cli"), reason="the official command line is not installed")
def test_the_usage_is_the_official_one(desk):
    def usage(command):
        text = subprocess.run([*command, "--help"], capture_output=True, text=True, env={**desk.environment, "COLUMNS": "80"}).stdout
        text = text[: text.index("\n\n")]
        # The names of suites stand in no order there.
        return re.sub(r"\{(AES[^}]*)\}", lambda found: ",".join(sorted(found.group(1).split(","))), text)

    assert usage([BINARY, "aws-encryption-cli"]) == usage([str(interop.CLI)])


def test_it_is_found_under_the_official_name_too(desk):
    (desk.path / "aws-encryption-cli").symlink_to(BINARY)
    told = subprocess.check_output([desk.path / "aws-encryption-cli", "--version"], text=True)
    assert told.startswith("aws-encryption-sdk-cli/4.3.0 ")


def test_arguments_in_files_know_quotes_comments_and_variables(desk):
    desk.write("a b", b"content")
    desk.write("arguments", b"# what is encrypted\n-e -i 'a b' # this\n-S -c \"x=y z\"\n@more\n")
    desk.write("more", b"-w provider=raw-aes key=$NAME=file:${KEY}\n")
    desk.cli("@arguments", "-o", "c", env={**desk.environment, "NAME": "tests/key", "KEY": "key.bin"})
    assert desk.cli("-d", "-i", "c", "-o", "-", "-S", *RAW, "-c", "x=y z").stdout == b"content"


def test_what_does_not_match_is_recorded_and_not_passed_over(desk):
    desk.write("a")
    desk.cli("-e", "-i", "a", "-o", "b", "-S", *RAW, "-c", "x=y")
    done = desk.cli("-d", "-i", "b", "-o", "c", *RAW, "--metadata-output", "-", "-c", "x=z", "owner", status=1)
    record = json.loads(done.stdout)
    assert record["skipped"] is True and record["reason"] == "Missing encryption context key or value"
    assert (record["missing_encryption_context_keys"], record["missing_encryption_context_pairs"]) == (["owner"], [["x", "z"]])
    assert "WARNING - Skipping decrypt because discovered encryption context" in done.stderr.decode()
    assert '"x" is "y", not "z"' in done.stderr.decode() and not (desk.path / "c").exists()


def test_metadata_is_added_or_begun_anew(desk):
    desk.write("a")
    lines = lambda: desk.read("m").splitlines()
    for count in (1, 2):
        desk.cli("-e", "-i", "a", "-o", f"b{count}", "--metadata-output", "m", *RAW)
        assert len(lines()) == count
    desk.cli("-e", "-i", "b?", "-o", "out", "--metadata-output", "m", "--overwrite-metadata", *RAW, status=1)
    assert len(lines()) == 2, "nothing was done, so nothing is lost"
    (desk.path / "out").mkdir()
    desk.cli("-e", "-i", "b?", "-o", "out", "--metadata-output", "m", "--overwrite-metadata", *RAW)
    assert [json.loads(line)["output"].rsplit("/", 2)[1:] for line in lines()] == [["out", "b1.encrypted"], ["out", "b2.encrypted"]]
    for where, told in {"out/m": "in the output directory", "b1": "cannot be the input or output", "out": "cannot be a directory", "": "cannot be empty"}.items():
        assert told in desk.cli("-e", "-i", "b1", "-o", "out", "--metadata-output", where, *RAW, status=1).stderr.decode()
    assert "when output is stdout" in desk.cli("-e", "-i", "a", "-o", "-", "--metadata-output", "-", *RAW, status=1).stderr.decode()


def test_files_that_exist_are_overwritten_asked_about_or_kept(desk):
    desk.write("a", b"new"), desk.write("b", b"old")
    words = ["-e", "-i", "a", "-o", "b", "-S", *RAW]
    assert b'"no overwrite" option: b' in desk.cli(*words, "--no-overwrite", status=1).stderr
    for answer in (b"n\n", b"\n", b""):
        done = desk.cli(*words, "--interactive", stdin=answer, status=1)
        assert done.stdout == b'Overwrite existing output file "b" with new contents? [y/N]:' and desk.read("b") == b"old"
    desk.cli(*words, "--interactive", stdin=b"yes\n")
    assert desk.cli("-d", "-i", "b", "-o", "-", "-S", *RAW).stdout == b"new"
    done = desk.cli(*words)
    line = r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} - MainThread - aws_encryption_sdk_cli - WARNING - Overwriting existing output file because no action was specified otherwise: b$"
    assert re.fullmatch(line, done.stderr.decode().strip())
    assert desk.cli(*words, "-q").stderr == b""
    assert b"INFO - encrypting file a to b" in desk.cli(*words, "-v").stderr and b"DEBUG" in desk.cli(*words, "-vv").stderr


def test_base64_goes_in_and_out(desk):
    text = desk.cli("-e", "-i", "-", "-o", "-", "-S", "--encode", *RAW, stdin=b"x" * 5000).stdout
    assert base64.b64decode(text)[:2] == b"\2\5"
    desk.write("text", b"\n".join(text[start : start + 76] for start in range(0, len(text), 76)))
    assert desk.cli("-d", "-i", "text", "-o", "-", "-S", "--decode", *RAW).stdout == b"x" * 5000
    assert base64.b64decode(desk.cli("-d", "-i", "text", "-o", "-", "-S", "--decode", "--encode", "-b", *RAW).stdout) == b"x" * 5000


def test_a_directory_needs_its_flag_and_one_bad_file_keeps_nobody_from_being_done(desk):
    for name in ["in/a", "in/b", "in/c"]:
        desk.write(name)
    (desk.path / "out").mkdir(), (desk.path / "back").mkdir()
    told = desk.cli("-e", "-i", "in", "-o", "out", "-S", *RAW, status=1).stderr.decode()
    assert "because it is a directory and -r/-R/--recursive is not set" in told and desk.names("out") == []
    desk.cli("-e", "-i", "in", "-o", "out", "-S", "-R", "--suffix", *RAW)
    assert desk.names("out") == ["a", "b", "c"]
    desk.write("out/b", b"broken")
    assert "1 of 3 files failed" in desk.cli("-d", "-i", "out", "-o", "back", "-S", "-r", *RAW, status=1).stderr.decode()
    assert desk.names("back") == ["a.decrypted", "c.decrypted"]
    for words, told in {
        ("-i", "in/a", "-o", "no/such"): "the immediate parent directory must already exist",
        ("-i", "in/a", "-o", "in/a"): "Destination and source cannot be the same",
        ("-i", "-", "-o", "out"): "Destination may not be a directory when source is stdin",
        ("-i", "in/?", "-o", "file"): "destination must be an existing directory",
        ("-i", "none*", "-o", "file"): "Invalid source.  Must be a valid pathname pattern or stdin (-)",
    }.items():
        assert told in desk.cli("-e", *words, "-S", *RAW, status=1).stderr.decode()


def test_an_alias_decrypts_and_regions_and_profiles_are_taken(kms_desk, alias):  # noqa: F811
    desk = kms_desk
    desk.write("a")
    desk.write(".aws/config", b"[profile far]\nregion = eu-west-1\n[profile near]\nregion = us-east-1\n")
    desk.write(".aws/credentials", b"[near]\naws_access_key_id = test\naws_secret_access_key = test\n")
    desk.cli("-e", "-i", "a", "-o", "b", "-S", "-w", "key=alias/app", "region=us-east-1")
    bare = {name: value for name, value in desk.environment.items() if name in ("PATH", "HOME", "AWS_ENDPOINT_URL", "AWS_EC2_METADATA_DISABLED")}
    assert desk.cli("-d", "-i", "b", "-o", "-", "-S", "-w", "key=alias/app", "profile=near", env=bare).stdout == b"content"
    assert b"eu-west-1" in desk.cli("-d", "-i", "b", "-o", "-", "-S", "-w", "key=alias/app", "region=eu-west-1", status=1).stderr
    assert b"no profile missing" in desk.cli("-d", "-i", "b", "-o", "-", "-S", "-w", "key=alias/app", "profile=missing", status=1).stderr
