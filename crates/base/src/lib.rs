//! The vocabulary of the house: accounts, Regions, ARNs, both clocks, durations counted, randomness, secrets.
//!
//! Guarantees: an identifier that exists is valid; a [`Secret`] is wiped when dropped and cannot be printed; nobody
//! reads the time or draws randomness except through the traits here. Depends on nothing else in the workspace.

mod arn;
mod clock;
mod durations;
mod ids;
mod rng;
mod secret;
mod time;

pub use arn::Arn;
pub use clock::{Clock, ServiceClock, ServiceTime, SystemClock, TestClock};
pub use durations::{Durations, Spread};
pub use ids::{AccountId, Invalid, Partition, Region, Scope, Uuid};
pub use rng::{Rng, SeededRng, hex, unhex};
pub use secret::{Secret, Wipe};
pub use time::Timestamp;
