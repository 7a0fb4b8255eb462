//! Every form of signature that STS accepts, on the real road.

use crate::member;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4a::SigningParams;
use base::Clock as _;
use directory::{NewSession, SessionGrant};
use kernel::testing::{ACCOUNT, ALICE, Answer, House, ROOT};
use policy::SessionKind;
use std::time::{Duration, UNIX_EPOCH};

const WHO_AM_I: &str = "Action=GetCallerIdentity&Version=2011-06-15";

#[test]
fn a_presigned_request_tells_who_signed_it_and_dies_with_its_window() {
    let house = House::new(vec![fastness_sts::service()]);
    // What it says of its own expiry counts for nothing at STS: tokens of Kubernetes rely on it.
    let request = house.presigned(ROOT, None, "sts", WHO_AM_I, 60);
    let send = || house.deliver(request.clone());
    assert_eq!(member(&send().body, "Account"), ACCOUNT);
    house.wall.advance(Duration::from_secs(15 * 60));
    assert_eq!(send().status, 200);
    house.wall.advance(Duration::from_secs(1));
    let answer = send();
    assert_eq!((answer.status, &*member(&answer.body, "Code")), (403, "SignatureDoesNotMatch"), "{}", answer.body);
    assert!(member(&answer.body, "Message").starts_with("Signature expired: "), "{}", answer.body);
}

#[test]
fn a_presigned_request_cannot_be_given_another_question_or_header() {
    let house = House::new(vec![fastness_sts::service()]);
    let signed = house.presigned(ROOT, None, "sts", WHO_AM_I, 60);
    let mut other = signed.clone();
    let target = signed.uri().to_string().replace("GetCallerIdentity", "GetSessionToken");
    *other.uri_mut() = target.parse().unwrap();
    assert_eq!(member(&house.deliver(other).body, "Code"), "SignatureDoesNotMatch");
    let mut added = signed.clone();
    added.headers_mut().insert("x-amz-copy-source", "elsewhere".parse().unwrap());
    assert_eq!(member(&house.deliver(added).body, "Code"), "SignatureDoesNotMatch");
    assert_eq!(house.deliver(signed).status, 200);
}

/// A question as a client posts it.
fn post(house: &House, who: (&str, &str), token: &str) -> Answer {
    house.query_in_session(who, token, "sts", "GetCallerIdentity")
}

fn session(house: &House, seconds: u64) -> NewSession {
    let directory = house.kernel.directory();
    let alice = directory.credential(ALICE.0, true).unwrap().unwrap();
    let alice = alice.principal();
    let grant = SessionGrant::new(alice.account, alice.identity.clone(), SessionKind::SessionToken);
    directory.issue_session(&grant, house.clock.now(), Duration::from_secs(seconds)).ok().unwrap()
}

#[test]
fn temporary_credentials_speak_for_their_user_until_they_expire() {
    let house = House::new(vec![fastness_sts::service()]);
    let session = session(&house, 900);
    let who = (session.access_key_id.as_str(), session.secret.expose().as_str());
    assert!(who.0.starts_with("ASIA") && who.0.len() == 20, "{}", who.0);
    let answer = post(&house, who, &session.token);
    assert_eq!(member(&answer.body, "Arn"), format!("arn:aws:iam::{ACCOUNT}:user/alice"), "{}", answer.body);
    let presigned = house.presigned(who, Some(&session.token), "sts", WHO_AM_I, 60);
    assert_eq!(house.deliver(presigned).status, 200);

    house.advance(Duration::from_secs(900));
    let answer = post(&house, who, &session.token);
    assert_eq!((answer.status, &*member(&answer.body, "Code")), (403, "ExpiredToken"), "{}", answer.body);
    assert_eq!(member(&answer.body, "Message"), "The security token included in the request is expired");
    // Without its secret nobody learns that.
    let answer = post(&house, (who.0, "another"), &session.token);
    assert_eq!(member(&answer.body, "Code"), "SignatureDoesNotMatch");
}

#[test]
fn a_token_goes_with_its_own_key_only() {
    let house = House::new(vec![fastness_sts::service()]);
    let (one, other) = (session(&house, 900), session(&house, 900));
    let who = (one.access_key_id.as_str(), one.secret.expose().as_str());
    let invalid = "The security token included in the request is invalid.";
    let mut forged = one.token.clone();
    forged.replace_range(10..11, if forged.get(10..11) == Some("A") { "B" } else { "A" });
    for (who, token) in [(who, other.token.as_str()), (who, &forged), (who, "x"), (ALICE, &one.token)] {
        let answer = post(&house, who, token);
        assert_eq!((answer.status, &*member(&answer.body, "Code")), (403, "InvalidClientTokenId"), "{}", answer.body);
        assert_eq!(member(&answer.body, "Message"), invalid);
    }
    let answer = house.query_as(who, "sts", "GetCallerIdentity");
    assert_eq!(member(&answer.body, "Code"), "InvalidClientTokenId", "a session without its token");
}

#[test]
fn a_request_for_several_regions_is_for_this_one_if_it_may_be() {
    let house = House::new(vec![fastness_sts::service()]);
    let ask = |regions: &str| {
        let identity = aws_credential_types::Credentials::new(ROOT.0, ROOT.1, None, None, "test").into();
        let now = UNIX_EPOCH + Duration::from_millis(house.wall.now().millis().unsigned_abs());
        let settings = SigningSettings::default();
        let parameters =
            SigningParams::builder().identity(&identity).region_set(regions).name("sts").time(now).settings(settings);
        let signable = SignableRequest::new(
            "POST",
            "http://localhost/",
            [("content-type", "application/x-www-form-urlencoded")].into_iter(),
            SignableBody::Bytes(WHO_AM_I.as_bytes()),
        );
        let signed = sign(signable.unwrap(), &parameters.build().unwrap().into()).unwrap();
        let mut request = http::Request::post("/")
            .header("host", "localhost")
            .header("content-type", "application/x-www-form-urlencoded");
        for (name, value) in signed.into_parts().0.headers() {
            request = request.header(name, value);
        }
        house.deliver(request.body(WHO_AM_I.into()).unwrap())
    };
    let answer = ask("*");
    assert_eq!(member(&answer.body, "Account"), ACCOUNT, "{}", answer.body);
    assert_eq!(ask("eu-west-1,us-*").status, 200);
    assert_eq!(ask("eu-west-1").status, 200);
    let answer = ask("eu-*");
    assert_eq!((answer.status, &*member(&answer.body, "Code")), (403, "SignatureDoesNotMatch"), "{}", answer.body);
    let regions: Vec<String> =
        house.records().iter().map(|record| record["awsRegion"].as_str().unwrap_or_default().to_owned()).collect();
    assert_eq!(regions, ["us-east-1", "us-east-1", "eu-west-1"]);
}

#[test]
fn a_presigned_request_passes_the_same_checks_as_one_with_headers() {
    use crate::staff::{policy, role, trust};
    use serde_json::json;
    let house = House::new(vec![fastness_sts::service()]);
    let rich = house.person("rich", &policy("Allow", &json!("sts:AssumeRole")));
    let poor = house.person("poor", &policy("Deny", &json!("sts:AssumeRole")));
    let condition = json!({ "StringEquals": { "sts:ExternalId": "deal-7" } });
    let root = json!({ "AWS": format!("arn:aws:iam::{ACCOUNT}:root") });
    let arn = role(&house, ACCOUNT, "app", &trust(&root, &json!("sts:AssumeRole"), &condition));
    let ask = |who: &kernel::testing::Person, external_id: &str| {
        let question = format!(
            "Action=AssumeRole&Version=2011-06-15&RoleSessionName=tests&ExternalId={external_id}&RoleArn={}",
            arn.replace(':', "%3A").replace('/', "%2F")
        );
        house.deliver(house.presigned(who.keys(), None, "sts", &question, 60))
    };
    let answer = ask(&rich, "deal-7");
    assert_eq!(answer.status, 200, "{}", answer.body);
    for (who, external_id) in [(&rich, "deal-8"), (&poor, "deal-7")] {
        let answer = ask(who, external_id);
        assert_eq!((answer.status, answer.code().as_str()), (403, "AccessDenied"), "{}", answer.body);
    }
}
