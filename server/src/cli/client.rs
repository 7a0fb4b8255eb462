//! Talks to a running server's control paths: one request each, over TLS or, on loopback, in clear.

use super::arguments;
use crate::ca;
use crate::control::{Command, PREFIX};
use clap::ArgMatches;
use std::path::PathBuf;
use std::time::Duration;

/// How long the server may take for a command. A reset of a large store is the slowest.
const PATIENCE: Duration = Duration::from_secs(60);
/// Largest answer read: more than [`crate::control::TAIL_MAX`] records.
const ANSWER_MAX: usize = 256 << 20;

/// A server to send commands to.
pub(super) struct Client {
    endpoint: String,
    ca: PathBuf,
}

impl Client {
    pub(super) fn new(matches: &ArgMatches) -> Result<Self, String> {
        let endpoint = arguments::text(matches, "endpoint").unwrap_or_default();
        let endpoint = endpoint.trim_end_matches('/').to_owned();
        let ca = match (matches.get_one::<PathBuf>("ca"), std::env::var_os("AWS_CA_BUNDLE")) {
            (Some(path), _) => path.clone(),
            (None, Some(path)) => path.into(),
            (None, None) => ca::default_directory().map_err(|e| e.to_string())?.join("ca.pem"),
        };
        Ok(Self { endpoint, ca })
    }

    /// Sends a command and gives its result.
    pub(super) fn send(&self, command: &Command) -> Result<serde_json::Value, String> {
        let body = serde_json::to_vec(command).map_err(|e| e.to_string())?;
        let url = format!("{}{PREFIX}control", self.endpoint);
        let answer = client::post(&url, &body, self.ca.clone(), PATIENCE, ANSWER_MAX);
        let (status, answer) = answer.map_err(|error| match error {
            client::Error::Configuration(why) => format!("--endpoint: {why}"),
            error => format!("no answer from {}: {error}", self.endpoint),
        })?;
        let value: serde_json::Value = serde_json::from_slice(answer.expose()).unwrap_or_default();
        if status == 200 {
            return Ok(value);
        }
        let message = value.get("message").and_then(|message| message.as_str());
        Err(message.map_or_else(|| format!("{} answered {status}", self.endpoint), str::to_owned))
    }
}
