//! Any bytes as a ciphertext of KMS: never a panic.

use crypto::Blob;

pub(crate) fn run(data: &[u8]) {
    if let Ok(blob) = Blob::parse(data) {
        assert!(data.len() >= 78, "shorter than an empty message");
        assert!(data.get(2..34).is_some_and(|id| id == blob.material_id().as_bytes()));
    }
}
