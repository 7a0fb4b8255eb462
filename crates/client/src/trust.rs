//! Whom a client believes over TLS.
//!
//! Guarantees: TLS 1.2 and 1.3 only; the hybrid post-quantum group X25519MLKEM768 is preferred; where a file of
//! authorities is named, it alone is trusted, and one that cannot be used is an error.

use crate::Error;
use rustls::crypto::{CryptoProvider, aws_lc_rs};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use ureq::tls::{Certificate, RootCerts, TlsConfig, TlsProvider};

/// aws-lc-rs with the hybrid group first, so that a server that knows it takes it.
fn provider() -> Arc<CryptoProvider> {
    use aws_lc_rs::kx_group::{SECP256R1, SECP384R1, X25519, X25519MLKEM768};
    let kx_groups = vec![X25519MLKEM768, X25519, SECP256R1, SECP384R1];
    Arc::new(CryptoProvider { kx_groups, ..aws_lc_rs::default_provider() })
}

/// How TLS is spoken to servers that these authorities, or else the system's, vouch for.
pub(crate) fn config(bundle: Option<&PathBuf>) -> Result<TlsConfig, Error> {
    let roots = match bundle {
        Some(path) => named(path)?,
        None => system()?,
    };
    let roots: Vec<Certificate<'static>> =
        roots.iter().map(|root| Certificate::from_der(root.as_ref()).to_owned()).collect();
    Ok(TlsConfig::builder()
        .provider(TlsProvider::Rustls)
        .unversioned_rustls_crypto_provider(provider())
        .root_certs(RootCerts::from(roots))
        .build())
}

fn named(path: &Path) -> Result<Vec<CertificateDer<'static>>, Error> {
    let wrong = |error: &dyn std::fmt::Display| {
        Error::Configuration(format!("the certificate authorities in {}: {error}", path.display()))
    };
    let certificates = CertificateDer::pem_file_iter(path).map_err(|error| wrong(&error))?;
    let roots: Vec<_> = certificates.collect::<Result<_, _>>().map_err(|error| wrong(&error))?;
    let (usable, _) = rustls::RootCertStore::empty().add_parsable_certificates(roots.iter().cloned());
    if usable == 0 {
        return Err(wrong(&"there is no certificate in it"));
    }
    Ok(roots)
}

fn system() -> Result<Vec<CertificateDer<'static>>, Error> {
    let found = rustls_native_certs::load_native_certs();
    if found.certs.is_empty() {
        let why = found.errors.first().map(|error| format!(" ({error})")).unwrap_or_default();
        return Err(Error::Configuration(format!(
            "this system trusts no certificate authority{why}; name a PEM file in AWS_CA_BUNDLE, or as ca_bundle in the \
             profile"
        )));
    }
    Ok(found.certs)
}
