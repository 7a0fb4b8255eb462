//! What keys of custom key stores do otherwise than others: how they are made, which state they are in, what is told.
//!
//! Guarantees: a key is unavailable for exactly as long as its store is not connected, whatever state it had and will have
//! again; one external key serves one KMS key of a store. Source: KMS Developer Guide, "Create a KMS key in an external key
//! store", "Key states of AWS KMS keys".

use super::error::{self, Cause};
use super::outside::{self, Step, Wanted};
use super::{Connection, KeyStoreRecord, StoreKind};
use crate::api::{self, KeySpec, OriginType};
use crate::error::{invalid_state, null_member, unsupported};
use crate::keyid::KeyId;
use crate::records::{KeyRecord, StoreLink};
use crate::states::{self, State};
use crate::view::KeyView;
use base::Scope;
use kernel::{Ctx, Error, Result};
use model::Fault;

const METADATA: &str = "metadata";
const GENERATE: &str = "generate";

/// Where a new key will live.
#[derive(Default)]
pub(crate) struct Placed {
    /// In which store; `None` for a key that lives here.
    pub link: Option<StoreLink>,
    /// The id that it has by then.
    pub id: Option<KeyId>,
}

/// Finds the place of the key that CreateKey asks for, and has it made there.
pub(crate) fn place(ctx: &mut Ctx<'_>, input: &api::CreateKey, spec: KeySpec) -> Result<Step<Placed>> {
    let origin = input.origin.unwrap_or(OriginType::AwsKms);
    let is_elsewhere = matches!(origin, OriginType::AwsCloudhsm | OriginType::ExternalKeyStore);
    if !is_elsewhere {
        let stray =
            [("CustomKeyStoreId", input.custom_key_store_id.is_some()), ("XksKeyId", input.xks_key_id.is_some())];
        if let Some((name, _)) = stray.into_iter().find(|(_, given)| *given) {
            let text = format!("{name} is not valid for a KMS key with the origin {}.", origin.as_str());
            return Err(Fault::validation(text).into());
        }
        return Ok(Step::Done(Placed::default()));
    }
    let store = input.custom_key_store_id.as_deref().ok_or_else(|| null_member("customKeyStoreId"))?;
    let usage = input.key_usage.unwrap_or(api::KeyUsageType::EncryptDecrypt);
    if spec != KeySpec::SymmetricDefault || usage != api::KeyUsageType::EncryptDecrypt {
        return Err(unsupported("KMS keys in custom key stores are symmetric encryption keys.").into());
    }
    if input.multi_region == Some(true) {
        return Err(unsupported("KMS keys in custom key stores are not multi-Region keys.").into());
    }
    let scope = ctx.scope();
    let record = KeyStoreRecord::find(ctx, scope, store)?;
    let fits = match &record.kind {
        StoreKind::Cluster(_) => origin == OriginType::AwsCloudhsm,
        StoreKind::Proxy(_) => origin == OriginType::ExternalKeyStore,
    };
    if !fits {
        let text = format!("The origin {} does not match the type of the custom key store.", origin.as_str());
        return Err(Fault::validation(text).into());
    }
    if record.connection != Connection::Connected {
        return Err(match &record.kind {
            StoreKind::Proxy(_) => error::wrong_state(error::NOT_CONNECTED),
            StoreKind::Cluster(_) => error::wrong_state("The custom key store is not connected."),
        }
        .into());
    }
    match &record.kind {
        StoreKind::Proxy(_) => external(ctx, input, store, &record),
        StoreKind::Cluster(_) if input.xks_key_id.is_some() => {
            Err(Fault::validation("XksKeyId is valid only for KMS keys in an external key store.").into())
        }
        StoreKind::Cluster(_) => made(ctx, store, &record),
    }
}

/// A key that the external key manager has already.
fn external(ctx: &mut Ctx<'_>, input: &api::CreateKey, store: &str, record: &KeyStoreRecord) -> Result<Step<Placed>> {
    let key = input.xks_key_id.clone().ok_or_else(|| null_member("xksKeyId"))?;
    let link = StoreLink { id: store.to_owned(), key };
    if ctx.exists(&KeyStoreRecord::member(ctx.scope(), &link))? {
        return Err(error::key_in_use().into());
    }
    let Some(exchange) = ctx.exchanged(METADATA) else {
        let question = record.kind.question(ctx, api::CREATE_KEY.name, &Wanted::Metadata { key: &link.key });
        return Ok(Step::Ask(METADATA, question.ok_or_else(unaskable)?));
    };
    let told = outside::metadata(exchange)?.map_err(Cause::on_key)?;
    if !(told.is_aes_256 && told.is_for_both && told.is_enabled) {
        return Err(error::unfit_key().into());
    }
    Ok(Step::Done(Placed { link: Some(link), id: None }))
}

/// A key that the token makes, under the id that the KMS key will have.
fn made(ctx: &mut Ctx<'_>, store: &str, record: &KeyStoreRecord) -> Result<Step<Placed>> {
    let Some(exchange) = ctx.exchanged(GENERATE) else {
        let id = KeyId::random(ctx.rng());
        let question = record.kind.question(ctx, api::CREATE_KEY.name, &Wanted::NewKey { key: id.as_str() });
        return Ok(Step::Ask(GENERATE, question.ok_or_else(unaskable)?));
    };
    let label = outside::made(exchange)?.map_err(Cause::on_key)?;
    let id = KeyId::parse(label).ok_or_else(unaskable)?;
    let link = StoreLink { id: store.to_owned(), key: label.to_owned() };
    Ok(Step::Done(Placed { link: Some(link), id: Some(id) }))
}

fn unaskable() -> Error {
    Error::Internal("a key store cannot be asked for a key".into())
}

/// Takes a deleted key out of its store. What the other side has of it stays there.
pub(crate) fn leave(ctx: &mut Ctx<'_>, scope: Scope, record: &KeyRecord) -> Result<()> {
    match &record.store {
        Some(link) => ctx.delete(&KeyStoreRecord::member(scope, link)),
        None => Ok(()),
    }
}

/// The state of a key of a store, as it is while the store is connected, or not.
fn effective(state: State, connection: Connection) -> State {
    match state {
        State::Enabled | State::Disabled if connection != Connection::Connected => State::Unavailable,
        other => other,
    }
}

/// Refuses `operation` on a key of the store of `link` if the states of both do not admit it.
pub(crate) fn check(ctx: &mut Ctx<'_>, key: &KeyView, link: &StoreLink, operation: &str) -> Result<()> {
    let store = KeyStoreRecord::find(ctx, key.scope, &link.id)?;
    let state = effective(key.record.state, store.connection);
    let verdict = states::check(operation, state, key.record.origin, &key.arn);
    let is_external = matches!(store.kind, StoreKind::Proxy(_));
    if verdict.is_err() && state == State::Unavailable && is_external && states::needs_the_store(operation) {
        return Err(invalid_state(error::NOT_CONNECTED.to_owned()).into());
    }
    Ok(verdict?)
}

/// Adds what is told of a key of a store, and the state that it is in for that.
pub(crate) fn tell(
    ctx: &mut Ctx<'_>,
    scope: Scope,
    record: &KeyRecord,
    mut told: api::KeyMetadata,
) -> Result<api::KeyMetadata> {
    let Some(link) = &record.store else { return Ok(told) };
    let store = KeyStoreRecord::find(ctx, scope, &link.id)?;
    let state = effective(record.state, store.connection);
    told.key_state = Some(state.into());
    told.enabled = Some(state == State::Enabled);
    match &store.kind {
        StoreKind::Cluster(cluster) => told.cloud_hsm_cluster_id = Some(cluster.id.clone()),
        StoreKind::Proxy(_) => {
            told.xks_key_configuration = Some(api::XksKeyConfigurationType { id: Some(link.key.clone()) });
        }
    }
    Ok(told)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_unavailable_for_as_long_as_its_store_is_not_connected() {
        for connection in [Connection::Connecting, Connection::Failed, Connection::Disconnected] {
            assert_eq!(effective(State::Enabled, connection), State::Unavailable);
            assert_eq!(effective(State::Disabled, connection), State::Unavailable);
            assert_eq!(effective(State::PendingDeletion, connection), State::PendingDeletion);
        }
        assert_eq!(effective(State::Disabled, Connection::Connected), State::Disabled);
    }
}
