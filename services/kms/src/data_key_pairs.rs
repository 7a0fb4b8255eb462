//! Data key pairs: GenerateDataKeyPair, GenerateDataKeyPairWithoutPlaintext.
//!
//! Guarantees: the private key goes out encrypted under the KMS key, and in clear only where that was asked for; nothing of
//! the pair is kept; RSA keys are made off the road (`kernel`'s computations). Source: KMS API Reference.

use crate::api::DataKeyPairSpec;
use crate::keys::ready;
use crate::recipient::{self, disclose};
use crate::view::KeyView;
use crate::{api, crypto, error, resolve, spec, usage};
use ::crypto::{DataKeyPair, EncryptionContext, MaterialKind};
use attestation::Roots;
use base::Secret;
use kernel::{Ctx, Error, Lookup, Result, Target};

/// What a computation of a pair is called.
const PAIR: &str = "data key pair";

/// What GenerateDataKeyPair reaches.
pub(crate) fn on_generate(
    lookup: &mut Lookup<'_, '_>,
    input: &api::GenerateDataKeyPair,
    roots: &Roots,
) -> Result<Vec<Target>> {
    let target = resolve::used(lookup, "kms:GenerateDataKeyPair", &input.key_id, &input.grant_tokens)?;
    let target = described(target, input.key_pair_spec, input.encryption_context.as_ref());
    Ok(vec![recipient::attested(lookup, target, input.recipient.as_ref(), roots)?])
}

/// What GenerateDataKeyPairWithoutPlaintext reaches.
pub(crate) fn on_generate_without_plaintext(
    lookup: &mut Lookup<'_, '_>,
    input: &api::GenerateDataKeyPairWithoutPlaintext,
) -> Result<Vec<Target>> {
    let action = "kms:GenerateDataKeyPairWithoutPlaintext";
    let target = resolve::used(lookup, action, &input.key_id, &input.grant_tokens)?;
    Ok(vec![described(target, input.key_pair_spec, input.encryption_context.as_ref())])
}

fn described(target: Target, spec: DataKeyPairSpec, context: Option<&EncryptionContext>) -> Target {
    let target = target.condition("kms:DataKeyPairSpec", vec![spec.as_str().to_owned()]);
    resolve::encryption(target, resolve::SYMMETRIC, context)
}

/// Makes a data key pair, its private key in clear and encrypted.
pub(crate) fn generate(ctx: &mut Ctx<'_>, input: api::GenerateDataKeyPair) -> Result<api::GenerateDataKeyPairOutput> {
    let key = ready(ctx, 0, api::GENERATE_DATA_KEY_PAIR.name)?;
    let kind = check(ctx, &key, api::GENERATE_DATA_KEY_PAIR.name, input.key_pair_spec, input.dry_run)?;
    let spec = input.key_pair_spec;
    let context = input.encryption_context.clone().unwrap_or_default();
    let recipient = input.recipient.clone();
    let Pair { public, private, sealed } = pair(ctx, &key, kind, &context, input)?;
    let answer = disclose(ctx, recipient.as_ref(), private)?;
    Ok(api::GenerateDataKeyPairOutput {
        private_key_ciphertext_blob: Some(sealed),
        key_material_id: Some(key.current()?.id.to_string()),
        private_key_plaintext: answer.in_clear,
        public_key: Some(public),
        key_id: Some(key.arn.clone()),
        key_pair_spec: Some(spec),
        ciphertext_for_recipient: answer.for_recipient,
    })
}

/// Makes a data key pair and shows its private key only encrypted.
pub(crate) fn generate_without_plaintext(
    ctx: &mut Ctx<'_>,
    input: api::GenerateDataKeyPairWithoutPlaintext,
) -> Result<api::GenerateDataKeyPairWithoutPlaintextOutput> {
    let operation = api::GENERATE_DATA_KEY_PAIR_WITHOUT_PLAINTEXT.name;
    let key = ready(ctx, 0, operation)?;
    let kind = check(ctx, &key, operation, input.key_pair_spec, input.dry_run)?;
    let spec = input.key_pair_spec;
    let context = input.encryption_context.clone().unwrap_or_default();
    let Pair { public, sealed, .. } = pair(ctx, &key, kind, &context, input)?;
    Ok(api::GenerateDataKeyPairWithoutPlaintextOutput {
        private_key_ciphertext_blob: Some(sealed),
        public_key: Some(public),
        key_id: Some(key.arn.clone()),
        key_pair_spec: Some(spec),
        key_material_id: Some(key.current()?.id.to_string()),
    })
}

/// A pair, as it goes out.
struct Pair {
    public: Vec<u8>,
    private: Secret<Vec<u8>>,
    sealed: Vec<u8>,
}

/// What kind of pair is wanted, if the key may encrypt it.
fn check(
    ctx: &mut Ctx<'_>,
    key: &KeyView,
    operation: &str,
    spec: DataKeyPairSpec,
    dry_run: Option<bool>,
) -> Result<MaterialKind> {
    usage::is_symmetric(key, operation)?;
    // Source: KMS Developer Guide, "Key states", error 7.
    if key.record.store.is_some() {
        let text = format!("{} is in a custom key store, which is not valid for this operation.", key.arn);
        return Err(error::unsupported(text).into());
    }
    let kind = spec::pair(spec).ok_or_else(|| error::not_in_this_region("KeyPairSpec", spec.as_str()))?;
    crypto::tell_material(ctx, key)?;
    usage::unless_dry(dry_run)?;
    Ok(kind)
}

/// Makes the pair, RSA after another run.
fn pair<I: Send + 'static>(
    ctx: &Ctx<'_>,
    key: &KeyView,
    kind: MaterialKind,
    context: &EncryptionContext,
    input: I,
) -> Result<Pair> {
    let made;
    let pair = match kind {
        MaterialKind::Rsa(_) => match ctx.computed::<Option<DataKeyPair>>(PAIR) {
            Some(computed) => computed.map_err(|_| error::timed_out())?.as_ref(),
            None => return Err(ctx.compute(PAIR, move |rng| DataKeyPair::generate(kind, rng).ok(), input)),
        },
        _ => {
            made = DataKeyPair::generate(kind, ctx.rng()).ok();
            made.as_ref()
        }
    };
    let pair = pair.ok_or_else(|| Error::Internal(format!("{kind:?} is no kind of data key pair")))?;
    let current = key.current()?;
    let sealed = current.material.encrypt(&current.id, ctx.rng(), pair.private.expose(), context);
    let sealed = sealed.map_err(|error| Error::Internal(error.to_string()))?;
    Ok(Pair { public: pair.public.clone(), private: pair.private.duplicate(), sealed })
}
