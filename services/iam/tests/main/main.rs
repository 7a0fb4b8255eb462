//! IAM on the real road: signed calls, the memory engine, a clock that is moved by hand.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "tests fail by panicking"
)]

mod access_keys;
mod account_summary;
mod aliases;
mod attachments;
mod audit;
mod authorization_details;
mod boundaries;
mod coverage;
mod credential_report;
mod denied;
mod escalation;
mod fixtures;
mod groups;
mod inline;
mod instance_profiles;
mod last_accessed;
mod login_profiles;
mod mfa_devices;
mod oidc_providers;
mod paging;
mod password_policy;
mod policies;
mod quotas;
mod roles;
mod saml_providers;
mod server_certificates;
mod service_credentials;
mod service_linked_roles;
mod sessions;
mod signing_certificates;
mod simulation;
mod ssh_keys;
mod tags;
mod users;

use kernel::testing::{Answer, House, REGION, ROOT};
use serde_json::{Value, json};

/// A house with IAM, quotas off.
fn house() -> House {
    House::new(vec![fastness_iam::service()])
}

/// What most tests do.
trait Iam {
    /// Calls an operation.
    fn iam_as(&self, who: (&str, &str), operation: &str, input: &Value) -> Answer;

    /// Calls an operation as the account's root.
    fn iam(&self, operation: &str, input: &Value) -> Answer {
        self.iam_as(ROOT, operation, input)
    }

    /// Calls an operation that succeeds; what it answers.
    fn ok(&self, operation: &str, input: &Value) -> Value {
        let answer = self.iam(operation, input);
        assert_eq!(answer.status, 200, "{operation} {:.300}: {}", input.to_string(), answer.body);
        answer.json()
    }

    /// Makes a user.
    fn user(&self, name: &str) -> Value {
        self.ok("CreateUser", &json!({ "UserName": name }))["User"].clone()
    }

    /// Makes a group.
    fn group(&self, name: &str) -> Value {
        self.ok("CreateGroup", &json!({ "GroupName": name }))["Group"].clone()
    }

    /// Makes a role that EC2 may assume.
    fn role(&self, name: &str) -> Value {
        self.ok("CreateRole", &json!({ "RoleName": name, "AssumeRolePolicyDocument": TRUST }))["Role"].clone()
    }

    /// Makes a managed policy; its ARN.
    fn policy(&self, name: &str) -> String {
        self.ok("CreatePolicy", &json!({ "PolicyName": name, "PolicyDocument": ALLOW }));
        policy(name)
    }

    /// Makes an access key of a user; its id and secret.
    fn access_key(&self, user: &str) -> (String, String) {
        let key = self.ok("CreateAccessKey", &json!({ "UserName": user }))["AccessKey"].clone();
        (text(&key["AccessKeyId"]), text(&key["SecretAccessKey"]))
    }

    /// Calls an operation that fails; its status, code and text.
    fn refused(&self, operation: &str, input: &Value) -> (u16, String, String) {
        let answer = self.iam(operation, input);
        assert_ne!(answer.status, 200, "{operation} {:.300}: {}", input.to_string(), answer.body);
        (answer.status, answer.code(), answer.message())
    }
}

impl Iam for House {
    fn iam_as(&self, who: (&str, &str), operation: &str, input: &Value) -> Answer {
        self.call_as(who, REGION, "iam", operation, input)
    }
}

/// A policy document.
const ALLOW: &str =
    r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}]}"#;

/// A policy document of so many characters that count.
fn long(characters: usize) -> String {
    let filling = "x".repeat(characters - ALLOW.len() - r#""Sid":"","#.len());
    ALLOW.replacen("{\"Effect\"", &format!("{{ \"Sid\" : \"{filling}\",\n\"Effect\""), 1)
}

/// A trust policy.
const TRUST: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}]}"#;

/// The ARN of a managed policy without a path.
fn policy(name: &str) -> String {
    format!("arn:aws:iam::111122223333:policy/{name}")
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text")).to_owned()
}

/// An error as [`Iam::refused`] gives it.
fn error(status: u16, code: &str, text: &str) -> (u16, String, String) {
    (status, code.to_owned(), text.to_owned())
}
