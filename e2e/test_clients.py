"""The stock AWS CLI and boto3 do real work, over HTTP and over TLS, with nothing but an endpoint and credentials."""

import base64
import shlex
import subprocess

import boto3
import botocore.config
import pytest

import server as house


@pytest.mark.parametrize("tls", [False, True], ids=["http", "tls"])
def test_the_aws_cli_creates_a_key_and_encrypts_with_it(dev, tmp_path, tls):
    plain = tmp_path / "plain"
    sealed = tmp_path / "sealed"
    plain.write_bytes(b"a thing to keep \x00\xff")
    key = dev.aws("kms", "create-key", "--description", "from the CLI", tls=tls)["KeyMetadata"]
    assert key["Arn"] == f"arn:aws:kms:us-east-1:000000000000:key/{key['KeyId']}"
    assert (key["KeyState"], key["KeySpec"], key["Enabled"]) == ("Enabled", "SYMMETRIC_DEFAULT", True)

    answer = dev.aws("kms", "encrypt", "--key-id", key["KeyId"], "--plaintext", f"fileb://{plain}", "--encryption-context", "purpose=test", tls=tls)
    assert answer["KeyId"] == key["Arn"]
    sealed.write_bytes(base64.b64decode(answer["CiphertextBlob"]))
    assert b"a thing to keep" not in sealed.read_bytes()

    answer = dev.aws("kms", "decrypt", "--ciphertext-blob", f"fileb://{sealed}", "--encryption-context", "purpose=test", tls=tls)
    assert base64.b64decode(answer["Plaintext"]) == plain.read_bytes()
    assert answer["KeyId"] == key["Arn"]


@pytest.mark.parametrize("tls", [False, True], ids=["http", "tls"])
def test_boto3_walks_through_a_keys_life(dev, tls):
    kms = dev.client("kms", tls=tls)
    key = kms.create_key(Description="from boto3", Tags=[{"TagKey": "team", "TagValue": "red"}])["KeyMetadata"]
    alias = f"alias/life-{'tls' if tls else 'http'}"
    kms.create_alias(AliasName=alias, TargetKeyId=key["KeyId"])
    assert kms.describe_key(KeyId=alias)["KeyMetadata"]["Description"] == "from boto3"
    assert kms.list_resource_tags(KeyId=key["KeyId"])["Tags"] == [{"TagKey": "team", "TagValue": "red"}]
    assert alias in [a["AliasName"] for page in kms.get_paginator("list_aliases").paginate() for a in page["Aliases"]]
    assert key["KeyId"] in [k["KeyId"] for page in kms.get_paginator("list_keys").paginate() for k in page["Keys"]]

    data_key = kms.generate_data_key(KeyId=alias, KeySpec="AES_256", EncryptionContext={"table": "orders"})
    assert len(data_key["Plaintext"]) == 32
    opened = kms.decrypt(CiphertextBlob=data_key["CiphertextBlob"], EncryptionContext={"table": "orders"})
    assert opened["Plaintext"] == data_key["Plaintext"]

    other = kms.create_key()["KeyMetadata"]
    moved = kms.re_encrypt(CiphertextBlob=data_key["CiphertextBlob"], SourceEncryptionContext={"table": "orders"}, DestinationKeyId=other["KeyId"])
    assert (moved["SourceKeyId"], moved["KeyId"]) == (key["Arn"], other["Arn"])
    assert kms.decrypt(CiphertextBlob=moved["CiphertextBlob"])["Plaintext"] == data_key["Plaintext"]

    assert len(kms.generate_random(NumberOfBytes=33)["Plaintext"]) == 33
    assert '"kms:*"' in kms.get_key_policy(KeyId=key["KeyId"], PolicyName="default")["Policy"]
    assert kms.get_key_rotation_status(KeyId=key["KeyId"])["KeyRotationEnabled"] is False

    kms.schedule_key_deletion(KeyId=key["KeyId"], PendingWindowInDays=7)
    assert kms.describe_key(KeyId=key["KeyId"])["KeyMetadata"]["KeyState"] == "PendingDeletion"
    kms.cancel_key_deletion(KeyId=key["KeyId"])
    assert kms.describe_key(KeyId=key["KeyId"])["KeyMetadata"]["KeyState"] == "Disabled"
    kms.enable_key(KeyId=key["KeyId"])
    kms.delete_alias(AliasName=alias)


@pytest.mark.parametrize("tls", [False, True], ids=["http", "tls"])
def test_the_caller_learns_who_it_is(dev, tls):
    identity = dev.client("sts", tls=tls).get_caller_identity()
    assert identity["Account"] == "000000000000"
    assert identity["Arn"] == "arn:aws:iam::000000000000:root"
    other = dev.aws("sts", "get-caller-identity", tls=tls, access_key="AKIAOTHERACCOUNT", secret="other-secret")
    assert other["Account"] == "111122223333"


def test_tls_is_refused_by_a_client_that_does_not_trust_the_ca(dev):
    environment = dev.environment(endpoint=dev.tls_endpoint)
    done = subprocess.run([str(house.AWS), "kms", "list-keys"], env=environment, capture_output=True, text=True, timeout=60)
    assert done.returncode != 0
    assert "SSL" in done.stderr or "certificate" in done.stderr


def test_what_dev_prints_is_enough_to_start_with(start):
    """No seed: the printed lines alone must make the CLI and boto3 work."""
    server = start(seed=None)
    printed = server.printed()
    assert {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_ENDPOINT_URL"} <= printed.keys()
    environment = {**server.environment(), **printed}
    done = subprocess.run(
        ["bash", "-c", "set -e; aws kms create-key --query KeyMetadata.KeyState --output text; aws sts get-caller-identity --query Account --output text"],
        env=environment, cwd=server.home, capture_output=True, text=True, timeout=120,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["Enabled", "000000000000"]

    exports = "\n".join(f"export {name}={shlex.quote(value)}" for name, value in printed.items())
    script = f"{exports}\nexport AWS_ENDPOINT_URL={server.tls_endpoint}\nexport AWS_CA_BUNDLE={server.ca()}\naws kms list-keys --query 'length(Keys)'"
    done = subprocess.run(["bash", "-ec", script], env=server.environment(), capture_output=True, text=True, timeout=120)
    assert done.stdout.strip() == "1", done.stderr


def test_account_and_region_can_be_chosen(start):
    server = start("--account", "123456789012", "--region", "eu-central-1", seed=None)
    printed = server.printed()
    kms = server.client(access_key=printed["AWS_ACCESS_KEY_ID"], secret=printed["AWS_SECRET_ACCESS_KEY"], region=printed["AWS_REGION"])
    assert kms.create_key()["KeyMetadata"]["Arn"].startswith("arn:aws:kms:eu-central-1:123456789012:key/")


def test_the_development_ca_survives_a_restart(start):
    server = start(seed=None)
    before = open(server.ca(), "rb").read()
    server.stop()
    server.start()
    assert open(server.ca(), "rb").read() == before
    server.client("kms", tls=True, access_key=server.printed()["AWS_ACCESS_KEY_ID"], secret=server.printed()["AWS_SECRET_ACCESS_KEY"]).list_keys()


def test_regions_and_accounts_are_apart(dev):
    here = dev.client("kms")
    key = here.create_key()["KeyMetadata"]["KeyId"]
    ids = lambda kms: [k["KeyId"] for page in kms.get_paginator("list_keys").paginate() for k in page["Keys"]]
    assert key in ids(here)
    assert key not in ids(dev.client("kms", region="eu-central-1"))
    assert key not in ids(dev.client("kms", access_key="AKIAOTHERACCOUNT", secret="other-secret"))
    there = dev.client("kms", region="eu-central-1")
    with pytest.raises(there.exceptions.NotFoundException):
        there.describe_key(KeyId=key)


def test_a_connection_is_reused_and_many_clients_are_served_at_once(dev, key):
    import concurrent.futures

    def work(number):
        kms = boto3.session.Session().client(
            "kms", region_name=house.REGION, endpoint_url=dev.endpoint, aws_access_key_id="test", aws_secret_access_key="test", config=botocore.config.Config(retries={"total_max_attempts": 1})
        )
        for turn in range(20):
            text = f"{number}/{turn}".encode()
            assert kms.decrypt(CiphertextBlob=kms.encrypt(KeyId=key, Plaintext=text)["CiphertextBlob"])["Plaintext"] == text
        return number

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(work, range(8))) == list(range(8))
