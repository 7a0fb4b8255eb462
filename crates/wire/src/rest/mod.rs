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
mod invalid;
mod query;
mod read;
mod request;
mod route;
mod router;
pub(crate) mod s3;
mod template;

pub(crate) use answer::answer;
pub(crate) use fault::fault;
pub(crate) use invalid::invalid;
pub(crate) use read::read;
pub(crate) use request::request;
pub(crate) use route::{of_host, route_signed, route_unsigned, signed_for};
pub(crate) use router::input;

/// Why a request cannot be read, for its caller.
pub(crate) struct Refusal {
    text: String,
    /// Whether it is the body that cannot be read.
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
