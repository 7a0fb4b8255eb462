//! What cannot be reached from outside in a test's time: the last numbers of frames.

use super::frame::{FrameParser, NextFrame};
use super::{BodySealer, begin};
use crate::stream::{Buffer, Sealer};
use crate::{
    AlgorithmSuite, ContentType, DataKey, EncryptedDataKey, EncryptionContext, EncryptionMaterials, Error, Limits,
};
use base::Secret;
use std::num::NonZeroU32;

const FRAME_LENGTH: usize = 4;

fn message() -> super::BegunMessage {
    let suite = AlgorithmSuite::Aes256GcmHkdfSha512CommitKey;
    let mut materials = EncryptionMaterials::new(suite, EncryptionContext::default());
    materials.set_data_key(DataKey::new(Secret::new(vec![7; 32]))).unwrap();
    let key = EncryptedDataKey { provider_id: "test".into(), provider_info: Vec::new(), ciphertext: Vec::new() };
    materials.encrypted_data_keys.push(key);
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
        match is_ok {
            true => result.unwrap(),
            false => assert!(matches!(result, Err(Error::Limit { what: "the number of frames", .. })), "{result:?}"),
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
