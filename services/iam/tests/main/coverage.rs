//! What the kernel's walk checks of every operation: its denial, its limits, its records. One list for each noun.

use crate::house;
use kernel::testing::House;
use kernel::testing::coverage::{Sample, walk};
use serde_json::{Value, json};

#[test]
fn every_operation_denies_refuses_broken_input_and_is_on_record() {
    let house = house();
    let samples: Vec<Sample> = [aliases].into_iter().flat_map(|noun| noun(&house)).collect();
    walk(&house, "iam", &samples);
}

fn sample(operation: &'static str, input: Value) -> Sample {
    Sample { operation, input }
}

fn aliases(_: &House) -> Vec<Sample> {
    vec![
        sample("CreateAccountAlias", json!({ "AccountAlias": "walked" })),
        sample("DeleteAccountAlias", json!({ "AccountAlias": "walked" })),
        sample("ListAccountAliases", json!({ "MaxItems": 1 })),
    ]
}
