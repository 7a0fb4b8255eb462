//! GetSessionToken, GetFederationToken, GetAccessKeyInfo, DecodeAuthorizationMessage.

use crate::staff::{
    ACCOUNT, OTHER_ACCOUNT, admin, assume, call, house, identity, may_inquire, person, policy, refused, role, trusting,
};
use kernel::testing::{House, Person, ROOT};
use serde_json::{Value, json};

fn root() -> Person {
    Person { id: ROOT.0.into(), secret: ROOT.1.into(), token: None }
}

/// Seconds until the credentials of an answer expire, by the house's clock.
fn lasts(house: &House, answer: &Value) -> u64 {
    use base::Clock as _;
    let expires = answer["Credentials"]["Expiration"].as_str().unwrap();
    let expires = base::Timestamp::from_rfc3339(expires).unwrap();
    expires.since(house.clock.now()).as_secs()
}

#[test]
fn a_session_token_speaks_for_its_user_and_needs_no_permission() {
    let house = house();
    let poor = house.person("poor", &policy("Deny", &json!("*")));
    let answer = call(&house, &poor, "GetSessionToken", &json!({}));
    assert_eq!(lasts(&house, &answer.json()), 43_200);
    let session = person(&answer);
    assert_eq!(identity(&house, &session).0, format!("arn:aws:iam::{ACCOUNT}:user/poor"));
    let answer = call(&house, &root(), "GetSessionToken", &json!({ "DurationSeconds": 129_600 }));
    assert_eq!(lasts(&house, &answer.json()), 3_600, "a root's is cut");
}

#[test]
fn a_session_token_may_assume_roles_and_nothing_else_of_sts() {
    let house = house();
    let rich = admin(&house, "rich");
    let arn = role(&house, ACCOUNT, "app", &trusting(ACCOUNT));
    let session = person(&call(&house, &rich, "GetSessionToken", &json!({})));
    assume(&house, &session, &arn, &json!({}));
    for (operation, input) in [
        ("GetSessionToken", json!({})),
        ("GetFederationToken", json!({ "Name": "joe" })),
        ("GetAccessKeyInfo", json!({ "AccessKeyId": "AKIAROOTROOTROOT" })),
    ] {
        let text = format!("Cannot call {operation} with session credentials");
        assert_eq!(refused(&call(&house, &session, operation, &input)), (403, "AccessDenied".into(), text));
    }
    let of_role = assume(&house, &rich, &arn, &json!({}));
    let answer = call(&house, &of_role, "GetSessionToken", &json!({}));
    assert_eq!(answer.message(), "Cannot call GetSessionToken with session credentials");
}

#[test]
fn a_federated_user_is_known_by_its_name_and_has_what_both_policies_allow() {
    let house = house();
    let rich = admin(&house, "rich");
    let ask = |who: &Person, more: Value| {
        let mut input = json!({ "Name": "joe" });
        input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        call(&house, who, "GetFederationToken", &input)
    };
    let all = json!({ "Policy": policy("Allow", &json!("*")).to_string() });
    let answer = ask(&rich, all.clone());
    assert_eq!(answer.json()["FederatedUser"]["FederatedUserId"], format!("{ACCOUNT}:joe"));
    assert_eq!(lasts(&house, &answer.json()), 43_200);
    let (arn, account, id) = identity(&house, &person(&answer));
    assert_eq!(arn, format!("arn:aws:sts::{ACCOUNT}:federated-user/joe"));
    assert_eq!((account.as_str(), id), (ACCOUNT, format!("{ACCOUNT}:joe")));
    // Whatever the policies say, STS is closed to it.
    let answer =
        call(&house, &person(&ask(&rich, all)), "GetAccessKeyInfo", &json!({ "AccessKeyId": "AKIAROOTROOTROOT" }));
    assert_eq!(answer.message(), "Cannot call GetAccessKeyInfo with session credentials");

    let poor = house.person("poor", &policy("Allow", &json!("kms:*")));
    let (status, code, text) = refused(&ask(&poor, json!({})));
    assert_eq!((status, code.as_str()), (403, "AccessDenied"));
    let expected = format!(
        "User: arn:aws:iam::{ACCOUNT}:user/poor is not authorized to perform: sts:GetFederationToken on resource: \
         arn:aws:sts::{ACCOUNT}:federated-user/joe"
    );
    assert!(text.starts_with(&expected), "{text}");
    let untagging = house.person("untagging", &policy("Allow", &json!("sts:GetFederationToken")));
    let tags = json!({ "Tags": [{ "Key": "team", "Value": "red" }] });
    assert_eq!(ask(&untagging, json!({})).status, 200);
    assert_eq!(ask(&untagging, tags.clone()).code(), "AccessDenied");
    assert_eq!(ask(&rich, tags).status, 200);
    assert_eq!(lasts(&house, &ask(&root(), json!({ "DurationSeconds": 129_600 })).json()), 3_600);
}

#[test]
fn an_access_key_tells_its_account() {
    let house = house();
    let rich = admin(&house, "rich");
    let arn = role(&house, OTHER_ACCOUNT, "app", &trusting(ACCOUNT));
    let session = assume(&house, &rich, &arn, &json!({}));
    let account = |id: &str| call(&house, &rich, "GetAccessKeyInfo", &json!({ "AccessKeyId": id }));
    assert_eq!(account(&session.id).json()["Account"], OTHER_ACCOUNT);
    assert_eq!(account("AKIANOBODYHASTHIS").code(), "ValidationError");
    assert!(may_inquire(&house, &rich));
    assert!(!may_inquire(&house, &house.person("poor", &policy("Allow", &json!("kms:*")))));
}

#[test]
fn an_authorization_message_is_for_those_of_its_account_who_may_read_it() {
    let house = house();
    let rich = admin(&house, "rich");
    let account = ACCOUNT.parse().unwrap();
    let message = house.kernel.encoded_authorization(account, r#"{"allowed":false}"#).unwrap();
    let decode = |who: &Person, message: &str| {
        call(&house, who, "DecodeAuthorizationMessage", &json!({ "EncodedMessage": message }))
    };
    assert_eq!(decode(&rich, &message).json()["DecodedMessage"], r#"{"allowed":false}"#);
    let foreign = house.person_of(OTHER_ACCOUNT, "foreign", &policy("Allow", &json!("*")));
    for (who, message) in [(&foreign, message.as_str()), (&rich, "nonsense")] {
        assert_eq!(refused(&decode(who, message)).1, "InvalidAuthorizationMessageException");
    }
    let poor = house.person("poor", &policy("Allow", &json!("kms:*")));
    assert_eq!(decode(&poor, &message).code(), "AccessDenied");
}
