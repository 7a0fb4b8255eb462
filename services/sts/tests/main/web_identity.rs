//! AssumeRoleWithWebIdentity: tokens of an identity provider that a test speaks for.

use crate::staff::{ACCOUNT, OTHER_ACCOUNT, identity, may_inquire, person, policy, refused, role, role_with, trust};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use directory::providers::OidcProvider;
use kernel::Fruitless;
use kernel::testing::{Answer, House};
use p256::ecdsa::signature::Signer as _;
use p256::ecdsa::{Signature, SigningKey};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::time::Duration;

const ISSUER: &str = "https://idp.example/tenant";
const PROVIDER: &str = "idp.example/tenant";
const DISCOVERY: &str = "https://idp.example/tenant/.well-known/openid-configuration";
const KEYS: &str = "https://keys.example/jwks";

/// When houses begin, in seconds since 1970.
const BEGIN: i64 = 1_767_225_600;

/// A provider's key.
pub(crate) struct Key {
    id: &'static str,
    secret: SigningKey,
}

impl Key {
    fn new(id: &'static str, seed: u8) -> Self {
        Self { id, secret: SigningKey::from_slice(&[seed; 32]).unwrap() }
    }

    fn jwk(&self) -> Value {
        let point = self.secret.verifying_key().to_sec1_point(false);
        let part = |range: std::ops::Range<usize>| URL_SAFE_NO_PAD.encode(&point.as_bytes()[range]);
        json!({ "kty": "EC", "crv": "P-256", "use": "sig", "kid": self.id, "x": part(1..33), "y": part(33..65) })
    }

    /// A token for the audience `app`, with `more` claims; null takes one away.
    pub(crate) fn token(&self, more: &Value) -> String {
        let mut claims =
            json!({ "iss": ISSUER, "sub": "joe-of-tests", "aud": "app", "iat": BEGIN, "exp": BEGIN + 600 });
        for (name, value) in more.as_object().unwrap() {
            claims[name] = value.clone();
        }
        claims.as_object_mut().unwrap().retain(|_, value| !value.is_null());
        let header = json!({ "alg": "ES256", "typ": "JWT", "kid": self.id });
        let signed = [header, claims].map(|part| URL_SAFE_NO_PAD.encode(part.to_string())).join(".");
        let signature: Signature = self.secret.sign(signed.as_bytes());
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature.to_bytes()))
    }
}

/// A house whose account knows the provider, and the provider's key.
pub(crate) fn house() -> (House, Key) {
    let house = crate::staff::house();
    let key = Key::new("first", 7);
    register(&house, ACCOUNT);
    house.outside.says(DISCOVERY, json!({ "issuer": ISSUER, "jwks_uri": KEYS }).to_string());
    publish(&house, &[&key]);
    (house, key)
}

fn register(house: &House, account: &str) {
    let account = account.parse().unwrap();
    let record = OidcProvider {
        url: PROVIDER.into(),
        client_ids: vec!["app".into(), "sts.amazonaws.com".into()],
        thumbprints: vec!["ab".repeat(20)],
        created_millis: 0,
        tags: BTreeMap::new(),
    };
    house.change(|transaction| transaction.put(&OidcProvider::key(account, PROVIDER), &record));
}

fn publish(house: &House, keys: &[&Key]) {
    let keys: Vec<_> = keys.iter().map(|key| key.jwk()).collect();
    house.outside.says(KEYS, json!({ "keys": keys }).to_string());
}

/// Trusts the provider under a condition.
pub(crate) fn trusting(condition: &Value) -> Value {
    let provider = format!("arn:aws:iam::{ACCOUNT}:oidc-provider/{PROVIDER}");
    trust(&json!({ "Federated": provider }), &json!("sts:AssumeRoleWithWebIdentity"), condition)
}

fn ask(house: &House, role: &str, token: &str, more: &Value) -> Answer {
    let mut input = json!({ "RoleArn": role, "RoleSessionName": "web", "WebIdentityToken": token });
    input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    house.call_unsigned("sts", "AssumeRoleWithWebIdentity", &input)
}

#[test]
fn whoever_the_provider_vouches_for_gets_the_role_that_trusts_it() {
    let (house, key) = house();
    let arn = role(&house, ACCOUNT, "app", &trusting(&json!({})));
    let answer = ask(&house, &arn, &key.token(&json!({})), &json!({}));
    let told = answer.json();
    assert_eq!(told["SubjectFromWebIdentityToken"], "joe-of-tests");
    assert_eq!((&told["Provider"], &told["Audience"]), (&json!(ISSUER), &json!("app")));
    assert_eq!(told["AssumedRoleUser"]["AssumedRoleId"], "AROAAPP:web");
    let session = person(&answer);
    assert_eq!(identity(&house, &session).0, format!("arn:aws:sts::{ACCOUNT}:assumed-role/app/web"));
    assert!(may_inquire(&house, &session));
    let limited = json!({ "Policy": policy("Allow", &json!("kms:*")).to_string(), "DurationSeconds": 900 });
    let session = person(&ask(&house, &arn, &key.token(&json!({})), &limited));
    assert!(!may_inquire(&house, &session));
    house.advance(Duration::from_secs(900));
    let over = crate::staff::call(&house, &session, "GetCallerIdentity", &json!({}));
    assert_eq!(over.code(), "ExpiredToken");
}

#[test]
fn the_role_decides_by_what_the_token_says() {
    let (house, key) = house();
    let condition = json!({
        "StringEquals": { format!("{PROVIDER}:aud"): "app" },
        "StringLike": { format!("{PROVIDER}:sub"): "joe-*" },
        "ForAnyValue:StringEquals": { format!("{PROVIDER}:amr"): "mfa" },
    });
    let arn = role(&house, ACCOUNT, "app", &trusting(&condition));
    let with = |more: Value| ask(&house, &arn, &key.token(&more), &json!({}));
    assert_eq!(with(json!({ "amr": ["pwd", "mfa"] })).status, 200);
    for claims in [
        json!({ "amr": ["pwd"] }),
        json!({}),
        json!({ "amr": ["mfa"], "sub": "moe-of-tests" }),
        json!({ "amr": ["mfa"], "aud": "sts.amazonaws.com" }),
        json!({ "amr": ["mfa"], "azp": "sts.amazonaws.com" }),
    ] {
        let expected = (403, "AccessDenied".into(), "Not authorized to perform sts:AssumeRoleWithWebIdentity".into());
        assert_eq!(refused(&with(claims.clone())), expected, "{claims}");
    }
    // A role that trusts an account, and one that is not there, trust no provider.
    let other = role(&house, ACCOUNT, "other", &crate::staff::trusting(ACCOUNT));
    for arn in [other, format!("arn:aws:iam::{ACCOUNT}:role/none")] {
        assert_eq!(ask(&house, &arn, &key.token(&json!({})), &json!({})).code(), "AccessDenied");
    }
}

#[test]
fn a_token_that_does_not_hold_is_refused_in_awss_words() {
    let (house, key) = house();
    let arn = role(&house, ACCOUNT, "app", &trusting(&json!({})));
    let with = |token: &str| refused(&ask(&house, &arn, token, &json!({})));
    let invalid = |text: &str| (400, "InvalidIdentityToken".to_owned(), text.to_owned());
    let no_jwt = "The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)";
    assert_eq!(with("nonsense"), invalid(no_jwt));
    assert_eq!(with(&key.token(&json!({ "aud": "somebody-else" }))), invalid("Incorrect token audience"));
    let stranger = key.token(&json!({ "iss": "https://evil.example" }));
    assert_eq!(with(&stranger), invalid("No OpenIDConnect provider found in your account for https://evil.example"));
    let forged = Key::new("first", 8).token(&json!({}));
    assert_eq!(with(&forged).1, "InvalidIdentityToken");
    let unknown = Key::new("second", 9).token(&json!({}));
    assert_eq!(
        with(&unknown),
        invalid(
            "Couldn't retrieve verification key from your identity provider,  please reference AssumeRoleWithWebIdentity \
         documentation for requirements"
        )
    );
    let early = key.token(&json!({ "nbf": BEGIN + 3_600, "exp": BEGIN + 7_200 }));
    assert_eq!(with(&early).1, "IDPRejectedClaim");
    let expired = key.token(&json!({ "exp": BEGIN }));
    let text = format!("Token expired: current date/time {BEGIN} must be before the expiration date/time {BEGIN}");
    assert_eq!(with(&expired), (400, "ExpiredTokenException".into(), text));
    assert_eq!(ask(&house, &arn, &key.token(&json!({})), &json!({ "ProviderId": "www.amazon.com" })).status, 501);
}

#[test]
fn a_new_key_of_the_provider_is_found_and_a_withdrawn_one_is_not_believed() {
    let (house, key) = house();
    let arn = role(&house, ACCOUNT, "app", &trusting(&json!({})));
    assert_eq!(ask(&house, &arn, &key.token(&json!({})), &json!({})).status, 200);
    let next = Key::new("next", 9);
    publish(&house, &[&next]);
    house.advance(Duration::from_secs(10));
    assert_eq!(ask(&house, &arn, &next.token(&json!({})), &json!({})).status, 200);
    assert_eq!(ask(&house, &arn, &key.token(&json!({})), &json!({})).code(), "InvalidIdentityToken");
}

#[test]
fn a_provider_that_cannot_be_reached_is_worth_another_try_and_a_false_one_is_not() {
    let (house, key) = house();
    let arn = role(&house, ACCOUNT, "app", &trusting(&json!({})));
    let with = |answer: Fruitless| {
        house.outside.answers(DISCOVERY, Err(answer));
        house.advance(Duration::from_secs(10));
        ask(&house, &arn, &key.token(&json!({})), &json!({}))
    };
    assert_eq!(with(Fruitless::Unreachable("down".into())).code(), "IDPCommunicationError");
    let untrusted = with(Fruitless::Untrusted("not named".into()));
    assert_eq!(untrusted.message(), "OpenIDConnect provider's HTTPS certificate doesn't match configured thumbprint");
    assert_eq!(with(Fruitless::Useless("a page".into())).code(), "InvalidIdentityToken");
    house.outside.says(DISCOVERY, json!({ "issuer": "https://evil.example", "jwks_uri": KEYS }).to_string());
    house.advance(Duration::from_secs(10));
    assert_eq!(ask(&house, &arn, &key.token(&json!({})), &json!({})).code(), "InvalidIdentityToken");
}

#[test]
fn a_provider_of_one_account_vouches_for_nobody_in_another() {
    let (house, key) = house();
    let foreign = role(&house, OTHER_ACCOUNT, "app", &trusting(&json!({})));
    let answer = ask(&house, &foreign, &key.token(&json!({})), &json!({}));
    assert!(answer.message().starts_with("No OpenIDConnect provider found in your account"), "{}", answer.body);
    // Once it is known there too, it is that account's own provider, which the role does not trust.
    register(&house, OTHER_ACCOUNT);
    assert_eq!(ask(&house, &foreign, &key.token(&json!({})), &json!({})).code(), "AccessDenied");
}

#[test]
fn tags_and_source_identity_come_in_the_token_and_take_permissions() {
    let (house, key) = house();
    let claims = json!({
        "https://aws.amazon.com/tags": { "principal_tags": { "team": ["red"] }, "transitive_tag_keys": ["team"] },
        "https://aws.amazon.com/source_identity": "joe",
    });
    let closed = role(&house, ACCOUNT, "closed", &trusting(&json!({})));
    assert_eq!(ask(&house, &closed, &key.token(&claims), &json!({})).code(), "AccessDenied");
    let provider = format!("arn:aws:iam::{ACCOUNT}:oidc-provider/{PROVIDER}");
    let condition = json!({ "StringEquals": { "aws:RequestTag/team": "red", "sts:SourceIdentity": "joe" } });
    let actions = json!(["sts:AssumeRoleWithWebIdentity", "sts:TagSession", "sts:SetSourceIdentity"]);
    let open = trust(&json!({ "Federated": provider }), &actions, &condition);
    let only_red = json!({ "Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Action": "*", "Resource": "*",
        "Condition": { "StringEquals": {
            "aws:PrincipalTag/team": "red", "aws:SourceIdentity": "joe", "aws:FederatedProvider": provider,
        } },
    }] });
    let open = role_with(&house, ACCOUNT, "open", &open, |role| {
        role.inline.insert("all".into(), only_red.to_string());
    });
    let answer = ask(&house, &open, &key.token(&claims), &json!({}));
    assert_eq!(answer.json()["SourceIdentity"], "joe");
    assert!(may_inquire(&house, &person(&answer)));
}

#[test]
fn a_success_is_on_the_accounts_record_and_a_failure_is_not() {
    let (house, key) = house();
    let arn = role(&house, ACCOUNT, "app", &trusting(&json!({})));
    let token = key.token(&json!({}));
    ask(&house, &arn, "nonsense", &json!({}));
    let answer = ask(&house, &arn, &token, &json!({}));
    let records = house.records();
    assert_eq!(records.len(), 1, "{records:?}");
    let record = &records[0];
    assert_eq!(record["eventName"], "AssumeRoleWithWebIdentity");
    assert_eq!(record["recipientAccountId"], ACCOUNT);
    let who = &record["userIdentity"];
    let provider = format!("arn:aws:iam::{ACCOUNT}:oidc-provider/{PROVIDER}");
    assert_eq!((&who["type"], &who["userName"]), (&json!("WebIdentityUser"), &json!("joe-of-tests")));
    assert_eq!(who["identityProvider"], json!(provider));
    assert_eq!(who["principalId"], json!(format!("{provider}:app:joe-of-tests")));
    assert_eq!(record["responseElements"]["assumedRoleUser"]["assumedRoleId"], "AROAAPP:web");
    assert_eq!(record["resources"][0]["ARN"], json!(arn));
    let session = person(&answer);
    for secret in [token.as_str(), &session.secret, session.token.as_deref().unwrap()] {
        assert!(!record.to_string().contains(secret), "a secret is on record: {record}");
    }
}

#[test]
fn those_who_do_not_sign_use_up_no_accounts_quota() {
    let house = House::with_quotas(vec![fastness_sts::service()]);
    let nobodys = house.person_of("000000000000", "zero", &policy("Allow", &json!("*")));
    let arn = "arn:aws:iam::000000000000:role/app";
    let codes: Vec<String> = (0..2_000).map(|_| ask(&house, arn, "nonsense", &json!({})).code()).collect();
    assert_eq!(codes.last().map(String::as_str), Some("Throttling"), "they are limited");
    assert_eq!(house.call_by(&nobodys, "sts", "GetCallerIdentity", &json!({})).status, 200);
}
