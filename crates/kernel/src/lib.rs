//! The road that every call of every service takes, and what services are made of.
//!
//! bytes → route → authenticate → throttle → decode and validate → resolve → authorise → handler → commit → encode.
//!
//! Guarantees: no service sees a socket, a header or a signature, and none can skip a step (I1); an answer without a
//! decision is an internal error (I2); handlers are functions of their snapshot, re-run on conflict (I3); nothing is
//! answered that is not in the audit log or its outbox (I11).

mod access;
mod admission;
mod answer;
mod call;
mod charge;
mod chore;
mod compute;
mod control;
mod ctx;
mod decide;
mod denials;
mod door;
mod elsewhere;
mod errand;
mod error;
mod exchange;
mod faults;
mod forward;
mod guesses;
mod identity;
mod jobs;
mod last_seen;
mod last_use;
mod listed;
mod message;
mod meter;
mod metrics;
mod operator;
mod paging;
mod prices;
mod quota;
mod raised;
mod record;
mod registry;
mod rents;
mod road;
pub mod tags;
#[cfg(feature = "testing")]
#[allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "what fails in here fails a test")]
pub mod testing;
mod told;
mod usage;
mod views;
mod workers;

pub use access::{AuditResource, Target};
pub use call::{Caller, Connection, Tls};
pub use charge::{Charge, Charging};
pub use chore::Chore;
pub use compute::Overloaded;
pub use control::{Kernel, Parts};
pub use ctx::{Ctx, Lookup};
pub use denials::Denied;
pub use door::{Door, Shut};
pub use elsewhere::Elsewhere;
pub use errand::{Bringing, Brought, Errand, Fruitless, Outside};
pub use error::{Error, Result};
pub use exchange::{
    Answer, Answering, Asking, Exchange, Question, Reply, TokenError, TokenQuestion, TokenTask, Unanswered, WebQuestion,
};
pub use faults::{ALWAYS, Disturbance, FaultSet, MAX_LATENCY, Millionths, Reset};
pub use forward::Forwarded;
pub use guesses::Guesses;
pub use jobs::JobKind;
pub use last_seen::{MAX_AHEAD, MAX_BEHIND, TimeLeap};
pub use last_use::LastUse;
pub use listed::{Limit, Measure, Quota};
pub use meter::{Month, Tally};
pub use metrics::Readings;
pub use paging::{Cut, Page};
pub use prices::{Class, Tariff, Unit, Usd};
pub use quota::{Pool, Quotas};
pub use registry::{Guard, Operation, Registry, Service, op};
pub use rents::{Cost, Rent, Renting};
pub use told::{Ending, Stage, Stages, Told};
pub use usage::{Outcome, Usage, UsageLine};
pub use views::{Guarded, Reader, View};
