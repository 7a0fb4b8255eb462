"""boto3 calls every operation of every service, and understands every answer.

An operation that is not implemented says so by name, in its protocol's own form. An invalid call is told what is wrong
with it before that, and a caller without a name is told to sign.
"""

import pathlib
import re
import socket

import botocore.config
import botocore.exceptions
import botocore.session
import pytest

import mirror as house
import params
from server import REGION
from test_wire_differential import SERVICES, sample  # noqa: F401 (a fixture)

# What clients check by rules of their own, which no model tells: names of buckets, and hosts that carry an account.
BY_HAND = {"Bucket": "my-bucket", "AccountId": "000000000000", "RequestRoute": "route", "RequestToken": "token"}

# The client sends these to AWS whichever endpoint it was given.
ELSEWHERE = {
    ("signin", name)
    for name in (
        "DeleteConsoleAuthorizationConfiguration",
        "DeleteResourcePermissionStatement",
        "GetConsoleAuthorizationConfiguration",
        "GetResourcePolicy",
        "ListResourcePermissionStatements",
        "PutConsoleAuthorizationConfiguration",
        "PutResourcePermissionStatement",
    )
}


@pytest.fixture(scope="module")
def mirror():
    mirror = house.Mirror(house.build())
    yield mirror
    mirror.close()


@pytest.fixture(autouse=True)
def names(monkeypatch):
    """Every name below `localhost` leads here, as RFC 6761 asks of resolvers and not all do; no other name is asked for."""
    ask = socket.getaddrinfo

    def resolve(host, *arguments, **options):
        if not str(host).endswith("localhost"):
            raise socket.gaierror(socket.EAI_NONAME, f"{host} is outside")
        return ask("localhost", *arguments, **options)

    monkeypatch.setattr(socket, "getaddrinfo", resolve)


def client(server, service, **config):
    session = botocore.session.Session()
    options = {"retries": {"total_max_attempts": 1}, "connect_timeout": 10, "read_timeout": 60, **config}
    return session.create_client(
        service,
        region_name=REGION,
        endpoint_url=f"http://localhost:{server.port}",
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=botocore.config.Config(**options),
    )


def call(client, operation, wanted):
    """What boto3 understands of the answer: (status, code, message)."""
    try:
        answer = client._make_api_call(operation, wanted)
    except botocore.exceptions.ClientError as error:
        return error.response["ResponseMetadata"]["HTTPStatusCode"], error.response["Error"].get("Code"), error.response["Error"].get("Message", "")
    return answer["ResponseMetadata"]["HTTPStatusCode"], None, None


def least(service, operation, sample):
    made = params.Maker(service, sample, operation.name, "least").params(operation)
    return made | {name: text for name, text in BY_HAND.items() if name in made}


@pytest.mark.parametrize("service", SERVICES)
def test_boto3_calls_every_operation(dev, mirror, sample, service):
    implemented = implemented_by(service)
    ours = client(dev, service)
    odd = []
    for name in ours.meta.service_model.operation_names:
        operation = params.service_model(service).operation_model(name)
        try:
            status, code, message = call(ours, name, least(service, operation, sample))
        except botocore.exceptions.EndpointConnectionError as error:
            if (service, name) not in ELSEWHERE:
                odd.append(f"{name}: {error!r}")
            continue
        except Exception as error:
            odd.append(f"{name}: {error!r}")
            continue
        # The answer to a HEAD has no body, so that only its status can tell.
        is_head = operation.http["method"] == "HEAD"
        if name in implemented:
            is_right = status in (200, 400, 403, 404)
        elif is_head:
            is_right = status == 501
        else:
            is_right = (status, code) == (501, "NotImplemented") and name in message and service in message
        if not is_right:
            odd.append(f"{name}: {status} {code} {message}")
    assert not odd, f"{len(odd)} of {service}:\n" + "\n".join(odd)


def implemented_by(service):
    path = pathlib.Path(house.ROOT, f"services/{service}/ops.list")
    return set(re.findall(r"^\w+", path.read_text(), re.MULTILINE)) if path.exists() else set()


# One call in each protocol: which, with which parameters, and what is wrong with it in AWS's words.
INVALID = [
    ("kms", "DescribeKey", {"KeyId": ""}, "ValidationException", "at 'keyId' failed to satisfy constraint: Member must have length greater than or equal to 1"),
    ("dynamodb", "DescribeTable", {"TableName": ""}, "ValidationException", "at 'tableName' failed to satisfy constraint: Member must have length greater than or equal to 1"),
    ("iam", "GetRole", {"RoleName": ""}, "ValidationError", "at 'roleName' failed to satisfy constraint: Member must have length greater than or equal to 1"),
    ("lambda", "GetAlias", {"FunctionName": "f", "Name": "?"}, "ValidationException", "at 'name' failed to satisfy constraint: Member must satisfy regular expression pattern"),
    ("cloudfront", "TestFunction", {"Name": "f", "IfMatch": "1", "EventObject": b"{}", "Stage": "NOWHERE"}, None, "Member must satisfy enum value set"),
    ("eventbridgev2", None, None, None, "failed to satisfy constraint"),
    ("ec2", None, None, None, "failed to satisfy constraint"),
]


@pytest.mark.parametrize(("service", "operation", "wanted", "code", "text"), [case for case in INVALID if case[1]], ids=lambda value: value if isinstance(value, str) else "")
def test_an_invalid_call_is_told_what_is_wrong(dev, service, operation, wanted, code, text):
    status, found, message = call(client(dev, service, parameter_validation=False), operation, wanted)
    assert (status, text in message) == (400, True), (status, found, message)
    assert code is None or found == code


UNSIGNED = [("kms", "ListKeys"), ("iam", "ListRoles"), ("lambda", "ListFunctions"), ("cloudfront", "ListDistributions"), ("s3", "ListBuckets"), ("ec2", "DescribeRegions")]


@pytest.mark.parametrize(("service", "operation"), UNSIGNED)
def test_a_caller_without_a_name_is_told_so(dev, service, operation):
    import botocore

    status, code, message = call(client(dev, service, signature_version=botocore.UNSIGNED), operation, {})
    assert (status, bool(message)) == (403 if service in ("iam", "s3") else status, True)
    assert code in ("MissingAuthenticationToken", "MissingAuthenticationTokenException", "AccessDenied", "AuthFailure"), (status, code, message)
