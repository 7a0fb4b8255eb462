//! What S3 does in its own way: error form, ids, root elements.
//!
//! S3's model says none of it, so that these tables are by name. Source: S3 API reference.

use base64_simd::STANDARD;
use model::{Fault, Service};

/// The one service that writes bare errors and has names of its own for the common ones.
pub(crate) fn is_s3(service: &Service) -> bool {
    service.service_id == "S3"
}

/// Errors that belong to no model have names of their own in S3.
const CODES: &[(&str, &str, u16)] = &[
    ("AccessDeniedException", "AccessDenied", 403),
    ("ThrottlingException", "SlowDown", 503),
    ("ValidationException", "InvalidArgument", 400),
    ("SerializationException", "InvalidArgument", 400),
    ("RequestEntityTooLargeException", "EntityTooLarge", 400),
    ("InternalFailure", "InternalError", 500),
];

/// The code and status of an error.
pub(crate) fn code<'a>(service: Option<&'a Service>, fault: &'a Fault) -> (&'a str, u16) {
    if let Some(error) = service.and_then(|service| service.error(&fault.code)) {
        return (error.code.unwrap_or(&fault.code), error.status);
    }
    let known = CODES.iter().find(|(code, ..)| *code == fault.code);
    known.map_or((&fault.code, fault.status), |(_, code, status)| (code, *status))
}

/// The second id of a request: the first in another form, so that both lead to the record.
pub(crate) fn host_id(request_id: &str) -> String {
    STANDARD.encode_to_string(request_id)
}
