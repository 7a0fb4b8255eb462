//! Several seals over one root key: any opens, the last stays, and a new one is given out once it has proven itself.

use crate::support::House;
use base::{Rng, Secret};
use crypto::{
    EphemeralSeal, Hierarchy, OpenError, RootRecord, RootSeal, UnwrapError, new_slot, opened_slot, root_key_path,
    root_record, unlock,
};
use primitives::SystemRng;
use std::sync::Arc;

/// A seal that answers as it was told to.
struct Told(UnwrapError);

impl RootSeal for Told {
    fn name(&self) -> String {
        "told".into()
    }
    fn locator(&self) -> String {
        String::new()
    }
    fn wrap(&self, _: &Secret<[u8; 32]>, _: &dyn Rng) -> Result<Vec<u8>, String> {
        Ok(vec![1])
    }
    fn unwrap(&self, _: &[u8]) -> Result<Secret<[u8; 32]>, UnwrapError> {
        Err(self.0.clone())
    }
}

/// A seal that gives back something else.
struct Forgetful;

impl RootSeal for Forgetful {
    fn name(&self) -> String {
        "forgetful".into()
    }
    fn locator(&self) -> String {
        String::new()
    }
    fn wrap(&self, _: &Secret<[u8; 32]>, _: &dyn Rng) -> Result<Vec<u8>, String> {
        Ok(vec![1])
    }
    fn unwrap(&self, _: &[u8]) -> Result<Secret<[u8; 32]>, UnwrapError> {
        Ok(Secret::new([0; 32]))
    }
}

fn seal() -> EphemeralSeal {
    EphemeralSeal::new(&SystemRng)
}

/// The record of a store that these seals open.
fn record(seals: &[&dyn RootSeal]) -> RootRecord {
    let house = House::new();
    Hierarchy::make(house.engine.clone(), seals, Arc::new(SystemRng)).unwrap();
    root_record(house.engine.as_ref()).unwrap().unwrap()
}

#[test]
fn any_of_several_seals_opens_and_each_is_in_the_record() {
    let (first, second, other) = (seal(), seal(), seal());
    let record = record(&[&first, &second]);
    assert_eq!(record.slots().len(), 2);
    for (place, seal) in [&first, &second].into_iter().enumerate() {
        assert!(unlock(&[&other, seal], &record).is_ok());
        assert!(*opened_slot(&[seal], &record).unwrap() == record.slots()[place]);
    }
    assert!(matches!(unlock(&[&other], &record), Err(OpenError::WrongSeal { .. })));
    assert!(RootRecord::read(&record.write()).is_ok_and(|again| again.slots() == record.slots()));
}

#[test]
fn a_new_seal_opens_the_same_key_and_a_removed_one_no_longer_does() {
    let (first, second) = (seal(), seal());
    let mut record = record(&[&first]);
    let slot = new_slot(&[&first], &record, &second, &second, &SystemRng).unwrap();
    record.add(slot).unwrap();
    assert!(unlock(&[&second], &record).is_ok());
    assert_eq!(record.remove(3).err(), Some(OpenError::NoSuchSeal(3)));
    assert_eq!(record.remove(0).err(), Some(OpenError::NoSuchSeal(0)));
    record.remove(1).unwrap();
    assert!(unlock(&[&second], &record).is_ok() && unlock(&[&first], &record).is_err());
    assert_eq!(record.remove(1).err(), Some(OpenError::LastSeal));
}

#[test]
fn a_seal_that_does_not_give_back_what_it_was_given_is_refused() {
    let (first, other) = (seal(), seal());
    let record = record(&[&first]);
    let added = |new: &dyn RootSeal, proof: &dyn RootSeal| new_slot(&[&first], &record, new, proof, &SystemRng);
    assert!(matches!(added(&Forgetful, &Forgetful), Err(OpenError::Damaged(_))));
    assert!(matches!(added(&seal(), &other), Err(OpenError::WrongSeal { .. })), "it will be another one");
    let holder = new_slot(&[&other], &record, &first, &first, &SystemRng);
    assert!(matches!(holder, Err(OpenError::WrongSeal { .. })), "who adds one holds none");
    let house = House::new();
    let made = Hierarchy::make(house.engine.clone(), &[&first, &Forgetful], Arc::new(SystemRng));
    assert!(matches!(made, Err(OpenError::Damaged(_))));
    assert!(house.raw().iter().all(|entry| entry.key != root_key_path()), "nothing was made");
}

#[test]
fn a_store_has_a_limited_number_of_seals() {
    let first = seal();
    let mut record = record(&[&first]);
    let slot = record.slots()[0].clone();
    for _ in 1..16 {
        record.add(slot.clone()).unwrap();
    }
    assert_eq!(record.add(slot).err(), Some(OpenError::TooManySeals(16)));
    // Whoever can write the store could have a passphrase be tried for ever.
    let mut more = record.write();
    let slot = more[14..].len() / 16;
    more[13] = 17;
    more.extend_from_within(14..14 + slot);
    assert!(matches!(RootRecord::read(&more), Err(OpenError::Damaged(_))));
}

#[test]
fn what_a_record_says_of_its_seals_can_go_to_a_terminal() {
    struct Named;
    impl RootSeal for Named {
        fn name(&self) -> String {
            "a\x1b[2Jseal\n".into()
        }
        fn locator(&self) -> String {
            "file:/k\x1b]0;x\x07".into()
        }
        fn wrap(&self, root: &Secret<[u8; 32]>, _: &dyn Rng) -> Result<Vec<u8>, String> {
            Ok(root.expose().to_vec())
        }
        fn unwrap(&self, wrapped: &[u8]) -> Result<Secret<[u8; 32]>, UnwrapError> {
            wrapped.try_into().map(Secret::new).map_err(|_| UnwrapError::Damaged)
        }
    }
    let record = record(&[&Named]);
    let slot = &record.slots()[0];
    assert_eq!(
        (slot.name.as_str(), slot.locator.as_str()),
        ("a\u{fffd}[2Jseal\u{fffd}", "file:/k\u{fffd}]0;x\u{fffd}")
    );
    assert!(unlock(&[&Named], &record).is_ok());
}

#[test]
fn what_may_be_otherwise_the_next_time_is_told_before_what_is_not() {
    let first = seal();
    let record = record(&[&first]);
    let unavailable = Told(UnwrapError::Unavailable("away".into()));
    let refused = Told(UnwrapError::Refused("wrong PIN".into()));
    let damaged = Told(UnwrapError::Damaged);
    let told = |seals: &[&dyn RootSeal]| unlock(seals, &record).err().unwrap();
    assert!(matches!(told(&[&damaged, &refused, &unavailable]), OpenError::Unavailable { .. }));
    assert!(matches!(told(&[&damaged, &refused]), OpenError::Refused { .. }));
    assert!(matches!(told(&[&seal(), &damaged]), OpenError::Damaged(_)));
    assert!(unlock(&[&damaged, &refused, &unavailable, &first], &record).is_ok(), "one that opens is enough");
}
