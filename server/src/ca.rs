//! The server's own certificate authority: of `dev`, kept in files, and of `serve`, whose key is kept sealed elsewhere.
//!
//! Guarantees: the one of `dev` survives restarts in two files, `ca.pem` (to be trusted by clients) and `ca-key.pem`
//! (mode 0600); servers that start at the same moment agree on one; damaged or unmatched files are refused, never
//! replaced. The one of `serve` is made and opened in memory, and nothing of its key is written here.

use crate::der::validity;
use crate::files;
use base::{Secret, Timestamp};
use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose, SanType,
};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use std::fmt;
use std::fs;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The authority's own life. Clients trust it by file, so that a new one means new `AWS_CA_BUNDLE` contents.
const AUTHORITY_LIFE: Duration = Duration::from_secs(10 * 365 * 86_400);
/// A server certificate's life.
pub(crate) const CERTIFICATE_LIFE: Duration = Duration::from_secs(90 * 86_400);
/// Clocks of client and server may differ by this much.
const BACKDATE: Duration = Duration::from_secs(86_400);
const ORGANISATION: &str = "Fastness";

/// Why there is no authority; the text says what to do.
#[derive(Debug)]
pub struct CaError(String);

impl CaError {
    pub(crate) fn new(text: String) -> Self {
        Self(text)
    }

    pub(crate) fn tls(cause: &rustls::Error) -> Self {
        Self(format!("cannot set up TLS: {cause}"))
    }
}

impl fmt::Display for CaError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for CaError {}

/// An authority that can issue.
pub struct Authority {
    issuer: Issuer<'static, KeyPair>,
    certificate: CertificateDer<'static>,
    path: PathBuf,
}

/// A server certificate with its key.
pub(crate) struct Issued {
    pub(crate) chain: Vec<CertificateDer<'static>>,
    pub(crate) key: PrivateKeyDer<'static>,
}

impl Authority {
    /// Opens the authority kept in `dir`, making it if there is none.
    pub fn open(dir: &Path, now: Timestamp) -> Result<Self, CaError> {
        let (path, key_path) = (dir.join("ca.pem"), dir.join("ca-key.pem"));
        files::private_directory(dir).map_err(|e| CaError(format!("cannot make {}: {e}", dir.display())))?;
        let key = open_key(&key_path)?;
        let certificate = open_certificate(&path, &key, now)?;
        let issuer = Issuer::new(authority(&key, DEVELOPMENT, now), key);
        Ok(Self { issuer, certificate, path })
    }

    /// Makes an authority: its private key, to be kept sealed, and its certificate, for clients to trust; both PEM.
    pub fn make(now: Timestamp) -> Result<(Secret<String>, String), CaError> {
        let failed = |e: rcgen::Error| CaError(format!("cannot make a certificate authority: {e}"));
        let key = KeyPair::generate().map_err(failed)?;
        let certificate = authority(&key, PRODUCTION, now).self_signed(&key).map_err(failed)?;
        Ok((Secret::new(key.serialize_pem()), certificate.pem()))
    }

    /// Opens an authority that [`Authority::make`] made. One whose certificate is not valid now is refused.
    pub fn from_pem(key: &Secret<String>, certificate: &str, now: Timestamp) -> Result<Self, CaError> {
        let key = KeyPair::from_pem(key.expose())
            .map_err(|_| CaError("the key of the certificate authority is damaged".into()))?;
        let certificate = CertificateDer::from_pem_slice(certificate.as_bytes())
            .map_err(|_| CaError("the certificate of the certificate authority is damaged".into()))?;
        if !belongs(&certificate, &key) {
            return Err(CaError("the certificate of the certificate authority does not belong to its key".into()));
        }
        match validity(&certificate) {
            Some((start, _)) if start > now => {
                return Err(CaError(
                    "the certificate authority is not valid yet: is this machine's clock right?".into(),
                ));
            }
            Some((_, end)) if end > now => {}
            _ => return Err(CaError("the certificate authority has expired: is this machine's clock right?".into())),
        }
        let issuer = Issuer::new(authority(&key, PRODUCTION, now), key);
        Ok(Self { issuer, certificate, path: PathBuf::new() })
    }

    /// The file that clients trust; empty where the authority was not opened from files.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The certificate that clients trust.
    pub(crate) fn certificate(&self) -> &CertificateDer<'static> {
        &self.certificate
    }

    /// Issues a server certificate for `names` (host names or addresses).
    pub(crate) fn issue(&self, names: &[String], now: Timestamp) -> Result<Issued, CaError> {
        let (key, params) = leaf(names, now)?;
        let certificate = params.signed_by(&key, &self.issuer).map_err(|e| no_leaf(&e))?;
        Ok(Issued {
            chain: vec![certificate.der().clone(), self.certificate.clone()],
            key: PrivateKeyDer::Pkcs8(key.serialize_der().into()),
        })
    }
}

/// A server certificate that nobody vouches for, for a server whose authority is still sealed.
pub(crate) fn self_signed(names: &[String], now: Timestamp) -> Result<Issued, CaError> {
    let (key, params) = leaf(names, now)?;
    let certificate = params.self_signed(&key).map_err(|e| no_leaf(&e))?;
    Ok(Issued { chain: vec![certificate.der().clone()], key: PrivateKeyDer::Pkcs8(key.serialize_der().into()) })
}

fn no_leaf(cause: &rcgen::Error) -> CaError {
    CaError(format!("cannot make a server certificate: {cause}"))
}

fn leaf(names: &[String], now: Timestamp) -> Result<(KeyPair, CertificateParams), CaError> {
    let key = KeyPair::generate().map_err(|e| no_leaf(&e))?;
    let mut params = CertificateParams::default();
    params.not_before = rcgen::date_time_ymd(1970, 1, 1) + since_epoch(now.minus(BACKDATE));
    params.not_after = rcgen::date_time_ymd(1970, 1, 1) + since_epoch(now.plus(CERTIFICATE_LIFE));
    params.distinguished_name = name("Fastness server");
    params.subject_alt_names = names.iter().map(|name| subject(name)).collect::<Result<_, _>>()?;
    params.is_ca = IsCa::ExplicitNoCa;
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    params.use_authority_key_identifier_extension = true;
    Ok((key, params))
}

/// Where the authority lies when no data directory is given.
pub fn default_directory() -> Result<PathBuf, CaError> {
    let absolute = |name: &str| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    absolute("XDG_DATA_HOME")
        .or_else(|| absolute("HOME").map(|home| home.join(".local/share")))
        .map(|share| share.join("fastness"))
        .ok_or_else(|| CaError("neither XDG_DATA_HOME nor HOME is set: give a place for the CA with --data DIR".into()))
}

fn open_key(path: &Path) -> Result<KeyPair, CaError> {
    let failed = |e: &dyn fmt::Display| CaError(format!("{}: {e}", path.display()));
    if !path.exists() {
        let key = KeyPair::generate().map_err(|e| failed(&e))?;
        files::write_new(path, key.serialize_pem().as_bytes(), 0o600).map_err(|e| failed(&e))?;
    }
    // Read back even what was just written: another server may have been first.
    let pem = fs::read_to_string(path).map_err(|e| failed(&e))?;
    KeyPair::from_pem(&pem).map_err(|_| failed(&"is not a private key; delete it and ca.pem to make a new authority"))
}

fn open_certificate(path: &Path, key: &KeyPair, now: Timestamp) -> Result<CertificateDer<'static>, CaError> {
    let failed = |e: &dyn fmt::Display| CaError(format!("{}: {e}", path.display()));
    if !path.exists() {
        let made = authority(key, DEVELOPMENT, now).self_signed(key).map_err(|e| failed(&e))?;
        files::write_new(path, made.pem().as_bytes(), 0o644).map_err(|e| failed(&e))?;
    }
    let certificate = CertificateDer::from_pem_file(path)
        .map_err(|_| failed(&"is not a certificate; delete it to have it made again from ca-key.pem"))?;
    if !belongs(&certificate, key) {
        return Err(failed(&"does not belong to ca-key.pem beside it; delete both to make a new authority"));
    }
    match validity(&certificate) {
        Some((_, end)) if end > now.plus(CERTIFICATE_LIFE) => Ok(certificate),
        _ => Err(failed(&"has expired or soon will; delete it to have it made again from ca-key.pem")),
    }
}

fn belongs(certificate: &[u8], key: &KeyPair) -> bool {
    let public = key.public_key_raw();
    certificate.windows(public.len()).any(|window| window == public)
}

/// What authorities are called.
const DEVELOPMENT: &str = "Fastness development CA";
const PRODUCTION: &str = "Fastness CA";

/// The authority's parameters follow from its kind and key alone, so that an issuer can be rebuilt from the key.
fn authority(key: &KeyPair, kind: &str, now: Timestamp) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.not_before = rcgen::date_time_ymd(1970, 1, 1) + since_epoch(now.minus(BACKDATE));
    params.not_after = rcgen::date_time_ymd(1970, 1, 1) + since_epoch(now.plus(AUTHORITY_LIFE));
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    let id = base::hex(params.key_identifier(key).get(..4).unwrap_or_default());
    params.distinguished_name = name(&format!("{kind} {id}"));
    params
}

fn name(common: &str) -> DistinguishedName {
    let mut name = DistinguishedName::new();
    name.push(DnType::OrganizationName, ORGANISATION);
    name.push(DnType::CommonName, common);
    name
}

fn subject(name: &str) -> Result<SanType, CaError> {
    match name.parse::<IpAddr>() {
        Ok(address) => Ok(SanType::IpAddress(address)),
        Err(_) => name
            .try_into()
            .map(SanType::DnsName)
            .map_err(|_| CaError(format!("{name:?} is no name for a server certificate"))),
    }
}

fn since_epoch(at: Timestamp) -> Duration {
    Duration::from_secs(u64::try_from(at.seconds()).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    const NOW: Timestamp = Timestamp::from_millis(1_790_000_000_000);

    #[test]
    fn an_authority_survives_a_restart_and_its_key_is_private() {
        let dir = tempfile::tempdir().unwrap();
        let dir = dir.path().join("new");
        let first = Authority::open(&dir, NOW).unwrap().certificate().clone();
        let again = Authority::open(&dir, NOW.plus(CERTIFICATE_LIFE)).unwrap();
        assert_eq!(again.certificate(), &first);
        assert_eq!(fs::metadata(dir.join("ca-key.pem")).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::metadata(&dir).unwrap().permissions().mode() & 0o777, 0o700);
        assert_eq!(fs::read_dir(&dir).unwrap().count(), 2, "no temporary file may stay behind");
    }

    #[test]
    fn a_lost_certificate_is_made_again_from_its_key() {
        let dir = tempfile::tempdir().unwrap();
        Authority::open(dir.path(), NOW).unwrap();
        let key = fs::read(dir.path().join("ca-key.pem")).unwrap();
        fs::remove_file(dir.path().join("ca.pem")).unwrap();
        Authority::open(dir.path(), NOW).unwrap();
        assert_eq!(fs::read(dir.path().join("ca-key.pem")).unwrap(), key);
    }

    #[test]
    fn damaged_foreign_or_expired_files_are_refused_and_kept() {
        let dir = tempfile::tempdir().unwrap();
        Authority::open(dir.path(), NOW).unwrap();
        let other = tempfile::tempdir().unwrap();
        Authority::open(other.path(), NOW).unwrap();
        let late = Authority::open(dir.path(), NOW.plus(AUTHORITY_LIFE)).err().unwrap();
        assert!(late.to_string().contains("expired"), "{late}");
        for (file, contents, word) in [
            ("ca.pem", fs::read(other.path().join("ca.pem")).unwrap(), "does not belong"),
            ("ca.pem", b"garbage".to_vec(), "not a certificate"),
            ("ca-key.pem", b"garbage".to_vec(), "not a private key"),
        ] {
            fs::write(dir.path().join(file), &contents).unwrap();
            let error = Authority::open(dir.path(), NOW).err().unwrap().to_string();
            assert!(error.contains(file) && error.contains(word), "{error}");
            assert_eq!(fs::read(dir.path().join(file)).unwrap(), contents);
        }
    }

    #[test]
    fn the_end_of_validity_is_read_back() {
        let dir = tempfile::tempdir().unwrap();
        let authority = Authority::open(dir.path(), NOW).unwrap();
        assert_eq!(validity(authority.certificate()).unwrap().1, NOW.plus(AUTHORITY_LIFE));
        let issued = authority.issue(&["localhost".into(), "::1".into()], NOW).unwrap();
        assert_eq!(validity(&issued.chain[0]).unwrap().1, NOW.plus(CERTIFICATE_LIFE));
        assert_eq!(validity(b"\x30\x82"), None);
    }

    #[test]
    fn an_authority_in_memory_opens_with_its_own_key_in_its_own_time_only() {
        let (key, certificate) = Authority::make(NOW).unwrap();
        let authority = Authority::from_pem(&key, &certificate, NOW.plus(CERTIFICATE_LIFE)).unwrap();
        authority.issue(&["localhost".into()], NOW).unwrap();
        let (other, _) = Authority::make(NOW).unwrap();
        let broken = Secret::new("garbage".to_owned());
        for (key, certificate, now, word) in [
            (&other, certificate.as_str(), NOW, "does not belong"),
            (&broken, &certificate, NOW, "key of the certificate authority is damaged"),
            (&key, "garbage", NOW, "certificate of the certificate authority is damaged"),
            (&key, &certificate, NOW.plus(AUTHORITY_LIFE), "expired"),
            (&key, &certificate, NOW.minus(BACKDATE * 2), "not valid yet"),
        ] {
            let error = Authority::from_pem(key, certificate, now).err().unwrap().to_string();
            assert!(error.contains(word), "{error}");
        }
    }
}
