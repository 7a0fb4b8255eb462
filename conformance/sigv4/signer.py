"""A signer of its own, written from AWS's documentation and the standard library alone, so that what it makes is a second
opinion on what the server computes. For making vectors; nothing here takes constant time."""

import base64
import hashlib
import hmac
import posixpath
import zlib
from urllib.parse import quote, unquote

HMAC, ECDSA = "AWS4-HMAC-SHA256", "AWS4-ECDSA-P256-SHA256"


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def mac(key, data):
    return hmac.new(key, data.encode() if isinstance(data, str) else data, hashlib.sha256).digest()


def encode(text):
    return quote(text, safe="-_.~")


def canonical_path(path, s3):
    if s3:
        return quote(unquote(path), safe="/-_.~") if "%2F" not in path else path
    kept = []
    for segment in path.split("/"):
        if segment == "..":
            kept = kept[:-1]
        elif segment not in ("", "."):
            kept.append(segment)
    last = posixpath.basename(path)
    normal = "/" + "/".join(kept)
    if last in ("", ".", "..") and normal != "/":
        normal += "/"
    return quote(normal, safe="/-_.~")


def canonical_query(query, without=("X-Amz-Signature",)):
    pairs = []
    for pair in filter(None, query.split("&")):
        name, _, value = pair.partition("=")
        name, value = (unquote(part.replace("+", " ")) for part in (name, value))
        if name not in without:
            pairs.append((encode(name), encode(value)))
    return "&".join(f"{name}={value}" for name, value in sorted(pairs))


def canonical_headers(headers, signed):
    lines = []
    for name in signed:
        values = [" ".join(value.split(" ")).strip() for header, value in headers if header.lower() == name]
        values = [" ".join(filter(None, value.split(" "))) for value in values]
        lines.append(f"{name}:{','.join(values)}\n")
    return "".join(lines)


# P-256 (NIST SP 800-186) and deterministic ECDSA (RFC 6979).
P = 2**256 - 2**224 + 2**192 + 2**96 - 1
N = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
G = (
    0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
    0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5,
)


def add(a, b):
    if a is None or b is None:
        return a or b
    if a[0] == b[0]:
        if (a[1] + b[1]) % P == 0:
            return None
        slope = (3 * a[0] * a[0] - 3) * pow(2 * a[1], -1, P)
    else:
        slope = (b[1] - a[1]) * pow(b[0] - a[0], -1, P)
    x = (slope * slope - a[0] - b[0]) % P
    return x, (slope * (a[0] - x) - a[1]) % P


def multiply(k):
    point, power = None, G
    while k:
        if k & 1:
            point = add(point, power)
        power, k = add(power, power), k >> 1
    return point


def nonces(key, digest):
    bits = key.to_bytes(32, "big") + (int.from_bytes(digest, "big") % N).to_bytes(32, "big")
    k, v = b"\0" * 32, b"\1" * 32
    for byte in (b"\0", b"\1"):
        k = mac(k, v + byte + bits)
        v = mac(k, v)
    while True:
        v = mac(k, v)
        nonce = int.from_bytes(v, "big")
        if 0 < nonce < N:
            yield nonce
        k = mac(k, v + b"\0")
        v = mac(k, v)


def der(number):
    body = number.to_bytes(number.bit_length() // 8 + 1, "big")
    return b"\2" + bytes([len(body)]) + body


def ecdsa(key, message):
    digest = hashlib.sha256(message).digest()
    for nonce in nonces(key, digest):
        r = multiply(nonce)[0] % N
        s = pow(nonce, -1, N) * (int.from_bytes(digest, "big") + r * key) % N
        if r and s:
            body = der(r) + der(s)
            return (b"\x30" + bytes([len(body)]) + body).hex()


class Key:
    """Signs text for one access key, day, Region (none in Version 4a) and service."""

    def __init__(self, access_key_id, secret, day, region, service, algorithm=HMAC):
        self.algorithm = algorithm
        if algorithm == HMAC:
            self.scope = f"{day}/{region}/{service}/aws4_request"
            self.key = b"AWS4" + secret.encode()
            for part in (day, region, service, "aws4_request"):
                self.key = mac(self.key, part)
        else:
            self.scope = f"{day}/{service}/aws4_request"
            for counter in range(1, 255):
                context = access_key_id.encode() + bytes([counter])
                data = b"\0\0\0\1" + ECDSA.encode() + b"\0" + context + (256).to_bytes(4, "big")
                candidate = int.from_bytes(mac(b"AWS4A" + secret.encode(), data), "big")
                if candidate <= N - 2:
                    self.key = candidate + 1
                    break

    def sign(self, text):
        if self.algorithm == HMAC:
            return mac(self.key, text).hex()
        return ecdsa(self.key, text.encode())


def crc(data, polynomial, bits):
    register = mask = (1 << bits) - 1
    table = []
    for byte in range(256):
        for _ in range(8):
            byte = byte >> 1 ^ (polynomial if byte & 1 else 0)
        table.append(byte)
    for byte in data:
        register = register >> 8 ^ table[(register ^ byte) & 255]
    return (register ^ mask).to_bytes(bits // 8, "big")


CHECKSUMS = {
    "crc32": lambda data: zlib.crc32(data).to_bytes(4, "big"),
    "crc32c": lambda data: crc(data, 0x82F63B78, 32),
    "crc64nvme": lambda data: crc(data, 0x9A6C9329AC4BC9B5, 64),
    "sha1": lambda data: hashlib.sha1(data).digest(),
    "sha256": lambda data: hashlib.sha256(data).digest(),
}


def checksum(name, data):
    return base64.b64encode(CHECKSUMS[name](data)).decode()


class Chain:
    """Signs the chunks of one body, each over the one before."""

    def __init__(self, key, stamp, seed):
        self.key, self.stamp, self.previous = key, stamp, seed

    def sign(self, kind, *lines):
        head = (f"{self.key.algorithm}-{kind}", self.stamp, self.key.scope, self.previous)
        self.previous = self.key.sign("\n".join(head + lines))
        # Signatures of Version 4a vary in length; clients fill them up.
        return self.previous.ljust(144, "*") if self.key.algorithm == ECDSA else self.previous

    def chunk(self, data):
        return self.sign("PAYLOAD", sha256(b""), sha256(data))

    def trailer(self, line):
        return self.sign("TRAILER", sha256(line.encode()))
