//! What is encrypted is decrypted, whichever way it takes.

use crate::support::{context, decryptor, encryptor, no_context, sample};
use envelope::{AlgorithmSuite, ContentType};
use std::io::{Read, Write};

/// Around every boundary of frames of 16 bytes.
const LENGTHS: [usize; 9] = [0, 1, 15, 16, 17, 31, 32, 33, 200];

#[test]
fn every_suite_and_length_comes_back() {
    for suite in AlgorithmSuite::all() {
        for length in LENGTHS {
            let plaintext = sample(length);
            let sealed = encryptor(suite, 16).encrypt(&plaintext, &context()).unwrap();
            let opened = decryptor().decrypt(&sealed.message, &no_context()).unwrap();
            assert_eq!(opened.plaintext, plaintext, "{suite} {length}");
            assert_eq!((&opened.header, &opened.context), (&sealed.header, &sealed.context));
            assert_eq!(opened.header.suite, suite);
            assert_eq!(opened.header.frame_length, 16);
            assert_eq!(opened.header.content_type, ContentType::Framed);
            assert_eq!(opened.header.context.get("purpose"), Some("test"));
            assert_eq!(opened.header.commitment.is_some(), suite.is_committing());
        }
    }
}

#[test]
fn plaintext_is_not_printed() {
    let message = encryptor(AlgorithmSuite::Aes256GcmHkdfSha512CommitKey, 16).encrypt(b"!!!!!", &context()).unwrap();
    let told = format!("{:?}", decryptor().decrypt(&message.message, &no_context()).unwrap());
    assert!(told.contains("plaintext: 5 bytes") && !told.contains("33, 33"), "{told}");
}

#[test]
fn all_ways_to_write_and_read_agree() {
    for suite in [
        AlgorithmSuite::Aes256GcmHkdfSha512CommitKeyEcdsaP384,
        AlgorithmSuite::Aes256GcmHkdfSha512CommitKey,
        AlgorithmSuite::Aes128GcmHkdfSha256EcdsaP256,
    ] {
        for (frame_length, length) in [(16, 100), (4096, 5000), (4096, 8192), (65_536, 1_000_000), (1 << 20, 3_000_001)]
        {
            let plaintext = sample(length);
            let encryptor = encryptor(suite, frame_length);

            let mut streamed = Vec::new();
            let summary = encryptor.encrypt_stream(plaintext.as_slice(), &mut streamed, &context()).unwrap();
            assert_eq!(summary.plaintext_length, length as u64);
            assert_eq!(summary.message_length, streamed.len() as u64);

            let mut read = Vec::new();
            let mut reader = encryptor.encrypt_reader(plaintext.as_slice(), &context()).unwrap();
            reader.read_to_end(&mut read).unwrap();
            assert_eq!(reader.finish().unwrap().message_length, read.len() as u64);

            let mut writer = encryptor.encrypt_writer(Vec::new(), &context()).unwrap();
            plaintext.chunks(1000).for_each(|piece| writer.write_all(piece).unwrap());
            let (written, summary) = writer.finish().unwrap();
            assert_eq!(summary.plaintext_length, length as u64);
            assert_eq!(summary.message_length, written.len() as u64);

            let at_once = encryptor.encrypt(&plaintext, &context()).unwrap().message;
            for message in [streamed, read, written, at_once] {
                assert_eq!(decryptor().decrypt(&message, &no_context()).unwrap().plaintext, plaintext);

                let mut streamed = Vec::new();
                let summary = decryptor().decrypt_stream(message.as_slice(), &mut streamed, &no_context()).unwrap();
                assert_eq!(streamed, plaintext);
                assert_eq!(summary.plaintext_length, length as u64);
                assert_eq!(summary.message_length, message.len() as u64);

                let mut read = Vec::new();
                let mut reader = decryptor().decrypt_reader(message.as_slice(), &no_context());
                assert_eq!(reader.header().unwrap().0.suite, suite);
                reader.read_to_end(&mut read).unwrap();
                assert_eq!(read, plaintext);
                assert_eq!(reader.finish().unwrap().plaintext_length, length as u64);

                let mut writer = decryptor().decrypt_writer(Vec::new(), &no_context());
                message.chunks(777).for_each(|piece| writer.write_all(piece).unwrap());
                let (written, summary) = writer.finish().unwrap();
                assert_eq!(written, plaintext);
                assert_eq!(summary.plaintext_length, length as u64);
            }
        }
    }
}
