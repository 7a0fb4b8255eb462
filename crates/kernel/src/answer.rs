//! From what a handler gave to the bytes of an answer.
//!
//! Guarantees: what the model marks as secret is wiped from the value once it is written, and from the answer once that is
//! sent.

use base::Secret;
use bytes::Bytes;
use model::{Fault, Value};

/// The answer to a routed request.
pub(crate) fn respond(routed: &wire::Routed, answer: Result<Value, Fault>, request_id: &str) -> http::Response<Bytes> {
    match answer {
        Ok(mut output) => {
            let response = wire::encode(routed, Some(&output), request_id);
            match routed.operation.output {
                Some(shape) if model::wipe_secrets(routed.service, shape, &mut output) => response.map(wiped_when_sent),
                _ => response,
            }
        }
        Err(fault) => wire::encode_fault(routed.protocol, Some(routed.service), &fault, request_id),
    }
}

/// The same body, which is overwritten when its last reader drops it.
fn wiped_when_sent(body: Bytes) -> Bytes {
    struct Body(Secret<Vec<u8>>);
    impl AsRef<[u8]> for Body {
        fn as_ref(&self) -> &[u8] {
            self.0.expose()
        }
    }
    Bytes::from_owner(Body(Secret::new(body.into())))
}
