"""Makes crafted.json: messages that no client writes, with what AWS's clients and the specification say to them.

    PYTHON/bin/python craft.py PYTHON JAVASCRIPT JAVA GO

Every message is authentic: its tags and signatures are computed over what it says, with keys that the reader has, so that
it is refused, if it is, for what is wrong in it and not for a tag. Written from the specification of the format; shares no
code with what it tests. The interpreter has to have the package `cryptography`, as the Python client's has.
"""

import base64
import json
import pathlib
import struct
import sys

from cryptography.hazmat.primitives import hashes, hmac, serialization
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF, HKDFExpand

import make

HERE = pathlib.Path(__file__).parent
SHORT, SHORT_FINAL, SHORT_BLOCK = (b"AWSKMSEncryptionClient " + name for name in [b"Frame", b"Final Frame", b"Single Block"])
DATA_KEY = bytes(range(32))
# Not random, so that a message is made again the same; nothing is protected by it.
SIGNER = {"0578": ec.derive_private_key(0x1234567, ec.SECP384R1()), "0378": ec.derive_private_key(0x1234567, ec.SECP384R1())}
PLAIN = make.plaintext(40)


def u16(number):
    return struct.pack(">H", number)


def u32(number):
    return struct.pack(">I", number)


def text(value):
    """A length of 16 bits and the bytes."""
    value = value if isinstance(value, bytes) else value.encode()
    return u16(len(value)) + value


def serialized(pairs):
    return (u16(len(pairs)) + b"".join(text(key) + text(value) for key, value in pairs)) if pairs else b""


def canonical(pairs):
    return serialized(sorted((bytes(key, "utf-8"), value) for key, value in pairs))


class Message:
    """A message in the making; what a case wants otherwise is set before `build`."""

    def __init__(self, suite="0478", frame_length=16, pairs=(("purpose", "test"),)):
        self.suite, self.frame_length = suite, frame_length
        self.version = 2 if suite in make.COMMITTING else 1
        self.type = 0x80
        self.id = bytes(range(100, 132 if self.version == 2 else 116))
        self.signer = SIGNER.get(suite)
        self.pairs = list(pairs)
        if self.signer:
            self.pairs.append(("aws-crypto-public-key", self.verification_key()))
        self.pairs.sort()
        self.context = None
        self.wrapping_context = None
        self.data_keys = None
        self.more_data_keys = []
        self.content_type = 2
        self.reserved = bytes(4)
        self.iv_length = 12
        self.header_iv = bytes(12)
        self.commitment = None
        self.frames = None
        self.after = b""
        self.footer = None
        self.sign_with = self.signer

    def verification_key(self, form=serialization.PublicFormat.CompressedPoint):
        return base64.b64encode(self.signer.public_key().public_bytes(serialization.Encoding.X962, form)).decode()

    # Keys

    def derive(self):
        if self.suite in make.COMMITTING:
            extract = hmac.HMAC(self.id, hashes.SHA512())
            extract.update(DATA_KEY)
            pseudo_random = extract.finalize()
            key = HKDFExpand(hashes.SHA512(), 32, bytes.fromhex(self.suite) + b"DERIVEKEY").derive(pseudo_random)
            return key, HKDFExpand(hashes.SHA512(), 32, b"COMMITKEY").derive(pseudo_random)
        if self.suite == "0078":
            return DATA_KEY, b""
        digest = hashes.SHA384() if self.suite == "0378" else hashes.SHA256()
        return HKDF(digest, 32, None, bytes.fromhex(self.suite) + self.id).derive(DATA_KEY), b""

    def wrapped(self, name="aes-256", key=None, data_key=DATA_KEY):
        """The data key as a raw AES keyring wraps it."""
        iv = b"\x07" * 12
        context = canonical(self.pairs) if self.wrapping_context is None else self.wrapping_context
        sealed = AESGCM(key or KEY).encrypt(iv, data_key, context)
        return text("conformance") + text(name.encode() + u32(128) + u32(12) + iv) + text(sealed)

    # Parts

    def header(self, commitment):
        pairs = serialized(self.pairs)
        context = text(pairs) if self.context is None else self.context
        keys = self.data_keys if self.data_keys is not None else [*self.more_data_keys, self.wrapped()]
        begin = bytes([self.version, self.type]) if self.version == 1 else bytes([self.version])
        body = begin + bytes.fromhex(self.suite) + self.id + context + u16(len(keys)) + b"".join(keys) + bytes([self.content_type])
        if self.version == 1:
            return body + self.reserved + bytes([self.iv_length]) + u32(self.frame_length)
        return body + u32(self.frame_length) + (commitment if self.commitment is None else self.commitment)

    def frame(self, sequence, plain, final=False, iv=None, said=None, words=None, length=None, authenticated_sequence=None):
        iv = bytes(8) + u32(sequence) if iv is None else iv
        words = words or (SHORT_FINAL if final else SHORT)
        number = sequence if authenticated_sequence is None else authenticated_sequence
        associated = self.id + words + u32(number) + struct.pack(">Q", len(plain) if length is None else length)
        sealed = AESGCM(self.key).encrypt(iv, plain, associated)
        begin = b"\xff" * 4 + u32(sequence) + iv + u32(len(plain) if said is None else said) if final else u32(sequence) + iv
        return begin + sealed

    def block(self, plain, iv=None, said=None):
        iv = iv or bytes(11) + b"\x01"
        associated = self.id + SHORT_BLOCK + u32(1) + struct.pack(">Q", len(plain))
        return iv + struct.pack(">Q", len(plain) if said is None else said) + AESGCM(self.key).encrypt(iv, plain, associated)

    def build(self):
        self.key, commitment = self.derive()
        header = self.header(commitment)
        tag = AESGCM(self.key).encrypt(self.header_iv, b"", header)
        out = header + (self.header_iv if self.version == 1 else b"") + tag
        frames = self.frames or usual
        out += b"".join(frames(self))
        if self.footer is not None:
            out += self.footer(self, out)
        elif self.sign_with:
            out += text(self.sign_with.sign(out, ec.ECDSA(hashes.SHA384())))
        return out + self.after


def usual(message):
    """Forty bytes in frames of sixteen."""
    return [message.frame(1, PLAIN[:16]), message.frame(2, PLAIN[16:32]), message.frame(3, PLAIN[32:], final=True)]


CASES = []


def case(name, expect, plain=PLAIN, **options):
    """A case: the decorated function changes the message that it is given."""

    def add(change):
        CASES.append((name, expect, plain, options, change))
        return change

    return add


def frames(name, expect, plain=PLAIN, **options):
    """A case of other frames."""

    def add(make_frames):
        CASES.append((name, expect, plain, options, lambda message: setattr(message, "frames", make_frames)))
        return make_frames

    return add


for suite in ["0578", "0478", "0378", "0178", "0078"]:
    case(f"as usual, {suite}", "accepted", suite=suite)(lambda message: None)


# The header


@case("type other than 80", "refused", suite="0178")
def _(message):
    message.type = 0x81


@case("version 3", "refused")
def _(message):
    message.version = 3


@case("a suite of version 2 in version 1", "refused")
def _(message):
    message.version, message.id = 1, message.id[:16]


@case("a suite of version 1 in version 2", "refused", suite="0178")
def _(message):
    message.version, message.id, message.commitment = 2, bytes(32), bytes(32)


@case("a suite that there is not", "refused", suite="0178")
def _(message):
    message.suite = "0179"


@case("pairs that are not sorted", "accepted", pairs=[("a", "1"), ("b", "2"), ("c", "3")])
def _(message):
    message.pairs = message.pairs[::-1]


@case("a key twice, with one value", "refused", pairs=[("a", "1"), ("a", "1")])
def _(message):
    message.wrapping_context = serialized([("a", "1")])


@case("a key twice, with two values", "refused", pairs=[("a", "1"), ("a", "2")])
def _(message):
    message.wrapping_context = serialized([("a", "2")])


# Old clients wrote it.
@case("no pair, but a count of none", "accepted", pairs=())
def _(message):
    message.context = text(u16(0))


@case("no pair, no count", "accepted", pairs=())
def _(message):
    pass


@case("a byte behind the pairs", "refused")
def _(message):
    message.context = text(serialized(message.pairs) + b"\0")


@case("a context that ends before its pairs", "refused")
def _(message):
    pairs = serialized(message.pairs)
    message.context = u16(len(pairs) - 1) + pairs


@case("more pairs than said", "refused", pairs=[("a", "1"), ("b", "2")])
def _(message):
    message.context = text(u16(1) + serialized(message.pairs)[2:])
    message.wrapping_context = serialized([("a", "1")])


@case("a value that is not UTF-8", "refused")
def _(message):
    pairs = u16(1) + text("purpose") + text(b"\xff\xfe")
    message.context, message.wrapping_context = text(pairs), pairs


@case("an empty key and an empty value", "accepted", pairs=[("", "")])
def _(message):
    pass


@case("a context of 65,535 bytes", "accepted", pairs=[("a", "x" * 32760), ("b", "y" * 32761)])
def _(message):
    message.pairs[1] = ("b", "y" * (65535 - 2 - 10 - 32760))


@case("a reserved key that says nothing", "accepted", pairs=[("aws-crypto-other", "x")])
def _(message):
    pass


@case("unsigned, but with a verification key", "refused", pairs=[("aws-crypto-public-key", "A")])
def _(message):
    pass


@case("signed, but without a verification key", "refused", suite="0578")
def _(message):
    message.pairs = [("purpose", "test")]


@case("a verification key that is not compressed", "refused", suite="0578")
def _(message):
    key = message.verification_key(serialization.PublicFormat.UncompressedPoint)
    message.pairs = [("aws-crypto-public-key", key), ("purpose", "test")]


@case("a verification key that is no point", "refused", suite="0578")
def _(message):
    message.pairs = [("aws-crypto-public-key", base64.b64encode(b"\x02" + b"\xff" * 48).decode()), ("purpose", "test")]


@case("a verification key that is not Base64", "refused", suite="0578")
def _(message):
    message.pairs = [("aws-crypto-public-key", "#" * 68), ("purpose", "test")]


@case("no encrypted data key", "refused")
def _(message):
    message.data_keys = []


@case("a data key of another provider first", "accepted")
def _(message):
    message.more_data_keys = [text("someone") + text("somewhere") + text(b"something")]


@case("an empty data key first", "accepted")
def _(message):
    message.more_data_keys = [text("") + text("") + text("")]


@case("a data key whose provider is not UTF-8 first", "refused")
def _(message):
    message.more_data_keys = [text(b"\xff") + text("info") + text("key")]


@case("a data key of the same name that does not open first", "accepted")
def _(message):
    message.more_data_keys = [message.wrapped(key=bytes(32))]


@case("a data key that is too short", "refused")
def _(message):
    message.data_keys = [message.wrapped(data_key=DATA_KEY[:16])]


@case("a data key that is too short first", "accepted")
def _(message):
    message.more_data_keys = [message.wrapped(data_key=DATA_KEY[:16])]


@case("ten encrypted data keys", "accepted")
def _(message):
    message.more_data_keys = [text("someone") + text("somewhere") + text(b"something")] * 9


@case("another commitment", "refused")
def _(message):
    message.commitment = bytes(32)


@case("content type 0", "refused")
def _(message):
    message.content_type = 0


@case("content type 3", "refused")
def _(message):
    message.content_type = 3


@case("reserved bytes that are not zero", "refused", suite="0178")
def _(message):
    message.reserved = b"\0\0\0\1"


@case("an IV length of 16", "refused", suite="0178")
def _(message):
    message.iv_length, message.header_iv = 16, bytes(16)


@case("a header IV that is not zero", "accepted", suite="0178")
def _(message):
    message.header_iv = b"\x09" * 12


@case("frames of no length", "refused", b"")
def _(message):
    message.frame_length = 0
    message.frames = lambda message: [message.frame(1, b"", final=True)]


# Frames


@frames("the last frame as long as the others", "accepted", PLAIN[:32])
def _(message):
    return [message.frame(1, PLAIN[:16]), message.frame(2, PLAIN[16:32], final=True)]


@frames("an empty last frame", "accepted", PLAIN[:32])
def _(message):
    return [message.frame(1, PLAIN[:16]), message.frame(2, PLAIN[16:32]), message.frame(3, b"", final=True)]


@frames("only an empty last frame", "accepted", b"")
def _(message):
    return [message.frame(1, b"", final=True)]


@frames("a last frame longer than the frame length", "refused", PLAIN[:17])
def _(message):
    return [message.frame(1, PLAIN[:17], final=True)]


@frames("no last frame", "refused", PLAIN[:32])
def _(message):
    return [message.frame(1, PLAIN[:16]), message.frame(2, PLAIN[16:32])]


@frames("no frame", "refused", b"")
def _(message):
    return []


@frames("sequence numbers from 0", "refused", PLAIN[:32])
def _(message):
    return [message.frame(0, PLAIN[:16]), message.frame(1, PLAIN[16:32], final=True)]


@frames("sequence numbers from 2", "refused", PLAIN[:32])
def _(message):
    return [message.frame(2, PLAIN[:16]), message.frame(3, PLAIN[16:32], final=True)]


@frames("a gap in the sequence numbers", "refused", PLAIN[:32])
def _(message):
    return [message.frame(1, PLAIN[:16]), message.frame(3, PLAIN[16:32], final=True)]


@frames("frames in another order", "refused")
def _(message):
    first, second, last = usual(message)
    return [second, first, last]


@frames("a frame twice", "refused")
def _(message):
    first, second, last = usual(message)
    return [first, first, second, last]


@frames("a frame left out", "refused")
def _(message):
    first, second, last = usual(message)
    return [first, last]


@frames("frames behind the last", "refused", suite="0178")
def _(message):
    return [*usual(message), message.frame(4, PLAIN[:16]), message.frame(5, b"", final=True)]


@frames("two last frames", "refused", PLAIN[:8])
def _(message):
    return [message.frame(1, PLAIN[:8], final=True), message.frame(2, b"", final=True)]


@frames("IVs that are not the sequence number", "accepted")
def _(message):
    cut = [PLAIN[:16], PLAIN[16:32], PLAIN[32:]]
    return [message.frame(number + 1, part, final=number == 2, iv=bytes([90 + number]) * 12) for number, part in enumerate(cut)]


@frames("a sequence number that is not the one authenticated", "refused", PLAIN[:8])
def _(message):
    return [message.frame(1, PLAIN[:8], final=True, authenticated_sequence=2)]


@frames("a last frame authenticated as another", "refused", PLAIN[:8])
def _(message):
    return [message.frame(1, PLAIN[:8], final=True, words=SHORT)]


@frames("a frame authenticated as the last", "refused", PLAIN[:16])
def _(message):
    return [message.frame(1, PLAIN[:16], words=SHORT_FINAL), message.frame(2, b"", final=True)]


@frames("a length that is not the one authenticated", "refused", PLAIN[:8])
def _(message):
    return [message.frame(1, PLAIN[:8], final=True, length=9)]


@frames("a frame of the greatest length", "refused", PLAIN[:8], frame_length=2**32 - 1)
def _(message):
    return [message.frame(1, PLAIN[:8], final=True, said=2**32 - 1)]


# Bodies without frames


def unframed(message):
    message.content_type, message.frame_length = 1, 0
    message.frames = lambda message: [message.block(PLAIN)]


for suite in ["0578", "0478", "0378", "0178"]:
    case(f"no frames, {suite}", "accepted", suite=suite)(unframed)


@case("no frames, but a frame length", "refused")
def _(message):
    unframed(message)
    message.frame_length = 16


@case("no frames, another IV", "accepted")
def _(message):
    unframed(message)
    message.frames = lambda message: [message.block(PLAIN, iv=b"\x09" * 12)]


@case("no frames, longer than it is", "refused")
def _(message):
    unframed(message)
    message.frames = lambda message: [message.block(PLAIN, said=2**36 - 32)]


@case("no frames, longer than the format allows", "refused")
def _(message):
    unframed(message)
    message.frames = lambda message: [message.block(PLAIN, said=2**64 - 1)]


@case("no frames, a byte behind it", "refused")
def _(message):
    unframed(message)
    message.after = b"\0"


# What follows


@case("a byte behind the message", "refused")
def _(message):
    message.after = b"\0"


@case("a byte behind the signature", "refused", suite="0578")
def _(message):
    message.after = b"\0"


@case("a second message behind the first", "refused")
def _(message):
    message.after = Message().build()


def footer(name, expect="refused"):
    def add(make_footer):
        case(f"signature: {name}", expect, suite="0578")(lambda message: setattr(message, "footer", make_footer))
        return make_footer

    return add


def sign(message, data, key=None):
    return (key or message.signer).sign(data, ec.ECDSA(hashes.SHA384()))


footer("none")(lambda message, data: b"")
footer("an empty one")(lambda message, data: u16(0))
footer("of other data")(lambda message, data: text(sign(message, data + b"\0")))
footer("of the frames without the header")(lambda message, data: text(sign(message, data[200:])))
footer("by another key")(lambda message, data: text(sign(message, data, ec.derive_private_key(7, ec.SECP384R1()))))
footer("on another curve")(lambda message, data: text(sign(message, data, ec.derive_private_key(7, ec.SECP256R1()))))
footer("with a byte behind it")(lambda message, data: text(sign(message, data) + b"\0"))
footer("not to its end")(lambda message, data: text(sign(message, data))[:-1])


@footer("two numbers without DER")
def _(message, data):
    r, s = utils.decode_dss_signature(sign(message, data))
    return text(r.to_bytes(48, "big") + s.to_bytes(48, "big"))


def asked(message, reads):
    request = {"do": "decrypt", "message": message, "keyring": make.resolve(make.aes(256), KEYS), "policy": "forbid-encrypt-allow-decrypt"}
    return {name: client.ask(**request).get("plaintext") for name, client in reads.items()}


def main(*homes):
    reads = make.clients(*homes)
    lines = []
    for name, expect, plain, options, change in CASES:
        message = Message(**options)
        change(message)
        built = base64.b64encode(message.build()).decode()
        wanted = base64.b64encode(plain).decode()
        answers = asked(built, reads)
        odd = [client for client, answer in answers.items() if answer not in [None, wanted]]
        assert not odd, f"{name}: {odd} read something else"
        accepted = sorted(client for client, answer in answers.items() if answer is not None)
        lines.append(json.dumps({"name": name, "expect": expect, "accepted_by": accepted, "length": len(plain), "message": built}))
        if accepted != (sorted(reads) if expect == "accepted" else []):
            print(f"{name}: expected to be {expect}; accepted by {', '.join(accepted) or 'none'}")
    (HERE / "crafted.json").write_text("[\n" + ",\n".join(lines) + "\n]\n")
    print(f"crafted: {len(lines)}")


KEYS = json.loads((HERE / "keys.json").read_text())
KEY = base64.b64decode(KEYS["aes-256"])

if __name__ == "__main__":
    main(*sys.argv[1:])
