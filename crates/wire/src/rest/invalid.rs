//! The error for a broken constraint, which REST services name in different ways.
//!
//! The rule: of [`CODES`], in their order, the first that the operation lists among its errors; else the first that
//! other operations of its service list; else `ValidationException`, which is what Lambda answers, whose own
//! `InvalidParameterValueException` comes from its handlers. S3 has two: one for the body, one for everything else.
//! Source: the models' documentation of these errors; logged answers of Lambda, API Gateway and GuardDuty.

use crate::Routed;
use crate::rest::s3;
use model::{Fault, Kind, Location, Operation, Service, Violation};

/// Errors that stand for "the input does not satisfy its constraints".
const CODES: &[&str] = &[
    "ValidationException",
    "BadRequestException",
    "InvalidInputException",
    "InvalidInput",
    "InvalidArgument",
    "InvalidParameterException",
    "InvalidRequestException",
];

/// The error of an operation for these violations, worded as `text`.
pub(crate) fn invalid(routed: &Routed, violations: &[Violation], text: String) -> Fault {
    let Routed { service, operation, .. } = routed;
    if s3::is_s3(service) {
        let in_body = violations.iter().any(|violation| is_in_body(service, operation, violation));
        return if in_body { s3::malformed_xml() } else { Fault::client("InvalidArgument", text) };
    }
    let fault = Fault::client(code(service, operation), text);
    match service.error(&fault.code) {
        Some(error) => fault.with_status(error.status),
        None => fault,
    }
}

fn code(service: &Service, operation: &Operation) -> &'static str {
    let lists = |operation: &Operation, code: &str| operation.errors.iter().any(|id| service.shape(*id).name == code);
    let own = CODES.iter().find(|code| lists(operation, code));
    let others = || CODES.iter().find(|code| service.operations().iter().any(|other| lists(other, code)));
    own.or_else(others).copied().unwrap_or("ValidationException")
}

/// Whether a violation is of a member that the body carries, by the first step of its path.
fn is_in_body(service: &Service, operation: &Operation, violation: &Violation) -> bool {
    let Some(Kind::Structure(structure)) = operation.input.map(|input| &service.shape(input).kind) else {
        return false;
    };
    let first = violation.path.split('.').next().unwrap_or_default();
    let named = structure.members.iter().find(|member| member.name.eq_ignore_ascii_case(first));
    named.is_some_and(|member| member.location == Location::Body)
}
