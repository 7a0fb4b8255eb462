//! The side of a proxy: requests read, answers written.
//!
//! Guarantees: what a request lacks, or has of the wrong form, is a refusal that names it; an unknown operation of KMS is none.

use crate::ask::with_secret;
use crate::{ALGORITHM, INTEGRITY, MAX_BOUND, MAX_METADATA, MAX_PLAINTEXT, Refusal, RefusalName, Sealed};
use base::Secret;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde_json::json;
use std::borrow::Cow;

/// Who asks, as KMS tells it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Asked {
    /// The caller of KMS.
    pub aws_principal_arn: Option<String>,
    /// The KMS key.
    pub kms_key_arn: Option<String>,
    /// The operation of KMS that was called.
    pub kms_operation: Option<String>,
    /// The id of that call.
    pub kms_request_id: Option<String>,
    /// The service that called KMS for the caller.
    pub kms_via_service: Option<String>,
}

/// A request to encrypt.
pub struct Encrypt {
    /// Who asks.
    pub asked: Asked,
    /// What to encrypt.
    pub plaintext: Secret<Vec<u8>>,
    /// What the ciphertext is to be bound to.
    pub bound: Vec<u8>,
    /// Whether the answer has to have the integrity value.
    pub wants_integrity: bool,
}

/// A request to decrypt.
pub struct Decrypt {
    /// Who asks.
    pub asked: Asked,
    /// What to decrypt.
    pub sealed: Sealed,
    /// What it is bound to.
    pub bound: Vec<u8>,
}

impl Asked {
    /// Reads the body of a request for health or metadata.
    pub fn read(body: &[u8]) -> Result<Self, Refusal> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Body {
            request_metadata: Asked,
        }
        let body: Body = serde_json::from_slice(body).map_err(|_| invalid("The body is no request of this API."))?;
        body.request_metadata.checked()
    }

    fn checked(self) -> Result<Self, Refusal> {
        let told = [("kmsOperation", &self.kms_operation), ("kmsRequestId", &self.kms_request_id)];
        match told.iter().find(|(_, value)| value.as_ref().is_none_or(String::is_empty)) {
            Some((name, _)) => Err(invalid(&format!("requestMetadata.{name} is missing."))),
            None => Ok(self),
        }
    }

    fn of_a_key(self) -> Result<Self, Refusal> {
        let told = [("awsPrincipalArn", &self.aws_principal_arn), ("kmsKeyArn", &self.kms_key_arn)];
        match told.iter().find(|(_, value)| value.as_ref().is_none_or(String::is_empty)) {
            Some((name, _)) => Err(invalid(&format!("requestMetadata.{name} is missing."))),
            None => self.checked(),
        }
    }
}

impl Encrypt {
    /// Reads the body of a request.
    pub fn read(body: &[u8]) -> Result<Self, Refusal> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Body<'a> {
            request_metadata: Asked,
            #[serde(borrow)]
            plaintext: Cow<'a, str>,
            #[serde(borrow)]
            encryption_algorithm: Cow<'a, str>,
            #[serde(borrow, default)]
            additional_authenticated_data: Option<Cow<'a, str>>,
            #[serde(borrow, default)]
            ciphertext_data_integrity_value_algorithm: Option<Cow<'a, str>>,
        }
        let body: Body<'_> = serde_json::from_slice(body).map_err(|_| invalid("The body is no request to encrypt."))?;
        algorithm(&body.encryption_algorithm)?;
        let integrity = body.ciphertext_data_integrity_value_algorithm;
        if integrity.as_deref().is_some_and(|name| name != INTEGRITY) {
            return Err(invalid("ciphertextDataIntegrityValueAlgorithm must be SHA_256."));
        }
        let plaintext = Secret::new(bytes("plaintext", &body.plaintext, 1..=MAX_PLAINTEXT)?);
        let bound = bound(body.additional_authenticated_data.as_deref())?;
        Ok(Self { asked: body.request_metadata.of_a_key()?, plaintext, bound, wants_integrity: integrity.is_some() })
    }
}

impl Decrypt {
    /// Reads the body of a request.
    pub fn read(body: &[u8]) -> Result<Self, Refusal> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Body<'a> {
            request_metadata: Asked,
            #[serde(borrow)]
            ciphertext: Cow<'a, str>,
            #[serde(borrow)]
            encryption_algorithm: Cow<'a, str>,
            #[serde(borrow)]
            initialization_vector: Cow<'a, str>,
            #[serde(borrow)]
            authentication_tag: Cow<'a, str>,
            #[serde(borrow, default)]
            ciphertext_metadata: Option<Cow<'a, str>>,
            #[serde(borrow, default)]
            additional_authenticated_data: Option<Cow<'a, str>>,
        }
        let body: Body<'_> = serde_json::from_slice(body).map_err(|_| invalid("The body is no request to decrypt."))?;
        algorithm(&body.encryption_algorithm)?;
        let sealed = Sealed {
            ciphertext: bytes("ciphertext", &body.ciphertext, 1..=MAX_PLAINTEXT)?,
            iv: array("initializationVector", &body.initialization_vector)?,
            tag: array("authenticationTag", &body.authentication_tag)?,
            metadata: match &body.ciphertext_metadata {
                Some(text) => bytes("ciphertextMetadata", text, 1..=MAX_METADATA)?,
                None => Vec::new(),
            },
        };
        let bound = bound(body.additional_authenticated_data.as_deref())?;
        Ok(Self { asked: body.request_metadata.of_a_key()?, sealed, bound })
    }
}

/// The answer that all is well. `nodes` are what the keys are kept on.
pub fn health(vendor: &str, model: &str, nodes: &[&str]) -> Secret<Vec<u8>> {
    let parts: Vec<_> = nodes.iter().map(|id| json!({ "id": id, "model": model, "healthStatus": "ACTIVE" })).collect();
    let body = json!({
        "xksProxyFleetSize": nodes.len().max(1),
        "xksProxyVendor": vendor,
        "xksProxyModel": model,
        "ekmVendor": vendor,
        "ekmFleetDetails": parts,
    });
    Secret::new(body.to_string().into_bytes())
}

/// What a key is: all that are served are of one kind.
pub fn metadata(is_enabled: bool) -> Secret<Vec<u8>> {
    let status = if is_enabled { "ENABLED" } else { "DISABLED" };
    let body = json!({ "keySpec": "AES_256", "keyUsage": ["ENCRYPT", "DECRYPT"], "keyStatus": status });
    Secret::new(body.to_string().into_bytes())
}

/// An encryption. `integrity` is [`integrity_value`], if it was asked for.
pub fn encrypted(sealed: &Sealed, integrity: Option<&str>) -> Secret<Vec<u8>> {
    let mut body = json!({
        "ciphertext": STANDARD.encode(&sealed.ciphertext),
        "initializationVector": STANDARD.encode(sealed.iv),
        "authenticationTag": STANDARD.encode(sealed.tag),
    });
    if let Some(members) = body.as_object_mut() {
        if !sealed.metadata.is_empty() {
            members.insert("ciphertextMetadata".to_owned(), STANDARD.encode(&sealed.metadata).into());
        }
        if let Some(value) = integrity {
            members.insert("ciphertextDataIntegrityValue".to_owned(), value.into());
        }
    }
    Secret::new(body.to_string().into_bytes())
}

/// A decryption.
pub fn decrypted(plaintext: &[u8]) -> Secret<Vec<u8>> {
    with_secret(&json!({}), "plaintext", plaintext)
}

fn algorithm(name: &str) -> Result<(), Refusal> {
    if name == ALGORITHM { Ok(()) } else { Err(invalid("encryptionAlgorithm must be AES_GCM.")) }
}

fn bound(text: Option<&str>) -> Result<Vec<u8>, Refusal> {
    text.map_or(Ok(Vec::new()), |text| bytes("additionalAuthenticatedData", text, 0..=MAX_BOUND))
}

fn bytes(name: &str, text: &str, length: std::ops::RangeInclusive<usize>) -> Result<Vec<u8>, Refusal> {
    let bytes = STANDARD.decode(text).map_err(|_| invalid(&format!("{name} is not base64.")))?;
    if !length.contains(&bytes.len()) {
        let (least, most) = length.into_inner();
        return Err(invalid(&format!("{name} must have {least} to {most} bytes.")));
    }
    Ok(bytes)
}

fn array<const N: usize>(name: &str, text: &str) -> Result<[u8; N], Refusal> {
    bytes(name, text, N..=N)?.try_into().map_err(|_| invalid(&format!("{name} must have {N} bytes.")))
}

fn invalid(message: &str) -> Refusal {
    Refusal::new(RefusalName::Validation, message)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ask::{Asker, Health, KeyMetadata, read_plaintext};
    use crate::integrity_value;

    const ASKER: Asker<'_> = Asker {
        principal: Some("arn:aws:iam::111122223333:user/alice"),
        key: Some("arn:aws:kms:us-east-1:111122223333:key/k"),
        operation: "SomethingNew",
        request_id: "r",
        via: Some("ebs.amazonaws.com"),
    };

    #[test]
    fn what_kms_writes_a_proxy_reads_and_the_other_way_round() {
        let asked = Asked::read(ASKER.metadata().expose()).unwrap();
        assert_eq!(asked.kms_via_service.as_deref(), Some("ebs.amazonaws.com"));
        assert_eq!(asked.kms_operation.as_deref(), Some("SomethingNew"), "no operation is refused for its name");
        assert!(Asked::read(ASKER.health().expose()).is_ok());

        let request = Encrypt::read(ASKER.encrypt(b"plain", b"bound").expose()).unwrap();
        assert_eq!((request.plaintext.expose().as_slice(), request.bound.as_slice()), (&b"plain"[..], &b"bound"[..]));
        assert!(request.wants_integrity);
        let sealed = Sealed { ciphertext: vec![1; 5], iv: [2; 12], tag: [3; 16], metadata: vec![4; 20] };
        let answer = encrypted(&sealed, Some(&integrity_value(b"bound", &sealed)));
        assert_eq!(Sealed::read(answer.expose(), 5, b"bound"), Ok(sealed.clone()));

        let request = Decrypt::read(ASKER.decrypt(&sealed, b"bound").expose()).unwrap();
        assert_eq!((request.sealed, request.bound.as_slice()), (sealed, &b"bound"[..]));
        assert!(read_plaintext(decrypted(b"plain").expose(), 5).is_ok_and(|plain| plain.expose() == b"plain"));

        assert!(Health::read(health("v", "m", &["node"]).expose()).unwrap().is_available);
        assert!(KeyMetadata::read(metadata(true).expose()).unwrap().is_enabled);
        assert!(!KeyMetadata::read(metadata(false).expose()).unwrap().is_enabled);
    }

    #[test]
    fn what_is_wrong_with_a_request_is_named() {
        let request = |change: &dyn Fn(&mut serde_json::Value)| {
            let mut body: serde_json::Value =
                serde_json::from_slice(ASKER.encrypt(b"plain", b"bound").expose()).unwrap();
            change(&mut body);
            Encrypt::read(body.to_string().as_bytes()).map(|_| ()).map_err(|refusal| refusal.message)
        };
        assert_eq!(request(&|_| {}), Ok(()));
        let long = STANDARD.encode(vec![0; MAX_PLAINTEXT]);
        assert_eq!(request(&|body| body["plaintext"] = long.clone().into()), Ok(()));
        assert_eq!(
            request(&|body| body["additionalAuthenticatedData"] = STANDARD.encode(vec![0; MAX_BOUND]).into()),
            Ok(())
        );
        for (change, word) in [
            (
                &(|body: &mut serde_json::Value| body["encryptionAlgorithm"] = "AES_CBC".into()) as &dyn Fn(&mut _),
                "AES_GCM",
            ),
            (&|body: &mut serde_json::Value| body["ciphertextDataIntegrityValueAlgorithm"] = "MD5".into(), "SHA_256"),
            (&|body: &mut serde_json::Value| body["plaintext"] = "?".into(), "plaintext"),
            (
                &|body: &mut serde_json::Value| body["plaintext"] = STANDARD.encode(vec![0; MAX_PLAINTEXT + 1]).into(),
                "plaintext",
            ),
            (
                &|body| body["additionalAuthenticatedData"] = STANDARD.encode(vec![0; MAX_BOUND + 1]).into(),
                "additional",
            ),
            (
                &|body: &mut serde_json::Value| body["requestMetadata"]["kmsRequestId"] = serde_json::Value::Null,
                "kmsRequestId",
            ),
            (
                &|body: &mut serde_json::Value| body["requestMetadata"]["kmsKeyArn"] = serde_json::Value::Null,
                "kmsKeyArn",
            ),
            (&|body: &mut serde_json::Value| body["plaintext"] = 1.into(), "no request"),
        ] {
            let error = request(change).err().unwrap();
            assert!(error.contains(word), "{error}");
        }
        let sealed = Sealed { ciphertext: vec![1; 5], iv: [2; 12], tag: [3; 16], metadata: Vec::new() };
        let mut body: serde_json::Value = serde_json::from_slice(ASKER.decrypt(&sealed, b"").expose()).unwrap();
        body["initializationVector"] = STANDARD.encode([0; 11]).into();
        let refused = Decrypt::read(body.to_string().as_bytes()).err().unwrap();
        assert!(refused.name == RefusalName::Validation && refused.message.contains("initializationVector"));
    }
}
