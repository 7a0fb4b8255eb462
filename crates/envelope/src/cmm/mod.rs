//! The materials managers that come with the library.
//!
//! Source: AWS Encryption SDK specification, "Cryptographic Materials Manager Interface" and the pages of each kind.

mod caching;
mod default;
mod required_context;

pub use caching::{
    CachedMaterials, CachingLimits, CachingMaterialsManager, CachingMetrics, MAX_BYTES_PER_KEY, MAX_MESSAGES_PER_KEY,
};
pub use default::DefaultMaterialsManager;
pub use required_context::RequiredContextMaterialsManager;

use crate::{DecryptionRequest, EncryptionContext, Error};
use std::collections::BTreeSet;

/// The context that a message was authenticated with, as far as its reader can say: what the message holds, and what the
/// caller reproduces. With it come the keys that only the caller knows of.
///
/// A pair that both name must be the same; otherwise the message is not the one that the caller means.
fn whole_context(request: &DecryptionRequest<'_>) -> Result<(EncryptionContext, BTreeSet<String>), Error> {
    let mut context = request.context.clone();
    let mut required = BTreeSet::new();
    for (key, value) in &request.reproduced_context {
        match context.get(key) {
            Some(stored) if stored == value => {}
            Some(_) => {
                return Err(Error::Context(format!(
                    "the message was encrypted with another value of {key} in its encryption context"
                )));
            }
            None => {
                context.insert(key.as_str(), value.as_str())?;
                required.insert(key.clone());
            }
        }
    }
    Ok((context, required))
}

#[cfg(test)]
pub(crate) mod testing;
