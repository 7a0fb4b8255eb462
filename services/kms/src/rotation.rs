//! Rotation of key material: GetKeyRotationStatus.
//!
//! Guarantee: no key's material is rotated automatically, and the status says so. Provisioning tools read it after
//! every CreateKey. Source: KMS API Reference, "GetKeyRotationStatus".

use crate::api;
use crate::keys::ready;
use kernel::{Ctx, Result};

/// Whether a key's material is rotated.
pub(crate) fn status(ctx: &mut Ctx<'_>, _: api::GetKeyRotationStatus) -> Result<api::GetKeyRotationStatusOutput> {
    let key = ready(ctx, 0, api::GET_KEY_ROTATION_STATUS.name)?;
    Ok(api::GetKeyRotationStatusOutput {
        key_id: Some(key.id.to_string()),
        key_rotation_enabled: Some(false),
        ..Default::default()
    })
}
