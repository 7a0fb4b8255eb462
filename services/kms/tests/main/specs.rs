//! Every key spec with every usage: what can be made, what is told of it, and what each key is refused for.

use crate::{HELLO, Kms, arn, house, text};
use serde_json::{Value, json};

/// Spec, usage, the member that lists the algorithms, and the algorithms. KMS Developer Guide, "Key spec reference".
const ALL: &[(&str, &str, &str, &[&str])] = &[
    ("SYMMETRIC_DEFAULT", "ENCRYPT_DECRYPT", "EncryptionAlgorithms", &["SYMMETRIC_DEFAULT"]),
    ("RSA_2048", "ENCRYPT_DECRYPT", "EncryptionAlgorithms", OAEP),
    ("RSA_2048", "SIGN_VERIFY", "SigningAlgorithms", RSA),
    ("RSA_3072", "ENCRYPT_DECRYPT", "EncryptionAlgorithms", OAEP),
    ("RSA_4096", "SIGN_VERIFY", "SigningAlgorithms", RSA),
    ("ECC_NIST_P256", "SIGN_VERIFY", "SigningAlgorithms", &["ECDSA_SHA_256"]),
    ("ECC_NIST_P384", "SIGN_VERIFY", "SigningAlgorithms", &["ECDSA_SHA_384"]),
    ("ECC_NIST_P521", "SIGN_VERIFY", "SigningAlgorithms", &["ECDSA_SHA_512"]),
    ("ECC_NIST_P256", "KEY_AGREEMENT", "KeyAgreementAlgorithms", &["ECDH"]),
    ("ECC_NIST_P384", "KEY_AGREEMENT", "KeyAgreementAlgorithms", &["ECDH"]),
    ("ECC_NIST_P521", "KEY_AGREEMENT", "KeyAgreementAlgorithms", &["ECDH"]),
    ("ECC_SECG_P256K1", "SIGN_VERIFY", "SigningAlgorithms", &["ECDSA_SHA_256"]),
    ("ECC_NIST_EDWARDS25519", "SIGN_VERIFY", "SigningAlgorithms", &["ED25519_SHA_512", "ED25519_PH_SHA_512"]),
    ("ML_DSA_44", "SIGN_VERIFY", "SigningAlgorithms", &["ML_DSA_SHAKE_256"]),
    ("ML_DSA_65", "SIGN_VERIFY", "SigningAlgorithms", &["ML_DSA_SHAKE_256"]),
    ("ML_DSA_87", "SIGN_VERIFY", "SigningAlgorithms", &["ML_DSA_SHAKE_256"]),
    ("ML_KEM_512", "ENCAPSULATE_DECAPSULATE", "EncapsulationAlgorithms", &["ML_KEM"]),
    ("ML_KEM_768", "ENCAPSULATE_DECAPSULATE", "EncapsulationAlgorithms", &["ML_KEM"]),
    ("ML_KEM_1024", "ENCAPSULATE_DECAPSULATE", "EncapsulationAlgorithms", &["ML_KEM"]),
    ("HMAC_224", "GENERATE_VERIFY_MAC", "MacAlgorithms", &["HMAC_SHA_224"]),
    ("HMAC_256", "GENERATE_VERIFY_MAC", "MacAlgorithms", &["HMAC_SHA_256"]),
    ("HMAC_384", "GENERATE_VERIFY_MAC", "MacAlgorithms", &["HMAC_SHA_384"]),
    ("HMAC_512", "GENERATE_VERIFY_MAC", "MacAlgorithms", &["HMAC_SHA_512"]),
];

const OAEP: &[&str] = &["RSAES_OAEP_SHA_1", "RSAES_OAEP_SHA_256"];

const RSA: &[&str] = &[
    "RSASSA_PKCS1_V1_5_SHA_256",
    "RSASSA_PKCS1_V1_5_SHA_384",
    "RSASSA_PKCS1_V1_5_SHA_512",
    "RSASSA_PSS_SHA_256",
    "RSASSA_PSS_SHA_384",
    "RSASSA_PSS_SHA_512",
];

const LISTS: [&str; 5] =
    ["EncryptionAlgorithms", "SigningAlgorithms", "MacAlgorithms", "KeyAgreementAlgorithms", "EncapsulationAlgorithms"];

const USAGES: [&str; 5] =
    ["ENCRYPT_DECRYPT", "SIGN_VERIFY", "GENERATE_VERIFY_MAC", "KEY_AGREEMENT", "ENCAPSULATE_DECAPSULATE"];

fn is_pair(spec: &str) -> bool {
    spec != "SYMMETRIC_DEFAULT" && !spec.starts_with("HMAC")
}

#[test]
fn every_spec_can_be_made_for_each_of_its_usages_and_tells_its_algorithms() {
    let house = house();
    for (spec, usage, list, algorithms) in ALL {
        let made = house.ok("CreateKey", &json!({ "KeySpec": spec, "KeyUsage": usage }))["KeyMetadata"].clone();
        let described = house.ok("DescribeKey", &json!({ "KeyId": made["KeyId"] }))["KeyMetadata"].clone();
        assert_eq!(made, described);
        assert_eq!((&made["KeySpec"], &made["KeyUsage"]), (&json!(spec), &json!(usage)));
        let former =
            if spec.starts_with("ML_") || *spec == "ECC_NIST_EDWARDS25519" { Value::Null } else { json!(spec) };
        assert_eq!(made["CustomerMasterKeySpec"], former, "{spec}");
        let mut told: Vec<String> = made[list].as_array().unwrap().iter().map(text).collect();
        let mut expected: Vec<String> = algorithms.iter().map(|name| (*name).to_owned()).collect();
        told.sort();
        expected.sort();
        assert_eq!(told, expected, "{spec} for {usage}");
        for other in LISTS.iter().filter(|other| *other != list) {
            assert_eq!(made[other], Value::Null, "{spec} for {usage} tells {other}");
        }
        let public = house.kms("GetPublicKey", &json!({ "KeyId": made["KeyId"] }));
        if !is_pair(spec) {
            assert_eq!(public.code(), "UnsupportedOperationException", "{spec}");
            continue;
        }
        let public = public.json();
        assert_eq!(public["KeyId"], made["Arn"]);
        for member in ["KeySpec", "KeyUsage", "CustomerMasterKeySpec"].iter().chain(&LISTS) {
            assert_eq!(public[member], made[member], "{member} of {spec}");
        }
        assert_eq!(made["CurrentKeyMaterialId"], Value::Null, "only symmetric keys tell it");
    }
}

#[test]
fn no_spec_can_be_made_for_anything_else() {
    let house = house();
    let specs: std::collections::BTreeSet<&str> = ALL.iter().map(|(spec, ..)| *spec).collect();
    for spec in specs {
        for usage in USAGES {
            let is_known = ALL.iter().any(|(known, of, ..)| (*known, *of) == (spec, usage))
                || spec.starts_with("RSA") && matches!(usage, "ENCRYPT_DECRYPT" | "SIGN_VERIFY");
            if is_known {
                continue;
            }
            let (code, message) = house.refused("CreateKey", &json!({ "KeySpec": spec, "KeyUsage": usage }));
            assert_eq!(code, "ValidationException", "{spec} for {usage}");
            assert_eq!(message, format!("KeyUsage {usage} is not compatible with KeySpec {spec}"));
        }
        if spec != "SYMMETRIC_DEFAULT" {
            assert_eq!(
                house.refused("CreateKey", &json!({ "KeySpec": spec })).1,
                "You must specify a KeyUsage value for all KMS keys except for symmetric encryption keys."
            );
        }
    }
}

#[test]
fn sm2_is_refused_as_in_every_region_outside_china() {
    let house = house();
    assert_eq!(
        house.refused("CreateKey", &json!({ "KeySpec": "SM2", "KeyUsage": "SIGN_VERIFY" })),
        ("UnsupportedOperationException".to_owned(), "KeySpec SM2 is not supported in this Region.".to_owned())
    );
    let key = house.key();
    assert_eq!(
        house.refused("GenerateDataKeyPair", &json!({ "KeyId": key, "KeyPairSpec": "SM2" })).0,
        "UnsupportedOperationException"
    );
}

#[test]
fn the_former_parameter_makes_the_same_keys() {
    let house = house();
    let made = house.ok("CreateKey", &json!({ "CustomerMasterKeySpec": "ECC_NIST_P384", "KeyUsage": "SIGN_VERIFY" }));
    assert_eq!(made["KeyMetadata"]["KeySpec"], json!("ECC_NIST_P384"));
}

#[test]
fn a_key_is_refused_for_what_it_is_not_for_in_awss_words() {
    let house = house();
    let keys: Vec<(&str, String)> = [
        ("ENCRYPT_DECRYPT", "SYMMETRIC_DEFAULT"),
        ("SIGN_VERIFY", "ECC_NIST_P256"),
        ("GENERATE_VERIFY_MAC", "HMAC_256"),
        ("KEY_AGREEMENT", "ECC_NIST_P256"),
        ("ENCAPSULATE_DECAPSULATE", "ML_KEM_512"),
    ]
    .into_iter()
    .map(|(usage, spec)| (usage, house.key_of(spec, usage)))
    .collect();
    let blob = house.hello(&keys[0].1);
    for (usage, key) in &keys {
        let calls = [
            ("Encrypt", "ENCRYPT_DECRYPT", json!({ "Plaintext": HELLO })),
            ("Decrypt", "ENCRYPT_DECRYPT", json!({ "CiphertextBlob": blob })),
            ("GenerateDataKey", "ENCRYPT_DECRYPT", json!({ "KeySpec": "AES_256" })),
            ("GenerateDataKeyWithoutPlaintext", "ENCRYPT_DECRYPT", json!({ "KeySpec": "AES_256" })),
            ("GenerateDataKeyPair", "ENCRYPT_DECRYPT", json!({ "KeyPairSpec": "ECC_NIST_P256" })),
            ("GenerateDataKeyPairWithoutPlaintext", "ENCRYPT_DECRYPT", json!({ "KeyPairSpec": "ECC_NIST_P256" })),
            ("Sign", "SIGN_VERIFY", json!({ "Message": HELLO, "SigningAlgorithm": "ECDSA_SHA_256" })),
            (
                "Verify",
                "SIGN_VERIFY",
                json!({ "Message": HELLO, "SigningAlgorithm": "ECDSA_SHA_256", "Signature": HELLO }),
            ),
            ("GenerateMac", "GENERATE_VERIFY_MAC", json!({ "Message": HELLO, "MacAlgorithm": "HMAC_SHA_256" })),
            (
                "VerifyMac",
                "GENERATE_VERIFY_MAC",
                json!({ "Message": HELLO, "MacAlgorithm": "HMAC_SHA_256", "Mac": HELLO }),
            ),
            ("DeriveSharedSecret", "KEY_AGREEMENT", json!({ "KeyAgreementAlgorithm": "ECDH", "PublicKey": HELLO })),
            ("Encapsulate", "ENCAPSULATE_DECAPSULATE", json!({ "EncapsulationAlgorithm": "ML_KEM" })),
            (
                "Decapsulate",
                "ENCAPSULATE_DECAPSULATE",
                json!({ "EncapsulationAlgorithm": "ML_KEM", "SharedSecretCiphertextBlob": HELLO }),
            ),
        ];
        for (operation, needed, mut input) in calls.into_iter().filter(|(_, needed, _)| needed != usage) {
            input["KeyId"] = json!(key);
            assert_eq!(
                house.refused(operation, &input),
                (
                    "InvalidKeyUsageException".to_owned(),
                    format!("{} key usage is {usage} which is not valid for {operation}.", arn(key))
                ),
                "{operation} needs {needed}"
            );
        }
    }
}

#[test]
fn an_alias_moves_only_to_a_key_of_the_same_type_and_usage() {
    let house = house();
    let keys: Vec<String> = [
        ("SYMMETRIC_DEFAULT", "ENCRYPT_DECRYPT"),
        ("ECC_NIST_P256", "SIGN_VERIFY"),
        ("ECC_NIST_P256", "KEY_AGREEMENT"),
        ("HMAC_256", "GENERATE_VERIFY_MAC"),
        ("RSA_2048", "ENCRYPT_DECRYPT"),
    ]
    .into_iter()
    .map(|(spec, usage)| house.key_of(spec, usage))
    .collect();
    for (index, key) in keys.iter().enumerate() {
        let name = format!("alias/a{index}");
        house.ok_empty("CreateAlias", &json!({ "AliasName": name, "TargetKeyId": key }));
        for other in keys.iter().filter(|other| *other != key) {
            let moving = json!({ "AliasName": name, "TargetKeyId": other });
            assert_eq!(house.refused("UpdateAlias", &moving).0, "ValidationException", "{index}");
        }
    }
    let other = house.key_of("ECC_NIST_P384", "SIGN_VERIFY");
    house.ok_empty("UpdateAlias", &json!({ "AliasName": "alias/a1", "TargetKeyId": other }));
}

#[test]
fn a_public_key_can_be_had_of_a_disabled_key_and_not_of_one_that_is_to_be_deleted() {
    let house = house();
    let key = house.key_of("ECC_NIST_P256", "SIGN_VERIFY");
    let asking = json!({ "KeyId": key });
    let public = house.ok("GetPublicKey", &asking);
    house.ok_empty("DisableKey", &asking);
    assert_eq!(house.ok("GetPublicKey", &asking), public);
    house.ok("ScheduleKeyDeletion", &asking);
    assert_eq!(house.refused("GetPublicKey", &asking).0, "KMSInvalidStateException");
}

#[test]
fn the_record_of_a_new_key_tells_its_spec_and_usage() {
    let house = house();
    house.key_of("ECC_NIST_P256", "SIGN_VERIFY");
    let records = house.records();
    let made = records.iter().rfind(|record| record["eventName"] == "CreateKey").unwrap();
    assert_eq!(made["requestParameters"]["keySpec"], json!("ECC_NIST_P256"));
    assert_eq!(made["requestParameters"]["customerMasterKeySpec"], json!("ECC_NIST_P256"));
    assert_eq!(made["requestParameters"]["keyUsage"], json!("SIGN_VERIFY"));
}
