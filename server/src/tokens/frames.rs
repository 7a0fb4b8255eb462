//! What the server and its helper say to each other over the helper's standard input and output.
//!
//! A frame is its length in four bytes, big-endian, and that many bytes. Guarantees: a frame is limited in length; what it
//! holds is wiped when it was used.

use base::Secret;
use kernel::{TokenError, TokenQuestion, TokenTask};
use serde::{Deserialize, Serialize};
use std::io::{self, Read, Write};

/// The longest frame: a message of KMS with all that goes with it.
const MAX_FRAME: usize = 64 * 1024;

/// A request.
#[derive(Serialize, Deserialize)]
pub(super) struct Request {
    pub(super) token: String,
    pub(super) pin: String,
    pub(super) task: Task,
}

/// What a token has to do: a [`TokenTask`] on its way, or what a seal asks.
#[derive(Serialize, Deserialize)]
pub(crate) enum Task {
    /// To be there.
    Find,
    /// To let its user in.
    Open,
    /// To make a key, unless it has one of this label.
    Generate { key: String },
    /// To encrypt by AES-GCM.
    Encrypt { key: KeyName, bound: Vec<u8>, plaintext: Vec<u8> },
    /// To decrypt what it answered before.
    Decrypt { key: KeyName, bound: Vec<u8>, sealed: Vec<u8> },
    /// To give random bytes.
    Random { length: u32 },
}

/// What a key in a token is found by; what is empty does not matter.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct KeyName {
    /// `CKA_LABEL`
    pub(crate) label: String,
    /// `CKA_ID`
    pub(crate) id: Vec<u8>,
}

impl KeyName {
    pub(super) fn labelled(label: &str) -> Self {
        Self { label: label.to_owned(), id: Vec::new() }
    }
}

/// An answer.
#[derive(Serialize, Deserialize)]
pub(super) struct Response(Result<Vec<u8>, Failure>);

/// A [`TokenError`] on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Failure {
    NoModule,
    NoToken,
    WrongPin,
    Locked,
    NoKey,
    Invalid,
    Failed,
}

impl Request {
    pub(super) fn of(question: &TokenQuestion) -> Self {
        let task = match &question.task {
            TokenTask::Find => Task::Find,
            TokenTask::Open => Task::Open,
            TokenTask::Generate { key } => Task::Generate { key: key.clone() },
            TokenTask::Encrypt { key, bound, plaintext } => Task::Encrypt {
                key: KeyName::labelled(key),
                bound: bound.clone(),
                plaintext: plaintext.expose().clone(),
            },
            TokenTask::Decrypt { key, bound, sealed } => {
                Task::Decrypt { key: KeyName::labelled(key), bound: bound.clone(), sealed: sealed.clone() }
            }
            TokenTask::Random { length } => Task::Random { length: u32::try_from(*length).unwrap_or(0) },
        };
        Self { token: question.token.clone(), pin: question.pin.expose().clone(), task }
    }

    pub(super) fn to_bytes(&self) -> Option<Secret<Vec<u8>>> {
        postcard::to_extend(self, Secret::new(Vec::new())).ok()
    }

    pub(super) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        postcard::from_bytes(bytes).ok()
    }
}

impl Drop for Request {
    fn drop(&mut self) {
        drop(Secret::new(std::mem::take(&mut self.pin)));
        if let Task::Encrypt { plaintext, .. } = &mut self.task {
            drop(Secret::new(std::mem::take(plaintext)));
        }
    }
}

impl Response {
    pub(super) fn done(mut bytes: Secret<Vec<u8>>) -> Self {
        Self(Ok(std::mem::take(bytes.expose_mut())))
    }

    pub(super) fn failed(failure: Failure) -> Self {
        Self(Err(failure))
    }

    pub(super) fn to_bytes(&self) -> Option<Secret<Vec<u8>>> {
        postcard::to_extend(self, Secret::new(Vec::new())).ok()
    }

    pub(super) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        postcard::from_bytes(bytes).ok()
    }

    pub(super) fn into_answer(mut self) -> Result<Secret<Vec<u8>>, TokenError> {
        match &mut self.0 {
            Ok(bytes) => Ok(Secret::new(std::mem::take(bytes))),
            Err(failure) => Err(match failure {
                Failure::NoModule => TokenError::NoModule,
                Failure::NoToken => TokenError::NoToken,
                Failure::WrongPin => TokenError::WrongPin,
                Failure::Locked => TokenError::Locked,
                Failure::NoKey => TokenError::NoKey,
                Failure::Invalid => TokenError::Invalid,
                Failure::Failed => TokenError::Failed,
            }),
        }
    }
}

impl Drop for Response {
    fn drop(&mut self) {
        if let Ok(bytes) = &mut self.0 {
            drop(Secret::new(std::mem::take(bytes)));
        }
    }
}

/// Writes a frame.
pub(super) fn write(to: &mut impl Write, body: &[u8]) -> io::Result<()> {
    let length = u32::try_from(body.len()).ok().filter(|_| body.len() <= MAX_FRAME);
    let length = length.ok_or_else(|| io::Error::other("a frame is too long"))?;
    to.write_all(&length.to_be_bytes())?;
    to.write_all(body)?;
    to.flush()
}

/// Reads a frame; `None` where the other side ended before one began.
pub(super) fn read(from: &mut impl Read) -> io::Result<Option<Secret<Vec<u8>>>> {
    let mut length = [0; 4];
    match from.read_exact(&mut length) {
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        outcome => outcome?,
    }
    let length = usize::try_from(u32::from_be_bytes(length)).unwrap_or(usize::MAX);
    if length > MAX_FRAME {
        return Err(io::Error::other("a frame is too long"));
    }
    let mut body = Secret::new(vec![0; length]);
    from.read_exact(body.expose_mut())?;
    Ok(Some(body))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_back_and_nothing_else() {
        let question = TokenQuestion {
            token: "token".to_owned(),
            pin: Secret::new("pin".to_owned()),
            task: TokenTask::Encrypt { key: "k".to_owned(), bound: vec![1], plaintext: Secret::new(vec![2, 3]) },
        };
        let mut wire = Vec::new();
        write(&mut wire, Request::of(&question).to_bytes().unwrap().expose()).unwrap();
        let body = read(&mut wire.as_slice()).unwrap().unwrap();
        let request = Request::from_bytes(body.expose()).unwrap();
        assert_eq!((request.token.as_str(), request.pin.as_str()), ("token", "pin"));
        assert!(matches!(&request.task, Task::Encrypt { plaintext, .. } if plaintext == &[2, 3]));
        for length in 0..wire.len() {
            let cut = read(&mut &wire[..length]);
            assert!(cut.is_err() || cut.is_ok_and(|frame| frame.is_none()), "{length}");
        }
        assert!(read(&mut &[0xff; 8][..]).is_err(), "longer than any frame");
        assert!(write(&mut Vec::new(), &vec![0; MAX_FRAME + 1]).is_err());
    }

    #[test]
    fn every_failure_arrives_as_itself() {
        let sent = Response::failed(Failure::Locked).to_bytes().unwrap();
        let answer = Response::from_bytes(sent.expose()).unwrap().into_answer();
        assert_eq!(answer.err(), Some(TokenError::Locked));
    }
}
