//! The ciphertexts of keys in custom key stores, version 2 of what callers hold.
//!
//! Layout: magic and version (2) ‖ id of the key material (32) ‖ what the store's side made of a blob of version 1. The
//! inner blob is made with the key's own material, in the same encryption context, so neither side alone can decrypt.
//! Guarantee: what the other side is asked to bind its part to holds the header and the encryption context.

use crate::blob::{self, Blob, EncryptionContext, InvalidCiphertext, MaterialId};
use primitives::sha256;

/// The first bytes of such a ciphertext: ours, version 2.
const MAGIC: [u8; 2] = [0xfa, 2];

/// The most bytes that the other side may make of an inner blob: it and what an external key store adds.
const MAX_SEALED: usize = 8 * 1024;

/// A ciphertext of a key in a custom key store, taken apart; nothing of it is proven yet.
pub struct OuterBlob<'a> {
    material_id: MaterialId,
    sealed: &'a [u8],
}

impl<'a> OuterBlob<'a> {
    /// Takes a ciphertext apart.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, InvalidCiphertext> {
        Self::read(bytes).ok_or(InvalidCiphertext)
    }

    fn read(bytes: &'a [u8]) -> Option<Self> {
        let (magic, rest) = bytes.split_first_chunk()?;
        let (id, sealed) = rest.split_first_chunk()?;
        (*magic == MAGIC && (1..=MAX_SEALED).contains(&sealed.len())).then_some(())?;
        Some(Self { material_id: MaterialId(*id), sealed })
    }

    /// The material that is said to have encrypted the inner blob.
    pub fn material_id(&self) -> MaterialId {
        self.material_id
    }

    /// What the other side made.
    pub fn sealed(&self) -> &'a [u8] {
        self.sealed
    }

    /// The ciphertext that holds what the other side made of an inner blob.
    pub fn write(id: &MaterialId, sealed: &[u8]) -> Vec<u8> {
        [&MAGIC[..], id.as_bytes(), sealed].concat()
    }

    /// What the other side binds its part to: a hash, since an encryption context is longer than others may like.
    pub fn bound(id: &MaterialId, context: &EncryptionContext) -> [u8; 32] {
        let header = [&MAGIC[..], id.as_bytes()].concat();
        sha256(&blob::bind(&header, context))
    }
}

/// The material that a ciphertext of either version says it was made with: whose key decides who may decrypt.
pub fn material_of(bytes: &[u8]) -> Result<MaterialId, InvalidCiphertext> {
    match Blob::parse(bytes) {
        Ok(blob) => Ok(blob.material_id()),
        Err(_) => OuterBlob::parse(bytes).map(|blob| blob.material_id()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_outer_blob_is_read_as_it_was_written_and_is_no_inner_one() {
        let id = MaterialId([7; 32]);
        let blob = OuterBlob::write(&id, b"sealed");
        let read = OuterBlob::parse(&blob).ok().unwrap();
        assert_eq!((read.material_id(), read.sealed()), (id, &b"sealed"[..]));
        assert!(Blob::parse(&OuterBlob::write(&id, &[0; 200])).is_err());
        assert_eq!(material_of(&blob), Ok(id));
        for length in 0..=2 + 32 {
            assert!(OuterBlob::parse(&blob[..length]).is_err(), "{length}");
        }
        assert!(OuterBlob::parse(&OuterBlob::write(&id, &[0; MAX_SEALED + 1])).is_err());
        assert!(material_of(b"").is_err() && material_of(&[0xfa, 3].repeat(100)).is_err());
    }

    #[test]
    fn what_is_bound_tells_material_and_context_apart() {
        let context = |value: &str| EncryptionContext::from([("k".to_owned(), value.to_owned())]);
        let bound = OuterBlob::bound(&MaterialId([7; 32]), &context("a"));
        assert_ne!(bound, OuterBlob::bound(&MaterialId([8; 32]), &context("a")));
        assert_ne!(bound, OuterBlob::bound(&MaterialId([7; 32]), &context("b")));
        assert_eq!(bound, OuterBlob::bound(&MaterialId([7; 32]), &context("a")));
    }
}
