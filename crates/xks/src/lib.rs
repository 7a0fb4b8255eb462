//! What KMS and the proxy of an external key store say to each other: both sides of the XKS proxy API, version 1.
//!
//! Guarantees: no I/O; plaintexts are [`base::Secret`]s; what the other side sends is checked in full (lengths, base64, the
//! integrity value) before anything of it is used; members that are not known are ignored, as the specification asks for.
//! Source: AWS KMS External Keystore (XKS) Proxy API Specification, version 1.
//!
//! Rooms: `ask` writes requests and reads answers, as KMS does; `serve` reads requests and writes answers, as a proxy does;
//! `refusal` has the errors; `integrity` the value that ties a ciphertext together.

mod ask;
mod integrity;
mod refusal;
mod serve;

pub use ask::{Asker, Health, KeyMetadata, Malformed, read_plaintext};
pub use integrity::integrity_value;
pub use refusal::{Refusal, RefusalName};
pub use serve::{Asked, Decrypt, Encrypt, decrypted, encrypted, health, metadata};

/// The signing name of a proxy's calls.
pub const SERVICE: &str = "kms-xks-proxy";

/// Where the calls of a proxy begin, behind its prefix.
pub const ROOT: &str = "/kms/xks/v1";

/// How far a request's time may be off.
pub const WINDOW: std::time::Duration = std::time::Duration::from_secs(300);

/// The most bytes of a plaintext: a message of KMS in the envelope of its own material.
pub const MAX_PLAINTEXT: usize = 4_300;

/// The most bytes that a ciphertext may be bound to.
pub const MAX_BOUND: usize = 8_192;

/// The most bytes that a proxy may want to see again beside a ciphertext.
pub const MAX_METADATA: usize = 20;

const ALGORITHM: &str = "AES_GCM";
const INTEGRITY: &str = "SHA_256";

/// A ciphertext of an external key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sealed {
    /// As long as the plaintext.
    pub ciphertext: Vec<u8>,
    /// The initialization vector.
    pub iv: [u8; 12],
    /// The authentication tag.
    pub tag: [u8; 16],
    /// What the proxy wants to see again; often nothing.
    pub metadata: Vec<u8>,
}

impl Sealed {
    /// IV, tag, length of the metadata (one byte), metadata and ciphertext, one behind the other.
    pub fn to_bytes(&self) -> Vec<u8> {
        let length = u8::try_from(self.metadata.len()).unwrap_or(u8::MAX);
        [&self.iv[..], &self.tag, &[length], &self.metadata, &self.ciphertext].concat()
    }

    /// Reads what [`Self::to_bytes`] wrote; `None` if it cannot be that.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (iv, rest) = bytes.split_first_chunk()?;
        let (tag, rest) = rest.split_first_chunk()?;
        let (length, rest) = rest.split_first()?;
        let (metadata, ciphertext) = rest.split_at_checked(usize::from(*length))?;
        (metadata.len() <= MAX_METADATA).then_some(())?;
        Some(Self { ciphertext: ciphertext.to_vec(), iv: *iv, tag: *tag, metadata: metadata.to_vec() })
    }
}

/// A call of the API, by the end of its path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Call {
    /// Whether the proxy and what is behind it are well.
    Health,
    /// What kind of key it is.
    Metadata,
    /// Encrypt.
    Encrypt,
    /// Decrypt.
    Decrypt,
}

impl Call {
    /// The path of a call behind [`ROOT`]; `key` counts for all but [`Self::Health`].
    pub fn path(self, key: &str) -> String {
        let what = match self {
            Self::Health => return "/health".to_owned(),
            Self::Metadata => "metadata",
            Self::Encrypt => "encrypt",
            Self::Decrypt => "decrypt",
        };
        format!("/keys/{key}/{what}")
    }

    /// Takes a path apart into prefix, call and key (empty for [`Self::Health`]).
    pub fn of(path: &str) -> Option<(&str, Self, &str)> {
        let at = path.find(ROOT)?;
        let (prefix, rest) = path.split_at_checked(at)?;
        let rest = rest.strip_prefix(ROOT)?;
        if rest == "/health" {
            return Some((prefix, Self::Health, ""));
        }
        let (key, what) = rest.strip_prefix("/keys/")?.split_once('/')?;
        let call = match what {
            "metadata" => Self::Metadata,
            "encrypt" => Self::Encrypt,
            "decrypt" => Self::Decrypt,
            _ => return None,
        };
        is_key_id(key).then_some((prefix, call, key))
    }
}

/// Whether a text can be the id of an external key.
pub fn is_key_id(text: &str) -> bool {
    (1..=128).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b))
}

/// Whether a text can be what stands before [`ROOT`]: nothing, or segments behind slashes.
pub fn is_prefix(text: &str) -> bool {
    let segment =
        |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-".contains(&b));
    let length = text.len() + ROOT.len() <= 128;
    length && (text.is_empty() || text.strip_prefix('/').is_some_and(|rest| rest.split('/').all(segment)))
}

/// Whether a text can be the access key id of a proxy's credential.
pub fn is_access_key_id(text: &str) -> bool {
    (20..=30).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_uppercase() || (b'2'..=b'7').contains(&b))
}

/// Whether a text can be the secret of a proxy's credential.
pub fn is_secret(text: &str) -> bool {
    (43..=64).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"+/=".contains(&b))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_prefix_call_and_key() {
        assert_eq!(Call::of("/kms/xks/v1/health"), Some(("", Call::Health, "")));
        assert_eq!(Call::of("/a/b/kms/xks/v1/keys/k.1/encrypt"), Some(("/a/b", Call::Encrypt, "k.1")));
        for call in [Call::Metadata, Call::Encrypt, Call::Decrypt] {
            let path = format!("{ROOT}{}", call.path("key-1"));
            assert_eq!(Call::of(&path), Some(("", call, "key-1")));
        }
        for bad in [
            "",
            "/",
            "/kms/xks/v1",
            "/kms/xks/v1/keys/k",
            "/kms/xks/v1/keys//encrypt",
            "/kms/xks/v1/keys/k/encrypt/",
            "/kms/xks/v1/keys/k/sign",
            "/kms/xks/v1/keys/a%20b/encrypt",
            "/kms/xks/v2/health",
        ] {
            assert_eq!(Call::of(bad), None, "{bad}");
        }
    }

    #[test]
    fn names_have_the_forms_of_the_specification() {
        assert!(is_prefix("") && is_prefix("/a") && is_prefix("/a/b-c_d") && !is_prefix("a") && !is_prefix("/a/"));
        assert!(!is_prefix("/a b") && !is_prefix(&format!("/{}", "a".repeat(128))));
        assert!(is_key_id("a") && is_key_id(&"k".repeat(128)) && !is_key_id("") && !is_key_id("a/b"));
        assert!(!is_key_id(&"k".repeat(129)));
        assert!(is_access_key_id("ABCDEFGHIJKLMNOPQR27") && !is_access_key_id("ABCDEFGHIJKLMNOPQR28"));
        assert!(!is_access_key_id("ABCDEFGHIJKLMNOPQR2"));
        assert!(is_secret(&"a".repeat(43)) && !is_secret(&"a".repeat(42)) && !is_secret(&"-".repeat(43)));
    }

    #[test]
    fn a_ciphertext_is_read_back_as_it_was_written() {
        let sealed =
            Sealed { ciphertext: vec![1, 2, 3], iv: [4; 12], tag: [5; 16], metadata: b"key_version=1".to_vec() };
        let bytes = sealed.to_bytes();
        assert_eq!(Sealed::from_bytes(&bytes), Some(sealed));
        for length in 0..12 + 16 + 1 + 13 {
            assert_eq!(Sealed::from_bytes(&bytes[..length]), None, "{length}");
        }
        let long = Sealed { ciphertext: Vec::new(), iv: [0; 12], tag: [0; 16], metadata: vec![0; 21] };
        assert_eq!(Sealed::from_bytes(&long.to_bytes()), None);
    }
}
