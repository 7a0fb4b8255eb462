//! Streams: however the pieces fall, and whatever the other side of them does.

use crate::support::{context, decryptor, encryptor, no_context, sample};
use envelope::{AlgorithmSuite, Error};
use proptest::collection::vec;
use proptest::prelude::*;
use std::io::{self, ErrorKind, Read, Write};

const SIGNED: AlgorithmSuite = AlgorithmSuite::Aes256GcmHkdfSha512CommitKeyEcdsaP384;
const UNSIGNED: AlgorithmSuite = AlgorithmSuite::Aes256GcmHkdfSha512CommitKey;

/// Gives its bytes in pieces of these lengths, again and again; before each it was interrupted once.
struct Pieces<'a> {
    bytes: &'a [u8],
    lengths: &'a [usize],
    turn: usize,
}

impl Read for Pieces<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        self.turn += 1;
        if self.turn % 2 == 1 {
            return Err(ErrorKind::Interrupted.into());
        }
        let length = self.lengths[self.turn / 2 % self.lengths.len()].min(out.len());
        self.bytes.read(&mut out[..length])
    }
}

/// Takes pieces of these lengths; before each it was interrupted once.
#[derive(Default)]
struct Sips {
    bytes: Vec<u8>,
    lengths: Vec<usize>,
    turn: usize,
}

impl Write for Sips {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.turn += 1;
        if self.turn % 2 == 1 {
            return Err(ErrorKind::Interrupted.into());
        }
        let length = self.lengths[self.turn / 2 % self.lengths.len()].min(bytes.len());
        self.bytes.extend(&bytes[..length]);
        Ok(length)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn write_in_pieces(mut writer: impl Write, bytes: &[u8], lengths: &[usize]) {
    let mut rest = bytes;
    for length in lengths.iter().cycle() {
        if rest.is_empty() {
            break;
        }
        let (piece, left) = rest.split_at((*length).min(rest.len()));
        writer.write_all(piece).unwrap();
        rest = left;
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn any_split_of_reads_and_writes_gives_the_same(
        length in 0_usize..3000,
        frame_length in 1_u32..400,
        input in vec(1_usize..500, 1..8),
        output in vec(1_usize..500, 1..8),
        is_signed in any::<bool>(),
    ) {
        let plaintext = sample(length);
        let suite = if is_signed { SIGNED } else { UNSIGNED };
        let encryptor = encryptor(suite, frame_length);
        let sips = || Sips { lengths: output.clone(), ..Sips::default() };

        let pieces = Pieces { bytes: &plaintext, lengths: &input, turn: 0 };
        let mut sealed = sips();
        let sent = encryptor.encrypt_stream(pieces, &mut sealed, &context()).unwrap();
        let pieces = Pieces { bytes: &sealed.bytes, lengths: &output, turn: 0 };
        let mut opened = sips();
        let got = decryptor().decrypt_stream(pieces, &mut opened, &no_context()).unwrap();
        prop_assert_eq!(&opened.bytes, &plaintext);
        prop_assert_eq!(sent, got);

        let mut writer = encryptor.encrypt_writer(sips(), &context()).unwrap();
        write_in_pieces(&mut writer, &plaintext, &input);
        let (written, sent) = writer.finish().unwrap();
        prop_assert_eq!(written.bytes.len(), usize::try_from(sent.message_length).unwrap());
        if !is_signed {
            prop_assert_eq!(written.bytes.len(), sealed.bytes.len(), "frames are cut the same way");
        }
        let mut writer = decryptor().decrypt_writer(sips(), &no_context());
        write_in_pieces(&mut writer, &written.bytes, &output);
        let (opened, got) = writer.finish().unwrap();
        prop_assert_eq!(opened.bytes, plaintext);
        prop_assert_eq!(sent, got);
    }
}

#[test]
fn a_final_frame_that_waits_for_its_signature_is_kept_while_buffers_grow() {
    // The first read, of 8 KiB, ends in or around the footer.
    let header = encryptor(SIGNED, 1 << 16).encrypt(b"", &context()).unwrap().message.len();
    for length in 8192 - header - 10..8192 - header + 130 {
        let plaintext = sample(length);
        let message = encryptor(SIGNED, 1 << 16).encrypt(&plaintext, &context()).unwrap().message;
        let mut out = Vec::new();
        decryptor().decrypt_reader(message.as_slice(), &no_context()).read_to_end(&mut out).unwrap();
        assert!(out == plaintext, "{length}");
        let mut writer = decryptor().decrypt_writer(Vec::new(), &no_context());
        writer.write_all(&message).unwrap();
        assert!(writer.finish().unwrap().0 == plaintext, "{length}");
    }
}

#[test]
fn ten_megabytes_in_frames_of_128_bytes_go_through() {
    let plaintext = sample(10_000_000);
    let encryptor = encryptor(UNSIGNED, 128);
    let message = encryptor.encrypt(&plaintext, &context()).unwrap().message;
    assert!(decryptor().decrypt(&message, &no_context()).unwrap().plaintext == plaintext);
    let mut streamed = Vec::new();
    decryptor().decrypt_stream(message.as_slice(), &mut streamed, &no_context()).unwrap();
    assert!(streamed == plaintext);
}

/// Fails with this kind at every call from the n-th on.
struct FailsAfter(usize, ErrorKind);

impl FailsAfter {
    fn turn(&mut self) -> io::Result<()> {
        self.0 = self.0.checked_sub(1).ok_or(self.1)?;
        Ok(())
    }
}

impl Read for FailsAfter {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        self.turn()?;
        // What messages begin with.
        out[0] = 2;
        Ok(1)
    }
}

impl Write for FailsAfter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.turn()?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn errors_of_the_other_side_come_through_as_they_are() {
    let encryptor = encryptor(UNSIGNED, 16);
    let is = |error: Error| matches!(error, Error::Io(error) if error.kind() == ErrorKind::BrokenPipe);
    let broken = || FailsAfter(1, ErrorKind::BrokenPipe);
    assert!(is(encryptor.encrypt_stream(broken(), io::sink(), &context()).unwrap_err()));
    assert!(is(encryptor.encrypt_stream([0; 1 << 20].as_slice(), broken(), &context()).unwrap_err()));
    let message = encryptor.encrypt(&vec![0; 1 << 20], &context()).unwrap().message;
    assert!(is(decryptor().decrypt_stream(message.as_slice(), broken(), &no_context()).unwrap_err()));
    assert!(is(decryptor().decrypt_stream(broken(), io::sink(), &no_context()).unwrap_err()));
}

#[test]
fn a_reader_that_had_nothing_yet_may_be_asked_again() {
    /// Has a byte at every second call.
    struct Slow<'a>(&'a [u8], bool);
    impl Read for Slow<'_> {
        fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
            self.1 = !self.1;
            if self.1 { Err(ErrorKind::WouldBlock.into()) } else { self.0.read(&mut out[..1]) }
        }
    }
    let patient = |reader: &mut dyn Read| {
        let mut out = Vec::new();
        loop {
            let mut byte = [0];
            match reader.read(&mut byte) {
                Ok(0) => return out,
                Ok(_) => out.push(byte[0]),
                Err(error) => assert_eq!(error.kind(), ErrorKind::WouldBlock),
            }
        }
    };
    let plaintext = sample(100);
    let mut reader = encryptor(SIGNED, 16).encrypt_reader(Slow(&plaintext, false), &context()).unwrap();
    let message = patient(&mut reader);
    let mut reader = decryptor().decrypt_reader(Slow(&message, false), &no_context());
    assert_eq!(patient(&mut reader), plaintext);
}

#[test]
fn a_stream_that_failed_stays_failed() {
    let message = encryptor(UNSIGNED, 16).encrypt(&sample(100), &context()).unwrap().message;
    let mut changed = message.clone();
    *changed.last_mut().unwrap() ^= 1;

    let mut reader = decryptor().decrypt_reader(changed.as_slice(), &no_context());
    let mut out = Vec::new();
    let error = Error::from(reader.read_to_end(&mut out).unwrap_err());
    assert!(matches!(error, Error::Tampered { what: "the final frame", .. }), "{error}");
    assert!(reader.read(&mut [0; 8]).is_err());
    assert!(reader.finish().is_err());

    let mut writer = decryptor().decrypt_writer(Vec::new(), &no_context());
    writer.write_all(&changed).unwrap();
    assert!(writer.flush().is_err());
    assert!(writer.write(&[0]).is_err());
    assert!(writer.finish().is_err());
}

#[test]
fn a_stream_that_was_not_read_to_its_end_has_no_summary() {
    let encryptor = encryptor(UNSIGNED, 16);
    let mut reader = encryptor.encrypt_reader([0; 100].as_slice(), &context()).unwrap();
    reader.read_exact(&mut [0; 50]).unwrap();
    assert!(reader.finish().is_err());
    let message = encryptor.encrypt(&[0; 100], &context()).unwrap().message;
    let mut reader = decryptor().decrypt_reader(message.as_slice(), &no_context());
    reader.read_exact(&mut [0; 100]).unwrap();
    assert!(reader.finish().is_err(), "only the end tells that nothing follows");
}

#[test]
fn a_writer_that_was_not_finished_leaves_no_message() {
    let mut bytes = Vec::new();
    let mut writer = encryptor(UNSIGNED, 16).encrypt_writer(&mut bytes, &context()).unwrap();
    writer.write_all(&sample(40)).unwrap();
    writer.flush().unwrap();
    drop(writer);
    let error = decryptor().decrypt(&bytes, &no_context()).unwrap_err();
    assert!(matches!(error, Error::Truncated { .. }), "{error}");
}

#[test]
fn whole_frames_are_there_after_a_flush() {
    let mut pipe = Vec::new();
    let mut writer = encryptor(UNSIGNED, 16).encrypt_writer(&mut pipe, &context()).unwrap();
    writer.write_all(&sample(40)).unwrap();
    writer.flush().unwrap();
    drop(writer);
    let mut out = [0; 32];
    let mut reader = decryptor().decrypt_reader(pipe.as_slice(), &no_context());
    reader.read_exact(&mut out).unwrap();
    assert_eq!(out, sample(40)[..32]);
}
