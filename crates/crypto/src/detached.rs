//! A ciphertext in pieces: what somebody needs who keeps IV, tag and the rest apart, as the proxy of an external key store.
//!
//! Guarantee: pieces are put together to the blob that they were of, and to no other that opens.

use crate::blob::{Blob, HEADER, MAGIC, MaterialId};
use crate::envelope::NONCE;
use primitives::{NONCE_LENGTH, TAG_LENGTH};

/// The pieces of a blob of version 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Detached {
    /// What the message's key was derived with.
    pub nonce: [u8; NONCE],
    /// The initialization vector.
    pub iv: [u8; NONCE_LENGTH],
    /// As long as the plaintext.
    pub ciphertext: Vec<u8>,
    /// The authentication tag.
    pub tag: [u8; TAG_LENGTH],
}

impl Detached {
    /// Takes a blob apart; `None` if it is none.
    pub fn of(blob: &[u8]) -> Option<Self> {
        let blob = Blob::parse(blob).ok()?;
        let (ciphertext, tag) = blob.body.split_last_chunk()?;
        Some(Self { nonce: *blob.nonce, iv: *blob.iv, ciphertext: ciphertext.to_vec(), tag: *tag })
    }

    /// The blob of material `id` that these are the pieces of.
    pub fn attach(&self, id: &MaterialId) -> Vec<u8> {
        let mut blob = Vec::with_capacity(HEADER + self.ciphertext.len() + TAG_LENGTH);
        for part in [&MAGIC[..], id.as_bytes(), &self.nonce, &self.iv, &self.ciphertext, &self.tag] {
            blob.extend_from_slice(part);
        }
        blob
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_blob_is_put_together_as_it_was() {
        let pieces = Detached { nonce: [1; NONCE], iv: [2; 12], ciphertext: vec![3; 7], tag: [4; 16] };
        let id = MaterialId([5; 32]);
        let blob = pieces.attach(&id);
        assert_eq!(Detached::of(&blob), Some(pieces));
        assert_eq!(Blob::parse(&blob).map(|blob| blob.material_id()), Ok(id));
        assert_eq!(Detached::of(&blob[..60]), None);
    }
}
