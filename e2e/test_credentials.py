"""What IAM keeps of people beside policies, with the stock clients: second factors, passwords, providers, certificates, SSH keys, reports."""

import base64
import csv
import hashlib
import hmac
import io
import json
import pathlib
import struct
import subprocess
import time

import botocore.exceptions
import pytest

ACCOUNT = "000000000000"
CERTIFICATES = pathlib.Path(__file__).parent.parent / "crates/primitives/tests/main/certificates"
PASSWORD = "Correct-horse-battery-1"


def certificate(name):
    return (CERTIFICATES / name).read_text()


def arn(kind, name):
    return f"arn:aws:iam::{ACCOUNT}:{kind}/{name}"


def allow(action):
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": action, "Resource": "*"}]})


def totp(seed, at):
    """RFC 6238 as authenticator apps do it."""
    digest = hmac.digest(base64.b32decode(seed), struct.pack(">Q", int(at) // 30), hashlib.sha1)
    offset = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[offset:offset + 4])[0] & 0x7FFFFFFF) % 1_000_000:06}"


def code(call, **arguments):
    """The code that a call is refused with."""
    with pytest.raises(botocore.exceptions.ClientError) as refusal:
        call(**arguments)
    return refusal.value.response["Error"]["Code"]


def until(call, done, seconds=20):
    """Asks again until a job is through."""
    deadline = time.monotonic() + seconds
    while not done(answer := call()):
        assert time.monotonic() < deadline, answer
        time.sleep(0.1)
    return answer


@pytest.fixture(scope="module")
def iam(dev):
    return dev.client("iam")


def test_the_aws_cli_gives_a_user_a_second_factor(dev, tmp_path):
    dev.aws("iam", "create-user", "--user-name", "factor")
    seed, picture = tmp_path / "seed", tmp_path / "code.png"
    made = {}
    for name, method, file in [("phone", "Base32StringSeed", seed), ("tablet", "QRCodePNG", picture)]:
        made[name] = dev.aws(
            "iam", "create-virtual-mfa-device", "--virtual-mfa-device-name", name, "--outfile", str(file), "--bootstrap-method", method
        )["VirtualMFADevice"]["SerialNumber"]
    assert made["phone"] == arn("mfa", "phone")
    assert picture.read_bytes().startswith(b"\x89PNG\r\n\x1a\n")
    secret, now = seed.read_text(), time.time()
    enable = ["iam", "enable-mfa-device", "--user-name", "factor", "--serial-number", made["phone"]]
    wrong = dev.aws(*enable, "--authentication-code1", "000000", "--authentication-code2", "000001", check=False)
    assert "(InvalidAuthenticationCode) when calling the EnableMFADevice operation" in wrong.stderr
    dev.aws(*enable, "--authentication-code1", totp(secret, now - 30), "--authentication-code2", totp(secret, now))
    assert [device["SerialNumber"] for device in dev.aws("iam", "list-mfa-devices", "--user-name", "factor")["MFADevices"]] == [made["phone"]]
    free = dev.aws("iam", "list-virtual-mfa-devices", "--assignment-status", "Unassigned")["VirtualMFADevices"]
    assert [device["SerialNumber"] for device in free] == [made["tablet"]]
    used = dev.aws("iam", "delete-virtual-mfa-device", "--serial-number", made["phone"], check=False)
    assert "(DeleteConflict) when calling the DeleteVirtualMFADevice operation: MFA VirtualDevice in use." in used.stderr
    dev.aws("iam", "deactivate-mfa-device", "--user-name", "factor", "--serial-number", made["phone"])
    for serial in made.values():
        dev.aws("iam", "delete-virtual-mfa-device", "--serial-number", serial)
    assert dev.aws("iam", "list-virtual-mfa-devices")["VirtualMFADevices"] == []


def test_a_password_obeys_the_accounts_policy_and_its_user_may_change_it(dev, iam):
    iam.update_account_password_policy(MinimumPasswordLength=14, RequireNumbers=True, AllowUsersToChangePassword=True)
    assert dev.aws("iam", "get-account-password-policy")["PasswordPolicy"]["MinimumPasswordLength"] == 14
    iam.create_user(UserName="typist")
    assert code(iam.create_login_profile, UserName="typist", Password="too-short-1") == "PasswordPolicyViolation"
    profile = iam.create_login_profile(UserName="typist", Password=PASSWORD)["LoginProfile"]
    assert (profile["UserName"], profile["PasswordResetRequired"]) == ("typist", False)
    key = iam.create_access_key(UserName="typist")["AccessKey"]
    own = dev.client("iam", access_key=key["AccessKeyId"], secret=key["SecretAccessKey"])
    assert code(own.change_password, OldPassword="wrong", NewPassword=PASSWORD + "2") == "AccessDenied"
    own.change_password(OldPassword=PASSWORD, NewPassword=PASSWORD + "2")
    iam.delete_account_password_policy()
    assert code(own.change_password, OldPassword=PASSWORD + "2", NewPassword=PASSWORD) == "AccessDenied"
    assert PASSWORD not in dev.log()


def test_identity_providers_are_kept_as_they_are_given(dev, iam, tmp_path):
    url, thumbprint = "https://token.actions.githubusercontent.com", "a" * 40
    made = dev.aws(
        "iam", "create-open-id-connect-provider", "--url", url, "--client-id-list", "sts.amazonaws.com", "--thumbprint-list", thumbprint
    )["OpenIDConnectProviderArn"]
    assert made == arn("oidc-provider", "token.actions.githubusercontent.com")
    iam.add_client_id_to_open_id_connect_provider(OpenIDConnectProviderArn=made, ClientID="another")
    told = iam.get_open_id_connect_provider(OpenIDConnectProviderArn=made)
    assert (told["Url"], told["ClientIDList"], told["ThumbprintList"]) == (url.removeprefix("https://"), ["sts.amazonaws.com", "another"], [thumbprint])
    assert code(iam.create_open_id_connect_provider, Url=url) == "EntityAlreadyExists"

    letters = "".join(line for line in certificate("ed.pem").splitlines() if not line.startswith("-"))
    metadata = f"""<?xml version="1.0"?>
<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" xmlns:ds="http://www.w3.org/2000/09/xmldsig#" entityID="https://idp.example">
  <!-- {"padding " * 80} -->
  <md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
    <md:KeyDescriptor use="signing"><ds:KeyInfo><ds:X509Data><ds:X509Certificate>{letters}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>
    <md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="https://idp.example/sso"/>
  </md:IDPSSODescriptor>
</md:EntityDescriptor>"""
    (tmp_path / "idp.xml").write_text(metadata)
    saml = dev.aws("iam", "create-saml-provider", "--name", "people", "--saml-metadata-document", f"file://{tmp_path}/idp.xml")["SAMLProviderArn"]
    assert iam.get_saml_provider(SAMLProviderArn=saml)["SAMLMetadataDocument"] == metadata
    broken = metadata.replace("</md:EntityDescriptor>", "")
    assert code(iam.update_saml_provider, SAMLProviderArn=saml, SAMLMetadataDocument=broken) == "InvalidInput"
    assert [provider["Arn"] for provider in iam.list_saml_providers()["SAMLProviderList"]] == [saml]
    iam.delete_saml_provider(SAMLProviderArn=saml)
    iam.delete_open_id_connect_provider(OpenIDConnectProviderArn=made)


def test_a_server_certificate_must_fit_its_key_and_its_chain(dev, iam):
    leaf, key, chain = certificate("leaf.pem"), certificate("leaf.key"), certificate("inter.pem") + certificate("root.pem")
    upload = dict(ServerCertificateName="web", CertificateBody=leaf, CertificateChain=chain)
    assert code(iam.upload_server_certificate, PrivateKey=certificate("ed.key"), **upload) == "KeyPairMismatch"
    made = iam.upload_server_certificate(PrivateKey=key, Path="/cloudfront/", **upload)["ServerCertificateMetadata"]
    assert made["Arn"] == arn("server-certificate", "cloudfront/web")
    shown = subprocess.run(["openssl", "x509", "-noout", "-enddate", "-dateopt", "iso_8601"], input=leaf, capture_output=True, text=True)
    if shown.returncode == 0:
        assert shown.stdout.strip() == f"notAfter={made['Expiration']:%Y-%m-%d %H:%M:%SZ}"
    told = dev.aws("iam", "get-server-certificate", "--server-certificate-name", "web")["ServerCertificate"]
    assert (told["CertificateBody"].strip(), told["CertificateChain"].strip()) == (leaf.strip(), chain.strip())
    assert "PRIVATE KEY" not in json.dumps(told)
    iam.delete_server_certificate(ServerCertificateName="web")


def test_an_ssh_key_has_the_fingerprint_that_ssh_keygen_tells(iam, tmp_path):
    iam.create_user(UserName="committer")
    for kind, bits in [("rsa", "2048"), ("ed25519", "256")]:
        file = tmp_path / kind
        subprocess.run(["ssh-keygen", "-q", "-t", kind, "-b", bits, "-N", "", "-C", "who@where", "-f", file], check=True)
        shown = subprocess.run(["ssh-keygen", "-l", "-E", "md5", "-f", f"{file}.pub"], check=True, capture_output=True, text=True).stdout
        body = pathlib.Path(f"{file}.pub").read_text()
        made = iam.upload_ssh_public_key(UserName="committer", SSHPublicKeyBody=body)["SSHPublicKey"]
        assert f"MD5:{made['Fingerprint']}" in shown
        told = iam.get_ssh_public_key(UserName="committer", SSHPublicKeyId=made["SSHPublicKeyId"], Encoding="PEM")["SSHPublicKey"]
        again = subprocess.run(["ssh-keygen", "-i", "-m", "PKCS8", "-f", "/dev/stdin"], input=told["SSHPublicKeyBody"], capture_output=True, text=True)
        if kind == "rsa":
            assert again.stdout.split()[:2] == body.split()[:2], again.stderr
    assert code(iam.upload_ssh_public_key, UserName="committer", SSHPublicKeyBody="ssh-rsa nonsense") in {"InvalidPublicKey", "UnrecognizedPublicKeyEncoding"}


def test_a_service_has_its_role_until_it_is_deleted_by_a_task(dev, iam):
    role = dev.aws("iam", "create-service-linked-role", "--aws-service-name", "elasticbeanstalk.amazonaws.com")["Role"]
    assert role["Path"] == "/aws-service-role/elasticbeanstalk.amazonaws.com/"
    assert code(iam.put_role_policy, RoleName=role["RoleName"], PolicyName="mine", PolicyDocument=allow("*")) == "UnmodifiableEntity"
    task = iam.delete_service_linked_role(RoleName=role["RoleName"])["DeletionTaskId"]
    status = until(lambda: iam.get_service_linked_role_deletion_status(DeletionTaskId=task)["Status"], lambda status: status != "IN_PROGRESS")
    assert status == "SUCCEEDED"
    assert code(iam.get_role, RoleName=role["RoleName"]) == "NoSuchEntity"


def test_the_credential_report_is_csv_with_a_line_for_each_user(iam):
    iam.create_user(UserName="reported")
    iam.create_access_key(UserName="reported")
    until(iam.generate_credential_report, lambda answer: answer["State"] == "COMPLETE")
    lines = list(csv.DictReader(io.StringIO(iam.get_credential_report()["Content"].decode())))
    by_user = {line["user"]: line for line in lines}
    assert by_user["<root_account>"]["arn"] == f"arn:aws:iam::{ACCOUNT}:root"
    reported = by_user["reported"]
    assert (reported["access_key_1_active"], reported["access_key_2_active"], reported["password_enabled"]) == ("true", "false", "false")


def test_everything_in_an_account_is_told_page_by_page(iam):
    for number in range(5):
        iam.create_user(UserName=f"page-{number}")
    pages = iam.get_paginator("get_account_authorization_details").paginate(PaginationConfig={"PageSize": 2})
    names = [user["UserName"] for page in pages for user in page["UserDetailList"]]
    assert len(names) == len(set(names)) == iam.get_account_summary()["SummaryMap"]["Users"]


def test_policies_are_tried_before_they_are_used(dev, iam):
    iam.create_user(UserName="candidate")
    iam.put_user_policy(UserName="candidate", PolicyName="gets", PolicyDocument=allow("s3:Get*"))
    source = arn("user", "candidate")
    results = dev.aws(
        "iam", "simulate-principal-policy", "--policy-source-arn", source, "--action-names", "s3:GetObject", "s3:PutObject",
        "--resource-arns", "arn:aws:s3:::bucket/a", "arn:aws:s3:::bucket/b",
    )["EvaluationResults"]
    assert [(result["EvalActionName"], result["EvalDecision"]) for result in results] == [("s3:GetObject", "allowed"), ("s3:PutObject", "implicitDeny")]
    [statement] = results[0]["MatchedStatements"]
    assert (statement["SourcePolicyId"], statement["SourcePolicyType"]) == ("user_candidate_gets", "IAM Policy")
    assert [one["EvalResourceDecision"] for one in results[1]["ResourceSpecificResults"]] == ["implicitDeny"] * 2
    conditional = json.dumps({"Version": "2012-10-17", "Statement": {
        "Effect": "Allow", "Action": "sqs:*", "Resource": "*", "Condition": {"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}}}})
    keys = iam.get_context_keys_for_custom_policy(PolicyInputList=[conditional])["ContextKeyNames"]
    assert keys == ["aws:SourceIp"]
    for address, decision in [("192.0.2.7", "allowed"), ("198.51.100.7", "implicitDeny")]:
        entry = {"ContextKeyName": "aws:SourceIp", "ContextKeyType": "ip", "ContextKeyValues": [address]}
        pages = iam.get_paginator("simulate_custom_policy").paginate(
            PolicyInputList=[conditional], ActionNames=["sqs:SendMessage", "sqs:ReceiveMessage"], ContextEntries=[entry], PaginationConfig={"PageSize": 1}
        )
        assert [result["EvalDecision"] for page in pages for result in page["EvaluationResults"]] == [decision] * 2


def test_what_a_user_called_last_is_told(dev, iam):
    iam.create_user(UserName="caller")
    iam.put_user_policy(UserName="caller", PolicyName="own", PolicyDocument=allow(["kms:List*", "sqs:*"]))
    key = iam.create_access_key(UserName="caller")["AccessKey"]
    dev.client("kms", access_key=key["AccessKeyId"], secret=key["SecretAccessKey"]).list_keys()
    job = iam.generate_service_last_accessed_details(Arn=arn("user", "caller"), Granularity="ACTION_LEVEL")["JobId"]
    report = until(lambda: iam.get_service_last_accessed_details(JobId=job), lambda answer: answer["JobStatus"] != "IN_PROGRESS")
    kms, sqs = report["ServicesLastAccessed"]
    assert (kms["ServiceNamespace"], kms["LastAuthenticatedEntity"], kms["TotalAuthenticatedEntities"]) == ("kms", arn("user", "caller"), 1)
    assert [action["ActionName"] for action in kms["TrackedActionsLastAccessed"]] == ["ListKeys"]
    assert sqs["ServiceNamespace"] == "sqs" and "LastAuthenticated" not in sqs
    entities = iam.get_service_last_accessed_details_with_entities(JobId=job, ServiceNamespace="kms")["EntityDetailsList"]
    assert entities[0]["EntityInfo"]["Name"] == "caller"
