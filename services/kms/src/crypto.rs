//! Cryptography with a key: Encrypt, Decrypt, ReEncrypt, data keys, random numbers.
//!
//! Guarantees: plaintexts are in [`Secret`]s; a damaged blob and a wrong encryption context are one answer; a dry run
//! does all that the call does except answer. Source: KMS API Reference; `DryRun`: KMS Developer Guide, "Testing your
//! permissions".

use crate::api::EncryptionAlgorithmSpec;
use crate::key_stores::{self, DataKey, Step, answered};
use crate::keys::ready;
use crate::recipient::disclose;
use crate::usage::{self, unless_dry};
use crate::view::KeyView;
use crate::{api, error, spec};
use base::Secret;
use crypto::{Blob, EncryptionContext, MaterialId, MaterialKind};
use kernel::{Ctx, Result};
use model::Fault;

/// Encrypts up to 4,096 bytes.
pub(crate) fn encrypt(ctx: &mut Ctx<'_>, input: api::Encrypt) -> Result<api::EncryptOutput> {
    let key = ready(ctx, 0, api::ENCRYPT.name)?;
    let algorithm = usage::encryption(&key, api::ENCRYPT.name, input.encryption_algorithm)?;
    let context = bound(&input.encryption_context);
    can_encrypt(&key, algorithm, input.plaintext.expose(), context)?;
    tell_material(ctx, &key)?;
    unless_dry(input.dry_run)?;
    let sealed = encrypted(ctx, &key, api::ENCRYPT.name, algorithm, input.plaintext.expose(), context)?;
    Ok(api::EncryptOutput {
        ciphertext_blob: Some(answered!(sealed, ctx, input)),
        key_id: Some(key.arn.clone()),
        encryption_algorithm: Some(algorithm),
    })
}

/// Decrypts a blob with the key that it names, or a ciphertext of a key pair with the key that the caller names.
pub(crate) fn decrypt(ctx: &mut Ctx<'_>, input: api::Decrypt) -> Result<api::DecryptOutput> {
    let key = ready(ctx, 0, api::DECRYPT.name)?;
    let algorithm = usage::encryption(&key, api::DECRYPT.name, input.encryption_algorithm)?;
    if usage::ignores_ciphertext(input.dry_run, &input.dry_run_modifiers) {
        return Err(error::dry_run().into());
    }
    let context = bound(&input.encryption_context);
    let blob = input.ciphertext_blob.as_deref().unwrap_or_default();
    let opened = decrypted(ctx, &key, api::DECRYPT.name, algorithm, blob, context)?;
    let (plaintext, material) = answered!(opened, ctx, input);
    if let Some(material) = &material {
        ctx.audit_data("keyMaterialId", quoted(material));
    }
    unless_dry(input.dry_run)?;
    let answer = disclose(ctx, input.recipient.as_ref(), plaintext)?;
    Ok(api::DecryptOutput {
        key_id: Some(key.arn.clone()),
        encryption_algorithm: Some(algorithm),
        key_material_id: material.filter(|_| answer.in_clear.is_some()).map(|id| id.to_string()),
        plaintext: answer.in_clear,
        ciphertext_for_recipient: answer.for_recipient,
    })
}

/// Decrypts a blob and encrypts what was in it again, without showing it to anybody.
pub(crate) fn re_encrypt(ctx: &mut Ctx<'_>, input: api::ReEncrypt) -> Result<api::ReEncryptOutput> {
    let source = ready(ctx, 0, api::RE_ENCRYPT.name)?;
    let destination = ready(ctx, 1, api::RE_ENCRYPT.name)?;
    let operation = api::RE_ENCRYPT.name;
    let from = usage::encryption(&source, operation, input.source_encryption_algorithm)?;
    let to = usage::encryption(&destination, operation, input.destination_encryption_algorithm)?;
    if usage::ignores_ciphertext(input.dry_run, &input.dry_run_modifiers) {
        return Err(error::dry_run().into());
    }
    let context = bound(&input.source_encryption_context);
    let blob = input.ciphertext_blob.as_deref().unwrap_or_default();
    let opened = decrypted(ctx, &source, operation, from, blob, context)?;
    let (plaintext, material) = answered!(opened, ctx, input);
    let context = bound(&input.destination_encryption_context);
    can_encrypt(&destination, to, plaintext.expose(), context)?;
    if let Some(material) = &material {
        ctx.audit_data("sourceKeyMaterialId", quoted(material));
    }
    let next = named(&destination)?;
    if let Some(next) = &next {
        ctx.audit_data("destinationKeyMaterialId", quoted(next));
    }
    unless_dry(input.dry_run)?;
    let sealed = encrypted(ctx, &destination, operation, to, plaintext.expose(), context)?;
    Ok(api::ReEncryptOutput {
        ciphertext_blob: Some(answered!(sealed, ctx, input)),
        source_key_id: Some(source.arn.clone()),
        key_id: Some(destination.arn.clone()),
        source_encryption_algorithm: Some(from),
        destination_encryption_algorithm: Some(to),
        source_key_material_id: material.map(|id| id.to_string()),
        destination_key_material_id: next.map(|id| id.to_string()),
    })
}

/// Makes a data key, in clear and encrypted.
pub(crate) fn generate_data_key(ctx: &mut Ctx<'_>, input: api::GenerateDataKey) -> Result<api::GenerateDataKeyOutput> {
    let key = ready(ctx, 0, api::GENERATE_DATA_KEY.name)?;
    usage::is_symmetric(&key, api::GENERATE_DATA_KEY.name)?;
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
    usage::is_symmetric(&key, api::GENERATE_DATA_KEY_WITHOUT_PLAINTEXT.name)?;
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

/// Refuses what an algorithm of key pairs cannot take.
fn can_encrypt(
    key: &KeyView,
    algorithm: EncryptionAlgorithmSpec,
    plaintext: &[u8],
    context: &EncryptionContext,
) -> Result<()> {
    usage::takes_context(algorithm, !context.is_empty())?;
    usage::fits(key, algorithm, plaintext.len())
}

fn encrypted(
    ctx: &mut Ctx<'_>,
    key: &KeyView,
    operation: &str,
    algorithm: EncryptionAlgorithmSpec,
    plaintext: &[u8],
    context: &EncryptionContext,
) -> Result<Step<Vec<u8>>> {
    let Some(hash) = spec::oaep(algorithm) else { return seal(ctx, key, operation, plaintext, context) };
    let sealed = key.current()?.material.encrypt_oaep(hash, plaintext);
    sealed.map(Step::Done).map_err(|error| kernel::Error::Internal(error.to_string()))
}

/// What is in a ciphertext and, if that is a blob, the material that it was encrypted with.
type Decrypted = (Secret<Vec<u8>>, Option<MaterialId>);

fn decrypted(
    ctx: &mut Ctx<'_>,
    key: &KeyView,
    operation: &str,
    algorithm: EncryptionAlgorithmSpec,
    ciphertext: &[u8],
    context: &EncryptionContext,
) -> Result<Step<Decrypted>> {
    usage::takes_context(algorithm, !context.is_empty())?;
    let Some(hash) = spec::oaep(algorithm) else {
        return Ok(match open(ctx, key, operation, ciphertext, context)? {
            Step::Done((plaintext, id)) => Step::Done((plaintext, Some(id))),
            Step::Ask(name, question) => Step::Ask(name, question),
        });
    };
    let plaintext = key.current()?.material.decrypt_oaep(hash, ciphertext);
    Ok(Step::Done((plaintext.map_err(|_| error::invalid_ciphertext())?, None)))
}

/// Encrypts under a symmetric key.
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

/// The length of a data key, told in exactly one of two ways.
fn data_key_length(spec: Option<api::DataKeySpec>, bytes: Option<i32>) -> Result<usize> {
    match (spec, bytes) {
        (Some(api::DataKeySpec::Aes128), None) => Ok(16),
        (Some(api::DataKeySpec::Aes256), None) => Ok(32),
        (None, Some(length)) => Ok(usize::try_from(length).unwrap_or(0)),
        _ => Err(Fault::validation("Please specify either number of bytes or key spec.").into()),
    }
}

/// The record names the material that is used, of symmetric keys.
pub(crate) fn tell_material(ctx: &mut Ctx<'_>, key: &KeyView) -> Result<()> {
    if let Some(id) = named(key)? {
        ctx.audit_data("keyMaterialId", quoted(&id));
    }
    Ok(())
}

/// The name of a symmetric key's material; that of others is nobody's business.
fn named(key: &KeyView) -> Result<Option<MaterialId>> {
    let current = key.current()?;
    Ok((current.material.kind() == MaterialKind::Symmetric).then_some(current.id))
}

fn quoted(id: &MaterialId) -> String {
    ["\"", &id.to_string(), "\""].concat()
}
