//! The server's own certificate authority: its key lies sealed in the store, its certificate in `ca.pem` for clients.
//!
//! Guarantees: made once for a store, whichever node is first; a node whose directory lacks `ca.pem` gets it, and one whose
//! `ca.pem` is another's is told of that and keeps it.

use crate::ca::Authority;
use crate::files;
use base::{Clock, Secret, SystemClock, Uuid};
use kernel::Kernel;
use serde::{Deserialize, Serialize};
use std::fs;
use std::path::{Path, PathBuf};
use store::{Key, Marker, Space};

/// The certificate's name in a data directory.
pub(crate) const CERTIFICATE: &str = "ca.pem";

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

/// The authority of this store, made if there is none, with its certificate in `dir`.
pub(crate) fn open(kernel: &Kernel, dir: &Path) -> Result<Authority, String> {
    let now = SystemClock.now();
    let key = Key::new(Space::system(), "server.ca");
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
