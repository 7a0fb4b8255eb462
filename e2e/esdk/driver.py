"""AWS's Encryption SDK for Python with keyrings, as a process that does what lines of JSON ask: see `README.md`.

Guarantees: one answer a line, in order; an error of the SDK is an answer, and the process lives on.
"""

import base64
import json
import sys
import uuid

import boto3
import botocore.config
from cryptography.hazmat.primitives import serialization

import aws_encryption_sdk
from aws_cryptographic_material_providers.keystore.client import KeyStore
from aws_cryptographic_material_providers.keystore.config import KeyStoreConfig
from aws_cryptographic_material_providers.keystore.models import (
    CreateKeyInput,
    KMSConfigurationKmsKeyArn,
    VersionKeyInput,
)
from aws_cryptographic_material_providers.mpl import AwsCryptographicMaterialProviders
from aws_cryptographic_material_providers.mpl.config import MaterialProvidersConfig
from aws_cryptographic_material_providers.mpl import models
from aws_encryption_sdk.identifiers import AlgorithmSuite, CommitmentPolicy

MPL = AwsCryptographicMaterialProviders(config=MaterialProvidersConfig())
POLICIES = {
    "forbid-encrypt-allow-decrypt": CommitmentPolicy.FORBID_ENCRYPT_ALLOW_DECRYPT,
    "require-encrypt-allow-decrypt": CommitmentPolicy.REQUIRE_ENCRYPT_ALLOW_DECRYPT,
    "require-encrypt-require-decrypt": CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT,
}
PADDINGS = {"PKCS1": "PKCS1", "OAEP_SHA1": "OAEP_SHA1_MGF1", "OAEP_SHA256": "OAEP_SHA256_MGF1", "OAEP_SHA384": "OAEP_SHA384_MGF1", "OAEP_SHA512": "OAEP_SHA512_MGF1"}
CLIENTS = {}


def aws(service, spec):
    """A client of the Region and endpoint that a keyring names; kept."""
    place = (service, spec["region"], spec["endpoint"])
    if place not in CLIENTS:
        config = botocore.config.Config(retries={"total_max_attempts": 1}, connect_timeout=5, read_timeout=30)
        CLIENTS[place] = boto3.client(
            service, region_name=spec["region"], endpoint_url=spec["endpoint"], aws_access_key_id="test", aws_secret_access_key="test", config=config
        )
    return CLIENTS[place]


def discovery_filter(spec):
    if "accounts" not in spec:
        return None
    return models.DiscoveryFilter(partition="aws", account_ids=spec["accounts"])


def der(pem):
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    return serialization.load_pem_public_key(pem.encode()).public_bytes(serialization.Encoding.DER, form)


def key_store(spec):
    return KeyStore(
        KeyStoreConfig(
            ddb_client=aws("dynamodb", {**spec, "endpoint": spec["table_endpoint"]}),
            ddb_table_name=spec["table"],
            logical_key_store_name=spec.get("logical", spec["table"]),
            kms_client=aws("kms", spec),
            kms_configuration=KMSConfigurationKmsKeyArn(spec["key"]),
            id=str(uuid.uuid4()),
        )
    )


def raw_ecdh(spec):
    if "recipient_private" in spec:
        scheme = models.RawEcdhStaticConfigurationsPublicKeyDiscovery(
            models.PublicKeyDiscoveryInput(recipient_static_private_key=spec["recipient_private"].encode())
        )
    elif "sender_private" in spec:
        scheme = models.RawEcdhStaticConfigurationsRawPrivateKeyToStaticPublicKey(
            models.RawPrivateKeyToStaticPublicKeyInput(
                sender_static_private_key=spec["sender_private"].encode(), recipient_public_key=der(spec["recipient_public"])
            )
        )
    else:
        scheme = models.RawEcdhStaticConfigurationsEphemeralPrivateKeyToStaticPublicKey(
            models.EphemeralPrivateKeyToStaticPublicKeyInput(recipient_public_key=der(spec["recipient_public"]))
        )
    return MPL.create_raw_ecdh_keyring(models.CreateRawEcdhKeyringInput(curve_spec=spec["curve"], key_agreement_scheme=scheme))


def kms_ecdh(spec):
    if "recipient" in spec:
        scheme = models.KmsEcdhStaticConfigurationsKmsPublicKeyDiscovery(models.KmsPublicKeyDiscoveryInput(recipient_kms_identifier=spec["recipient"]))
    else:
        scheme = models.KmsEcdhStaticConfigurationsKmsPrivateKeyToStaticPublicKey(
            models.KmsPrivateKeyToStaticPublicKeyInput(sender_kms_identifier=spec["sender"], recipient_public_key=der(spec["recipient_public"]))
        )
    return MPL.create_aws_kms_ecdh_keyring(models.CreateAwsKmsEcdhKeyringInput(curve_spec=spec["curve"], key_agreement_scheme=scheme, kms_client=aws("kms", spec)))


def keyring(spec):
    kind = spec["kind"]
    if kind == "raw-aes":
        key = base64.b64decode(spec["key"])
        wrapping = f"ALG_AES{len(key) * 8}_GCM_IV12_TAG16"
        return MPL.create_raw_aes_keyring(
            models.CreateRawAesKeyringInput(key_namespace=spec["namespace"], key_name=spec["name"], wrapping_key=key, wrapping_alg=wrapping)
        )
    if kind == "raw-rsa":
        pems = {f"{half}_key": spec[half].encode() for half in ["public", "private"] if half in spec}
        return MPL.create_raw_rsa_keyring(
            models.CreateRawRsaKeyringInput(key_namespace=spec["namespace"], key_name=spec["name"], padding_scheme=PADDINGS[spec["padding"]], **pems)
        )
    if kind == "multi":
        generator = keyring(spec["generator"]) if "generator" in spec else None
        return MPL.create_multi_keyring(models.CreateMultiKeyringInput(generator=generator, child_keyrings=[keyring(child) for child in spec["children"]]))
    if kind == "kms":
        return MPL.create_aws_kms_keyring(models.CreateAwsKmsKeyringInput(kms_key_id=spec["key"], kms_client=aws("kms", spec)))
    if kind == "kms-discovery":
        return MPL.create_aws_kms_discovery_keyring(
            models.CreateAwsKmsDiscoveryKeyringInput(kms_client=aws("kms", spec), discovery_filter=discovery_filter(spec))
        )
    if kind == "kms-mrk":
        return MPL.create_aws_kms_mrk_keyring(models.CreateAwsKmsMrkKeyringInput(kms_key_id=spec["key"], kms_client=aws("kms", spec)))
    if kind == "kms-mrk-discovery":
        return MPL.create_aws_kms_mrk_discovery_keyring(
            models.CreateAwsKmsMrkDiscoveryKeyringInput(kms_client=aws("kms", spec), region=spec["region"], discovery_filter=discovery_filter(spec))
        )
    if kind == "kms-rsa":
        public = {"public_key": spec["public"].encode()} if "public" in spec else {}
        return MPL.create_aws_kms_rsa_keyring(
            models.CreateAwsKmsRsaKeyringInput(kms_key_id=spec["key"], encryption_algorithm=spec["algorithm"], kms_client=aws("kms", spec), **public)
        )
    if kind == "raw-ecdh":
        return raw_ecdh(spec)
    if kind == "kms-ecdh":
        return kms_ecdh(spec)
    if kind == "hierarchy":
        return MPL.create_aws_kms_hierarchical_keyring(
            models.CreateAwsKmsHierarchicalKeyringInput(key_store=key_store(spec), branch_key_id=spec["branch_key"], ttl_seconds=600)
        )
    raise NotImplementedError(f"no keyring {kind}")


def manager(request):
    """What a client takes: the keyring, or a materials manager around it."""
    made = keyring(request["keyring"])
    if "required" not in request:
        return {"keyring": made}
    managed = models.CreateRequiredEncryptionContextCMMInput(
        required_encryption_context_keys=request["required"],
        underlying_cmm=MPL.create_default_cryptographic_materials_manager(models.CreateDefaultCryptographicMaterialsManagerInput(keyring=made)),
    )
    return {"materials_manager": MPL.create_required_encryption_context_cmm(managed)}


def client(request):
    policy = POLICIES[request.get("policy", "require-encrypt-require-decrypt")]
    return aws_encryption_sdk.EncryptionSDKClient(commitment_policy=policy, max_encrypted_data_keys=request.get("max_encrypted_data_keys"))


def encrypt(request):
    options = {"encryption_context": request.get("context", {}), **manager(request)}
    if "suite" in request:
        options["algorithm"] = AlgorithmSuite.get_by_id(int(request["suite"], 16))
    if "frame_length" in request:
        options["frame_length"] = request["frame_length"]
    message, _ = client(request).encrypt(source=base64.b64decode(request["plaintext"]), **options)
    return {"message": base64.b64encode(message).decode()}


def decrypt(request):
    options = {"encryption_context": request["context"]} if "context" in request else {}
    plaintext, header = client(request).decrypt(source=base64.b64decode(request["message"]), **options, **manager(request))
    return {
        "plaintext": base64.b64encode(plaintext).decode(),
        "context": header.encryption_context,
        "suite": f"{header.algorithm.algorithm_id:04x}",
        "encrypted_data_keys": len(header.encrypted_data_keys),
        "frame_length": header.frame_length,
    }


def create_branch_key(request):
    given = {"branch_key_identifier": request["id"], "encryption_context": request["context"]} if "id" in request else {}
    return {"id": key_store(request).create_key(CreateKeyInput(**given)).branch_key_identifier}


def version_branch_key(request):
    key_store(request).version_key(VersionKeyInput(branch_key_identifier=request["id"]))
    return {}


TASKS = {"encrypt": encrypt, "decrypt": decrypt, "create-branch-key": create_branch_key, "version-branch-key": version_branch_key}


def main():
    for line in sys.stdin:
        request = json.loads(line)
        try:
            answer = TASKS[request["do"]](request)
        except Exception as error:  # Whatever the SDK raises is what it says to this message.
            answer = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), flush=True)


main()
