"""The published cases of `conformance/authorization`, end to end: stock clients ask, and are answered as AWS's pages say."""

import collections
import json

import botocore.exceptions
import pytest

from authorization import HERE, SEED, Situation, Unbuildable, World, cases, statement
from server import Server


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    with Server(tmp_path_factory.mktemp("authorization"), "--quotas", "off", seed=SEED) as server:
        yield World(server)
        assert "panicked" not in server.log()


def run(world, wanted, least):
    """Builds and asks the cases; insists on at least so many that can be built."""
    wrong, reasons, asked = [], collections.Counter(), 0
    for case in wanted:
        try:
            with Situation(world, case) as situation:
                told, expected = situation.ask(), situation.expected()
        except Unbuildable as reason:
            reasons[str(reason)] += 1
            continue
        except botocore.exceptions.ClientError as refusal:
            wrong.append(f"{case['id']} ({case['title']}): cannot be built: {refusal}")
            continue
        asked += 1
        if told != expected:
            wrong.append(f"{case['id']} ({case['title']}):\n  told     {told}\n  expected {expected}")
    assert not wrong, f"{len(wrong)} of {asked}:\n" + "\n".join(wrong)
    assert asked >= least, f"{asked} asked; {dict(reasons)}"


def of(file, *rules):
    return [case for case in cases(file) if not rules or case["rule"] in rules]


def test_an_account_decides_about_its_own(world):
    """Identity-based, resource-based, boundary and session policies of users, role sessions, federated users, the root."""
    run(world, of("same-account.jsonl"), 450)


def test_both_accounts_must_allow(world):
    run(world, of("cross-account.jsonl", "cross-account", "cross-account-root"), 370)


def test_principals_are_who_they_are_named(world):
    run(world, of("principals.jsonl"), 280)


def test_grants_give_what_policies_do_not(world):
    run(world, of("grants.jsonl"), 110)


def test_keys_trust_only_whom_their_policies_name(world):
    run(world, of("keys.jsonl"), 210)


def test_roles_trust_only_whom_their_policies_name(world):
    run(world, of("roles.jsonl"), 250)


def test_conditions_hold_as_they_are_written(world):
    """Those that a request's encryption context can meet or miss, and those about the caller."""
    run(world, of("operators.jsonl") + of("conditions.jsonl"), 600)


def test_control_policies_limit_accounts_at_every_level(world):
    run(world, of("organizations.jsonl"), 180)


def test_denied_callers_are_told_why(world):
    run(world, of("messages.jsonl"), 65)


def test_a_name_used_again_inherits_nothing(world):
    """A key's policy, and a role's, mean who had the name when they were written; conditions mean the name."""
    iam, kms = world.root("iam", HERE), world.root("kms", HERE)
    arn = f"arn:aws:iam::{HERE}:user/phoenix"
    trust = json.dumps(statement("Allow", "sts:AssumeRole", Principal={"AWS": arn}))
    condition = {"ArnEquals": {"aws:PrincipalArn": arn}}
    life = {}
    for turn in ("first", "second"):
        life[turn] = iam.create_user(UserName="phoenix")["User"]["UserId"]
        if turn == "first":
            policies = {
                "named": statement("Allow", "kms:Encrypt", Principal={"AWS": arn}, Resource="*"),
                "meant": statement("Allow", "kms:Encrypt", Principal="*", Resource="*", Condition=condition),
            }
            keys = {}
            for word, policy in policies.items():
                policy["Statement"].append({"Effect": "Allow", "Principal": {"AWS": HERE}, "Action": "kms:*", "Resource": "*"})
                keys[word] = kms.create_key(Policy=json.dumps(policy))["KeyMetadata"]["Arn"]
            role = iam.create_role(RoleName="nest", AssumeRolePolicyDocument=trust)["Role"]["Arn"]
        credentials = iam.create_access_key(UserName="phoenix")["AccessKey"]
        client, sts = world.client("kms", credentials), world.client("sts", credentials)
        calls = {
            "named": lambda: client.encrypt(KeyId=keys["named"], Plaintext=b"x"),
            "meant": lambda: client.encrypt(KeyId=keys["meant"], Plaintext=b"x"),
            "trusted": lambda: sts.assume_role(RoleArn=role, RoleSessionName="s1"),
        }
        allowed = {word for word, call in calls.items() if succeeds(call)}
        assert allowed == ({"named", "meant", "trusted"} if turn == "first" else {"meant"}), turn
        iam.delete_access_key(UserName="phoenix", AccessKeyId=credentials["AccessKeyId"])
        iam.delete_user(UserName="phoenix")
    assert life["first"] != life["second"]
    for text in (
        kms.get_key_policy(KeyId=keys["named"], PolicyName="default")["Policy"],
        json.dumps(iam.get_role(RoleName="nest")["Role"]["AssumeRolePolicyDocument"]),
    ):
        assert life["first"] in text and arn not in text
    iam.delete_role(RoleName="nest")


def test_aliases_and_ciphertexts_are_decided_by_the_key_behind_them(world):
    """A policy names the key; what leads to another key is refused, and naming the alias gives nothing."""
    kms, iam = world.root("kms", HERE), world.root("iam", HERE)
    mine, other = (kms.create_key()["KeyMetadata"]["Arn"] for _ in range(2))
    alias = "alias/moved"
    alias_arn = mine.split(":key/")[0] + ":" + alias
    kms.create_alias(AliasName=alias, TargetKeyId=mine)
    blobs = {key: kms.encrypt(KeyId=key, Plaintext=b"x")["CiphertextBlob"] for key in (mine, other)}
    iam.create_user(UserName="narrow")
    policy = statement("Allow", ["kms:Encrypt", "kms:Decrypt"], Resource=[mine, alias_arn])
    iam.put_user_policy(UserName="narrow", PolicyName="own", PolicyDocument=json.dumps(policy))
    client = world.client("kms", world.access_key(HERE, "narrow"))
    assert client.encrypt(KeyId=alias, Plaintext=b"x")["KeyId"] == mine
    assert client.decrypt(CiphertextBlob=blobs[mine])["Plaintext"] == b"x"
    assert not succeeds(lambda: client.decrypt(CiphertextBlob=blobs[other]))
    kms.update_alias(AliasName=alias, TargetKeyId=other)
    with pytest.raises(botocore.exceptions.ClientError) as refused:
        client.encrypt(KeyId=alias, Plaintext=b"x")
    assert refused.value.response["Error"]["Message"] == (
        f"User: arn:aws:iam::{HERE}:user/narrow is not authorized to perform: kms:Encrypt on resource: {other} "
        "because no identity-based policy allows the kms:Encrypt action"
    )


def test_presigned_urls_are_decided_like_calls(world):
    """Whoever has the URL acts for its maker, within what the maker may do when it is used."""
    iam = world.root("iam", HERE)
    iam.create_user(UserName="signer")
    trust = statement("Allow", "sts:AssumeRole", Principal={"AWS": HERE})
    role = iam.create_role(RoleName="signed", AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"]
    sts = world.client("sts", world.access_key(HERE, "signer"))
    url = sts.generate_presigned_url("assume_role", {"RoleArn": role, "RoleSessionName": "s1"}, HttpMethod="GET")
    path = url.removeprefix(world.server.endpoint)
    denied = (
        f"User: arn:aws:iam::{HERE}:user/signer is not authorized to perform: sts:AssumeRole on resource: {role} "
        "because no identity-based policy allows the sts:AssumeRole action"
    )
    status, body = world.server.http("GET", path)
    assert (status, denied in body.decode()) == (403, True), body
    policy = json.dumps(statement("Allow", "sts:AssumeRole", Resource=role))
    iam.put_user_policy(UserName="signer", PolicyName="own", PolicyDocument=policy)
    assert world.server.http("GET", path)[0] == 200
    iam.delete_user_policy(UserName="signer", PolicyName="own")
    assert world.server.http("GET", path)[0] == 403


def succeeds(call):
    try:
        call()
    except botocore.exceptions.ClientError as refusal:
        assert refusal.response["Error"]["Code"] in ("AccessDeniedException", "AccessDenied"), refusal
        return False
    return True
