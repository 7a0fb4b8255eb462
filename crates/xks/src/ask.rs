//! The side of KMS: requests written, answers read.
//!
//! Guarantees: an encryption counts only if its ciphertext is as long as its plaintext and its integrity value is the one
//! that comes out here.

use crate::{ALGORITHM, INTEGRITY, MAX_METADATA, Sealed, integrity_value};
use base::Secret;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use primitives::equal;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::borrow::Cow;

/// On whose behalf a proxy is asked.
pub struct Asker<'a> {
    /// The ARN of the caller; none for what KMS does on its own.
    pub principal: Option<&'a str>,
    /// The ARN of the KMS key.
    pub key: Option<&'a str>,
    /// The operation of KMS that was called.
    pub operation: &'a str,
    /// The id of that call.
    pub request_id: &'a str,
    /// The service that called KMS for the caller.
    pub via: Option<&'a str>,
}

/// What was answered is not what the API has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Malformed;

/// How a proxy is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Health {
    /// Who made the proxy.
    pub vendor: String,
    /// Whether any part of the key manager can be used.
    pub is_available: bool,
}

/// What an external key is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyMetadata {
    /// Whether it is an AES-256 key.
    pub is_aes_256: bool,
    /// Whether it both encrypts and decrypts.
    pub is_for_both: bool,
    /// Whether it is enabled.
    pub is_enabled: bool,
}

impl Asker<'_> {
    /// Asks how the proxy is.
    pub fn health(&self) -> Secret<Vec<u8>> {
        let metadata = json!({ "kmsRequestId": self.request_id, "kmsOperation": self.operation });
        body(json!({ "requestMetadata": metadata }))
    }

    /// Asks what a key is.
    pub fn metadata(&self) -> Secret<Vec<u8>> {
        body(json!({ "requestMetadata": self.described() }))
    }

    /// Asks to encrypt.
    pub fn encrypt(&self, plaintext: &[u8], bound: &[u8]) -> Secret<Vec<u8>> {
        let head = json!({
            "requestMetadata": self.described(),
            "additionalAuthenticatedData": STANDARD.encode(bound),
            "encryptionAlgorithm": ALGORITHM,
            "ciphertextDataIntegrityValueAlgorithm": INTEGRITY,
        });
        with_secret(&head, "plaintext", plaintext)
    }

    /// Asks to decrypt.
    pub fn decrypt(&self, sealed: &Sealed, bound: &[u8]) -> Secret<Vec<u8>> {
        let mut request = json!({
            "requestMetadata": self.described(),
            "additionalAuthenticatedData": STANDARD.encode(bound),
            "encryptionAlgorithm": ALGORITHM,
            "ciphertext": STANDARD.encode(&sealed.ciphertext),
            "initializationVector": STANDARD.encode(sealed.iv),
            "authenticationTag": STANDARD.encode(sealed.tag),
        });
        if let (Some(members), false) = (request.as_object_mut(), sealed.metadata.is_empty()) {
            members.insert("ciphertextMetadata".to_owned(), STANDARD.encode(&sealed.metadata).into());
        }
        body(request)
    }

    fn described(&self) -> Value {
        let mut members = Map::new();
        let told = [
            ("awsPrincipalArn", self.principal),
            ("kmsKeyArn", self.key),
            ("kmsOperation", Some(self.operation)),
            ("kmsRequestId", Some(self.request_id)),
            ("kmsViaService", self.via),
        ];
        members.extend(told.into_iter().filter_map(|(name, value)| Some((name.to_owned(), Value::from(value?)))));
        Value::Object(members)
    }
}

impl Health {
    /// Reads an answer.
    pub fn read(body: &[u8]) -> Result<Self, Malformed> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Answer {
            xks_proxy_fleet_size: i64,
            xks_proxy_vendor: String,
            #[allow(dead_code, reason = "the specification requires it")]
            xks_proxy_model: String,
            #[allow(dead_code, reason = "the specification requires it")]
            ekm_vendor: String,
            ekm_fleet_details: Vec<Part>,
        }
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Part {
            health_status: String,
        }
        let answer: Answer = serde_json::from_slice(body).map_err(|_| Malformed)?;
        let known = |part: &Part| matches!(part.health_status.as_str(), "ACTIVE" | "DEGRADED" | "UNAVAILABLE");
        let parts = &answer.ekm_fleet_details;
        if answer.xks_proxy_fleet_size < 1 || !(1..=10).contains(&parts.len()) || !parts.iter().all(known) {
            return Err(Malformed);
        }
        let is_available = parts.iter().any(|part| part.health_status != "UNAVAILABLE");
        Ok(Self { vendor: answer.xks_proxy_vendor, is_available })
    }
}

impl KeyMetadata {
    /// Reads an answer.
    pub fn read(body: &[u8]) -> Result<Self, Malformed> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Answer {
            key_spec: String,
            key_usage: Vec<String>,
            key_status: String,
        }
        let answer: Answer = serde_json::from_slice(body).map_err(|_| Malformed)?;
        if answer.key_usage.len() > 10 || !matches!(answer.key_status.as_str(), "ENABLED" | "DISABLED") {
            return Err(Malformed);
        }
        let is_for = |usage: &str| answer.key_usage.iter().any(|told| told == usage);
        Ok(Self {
            is_aes_256: answer.key_spec == "AES_256",
            is_for_both: is_for("ENCRYPT") && is_for("DECRYPT"),
            is_enabled: answer.key_status == "ENABLED",
        })
    }
}

impl Sealed {
    /// Reads the answer to a request to encrypt `length` bytes, bound to `bound`.
    pub fn read(body: &[u8], length: usize, bound: &[u8]) -> Result<Self, Malformed> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Answer<'a> {
            #[serde(borrow)]
            ciphertext: Cow<'a, str>,
            #[serde(borrow)]
            initialization_vector: Cow<'a, str>,
            #[serde(borrow)]
            authentication_tag: Cow<'a, str>,
            #[serde(borrow, default)]
            ciphertext_metadata: Option<Cow<'a, str>>,
            #[serde(borrow)]
            ciphertext_data_integrity_value: Cow<'a, str>,
        }
        let answer: Answer<'_> = serde_json::from_slice(body).map_err(|_| Malformed)?;
        let decoded = |text: &str| STANDARD.decode(text).map_err(|_| Malformed);
        let sealed = Self {
            ciphertext: decoded(&answer.ciphertext)?,
            iv: decoded(&answer.initialization_vector)?.try_into().map_err(|_| Malformed)?,
            tag: decoded(&answer.authentication_tag)?.try_into().map_err(|_| Malformed)?,
            metadata: answer.ciphertext_metadata.as_deref().map_or(Ok(Vec::new()), decoded)?,
        };
        let value = integrity_value(bound, &sealed);
        let is_whole = equal(value.as_bytes(), answer.ciphertext_data_integrity_value.as_bytes());
        let fits = sealed.ciphertext.len() == length && sealed.metadata.len() <= MAX_METADATA;
        if fits && is_whole { Ok(sealed) } else { Err(Malformed) }
    }
}

/// Reads the answer to a request to decrypt `length` bytes.
pub fn read_plaintext(body: &[u8], length: usize) -> Result<Secret<Vec<u8>>, Malformed> {
    #[derive(Deserialize)]
    struct Answer<'a> {
        #[serde(borrow)]
        plaintext: Cow<'a, str>,
    }
    let answer: Answer<'_> = serde_json::from_slice(body).map_err(|_| Malformed)?;
    let plaintext = Secret::new(STANDARD.decode(&*answer.plaintext).map_err(|_| Malformed)?);
    if plaintext.expose().len() == length { Ok(plaintext) } else { Err(Malformed) }
}

fn body(value: Value) -> Secret<Vec<u8>> {
    Secret::new(value.to_string().into_bytes())
}

/// A JSON object with one more member, which is written once and leaves no copy.
pub(crate) fn with_secret(object: &Value, name: &str, secret: &[u8]) -> Secret<Vec<u8>> {
    let head = object.to_string();
    let head = head.strip_suffix('}').unwrap_or("{");
    let comma = if head.ends_with('{') { "" } else { "," };
    let encoded = Secret::new(STANDARD.encode(secret));
    let mut body = Vec::with_capacity(head.len() + encoded.expose().len() + name.len() + 8);
    for part in [head, comma, "\"", name, "\":\"", encoded.expose(), "\"}"] {
        body.extend_from_slice(part.as_bytes());
    }
    Secret::new(body)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ASKER: Asker<'_> = Asker {
        principal: Some("arn:aws:iam::111122223333:user/alice"),
        key: Some("arn:aws:kms:us-east-1:111122223333:key/k"),
        operation: "Encrypt",
        request_id: "r",
        via: None,
    };

    #[test]
    fn requests_are_those_of_the_specification() {
        let encrypt: Value = serde_json::from_slice(ASKER.encrypt(b"plain", b"bound").expose()).unwrap();
        assert_eq!(
            encrypt,
            json!({
                "requestMetadata": {
                    "awsPrincipalArn": "arn:aws:iam::111122223333:user/alice",
                    "kmsKeyArn": "arn:aws:kms:us-east-1:111122223333:key/k",
                    "kmsOperation": "Encrypt",
                    "kmsRequestId": "r",
                },
                "additionalAuthenticatedData": "Ym91bmQ=",
                "plaintext": "cGxhaW4=",
                "encryptionAlgorithm": "AES_GCM",
                "ciphertextDataIntegrityValueAlgorithm": "SHA_256",
            })
        );
        let health: Value = serde_json::from_slice(ASKER.health().expose()).unwrap();
        assert_eq!(health, json!({ "requestMetadata": { "kmsRequestId": "r", "kmsOperation": "Encrypt" } }));
        let sealed = Sealed { ciphertext: vec![1], iv: [0; 12], tag: [0; 16], metadata: Vec::new() };
        let decrypt: Value = serde_json::from_slice(ASKER.decrypt(&sealed, b"bound").expose()).unwrap();
        assert!(decrypt.get("ciphertextMetadata").is_none() && decrypt["ciphertext"] == "AQ==");
        let with = Sealed { metadata: vec![9], ..sealed };
        let decrypt: Value = serde_json::from_slice(ASKER.decrypt(&with, b"bound").expose()).unwrap();
        assert_eq!(decrypt["ciphertextMetadata"], "CQ==");
    }

    #[test]
    fn an_encryption_counts_only_if_it_is_whole() {
        let sealed = Sealed { ciphertext: vec![7; 5], iv: [1; 12], tag: [2; 16], metadata: vec![3] };
        let answer = |value: &str, iv: &[u8]| {
            json!({
                "ciphertext": STANDARD.encode(&sealed.ciphertext),
                "initializationVector": STANDARD.encode(iv),
                "authenticationTag": STANDARD.encode(sealed.tag),
                "ciphertextMetadata": STANDARD.encode(&sealed.metadata),
                "ciphertextDataIntegrityValue": value,
                "more": {},
            })
            .to_string()
        };
        let value = integrity_value(b"bound", &sealed);
        let good = answer(&value, &sealed.iv);
        assert_eq!(Sealed::read(good.as_bytes(), 5, b"bound"), Ok(sealed.clone()));
        assert_eq!(Sealed::read(good.as_bytes(), 6, b"bound"), Err(Malformed), "another length");
        assert_eq!(Sealed::read(good.as_bytes(), 5, b"other"), Err(Malformed), "bound to something else");
        assert_eq!(Sealed::read(answer(&value, &[9; 12]).as_bytes(), 5, b"bound"), Err(Malformed), "another IV");
        assert_eq!(Sealed::read(answer(&value, &[1; 11]).as_bytes(), 5, b"bound"), Err(Malformed), "a short IV");
        assert_eq!(Sealed::read(answer("", &sealed.iv).as_bytes(), 5, b"bound"), Err(Malformed), "no value");
        for length in 0..good.len() {
            assert_eq!(Sealed::read(&good.as_bytes()[..length], 5, b"bound"), Err(Malformed), "{length}");
        }
    }

    #[test]
    fn health_and_metadata_are_read_with_their_limits() {
        let health = |size: i64, states: &[&str]| {
            let parts: Vec<Value> =
                states.iter().map(|state| json!({ "id": "i", "model": "m", "healthStatus": state })).collect();
            let body = json!({
                "xksProxyFleetSize": size, "xksProxyVendor": "v", "xksProxyModel": "m", "ekmVendor": "e",
                "ekmFleetDetails": parts,
            });
            Health::read(body.to_string().as_bytes())
        };
        assert!(health(1, &["ACTIVE"]).unwrap().is_available);
        assert!(health(1, &["UNAVAILABLE", "DEGRADED"]).unwrap().is_available);
        assert!(!health(1, &["UNAVAILABLE"]).unwrap().is_available);
        for (size, states) in [(0, &["ACTIVE"][..]), (1, &[]), (1, &["WELL"]), (1, &["ACTIVE"; 11])] {
            assert_eq!(health(size, states), Err(Malformed));
        }
        let key = |usage: Value, status: &str| {
            let body = json!({ "keySpec": "AES_256", "keyUsage": usage, "keyStatus": status });
            KeyMetadata::read(body.to_string().as_bytes())
        };
        let good = key(json!(["WRAP", "DECRYPT", "ENCRYPT"]), "ENABLED").unwrap();
        assert!(good.is_aes_256 && good.is_for_both && good.is_enabled);
        assert!(!key(json!(["ENCRYPT"]), "DISABLED").unwrap().is_for_both);
        assert_eq!(key(json!(["ENCRYPT"]), "BROKEN"), Err(Malformed));
        assert_eq!(key(json!(vec!["ENCRYPT"; 11]), "ENABLED"), Err(Malformed));
    }

    #[test]
    fn a_plaintext_has_the_length_of_its_ciphertext() {
        assert!(read_plaintext(br#"{"plaintext":"cGxhaW4="}"#, 5).is_ok_and(|plain| plain.expose() == b"plain"));
        assert!(read_plaintext(br#"{"plaintext":"YWJj\/2E="}"#, 5).is_ok(), "an escaped slash is a slash");
        for body in [&br#"{"plaintext":"cGxhaW4="}"#[..], br#"{"plaintext":"?"}"#, br#"{}"#, b""] {
            assert!(read_plaintext(body, 4).is_err());
        }
    }
}
