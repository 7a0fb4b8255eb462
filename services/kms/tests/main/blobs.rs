//! What happens to a ciphertext that is not what it was.

use crate::{HELLO, Kms, house, text};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use serde_json::json;

/// The largest number of bytes before the encrypted content: magic, version and the name of the material.
const NAMING: usize = 34;

#[test]
fn no_changed_byte_goes_unnoticed_and_none_tells_more_than_it_must() {
    let house = house();
    let key = house.key();
    let blob = BASE64_STANDARD.decode(house.hello(&key)).unwrap();
    for position in 0..blob.len() {
        let mut changed = blob.clone();
        changed[position] ^= 0x40;
        let answer = house.kms("Decrypt", &json!({ "CiphertextBlob": BASE64_STANDARD.encode(&changed) }));
        assert_eq!(answer.status, 400, "byte {position}");
        if (2..NAMING).contains(&position) {
            // Another name of a material is the name of a key that does not exist.
            assert_eq!(answer.code(), "AccessDeniedException", "byte {position}");
        } else {
            assert_eq!(answer.body, r#"{"__type":"InvalidCiphertextException"}"#, "byte {position}");
        }
    }
}

#[test]
fn a_blob_that_is_cut_or_longer_or_awss_own_is_invalid() {
    let house = house();
    let key = house.key();
    let blob = BASE64_STANDARD.decode(house.hello(&key)).unwrap();
    let mut longer = blob.clone();
    longer.push(0);
    let foreign = [&[1, 2, 2, 0, 0x78][..], &[9; 180]].concat();
    let cut = (1..blob.len()).map(|length| blob[..length].to_vec());
    for bytes in cut.chain([longer, foreign]) {
        let answer = house.kms("Decrypt", &json!({ "CiphertextBlob": BASE64_STANDARD.encode(&bytes) }));
        assert_eq!(answer.body, r#"{"__type":"InvalidCiphertextException"}"#, "{} bytes", bytes.len());
    }
}

#[test]
fn the_blob_and_the_record_of_its_making_hide_the_plaintext() {
    let house = house();
    let key = house.key();
    let secret = "a secret that is long enough to be found again";
    let plaintext = BASE64_STANDARD.encode(secret);
    let blob = text(&house.ok("Encrypt", &json!({ "KeyId": key, "Plaintext": plaintext }))["CiphertextBlob"]);
    house.ok("Decrypt", &json!({ "CiphertextBlob": blob }));
    let bytes = BASE64_STANDARD.decode(&blob).unwrap();
    assert!(!bytes.windows(8).any(|window| secret.as_bytes().windows(8).any(|part| part == window)));
    for record in house.records() {
        let record = record.to_string();
        assert!(!record.contains(&plaintext) && !record.contains(&blob) && !record.contains(HELLO), "{record}");
    }
}
