//! IAM on the real road: signed calls, the memory engine.

#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

use kernel::testing::{Answer, House, OTHER, REGION, ROOT};

fn house() -> House {
    House::new(vec![fastness_iam::service()])
}

fn call(house: &House, who: (&str, &str), form: &str) -> Answer {
    let request = http::Request::post("/").header("content-type", "application/x-www-form-urlencoded");
    let request = request.body(format!("Version=2010-05-08&{form}").into()).unwrap();
    house.send(who, REGION, "iam", request)
}

#[test]
fn a_new_alias_takes_the_place_of_the_old_and_no_two_accounts_share_one() {
    let house = house();
    for alias in ["first", "second"] {
        let answer = call(&house, ROOT, &format!("Action=CreateAccountAlias&AccountAlias={alias}"));
        assert_eq!(answer.status, 200, "{}", answer.body);
    }
    let answer = call(&house, ROOT, "Action=ListAccountAliases");
    assert!(answer.body.contains("second") && !answer.body.contains("first"), "{}", answer.body);
    let taken = call(&house, OTHER, "Action=CreateAccountAlias&AccountAlias=second");
    assert_eq!(taken.status, 409);
    assert!(taken.body.contains("<Code>EntityAlreadyExists</Code>"), "{}", taken.body);
    assert_eq!(call(&house, OTHER, "Action=CreateAccountAlias&AccountAlias=first").status, 200);
    assert_eq!(call(&house, ROOT, "Action=DeleteAccountAlias&AccountAlias=first").status, 404);
    assert_eq!(call(&house, ROOT, "Action=DeleteAccountAlias&AccountAlias=second").status, 200);
}
