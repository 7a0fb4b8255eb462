//! The world outside of a house: documents that a test puts there, and who answers its calls' questions.

use crate::{Answer, Answering, Bringing, Brought, Fruitless, Outside, Question, TokenError, Unanswered};
use bytes::Bytes;
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

type Script = Box<dyn FnMut(&Question) -> Answer + Send>;

/// Documents by their address; everything else is out of reach.
#[derive(Default)]
pub struct World {
    documents: Mutex<BTreeMap<String, Brought>>,
    script: Mutex<Option<Script>>,
}

impl World {
    /// From now on this is what is found there.
    pub fn says(&self, url: &str, document: impl Into<String>) {
        self.answers(url, Ok(Bytes::from(document.into())));
    }

    /// From now on this is how a visit ends.
    pub fn answers(&self, url: &str, answer: Brought) {
        self.documents.lock().unwrap_or_else(PoisonError::into_inner).insert(url.to_owned(), answer);
    }

    /// From now on this answers questions; before, nobody does.
    pub fn replies(&self, script: impl FnMut(&Question) -> Answer + Send + 'static) {
        *self.script.lock().unwrap_or_else(PoisonError::into_inner) = Some(Box::new(script));
    }
}

impl Outside for World {
    fn fetch<'a>(&'a self, url: &'a str, _: &'a [[u8; 20]]) -> Bringing<'a> {
        let documents = self.documents.lock().unwrap_or_else(PoisonError::into_inner);
        let answer = documents.get(url).cloned();
        Box::pin(async move { answer.unwrap_or_else(|| Err(Fruitless::Unreachable(format!("nothing is at {url}")))) })
    }

    fn exchange<'a>(&'a self, question: &'a Question) -> Answering<'a> {
        let mut script = self.script.lock().unwrap_or_else(PoisonError::into_inner);
        let answer = script.as_mut().map(|script| script(question));
        let answer = answer.unwrap_or_else(|| match question {
            Question::Web(_) => Answer::Web(Err(Unanswered::NoConnection)),
            Question::Token(_) => Answer::Token(Err(TokenError::NoModule)),
        });
        Box::pin(async move {
            // As a real answer does, it lets others go first.
            tokio::task::yield_now().await;
            answer
        })
    }
}
