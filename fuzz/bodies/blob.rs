//! Any bytes as a ciphertext of KMS: never a panic.

use crypto::{Blob, Detached, OuterBlob, material_of};

pub(crate) fn run(data: &[u8]) {
    if let Ok(blob) = Blob::parse(data) {
        assert!(data.len() >= 78, "shorter than an empty message");
        assert!(data.get(2..34).is_some_and(|id| id == blob.material_id().as_bytes()));
    }
    if let (Some(pieces), Ok(id)) = (Detached::of(data), material_of(data)) {
        assert_eq!(pieces.attach(&id), data);
    }
    if let Ok(blob) = OuterBlob::parse(data) {
        assert_eq!(OuterBlob::write(&blob.material_id(), blob.sealed()), data);
        assert!(Blob::parse(data).is_err(), "it is of two versions");
    }
}
