//! Leases: one holder at a time, and fences that only grow.

use crate::support::*;
use base::{SeededRng, Timestamp};
use std::sync::Arc;
use std::time::Duration;
use store::{Engine, Leases};

super::on_every_engine!(
    a_lease_has_one_holder_until_it_ends,
    a_holder_that_comes_late_is_fenced_off,
    a_released_lease_is_free_at_once,
    of_many_that_ask_at_once_one_gets_it,
);

const TTL: Duration = Duration::from_secs(10);

fn leases(engine: Arc<dyn Engine>) -> Leases {
    // Markers must differ between the tests that share a database server.
    Leases::new(store(engine), Arc::new(SeededRng::new(u64::from(std::process::id()))))
}

fn time(seconds: i64) -> Timestamp {
    Timestamp::from_millis(seconds * 1000)
}

fn a_lease_has_one_holder_until_it_ends(engine: Arc<dyn Engine>) {
    let leases = leases(engine);
    let first = leases.acquire("scheduler", "a", TTL, time(0)).unwrap().unwrap();
    assert_eq!((first.fence, first.expires), (1, time(10)));
    assert_eq!(leases.acquire("scheduler", "b", TTL, time(9)).unwrap(), None);
    assert_eq!(leases.acquire("scheduler", "a", TTL, time(5)).unwrap().unwrap().fence, 1);
    assert_eq!(leases.acquire("other", "b", TTL, time(9)).unwrap().unwrap().fence, 1);
    let second = leases.acquire("scheduler", "b", TTL, time(15)).unwrap().unwrap();
    assert_eq!(second.fence, 2);
}

fn a_holder_that_comes_late_is_fenced_off(engine: Arc<dyn Engine>) {
    let leases = leases(engine);
    let first = leases.acquire("scheduler", "a", TTL, time(0)).unwrap().unwrap();
    let renewed = leases.renew(&first, TTL, time(8)).unwrap().unwrap();
    assert_eq!((renewed.fence, renewed.expires), (1, time(18)));
    assert_eq!(leases.renew(&renewed, TTL, time(18)).unwrap(), None);
    let second = leases.acquire("scheduler", "b", TTL, time(18)).unwrap().unwrap();
    assert_eq!(leases.renew(&renewed, TTL, time(18)).unwrap(), None);
    leases.release(&renewed).unwrap();
    assert_eq!(leases.acquire("scheduler", "c", TTL, time(19)).unwrap(), None);
    assert_eq!(second.fence, 2);
}

fn a_released_lease_is_free_at_once(engine: Arc<dyn Engine>) {
    let leases = leases(engine);
    let first = leases.acquire("scheduler", "a", TTL, time(0)).unwrap().unwrap();
    leases.release(&first).unwrap();
    assert_eq!(leases.acquire("scheduler", "b", TTL, time(1)).unwrap().unwrap().fence, 2);
}

fn of_many_that_ask_at_once_one_gets_it(engine: Arc<dyn Engine>) {
    let leases = leases(engine);
    let won = std::thread::scope(|scope| {
        let asking: Vec<_> = (0..5)
            .map(|index| {
                let leases = &leases;
                scope.spawn(move || {
                    let holder = index.to_string();
                    loop {
                        match leases.acquire("scheduler", &holder, TTL, time(0)) {
                            Err(store::Error::Conflict) => {}
                            answer => return answer.unwrap(),
                        }
                    }
                })
            })
            .collect();
        asking.into_iter().filter_map(|thread| thread.join().unwrap()).count()
    });
    assert_eq!(won, 1);
}
