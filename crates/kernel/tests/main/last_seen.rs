//! A clock that is years off is noticed by what the store says.

use base::Clock;
use kernel::testing::House;
use kernel::{Kernel, MAX_AHEAD, MAX_BEHIND, TimeLeap};
use std::time::Duration;

const HOUR: Duration = Duration::from_secs(3_600);

fn leap(house: &House, now: base::Timestamp) -> Option<TimeLeap> {
    Kernel::check_time(house.kernel.store(), now).unwrap()
}

#[test]
fn a_store_that_was_never_in_use_takes_any_time() {
    let house = House::new(vec![]);
    assert_eq!(leap(&house, base::Timestamp::from_millis(0)), None);
}

#[test]
fn a_store_knows_to_the_hour_when_it_was_last_in_use() {
    let house = House::new(vec![]);
    house.kernel.keep_notes().unwrap();
    let begun = house.clock.now();
    for _ in 0..20 {
        house.advance(HOUR / 2);
        house.kernel.keep_notes().unwrap();
    }
    let end = house.clock.now();
    assert_eq!(leap(&house, end), None);
    let behind = leap(&house, begun.minus(MAX_BEHIND)).unwrap();
    assert!(end.since(behind.seen) <= HOUR && behind.seen <= end);
    assert!(leap(&house, end.plus(MAX_AHEAD + HOUR)).is_some());
    assert_eq!(leap(&house, end.plus(MAX_AHEAD - HOUR)), None);
}

#[test]
fn a_clock_set_right_again_is_what_counts_from_then_on() {
    let house = House::new(vec![]);
    house.advance(MAX_AHEAD * 3);
    house.kernel.keep_notes().unwrap();
    let wrong = house.clock.now();
    // As when an operator accepts it: a kernel with the right time runs on the same store.
    let right = House::over(vec![], house.engine.clone());
    assert!(leap(&right, right.clock.now()).is_some());
    right.kernel.keep_notes().unwrap();
    assert_eq!(leap(&right, right.clock.now()), None);
    assert!(leap(&right, wrong).is_some());
}
