//! Session tags: those given, those that the calling session hands on, and those that the new one will hand on.
//!
//! Guarantees: keys are unique without regard to case; an inherited tag keeps its value and stays transitive, however
//! long the chain. Source: IAM User Guide, "Pass session tags in AWS STS" (chaining, limits); texts as reported for AWS.

use crate::error;
use crate::limits::MAX_TAGS;
use model::Fault;
use policy::{SessionFacts, Tags};

/// The tags of a new session.
#[derive(Default, PartialEq, Eq, Debug)]
pub(crate) struct SessionTags {
    /// All of them: inherited ones first.
    pub(crate) all: Tags,
    /// The keys of those that the next session inherits.
    pub(crate) transitive: Vec<String>,
}

impl SessionTags {
    /// The tags of a session that `caller` asks for, with `given` tags of which those under `transitive` keys will be
    /// handed on.
    pub(crate) fn new(given: Tags, transitive: Vec<String>, caller: Option<&SessionFacts>) -> Result<Self, Fault> {
        let (mut all, mut handed_on) = inherited(caller);
        // First of all, since a token of an identity provider may bring thousands.
        let count = all.len().saturating_add(given.len());
        if count > MAX_TAGS || transitive.len() > MAX_TAGS {
            let most = count.max(transitive.len()).saturating_mul(100);
            return Err(error::too_large(u32::try_from(most / MAX_TAGS).unwrap_or(u32::MAX), false));
        }
        for (place, (key, _)) in given.iter().enumerate() {
            if reserved(key) {
                return Err(error::reserved_tag());
            }
            if given.iter().take(place).any(|(other, _)| same(other, key)) {
                return Err(error::duplicate_tags());
            }
            if handed_on.iter().any(|inherited| same(inherited, key)) {
                return Err(error::inherited_tag());
            }
        }
        for key in transitive {
            let Some((spelt, _)) = given.iter().find(|(given, _)| same(given, &key)) else {
                return Err(error::transitive_without_tag());
            };
            if !handed_on.iter().any(|known| same(known, spelt)) {
                handed_on.push(spelt.clone());
            }
        }
        all.extend(given);
        Ok(Self { all, transitive: handed_on })
    }

    /// Whether the session has tags, so that passing them has to be allowed (`sts:TagSession`).
    pub(crate) fn is_empty(&self) -> bool {
        self.all.is_empty()
    }
}

/// The tags that a session hands on, and their keys.
fn inherited(caller: Option<&SessionFacts>) -> (Tags, Vec<String>) {
    let Some(caller) = caller else { return Default::default() };
    let hands_on = |key: &str| caller.transitive_tag_keys.iter().any(|transitive| same(transitive, key));
    let tags: Tags = caller.tags.iter().filter(|(key, _)| hands_on(key)).cloned().collect();
    let keys = tags.iter().map(|(key, _)| key.clone()).collect();
    (tags, keys)
}

fn reserved(key: &str) -> bool {
    key.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("aws:"))
}

/// Keys are compared without regard to case, beyond ASCII too.
fn same(one: &str, other: &str) -> bool {
    one.eq_ignore_ascii_case(other) || one.to_lowercase() == other.to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;
    use base::Timestamp;
    use policy::SessionKind;

    fn tags(pairs: &[(&str, &str)]) -> Tags {
        pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
    }

    fn keys(keys: &[&str]) -> Vec<String> {
        keys.iter().map(|key| (*key).to_owned()).collect()
    }

    fn session(with: &[(&str, &str)], transitive: &[&str]) -> SessionFacts {
        SessionFacts {
            kind: SessionKind::AssumedRole,
            issued: Timestamp::from_millis(0),
            mfa_at: None,
            source_identity: None,
            federated_provider: None,
            tags: tags(with),
            transitive_tag_keys: keys(transitive),
            policies: Vec::new(),
            chained: false,
        }
    }

    fn text(made: Result<SessionTags, Fault>) -> String {
        made.err().and_then(|fault| fault.message).unwrap_or_default()
    }

    #[test]
    fn transitive_tags_are_handed_on_for_ever_and_others_are_not() {
        let first = SessionTags::new(tags(&[("Team", "red"), ("cost", "7")]), keys(&["team"]), None).ok().unwrap();
        assert_eq!((first.all.len(), first.transitive), (2, keys(&["Team"])));
        let caller = session(&[("Team", "red"), ("cost", "7")], &["Team"]);
        let second = SessionTags::new(tags(&[("cost", "8")]), Vec::new(), Some(&caller)).ok().unwrap();
        assert_eq!(second.all, tags(&[("Team", "red"), ("cost", "8")]));
        assert_eq!(second.transitive, keys(&["Team"]));
        let third = SessionTags::new(Tags::new(), Vec::new(), Some(&caller)).ok().unwrap();
        assert!(!third.is_empty(), "what is inherited is passed too");
        assert!(
            SessionTags::new(Tags::new(), Vec::new(), Some(&session(&[("cost", "7")], &[]))).ok().unwrap().is_empty()
        );
    }

    #[test]
    fn an_inherited_tag_cannot_be_set_again_in_any_case() {
        let caller = session(&[("Team", "red")], &["Team"]);
        let refused = text(SessionTags::new(tags(&[("tEAM", "red")]), Vec::new(), Some(&caller)));
        assert!(refused.ends_with("conflicts with a transitive tag key from the calling session."), "{refused}");
    }

    #[test]
    fn keys_differ_in_more_than_case_and_transitive_ones_have_a_tag() {
        let refused = text(SessionTags::new(tags(&[("Ärger", "a"), ("ärger", "b")]), Vec::new(), None));
        assert!(refused.starts_with("Duplicate tag keys found."), "{refused}");
        let refused = text(SessionTags::new(tags(&[("a", "1")]), keys(&["b"]), None));
        assert_eq!(refused, "The specified transitive tag key must be included in the requested tags.");
        assert!(!text(SessionTags::new(tags(&[("AWS:team", "1")]), Vec::new(), None)).is_empty());
        let twice = SessionTags::new(tags(&[("a", "1")]), keys(&["a", "A"]), None).ok().unwrap();
        assert_eq!(twice.transitive, keys(&["a"]));
    }

    #[test]
    fn inherited_and_given_tags_are_fifty_at_most() {
        let many: Tags = (0..MAX_TAGS).map(|n| (n.to_string(), String::new())).collect();
        assert!(SessionTags::new(many.clone(), Vec::new(), None).is_ok());
        let caller = session(&[("Team", "red")], &["Team"]);
        assert!(SessionTags::new(many.clone(), Vec::new(), Some(&caller)).is_err());
        assert!(SessionTags::new(many, keys(&["0"; MAX_TAGS + 1]), None).is_err());
    }
}
