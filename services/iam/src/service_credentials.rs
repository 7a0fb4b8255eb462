//! Service-specific credentials: names and passwords, or keys, that work for one service only.
//!
//! Guarantees: the secret is in the answer that makes it and nowhere else, since only its hash is stored; a user has two
//! for a service at most. Source: IAM API Reference, CreateServiceSpecificCredential; IAM User Guide, "Service-specific
//! credentials for IAM users".

use crate::entities::by_id;
use crate::owners::{Owner, owner, user};
use crate::{api, error, paging, quotas, status, targets};
use base::{AccountId, Secret, Timestamp};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use directory::ids::{self, Prefix};
use directory::records::{Moment, User};
use kernel::{Ctx, Lookup, Result, Service, Target, op};
use model::Fault;
use primitives::sha256;
use serde::{Deserialize, Serialize};
use std::time::Duration;
use store::{Key, Record, Space};

/// Random bytes of a secret.
const SECRET_BYTES: usize = 33;
/// Letters that tell the keys of one user apart.
const ALIAS_LETTERS: usize = 4;

/// A service that has credentials of its own.
struct Known {
    /// Its principal.
    name: &'static str,
    /// How the name of its keys begins; `None` for names and passwords.
    key: Option<&'static str>,
}

const SERVICES: &[Known] = &[
    Known { name: "codecommit.amazonaws.com", key: None },
    Known { name: "cassandra.amazonaws.com", key: None },
    Known { name: "bedrock.amazonaws.com", key: Some("BedrockAPIKey") },
    Known { name: "logs.amazonaws.com", key: Some("CloudWatchLogsAPIKey") },
];

/// A user's credential.
#[derive(Serialize, Deserialize)]
pub(crate) struct ServiceCredential {
    service: String,
    /// The user name or the alias.
    login: String,
    active: bool,
    created: Moment,
    expires: Option<Moment>,
    /// Of a secret with more entropy than any guess covers, so a fast one will do.
    hash: [u8; 32],
}

impl Record for ServiceCredential {
    const VERSION: u8 = 1;
}

impl ServiceCredential {
    fn all(account: AccountId) -> Key {
        Key::new(Space::account(account), "iam.service-credential")
    }

    fn key(account: AccountId, owner: &str, id: &str) -> Key {
        Self::all(account).text(owner).text(id)
    }
}

/// The operations on service-specific credentials.
pub(crate) fn lines(service: Service) -> Service {
    service
        .with(op(api::CREATE_SERVICE_SPECIFIC_CREDENTIAL, create).on(on_create).quota(&quotas::CHANGES).writes())
        .with(op(api::LIST_SERVICE_SPECIFIC_CREDENTIALS, list).on(on_list).quota(&quotas::READS))
        .with(
            op(api::RESET_SERVICE_SPECIFIC_CREDENTIAL, reset)
                .on(|lookup, input| {
                    let id = &input.service_specific_credential_id;
                    on(lookup, "iam:ResetServiceSpecificCredential", input.user_name.as_deref(), id)
                })
                .quota(&quotas::CHANGES)
                .writes(),
        )
        .with(
            op(api::UPDATE_SERVICE_SPECIFIC_CREDENTIAL, update)
                .on(|lookup, input| {
                    let id = &input.service_specific_credential_id;
                    on(lookup, "iam:UpdateServiceSpecificCredential", input.user_name.as_deref(), id)
                })
                .quota(&quotas::CHANGES)
                .writes(),
        )
        .with(
            op(api::DELETE_SERVICE_SPECIFIC_CREDENTIAL, delete)
                .on(|lookup, input| {
                    let id = &input.service_specific_credential_id;
                    on(lookup, "iam:DeleteServiceSpecificCredential", input.user_name.as_deref(), id)
                })
                .quota(&quotas::CHANGES)
                .writes(),
        )
}

fn on_create(lookup: &mut Lookup<'_, '_>, input: &api::CreateServiceSpecificCredential) -> Result<Vec<Target>> {
    let target = targets::on::<User>(lookup, "iam:CreateServiceSpecificCredential", &input.user_name)?;
    let target = target.condition("iam:ServiceSpecificCredentialServiceName", vec![input.service_name.clone()]);
    Ok(vec![match input.credential_age_days {
        Some(days) => target.condition("iam:ServiceSpecificCredentialAgeDays", vec![days.to_string()]),
        None => target,
    }])
}

fn on_list(lookup: &mut Lookup<'_, '_>, input: &api::ListServiceSpecificCredentials) -> Result<Vec<Target>> {
    const ACTION: &str = "iam:ListServiceSpecificCredentials";
    if input.all_users == Some(true) {
        return Ok(vec![Target::any(ACTION)]);
    }
    targets::on_subject(lookup, ACTION, input.user_name.as_deref())
}

/// An action on whose credential it is, with the service that it is for.
fn on(lookup: &mut Lookup<'_, '_>, action: &'static str, named: Option<&str>, id: &str) -> Result<Vec<Target>> {
    let account = lookup.scope().account;
    let caller = lookup.caller().principal.clone();
    let known = match targets::subject(lookup, &caller, named)? {
        targets::Subject::User(name) => directory::records::find::<User, _>(lookup, account, &name)?,
        targets::Subject::Root => None,
    };
    let credential: Option<ServiceCredential> = match known {
        Some(user) => lookup.get(&ServiceCredential::key(account, &user.id, id))?,
        None => None,
    };
    let targets = targets::on_subject(lookup, action, named)?.into_iter();
    Ok(targets
        .map(|target| match &credential {
            Some(known) => target.condition("iam:ServiceSpecificCredentialServiceName", vec![known.service.clone()]),
            None => target,
        })
        .collect())
}

/// Makes a credential.
fn create(
    ctx: &mut Ctx<'_>,
    input: api::CreateServiceSpecificCredential,
) -> Result<api::CreateServiceSpecificCredentialOutput> {
    let account = ctx.scope().account;
    let owner = user(ctx, &input.user_name)?;
    let known = supported(&input.service_name)?;
    if input.credential_age_days.is_some() && known.key.is_none() {
        return Err(error::invalid_input(format!("Credentials of {} cannot expire.", known.name)).into());
    }
    let others = of(ctx, account, &owner.id)?;
    let others: Vec<&str> =
        others.iter().filter(|(_, other)| other.service == known.name).map(|(_, other)| other.login.as_str()).collect();
    if others.len() as u64 >= quotas::SERVICE_CREDENTIALS {
        return Err(error::quota("ServiceSpecificCredentialsPerUser", quotas::SERVICE_CREDENTIALS).into());
    }
    let login = login(ctx, known, &owner.name, &others);
    let secret = secret(ctx);
    let age = input.credential_age_days.and_then(|days| u64::try_from(days).ok());
    let credential = ServiceCredential {
        service: known.name.to_owned(),
        login,
        active: true,
        created: ctx.now().into(),
        expires: age.map(|days| ctx.now().plus(Duration::from_secs(days * 86_400)).into()),
        hash: sha256(secret.expose().as_bytes()),
    };
    let id = ids::unique_id(ctx.rng(), Prefix::ServiceCredential);
    ctx.put(&ServiceCredential::key(account, &owner.id, &id), &credential)?;
    let told = told(&owner, id, &credential, known, secret);
    Ok(api::CreateServiceSpecificCredentialOutput { service_specific_credential: Some(told) })
}

/// The credentials of a user, or of all; of one service, or of all.
fn list(
    ctx: &mut Ctx<'_>,
    input: api::ListServiceSpecificCredentials,
) -> Result<api::ListServiceSpecificCredentialsOutput> {
    if input.all_users == Some(true) && input.user_name.is_some() {
        return Err(error::invalid_input("AllUsers cannot be specified together with UserName.").into());
    }
    let service = input.service_name.as_deref().map(supported).transpose()?.map(|known| known.name);
    let one = match input.all_users {
        Some(true) => None,
        _ => Some(owner(ctx, input.user_name.as_deref())?),
    };
    let filters = [one.as_ref().map_or("", |owner| &owner.id), service.unwrap_or_default()];
    let page = paging::ask(ctx, input.max_items, input.marker.as_deref(), &filters)?;
    let mut entries = Vec::new();
    let marker = match &one {
        Some(owner) => {
            let mut all = of(ctx, ctx.scope().account, &owner.id)?;
            all.retain(|(_, found)| service.is_none_or(|service| found.service == service));
            let (found, marker) = page.placed(ctx, all)?;
            let now = ctx.now();
            entries.extend(found.into_iter().map(|(id, found)| described(&owner.name, id, &found, now)));
            marker
        }
        None => {
            let keep = |found: &ServiceCredential| service.is_none_or(|service| found.service == service);
            let (found, marker) = page.scanned(ctx, &ServiceCredential::all(ctx.scope().account), keep)?;
            for (texts, credential) in found {
                let [owner, id] = texts.as_slice() else { continue };
                if let Some(user) = by_id::<User, _>(ctx, ctx.scope().account, owner)? {
                    entries.push(described(&user.name, id.clone(), &credential, ctx.now()));
                }
            }
            marker
        }
    };
    Ok(api::ListServiceSpecificCredentialsOutput {
        service_specific_credentials: Some(entries),
        is_truncated: Some(marker.is_some()),
        marker,
    })
}

/// Gives a credential a new secret; the old one is void.
fn reset(
    ctx: &mut Ctx<'_>,
    input: api::ResetServiceSpecificCredential,
) -> Result<api::ResetServiceSpecificCredentialOutput> {
    let owner = owner(ctx, input.user_name.as_deref())?;
    let id = input.service_specific_credential_id;
    let (place, mut credential) = known(ctx, &owner, &id)?;
    let secret = secret(ctx);
    credential.hash = sha256(secret.expose().as_bytes());
    ctx.put(&place, &credential)?;
    let told = told(&owner, id, &credential, supported(&credential.service)?, secret);
    Ok(api::ResetServiceSpecificCredentialOutput { service_specific_credential: Some(told) })
}

/// Says whether a credential may be used.
fn update(ctx: &mut Ctx<'_>, input: api::UpdateServiceSpecificCredential) -> Result<()> {
    let active = status::is_active(input.status)?;
    let owner = owner(ctx, input.user_name.as_deref())?;
    let (place, mut credential) = known(ctx, &owner, &input.service_specific_credential_id)?;
    credential.active = active;
    ctx.put(&place, &credential)
}

/// Removes a credential.
fn delete(ctx: &mut Ctx<'_>, input: api::DeleteServiceSpecificCredential) -> Result<()> {
    let owner = owner(ctx, input.user_name.as_deref())?;
    let (place, _) = known(ctx, &owner, &input.service_specific_credential_id)?;
    ctx.delete(&place)
}

/// The credentials of an owner by id, the oldest first.
pub(crate) fn of(ctx: &mut Ctx<'_>, account: AccountId, owner: &str) -> Result<Vec<(String, ServiceCredential)>> {
    let most = SERVICES.len() * usize::try_from(quotas::SERVICE_CREDENTIALS).unwrap_or_default();
    let found: Vec<(Key, ServiceCredential)> = ctx.scan(&ServiceCredential::all(account).text(owner), None, most)?;
    let mut found: Vec<_> = found.into_iter().filter_map(|(place, found)| Some((place.last_text()?, found))).collect();
    found.sort_by_key(|(_, found)| found.created);
    Ok(found)
}

fn supported(service: &str) -> std::result::Result<&'static Known, Fault> {
    let found = SERVICES.iter().find(|known| known.name == service);
    found.ok_or_else(|| error::no_service_credentials(service))
}

/// `jane-at-111122223333`, `jane+1-at-111122223333`; or a key's name, which has letters of its own.
fn login(ctx: &Ctx<'_>, known: &Known, name: &str, others: &[&str]) -> String {
    let account = ctx.scope().account;
    match known.key {
        Some(prefix) => {
            let letters = ids::letters(ctx.rng(), ALIAS_LETTERS).to_ascii_lowercase();
            format!("{prefix}-{letters}-at-{account}")
        }
        None => {
            let plain = format!("{name}-at-{account}");
            if others.contains(&plain.as_str()) { format!("{name}+1-at-{account}") } else { plain }
        }
    }
}

fn secret(ctx: &Ctx<'_>) -> Secret<String> {
    let mut bytes = Secret::new([0; SECRET_BYTES]);
    ctx.rng().fill_secret(bytes.expose_mut());
    Secret::new(STANDARD.encode(bytes.expose()))
}

/// What stands in the way of deleting a user.
pub(crate) fn obstacle(ctx: &mut Ctx<'_>, account: AccountId, user: &User) -> Result<Option<&'static str>> {
    let has = !of(ctx, account, &user.id)?.is_empty();
    Ok(has.then_some("must delete service-specific credentials first."))
}

fn known(ctx: &mut Ctx<'_>, owner: &Owner, id: &str) -> Result<(Key, ServiceCredential)> {
    let place = ServiceCredential::key(ctx.scope().account, &owner.id, id);
    let missing = || error::no_such_entity(format!("No such credential {id} exists"));
    let found = ctx.get(&place)?.ok_or_else(missing)?;
    Ok((place, found))
}

fn told(
    owner: &Owner,
    id: String,
    credential: &ServiceCredential,
    known: &Known,
    secret: Secret<String>,
) -> api::ServiceSpecificCredential {
    let mut told = api::ServiceSpecificCredential {
        create_date: credential.created.into(),
        expiration_date: credential.expires.map(Timestamp::from),
        service_name: credential.service.clone(),
        service_user_name: None,
        service_password: None,
        service_credential_alias: None,
        service_credential_secret: None,
        service_specific_credential_id: id,
        user_name: owner.name.clone(),
        status: status::of(credential.active),
    };
    if known.key.is_some() {
        told.service_credential_alias = Some(credential.login.clone());
        told.service_credential_secret = Some(secret);
    } else {
        told.service_user_name = Some(credential.login.clone());
        told.service_password = Some(secret);
    }
    told
}

fn described(
    user_name: &str,
    id: String,
    credential: &ServiceCredential,
    now: Timestamp,
) -> api::ServiceSpecificCredentialMetadata {
    let is_key = supported(&credential.service).is_ok_and(|known| known.key.is_some());
    let login = credential.login.clone();
    let (service_user_name, service_credential_alias) = if is_key { (None, Some(login)) } else { (Some(login), None) };
    let is_over = credential.expires.is_some_and(|expires| Timestamp::from(expires) <= now);
    api::ServiceSpecificCredentialMetadata {
        user_name: user_name.to_owned(),
        status: if is_over { api::StatusType::Expired } else { status::of(credential.active) },
        service_user_name,
        service_credential_alias,
        create_date: credential.created.into(),
        expiration_date: credential.expires.map(Timestamp::from),
        service_specific_credential_id: id,
        service_name: credential.service.clone(),
    }
}
