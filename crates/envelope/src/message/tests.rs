//! What cannot be reached from outside: the last numbers of frames, and messages that are read but not written.

use super::frame::{ContentKey, FrameParser, NextFrame};
use super::{BodySealer, begin};
use crate::stream::{Buffer, Sealer};
use crate::{
    AlgorithmSuite, CommitmentPolicy, ContentType, DataKey, DecryptionMaterials, Decryptor, DefaultMaterialsManager,
    EncryptedDataKey, EncryptionContext, EncryptionMaterials, Error, Keyring, Limits, MessageHeader,
};
use base::Secret;
use base64::engine::general_purpose::STANDARD;
use primitives::EcPrivateKey;
use std::num::NonZeroU32;
use std::sync::Arc;

const FRAME_LENGTH: usize = 4;

fn message() -> super::BegunMessage {
    let suite = AlgorithmSuite::Aes256GcmHkdfSha512CommitKey;
    let mut materials = EncryptionMaterials::new(suite, EncryptionContext::default());
    materials.set_data_key(DataKey::new(Secret::new(vec![7; 32]))).unwrap();
    materials.encrypted_data_keys.push(wrapped());
    begin(&materials, NonZeroU32::new(FRAME_LENGTH as u32).unwrap(), None, vec![1; 32]).unwrap()
}

fn body_near_its_end(sequence: u32) -> BodySealer {
    let mut body = message().body;
    body.skip_to(sequence);
    body
}

fn parser(sequence: u32) -> FrameParser {
    let mut parser = FrameParser::new(ContentType::Framed, FRAME_LENGTH as u32, &Limits::default(), 0);
    parser.skip_to(sequence);
    parser
}

#[test]
fn the_last_number_is_kept_for_the_final_frame() {
    let mut body = body_near_its_end(u32::MAX - 1);
    let mut out = [0; 200];
    let (taken, written) = body.seal_frames(&[0; 3 * FRAME_LENGTH], &mut out).unwrap();
    assert_eq!((taken, written), (FRAME_LENGTH, FRAME_LENGTH + super::FRAME_OVERHEAD));
    assert!(body.is_full());
    let last = body.finish(&[0; FRAME_LENGTH], &mut out[written..]).unwrap();

    let mut parser = parser(u32::MAX - 1);
    let NextFrame::Frame(frame) = parser.next(&out).unwrap() else { panic!("no frame") };
    assert_eq!((frame.sequence, frame.bytes.len()), (u32::MAX - 1, written));
    parser.advance(written);
    let NextFrame::Frame(frame) = parser.next(&out[written..]).unwrap() else { panic!("no frame") };
    assert_eq!((frame.sequence, frame.bytes.len()), (u32::MAX, last));
    assert_eq!(frame.kind, super::frame::FrameKind::Final);
}

#[test]
fn plaintext_beyond_the_last_frame_is_refused() {
    for (length, is_ok) in [(FRAME_LENGTH, true), (2 * FRAME_LENGTH, true), (2 * FRAME_LENGTH + 1, false)] {
        let mut begun = message();
        begun.body.skip_to(u32::MAX - 1);
        let mut sealer = Sealer::new(begun);
        let mut write = || {
            let mut rest = &[0; 3 * FRAME_LENGTH][..length];
            while !rest.is_empty() {
                sealer.consume(usize::MAX >> 1);
                rest = &rest[sealer.take(rest)?..];
            }
            while !sealer.is_complete() {
                sealer.consume(usize::MAX >> 1);
                sealer.finish()?;
            }
            Ok::<_, Error>(())
        };
        let result = write();
        let mut begun = message();
        begun.body.skip_to(u32::MAX - 1);
        let plaintext = &[0; 3 * FRAME_LENGTH][..length];
        let streamed = crate::stream::encrypt(begun, plaintext, std::io::sink(), None).map(drop);
        for result in [result, streamed] {
            match is_ok {
                true => result.unwrap(),
                false => {
                    assert!(matches!(result, Err(Error::Limit { what: "the number of frames", .. })), "{result:?}")
                }
            }
        }
    }
}

#[test]
fn a_frame_that_is_announced_takes_no_memory_before_it_is_there() {
    let mut buffer = Buffer::new(1000);
    for arrived in [0, 600, 1000] {
        buffer.commit(arrived - buffer.filled().len());
        buffer.make_room(usize::MAX);
        assert!(buffer.capacity() <= 2 * arrived.max(500), "{} for {arrived}", buffer.capacity());
        assert!(!buffer.space().is_empty());
    }
}

/// A message as older clients wrote it: without frames. `version_4_0_0` is how AWS's client for .NET once did it.
fn older_message(suite: AlgorithmSuite, plaintext: &[u8], unframed: bool, version_4_0_0: bool) -> Vec<u8> {
    let key = DataKey::new(Secret::new(vec![7; suite.key_length()]));
    let message_id = vec![9; suite.message_version().message_id_length()];
    let derive = if version_4_0_0 { super::derive::derive_unbound } else { super::derive::derive };
    let keys = derive(suite, &key, &message_id);
    let content = ContentKey::new(keys.content_key.expose(), &message_id).unwrap();
    let signing = suite.signature().map(|curve| Arc::new(EcPrivateKey::generate(curve)));
    let mut context = EncryptionContext::new([("a", "1")]).unwrap();
    if let Some(key) = &signing {
        let point = key.public().compressed();
        context.insert("aws-crypto-public-key", base64::Engine::encode(&STANDARD, point)).unwrap();
    }
    let mut header = MessageHeader {
        version: suite.message_version(),
        suite,
        message_id,
        context,
        encrypted_data_keys: vec![wrapped()],
        content_type: if unframed { ContentType::Unframed } else { ContentType::Framed },
        frame_length: if unframed { 0 } else { 4096 },
        commitment: keys.commitment,
        iv: [0; 12],
        tag: [0; 16],
    };
    let mut message = Vec::new();
    header.write_body(&mut message).unwrap();
    let count: &[u8] = if version_4_0_0 { &[0; 2] } else { &[] };
    header.tag = content.authenticate_header(&header.iv, &[&message, count].concat());
    header.write_authentication(&mut message);
    if unframed {
        message.extend(content.single_block(plaintext));
    } else {
        let begin = message.len();
        message.resize(begin + plaintext.len() + super::frame::FINAL_FRAME_OVERHEAD, 0);
        content.seal_final_frame(1, plaintext, &mut message[begin..]).unwrap();
    }
    if let Some(key) = signing {
        let mut signer = super::signature::Signer::new(key);
        signer.update(&message);
        message.extend(signer.footer().unwrap());
    }
    message
}

struct Sevens;

impl Keyring for Sevens {
    fn on_encrypt(&self, _: &mut EncryptionMaterials) -> Result<(), Error> {
        Err(Error::Configuration("only decrypts".into()))
    }

    fn on_decrypt(&self, materials: &mut DecryptionMaterials, _: &[EncryptedDataKey]) -> Result<(), Error> {
        materials.set_data_key(DataKey::new(Secret::new(vec![7; materials.suite.key_length()])))
    }
}

fn wrapped() -> EncryptedDataKey {
    EncryptedDataKey { provider_id: "test".into(), provider_info: Vec::new(), ciphertext: Vec::new() }
}

fn decryptor() -> Decryptor {
    Decryptor::new(DefaultMaterialsManager::new(Sevens)).commitment_policy(CommitmentPolicy::RequireEncryptAllowDecrypt)
}

fn decrypt(message: &[u8]) -> Result<Vec<u8>, Error> {
    decryptor().decrypt(message, &EncryptionContext::default()).map(|opened| opened.plaintext)
}

fn stream(message: &[u8]) -> (Vec<u8>, Result<(), Error>) {
    let mut out = Vec::new();
    let result = decryptor().decrypt_stream(message, &mut out, &EncryptionContext::default());
    (out, result.map(drop))
}

#[test]
fn messages_without_frames_are_read_in_every_suite() {
    for suite in AlgorithmSuite::all() {
        for plaintext in [&b""[..], b"x", &[5; 10_000]] {
            let message = older_message(suite, plaintext, true, false);
            assert_eq!(decrypt(&message).unwrap(), plaintext);
            let (out, result) = stream(&message);
            result.unwrap();
            assert_eq!(out, plaintext);
        }
    }
}

#[test]
fn changed_messages_without_frames_are_refused_and_nothing_of_them_is_given_out() {
    for suite in AlgorithmSuite::all() {
        let message = older_message(suite, b"plaintext", true, false);
        for bit in 0..8 * message.len() {
            let mut changed = message.clone();
            changed[bit / 8] ^= 1 << (bit % 8);
            assert!(decrypt(&changed).is_err(), "{suite}, bit {bit}");
            let (out, result) = stream(&changed);
            assert!(result.is_err() && out.is_empty(), "{suite}, bit {bit}");
        }
        for length in 0..message.len() {
            assert!(matches!(decrypt(&message[..length]), Err(Error::Truncated { at }) if at == length as u64));
            let (out, _) = stream(&message[..length]);
            // Without a signature, the content is all there is to wait for.
            assert!(out.is_empty(), "{suite}, {length} bytes");
        }
    }
}

#[test]
fn content_without_frames_is_limited_before_it_is_held() {
    let message = older_message(AlgorithmSuite::Aes256Gcm, &[0; 1000], true, false);
    let decrypt = |length: u64| {
        let limits = Limits { frame_length: length, ..Limits::default() };
        decryptor().limits(limits).decrypt(&message, &EncryptionContext::default())
    };
    assert!(decrypt(1000).is_ok());
    assert!(matches!(decrypt(999), Err(Error::Limit { limit: 999, .. })));

    let held = |length: u64| {
        let limits = Limits { held_length: length, ..Limits::default() };
        decryptor().limits(limits).decrypt(&message, &EncryptionContext::default())
    };
    assert!(held(1000).is_ok());
    assert!(matches!(held(999), Err(Error::Limit { limit: 999, .. })));

    let begin = message.len() - 16 - 1000 - 8;
    let mut absurd = message.clone();
    absurd[begin..begin + 8].copy_from_slice(&((1_u64 << 36) - 31).to_be_bytes());
    absurd.truncate(begin + 8);
    assert!(matches!(super::tests::decrypt(&absurd), Err(Error::Malformed { at, .. }) if at == begin as u64));
}

#[test]
fn what_a_client_once_got_wrong_is_read_on_demand_only() {
    for suite in AlgorithmSuite::all() {
        let message = older_message(suite, b"data", false, true);
        assert!(matches!(decrypt(&message), Err(Error::Tampered { what: "the header", .. })), "{suite}");
        let patient = decryptor().retry_net_v4_0_0();
        assert_eq!(patient.decrypt(&message, &EncryptionContext::default()).unwrap().plaintext, b"data");
        let right = older_message(suite, b"data", false, false);
        assert_eq!(patient.decrypt(&right, &EncryptionContext::default()).unwrap().plaintext, b"data");
        let mut changed = message;
        let last = changed.len() - 1;
        changed[last] ^= 1;
        assert!(patient.decrypt(&changed, &EncryptionContext::default()).is_err());
    }
}

#[test]
fn contexts_of_older_clients_are_read() {
    // A count of no pairs, and pairs in another order than that of their bytes.
    let read = |field: &[u8]| {
        let mut bytes = vec![2, 0x04, 0x78];
        bytes.extend([1; 32]);
        bytes.extend((field.len() as u16).to_be_bytes());
        bytes.extend(field);
        bytes.extend([0, 1, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 1]);
        bytes.extend([0; 32 + 16]);
        MessageHeader::read(bytes.as_slice(), &Limits::default()).map(|header| header.context)
    };
    assert!(read(b"\0\0").unwrap().is_empty());
    let context = read(b"\0\x02\0\x01b\0\x012\0\x01a\0\x011").unwrap();
    assert_eq!((context.get("a"), context.get("b")), (Some("1"), Some("2")));
    for (field, at) in [
        (&b"\0"[..], 37),
        (b"\0\0\0", 39),
        (b"\0\x01\0\x01a", 42),
        (b"\0\x01\0\x01a\0\x021", 44),
        (b"\0\x01\0\x01a\0\x011\0", 45),
        (b"\0\x02\0\x01a\0\x011", 45),
        (b"\0\x02\0\x01a\0\x011\0\x01a\0\x012", 45),
        (b"\0\x01\0\x01\xff\0\x011", 39),
    ] {
        let error = read(field).unwrap_err();
        assert!(matches!(error, Error::Malformed { at: place, .. } if place == at), "{field:?}: {error}");
    }
}

fn header_of(suite: AlgorithmSuite, context: EncryptionContext, keys: Vec<EncryptedDataKey>) -> MessageHeader {
    MessageHeader {
        version: suite.message_version(),
        suite,
        message_id: (0..suite.message_version().message_id_length() as u8).collect(),
        context,
        encrypted_data_keys: keys,
        content_type: ContentType::Framed,
        frame_length: 4096,
        commitment: suite.is_committing().then_some([3; 32]),
        iv: [0; 12],
        tag: [9; 16],
    }
}

fn bytes_of(header: &MessageHeader) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    header.write_body(&mut bytes)?;
    header.write_authentication(&mut bytes);
    Ok(bytes)
}

/// The header that the bytes begin with, and how many they are.
fn read_header(bytes: &[u8]) -> Result<(MessageHeader, usize), Error> {
    let limits = Limits { encrypted_data_keys: u16::MAX, header_length: usize::MAX, ..Limits::default() };
    let mut rest = bytes;
    let header = MessageHeader::read(&mut rest, &limits)?;
    Ok((header, bytes.len() - rest.len()))
}

#[test]
fn fields_at_their_limits_are_read_as_they_were_written() {
    let key = |id: usize, info: usize, ciphertext: usize| EncryptedDataKey {
        provider_id: "p".repeat(id),
        provider_info: vec![1; info],
        ciphertext: vec![2; ciphertext],
    };
    let largest = usize::from(u16::MAX);
    for suite in [AlgorithmSuite::Aes256Gcm, AlgorithmSuite::Aes256GcmHkdfSha512CommitKey] {
        for keys in [
            vec![key(0, 0, 0)],
            vec![key(largest, largest, largest)],
            vec![key(1, 0, 255), key(0, 256, 0)],
            vec![key(0, 0, 0); largest],
        ] {
            let header = header_of(suite, EncryptionContext::default(), keys);
            let mut bytes = bytes_of(&header).unwrap();
            let length = bytes.len();
            bytes.push(1);
            assert_eq!(read_header(&bytes).unwrap(), (header, length));
        }
        for keys in [
            vec![key(largest + 1, 0, 0)],
            vec![key(0, largest + 1, 0)],
            vec![key(0, 0, largest + 1)],
            vec![key(0, 0, 0); largest + 1],
        ] {
            assert!(matches!(
                bytes_of(&header_of(suite, EncryptionContext::default(), keys)),
                Err(Error::Limit { limit: 65_535, .. })
            ));
        }
    }
}

proptest::proptest! {
    #[test]
    fn any_header_is_read_as_it_was_written(
        suite in proptest::sample::select(AlgorithmSuite::all().collect::<Vec<_>>()),
        pairs in proptest::collection::btree_map("\\PC{0,20}", "\\PC{0,20}", 0..6),
        keys in proptest::collection::vec(("\\PC{0,9}", proptest::collection::vec(0_u8.., 0..99)), 1..12),
    ) {
        let mut context = EncryptionContext::default();
        for (key, value) in pairs {
            context.insert(key, value).unwrap();
        }
        let keys = keys.into_iter().map(|(provider_id, bytes)| EncryptedDataKey {
            provider_id,
            provider_info: bytes.iter().rev().copied().collect(),
            ciphertext: bytes,
        });
        let header = header_of(suite, context, keys.collect());
        let bytes = bytes_of(&header).unwrap();
        proptest::prop_assert_eq!(read_header(&bytes).unwrap(), (header, bytes.len()));
    }
}
