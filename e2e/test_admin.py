"""`fastness admin create-admin`: the first administrator, with credentials that the stock AWS CLI uses."""

import json
import subprocess

import server as house


def test_the_first_administrator_is_made_shown_once_and_on_record(start):
    server = start()
    made = json.loads(server.fastness("admin", "create-admin", "--json").stdout)
    assert made["arn"] == "arn:aws:iam::000000000000:user/admin"
    keys = {"access_key": made["access_key_id"], "secret": made["secret_access_key"]}
    assert server.aws("sts", "get-caller-identity", **keys)["Arn"] == made["arn"]
    server.aws("iam", "create-user", "--user-name", "bob", **keys)
    again = server.fastness("admin", "create-admin", check=False)
    assert (again.returncode, again.stdout) == (1, "")
    assert "has a user admin already" in again.stderr
    nowhere = server.fastness("admin", "create-admin", "--account", "123456789012", check=False)
    assert nowhere.returncode == 1 and "there is no account 123456789012" in nowhere.stderr
    odd = server.fastness("admin", "create-admin", "--user", "a b", check=False)
    assert odd.returncode == 1 and "a user's name has" in odd.stderr
    log = server.fastness("audit", "tail").stdout
    events = [json.loads(line) for line in log.splitlines()]
    told = [event for event in events if event["eventName"] == "CreateAdministrator"]
    assert [event["serviceEventDetails"]["userName"] for event in told] == ["admin"]
    assert made["secret_access_key"] not in log


def test_a_profile_is_written_for_the_aws_cli_and_never_over_another(start):
    server = start()
    server.fastness("admin", "create-admin", "--profile", "ops", "--region", "eu-west-1")
    files = server.home / ".aws"
    assert (files / "credentials").stat().st_mode & 0o777 == 0o600
    environment = {name: value for name, value in server.environment().items() if not name.startswith("AWS_ACCESS") and "SECRET" not in name}
    environment.pop("AWS_DEFAULT_REGION")
    command = [str(house.AWS), "--profile", "ops", "kms", "create-key", "--query", "KeyMetadata.Arn", "--output", "text"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)
    assert done.stdout.startswith("arn:aws:kms:eu-west-1:000000000000:key/"), done.stderr
    before = (files / "credentials").read_text()
    again = server.fastness("admin", "create-admin", "--user", "other", "--profile", "ops", check=False)
    assert again.returncode == 1 and "has a profile ops already" in again.stderr
    assert (files / "credentials").read_text() == before
    server.fastness("admin", "create-admin", "--user", "other", "--profile", "more")
