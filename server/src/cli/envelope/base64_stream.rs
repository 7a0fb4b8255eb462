//! Base64 on the way in and out.

use base64::engine::general_purpose::{GeneralPurpose, STANDARD};
use base64::read::DecoderReader;
use std::io::{self, Read};

/// Reads base64, line ends and other white space left out.
pub(super) type Decoder<R> = DecoderReader<'static, GeneralPurpose, Compact<R>>;

/// Writes base64, in one line without an end. Its `finish` must be called.
pub(super) type Encoder<W> = base64::write::EncoderWriter<'static, GeneralPurpose, W>;

pub(super) fn decoder<R: Read>(reader: R) -> Decoder<R> {
    DecoderReader::new(Compact(reader), &STANDARD)
}

pub(super) fn encoder<W: io::Write>(writer: W) -> Encoder<W> {
    Encoder::new(writer, &STANDARD)
}

/// Takes white space out.
pub(super) struct Compact<R>(R);

impl<R: Read> Read for Compact<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        loop {
            let read = self.0.read(out)?;
            let mut kept = 0;
            for index in 0..read {
                if let Some(&byte) = out.get(index).filter(|byte| !byte.is_ascii_whitespace()) {
                    if let Some(place) = out.get_mut(kept) {
                        *place = byte;
                    }
                    kept += 1;
                }
            }
            if kept > 0 || read == 0 {
                return Ok(kept);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    #[test]
    fn what_is_encoded_is_decoded_whatever_its_lines() {
        let plain: Vec<u8> = (0..=255).cycle().take(100_001).collect();
        let mut encoder = encoder(Vec::new());
        plain.chunks(999).for_each(|chunk| encoder.write_all(chunk).unwrap());
        let text = encoder.finish().unwrap();
        let lines: Vec<u8> = text.chunks(76).flat_map(|line| [line, b" \r\n\t"].concat()).collect();
        let mut read = Vec::new();
        decoder(&lines[..]).read_to_end(&mut read).unwrap();
        assert!(read == plain);
        assert!(decoder(&b"AAA*"[..]).read_to_end(&mut read).is_err());
        assert!(decoder(&b"AAA"[..]).read_to_end(&mut read).is_err(), "cut off");
    }
}
