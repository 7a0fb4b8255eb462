//! Every form of signature that STS accepts, on the real road.

use crate::member;
use directory::NewSession;
use kernel::testing::{ACCOUNT, ALICE, Answer, House, ROOT};
use std::time::Duration;

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
    let alice = directory.credential(ALICE.0).unwrap().unwrap();
    directory.issue_session(&alice.principal, Duration::from_secs(seconds)).unwrap()
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
