"""The commands that talk to a running server, against one of `serve`: over the socket in its data directory, sealed and not."""

import json
import os
import re
import shutil
import signal
import socket
import stat
import subprocess
import time

import pytest

import server as house

# Each command that asks a server for something, as it is typed. What only `dev` has stands below.
ASKING = [
    ("audit", "tail"),
    ("why",),
    ("why", "--json"),
    ("cost",),
    ("cost", "--by", "key", "--json"),
    ("cost", "--metrics"),
    ("quota", "requests"),
    ("quota", "requests", "--json"),
    ("clock", "show"),
    ("clock", "show", "--json"),
    ("xks-proxy", "list"),
    ("xks-proxy", "list", "--json"),
    ("xks-proxy", "add", "--prefix", "/bank", "--key", "ledger={key}"),
    ("admin", "create-admin", "--account", "{account}"),
]
ONLY_DEV = [
    ("clock", "advance", "1d"),
    ("clock", "set", "2099-01-01T00:00:00Z"),
    ("clock", "freeze"),
    ("clock", "resume"),
    ("fault", "add", "kms:Encrypt", "--throttle", "0.5"),
    ("fault", "list"),
    ("fault", "remove", "1"),
    ("fault", "clear"),
]
ONLY_DEV_WORDS = "is for `fastness dev` alone: a server of `fastness serve` has no reset, no clock that moves and no faults"


def asking(server, key="none"):
    """The commands, about this server's account and key."""
    return [[word.format(account=server.made["account"], key=key) for word in command] for command in ASKING]


def one_line(done, name):
    """The failure of a finished command: one line that begins with its name, exit status 1, nothing on standard output."""
    assert (done.returncode, done.stdout) == (1, ""), done
    [line] = done.stderr.splitlines()
    assert line.startswith(f"fastness {name}: "), line
    return line


def test_each_command_answers_over_the_data_directory(operate):
    server = operate().start()
    kms = server.client()
    key = kms.create_key()["KeyMetadata"]["Arn"]
    kms.encrypt(KeyId=key, Plaintext=b"x")
    for words in asking(server, key):
        done = server.fastness(*words)
        assert done.stderr == "", done
        if "--json" in words:
            json.loads(done.stdout)
    # From the environment as well, whatever address a shell has for the AWS CLI.
    environment = server.environment(endpoint="https://127.0.0.1:1") | {"FASTNESS_DATA": str(server.data)}
    done = house.run_binary("audit", "tail", "-n", "1", env=environment)
    assert done.returncode == 0 and json.loads(done.stdout)["eventSource"], done


def test_what_only_dev_has_is_refused_with_one_text(operate):
    server = operate().start()
    before = server.fastness("clock", "show").stdout[:10]
    for command in ONLY_DEV:
        assert ONLY_DEV_WORDS in one_line(server.fastness(*command, check=False), command[0])
    assert server.fastness("clock", "show").stdout[:10] == before
    server.fastness("seal")
    # What cannot be in any state is not put down to the seal.
    assert ONLY_DEV_WORDS in one_line(server.fastness("clock", "freeze", check=False), "clock")


def test_a_sealed_server_says_how_to_open_it(operate):
    server = operate(seals=["passphrase"], given="correct horse battery\n").start()
    for words in asking(server):
        line = one_line(server.fastness(*words, check=False), words[0])
        assert line.endswith("the server is sealed; open it with `fastness unseal`"), line
    assert server.fastness("status", check=False).returncode == 3
    server.fastness("unseal", given="correct horse battery\n")
    key = server.client().create_key()["KeyMetadata"]["Arn"]
    for words in asking(server, key):
        server.fastness(*words)


def test_where_no_server_runs_that_is_said(operate):
    server = operate()
    for words in [*asking(server), *ONLY_DEV, ("seal",), ("unseal",)]:
        line = one_line(server.fastness(*words, check=False, given=""), words[0])
        assert f"no server of `fastness serve` runs in {server.data}; start it with `fastness serve --data {server.data}`" in line
    assert server.fastness("status", check=False).returncode == 5
    server.start().kill()
    line = one_line(server.fastness("audit", "tail", check=False), "audit")
    assert "no server" in line, "the socket of a dead process is none"


@pytest.mark.skipif(os.geteuid() != 0, reason="becoming another user needs root")
def test_another_user_is_told_who_may_control_the_server(tmp_path):
    data = tmp_path / "data"
    data.mkdir()
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(data / "control.sock"))
        listener.listen()
        os.chmod(data / "control.sock", 0o600)
        program = tmp_path / "fastness"
        shutil.copy(house.BINARY, program)
        for place in [data, *data.parents[:-1]]:
            os.chmod(place, place.stat().st_mode | 0o011)
        done = subprocess.run([program, "audit", "tail", "--data", data], user="nobody", capture_output=True, text=True, timeout=60)
    assert "only the user that the server runs as, and root, may control it" in one_line(done, "audit")


def test_one_server_is_named_and_no_other_is_asked(operate, start):
    server, dev = operate().start(), start()
    both = house.run_binary("audit", "tail", "--data", str(server.data), "--endpoint", dev.endpoint, env=server.environment())
    assert "not both" in one_line(both, "audit")
    # A flag counts more than the environment.
    environment = server.environment() | {"FASTNESS_DATA": str(server.data)}
    done = house.run_binary("clock", "advance", "1d", "--endpoint", dev.endpoint, env=environment)
    assert done.returncode == 0, done
    # Where the directory's server is away, no other one is taken for it.
    environment |= {"FASTNESS_DATA": str(server.home / "nowhere"), "AWS_ENDPOINT_URL": dev.endpoint}
    assert "nowhere" in one_line(house.run_binary("clock", "advance", "1d", env=environment), "clock")
    # Over the network, a server is not controlled at all.
    done = house.run_binary("audit", "tail", "--endpoint", server.endpoint, "--ca", server.ca(), env=server.environment())
    assert "give --data DIR" in one_line(done, "audit")
    status, _ = server.http("POST", "/_fastness/reset")
    assert status == 400


def test_an_administrator_of_a_server_gets_a_profile_that_works(operate):
    server = operate("--region", "eu-west-1").start()
    account = server.made["account"]
    server.fastness("admin", "create-admin", "--user", "ops", "--profile", "ops")
    environment = {name: value for name, value in server.environment().items() if not name.startswith("AWS_ACCESS") and "SECRET" not in name}
    environment.pop("AWS_DEFAULT_REGION")
    command = [str(house.AWS), "--profile", "ops", "kms", "create-key", "--query", "KeyMetadata.Arn", "--output", "text"]
    done = subprocess.run(command, env=environment, cwd=server.home, capture_output=True, text=True, timeout=60)
    assert done.stdout.startswith(f"arn:aws:kms:eu-west-1:{account}:key/"), done.stderr


def test_denials_are_explained_and_quotas_answered_on_a_server(operate):
    server = operate().start()
    account = server.made["account"]
    iam = server.client("iam")
    iam.create_user(UserName="bob")
    key = iam.create_access_key(UserName="bob")["AccessKey"]
    bob = server.client(access_key=key["AccessKeyId"], secret=key["SecretAccessKey"])
    with pytest.raises(bob.exceptions.ClientError) as denied:
        bob.create_key()
    id = denied.value.response["ResponseMetadata"]["RequestId"]
    assert f"arn:aws:iam::{account}:user/bob" in server.fastness("why", id).stdout
    assert json.loads(server.fastness("why", id, "--json").stdout)["denials"][0]["action"] == "kms:CreateKey"
    quotas = server.client("service-quotas")
    asked = quotas.request_service_quota_increase(ServiceCode="kms", QuotaCode="L-32B67F4A", DesiredValue=50)["RequestedQuota"]
    assert asked["Id"] in server.fastness("quota", "requests").stdout
    server.fastness("quota", "approve", asked["Id"])
    assert server.fastness("quota", "requests").stdout == ""


def test_the_audit_log_is_read_page_by_page_and_followed_without_a_gap(operate):
    server = operate("--quotas", "off").start()
    kms = server.client()
    for _ in range(1_300):
        kms.generate_random(NumberOfBytes=1)
    records = [json.loads(line) for line in server.fastness("audit", "tail", "-n", "100000").stdout.splitlines()]
    assert sum(record["eventName"] == "GenerateRandom" for record in records) == 1_300, "more than one page has"
    assert len({record["eventID"] for record in records}) == len(records)
    last = [json.loads(line) for line in server.fastness("audit", "tail", "-n", "1200").stdout.splitlines()]
    assert [record["eventID"] for record in last] == [record["eventID"] for record in records[-1_200:]]
    command = [house.BINARY, "audit", "tail", "-n", "0", "--follow", "--data", str(server.data)]
    with open(server.home / "followed", "wb") as out:
        follower = subprocess.Popen(command, stdout=out, env=server.environment())
    try:
        ids = []
        deadline = time.monotonic() + 20
        while not (server.home / "followed").stat().st_size:
            assert time.monotonic() < deadline, "nothing is followed"
            ids.append(kms.generate_random(NumberOfBytes=1)["ResponseMetadata"]["RequestId"])
        ids += [kms.generate_random(NumberOfBytes=1)["ResponseMetadata"]["RequestId"] for _ in range(100)]
        while ids[-1] not in (server.home / "followed").read_text():
            assert time.monotonic() < deadline, "the last one is followed"
            time.sleep(0.05)
    finally:
        follower.kill()
        follower.wait()
    seen = [json.loads(line)["requestID"] for line in (server.home / "followed").read_text().splitlines()]
    assert seen == [id for id in ids if id in set(seen)] and seen[-100:] == ids[-100:]


def test_the_configuration_that_init_writes_is_one_that_check_accepts(operate):
    server = operate(init=("--region", "eu-west-1"))
    path = server.data / "fastness.toml"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    told = json.loads(server.run("config", "check", "--data", server.data, "--json").stdout)
    assert told["file"] == str(path) and told["warnings"] == []
    region = next(setting for setting in told["settings"] if setting["key"] == "region")
    assert region["value"] == "eu-west-1" and str(path) in region["origin"]
    path.write_text(path.read_text() + "regoin = 'x'\n")
    slip = server.run("config", "check", "--data", server.data)
    assert slip.returncode == 1 and "regoin" in slip.stderr and "fastness.toml" in slip.stderr


def test_config_lists_every_setting_that_serve_takes(operate):
    server = operate()
    listed = json.loads(server.run("config", "--json").stdout)
    help_text = server.run("serve", "--help").stdout
    flags = set(re.findall(r"^ +(?:-\w, )?(--[a-z0-9-]+)", help_text, re.MULTILINE)) - {"--help", "--config"}
    assert flags == {setting["flag"] for setting in listed if setting.get("flag")}
    text = server.run("config").stdout
    for setting in listed:
        assert re.search(rf"^#? ?\[?\[?{re.escape(setting['name'])}\b", text, re.MULTILINE), setting["key"]
    # What it prints is a configuration, with and without its comments.
    (server.home / "all.toml").write_text(text)
    assert server.run("config", "check", "--config", "all.toml").returncode == 0


def test_manual_and_completions_have_every_command(operate):
    server = operate()
    listed = server.run("--help").stdout.split("Commands:")[1].split("Options:")[0]
    commands = set(re.findall(r"^  ([a-z][a-z0-9-]+) ", listed, re.MULTILINE)) - {"help"}
    assert {"init", "serve", "status", "seal", "unseal", "seals", "recover", "backup", "restore", "check", "audit"} <= commands
    done = server.run("man", "--output", "man1")
    assert done.returncode == 0, done
    pages = {name.removesuffix(".1") for name in os.listdir(server.home / "man1")}
    assert {f"fastness-{command}" for command in commands} <= pages
    for shell in ("bash", "zsh", "fish"):
        text = server.run("completions", shell).stdout
        assert all(command in text for command in commands), shell
    assert "--data" in (server.home / "man1/fastness-audit.1").read_text().replace("\\-", "-")


def test_the_socket_is_its_owners_alone_and_takes_no_more_than_a_command(operate):
    server = operate().start()
    path = server.data / "control.sock"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    curl = lambda *arguments, **options: subprocess.run(
        ["curl", "--silent", "--max-time", "20", "--unix-socket", str(path), "--output", "/dev/stderr", "--write-out", "%{http_code}", *arguments],
        capture_output=True, text=True, timeout=60, **options,
    )
    control = "http://localhost/_fastness/control"
    assert curl("--data", '{"command":"status"}', control).stdout == "200"
    assert curl("--data", '{"command":"explode"}', control).stdout == "400"
    assert curl("--header", "Origin: https://example.com", "--data", '{"command":"status"}', control).stdout == "403"
    large = curl("--data-binary", "@-", control, input="x" * (2 << 20))
    assert large.stdout == "413"
    assert server.status()["running"] is True
    server.process.send_signal(signal.SIGHUP)
    assert server.status()["running"] is True
