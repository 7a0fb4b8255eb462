//! Talks to the server that runs in a data directory, over its control socket.

use super::{arguments, client};
use crate::control::{ANSWER_MAX, Command, PREFIX};
use crate::socket::{NAME, PATH_MAX};
use base::Secret;
use clap::{Arg, ArgMatches};
use serde_json::Value;
use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How long the server may take: unsealing by a passphrase over a distant store is the slowest.
const PATIENCE: Duration = Duration::from_secs(120);
/// How long a long answer may stand still.
const LONG_PATIENCE: Duration = Duration::from_secs(600);
/// Largest head of an answer.
const HEAD_MAX: usize = 16 << 10;

/// The directory whose server is meant.
pub(super) fn data() -> Arg {
    arguments::data().global(false).required(true)
}

pub(super) fn dir(matches: &ArgMatches) -> Result<&Path, String> {
    matches.get_one::<PathBuf>("data").map(PathBuf::as_path).ok_or_else(|| "--data DIR is missing".into())
}

/// Why there is no answer.
pub(super) enum Unanswered {
    /// No server runs there.
    NotRunning,
    /// It takes a holder of the seal, who has to give something; in words.
    Unproven(String),
    /// It refused, or something failed; in words.
    Failed(String),
}

impl Unanswered {
    pub(super) fn words(self, dir: &Path) -> String {
        match self {
            Self::NotRunning => {
                let dir = dir.display();
                format!(
                    "no server of `fastness serve` runs in {dir}; start it with `fastness serve --data {}`; one of \
                     `fastness dev` is reached with --endpoint URL",
                    quoted(&dir.to_string())
                )
            }
            Self::Unproven(why) | Self::Failed(why) => why,
        }
    }
}

/// Sends a command and gives its result.
pub(super) fn send(dir: &Path, command: &Command) -> Result<Value, Unanswered> {
    let mut stream = connect(dir, PATIENCE)?;
    let mut body = Secret::new(Vec::with_capacity(4096));
    serde_json::to_writer(body.expose_mut(), command).map_err(|error| Unanswered::Failed(error.to_string()))?;
    let length = body.expose().len();
    let head = format!(
        "POST {PREFIX}control HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n"
    );
    let sent = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body.expose()));
    sent.map_err(|error| failed(dir, &error))?;
    let mut answer = Secret::new(Vec::new());
    let read_whole = stream.take((HEAD_MAX + ANSWER_MAX) as u64).read_to_end(answer.expose_mut());
    read_whole.map_err(|error| failed(dir, &error))?;
    let (status, body) =
        read(answer.expose()).ok_or_else(|| Unanswered::Failed("the server ended before it answered".into()))?;
    result(status, body)
}

/// Asks for a long answer, which ends where the connection does: whether it is whole, its content tells.
pub(super) fn stream(dir: &Path, what: &str) -> Result<BufReader<UnixStream>, Unanswered> {
    let mut stream = connect(dir, LONG_PATIENCE)?;
    let head =
        format!("POST {PREFIX}{what} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
    stream.write_all(head.as_bytes()).map_err(|error| failed(dir, &error))?;
    let mut answer = BufReader::with_capacity(256 << 10, stream);
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let left = HEAD_MAX.saturating_sub(head.len());
        let count =
            answer.by_ref().take(left as u64).read_until(b'\n', &mut head).map_err(|error| failed(dir, &error))?;
        if count == 0 {
            return Err(Unanswered::Failed("the server ended before it answered".into()));
        }
    }
    match read(&head) {
        Some((200, _)) => Ok(answer),
        Some((status, _)) => {
            let mut body = Vec::new();
            answer.take(ANSWER_MAX as u64).read_to_end(&mut body).map_err(|error| failed(dir, &error))?;
            let refusal = result(status, &body).err();
            Err(refusal.unwrap_or_else(|| Unanswered::Failed(format!("the server answered {status}"))))
        }
        None => Err(Unanswered::Failed("the answer is none of HTTP".into())),
    }
}

fn connect(dir: &Path, patience: Duration) -> Result<UnixStream, Unanswered> {
    let path = dir.join(NAME);
    if path.as_os_str().len() > PATH_MAX {
        return Err(Unanswered::NotRunning);
    }
    let stream = UnixStream::connect(path).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::ConnectionRefused => Unanswered::NotRunning,
        _ => failed(dir, &error),
    })?;
    let ready = stream.set_read_timeout(Some(patience)).and_then(|()| stream.set_write_timeout(Some(PATIENCE)));
    ready.map_err(|error| failed(dir, &error))?;
    Ok(stream)
}

fn failed(dir: &Path, error: &io::Error) -> Unanswered {
    let hint = match error.kind() {
        io::ErrorKind::PermissionDenied => "; only the user that the server runs as, and root, may control it",
        _ => "",
    };
    Unanswered::Failed(format!("{}: {error}{hint}", dir.join(NAME).display()))
}

/// What a command's answer comes to.
fn result(status: u16, body: &[u8]) -> Result<Value, Unanswered> {
    client::result(status, body, "the server").map_err(if status == 401 {
        Unanswered::Unproven
    } else {
        Unanswered::Failed
    })
}

/// Status and body of an answer after which the connection was closed.
fn read(answer: &[u8]) -> Option<(u16, &[u8])> {
    let end = answer.windows(4).position(|window| window == b"\r\n\r\n")?;
    let (head, body) = answer.split_at_checked(end)?;
    let status = std::str::from_utf8(head).ok()?.split(' ').nth(1)?.parse().ok()?;
    Some((status, body.get(4..)?))
}

/// Prints a result: as JSON if asked for, else as `words` has it.
pub(super) fn tell(matches: &ArgMatches, value: &Value, words: impl FnOnce() -> String) {
    if matches.get_flag("json") {
        super::say(&value.to_string());
    } else {
        super::say(&words());
    }
}

/// The arguments that all of these commands take.
pub(super) fn shared() -> [Arg; 2] {
    [data(), arguments::json()]
}

/// A word for a shell.
pub(super) fn quoted(text: &str) -> String {
    let plain = text.bytes().all(|b| b.is_ascii_alphanumeric() || b"/._-+:@%".contains(&b));
    if plain { text.to_owned() } else { format!("'{}'", text.replace('\'', r"'\''")) }
}
