//! What the kernel's walk checks of every operation: its denial, its limits, its records.

use crate::import::offer_in;
use crate::{Kms, house, text};
use kernel::testing::House;
use kernel::testing::coverage::{Sample, walk};
use serde_json::{Value, json};
use std::time::Duration;

/// The account: a grant for it gives nothing to those whom the walk denies.
const OWNER: &str = "arn:aws:iam::111122223333:root";

/// `a plaintext that is to be written nowhere` in base64: the walk looks for it.
const MARKED: &str = "YSBwbGFpbnRleHQgdGhhdCBpcyB0byBiZSB3cml0dGVuIG5vd2hlcmU=";

#[test]
fn every_operation_denies_refuses_broken_input_and_is_on_record() {
    let (house, samples) = scene();
    walk(&house, "kms", &samples);
}

/// A house, and for every operation an input that succeeds in it.
pub(crate) fn scene() -> (House, Vec<Sample>) {
    let house = house();
    let key = house.key();
    let doomed = house.key();
    let saved = house.key();
    house.ok("ScheduleKeyDeletion", &json!({ "KeyId": saved }));
    for name in ["alias/app", "alias/old"] {
        house.ok_empty("CreateAlias", &json!({ "AliasName": name, "TargetKeyId": key }));
    }
    let blob = house.ok("Encrypt", &json!({ "KeyId": key, "Plaintext": MARKED }))["CiphertextBlob"].clone();
    let grant = |operations: &[&str]| {
        let input = json!({ "KeyId": key, "GranteePrincipal": OWNER, "Operations": operations });
        house.ok("CreateGrant", &input)["GrantId"].clone()
    };
    let (retired, revoked) = (grant(&["Decrypt"]), grant(&["Encrypt"]));
    let made = |input: Value| text(&house.ok("CreateKey", &input)["KeyMetadata"]["KeyId"]);
    let empty = made(json!({ "Origin": "EXTERNAL" }));
    let offer = offer_in(&house, "us-east-1", &empty, "RSAES_OAEP_SHA_256", "RSA_2048");
    let sibling = made(json!({ "MultiRegion": true }));
    house.ok("ReplicateKey", &json!({ "KeyId": sibling, "ReplicaRegion": "eu-west-1" }));
    house.advance(Duration::ZERO);
    let on_key = json!({ "KeyId": key });
    let [ec, agreeing, hmac, kem] = [
        ("ECC_NIST_P256", "SIGN_VERIFY"),
        ("ECC_NIST_P256", "KEY_AGREEMENT"),
        ("HMAC_256", "GENERATE_VERIFY_MAC"),
        ("ML_KEM_512", "ENCAPSULATE_DECAPSULATE"),
    ]
    .map(|(spec, usage)| house.key_of(spec, usage));
    let signing = json!({ "KeyId": ec, "Message": MARKED, "SigningAlgorithm": "ECDSA_SHA_256" });
    let mut verifying = signing.clone();
    verifying["Signature"] = house.ok("Sign", &signing)["Signature"].clone();
    let macing = json!({ "KeyId": hmac, "Message": MARKED, "MacAlgorithm": "HMAC_SHA_256" });
    let mut checking = macing.clone();
    checking["Mac"] = house.ok("GenerateMac", &macing)["Mac"].clone();
    let peer = house.ok("GetPublicKey", &json!({ "KeyId": agreeing }))["PublicKey"].clone();
    let encapsulating = json!({ "KeyId": kem, "EncapsulationAlgorithm": "ML_KEM" });
    let mut decapsulating = encapsulating.clone();
    decapsulating["SharedSecretCiphertextBlob"] =
        house.ok("Encapsulate", &encapsulating)["SharedSecretCiphertextBlob"].clone();
    let pair = json!({ "KeyId": key, "KeyPairSpec": "ECC_NIST_P256" });
    let sample = |operation: &'static str, input: Value| Sample { operation, input };
    crate::key_stores::player::played(&house);
    let store = |n: usize| {
        let mut input = crate::key_stores::player::external(&format!("store {n}"));
        input["XksProxyUriPath"] = json!(format!("/mine/kms/xks/v{n}"));
        input
    };
    let stores: Vec<_> =
        (1..4).map(|n| house.ok("CreateCustomKeyStore", &store(n))["CustomKeyStoreId"].clone()).collect();
    house.ok("ConnectCustomKeyStore", &json!({ "CustomKeyStoreId": stores[1] }));
    let other_store = store(4);
    let samples = vec![
        sample("CancelKeyDeletion", json!({ "KeyId": saved })),
        sample("CreateAlias", json!({ "AliasName": "alias/new", "TargetKeyId": key })),
        sample("CreateGrant", json!({ "KeyId": key, "GranteePrincipal": OWNER, "Operations": ["Decrypt"] })),
        sample("CreateKey", json!({ "Description": "made by the walk" })),
        sample("Decapsulate", decapsulating),
        sample("Decrypt", json!({ "CiphertextBlob": blob })),
        sample("DeleteAlias", json!({ "AliasName": "alias/old" })),
        sample("DeriveSharedSecret", json!({ "KeyId": agreeing, "KeyAgreementAlgorithm": "ECDH", "PublicKey": peer })),
        sample("DescribeKey", on_key.clone()),
        sample("DeleteImportedKeyMaterial", json!({ "KeyId": empty })),
        sample("DisableKey", json!({ "KeyId": saved })),
        sample("DisableKeyRotation", on_key.clone()),
        sample("EnableKey", on_key.clone()),
        sample("EnableKeyRotation", json!({ "KeyId": key, "RotationPeriodInDays": 90 })),
        sample("Encapsulate", encapsulating),
        sample("Encrypt", json!({ "KeyId": key, "Plaintext": MARKED })),
        sample("GenerateDataKey", json!({ "KeyId": key, "KeySpec": "AES_256" })),
        sample("GenerateDataKeyPair", pair.clone()),
        sample("GenerateDataKeyPairWithoutPlaintext", pair),
        sample("GenerateDataKeyWithoutPlaintext", json!({ "KeyId": key, "NumberOfBytes": 32 })),
        sample("GenerateMac", macing),
        sample("GenerateRandom", json!({ "NumberOfBytes": 32 })),
        sample("GetKeyLastUsage", on_key.clone()),
        sample("GetKeyPolicy", on_key.clone()),
        sample("GetKeyRotationStatus", on_key.clone()),
        sample("CreateCustomKeyStore", other_store),
        sample("DescribeCustomKeyStores", json!({ "Limit": 1 })),
        sample("ConnectCustomKeyStore", json!({ "CustomKeyStoreId": stores[0] })),
        sample("DisconnectCustomKeyStore", json!({ "CustomKeyStoreId": stores[1] })),
        sample("UpdateCustomKeyStore", json!({ "CustomKeyStoreId": stores[0], "NewCustomKeyStoreName": "renamed" })),
        sample("DeleteCustomKeyStore", json!({ "CustomKeyStoreId": stores[2] })),
        sample(
            "GetParametersForImport",
            json!({
                "KeyId": empty, "WrappingAlgorithm": "RSAES_OAEP_SHA_256", "WrappingKeySpec": "RSA_2048",
            }),
        ),
        sample(
            "ImportKeyMaterial",
            json!({
                "KeyId": empty, "ImportToken": offer.token, "EncryptedKeyMaterial": offer.wrap("RSAES_OAEP_SHA_256", &[1; 32]),
                "ExpirationModel": "KEY_MATERIAL_DOES_NOT_EXPIRE",
            }),
        ),
        sample("GetPublicKey", json!({ "KeyId": ec })),
        sample("ListAliases", json!({ "Limit": 1 })),
        sample("PutKeyPolicy", json!({ "KeyId": key, "Policy": crate::key_policy::OPEN })),
        sample("ListGrants", on_key.clone()),
        sample("ListRetirableGrants", json!({ "RetiringPrincipal": crate::grants::ALICE_ARN })),
        sample("RetireGrant", json!({ "KeyId": crate::arn(&key), "GrantId": retired })),
        sample("RevokeGrant", json!({ "KeyId": key, "GrantId": revoked })),
        sample("ListKeyPolicies", on_key.clone()),
        sample("ListKeyRotations", json!({ "KeyId": key, "Limit": 1 })),
        sample("ListKeys", json!({ "Limit": 1 })),
        sample("ListResourceTags", on_key.clone()),
        sample("ReEncrypt", json!({ "CiphertextBlob": blob, "DestinationKeyId": key })),
        sample("ReplicateKey", json!({ "KeyId": sibling, "ReplicaRegion": "us-west-2" })),
        sample("RotateKeyOnDemand", on_key.clone()),
        sample("ScheduleKeyDeletion", json!({ "KeyId": doomed })),
        sample("Sign", signing),
        sample("TagResource", json!({ "KeyId": key, "Tags": [{ "TagKey": "a", "TagValue": "b" }] })),
        sample("UntagResource", json!({ "KeyId": key, "TagKeys": ["a"] })),
        sample("UpdateAlias", json!({ "AliasName": "alias/app", "TargetKeyId": key })),
        sample("UpdatePrimaryRegion", json!({ "KeyId": sibling, "PrimaryRegion": "eu-west-1" })),
        sample("UpdateKeyDescription", json!({ "KeyId": key, "Description": "described by the walk" })),
        sample("Verify", verifying),
        sample("VerifyMac", checking),
    ];
    (house, samples)
}
