"""Makes the vectors in this folder anew, with AWS's own clients: see README.md.

    python3 make.py PYTHON JAVASCRIPT JAVA GO

The arguments are where the clients lie: a virtual environment, a folder with node_modules, one of jars, one with the driver
in Go. Wrapping keys
are those of keys.json, which is made if it is not there; all else is fresh each time.
"""

import base64
import json
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).parent
DRIVERS = HERE.parent.parent / "e2e" / "esdk"
COMMITTING = ["0578", "0478"]
SUITES = [*COMMITTING, "0378", "0346", "0214", "0178", "0146", "0114", "0078", "0046", "0014"]
PADDINGS = ["PKCS1", "OAEP_SHA1", "OAEP_SHA256", "OAEP_SHA384", "OAEP_SHA512"]
CURVES = ["ECC_NIST_P256", "ECC_NIST_P384", "ECC_NIST_P521"]

CONTEXTS = {
    "no pair": {},
    "one pair": {"purpose": "test"},
    "empty value": {"purpose": ""},
    "keys that begin alike": {"a": "1", "aa": "2", "ab": "3", "A": "4", "b": "5", "a ": "6"},
    "letters of two, three and four bytes": {"größe": "klein", "日本": "語", "🔑": "🔒", "plain": "text"},
    # In UTF-16 the second comes before the first.
    "keys whose order depends on the encoding": {"\ufffd": "three bytes", "\U0001f511": "four bytes"},
    "white space and control characters": {" ": "\t", "a\nb": "\x00"},
    "forty pairs": {f"key-{number}": f"value-{number}" for number in range(40)},
    "a long value": {"long": "x" * 5000},
}


def plaintext(length):
    """Bytes that neither repeat soon nor are all alike: number modulo 251."""
    return bytes(number % 251 for number in range(length))


class Client:
    def __init__(self, *command):
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, encoding="utf-8")

    def ask(self, **request):
        self.process.stdin.write(json.dumps(request) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())


def make_keys(path):
    """Keys of every kind that the vectors need, by openssl."""

    def openssl(*words, given=None):
        return subprocess.run(["openssl", *words], input=given, check=True, capture_output=True).stdout

    def pair(*words):
        private = openssl("genpkey", *words)
        return {"private": private.decode(), "public": openssl("pkey", "-pubout", given=private).decode()}

    keys = {f"aes-{bits}": base64.b64encode(openssl("rand", str(bits // 8))).decode() for bits in [128, 192, 256]}
    for bits in [2048, 4096]:
        keys[f"rsa-{bits}"] = pair("-algorithm", "RSA", "-pkeyopt", f"rsa_keygen_bits:{bits}")
    for curve in CURVES:
        for role in ["sender", "recipient"]:
            name = curve.removeprefix("ECC_NIST_").replace("P", "P-")
            keys[f"{curve}-{role}"] = pair("-algorithm", "EC", "-pkeyopt", f"ec_paramgen_curve:{name}", "-pkeyopt", "ec_param_enc:named_curve")
    path.write_text(json.dumps(keys, indent=1) + "\n")


# Keyrings as the vectors name them: `@name` stands for a key of keys.json, `@name.half` for one half of a pair.


def aes(bits, namespace="conformance", name=None):
    return {"kind": "raw-aes", "namespace": namespace, "name": name or f"aes-{bits}", "key": f"@aes-{bits}"}


def rsa(bits, padding):
    pair = {"public": f"@rsa-{bits}.public", "private": f"@rsa-{bits}.private"}
    return {"kind": "raw-rsa", "namespace": "conformance", "name": f"rsa-{bits}", "padding": padding, **pair}


def multi(*keyrings):
    return {"kind": "multi", "generator": keyrings[0], "children": list(keyrings[1:])}


def ecdh_static(curve):
    pair = {"sender_private": f"@{curve}-sender.private", "recipient_public": f"@{curve}-recipient.public"}
    return {"kind": "raw-ecdh", "curve": curve, **pair}


def ecdh_ephemeral(curve):
    return {"kind": "raw-ecdh", "curve": curve, "recipient_public": f"@{curve}-recipient.public"}


def ecdh_discovery(curve):
    return {"kind": "raw-ecdh", "curve": curve, "recipient_private": f"@{curve}-recipient.private"}


def resolve(value, keys):
    """With keys in place of their names."""
    if isinstance(value, dict):
        return {name: resolve(one, keys) for name, one in value.items()}
    if isinstance(value, list):
        return [resolve(one, keys) for one in value]
    if isinstance(value, str) and value.startswith("@"):
        name, _, half = value[1:].partition(".")
        return keys[name][half] if half else keys[name]
    return value


def case(name, suite="0478", length=20, frame_length=4096, context=None, keyring=None, decrypt=None, required=None):
    made = {"name": name, "suite": suite, "frame_length": frame_length, "context": CONTEXTS["one pair"] if context is None else context}
    made["length"] = length
    made["keyring"] = keyring or aes(256)
    if decrypt:
        made["decrypt_keyring"] = decrypt
    if required:
        made["required"] = required
    return made


def suites(frame_length, lengths):
    for suite in SUITES:
        for length in lengths:
            yield case(f"suite {suite}, {length} bytes in frames of {frame_length or 'no length'}", suite, length, frame_length)


def contexts(without=()):
    for suite in COMMITTING:
        for name, context in CONTEXTS.items():
            if name not in without:
                yield case(f"suite {suite}, context: {name}", suite, context=context)


def keyrings():
    for bits in [128, 192, 256]:
        yield case(f"raw AES, {bits} bits", keyring=aes(bits))
    yield case("raw AES, names that are not ASCII", keyring=aes(256, "nämlich", "schlüssel 🔑"))
    for padding in PADDINGS:
        yield case(f"raw RSA, {padding}", keyring=rsa(2048, padding))
    yield case("raw RSA, 4096 bits", "0578", keyring=rsa(4096, "OAEP_SHA512"))
    several = [aes(256), aes(128), rsa(2048, "OAEP_SHA256"), rsa(4096, "PKCS1")]
    yield case("four keyrings, the first decrypts", "0578", keyring=multi(*several), decrypt=several[0])
    yield case("four keyrings, the last decrypts", "0578", keyring=multi(*several), decrypt=several[-1])
    yield case("four keyrings, all decrypt", "0578", keyring=multi(*several))
    same = [aes(256)] * 3
    yield case("three data keys of one name", keyring=multi(*same), decrypt=same[0])


def ecdh():
    for curve in CURVES:
        yield case(f"raw ECDH, {curve}, static", keyring=ecdh_static(curve))
        yield case(f"raw ECDH, {curve}, static, found by the recipient", "0578", keyring=ecdh_static(curve), decrypt=ecdh_discovery(curve))
        yield case(f"raw ECDH, {curve}, ephemeral", "0578", keyring=ecdh_ephemeral(curve), decrypt=ecdh_discovery(curve))
    yield case("raw ECDH, no context", context={}, keyring=ecdh_static(CURVES[0]))


def required():
    context = {"tenant": "a", "purpose": "test", "user": "größe"}
    for suite in ["0578", "0478", "0378", "0178"]:
        yield case(f"suite {suite}, one pair required", suite, context=context, required=["tenant"])
        yield case(f"suite {suite}, all pairs required", suite, context=context, required=sorted(context))


def python():
    yield from suites(128, [0, 1, 127, 128, 129, 256, 300])
    yield from suites(0, [0, 33])
    for length in [0, 1, 4095, 4096, 4097, 10000]:
        yield case(f"default frames, {length} bytes", "0578", length)
    yield from contexts()
    yield from keyrings()
    yield from ecdh()
    yield from required()


def javascript():
    yield from suites(5, [0, 5, 12])
    yield case("frames of one byte", "0578", 12, 1)
    yield case("one frame of the greatest length", length=3, frame_length=2**32 - 2)
    yield case("default frames", "0578", 4097)
    yield from contexts()
    yield from keyrings()


def java():
    yield from suites(16, [0, 16, 40])
    yield from suites(0, [0, 1, 100])
    yield case("frames of one byte", "0578", 12, 1)
    yield case("frames of a megabyte", length=3, frame_length=2**20)
    yield case("default frames", "0578", 4097)
    yield from contexts(without=["empty value"])
    yield from keyrings()
    yield from ecdh()
    yield from required()


def go():
    yield from suites(20, [0, 20, 50])
    yield case("frames of one byte", "0578", 12, 1)
    yield case("default frames", "0578", 4097)
    yield from contexts()
    yield from keyrings()
    yield from ecdh()
    yield from required()


def policy(suite):
    return "require-encrypt-require-decrypt" if suite in COMMITTING else "forbid-encrypt-allow-decrypt"


def write(client, made, keys):
    """The vector of a case: with the message, which its writer can read, too."""
    common = {"policy": policy(made["suite"])}
    if "required" in made:
        common["required"] = made["required"]
    asked = {"context": made["context"], "keyring": resolve(made["keyring"], keys), "plaintext": base64.b64encode(plaintext(made["length"])).decode()}
    answer = client.ask(do="encrypt", suite=made["suite"], frame_length=made["frame_length"], **asked, **common)
    if "error" in answer:
        raise SystemExit(f"{made['name']}: {answer['error']}")
    if "required" in made:
        common["context"] = {key: made["context"][key] for key in made["required"]}
    reader = resolve(made.get("decrypt_keyring", made["keyring"]), keys)
    read = client.ask(do="decrypt", message=answer["message"], keyring=reader, **common)
    if read.get("plaintext") != asked["plaintext"]:
        print(f"{made['name']}: not read by its own writer: {read}")
    return {**made, "message": answer["message"]}


def clients(python_home, javascript_home, java_home, go_home):
    return {
        "python": Client(f"{python_home}/bin/python", str(DRIVERS / "driver.py")),
        "javascript": Client("node", str(DRIVERS / "driver.js"), javascript_home),
        "java": Client("java", "-cp", f"{java_home}/*", str(DRIVERS / "Driver.java")),
        "go": Client(f"{go_home}/driver"),
    }


def main(*homes):
    if not (HERE / "keys.json").exists():
        make_keys(HERE / "keys.json")
    keys = json.loads((HERE / "keys.json").read_text())
    cases = {"python": python, "javascript": javascript, "java": java, "go": go}
    for name, client in clients(*homes).items():
        vectors = [write(client, made, keys) for made in cases[name]()]
        lines = ",\n".join(json.dumps(vector, ensure_ascii=False) for vector in vectors)
        (HERE / f"{name}.json").write_text(f"[\n{lines}\n]\n", encoding="utf-8")
        print(f"{name}: {len(vectors)}")


if __name__ == "__main__":
    main(*sys.argv[1:])
