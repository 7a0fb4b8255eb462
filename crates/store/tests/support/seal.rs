//! A seal that hides and binds well enough for tests, and protects nothing.

use base::Secret;
use std::hash::{DefaultHasher, Hash, Hasher};
use store::{Seal, SealError};

pub(crate) struct ToySeal;

impl Seal for ToySeal {
    fn seal(&self, path: &[u8], value: &[u8]) -> Result<Vec<u8>, SealError> {
        let mut sealed = masked(path, value);
        sealed.extend_from_slice(&tag(path, value));
        Ok(sealed)
    }

    fn open(&self, path: &[u8], sealed: &[u8]) -> Result<Secret<Vec<u8>>, SealError> {
        let (body, theirs) = sealed.split_last_chunk::<8>().ok_or_else(|| SealError("too short".into()))?;
        let value = masked(path, body);
        if tag(path, &value) != *theirs {
            return Err(SealError("the tag does not fit".into()));
        }
        Ok(Secret::new(value))
    }
}

fn masked(path: &[u8], bytes: &[u8]) -> Vec<u8> {
    bytes.iter().enumerate().map(|(index, byte)| byte ^ hash(&(path, index / 8)).to_be_bytes()[index % 8]).collect()
}

fn tag(path: &[u8], value: &[u8]) -> [u8; 8] {
    hash(&(path, value, "tag")).to_be_bytes()
}

fn hash(what: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    what.hash(&mut hasher);
    hasher.finish()
}
