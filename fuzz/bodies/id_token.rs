//! Any text as an ID token and any as its issuer's keys: never a panic, and nothing verifies but what was signed.

use fastness_sts::oidc::{KeySet, Token};

/// A token that was signed with the key of [`KEYS`].
pub(crate) const TOKEN: &str = "eyJhbGciOiAiRVMyNTYiLCAidHlwIjogIkpXVCIsICJraWQiOiAiZSJ9.eyJpc3MiOiAiaHR0cDovLzEyNy4wLjAuMTozOTc2OSIsICJzdWIiOiAiam9lLW9mLXRlc3RzIiwgImF1ZCI6ICJhcHAiLCAiaWF0IjogMTc5NTg5MjYyNCwgImV4cCI6IDE3OTU4OTMyMjR9.eMUSJO0hD85EuNs4x-GCFNkK4UZgoRau0tHclOPdLCQutFZBbV9rqGJYsuXPVmy01WfzhCnAJggmjDeG7vcrlA";

/// The keys of its issuer.
pub(crate) const KEYS: &str = r#"{"keys":[{"kty":"EC","crv":"P-256","kid":"e","x":"OV8T-FW3jgNZHJZCdbfV7ib7QaCIuBmh_uOJ69gaIno","y":"OhBU2cKQv5EDx8H6RkrQkJQmrJkAq0Vi_SROlQTdHaQ"}]}"#;

/// A token, an empty line, and a set of keys; without the line, all is a token under [`KEYS`].
pub(crate) fn run(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let (token, keys) = text.split_once("\n\n").unwrap_or((text, KEYS));
    let (Some(token), Some(keys)) = (Token::parse(token), KeySet::parse(keys.as_bytes())) else { return };
    let _ = (token.claimed_issuer().len(), token.key().is_in(&keys));
    if let Ok(claims) = token.verified(&keys) {
        let own = KeySet::parse(KEYS.as_bytes()).and_then(|keys| Token::parse(TOKEN)?.verified(&keys).ok());
        assert!(own.is_some_and(|own| own == claims), "claims that nobody signed");
    }
}
