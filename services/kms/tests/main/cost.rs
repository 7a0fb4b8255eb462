//! What keys and calls cost, by key.

use crate::{Kms, arn, house};
use kernel::Month;
use kernel::testing::{House, OTHER};
use serde_json::json;
use std::collections::BTreeMap;
use std::time::Duration;

const DAY: Duration = Duration::from_secs(86_400);

/// Requests and amounts of a month, by the resource and the class.
fn bill(house: &House, month: &str) -> BTreeMap<(String, String), (u64, String)> {
    let costs = house.kernel.costs(Month::parse(month).unwrap()).unwrap_or_else(|error| panic!("{}", error.words()));
    let line =
        |cost: &kernel::Cost| ((cost.resource.clone(), cost.class.clone()), (cost.requests, cost.cost.to_string()));
    costs.iter().map(line).collect()
}

/// What a key costs in a month, all its lines of key months together, in days.
fn days(house: &House, key: &str, month: &str) -> u64 {
    let costs = house.kernel.costs(Month::parse(month).unwrap()).unwrap_or_else(|error| panic!("{}", error.words()));
    let hours = costs.iter().filter(|cost| cost.resource == arn(key)).map(|cost| cost.hours);
    hours.sum::<u64>() / 24
}

#[test]
fn requests_are_told_by_key_and_paid_by_the_calling_account() {
    let house = house();
    let (one, other) = (house.key(), house.key());
    (0..3).for_each(|_| _ = house.hello(&one));
    house.ok("DescribeKey", &json!({ "KeyId": other }));
    house.ok("GenerateRandom", &json!({ "NumberOfBytes": 8 }));
    let bill = bill(&house, "2026-01");
    let requests = |resource: &str| bill.get(&(resource.to_owned(), "requests".to_owned())).map(|line| line.0);
    assert_eq!(requests(&arn(&one)), Some(3));
    assert_eq!(requests(&arn(&other)), Some(1));
    assert_eq!(requests(""), Some(3), "two CreateKey and one GenerateRandom are no key's");
    assert_eq!(bill[&(String::new(), "free tier".to_owned())], (7, "-0.000021".to_owned()));
}

#[test]
fn use_of_anothers_key_is_on_the_users_bill() {
    let house = house();
    let key = house.key();
    let shared =
        crate::key_policy::OPEN.replace("\"arn:aws:iam::111122223333:root\"", "[\"111122223333\",\"444455556666\"]");
    house.ok_empty("PutKeyPolicy", &json!({ "KeyId": key, "Policy": shared }));
    let input = json!({ "KeyId": arn(&key), "Plaintext": crate::HELLO });
    assert_eq!(house.call_as(OTHER, "us-east-1", "kms", "Encrypt", &input).status, 200);
    let costs =
        house.kernel.costs(Month::parse("2026-01").unwrap()).unwrap_or_else(|error| panic!("{}", error.words()));
    let used = costs.iter().filter(|cost| cost.resource == arn(&key) && cost.requests > 0);
    let used: Vec<_> = used.map(|cost| (cost.account.as_str(), cost.requests)).collect();
    assert_eq!(used, [("111122223333", 1), ("444455556666", 1)], "the owner's is its PutKeyPolicy");
}

#[test]
fn a_key_costs_by_the_hour_and_nothing_while_its_deletion_is_pending() {
    let house = house();
    let (kept, saved, gone) = (house.key(), house.key(), house.key());
    house.advance(DAY * 10);
    for key in [&saved, &gone] {
        house.ok("ScheduleKeyDeletion", &json!({ "KeyId": key, "PendingWindowInDays": 7 }));
    }
    house.advance(DAY * 5);
    assert_eq!([&kept, &saved, &gone].map(|key| days(&house, key, "2026-01")), [15, 10, 10]);
    house.ok("CancelKeyDeletion", &json!({ "KeyId": saved }));
    house.advance(DAY * 5);
    assert_eq!(house.refused("DescribeKey", &json!({ "KeyId": gone })).0, "NotFoundException");
    assert_eq!([&kept, &saved, &gone].map(|key| days(&house, key, "2026-01")), [20, 20, 10]);
    house.advance(DAY * 30);
    assert_eq!([&kept, &saved, &gone].map(|key| days(&house, key, "2026-01")), [31, 31, 10]);
    assert_eq!([&kept, &saved, &gone].map(|key| days(&house, key, "2026-02")), [19, 19, 0]);
}

#[test]
fn the_first_two_rotations_cost_as_much_as_a_key_each() {
    let house = house();
    let key = house.key();
    for _ in 0..3 {
        house.ok("RotateKeyOnDemand", &json!({ "KeyId": key }));
        house.advance(DAY);
    }
    house.advance(DAY * 60);
    assert_eq!(days(&house, &key, "2026-02"), 3 * 28);
}

#[test]
fn what_fails_costs_nothing() {
    let house = house();
    let key = house.key();
    house.refused("Encrypt", &json!({ "KeyId": key, "Plaintext": crate::HELLO, "DryRun": true }));
    assert_eq!(bill(&house, "2026-01").get(&(arn(&key), "requests".to_owned())), None);
}

#[test]
fn asymmetric_cryptography_and_key_pairs_have_their_own_prices_and_are_never_free() {
    let house = house();
    let wrapping = house.key();
    let signing = json!({ "KeySpec": "ECC_NIST_P256", "KeyUsage": "SIGN_VERIFY" });
    let signing = crate::text(&house.ok("CreateKey", &signing)["KeyMetadata"]["KeyId"]);
    let sign = json!({ "KeyId": signing, "Message": crate::HELLO, "SigningAlgorithm": "ECDSA_SHA_256" });
    house.ok("Sign", &sign);
    house.ok("GetPublicKey", &json!({ "KeyId": signing }));
    house.ok("GenerateDataKeyPair", &json!({ "KeyId": wrapping, "KeyPairSpec": "ECC_NIST_P256" }));
    let bill = bill(&house, "2026-01");
    let line = |key: &str, class: &str| bill.get(&(arn(key), class.to_owned())).cloned();
    assert_eq!(line(&signing, "requests, asymmetric"), Some((2, "0.000030".to_owned())));
    assert_eq!(line(&wrapping, "data key pairs, ECC"), Some((1, "0.000010".to_owned())));
    assert_eq!(bill[&(String::new(), "free tier".to_owned())].0, 2, "only the two CreateKey are");
}
