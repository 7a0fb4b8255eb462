//! Signed KMS calls as ready-made bytes, so that the client spends nothing on them while it measures.

use crate::Failure;
use authn::{ErrorFamily, Request, Signer, SigningSecret, sign};
use base::{Clock as _, Region, Secret, SystemClock};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE, HOST};
use http::{HeaderMap, HeaderValue};
use serde_json::{Value, json};
use std::str::FromStr;

/// The access key and secret in the seed that servers under test are given.
pub(crate) const ACCESS_KEY: &str = "test";
/// The secret that goes with it.
pub(crate) const SECRET: &str = "test";
/// The Region called: its quota, 100,000 calls a second, is on but out of reach.
pub(crate) const REGION: &str = "us-east-1";
/// The largest plaintext that Encrypt takes.
pub(crate) const PLAINTEXT_BYTES: usize = 4096;

/// The bytes of one call. Good for the five minutes that KMS accepts a signature.
pub(crate) fn signed(operation: &str, body: &Value) -> Result<Vec<u8>, Failure> {
    signed_by(ACCESS_KEY, operation, body)
}

/// The bytes of one call by the holder of an access key, whose secret is the same for all.
pub(crate) fn signed_by(access_key: &str, operation: &str, body: &Value) -> Result<Vec<u8>, Failure> {
    let body = body.to_string();
    let mut headers = HeaderMap::new();
    headers.insert(HOST, HeaderValue::from_static("localhost"));
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/x-amz-json-1.1"));
    headers.insert("x-amz-target", HeaderValue::try_from(format!("TrentService.{operation}"))?);
    let secret = SigningSecret::new(Secret::new(SECRET.to_owned()));
    let region: Region = REGION.parse()?;
    let signer = Signer { access_key_id: access_key, secret: &secret, region, service: "kms" };
    let request = Request { method: "POST", path: "/", query: "", headers: &headers, body: body.as_bytes() };
    let mut headers = sign(&request, &signer, SystemClock.now()).map_err(|error| error.text(ErrorFamily::Json))?;
    headers.insert(CONTENT_LENGTH, HeaderValue::from(body.len()));

    let mut bytes = b"POST / HTTP/1.1\r\n".to_vec();
    for (name, value) in &headers {
        bytes.extend([name.as_str().as_bytes(), b": ", value.as_bytes(), b"\r\n"].concat());
    }
    bytes.extend(b"\r\n");
    bytes.extend(body.as_bytes());
    Ok(bytes)
}

/// The operations that are measured.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operation {
    /// Encrypt of 4 KiB.
    Encrypt,
    /// Decrypt of what Encrypt gave.
    Decrypt,
    /// A data key of 32 bytes.
    GenerateDataKey,
}

impl Operation {
    /// In the order of the table.
    pub(crate) const ALL: [Self; 3] = [Self::Encrypt, Self::Decrypt, Self::GenerateDataKey];

    /// As AWS calls it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Encrypt => "Encrypt",
            Self::Decrypt => "Decrypt",
            Self::GenerateDataKey => "GenerateDataKey",
        }
    }

    /// The input. `blob` is the base64 of a ciphertext of 4 KiB under the key.
    pub(crate) fn body(self, key: &str, blob: &str) -> Value {
        match self {
            Self::Encrypt => json!({ "KeyId": key, "Plaintext": plaintext() }),
            Self::Decrypt => json!({ "CiphertextBlob": blob }),
            Self::GenerateDataKey => json!({ "KeyId": key, "KeySpec": "AES_256" }),
        }
    }
}

impl FromStr for Operation {
    type Err = Failure;

    fn from_str(name: &str) -> Result<Self, Failure> {
        let found = Self::ALL.into_iter().find(|operation| operation.name() == name);
        found.ok_or_else(|| format!("{name} is not measured").into())
    }
}

/// 4 KiB in base64.
pub(crate) fn plaintext() -> String {
    STANDARD.encode(vec![0x5a; PLAINTEXT_BYTES])
}
