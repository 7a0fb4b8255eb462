"""Messages cross between AWS's own Encryption SDKs and ours, both ways, with this server's KMS where keys are KMS's."""

import base64
import itertools
import json
import os

import pytest

import interop
from interop import COMMITTING, FORBID, ALLOW, REQUIRE, SUITES, Refused, plaintext
from table import Table

KEYS = json.loads((interop.ROOT / "conformance/envelope/keys.json").read_text())
CONTEXTS = [
    {},
    {"purpose": "test"},
    {"a": "1", "aa": "2", "ab": "3", "A": "4", "b": "5", "a ": "6"},
    {"größe": "klein", "日本": "語", "🔑": "🔒", "plain": "text", "\ufffd": "before it"},
    {f"key-{number}": "v" * number for number in range(1, 60)},
]
PADDINGS = ["PKCS1", "OAEP_SHA1", "OAEP_SHA256", "OAEP_SHA384", "OAEP_SHA512"]
CURVES = ["ECC_NIST_P256", "ECC_NIST_P384", "ECC_NIST_P521"]


def party(name):
    return pytest.param(name, marks=pytest.mark.skipif(not interop.installed(name), reason=f"the Encryption SDK for {name} is not installed"))


def having(*features):
    """AWS's implementations that have all of these, one after the other."""
    names = [name for name in interop.having(*features) if name in interop.AWS]
    return pytest.mark.parametrize("name", [party(name) for name in names])


each = having()


@pytest.fixture
def both(implementations, name):
    """Ours and AWS's, as writer and reader, both ways."""
    return [(implementations["fastness"], implementations[name]), (implementations[name], implementations["fastness"])]


def aes(bits=256):
    return {"kind": "raw-aes", "namespace": "interop", "name": f"aes-{bits}", "key": KEYS[f"aes-{bits}"]}


def rsa(padding, bits=2048):
    return {"kind": "raw-rsa", "namespace": "interop", "name": "rsa", "padding": padding, **KEYS[f"rsa-{bits}"]}


def crosses(writer, reader, keyring, decrypting=None, length=100, context=None, reproduced=None, reading=None, **options):
    """Writes a message on one side and reads it on the other, where all must be as it was."""
    context = {"purpose": "test"} if context is None else context
    data = plaintext(length)
    message = writer.encrypt(keyring, data, context=context, **options)
    reading = {**(reading or {}), **({"context": reproduced} if reproduced else {})}
    told = reader.decrypt(decrypting or keyring, message, **reading)
    if reader.name == "python":
        # It tells what is in the header only.
        context = {key: value for key, value in context.items() if key not in options.get("required", ())}
    what = (writer.name, reader.name, options, length, context)
    assert told["plaintext"] == data, what
    assert told["context"] == context, what
    assert told["suite"] == options.get("suite", "0478"), what
    return message, told


# What is written with keys of one's own


@each
@pytest.mark.parametrize("suite", SUITES)
def test_every_suite_crosses_in_frames_of_every_fill(both, suite):
    for writer, reader in both:
        for frame, lengths in [(128, [0, 1, 127, 128, 129, 256, 300, 1280]), (4096, [0, 4096, 10000]), (65536, [65535, 65536, 200000])]:
            for length in lengths:
                _, told = crosses(writer, reader, aes(), length=length, suite=suite, frame_length=frame)
                assert told.get("frame_length", frame) == frame


@each
@pytest.mark.parametrize("suite", ["0578", "0478", "0178"])
def test_frames_of_odd_lengths_cross(both, suite):
    for writer, reader in both:
        for frame in [1, 3, 100, 1000]:
            if writer.name == "python":
                with pytest.raises(Refused, match="multiple of the block size"):
                    writer.encrypt(aes(), b"x", suite=suite, frame_length=frame)
                continue
            for length in [0, frame, 3 * frame, 3 * frame + frame // 2]:
                crosses(writer, reader, aes(), length=length, suite=suite, frame_length=frame)


@pytest.mark.parametrize("name", [party(name) for name in ["python", "java"]])
@pytest.mark.parametrize("suite", SUITES)
def test_bodies_without_frames_are_read(both, suite):
    """Nobody should write them, but these two clients still do."""
    ours, theirs = both[0]
    for length in [0, 1, 5000]:
        _, told = crosses(theirs, ours, aes(), length=length, suite=suite, frame_length=0)
        assert told["frame_length"] == 0


@each
@pytest.mark.parametrize("suite", COMMITTING)
def test_every_context_crosses(both, suite):
    for (writer, reader), context in itertools.product(both, CONTEXTS):
        crosses(writer, reader, aes(), context=context, suite=suite)


@each
def test_raw_keys_of_every_kind_cross(both):
    for writer, reader in both:
        for bits in [128, 192, 256]:
            crosses(writer, reader, aes(bits))
        for padding in PADDINGS:
            # Node.js decrypts with PKCS #1 v1.5 no more.
            if (reader.name, padding) != ("javascript", "PKCS1"):
                crosses(writer, reader, rsa(padding), suite="0578")
        crosses(writer, reader, rsa("OAEP_SHA512", 4096))


@each
def test_any_of_several_keys_opens_a_message(both):
    several = [aes(256), aes(128), rsa("OAEP_SHA256")]
    multi = {"kind": "multi", "generator": several[0], "children": several[1:]}
    for (writer, reader), decrypting in itertools.product(both, [*several, multi]):
        _, told = crosses(writer, reader, multi, decrypting)
        assert told.get("encrypted_data_keys", 3) == 3


@having("raw-ecdh")
@pytest.mark.parametrize("curve", CURVES)
def test_keys_agreed_on_by_elliptic_curves_cross(both, curve):
    sender, recipient = KEYS[f"{curve}-sender"], KEYS[f"{curve}-recipient"]
    common = {"kind": "raw-ecdh", "curve": curve}
    static = {**common, "sender_private": sender["private"], "recipient_public": recipient["public"]}
    other_end = {**common, "sender_private": recipient["private"], "recipient_public": sender["public"]}
    ephemeral = {**common, "recipient_public": recipient["public"]}
    discovery = {**common, "recipient_private": recipient["private"]}
    for writer, reader in both:
        for context in CONTEXTS:
            crosses(writer, reader, static, context=context)
        crosses(writer, reader, static, other_end)
        crosses(writer, reader, static, discovery)
        crosses(writer, reader, ephemeral, discovery, suite="0578")


@having("required")
@pytest.mark.parametrize("suite", ["0578", "0478", "0378", "0178"])
def test_required_context_is_not_stored_but_bound(both, suite):
    context = {"tenant": "a", "user": "größe", "purpose": "test"}
    for writer, reader in both:
        for required in [["tenant"], ["tenant", "user"], list(context)]:
            pairs = {key: context[key] for key in required}
            message, _ = crosses(writer, reader, aes(), context=context, suite=suite, required=required, reproduced=pairs)
            assert b"tenant" not in message
            crosses(writer, reader, aes(), context=context, suite=suite, required=required, reproduced=context, reading={"required": required})
            for wrong in [{}, {"tenant": "b"}, {**pairs, "tenant": "b"}, {**pairs, "other": "x"}]:
                with pytest.raises(Refused):
                    reader.decrypt(aes(), message, context=wrong)


# What is refused


@each
def test_commitment_policies_refuse_alike(both):
    for writer, reader in both:
        for policy, suite in itertools.product([FORBID, ALLOW, REQUIRE], ["0578", "0478", "0378", "0178"]):
            may_write = (suite in COMMITTING) != (policy == FORBID)
            may_read = suite in COMMITTING or policy != REQUIRE
            for implementation, may in [(writer, may_write), (reader, may_read)]:
                try:
                    if implementation is writer:
                        writer.encrypt(aes(), b"data", suite=suite, policy=policy)
                    else:
                        reader.decrypt(aes(), writer.encrypt(aes(), b"data", suite=suite), policy=policy)
                    did = True
                except Refused:
                    did = False
                assert did == may, (implementation.name, policy, suite)


@each
def test_each_refuses_what_was_changed_cut_off_or_is_for_another_key(both):
    other = {**aes(), "key": base64.b64encode(bytes(32)).decode()}
    for (writer, reader), suite in itertools.product(both, ["0578", "0478", "0178"]):
        message = writer.encrypt(aes(), plaintext(300), suite=suite, context={"purpose": "test"}, frame_length=128)
        assert reader.decrypt(aes(), message)["plaintext"] == plaintext(300)
        for at in range(0, len(message), 37):
            with pytest.raises(Refused):
                reader.decrypt(aes(), message[:at])
            with pytest.raises(Refused):
                reader.decrypt(aes(), message[:at] + bytes([message[at] ^ 1]) + message[at + 1 :])
        with pytest.raises(Refused):
            reader.decrypt(other, message)


@each
def test_limits_on_encrypted_data_keys_hold_on_both_sides(both):
    three = {"kind": "multi", "generator": aes(256), "children": [aes(128), aes(192)]}
    for writer, reader in both:
        message = writer.encrypt(three, b"data", max_encrypted_data_keys=3)
        assert reader.decrypt(three, message, max_encrypted_data_keys=3)["plaintext"] == b"data"
        with pytest.raises(Refused):
            writer.encrypt(three, b"data", max_encrypted_data_keys=2)
        with pytest.raises(Refused):
            reader.decrypt(three, message, max_encrypted_data_keys=2)


# What is written with keys of KMS's


@pytest.fixture(scope="module")
def west(dev):
    return dev.client("kms", region="eu-west-1")


@pytest.fixture(scope="module")
def place(dev):
    return {"endpoint": dev.endpoint, "region": "us-east-1"}


@pytest.fixture(scope="module")
def kms_key(kms):
    return kms.create_key()["KeyMetadata"]["Arn"]


@pytest.fixture(scope="module")
def multi_region(kms, west):
    """A multi-Region key and its replica."""
    primary = kms.create_key(MultiRegion=True)["KeyMetadata"]["Arn"]
    kms.replicate_key(KeyId=primary, ReplicaRegion="eu-west-1")
    return primary, primary.replace("us-east-1", "eu-west-1")


# AWS's clients among themselves, too: the KMS between them is ours.
def pairs(*features):
    both = itertools.permutations(interop.having(*features), 2)
    marks = lambda *names: [mark for name in names for mark in party(name).marks]
    return pytest.mark.parametrize("writer, reader", [pytest.param(*names, marks=marks(*names)) for names in both])


@pytest.fixture
def pair(implementations, writer, reader):
    return implementations[writer], implementations[reader]


@pairs()
def test_a_kms_key_opens_what_it_wrapped(pair, place, kms_key):
    strict = {"kind": "kms", "key": kms_key, **place}
    discovery = {"kind": "kms-discovery", **place}
    account = kms_key.split(":")[4]
    for suite, context in itertools.product(["0578", "0478", "0178"], CONTEXTS[:4]):
        crosses(*pair, strict, suite=suite, context=context)
    crosses(*pair, strict, discovery)
    crosses(*pair, strict, {**discovery, "accounts": [account]})
    with pytest.raises(Refused):
        crosses(*pair, strict, {**discovery, "accounts": ["999999999999"]})


@pairs()
def test_another_kms_key_opens_nothing(pair, place, kms_key, kms):
    other = kms.create_key()["KeyMetadata"]["Arn"]
    with pytest.raises(Refused):
        crosses(*pair, {"kind": "kms", "key": kms_key, **place}, {"kind": "kms", "key": other, **place})


@pairs()
def test_two_kms_keys_open_a_message_each(pair, place, kms_key, kms):
    other = kms.create_key()["KeyMetadata"]["Arn"]
    keys = [{"kind": "kms", "key": key, **place} for key in [kms_key, other]]
    multi = {"kind": "multi", "generator": keys[0], "children": keys[1:]}
    for decrypting in [*keys, multi]:
        crosses(*pair, multi, decrypting)


@pairs()
def test_a_multi_region_key_opens_in_the_other_region(pair, place, multi_region):
    here, there = multi_region
    elsewhere = {**place, "region": "eu-west-1"}
    written = {"kind": "kms-mrk", "key": here, **place}
    crosses(*pair, written)
    crosses(*pair, written, {"kind": "kms-mrk", "key": there, **elsewhere})
    crosses(*pair, written, {"kind": "kms-mrk-discovery", **elsewhere})
    account = here.split(":")[4]
    crosses(*pair, written, {"kind": "kms-mrk-discovery", "accounts": [account], **elsewhere})
    with pytest.raises(Refused):
        crosses(*pair, written, {"kind": "kms", "key": there, **elsewhere})


@pairs("kms-rsa")
@pytest.mark.parametrize("algorithm", ["RSAES_OAEP_SHA_1", "RSAES_OAEP_SHA_256"])
def test_data_keys_are_wrapped_under_the_public_half_of_a_kms_key(pair, place, kms, kms_rsa, algorithm):
    arn, pem = kms_rsa
    keyring = {"kind": "kms-rsa", "key": arn, "algorithm": algorithm, **place}
    for context in CONTEXTS:
        crosses(*pair, {**keyring, "public": pem}, keyring, context=context)
    with pytest.raises(Refused):
        pair[0].encrypt({**keyring, "public": pem}, b"data", suite="0578")


def pem(der):
    lines = base64.encodebytes(der).decode().replace("\n", "")
    body = "\n".join(lines[at : at + 64] for at in range(0, len(lines), 64))
    return f"-----BEGIN PUBLIC KEY-----\n{body}\n-----END PUBLIC KEY-----\n"


@pytest.fixture(scope="module")
def kms_rsa(kms):
    key = kms.create_key(KeySpec="RSA_3072", KeyUsage="ENCRYPT_DECRYPT")["KeyMetadata"]
    return key["Arn"], pem(kms.get_public_key(KeyId=key["KeyId"])["PublicKey"])


@pytest.fixture(scope="module")
def agreeing(kms):
    """Two KMS keys of a curve: ARN and public key of each."""

    def make(curve):
        keys = [kms.create_key(KeySpec=curve, KeyUsage="KEY_AGREEMENT")["KeyMetadata"]["Arn"] for _ in range(2)]
        return [(key, pem(kms.get_public_key(KeyId=key)["PublicKey"])) for key in keys]

    return {curve: make(curve) for curve in CURVES}


@pairs("kms-ecdh")
@pytest.mark.parametrize("curve", CURVES)
def test_kms_keys_agree_on_a_wrapping_key(pair, place, agreeing, curve):
    (sender, sender_public), (recipient, recipient_public) = agreeing[curve]
    common = {"kind": "kms-ecdh", "curve": curve, **place}
    static = {**common, "sender": sender, "recipient_public": recipient_public}
    discovery = {**common, "recipient": recipient}
    crosses(*pair, static)
    crosses(*pair, static, {**common, "sender": recipient, "recipient_public": sender_public})
    crosses(*pair, static, discovery, suite="0578")
    # A key pair of the sender's own, and KMS's on the other end.
    own = KEYS[f"{curve}-sender"]
    raw = {"kind": "raw-ecdh", "curve": curve, "recipient_public": recipient_public}
    crosses(*pair, {**raw, "sender_private": own["private"]}, {**common, "sender": recipient, "recipient_public": own["public"]})
    crosses(*pair, raw, discovery)


@pytest.fixture(scope="module")
def table():
    with Table() as table:
        yield table


@pytest.fixture
def branch_key(implementations, place, kms_key, table):
    """What hierarchical keyrings have in common; a key made by this implementation."""

    def make(creator, **more):
        common = {"key": kms_key, "table": "KeyStore", "table_endpoint": table.endpoint, **place}
        made = implementations[creator].ask(do="create-branch-key", **common, **more)
        return {"kind": "hierarchy", **common, "branch_key": made["id"]}

    return make


@pairs("hierarchy")
def test_branch_keys_open_what_they_wrapped_also_after_a_new_version(pair, branch_key):
    for given in [{}, {"id": f"{pair[0].name}-{pair[1].name}-{os.urandom(4).hex()}", "context": {"department": "a"}}]:
        keyring = branch_key(pair[0].name, **given)
        before, _ = crosses(*pair, keyring)
        crosses(*pair, keyring, suite="0578", context=CONTEXTS[3])
        common = {key: value for key, value in keyring.items() if key not in ["kind", "branch_key"]}
        pair[0].ask(do="version-branch-key", id=keyring["branch_key"], **common)
        after, _ = crosses(*pair, keyring)
        for message in [before, after]:
            assert pair[1].decrypt(keyring, message)["plaintext"] == plaintext(100)
