//! Talks to a running server: over the control socket in its data directory (`serve`), or at its endpoint (`dev`).
//!
//! Guarantees: a command goes to one server, never to another than was named; each request is one answer, of limited size.

use super::{arguments, local};
use crate::ca;
use crate::control::{ANSWER_MAX, Command, PREFIX};
use clap::ArgMatches;
use clap::parser::ValueSource;
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How long the server may take for a command. A reset of a large store is the slowest.
const PATIENCE: Duration = Duration::from_secs(60);

/// A server to send commands to.
pub(super) enum Client {
    /// The server in this data directory.
    Directory(PathBuf),
    /// The server at this URL, trusted by this authority where it speaks TLS.
    Endpoint { url: String, ca: PathBuf },
}

impl Client {
    /// The server that [`arguments::server`] name: the one in the data directory if there is one, else the one at the
    /// endpoint. A flag counts more than the environment, where a shell may have both.
    pub(super) fn new(matches: &ArgMatches) -> Result<Self, String> {
        let is_flag = |name| matches.value_source(name) == Some(ValueSource::CommandLine);
        let data = matches.get_one::<PathBuf>("data");
        match data {
            Some(_) if is_flag("data") && (is_flag("endpoint") || is_flag("ca")) => Err(
                "give --data DIR for a server of `fastness serve`, or --endpoint URL for one of `fastness dev`, not both"
                    .into(),
            ),
            Some(dir) if is_flag("data") || !is_flag("endpoint") => Ok(Self::Directory(dir.clone())),
            _ => Self::at_endpoint(matches),
        }
    }

    fn at_endpoint(matches: &ArgMatches) -> Result<Self, String> {
        let url = arguments::text(matches, "endpoint").unwrap_or_default().trim_end_matches('/').to_owned();
        let ca = match (matches.get_one::<PathBuf>("ca"), std::env::var_os("AWS_CA_BUNDLE")) {
            (Some(path), _) => path.clone(),
            (None, Some(path)) => path.into(),
            (None, None) => ca::default_directory().map_err(|e| e.to_string())?.join("ca.pem"),
        };
        Ok(Self::Endpoint { url, ca })
    }

    /// The data directory, if that is where the server is reached.
    pub(super) fn directory(&self) -> Option<&Path> {
        match self {
            Self::Directory(dir) => Some(dir),
            Self::Endpoint { .. } => None,
        }
    }

    /// Sends a command and gives its result.
    pub(super) fn send(&self, command: &Command) -> Result<Value, String> {
        let (url, ca) = match self {
            Self::Directory(dir) => return local::send(dir, command).map_err(|unanswered| unanswered.words(dir)),
            Self::Endpoint { url, ca } => (url, ca),
        };
        let body = serde_json::to_vec(command).map_err(|e| e.to_string())?;
        let answer = client::post(&format!("{url}{PREFIX}control"), &body, ca.clone(), PATIENCE, ANSWER_MAX);
        let (status, answer) = answer.map_err(|error| match error {
            client::Error::Configuration(why) => format!("--endpoint: {why}"),
            error => format!("no answer from {url}: {error}; a server of `fastness serve` is reached with --data DIR"),
        })?;
        result(status, answer.expose(), url)
    }
}

/// The result in an answer, or the message of a refusal; `server` is who answered.
pub(super) fn result(status: u16, body: &[u8], server: &str) -> Result<Value, String> {
    let value: Value = serde_json::from_slice(body).unwrap_or_default();
    if status == 200 {
        return Ok(value);
    }
    let message = value.get("message").and_then(Value::as_str);
    Err(message.map_or_else(|| format!("{server} answered {status}"), str::to_owned))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Which server a command line names.
    fn named(line: &str) -> Result<String, String> {
        let command = clap::Command::new("x").args(arguments::server()).subcommand(clap::Command::new("y"));
        let matches = command.try_get_matches_from(line.split(' ')).unwrap();
        Client::new(matches.subcommand().map_or(&matches, |(_, inner)| inner)).map(|client| match client {
            Client::Directory(dir) => dir.display().to_string(),
            Client::Endpoint { url, .. } => url,
        })
    }

    #[test]
    fn a_command_names_one_server_before_or_behind_its_subcommand() {
        for line in ["x --data d", "x --data d y", "x y --data d"] {
            assert_eq!(named(line).unwrap(), "d", "{line}");
        }
        for line in ["x --endpoint http://h:1/", "x y --endpoint http://h:1"] {
            assert_eq!(named(line).unwrap(), "http://h:1", "{line}");
        }
        for line in ["x --data d --endpoint http://h:1", "x --data d y --endpoint http://h:1", "x --data d --ca f"] {
            assert!(named(line).unwrap_err().contains("not both"), "{line}");
        }
    }

    #[test]
    fn a_refusal_is_told_in_the_servers_words() {
        assert_eq!(result(200, br#"{"a":1}"#, "s").unwrap()["a"], 1);
        assert_eq!(result(400, br#"{"message":"no"}"#, "s").unwrap_err(), "no");
        assert_eq!(result(502, b"<html>", "s").unwrap_err(), "s answered 502");
    }
}
