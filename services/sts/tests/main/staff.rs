//! Roles and calls that the tests of this folder share.

use base::AccountId;
use directory::records::{self, Moment, Role};
use kernel::testing::{Answer, House, Person};
use serde_json::{Value, json};

/// The account that most roles are in.
pub(crate) const ACCOUNT: &str = kernel::testing::ACCOUNT;

/// The second account of a house.
pub(crate) const OTHER_ACCOUNT: &str = "444455556666";

/// A house with STS alone.
pub(crate) fn house() -> House {
    House::new(vec![fastness_sts::service()])
}

/// A policy of one statement.
pub(crate) fn policy(effect: &str, action: &Value) -> Value {
    json!({ "Version": "2012-10-17", "Statement": [{ "Effect": effect, "Action": action, "Resource": "*" }] })
}

/// A trust policy of one statement.
pub(crate) fn trust(principal: &Value, action: &Value, condition: &Value) -> Value {
    json!({ "Version": "2012-10-17", "Statement": [
        { "Effect": "Allow", "Principal": principal, "Action": action, "Condition": condition },
    ] })
}

/// Trusts an account, in whatever way its own policies allow.
pub(crate) fn trusting(account: &str) -> Value {
    trust(&json!({ "AWS": format!("arn:aws:iam::{account}:root") }), &json!("sts:*"), &json!({}))
}

/// Makes a role of an account that may do everything; its ARN.
pub(crate) fn role(house: &House, account: &str, name: &str, trust: &Value) -> String {
    role_with(house, account, name, trust, |_| {})
}

/// The same, changed before it is made.
pub(crate) fn role_with(house: &House, account: &str, name: &str, trust: &Value, change: impl Fn(&mut Role)) -> String {
    let account: AccountId = account.parse().unwrap();
    let mut role = Role::new(format!("AROA{}", name.to_uppercase()), "/", name, trust.to_string(), Moment(0));
    role.inline.insert("all".into(), policy("Allow", &json!("*")).to_string());
    change(&mut role);
    assert!(house.change(|transaction| records::add(transaction, account, &role)), "{name} is there");
    format!("arn:aws:iam::{account}:role{}{name}", role.path)
}

/// Makes a user of [`ACCOUNT`] who may do everything.
pub(crate) fn admin(house: &House, name: &str) -> Person {
    house.person(name, &policy("Allow", &json!("*")))
}

/// Calls STS.
pub(crate) fn call(house: &House, who: &Person, operation: &str, input: &Value) -> Answer {
    house.call_by(who, "sts", operation, input)
}

/// Asks for a role, with `more` parameters.
pub(crate) fn ask(house: &House, who: &Person, role: &str, more: &Value) -> Answer {
    let mut input = json!({ "RoleArn": role, "RoleSessionName": "tests" });
    if let (Some(members), Some(more)) = (input.as_object_mut(), more.as_object()) {
        members.extend(more.clone());
    }
    call(house, who, "AssumeRole", &input)
}

/// Assumes a role.
pub(crate) fn assume(house: &House, who: &Person, role: &str, more: &Value) -> Person {
    person(&ask(house, who, role, more))
}

/// The session that an answer holds.
pub(crate) fn person(answer: &Answer) -> Person {
    assert_eq!(answer.status, 200, "{}", answer.body);
    let result = answer.json();
    let credentials = result.get("Credentials").cloned().unwrap_or_default();
    let text = |name: &str| credentials.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    Person { id: text("AccessKeyId"), secret: text("SecretAccessKey"), token: Some(text("SessionToken")) }
}

/// Status, code and text of an error.
pub(crate) fn refused(answer: &Answer) -> (u16, String, String) {
    assert_ne!(answer.status, 200, "{}", answer.body);
    (answer.status, answer.code(), answer.message())
}

/// Whether somebody may call STS operations that need a permission.
pub(crate) fn may_inquire(house: &House, who: &Person) -> bool {
    let answer = call(house, who, "GetAccessKeyInfo", &json!({ "AccessKeyId": "AKIAROOTROOTROOT" }));
    answer.code() != "AccessDenied"
}

/// What GetCallerIdentity tells: ARN, account and id.
pub(crate) fn identity(house: &House, who: &Person) -> (String, String, String) {
    let answer = call(house, who, "GetCallerIdentity", &json!({}));
    assert_eq!(answer.status, 200, "{}", answer.body);
    let result = answer.json();
    let text = |name: &str| result.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    (text("Arn"), text("Account"), text("UserId"))
}
