"""A server's life in its operator's hands: made, started, sealed, unsealed, stopped and started again."""

import json

import botocore.exceptions
import pytest

import postgres


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


def test_a_server_whose_database_is_away_says_so_and_goes_on_when_it_is_back(operate):
    with postgres.Database() as database:
        server = operate(init=("--store", database.create("away"))).start()
        key = server.client().create_key()["KeyMetadata"]["KeyId"]
        database.stop()
        done = server.fastness("status", check=False)
        assert done.returncode == 4 and "in trouble: the store is unavailable" in done.stdout, done.stdout
        with pytest.raises(botocore.exceptions.ClientError, match="ServiceUnavailable"):
            server.client().create_key()
        database.start()
        assert server.client(retries=5).describe_key(KeyId=key)["KeyMetadata"]["KeyState"] == "Enabled"
        assert server.fastness("status").returncode == 0
