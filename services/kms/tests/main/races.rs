//! Calls at the same time: what one of them read and another changed.

use crate::{Kms, house};
use serde_json::json;

#[test]
fn of_many_who_take_a_name_at_once_one_gets_it() {
    let house = house();
    let keys: Vec<String> = (0..8).map(|_| house.key()).collect();
    let take = |key: &String| house.kms("CreateAlias", &json!({ "AliasName": "alias/one", "TargetKeyId": key })).code();
    let codes: Vec<String> = std::thread::scope(|scope| {
        let calls: Vec<_> = keys.iter().map(|key| scope.spawn(move || take(key))).collect();
        calls.into_iter().map(|call| call.join().unwrap()).collect()
    });
    assert_eq!(codes.iter().filter(|code| code.is_empty()).count(), 1, "{codes:?}");
    assert!(codes.iter().all(|code| code.is_empty() || code == "AlreadyExistsException"), "{codes:?}");
    assert_eq!(house.aliases().len(), 1);
}

#[test]
fn a_quota_holds_against_calls_at_the_same_time() {
    let house = house();
    let key = house.key();
    for number in 0..44 {
        house.ok_empty("CreateAlias", &json!({ "AliasName": format!("alias/{number}"), "TargetKeyId": key }));
    }
    let take = |number: usize| {
        let name = format!("alias/late-{number}");
        house.kms("CreateAlias", &json!({ "AliasName": name, "TargetKeyId": key })).code()
    };
    let codes: Vec<String> = std::thread::scope(|scope| {
        let calls: Vec<_> = (0..12).map(|number| scope.spawn(move || take(number))).collect();
        calls.into_iter().map(|call| call.join().unwrap()).collect()
    });
    assert_eq!(codes.iter().filter(|code| code.is_empty()).count(), 6, "{codes:?}");
    assert!(codes.iter().all(|code| code.is_empty() || code == "LimitExceededException"), "{codes:?}");
    let listed = house.ok("ListAliases", &json!({ "KeyId": key, "Limit": 100 }));
    assert_eq!(listed["Aliases"].as_array().unwrap().len(), 50);
}

#[test]
fn a_key_disabled_while_others_use_it_is_seen_as_disabled_by_all_that_come_after() {
    let house = house();
    let key = house.key();
    for _ in 0..20 {
        std::thread::scope(|scope| {
            for _ in 0..3 {
                scope.spawn(|| house.kms("Encrypt", &json!({ "KeyId": key, "Plaintext": crate::HELLO })));
            }
            scope.spawn(|| house.ok_empty("DisableKey", &json!({ "KeyId": key })));
        });
        let after = house.kms("Encrypt", &json!({ "KeyId": key, "Plaintext": crate::HELLO }));
        assert_eq!(after.code(), "DisabledException");
        house.ok_empty("EnableKey", &json!({ "KeyId": key }));
        house.hello(&key);
    }
}

#[test]
fn a_key_rotated_while_others_use_it_opens_every_ciphertext_and_serves_the_new_material_at_once() {
    let house = house();
    let key = house.key();
    let material = || {
        let told = house.ok("GenerateDataKeyWithoutPlaintext", &json!({ "KeyId": key, "KeySpec": "AES_256" }));
        (told["KeyMaterialId"].clone(), told["CiphertextBlob"].clone())
    };
    let mut current = material().0;
    for _ in 0..5 {
        let made = std::thread::scope(|scope| {
            let users: Vec<_> =
                (0..3).map(|_| scope.spawn(|| (0..8).map(|_| material()).collect::<Vec<_>>())).collect();
            house.ok("RotateKeyOnDemand", &json!({ "KeyId": key }));
            let after = material().0;
            assert_ne!(after, current, "the answer to a rotation came before the new material was in use");
            let made = users.into_iter().flat_map(|user| user.join().unwrap()).collect::<Vec<_>>();
            assert!(made.iter().all(|(id, _)| *id == current || *id == after));
            current = after;
            made
        });
        for (id, blob) in made {
            assert_eq!(house.ok("Decrypt", &json!({ "CiphertextBlob": blob }))["KeyMaterialId"], id);
        }
    }
}

#[test]
fn of_many_who_ask_for_the_same_grant_at_once_all_get_one() {
    let house = house();
    let key = house.key();
    let asked = json!({
        "KeyId": key, "GranteePrincipal": crate::grants::ALICE_ARN, "Operations": ["Decrypt"], "Name": "one",
    });
    let ids: Vec<String> = std::thread::scope(|scope| {
        let calls: Vec<_> =
            (0..8).map(|_| scope.spawn(|| crate::text(&house.ok("CreateGrant", &asked)["GrantId"]))).collect();
        calls.into_iter().map(|call| call.join().unwrap()).collect()
    });
    assert!(ids.iter().all(|id| *id == ids[0]), "{ids:?}");
    assert_eq!(house.ok("ListGrants", &json!({ "KeyId": key }))["Grants"].as_array().unwrap().len(), 1);
}

#[test]
fn a_grant_that_is_revoked_while_others_are_made_leaves_those() {
    let house = house();
    let key = house.key();
    let asked = json!({ "KeyId": key, "GranteePrincipal": crate::grants::ALICE_ARN, "Operations": ["Encrypt"] });
    for _ in 0..10 {
        let first = crate::text(&house.ok("CreateGrant", &asked)["GrantId"]);
        std::thread::scope(|scope| {
            scope.spawn(|| house.ok_empty("RevokeGrant", &json!({ "KeyId": key, "GrantId": first })));
            scope.spawn(|| house.ok("CreateGrant", &asked));
        });
        let input = json!({ "KeyId": key, "Plaintext": crate::HELLO });
        let used = house.call_as(kernel::testing::ALICE, "us-east-1", "kms", "Encrypt", &input);
        assert_eq!(used.status, 200, "the mark of a key with grants went with one of them");
        let left = house.ok("ListGrants", &json!({ "KeyId": key }))["Grants"].clone();
        for grant in left.as_array().unwrap() {
            house.ok_empty("RevokeGrant", &json!({ "KeyId": key, "GrantId": grant["GrantId"] }));
        }
    }
}
