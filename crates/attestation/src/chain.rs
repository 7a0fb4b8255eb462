//! The chain from a root to the certificate that signs a document.
//!
//! Guarantees: the root comes first and is one of the set; every link is ECDSA over P-384 with SHA-384; every
//! certificate holds now; authorities may sign certificates, no more of them follow each other than each allows, and the
//! last certificate is no authority and may sign data. Revocation is not looked at, as AWS says. Source: "Nitro Enclaves
//! Attestation Process" §3.2.3.

use crate::{Refused, Roots};
use base::Timestamp;
use primitives::{Certificate, Curve, Extensions, VerifyingKey};

/// The key of the certificate at the end of a chain, if the chain is good at `now`.
pub(crate) fn verify(
    leaf: &[u8],
    authorities: &[&[u8]],
    roots: &Roots,
    now: Timestamp,
) -> Result<VerifyingKey, Refused> {
    let (root, others) = authorities.split_first().ok_or(UNTRUSTED)?;
    let mut chain = vec![roots.find(root).ok_or(UNTRUSTED)?.clone()];
    for der in others {
        chain.push(Certificate::from_der(der).ok_or(UNREADABLE)?);
    }
    for (index, authority) in chain.iter().enumerate() {
        check_time(authority, now)?;
        let followers = others.len() - index;
        check_authority(authority.extensions().ok_or(UNREADABLE)?, followers).map_err(Refused::Untrusted)?;
    }
    let leaf = Certificate::from_der(leaf).ok_or(UNREADABLE)?;
    check_time(&leaf, now)?;
    check_leaf(leaf.extensions().ok_or(UNREADABLE)?)?;
    let key = VerifyingKey::ecdsa_info(Curve::P384, leaf.public_key());
    let key = key.ok_or(Refused::Untrusted("its certificate has no key over P-384"))?;
    chain.push(leaf);
    let mut links = chain.iter().zip(chain.iter().skip(1));
    let fits = |issuer: &Certificate, issued: &Certificate| {
        roots.proven.holds([b"link", issuer.der(), issued.der()], || issued.is_issued_by_p384(issuer))
    };
    if !links.all(|(issuer, issued)| fits(issuer, issued)) {
        return Err(Refused::Forged("a certificate of its chain was not issued by the one before it"));
    }
    Ok(key)
}

const UNTRUSTED: Refused = Refused::Untrusted("its chain does not begin with a trusted root");
const UNREADABLE: Refused =
    Refused::Untrusted("a certificate of its chain is malformed or has a critical extension that is not known");

/// Whether a certificate can begin chains.
pub(crate) fn check_root(root: &Certificate) -> Result<(), &'static str> {
    let extensions = root.extensions().ok_or("the certificate has a critical extension that is not known")?;
    check_authority(extensions, 0)?;
    if !root.is_issued_by_p384(root) {
        return Err("the certificate is not signed by itself with ECDSA over P-384 and SHA-384");
    }
    Ok(())
}

/// `followers` are the authorities between this one and the certificate that signs.
fn check_authority(extensions: Extensions, followers: usize) -> Result<(), &'static str> {
    if !(extensions.is_authority && extensions.authority_is_critical && extensions.signs_certificates) {
        return Err("a certificate of the chain is not one of an authority that may sign certificates");
    }
    let limit = extensions.path_length.map(|length| usize::try_from(length).unwrap_or(usize::MAX));
    if limit.is_some_and(|limit| followers > limit) {
        return Err("more authorities follow each other in the chain than one of them allows");
    }
    Ok(())
}

fn check_leaf(extensions: Extensions) -> Result<(), Refused> {
    if extensions.is_authority || extensions.path_length.is_some() || !extensions.signs_data {
        return Err(Refused::Untrusted("its certificate is not one that may sign data and nothing else"));
    }
    Ok(())
}

fn check_time(certificate: &Certificate, now: Timestamp) -> Result<(), Refused> {
    if certificate.not_after() < now {
        return Err(Refused::Untimely("a certificate of its chain has expired"));
    }
    if certificate.not_before() > now {
        return Err(Refused::Untimely("a certificate of its chain is not valid yet"));
    }
    Ok(())
}
