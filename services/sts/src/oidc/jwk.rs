//! JSON Web Key sets (RFC 7517): the public keys of an identity provider.
//!
//! Guarantees: a key verifies with algorithms of its own kind only, and with the one that it names if it names one; keys
//! that are not for signatures, or not understood, are left out; a set has a limited number of keys.

use super::json;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use primitives::{Curve, HashAlgorithm, VerifyingKey};
use serde_json::{Map, Value};

/// Keys that are taken from a set; those behind are not seen.
/// Source: IAM User Guide, "Create an OpenID Connect (OIDC) identity provider in IAM" (100 RSA and 100 EC keys).
const MAX_KEYS: usize = 200;

/// A signature algorithm (RFC 7518 §3.1), of those that STS takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Algorithm {
    /// RS256, RS384, RS512
    Rsa(HashAlgorithm),
    /// ES256, ES384, ES512
    Ecdsa(Curve),
}

impl Algorithm {
    /// Every algorithm by its name.
    const ALL: [(&str, Self); 6] = [
        ("RS256", Self::Rsa(HashAlgorithm::Sha256)),
        ("RS384", Self::Rsa(HashAlgorithm::Sha384)),
        ("RS512", Self::Rsa(HashAlgorithm::Sha512)),
        ("ES256", Self::Ecdsa(Curve::P256)),
        ("ES384", Self::Ecdsa(Curve::P384)),
        ("ES512", Self::Ecdsa(Curve::P521)),
    ];

    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(known, _)| *known == name).map(|(_, algorithm)| *algorithm)
    }
}

/// The keys of a provider.
pub struct KeySet(Vec<Key>);

struct Key {
    id: Option<String>,
    algorithm: Option<String>,
    material: Material,
}

enum Material {
    Rsa { modulus: Vec<u8>, exponent: Vec<u8> },
    Ec { curve: Curve, x: Vec<u8>, y: Vec<u8> },
}

impl KeySet {
    /// Reads a set; `None` if it is none.
    pub fn parse(text: &[u8]) -> Option<Self> {
        let set = json::object(text)?;
        let keys = set.get("keys")?.as_array()?;
        Some(Self(keys.iter().filter_map(Value::as_object).filter_map(Key::read).take(MAX_KEYS).collect()))
    }

    /// The key that a token names by `id`, for `algorithm`. A token that names none has the only key that there is for
    /// it.
    pub fn find(&self, id: Option<&str>, algorithm: Algorithm) -> Option<VerifyingKey> {
        let mut fitting = self.0.iter().filter(|key| key.fits(algorithm));
        let key = match id {
            Some(id) => fitting.find(|key| key.id.as_deref() == Some(id))?,
            None => fitting.next().filter(|_| fitting.next().is_none())?,
        };
        key.material.verifying(algorithm)
    }
}

impl Key {
    fn read(jwk: &Map<String, Value>) -> Option<Self> {
        let text = |name: &str| jwk.get(name).and_then(Value::as_str);
        let bytes = |name: &str| URL_SAFE_NO_PAD.decode(text(name)?).ok();
        if text("use").is_some_and(|purpose| purpose != "sig") {
            return None;
        }
        let material = match text("kty")? {
            "RSA" => Material::Rsa { modulus: bytes("n")?, exponent: bytes("e")? },
            "EC" => {
                let curve = match text("crv")? {
                    "P-256" => Curve::P256,
                    "P-384" => Curve::P384,
                    "P-521" => Curve::P521,
                    _ => return None,
                };
                Material::Ec { curve, x: bytes("x")?, y: bytes("y")? }
            }
            _ => return None,
        };
        Some(Self { id: text("kid").map(str::to_owned), algorithm: text("alg").map(str::to_owned), material })
    }

    fn fits(&self, algorithm: Algorithm) -> bool {
        let is_meant = self.algorithm.as_deref().is_none_or(|name| Algorithm::named(name) == Some(algorithm));
        let is_of_kind = match (&self.material, algorithm) {
            (Material::Rsa { .. }, Algorithm::Rsa(_)) => true,
            (Material::Ec { curve, .. }, Algorithm::Ecdsa(wanted)) => *curve == wanted,
            _ => false,
        };
        is_meant && is_of_kind
    }
}

impl Material {
    fn verifying(&self, algorithm: Algorithm) -> Option<VerifyingKey> {
        match (self, algorithm) {
            (Self::Rsa { modulus, exponent }, Algorithm::Rsa(hash)) => VerifyingKey::rsa(modulus, exponent, hash),
            (Self::Ec { curve, x, y }, Algorithm::Ecdsa(_)) => VerifyingKey::ecdsa(*curve, x, y),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    // The key of RFC 7515, A.3.
    const X: &str = "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU";
    const Y: &str = "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0";

    fn set(keys: &Value) -> KeySet {
        KeySet::parse(json!({ "keys": keys }).to_string().as_bytes()).unwrap()
    }

    #[test]
    fn a_key_is_found_by_its_id_and_for_its_own_algorithm_only() {
        let keys = set(&json!([
            { "kty": "EC", "crv": "P-256", "kid": "a", "x": X, "y": Y },
            { "kty": "EC", "crv": "P-256", "kid": "enc", "use": "enc", "x": X, "y": Y },
            { "kty": "RSA", "kid": "r", "alg": "RS512", "n": format!("{}w", "_".repeat(341)), "e": "AQAB" },
            { "kty": "oct", "kid": "h", "k": "AAAA" },
            { "kty": 5 },
            "not a key",
        ]));
        let found = |id, name: &str| keys.find(id, Algorithm::named(name).unwrap()).is_some();
        assert!(found(Some("a"), "ES256") && found(None, "ES256"));
        assert!(!found(Some("a"), "ES384") && !found(Some("a"), "RS256"), "another kind of key");
        assert!(!found(Some("enc"), "ES256"), "a key for encryption");
        assert!(found(Some("r"), "RS512") && !found(Some("r"), "RS256"), "the key names its algorithm");
        assert!(!found(Some("h"), "RS256") && !found(Some("b"), "ES256"));
    }

    #[test]
    fn a_token_without_a_key_id_has_no_choice_of_keys() {
        let key = json!({ "kty": "EC", "crv": "P-256", "x": X, "y": Y });
        assert!(set(&json!([key])).find(None, Algorithm::Ecdsa(Curve::P256)).is_some());
        assert!(set(&json!([key, key])).find(None, Algorithm::Ecdsa(Curve::P256)).is_none());
    }

    #[test]
    fn what_is_no_set_is_refused_and_a_long_one_is_cut() {
        assert!(KeySet::parse(b"{}").is_none() && KeySet::parse(b"[]").is_none() && KeySet::parse(b"").is_none());
        let many: Vec<_> = (0..MAX_KEYS + 1)
            .map(|n| json!({ "kty": "EC", "crv": "P-256", "kid": n.to_string(), "x": X, "y": Y }))
            .collect();
        assert_eq!(set(&json!(many)).0.len(), MAX_KEYS);
        for name in ["none", "HS256", "PS256", "EdDSA", "ES256K", "rs256", ""] {
            assert!(Algorithm::named(name).is_none(), "{name}");
        }
    }
}
