//! Key material that is named on the command line and lies elsewhere: in a file, in the environment, under a KMS key.
//!
//! Guarantees: material itself is never an argument, which every user of the machine could read; what was read is wiped.

use base::{Arn, Secret};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use client::{Kms, KmsSupplier};
use std::fs::File;
use std::io::Read;
use std::path::PathBuf;
use std::sync::Arc;

/// Bytes of a file with a key; the longest, an RSA key in PEM, has a tenth of that.
const FILE_MAX: u64 = 64 << 10;

/// Where key material is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Material {
    place: Place,
    encoding: Encoding,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Place {
    File(PathBuf),
    Variable(String),
    /// A file with a ciphertext blob of KMS, and the key to decrypt it with.
    Kms {
        key_id: String,
        path: PathBuf,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Encoding {
    Raw,
    Hex,
    Base64,
}

/// What help says about it.
pub(super) const RULE: &str = "file:PATH (bytes, or PEM), env:NAME (base64, or PEM), or kms:KEY,PATH (a file that KMS decrypts); hex: or base64: before it says how it is written";

impl Material {
    /// Reads `file:PATH`, `env:NAME` or `kms:KEY,PATH`, perhaps behind `hex:` or `base64:`.
    pub(super) fn new(text: &str) -> Result<Self, String> {
        let (encoding, rest) = match text.split_once(':') {
            Some(("hex", rest)) => (Some(Encoding::Hex), rest),
            Some(("base64", rest)) => (Some(Encoding::Base64), rest),
            _ => (None, text),
        };
        // What was meant to be a name may be the material itself: it is not repeated.
        let wrong = || format!("key material is {RULE}");
        let (kind, name) = rest.split_once(':').filter(|(_, name)| !name.is_empty()).ok_or_else(wrong)?;
        let (place, usual) = match kind {
            "file" => (Place::File(name.into()), Encoding::Raw),
            "env" => (Place::Variable(name.to_owned()), Encoding::Base64),
            "kms" => {
                let (key_id, path) = name.rsplit_once(',').ok_or_else(wrong)?;
                (Place::Kms { key_id: key_id.to_owned(), path: path.into() }, Encoding::Raw)
            }
            _ => return Err(wrong()),
        };
        Ok(Self { place, encoding: encoding.unwrap_or(usual) })
    }

    /// Fetches the bytes.
    pub(super) fn read(&self, clients: &dyn KmsSupplier) -> Result<Secret<Vec<u8>>, String> {
        let (bytes, name) = match &self.place {
            Place::File(path) => (read_file(path)?, path.display().to_string()),
            Place::Variable(name) => {
                let value = std::env::var(name).map_err(|_| format!("the environment variable {name} is not set"))?;
                (Secret::new(value.into_bytes()), name.clone())
            }
            Place::Kms { key_id, path } => {
                let blob = read_file(path)?;
                let kms = client_for(clients, key_id)?;
                let opened = kms.decrypt(key_id, blob.expose(), None, &Default::default(), &[]);
                let opened = opened.map_err(|error| format!("{}: {error}", path.display()))?;
                (opened.plaintext, path.display().to_string())
            }
        };
        if bytes.expose().starts_with(b"-----BEGIN ") {
            return Ok(bytes);
        }
        let text = || std::str::from_utf8(bytes.expose()).map(str::trim).unwrap_or_default();
        match self.encoding {
            Encoding::Raw => Ok(bytes),
            Encoding::Hex => unhex(text()).ok_or_else(|| format!("{name}: these are no hexadecimal digits in pairs")),
            Encoding::Base64 => {
                STANDARD.decode(text()).map(Secret::new).map_err(|_| format!("{name}: this is not base64"))
            }
        }
    }
}

fn read_file(path: &PathBuf) -> Result<Secret<Vec<u8>>, String> {
    let says = |error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
    let file = File::open(path).map_err(|error| says(&error))?;
    // Room for all, so that no piece of a key stays behind in a smaller one.
    let mut bytes = Secret::new(Vec::with_capacity(FILE_MAX as usize + 1));
    file.take(FILE_MAX + 1).read_to_end(bytes.expose_mut()).map_err(|error| says(&error))?;
    if bytes.expose().len() as u64 > FILE_MAX { Err(says(&"this is too long for a key")) } else { Ok(bytes) }
}

fn unhex(text: &str) -> Option<Secret<Vec<u8>>> {
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    let digit = |byte: u8| char::from(byte).to_digit(16);
    let mut bytes = Secret::new(Vec::with_capacity(pairs.len()));
    for [high, low] in pairs {
        bytes.expose_mut().push((digit(*high)? << 4 | digit(*low)?) as u8);
    }
    rest.is_empty().then_some(bytes)
}

/// The client of the Region that an ARN names, or of the configured one.
pub(super) fn client_for(clients: &dyn KmsSupplier, key_id: &str) -> Result<Arc<dyn Kms>, String> {
    let named = key_id.parse::<Arn>().ok().map(|arn| arn.region).filter(|region| !region.is_empty());
    let region = match named {
        Some(region) => region,
        None => clients.default_region().map_err(|error| error.to_string())?,
    };
    clients.kms(&region).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    struct NoClients;

    impl KmsSupplier for NoClients {
        fn kms(&self, _: &str) -> Result<Arc<dyn Kms>, client::Error> {
            Err(client::Error::Configuration("no client".into()))
        }

        fn default_region(&self) -> Result<String, client::Error> {
            Err(client::Error::Configuration("no Region".into()))
        }
    }

    #[test]
    fn material_is_read_as_it_is_written() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("key");
        let read = |encoding: &str, bytes: &[u8]| {
            std::fs::write(&path, bytes).unwrap();
            let material = Material::new(&format!("{encoding}file:{}", path.display())).unwrap();
            material.read(&NoClients).map(|bytes| bytes.expose().clone())
        };
        assert_eq!(read("", b"\0\n key ").unwrap(), b"\0\n key ");
        assert_eq!(read("hex:", b"00fF\n").unwrap(), [0, 255]);
        assert_eq!(read("base64:", b"AP8=\n").unwrap(), [0, 255]);
        assert_eq!(read("base64:", b"-----BEGIN X-----").unwrap(), b"-----BEGIN X-----");
        assert!(read("hex:", b"0").is_err() && read("hex:", b"0g").is_err() && read("base64:", b"?").is_err());
        assert!(read("", &vec![0; 1 << 17]).is_err());
    }

    #[test]
    fn what_may_be_a_secret_is_not_repeated() {
        for text in ["c2VjcmV0", "secret:", "hex:736563726574", "file:", "kms:secret"] {
            let error = Material::new(text).unwrap_err();
            assert!(!error.contains("ecret") && !error.contains("c2Vj") && !error.contains("7365"), "{error}");
        }
    }

    #[test]
    fn an_arn_names_its_region() {
        assert_eq!(client_for(&NoClients, "alias/a").err().unwrap(), "no Region");
        assert_eq!(client_for(&NoClients, "arn:aws:kms:eu-west-1:111122223333:key/a").err().unwrap(), "no client");
    }
}
