//! The errors of STS: code, status and text as AWS gives them.
//!
//! Codes and statuses are the model's; texts are those that callers of AWS have logged, where such are known. The words are
//! our own for: a source identity or a tag in AWS's name space, a managed policy that is none, a provider that cannot be
//! reached, a token that is too early, a message and an access key id that are none of ours.
//! Source: STS API Reference, "Errors" of each operation; texts as reported for AWS.

use crate::limits::{MAX_POLICIES, MAX_POLICY_CHARACTERS};
use kernel::Fruitless;
use model::Fault;

fn denied(text: impl Into<String>) -> Fault {
    Fault::client("AccessDenied", text.into()).with_status(403)
}

/// A role was asked for with the root user's credentials.
pub(crate) fn root_assumes() -> Fault {
    denied("Roles may not be assumed by root accounts.")
}

/// `operation` takes long-term credentials only.
pub(crate) fn with_session(operation: &str) -> Fault {
    denied(format!("Cannot call {operation} with session credentials"))
}

/// A serial number without a code, or a code without a serial number.
pub(crate) fn half_of_mfa() -> Fault {
    denied("MultiFactorAuthentication failed, must provide both MFA serial number and one time pass code.")
}

/// The device is not one of the caller's.
pub(crate) fn unknown_device() -> Fault {
    denied(
        "MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your MFA serial number is valid \
         and associated with this user.",
    )
}

/// The code is wrong, or was used.
pub(crate) fn wrong_code() -> Fault {
    denied("MultiFactorAuthentication failed with invalid MFA one time pass code. ")
}

/// The identity that a provider vouches for may not have the role. AWS does not say more.
pub(crate) fn web_identity_denied() -> Fault {
    denied("Not authorized to perform sts:AssumeRoleWithWebIdentity")
}

/// There is no such role, in the words of a denial.
pub(crate) fn no_role(caller: &str, role: &str) -> Fault {
    denied(format!("User: {caller} is not authorized to perform: sts:AssumeRole on resource: {role}"))
}

fn invalid(text: impl Into<String>) -> Fault {
    Fault::client("ValidationError", text.into())
}

/// What should name a role does not.
pub(crate) fn no_role_arn(arn: &str) -> Fault {
    invalid(format!("{arn} is invalid"))
}

/// Longer than the role allows.
pub(crate) fn over_role_maximum() -> Fault {
    invalid("The requested DurationSeconds exceeds the MaxSessionDuration set for this role.")
}

/// Longer than a role may be had with a role.
pub(crate) fn over_chain_maximum() -> Fault {
    invalid("The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.")
}

/// The source identity persists; it cannot be changed.
pub(crate) fn source_identity_set() -> Fault {
    invalid("The source identity is already set for this assume role session")
}

/// A source identity in AWS's own name space.
pub(crate) fn reserved_source_identity() -> Fault {
    invalid("The source identity must not begin with aws:")
}

/// More session policies than a session can have.
pub(crate) fn too_many_policies() -> Fault {
    constraint("policyArns", MAX_POLICIES)
}

/// Session policies that are too long together.
pub(crate) fn policies_too_long() -> Fault {
    constraint("policy", MAX_POLICY_CHARACTERS)
}

fn constraint(member: &str, most: usize) -> Fault {
    invalid(format!(
        "1 validation error detected: Value at '{member}' failed to satisfy constraint: Member must have length less \
         than or equal to {most}"
    ))
}

/// A managed policy that is none, or not of this account.
pub(crate) fn no_such_policy(arn: &str) -> Fault {
    invalid(format!("Policy {arn} does not exist or is not attachable."))
}

/// The session policy is not understood.
pub(crate) fn malformed_policy(text: impl Into<String>) -> Fault {
    Fault::client("MalformedPolicyDocument", text.into())
}

/// Policies and tags do not fit into a token: so many per cent of the room.
pub(crate) fn too_large(percent: u32, has_policies: bool) -> Fault {
    let text = if has_policies {
        format!("Packed policy consumes {percent}% of allotted space, please use smaller policy.")
    } else {
        format!("Packed size of session tags consumes {percent}% of allotted space.")
    };
    Fault::client("PackedPolicyTooLarge", text)
}

fn wrong_parameter(text: &str) -> Fault {
    Fault::client("InvalidParameterValue", text.to_owned())
}

/// Two tags whose keys differ in case at most.
pub(crate) fn duplicate_tags() -> Fault {
    wrong_parameter("Duplicate tag keys found. Please note that Tag keys are case insensitive.")
}

/// A key in AWS's own name space.
pub(crate) fn reserved_tag() -> Fault {
    wrong_parameter("System tag keys cannot be set by the caller: keys must not begin with aws:")
}

/// A transitive key without its tag.
pub(crate) fn transitive_without_tag() -> Fault {
    wrong_parameter("The specified transitive tag key must be included in the requested tags.")
}

/// A tag that the calling session hands on already.
pub(crate) fn inherited_tag() -> Fault {
    wrong_parameter(
        "One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from the \
         calling session.",
    )
}

fn bad_token(text: impl Into<String>) -> Fault {
    Fault::client("InvalidIdentityToken", text.into())
}

/// The token is none.
pub(crate) fn no_token() -> Fault {
    bad_token("The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)")
}

/// The role's account does not know the issuer.
pub(crate) fn no_provider(issuer: &str) -> Fault {
    bad_token(format!("No OpenIDConnect provider found in your account for {issuer}"))
}

/// The token is for somebody else.
pub(crate) fn wrong_audience() -> Fault {
    bad_token("Incorrect token audience")
}

/// The issuer has no key that the token is signed with.
pub(crate) fn no_key() -> Fault {
    // Two spaces, as AWS has it.
    bad_token(
        "Couldn't retrieve verification key from your identity provider,  please reference AssumeRoleWithWebIdentity \
         documentation for requirements",
    )
}

/// The signature is not one of the key that the token names.
pub(crate) fn bad_signature() -> Fault {
    bad_token("The web identity token provided could not be validated")
}

/// The token is over.
pub(crate) fn token_expired(now: i64, expired: i64) -> Fault {
    let text = format!("Token expired: current date/time {now} must be before the expiration date/time {expired}");
    Fault::client("ExpiredTokenException", text)
}

/// The token is not good yet.
pub(crate) fn token_too_early() -> Fault {
    Fault::client("IDPRejectedClaim", "The token was issued for a later time (iat, nbf)").with_status(403)
}

/// What keeps the road from the provider's keys. Only that nobody answers is worth another try.
pub(crate) fn no_keys(why: Option<&Fruitless>) -> Fault {
    match why {
        Some(Fruitless::Unreachable(_)) => {
            Fault::client("IDPCommunicationError", "The identity provider could not be reached. Please try again.")
        }
        Some(Fruitless::Untrusted(_)) => {
            bad_token("OpenIDConnect provider's HTTPS certificate doesn't match configured thumbprint")
        }
        Some(Fruitless::Useless(_)) | None => no_key(),
    }
}

/// What a denied caller gave back is none of ours.
pub(crate) fn no_message() -> Fault {
    Fault::client("InvalidAuthorizationMessageException", "The message is not valid")
}

/// An access key id that does not tell its account.
pub(crate) fn no_access_key() -> Fault {
    invalid("The access key id does not name an account")
}

/// A parameter that is not honoured here.
pub(crate) fn not_offered(parameter: &str) -> Fault {
    let text = format!("The parameter {parameter} of the service sts is not implemented.");
    Fault { sender: false, ..Fault::client("NotImplemented", text).with_status(501) }
}

/// Too many calls.
pub(crate) fn throttled() -> Fault {
    Fault::client("Throttling", "Rate exceeded")
}
