//! Encryption contexts on the command line: pairs to encrypt with, pairs and keys that a message must have.

use envelope::EncryptionContext;

/// A pair `key=value`; both must be there, as with the official tool.
pub(super) fn pair(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((key, value)) if !key.is_empty() && !value.is_empty() => Ok((key.to_owned(), value.to_owned())),
        _ => Err(format!("a pair of the encryption context is key=value, not {text:?}")),
    }
}

/// What a message must have in its context.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Expected {
    /// Keys, whatever their value.
    pub(super) keys: Vec<String>,
    /// Pairs.
    pub(super) pairs: Vec<(String, String)>,
}

/// What of it a message lacks.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Mismatch {
    pub(super) keys: Vec<String>,
    pub(super) pairs: Vec<(String, String)>,
    told: Vec<String>,
}

impl Expected {
    /// Reads `key` and `key=value`.
    pub(super) fn new<'t>(texts: impl IntoIterator<Item = &'t str>) -> Result<Self, String> {
        let mut expected = Self::default();
        for text in texts {
            match text.contains('=') {
                true => expected.pairs.push(pair(text)?),
                false if !text.is_empty() => expected.keys.push(text.to_owned()),
                false => return Err("a key of the encryption context is not empty".into()),
            }
        }
        Ok(expected)
    }

    /// Compares with what a message has.
    pub(super) fn check(&self, found: &EncryptionContext) -> Result<(), Mismatch> {
        let lacks_key = |key: &&String| !found.contains(key);
        let lacks_pair = |(key, value): &&(String, String)| found.get(key) != Some(value);
        let keys: Vec<_> = self.keys.iter().filter(lacks_key).cloned().collect();
        let pairs: Vec<_> = self.pairs.iter().filter(lacks_pair).cloned().collect();
        if keys.is_empty() && pairs.is_empty() {
            return Ok(());
        }
        let absent = keys.iter().map(|key| format!("it has no {key:?}"));
        let other = pairs.iter().map(|(key, value)| match found.get(key) {
            Some(other) => format!("{key:?} is {other:?}, not {value:?}"),
            None => format!("it has no {key:?}, which should be {value:?}"),
        });
        Err(Mismatch { told: absent.chain(other).collect(), keys, pairs })
    }
}

impl std::fmt::Display for Mismatch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "the encryption context of the message is another: {}", self.told.join("; "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_differs_is_named() {
        let found = EncryptionContext::new([("purpose", "test"), ("a", "b=c")]).unwrap();
        assert_eq!(Expected::new(["purpose", "purpose=test", "a=b=c"]).unwrap().check(&found), Ok(()));
        let mismatch = Expected::new(["x", "purpose=prod", "y=z"]).unwrap().check(&found).unwrap_err();
        assert_eq!(mismatch.keys, ["x"]);
        assert_eq!(mismatch.pairs.len(), 2);
        let expected = r#"it has no "x"; "purpose" is "test", not "prod"; it has no "y", which should be "z""#;
        assert_eq!(mismatch.to_string(), format!("the encryption context of the message is another: {expected}"));
        assert!(Expected::new(["=b"]).is_err() && Expected::new(["a="]).is_err() && Expected::new([""]).is_err());
    }
}
