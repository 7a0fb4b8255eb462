//! Streams that more than one thread works on: the same bytes, the same errors, whatever the reader and writer do.

use crate::support::{context, decryptor, encryptor, no_context, sample};
use envelope::{AlgorithmSuite, Error};
use std::io::{self, Read, Write};
use std::num::NonZeroUsize;

const SIGNED: AlgorithmSuite = AlgorithmSuite::Aes256GcmHkdfSha512CommitKeyEcdsaP384;
const UNSIGNED: AlgorithmSuite = AlgorithmSuite::Aes256GcmHkdfSha512CommitKey;

fn threads(number: usize) -> NonZeroUsize {
    NonZeroUsize::new(number).unwrap()
}

/// Gives what it has in pieces of odd lengths, and an error at last if it has one.
struct Trickle<'a> {
    bytes: &'a [u8],
    step: usize,
    error: Option<io::Error>,
}

impl Read for Trickle<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        self.step = self.step * 7 % 200_003;
        if self.step.is_multiple_of(11) {
            return Err(io::ErrorKind::Interrupted.into());
        }
        let length = out.len().min(self.step + 1).min(self.bytes.len());
        let (now, later) = self.bytes.split_at(length);
        out[..length].copy_from_slice(now);
        self.bytes = later;
        match self.error.take_if(|_| length == 0) {
            Some(error) => Err(error),
            None => Ok(length),
        }
    }
}

fn trickle(bytes: &[u8]) -> Trickle<'_> {
    Trickle { bytes, step: 1234, error: None }
}

/// Takes so many bytes, then fails.
struct Full {
    written: Vec<u8>,
    room: usize,
}

impl Write for Full {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let length = bytes.len().min(self.room - self.written.len()).min(50_000);
        self.written.extend(&bytes[..length]);
        if length == 0 { Err(io::ErrorKind::StorageFull.into()) } else { Ok(length) }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Around the borders of pieces and of what one thread takes first.
fn lengths() -> Vec<usize> {
    let borders = [8 << 10, 1 << 19, 1 << 20, 3 << 19, 3 << 20];
    borders.into_iter().flat_map(|border| [border - 1, border, border + 1]).chain([4_999_999]).collect()
}

#[test]
fn any_number_of_threads_writes_what_one_would_read() {
    let longest = sample(5_000_000);
    for (suite, frame_length) in [(SIGNED, 4096), (UNSIGNED, 65_536), (UNSIGNED, 100_000), (SIGNED, 1 << 20)] {
        for length in lengths() {
            let plaintext = &longest[..length];
            for number in [1, 4] {
                let mut message = Vec::new();
                let encryptor = encryptor(suite, frame_length).max_threads(threads(number));
                let summary = encryptor.encrypt_stream(trickle(plaintext), &mut message, &context()).unwrap();
                assert_eq!((summary.plaintext_length, summary.message_length), (length as u64, message.len() as u64));
                let opened = decryptor().decrypt(&message, &no_context()).unwrap();
                assert!(opened.plaintext == plaintext, "{suite} {frame_length} {length} {number}");

                let mut out = Vec::new();
                let decryptor = decryptor().max_threads(threads(number));
                let summary = decryptor.decrypt_stream(trickle(&message), &mut out, &no_context()).unwrap();
                assert_eq!((summary.plaintext_length, summary.message_length), (length as u64, message.len() as u64));
                assert!(out == plaintext, "{suite} {frame_length} {length} {number}");
            }
        }
    }
}

fn message(suite: AlgorithmSuite, length: usize) -> Vec<u8> {
    encryptor(suite, 4096).encrypt(&sample(length), &context()).unwrap().message
}

/// What several threads say of a message, and what they gave out of it.
fn decrypt(message: &[u8]) -> (Result<u64, String>, Vec<u8>) {
    let mut out = Vec::new();
    let result = decryptor().max_threads(threads(4)).decrypt_stream(trickle(message), &mut out, &no_context());
    (result.map(|summary| summary.plaintext_length).map_err(|error| error.to_string()), out)
}

#[test]
fn a_changed_message_gets_the_same_error_as_from_one_reader_and_nothing_behind_it_goes_out() {
    const LENGTH: usize = 2_500_000;
    let plaintext = sample(LENGTH);
    for suite in [SIGNED, UNSIGNED] {
        let good = message(suite, LENGTH);
        for place in (0..=20).map(|step| (good.len() - 1) * step / 20) {
            let mut bad = good.clone();
            bad[place] ^= 0x10;
            let (error, out) = decrypt(&bad);
            let expected = decryptor().decrypt(&bad, &no_context()).unwrap_err().to_string();
            assert_eq!(error, Err(expected), "{suite} {place}");
            assert!(plaintext.starts_with(&out) && out.len() <= place, "{suite} {place}");
        }
        for length in (0..=20).map(|step| (good.len() - 1) * step / 20) {
            let (error, out) = decrypt(&good[..length]);
            let expected = decryptor().decrypt(&good[..length], &no_context()).unwrap_err();
            assert!(matches!(expected, Error::Truncated { .. }), "{length}");
            assert_eq!(error, Err(expected.to_string()), "{suite} {length}");
            assert!(plaintext.starts_with(&out) && out.len() <= length);
        }
        let (error, _) = decrypt(&[&good[..], &[0]].concat());
        let expected = decryptor().decrypt(&[&good[..], &[0]].concat(), &no_context()).unwrap_err().to_string();
        assert_eq!(error, Err(expected));
    }
}

#[test]
fn frames_out_of_order_or_twice_are_refused_across_pieces() {
    let good = message(UNSIGNED, 2_500_000);
    let body = good.len() - (2_500_000 % 4096 + 40) - 610 * (4096 + 32);
    let frame = |number: usize| body + number * (4096 + 32)..body + (number + 1) * (4096 + 32);
    let mut swapped = good.clone();
    swapped.copy_within(frame(300), frame(301).start);
    swapped[frame(300)].copy_from_slice(&good[frame(301)]);
    let mut without = good[..frame(400).start].to_vec();
    without.extend(&good[frame(401).start..]);
    for bad in [swapped, without] {
        let (error, _) = decrypt(&bad);
        let expected = decryptor().decrypt(&bad, &no_context()).unwrap_err();
        assert!(matches!(expected, Error::Malformed { .. }), "{expected}");
        assert_eq!(error, Err(expected.to_string()));
    }
}

#[test]
fn the_final_frame_of_a_signed_message_waits_for_the_signature() {
    const LENGTH: usize = 2_500_000;
    let mut message = message(SIGNED, LENGTH);
    let last = message.len() - 5;
    message[last] ^= 1;
    let (error, out) = decrypt(&message);
    assert!(error.unwrap_err().contains("the signature does not verify"));
    assert_eq!(out.len(), LENGTH / 4096 * 4096);
}

#[test]
fn errors_of_reader_and_writer_come_back_as_they_are() {
    let (plaintext, message) = (sample(3_000_000), message(SIGNED, 3_000_000));
    let encryptor = encryptor(SIGNED, 4096).max_threads(threads(4));
    let decryptor = decryptor().max_threads(threads(4));
    let kind = |error: Error| match error {
        Error::Io(error) => error.kind(),
        other => panic!("{other}"),
    };
    for length in [0, 1000, 700_000, 2_000_000, 3_000_000] {
        let failing = |bytes| Trickle { error: Some(io::ErrorKind::ConnectionReset.into()), ..trickle(bytes) };
        let error = encryptor.encrypt_stream(failing(&plaintext[..length]), io::sink(), &context()).unwrap_err();
        assert_eq!(kind(error), io::ErrorKind::ConnectionReset, "{length}");
        let error = decryptor.decrypt_stream(failing(&message[..length]), io::sink(), &no_context()).unwrap_err();
        assert_eq!(kind(error), io::ErrorKind::ConnectionReset, "{length}");

        let mut full = Full { written: Vec::new(), room: length };
        let error = encryptor.encrypt_stream(plaintext.as_slice(), &mut full, &context()).unwrap_err();
        assert_eq!((kind(error), full.written.len()), (io::ErrorKind::StorageFull, length));
        let mut full = Full { written: Vec::new(), room: length.min(2_900_000) };
        let error = decryptor.decrypt_stream(message.as_slice(), &mut full, &no_context()).unwrap_err();
        assert_eq!(kind(error), io::ErrorKind::StorageFull, "{length}");
        assert!(plaintext.starts_with(&full.written));
    }
}

#[test]
fn more_plaintext_than_was_promised_is_refused() {
    let plaintext = sample(3_000_000);
    for bound in [0, 1, 1_500_000, 2_999_999] {
        let encryptor = encryptor(UNSIGNED, 4096).max_plaintext_length(bound).max_threads(threads(4));
        let error = encryptor.encrypt_stream(plaintext.as_slice(), io::sink(), &context()).unwrap_err();
        assert!(matches!(error, Error::Limit { limit, .. } if limit == bound), "{error}");
    }
    let encryptor = encryptor(UNSIGNED, 4096).max_plaintext_length(3_000_000);
    assert!(encryptor.encrypt_stream(plaintext.as_slice(), io::sink(), &context()).is_ok());
}

#[test]
fn a_panic_of_a_reader_goes_through_and_leaves_no_thread_waiting() {
    struct Panics(u64);
    impl Read for Panics {
        fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
            self.0 += 1;
            assert!(self.0 < 30, "that is meant to happen");
            Ok(out.len())
        }
    }
    let result = std::panic::catch_unwind(|| {
        encryptor(SIGNED, 4096).max_threads(threads(4)).encrypt_stream(Panics(0), io::sink(), &context())
    });
    assert!(result.is_err());
}

/// Keeps what comes, and how it was cut.
#[derive(Default)]
struct Cuts {
    bytes: Vec<u8>,
    lengths: Vec<usize>,
}

impl Write for Cuts {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.bytes.extend(bytes);
        self.lengths.push(bytes.len());
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn long_messages_are_written_in_few_writes_of_whole_pages() {
    let plaintext = sample(4_500_001);
    for (suite, frame_length) in [(SIGNED, 4096), (UNSIGNED, 65_536), (UNSIGNED, 1 << 20)] {
        for number in [1, 4] {
            let mut cuts = Cuts::default();
            let encryptor = encryptor(suite, frame_length).max_threads(threads(number));
            encryptor.encrypt_stream(plaintext.as_slice(), &mut cuts, &context()).unwrap();
            let (_, whole) = cuts.lengths.split_last().unwrap();
            assert!(whole.iter().all(|length| length % 4096 == 0), "{:?}", cuts.lengths);
            assert!(cuts.lengths.len() < 20 && cuts.lengths.iter().all(|length| *length <= 1 << 19));
            assert!(decryptor().decrypt(&cuts.bytes, &no_context()).unwrap().plaintext == plaintext);
        }
    }
}
