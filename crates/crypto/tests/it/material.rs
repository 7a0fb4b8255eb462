//! What a KMS key encrypts: the blob and everything it is bound to.

use crate::support::{account, other_account, ready};
use base::Secret;
use crypto::{Blob, EncryptionContext, Error, InvalidCiphertext, Material, MaterialKind};
use primitives::SystemRng;
use proptest::prelude::*;

fn material(bytes: [u8; 32]) -> Material {
    let (_house, node) = ready();
    node.import_material(account(), MaterialKind::Symmetric, &Secret::new(bytes.to_vec()), &SystemRng).ok().unwrap().0
}

fn context(pairs: &[(&str, &str)]) -> EncryptionContext {
    pairs.iter().map(|(key, value)| (key.to_string(), value.to_string())).collect()
}

fn open(material: &Material, blob: &[u8], context: &EncryptionContext) -> Result<Vec<u8>, InvalidCiphertext> {
    material.decrypt(&Blob::parse(blob)?, context).map(|plaintext| plaintext.expose().clone())
}

#[test]
fn a_blob_has_78_bytes_of_overhead_and_names_its_material() {
    let material = material([1; 32]);
    for length in [0, 1, 15, 16, 17, 4096] {
        let plaintext = vec![7; length];
        let blob = material.encrypt(&material.id("k"), &SystemRng, &plaintext, &context(&[])).unwrap();
        assert_eq!(blob.len(), length + 78);
        assert_ne!(blob[..2], [1, 2], "AWS's own blobs begin so");
        assert_eq!(Blob::parse(&blob).ok().unwrap().material_id(), material.id("k"));
        assert_eq!(open(&material, &blob, &context(&[])), Ok(plaintext));
    }
}

#[test]
fn no_bit_of_a_blob_may_change_and_none_may_be_missing() {
    let material = material([1; 32]);
    let context = context(&[("tenant", "a")]);
    let blob = material.encrypt(&material.id("k"), &SystemRng, b"the plaintext", &context).unwrap();
    for bit in 0..blob.len() * 8 {
        let mut bad = blob.clone();
        bad[bit / 8] ^= 1 << (bit % 8);
        assert_eq!(open(&material, &bad, &context), Err(InvalidCiphertext), "bit {bit}");
    }
    for length in 0..blob.len() {
        assert_eq!(open(&material, &blob[..length], &context), Err(InvalidCiphertext), "length {length}");
    }
    let longer = [&blob[..], &[0]].concat();
    assert_eq!(open(&material, &longer, &context), Err(InvalidCiphertext));
    let aws = [&[1, 2, 2, 0, 0x78][..], &[0; 179]].concat();
    assert!(Blob::parse(&aws).is_err());
}

#[test]
fn only_the_same_context_opens_in_whatever_order_it_is_given() {
    let material = material([1; 32]);
    let right = context(&[("ab", "c"), ("d", "")]);
    let blob = material.encrypt(&material.id("k"), &SystemRng, b"x", &right).unwrap();
    assert!(open(&material, &blob, &context(&[("d", ""), ("ab", "c")])).is_ok());
    let wrong: [&[(&str, &str)]; 10] = [
        &[],
        &[("ab", "c")],
        &[("d", "")],
        &[("a", "bc"), ("d", "")],
        &[("abc", ""), ("d", "")],
        &[("ab", "cd"), ("", "")],
        &[("ab", ""), ("d", "c")],
        &[("AB", "c"), ("d", "")],
        &[("ab", "c"), ("d", ""), ("", "")],
        &[("ab", "c "), ("d", "")],
    ];
    for pairs in wrong {
        assert_eq!(open(&material, &blob, &context(pairs)), Err(InvalidCiphertext), "{pairs:?}");
    }
}

#[test]
fn an_identifier_depends_on_key_id_and_material_only() {
    let (_house, node) = ready();
    let import = |bytes: [u8; 32]| {
        node.import_material(account(), MaterialKind::Symmetric, &Secret::new(bytes.to_vec()), &SystemRng).ok().unwrap()
    };
    let ((one, token), (again, _), (other, _)) = (import([1; 32]), import([1; 32]), import([2; 32]));
    let opened = node.open_material(account(), &token).ok().unwrap();
    assert_eq!(one.id("k"), again.id("k"));
    assert_eq!(one.id("k"), opened.id("k"));
    assert_ne!(one.id("k"), one.id("l"));
    assert_ne!(one.id("k"), other.id("k"));
    let text = one.id("k").to_string();
    assert!(text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte)));
}

#[test]
fn the_same_material_in_another_key_opens_nothing_that_it_does_not_name() {
    let (one, other) = (material([1; 32]), material([2; 32]));
    let blob = one.encrypt(&one.id("k"), &SystemRng, b"x", &context(&[])).unwrap();
    assert_eq!(open(&other, &blob, &context(&[])), Err(InvalidCiphertext));
    let mut renamed = blob.clone();
    renamed[2..34].copy_from_slice(one.id("l").as_bytes());
    assert_eq!(open(&one, &renamed, &context(&[])), Err(InvalidCiphertext));
}

#[test]
fn material_is_bound_to_its_account_and_has_its_length() {
    let (_house, node) = ready();
    node.ensure_keyring(other_account(), crate::support::NOW).unwrap();
    let (_, token) = node.generate_material(account(), MaterialKind::Symmetric, &SystemRng).ok().unwrap();
    assert!(matches!(node.open_material(other_account(), &token), Err(Error::Damaged("key material"))));
    for length in [0, 31, 33] {
        let bytes = Secret::new(vec![1; length]);
        let imported = node.import_material(account(), MaterialKind::Symmetric, &bytes, &SystemRng);
        assert_eq!(imported.err(), Some(Error::BadMaterial));
    }
}

#[test]
fn the_published_form_of_a_blob_stays_readable() {
    // Made by the first version of this format; a change that cannot read it loses people's data.
    let blob = include_bytes!("fixtures/blob-v1.bin");
    let context = context(&[("purpose", "fixture"), ("Ünïcode", "✓")]);
    assert_eq!(open(&material([0x42; 32]), blob, &context), Ok(b"Attack at dawn".to_vec()));
}

#[path = "../../../../fuzz/bodies/blob.rs"]
mod body;

proptest! {
    #[test]
    fn whatever_is_encrypted_decrypts_in_its_context_and_no_other(
        plaintext in proptest::collection::vec(any::<u8>(), 0..200),
        right in proptest::collection::btree_map(".{0,8}", ".{0,8}", 0..4),
        wrong in proptest::collection::btree_map(".{0,8}", ".{0,8}", 0..4),
    ) {
        let material = material([3; 32]);
        let blob = material.encrypt(&material.id("k"), &SystemRng, &plaintext, &right).unwrap();
        prop_assert_eq!(open(&material, &blob, &right), Ok(plaintext.clone()));
        prop_assert_eq!(open(&material, &blob, &wrong).is_ok(), right == wrong);
    }

    #[test]
    fn no_bytes_make_the_reader_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200), magic: bool) {
        body::run(&bytes);
        let bytes = if magic { [&[0xfa, 1][..], &bytes].concat() } else { bytes };
        body::run(&bytes);
        prop_assert!(open(&material([3; 32]), &bytes, &EncryptionContext::new()).is_err());
    }
}
