//! The server certificate that listeners show: the operator's, or one of the server's own authority.
//!
//! Guarantees: it can be replaced while connections are open, and none of them notices; a new one that is damaged, does
//! not fit its key or is not valid now is refused with its file's name, and the old one stays; one of the own authority
//! is renewed in time; while that authority is sealed, the last one is shown, or a temporary one that nobody vouches for.

use crate::ca::{Authority, CERTIFICATE_LIFE, CaError, Issued, self_signed};
use crate::der::validity;
use crate::files;
use base::{Clock, Secret, SystemClock, Timestamp};
use rustls::client::verify_server_name;
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::pem::{Error as PemError, PemObject};
use rustls::pki_types::{CertificateDer, CertificateRevocationListDer, PrivateKeyDer, ServerName};
use rustls::server::{ClientHello, ParsedCertificate, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use std::fmt;
use std::fs::{self, File};
use std::io::Read;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::{Duration, SystemTime};

/// A certificate of the own authority with less than this left is replaced.
const RENEW_BEFORE: Duration = Duration::from_secs(30 * 86_400);
/// An operator's certificate with less than this left is warned of, once a day.
const WARN_BEFORE: Duration = Duration::from_secs(14 * 86_400);
/// How often files are looked at and renewal is considered.
const CHECK: Duration = Duration::from_secs(60);
/// Between two warnings of the same thing.
const WARN_EVERY: Duration = Duration::from_secs(86_400);
/// Largest file of certificates or keys that is read.
const FILE_BYTES: u64 = 1 << 20;
/// Largest file of revocation lists that is read: half a million revoked certificates.
const LIST_BYTES: u64 = 32 << 20;
/// The last certificate of the own authority and its key, in the directory that keeps them.
const KEPT: [&str; 2] = ["server.pem", "server-key.pem"];

/// The certificate in use, and where the next one comes from.
pub struct Certificates {
    source: Mutex<Source>,
    shown: RwLock<Shown>,
}

enum Source {
    Files { certificate: PathBuf, key: PathBuf, seen: [Option<Stamp>; 2], warned: Option<Warned> },
    Own { names: Vec<String>, keep: Option<PathBuf>, authority: Option<Authority> },
}

#[derive(Clone)]
struct Shown {
    key: Arc<CertifiedKey>,
    not_after: Timestamp,
}

/// When it was last said that a certificate ends, and whether it had ended then.
type Warned = (Timestamp, bool);

/// By what a changed file is noticed: when it was written, and how long it is.
type Stamp = (SystemTime, u64);

impl Certificates {
    /// The operator's: a chain, its own certificate first, and the private key, both PEM (RSA or ECDSA).
    pub fn from_files(certificate: &Path, key: &Path, now: Timestamp) -> Result<Self, CaError> {
        let seen = [stamp(certificate), stamp(key)];
        let shown = load(certificate, key, now)?;
        let source = Source::Files { certificate: certificate.into(), key: key.into(), seen, warned: None };
        Ok(Self { source: Mutex::new(source), shown: RwLock::new(shown) })
    }

    /// Issued by `authority` to `names`, kept in memory only.
    pub fn issued(authority: Authority, names: Vec<String>, now: Timestamp) -> Result<Self, CaError> {
        let shown = show(authority.issue(&names, now)?)?;
        let source = Source::Own { names, keep: None, authority: Some(authority) };
        Ok(Self { source: Mutex::new(source), shown: RwLock::new(shown) })
    }

    /// What a server shows whose authority is still sealed: the last certificate in `keep`, else a temporary one.
    /// [`Certificates::unseal`] brings the authority.
    pub fn sealed(keep: PathBuf, names: Vec<String>, now: Timestamp) -> Result<Self, CaError> {
        let [certificate, key] = KEPT.map(|name| keep.join(name));
        let kept = if certificate.exists() { load(&certificate, &key, now) } else { Err(CaError::new(String::new())) };
        let shown = match kept {
            Ok(shown) => shown,
            Err(problem) => {
                if certificate.exists() {
                    tracing::warn!(%problem, "the last server certificate is of no use; a temporary one is shown");
                }
                show(self_signed(&names, now)?)?
            }
        };
        let source = Source::Own { names, keep: Some(keep), authority: None };
        Ok(Self { source: Mutex::new(source), shown: RwLock::new(shown) })
    }

    /// Gives the authority. A certificate that it did not issue, or that lacks a name or time, is replaced and kept.
    pub fn unseal(&self, authority: Authority, now: Timestamp) -> Result<(), CaError> {
        if let Source::Own { authority: place, .. } = &mut *self.source() {
            *place = Some(authority);
        }
        self.renew(now)
    }

    /// Takes the authority away; the certificate stays in use.
    pub fn seal(&self) {
        if let Source::Own { authority, .. } = &mut *self.source() {
            *authority = None;
        }
    }

    /// Reads the operator's files, which may be others than before. Waits for the disk.
    pub fn reload(&self, certificate: &Path, key: &Path, now: Timestamp) -> Result<(), CaError> {
        let mut source = self.source();
        let Source::Files { certificate: of, key: with, seen, warned } = &mut *source else {
            return Err(CaError::new(
                "a certificate instead of the own authority's counts from the next start on".into(),
            ));
        };
        // Looked at before they are read: what is written meanwhile is seen the next time.
        let stamps = [stamp(certificate), stamp(key)];
        let fresh = load(certificate, key, now)?;
        (*of, *with, *seen, *warned) = (certificate.into(), key.into(), stamps, None);
        self.show(fresh);
        Ok(())
    }

    /// What a reload without files comes to: nothing for the own authority's, and no change of source for others.
    pub(crate) fn stay_own(&self) -> Result<(), CaError> {
        match &*self.source() {
            Source::Own { .. } => Ok(()),
            Source::Files { .. } => Err(CaError::new(
                "the own authority's certificate instead of a file's counts from the next start on".into(),
            )),
        }
    }

    /// When the certificate in use ends.
    pub fn not_after(&self) -> Timestamp {
        self.shown.read().unwrap_or_else(PoisonError::into_inner).not_after
    }

    /// Renews and notices changed files, for as long as it is polled; [`crate::listener::Listener::run`] does.
    pub async fn keep_fresh(self: Arc<Self>) {
        loop {
            let certificates = self.clone();
            let _ = tokio::task::spawn_blocking(move || certificates.check(SystemClock.now())).await;
            tokio::time::sleep(CHECK).await;
        }
    }

    /// One look at the files and the time.
    fn check(&self, now: Timestamp) {
        if let Err(error) = self.renew(now) {
            tracing::error!(%error, "the server certificate could not be renewed");
        }
        let not_after = self.not_after();
        let mut source = self.source();
        let Source::Files { certificate, key, seen, warned } = &mut *source else { return };
        let ended = not_after <= now;
        let is_due = |(at, before): Warned| before != ended || now.since(at) >= WARN_EVERY;
        if not_after.since(now) < WARN_BEFORE && warned.is_none_or(is_due) {
            *warned = Some((now, ended));
            let (file, end) = (certificate.display(), not_after.to_seconds_rfc3339());
            if ended {
                tracing::error!(%file, end, "the server certificate has ended and clients refuse it: replace it");
            } else {
                tracing::warn!(%file, end, "the server certificate ends within two weeks: replace it");
            }
        }
        let stamps = [stamp(certificate), stamp(key)];
        if stamps == *seen {
            return;
        }
        // Half of a new pair is told of once; the other half changes its stamp and is looked at again.
        *seen = stamps;
        match load(certificate, key, now) {
            Ok(fresh) => {
                tracing::info!(file = %certificate.display(), "the server certificate has changed");
                self.show(fresh);
            }
            Err(problem) => {
                tracing::error!(%problem, "the new server certificate is refused; the old one stays in use")
            }
        }
    }

    fn renew(&self, now: Timestamp) -> Result<(), CaError> {
        let source = self.source();
        let Source::Own { names, keep, authority: Some(authority) } = &*source else { return Ok(()) };
        let current = self.shown.read().unwrap_or_else(PoisonError::into_inner).clone();
        if is_good(&current, authority, names, now) {
            return Ok(());
        }
        let issued = authority.issue(names, now)?;
        let kept = keep.as_ref().map_or(Ok(()), |keep| kept(keep, &issued));
        self.show(show(issued)?);
        kept
    }

    fn show(&self, fresh: Shown) {
        *self.shown.write().unwrap_or_else(PoisonError::into_inner) = fresh;
    }

    fn source(&self) -> MutexGuard<'_, Source> {
        self.source.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl ResolvesServerCert for Certificates {
    fn resolve(&self, _hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.shown.read().unwrap_or_else(PoisonError::into_inner).key.clone())
    }
}

impl fmt::Debug for Certificates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Certificates")
    }
}

/// What is wrong with the last certificate that `keep` holds, if it holds one: where, and what to do.
pub(crate) fn examine(keep: &Path, now: Timestamp) -> Option<(String, String)> {
    let [certificate, key] = KEPT.map(|name| keep.join(name));
    let problem = load(&certificate, &key, now).err().filter(|_| certificate.exists() || key.exists())?;
    Some((keep.display().to_string(), format!("{problem}: delete it, the next unsealing makes another")))
}

/// The names of a server: loopback's, the addresses that it listens on, and further ones.
pub fn names(listen: &[SocketAddr], further: &[String]) -> Vec<String> {
    let mut all: Vec<String> = ["localhost", "*.localhost", "127.0.0.1", "::1"].map(str::to_owned).into();
    all.extend(listen.iter().map(SocketAddr::ip).filter(|ip| !ip.is_unspecified()).map(|ip| ip.to_string()));
    all.extend_from_slice(further);
    all.sort_unstable();
    all.dedup();
    all
}

/// Whether a certificate needs no replacing yet.
fn is_good(shown: &Shown, authority: &Authority, names: &[String], now: Timestamp) -> bool {
    let left = shown.not_after.since(now);
    let is_own = shown.key.cert.get(1) == Some(authority.certificate());
    let is_for = |der: &[u8], leaf: &ParsedCertificate<'_>, name: &String| match ServerName::try_from(name.as_str()) {
        Ok(name) => verify_server_name(leaf, &name).is_ok(),
        // A wildcard, which stands there as it is.
        Err(_) => memchr::memmem::find(der, name.as_bytes()).is_some(),
    };
    let is_named = || {
        let der = shown.key.cert.first();
        let leaf = der.and_then(|der| Some((der, ParsedCertificate::try_from(der).ok()?)));
        leaf.is_some_and(|(der, leaf)| names.iter().all(|name| is_for(der, &leaf, name)))
    };
    // More left than was given: the clock was ahead when it was issued.
    is_own && left >= RENEW_BEFORE && left <= CERTIFICATE_LIFE && is_named()
}

fn kept(keep: &Path, issued: &Issued) -> Result<(), CaError> {
    let failed =
        |e: std::io::Error| CaError::new(format!("cannot keep the server certificate in {}: {e}", keep.display()));
    files::private_directory(keep).map_err(failed)?;
    let [certificate, key] = KEPT.map(|name| keep.join(name));
    let chain: String = issued.chain.iter().map(|der| pem("CERTIFICATE", der)).collect();
    let secret = Secret::new(pem("PRIVATE KEY", issued.key.secret_der()));
    // Were only the first written, the pair would not fit, and a sealed start would show a temporary one.
    files::replace(&key, secret.expose().as_bytes(), 0o600).map_err(failed)?;
    files::replace(&certificate, chain.as_bytes(), 0o600).map_err(failed)
}

/// Armour around DER (RFC 7468).
fn pem(label: &str, der: &[u8]) -> String {
    use base64::Engine as _;
    let encoded = Secret::new(base64::engine::general_purpose::STANDARD.encode(der));
    let mut text = format!("-----BEGIN {label}-----\n");
    text.reserve(encoded.expose().len() * 2);
    for (index, character) in encoded.expose().chars().enumerate() {
        if index > 0 && index % 64 == 0 {
            text.push('\n');
        }
        text.push(character);
    }
    text.push_str(&format!("\n-----END {label}-----\n"));
    text
}

fn show(issued: Issued) -> Result<Shown, CaError> {
    let end = issued.chain.first().and_then(|leaf| validity(leaf)).map(|(_, end)| end);
    let key = aws_lc_rs::sign::any_supported_type(&issued.key).map_err(|e| CaError::tls(&e))?;
    let not_after = end.ok_or_else(|| CaError::new("the server certificate that was made is damaged".into()))?;
    Ok(Shown { key: Arc::new(CertifiedKey::new(issued.chain, key)), not_after })
}

/// Reads a chain and its key, and checks all that clients would complain of but trust and name.
fn load(certificate: &Path, key_file: &Path, now: Timestamp) -> Result<Shown, CaError> {
    let named = |path: &Path, problem: &dyn fmt::Display| CaError::new(format!("{}: {problem}", path.display()));
    let chain = certificates(certificate)?;
    let pem = read(key_file, FILE_BYTES)?;
    let key = PrivateKeyDer::from_pem_slice(pem.expose()).map_err(|error| match error {
        PemError::NoItemsFound if memchr::memmem::find(pem.expose(), b"ENCRYPTED PRIVATE KEY").is_some() => named(
            key_file,
            &"the private key is under a passphrase; give it without one: openssl pkey -in FILE -out FILE",
        ),
        _ => named(key_file, &"there is no private key in it (PEM)"),
    })?;
    let key = aws_lc_rs::sign::any_supported_type(&key).map_err(|_| {
        named(key_file, &"this kind of private key is not served; RSA of 2048 bits and more, or ECDSA is")
    })?;
    let leaf = chain.first().ok_or_else(|| named(certificate, &"there is no certificate in it (PEM)"))?;
    let Some((start, end)) = validity(leaf) else { return Err(named(certificate, &"the certificate is damaged")) };
    let shown = Shown { key: Arc::new(CertifiedKey::new(chain.clone(), key)), not_after: end };
    if shown.key.keys_match().is_err() {
        let fits = |other: &CertificateDer<'static>| {
            CertifiedKey::new(vec![other.clone()], shown.key.key.clone()).keys_match().is_ok()
        };
        if chain.iter().any(fits) {
            return Err(named(
                certificate,
                &"the server's own certificate must stand first, before those of authorities",
            ));
        }
        return Err(named(key_file, &format!("the private key does not belong to {}", certificate.display())));
    }
    if end <= now {
        return Err(named(certificate, &format!("the certificate has expired at {}", end.to_seconds_rfc3339())));
    }
    if start > now {
        let from = start.to_seconds_rfc3339();
        return Err(named(
            certificate,
            &format!("the certificate is not valid before {from}; is this machine's clock right?"),
        ));
    }
    Ok(shown)
}

/// All certificates of a file; never none.
pub(crate) fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, CaError> {
    let pem = read(path, FILE_BYTES)?;
    let found: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem.expose()).collect();
    match found {
        Ok(found) if !found.is_empty() => Ok(found),
        Ok(_) => Err(CaError::new(format!("{}: there is no certificate in it (PEM)", path.display()))),
        Err(_) => Err(CaError::new(format!("{}: the certificate is damaged", path.display()))),
    }
}

/// All revocation lists of a file; never none.
pub(crate) fn revocations(path: &Path) -> Result<Vec<CertificateRevocationListDer<'static>>, CaError> {
    let pem = read(path, LIST_BYTES)?;
    let found: Result<Vec<_>, _> = CertificateRevocationListDer::pem_slice_iter(pem.expose()).collect();
    match found {
        Ok(found) if !found.is_empty() => Ok(found),
        Ok(_) => Err(CaError::new(format!("{}: there is no revocation list in it (PEM, X509 CRL)", path.display()))),
        Err(_) => Err(CaError::new(format!("{}: the revocation list is damaged", path.display()))),
    }
}

fn read(path: &Path, most: u64) -> Result<Secret<Vec<u8>>, CaError> {
    let failed = |problem: &dyn fmt::Display| CaError::new(format!("{}: {problem}", path.display()));
    let file = File::open(path).map_err(|e| failed(&e))?;
    let mut bytes = Secret::new(Vec::new());
    file.take(most + 1).read_to_end(bytes.expose_mut()).map_err(|e| failed(&e))?;
    if bytes.expose().len() as u64 > most {
        Err(failed(&format!("is too long: more than {} MiB", most >> 20)))
    } else {
        Ok(bytes)
    }
}

fn stamp(path: &Path) -> Option<Stamp> {
    let metadata = fs::metadata(path).ok()?;
    Some((metadata.modified().ok()?, metadata.len()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rcgen::{CertificateParams, KeyPair, PKCS_ECDSA_P256_SHA256, PKCS_RSA_SHA256};
    use std::os::unix::fs::PermissionsExt;

    fn first(certificates: &Certificates) -> CertificateDer<'static> {
        certificates.shown.read().unwrap().key.cert[0].clone()
    }

    /// A pair in files; `change` sets its time.
    fn pair(dir: &Path, name: &str, change: impl FnOnce(&mut CertificateParams)) -> (PathBuf, PathBuf) {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(vec!["kms.example.com".into()]).unwrap();
        change(&mut params);
        let paths = (dir.join(format!("{name}.pem")), dir.join(format!("{name}-key.pem")));
        fs::write(&paths.0, params.self_signed(&key).unwrap().pem()).unwrap();
        fs::write(&paths.1, key.serialize_pem()).unwrap();
        paths
    }

    #[test]
    fn a_certificate_near_its_end_is_replaced() {
        let now = SystemClock.now();
        let (key, certificate) = Authority::make(now).unwrap();
        let authority = Authority::from_pem(&key, &certificate, now).unwrap();
        let certificates = Certificates::issued(authority, names(&[], &[]), now).unwrap();
        let before = first(&certificates);
        certificates.check(now.plus(CERTIFICATE_LIFE / 2));
        assert_eq!(first(&certificates), before);
        certificates.check(now.plus(CERTIFICATE_LIFE - RENEW_BEFORE / 2));
        assert_ne!(first(&certificates), before);
    }

    #[test]
    fn a_sealed_server_shows_its_last_certificate_and_an_unsealed_one_a_good_one() {
        let dir = tempfile::tempdir().unwrap();
        let keep = dir.path().join("tls");
        let now = SystemClock.now();
        let (key, certificate) = Authority::make(now).unwrap();
        let authority = || Authority::from_pem(&key, &certificate, now).unwrap();
        let own = names(&["192.0.2.7:1".parse().unwrap()], &["kms.example.com".into()]);
        let certificates = Certificates::sealed(keep.clone(), own.clone(), now).unwrap();
        let temporary = first(&certificates);
        certificates.unseal(authority(), now).unwrap();
        let issued = first(&certificates);
        assert_ne!(issued, temporary);
        for name in KEPT {
            assert_eq!(fs::metadata(keep.join(name)).unwrap().permissions().mode() & 0o777, 0o600);
        }
        certificates.seal();
        assert_eq!(first(&certificates), issued);

        let again = Certificates::sealed(keep.clone(), own.clone(), now).unwrap();
        assert_eq!(first(&again), issued, "the last one is shown while the authority is sealed");
        again.unseal(authority(), now).unwrap();
        assert_eq!(first(&again), issued, "and stays while it is good");
        let renamed = Certificates::sealed(keep.clone(), names(&[], &["other.example.com".into()]), now).unwrap();
        renamed.unseal(authority(), now).unwrap();
        assert_ne!(first(&renamed), issued, "a name that it lacks needs another");
        fs::write(keep.join(KEPT[1]), "garbage").unwrap();
        let damaged = Certificates::sealed(keep, own, now).unwrap();
        assert_eq!(damaged.shown.read().unwrap().key.cert.len(), 1, "a temporary one");
    }

    #[test]
    fn a_new_pair_is_shown_and_a_bad_one_changes_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let now = SystemClock.now();
        let (certificate, key) = pair(dir.path(), "a", |_| {});
        let (other, other_key) = pair(dir.path(), "b", |_| {});
        let certificates = Certificates::from_files(&certificate, &key, now).unwrap();
        let before = first(&certificates);
        fs::write(&certificate, fs::read(&other).unwrap()).unwrap();
        certificates.check(now);
        assert_eq!(first(&certificates), before, "half of a pair is not shown");
        assert!(certificates.reload(&certificate, &key, now).is_err());
        fs::write(&key, [fs::read(&other_key).unwrap(), b"\n".to_vec()].concat()).unwrap();
        certificates.check(now);
        assert_ne!(first(&certificates), before);
        let after = first(&certificates);
        assert!(certificates.reload(&dir.path().join("none"), &key, now).is_err());
        assert_eq!(first(&certificates), after);
        let (third, third_key) = pair(dir.path(), "c", |_| {});
        certificates.reload(&third, &third_key, now).unwrap();
        assert_ne!(first(&certificates), after);
    }

    #[test]
    fn what_is_wrong_with_a_pair_is_told_with_the_name_of_its_file() {
        let dir = tempfile::tempdir().unwrap();
        let now = SystemClock.now();
        let (good, good_key) = pair(dir.path(), "good", |_| {});
        let (old, old_key) = pair(dir.path(), "old", |p| p.not_after = rcgen::date_time_ymd(2020, 1, 1));
        let (early, early_key) = pair(dir.path(), "early", |p| p.not_before = rcgen::date_time_ymd(2090, 1, 1));
        let file = |name: &str, text: &[u8]| {
            fs::write(dir.path().join(name), text).unwrap();
            dir.path().join(name)
        };
        let reversed = [fs::read(&early).unwrap(), fs::read(&good).unwrap()].concat();
        let reversed = file("reversed.pem", &reversed);
        let sealed =
            file("sealed.pem", b"-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n");
        let long = file("long.pem", &vec![b'a'; 1 << 21]);
        for (certificate, key, name, word) in [
            (&good, &old_key, "old-key.pem", "does not belong to"),
            (&old, &old_key, "old.pem", "expired at 2020-01-01"),
            (&early, &early_key, "early.pem", "not valid before 2090-01-01"),
            (&reversed, &good_key, "reversed.pem", "must stand first"),
            (&good, &sealed, "sealed.pem", "passphrase"),
            (&good, &good, "good.pem", "no private key"),
            (&good_key, &good_key, "good-key.pem", "no certificate"),
            (&good, &long, "long.pem", "too long"),
            (&good, &dir.path().join("none.pem"), "none.pem", "No such file"),
        ] {
            let error = Certificates::from_files(certificate, key, now).err().unwrap().to_string();
            assert!(error.starts_with(&*dir.path().join(name).to_string_lossy()) && error.contains(word), "{error}");
        }
    }

    #[test]
    fn keys_of_both_kinds_are_served() {
        let dir = tempfile::tempdir().unwrap();
        for algorithm in [&PKCS_ECDSA_P256_SHA256, &PKCS_RSA_SHA256] {
            let key = KeyPair::generate_for(algorithm).unwrap();
            let made = CertificateParams::new(vec!["localhost".into()]).unwrap().self_signed(&key).unwrap();
            let paths = [dir.path().join("c.pem"), dir.path().join("k.pem")];
            fs::write(&paths[0], made.pem()).unwrap();
            fs::write(&paths[1], key.serialize_pem()).unwrap();
            assert!(Certificates::from_files(&paths[0], &paths[1], SystemClock.now()).is_ok());
        }
    }
}
