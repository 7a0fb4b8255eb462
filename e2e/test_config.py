"""Settings from the outside: what is printed can be read again, where values come from, SIGHUP, manual pages, completions."""

import json
import os
import shutil
import signal
import subprocess
import time
import tomllib

import pytest
from botocore.exceptions import ClientError

from server import BINARY

WAIT_SECONDS = 10


def run(*words, **environment):
    clean = {name: value for name, value in os.environ.items() if not name.startswith("FASTNESS_")}
    done = subprocess.run([BINARY, *words], capture_output=True, text=True, env={**clean, **environment}, timeout=30)
    return done


def output(*words, **environment):
    done = run(*words, **environment)
    assert done.returncode == 0, done.stderr
    return done.stdout


def checked(*words, **environment):
    return {row["key"]: row for row in json.loads(output("config", "check", "--json", *words, **environment))["settings"]}


def settings(program):
    return json.loads(output("config", "--json", "--for", program))


@pytest.mark.parametrize("program", ["serve", "dev"])
def test_the_printed_file_is_accepted_and_changes_nothing(tmp_path, program):
    file = tmp_path / "fastness.toml"
    file.write_text(output("config", "--for", program))
    printed = file.read_text()
    assert all(f"{setting['environment']} " in printed for setting in settings(program))
    rows = checked("--for", program, "--config", str(file))
    assert {row["origin"] for row in rows.values()} == {"default"}


@pytest.mark.parametrize("program", ["serve", "dev"])
def test_every_setting_can_be_set_by_its_variable(program):
    needs = {
        "FASTNESS_SEAL": {"FASTNESS_DATA": "d"},
        "FASTNESS_STORE": {"FASTNESS_DATA": "d", "FASTNESS_SEAL": "file:s"},
        "FASTNESS_TLS_KEY": {"FASTNESS_TLS_CERTIFICATE": "c"},
        "FASTNESS_TLS_CERTIFICATE": {"FASTNESS_TLS_KEY": "k"},
        "FASTNESS_TLS_CLIENT_CRL": {"FASTNESS_TLS_CLIENT_CA": "c"},
        "FASTNESS_LISTEN": {"FASTNESS_SEED": "s"},
        "FASTNESS_LISTENERS": {"FASTNESS_PROXY_TRUSTED": "10.0.0.0/8"},
        "FASTNESS_PROCESS_GROUP": {"FASTNESS_PROCESS_USER": "u"},
    }
    for setting in settings(program):
        variable = setting["environment"]
        if variable == "FASTNESS_STORE_FILE" or (variable, program) == ("FASTNESS_LISTEN", "dev"):
            continue  # the one reads a file, the other takes one address and not two as in its example
        value = tomllib.loads(f"value = {setting['example']}")["value"]
        words = value if isinstance(value, list) else [value]
        texts = [
            " ".join(f"{name}={str(member).lower()}" for name, member in word.items()) if isinstance(word, dict) else str(word)
            for word in words
        ]
        text = ",".join(text.lower() if text in ("True", "False") else text for text in texts)
        row = checked("--for", program, **{**needs.get(variable, {}), variable: text})[setting["key"]]
        assert row["origin"] == variable, row
        assert setting["secret"] or row["value"].replace(", ", ",") == text, row


def test_a_check_tells_where_values_are_from_and_masks_passwords(tmp_path):
    file = tmp_path / "fastness.toml"
    file.write_text('store = "postgres://u:hunter2@db/f"\nregion = "eu-west-1"\n\n[log]\nlevel = "debug"\n')
    file.chmod(0o600)
    text = output("config", "check", "--data", str(tmp_path), FASTNESS_LOG_LEVEL="warn")
    assert "hunter2" not in text
    lines = {line.split(" = ")[0]: line for line in text.splitlines() if " = " in line}
    assert lines["store"].split() == ["store", "=", "postgres://u:***@db/f", "#", f"{file}:1"]
    assert lines["region"].endswith(f"{file}:2")
    assert lines["log.level"].endswith("FASTNESS_LOG_LEVEL") and lines["log.format"].endswith("default")
    assert lines["data"].endswith("--data")


def test_a_check_warns_of_files_that_cannot_be_read_and_of_variables_that_are_no_settings(tmp_path):
    (tmp_path / "key.pem").write_text("")
    file = tmp_path / "fastness.toml"
    file.write_text(f'[tls]\ncertificate = "{tmp_path}/nowhere.pem"\nkey = "{tmp_path}/key.pem"\n')
    words = ("config", "check", "--json", "--config", str(file))
    told = json.loads(output(*words, FASTNESS_REGOIN="x", FASTNESS_PORT_443_TCP="tcp://10.0.0.1:443"))["warnings"]
    assert told == [
        "FASTNESS_REGOIN is no setting; did you mean FASTNESS_REGION?",
        f"tls.certificate: {tmp_path}/nowhere.pem: No such file or directory (os error 2)",
    ]


@pytest.mark.parametrize(
    "text, told",
    [
        ('region = "eu-west-1"\nregoin = "x"\n', "fastness.toml:2: regoin: unknown key; did you mean region?"),
        ('[tls]\nmin_version = "1.1"\n', "fastness.toml:2: tls.min_version: must be 1.2 or 1.3"),
        ("[log\n", "fastness.toml:1: "),
    ],
)
def test_a_mistake_is_one_line_with_file_line_and_key(tmp_path, text, told):
    file = tmp_path / "fastness.toml"
    file.write_text(text)
    done = run("config", "check", "--config", str(file))
    assert done.returncode == 1 and done.stdout == ""
    assert told in done.stderr and len(done.stderr.splitlines()) == 1, done.stderr


def reload(server, expected):
    """Sends SIGHUP and waits until the log says so."""
    seen = len(server.log())
    server.process.send_signal(signal.SIGHUP)
    deadline = time.monotonic() + WAIT_SECONDS
    while expected not in server.log()[seen:]:
        assert server.is_running(), server.log()
        assert time.monotonic() < deadline, f"{expected!r} is not in the log:\n{server.log()[seen:]}"
        time.sleep(0.01)


def refused(kms):
    """How many of six calls at once are throttled."""
    count = 0
    for _ in range(6):
        try:
            kms.create_key()
        except ClientError as error:
            assert error.response["Error"]["Code"] == "ThrottlingException"
            count += 1
    return count


def test_a_hangup_applies_quotas_and_log_level_and_a_broken_file_changes_nothing(start, tmp_path):
    file = tmp_path / "fastness.toml"
    file.write_text('quotas = "off"\n')
    server = start("--config", str(file))
    kms = server.client()
    assert refused(kms) == 0

    file.write_text('quota = ["kms:CreateKey=1"]\nregion = "eu-west-1"\n[log]\nlevel = "debug"\n')
    reload(server, "applied: quotas, quota, log.level")
    assert "need a restart: region" in server.log()
    assert refused(kms) >= 3
    assert "DEBUG" in server.log()

    file.write_text('quotas = "off"\n[log]\nlevle = "info"\n')
    reload(server, f"nothing is reloaded: {file}:3: log.levle: unknown key; did you mean log.level?")
    assert refused(kms) >= 3

    file.write_text('quota = ["kms:NoSuchThing=1"]\n')
    reload(server, "not applied: quotas, quota: there is no quota kms:NoSuchThing")
    assert refused(kms) >= 3

    file.write_text('quotas = "off"\n')
    reload(server, "applied: quotas, quota")
    assert refused(kms) == 0


def commands(node=()):
    """Every command that help shows, as words."""
    help_text = output(*node, "--help")
    found = [node]
    if "\nCommands:\n" in help_text:
        block = help_text.split("\nCommands:\n")[1].split("\n\n")[0]
        names = [line.split()[0] for line in block.splitlines() if line.startswith("  ") and not line.startswith("   ")]
        for name in names:
            if name != "help":
                found += commands((*node, name))
    return found


def test_every_command_has_a_manual_page_that_can_be_set(tmp_path):
    output("man", "--output", str(tmp_path / "man1"))
    pages = {page.name: page for page in (tmp_path / "man1").iterdir()}
    assert set(pages) == {"-".join(("fastness", *words)) + ".1" for words in commands()}
    assert "pkcs11" not in "".join(pages)
    for page in pages.values():
        text = page.read_text()
        assert text.startswith((".ie", ".TH")) and ".SH NAME" in text and "hunter2" not in text
        if shutil.which("groff"):
            done = subprocess.run(["groff", "-man", "-Tutf8", "-ww", str(page)], capture_output=True, text=True)
            assert done.returncode == 0 and done.stderr == "", (page.name, done.stderr)


def test_completions_are_scripts_that_their_shells_understand(tmp_path):
    for shell, check in [("bash", ["bash", "-n"]), ("zsh", ["zsh", "-n"]), ("fish", ["fish", "--no-execute"])]:
        script = tmp_path / shell
        script.write_text(output("completions", shell))
        assert "xks-proxy" in script.read_text() and "pkcs11-helper" not in script.read_text()
        if shutil.which(shell):
            subprocess.run([*check, str(script)], check=True)
    asked = f'source {tmp_path / "bash"}; COMP_WORDS=(fastness config ch); COMP_CWORD=2; _fastness fastness ch config; echo "${{COMPREPLY[@]}}"'
    done = subprocess.run(["bash", "-c", asked], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["check"]
