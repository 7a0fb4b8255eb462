//! Exchanges: a question of one call to the world outside, and its answer, between two runs of its handler.
//!
//! A handler that cannot go on without somebody outside (an external key store's proxy, a hardware module) ends its run
//! with [`Ctx::ask`]. The road has the question answered, outside of any transaction, and runs the call again: resolve,
//! authorise, handle, with question and answer among the facts of the call ([`Ctx::exchanged`]). Decision: ADR 0008.
//!
//! Guarantees: handlers do no I/O (I3); nothing is asked before it is decided that the caller may (I2); a question of a
//! name is asked once, and every later run finds what was asked then beside the answer, so what a run drew by chance is
//! neither lost nor used twice; a call asks a limited number of questions, each for a limited time; a call that asks
//! nothing pays for nothing.

use crate::call::Call;
use crate::chore::Due;
use crate::compute::Computation;
use crate::control::Kernel;
use crate::ctx::Ctx;
use crate::error::{Error, Result};
use base::{Region, Secret};
use std::any::Any;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

/// Questions of one call, those of calls that it forwards included.
const MAX_QUESTIONS: usize = 8;

/// The longest that an exchange may take, whatever it asks for.
const LONGEST: Duration = Duration::from_secs(30);

/// What a call asks.
pub enum Question {
    /// A request over HTTPS.
    Web(WebQuestion),
    /// Something that a token behind a PKCS#11 module has to do.
    Token(TokenQuestion),
}

/// A POST of JSON over HTTPS, signed with Signature Version 4.
pub struct WebQuestion {
    /// Where to: scheme, host and path, without a query.
    pub url: String,
    /// The id of the key that signs.
    pub access_key_id: String,
    /// Its secret.
    pub secret: Secret<String>,
    /// The Region that it is signed for.
    pub region: Region,
    /// The service that it is signed for.
    pub service: &'static str,
    /// The body.
    pub body: Secret<Vec<u8>>,
    /// How long the answer may take, connecting included.
    pub within: Duration,
}

/// What a token has to do.
pub struct TokenQuestion {
    /// The token's label.
    pub token: String,
    /// The PIN of its user.
    pub pin: Secret<String>,
    /// What it has to do.
    pub task: TokenTask,
}

/// The things that a token can be asked to do. Keys go by their label, and are AES-256 keys that cannot leave the token.
pub enum TokenTask {
    /// To be there.
    Find,
    /// To let its user in, and no more.
    Open,
    /// To make a key, unless it has one of this label.
    Generate {
        /// The key's label.
        key: String,
    },
    /// To encrypt by AES-GCM. It answers IV (12 bytes), ciphertext and tag (16 bytes), one behind the other.
    Encrypt {
        /// The key's label.
        key: String,
        /// What the ciphertext is bound to.
        bound: Vec<u8>,
        /// What to encrypt.
        plaintext: Secret<Vec<u8>>,
    },
    /// To decrypt what it answered before.
    Decrypt {
        /// The key's label.
        key: String,
        /// What the ciphertext is bound to.
        bound: Vec<u8>,
        /// IV, ciphertext and tag.
        sealed: Vec<u8>,
    },
    /// To give random bytes.
    Random {
        /// How many.
        length: usize,
    },
}

/// What the outside answers.
pub enum Answer {
    /// To a [`WebQuestion`].
    Web(std::result::Result<Reply, Unanswered>),
    /// To a [`TokenQuestion`]: what the task says, or nothing.
    Token(std::result::Result<Secret<Vec<u8>>, TokenError>),
}

/// An answer over HTTPS, whatever its status.
pub struct Reply {
    /// The status.
    pub status: u16,
    /// The body, of limited size.
    pub body: Secret<Vec<u8>>,
}

/// Why there is no answer over HTTPS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unanswered {
    /// Nobody could be connected to.
    NoConnection,
    /// Who could is not to be trusted, or speaks no TLS that is good enough.
    NoTls,
    /// It took too long.
    TimedOut,
    /// What came is no HTTP, or too much of it.
    Broken,
}

/// Why a token did not do what it was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenError {
    /// No module is configured, or it cannot be loaded.
    NoModule,
    /// The module has no token of this label.
    NoToken,
    /// The PIN is wrong.
    WrongPin,
    /// The PIN is locked after too many wrong ones.
    Locked,
    /// The token has no such key.
    NoKey,
    /// What was to be decrypted was not encrypted so.
    Invalid,
    /// The token failed, or its module did, or it took too long.
    Failed,
}

/// A question and its answer, as facts of a call.
pub struct Exchange {
    name: String,
    /// What was asked.
    pub question: Question,
    /// What was answered.
    pub answer: Answer,
    before: Option<Arc<Exchange>>,
}

impl Exchange {
    /// The answer over HTTPS.
    pub fn web(&self) -> Result<std::result::Result<&Reply, Unanswered>> {
        match &self.answer {
            Answer::Web(answer) => Ok(answer.as_ref().map_err(|why| *why)),
            Answer::Token(_) => Err(Error::Internal(format!("{} was answered by a token", self.name))),
        }
    }

    /// A token's answer.
    pub fn token(&self) -> Result<std::result::Result<&[u8], TokenError>> {
        match &self.answer {
            Answer::Token(answer) => Ok(answer.as_ref().map(|bytes| bytes.expose().as_slice()).map_err(|why| *why)),
            Answer::Web(_) => Err(Error::Internal(format!("{} was answered over HTTPS", self.name))),
        }
    }
}

/// The end of a run that asks; see [`Ctx::ask`] and [`Ctx::compute`].
pub struct Asking {
    name: String,
    asked: Asked,
    /// The operation's input, for the next run.
    pub(crate) back: Option<Box<dyn Any + Send>>,
}

/// What a run ends with.
pub(crate) enum Asked {
    Outside(Question),
    Computation(Computation),
    Chore(Due),
}

/// What is about to be answered.
pub type Answering<'a> = Pin<Box<dyn Future<Output = Answer> + Send + 'a>>;

impl<'a> Ctx<'a> {
    /// What the outside answered when this call asked the question called `name`; `None` if it has not yet.
    pub fn exchanged(&self, name: &str) -> Option<&'a Exchange> {
        let mut exchange = self.call.exchanged.as_deref();
        let name = self.asked(name);
        while let Some(known) = exchange {
            if known.name == name {
                return Some(known);
            }
            exchange = known.before.as_deref();
        }
        None
    }

    /// Ends this run with a question, called `name`: what is returned is the run's error. The call runs again when there is
    /// an answer; `input` is handed back for that. Of one input, a name always means the same question.
    pub fn ask<I: Send + 'static>(&self, name: &str, question: Question, input: I) -> Error {
        self.ask_for(name, Asked::Outside(question), Box::new(input))
    }

    pub(crate) fn ask_for(&self, name: &str, asked: Asked, input: Box<dyn Any + Send>) -> Error {
        // Jobs are the service's own work, which nobody decides about.
        if !self.decided && self.call.operation.is_some() {
            return Error::Internal(format!("{} asks {name} outside before it is decided", self.call.name));
        }
        Error::Asking(Box::new(Asking { name: self.asked(name), asked, back: Some(input) }))
    }

    /// A forwarded call's questions are not those of another one of the same operation.
    pub(crate) fn asked(&self, name: &str) -> String {
        if self.nth == 0 { name.to_owned() } else { format!("{}/{name}", self.nth) }
    }
}

impl Kernel {
    /// Has a question of a call answered: the call with the answer among its facts.
    pub(crate) async fn answered(&self, call: &Call, asking: Asking) -> Result<Call> {
        let Asking { name, asked, .. } = asking;
        let question = match asked {
            Asked::Outside(question) => question,
            Asked::Chore(due) => return self.did(call, name, due).await,
            Asked::Computation(computation) => {
                let computed = self.computed(name, computation, call.computed.clone()).await?;
                return Ok(Call { computed: Some(Arc::new(computed)), ..call.clone() });
            }
        };
        let mut known = 0;
        let mut exchange = call.exchanged.as_deref();
        while let Some(before) = exchange {
            known += 1;
            if before.name == name {
                return Err(Error::Internal(format!("{} asks {name} outside a second time", call.name)));
            }
            exchange = before.before.as_deref();
        }
        if known >= MAX_QUESTIONS {
            return Err(Error::Internal(format!("{} asks more than {MAX_QUESTIONS} questions outside", call.name)));
        }
        let answer = tokio::time::timeout(LONGEST, self.outside.exchange(&question)).await;
        let answer = answer.unwrap_or_else(|_| match &question {
            Question::Web(_) => Answer::Web(Err(Unanswered::TimedOut)),
            Question::Token(_) => Answer::Token(Err(TokenError::Failed)),
        });
        let exchange = Exchange { name, question, answer, before: call.exchanged.clone() };
        Ok(Call { exchanged: Some(Arc::new(exchange)), ..call.clone() })
    }

    /// The same for a job, which has a thread to wait on.
    pub(crate) fn answered_here(&self, call: &Call, asking: Asking) -> Result<Call> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| Error::Internal(format!("nothing can be asked outside: {error}")))?;
        runtime.block_on(self.answered(call, asking))
    }
}
