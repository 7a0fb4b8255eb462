//! JSON Web Tokens in their compact form (RFC 7515 §7.1, RFC 7519).
//!
//! Guarantees: only the algorithms of [`Algorithm`] are known, so that `none` and symmetric ones cannot pass; a header
//! that demands something (`crit`) is refused; the claims come out only with their signature verified.

use super::jwk::{Algorithm, KeySet};
use super::{Claims, json};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;

/// A token, taken apart but not believed.
pub struct Token<'t> {
    /// What is signed: header and claims as they were sent.
    signed: &'t str,
    signature: Vec<u8>,
    algorithm: Algorithm,
    key_id: Option<String>,
    claims: Claims,
}

/// A key that a token names.
pub struct WantedKey {
    id: Option<String>,
    algorithm: Algorithm,
}

impl WantedKey {
    /// Whether the set has it.
    pub fn is_in(&self, keys: &KeySet) -> bool {
        keys.find(self.id.as_deref(), self.algorithm).is_some()
    }
}

/// Why a token is not believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unverified {
    /// Its issuer has no such key.
    NoKey,
    /// The signature is not one of its key.
    BadSignature,
}

impl<'t> Token<'t> {
    /// Takes a token apart; `None` if it is none that STS takes.
    pub fn parse(text: &'t str) -> Option<Self> {
        let (signed, signature) = text.rsplit_once('.')?;
        let (header, claims) = signed.split_once('.')?;
        let decode = |part: &str| URL_SAFE_NO_PAD.decode(part).ok();
        let header = json::object(&decode(header)?)?;
        if header.contains_key("crit") {
            return None;
        }
        let key_id = match header.get("kid") {
            None => None,
            Some(Value::String(id)) => Some(id.clone()),
            Some(_) => return None,
        };
        Some(Self {
            signed,
            signature: decode(signature)?,
            algorithm: Algorithm::named(header.get("alg")?.as_str()?)?,
            key_id,
            claims: Claims::read(&json::object(&decode(claims)?)?)?,
        })
    }

    /// Who the token says issued it: for finding the keys, and not to be believed.
    pub fn claimed_issuer(&self) -> &str {
        &self.claims.issuer
    }

    /// The key that the token names.
    pub fn key(&self) -> WantedKey {
        WantedKey { id: self.key_id.clone(), algorithm: self.algorithm }
    }

    /// The claims, if their signature is one of a key of the set.
    pub fn verified(self, keys: &KeySet) -> Result<Claims, Unverified> {
        let key = keys.find(self.key_id.as_deref(), self.algorithm).ok_or(Unverified::NoKey)?;
        if key.verifies(self.signed.as_bytes(), &self.signature) {
            Ok(self.claims)
        } else {
            Err(Unverified::BadSignature)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // RFC 7515, A.2 and A.3: "joe" says so with an RSA key and with an elliptic curve key. Their claims lack a subject and
    // an audience, so only the signatures are looked at.
    const PAYLOAD: &str =
        "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
    const RS256: (&str, &str) = (
        "eyJhbGciOiJSUzI1NiJ9",
        "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CU\
         Ar7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_d\
         O--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0ig\
         cN_IoypGlUPQGe77Rw",
    );
    const RSA_KEY: &str = r#"{"keys":[{"kty":"RSA","n":"ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ","e":"AQAB"}]}"#;
    const ES256: (&str, &str) = (
        "eyJhbGciOiJFUzI1NiJ9",
        "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q",
    );
    const EC_KEY: &str = r#"{"keys":[{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}]}"#;

    fn verifies(
        (header, signature): (&str, &str),
        payload: &str,
        algorithm: &str,
        keys: &str,
    ) -> Result<(), Unverified> {
        let signed = format!("{header}.{payload}");
        let token = Token {
            signed: &signed,
            signature: URL_SAFE_NO_PAD.decode(signature).unwrap(),
            algorithm: Algorithm::named(algorithm).unwrap(),
            key_id: None,
            claims: Claims::default(),
        };
        token.verified(&KeySet::parse(keys.as_bytes()).unwrap()).map(|_| ())
    }

    #[test]
    fn the_examples_of_the_rfc_verify() {
        assert_eq!(verifies(RS256, PAYLOAD, "RS256", RSA_KEY), Ok(()));
        assert_eq!(verifies(ES256, PAYLOAD, "ES256", EC_KEY), Ok(()));
    }

    #[test]
    fn another_payload_key_or_algorithm_does_not_verify() {
        let other = PAYLOAD.replace("joe", "moe").replacen('e', "f", 1);
        assert_eq!(verifies(RS256, &other, "RS256", RSA_KEY), Err(Unverified::BadSignature));
        assert_eq!(verifies(ES256, &other, "ES256", EC_KEY), Err(Unverified::BadSignature));
        assert_eq!(verifies(RS256, PAYLOAD, "RS384", RSA_KEY), Err(Unverified::BadSignature));
        assert_eq!(verifies(ES256, PAYLOAD, "RS256", EC_KEY), Err(Unverified::NoKey));
        assert_eq!(verifies(RS256, PAYLOAD, "RS256", r#"{"keys":[]}"#), Err(Unverified::NoKey));
    }

    fn token(header: &str, claims: &str) -> String {
        format!("{}.{}.AAAA", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims))
    }

    #[test]
    fn only_a_well_formed_token_is_taken_apart() {
        const CLAIMS: &str = r#"{"iss":"https://idp.example","sub":"joe","aud":"app","exp":1300819380}"#;
        const HEADER: &str = r#"{"alg":"RS256","kid":"a"}"#;
        let whole = token(HEADER, CLAIMS);
        let taken = Token::parse(&whole).unwrap();
        assert_eq!((taken.claimed_issuer(), taken.key_id.as_deref()), ("https://idp.example", Some("a")));
        let headers = [
            r#"{"alg":"none"}"#,
            r#"{"alg":"HS256"}"#,
            r#"{"alg":"RS256","alg":"none"}"#,
            r#"{"alg":"RS256","crit":["exp"]}"#,
            r#"{"alg":"RS256","kid":5}"#,
            r#"{"typ":"JWT"}"#,
            "[]",
        ];
        for header in headers {
            assert!(Token::parse(&token(header, CLAIMS)).is_none(), "{header}");
        }
        let broken =
            ["", ".", "..", "...", "a.b", &format!("{whole}."), &format!("{whole}="), &whole.replacen('.', "!", 1)];
        for text in broken {
            assert!(Token::parse(text).is_none(), "{text}");
        }
        assert!(Token::parse(&token(HEADER, "5")).is_none());
    }
}
