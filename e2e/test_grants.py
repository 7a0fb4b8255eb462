"""Grants on keys with boto3 and the AWS CLI: between accounts, for roles, with constraints, tokens and an end."""

import base64
import json
import os
import subprocess

import botocore.exceptions
import pytest

from server import Server

OWNER, PARTNER = "111122223333", "444455556666"
SEED = f"""
[[accounts]]
id = "{OWNER}"
root_access_keys = [{{ id = "AKIAOWNER", secret = "owner-secret" }}]

[[accounts.users]]
name = "worker"
access_keys = [{{ id = "AKIAWORKER", secret = "worker-secret" }}]

[[accounts]]
id = "{PARTNER}"
root_access_keys = [{{ id = "AKIAPARTNER", secret = "partner-secret" }}]

[[accounts.users]]
name = "bob"
access_keys = [{{ id = "AKIABOB", secret = "bob-secret" }}]
"""
WORKER_ARN, BOB_ARN = f"arn:aws:iam::{OWNER}:user/worker", f"arn:aws:iam::{PARTNER}:user/bob"


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with Server(tmp_path_factory.mktemp("grants"), "--quotas", "off", seed=SEED) as server:
        yield server
        assert "panicked" not in server.log()


def client(server, who, service="kms"):
    return server.client(service, access_key=f"AKIA{who.upper()}", secret=f"{who}-secret")


@pytest.fixture(scope="module")
def owner(server):
    return client(server, "owner")


@pytest.fixture
def key(owner):
    return owner.create_key()["KeyMetadata"]["Arn"]


def refused(call, code, **parameters):
    with pytest.raises(botocore.exceptions.ClientError) as error:
        call(**parameters)
    assert error.value.response["Error"]["Code"] == code, error.value.response
    return error.value.response


def test_a_principal_of_another_account_works_under_a_grant_and_retires_it(server, owner, key):
    bob = client(server, "bob")
    refused(bob.encrypt, "AccessDeniedException", KeyId=key, Plaintext=b"x")
    grant = owner.create_grant(
        KeyId=key, GranteePrincipal=BOB_ARN, RetiringPrincipal=BOB_ARN, Operations=["Encrypt", "Decrypt", "DescribeKey"]
    )
    tokens = {"GrantTokens": [grant["GrantToken"]]}
    blob = bob.encrypt(KeyId=key, Plaintext=b"x", **tokens)["CiphertextBlob"]
    assert bob.decrypt(CiphertextBlob=blob)["Plaintext"] == b"x"
    assert bob.describe_key(KeyId=key)["KeyMetadata"]["AWSAccountId"] == OWNER
    refused(bob.generate_data_key, "AccessDeniedException", KeyId=key, KeySpec="AES_256")
    partner = client(server, "partner")
    retirable = partner.list_retirable_grants(RetiringPrincipal=BOB_ARN)["Grants"]
    assert [(found["GrantId"], found["KeyId"]) for found in retirable] == [(grant["GrantId"], key)]
    bob.retire_grant(GrantToken=grant["GrantToken"])
    refused(bob.encrypt, "AccessDeniedException", KeyId=key, Plaintext=b"x", **tokens)
    assert owner.list_grants(KeyId=key)["Grants"] == []


def test_a_denial_tells_what_a_grant_asks_for(server, owner, key):
    constraints = {"EncryptionContextSubset": {"Department": "IT"}}
    grant = owner.create_grant(
        KeyId=key, GranteePrincipal=WORKER_ARN, Operations=["Encrypt", "GenerateDataKey"], Constraints=constraints
    )
    worker = client(server, "worker")
    worker.encrypt(KeyId=key, Plaintext=b"x", EncryptionContext={"Department": "IT", "Purpose": "Test"})
    error = refused(worker.encrypt, "AccessDeniedException", KeyId=key, Plaintext=b"x", EncryptionContext={"Department": "HR"})
    told = server.fastness("why", error["ResponseMetadata"]["RequestId"]).stdout
    asked = "its constraint asks for Department = IT in the encryption context"
    assert f"grant {grant['GrantId']} would allow it but for this: {asked}" in told
    assert f"grant {grant['GrantId']} of " in told


def test_a_grant_of_a_role_ends_with_the_role(server, owner, key):
    iam, trust = client(server, "owner", "iam"), {"Effect": "Allow", "Principal": {"AWS": OWNER}, "Action": "sts:AssumeRole"}
    role = iam.create_role(
        RoleName="app", AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": trust})
    )["Role"]
    owner.create_grant(KeyId=key, GranteePrincipal=role["Arn"], Operations=["Encrypt"])
    user = {"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "*"}
    iam.put_user_policy(
        UserName="worker", PolicyName="assume", PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": user})
    )
    session = client(server, "worker", "sts").assume_role(RoleArn=role["Arn"], RoleSessionName="s1")["Credentials"]
    app = server.client(
        access_key=session["AccessKeyId"], secret=session["SecretAccessKey"], token=session["SessionToken"]
    )
    app.encrypt(KeyId=key, Plaintext=b"x")
    iam.delete_role(RoleName="app")
    [shown] = owner.list_grants(KeyId=key)["Grants"]
    assert shown["GranteePrincipal"] == role["RoleId"]
    refused(owner.create_grant, "InvalidArnException", KeyId=key, GranteePrincipal=role["Arn"], Operations=["Encrypt"])


def test_many_grants_come_page_by_page_and_names_make_requests_repeatable(owner, key):
    asked = {"KeyId": key, "GranteePrincipal": WORKER_ARN, "Operations": ["Decrypt"]}
    ids = {owner.create_grant(**asked, Name=f"n{n}")["GrantId"] for n in range(75)}
    assert {owner.create_grant(**asked, Name=f"n{n}")["GrantId"] for n in range(75)} == ids
    pages = list(owner.get_paginator("list_grants").paginate(KeyId=key))
    assert [len(page["Grants"]) for page in pages] == [50, 25]
    assert {grant["GrantId"] for page in pages for grant in page["Grants"]} == ids
    for grant in ids:
        owner.revoke_grant(KeyId=key, GrantId=grant)
    assert owner.list_grants(KeyId=key)["Grants"] == []


def test_the_aws_cli_makes_uses_lists_and_ends_grants(server, key):
    def aws(who, *arguments):
        environment = {
            "PATH": os.environ["PATH"], "AWS_ACCESS_KEY_ID": f"AKIA{who.upper()}", "AWS_SECRET_ACCESS_KEY": f"{who}-secret",
            "AWS_DEFAULT_REGION": "us-east-1", "AWS_ENDPOINT_URL": server.endpoint, "AWS_PAGER": "",
        }
        command = ["aws", "kms", *arguments, "--output", "json"]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout) if done.stdout.strip() else None

    made = aws(
        "owner", "create-grant", "--key-id", key, "--grantee-principal", WORKER_ARN, "--operations", "Encrypt", "RetireGrant",
        "--constraints", "EncryptionContextEquals={Department=IT}",
    )
    sealed = aws(
        "worker", "encrypt", "--key-id", key, "--plaintext", base64.b64encode(b"x").decode(), "--encryption-context", "Department=IT",
        "--grant-tokens", made["GrantToken"],
    )
    assert sealed["KeyId"] == key
    [listed] = aws("owner", "list-grants", "--key-id", key)["Grants"]
    assert listed["Constraints"] == {"EncryptionContextEquals": {"Department": "IT"}}
    aws("worker", "retire-grant", "--key-id", key, "--grant-id", made["GrantId"])
    assert aws("owner", "list-grants", "--key-id", key)["Grants"] == []


def test_an_aws_managed_key_is_made_when_it_is_described_and_is_nobodys_to_change(owner):
    aliases = {alias["AliasName"]: alias for alias in owner.list_aliases()["Aliases"]}
    assert "TargetKeyId" not in aliases["alias/aws/ebs"]
    described = owner.describe_key(KeyId="alias/aws/ebs")["KeyMetadata"]
    assert described["KeyManager"] == "AWS"
    aliases = {alias["AliasName"]: alias for alias in owner.list_aliases()["Aliases"]}
    assert aliases["alias/aws/ebs"]["TargetKeyId"] == described["KeyId"]
    assert owner.get_key_rotation_status(KeyId=described["KeyId"])["KeyRotationEnabled"]
    refused(owner.schedule_key_deletion, "AccessDeniedException", KeyId=described["KeyId"])
    refused(owner.encrypt, "AccessDeniedException", KeyId="alias/aws/ebs", Plaintext=b"x")
