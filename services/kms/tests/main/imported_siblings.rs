//! Imported material in several Regions: each sibling has its own, and all have the same.

use crate::import::{DAY, OAEP, REGION, empty, import_in, imported, material_states, offer, states, until};
use crate::{HELLO, Kms, house, text};
use kernel::testing::{House, ROOT};
use proptest::prelude::*;
use serde_json::{Value, json};
use std::time::Duration;

const THERE: &str = "eu-west-1";

/// A primary here and its replica there, with the same material.
fn pair(house: &House) -> (String, String) {
    let made = house.ok("CreateKey", &json!({ "Origin": "EXTERNAL", "MultiRegion": true }));
    let id = text(&made["KeyMetadata"]["KeyId"]);
    let refused = house.refused("ReplicateKey", &json!({ "KeyId": id, "ReplicaRegion": THERE }));
    assert_eq!(refused.0, "KMSInvalidStateException", "a key without material was replicated");
    let material = imported(house, &id, &[1; 32], &json!({}));
    house.ok("ReplicateKey", &json!({ "KeyId": id, "ReplicaRegion": THERE }));
    house.advance(Duration::ZERO);
    (id, material)
}

fn state_there(house: &House, id: &str) -> String {
    let answer = house.call_as(ROOT, THERE, "kms", "DescribeKey", &json!({ "KeyId": id }));
    text(&answer.json()["KeyMetadata"]["KeyState"])
}

#[test]
fn a_replica_of_imported_material_waits_for_the_same() {
    let house = house();
    let (id, material) = pair(&house);
    assert_eq!(state_there(&house, &id), "PendingImport");
    let there = |material: &[u8], more: Value| import_in(&house, THERE, &id, material, &more);
    assert_eq!(there(&[2; 32], json!({})).code(), "IncorrectKeyMaterialException");
    let new = there(&[2; 32], json!({ "ImportType": "NEW_KEY_MATERIAL" }));
    assert_eq!(new.code(), "UnsupportedOperationException");
    assert_eq!(there(&[1; 32], json!({})).json()["KeyMaterialId"], json!(material));
    assert_eq!(state_there(&house, &id), "Enabled");
    let blob = house.hello(&id);
    let answer = house.call_as(ROOT, THERE, "kms", "Decrypt", &json!({ "CiphertextBlob": blob }));
    assert_eq!(answer.json()["Plaintext"], json!(HELLO));
}

#[test]
fn siblings_lose_and_regain_their_material_each_for_itself() {
    let house = house();
    let (id, _) = pair(&house);
    import_in(&house, THERE, &id, &[1; 32], &until(1.0));
    house.advance(DAY);
    assert_eq!((house.state(&id), state_there(&house, &id)), ("Enabled".to_owned(), "PendingImport".to_owned()));
    import_in(&house, THERE, &id, &[1; 32], &json!({}));
    house.ok("DeleteImportedKeyMaterial", &json!({ "KeyId": id }));
    assert_eq!((house.state(&id), state_there(&house, &id)), ("PendingImport".to_owned(), "Enabled".to_owned()));
}

#[test]
fn a_token_of_the_primary_is_none_of_the_replica() {
    let house = house();
    let (id, _) = pair(&house);
    let offer = offer(&house, &id);
    let input = json!({
        "KeyId": id, "ImportToken": offer.token, "EncryptedKeyMaterial": offer.wrap(OAEP, &[1; 32]),
        "ExpirationModel": "KEY_MATERIAL_DOES_NOT_EXPIRE",
    });
    let answer = house.call_as(ROOT, THERE, "kms", "ImportKeyMaterial", &input);
    assert_eq!(answer.code(), "InvalidImportTokenException");
}

#[test]
fn material_that_waits_goes_from_all_siblings_with_the_primarys_and_from_a_replica_alone_with_its_own() {
    let house = house();
    let (id, _) = pair(&house);
    import_in(&house, THERE, &id, &[1; 32], &json!({}));
    let second = imported(&house, &id, &[2; 32], &json!({ "ImportType": "NEW_KEY_MATERIAL" }));
    let there = || import_in(&house, THERE, &id, &[2; 32], &json!({}));
    let delete = |region: &str| {
        let input = json!({ "KeyId": id, "KeyMaterialId": second });
        house.call_as(ROOT, region, "kms", "DeleteImportedKeyMaterial", &input)
    };
    assert_eq!(there().json()["KeyMaterialId"], json!(second));
    assert_eq!(delete(THERE).status, 200);
    assert_eq!(there().status, 200, "the primary has it still, so the replica may import it again");
    assert_eq!(delete(REGION).status, 200);
    assert_eq!(delete(THERE).code(), "NotFoundException");
    assert_eq!(there().code(), "IncorrectKeyMaterialException");
    assert_eq!((house.state(&id), state_there(&house, &id)), ("Enabled".to_owned(), "Enabled".to_owned()));
}

#[test]
fn new_material_of_a_multi_region_key_is_rotated_in_once_every_replica_has_it() {
    let house = house();
    let (id, _) = pair(&house);
    import_in(&house, THERE, &id, &[1; 32], &json!({}));
    let second = imported(&house, &id, &[2; 32], &json!({ "ImportType": "NEW_KEY_MATERIAL" }));
    let waits = "PENDING_MULTI_REGION_IMPORT_AND_ROTATION";
    assert_eq!(material_states(&house, REGION, &id), states(&[("CURRENT", "IMPORTED"), (waits, "IMPORTED")]));
    assert_eq!(material_states(&house, THERE, &id), states(&[("CURRENT", "IMPORTED"), (waits, "PENDING_IMPORT")]));
    assert_eq!(house.refused("RotateKeyOnDemand", &json!({ "KeyId": id })).0, "KMSInvalidStateException");
    import_in(&house, THERE, &id, &[2; 32], &json!({}));
    let ready = states(&[("CURRENT", "IMPORTED"), ("PENDING_ROTATION", "IMPORTED")]);
    assert_eq!((material_states(&house, REGION, &id), material_states(&house, THERE, &id)), (ready.clone(), ready));

    house.ok("ReplicateKey", &json!({ "KeyId": id, "ReplicaRegion": "ap-south-1" }));
    house.advance(Duration::ZERO);
    assert_eq!(material_states(&house, REGION, &id)[1].0, waits, "the new replica has it not");
    for material in [[1; 32], [2; 32]] {
        assert_eq!(import_in(&house, "ap-south-1", &id, &material, &json!({})).status, 200);
    }
    house.ok("RotateKeyOnDemand", &json!({ "KeyId": id }));
    let blob = house.hello(&id);
    for region in [THERE, "ap-south-1"] {
        let answer = house.call_as(ROOT, region, "kms", "Decrypt", &json!({ "CiphertextBlob": blob }));
        assert_eq!(answer.json()["KeyMaterialId"], json!(second), "{region}: {}", answer.body);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4))]

    #[test]
    fn a_materials_id_is_the_same_in_every_sibling_and_at_every_import_and_another_in_every_other_key(
        material in any::<[u8; 32]>(),
    ) {
        let house = house();
        let made = house.ok("CreateKey", &json!({ "Origin": "EXTERNAL", "MultiRegion": true }));
        let id = text(&made["KeyMetadata"]["KeyId"]);
        let first = imported(&house, &id, &material, &json!({}));
        house.ok("ReplicateKey", &json!({ "KeyId": id, "ReplicaRegion": THERE }));
        house.advance(Duration::ZERO);
        let there = import_in(&house, THERE, &id, &material, &json!({})).json();
        prop_assert_eq!(&there["KeyMaterialId"], &json!(first));
        house.ok("DeleteImportedKeyMaterial", &json!({ "KeyId": id }));
        prop_assert_eq!(&imported(&house, &id, &material, &json!({})), &first);
        let other = empty(&house);
        prop_assert_ne!(&imported(&house, &other, &material, &json!({})), &first);
    }
}
