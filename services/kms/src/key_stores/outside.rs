//! What the other side of a key store is asked, and what its answers come to.
//!
//! Guarantees: an answer counts only after it was checked in full; whatever else comes has a [`Cause`].

use super::error::Cause;
use super::{Cluster, Proxy, StoreKind};
use base::Secret;
use kernel::{Ctx, Error, Exchange, Question, Reply, Result, TokenQuestion, TokenTask, WebQuestion};
use std::time::Duration;
use xks::{Asker, Call, Health, KeyMetadata, RefusalName, Sealed};

/// How long a proxy may take, connecting included. Source: XKS Proxy API Specification, "Performance".
const PATIENCE: Duration = Duration::from_millis(250);

/// How far a run came: to its result, or to a question that comes first.
pub(crate) enum Step<T> {
    /// To its result.
    Done(T),
    /// To a question, by its name.
    Ask(&'static str, Question),
}

/// The result of a step. Where it is a question, the handler ends with it and hands its input back.
macro_rules! answered {
    ($step:expr, $ctx:expr, $input:expr) => {
        match $step {
            $crate::key_stores::Step::Done(done) => done,
            $crate::key_stores::Step::Ask(name, question) => return Err($ctx.ask(name, question, $input)),
        }
    };
}
pub(crate) use answered;

/// What is wanted of the other side of a store.
pub(super) enum Wanted<'w> {
    /// To be there.
    Probe,
    /// To let this server in.
    Entry,
    /// To say what kind of key it has.
    Metadata {
        /// The external key's id.
        key: &'w str,
    },
    /// To make a key.
    NewKey {
        /// The new key's label.
        key: &'w str,
    },
    /// To encrypt.
    Encryption {
        /// The key's name there.
        key: &'w str,
        /// The ARN of the KMS key.
        arn: &'w str,
        plaintext: &'w [u8],
        bound: &'w [u8],
    },
    /// To decrypt.
    Decryption {
        /// The key's name there.
        key: &'w str,
        /// The ARN of the KMS key.
        arn: &'w str,
        sealed: &'w [u8],
        bound: &'w [u8],
    },
    /// To give random bytes.
    Random { length: usize },
}

impl StoreKind {
    /// The question that gets what is wanted; `operation` is the one of KMS. `None` if it cannot be asked of such a store, or
    /// what is to be decrypted cannot come from it.
    pub(super) fn question(&self, ctx: &Ctx<'_>, operation: &str, wanted: &Wanted<'_>) -> Option<Question> {
        match self {
            Self::Proxy(proxy) => proxy.question(ctx, operation, wanted),
            Self::Cluster(cluster) => cluster.question(wanted),
        }
    }
}

impl Proxy {
    fn question(&self, ctx: &Ctx<'_>, operation: &str, wanted: &Wanted<'_>) -> Option<Question> {
        let caller = ctx.caller();
        let principal = caller.principal.arn(ctx.partition());
        let asker = |key| Asker {
            principal: Some(&principal),
            key,
            operation,
            request_id: ctx.request_id(),
            via: caller.via.as_deref(),
        };
        let (call, key, body) = match wanted {
            Wanted::Probe | Wanted::Entry => (Call::Health, "", asker(None).health()),
            Wanted::Metadata { key } => (Call::Metadata, *key, asker(None).metadata()),
            Wanted::Encryption { key, arn, plaintext, bound } => {
                (Call::Encrypt, *key, asker(Some(arn)).encrypt(plaintext, bound))
            }
            Wanted::Decryption { key, arn, sealed, bound } => {
                (Call::Decrypt, *key, asker(Some(arn)).decrypt(&Sealed::from_bytes(sealed)?, bound))
            }
            Wanted::NewKey { .. } | Wanted::Random { .. } => return None,
        };
        Some(Question::Web(WebQuestion {
            url: format!("{}{}{}", self.endpoint, self.path, call.path(key)),
            access_key_id: self.access_key_id.clone(),
            secret: self.secret.duplicate(),
            region: ctx.scope().region,
            service: xks::SERVICE,
            body,
            within: PATIENCE,
        }))
    }
}

impl Cluster {
    fn question(&self, wanted: &Wanted<'_>) -> Option<Question> {
        let owned = |key: &str| key.to_owned();
        let task = match wanted {
            Wanted::Probe => TokenTask::Find,
            Wanted::Entry => TokenTask::Open,
            Wanted::Metadata { .. } => return None,
            Wanted::NewKey { key } => TokenTask::Generate { key: owned(key) },
            Wanted::Encryption { key, plaintext, bound, .. } => {
                let plaintext = Secret::new(plaintext.to_vec());
                TokenTask::Encrypt { key: owned(key), bound: bound.to_vec(), plaintext }
            }
            Wanted::Decryption { key, sealed, bound, .. } => {
                TokenTask::Decrypt { key: owned(key), bound: bound.to_vec(), sealed: sealed.to_vec() }
            }
            Wanted::Random { length } => TokenTask::Random { length: *length },
        };
        Some(Question::Token(TokenQuestion { token: self.id.clone(), pin: self.password.duplicate(), task }))
    }
}

/// A reply that says yes, or why there is none.
fn accepted(exchange: &Exchange) -> Result<std::result::Result<&Reply, Cause>> {
    Ok(match exchange.web()? {
        Ok(reply) if reply.status == 200 => Ok(reply),
        Ok(reply) => match RefusalName::read(reply.status, reply.body.expose()) {
            Some(name) => Err(Cause::Refused(name)),
            None => Err(Cause::Malformed),
        },
        Err(why) => Err(Cause::Unanswered(why)),
    })
}

fn by_token(exchange: &Exchange) -> Result<std::result::Result<&[u8], Cause>> {
    Ok(exchange.token()?.map_err(Cause::Token))
}

/// Whether the other side is there, or let this server in.
pub(super) fn is_well(exchange: &Exchange) -> Result<std::result::Result<(), Cause>> {
    Ok(match &exchange.question {
        Question::Web(_) => accepted(exchange)?.and_then(|reply| match Health::read(reply.body.expose()) {
            Ok(_) => Ok(()),
            Err(_) => Err(Cause::Malformed),
        }),
        Question::Token(_) => by_token(exchange)?.map(|_| ()),
    })
}

/// What an external key is.
pub(super) fn metadata(exchange: &Exchange) -> Result<std::result::Result<KeyMetadata, Cause>> {
    Ok(accepted(exchange)?.and_then(|reply| KeyMetadata::read(reply.body.expose()).map_err(|_| Cause::Malformed)))
}

/// The label of the key that a token made, or had already.
pub(super) fn made(exchange: &Exchange) -> Result<std::result::Result<&str, Cause>> {
    let label = match &exchange.question {
        Question::Token(TokenQuestion { task: TokenTask::Generate { key }, .. }) => key.as_str(),
        _ => return Err(unasked()),
    };
    Ok(by_token(exchange)?.map(|_| label))
}

/// What was to be encrypted.
pub(super) fn asked_plaintext(exchange: &Exchange) -> Result<Secret<Vec<u8>>> {
    match &exchange.question {
        Question::Web(question) => Ok(xks::Encrypt::read(question.body.expose()).map_err(|_| unasked())?.plaintext),
        Question::Token(TokenQuestion { task: TokenTask::Encrypt { plaintext, .. }, .. }) => Ok(plaintext.duplicate()),
        Question::Token(_) => Err(unasked()),
    }
}

/// What the other side made of `length` bytes, bound to `bound`.
pub(super) fn encrypted(
    exchange: &Exchange,
    length: usize,
    bound: &[u8],
) -> Result<std::result::Result<Vec<u8>, Cause>> {
    Ok(match &exchange.question {
        Question::Web(_) => accepted(exchange)?.and_then(|reply| {
            let sealed = Sealed::read(reply.body.expose(), length, bound).map_err(|_| Cause::Malformed)?;
            Ok(sealed.to_bytes())
        }),
        Question::Token(_) => by_token(exchange)?.map(<[u8]>::to_vec),
    })
}

/// What the other side decrypted. `sealed` is what it was asked to.
pub(super) fn decrypted(exchange: &Exchange, sealed: &[u8]) -> Result<std::result::Result<Secret<Vec<u8>>, Cause>> {
    Ok(match &exchange.question {
        Question::Web(_) => accepted(exchange)?.and_then(|reply| {
            let length = Sealed::from_bytes(sealed).ok_or(Cause::Malformed)?.ciphertext.len();
            xks::read_plaintext(reply.body.expose(), length).map_err(|_| Cause::Malformed)
        }),
        Question::Token(_) => by_token(exchange)?.map(|plaintext| Secret::new(plaintext.to_vec())),
    })
}

/// Random bytes of a token.
pub(super) fn drawn(exchange: &Exchange, length: usize) -> Result<std::result::Result<Secret<Vec<u8>>, Cause>> {
    let whole =
        |bytes: &[u8]| if bytes.len() == length { Ok(Secret::new(bytes.to_vec())) } else { Err(Cause::Malformed) };
    Ok(by_token(exchange)?.and_then(whole))
}

fn unasked() -> Error {
    Error::Internal("a key store answered what it was not asked".into())
}
