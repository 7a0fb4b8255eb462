//! Signing certificates: X.509 certificates of users, of which the private keys are elsewhere.
//!
//! Guarantees: a user has two at most; no certificate belongs to two users of an account. Source: IAM API Reference,
//! UploadSigningCertificate.

use crate::owners::{Owner, owner};
use crate::{api, error, paging, quotas, targets};
use base::AccountId;
use directory::ids;
use directory::records::{Moment, User};
use kernel::{Ctx, Result, Service, op};
use model::Fault;
use primitives::{Certificate, sha256};
use serde::{Deserialize, Serialize};
use store::{Key, Record, Space};

/// Letters of a certificate's id.
const ID_LETTERS: usize = 28;

/// A user's certificate.
#[derive(Serialize, Deserialize)]
pub(crate) struct SigningCertificate {
    /// As it was given, in PEM.
    body: String,
    /// Whether it may be used.
    pub active: bool,
    /// When it was uploaded, or its status last changed.
    pub changed: Moment,
    uploaded: Moment,
    fingerprint: [u8; 32],
}

/// Says by being there that a certificate belongs to somebody.
#[derive(Serialize, Deserialize)]
struct Taken;

impl Record for SigningCertificate {
    const VERSION: u8 = 1;
}

impl Record for Taken {
    const VERSION: u8 = 1;
}

impl SigningCertificate {
    fn all_of(account: AccountId, owner: &str) -> Key {
        Key::new(Space::account(account), "iam.signing-certificate").text(owner)
    }

    fn key(account: AccountId, owner: &str, id: &str) -> Key {
        Self::all_of(account, owner).text(id)
    }

    fn taken(account: AccountId, fingerprint: &[u8; 32]) -> Key {
        Key::new(Space::account(account), "iam.signing-certificate-taken").bytes(fingerprint)
    }
}

/// The operations on signing certificates.
pub(crate) fn lines(service: Service) -> Service {
    service
        .with(
            op(api::UPLOAD_SIGNING_CERTIFICATE, upload)
                .on(|lookup, input| {
                    targets::on_subject(lookup, "iam:UploadSigningCertificate", input.user_name.as_deref())
                })
                .quota(&quotas::CHANGES)
                .writes(),
        )
        .with(
            op(api::LIST_SIGNING_CERTIFICATES, list)
                .on(|lookup, input| {
                    targets::on_subject(lookup, "iam:ListSigningCertificates", input.user_name.as_deref())
                })
                .quota(&quotas::READS),
        )
        .with(
            op(api::UPDATE_SIGNING_CERTIFICATE, update)
                .on(|lookup, input| {
                    targets::on_subject(lookup, "iam:UpdateSigningCertificate", input.user_name.as_deref())
                })
                .quota(&quotas::CHANGES)
                .writes(),
        )
        .with(
            op(api::DELETE_SIGNING_CERTIFICATE, delete)
                .on(|lookup, input| {
                    targets::on_subject(lookup, "iam:DeleteSigningCertificate", input.user_name.as_deref())
                })
                .quota(&quotas::CHANGES)
                .writes(),
        )
}

/// Stores a certificate of a user.
fn upload(ctx: &mut Ctx<'_>, input: api::UploadSigningCertificate) -> Result<api::UploadSigningCertificateOutput> {
    let account = ctx.scope().account;
    let owner = owner(ctx, input.user_name.as_deref())?;
    let certificate = read(&input.certificate_body)?;
    if ctx.now() > certificate.not_after() {
        return Err(error::invalid_certificate("Certificate is no longer valid: its validity period is over.").into());
    }
    let fingerprint = sha256(certificate.der());
    if !ctx.insert(&SigningCertificate::taken(account, &fingerprint), &Taken)? {
        return Err(error::duplicate_certificate().into());
    }
    if of(ctx, account, &owner.id)?.len() as u64 >= quotas::SIGNING_CERTIFICATES {
        return Err(error::quota("SigningCertificatesPerUser", quotas::SIGNING_CERTIFICATES).into());
    }
    let now = ctx.now().into();
    let new =
        SigningCertificate { body: input.certificate_body, active: true, changed: now, uploaded: now, fingerprint };
    let id = ids::letters(ctx.rng(), ID_LETTERS);
    ctx.put(&SigningCertificate::key(account, &owner.id, &id), &new)?;
    Ok(api::UploadSigningCertificateOutput { certificate: described(&owner, id, new) })
}

/// A user's certificates.
fn list(ctx: &mut Ctx<'_>, input: api::ListSigningCertificates) -> Result<api::ListSigningCertificatesOutput> {
    let owner = owner(ctx, input.user_name.as_deref())?;
    let filters = [owner.id.as_str()];
    let page = paging::ask(ctx, input.max_items, input.marker.as_deref(), &filters)?;
    let all = of(ctx, ctx.scope().account, &owner.id)?;
    let (found, marker) = page.placed(ctx, all)?;
    Ok(api::ListSigningCertificatesOutput {
        certificates: found.into_iter().map(|(id, found)| described(&owner, id, found)).collect(),
        is_truncated: Some(marker.is_some()),
        marker,
    })
}

/// Says whether a certificate may be used.
fn update(ctx: &mut Ctx<'_>, input: api::UpdateSigningCertificate) -> Result<()> {
    let active = crate::status::is_active(input.status)?;
    let owner = owner(ctx, input.user_name.as_deref())?;
    let (place, mut certificate) = known(ctx, &owner, &input.certificate_id)?;
    certificate.active = active;
    certificate.changed = ctx.now().into();
    ctx.put(&place, &certificate)
}

/// Removes a certificate.
fn delete(ctx: &mut Ctx<'_>, input: api::DeleteSigningCertificate) -> Result<()> {
    let owner = owner(ctx, input.user_name.as_deref())?;
    let (place, certificate) = known(ctx, &owner, &input.certificate_id)?;
    ctx.delete(&SigningCertificate::taken(ctx.scope().account, &certificate.fingerprint))?;
    ctx.delete(&place)
}

/// The certificates of an owner by id, the oldest first.
pub(crate) fn of(ctx: &mut Ctx<'_>, account: AccountId, owner: &str) -> Result<Vec<(String, SigningCertificate)>> {
    let most = usize::try_from(quotas::SIGNING_CERTIFICATES).unwrap_or(usize::MAX);
    let found: Vec<(Key, SigningCertificate)> = ctx.scan(&SigningCertificate::all_of(account, owner), None, most)?;
    let mut found: Vec<_> = found.into_iter().filter_map(|(key, found)| Some((key.last_text()?, found))).collect();
    found.sort_by_key(|(_, found)| found.uploaded);
    Ok(found)
}

fn read(body: &str) -> std::result::Result<Certificate, Fault> {
    let mut read = Certificate::all_from_pem(body).unwrap_or_default();
    let (Some(certificate), true) = (read.pop(), read.is_empty()) else {
        let text = "Unable to parse certificate. Please ensure the certificate is in PEM format.";
        return Err(error::malformed_certificate(text));
    };
    Ok(certificate)
}

/// What stands in the way of deleting a user.
pub(crate) fn obstacle(ctx: &mut Ctx<'_>, account: AccountId, user: &User) -> Result<Option<&'static str>> {
    let has = !of(ctx, account, &user.id)?.is_empty();
    Ok(has.then_some("must delete signing certificates first."))
}

fn known(ctx: &mut Ctx<'_>, owner: &Owner, id: &str) -> Result<(Key, SigningCertificate)> {
    let place = SigningCertificate::key(ctx.scope().account, &owner.id, id);
    let missing = || error::no_such_entity(format!("The Certificate with id {id} cannot be found."));
    let found = ctx.get(&place)?.ok_or_else(missing)?;
    Ok((place, found))
}

fn described(owner: &Owner, id: String, certificate: SigningCertificate) -> api::SigningCertificate {
    api::SigningCertificate {
        user_name: owner.name.clone(),
        certificate_id: id,
        certificate_body: certificate.body,
        status: crate::status::of(certificate.active),
        upload_date: Some(certificate.uploaded.into()),
    }
}
