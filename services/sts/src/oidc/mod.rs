//! What an OpenID Connect identity provider says of somebody, and whether it is true.
//!
//! Pure: text and keys come in, a claim that holds or the reason why it does not comes out. Fetching the keys is the
//! road's (see [`kernel::Errand`]). Guarantees: nothing of a token is believed before its signature is verified under a
//! key of its issuer and with the algorithm that the key is for; a member that occurs twice, a critical header and an
//! unknown algorithm are refused.
//! Source: STS API Reference, "AssumeRoleWithWebIdentity"; IAM User Guide, "Create an OpenID Connect (OIDC) identity
//! provider in IAM"; RFC 7515, 7517, 7518, 7519; OpenID Connect Core and Discovery 1.0.

mod claims;
mod json;
mod jwk;
mod jwt;

pub use claims::{Claims, Rejected};
pub use jwk::KeySet;
pub use jwt::{Token, Unverified};

/// Where a provider describes itself, below its issuer URL. Source: OpenID Connect Discovery 1.0 §4.
const DISCOVERY: &str = "/.well-known/openid-configuration";

/// Where the provider with this issuer URL describes itself.
pub fn discovery_url(issuer: &str) -> String {
    format!("{}{DISCOVERY}", issuer.trim_end_matches('/'))
}

/// The address of the keys, from what the provider says of itself; `None` if it does not say, or says that it is
/// another issuer.
pub fn keys_url(description: &[u8], issuer: &str) -> Option<String> {
    let description = json::object(description)?;
    let text = |name: &str| description.get(name).and_then(|value| value.as_str());
    if text("issuer")?.trim_end_matches('/') != issuer.trim_end_matches('/') {
        return None;
    }
    text("jwks_uri").map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_where_the_issuer_itself_says() {
        assert_eq!(discovery_url("https://idp.example/a/"), "https://idp.example/a/.well-known/openid-configuration");
        let said = br#"{"issuer":"https://idp.example","jwks_uri":"https://keys.example/jwks"}"#;
        assert_eq!(keys_url(said, "https://idp.example").as_deref(), Some("https://keys.example/jwks"));
        assert_eq!(keys_url(said, "https://other.example"), None);
        assert_eq!(keys_url(br#"{"issuer":"https://idp.example"}"#, "https://idp.example"), None);
        let twice = br#"{"issuer":"https://idp.example","jwks_uri":"a","jwks_uri":"b"}"#;
        assert_eq!(keys_url(twice, "https://idp.example"), None);
    }
}
