//! Key agreement and encapsulation, as the documentation promises it.

use crate::{HELLO, Kms, arn, house, text};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use primitives::{Curve, EcPrivateKey, MlKemPublicKey, MlKemSet};
use serde_json::{Value, json};

fn base64(bytes: &[u8]) -> String {
    BASE64_STANDARD.encode(bytes)
}

fn bytes(value: &Value) -> Vec<u8> {
    BASE64_STANDARD.decode(text(value)).unwrap()
}

const CURVES: [(&str, Curve, usize); 3] =
    [("ECC_NIST_P256", Curve::P256, 32), ("ECC_NIST_P384", Curve::P384, 48), ("ECC_NIST_P521", Curve::P521, 66)];

#[test]
fn a_key_agrees_with_one_outside_on_the_x_coordinate() {
    let house = house();
    for (spec, curve, length) in CURVES {
        let key = house.key_of(spec, "KEY_AGREEMENT");
        let outside = EcPrivateKey::generate(curve);
        let input =
            json!({ "KeyId": key, "KeyAgreementAlgorithm": "ECDH", "PublicKey": base64(outside.public().info()) });
        let derived = house.ok("DeriveSharedSecret", &input);
        let public = house.ok("GetPublicKey", &json!({ "KeyId": key }));
        let secret = outside.agree(&bytes(&public["PublicKey"])).unwrap();
        assert_eq!(bytes(&derived["SharedSecret"]), *secret.expose());
        assert_eq!(secret.expose().len(), length);
        assert_eq!(derived["KeyId"], json!(arn(&key)));
        assert_eq!((&derived["KeyAgreementAlgorithm"], &derived["KeyOrigin"]), (&json!("ECDH"), &json!("AWS_KMS")));
    }
}

#[test]
fn a_public_key_of_another_curve_or_form_is_refused() {
    let house = house();
    let key = house.key_of("ECC_NIST_P256", "KEY_AGREEMENT");
    let own = EcPrivateKey::generate(Curve::P256);
    let other = EcPrivateKey::generate(Curve::P384);
    let info = own.public().info();
    let mut off_curve = info.to_vec();
    *off_curve.last_mut().unwrap() ^= 1;
    for wrong in [other.public().info(), &info[..info.len() - 1], &[info, &[0]].concat(), &info[26..], &off_curve] {
        let input = json!({ "KeyId": key, "KeyAgreementAlgorithm": "ECDH", "PublicKey": base64(wrong) });
        assert_eq!(house.refused("DeriveSharedSecret", &input).0, "ValidationException");
    }
    let dry = json!({ "KeyId": key, "KeyAgreementAlgorithm": "ECDH", "PublicKey": base64(info), "DryRun": true });
    assert_eq!(house.refused("DeriveSharedSecret", &dry).0, "DryRunOperationException");
}

const SETS: [(&str, MlKemSet, usize); 3] = [
    ("ML_KEM_512", MlKemSet::MlKem512, 768),
    ("ML_KEM_768", MlKemSet::MlKem768, 1088),
    ("ML_KEM_1024", MlKemSet::MlKem1024, 1568),
];

#[test]
fn a_secret_comes_out_of_its_ciphertext_whoever_made_it() {
    let house = house();
    for (spec, set, length) in SETS {
        let key = house.key_of(spec, "ENCAPSULATE_DECAPSULATE");
        let made = house.ok("Encapsulate", &json!({ "KeyId": key, "EncapsulationAlgorithm": "ML_KEM" }));
        assert_eq!((&made["KeyId"], &made["EncapsulationAlgorithm"]), (&json!(arn(&key)), &json!("ML_KEM")));
        assert_eq!(bytes(&made["SharedSecretCiphertextBlob"]).len(), length);
        assert_eq!(bytes(&made["SharedSecret"]).len(), 32);
        let decapsulate = |ciphertext: &[u8]| {
            let input = json!({
                "KeyId": key, "EncapsulationAlgorithm": "ML_KEM", "SharedSecretCiphertextBlob": base64(ciphertext),
            });
            house.kms("Decapsulate", &input)
        };
        let back = decapsulate(&bytes(&made["SharedSecretCiphertextBlob"])).json();
        assert_eq!(
            back,
            json!({ "KeyId": arn(&key), "SharedSecret": made["SharedSecret"], "EncapsulationAlgorithm": "ML_KEM" })
        );
        let public = bytes(&house.ok("GetPublicKey", &json!({ "KeyId": key }))["PublicKey"]);
        let (ciphertext, secret) = MlKemPublicKey::from_info(set, &public).unwrap().encapsulate().unwrap();
        assert_eq!(bytes(&decapsulate(&ciphertext).json()["SharedSecret"]), *secret.expose());
        let mut wrong = ciphertext.clone();
        wrong[0] ^= 1;
        let rejected = decapsulate(&wrong).json();
        assert_ne!(bytes(&rejected["SharedSecret"]), *secret.expose(), "rejected, implicitly");
        assert_eq!(decapsulate(&wrong).json(), rejected, "always to the same secret");
        for wrong in [&ciphertext[1..], &[&ciphertext[..], &[0]].concat()] {
            let answer = decapsulate(wrong);
            assert_eq!((answer.status, answer.code().as_str()), (400, "InvalidCiphertextException"));
        }
    }
}

#[test]
fn a_dry_run_gives_no_secret() {
    let house = house();
    let key = house.key_of("ML_KEM_768", "ENCAPSULATE_DECAPSULATE");
    let mut input = json!({ "KeyId": key, "EncapsulationAlgorithm": "ML_KEM" });
    let made = house.ok("Encapsulate", &input);
    input["DryRun"] = json!(true);
    assert_eq!(house.refused("Encapsulate", &input).0, "DryRunOperationException");
    input["SharedSecretCiphertextBlob"] = made["SharedSecretCiphertextBlob"].clone();
    assert_eq!(house.refused("Decapsulate", &input).0, "DryRunOperationException");
    input["SharedSecretCiphertextBlob"] = json!(HELLO);
    assert_eq!(house.kms("Decapsulate", &input).code(), "InvalidCiphertextException");
}

#[test]
fn no_record_shows_a_secret_or_a_ciphertext() {
    let house = house();
    let key = house.key_of("ML_KEM_768", "ENCAPSULATE_DECAPSULATE");
    let mut input = json!({ "KeyId": key, "EncapsulationAlgorithm": "ML_KEM" });
    input["SharedSecretCiphertextBlob"] = house.ok("Encapsulate", &input)["SharedSecretCiphertextBlob"].clone();
    house.ok("Decapsulate", &input);
    let records = house.records();
    for name in ["Encapsulate", "Decapsulate"] {
        let record = records.iter().rfind(|record| record["eventName"] == name).unwrap();
        assert_eq!(record["requestParameters"], json!({ "keyId": key, "encapsulationAlgorithm": "ML_KEM" }));
        assert_eq!(record["responseElements"], json!(null));
    }
}
