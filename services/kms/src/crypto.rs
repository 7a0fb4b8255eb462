//! Cryptography with a key: Encrypt, Decrypt, ReEncrypt, data keys, random numbers.
//!
//! Guarantees: plaintexts are in [`Secret`]s; a damaged blob and a wrong encryption context are one answer; a dry run
//! does all that the call does except answer. Source: KMS API Reference; `DryRun`: KMS Developer Guide, "Testing your
//! permissions".

use crate::key_stores::{self, DataKey, Step, answered};
use crate::keys::ready;
use crate::recipient::disclose;
use crate::resolve::SYMMETRIC;
use crate::view::KeyView;
use crate::{api, error};
use base::Secret;
use crypto::{Blob, EncryptionContext, MaterialId};
use kernel::{Ctx, Result};
use model::Fault;

/// Encrypts up to 4,096 bytes.
pub(crate) fn encrypt(ctx: &mut Ctx<'_>, input: api::Encrypt) -> Result<api::EncryptOutput> {
    let key = ready(ctx, 0, api::ENCRYPT.name)?;
    only_symmetric(input.encryption_algorithm)?;
    tell_material(ctx, &key)?;
    unless_dry(input.dry_run)?;
    let context = bound(&input.encryption_context);
    let sealed = seal(ctx, &key, api::ENCRYPT.name, input.plaintext.expose(), context)?;
    Ok(api::EncryptOutput {
        ciphertext_blob: Some(answered!(sealed, ctx, input)),
        key_id: Some(key.arn.clone()),
        encryption_algorithm: Some(api::EncryptionAlgorithmSpec::SymmetricDefault),
    })
}

/// Decrypts a blob with the key that it names.
pub(crate) fn decrypt(ctx: &mut Ctx<'_>, input: api::Decrypt) -> Result<api::DecryptOutput> {
    let key = ready(ctx, 0, api::DECRYPT.name)?;
    only_symmetric(input.encryption_algorithm)?;
    let context = bound(&input.encryption_context);
    let blob = input.ciphertext_blob.as_deref().unwrap_or_default();
    let opened = open(ctx, &key, api::DECRYPT.name, blob, context)?;
    let (plaintext, material) = answered!(opened, ctx, input);
    ctx.audit_data("keyMaterialId", quoted(&material));
    unless_dry(input.dry_run)?;
    let answer = disclose(ctx, input.recipient.as_ref(), plaintext)?;
    Ok(api::DecryptOutput {
        key_id: Some(key.arn.clone()),
        encryption_algorithm: Some(api::EncryptionAlgorithmSpec::SymmetricDefault),
        key_material_id: answer.in_clear.is_some().then(|| material.to_string()),
        plaintext: answer.in_clear,
        ciphertext_for_recipient: answer.for_recipient,
    })
}

/// Decrypts a blob and encrypts what was in it again, without showing it to anybody.
pub(crate) fn re_encrypt(ctx: &mut Ctx<'_>, input: api::ReEncrypt) -> Result<api::ReEncryptOutput> {
    let source = ready(ctx, 0, api::RE_ENCRYPT.name)?;
    let destination = ready(ctx, 1, api::RE_ENCRYPT.name)?;
    only_symmetric(input.source_encryption_algorithm)?;
    only_symmetric(input.destination_encryption_algorithm)?;
    let context = bound(&input.source_encryption_context);
    let blob = input.ciphertext_blob.as_deref().unwrap_or_default();
    let opened = open(ctx, &source, api::RE_ENCRYPT.name, blob, context)?;
    let (plaintext, material) = answered!(opened, ctx, input);
    ctx.audit_data("sourceKeyMaterialId", quoted(&material));
    ctx.audit_data("destinationKeyMaterialId", quoted(&destination.current()?.id));
    unless_dry(input.dry_run)?;
    let context = bound(&input.destination_encryption_context);
    let sealed = seal(ctx, &destination, api::RE_ENCRYPT.name, plaintext.expose(), context)?;
    Ok(api::ReEncryptOutput {
        ciphertext_blob: Some(answered!(sealed, ctx, input)),
        source_key_id: Some(source.arn.clone()),
        key_id: Some(destination.arn.clone()),
        source_encryption_algorithm: Some(api::EncryptionAlgorithmSpec::SymmetricDefault),
        destination_encryption_algorithm: Some(api::EncryptionAlgorithmSpec::SymmetricDefault),
        source_key_material_id: Some(material.to_string()),
        destination_key_material_id: Some(destination.current()?.id.to_string()),
    })
}

/// Makes a data key, in clear and encrypted.
pub(crate) fn generate_data_key(ctx: &mut Ctx<'_>, input: api::GenerateDataKey) -> Result<api::GenerateDataKeyOutput> {
    let key = ready(ctx, 0, api::GENERATE_DATA_KEY.name)?;
    let length = data_key_length(input.key_spec, input.number_of_bytes)?;
    tell_material(ctx, &key)?;
    unless_dry(input.dry_run)?;
    let made = data_key(ctx, &key, api::GENERATE_DATA_KEY.name, length, bound(&input.encryption_context))?;
    let (plaintext, blob) = answered!(made, ctx, input);
    let key_material_id = key.current()?.id.to_string();
    let answer = disclose(ctx, input.recipient.as_ref(), plaintext)?;
    Ok(api::GenerateDataKeyOutput {
        ciphertext_blob: Some(blob),
        key_id: Some(key.arn.clone()),
        key_material_id: answer.in_clear.is_some().then_some(key_material_id),
        plaintext: answer.in_clear,
        ciphertext_for_recipient: answer.for_recipient,
    })
}

/// Makes a data key and shows it only encrypted.
pub(crate) fn generate_data_key_without_plaintext(
    ctx: &mut Ctx<'_>,
    input: api::GenerateDataKeyWithoutPlaintext,
) -> Result<api::GenerateDataKeyWithoutPlaintextOutput> {
    let key = ready(ctx, 0, api::GENERATE_DATA_KEY_WITHOUT_PLAINTEXT.name)?;
    let length = data_key_length(input.key_spec, input.number_of_bytes)?;
    tell_material(ctx, &key)?;
    unless_dry(input.dry_run)?;
    let operation = api::GENERATE_DATA_KEY_WITHOUT_PLAINTEXT.name;
    let made = data_key(ctx, &key, operation, length, bound(&input.encryption_context))?;
    let (_, blob) = answered!(made, ctx, input);
    Ok(api::GenerateDataKeyWithoutPlaintextOutput {
        ciphertext_blob: Some(blob),
        key_id: Some(key.arn.clone()),
        key_material_id: Some(key.current()?.id.to_string()),
    })
}

/// Random bytes.
pub(crate) fn generate_random(ctx: &mut Ctx<'_>, input: api::GenerateRandom) -> Result<api::GenerateRandomOutput> {
    let length = input.number_of_bytes.ok_or_else(|| Fault::validation("NumberOfBytes is required."))?;
    let length = usize::try_from(length).unwrap_or(0);
    let plaintext = match &input.custom_key_store_id {
        None => random(ctx, length),
        Some(store) => answered!(key_stores::random(ctx, store, length)?, ctx, input),
    };
    let answer = disclose(ctx, input.recipient.as_ref(), plaintext)?;
    Ok(api::GenerateRandomOutput { plaintext: answer.in_clear, ciphertext_for_recipient: answer.for_recipient })
}

/// No encryption context.
static UNBOUND: EncryptionContext = EncryptionContext::new();

fn bound(context: &Option<EncryptionContext>) -> &EncryptionContext {
    context.as_ref().unwrap_or(&UNBOUND)
}

fn seal(
    ctx: &mut Ctx<'_>,
    key: &KeyView,
    operation: &str,
    plaintext: &[u8],
    context: &EncryptionContext,
) -> Result<Step<Vec<u8>>> {
    if let Some(link) = &key.record.store {
        return key_stores::seal(ctx, key, link, operation, plaintext, context);
    }
    let current = key.current()?;
    let sealed = current.material.encrypt(&current.id, ctx.rng(), plaintext, context);
    sealed.map(Step::Done).map_err(|error| kernel::Error::Internal(error.to_string()))
}

/// A new data key, in clear and encrypted.
fn data_key(
    ctx: &mut Ctx<'_>,
    key: &KeyView,
    operation: &str,
    length: usize,
    context: &EncryptionContext,
) -> Result<Step<DataKey>> {
    let draw = |ctx: &Ctx<'_>| random(ctx, length);
    if let Some(link) = &key.record.store {
        return key_stores::data_key(ctx, key, link, operation, draw, context);
    }
    let plaintext = draw(ctx);
    Ok(match seal(ctx, key, operation, plaintext.expose(), context)? {
        Step::Done(blob) => Step::Done((plaintext, blob)),
        Step::Ask(name, question) => Step::Ask(name, question),
    })
}

/// What is in a blob, and the material that it was encrypted with.
fn open(
    ctx: &mut Ctx<'_>,
    key: &KeyView,
    operation: &str,
    bytes: &[u8],
    context: &EncryptionContext,
) -> Result<Step<(Secret<Vec<u8>>, MaterialId)>> {
    if let Some(link) = &key.record.store {
        return key_stores::open(ctx, key, link, operation, bytes, context);
    }
    let blob = Blob::parse(bytes).map_err(|_| error::invalid_ciphertext())?;
    let id = blob.material_id();
    let material = key.material(&id, ctx.crypto())?.ok_or_else(error::incorrect_key)?;
    let plaintext = material.decrypt(&blob, context).map_err(|_| error::invalid_ciphertext())?;
    Ok(Step::Done((plaintext, id)))
}

fn random(ctx: &Ctx<'_>, length: usize) -> Secret<Vec<u8>> {
    let mut bytes = Secret::new(vec![0; length]);
    ctx.rng().fill_secret(bytes.expose_mut());
    bytes
}

/// A symmetric key knows one algorithm.
fn only_symmetric(asked: Option<api::EncryptionAlgorithmSpec>) -> Result<()> {
    match asked {
        None | Some(api::EncryptionAlgorithmSpec::SymmetricDefault) => Ok(()),
        Some(other) => Err(error::invalid_usage(format!(
            "Algorithm {} is incompatible with key spec {SYMMETRIC}.",
            other.as_str()
        ))
        .into()),
    }
}

/// The length of a data key, told in exactly one of two ways.
fn data_key_length(spec: Option<api::DataKeySpec>, bytes: Option<i32>) -> Result<usize> {
    match (spec, bytes) {
        (Some(api::DataKeySpec::Aes128), None) => Ok(16),
        (Some(api::DataKeySpec::Aes256), None) => Ok(32),
        (None, Some(length)) => Ok(usize::try_from(length).unwrap_or(0)),
        _ => Err(Fault::validation("Please specify either number of bytes or key spec.").into()),
    }
}

pub(crate) fn unless_dry(dry_run: Option<bool>) -> Result<()> {
    if dry_run == Some(true) { Err(error::dry_run().into()) } else { Ok(()) }
}

/// The record names the material that was used.
fn tell_material(ctx: &mut Ctx<'_>, key: &KeyView) -> Result<()> {
    ctx.audit_data("keyMaterialId", quoted(&key.current()?.id));
    Ok(())
}

fn quoted(id: &MaterialId) -> String {
    ["\"", &id.to_string(), "\""].concat()
}
