"""botocore at the other end of every protocol: it writes and we read, we write and it reads, for every operation.

Each service is one test for each direction. Parameters are random, of fixed seeds; SAMPLES is how many are made for each
operation and protocol, and what a run costs grows with it.
"""

import base64
import collections
import io
import pathlib

import botocore.awsrequest
import botocore.parsers
import botocore.response
import botocore.serialize
import pytest

import mirror as house
import params

SAMPLES = {"least": 1, "some": 3, "most": 1}
ANSWERS = 3
SERVICES = sorted(path.name.removesuffix(".overlay.json") for path in pathlib.Path(house.ROOT, "models").glob("*.overlay.json"))
MESSAGE = "It did not work: <&> \"é\"."

SOURCE_REGION = "SourceRegion is botocore's own: it signs a URL for it, and sends that"
EXPIRES = "Expires is a text to the service; botocore makes a time of it, or hides it"
SAME_ADDRESS = "it was replaced by an operation with the same address, which is the one that is read"
EMPTY_PAYLOAD = "botocore sends an empty structure where it was given none"

# Differences that must be: (direction, service, operation or error) and why. One that is no more fails the test.
KNOWN = {
    ("answers", "s3", "GetBucketNotification"): "two members have the same element, and botocore fills both",
    ("answers", "s3", "GetBucketLocation"): "S3's root element is the member itself; botocore reads that answer by a handler of its own",
    ("answers", "s3", "GetObject"): EXPIRES,
    ("asks", "docdb", "CopyDBClusterSnapshot"): SOURCE_REGION,
    ("asks", "docdb", "CreateDBCluster"): SOURCE_REGION,
    ("asks", "docdb", "FailoverDBCluster"): "RDS, which it is read as, demands what DocumentDB does not",
    ("asks", "lambda", "SendDurableExecutionCallbackFailure"): EMPTY_PAYLOAD,
    ("asks", "lambda", "StopDurableExecution"): EMPTY_PAYLOAD,
    ("asks", "rds", "CopyDBClusterSnapshot"): SOURCE_REGION,
    ("asks", "rds", "CopyDBSnapshot"): SOURCE_REGION,
    ("asks", "rds", "CreateDBCluster"): SOURCE_REGION,
    ("asks", "rds", "CreateDBInstanceReadReplica"): SOURCE_REGION,
    ("asks", "rds", "StartDBInstanceAutomatedBackupsReplication"): SOURCE_REGION,
    ("asks", "s3", "CopyObject"): EXPIRES,
    ("asks", "s3", "CreateMultipartUpload"): EXPIRES,
    ("asks", "s3", "GetBucketLifecycle"): SAME_ADDRESS,
    ("asks", "s3", "GetBucketNotification"): SAME_ADDRESS,
    ("asks", "s3", "PutBucketLifecycle"): SAME_ADDRESS,
    ("asks", "s3", "PutBucketNotification"): SAME_ADDRESS,
    ("asks", "s3", "PutObject"): EXPIRES,
    ("asks", "s3", "WriteGetObjectResponse"): EXPIRES,
}


@pytest.fixture(scope="module")
def mirror():
    mirror = house.Mirror(house.build())
    yield mirror
    mirror.close()


@pytest.fixture(scope="module")
def sample(mirror):
    """Texts for patterns. A pool of each is enough, and saves most of the asking."""
    pools = collections.defaultdict(dict)

    def sample(service, shape, seed):
        pool, place = pools[service, shape], seed % 16
        if place not in pool:
            pool[place] = mirror.ask(do="sample", service=service, shape=shape, seed=place)["value"]
        return pool[place]

    return sample


def our_name(model, protocol):
    """What the mirror calls a protocol."""
    json = "AwsJson10" if model.metadata.get("jsonVersion") == "1.0" else "AwsJson11"
    names = {"json": json, "query": "Query", "ec2": "Ec2Query", "rest-json": "RestJson", "rest-xml": "RestXml", "smithy-rpc-v2-cbor": "Cbor"}
    return names[protocol]


def each(model):
    """Every operation in every protocol of the service. Streams of events are left out: they are not spoken yet."""
    for name in model.operation_names:
        operation = model.operation_model(name)
        if not (operation.has_event_stream_input or operation.has_event_stream_output):
            for protocol in params.protocols(model):
                yield operation, protocol


def settle(direction, service, differences):
    """Fails for differences that are not known, and for known ones that are no more."""
    known = {name for kind, of, name in KNOWN if (kind, of) == (direction, service)}
    found = {name for name, _ in differences}
    unexpected = [f"{name}: {text}" for name, text in differences if name not in known]
    gone = [f"{name}: differs no more, so it is not to be listed" for name in sorted(known - found)]
    assert not unexpected + gone, f"{len(unexpected + gone)} of {service}:\n" + "\n".join(unexpected + gone)


@pytest.mark.parametrize("service", SERVICES)
def test_what_botocore_asks_is_what_we_read(mirror, sample, service):
    model = params.service_model(service)
    differences = []
    for operation, protocol in each(model):
        serializer = botocore.serialize.create_serializer(protocol)
        for amount, count in SAMPLES.items():
            for seed in range(count):
                wanted = params.Maker(service, sample, f"{operation.name} {seed}", amount).params(operation)
                request = prepared(serializer.serialize_to_request(wanted, operation))
                read = mirror.read(request, params.signing_name(model, operation))
                wanted = {} if operation.input_shape is None else params.told(operation.input_shape, wanted)
                problem = compared(service, operation, our_name(model, protocol), wanted, read)
                if problem:
                    differences.append((operation.name, f"{protocol}, {amount}: {problem}"))
    settle("asks", service, differences)


def prepared(serialized):
    """The request as it would be sent, but unsigned."""
    botocore.awsrequest.prepare_request_dict(serialized, "http://localhost:4566")
    request = botocore.awsrequest.create_request_object(serialized).prepare()
    host, _, path = request.url.removeprefix("http://").partition("/")
    request.url = f"/{path}"
    request.headers["Host"] = host
    return request


def compared(service, operation, protocol, wanted, read):
    if "fault" in read:
        return f"refused to {read['stage']}: {read['fault']}"
    # All that DocumentDB shares with RDS, down to the version, is RDS's.
    shared = service == "docdb" and operation.name in params.service_model("rds").operation_names
    place, there = (read["service"], read["operation"], read["protocol"]), ("rds" if shared else service, operation.name, protocol)
    if place != there:
        return f"read as {place}"
    cannot_say_empty = protocol in ("Query", "Ec2Query")
    found = read["value"]
    if "ContentLength" not in wanted:
        # Every request with a body has that header, whether or not it is a member.
        found.pop("ContentLength", None)
    return params.difference(params.without_empties(wanted), params.without_empties(found)) if cannot_say_empty else params.difference(wanted, found)


@pytest.mark.parametrize("service", SERVICES)
def test_what_we_answer_is_what_botocore_reads(mirror, service):
    model = params.service_model(service)
    differences = []
    for operation, protocol in each(model):
        parser = botocore.parsers.create_parser(protocol)
        for seed in range(ANSWERS):
            written = mirror.ask(do="write", service=service, operation=operation.name, protocol=our_name(model, protocol), seed=seed)
            try:
                found = parser.parse(response(operation, written), operation.output_shape)
            except Exception as error:
                differences.append((operation.name, f"{protocol}: {error!r} for {base64.b64decode(written['body'])[:300]}"))
                continue
            found.pop("ResponseMetadata", None)
            found = {} if operation.output_shape is None else params.told(operation.output_shape, found)
            wanted = written["value"]
            if operation.has_streaming_output:
                # A stream that is not there cannot be told from one that is empty.
                wanted.setdefault(operation.output_shape.serialization["payload"], "")
            if protocol != "json" and protocol != "smithy-rpc-v2-cbor":
                wanted, found = params.without_empties(wanted), params.without_empties(found)
            problem = params.difference(wanted, found)
            if problem:
                differences.append((operation.name, f"{protocol}: {problem}"))
    settle("answers", service, differences)


@pytest.mark.parametrize("service", SERVICES)
def test_every_error_reaches_botocore(mirror, service):
    model = params.service_model(service)
    differences, seen = [], set()
    for operation, protocol in each(model):
        for shape in operation.error_shapes:
            if (shape.name, protocol) not in seen:
                seen.add((shape.name, protocol))
                problem = failed(mirror, model, operation, protocol, shape)
                if problem:
                    differences.append((shape.name, f"{protocol}: {problem}"))
    settle("fails", service, differences)


def failed(mirror, model, operation, protocol, shape):
    written = mirror.ask(
        do="fail", service=model.service_name, operation=operation.name, protocol=our_name(model, protocol), error=shape.name, message=MESSAGE, seed=0
    )
    parser = botocore.parsers.create_parser(protocol)
    found = parser.parse(response(operation, written), operation.output_shape)
    # As botocore's own endpoint does it, once it knows the error's shape.
    modelled = model.shape_for_error_code(found["Error"].get("Code"))
    error = shape.metadata.get("error", {})
    speaks_of_query = protocol in ("query", "ec2", "rest-xml") or model.is_query_compatible
    code = error.get("code", shape.name) if speaks_of_query else shape.name
    status = error.get("httpStatusCode", 400)
    if found["Error"].get("Code") != code or written["status"] != status:
        return f"{found['Error'].get('Code')} {written['status']} instead of {code} {status}"
    if found["Error"].get("Message") != MESSAGE:
        return f"the message {found['Error'].get('Message')!r}"
    if modelled is None:
        return "botocore does not know the error's shape by this code"
    parts = params.told(modelled, parser.parse(response(operation, written), modelled))
    parts = {name: part for name, part in parts.items() if name.lower() != "message"}
    return params.difference(params.without_empties(written["value"]), params.without_empties(parts))


def response(operation, written):
    """An answer as botocore's HTTP client hands it on."""
    headers = botocore.awsrequest.HeadersDict()
    headers.update(written["headers"])
    body = base64.b64decode(written["body"])
    if written["status"] < 300 and operation.has_streaming_output:
        body = botocore.response.StreamingBody(io.BytesIO(body), len(body))
    return {"status_code": written["status"], "headers": headers, "body": body, "context": {"operation_name": operation.name}}
