//! Whatever happens to the siblings of a key in whatever order, they tell one story, and each decrypts what any encrypted.

use crate::{HELLO, house, text};
use kernel::testing::{Answer, House, ROOT};
use proptest::prelude::*;
use serde_json::{Value, json};
use std::time::Duration;

const REGIONS: [&str; 3] = ["us-east-1", "eu-west-1", "ap-south-1"];
const DAY: Duration = Duration::from_secs(86_400);

/// Something done in the Region of this number, perhaps about that of another.
#[derive(Clone, Copy, Debug)]
enum Step {
    Replicate(usize, usize),
    Promote(usize, usize),
    Rotate(usize),
    RotateByPeriod(usize),
    Delete(usize),
    Save(usize),
    Enable(usize),
    Disable(usize),
    Encrypt(usize),
    Pass(u32),
}

fn step() -> impl Strategy<Value = Step> {
    // The primary begins in the first, where most things can be done.
    let region = || prop_oneof![3 => Just(0), 2 => Just(1), 1 => Just(2)];
    prop_oneof![
        4 => (region(), region()).prop_map(|(at, to)| Step::Replicate(at, to)),
        3 => (region(), region()).prop_map(|(at, to)| Step::Promote(at, to)),
        2 => region().prop_map(Step::Rotate),
        1 => region().prop_map(Step::RotateByPeriod),
        2 => region().prop_map(Step::Delete),
        1 => region().prop_map(Step::Save),
        2 => region().prop_map(Step::Enable),
        1 => region().prop_map(Step::Disable),
        3 => region().prop_map(Step::Encrypt),
        3 => prop_oneof![Just(0), Just(1), Just(8), Just(95)].prop_map(Step::Pass),
    ]
}

fn call(house: &House, region: usize, operation: &str, input: &Value) -> Answer {
    let answer = house.call_as(ROOT, REGIONS[region], "kms", operation, input);
    assert!(answer.status < 500, "{operation} in {}: {}", REGIONS[region], answer.body);
    answer
}

/// Does a step; most are refused at one time or another. What was encrypted is added to `blobs`.
fn act(house: &House, id: &str, step: Step, blobs: &mut Vec<Value>) {
    let on = |more: Value| {
        let mut input = json!({ "KeyId": id });
        input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        input
    };
    let (region, operation, input) = match step {
        Step::Replicate(at, to) => (at, "ReplicateKey", on(json!({ "ReplicaRegion": REGIONS[to] }))),
        Step::Promote(at, to) => (at, "UpdatePrimaryRegion", on(json!({ "PrimaryRegion": REGIONS[to] }))),
        Step::Rotate(at) => (at, "RotateKeyOnDemand", on(json!({}))),
        Step::RotateByPeriod(at) => (at, "EnableKeyRotation", on(json!({ "RotationPeriodInDays": 90 }))),
        Step::Delete(at) => (at, "ScheduleKeyDeletion", on(json!({ "PendingWindowInDays": 7 }))),
        Step::Save(at) => (at, "CancelKeyDeletion", on(json!({}))),
        Step::Enable(at) => (at, "EnableKey", on(json!({}))),
        Step::Disable(at) => (at, "DisableKey", on(json!({}))),
        Step::Encrypt(at) => (at, "Encrypt", on(json!({ "Plaintext": HELLO }))),
        Step::Pass(days) => return house.advance(DAY * days),
    };
    let answer = call(house, region, operation, &input);
    if operation == "Encrypt" && answer.status == 200 {
        blobs.push(answer.json()["CiphertextBlob"].clone());
    }
}

/// The siblings that there are: the number of the Region of each, and its metadata.
fn siblings(house: &House, id: &str) -> Vec<(usize, Value)> {
    let told = |region| call(house, region, "DescribeKey", &json!({ "KeyId": id })).json()["KeyMetadata"].clone();
    (0..REGIONS.len()).map(|region| (region, told(region))).filter(|(_, told)| told.is_object()).collect()
}

fn check(house: &House, id: &str, blobs: &[Value]) {
    let all = siblings(house, id);
    let Some((_, first)) = all.first() else { return };
    let there: Vec<&str> = all.iter().map(|(region, _)| REGIONS[*region]).collect();
    let listed = |told: &Value| -> (String, Vec<String>) {
        let family = &told["MultiRegionConfiguration"];
        let replicas = family["ReplicaKeys"].as_array().unwrap();
        (text(&family["PrimaryKey"]["Region"]), replicas.iter().map(|key| text(&key["Region"])).collect())
    };
    let (primary, replicas) = listed(first);
    let mut told_of: Vec<&str> = replicas.iter().map(String::as_str).chain([primary.as_str()]).collect();
    told_of.sort_unstable();
    let mut present = there.clone();
    present.sort_unstable();
    assert_eq!(told_of, present, "siblings are told of that are not there, or there are others");
    for (region, told) in &all {
        assert_eq!(listed(told), (primary.clone(), replicas.clone()), "in {}", REGIONS[*region]);
        let kind = if REGIONS[*region] == primary { "PRIMARY" } else { "REPLICA" };
        assert_eq!(told["MultiRegionConfiguration"]["MultiRegionKeyType"], json!(kind));
        assert_eq!(told["CurrentKeyMaterialId"], first["CurrentKeyMaterialId"], "in {}", REGIONS[*region]);
        let waits = told["KeyState"] == "PendingReplicaDeletion";
        assert!(!waits || kind == "PRIMARY" && !replicas.is_empty(), "{told}");
        assert!(told["KeyState"] != "PendingDeletion" || kind == "REPLICA" || replicas.is_empty(), "{told}");
        if told["KeyState"] == "Enabled" || told["KeyState"] == "Updating" {
            for blob in blobs {
                let opened = call(house, *region, "Decrypt", &json!({ "CiphertextBlob": blob }));
                assert_eq!(opened.json()["Plaintext"], json!(HELLO), "in {}: {}", REGIONS[*region], opened.body);
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, max_shrink_iters: 200, ..ProptestConfig::default() })]

    #[test]
    fn siblings_tell_one_story_and_decrypt_what_any_of_them_encrypted(
        steps in proptest::collection::vec(step(), 1..40),
    ) {
        let house = house();
        let made = house.call("kms", "CreateKey", &json!({ "MultiRegion": true })).json();
        let id = text(&made["KeyMetadata"]["KeyId"]);
        let mut blobs = Vec::new();
        let begin = [Step::Replicate(0, 1), Step::Pass(0)];
        for step in begin.into_iter().chain(steps) {
            act(&house, &id, step, &mut blobs);
            check(&house, &id, &blobs);
        }
    }
}
