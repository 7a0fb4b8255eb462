//! Server certificates: certificates with their private keys, for the services that terminate TLS.
//!
//! Guarantees: what is stored fits together — the key belongs to the certificate, each certificate of the chain issued the
//! one before — and held when it was uploaded; a private key never comes back. Source: IAM User Guide, "Manage server
//! certificates in IAM".

use crate::{api, arns, counts, error, paging, parts, quotas, tags, targets};
use base::{AccountId, Timestamp};
use directory::ids::{self, Prefix};
use directory::records::{Moment, folded};
use kernel::{Ctx, Lookup, Result, Service, Target, op};
use model::Fault;
use primitives::{Certificate, NoKey, public_half};
use serde::{Deserialize, Serialize};
use store::{Key, Record, Space};
use zeroize::Zeroize as _;

/// What counts them.
pub(crate) const COUNT: &str = "server-certificate";

/// A certificate, without key and chain.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct ServerCertificate {
    /// `ASCA…`
    pub id: String,
    /// Unique in the account, without regard to case.
    pub name: String,
    /// Its path.
    pub path: String,
    /// When it was uploaded.
    pub uploaded: Moment,
    /// Until when it holds.
    pub expires: Moment,
    /// As it was given, in PEM.
    pub body: String,
    /// Its tags.
    pub tags: tags::Tags,
}

/// The private key of a certificate, as it was given.
#[derive(Serialize, Deserialize)]
struct ServerKey(String);

impl Drop for ServerKey {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl Record for ServerCertificate {
    const VERSION: u8 = 1;
}

impl Record for ServerKey {
    const VERSION: u8 = 1;
}

impl ServerCertificate {
    fn all(account: AccountId) -> Key {
        Key::new(Space::account(account), "iam.server-certificate")
    }

    fn key(account: AccountId, name: &str) -> Key {
        Self::all(account).text(&folded(name))
    }

    /// Where the chain is, in parts: by the id, which no new name changes.
    fn chain(&self, account: AccountId) -> Key {
        Key::new(Space::account(account), "iam.server-certificate-chain").text(&self.id)
    }

    fn private_key(&self, account: AccountId) -> Key {
        Key::new(Space::account(account), "iam.server-certificate-key").text(&self.id)
    }

    fn resource(&self) -> String {
        format!("{}{}", self.path, self.name)
    }
}

/// The operations on server certificates.
pub(crate) fn lines(service: Service) -> Service {
    service
        .with(op(api::UPLOAD_SERVER_CERTIFICATE, upload).on(on_upload).quota(&quotas::CHANGES).writes())
        .with(
            op(api::GET_SERVER_CERTIFICATE, get)
                .on(|lookup, input| on(lookup, "iam:GetServerCertificate", &input.server_certificate_name))
                .quota(&quotas::READS),
        )
        .with(
            op(api::LIST_SERVER_CERTIFICATES, list)
                .on(|_, _| Ok(vec![Target::any("iam:ListServerCertificates")]))
                .quota(&quotas::READS),
        )
        .with(op(api::UPDATE_SERVER_CERTIFICATE, update).on(on_update).quota(&quotas::CHANGES).writes())
        .with(
            op(api::DELETE_SERVER_CERTIFICATE, delete)
                .on(|lookup, input| on(lookup, "iam:DeleteServerCertificate", &input.server_certificate_name))
                .quota(&quotas::CHANGES)
                .writes(),
        )
        .with(
            op(api::TAG_SERVER_CERTIFICATE, tag)
                .on(|lookup, input| {
                    let target = target(lookup, "iam:TagServerCertificate", &input.server_certificate_name)?;
                    Ok(vec![targets::request_tags(target, &input.tags)])
                })
                .quota(&quotas::CHANGES)
                .writes(),
        )
        .with(
            op(api::UNTAG_SERVER_CERTIFICATE, untag)
                .on(|lookup, input| {
                    let target = target(lookup, "iam:UntagServerCertificate", &input.server_certificate_name)?;
                    Ok(vec![target.condition_set("aws:TagKeys", input.tag_keys.clone())])
                })
                .quota(&quotas::CHANGES)
                .writes(),
        )
        .with(
            op(api::LIST_SERVER_CERTIFICATE_TAGS, list_tags)
                .on(|lookup, input| on(lookup, "iam:ListServerCertificateTags", &input.server_certificate_name))
                .quota(&quotas::READS),
        )
}

fn fresh(lookup: &Lookup<'_, '_>, action: &'static str, path: &str, name: &str) -> Target {
    let scope = lookup.scope();
    Target::arn(action, arns::of(scope, "server-certificate", &format!("{path}{name}")), scope.account)
}

fn target(lookup: &mut Lookup<'_, '_>, action: &'static str, name: &str) -> Result<Target> {
    let account = lookup.scope().account;
    let known: Option<ServerCertificate> = lookup.get(&ServerCertificate::key(account, name))?;
    Ok(match known {
        Some(known) => fresh(lookup, action, &known.path, &known.name).tagged(known.tags),
        None => fresh(lookup, action, "/", name),
    })
}

fn on(lookup: &mut Lookup<'_, '_>, action: &'static str, name: &str) -> Result<Vec<Target>> {
    Ok(vec![target(lookup, action, name)?])
}

fn on_upload(lookup: &mut Lookup<'_, '_>, input: &api::UploadServerCertificate) -> Result<Vec<Target>> {
    let on = |action| fresh(lookup, action, input.path.as_deref().unwrap_or("/"), &input.server_certificate_name);
    Ok(targets::creating(on("iam:UploadServerCertificate"), on("iam:TagServerCertificate"), input.tags.as_deref()))
}

/// Both the certificate as it is and as it shall be.
fn on_update(lookup: &mut Lookup<'_, '_>, input: &api::UpdateServerCertificate) -> Result<Vec<Target>> {
    let (action, name) = ("iam:UpdateServerCertificate", &input.server_certificate_name);
    let mut both = on(lookup, action, name)?;
    let known: Option<ServerCertificate> = lookup.get(&ServerCertificate::key(lookup.scope().account, name))?;
    if let Some(known) = known {
        let path = input.new_path.as_deref().unwrap_or(&known.path);
        let name = input.new_server_certificate_name.as_deref().unwrap_or(&known.name);
        both.push(fresh(lookup, action, path, name));
    }
    Ok(both)
}

/// Stores a certificate, its key and its chain.
fn upload(ctx: &mut Ctx<'_>, input: api::UploadServerCertificate) -> Result<api::UploadServerCertificateOutput> {
    let account = ctx.scope().account;
    let private_key = ServerKey(input.private_key.expose().clone());
    let certificate = fitting(&input.certificate_body, &private_key.0, input.certificate_chain.as_deref())?;
    valid(&certificate, ctx.now())?;
    let new = ServerCertificate {
        id: ids::unique_id(ctx.rng(), Prefix::Certificate),
        name: input.server_certificate_name,
        path: input.path.unwrap_or_else(|| "/".into()),
        uploaded: ctx.now().into(),
        expires: certificate.not_after().into(),
        body: input.certificate_body,
        tags: tags::new(input.tags, "TagsPerServerCertificate")?,
    };
    let place = ServerCertificate::key(account, &new.name);
    if ctx.exists(&place)? {
        return Err(taken(&new.name).into());
    }
    counts::add(ctx, COUNT, quotas::SERVER_CERTIFICATES, "ServerCertificatesPerAccount")?;
    ctx.put(&place, &new)?;
    ctx.put(&new.private_key(account), &private_key)?;
    if let Some(chain) = &input.certificate_chain {
        parts::put(ctx, &new.chain(account), chain)?;
    }
    Ok(api::UploadServerCertificateOutput {
        server_certificate_metadata: Some(metadata(ctx, &new)),
        tags: tags::described(&new.tags),
    })
}

/// A certificate with its chain, without its key.
fn get(ctx: &mut Ctx<'_>, input: api::GetServerCertificate) -> Result<api::GetServerCertificateOutput> {
    let (_, certificate) = known(ctx, &input.server_certificate_name)?;
    let chain = parts::get(ctx, &certificate.chain(ctx.scope().account))?;
    Ok(api::GetServerCertificateOutput {
        server_certificate: api::ServerCertificate {
            server_certificate_metadata: metadata(ctx, &certificate),
            certificate_body: certificate.body.clone(),
            certificate_chain: (!chain.is_empty()).then_some(chain),
            tags: tags::described(&certificate.tags),
        },
    })
}

/// The certificates of the account, or those below a path, by name.
fn list(ctx: &mut Ctx<'_>, input: api::ListServerCertificates) -> Result<api::ListServerCertificatesOutput> {
    let prefix = input.path_prefix.unwrap_or_else(|| "/".into());
    let filters = [prefix.as_str()];
    let page = paging::ask(ctx, input.max_items, input.marker.as_deref(), &filters)?;
    let keep = |certificate: &ServerCertificate| certificate.path.starts_with(&prefix);
    let (found, marker) = page.scanned(ctx, &ServerCertificate::all(ctx.scope().account), keep)?;
    Ok(api::ListServerCertificatesOutput {
        server_certificate_metadata_list: found.iter().map(|(_, found)| metadata(ctx, found)).collect(),
        is_truncated: Some(marker.is_some()),
        marker,
    })
}

/// Gives a certificate another name or path.
fn update(ctx: &mut Ctx<'_>, input: api::UpdateServerCertificate) -> Result<()> {
    let account = ctx.scope().account;
    let (old, mut certificate) = known(ctx, &input.server_certificate_name)?;
    certificate.name = input.new_server_certificate_name.unwrap_or(certificate.name);
    certificate.path = input.new_path.unwrap_or(certificate.path);
    let new = ServerCertificate::key(account, &certificate.name);
    if new != old {
        if ctx.exists(&new)? {
            return Err(taken(&certificate.name).into());
        }
        ctx.delete(&old)?;
    }
    ctx.put(&new, &certificate)
}

/// Deletes a certificate with its key.
fn delete(ctx: &mut Ctx<'_>, input: api::DeleteServerCertificate) -> Result<()> {
    let account = ctx.scope().account;
    let (place, certificate) = known(ctx, &input.server_certificate_name)?;
    ctx.delete(&certificate.private_key(account))?;
    parts::delete(ctx, &certificate.chain(account))?;
    ctx.delete(&place)?;
    counts::subtract(ctx, COUNT)
}

fn tag(ctx: &mut Ctx<'_>, input: api::TagServerCertificate) -> Result<()> {
    let (place, mut certificate) = known(ctx, &input.server_certificate_name)?;
    tags::merge(&mut certificate.tags, input.tags, "TagsPerServerCertificate")?;
    ctx.put(&place, &certificate)
}

fn untag(ctx: &mut Ctx<'_>, input: api::UntagServerCertificate) -> Result<()> {
    let (place, mut certificate) = known(ctx, &input.server_certificate_name)?;
    tags::remove(&mut certificate.tags, &input.tag_keys)?;
    ctx.put(&place, &certificate)
}

fn list_tags(ctx: &mut Ctx<'_>, input: api::ListServerCertificateTags) -> Result<api::ListServerCertificateTagsOutput> {
    let (_, certificate) = known(ctx, &input.server_certificate_name)?;
    let (tags, marker) = tags::page(ctx, &certificate.tags, &certificate.id, input.max_items, input.marker.as_deref())?;
    Ok(api::ListServerCertificateTagsOutput { tags, is_truncated: Some(marker.is_some()), marker })
}

/// The certificate of a body, if key and chain belong to it.
fn fitting(body: &str, private_key: &str, chain: Option<&str>) -> std::result::Result<Certificate, Fault> {
    let unreadable =
        || error::malformed_certificate("Unable to parse certificate. Please ensure the certificate is in PEM format.");
    let mut leaf = Certificate::all_from_pem(body).ok_or_else(unreadable)?;
    let (Some(leaf), true) = (leaf.pop(), leaf.is_empty()) else { return Err(unreadable()) };
    let public = public_half(private_key).map_err(|no_key| {
        error::malformed_certificate(match no_key {
            NoKey::Unreadable => "Invalid Private Key.",
            NoKey::Encrypted => "Unable to parse key; the body is encrypted.",
        })
    })?;
    if public != leaf.public_key() {
        return Err(error::key_pair_mismatch());
    }
    if let Some(chain) = chain {
        let chain = Certificate::all_from_pem(chain).filter(|chain| !chain.is_empty());
        let chain = chain.ok_or_else(|| {
            error::malformed_certificate(
                "Unable to parse certificate chain. Please ensure the certificate chain is in PEM format.",
            )
        })?;
        let mut issued = &leaf;
        for (index, issuer) in chain.iter().enumerate() {
            if !issued.is_issued_by(issuer) {
                return Err(error::broken_chain(index));
            }
            issued = issuer;
        }
    }
    Ok(leaf)
}

fn valid(certificate: &Certificate, now: Timestamp) -> std::result::Result<(), Fault> {
    if now < certificate.not_before() {
        return Err(error::malformed_certificate("Certificate is not valid yet: its validity period has not begun."));
    }
    if now > certificate.not_after() {
        return Err(error::malformed_certificate("Certificate is no longer valid: its validity period is over."));
    }
    Ok(())
}

fn known(ctx: &mut Ctx<'_>, name: &str) -> Result<(Key, ServerCertificate)> {
    let place = ServerCertificate::key(ctx.scope().account, name);
    let missing = || error::no_such_entity(format!("The Server Certificate with name {name} cannot be found."));
    let found = ctx.get(&place)?.ok_or_else(missing)?;
    Ok((place, found))
}

fn taken(name: &str) -> Fault {
    error::exists(format!("The Server Certificate with name {name} already exists."))
}

fn metadata(ctx: &Ctx<'_>, certificate: &ServerCertificate) -> api::ServerCertificateMetadata {
    api::ServerCertificateMetadata {
        path: certificate.path.clone(),
        server_certificate_name: certificate.name.clone(),
        server_certificate_id: certificate.id.clone(),
        arn: arns::of(ctx.scope(), "server-certificate", &certificate.resource()),
        upload_date: Some(certificate.uploaded.into()),
        expiration: Some(certificate.expires.into()),
    }
}
