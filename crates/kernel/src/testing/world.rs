//! The world outside of a house: documents that a test puts there.

use crate::{Bringing, Brought, Fruitless, Outside};
use bytes::Bytes;
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// Documents by their address; everything else is out of reach.
#[derive(Default)]
pub struct World {
    documents: Mutex<BTreeMap<String, Brought>>,
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
}

impl Outside for World {
    fn fetch<'a>(&'a self, url: &'a str, _: &'a [[u8; 20]]) -> Bringing<'a> {
        let documents = self.documents.lock().unwrap_or_else(PoisonError::into_inner);
        let answer = documents.get(url).cloned();
        Box::pin(async move { answer.unwrap_or_else(|| Err(Fruitless::Unreachable(format!("nothing is at {url}")))) })
    }
}
