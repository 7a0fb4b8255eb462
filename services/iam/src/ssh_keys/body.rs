//! SSH public keys as they are written: OpenSSH's line and PEM.
//!
//! Guarantees: a key is read from either form into one, so that what is the same key is known as the same; what follows
//! the key in its encoding makes it none. Sources: RFC 4253 §6.6, RFC 8709 §4, RFC 8017 §A.1.1, RFC 5280 §4.1.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use primitives::{der, md5_fingerprint, pem};

/// The least bits of an RSA key. Source: IAM API Reference, UploadSSHPublicKey.
const MIN_RSA_BITS: usize = 2048;
/// The most.
const MAX_RSA_BITS: usize = 16_384;

const RSA: &str = "ssh-rsa";
const ED25519: &str = "ssh-ed25519";

/// rsaEncryption (1.2.840.113549.1.1.1)
const RSA_ID: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01];
/// id-Ed25519 (1.3.101.112)
const ED25519_ID: &[u8] = &[0x2b, 0x65, 0x70];

/// A public key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum PublicKey {
    /// Modulus and exponent, without leading zeros.
    Rsa(Vec<u8>, Vec<u8>),
    /// The point.
    Ed25519(Vec<u8>),
}

/// Why a text is no key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NoKey {
    /// Neither OpenSSH's line nor PEM.
    Unrecognised,
    /// One of them, but no key that is taken.
    Invalid,
}

impl PublicKey {
    /// Reads either form.
    pub(super) fn read(text: &str) -> Result<Self, NoKey> {
        let text = text.trim();
        let key = if text.starts_with("-----BEGIN ") {
            from_pem(text)
        } else if let Some((kind @ (RSA | ED25519), rest)) = text.split_once([' ', '\t']) {
            from_line(kind, rest)
        } else {
            return Err(NoKey::Unrecognised);
        };
        key.filter(Self::is_strong).ok_or(NoKey::Invalid)
    }

    /// The encoding that SSH sends, of which the fingerprint is taken.
    pub(super) fn wire(&self) -> Vec<u8> {
        match self {
            Self::Rsa(modulus, exponent) => [field(RSA.as_bytes()), integer(exponent), integer(modulus)].concat(),
            Self::Ed25519(point) => [field(ED25519.as_bytes()), field(point)].concat(),
        }
    }

    /// `ssh-rsa AAAA…`
    pub(super) fn to_line(&self) -> String {
        let kind = match self {
            Self::Rsa(..) => RSA,
            Self::Ed25519(_) => ED25519,
        };
        format!("{kind} {}", STANDARD.encode(self.wire()))
    }

    /// `SubjectPublicKeyInfo` in PEM.
    pub(super) fn to_pem(&self) -> String {
        let bits = |bytes: &[u8]| der::element(der::BIT_STRING, &[&[0], bytes]);
        let id = |id: &[u8]| der::element(der::OBJECT_IDENTIFIER, &[id]);
        let info = match self {
            Self::Rsa(modulus, exponent) => {
                let algorithm = der::element(der::SEQUENCE, &[&id(RSA_ID), &der::element(der::NULL, &[])]);
                let key = der::element(der::SEQUENCE, &[&der::unsigned(modulus), &der::unsigned(exponent)]);
                der::element(der::SEQUENCE, &[&algorithm, &bits(&key)])
            }
            Self::Ed25519(point) => {
                let algorithm = der::element(der::SEQUENCE, &[&id(ED25519_ID)]);
                der::element(der::SEQUENCE, &[&algorithm, &bits(point)])
            }
        };
        pem::encode("PUBLIC KEY", &info)
    }

    /// MD5 of the wire form, as pairs of hexadecimal digits.
    pub(super) fn fingerprint(&self) -> String {
        let pairs = md5_fingerprint(&self.wire()).map(|byte| base::hex(&[byte]));
        pairs.join(":")
    }

    fn is_strong(&self) -> bool {
        match self {
            Self::Rsa(modulus, exponent) => {
                let zeros = modulus.first().map_or(8, |byte| byte.leading_zeros()) as usize;
                let bits = (modulus.len() * 8).saturating_sub(zeros);
                (MIN_RSA_BITS..=MAX_RSA_BITS).contains(&bits) && exponent.last().is_some_and(|byte| byte & 1 == 1)
            }
            Self::Ed25519(point) => point.len() == 32,
        }
    }
}

/// A type, base 64 and perhaps a comment.
fn from_line(kind: &str, rest: &str) -> Option<PublicKey> {
    let data = STANDARD.decode(rest.split_ascii_whitespace().next()?).ok()?;
    let mut rest = data.as_slice();
    (take(&mut rest)? == kind.as_bytes()).then_some(())?;
    let key = if kind == RSA {
        let (exponent, modulus) = (positive(take(&mut rest)?)?, positive(take(&mut rest)?)?);
        PublicKey::Rsa(modulus, exponent)
    } else {
        PublicKey::Ed25519(take(&mut rest)?.to_vec())
    };
    rest.is_empty().then_some(key)
}

fn from_pem(text: &str) -> Option<PublicKey> {
    let mut blocks = pem::blocks(text)?;
    let (block, true) = (blocks.pop()?, blocks.is_empty()) else { return None };
    match block.label.as_str() {
        "RSA PUBLIC KEY" => rsa(&block.data),
        "PUBLIC KEY" => {
            let mut outer = der::Reader::new(&block.data);
            let mut info = outer.sequence()?;
            let mut algorithm = info.sequence()?;
            let id = algorithm.expect(der::OBJECT_IDENTIFIER)?.content;
            let key = info.bits()?;
            if !(outer.is_empty() && info.is_empty()) {
                return None;
            }
            match id {
                RSA_ID => rsa(key),
                ED25519_ID => Some(PublicKey::Ed25519(key.to_vec())),
                _ => None,
            }
        }
        _ => None,
    }
}

/// `RSAPublicKey`
fn rsa(bytes: &[u8]) -> Option<PublicKey> {
    let mut outer = der::Reader::new(bytes);
    let mut key = outer.sequence()?;
    let (modulus, exponent) = (key.unsigned()?.to_vec(), key.unsigned()?.to_vec());
    (outer.is_empty() && key.is_empty()).then_some(PublicKey::Rsa(modulus, exponent))
}

/// A length of four bytes and what follows it.
fn take<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    let (length, after) = rest.split_first_chunk::<4>()?;
    let (field, after) = after.split_at_checked(usize::try_from(u32::from_be_bytes(*length)).ok()?)?;
    *rest = after;
    Some(field)
}

fn field(bytes: &[u8]) -> Vec<u8> {
    let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
    [&length.to_be_bytes()[..], bytes].concat()
}

/// An mpint that is greater than zero, in its shortest form.
fn positive(bytes: &[u8]) -> Option<Vec<u8>> {
    let digits = match bytes {
        [0, rest @ ..] if rest.first().is_some_and(|byte| *byte >= 0x80) => rest,
        [0, ..] | [] => return None,
        [first, ..] if *first >= 0x80 => return None,
        digits => digits,
    };
    Some(digits.to_vec())
}

fn integer(digits: &[u8]) -> Vec<u8> {
    let sign: &[u8] = if digits.first().is_some_and(|byte| *byte >= 0x80) { &[0] } else { &[] };
    field(&[sign, digits].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Made by OpenSSH 9: `ssh-keygen`, `ssh-keygen -e -m pkcs8`, `-m pem`, and `ssh-keygen -l -E md5`.
    const RSA_LINE: &str = "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQDjKm2FDMQBMOde5GXNIzNAFyTXv/NHOqgugDzWtBVd6uRRmuYyWsEDiKV1gZ797VBVUvneWc4Vsy6/BlPv9VhaFFZw8Ko7nfhjEQ4rXKLkgh8H0hKEz98ZOSNC0UmNQeO5NMNKAbI/A+e4mIJb3OlSv9xFVaSpYo/tkI+WePiCgH0uvGYANc0oXEJoc9Mz2JB3NaBtkHjvtX65cOlCcV37PG1twbJnpezuxWrWH6EvZc8cW4xUkV8IQZDOa2O5376muizFkPsyMEcw7KI7nPr3X/XhLL9Zv8xa5G9xsqxePduTL9+jrLJHePkf8XOZIq8g4QnikPWIN4kbtzKZ83Q1 test@example";
    const RSA_PKCS8: &str = "-----BEGIN PUBLIC KEY-----\nMIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA4ypthQzEATDnXuRlzSMz\nQBck17/zRzqoLoA81rQVXerkUZrmMlrBA4ildYGe/e1QVVL53lnOFbMuvwZT7/VY\nWhRWcPCqO534YxEOK1yi5IIfB9IShM/fGTkjQtFJjUHjuTTDSgGyPwPnuJiCW9zp\nUr/cRVWkqWKP7ZCPlnj4goB9LrxmADXNKFxCaHPTM9iQdzWgbZB477V+uXDpQnFd\n+zxtbcGyZ6Xs7sVq1h+hL2XPHFuMVJFfCEGQzmtjud++prosxZD7MjBHMOyiO5z6\n91/14Sy/Wb/MWuRvcbKsXj3bky/fo6yyR3j5H/FzmSKvIOEJ4pD1iDeJG7cymfN0\nNQIDAQAB\n-----END PUBLIC KEY-----\n";
    const RSA_PKCS1: &str = "-----BEGIN RSA PUBLIC KEY-----\nMIIBCgKCAQEA4ypthQzEATDnXuRlzSMzQBck17/zRzqoLoA81rQVXerkUZrmMlrB\nA4ildYGe/e1QVVL53lnOFbMuvwZT7/VYWhRWcPCqO534YxEOK1yi5IIfB9IShM/f\nGTkjQtFJjUHjuTTDSgGyPwPnuJiCW9zpUr/cRVWkqWKP7ZCPlnj4goB9LrxmADXN\nKFxCaHPTM9iQdzWgbZB477V+uXDpQnFd+zxtbcGyZ6Xs7sVq1h+hL2XPHFuMVJFf\nCEGQzmtjud++prosxZD7MjBHMOyiO5z691/14Sy/Wb/MWuRvcbKsXj3bky/fo6yy\nR3j5H/FzmSKvIOEJ4pD1iDeJG7cymfN0NQIDAQAB\n-----END RSA PUBLIC KEY-----\n";
    const RSA_MD5: &str = "91:4c:27:10:46:a0:19:0d:1d:14:c8:4e:c7:d5:92:53";
    const ED_LINE: &str =
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJBi6bvPRj5pQevyXUeeYyOeMzaClWH44ulMd9t2fmMm test@example";
    /// Made by OpenSSL: `openssl pkey -pubout`.
    const ED_PEM: &str = "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAkGLpu89GPmlB6/JdR55jI54zNoKVYfji6Ux323Z+YyY=\n-----END PUBLIC KEY-----\n";
    const ED_MD5: &str = "85:59:e3:ee:6c:96:96:a1:43:da:7d:1e:c8:03:8d:58";
    const SHORT_LINE: &str = "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAgQC3grXJPwD/5y7OPV3VG4CRvnh3Ln3vfMuT4Iib+Xbtl7AjXHJkl4ahfiicgfO6uy/A/QA52D9iyitrNyoqFLhEOpKWTiv1sZGKcZusmahj1RCEZv3aNo2WXJjxf46fXO3timWHUSvlmGg6uBHIi0wDEmTrjPbc4MU5/k1P/RK+5w== short";

    #[test]
    fn every_form_of_a_key_is_the_same_key() {
        let key = PublicKey::read(RSA_LINE).unwrap();
        assert_eq!(PublicKey::read(RSA_PKCS8).unwrap(), key);
        assert_eq!(PublicKey::read(RSA_PKCS1).unwrap(), key);
        assert_eq!(key.to_pem(), RSA_PKCS8);
        assert!(RSA_LINE.starts_with(&key.to_line()));
        assert_eq!(key.fingerprint(), RSA_MD5);
        let key = PublicKey::read(ED_LINE).unwrap();
        assert_eq!(PublicKey::read(ED_PEM).unwrap(), key);
        assert_eq!((key.to_pem().as_str(), key.fingerprint().as_str()), (ED_PEM, ED_MD5));
    }

    #[test]
    fn what_is_no_key_or_a_weak_one_is_refused() {
        for unrecognised in ["", "AAAA", "ssh-dss AAAA", "ecdsa-sha2-nistp256 AAAA", "---- BEGIN SSH2 PUBLIC KEY ----"]
        {
            assert_eq!(PublicKey::read(unrecognised), Err(NoKey::Unrecognised), "{unrecognised}");
        }
        let data = RSA_LINE.split(' ').nth(1).unwrap();
        let mut longer = STANDARD.decode(data).unwrap();
        longer.push(0);
        for invalid in [
            SHORT_LINE.to_owned(),
            format!("ssh-rsa {}", STANDARD.encode(longer)),
            format!("ssh-ed25519 {data}"),
            "ssh-rsa ????".to_owned(),
            "ssh-rsa AAAA".to_owned(),
            RSA_PKCS8.replace("PUBLIC KEY", "CERTIFICATE"),
            format!("{RSA_PKCS8}{RSA_PKCS8}"),
        ] {
            assert_eq!(PublicKey::read(&invalid), Err(NoKey::Invalid), "{invalid}");
        }
    }

    #[test]
    fn a_key_cut_anywhere_is_none() {
        let data = STANDARD.decode(RSA_LINE.split(' ').nth(1).unwrap()).unwrap();
        for length in 1..data.len() {
            let line = format!("ssh-rsa {}", STANDARD.encode(&data[..length]));
            assert_eq!(PublicKey::read(&line), Err(NoKey::Invalid), "{length} bytes were taken");
        }
    }
}
