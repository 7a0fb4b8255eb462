//! Callers whom every operation must turn away, each for a reason of its own.
//!
//! A stranger, who signs with nothing or with a wrong secret; a user whose policy allows everything and denies it again;
//! one whose boundary leaves out what its policy allows; and the root of another account, whom a call may give what is
//! that account's own, but nothing of the house's.

use super::coverage::Sample;
use super::{ACCOUNT, House, Person, REGION, ROOT};
use crate::Operation;
use base::{AccountId, Secret};
use model::Auth;
use serde_json::{Value, json};

/// The account of the foreigner.
const FOREIGN: &str = "777788889999";
/// Access key id and secret of its root.
const FOREIGNER: (&str, &str) = ("AKIAFOREIGNER", "foreign-secret");

/// Operations that tell anybody whose an access key is; AWS says so (STS API Reference, GetAccessKeyInfo).
const TELL_ANYBODY: [&str; 1] = ["GetAccessKeyInfo"];

/// Operations with which the foreigner would take what there is once for all accounts.
const TAKE_FROM_ALL: [&str; 1] = ["CreateAccountAlias"];

/// People who may not, made once in a house.
pub(super) struct Outsiders {
    denied: Person,
    bounded: Person,
}

impl Outsiders {
    /// Makes them.
    pub(super) fn new(house: &House) -> Self {
        let everything = json!({ "Effect": "Allow", "Action": "*", "Resource": "*" });
        let nothing = json!({ "Effect": "Deny", "Action": "*", "Resource": "*" });
        let policy = |statements: &[&Value]| json!({ "Version": "2012-10-17", "Statement": statements });
        let denied = house.person("walk-denied", &policy(&[&everything, &nothing]));
        let bounded = house.person("walk-bounded", &policy(&[&everything]));
        let elsewhere = json!({ "Effect": "Allow", "Action": "elsewhere:Nothing", "Resource": "*" });
        house.bound("walk-bounded", &policy(&[&elsewhere]));
        let foreign: AccountId = FOREIGN.parse().expect("an account");
        let directory = house.kernel.directory();
        directory.ensure_account(foreign).expect("an account");
        let secret = Secret::new(FOREIGNER.1.to_owned());
        directory.ensure_access_key(foreign, None, FOREIGNER.0, &secret).expect("a key");
        Self { denied, bounded }
    }

    /// Sends each of them; none may get through.
    pub(super) fn visit(&self, house: &House, service: &str, operation: &Operation, sample: &Sample, denied: &str) {
        let name = sample.operation;
        let table = model::services().by_name(service).expect("a service");
        if table.operation(name).is_some_and(|operation| operation.auth == Auth::None) {
            // It proves its caller in its own way.
            return;
        }
        strangers(house, service, sample);
        if operation.public {
            return;
        }
        for (who, why) in [(&self.denied, "an explicit deny"), (&self.bounded, "outside its boundary")] {
            let answer = house.call_by(who, service, name, &sample.input);
            assert_eq!(answer.code(), denied, "{name} let a caller with {why} pass: {}", answer.body);
        }
        let answer = house.call_by(&self.denied, service, name, &sample.input);
        assert!(answer.message().contains("explicit deny"), "{name} does not tell of the deny: {}", answer.message());
        if !TELL_ANYBODY.contains(&name) && !TAKE_FROM_ALL.contains(&name) {
            foreigner(house, service, sample);
        }
    }
}

fn strangers(house: &House, service: &str, sample: &Sample) {
    let name = sample.operation;
    let (_, mut request) = super::request(service, name, &sample.input);
    request.headers_mut().insert("host", http::HeaderValue::from_static("localhost"));
    let unsigned = house.deliver(request);
    let forged = house.call_as((ROOT.0, "wrong"), REGION, service, name, &sample.input);
    let unknown = house.call_as(("AKIANOBODY", "wrong"), REGION, service, name, &sample.input);
    for answer in [unsigned, forged, unknown] {
        let code = answer.code();
        let is_stranger = [
            "MissingAuthenticationToken",
            "InvalidSignature",
            "SignatureDoesNotMatch",
            "Unrecognized",
            "InvalidClientTokenId",
        ]
        .iter()
        .any(|known| code.starts_with(known));
        assert!(is_stranger && answer.status >= 400, "{name} let a stranger pass: {}", answer.body);
    }
}

/// A foreigner may be served in its own account, but must not see or touch anything of the house's.
fn foreigner(house: &House, service: &str, sample: &Sample) {
    let name = sample.operation;
    let answer = house.call_as(FOREIGNER, REGION, service, name, &sample.input);
    if answer.status >= 400 {
        return;
    }
    let record = super::coverage::last_record(house, name);
    let touched = record["resources"].as_array().map(Vec::as_slice).unwrap_or_default();
    let is_ours = |resource: &Value| resource["accountId"] == ACCOUNT;
    assert!(!touched.iter().any(is_ours), "{name} let another account reach {record}");
    let told = answer.body.replace(FOREIGN, "");
    assert!(!told.contains(ACCOUNT), "{name} told another account of this one: {}", answer.body);
}
