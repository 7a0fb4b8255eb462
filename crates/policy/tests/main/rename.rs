//! Principals under other names.

use policy::{Document, Kind};
use std::convert::Infallible;

const TRUST: &str = r#"{
  "Version": "2012-10-17",
  "Statement": [
    { "Effect": "Allow", "Action": "sts:AssumeRole",
      "Principal": { "AWS": [ "arn:aws:iam::111122223333:role/app", "111122223333", "\u0061rn:aws:iam::111122223333:user/ada" ],
                     "Service": "ec2.amazonaws.com" } },
    { "Effect": "Deny", "Action": "sts:AssumeRole", "Principal": { "AWS": "arn:aws:iam::111122223333:role/app" } }
  ]
}"#;

fn renamed(text: &str, names: &[(&str, &str)]) -> String {
    let document = Document::parse(Kind::Trust, text).unwrap();
    let new = |name: &str| names.iter().find(|(old, _)| *old == name).map(|(_, new)| (*new).to_owned());
    document.rename_principals(|name| Ok::<_, Infallible>(new(name))).unwrap()
}

#[test]
fn only_principals_change_and_the_layout_stays() {
    let names = [("arn:aws:iam::111122223333:role/app", "AROA1"), ("arn:aws:iam::111122223333:user/ada", "AIDA1")];
    let bound = renamed(TRUST, &names);
    let expected = TRUST
        .replace("arn:aws:iam::111122223333:role/app", "AROA1")
        .replace(r"\u0061rn:aws:iam::111122223333:user/ada", "AIDA1");
    assert_eq!(bound, expected);
    let back: Vec<_> = names.iter().map(|(arn, id)| (*id, *arn)).collect();
    assert_eq!(renamed(&bound, &back), TRUST.replace(r"\u0061", "a"));
}

#[test]
fn what_has_no_other_name_stays_letter_by_letter() {
    assert_eq!(renamed(TRUST, &[]), TRUST);
    assert_eq!(renamed(TRUST, &[("ec2.amazonaws.com", "evil.example")]), TRUST, "services are not renamed");
}

#[test]
fn a_failure_to_find_a_name_is_the_answer() {
    let document = Document::parse(Kind::Trust, TRUST).unwrap();
    assert_eq!(
        document.rename_principals(|name| Err(name.to_owned())).unwrap_err(),
        "arn:aws:iam::111122223333:role/app"
    );
}
