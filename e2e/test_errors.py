"""Mistakes and misuse get the error that AWS gives, so that clients' own handling of it works."""

import json

import botocore.exceptions
import pytest

import raw


def refused(call, **parameters):
    """The (code, message) of a call that must fail."""
    with pytest.raises(botocore.exceptions.ClientError) as caught:
        call(**parameters)
    error = caught.value.response["Error"]
    return error["Code"], error.get("Message")


def test_a_tampered_ciphertext_is_invalid_wherever_the_damage_is(dev, kms, key):
    """Behind the key material's id every byte is authenticated; the answer never says which check failed."""
    blob = kms.encrypt(KeyId=key, Plaintext=b"plaintext")["CiphertextBlob"]
    for position in (34, 50, 62, len(blob) - 17, len(blob) - 1):
        damaged = bytearray(blob)
        damaged[position] ^= 1
        assert refused(kms.decrypt, CiphertextBlob=bytes(damaged))[0] == "InvalidCiphertextException", position
    for damaged in (blob[:-1], blob[:40], blob + b"\0", b"\x01\x02\x02\x00\x78" + blob[5:], b"x"):
        assert refused(kms.decrypt, CiphertextBlob=damaged)[0] == "InvalidCiphertextException"


def test_an_invalid_ciphertext_has_no_message(dev, kms, key):
    import base64

    blob = bytearray(kms.encrypt(KeyId=key, Plaintext=b"plaintext")["CiphertextBlob"])
    blob[-1] ^= 1
    answer = raw.call(dev, "Decrypt", {"CiphertextBlob": base64.b64encode(blob).decode()})
    assert (answer.status, answer.body) == (400, b'{"__type":"InvalidCiphertextException"}')


def test_a_ciphertext_of_an_unknown_key_does_not_exist(dev, kms, key):
    blob = bytearray(kms.encrypt(KeyId=key, Plaintext=b"plaintext")["CiphertextBlob"])
    blob[2] ^= 1
    code, message = refused(kms.decrypt, CiphertextBlob=bytes(blob))
    assert code == "AccessDeniedException"
    assert "does not exist" in message


def test_another_accounts_ciphertext_is_denied(dev, kms, key):
    blob = kms.encrypt(KeyId=key, Plaintext=b"plaintext")["CiphertextBlob"]
    other = dev.client("kms", access_key="AKIAOTHERACCOUNT", secret="other-secret")
    assert refused(other.decrypt, CiphertextBlob=blob)[0] == "AccessDeniedException"


@pytest.mark.parametrize("context", [{}, {"a": "2"}, {"A": "1"}, {"a": "1", "b": "2"}, {"a1": ""}], ids=str)
def test_the_encryption_context_must_match(dev, kms, key, context):
    blob = kms.encrypt(KeyId=key, Plaintext=b"plaintext", EncryptionContext={"a": "1"})["CiphertextBlob"]
    assert refused(kms.decrypt, CiphertextBlob=blob, EncryptionContext=context)[0] == "InvalidCiphertextException"


def test_the_wrong_key_for_a_ciphertext_is_incorrect(dev, kms, key):
    blob = kms.encrypt(KeyId=key, Plaintext=b"plaintext")["CiphertextBlob"]
    other = kms.create_key()["KeyMetadata"]["KeyId"]
    assert refused(kms.decrypt, CiphertextBlob=blob, KeyId=other)[0] == "IncorrectKeyException"


def test_a_disabled_key_does_nothing_until_enabled(dev, kms, key):
    arn = kms.describe_key(KeyId=key)["KeyMetadata"]["Arn"]
    blob = kms.encrypt(KeyId=key, Plaintext=b"plaintext")["CiphertextBlob"]
    kms.disable_key(KeyId=key)
    expected = ("DisabledException", f"{arn} is disabled.")
    assert refused(kms.encrypt, KeyId=key, Plaintext=b"x") == expected
    assert refused(kms.decrypt, CiphertextBlob=blob) == expected
    assert refused(kms.generate_data_key, KeyId=key, KeySpec="AES_256") == expected
    kms.enable_key(KeyId=key)
    assert kms.decrypt(CiphertextBlob=blob)["Plaintext"] == b"plaintext"


def test_a_key_pending_deletion_cannot_be_used(dev, kms, key):
    arn = kms.describe_key(KeyId=key)["KeyMetadata"]["Arn"]
    kms.schedule_key_deletion(KeyId=key, PendingWindowInDays=7)
    assert refused(kms.encrypt, KeyId=key, Plaintext=b"x") == ("KMSInvalidStateException", f"{arn} is pending deletion.")


def test_an_unknown_key_is_not_found(dev, kms):
    arn = "arn:aws:kms:us-east-1:000000000000:key/00000000-0000-0000-0000-000000000000"
    code, message = refused(kms.describe_key, KeyId=arn.rsplit("/")[-1])
    assert (code, message) == ("NotFoundException", f"Key '{arn}' does not exist")


def test_4096_bytes_pass_and_4097_are_told_what_to_do(dev, kms, key):
    limit = b"x" * 4096
    assert kms.decrypt(CiphertextBlob=kms.encrypt(KeyId=key, Plaintext=limit)["CiphertextBlob"])["Plaintext"] == limit
    code, message = refused(kms.encrypt, KeyId=key, Plaintext=limit + b"x")
    assert code == "ValidationException"
    assert message.startswith("1 validation error detected: Value at 'plaintext' failed to satisfy constraint: Member must have length less than or equal to 4096")


def test_validation_names_every_broken_rule(dev):
    answer = raw.call(dev, "Encrypt", {})
    assert (answer.status, answer.error) == (400, "ValidationException")
    assert answer.message.startswith("2 validation errors detected: ")
    for path in ("keyId", "plaintext"):
        assert f"at '{path}' failed to satisfy constraint: Member must not be null" in answer.message


def test_a_number_out_of_range_is_named_with_its_rule(dev, kms):
    code, message = refused(kms.list_keys, Limit=1001)
    assert code == "ValidationException"
    assert message == "1 validation error detected: Value '1001' at 'limit' failed to satisfy constraint: Member must have value less than or equal to 1000"


def test_an_operation_that_does_not_exist_is_unknown(dev):
    answer = raw.call(dev, "MakeCoffee", {})
    assert (answer.status, answer.error) == (400, "UnknownOperationException")


def test_an_operation_that_is_not_implemented_says_so_by_name(dev):
    with pytest.raises(botocore.exceptions.ClientError) as error:
        dev.client("secretsmanager").create_secret(Name="a secret")
    answer = error.value.response
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 501
    assert answer["Error"]["Code"] == "NotImplemented" and "CreateSecret" in answer["Error"]["Message"]


@pytest.mark.parametrize(
    "body", [b"{", b"[]", b'"x"', b'{"KeyId":', b'{"KeyId":"\xff"}', b'{"KeyId":"a"}}', b'{"KeyId":{"a":1},"Plaintext":"eA=="}', b'{"KeyId":"a","Plaintext":"***"}'], ids=repr
)
def test_a_body_that_cannot_be_read_is_a_serialization_error(dev, body):
    answer = raw.call(dev, "Encrypt", body)
    assert (answer.status, answer.error) == (400, "SerializationException")


def test_an_empty_body_counts_as_no_parameters(dev):
    assert raw.call(dev, "ListKeys", b"").status == 200


def test_ten_thousand_levels_of_json_are_refused(dev):
    for opening, closing in ((b"[", b"]"), (b'{"a":', b"}")):
        inner = b"1" if opening != b"[" else b""
        answer = raw.call(dev, "Encrypt", b'{"EncryptionContext":' + opening * 10_000 + inner + closing * 10_000 + b"}")
        assert (answer.status, answer.error) == (400, "SerializationException")


def test_a_taken_alias_is_refused_and_a_reserved_one_too(dev, kms, key):
    kms.create_alias(AliasName="alias/taken", TargetKeyId=key)
    assert refused(kms.create_alias, AliasName="alias/taken", TargetKeyId=key)[0] == "AlreadyExistsException"
    assert refused(kms.create_alias, AliasName="alias/aws/mine", TargetKeyId=key)[0] in ("NotAuthorizedException", "InvalidAliasNameException", "ValidationException")


def test_a_marker_that_is_not_ours_is_invalid(dev, kms):
    assert refused(kms.list_keys, Marker="nonsense")[0] == "InvalidMarkerException"


def test_pages_cover_everything_once(dev, kms):
    made = {kms.create_key()["KeyMetadata"]["KeyId"] for _ in range(7)}
    seen = [k["KeyId"] for page in kms.get_paginator("list_keys").paginate(PaginationConfig={"PageSize": 3}) for k in page["Keys"]]
    assert len(seen) == len(set(seen))
    assert made <= set(seen)


def test_every_error_is_json_with_a_type_and_a_request_id(dev):
    answer = raw.call(dev, "DescribeKey", {"KeyId": "alias/none"})
    assert answer.status == 400
    assert json.loads(answer.body)["__type"] == "NotFoundException"
    assert answer.headers["content-type"] == "application/x-amz-json-1.1"
    assert answer.headers["x-amzn-requestid"]
