//! Public keys: GetPublicKey.
//!
//! Guarantee: what is told is the public half of the key's material and what the key is for, and never more. Works on a
//! disabled key too, and on one whose imported material is gone. Source: KMS API Reference, "GetPublicKey".

use crate::keys::ready;
use crate::view::listed;
use crate::{api, error, resolve, spec};
use kernel::{Ctx, Lookup, Result, Target};

/// What GetPublicKey reaches.
pub(crate) fn on_get(lookup: &mut Lookup<'_, '_>, input: &api::GetPublicKey) -> Result<Vec<Target>> {
    Ok(vec![resolve::used(lookup, "kms:GetPublicKey", &input.key_id, &input.grant_tokens)?])
}

/// The public half of a key pair, as X.509 `SubjectPublicKeyInfo` in DER.
pub(crate) fn get(ctx: &mut Ctx<'_>, _: api::GetPublicKey) -> Result<api::GetPublicKeyOutput> {
    let key = ready(ctx, 0, api::GET_PUBLIC_KEY.name)?;
    let (spec, usage) = (key.record.spec, key.record.usage);
    if !spec::is_pair(spec) {
        let (arn, spec) = (&key.arn, spec.as_str());
        return Err(error::unsupported(format!("{arn} key spec is {spec} which is not valid for GetPublicKey.")).into());
    }
    let current = key.current.as_ref().and_then(|current| current.material.public_key()).map(<[u8]>::to_vec);
    let public = current.or_else(|| key.public.clone()).ok_or_else(|| error::pending_import(&key.arn))?;
    Ok(api::GetPublicKeyOutput {
        key_id: Some(key.arn.clone()),
        public_key: Some(public),
        customer_master_key_spec: spec::former(spec),
        key_spec: Some(spec),
        key_usage: Some(usage),
        encryption_algorithms: listed(spec::encryption(spec, usage)),
        signing_algorithms: listed(spec::signing(spec, usage)),
        key_agreement_algorithms: listed(spec::agreement(usage)),
        encapsulation_algorithms: listed(spec::encapsulation(usage)),
    })
}
