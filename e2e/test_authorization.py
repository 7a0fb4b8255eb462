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


def succeeds(call):
    try:
        call()
    except botocore.exceptions.ClientError as refusal:
        assert refusal.response["Error"]["Code"] in ("AccessDeniedException", "AccessDenied"), refusal
        return False
    return True
