//! Key material of symmetric KMS keys, behind a handle.
//!
//! Guarantees: the bytes cannot be had, printed or compared; each message is encrypted under a key derived from the
//! material and 128 random bits, used once, so there is no limit to how many messages one key may encrypt.

use crate::blob::{self, Blob, EncryptionContext, InvalidCiphertext, MaterialId};
use crate::envelope::{self, NONCE};
use crate::labels::{MATERIAL_ID, MESSAGE};
use base::{Rng, Secret};
use primitives::{AeadKey, KdfKey, Sha256, TAG_LENGTH};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Key material, ready for use. Cheap to clone; wiped when the last handle goes.
#[derive(Clone)]
pub struct Material(Arc<Prepared>);

struct Prepared {
    key: KdfKey,
    /// Tells this material from others without telling anything of it.
    print: [u8; 32],
}

/// Key material wrapped under its account's keyring: the form that is stored.
#[derive(Clone, Serialize, Deserialize)]
pub struct MaterialToken(pub(crate) Vec<u8>);

/// Keeps the hash of an identifier apart from every other hash in the house.
const ID_DOMAIN: &[u8] = b"fastness/material-id/v1";

impl Material {
    /// The length of symmetric material in bytes.
    pub(crate) const LENGTH: usize = 32;

    pub(crate) fn new(bytes: &[u8]) -> Self {
        let key = KdfKey::new(bytes);
        let print = *key.derive(MATERIAL_ID.as_bytes(), &[]).expose();
        Self(Arc::new(Prepared { key, print }))
    }

    /// The identifier of this material in the KMS key `key_id`.
    pub fn id(&self, key_id: &str) -> MaterialId {
        // Both ends have fixed lengths, so the key id in between cannot be read in two ways.
        let mut hash = Sha256::new();
        hash.update(ID_DOMAIN);
        hash.update(key_id.as_bytes());
        hash.update(&self.0.print);
        MaterialId(hash.finish())
    }

    /// Encrypts a message, bound to `context`, under the name `id` that this material has in its KMS key.
    pub fn encrypt(&self, id: &MaterialId, rng: &dyn Rng, plaintext: &[u8], context: &EncryptionContext) -> Vec<u8> {
        let (nonce, iv) = envelope::draw(rng);
        let mut blob = Vec::with_capacity(blob::HEADER + plaintext.len() + TAG_LENGTH);
        for part in [&blob::MAGIC[..], id.as_bytes(), &nonce, &iv] {
            blob.extend_from_slice(part);
        }
        let bound = blob::bind(&blob, context);
        self.message_key(&nonce, id).seal_into(&iv, &bound, plaintext, &mut blob);
        blob
    }

    /// Decrypts what this material encrypted in the same context.
    pub fn decrypt(&self, blob: &Blob<'_>, context: &EncryptionContext) -> Result<Secret<Vec<u8>>, InvalidCiphertext> {
        let bound = blob::bind(blob.header, context);
        self.message_key(blob.nonce, &blob.material_id).open(blob.iv, &bound, blob.body).map_err(|_| InvalidCiphertext)
    }

    fn message_key(&self, nonce: &[u8; NONCE], id: &MaterialId) -> AeadKey {
        let mut context = [0; NONCE + 32];
        for (slot, byte) in context.iter_mut().zip(nonce.iter().chain(id.as_bytes())) {
            *slot = *byte;
        }
        AeadKey::new(self.0.key.derive(MESSAGE.as_bytes(), &context).expose())
    }
}
