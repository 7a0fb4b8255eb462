//! A world for tests: a clock that stands, chance that repeats itself, and waits that are written down.

use base::{Rng, SeededRng, TestClock, Timestamp};
use client::{Clients, Environment, Kms, KmsSupplier as _, Options, World};
use std::sync::{Arc, Mutex};
use std::time::Duration;

pub(crate) const NOW: Timestamp = Timestamp::from_millis(1_790_000_000_000);
pub(crate) const ID: &str = "AKIDEXAMPLE";
pub(crate) const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

/// Where a test plays.
pub(crate) struct Stage {
    pub(crate) clock: Arc<TestClock>,
    pub(crate) waits: Arc<Mutex<Vec<Duration>>>,
    /// Home of the person whose settings these are.
    pub(crate) home: tempfile::TempDir,
}

impl Stage {
    pub(crate) fn new() -> Self {
        Self { clock: Arc::new(TestClock::new(NOW)), waits: Arc::default(), home: tempfile::tempdir().unwrap() }
    }

    /// Writes `~/.aws/NAME`.
    pub(crate) fn write(&self, name: &str, text: &str) -> &Self {
        let folder = self.home.path().join(".aws");
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join(name), text).unwrap();
        self
    }

    /// The world with these variables, and no other.
    pub(crate) fn world(&self, variables: &[(&str, &str)]) -> World {
        self.with_chance(variables, Arc::new(SeededRng::new(1)))
    }

    pub(crate) fn with_chance(&self, variables: &[(&str, &str)], rng: Arc<dyn Rng>) -> World {
        let home = self.home.path().to_str().unwrap();
        let variables = [&[("HOME", home)], variables].concat();
        let waits = self.waits.clone();
        World {
            environment: Arc::new(Environment::of(&variables)),
            clock: self.clock.clone(),
            rng,
            wait: Arc::new(move |wait| waits.lock().unwrap().push(wait)),
        }
    }

    /// Clients that have an access key and a Region in the environment, and call `url`.
    pub(crate) fn clients(&self, url: &str, more: &[(&str, &str)]) -> Clients {
        let variables = [&signed_in(), more].concat();
        let options = Options { endpoint: Some(url.to_owned()), ..Options::default() };
        Clients::in_world(options, self.world(&variables)).unwrap()
    }

    pub(crate) fn kms(&self, url: &str) -> Arc<dyn Kms> {
        self.clients(url, &[]).kms("eu-central-1").unwrap()
    }

    pub(crate) fn waits(&self) -> Vec<Duration> {
        self.waits.lock().unwrap().clone()
    }
}

/// Variables of somebody with an access key and a Region.
pub(crate) fn signed_in() -> [(&'static str, &'static str); 3] {
    [("AWS_ACCESS_KEY_ID", ID), ("AWS_SECRET_ACCESS_KEY", SECRET), ("AWS_REGION", "us-east-1")]
}
