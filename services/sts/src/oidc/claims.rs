//! The claims of a token: who it is about, for whom it is, while it holds, and what AWS makes of the rest.
//!
//! Guarantees: times are whole seconds; session tags have one value each; tags and the source identity are such as
//! AssumeRole would take. Source: OpenID Connect Core 1.0 §2; IAM User
//! Guide, "Passing session tags using AssumeRoleWithWebIdentity" (nested and flat forms) and "Available keys for AWS
//! OIDC federation"; "Monitor and control actions taken with assumed roles" (the claim for the source identity).

use policy::Tags;
use serde_json::{Map, Value};

/// Session tags as one claim.
const TAGS: &str = "https://aws.amazon.com/tags";
/// Session tags as claims of their own: the key follows.
const FLAT_TAG: &str = "https://aws.amazon.com/tags/principal_tags/";
/// Keys of transitive tags beside the flat form.
const FLAT_TRANSITIVE: &str = "https://aws.amazon.com/tags/transitive_tag_keys";
/// The source identity.
const SOURCE_IDENTITY: &str = "https://aws.amazon.com/source_identity";

/// Claims that have a meaning here.
const KNOWN: [&str; 5] = ["iss", "sub", "aud", "azp", "amr"];

/// The longest subject. Source: the model's `webIdentitySubjectType`.
const MAX_SUBJECT: usize = 255;

/// Characters of a tag's key, of its value, and of a source identity. Source: the model's `tagKeyType`, `tagValueType` and
/// `sourceIdentityType`.
const MAX_TAG_KEY: usize = 128;
const MAX_TAG_VALUE: usize = 256;
const SOURCE_IDENTITY_LENGTH: std::ops::RangeInclusive<usize> = 2..=64;

/// Seconds by which a provider's clock may be ahead of ours.
const LEEWAY: i64 = 300;

/// What a token says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Claims {
    /// `iss`
    pub issuer: String,
    /// `sub`
    pub subject: String,
    /// `aud`
    pub audiences: Vec<String>,
    /// `azp`
    pub authorized_party: Option<String>,
    /// `exp`, in seconds since 1970.
    expires: i64,
    /// `nbf`
    not_before: Option<i64>,
    /// `iat`
    issued_at: Option<i64>,
    /// `amr`
    pub methods: Vec<String>,
    /// Session tags.
    pub tags: Vec<(String, String)>,
    /// Keys of those tags that later sessions inherit.
    pub transitive_tag_keys: Vec<String>,
    /// The source identity.
    pub source_identity: Option<String>,
    /// Claims of the provider's own that are texts.
    pub others: Vec<(String, String)>,
}

/// Why a token's claims do not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rejected {
    /// It was good until this moment, in seconds since 1970.
    Expired(i64),
    /// It is not good yet.
    TooEarly,
}

impl Claims {
    /// The claims that STS looks at; `None` if one that it needs is missing or any is of a wrong type.
    pub(super) fn read(claims: &Map<String, Value>) -> Option<Self> {
        let subject = text(claims.get("sub"))??;
        if subject.is_empty() || subject.len() > MAX_SUBJECT {
            return None;
        }
        let audiences = match claims.get("aud")? {
            Value::String(one) => vec![one.clone()],
            many => texts(Some(many))?,
        };
        let (mut tags, mut transitive_tag_keys) = nested_tags(claims.get(TAGS))?;
        for (name, value) in claims {
            if let Some(key) = name.strip_prefix(FLAT_TAG) {
                tags.push((key.to_owned(), one_text(value)?));
            }
        }
        transitive_tag_keys.extend(texts(claims.get(FLAT_TRANSITIVE))?);
        let source_identity = text(claims.get(SOURCE_IDENTITY))?;
        if !tags.iter().all(is_tag) || !source_identity.iter().all(|given| is_source_identity(given)) {
            return None;
        }
        Some(Self {
            issuer: text(claims.get("iss"))??,
            subject,
            audiences,
            authorized_party: text(claims.get("azp"))?,
            expires: seconds(claims.get("exp"))??,
            not_before: seconds(claims.get("nbf"))?,
            issued_at: seconds(claims.get("iat"))?,
            methods: texts(claims.get("amr"))?,
            tags,
            transitive_tag_keys,
            source_identity,
            others: claims.iter().filter(|(name, _)| !KNOWN.contains(&name.as_str())).filter_map(own).collect(),
        })
    }

    /// Which of a provider's client ids the token is for: the authorized party, if it names one, else an audience.
    pub fn audience<'c>(&'c self, client_ids: &[String]) -> Option<&'c str> {
        let known = |id: &&String| client_ids.contains(*id);
        match &self.authorized_party {
            Some(party) => Some(party).filter(known).map(String::as_str),
            None => self.audiences.iter().find(known).map(String::as_str),
        }
    }

    /// Whether the token holds at `now`, in seconds since 1970.
    pub fn hold_at(&self, now: i64) -> Result<(), Rejected> {
        if now >= self.expires {
            return Err(Rejected::Expired(self.expires));
        }
        let begins = self.not_before.into_iter().chain(self.issued_at).max();
        if begins.is_some_and(|begins| begins > now.saturating_add(LEEWAY)) {
            return Err(Rejected::TooEarly);
        }
        Ok(())
    }
}

fn own((name, value): (&String, &Value)) -> Option<(String, String)> {
    Some((name.clone(), value.as_str()?.to_owned()))
}

/// `Some(None)` if there is none, `None` if it is no text.
fn text(value: Option<&Value>) -> Option<Option<String>> {
    match value {
        None => Some(None),
        Some(Value::String(text)) => Some(Some(text.clone())),
        Some(_) => None,
    }
}

/// A list of texts, empty if there is none.
fn texts(value: Option<&Value>) -> Option<Vec<String>> {
    match value {
        None => Some(Vec::new()),
        Some(Value::Array(elements)) => elements.iter().map(|text| text.as_str().map(str::to_owned)).collect(),
        Some(_) => None,
    }
}

fn is_tag((key, value): &(String, String)) -> bool {
    let admitted = |text: &str, most: usize| {
        let is_admitted = |c: char| {
            c.is_alphanumeric() || matches!(c, ' ' | '_' | '.' | ':' | '/' | '=' | '+' | '-' | '@') || is_separator(c)
        };
        text.chars().count() <= most && text.chars().all(is_admitted)
    };
    !key.is_empty() && admitted(key, MAX_TAG_KEY) && admitted(value, MAX_TAG_VALUE)
}

/// Unicode's separators beyond ASCII.
fn is_separator(character: char) -> bool {
    !character.is_control() && character.is_whitespace()
}

fn is_source_identity(given: &str) -> bool {
    let is_admitted = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'+' | b'=' | b',' | b'.' | b'@' | b'-');
    SOURCE_IDENTITY_LENGTH.contains(&given.len()) && given.bytes().all(is_admitted)
}

/// A text, or a list that holds just one.
fn one_text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Array(elements) => match elements.as_slice() {
            [Value::String(text)] => Some(text.clone()),
            _ => None,
        },
        _ => None,
    }
}

/// Whole seconds; `Some(None)` if there are none.
fn seconds(value: Option<&Value>) -> Option<Option<i64>> {
    match value {
        None => Some(None),
        Some(number) => number.as_i64().map(Some),
    }
}

/// Tags and keys of transitive tags, from `{"principal_tags": {key: [value]}, "transitive_tag_keys": [key]}`.
fn nested_tags(claim: Option<&Value>) -> Option<(Tags, Vec<String>)> {
    let Some(claim) = claim else { return Some((Vec::new(), Vec::new())) };
    let claim = claim.as_object()?;
    let tags = match claim.get("principal_tags") {
        None => Vec::new(),
        Some(tags) => {
            let pairs = tags.as_object()?.iter().map(|(key, value)| Some((key.clone(), one_text(value)?)));
            pairs.collect::<Option<_>>()?
        }
    };
    Some((tags, texts(claim.get("transitive_tag_keys"))?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn claims(more: &Value) -> Option<Claims> {
        let mut all = json!({ "iss": "https://idp.example", "sub": "joe", "aud": "app", "exp": 2_000 });
        let (Some(members), Some(more)) = (all.as_object_mut(), more.as_object()) else { return None };
        for (name, value) in more {
            match value {
                Value::Null => members.remove(name),
                _ => members.insert(name.clone(), value.clone()),
            };
        }
        Claims::read(members)
    }

    #[test]
    fn what_is_missing_or_of_a_wrong_type_is_refused() {
        assert!(claims(&json!({})).is_some());
        for (name, wrong) in [
            ("iss", json!(null)),
            ("sub", json!(null)),
            ("aud", json!(null)),
            ("exp", json!(null)),
            ("sub", json!("")),
            ("sub", json!("a".repeat(256))),
            ("aud", json!([1])),
            ("exp", json!(2000.5)),
            ("exp", json!("2000")),
            ("nbf", json!("soon")),
            ("azp", json!(["app"])),
            ("amr", json!("pwd")),
            (TAGS, json!([])),
            (TAGS, json!({ "principal_tags": { "team": ["red", "blue"] } })),
            (TAGS, json!({ "transitive_tag_keys": "team" })),
            (TAGS, json!({ "principal_tags": { "": "red" } })),
            (TAGS, json!({ "principal_tags": { "team": "*" } })),
            (TAGS, json!({ "principal_tags": { "team": "a".repeat(257) } })),
            (TAGS, json!({ "principal_tags": { "k".repeat(129): "red" } })),
            (SOURCE_IDENTITY, json!(1)),
            (SOURCE_IDENTITY, json!("j")),
            (SOURCE_IDENTITY, json!("j".repeat(65))),
            (SOURCE_IDENTITY, json!("joe*")),
        ] {
            assert!(claims(&json!({ name: wrong })).is_none(), "{name}: {wrong}");
        }
    }

    #[test]
    fn the_authorized_party_counts_before_the_audience() {
        let client_ids = ["app".to_owned(), "other".to_owned()];
        let audience = |more| claims(&more).unwrap().audience(&client_ids).map(str::to_owned);
        assert_eq!(audience(json!({})).as_deref(), Some("app"));
        assert_eq!(audience(json!({ "aud": ["nobody", "other"] })).as_deref(), Some("other"));
        assert_eq!(audience(json!({ "aud": "App" })), None);
        assert_eq!(audience(json!({ "aud": [] })), None);
        assert_eq!(audience(json!({ "azp": "nobody" })), None, "the audience does not make up for the party");
        assert_eq!(audience(json!({ "aud": "nobody", "azp": "other" })).as_deref(), Some("other"));
    }

    #[test]
    fn a_token_holds_between_its_times() {
        let claims = claims(&json!({ "nbf": 1_000, "iat": 1_100 })).unwrap();
        assert_eq!(claims.hold_at(1_999), Ok(()));
        assert_eq!(claims.hold_at(2_000), Err(Rejected::Expired(2_000)));
        assert_eq!(claims.hold_at(800), Ok(()), "clocks differ");
        assert_eq!(claims.hold_at(799), Err(Rejected::TooEarly));
    }

    #[test]
    fn session_tags_come_nested_or_flat() {
        let nested = json!({
            TAGS: { "principal_tags": { "team": ["red"], "cost": ["7"] }, "transitive_tag_keys": ["team"] },
            SOURCE_IDENTITY: "joe",
        });
        let nested = claims(&nested).unwrap();
        assert_eq!(nested.tags, [("cost".into(), "7".into()), ("team".into(), "red".into())]);
        assert_eq!(nested.transitive_tag_keys, ["team"]);
        assert_eq!(nested.source_identity.as_deref(), Some("joe"));
        let flat = json!({ format!("{FLAT_TAG}team"): "red", FLAT_TRANSITIVE: ["team"] });
        let flat = claims(&flat).unwrap();
        assert_eq!((flat.tags, flat.transitive_tag_keys), (vec![("team".into(), "red".into())], vec!["team".into()]));
    }
}
