"""A server's life in its operator's hands: made, started, sealed, unsealed, stopped and started again."""

import json

import botocore.exceptions
import pytest


def test_a_new_server_serves_its_root_and_keeps_what_it_did(operate):
    server = operate().start()
    identity = server.aws("sts", "get-caller-identity")
    assert identity["Arn"] == f"arn:aws:iam::{server.made['account']}:root"
    kms = server.client()
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    blob = kms.encrypt(KeyId=key, Plaintext=b"kept")["CiphertextBlob"]
    server.stop()
    server.start()
    assert server.client().decrypt(CiphertextBlob=blob)["Plaintext"] == b"kept"


def test_sealing_refuses_calls_and_unsealing_serves_them_again(operate):
    server = operate().start()
    kms = server.client()
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    blob = kms.encrypt(KeyId=key, Plaintext=b"kept")["CiphertextBlob"]
    server.fastness("seal")
    assert server.fastness("status", check=False).returncode == 3
    assert server.status()["sealed"] is True
    status, health = server.http("GET", "/_fastness/health")
    assert (status, json.loads(health)["sealed"]) == (503, True)
    with pytest.raises(botocore.exceptions.ClientError, match="sealed"):
        kms.decrypt(CiphertextBlob=blob)
    server.fastness("unseal")
    assert server.fastness("status").returncode == 0
    assert kms.decrypt(CiphertextBlob=blob)["Plaintext"] == b"kept"
