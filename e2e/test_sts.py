"""Temporary credentials with the stock clients: roles and what limits them, second factors, people of an identity provider."""

import base64
import hashlib
import hmac
import json
import struct
import subprocess
import time

import boto3
import botocore
import botocore.exceptions
import pytest

import idp
from server import AWS, REGION

ACCOUNT = "000000000000"
OTHER = "111122223333"
ANYTHING = {"Effect": "Allow", "Action": "*", "Resource": "*"}


def document(*statements):
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def trust(principal, *actions, condition=None):
    statement = {"Effect": "Allow", "Principal": principal, "Action": list(actions or ["sts:AssumeRole"])}
    return document({**statement, "Condition": condition} if condition else statement)


def keys(credentials):
    """Credentials of STS or IAM as boto3 takes them."""
    return {
        "aws_access_key_id": credentials["AccessKeyId"],
        "aws_secret_access_key": credentials["SecretAccessKey"],
        "aws_session_token": credentials.get("SessionToken"),
    }


@pytest.fixture(scope="module")
def house(dev):
    return House(dev)


class House:
    """An account with users and roles, made through IAM."""

    def __init__(self, server):
        self.server = server
        self.iam = server.client("iam")
        self.made = 0

    def client(self, service, credentials, region=REGION):
        return boto3.session.Session().client(
            service, region_name=region, endpoint_url=self.server.endpoint, **keys(credentials),
            config=self.iam.meta.config.merge(boto3.session.Config(retries={"total_max_attempts": 1})),
        )

    def name(self, kind):
        self.made += 1
        return f"{kind}-{self.made}"

    def user(self, *statements):
        name = self.name("user")
        self.iam.create_user(UserName=name)
        if statements:
            self.iam.put_user_policy(UserName=name, PolicyName="own", PolicyDocument=document(*statements))
        return name, self.iam.create_access_key(UserName=name)["AccessKey"]

    def role(self, trust_policy, *statements, iam=None, **more):
        iam, name = iam or self.iam, self.name("role")
        role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust_policy, **more)["Role"]
        iam.put_role_policy(RoleName=name, PolicyName="own", PolicyDocument=document(*(statements or [ANYTHING])))
        return role["Arn"]

    def assume(self, who, role, **more):
        return self.client("sts", who).assume_role(RoleArn=role, RoleSessionName="tests", **more)["Credentials"]


def refused(call, *arguments, **named):
    """Code and message of a call that must fail."""
    with pytest.raises(botocore.exceptions.ClientError) as caught:
        call(*arguments, **named)
    error = caught.value.response["Error"]
    return error["Code"], error["Message"]


def may_create_keys(house, who):
    try:
        house.client("kms", who).create_key()
        return True
    except botocore.exceptions.ClientError as error:
        assert error.response["Error"]["Code"] == "AccessDeniedException", error
        return False


def test_a_role_is_assumed_with_the_cli_and_its_session_works_everywhere(house):
    name, who = house.user(ANYTHING)
    role = house.role(trust({"AWS": ACCOUNT}))
    answer = house.server.aws(
        "sts", "assume-role", "--role-arn", role, "--role-session-name", "cli",
        access_key=who["AccessKeyId"], secret=who["SecretAccessKey"],
    )
    assert answer["AssumedRoleUser"]["Arn"] == f"arn:aws:sts::{ACCOUNT}:assumed-role/{role.rsplit('/')[-1]}/cli"
    for region in ("us-east-1", "eu-central-1"):
        identity = house.client("sts", answer["Credentials"], region).get_caller_identity()
        assert identity["Arn"] == answer["AssumedRoleUser"]["Arn"]
        assert identity["UserId"] == answer["AssumedRoleUser"]["AssumedRoleId"]
    assert may_create_keys(house, answer["Credentials"])


def test_profiles_of_the_cli_assume_roles_by_themselves(house, tmp_path):
    _, who = house.user(ANYTHING)
    role = house.role(trust({"AWS": ACCOUNT}, condition={"StringEquals": {"sts:ExternalId": "deal-7"}}))
    config = tmp_path / "config"
    config.write_text(
        f"[profile base]\naws_access_key_id = {who['AccessKeyId']}\naws_secret_access_key = {who['SecretAccessKey']}\n"
        f"[profile app]\nrole_arn = {role}\nsource_profile = base\nexternal_id = deal-7\nrole_session_name = profile\n"
    )
    environment = {**house.server.environment(endpoint=house.server.endpoint), "AWS_CONFIG_FILE": str(config)}
    assert run_aws(environment, "--profile", "app", "sts", "get-caller-identity")["Arn"].endswith("/profile")


def run_aws(environment, *arguments):
    """The stock CLI without credentials of its own."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        environment.pop(name)
    done = subprocess.run([str(AWS), *arguments], env=environment, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_the_role_decides_whom_it_trusts(house):
    name, rich = house.user(ANYTHING)
    _, poor = house.user()
    by_account = house.role(trust({"AWS": f"arn:aws:iam::{ACCOUNT}:root"}))
    by_name = house.role(trust({"AWS": f"arn:aws:iam::{ACCOUNT}:user/{name}"}))
    house.assume(rich, by_account)
    house.assume(rich, by_name)
    for role in (by_account, by_name):
        code, message = refused(house.assume, poor, role)
        assert code == "AccessDenied"
        assert f"is not authorized to perform: sts:AssumeRole on resource: {role}" in message
    root = {"AccessKeyId": "test", "SecretAccessKey": "test"}
    assert refused(house.assume, root, by_account) == ("AccessDenied", "Roles may not be assumed by root accounts.")


def test_a_user_made_again_under_its_name_is_not_the_one_that_is_trusted(house):
    name, who = house.user()
    role = house.role(trust({"AWS": f"arn:aws:iam::{ACCOUNT}:user/{name}"}))
    house.assume(who, role)
    house.iam.delete_access_key(UserName=name, AccessKeyId=who["AccessKeyId"])
    house.iam.delete_user(UserName=name)
    house.iam.create_user(UserName=name)
    again = house.iam.create_access_key(UserName=name)["AccessKey"]
    assert refused(house.assume, again, role)[0] == "AccessDenied"


def test_another_account_gives_a_role_to_whoever_brings_the_external_id(house):
    _, who = house.user(ANYTHING)
    there = house.server.client("iam", access_key="AKIAOTHERACCOUNT", secret="other-secret")
    role = house.role(trust({"AWS": ACCOUNT}, condition={"StringEquals": {"sts:ExternalId": "deal-7"}}), iam=there)
    assert refused(house.assume, who, role)[0] == "AccessDenied"
    credentials = house.assume(who, role, ExternalId="deal-7")
    assert house.client("sts", credentials).get_caller_identity()["Account"] == OTHER
    info = house.client("sts", who).get_access_key_info(AccessKeyId=credentials["AccessKeyId"])
    assert info["Account"] == OTHER


def test_session_policies_limit_a_session(house):
    _, who = house.user(ANYTHING)
    role = house.role(trust({"AWS": ACCOUNT}))
    only_list = document({"Effect": "Allow", "Action": "kms:List*", "Resource": "*"})
    limited = house.assume(who, role, Policy=only_list)
    house.client("kms", limited).list_keys()
    code, message = refused(house.client("kms", limited).create_key)
    assert code == "AccessDeniedException"
    assert "because no session policy allows the kms:CreateKey action" in message
    arn = house.iam.create_policy(PolicyName=house.name("policy"), PolicyDocument=only_list)["Policy"]["Arn"]
    limited = house.assume(who, role, PolicyArns=[{"arn": arn}])
    assert not may_create_keys(house, limited)


def test_a_chain_of_roles_keeps_its_tags_and_its_hour(house):
    _, who = house.user(ANYTHING)
    tagging = trust({"AWS": ACCOUNT}, "sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity")
    first = house.role(tagging, MaxSessionDuration=43200)
    only_red = {**ANYTHING, "Condition": {"StringEquals": {"aws:PrincipalTag/team": "red", "aws:SourceIdentity": "joe"}}}
    second = house.role(tagging, only_red, MaxSessionDuration=43200)
    tags = [{"Key": "team", "Value": "red"}]
    session = house.assume(who, first, DurationSeconds=43200, Tags=tags, TransitiveTagKeys=["team"], SourceIdentity="joe")
    assert may_create_keys(house, house.assume(session, second))
    code, message = refused(house.assume, session, second, DurationSeconds=3601)
    assert (code, "1 hour session limit for roles assumed by role chaining" in message) == ("ValidationError", True)
    assert refused(house.assume, session, second, Tags=tags)[0] == "InvalidParameterValue"


def test_the_longest_token_goes_through_header_and_query(house):
    _, who = house.user(ANYTHING)
    role = house.role(trust({"AWS": ACCOUNT}))
    credentials = house.assume(who, role, MinimumSessionTokenSize=4096)
    assert len(credentials["SessionToken"]) == 4096
    sts = house.client("sts", credentials)
    arn = sts.get_caller_identity()["Arn"]
    status, body = house.server.http("GET", sts.generate_presigned_url("get_caller_identity", HttpMethod="GET").removeprefix(house.server.endpoint))
    assert (status, arn.encode() in body) == (200, True), body


def totp(seed, at):
    key = base64.b32decode(seed)
    mac = hmac.new(key, struct.pack(">Q", int(at) // 30), hashlib.sha1).digest()
    offset = mac[-1] & 15
    return f"{(struct.unpack('>I', mac[offset : offset + 4])[0] & 0x7FFFFFFF) % 10**6:06d}"


def test_a_second_factor_opens_what_asks_for_it_once(house):
    name, who = house.user(ANYTHING)
    device = house.iam.create_virtual_mfa_device(VirtualMFADeviceName=name)["VirtualMFADevice"]
    serial, seed = device["SerialNumber"], device["Base32StringSeed"].decode()
    now = time.time()
    house.iam.enable_mfa_device(
        UserName=name, SerialNumber=serial, AuthenticationCode1=totp(seed, now - 60), AuthenticationCode2=totp(seed, now - 30)
    )
    role = house.role(trust({"AWS": ACCOUNT}, condition={"Bool": {"aws:MultiFactorAuthPresent": "true"}}))
    assert refused(house.assume, who, role)[0] == "AccessDenied"
    # Enabling shifted the device's clock back by a step, and the next code is as good as the one after it.
    code = totp(seed, now)
    house.assume(who, role, SerialNumber=serial, TokenCode=code)
    assert refused(house.assume, who, role, SerialNumber=serial, TokenCode=code) == (
        "AccessDenied",
        "MultiFactorAuthentication failed with invalid MFA one time pass code. ",
    )
    plain = house.client("sts", who).get_session_token()["Credentials"]
    code, message = refused(house.client("iam", plain).list_users)
    assert (code, message) == ("InvalidClientTokenId", "The security token included in the request is invalid")


def test_a_federated_user_has_what_it_was_given(house):
    _, who = house.user(ANYTHING)
    sts = house.client("sts", who)
    answer = sts.get_federation_token(Name="joe", Policy=document({"Effect": "Allow", "Action": "kms:List*", "Resource": "*"}))
    assert answer["FederatedUser"]["Arn"] == f"arn:aws:sts::{ACCOUNT}:federated-user/joe"
    house.client("kms", answer["Credentials"]).list_keys()
    assert not may_create_keys(house, answer["Credentials"])
    assert not may_create_keys(house, sts.get_federation_token(Name="joe")["Credentials"])
    assert refused(house.client("iam", answer["Credentials"]).list_users)[0] == "InvalidClientTokenId"


def test_sessions_end_by_their_time_of_issue_and_with_their_role(house):
    _, who = house.user(ANYTHING)
    role = house.role(trust({"AWS": ACCOUNT}))
    name = role.rsplit("/")[-1]
    before = house.assume(who, role)
    time.sleep(1.1)
    now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    revoke = {"Effect": "Deny", "Action": "*", "Resource": "*", "Condition": {"DateLessThan": {"aws:TokenIssueTime": now}}}
    house.iam.put_role_policy(RoleName=name, PolicyName="revoke", PolicyDocument=document(revoke))
    assert not may_create_keys(house, before)
    after = house.assume(who, role)
    assert may_create_keys(house, after)
    for policy in ("own", "revoke"):
        house.iam.delete_role_policy(RoleName=name, PolicyName=policy)
    house.iam.delete_role(RoleName=name)
    assert refused(house.client("sts", after).get_caller_identity)[0] == "InvalidClientTokenId"


@pytest.fixture(scope="module")
def provider():
    with idp.Provider(idp.RsaKey("rsa"), idp.EcKey("ec")) as provider:
        yield provider


@pytest.fixture(scope="module")
def web(house, provider):
    """The ARN of the provider in IAM, and a role that trusts it."""
    arn = house.iam.create_open_id_connect_provider(Url=f"https://{provider.host}", ClientIDList=["app"])["OpenIDConnectProviderArn"]
    condition = {"StringEquals": {f"{provider.host}:aud": "app"}, "StringLike": {f"{provider.host}:sub": "joe-*"}}
    return arn, house.role(trust({"Federated": arn}, "sts:AssumeRoleWithWebIdentity", condition=condition))


def with_token(house, role, token, **more):
    unsigned = boto3.session.Config(signature_version=botocore.UNSIGNED)
    sts = boto3.session.Session().client("sts", region_name=REGION, endpoint_url=house.server.endpoint, config=unsigned)
    return sts.assume_role_with_web_identity(RoleArn=role, RoleSessionName="web", WebIdentityToken=token, **more)


def test_people_of_an_identity_provider_get_a_role_with_their_token(house, provider, web):
    for key in provider.keys:
        answer = with_token(house, web[1], provider.token(key))
        assert answer["SubjectFromWebIdentityToken"] == "joe-of-tests"
        assert (answer["Provider"], answer["Audience"]) == (provider.issuer, "app")
        assert may_create_keys(house, answer["Credentials"])
    assert provider.visits == 2, "the keys are fetched once"


def test_tokens_that_do_not_hold_get_nothing(house, provider, web):
    key = provider.keys[1]
    code = lambda token: refused(with_token, house, web[1], token)[0]
    assert code(provider.token(idp.EcKey(key.kid))) == "InvalidIdentityToken"
    assert code(provider.token(key, aud="somebody-else")) == "InvalidIdentityToken"
    assert code(provider.token(key, exp=int(time.time()) - 1)) == "ExpiredTokenException"
    assert code(provider.token(key, sub="moe-of-tests")) == "AccessDenied"
    assert code(provider.token(key, iss="https://127.0.0.1:1")) == "InvalidIdentityToken"
    head, claims, _ = provider.token(key).split(".")
    unsigned = base64.urlsafe_b64encode(b'{"alg":"none"}').rstrip(b"=").decode()
    assert code(f"{unsigned}.{claims}.") == "InvalidIdentityToken"


def test_the_sdks_own_provider_of_web_identities_works(house, provider, web, tmp_path):
    (tmp_path / "token").write_text(provider.token(provider.keys[0]))
    environment = {
        **house.server.environment(endpoint=house.server.endpoint),
        "AWS_WEB_IDENTITY_TOKEN_FILE": str(tmp_path / "token"),
        "AWS_ROLE_ARN": web[1],
        "AWS_ROLE_SESSION_NAME": "pod",
    }
    assert run_aws(environment, "sts", "get-caller-identity")["Arn"].endswith("/pod")


def test_what_is_missing_of_sts_says_so(house):
    sts = house.server.client("sts")
    saml = dict(RoleArn=f"arn:aws:iam::{ACCOUNT}:role/app", PrincipalArn=f"arn:aws:iam::{ACCOUNT}:saml-provider/idp", SAMLAssertion="PHNhbWw+")
    assert refused(sts.assume_role_with_saml, **saml)[0] == "NotImplemented"
