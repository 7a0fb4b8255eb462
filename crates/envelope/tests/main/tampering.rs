//! What is not the message that was written is refused, and nothing of it that does not verify is given out.

use crate::support::{context, decryptor, encryptor, no_context, sample};
use envelope::{AlgorithmSuite, Error};
use std::io::Read;

const FRAME: usize = 16;

/// A message of two full frames and a short one, and its plaintext.
fn message(suite: AlgorithmSuite) -> (Vec<u8>, Vec<u8>) {
    let plaintext = sample(2 * FRAME + 5);
    let message = encryptor(suite, FRAME as u32).encrypt(&plaintext, &context()).unwrap().message;
    (message, plaintext)
}

/// What a reader that takes all it is given had before it learned that the message is bad.
fn released(message: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut reader = decryptor().decrypt_reader(message, &no_context());
    reader.read_to_end(&mut out).expect_err("the message is bad");
    assert!(reader.read(&mut [0]).is_err(), "a stream that failed has no end");
    out
}

fn assert_refused(changed: &[u8], plaintext: &[u8], is_signed: bool, case: &str) {
    assert!(decryptor().decrypt(changed, &no_context()).is_err(), "{case}");
    let released = released(changed);
    assert!(plaintext.starts_with(&released), "{case}: what is given out is what was encrypted");
    assert!(!is_signed || released.len() <= 2 * FRAME, "{case}: the final frame waits for the signature");
}

#[test]
fn every_flipped_bit_of_a_message_is_refused_in_every_suite() {
    for suite in AlgorithmSuite::all() {
        let (message, plaintext) = message(suite);
        for bit in 0..8 * message.len() {
            let mut changed = message.clone();
            changed[bit / 8] ^= 1 << (bit % 8);
            assert_refused(&changed, &plaintext, suite.signature().is_some(), &format!("{suite}, bit {bit}"));
        }
    }
}

#[test]
fn every_truncation_of_a_message_is_refused_and_told_with_its_place() {
    for suite in AlgorithmSuite::all() {
        let (message, plaintext) = message(suite);
        for length in 0..message.len() {
            let case = format!("{suite}, {length} bytes");
            let cut = &message[..length];
            assert_refused(cut, &plaintext, suite.signature().is_some(), &case);
            let error = decryptor().decrypt(cut, &no_context()).unwrap_err();
            assert!(matches!(error, Error::Truncated { at } if at == length as u64), "{case}: {error}");
        }
    }
}

#[test]
fn a_byte_behind_a_message_is_refused() {
    for suite in AlgorithmSuite::all() {
        let (mut message, plaintext) = message(suite);
        let length = message.len() as u64;
        message.push(0);
        assert!(plaintext.starts_with(&released(&message)));
        let error = decryptor().decrypt(&message, &no_context()).unwrap_err();
        assert!(matches!(error, Error::Malformed { at, .. } if at == length), "{error}");
    }
}

#[test]
fn frames_are_taken_only_in_their_order_and_all_of_them() {
    for suite in [AlgorithmSuite::Aes256GcmHkdfSha512CommitKey, AlgorithmSuite::Aes256Gcm] {
        let (message, _) = message(suite);
        let (regular, last) = (FRAME + 32, 5 + 40);
        let header = message.len() - 2 * regular - last;
        let (head, first, second) =
            (&message[..header], &message[header..header + regular], &message[header + regular..header + 2 * regular]);
        let end = &message[header + 2 * regular..];
        assert!(decryptor().decrypt(&[head, first, second, end].concat(), &no_context()).is_ok());
        for frames in [
            [head, second, first, end].concat(),
            [head, first, end].concat(),
            [head, second, end].concat(),
            [head, end].concat(),
            [head, first, first, second, end].concat(),
            [head, first, second, second, end].concat(),
            [head, first, second, end, end].concat(),
            [head, first, second].concat(),
        ] {
            assert!(decryptor().decrypt(&frames, &no_context()).is_err());
        }
    }
}

#[test]
fn a_frame_of_another_message_under_the_same_key_is_refused() {
    for suite in AlgorithmSuite::all() {
        let ((one, _), (other, _)) = (message(suite), message(suite));
        // The second frame, counted from the begin, where all lengths are alike.
        let header = one.len()
            - if suite.signature().is_some() { signature_length(&one) } else { 0 }
            - 3 * 32
            - 8
            - 2 * FRAME
            - 5;
        let frame = header + FRAME + 32..header + 2 * (FRAME + 32);
        let mut mixed = one.clone();
        mixed[frame.clone()].copy_from_slice(&other[frame]);
        let error = decryptor().decrypt(&mixed, &no_context()).unwrap_err();
        let at = (header + FRAME + 32) as u64;
        assert!(matches!(error, Error::Tampered { at: place, what: "a frame" } if place == at), "{suite}: {error}");
    }
}

/// Bytes of the footer, found from its end: DER says its own length behind the two bytes that say it before.
fn signature_length(message: &[u8]) -> usize {
    (2..=106)
        .find(|length| {
            let footer = &message[message.len() - length..];
            usize::from(u16::from_be_bytes([footer[0], footer[1]])) == length - 2 && footer.get(2) == Some(&0x30)
        })
        .unwrap()
}

#[test]
fn a_message_under_another_key_is_told_by_its_commitment_or_its_header() {
    for suite in AlgorithmSuite::all() {
        let (message, _) = message(suite);
        let other = envelope::Decryptor::new(envelope::DefaultMaterialsManager::new(crate::support::OtherKey))
            .commitment_policy(envelope::CommitmentPolicy::RequireEncryptAllowDecrypt);
        let error = other.decrypt(&message, &no_context()).unwrap_err();
        let expected = if suite.is_committing() { "the key commitment" } else { "the header" };
        assert!(matches!(error, Error::Tampered { what, .. } if what == expected), "{suite}: {error}");
    }
}
