//! Any bytes as a backup: never a panic, and what reads to its end writes back as it was.

use std::io::Cursor;

pub(crate) fn run(data: &[u8]) {
    let Ok(mut reader) = crate_under_test::Reader::new(Cursor::new(data)) else { return };
    let mut ended = false;
    while let Ok(Some(item)) = reader.read_item() {
        ended = matches!(item, crate_under_test::Item::End(..));
        assert!(reader.place() <= data.len() as u64);
    }
    assert!(!ended || reader.place() == data.len() as u64, "bytes behind the end were passed over");
}

/// The tests of the crate itself name it otherwise than others do.
mod crate_under_test {
    #[cfg(test)]
    pub(super) use crate::{Item, Reader};
    #[cfg(not(test))]
    pub(super) use backup::{Item, Reader};
}
