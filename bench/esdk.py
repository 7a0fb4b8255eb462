"""Encrypts or decrypts a file with AWS's Encryption SDK for Python and tells the CPU seconds, seconds and MiB that took.

    esdk.py encrypt|decrypt true|false FRAME_LENGTH FROM TO

Tuned as far as the SDK lets itself be: frames as long as asked, reads and writes of 1 MiB.
"""

import resource
import sys
import time

import aws_encryption_sdk
from aws_cryptographic_material_providers.mpl import AwsCryptographicMaterialProviders
from aws_cryptographic_material_providers.mpl.config import MaterialProvidersConfig
from aws_cryptographic_material_providers.mpl.models import AesWrappingAlg, CreateRawAesKeyringInput
from aws_encryption_sdk.identifiers import AlgorithmSuite

PIECE = 1 << 20

_, task, signed, frame_length, source, target = sys.argv
suite = AlgorithmSuite.AES_256_GCM_HKDF_SHA512_COMMIT_KEY_ECDSA_P384 if signed == "true" else AlgorithmSuite.AES_256_GCM_HKDF_SHA512_COMMIT_KEY
providers = AwsCryptographicMaterialProviders(config=MaterialProvidersConfig())
keyring = providers.create_raw_aes_keyring(
    CreateRawAesKeyringInput(
        key_namespace="bench", key_name="key", wrapping_key=bytes([7]) * 32, wrapping_alg=AesWrappingAlg.ALG_AES256_GCM_IV12_TAG16
    )
)
client = aws_encryption_sdk.EncryptionSDKClient()
options = {"algorithm": suite, "frame_length": int(frame_length)} if task == "encrypt" else {}

cpu, began = time.process_time(), time.monotonic()
with open(source, "rb") as plain, open(target, "wb") as out:
    with client.stream(mode=task, source=plain, keyring=keyring, **options) as stream:
        while piece := stream.read(PIECE):
            out.write(piece)
print(time.process_time() - cpu, time.monotonic() - began, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
