//! What happens later: durable jobs on service time.
//!
//! Guarantees:
//! - A job is scheduled, cancelled and completed within the transaction of whoever does so: it exists exactly if that
//!   transaction committed, and its effect and its completion are one.
//! - Within an account and Region, jobs start in the order of their due times; none starts before its time.
//! - A job that fails is tried again after growing pauses, a bounded number of times, and then parked where it is seen.
//! - Jobs survive restarts; a job that was under way then is run again, and completes once.
//!
//! The bus knows nothing of what a job does: the kernel supplies the [`Runner`].

mod job;
mod scheduler;

pub use job::{Job, MAX_ATTEMPTS, Parked, cancel, complete, due, find, next_due, parked, schedule, spaces};
pub use scheduler::{Readings, Runner, Scheduler};
