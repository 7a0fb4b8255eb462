//! The server's own certificate authority: its key lies sealed in the store, its certificate in `ca.pem` for clients.
//!
//! Guarantees: made once for a store, whichever node is first; a node whose directory lacks `ca.pem` gets it, and one whose
//! `ca.pem` is another's is told of that and keeps it.

use crate::backup;
use crate::ca::Authority;
use crate::files;
use base::{Clock, Secret, SystemClock, Timestamp, Uuid};
use kernel::Kernel;
use serde::{Deserialize, Serialize};
use std::fs;
use std::path::{Path, PathBuf};
use store::{Key, Marker, Space, Store};

/// The certificate's name in a data directory.
pub(crate) const CERTIFICATE: &str = "ca.pem";
/// The key of an authority that `dev` keeps in files.
const DEVELOPMENT_KEY: &str = "ca-key.pem";

#[derive(Serialize, Deserialize)]
struct Kept {
    /// PEM (PKCS#8); taken into a [`Secret`] as soon as it is read.
    key: String,
    /// PEM.
    certificate: String,
}

impl store::Record for Kept {
    const VERSION: u8 = 1;
}

fn place() -> Key {
    Key::new(Space::system(), "server.ca")
}

/// What is wrong with a store's authority and with the certificate in `dir`: where, and what to do.
pub(crate) fn examine(store: &Store, dir: &Path, now: Timestamp) -> Vec<(String, String)> {
    let path = dir.join(CERTIFICATE);
    let in_store = place().to_string();
    let in_file = path.display().to_string();
    let kept = match store.begin().and_then(|mut transaction| transaction.get::<Kept>(&place())) {
        Ok(kept) => kept,
        // Its value does not open, which whoever reads all entries says.
        Err(_) => return Vec::new(),
    };
    let text = fs::read_to_string(&path);
    let Some(Kept { key, certificate }) = kept else {
        let is_servers = text.is_ok() && !dir.join(DEVELOPMENT_KEY).exists();
        let lost = "the certificate authority is missing, and its certificate is there: restore a backup, or start the \
                    server, which makes another that clients have to trust anew";
        return if is_servers { vec![(in_store, lost.into())] } else { Vec::new() };
    };
    let mut found = Vec::new();
    if let Err(error) = Authority::from_pem(&Secret::new(key), &certificate, now) {
        found.push((in_store, format!("{error}: restore a backup")));
    }
    let problem = match text {
        Ok(text) if text == certificate => None,
        Ok(_) => {
            Some("it is not the certificate of this store's authority: delete it, the next start writes it".into())
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound && backup::awaits_first_start(dir) => None,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            Some("it is missing: the next start writes it".into())
        }
        Err(error) => Some(error.to_string()),
    };
    found.extend(problem.map(|problem: String| (in_file, problem)));
    found
}

/// The authority of this store, made if there is none, with its certificate in `dir`.
pub(crate) fn open(kernel: &Kernel, dir: &Path) -> Result<Authority, String> {
    let now = SystemClock.now();
    let key = place();
    let (made, certificate) = Authority::make(now).map_err(|error| error.to_string())?;
    let marker = Marker(Uuid::random(kernel.rng().as_ref()));
    let kept: Result<_, store::Error> =
        kernel.store().transact(marker, |transaction| match transaction.get::<Kept>(&key)? {
            Some(kept) => Ok(kept),
            None => {
                let kept = Kept { key: made.expose().clone(), certificate: certificate.clone() };
                transaction.put(&key, &kept)?;
                Ok(kept)
            }
        });
    let Kept { key, certificate } =
        kept.map_err(|error| format!("the certificate authority cannot be read: {error}"))?;
    let key = Secret::new(key);
    show(dir, &certificate)?;
    Authority::from_pem(&key, &certificate, now).map_err(|error| error.to_string())
}

/// Where clients find the certificate to trust.
pub(crate) fn path(dir: &Path) -> PathBuf {
    let path = dir.join(CERTIFICATE);
    fs::canonicalize(&path).unwrap_or(path)
}

fn show(dir: &Path, certificate: &str) -> Result<(), String> {
    let path = dir.join(CERTIFICATE);
    let failed = |error: std::io::Error| format!("{}: {error}", path.display());
    if files::write_new(&path, certificate.as_bytes(), 0o644).map_err(failed)? {
        return Ok(());
    }
    if fs::read_to_string(&path).map_err(failed)? != certificate {
        tracing::warn!(path = %path.display(), "is not the certificate of this store's authority; delete it to get that");
    }
    Ok(())
}
