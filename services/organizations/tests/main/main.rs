//! Organizations on the real road: signed calls, the memory engine, a clock that is moved by hand.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "tests fail by panicking"
)]

mod accounts;
mod controls;
mod coverage;
mod delegation;
mod handshakes;
mod policies;
mod units;

use kernel::testing::{House, OTHER, REGION, ROOT};
use serde_json::{Value, json};
use std::time::Duration;

/// The account that [`ROOT`] is the root of, and manages the organization in most tests.
const MANAGEMENT: &str = "111122223333";
/// The account that [`OTHER`] is the root of.
const INVITED: &str = "444455556666";

/// A house with Organizations, quotas off.
fn house() -> House {
    House::new(vec![fastness_organizations::service()])
}

/// A house with an organization that has all features and service control policies; the root's id.
fn organized() -> (House, String) {
    let house = house();
    house.ok("CreateOrganization", &json!({}));
    let root = house.ok("ListRoots", &json!({}))["Roots"][0]["Id"].as_str().unwrap().to_owned();
    house.ok("EnablePolicyType", &json!({ "RootId": root, "PolicyType": "SERVICE_CONTROL_POLICY" }));
    (house, root)
}

/// What most tests do.
trait Organizations {
    /// Calls an operation with somebody's credentials: status, code and body.
    fn call_of(&self, who: (&str, &str), operation: &str, input: &Value) -> (u16, String, Value);

    /// Calls an operation that succeeds, as the root of the management account.
    fn ok(&self, operation: &str, input: &Value) -> Value {
        self.ok_as(ROOT, operation, input)
    }

    /// Calls an operation that succeeds.
    fn ok_as(&self, who: (&str, &str), operation: &str, input: &Value) -> Value {
        let (status, _, body) = self.call_of(who, operation, input);
        assert_eq!(status, 200, "{operation} {input}: {body}");
        body
    }

    /// Calls an operation that fails, as the root of the management account; its code and reason.
    fn refused(&self, operation: &str, input: &Value) -> (String, String) {
        self.refused_as(ROOT, operation, input)
    }

    /// Calls an operation that fails; its code and reason.
    fn refused_as(&self, who: (&str, &str), operation: &str, input: &Value) -> (String, String) {
        let (status, code, body) = self.call_of(who, operation, input);
        assert_eq!(status, 400, "{operation} {input}: {body}");
        (code, body["Reason"].as_str().unwrap_or_default().to_owned())
    }

    /// A unit below a parent; its id.
    fn unit(&self, parent: &str, name: &str) -> String {
        let made = self.ok("CreateOrganizationalUnit", &json!({ "ParentId": parent, "Name": name }));
        made["OrganizationalUnit"]["Id"].as_str().unwrap().to_owned()
    }

    /// A service control policy; its id.
    fn policy(&self, name: &str) -> String {
        let content = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"kms:*","Resource":"*"}]}"#;
        let made = self.ok(
            "CreatePolicy",
            &json!({ "Name": name, "Description": "", "Type": "SERVICE_CONTROL_POLICY", "Content": content }),
        );
        made["Policy"]["PolicySummary"]["Id"].as_str().unwrap().to_owned()
    }

    /// Has a member made; its account id.
    fn member(&self, name: &str) -> String;

    /// Has the other account join; the handshake's id.
    fn join(&self) -> String {
        let target = json!({ "Target": { "Id": INVITED, "Type": "ACCOUNT" } });
        let invited = self.ok("InviteAccountToOrganization", &target);
        let id = invited["Handshake"]["Id"].as_str().unwrap().to_owned();
        self.ok_as(OTHER, "AcceptHandshake", &json!({ "HandshakeId": id }));
        id
    }
}

impl Organizations for House {
    fn call_of(&self, who: (&str, &str), operation: &str, input: &Value) -> (u16, String, Value) {
        let answer = self.call_as(who, REGION, "organizations", operation, input);
        (answer.status, answer.code(), answer.json())
    }

    fn member(&self, name: &str) -> String {
        let email = format!("{name}@example.com");
        let asked = self.ok("CreateAccount", &json!({ "Email": email, "AccountName": name }));
        assert_eq!(asked["CreateAccountStatus"]["State"], "IN_PROGRESS");
        self.advance(Duration::from_secs(1));
        let request = json!({ "CreateAccountRequestId": asked["CreateAccountStatus"]["Id"] });
        let made = self.ok("DescribeCreateAccountStatus", &request);
        assert_eq!(made["CreateAccountStatus"]["State"], "SUCCEEDED", "{made}");
        made["CreateAccountStatus"]["AccountId"].as_str().unwrap().to_owned()
    }
}

/// The values of one member of the items of a list.
fn each<'a>(list: &'a Value, member: &str) -> Vec<&'a str> {
    list.as_array().map(|items| items.iter().filter_map(|item| item[member].as_str()).collect()).unwrap_or_default()
}
