"""What infrastructure tools make, they read back as they wrote it: the calls that Terraform's AWS provider makes for each resource.

Such a tool compares what it reads with what it was told, and changes what differs, at every run. So whatever is stored has to
come back the same: documents as JSON, tags as a set, and in the members where the provider looks for them.
"""

import json
import urllib.parse

import botocore.exceptions
import pytest

ACCOUNT = "000000000000"
TAGS = [{"Key": "team", "Value": "red"}, {"Key": "stage", "Value": "test: a/b+c @ 1"}]

# Spaces, an order of members and single values that no canonical form would keep, and text that must be escaped in a URL.
READS = """{ "Statement" : [ { "Effect":"Allow", "Resource" : [ "*" ], "Action":"kms:Decrypt",
    "Condition": { "StringLike": { "kms:EncryptionContext:note": ["a+b %20 & ü*"] } } } ], "Version":"2012-10-17" }"""


def trust(*users):
    principal = {"Service": "ec2.amazonaws.com", "AWS": [*users, f"arn:aws:iam::{ACCOUNT}:root"]}
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}]})


def same_tags(found, wanted=TAGS):
    return sorted(found, key=str) == sorted(wanted, key=str)


def gone(call, **arguments):
    with pytest.raises(botocore.exceptions.ClientError) as refusal:
        call(**arguments)
    return refusal.value.response["Error"]["Code"]


@pytest.fixture(scope="module")
def iam(dev):
    return dev.client("iam")


def test_a_user(iam):
    boundary = "arn:aws:iam::aws:policy/PowerUserAccess"
    made = iam.create_user(UserName="read.back", Path="/staff/", PermissionsBoundary=boundary, Tags=TAGS)["User"]
    iam.get_waiter("user_exists").wait(UserName="read.back", WaiterConfig={"Delay": 1, "MaxAttempts": 1})
    read = iam.get_user(UserName="read.back")["User"]
    assert {name: read[name] for name in ("Path", "UserName", "UserId", "Arn", "CreateDate")} == {
        name: made[name] for name in ("Path", "UserName", "UserId", "Arn", "CreateDate")
    }
    assert read["PermissionsBoundary"] == {"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": boundary}
    assert same_tags(read["Tags"])

    iam.update_user(UserName="read.back", NewUserName="Read.Back", NewPath="/")
    iam.untag_user(UserName="Read.Back", TagKeys=["stage"])
    iam.delete_user_permissions_boundary(UserName="Read.Back")
    read = iam.get_user(UserName="Read.Back")["User"]
    assert (read["Arn"], read["UserId"]) == (f"arn:aws:iam::{ACCOUNT}:user/Read.Back", made["UserId"])
    assert "PermissionsBoundary" not in read and read["Tags"] == TAGS[:1]

    # What the provider looks through before it deletes a user by force.
    assert iam.list_groups_for_user(UserName="Read.Back")["Groups"] == []
    assert iam.list_access_keys(UserName="Read.Back")["AccessKeyMetadata"] == []
    assert iam.list_mfa_devices(UserName="Read.Back")["MFADevices"] == []
    assert iam.list_virtual_mfa_devices(AssignmentStatus="Any")["VirtualMFADevices"] == []
    assert iam.list_ssh_public_keys(UserName="Read.Back")["SSHPublicKeys"] == []
    assert iam.list_signing_certificates(UserName="Read.Back")["Certificates"] == []
    assert iam.list_service_specific_credentials(UserName="Read.Back")["ServiceSpecificCredentials"] == []
    assert gone(iam.delete_login_profile, UserName="Read.Back") == "NoSuchEntity"
    iam.delete_user(UserName="Read.Back")
    assert gone(iam.get_user, UserName="Read.Back") == "NoSuchEntity"


def test_a_group_and_who_is_in_it(iam):
    iam.create_user(UserName="member")
    made = iam.create_group(GroupName="readers", Path="/teams/")["Group"]
    assert iam.get_group(GroupName="readers")["Group"] == made
    iam.add_user_to_group(GroupName="readers", UserName="member")
    assert [user["UserName"] for user in iam.get_group(GroupName="readers")["Users"]] == ["member"]
    assert iam.list_groups_for_user(UserName="member")["Groups"] == [made]
    iam.update_group(GroupName="readers", NewGroupName="scholars", NewPath="/")
    read = iam.get_group(GroupName="scholars")
    assert (read["Group"]["GroupId"], read["Group"]["Arn"]) == (made["GroupId"], f"arn:aws:iam::{ACCOUNT}:group/scholars")
    assert [user["UserName"] for user in read["Users"]] == ["member"]
    iam.remove_user_from_group(GroupName="scholars", UserName="member")
    iam.delete_group(GroupName="scholars")
    assert gone(iam.get_group, GroupName="scholars") == "NoSuchEntity"


def test_inline_policies_and_attachments(iam):
    iam.create_user(UserName="inline")
    iam.create_group(GroupName="inline")
    iam.create_role(RoleName="inline", AssumeRolePolicyDocument=trust())
    arn = "arn:aws:iam::aws:policy/ReadOnlyAccess"
    for kind in ("User", "Group", "Role"):
        name, word = {f"{kind}Name": "inline"}, kind.lower()
        getattr(iam, f"put_{word}_policy")(**name, PolicyName="own", PolicyDocument=READS)
        read = getattr(iam, f"get_{word}_policy")(**name, PolicyName="own")
        assert read["PolicyDocument"] == json.loads(READS)
        assert getattr(iam, f"list_{word}_policies")(**name)["PolicyNames"] == ["own"]
        for _ in range(2):
            getattr(iam, f"attach_{word}_policy")(**name, PolicyArn=arn)
        attached = getattr(iam, f"list_attached_{word}_policies")(**name)["AttachedPolicies"]
        assert attached == [{"PolicyName": "ReadOnlyAccess", "PolicyArn": arn}]
        getattr(iam, f"detach_{word}_policy")(**name, PolicyArn=arn)
        assert gone(getattr(iam, f"detach_{word}_policy"), **name, PolicyArn=arn) == "NoSuchEntity"
        getattr(iam, f"delete_{word}_policy")(**name, PolicyName="own")
        assert gone(getattr(iam, f"get_{word}_policy"), **name, PolicyName="own") == "NoSuchEntity"


def test_a_role_in_an_instance_profile(iam):
    user = iam.create_user(UserName="trusted", Path="/staff/")["User"]["Arn"]
    # Principals as the provider sends them, in an order of the caller's: it compares them as sets.
    arguments = {"Description": "runs the app: ü", "MaxSessionDuration": 7200, "Path": "/service/"}
    made = iam.create_role(RoleName="app", AssumeRolePolicyDocument=trust(user), Tags=TAGS, **arguments)["Role"]
    iam.get_waiter("role_exists").wait(RoleName="app", WaiterConfig={"Delay": 1, "MaxAttempts": 1})
    read = iam.get_role(RoleName="app")["Role"]
    assert {name: read[name] for name in arguments} == arguments
    assert (read["Arn"], read["RoleId"], read["CreateDate"]) == (made["Arn"], made["RoleId"], made["CreateDate"])
    # The trusted user comes back as an ARN: the provider waits while it sees an id.
    assert read["AssumeRolePolicyDocument"] == json.loads(trust(user))
    assert same_tags(read["Tags"])

    iam.update_role(RoleName="app", Description="", MaxSessionDuration=3600)
    iam.update_assume_role_policy(RoleName="app", PolicyDocument=trust())
    iam.put_role_permissions_boundary(RoleName="app", PermissionsBoundary="arn:aws:iam::aws:policy/PowerUserAccess")
    read = iam.get_role(RoleName="app")["Role"]
    assert read.get("Description", "") == "" and read["MaxSessionDuration"] == 3600
    assert read["AssumeRolePolicyDocument"]["Statement"][0]["Principal"]["AWS"] in (
        f"arn:aws:iam::{ACCOUNT}:root",
        [f"arn:aws:iam::{ACCOUNT}:root"],
    )
    assert read["PermissionsBoundary"]["PermissionsBoundaryArn"] == "arn:aws:iam::aws:policy/PowerUserAccess"

    profile = iam.create_instance_profile(InstanceProfileName="web", Path="/service/", Tags=TAGS)["InstanceProfile"]
    assert profile["Roles"] == []
    iam.get_waiter("instance_profile_exists").wait(InstanceProfileName="web", WaiterConfig={"Delay": 1, "MaxAttempts": 1})
    iam.add_role_to_instance_profile(InstanceProfileName="web", RoleName="app")
    read = iam.get_instance_profile(InstanceProfileName="web")["InstanceProfile"]
    assert [role["Arn"] for role in read["Roles"]] == [made["Arn"]]
    assert read["InstanceProfileId"] == profile["InstanceProfileId"] and same_tags(read["Tags"])
    assert [one["Arn"] for one in iam.list_instance_profiles_for_role(RoleName="app")["InstanceProfiles"]] == [profile["Arn"]]
    assert gone(iam.delete_role, RoleName="app") == "DeleteConflict"
    iam.remove_role_from_instance_profile(InstanceProfileName="web", RoleName="app")
    iam.delete_instance_profile(InstanceProfileName="web")
    iam.delete_role(RoleName="app")
    assert gone(iam.get_role, RoleName="app") == "NoSuchEntity"


def test_a_managed_policy_and_its_versions(iam):
    arguments = {"PolicyName": "read-back", "Path": "/app/", "Description": "for the app"}
    arn = iam.create_policy(PolicyDocument=READS, Tags=TAGS, **arguments)["Policy"]["Arn"]
    iam.get_waiter("policy_exists").wait(PolicyArn=arn, WaiterConfig={"Delay": 1, "MaxAttempts": 1})
    read = iam.get_policy(PolicyArn=arn)["Policy"]
    assert {name: read[name] for name in arguments} == arguments
    assert (read["DefaultVersionId"], read["AttachmentCount"]) == ("v1", 0) and same_tags(read["Tags"])
    assert iam.get_policy_version(PolicyArn=arn, VersionId="v1")["PolicyVersion"]["Document"] == json.loads(READS)

    # The provider makes room for the sixth version by deleting the oldest.
    for number in range(2, 8):
        versions = iam.list_policy_versions(PolicyArn=arn)["Versions"]
        if len(versions) == 5:
            oldest = min((one for one in versions if not one["IsDefaultVersion"]), key=lambda one: int(one["VersionId"][1:]))
            iam.delete_policy_version(PolicyArn=arn, VersionId=oldest["VersionId"])
        document = READS.replace("kms:Decrypt", f"kms:Decrypt{number}")
        iam.create_policy_version(PolicyArn=arn, PolicyDocument=document, SetAsDefault=True)
        version = iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"]
        assert version == f"v{number}"
        assert iam.get_policy_version(PolicyArn=arn, VersionId=version)["PolicyVersion"]["Document"] == json.loads(document)
    assert gone(iam.create_policy_version, PolicyArn=arn, PolicyDocument=READS) == "LimitExceeded"
    for version in iam.list_policy_versions(PolicyArn=arn)["Versions"]:
        if not version["IsDefaultVersion"]:
            iam.delete_policy_version(PolicyArn=arn, VersionId=version["VersionId"])
    iam.delete_policy(PolicyArn=arn)
    assert gone(iam.get_policy, PolicyArn=arn) == "NoSuchEntity"


def test_an_openid_connect_provider(iam):
    thumbprint = "9e99a48a9960b14926bb7f3b02e22da2b0ab7280"
    arguments = {"ClientIDList": ["sts.amazonaws.com", "app"], "ThumbprintList": [thumbprint]}
    arn = iam.create_open_id_connect_provider(Url="https://token.example.com/Realm", Tags=TAGS, **arguments)["OpenIDConnectProviderArn"]
    assert arn == f"arn:aws:iam::{ACCOUNT}:oidc-provider/token.example.com/Realm"
    read = iam.get_open_id_connect_provider(OpenIDConnectProviderArn=arn)
    assert read["Url"] == "token.example.com/Realm"
    assert (sorted(read["ClientIDList"]), read["ThumbprintList"]) == (["app", "sts.amazonaws.com"], [thumbprint])
    assert same_tags(read["Tags"])
    iam.add_client_id_to_open_id_connect_provider(OpenIDConnectProviderArn=arn, ClientID="other")
    iam.remove_client_id_from_open_id_connect_provider(OpenIDConnectProviderArn=arn, ClientID="app")
    iam.update_open_id_connect_provider_thumbprint(OpenIDConnectProviderArn=arn, ThumbprintList=[thumbprint[::-1]])
    read = iam.get_open_id_connect_provider(OpenIDConnectProviderArn=arn)
    assert (sorted(read["ClientIDList"]), read["ThumbprintList"]) == (["other", "sts.amazonaws.com"], [thumbprint[::-1]])
    iam.delete_open_id_connect_provider(OpenIDConnectProviderArn=arn)
    assert gone(iam.get_open_id_connect_provider, OpenIDConnectProviderArn=arn) == "NoSuchEntity"


def test_the_password_policy_of_an_account(iam):
    assert gone(iam.get_account_password_policy) == "NoSuchEntity"
    wanted = {
        "MinimumPasswordLength": 14,
        "RequireSymbols": True,
        "RequireNumbers": True,
        "RequireUppercaseCharacters": True,
        "RequireLowercaseCharacters": False,
        "AllowUsersToChangePassword": True,
        "MaxPasswordAge": 90,
        "PasswordReusePrevention": 5,
        "HardExpiry": False,
    }
    iam.update_account_password_policy(**wanted)
    assert iam.get_account_password_policy()["PasswordPolicy"] == wanted | {"ExpirePasswords": True}
    # What is left out of an update goes back to its default.
    iam.update_account_password_policy(MinimumPasswordLength=8)
    read = iam.get_account_password_policy()["PasswordPolicy"]
    assert read["MinimumPasswordLength"] == 8 and read["ExpirePasswords"] is False and read["RequireSymbols"] is False
    assert not {"MaxPasswordAge", "PasswordReusePrevention"} & read.keys()
    iam.delete_account_password_policy()
    assert gone(iam.get_account_password_policy) == "NoSuchEntity"


def test_a_kms_key_with_a_policy_of_its_own(dev, iam):
    kms = dev.client("kms")
    user = iam.create_user(UserName="key-user")["User"]["Arn"]

    def policy(*actions):
        root = {"Sid": "Root", "Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, "Action": "kms:*", "Resource": "*"}
        use = {"Sid": "Use", "Effect": "Allow", "Principal": {"AWS": user}, "Action": list(actions), "Resource": "*"}
        return json.dumps({"Version": "2012-10-17", "Id": "own", "Statement": [root, use]}, indent=2)

    tags = [{"TagKey": tag["Key"], "TagValue": tag["Value"]} for tag in TAGS]
    first = policy("kms:Encrypt", "kms:Decrypt")
    made = kms.create_key(Description="orders", Policy=first, KeyUsage="ENCRYPT_DECRYPT", KeySpec="SYMMETRIC_DEFAULT", Tags=tags)["KeyMetadata"]
    key = made["KeyId"]
    assert kms.describe_key(KeyId=key)["KeyMetadata"] == made
    assert json.loads(kms.get_key_policy(KeyId=key, PolicyName="default")["Policy"]) == json.loads(first)
    assert kms.get_key_rotation_status(KeyId=key)["KeyRotationEnabled"] is False
    assert sorted(kms.list_resource_tags(KeyId=key)["Tags"], key=str) == sorted(tags, key=str)

    second = policy("kms:Decrypt")
    kms.put_key_policy(KeyId=key, PolicyName="default", Policy=second)
    assert json.loads(kms.get_key_policy(KeyId=key, PolicyName="default")["Policy"]) == json.loads(second)
    kms.update_key_description(KeyId=key, Description="")
    kms.disable_key(KeyId=key)
    read = kms.describe_key(KeyId=key)["KeyMetadata"]
    assert (read["Description"], read["KeyState"], read["Enabled"]) == ("", "Disabled", False)
    kms.schedule_key_deletion(KeyId=key, PendingWindowInDays=7)
    assert kms.describe_key(KeyId=key)["KeyMetadata"]["KeyState"] == "PendingDeletion"


def test_documents_travel_in_urls_as_rfc_3986_has_it(dev, iam):
    """boto3 decodes them by itself; the Go client of Terraform does not, and Python's decoder forgives what Go's does not."""
    iam.create_role(RoleName="encoded", AssumeRolePolicyDocument=trust())
    iam.put_role_policy(RoleName="encoded", PolicyName="own", PolicyDocument=READS)
    raw = []
    iam.meta.events.register_last("response-received.iam.GetRolePolicy", lambda response_dict, **_: raw.append(response_dict["body"].decode()))
    iam.get_role_policy(RoleName="encoded", PolicyName="own")
    encoded = raw[0].split("<PolicyDocument>")[1].split("</PolicyDocument>")[0]
    assert encoded == urllib.parse.quote(READS, safe="")
