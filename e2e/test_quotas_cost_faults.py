"""Quotas that are raised, bills, and faults, with the stock clients."""

import json
import time

import botocore.exceptions
import pytest


def code(error):
    return error.value.response["Error"]["Code"]


def bill(server, *flags):
    return json.loads(server.fastness("cost", "--json", *flags).stdout)


# Quotas


def burst(kms, most):
    """How many CreateKey in a row are let through."""
    for count in range(most):
        try:
            kms.create_key()
        except botocore.exceptions.ClientError as error:
            assert error.response["Error"]["Code"] == "ThrottlingException"
            return count
    return most


def test_a_quota_is_asked_for_approved_and_survives_a_restart(start, tmp_path):
    server = start(data=tmp_path / "data")
    quotas = server.client("service-quotas")
    listed = [quota for page in quotas.get_paginator("list_service_quotas").paginate(ServiceCode="kms") for quota in page["Quotas"]]
    rate = next(quota for quota in listed if quota["QuotaName"] == "CreateKey request rate")
    assert (rate["QuotaCode"], rate["Value"], rate["Adjustable"]) == ("L-32B67F4A", 5.0, True)
    asked = quotas.request_service_quota_increase(ServiceCode="kms", QuotaCode=rate["QuotaCode"], DesiredValue=500)["RequestedQuota"]
    assert asked["Status"] == "PENDING"
    waiting = json.loads(server.fastness("quota", "requests", "--json").stdout)["requests"]
    assert [request["id"] for request in waiting] == [asked["Id"]]
    server.fastness("quota", "approve", asked["Id"])
    assert burst(server.client(), 40) == 40
    server.stop()
    server.start()
    quotas = server.client("service-quotas")
    assert quotas.get_service_quota(ServiceCode="kms", QuotaCode=rate["QuotaCode"])["Quota"]["Value"] == 500
    assert quotas.get_requested_service_quota_change(RequestId=asked["Id"])["RequestedQuota"]["Status"] == "APPROVED"
    assert burst(server.client(), 40) == 40


def test_a_quota_is_set_on_the_command_line(start):
    server = start("--quota", "kms:L-C2F1777E=2", "--quota", "kms:CreateKey=100")
    kms = server.client()
    kms.create_key()
    kms.create_key()
    with pytest.raises(botocore.exceptions.ClientError) as error:
        kms.create_key()
    assert code(error) == "LimitExceededException"


# Cost


def test_keys_and_calls_are_on_the_bill_of_who_uses_them(start, tmp_path):
    server = start("--quotas", "off", data=tmp_path / "data")
    kms = server.client()
    key = kms.create_key()["KeyMetadata"]["Arn"]
    for _ in range(20):
        kms.encrypt(KeyId=key, Plaintext=b"hello")
    before = bill(server, "--by", "key")
    line = next(line for line in before["lines"] if line["resource"] == key)
    assert line["requests"] == 20 and line["hours"] == 1
    month = before["month"]
    server.fastness("clock", "advance", "62d")
    server.stop()
    server.start()
    assert bill(server, "--month", month, "--by", "key")["lines"] != []
    this = bill(server)
    assert float(this["total"]) > 0 and this["month"] != month
    metrics = server.fastness("cost", "--metrics").stdout
    assert "# TYPE fastness_calls_total counter" in metrics


# Faults


def test_a_client_that_backs_off_gets_through_throttling(start):
    server = start("--quotas", "off")
    server.fastness("fault", "add", "kms:Encrypt", "--throttle", "0.5", "--seed", "11")
    key = server.client().create_key()["KeyMetadata"]["KeyId"]
    patient = server.client(retries=12)
    for _ in range(20):
        patient.encrypt(KeyId=key, Plaintext=b"hello")
    faults = json.loads(server.fastness("fault", "list", "--json").stdout)["faults"]
    assert faults[0]["met"] == 20 + faults[0]["throttled"] and faults[0]["throttled"] > 0
    with pytest.raises(botocore.exceptions.ClientError) as error:
        for _ in range(200):
            server.client().encrypt(KeyId=key, Plaintext=b"hello")
    assert code(error) == "ThrottlingException"


def test_errors_resets_and_latency_are_what_was_asked_for(start):
    server = start("--quotas", "off")
    kms = server.client()
    server.fastness("fault", "add", "kms:ListKeys", "--error", "500")
    with pytest.raises(botocore.exceptions.ClientError) as error:
        kms.list_keys()
    assert (code(error), error.value.response["ResponseMetadata"]["HTTPStatusCode"]) == ("KMSInternalException", 500)
    server.fastness("fault", "add", "kms:ListAliases", "--reset", "1")
    for tls in (False, True):
        with pytest.raises(botocore.exceptions.HTTPClientError):
            server.client(tls=tls).list_aliases()
    server.fastness("fault", "add", "sts:GetCallerIdentity", "--latency", "300ms")
    began = time.monotonic()
    server.client("sts").get_caller_identity()
    assert time.monotonic() - began >= 0.3
    server.fastness("fault", "clear")
    kms.list_keys()
    kms.list_aliases()


def test_a_fault_may_be_for_one_key_by_whatever_name_it_is_called(start):
    server = start("--quotas", "off")
    kms = server.client()
    one, other = (kms.create_key()["KeyMetadata"]["KeyId"] for _ in range(2))
    kms.create_alias(AliasName="alias/one", TargetKeyId=one)
    blob = kms.encrypt(KeyId=one, Plaintext=b"hello")["CiphertextBlob"]
    server.fastness("fault", "add", "kms", "--throttle", "1", "--key", one)
    for call in (
        lambda: kms.encrypt(KeyId="alias/one", Plaintext=b"hello"),
        lambda: kms.decrypt(CiphertextBlob=blob),
        lambda: kms.describe_key(KeyId=one),
    ):
        with pytest.raises(botocore.exceptions.ClientError) as error:
            call()
        assert code(error) == "ThrottlingException"
    kms.encrypt(KeyId=other, Plaintext=b"hello")
