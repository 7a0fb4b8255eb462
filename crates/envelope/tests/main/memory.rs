//! Memory does not depend on what passes through, nor on what a message announces.

use crate::support::{context, decryptor, encryptor, no_context};
use allocation_counter::{AllocationInfo, measure};
use envelope::{AlgorithmSuite, Limits, MessageHeader};
use std::io::{self, Read};

const MEGABYTE: u64 = 1 << 20;
const SUITES: [AlgorithmSuite; 2] =
    [AlgorithmSuite::Aes256GcmHkdfSha512CommitKeyEcdsaP384, AlgorithmSuite::Aes256GcmHkdfSha512CommitKey];

/// Encrypts so many zeros and decrypts what comes out, both as it passes.
fn pass(suite: AlgorithmSuite, frame_length: u32, length: u64) {
    let message = encryptor(suite, frame_length).encrypt_reader(io::repeat(0).take(length), &context()).unwrap();
    let summary = decryptor().decrypt_stream(message, io::sink(), &no_context()).unwrap();
    assert_eq!(summary.plaintext_length, length);
}

#[test]
fn a_longer_stream_takes_no_more_memory_and_no_more_allocations() {
    for suite in SUITES {
        for frame_length in [4096, 65_536, 1 << 20] {
            let [short, long] = [8, 24].map(|megabytes| measure(|| pass(suite, frame_length, megabytes * MEGABYTE)));
            assert!(short.bytes_max < 8 * MEGABYTE, "{}", short.bytes_max);
            let same = |short: AllocationInfo, long: AllocationInfo| {
                long.bytes_max <= short.bytes_max + 4096 && long.count_total <= short.count_total + 8
            };
            assert!(same(short, long), "{suite} {frame_length}: {short:?} {long:?}");
        }
    }
}

#[test]
fn announced_lengths_cost_nothing_until_the_bytes_come() {
    let any = || {
        let mut limits = Limits::default();
        limits.held_length = u64::MAX;
        limits.header_length = usize::MAX;
        limits.encrypted_data_keys = u16::MAX;
        limits
    };
    let suite = AlgorithmSuite::Aes256GcmHkdfSha512CommitKey;
    let mut message = encryptor(suite, u32::MAX).encrypt(b"", &context()).unwrap().message;
    let header = message.len() - 40;
    // A regular frame of 4 GiB, of which 1,000 bytes come.
    message.truncate(header);
    message.extend(1_u32.to_be_bytes());
    message.extend([0; 1000]);
    let decryptor = decryptor().limits(any());
    let info = measure(|| drop(decryptor.decrypt_stream(message.as_slice(), io::sink(), &no_context()).unwrap_err()));
    assert!(info.bytes_max < MEGABYTE, "{info:?}");
    let info = measure(|| drop(decryptor.decrypt(&message, &no_context()).unwrap_err()));
    assert!(info.bytes_max < MEGABYTE, "{info:?}");

    // A header of 65,535 data keys, of which none comes.
    let start = [[2, 0x04, 0x78].as_slice(), &[7; 32], &[0, 0], &[0xff; 2], &[0xff; 2]].concat();
    let info = measure(|| drop(MessageHeader::read(start.as_slice(), &any()).unwrap_err()));
    assert!(info.bytes_max < 10_000, "{info:?}");
}

#[test]
fn writing_in_long_frames_takes_memory_as_the_plaintext_comes() {
    for suite in SUITES {
        let info = measure(|| {
            let encryptor = encryptor(suite, u32::MAX);
            encryptor.encrypt_stream(io::repeat(0).take(1000), io::sink(), &context()).unwrap();
        });
        assert!(info.bytes_max < 2 * MEGABYTE, "{info:?}");
    }
}
