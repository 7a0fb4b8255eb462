//! What keys do in each of their states, and which kinds of keys do what: every operation that there is, in every state.

use crate::coverage::scene;
use crate::{Kms, arn, house};
use base::Scope;
use fastness_kms::testing::{Planted, plant};
use kernel::testing::{Answer, House, REGION};
use serde_json::json;
use std::collections::BTreeMap;

/// AWS's words for the states, in the order of the table's columns.
const STATES: [&str; 8] = [
    "Enabled",
    "Disabled",
    "PendingDeletion",
    "PendingReplicaDeletion",
    "PendingImport",
    "Unavailable",
    "Creating",
    "Updating",
];

/// The published table: what each state answers; nothing for an operation without a key.
fn table() -> BTreeMap<&'static str, Vec<&'static str>> {
    let lines = include_str!("../states.txt").lines().filter(|line| !line.starts_with('#'));
    lines
        .map(|line| {
            let mut words = line.split_whitespace();
            let operation = words.next().expect("an operation");
            let cells: Vec<&str> = words.filter(|word| *word != "-").collect();
            assert!(cells.is_empty() || cells.len() == STATES.len(), "{operation}");
            (operation, cells)
        })
        .collect()
}

/// The error that a number of AWS's table stands for.
fn error(number: &str, key: &str) -> (&'static str, String) {
    let (code, text) = match number {
        "1" => ("DisabledException", "is disabled."),
        "3" => ("KMSInvalidStateException", "is pending deletion."),
        "4" => ("KMSInvalidStateException", "is not pending deletion (or pending replica deletion)."),
        "5" => (
            "KMSInvalidStateException",
            "is pending import because no key material has ever been imported or one of the imported key materials is \
             deleted or expired.",
        ),
        "6" => ("UnsupportedOperationException", "origin is EXTERNAL which is not valid for this operation."),
        "7" | "9" => ("UnsupportedOperationException", "origin is AWS_CLOUDHSM which is not valid for this operation."),
        "11" => ("KMSInvalidStateException", "is unavailable."),
        "14" => ("KMSInvalidStateException", "is creating."),
        "15" => ("KMSInvalidStateException", "is updating."),
        other => panic!("{other} is not an error number"),
    };
    (code, format!("{key} {text}"))
}

fn put(house: &House, arn: &str, planted: &Planted<'_>) {
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    let scope = Scope { account: parts[4].parse().unwrap(), region: parts[3].parse().unwrap() };
    let id = parts[5].strip_prefix("key/").unwrap();
    house.change(|transaction| plant(transaction, scope, id, planted));
}

/// The keys in this Region that a call reaches, whatever comes of it: its record lists them.
fn reached(house: &House, operation: &str, input: &serde_json::Value) -> Vec<String> {
    let copy = house.copied(vec![fastness_kms::service()]);
    copy.kms(operation, input);
    let records = copy.records();
    let record = records.iter().rfind(|record| record["eventName"] == operation).expect("a record");
    let resources = record["resources"].as_array().cloned().unwrap_or_default();
    let keys = resources.iter().filter(|resource| resource["type"] == "AWS::KMS::Key");
    let arns = keys.filter_map(|key| key["ARN"].as_str().map(str::to_owned));
    arns.filter(|arn| arn.contains(&format!(":{REGION}:"))).collect()
}

fn answered(answer: &Answer) -> (u16, String, String) {
    (answer.status, answer.code(), answer.message())
}

#[test]
fn every_operation_answers_in_every_state_as_the_published_table() {
    let (house, samples) = scene();
    let table = table();
    let mut wrong = Vec::new();
    let mut cells = 0;
    for operation in fastness_kms::service().operations() {
        let name = operation.name;
        let row = table.get(name).unwrap_or_else(|| panic!("{name} has no row in tests/states.txt"));
        if row.is_empty() {
            continue;
        }
        let sample = samples.iter().find(|sample| sample.operation == name);
        let sample = sample.unwrap_or_else(|| panic!("{name} has no sample in coverage.rs"));
        let keys = reached(&house, name, &sample.input);
        for (state, cell) in STATES.into_iter().zip(row) {
            let copy = house.copied(vec![fastness_kms::service()]);
            for key in &keys {
                put(&copy, key, &Planted::State(state));
            }
            let answer = answered(&copy.kms(name, &sample.input));
            cells += 1;
            let is_right = match *cell {
                "ok" => answer.0 == 200,
                number => keys.iter().any(|key| {
                    let (code, text) = error(number, key);
                    answer == (400, code.to_owned(), text)
                }),
            };
            if !is_right {
                wrong.push(format!("{name} in {state}: {answer:?}, where the table says {cell}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {cells} cells:\n{}", wrong.len(), wrong.join("\n"));
    assert!(cells >= 8 * 26, "only {cells} cells were tried");
}

#[test]
fn every_row_of_the_table_is_of_an_operation_of_kms() {
    let known: Vec<&str> =
        model::services().by_name("kms").unwrap().operations().iter().map(|operation| operation.name).collect();
    let table = table();
    assert!(table.keys().all(|operation| known.contains(operation)));
    assert_eq!(table.len(), known.len(), "an operation is not in the table");
}

/// Errors 7 and 9 of the table: operations, and the kinds of keys that they do not take in any state, each with what the
/// error says of it.
#[test]
fn every_operation_refuses_the_kinds_of_keys_that_it_is_not_for() {
    let of = |origin: &'static str| (Planted::Origin(origin), format!("origin is {origin}"));
    let spec = |spec: &'static str| (Planted::Spec(spec), format!("key spec is {spec}"));
    let stores = || vec![of("AWS_CLOUDHSM"), of("EXTERNAL_KEY_STORE")];
    let of_other_specs = || {
        ["RSA_2048", "ECC_NIST_P256", "HMAC_256", "ML_DSA_44", "ML_KEM_768"].map(spec).into_iter().collect::<Vec<_>>()
    };
    let rules = [
        (vec!["RotateKeyOnDemand", "GetKeyRotationStatus", "ListKeyRotations"], [stores(), of_other_specs()].concat()),
        (vec!["EnableKeyRotation", "DisableKeyRotation"], [stores(), of_other_specs(), vec![of("EXTERNAL")]].concat()),
        (
            vec!["GetParametersForImport", "ImportKeyMaterial", "DeleteImportedKeyMaterial"],
            [stores(), vec![of("AWS_KMS")]].concat(),
        ),
    ];
    let (house, samples) = scene();
    for (operations, kinds) in &rules {
        for (kind, words) in kinds {
            let key = house.key();
            put(&house, &arn(&key), kind);
            for operation in operations {
                let sample = samples.iter().find(|sample| sample.operation == *operation).expect(operation);
                let mut input = sample.input.clone();
                input["KeyId"] = json!(key);
                let text = format!("{} {words} which is not valid for this operation.", arn(&key));
                let refused = house.refused(operation, &input);
                assert_eq!(refused, ("UnsupportedOperationException".to_owned(), text), "{operation}");
            }
        }
    }
}

#[test]
fn imported_material_is_rotated_on_demand_alone_and_only_when_some_waits() {
    let house = house();
    let key = house.key();
    put(&house, &arn(&key), &Planted::Origin("EXTERNAL"));
    let on_key = json!({ "KeyId": key });
    for operation in ["EnableKeyRotation", "DisableKeyRotation"] {
        let text = format!("{} origin is EXTERNAL which is not valid for this operation.", arn(&key));
        assert_eq!(house.refused(operation, &on_key), ("UnsupportedOperationException".to_owned(), text));
    }
    assert_eq!(house.ok("GetKeyRotationStatus", &on_key), json!({ "KeyId": key, "KeyRotationEnabled": false }));
    assert_eq!(house.refused("RotateKeyOnDemand", &on_key).0, "KMSInvalidStateException");
    let listed = house.ok("ListKeyRotations", &json!({ "KeyId": key, "IncludeKeyMaterial": "ALL_KEY_MATERIAL" }));
    let entry = &listed["Rotations"][0];
    assert_eq!((&entry["ImportState"], &entry["KeyMaterialState"]), (&json!("IMPORTED"), &json!("CURRENT")));
    assert_eq!(entry["ExpirationModel"], json!("KEY_MATERIAL_DOES_NOT_EXPIRE"));
}

#[test]
fn replicas_are_rotated_by_their_primary() {
    let house = house();
    let key = house.key();
    put(&house, &arn(&key), &Planted::ReplicaOf("eu-west-1"));
    for operation in ["EnableKeyRotation", "DisableKeyRotation", "RotateKeyOnDemand"] {
        let text = format!("{} is a multi-Region replica key which is not valid for this operation.", arn(&key));
        let refused = house.refused(operation, &json!({ "KeyId": key }));
        assert_eq!(refused, ("UnsupportedOperationException".to_owned(), text), "{operation}");
    }
    house.ok("GetKeyRotationStatus", &json!({ "KeyId": key }));
    house.ok("ListKeyRotations", &json!({ "KeyId": key }));
}

#[test]
fn re_encrypting_needs_both_keys_usable() {
    let house = house();
    let (from, to) = (house.key(), house.key());
    let blob = house.hello(&from);
    let input = json!({ "CiphertextBlob": blob, "DestinationKeyId": to });
    house.ok_empty("DisableKey", &json!({ "KeyId": to }));
    assert_eq!(house.refused("ReEncrypt", &input).1, format!("{} is disabled.", arn(&to)));
    house.ok_empty("EnableKey", &json!({ "KeyId": to }));
    house.ok_empty("DisableKey", &json!({ "KeyId": from }));
    assert_eq!(house.refused("ReEncrypt", &input).1, format!("{} is disabled.", arn(&from)));
}

#[test]
fn enabling_and_disabling_twice_is_no_error() {
    let house = house();
    let key = house.key();
    for (operation, state) in [("EnableKey", "Enabled"), ("DisableKey", "Disabled"), ("DisableKey", "Disabled")] {
        house.ok_empty(operation, &json!({ "KeyId": arn(&key) }));
        assert_eq!(house.state(&key), state);
        let metadata = house.ok("DescribeKey", &json!({ "KeyId": key }))["KeyMetadata"].clone();
        assert_eq!(metadata["Enabled"], json!(state == "Enabled"));
    }
}
