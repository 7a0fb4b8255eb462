//! JSON as awsJson uses it, read straight into values by shape, and written from them.

mod read;
mod scan;
mod write;

pub use read::read;
pub(crate) use read::{from_epoch, has_duplicate};
pub use scan::{Malformed, Number, Scanner};
pub use write::write;
pub(crate) use write::{length, scalar};
