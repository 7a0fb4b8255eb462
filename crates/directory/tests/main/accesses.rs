//! What users and roles called last.

use crate::{Here, account};
use base::{Region, Timestamp};
use fastness_directory::records::{self, ServiceUse, User};
use policy::{Identity, Principal};
use std::collections::BTreeMap;

const HOUR: i64 = 3_600_000;

fn region() -> Region {
    "eu-west-1".parse().unwrap()
}

fn bob(here: &Here) -> (User, Principal) {
    let user = User::new("AIDABOB".into(), "/", "bob", Timestamp::from_millis(0));
    here.change(|records| records::add(records, account(), &user));
    (user, Principal::user(account(), "/", "bob", "AIDABOB"))
}

/// The last calls as `service:Action` and time.
fn told(here: &Here) -> BTreeMap<String, i64> {
    let mut transaction = here.store.begin().unwrap();
    let uses = here.directory.service_uses(&mut transaction, account(), "AIDABOB").unwrap();
    let each = uses.iter().flat_map(|(service, uses)| {
        uses.actions.iter().map(move |(action, call)| (format!("{service}:{action}"), call.at.0))
    });
    each.collect()
}

fn kept(here: &Here) -> usize {
    let mut transaction = here.store.begin().unwrap();
    let all = ServiceUse::of(account(), "AIDABOB");
    transaction.scan::<ServiceUse>(&all, None, 10).unwrap().len()
}

#[test]
fn the_last_call_of_each_action_is_told_at_once_and_kept_until_the_user_is_gone() {
    let here = Here::new();
    let (user, principal) = bob(&here);
    let call = |action, at| here.directory.accessed(&principal, action, region(), Timestamp::from_millis(at));
    call(("kms", "Encrypt"), HOUR);
    call(("kms", "Decrypt"), HOUR + 1);
    call(("s3", "GetObject"), HOUR + 2);
    let first = [("kms:Decrypt".to_owned(), HOUR + 1), ("kms:Encrypt".into(), HOUR), ("s3:GetObject".into(), HOUR + 2)];
    assert_eq!(told(&here), first.clone().into());
    assert_eq!(kept(&here), 0);
    here.directory.keep_uses().unwrap();
    assert_eq!((told(&here), kept(&here)), (first.into(), 2));
    call(("kms", "Encrypt"), 3 * HOUR);
    assert_eq!(told(&here)["kms:Encrypt"], 3 * HOUR);
    here.change(|records| records::remove(records, account(), &user));
    assert_eq!(kept(&here), 0);
    // What was noted of somebody who is gone is not kept.
    here.directory.keep_uses().unwrap();
    assert_eq!((told(&here).len(), kept(&here)), (0, 0));
}

#[test]
fn a_call_that_goes_on_is_noted_once_an_hour_and_an_older_one_changes_nothing() {
    let here = Here::new();
    let (_, principal) = bob(&here);
    let call = |at| here.directory.accessed(&principal, ("kms", "Encrypt"), region(), Timestamp::from_millis(at));
    for at in 0..100 {
        call(HOUR + at);
    }
    assert_eq!(told(&here)["kms:Encrypt"], HOUR);
    here.directory.keep_uses().unwrap();
    call(0);
    assert_eq!(told(&here)["kms:Encrypt"], HOUR);
    here.directory.keep_uses().unwrap();
    assert_eq!(told(&here)["kms:Encrypt"], HOUR);
    call(2 * HOUR + 5);
    assert_eq!(told(&here)["kms:Encrypt"], 2 * HOUR + 5);
}

#[test]
fn calls_of_nobody_in_particular_are_not_noted() {
    let here = Here::new();
    bob(&here);
    for identity in [Identity::Root, Identity::Anonymous, Identity::Service { name: "s3.amazonaws.com".into() }] {
        let principal = Principal::new(account(), identity);
        here.directory.accessed(&principal, ("kms", "Encrypt"), region(), Timestamp::from_millis(HOUR));
    }
    here.directory.keep_uses().unwrap();
    assert_eq!(told(&here).len(), 0);
}
