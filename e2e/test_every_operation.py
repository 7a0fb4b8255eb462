"""boto3 calls every operation of every service, and understands every answer.

An operation that is not implemented says so by name, in its protocol's own form. An invalid call is told what is wrong
with it before that, and a caller without a name is told to sign.
"""

import pathlib
import re
import socket

import botocore
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

# Operations that are read as another one of the same address, and what that one demands.
ALSO = {
    ("docdb", "FailoverDBCluster"): {"DBClusterIdentifier": "cluster"},
    ("s3", "PutBucketNotification"): {"NotificationConfiguration": {}},
}

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


def client(server, service, protocol=None, host="localhost", **config):
    """A client that speaks `protocol`, or what it prefers, and knows nothing of this server but the endpoint."""
    session = botocore.session.Session()
    loader = session.get_component("data_loader")
    load = loader.load_service_model

    def choose(*arguments, **options):
        model = load(*arguments, **options)
        if protocol is not None and arguments[1] == "service-2":
            model = {**model, "metadata": {**model["metadata"], "protocol": protocol, "protocols": [protocol]}}
        return model

    loader.load_service_model = choose
    options = {"retries": {"total_max_attempts": 1}, "connect_timeout": 10, "read_timeout": 60, **config}
    return session.create_client(
        service,
        region_name=REGION,
        endpoint_url=f"http://{host}:{server.port}",
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
    return made | {name: text for name, text in BY_HAND.items() if name in made} | ALSO.get((service, operation.name), {})


# Every service in every protocol that it lists, and with what a user may set instead of names below `localhost`.
CALLERS = [(service, protocol, {}) for service in SERVICES for protocol in params.protocols(params.service_model(service))]
CALLERS += [("s3", None, {"s3": {"addressing_style": "path"}}), ("logs", None, {"inject_host_prefix": False})]


@pytest.mark.parametrize(("service", "protocol", "config"), CALLERS, ids=lambda value: "-".join(value) if isinstance(value, dict) else value)
def test_boto3_calls_every_operation(dev, sample, service, protocol, config):
    implemented = implemented_by(service)
    ours = client(dev, service, protocol, **config)
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
            # What DocumentDB shares with RDS is RDS's.
            is_named = name in message and (service in message or service == "docdb" and "rds" in message)
            is_right = (status, code) == (501, "NotImplemented") and is_named
        if not is_right:
            odd.append(f"{name}: {status} {code} {message}")
    assert not odd, f"{len(odd)} of {service}:\n" + "\n".join(odd)


def implemented_by(service):
    path = pathlib.Path(house.ROOT, f"services/{service}/ops.list")
    return set(re.findall(r"^\w+", path.read_text(), re.MULTILINE)) if path.exists() else set()


# One call in each protocol, and what is wrong with it in AWS's words.
SHORT = "Member must have length greater than or equal to 1"
INVALID = [
    ("kms", "json", "DescribeKey", {"KeyId": ""}, "ValidationException", f"at 'keyId' failed to satisfy constraint: {SHORT}"),
    ("dynamodb", "json", "DescribeTable", {"TableName": ""}, "ValidationException", f"at 'tableName' failed to satisfy constraint: {SHORT}"),
    ("iam", "query", "GetRole", {"RoleName": ""}, "ValidationError", f"at 'roleName' failed to satisfy constraint: {SHORT}"),
    ("cloudwatch", "smithy-rpc-v2-cbor", "DeleteAlarms", {"AlarmNames": [""]}, "ValidationError", SHORT),
    ("cloudwatch", "query", "DeleteAlarms", {"AlarmNames": [""]}, "ValidationError", SHORT),
    ("ec2", "ec2", "DescribeVpcs", {"MaxResults": 1}, "ValidationError", "at 'maxResults' failed to satisfy constraint: Member must have value greater"),
    ("lambda", "rest-json", "GetAlias", {"FunctionName": "f", "Name": "?"}, None, "at 'name' failed to satisfy constraint: Member must satisfy regular expression pattern"),
    ("route53", "rest-xml", "GetHostedZone", {"Id": "Z" * 40}, None, "at 'id' failed to satisfy constraint: Member must have length less than or equal to 32"),
]


@pytest.mark.parametrize(("service", "protocol", "operation", "wanted", "code", "text"), INVALID, ids=[f"{case[0]}-{case[1]}" for case in INVALID])
def test_an_invalid_call_is_told_what_is_wrong(dev, service, protocol, operation, wanted, code, text):
    status, found, message = call(client(dev, service, protocol, parameter_validation=False), operation, wanted)
    assert status == 400 and text in message, (status, found, message)
    # Where no code is given, services differ.
    assert code in (None, found)


# One call in each protocol without a signature, and the code of the refusal there.
UNSIGNED = [
    ("kms", "json", "ListKeys", "MissingAuthenticationTokenException"),
    ("iam", "query", "ListRoles", "MissingAuthenticationToken"),
    ("cloudwatch", "smithy-rpc-v2-cbor", "ListDashboards", "MissingAuthenticationTokenException"),
    ("lambda", "rest-json", "ListFunctions", "MissingAuthenticationTokenException"),
    ("route53", "rest-xml", "ListHostedZones", "MissingAuthenticationToken"),
    ("ec2", "ec2", "DescribeRegions", "MissingAuthenticationToken"),
    ("s3", "rest-xml", "ListBuckets", "AccessDenied"),
]


@pytest.mark.parametrize(("service", "protocol", "operation", "code"), UNSIGNED, ids=[f"{case[0]}-{case[1]}" for case in UNSIGNED])
def test_a_caller_without_a_name_is_told_so(dev, service, protocol, operation, code):
    # Without a signature only the host tells S3 apart.
    host = "s3.localhost" if service == "s3" else "localhost"
    status, found, message = call(client(dev, service, protocol, host, signature_version=botocore.UNSIGNED), operation, {})
    assert (found, status in (400, 403), message != "") == (code, True, True), (status, found, message)
