"""Trims service models out of a botocore wheel: no prose, one shape a line, members in order.

usage: trim.py WHEEL DIRECTORY SERVICE...
"""

import gzip
import json
import sys
import zipfile

METADATA = (
    "apiVersion", "auth", "awsQueryCompatible", "endpointPrefix", "jsonVersion", "protocol", "protocols", "serviceId",
    "signatureVersion", "signingName", "targetPrefix", "xmlNamespace",
)
OPERATION = ("auth", "authtype", "endpoint", "httpChecksum", "httpChecksumRequired", "requestcompression", "unsignedPayload")
SHAPE = (
    "type", "required", "enum", "pattern", "min", "max", "sensitive", "union", "flattened", "timestampFormat", "exception", "fault",
    "error", "payload", "eventstream", "document", "xmlNamespace",
)
REFERENCE = (
    "shape", "locationName", "flattened", "timestampFormat", "location", "queryName", "xmlAttribute", "xmlNamespace", "streaming",
    "idempotencyToken", "hostLabel", "jsonvalue",
)


def pick(source, keys):
    return {key: source[key] for key in keys if key in source}


def shape(source):
    out = pick(source, SHAPE)
    # An array, since the order of members is part of the model and JSON objects promise none.
    if source["type"] == "structure":
        out["members"] = [{"name": name, **pick(member, REFERENCE)} for name, member in source["members"].items()]
    for part in ("member", "key", "value"):
        if part in source:
            out[part] = pick(source[part], REFERENCE)
    return out


def operation(source, pagination):
    out = pick(source, OPERATION)
    out["http"] = pick(source["http"], ("method", "requestUri", "responseCode"))
    for part in ("input", "output"):
        if part in source:
            out[part] = pick(source[part], ("shape", "resultWrapper", "locationName", "xmlNamespace"))
    out["errors"] = [error["shape"] for error in source.get("errors", [])]
    if pagination:
        out["pagination"] = pagination
    return out


def lines(entries):
    written = [json.dumps(name) + ":" + json.dumps(entry, ensure_ascii=False, separators=(",", ":")) for name, entry in sorted(entries.items())]
    return "{\n" + ",\n".join(written) + "\n}"


def folders(wheel, service):
    return sorted(name.rsplit("/", 1)[0] for name in wheel.namelist() if name.startswith(f"botocore/data/{service}/") and name.endswith("/service-2.json.gz"))


def trim(wheel, service):
    folder = folders(wheel, service)[-1]
    model = json.loads(gzip.decompress(wheel.read(f"{folder}/service-2.json.gz")))
    paginators = f"{folder}/paginators-1.json"
    pagination = json.loads(wheel.read(paginators))["pagination"] if paginators in wheel.namelist() else {}
    metadata = json.dumps(pick(model["metadata"], METADATA), separators=(",", ":"))
    operations = lines({name: operation(source, pagination.get(name)) for name, source in model["operations"].items()})
    shapes = lines({name: shape(source) for name, source in model["shapes"].items()})
    return f'{{"metadata":{metadata},\n"operations":{operations},\n"shapes":{shapes}}}\n'


def main():
    path, directory, *services = sys.argv[1:]
    with zipfile.ZipFile(path) as wheel:
        absent = [service for service in services if not folders(wheel, service)]
        if absent:
            sys.exit(f"this botocore has no service {', '.join(absent)}: without their overlays it would do")
        for service in services:
            with open(f"{directory}/{service}.json", "w", encoding="utf-8") as out:
                out.write(trim(wheel, service))


main()
