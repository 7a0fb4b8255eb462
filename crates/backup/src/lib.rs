//! The format of backups: what a node's store and files held at one moment, in a stream that proves itself whole.
//!
//! Guarantees: reading and writing take constant memory; a stream that was changed, cut short, reordered or added to
//! anywhere is refused with the place, without any key; nothing is believed of a frame before its checksum was compared,
//! and nothing of a stream as a whole before [`Item::End`] came. Values lie in it as the store's engine held them: sealed.
//!
//! ```text
//! stream   magic 16 | format 4 | frame…
//! frame    length of the payload 4 | where the frame begins in the stream 8 | kind 1 | payload | check 32
//! check    SHA-256(check before ‖ frame so far), the first one after SHA-256(magic ‖ format)
//! ```
//!
//! Kinds: 1 header (first, once), 2 entries of the store in the order of their keys, 3 a file's name, 4 bytes of that
//! file, 5 the end (last, once). Integers are big-endian. The checks protect from accidents and from whoever does not
//! take the trouble to compute them anew; what is sealed is protected by its seal from everybody.

mod frame;
mod header;
mod reader;
mod writer;

pub use frame::{FORMAT, MAX_PAYLOAD};
pub use header::{AuditHead, Header, Totals};
pub use reader::{Item, Problem, Reader};
pub use writer::Writer;

/// An entry of the store: its key and its sealed value.
pub type Entry = (Vec<u8>, Vec<u8>);
