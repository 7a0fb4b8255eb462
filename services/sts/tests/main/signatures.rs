//! Every form of signature that STS accepts, on the real road.

use crate::member;
use kernel::testing::{ACCOUNT, House, ROOT};
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
