//! The errors of Organizations, with the texts that clients match on.
//!
//! Source: AWS Organizations API Reference; texts as the AWS CLI and Terraform show them.

use model::{Fault, Value};

/// The caller's account is in no organization.
pub(crate) fn not_in_use() -> Fault {
    Fault::client("AWSOrganizationsNotInUseException", "Your account is not a member of an organization.")
}

/// Only the management account, or a delegated administrator, may do this.
pub(crate) fn not_yours() -> Fault {
    Fault::client("AccessDeniedException", "You don't have permissions to access this resource.")
}

/// The account is in an organization already.
pub(crate) fn already_in_organization() -> Fault {
    Fault::client("AlreadyInOrganizationException", "The AWS account is already a member of an organization.")
}

pub(crate) fn account_not_found() -> Fault {
    Fault::client("AccountNotFoundException", "You specified an account that doesn't exist.")
}

pub(crate) fn unit_not_found() -> Fault {
    Fault::client("OrganizationalUnitNotFoundException", "You specified an organizational unit that doesn't exist.")
}

pub(crate) fn root_not_found() -> Fault {
    Fault::client("RootNotFoundException", "You specified a root that doesn't exist.")
}

pub(crate) fn parent_not_found() -> Fault {
    Fault::client("ParentNotFoundException", "You specified parent that doesn't exist.")
}

pub(crate) fn child_not_found() -> Fault {
    Fault::client("ChildNotFoundException", "You specified a child that doesn't exist.")
}

pub(crate) fn target_not_found() -> Fault {
    Fault::client("TargetNotFoundException", "You specified a target that doesn't exist.")
}

pub(crate) fn policy_not_found() -> Fault {
    Fault::client("PolicyNotFoundException", "You specified a policy that doesn't exist.")
}

pub(crate) fn handshake_not_found() -> Fault {
    Fault::client("HandshakeNotFoundException", "You specified a handshake that doesn't exist.")
}

pub(crate) fn creation_not_found() -> Fault {
    Fault::client(
        "CreateAccountStatusNotFoundException",
        "We can't find an create account request with the CreateAccountRequestId that you specified.",
    )
}

pub(crate) fn bare(code: &'static str, text: &'static str) -> Fault {
    Fault::client(code, text)
}

/// Input that the model admits and the service does not.
pub(crate) fn invalid_input(reason: &'static str, text: impl Into<String>) -> Fault {
    with_reason("InvalidInputException", reason, text)
}

/// A limit or a rule of the organization.
pub(crate) fn constraint(reason: &'static str, text: impl Into<String>) -> Fault {
    with_reason("ConstraintViolationException", reason, text)
}

/// A rule of handshakes.
pub(crate) fn handshake_constraint(reason: &'static str, text: impl Into<String>) -> Fault {
    with_reason("HandshakeConstraintViolationException", reason, text)
}

/// The document is none, or not one of its type.
pub(crate) fn malformed_policy(detail: &str) -> Fault {
    let text = "The provided policy document does not meet the requirements of the specified policy type.";
    let text = if detail.is_empty() { text.to_owned() } else { format!("{text} {detail}") };
    Fault::client("MalformedPolicyDocumentException", text)
}

/// Something failed inside the service.
pub(crate) fn internal() -> Fault {
    let text = "AWS Organizations can't complete your request because of an internal service error. Try again later.";
    Fault::server("ServiceException", text)
}

/// The caller is above a request quota.
pub(crate) fn throttled() -> Fault {
    with_reason(
        "TooManyRequestsException",
        "",
        "AWS Organizations can't complete your request because another request is already in progress. Try again later.",
    )
}

fn with_reason(code: &'static str, reason: &'static str, text: impl Into<String>) -> Fault {
    let fault = Fault::client(code, text);
    if reason.is_empty() { fault } else { fault.with_member("Reason", Value::String(reason.to_owned())) }
}
