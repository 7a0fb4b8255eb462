#!/usr/bin/env python3
"""A hypervisor for a laptop: attests whatever it is told, under a root of its own. For tests only.

    attest.py root DIR                         makes DIR/root.pem, for `fastness dev --attestation-root DIR/root.pem`
    attest.py document DIR [options] >FILE     a document signed under that root, good for five minutes

What a Nitro enclave or an instance with NitroTPM gets from its hypervisor has the same form: COSE_Sign1 over CBOR, with
ES384, as in "Verifying the root of trust" (Nitro Enclaves User Guide). Needs openssl.
"""

import argparse
import pathlib
import subprocess
import sys
import tempfile
import time

AUTHORITY = "basicConstraints = critical, CA:TRUE\nkeyUsage = critical, keyCertSign\n"
LEAF = "basicConstraints = critical, CA:FALSE\nkeyUsage = digitalSignature\n"
REQUEST = "[req]\ndistinguished_name = name\nx509_extensions = extensions\n[name]\n[extensions]\n" + AUTHORITY
KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-384", "-nodes", "-sha384"]


def openssl(*arguments, given=None):
    done = subprocess.run(["openssl", *map(str, arguments)], input=given, capture_output=True)
    if done.returncode:
        sys.exit(done.stderr.decode())
    return done.stdout


def head(major, argument):
    """The head of an item of CBOR (RFC 8949, 3)."""
    if argument < 24:
        return bytes([major << 5 | argument])
    code, size = next((code, size) for code, size in ((24, 1), (25, 2), (26, 4), (27, 8)) if argument < 1 << 8 * size)
    return bytes([major << 5 | code]) + argument.to_bytes(size, "big")


def cbor(value):
    if value is None:
        return b"\xf6"
    if isinstance(value, int):
        return head(0, value) if value >= 0 else head(1, -1 - value)
    if isinstance(value, bytes):
        return head(2, len(value)) + value
    if isinstance(value, str):
        return head(3, len(value.encode())) + value.encode()
    if isinstance(value, list):
        return head(4, len(value)) + b"".join(map(cbor, value))
    return head(5, len(value)) + b"".join(cbor(key) + cbor(item) for key, item in value.items())


def make_root(folder):
    folder.mkdir(parents=True, exist_ok=True)
    config = folder / "root.cnf"
    config.write_text(REQUEST)
    name = "/CN=a hypervisor for tests"
    openssl("req", "-x509", *KEY, "-config", config, "-subj", name, "-days", 365, "-keyout", folder / "root.key", "-out", folder / "root.pem")
    config.unlink()


def sign(folder, work, claims):
    """The claims under a certificate of the moment, which the root signs."""
    request, leaf, extensions = work / "leaf.csr", work / "leaf.der", work / "leaf.cnf"
    config = work / "request.cnf"
    config.write_text(REQUEST)
    extensions.write_text(LEAF)
    openssl("req", "-new", *KEY, "-config", config, "-subj", "/CN=the moment", "-keyout", work / "leaf.key", "-out", request)
    issuer = ["-CA", folder / "root.pem", "-CAkey", folder / "root.key", "-set_serial", time.time_ns()]
    openssl("x509", "-req", "-in", request, *issuer, "-sha384", "-days", 1, "-extfile", extensions, "-outform", "DER", "-out", leaf)
    claims["certificate"] = leaf.read_bytes()
    claims["cabundle"] = [openssl("x509", "-in", folder / "root.pem", "-outform", "DER")]
    protected, payload = cbor({1: -35}), cbor(claims)
    signed = cbor(["Signature1", protected, b"", payload])
    return cbor([protected, {}, payload, flat(openssl("dgst", "-sha384", "-sign", work / "leaf.key", given=signed))])


def flat(signature):
    """The two integers of a signature side by side, which openssl writes in DER."""
    at, numbers = 2, []
    for _ in range(2):
        length = signature[at + 1]
        numbers.append(int.from_bytes(signature[at + 2 : at + 2 + length], "big").to_bytes(48, "big"))
        at += 2 + length
    return b"".join(numbers)


def register(text):
    index, digits = text.split("=")
    return int(index), bytes.fromhex(digits)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("root").add_argument("folder", type=pathlib.Path)
    document = commands.add_parser("document")
    document.add_argument("folder", type=pathlib.Path)
    document.add_argument("--pcr", type=register, action="append", metavar="INDEX=HEX", help="a register, 48 bytes in hexadecimal")
    document.add_argument("--public-key", type=pathlib.Path, metavar="PEM", help="whom answers are encrypted to: an RSA key")
    document.add_argument("--tpm", action="store_true", help="as an instance with NitroTPM, not as an enclave")
    document.add_argument("--age", type=int, default=0, metavar="SECONDS", help="as if it were made so long ago")
    asked = parser.parse_args()
    if asked.command == "root":
        return make_root(asked.folder)
    claims = {
        "module_id": "i-1234567890abcdef0-" + ("tpm0000000000000000" if asked.tpm else "enc9876543210abcde"),
        "digest": "SHA384",
        "timestamp": time.time_ns() // 1_000_000 - asked.age * 1_000,
        "nitrotpm_pcrs" if asked.tpm else "pcrs": dict(asked.pcr or [(0, bytes(48))]),
        "public_key": asked.public_key and openssl("pkey", "-pubin", "-in", asked.public_key, "-outform", "DER"),
        "user_data": None,
        "nonce": None,
    }
    with tempfile.TemporaryDirectory() as work:
        sys.stdout.buffer.write(sign(asked.folder, pathlib.Path(work), claims))


if __name__ == "__main__":
    main()
