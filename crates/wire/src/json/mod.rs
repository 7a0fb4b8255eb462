//! JSON as awsJson uses it, read straight into values by shape, and written from them.

mod answer;
mod read;
mod scan;
mod write;

pub(crate) use answer::{answer, fault, request};
pub(crate) use read::has_duplicate;
pub use read::read;
pub use scan::{Malformed, Number, Scanner};
pub(crate) use write::scalar;
pub use write::write;
