//! Any bytes as the header of an encrypted message: never a panic, the same however the bytes come, and nothing beyond a
//! limit.

use envelope::{ContentType, Limits, MessageHeader};
use std::io::Read;

pub(crate) fn run(data: &[u8]) {
    let mut limits = Limits::default();
    for (keys, length) in [(10, 1 << 20), (2, 300)] {
        limits.encrypted_data_keys = keys;
        limits.header_length = length;
        let mut rest = data;
        let at_once = MessageHeader::read(&mut rest, &limits);
        let by_byte = MessageHeader::read(Bytes(data), &limits);
        let texts = [&at_once, &by_byte].map(|result| result.as_ref().err().map(ToString::to_string));
        assert_eq!(texts[0], texts[1]);
        let Ok(header) = at_once else { continue };
        assert!(by_byte.is_ok_and(|other| other == header));
        assert!(data.len() - rest.len() <= length);
        assert!((1..=usize::from(keys)).contains(&header.encrypted_data_keys.len()));
        assert_eq!(header.content_type == ContentType::Framed, header.frame_length > 0);
        assert!(u64::from(header.frame_length) <= limits.frame_length);
        assert_eq!(header.message_id.len(), header.version.message_id_length());
        assert_eq!(header.version, header.suite.message_version());
        assert_eq!(header.commitment.is_some(), header.suite.is_committing());
    }
}

/// Gives one byte at a time.
struct Bytes<'a>(&'a [u8]);

impl Read for Bytes<'_> {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        let length = out.len().min(1);
        self.0.read(&mut out[..length])
    }
}
