"""IAM as an administrator uses it: the stock AWS CLI and boto3 make users, groups, roles and policies, which count at once."""

import json

import botocore.exceptions
import pytest

ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"
ACCOUNT = "000000000000"


def policy(*statements):
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(actions, resources="*", **condition):
    statement = {"Effect": "Allow", "Action": actions, "Resource": resources}
    return statement | ({"Condition": condition} if condition else {})


def trust(principal):
    return policy({"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"})


def code(call, **arguments):
    """The code that a call is refused with."""
    with pytest.raises(botocore.exceptions.ClientError) as refusal:
        call(**arguments)
    return refusal.value.response["Error"]["Code"]


@pytest.fixture(scope="module")
def iam(dev):
    return dev.client("iam")


@pytest.fixture
def person(dev, iam):
    """Makes users with an inline policy, and clients that call as them."""

    def person(name, *statements, service="iam", path="/", **options):
        iam.create_user(UserName=name, Path=path, **options)
        if statements:
            iam.put_user_policy(UserName=name, PolicyName="own", PolicyDocument=policy(*statements))
        key = iam.create_access_key(UserName=name)["AccessKey"]
        return dev.client(service, access_key=key["AccessKeyId"], secret=key["SecretAccessKey"])

    return person


def test_the_aws_cli_makes_a_user_who_can_do_what_the_policy_says(dev):
    user = dev.aws("iam", "create-user", "--user-name", "cli-user", "--path", "/staff/", "--tags", "Key=team,Value=red")["User"]
    assert user["Arn"] == f"arn:aws:iam::{ACCOUNT}:user/staff/cli-user"
    key = dev.aws("iam", "create-access-key", "--user-name", "cli-user")["AccessKey"]
    credentials = {"access_key": key["AccessKeyId"], "secret": key["SecretAccessKey"]}
    assert dev.aws("sts", "get-caller-identity", **credentials)["Arn"] == user["Arn"]

    refused = dev.aws("iam", "get-user", check=False, **credentials)
    assert refused.returncode != 0
    assert (
        f"An error occurred (AccessDenied) when calling the GetUser operation: User: {user['Arn']} is not authorized to perform: "
        "iam:GetUser on resource: user cli-user because no identity-based policy allows the iam:GetUser action" in refused.stderr
    )
    document = policy(allow("iam:GetUser", f"arn:aws:iam::{ACCOUNT}:user/staff/*"))
    dev.aws("iam", "put-user-policy", "--user-name", "cli-user", "--policy-name", "self", "--policy-document", document)
    shown = dev.aws("iam", "get-user", **credentials)["User"]
    assert shown["Tags"] == [{"Key": "team", "Value": "red"}]
    assert dev.aws("iam", "get-user-policy", "--user-name", "cli-user", "--policy-name", "self")["PolicyDocument"] == json.loads(document)

    conflict = dev.aws("iam", "delete-user", "--user-name", "cli-user", check=False)
    assert "(DeleteConflict) when calling the DeleteUser operation: Cannot delete entity, must " in conflict.stderr
    dev.aws("iam", "delete-access-key", "--user-name", "cli-user", "--access-key-id", key["AccessKeyId"])
    dev.aws("iam", "delete-user-policy", "--user-name", "cli-user", "--policy-name", "self")
    dev.aws("iam", "delete-user", "--user-name", "cli-user")
    gone = dev.aws("iam", "get-user", "--user-name", "cli-user", check=False)
    assert "(NoSuchEntity) when calling the GetUser operation: The user with name cli-user cannot be found." in gone.stderr
    assert "InvalidClientTokenId" in dev.aws("sts", "get-caller-identity", check=False, **credentials).stderr


def test_boto3_walks_through_the_life_of_a_managed_policy(iam):
    first, second = policy(allow("s3:GetObject")), policy(allow("s3:*"))
    made = iam.create_policy(PolicyName="life", Path="/app/", PolicyDocument=first, Description="what it is for")["Policy"]
    arn = made["Arn"]
    assert (made["DefaultVersionId"], made["AttachmentCount"], made["IsAttachable"]) == ("v1", 0, True)
    version = iam.create_policy_version(PolicyArn=arn, PolicyDocument=second, SetAsDefault=True)["PolicyVersion"]
    assert (version["VersionId"], version["IsDefaultVersion"]) == ("v2", True)
    assert iam.get_policy_version(PolicyArn=arn, VersionId="v1")["PolicyVersion"]["Document"] == json.loads(first)
    listed = [v["VersionId"] for page in iam.get_paginator("list_policy_versions").paginate(PolicyArn=arn) for v in page["Versions"]]
    assert listed == ["v2", "v1"]

    iam.create_user(UserName="policy-holder")
    iam.attach_user_policy(UserName="policy-holder", PolicyArn=arn)
    assert iam.list_entities_for_policy(PolicyArn=arn)["PolicyUsers"][0]["UserName"] == "policy-holder"
    assert code(iam.delete_policy, PolicyArn=arn) == "DeleteConflict"
    assert iam.get_policy(PolicyArn=arn)["Policy"]["AttachmentCount"] == 1
    iam.detach_user_policy(UserName="policy-holder", PolicyArn=arn)
    iam.delete_policy_version(PolicyArn=arn, VersionId="v1")
    iam.delete_policy(PolicyArn=arn)
    assert code(iam.get_policy, PolicyArn=arn) == "NoSuchEntity"
    assert iam.waiter_names and code(iam.create_policy, PolicyName="bad", PolicyDocument='{"Version": "2012-10-17"}') == "MalformedPolicyDocument"


def test_boto3_pages_through_all_policies_of_aws(iam):
    pages = list(iam.get_paginator("list_policies").paginate(Scope="AWS", PaginationConfig={"PageSize": 250}))
    names = [policy["PolicyName"] for page in pages for policy in page["Policies"]]
    assert len(pages) > 3 and len(names) == len(set(names)) > 1000
    assert {"AdministratorAccess", "ReadOnlyAccess", "PowerUserAccess"} <= set(names)
    version = iam.get_policy(PolicyArn=ADMINISTRATOR)["Policy"]["DefaultVersionId"]
    document = iam.get_policy_version(PolicyArn=ADMINISTRATOR, VersionId=version)["PolicyVersion"]["Document"]
    assert document["Statement"] == [{"Effect": "Allow", "Action": "*", "Resource": "*"}]


def test_boto3_makes_a_role_for_machines(iam):
    role = iam.create_role(
        RoleName="machine", AssumeRolePolicyDocument=trust({"Service": "ec2.amazonaws.com"}), Description="for machines", MaxSessionDuration=7200
    )["Role"]
    assert role["AssumeRolePolicyDocument"] == json.loads(trust({"Service": "ec2.amazonaws.com"}))
    iam.put_role_policy(RoleName="machine", PolicyName="own", PolicyDocument=policy(allow("s3:GetObject")))
    iam.create_instance_profile(InstanceProfileName="machines")
    iam.add_role_to_instance_profile(InstanceProfileName="machines", RoleName="machine")
    iam.get_waiter("instance_profile_exists").wait(InstanceProfileName="machines", WaiterConfig={"Delay": 1, "MaxAttempts": 2})
    profile = iam.get_instance_profile(InstanceProfileName="machines")["InstanceProfile"]
    assert [held["Arn"] for held in profile["Roles"]] == [role["Arn"]]
    assert code(iam.delete_role, RoleName="machine") == "DeleteConflict"
    iam.remove_role_from_instance_profile(InstanceProfileName="machines", RoleName="machine")
    iam.delete_role_policy(RoleName="machine", PolicyName="own")
    iam.delete_role(RoleName="machine")
    iam.delete_instance_profile(InstanceProfileName="machines")


def test_a_trusted_user_is_followed_by_its_id_and_not_by_its_name(iam):
    user = iam.create_user(UserName="trusted")["User"]
    iam.create_role(RoleName="trusting", AssumeRolePolicyDocument=trust({"AWS": user["Arn"]}))

    def trusted():
        return iam.get_role(RoleName="trusting")["Role"]["AssumeRolePolicyDocument"]["Statement"][0]["Principal"]["AWS"]

    assert trusted() == user["Arn"]
    iam.delete_user(UserName="trusted")
    iam.create_user(UserName="trusted")
    assert trusted() == user["UserId"]
    nobody = trust({"AWS": f"arn:aws:iam::{ACCOUNT}:user/nobody"})
    assert code(iam.create_role, RoleName="other", AssumeRolePolicyDocument=nobody) == "MalformedPolicyDocument"


def test_groups_give_their_members_what_they_have_and_take_it_again(dev, iam, person):
    member = person("member", service="kms")
    iam.create_group(GroupName="operators")
    iam.attach_group_policy(GroupName="operators", PolicyArn=ADMINISTRATOR)
    assert code(member.list_keys) == "AccessDeniedException"
    iam.add_user_to_group(GroupName="operators", UserName="member")
    assert "Keys" in member.list_keys()
    assert [group["GroupName"] for group in iam.list_groups_for_user(UserName="member")["Groups"]] == ["operators"]
    iam.remove_user_from_group(GroupName="operators", UserName="member")
    assert code(member.list_keys) == "AccessDeniedException"


def test_a_key_that_is_switched_off_or_deleted_is_refused_at_once(dev, iam):
    iam.create_user(UserName="keyed")
    key = iam.create_access_key(UserName="keyed")["AccessKey"]
    sts = dev.client("sts", access_key=key["AccessKeyId"], secret=key["SecretAccessKey"])
    assert sts.get_caller_identity()["Arn"].endswith("user/keyed")
    iam.update_access_key(UserName="keyed", AccessKeyId=key["AccessKeyId"], Status="Inactive")
    assert code(sts.get_caller_identity) == "InvalidClientTokenId"
    iam.update_access_key(UserName="keyed", AccessKeyId=key["AccessKeyId"], Status="Active")
    assert sts.get_caller_identity()["Arn"].endswith("user/keyed")
    iam.delete_access_key(UserName="keyed", AccessKeyId=key["AccessKeyId"])
    assert code(sts.get_caller_identity) == "InvalidClientTokenId"


def test_any_region_reaches_the_one_iam(dev, iam):
    iam.create_group(GroupName="everywhere")
    for region in ["us-east-1", "eu-central-1", "ap-southeast-2"]:
        assert dev.client("iam", region=region).get_group(GroupName="everywhere")["Group"]["GroupName"] == "everywhere"


# Escalation: each of these is a way by which people have made themselves administrators.


def test_without_permission_nobody_gives_itself_any(iam, person):
    mallory = person("mallory", allow("s3:*"))
    everything = policy(allow("*"))
    own = iam.create_policy(PolicyName="somebodys", PolicyDocument=policy(allow("s3:*")))["Policy"]["Arn"]
    iam.attach_user_policy(UserName="mallory", PolicyArn=own)
    iam.create_group(GroupName="admins")
    attempts = [
        (mallory.put_user_policy, {"UserName": "mallory", "PolicyName": "all", "PolicyDocument": everything}),
        (mallory.attach_user_policy, {"UserName": "mallory", "PolicyArn": ADMINISTRATOR}),
        (mallory.add_user_to_group, {"GroupName": "admins", "UserName": "mallory"}),
        (mallory.create_policy_version, {"PolicyArn": own, "PolicyDocument": everything, "SetAsDefault": True}),
        (mallory.create_access_key, {"UserName": "member"}),
        (mallory.create_access_key, {}),
        (mallory.update_user, {"UserName": "mallory", "NewPath": "/admins/"}),
        (mallory.delete_user_permissions_boundary, {"UserName": "mallory"}),
    ]
    for call, arguments in attempts:
        assert code(call, **arguments) == "AccessDenied", arguments


def test_who_rules_one_path_stays_within_it(iam, person):
    lead = person("lead", allow("iam:*", f"arn:aws:iam::{ACCOUNT}:user/team/*"))
    lead.create_user(UserName="recruit", Path="/team/")
    lead.create_access_key(UserName="recruit")
    assert code(lead.create_user, UserName="stray") == "AccessDenied"
    assert code(lead.attach_user_policy, UserName="lead", PolicyArn=ADMINISTRATOR) == "AccessDenied"
    assert code(lead.update_user, UserName="recruit", NewPath="/") == "AccessDenied"
    assert code(lead.update_user, UserName="lead", NewPath="/team/") == "AccessDenied"


def test_a_boundary_holds_whoever_is_made_within_it(iam, person):
    bounds = iam.create_policy(PolicyName="bounds", PolicyDocument=policy(allow("kms:*")))["Policy"]["Arn"]
    within = {"StringEquals": {"iam:PermissionsBoundary": bounds}}
    delegate = person(
        "delegate",
        allow(["iam:CreateUser", "iam:AttachUserPolicy", "iam:PutUserPermissionsBoundary"], **within),
        allow("iam:CreateAccessKey"),
        {"Effect": "Deny", "Action": "iam:DeleteUserPermissionsBoundary", "Resource": "*"},
        {"Effect": "Deny", "Action": ["iam:CreatePolicyVersion", "iam:SetDefaultPolicyVersion"], "Resource": bounds},
    )
    assert code(delegate.create_user, UserName="unbound") == "AccessDenied"
    delegate.create_user(UserName="bound", PermissionsBoundary=bounds)
    delegate.attach_user_policy(UserName="bound", PolicyArn=ADMINISTRATOR)
    assert code(delegate.attach_user_policy, UserName="delegate", PolicyArn=ADMINISTRATOR) == "AccessDenied"
    assert code(delegate.delete_user_permissions_boundary, UserName="bound") == "AccessDenied"
    wider = policy(allow("*"))
    assert code(delegate.create_policy_version, PolicyArn=bounds, PolicyDocument=wider, SetAsDefault=True) == "AccessDenied"
    assert code(delegate.put_user_permissions_boundary, UserName="bound", PermissionsBoundary=ADMINISTRATOR) == "AccessDenied"


def test_what_is_made_within_a_boundary_can_do_no_more_than_it_says(dev, iam, person):
    bounds = iam.create_policy(PolicyName="only-kms", PolicyDocument=policy(allow("kms:*")))["Policy"]["Arn"]
    iam_as_bound = person("within", allow("*"), PermissionsBoundary=bounds)
    with pytest.raises(botocore.exceptions.ClientError) as refusal:
        iam_as_bound.list_users()
    message = refusal.value.response["Error"]["Message"]
    assert message.endswith("because no permissions boundary allows the iam:ListUsers action"), message


def test_another_accounts_administrator_reaches_nothing_here(dev, iam):
    other = dev.client("iam", access_key="AKIAOTHERACCOUNT", secret="other-secret")
    iam.create_user(UserName="resident")
    own = iam.create_policy(PolicyName="resident", PolicyDocument=policy(allow("s3:*")))["Policy"]["Arn"]
    assert code(other.get_user, UserName="resident") == "NoSuchEntity"
    assert code(other.delete_policy, PolicyArn=own) == "AccessDenied"
    assert code(other.get_policy, PolicyArn=own) == "AccessDenied"
    other.create_user(UserName="resident")
    other.delete_user(UserName="resident")
    assert iam.get_user(UserName="resident")["User"]["Arn"] == f"arn:aws:iam::{ACCOUNT}:user/resident"
