"""Messages whose data keys name KMS keys oddly or wrongly: our keyrings take and leave them as AWS's material providers do,
which JavaScript's client is without.

The messages are authentic, made as those of `conformance/envelope/crafted.json`, but wrapped by this server's KMS."""

import itertools
import sys

import pytest

import interop
from interop import Refused

sys.path.insert(0, str(interop.ROOT / "conformance/envelope"))

from craft import DATA_KEY, PLAIN, Message, text  # noqa: E402 (it lies elsewhere)

REFERENCES = [name for name in interop.having("kms-rsa") if name in interop.AWS]
CONTEXT = {"purpose": "test"}

pytestmark = pytest.mark.skipif(not all(map(interop.installed, REFERENCES)), reason="the Encryption SDKs for Python and Java are not installed")


def named(info, wrapped, provider="aws-kms"):
    return text(provider) + text(info) + text(wrapped)


@pytest.fixture(scope="module")
def keys(dev):
    """A key, another, and a multi-Region key with its replica."""
    kms = dev.client("kms")
    key, other, primary = (kms.create_key(MultiRegion=many)["KeyMetadata"]["Arn"] for many in [False, False, True])
    kms.replicate_key(KeyId=primary, ReplicaRegion="eu-west-1")
    kms.create_alias(AliasName="alias/data-keys", TargetKeyId=key)
    return key, other, primary, primary.replace("us-east-1", "eu-west-1")


@pytest.fixture(scope="module")
def data_keys(dev, keys):
    """Lists of encrypted data keys, by what is odd about them."""
    kms = dev.client("kms")
    key, other, primary, replica = keys
    account, key_id = key.split(":")[4], key.split("/")[1]
    alias = key.replace(f"key/{key_id}", "alias/data-keys")

    def wrap(arn, plain=DATA_KEY):
        return kms.encrypt(KeyId=arn, Plaintext=plain, EncryptionContext=CONTEXT)["CiphertextBlob"]

    wrapped, many = wrap(key), wrap(primary)
    good = named(key, wrapped)
    odd = {
        "wrapped under another key": named(other, wrap(other)),
        "named after another key": named(other, wrapped),
        "not named": named("", wrapped),
        "named by nonsense": named("nonsense", wrapped),
        "named by bytes that are no text": named(b"\xff\xfe", wrapped),
        "named by key id": named(key_id, wrapped),
        "named in another partition": named(key.replace("arn:aws:", "arn:aws-cn:"), wrapped),
        "named in another Region": named(key.replace("us-east-1", "eu-west-1"), wrapped),
        "named in another account": named(key.replace(account, "999999999999"), wrapped),
        "named in another service": named(key.replace(":kms:", ":s3:"), wrapped),
        "named with more behind": named(f"{key}/more", wrapped),
        "named with a colon": named(key.replace("key/", "key:"), wrapped),
        "of another provider": named(key, wrapped, "AWS-KMS"),
        "changed": named(key, wrapped[:-1] + bytes([wrapped[-1] ^ 1])),
        "too short": named(key, wrap(key, DATA_KEY[:16])),
        "multi-Region": named(primary, many),
        "multi-Region, named in its other Region": named(replica, many),
        "multi-Region, named in a Region where it is not": named(primary.replace("us-east-1", "ap-south-1"), many),
        "multi-Region, named in another account": named(primary.replace(account, "999999999999"), many),
        "multi-Region, in capitals": named(primary.replace("mrk-", "MRK-"), many),
    }
    lists = {"as usual": [good], "twice": [good, good], "named by alias": [named(alias, wrapped)]}
    for name, one in odd.items():
        lists[name] = [one]
        lists[f"{name}, first"] = [one, good]
        lists[f"{name}, last"] = [good, one]
    return lists


@pytest.fixture(scope="module")
def keyrings(dev, keys):
    key, _, primary, replica = keys
    here = {"region": "us-east-1", "endpoint": dev.endpoint}
    there = {**here, "region": "eu-west-1"}
    account = key.split(":")[4]
    return {
        "strict": {"kind": "kms", "key": key, **here},
        "strict, of a replica": {"kind": "kms", "key": replica, **there},
        "multi-Region, of a key that is not": {"kind": "kms-mrk", "key": key, **here},
        "multi-Region": {"kind": "kms-mrk", "key": primary, **here},
        "multi-Region, of a replica": {"kind": "kms-mrk", "key": replica, **there},
        "discovery": {"kind": "kms-discovery", **here},
        "discovery, filtered": {"kind": "kms-discovery", "accounts": [account], **here},
        "discovery, filtered for another": {"kind": "kms-discovery", "accounts": ["999999999999"], **here},
        "multi-Region discovery": {"kind": "kms-mrk-discovery", **here},
        "multi-Region discovery in the other Region": {"kind": "kms-mrk-discovery", **there},
        "multi-Region discovery, filtered for another": {"kind": "kms-mrk-discovery", "accounts": ["999999999999"], **there},
    }


def test_our_keyrings_take_and_leave_data_keys_as_awss_do(implementations, data_keys, keyrings):
    different, taken = [], 0
    for (odd, encrypted), (kind, keyring) in itertools.product(data_keys.items(), keyrings.items()):
        message = Message()
        message.data_keys = encrypted
        built = message.build()
        opened = {}
        for name in ["fastness", *REFERENCES]:
            try:
                opened[name] = implementations[name].decrypt(keyring, built)["plaintext"] == PLAIN
            except Refused:
                opened[name] = False
        if len(set(opened.values())) > 1:
            different.append((odd, kind, opened))
        taken += opened["fastness"]
    assert different == []
    # So that nothing agrees by refusing everything.
    assert 100 < taken < len(data_keys) * len(keyrings) / 2
