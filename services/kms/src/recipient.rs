//! Recipients: callers that attest who they are, and get what is secret encrypted to the key that they attest.
//!
//! Guarantees: a document is verified before anything is decided, and only what was verified becomes a condition key; a
//! request with a recipient is never answered in clear. Without one there are no such keys, so that a policy that wants
//! them denies. Source: KMS Developer Guide, "Cryptographic attestation support", "Condition keys for Nitro Enclaves",
//! "Condition keys for NitroTPM", "Monitoring attested requests".

use crate::{api, error};
use attestation::{Attestation, Platform, Recipient, Roots};
use base::{Secret, hex};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use kernel::{Ctx, Error, Lookup, Result, Target};
use serde_json::{Map, Value};
use std::sync::Arc;

/// A resolver that may meet a recipient.
type Resolver<I> = fn(&mut Lookup<'_, '_>, &I, &Roots) -> Result<Vec<Target>>;

/// The resolver with the roots that documents are believed under.
pub(crate) fn attesting<I: 'static>(
    roots: &Arc<Roots>,
    resolve: Resolver<I>,
) -> impl Fn(&mut Lookup<'_, '_>, &I) -> Result<Vec<Target>> + Send + Sync + 'static {
    let roots = roots.clone();
    move |lookup, input| resolve(lookup, input, &roots)
}

/// Verifies the recipient, if the request has one, and adds to the target what the document says.
pub(crate) fn attested(
    lookup: &mut Lookup<'_, '_>,
    target: Target,
    asked: Option<&api::RecipientInfo>,
    roots: &Roots,
) -> Result<Target> {
    let Some(asked) = asked else { return Ok(target) };
    // There is one algorithm, but it has to be named.
    if asked.key_encryption_algorithm.is_none() {
        return Err(error::null_member("recipient.keyEncryptionAlgorithm").into());
    }
    let document = asked.attestation_document.as_deref();
    let document = document.ok_or_else(|| error::null_member("recipient.attestationDocument"))?;
    let attestation = attestation::verify(document, roots, lookup.wall()).map_err(error::invalid_attestation)?;
    lookup.hand_on(attestation.recipient().map_err(error::invalid_attestation)?);
    lookup.audit_data("recipient", told(&attestation));
    Ok(conditions(&attestation).fold(target, |target, (key, value)| target.condition(key, vec![value])))
}

/// What is secret in an answer: one of the two.
pub(crate) struct Disclosed {
    pub(crate) in_clear: Option<Secret<Vec<u8>>>,
    pub(crate) for_recipient: Option<Vec<u8>>,
}

/// Gives a secret to the caller, or to the recipient alone if the request has one.
pub(crate) fn disclose(
    ctx: &Ctx<'_>,
    asked: Option<&api::RecipientInfo>,
    secret: Secret<Vec<u8>>,
) -> Result<Disclosed> {
    match (asked, ctx.found::<Recipient>()) {
        (None, None) => Ok(Disclosed { in_clear: Some(secret), for_recipient: None }),
        (Some(_), Some(recipient)) => {
            let message = recipient.seal(secret.expose(), ctx.rng());
            Ok(Disclosed { in_clear: None, for_recipient: Some(message) })
        }
        _ => Err(Error::Internal("a recipient was not verified".into())),
    }
}

/// Registers that condition keys name, of each platform.
const ENCLAVE_KEYS: u8 = 32;
const TPM_KEYS: u8 = 24;

/// The condition keys of a document: registers in lower-case hexadecimal.
fn conditions(attestation: &Attestation) -> impl Iterator<Item = (String, String)> + '_ {
    let (prefix, count) = match attestation.platform {
        Platform::Enclave => ("PCR", ENCLAVE_KEYS),
        Platform::Tpm => ("NitroTPMPCR", TPM_KEYS),
    };
    let named = attestation.registers.iter().filter(move |(index, _)| **index < count);
    let registers = named.map(move |(index, value)| (format!("{KEY}{prefix}{index}"), hex(value)));
    let image = attestation.registers.get(&0).filter(|_| attestation.platform == Platform::Enclave);
    registers.chain(image.map(|digest| (format!("{KEY}ImageSha384"), hex(digest))))
}

const KEY: &str = "kms:RecipientAttestation:";

/// `additionalEventData.recipient`: the registers that AWS shows, as it shows them, in base 64.
fn told(attestation: &Attestation) -> String {
    let shown: &[(u8, &str)] = match attestation.platform {
        Platform::Enclave => &[
            (0, "attestationDocumentEnclaveImageDigest"),
            (1, "attestationDocumentEnclavePCR1"),
            (2, "attestationDocumentEnclavePCR2"),
            (3, "attestationDocumentEnclavePCR3"),
            (4, "attestationDocumentEnclavePCR4"),
            (8, "attestationDocumentEnclavePCR8"),
        ],
        Platform::Tpm => &[
            (4, "attestationDocumentNitroTPMPCR4"),
            (7, "attestationDocumentNitroTPMPCR7"),
            (8, "attestationDocumentNitroTPMPCR8"),
            (9, "attestationDocumentNitroTPMPCR9"),
            (16, "attestationDocumentNitroTPMPCR16"),
            (23, "attestationDocumentNitroTPMPCR23"),
        ],
    };
    let module = ("attestationDocumentModuleId".to_owned(), Value::from(attestation.module_id.as_str()));
    let registers = shown.iter().filter_map(|(index, name)| {
        let value = attestation.registers.get(index)?;
        Some(((*name).to_owned(), Value::from(BASE64_STANDARD.encode(value))))
    });
    Value::Object([module].into_iter().chain(registers).collect::<Map<_, _>>()).to_string()
}
