//! HTTP bindings: restJson and restXml.
//!
//! A request's input comes from its path (`template`), query string (`query`), headers (`headers`) and body (`body`);
//! an answer goes out the same ways. Guarantees: every member is read from the one place that the model binds it to,
//! and from nowhere else.

mod answer;
mod body;
mod escape;
mod fault;
mod headers;
mod query;
mod read;
mod request;
mod s3;
mod template;

pub(crate) use answer::answer;
pub(crate) use fault::fault;
pub(crate) use read::read;
pub(crate) use request::request;

/// Why a request cannot be read, for its caller.
pub(crate) struct Refusal {
    text: String,
    /// Whether it is the body that cannot be read.
    #[expect(dead_code)]
    in_body: bool,
}

impl Refusal {
    fn new(text: String) -> Self {
        Self { text, in_body: false }
    }

    fn in_body(text: &str) -> Self {
        Self { text: text.to_owned(), in_body: true }
    }
}
