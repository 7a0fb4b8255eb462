"""Who may do what, from outside: denials explained, soft mode, and revocation on this node, the next one, and one cut off."""

import json
import time

import botocore.exceptions
import pytest

import postgres
from server import Server

CONDITIONAL = """
[[accounts]]
id = "000000000000"
root_access_keys = [{ id = "test", secret = "test" }]

[[accounts.users]]
name = "alice"
access_keys = [{ id = "AKIAALICE", secret = "alice-secret" }]
inline_policies = { own = '''
{
  "Version": "2012-10-17",
  "Statement": [
    { "Sid": "OnlyInIreland", "Effect": "Allow", "Action": "kms:*", "Resource": "*",
      "Condition": { "StringEquals": { "aws:RequestedRegion": "eu-west-1" } } },
    { "Sid": "Decode", "Effect": "Allow", "Action": "sts:DecodeAuthorizationMessage", "Resource": "*" }
  ]
}
''' }
"""

ALICE = {"access_key": "AKIAALICE", "secret": "alice-secret"}


def denied(call):
    """The error of a denied call, and its request id."""
    with pytest.raises(botocore.exceptions.ClientError) as error:
        call()
    response = error.value.response
    assert response["Error"]["Code"] in ("AccessDenied", "AccessDeniedException"), response
    return response["Error"], response["ResponseMetadata"]["RequestId"]


def eventually(attempt, within):
    """Tries until `attempt` says yes; how long it took."""
    began = time.monotonic()
    while not attempt():
        assert time.monotonic() - began < within, f"not within {within} s"
        time.sleep(0.02)
    return time.monotonic() - began


def works(client):
    try:
        client.list_keys()
        return True
    except botocore.exceptions.ClientError:
        return False


# Explanations


def test_why_names_the_statement_that_decided_and_what_is_missing(start):
    server = start(seed=CONDITIONAL)
    assert works(server.client(region="eu-west-1", **ALICE))
    error, request_id = denied(server.client(**ALICE).list_keys)
    told = server.fastness("why", request_id).stdout
    assert told.startswith(error["Message"] if "Message" in error else "User: ")
    assert '"OnlyInIreland" at line 4' in told
    assert "asks for eu-west-1; it is us-east-1" in told
    explained = json.loads(server.fastness("why", "--json", request_id).stdout)["denials"][0]
    assert explained["explanation"]["allowed"] is False
    assert explained["action"] == "kms:ListKeys"
    encoded = explained["encodedAuthorizationMessage"]
    decoded = server.client("sts", region="eu-west-1", **ALICE).decode_authorization_message(EncodedMessage=encoded)
    message = json.loads(decoded["DecodedMessage"])
    assert (message["allowed"], message["explicitDeny"], message["context"]["action"]) == (False, False, "kms:ListKeys")
    assert f"{request_id} kms:ListKeys on * by arn:aws:iam::000000000000:user/alice" in server.fastness("why").stdout
    unknown = server.fastness("why", "no-such-request", check=False)
    assert unknown.returncode == 1 and "no-such-request" in unknown.stderr


def test_an_explanation_outlives_the_process(start, tmp_path):
    server = start(seed=CONDITIONAL, data=tmp_path / "data")
    _, request_id = denied(server.client(**ALICE).list_keys)
    server.stop()
    server.start()
    assert "OnlyInIreland" in server.fastness("why", request_id).stdout


# Soft mode


def test_soft_mode_lets_through_and_tells(start):
    server = start("--soft", seed=CONDITIONAL)
    answer = server.client(**ALICE).list_keys()
    told = server.fastness("why", answer["ResponseMetadata"]["RequestId"]).stdout
    assert "it was let through (--soft)" in told
    assert "let through" in server.log()
    assert "1 let through since the start" in server.fastness("why").stdout


# Revocation


def user_with_key(server, name):
    """A user who may list keys, and a client that calls as it."""
    iam = server.client("iam")
    iam.create_user(UserName=name)
    statement = {"Effect": "Allow", "Action": "kms:ListKeys", "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    iam.put_user_policy(UserName=name, PolicyName="own", PolicyDocument=document)
    key = iam.create_access_key(UserName=name)["AccessKey"]
    return {"access_key": key["AccessKeyId"], "secret": key["SecretAccessKey"]}


def test_what_is_revoked_is_gone_with_the_next_call(dev):
    keys = user_with_key(dev, "revoked")
    iam, client = dev.client("iam"), dev.client(**keys)
    assert works(client)
    iam.update_access_key(UserName="revoked", AccessKeyId=keys["access_key"], Status="Inactive")
    assert not works(client)
    iam.update_access_key(UserName="revoked", AccessKeyId=keys["access_key"], Status="Active")
    assert works(client)
    iam.delete_user_policy(UserName="revoked", PolicyName="own")
    denied(client.list_keys)


def test_another_node_learns_of_a_revocation_within_a_second_and_one_that_is_cut_off_answers_nothing(tmp_path):
    with postgres.Database() as database:
        address = database.create("identity")
        flags = ["--store", address, "--seal", f"file:{tmp_path / 'seal.key'}", "--quotas", "off"]
        nodes = [Server(tmp_path / f"home-{n}", *flags, data=tmp_path / f"data-{n}").start() for n in range(2)]
        try:
            here, there = nodes
            keys = user_with_key(here, "everywhere")
            client = there.client(**keys)
            eventually(lambda: works(client), within=5)
            here.client("iam").delete_user_policy(UserName="everywhere", PolicyName="own")
            eventually(lambda: not works(client), within=1.5)
            sts = there.client("sts", **keys)
            assert sts.get_caller_identity()["Arn"].endswith(":user/everywhere")
            database.run("pg_ctl", "--pgdata", str(database.directory / "data"), "--wait", "--mode", "immediate", "stop")

            def refuses():
                try:
                    sts.get_caller_identity()
                    return False
                except botocore.exceptions.ClientError as error:
                    return error.response["ResponseMetadata"]["HTTPStatusCode"] >= 500

            eventually(refuses, within=2)
        finally:
            for node in nodes:
                node.kill()
            options = f"-c listen_addresses=127.0.0.1 -c port={database.port} -c unix_socket_directories= -c fsync=off"
            database.run("pg_ctl", "--pgdata", str(database.directory / "data"), "--wait", "--log", str(database.directory / "log"), "--options", options, "start")
