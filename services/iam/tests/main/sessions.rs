//! Which sessions IAM serves.

use crate::house;
use base::Timestamp;
use directory::SessionGrant;
use kernel::testing::{ACCOUNT, House};
use policy::{Identity, SessionKind};
use serde_json::json;

/// Whether a session of the account's root may list users.
fn lists(house: &House, kind: SessionKind, mfa_at: Option<Timestamp>) -> (u16, String) {
    let account = ACCOUNT.parse().unwrap();
    let identity = match kind {
        SessionKind::Federation => Identity::Federated { name: "joe".into(), user: None },
        _ => Identity::Root,
    };
    let policy =
        json!({ "Version": "2012-10-17", "Statement": [{ "Effect": "Allow", "Action": "*", "Resource": "*" }] });
    let policy = (kind == SessionKind::Federation).then(|| policy.to_string());
    let grant = SessionGrant { mfa_at, policy, ..SessionGrant::new(account, identity, kind) };
    let answer = house.call_by(&house.session_of(&grant), "iam", "ListUsers", &json!({}));
    (answer.status, answer.code())
}

#[test]
fn a_session_without_a_second_factor_and_a_federated_user_may_not_call_iam() {
    let house = house();
    let shut_out = (403, "InvalidClientTokenId".to_owned());
    assert_eq!(lists(&house, SessionKind::SessionToken, None), shut_out);
    assert_eq!(lists(&house, SessionKind::Federation, None), shut_out);
    assert_eq!(lists(&house, SessionKind::SessionToken, Some(Timestamp::from_millis(0))).0, 200);
}
