//! Tags: the rules that all services share.
//!
//! Lengths and characters are in the models; what is left is the number, the reserved prefix and repetition. Each
//! service has its own error for each [`Problem`].
//!
//! Source: "Tag naming limits and requirements", AWS Tagging User Guide.

use std::collections::BTreeMap;

/// User tags on one resource.
pub const MAX_TAGS: usize = 50;

/// Why tags are refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// The resource would have more than [`MAX_TAGS`].
    TooMany,
    /// The key starts with `aws:`, in any case.
    Reserved(String),
    /// The key is given twice.
    Repeated(String),
}

/// Whether a key belongs to AWS.
pub fn is_reserved(key: &str) -> bool {
    key.get(..4).is_some_and(|prefix| prefix.eq_ignore_ascii_case("aws:"))
}

/// Adds `new` tags to those a resource has; a key that is there gets the new value.
pub fn merge(tags: &mut BTreeMap<String, String>, new: Vec<(String, String)>) -> Result<(), Problem> {
    let mut seen = BTreeMap::new();
    for (key, value) in new {
        if is_reserved(&key) {
            return Err(Problem::Reserved(key));
        }
        if seen.insert(key.clone(), value).is_some() {
            return Err(Problem::Repeated(key));
        }
    }
    let added = seen.keys().filter(|key| !tags.contains_key(*key)).count();
    if tags.len() + added > MAX_TAGS {
        return Err(Problem::TooMany);
    }
    tags.extend(seen);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(keys: &[&str]) -> Vec<(String, String)> {
        keys.iter().map(|key| ((*key).to_owned(), "new".to_owned())).collect()
    }

    #[test]
    fn a_known_key_is_overwritten_and_does_not_count_again() {
        let mut tags: BTreeMap<_, _> = (0..MAX_TAGS).map(|n| (format!("k{n}"), "old".to_owned())).collect();
        assert_eq!(merge(&mut tags, pairs(&["k0"])), Ok(()));
        assert_eq!(tags.get("k0").map(String::as_str), Some("new"));
        assert_eq!(merge(&mut tags, pairs(&["one-more"])), Err(Problem::TooMany));
        assert_eq!(tags.len(), MAX_TAGS);
    }

    #[test]
    fn reserved_and_repeated_keys_are_refused_and_nothing_changes() {
        let mut tags = BTreeMap::new();
        assert_eq!(merge(&mut tags, pairs(&["AWS:x"])), Err(Problem::Reserved("AWS:x".into())));
        assert_eq!(merge(&mut tags, pairs(&["a", "a"])), Err(Problem::Repeated("a".into())));
        assert!(tags.is_empty());
    }
}
