"""Parameters made from botocore's own models, and one form in which its values and ours can be compared.

Guarantees: the same seed makes the same parameters; they hold the lengths, ranges and enums of botocore's model; texts
with a pattern come from our own tables, whose patterns are the stricter ones.
"""

import base64
import contextlib
import datetime
import functools
import json
import math
import pathlib
import random
import re

import botocore.loaders
import botocore.model
import botocore.utils

ROOT = pathlib.Path(__file__).parent.parent

# Structures deeper than this get what they must have and no more, and so does everything after so many values.
DEEPEST = 6
MOST_VALUES = 400

BODY_CHARACTERS = "abcXYZ019 -_./:=+&%?#<>\"'\\{}[],;@é中😀\n\t"
PATH_CHARACTERS = "abcXYZ019 -_.~:=+&%?#é中"
HEADER_CHARACTERS = "abcXYZ019-_./:=+&%?#;"
CHARACTERS = {"body": BODY_CHARACTERS, "uri": PATH_CHARACTERS, "querystring": PATH_CHARACTERS, "host": "abc019"}
EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)


@functools.cache
def service_model(name):
    """botocore's model with what our overlay knows better: services enforce more than their models say."""
    model = botocore.loaders.create_loader().load_service_model(name, "service-2")
    overlay = json.loads(pathlib.Path(ROOT, f"models/{name}.overlay.json").read_text())
    for shape, change in overlay.get("shapes", {}).items():
        model["shapes"].setdefault(shape, {}).update(limits(change))
    for path, change in overlay.get("members", {}).items():
        shape, member = path.split(".")
        model["shapes"].get(shape, {}).get("members", {}).get(member, {}).update(limits(change))
    for shape in model["shapes"].values():
        # botocore drops this mark, which says whose fault an error is.
        if shape.get("fault"):
            shape.setdefault("error", {}).setdefault("httpStatusCode", 500)
    return botocore.model.ServiceModel(model, name)


def limits(change):
    """What of an overlay's change concerns which values there may be, and how errors are told."""
    return {key: change[key] for key in ("type", "shape", "min", "max", "pattern", "enum", "error") if key in change}


def protocols(model):
    """Those that the service lists."""
    return model.metadata.get("protocols") or [model.metadata["protocol"]]


def signing_name(model, operation):
    """What the client's rules for endpoints sign it for: directory buckets are a service of their own."""
    elsewhere = {"ListDirectoryBuckets": "s3express", "WriteGetObjectResponse": "s3-object-lambda"}
    return elsewhere.get(operation.name) or model.metadata.get("signingName") or model.metadata["endpointPrefix"]


class Unmakeable(Exception):
    """The model asks for a text that its place on the wire cannot carry."""


class Maker:
    """`amount` is how much is made of what may be left out: `least`, `some` or `most`."""

    def __init__(self, service, sample, seed, amount):
        self.service, self.sample, self.amount = service, sample, amount
        self.random = random.Random(f"{service} {amount} {seed}")
        self.left = MOST_VALUES

    def params(self, operation):
        return {} if operation.input_shape is None else self.make(operation.input_shape, "body", 0)

    def make(self, shape, place, depth):
        self.left -= 1
        if getattr(shape, "is_document_type", False):
            # JSON's null is a member that is not there.
            return next(filter(lambda made: made is not None, iter(lambda: self.document(2), ...)))
        make = getattr(self, f"make_{shape.type_name}", None)
        return self.text(shape, place) if make is None else make(shape, place, depth)

    def make_structure(self, shape, _, depth):
        if shape.is_tagged_union:
            name = self.random.choice(list(shape.members)) if depth < DEEPEST else shallowest(shape)
            return {name: self.make(shape.members[name], "body", depth + 1)}
        made = {}
        for name, member in shape.members.items():
            is_required = name in shape.required_members
            if is_required or self.wants(member, depth):
                # What cannot be made may be left out, unless it may not.
                with contextlib.suppress(() if is_required else Unmakeable):
                    made[name] = self.make(member, place_of(member), depth + 1)
        if not made and shape.members and depth > 0:
            # Forms and flattened XML cannot say that a structure is there but empty.
            name = shallowest(shape)
            member = shape.members[name]
            made[name] = self.make(member, place_of(member), depth + 1)
        return made

    def wants(self, member, depth):
        if member.serialization.get("eventstream") or self.amount == "least":
            return False
        if depth >= DEEPEST or self.left < 0:
            return False
        return self.amount == "most" or self.random.random() < 0.5

    def make_list(self, shape, place, depth):
        return [self.make(shape.member, place, depth + 1) for _ in range(self.count(shape, depth))]

    def make_map(self, shape, place, depth):
        names = [self.make(shape.key, place, depth + 1) for _ in range(self.count(shape, depth))]
        # The names of headers do not keep their case, and few characters may be in them.
        names = [re.sub(r"[^a-z0-9]", "-", name.lower()) for name in names] if place == "headers" else names
        return {name: self.make(shape.value, place, depth + 1) for name in names}

    def count(self, shape, depth):
        """At least one: most protocols cannot say that a list is there but empty."""
        least = max(shape.metadata.get("min", 0), 1)
        most = least + (0 if depth >= DEEPEST or self.left < 0 or self.amount == "least" else 2)
        return self.random.randint(least, max(least, min(most, shape.metadata.get("max", most))))

    def text(self, shape, place):
        if shape.enum:
            return self.random.choice(shape.enum)
        is_exact = "pattern" in shape.metadata
        for _ in range(40):
            made = self.sample(self.service, shape.name, self.random.getrandbits(32)) if is_exact else self.free(shape, place)
            if place == "body" or fits(place, made):
                return made
        raise Unmakeable(f"{shape.name} in {place}")

    def free(self, shape, place):
        characters = CHARACTERS.get(place, HEADER_CHARACTERS)
        least = max(shape.metadata.get("min", 0), 1)
        length = min(least + self.random.randrange(8), shape.metadata.get("max", least + 8))
        return "".join(self.random.choice(characters) for _ in range(length))

    def make_blob(self, shape, *_):
        least = shape.metadata.get("min", 0)
        return self.random.randbytes(min(least + 1 + self.random.randrange(9), shape.metadata.get("max", least + 9)))

    def make_boolean(self, *_):
        return self.random.random() < 0.5

    def make_integer(self, shape, *_):
        return self.number(shape, 2**31 - 1)

    def make_long(self, shape, *_):
        return self.number(shape, 2**63 - 1)

    def number(self, shape, most):
        low, high = int(shape.metadata.get("min", -most)), int(shape.metadata.get("max", most))
        near = self.random.randint(low, min(high, max(low, 0) + 1000))
        return self.random.choice([low, near, high]) if self.amount == "some" else near

    def make_float(self, shape, *_):
        low = float(shape.metadata.get("min", -1000))
        high = float(shape.metadata.get("max", low + 2000))
        # Quarters have a short form in every base, and 32 bits hold them.
        return low + math.floor((high - low) * self.random.random() * 4) / 4

    make_double = make_float

    def make_timestamp(self, *_):
        return EPOCH + datetime.timedelta(seconds=self.random.randrange(2_000_000_000))

    def document(self, depth):
        kind = self.random.randrange(7 if depth else 5)
        values = [None, True, self.random.randrange(-9, 9999), self.random.randrange(99) + 0.5, "text é"]
        if kind < 5:
            return values[kind]
        parts = [self.document(depth - 1) for _ in range(self.random.randrange(4))]
        return parts if kind == 5 else {f"key {index}": part for index, part in enumerate(parts)}


def place_of(member):
    """Where it travels, which says what it may be made of."""
    return "host" if member.serialization.get("hostLabel") else member.serialization.get("location", "body")


def shallowest(structure):
    """The member of a structure that ends soonest."""
    return min(structure.members, key=lambda name: height(structure.members[name], ()))


def height(shape, above):
    """How deep a value of the shape must be."""
    if shape.name in above or len(above) > 2 * DEEPEST:
        return math.inf
    parts = {"list": lambda: [shape.member], "map": lambda: [shape.value]}.get(shape.type_name, lambda: [])()
    if shape.type_name == "structure":
        if shape.is_tagged_union:
            return 1 + min(height(part, (*above, shape.name)) for part in shape.members.values())
        parts = [shape.members[name] for name in shape.required_members]
    return 1 + max((height(part, (*above, shape.name)) for part in parts), default=0)


def fits(place, text):
    """Whether a text can stand there as it is."""
    if place == "querystring":
        return text != ""
    if place == "uri":
        return text not in ("", ".", "..") and not text.startswith("/") and not text.endswith("/") and "//" not in text
    if place == "host":
        return re.fullmatch("[A-Za-z0-9-]+", text) is not None
    return text.isascii() and text.isprintable() and text == text.strip() and text != "" and "," not in text and '"' not in text


def told(shape, value):
    """A value of botocore's in the mirror's form."""
    if getattr(shape, "is_document_type", False):
        return value
    if botocore.utils.is_json_value_header(shape):
        return json.dumps(value)
    match shape.type_name:
        case "structure":
            return {name: told(shape.members[name], part) for name, part in value.items() if name in shape.members}
        case "list":
            return [told(shape.member, part) for part in value]
        case "map":
            return {name: told(shape.value, part) for name, part in value.items()}
        case "blob":
            value = value if isinstance(value, bytes) else value.encode() if isinstance(value, str) else value.read()
            return base64.b64encode(value).decode()
        case "timestamp":
            return round((value - EPOCH).total_seconds() * 1000)
        case "float" | "double":
            return value if math.isfinite(value) else {math.inf: "Infinity", -math.inf: "-Infinity"}.get(value, "NaN")
    return value


def without_empties(value):
    """Without the lists, maps and structures that are there but empty, for protocols that cannot say so."""
    if isinstance(value, list):
        return [without_empties(part) for part in value]
    if isinstance(value, dict):
        parts = {name: without_empties(part) for name, part in value.items()}
        return {name: part for name, part in parts.items() if part not in ([], {})}
    return value


def difference(a, b, path=""):
    """The first place at which two values differ, or None."""
    if isinstance(a, dict) and isinstance(b, dict):
        for name in [*a, *b]:
            if (name in a) != (name in b):
                return f"{path}.{name}: {'missing' if name in a else 'added'} {short(a.get(name, b.get(name)))}"
            if found := difference(a[name], b[name], f"{path}.{name}"):
                return found
        return None
    if isinstance(a, list) and isinstance(b, list) and len(a) == len(b):
        return next(filter(None, (difference(x, y, f"{path}[{index}]") for index, (x, y) in enumerate(zip(a, b)))), None)
    # 1 and True are equal in Python, and differ on the wire.
    is_same = a == b and isinstance(a, bool) == isinstance(b, bool)
    return None if is_same else f"{path}: {short(a)} became {short(b)}"


def short(value):
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) < 120 else text[:120] + "…"
