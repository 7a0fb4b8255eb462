//! What a client has of the world around it: settings, time, chance, and a way to wait.
//!
//! Guarantee: nothing in this crate reads the environment, the time or randomness but through here, so that tests can
//! play the world.

use base::{Clock, Rng, SystemClock};
use primitives::SystemRng;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// The world around a client.
#[derive(Clone)]
pub struct World {
    /// Where settings and credentials may be.
    pub environment: Arc<Environment>,
    /// Wall time: signatures, and when credentials expire.
    pub clock: Arc<dyn Clock>,
    /// Chance, which spreads retries.
    pub rng: Arc<dyn Rng>,
    /// Waits between attempts.
    pub wait: Arc<dyn Fn(Duration) + Send + Sync>,
}

impl World {
    /// The world as it is.
    pub fn real() -> Self {
        Self::with(Environment::of_process())
    }

    /// The world as it is, but for the environment.
    pub fn with(environment: Environment) -> Self {
        Self {
            environment: Arc::new(environment),
            clock: Arc::new(SystemClock),
            rng: Arc::new(SystemRng),
            wait: Arc::new(std::thread::sleep),
        }
    }
}

/// Environment variables.
pub struct Environment(Option<BTreeMap<String, String>>);

impl Environment {
    /// Those of this process, read when they are asked for.
    pub fn of_process() -> Self {
        Self(None)
    }

    /// These.
    pub fn of(variables: &[(&str, &str)]) -> Self {
        Self(Some(variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()))
    }

    /// The value of a variable. One that is set to nothing counts as not set, as for AWS's tools.
    pub(crate) fn get(&self, name: &str) -> Option<String> {
        let value = match &self.0 {
            Some(variables) => variables.get(name).cloned(),
            // What is not text names no file and no Region, and fails where it is used.
            None => std::env::var_os(name).map(|value| value.to_string_lossy().into_owned()),
        };
        value.filter(|value| !value.is_empty())
    }

    /// A path in which `~` stands for the home directory.
    pub(crate) fn path(&self, text: &str) -> PathBuf {
        let home = || self.get("HOME").map(PathBuf::from);
        match (text.strip_prefix("~/"), home()) {
            (Some(rest), Some(home)) => home.join(rest),
            _ => PathBuf::from(text),
        }
    }
}
