//! Imported key material: GetParametersForImport, ImportKeyMaterial, DeleteImportedKeyMaterial, and the expiry of what was
//! imported.
//!
//! Guarantees: the private half of a wrapping key is only in the import token that goes with it, sealed and bound to its
//! key, so that nothing is kept between the two calls; what belongs to a key for good stays known by its id when its bytes
//! are gone, so that only the same can be imported again; material that waits for a rotation is forgotten whole; a key
//! that lacks a material is pending import, unless it is to be deleted. Source: KMS Developer Guide, "Importing key
//! material", "Deleting imported key material".

use crate::api::{
    AlgorithmSpec, ExpirationModelType, ImportType, KeySpec, MultiRegionKeyType, OriginType, WrappingKeySpec,
};
use crate::keyid::{Accepts, KeyId};
use crate::keys::{self, ready};
use crate::materials::{MaterialEntry, MaterialState};
use crate::records::{KeyRecord, MaterialRecord, PublicKeyRecord};
use crate::resolve;
use crate::states::State;
use crate::view::{self, KeyView};
use crate::{api, error, siblings, spec};
use base::{Scope, Secret, Timestamp};
use bus::Job;
use crypto::{MaterialId, OaepHash, Purpose, RsaSize, WrappingAlgorithm, WrappingKey};
use kernel::{Ctx, Error, JobKind, Lookup, Result, Target};
use model::Fault;
use std::sync::Arc;
use std::time::Duration;
use store::Space;

/// Takes material away whose time is over.
pub(crate) const EXPIRE_MATERIAL: JobKind = JobKind { name: "kms.expire-material", run: expire };

const DAY: Duration = Duration::from_secs(86_400);

/// How long a wrapping key and its token are good for.
const TOKEN_LASTS: Duration = DAY;

/// The computation that makes a wrapping key.
const WRAPPING_KEY: &str = "wrapping-key";

/// The longest that imported material may last, in days.
const MAX_DAYS: u32 = 365;

/// GetParametersForImport.
pub(crate) fn parameters_targets(
    lookup: &mut Lookup<'_, '_>,
    input: &api::GetParametersForImport,
) -> Result<Vec<Target>> {
    let target = resolve::key(lookup, "kms:GetParametersForImport", &input.key_id, Accepts::Keys)?;
    Ok(vec![
        target
            .condition("kms:WrappingAlgorithm", vec![input.wrapping_algorithm.as_str().to_owned()])
            .condition("kms:WrappingKeySpec", vec![input.wrapping_key_spec.as_str().to_owned()]),
    ])
}

/// ImportKeyMaterial.
pub(crate) fn import_targets(lookup: &mut Lookup<'_, '_>, input: &api::ImportKeyMaterial) -> Result<Vec<Target>> {
    let model = input.expiration_model.unwrap_or(ExpirationModelType::KeyMaterialExpires);
    let target = resolve::key(lookup, "kms:ImportKeyMaterial", &input.key_id, Accepts::Keys)?;
    let target = target.condition("kms:ExpirationModel", vec![model.as_str().to_owned()]);
    Ok(vec![match input.valid_to {
        Some(time) => target.condition("kms:ValidTo", vec![time.to_seconds_rfc3339()]),
        None => target,
    }])
}

/// Makes a wrapping key, and the token that leads back to it.
pub(crate) fn parameters(
    ctx: &mut Ctx<'_>,
    input: api::GetParametersForImport,
) -> Result<api::GetParametersForImportOutput> {
    let key = importable(ctx, api::GET_PARAMETERS_FOR_IMPORT.name)?;
    let (algorithm, size) = (input.wrapping_algorithm, input.wrapping_key_spec);
    let way = wrapping(algorithm).filter(|way| wraps(*way, size, key.record.spec));
    let size = rsa_size(size).filter(|_| way.is_some());
    let size = size.ok_or_else(|| error::no_wrapping(algorithm, input.wrapping_key_spec, key.record.spec))?;
    let wrapping = match ctx.computed::<WrappingKey>(WRAPPING_KEY) {
        Some(made) => made.map_err(|_| error::timed_out())?,
        None => return Err(ctx.compute(WRAPPING_KEY, move |_| WrappingKey::generate(size), input)),
    };
    let valid_to = ctx.now().plus(TOKEN_LASTS);
    let sealer = ctx.crypto().purpose_key(key.scope.account, Purpose::ImportToken).map_err(internal)?;
    let claims = Claims { algorithm, valid_to }.written();
    let token = wrapping.seal(&sealer, ctx.rng(), key.arn.as_bytes(), &claims);
    Ok(api::GetParametersForImportOutput {
        key_id: Some(key.arn.clone()),
        import_token: Some(token.into_bytes()),
        public_key: Some(Secret::new(wrapping.public_key().to_vec())),
        parameters_valid_to: Some(valid_to),
    })
}

/// Imports material, for the first time or again.
pub(crate) fn import(ctx: &mut Ctx<'_>, input: api::ImportKeyMaterial) -> Result<api::ImportKeyMaterialOutput> {
    let key = importable(ctx, api::IMPORT_KEY_MATERIAL.name)?;
    let mut record = keys::stored(ctx, &key)?;
    let expires = expiry(&input, ctx.now())?;
    let import = import_type(&key, &input)?;
    let bytes = unwrapped(ctx, &key, &input)?;
    let kind =
        spec::kind(record.spec).ok_or_else(|| Error::Internal(format!("{} has no kind of material", key.arn)))?;
    let imported = ctx.crypto().import_material(key.scope.account, kind, &bytes, ctx.rng());
    let (material, token) = match imported {
        Err(crypto::Error::BadMaterial) => return Err(error::incorrect_material(NOT_OF_ITS_SPEC).into()),
        imported => imported.map_err(internal)?,
    };
    let id = material.id(key.id.as_str());
    let is_known = record.materials.iter().any(|entry| entry.id == id);
    match (import, is_known) {
        (ImportType::NewKeyMaterial, true) => return Err(error::incorrect_material(KNOWN).into()),
        (ImportType::ExistingKeyMaterial, false) => return Err(error::incorrect_material(UNKNOWN).into()),
        (ImportType::NewKeyMaterial, false) => {
            take_in(ctx, &key, &mut record, id)?;
        }
        (ImportType::ExistingKeyMaterial, true) => {}
    }
    if input.key_material_id.is_some_and(|named| named != id.to_string()) {
        return Err(error::incorrect_material(OTHER).into());
    }
    for entry in record.materials.iter_mut().filter(|entry| entry.id == id) {
        entry.token = Some(token.clone());
        entry.expires = expires.map(Into::into);
        entry.description = input.key_material_description.clone().or_else(|| entry.description.take());
    }
    if record.state == State::PendingImport {
        record.state = record.settled(State::Enabled);
    }
    if let Some(public) = material.public_key() {
        ctx.put(&PublicKeyRecord::key(key.scope, &key.id), &PublicKeyRecord(public.to_vec()))?;
    }
    ctx.put(&KeyRecord::key(key.scope, &key.id), &record)?;
    match expires {
        Some(due) => expire_at(ctx, key.scope, &key.id, &id, due)?,
        None => forget_expiry(ctx, key.scope, &key.id, &id)?,
    }
    siblings::synchronise(ctx, key.scope, &key.id)?;
    Ok(api::ImportKeyMaterialOutput {
        key_id: Some(key.arn.clone()),
        key_material_id: (record.spec == KeySpec::SymmetricDefault).then(|| id.to_string()),
    })
}

/// Why material is not what it should be.
const NOT_OF_ITS_SPEC: &str = "The key material has not the form or the length that the key spec demands.";
const KNOWN: &str = "The key material is already associated with the KMS key. Import it as EXISTING_KEY_MATERIAL.";
const UNKNOWN: &str = "The key material is not one that was imported into the KMS key before.";
const OTHER: &str = "The key material is not the one that KeyMaterialId names.";

/// Makes room for material that is new to a key: it is the key's from the first one on, and waits for a rotation after.
fn take_in(ctx: &mut Ctx<'_>, key: &KeyView, record: &mut KeyRecord, id: MaterialId) -> Result<()> {
    if record.materials.iter().any(|entry| !entry.state.is_permanent()) {
        return Err(error::pending_rotation(&key.arn).into());
    }
    let state = if record.materials.is_empty() { MaterialState::Current } else { MaterialState::PendingRotation };
    record.materials.push(MaterialEntry { id, token: None, state, rotated: None, description: None, expires: None });
    // A ciphertext names only its material: it must lead to one key.
    let place = MaterialRecord::key(key.scope.region, &id);
    if !ctx.insert(&place, &MaterialRecord::new(key.scope.account, key.id.clone()))? {
        return Err(Error::Internal(format!("{} has material that leads elsewhere", key.arn)));
    }
    Ok(())
}

/// When the material expires, told in exactly one of two ways.
fn expiry(input: &api::ImportKeyMaterial, now: Timestamp) -> std::result::Result<Option<Timestamp>, Fault> {
    let model = input.expiration_model.unwrap_or(ExpirationModelType::KeyMaterialExpires);
    match (model, input.valid_to) {
        (ExpirationModelType::KeyMaterialDoesNotExpire, None) => Ok(None),
        (ExpirationModelType::KeyMaterialDoesNotExpire, Some(_)) => Err(Fault::validation(
            "ValidTo must not be specified when ExpirationModel is KEY_MATERIAL_DOES_NOT_EXPIRE.",
        )),
        (ExpirationModelType::KeyMaterialExpires, None) => {
            Err(Fault::validation("ValidTo must be specified when ExpirationModel is KEY_MATERIAL_EXPIRES."))
        }
        (ExpirationModelType::KeyMaterialExpires, Some(time)) if time <= now => {
            Err(Fault::validation("ValidTo must be in the future."))
        }
        (ExpirationModelType::KeyMaterialExpires, Some(time)) if time > now.plus(DAY.saturating_mul(MAX_DAYS)) => {
            Err(Fault::validation(format!("ValidTo must be at most {MAX_DAYS} days from now.")))
        }
        (ExpirationModelType::KeyMaterialExpires, time) => Ok(time),
    }
}

/// Whether the material shall be new to the key. Into replicas it never is: their primary gets it first.
fn import_type(key: &KeyView, input: &api::ImportKeyMaterial) -> std::result::Result<ImportType, Fault> {
    let record = &key.record;
    let only_symmetric = [
        ("ImportType", input.import_type.is_some()),
        ("KeyMaterialDescription", input.key_material_description.is_some()),
        ("KeyMaterialId", input.key_material_id.is_some()),
    ];
    let given = only_symmetric.iter().find(|(_, given)| *given);
    if let (Some((name, _)), true) = (given, record.spec != KeySpec::SymmetricDefault) {
        return Err(Fault::validation(format!("{name} is only valid for symmetric encryption keys.")));
    }
    let is_replica = is_replica(key.scope, record);
    let default = match record.materials.is_empty() && !is_replica {
        true => ImportType::NewKeyMaterial,
        false => ImportType::ExistingKeyMaterial,
    };
    let import = input.import_type.unwrap_or(default);
    if import == ImportType::NewKeyMaterial && is_replica {
        return Err(error::new_to_replica(&key.arn));
    }
    if import == ImportType::NewKeyMaterial && input.key_material_id.is_some() {
        return Err(Fault::validation("KeyMaterialId must not be specified when ImportType is NEW_KEY_MATERIAL."));
    }
    Ok(import)
}

/// The material as its owner wrapped it, by the key that the token holds.
fn unwrapped(ctx: &Ctx<'_>, key: &KeyView, input: &api::ImportKeyMaterial) -> Result<Secret<Vec<u8>>> {
    let sealer = ctx.crypto().purpose_key(key.scope.account, Purpose::ImportToken).map_err(internal)?;
    let token = std::str::from_utf8(&input.import_token).map_err(|_| error::invalid_token())?;
    let opened = WrappingKey::open(&sealer, key.arn.as_bytes(), token);
    let (wrapping_key, claims) = opened.map_err(|_| error::invalid_token())?;
    let claims = Claims::read(&claims).ok_or_else(error::invalid_token)?;
    if claims.valid_to <= ctx.now() {
        return Err(error::expired_token().into());
    }
    let way = wrapping(claims.algorithm).ok_or_else(error::invalid_token)?;
    Ok(wrapping_key.unwrap(way, &input.encrypted_key_material).map_err(|_| error::invalid_ciphertext())?)
}

/// What a token says beside its key.
struct Claims {
    algorithm: AlgorithmSpec,
    valid_to: Timestamp,
}

impl Claims {
    fn written(&self) -> Vec<u8> {
        [&self.valid_to.millis().to_be_bytes(), self.algorithm.as_str().as_bytes()].concat()
    }

    fn read(bytes: &[u8]) -> Option<Self> {
        let (millis, algorithm) = bytes.split_first_chunk()?;
        let algorithm = std::str::from_utf8(algorithm).ok()?;
        let algorithm = AlgorithmSpec::ALL.iter().copied().find(|known| known.as_str() == algorithm)?;
        Some(Self { algorithm, valid_to: Timestamp::from_millis(i64::from_be_bytes(*millis)) })
    }
}

/// The way of wrapping that AWS's word means. RSAES_PKCS1_V1_5 is none any more, SM2PKE is one of the Chinese Regions.
fn wrapping(algorithm: AlgorithmSpec) -> Option<WrappingAlgorithm> {
    match algorithm {
        AlgorithmSpec::RsaesOaepSha1 => Some(WrappingAlgorithm::Oaep(OaepHash::Sha1)),
        AlgorithmSpec::RsaesOaepSha256 => Some(WrappingAlgorithm::Oaep(OaepHash::Sha256)),
        AlgorithmSpec::RsaAesKeyWrapSha1 => Some(WrappingAlgorithm::RsaAesKeyWrap(OaepHash::Sha1)),
        AlgorithmSpec::RsaAesKeyWrapSha256 => Some(WrappingAlgorithm::RsaAesKeyWrap(OaepHash::Sha256)),
        AlgorithmSpec::RsaesPkcs1V15 | AlgorithmSpec::Sm2pke => None,
    }
}

fn rsa_size(spec: WrappingKeySpec) -> Option<RsaSize> {
    match spec {
        WrappingKeySpec::Rsa2048 => Some(RsaSize::Rsa2048),
        WrappingKeySpec::Rsa3072 => Some(RsaSize::Rsa3072),
        WrappingKeySpec::Rsa4096 => Some(RsaSize::Rsa4096),
        WrappingKeySpec::Sm2 => None,
    }
}

/// Whether material of a spec is wrapped this way: private keys may be too long for RSA alone, and what is not a private
/// key needs no other way. Source: KMS Developer Guide, "Select a wrapping algorithm".
fn wraps(way: WrappingAlgorithm, size: WrappingKeySpec, spec: KeySpec) -> bool {
    use KeySpec as S;
    let is_direct = matches!(way, WrappingAlgorithm::Oaep(_));
    match spec {
        S::SymmetricDefault | S::Hmac224 | S::Hmac256 | S::Hmac384 | S::Hmac512 => is_direct,
        S::Rsa2048 | S::Rsa3072 | S::Rsa4096 => !is_direct,
        S::EccNistP521 => !(is_direct && size == WrappingKeySpec::Rsa2048),
        S::EccNistP256 | S::EccNistP384 | S::EccSecgP256k1 | S::EccNistEdwards25519 => true,
        _ => false,
    }
}

fn internal(error: crypto::Error) -> Error {
    Error::Internal(error.to_string())
}

fn is_replica(scope: Scope, record: &KeyRecord) -> bool {
    let siblings = record.multi_region.as_ref();
    siblings.is_some_and(|siblings| siblings.role(scope) == MultiRegionKeyType::Replica)
}

/// Takes a material away: the one that is named, or the current one.
pub(crate) fn delete(
    ctx: &mut Ctx<'_>,
    input: api::DeleteImportedKeyMaterial,
) -> Result<api::DeleteImportedKeyMaterialOutput> {
    let key = importable(ctx, api::DELETE_IMPORTED_KEY_MATERIAL.name)?;
    let mut record = keys::stored(ctx, &key)?;
    let entry = match &input.key_material_id {
        Some(named) => Some(entry_of(&record, named).ok_or_else(|| error::no_material(&key.arn, named))?),
        None => record.current(),
    };
    let found = entry.map(|entry| (entry.id, entry.token.is_some()));
    if let Some((material, true)) = found {
        discard(ctx, key.scope, &key.id, &mut record, material)?;
        forget_expiry(ctx, key.scope, &key.id, &material)?;
    }
    let told = found.filter(|_| record.spec == KeySpec::SymmetricDefault);
    Ok(api::DeleteImportedKeyMaterialOutput {
        key_id: Some(key.arn.clone()),
        key_material_id: told.map(|(material, _)| material.to_string()),
    })
}

/// The permitted key, if it is one that material is imported into and in a state that admits the operation.
fn importable(ctx: &mut Ctx<'_>, operation: &str) -> Result<Arc<KeyView>> {
    let key = ctx.permitted::<KeyView>(0)?;
    if key.record.origin != OriginType::External {
        return Err(error::invalid_origin(&key.arn, key.record.origin).into());
    }
    ready(ctx, 0, operation)
}

/// The material of a key that is written like this.
fn entry_of<'r>(record: &'r KeyRecord, named: &str) -> Option<&'r MaterialEntry> {
    record.materials.iter().find(|entry| entry.id.to_string() == named)
}

/// Forgets the bytes of a material. What waits for a rotation is forgotten whole where it came from.
fn discard(ctx: &mut Ctx<'_>, scope: Scope, id: &KeyId, record: &mut KeyRecord, material: MaterialId) -> Result<()> {
    let is_permanent = record.materials.iter().any(|entry| entry.id == material && entry.state.is_permanent());
    if is_permanent || is_replica(scope, record) {
        for entry in record.materials.iter_mut().filter(|entry| entry.id == material) {
            (entry.token, entry.expires) = (None, None);
        }
    } else {
        record.materials.retain(|entry| entry.id != material);
        ctx.delete(&MaterialRecord::key(scope.region, &material))?;
    }
    if is_permanent && matches!(record.state, State::Enabled | State::Disabled | State::Updating) {
        record.state = State::PendingImport;
    }
    ctx.put(&KeyRecord::key(scope, id), &*record)?;
    siblings::synchronise(ctx, scope, id)
}

/// Has a material of a key expire at a time.
fn expire_at(ctx: &mut Ctx<'_>, scope: Scope, id: &KeyId, material: &MaterialId, due: Timestamp) -> Result<()> {
    ctx.schedule(&Job {
        id: expiry_id(id, material),
        kind: EXPIRE_MATERIAL.name.to_owned(),
        due,
        space: Space::regional(scope),
        payload: format!("{id}/{material}").into_bytes(),
    })
}

/// Takes the expiry of a material back, if there is one.
pub(crate) fn forget_expiry(ctx: &mut Ctx<'_>, scope: Scope, id: &KeyId, material: &MaterialId) -> Result<()> {
    ctx.cancel_in(Space::regional(scope), &expiry_id(id, material)).map(|_| ())
}

fn expiry_id(id: &KeyId, material: &MaterialId) -> String {
    format!("{}/{id}/{material}", EXPIRE_MATERIAL.name)
}

/// The job of an expiry. Material that was imported again meanwhile has another time, or none.
fn expire(ctx: &mut Ctx<'_>, job: &Job) -> Result<()> {
    let scope = ctx.scope();
    let named = std::str::from_utf8(&job.payload).ok().and_then(|payload| payload.split_once('/'));
    let named = named.and_then(|(id, material)| Some((KeyId::parse(id)?, material)));
    let (id, material) = named.ok_or_else(|| Error::Internal("the job names no material".into()))?;
    let Some(mut record) = ctx.get::<KeyRecord>(&KeyRecord::key(scope, &id))? else { return Ok(()) };
    let due = entry_of(&record, material).filter(|entry| entry.expires.is_some_and(|at| at <= ctx.now().into()));
    let Some(entry) = due.map(|entry| entry.id) else { return Ok(()) };
    discard(ctx, scope, &id, &mut record, entry)?;
    let told = if record.spec == KeySpec::SymmetricDefault {
        format!(",\"keyMaterialId\":\"{material}\"")
    } else {
        String::new()
    };
    let details = format!("{{\"keyId\":\"{id}\"{told}}}");
    ctx.service_event("DeleteExpiredKeyMaterial", &[view::audited(scope, &id)], &details);
    Ok(())
}
