//! Why settings cannot be honoured.

use crate::toml_reader::TomlError;
use std::fmt;

/// Why settings cannot be honoured. The text is one line, says where, and repeats no value that may be a secret.
#[derive(Debug)]
pub enum ConfigError {
    /// A mistake in the configuration file.
    File(TomlError),
    /// A mistake in an environment variable or a flag.
    Given {
        /// `FASTNESS_LISTEN` or `--listen`.
        name: String,
        /// What is wrong.
        message: String,
    },
    /// Settings that do not go together, or a file that cannot be read.
    Rule(String),
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(error) => error.fmt(f),
            Self::Given { name, message } => write!(f, "{name}: {message}"),
            Self::Rule(text) => f.write_str(text),
        }
    }
}

impl std::error::Error for ConfigError {}

impl From<TomlError> for ConfigError {
    fn from(error: TomlError) -> Self {
        Self::File(error)
    }
}
