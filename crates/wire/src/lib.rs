//! Protocols and routing: bytes to values and back, for every protocol that a service speaks.
//!
//! Guarantees: a decoded value holds all constraints of its shape; decoding never panics, and what it allocates is
//! bounded by [`limits::MEMORY_MULTIPLE`] times the input; an ambiguous request is refused, never guessed at. The only
//! crate that knows HTTP bodies; it knows nothing of any single service.

pub mod cbor;
mod decode;
mod encode;
mod encoding;
pub mod json;
pub mod limits;
mod query;
mod rest;
mod route;
mod serialization;
mod text;
mod time;
mod xml;

pub use decode::{decode, read};
pub use encode::{encode, encode_fault, encode_request};
pub use rest::s3::{is_s3, path_style};
pub use route::{Protocol, Request, RouteError, Routed, route};
