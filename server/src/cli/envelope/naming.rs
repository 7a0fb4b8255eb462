//! Names of output files.

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::{OsStrExt, OsStringExt};

/// What encryption adds to a name.
pub(super) const ENCRYPTED: &str = ".encrypted";
/// What decryption adds to a name that has nothing to take away.
pub(super) const DECRYPTED: &str = ".decrypted";

/// How the name of an output comes from that of its input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Naming {
    /// An ending that is taken away.
    pub(super) strip: Option<String>,
    /// What is added otherwise.
    pub(super) append: String,
}

impl Naming {
    /// Adds an ending.
    pub(super) fn append(suffix: impl Into<String>) -> Self {
        Self { strip: None, append: suffix.into() }
    }

    /// Takes an ending away.
    pub(super) fn strip(suffix: impl Into<String>) -> Self {
        Self { strip: Some(suffix.into()), append: DECRYPTED.into() }
    }

    /// The name for an input of this name.
    pub(super) fn of(&self, name: &OsStr) -> OsString {
        let stripped = self.strip.as_ref().and_then(|suffix| name.as_bytes().strip_suffix(suffix.as_bytes()));
        match stripped.filter(|rest| !rest.is_empty()) {
            Some(rest) => OsString::from_vec(rest.to_vec()),
            None => {
                let mut name = name.to_owned();
                name.push(&self.append);
                name
            }
        }
    }

    /// Whether a file found beside its outputs is an input: what an earlier run wrote is none.
    pub(super) fn is_input(&self, name: &OsStr) -> bool {
        let ends_with = |suffix: &str| {
            let name = name.as_bytes();
            !suffix.is_empty() && name.len() > suffix.len() && name.ends_with(suffix.as_bytes())
        };
        match &self.strip {
            Some(suffix) => ends_with(suffix),
            None => !ends_with(&self.append),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_go_there_and_back() {
        let (there, back) = (Naming::append(ENCRYPTED), Naming::strip(ENCRYPTED));
        assert_eq!(there.of("a.tar".as_ref()), "a.tar.encrypted");
        assert_eq!(back.of("a.tar.encrypted".as_ref()), "a.tar");
        assert_eq!(back.of("a.bin".as_ref()), "a.bin.decrypted");
        assert_eq!(back.of(".encrypted".as_ref()), ".encrypted.decrypted", "no name is empty");
        assert!(there.is_input("a".as_ref()) && !there.is_input("a.encrypted".as_ref()));
        assert!(back.is_input("a.encrypted".as_ref()) && !back.is_input("a".as_ref()));
        assert!(there.is_input(".encrypted".as_ref()), "a name, not an ending");
    }
}
