//! KMS on the real road: signed calls, the memory engine, a clock that is moved by hand.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "tests fail by panicking"
)]

mod aliases;
mod asymmetric;
mod audit;
mod aws_keys;
mod blobs;
mod cost;
mod coverage;
mod crypto;
mod data_key_pairs;
mod deletion;
mod denied;
mod grant_requests;
mod grants;
mod import;
mod imported_life;
mod imported_pairs;
mod imported_siblings;
mod key_policy;
mod key_stores;
mod keys;
mod last_usage;
mod life;
mod macs;
mod multi_region;
mod quotas;
mod races;
mod recipient;
mod rotation;
mod seed;
mod shared_secrets;
mod siblings;
mod signing;
mod specs;
mod states;
mod tags;

use kernel::testing::{Answer, House};
use serde_json::{Value, json};

/// A house with KMS, quotas off.
fn house() -> House {
    House::new(vec![fastness_kms::service()])
}

impl Kms for House {
    fn kms(&self, operation: &str, input: &Value) -> Answer {
        self.call("kms", operation, input)
    }
}

/// What most tests do.
trait Kms {
    /// Calls an operation as the account's root.
    fn kms(&self, operation: &str, input: &Value) -> Answer;

    /// Calls an operation that succeeds.
    fn ok(&self, operation: &str, input: &Value) -> Value {
        let answer = self.kms(operation, input);
        assert_eq!(answer.status, 200, "{operation} {input}: {}", answer.body);
        answer.json()
    }

    /// Calls an operation that succeeds without an output.
    fn ok_empty(&self, operation: &str, input: &Value) {
        let answer = self.kms(operation, input);
        assert_eq!((answer.status, answer.body.as_str()), (200, ""), "{operation} {input}");
    }

    /// Calls an operation that fails; its code and text.
    fn refused(&self, operation: &str, input: &Value) -> (String, String) {
        let answer = self.kms(operation, input);
        assert_eq!(answer.status, 400, "{operation} {input}: {}", answer.body);
        (answer.code(), answer.message())
    }

    /// Makes a key; its id.
    fn key(&self) -> String {
        text(&self.ok("CreateKey", &json!({}))["KeyMetadata"]["KeyId"])
    }

    /// Makes a key of a spec; its id.
    fn key_of(&self, spec: &str, usage: &str) -> String {
        text(&self.ok("CreateKey", &json!({ "KeySpec": spec, "KeyUsage": usage }))["KeyMetadata"]["KeyId"])
    }

    /// The state of a key.
    fn state(&self, key: &str) -> String {
        text(&self.ok("DescribeKey", &json!({ "KeyId": key }))["KeyMetadata"]["KeyState"])
    }

    /// The aliases that customers gave, as ListAliases tells them.
    fn aliases(&self) -> Vec<Value> {
        let listed =
            self.ok("ListAliases", &json!({ "Limit": 100 }))["Aliases"].as_array().cloned().unwrap_or_default();
        let is_own = |alias: &Value| alias["AliasName"].as_str().is_some_and(|name| name.starts_with("alias/aws/"));
        listed.into_iter().filter(|alias| !is_own(alias)).collect()
    }

    /// Encrypts `hello` without a context; the blob in base64.
    fn hello(&self, key: &str) -> String {
        text(&self.ok("Encrypt", &json!({ "KeyId": key, "Plaintext": HELLO }))["CiphertextBlob"])
    }
}

/// `hello` in base64.
const HELLO: &str = "aGVsbG8=";

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text")).to_owned()
}

fn arn(key: &str) -> String {
    format!("arn:aws:kms:us-east-1:111122223333:key/{key}")
}
