//! What a message may ask of its reader.

use crate::support::{OneKey, context, decryptor, encryptor, no_context, sample};
use envelope::{
    AlgorithmSuite, CommitmentPolicy, DefaultMaterialsManager, EncryptionContext, Encryptor, Error, Limits,
    MessageHeader, MultiKeyring,
};
use std::io::Read;
use std::sync::Arc;

const SUITE: AlgorithmSuite = AlgorithmSuite::Aes256GcmHkdfSha512CommitKey;

fn limits(change: impl FnOnce(&mut Limits)) -> Limits {
    let mut limits = Limits::default();
    change(&mut limits);
    limits
}

fn assert_limit(error: &Error, name: &str, expected: u64) {
    assert!(matches!(error, Error::Limit { what, limit } if *what == name && *limit == expected), "{error}");
}

/// Fails the test when more is read than what it holds.
struct NoMore<'a>(&'a [u8]);

impl Read for NoMore<'_> {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        assert!(!self.0.is_empty(), "more was read than was needed");
        self.0.read(out)
    }
}

#[test]
fn too_many_data_keys_are_refused_before_the_first_is_read() {
    let up_to_count = |count: u16| {
        let mut bytes = vec![2];
        bytes.extend(SUITE.id().to_be_bytes());
        bytes.extend([7; 32]);
        bytes.extend([0; 2]);
        bytes.extend(count.to_be_bytes());
        bytes
    };
    for count in [11, 65_535] {
        let bytes = up_to_count(count);
        let error = MessageHeader::read(NoMore(&bytes), &Limits::default()).unwrap_err();
        assert_limit(&error, "the number of encrypted data keys", 10);
        let mut reader = decryptor().decrypt_reader(NoMore(&bytes), &no_context());
        assert_limit(&reader.header().map(drop).unwrap_err(), "the number of encrypted data keys", 10);
    }
    let error = MessageHeader::read(up_to_count(10).as_slice(), &Limits::default()).unwrap_err();
    assert!(matches!(error, Error::Truncated { .. }));
    let error = MessageHeader::read(up_to_count(0).as_slice(), &Limits::default()).unwrap_err();
    assert!(matches!(error, Error::Malformed { at: 37, .. }), "{error}");
}

fn many_keys(keys: usize) -> Encryptor {
    let children = (1..keys).map(|_| Arc::new(crate::support::AnotherCopy) as Arc<dyn envelope::Keyring>).collect();
    let keyring = MultiKeyring::new(Some(Arc::new(OneKey)), children).unwrap();
    Encryptor::new(DefaultMaterialsManager::new(keyring)).suite(SUITE)
}

#[test]
fn the_number_of_data_keys_is_limited_on_both_sides_and_can_be_raised() {
    assert!(many_keys(10).encrypt(b"", &context()).is_ok());
    assert_limit(&many_keys(11).encrypt(b"", &context()).unwrap_err(), "the number of encrypted data keys", 10);
    let message = many_keys(11).max_encrypted_data_keys(11).encrypt(b"data", &context()).unwrap().message;
    let error = decryptor().decrypt(&message, &no_context()).unwrap_err();
    assert_limit(&error, "the number of encrypted data keys", 10);
    let raised = decryptor().limits(limits(|limits| limits.encrypted_data_keys = 11));
    assert_eq!(raised.decrypt(&message, &no_context()).unwrap().plaintext, b"data");
    let lowered = decryptor().limits(limits(|limits| limits.encrypted_data_keys = 1));
    assert!(lowered.decrypt(&message, &no_context()).is_err());
}

#[test]
fn context_header_and_frames_are_limited_to_the_byte() {
    let sealed = encryptor(SUITE, 100).encrypt(&sample(250), &context()).unwrap();
    let context_length = sealed.header.context.serialize().len();
    let mut rest = sealed.message.as_slice();
    MessageHeader::read(&mut rest, &Limits::default()).unwrap();
    let header_length = sealed.message.len() - rest.len();

    let decrypt = |limits: Limits| decryptor().limits(limits).decrypt(&sealed.message, &no_context());
    assert!(decrypt(limits(|limits| limits.context_length = context_length)).is_ok());
    let error = decrypt(limits(|limits| limits.context_length = context_length - 1)).unwrap_err();
    assert_limit(&error, "the length of the encryption context", context_length as u64 - 1);
    assert!(decrypt(limits(|limits| limits.header_length = header_length)).is_ok());
    let error = decrypt(limits(|limits| limits.header_length = header_length - 1)).unwrap_err();
    assert_limit(&error, "the length of the header", header_length as u64 - 1);
    assert!(decrypt(limits(|limits| limits.frame_length = 100)).is_ok());
    let error = decrypt(limits(|limits| limits.frame_length = 99)).unwrap_err();
    assert_limit(&error, "the length of frames", 99);
    assert!(decrypt(limits(|limits| limits.held_length = 100)).is_ok());
    let error = decrypt(limits(|limits| limits.held_length = 99)).unwrap_err();
    assert_limit(&error, "the length of what one tag covers", 99);
}

#[test]
fn a_short_message_may_announce_frames_of_any_length() {
    let message = encryptor(SUITE, u32::MAX).encrypt(&sample(1000), &context()).unwrap().message;
    assert_eq!(decryptor().decrypt(&message, &no_context()).unwrap().plaintext, sample(1000));
    let capped = decryptor().limits(limits(|limits| limits.frame_length = u64::from(u32::MAX) - 1));
    assert!(capped.decrypt(&message, &no_context()).is_err());
}

#[test]
fn the_largest_context_that_fits_goes_through() {
    let longest = EncryptionContext::new([("k", "v".repeat(65_535 - 2 - 4 - 1))]).unwrap();
    let sealed = encryptor(SUITE, 4096).encrypt(b"data", &longest).unwrap();
    assert_eq!(decryptor().decrypt(&sealed.message, &no_context()).unwrap().context, longest);
}

#[test]
fn plaintext_beyond_the_bound_that_was_told_is_refused_while_it_streams() {
    let bounded = encryptor(SUITE, 16).max_plaintext_length(40);
    for length in [0, 39, 40] {
        assert!(bounded.encrypt(&sample(length), &context()).is_ok());
        assert!(bounded.encrypt_stream(sample(length).as_slice(), std::io::sink(), &context()).is_ok());
    }
    for length in [41, 48, 1000] {
        let error = bounded.encrypt(&sample(length), &context()).unwrap_err();
        assert_limit(&error, "the length of the plaintext", 40);
        let error = bounded.encrypt_stream(sample(length).as_slice(), std::io::sink(), &context()).unwrap_err();
        assert_limit(&error, "the length of the plaintext", 40);
    }
}

#[test]
fn what_is_no_message_is_told_as_what_it_is() {
    let tell = |bytes: &[u8]| decryptor().decrypt(bytes, &no_context()).unwrap_err().to_string();
    let message = encryptor(SUITE, 16).encrypt(b"data", &context()).unwrap().message;
    let legacy = encryptor(AlgorithmSuite::Aes256Gcm, 16).encrypt(b"data", &context()).unwrap().message;
    for (message, start) in [(message, "AgR4"), (legacy, "AYAA")] {
        let text = base64(&message);
        assert!(text.starts_with(start));
        assert!(tell(text.as_bytes()).contains("Base64"), "{}", tell(text.as_bytes()));
    }
    assert!(tell(b"hello").contains("no message version 104"));
    assert!(tell(b"AB").contains("no message version 65"));
    assert!(tell(&[1, 0x81]).contains("no message type 0x81"));
    assert!(tell(&[2, 0x05, 0x79]).contains("no algorithm suite 0579"));
    assert!(tell(&[2, 0x00, 0x14]).contains("do not use the suite"));
    assert!(tell(b"").contains("cut off after byte 0"));
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let digits = bytes.chunks_exact(3).flat_map(|group| {
        let word = u32::from_be_bytes([0, group[0], group[1], group[2]]);
        [18, 12, 6, 0].map(|shift| char::from(DIGITS[(word >> shift) as usize & 63]))
    });
    digits.collect()
}

#[test]
fn the_policy_holds_on_both_sides() {
    let legacy = AlgorithmSuite::Aes256GcmHkdfSha256;
    let strict = encryptor(legacy, 16).commitment_policy(CommitmentPolicy::default());
    assert!(matches!(strict.encrypt(b"", &context()), Err(Error::Policy { decrypt: false, .. })));
    let message = encryptor(legacy, 16).encrypt(b"data", &context()).unwrap().message;
    let strict = decryptor().commitment_policy(CommitmentPolicy::default());
    assert!(matches!(strict.decrypt(&message, &no_context()), Err(Error::Policy { decrypt: true, .. })));
    assert!(decryptor().decrypt(&message, &no_context()).is_ok());
}

#[test]
fn who_wants_unsigned_messages_only_gets_nothing_of_a_signed_one() {
    let signed = encryptor(AlgorithmSuite::Aes256GcmHkdfSha512CommitKeyEcdsaP384, 16);
    let message = signed.encrypt(&sample(100), &context()).unwrap().message;
    let mut out = Vec::new();
    let error = decryptor().unsigned_only().decrypt_stream(message.as_slice(), &mut out, &no_context()).unwrap_err();
    assert!(error.to_string().contains("is signed"), "{error}");
    assert!(out.is_empty());
    let message = encryptor(SUITE, 16).encrypt(&sample(100), &context()).unwrap().message;
    assert!(decryptor().unsigned_only().decrypt(&message, &no_context()).is_ok());
}
