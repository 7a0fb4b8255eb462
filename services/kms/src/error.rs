//! The errors of KMS, with the texts that clients match on.
//!
//! Guarantees: the words of each case stand once, here (the state errors in `states.rs`). Errors that must not tell an
//! attacker anything (a corrupt blob, a blob of an unknown key) carry nothing beyond their code or fixed text.

use crate::api::{AlgorithmSpec, KeySpec, OriginType, WrappingKeySpec};
use model::Fault;

/// No key with this ARN.
pub(crate) fn key_not_found(arn: &str) -> Fault {
    Fault::client("NotFoundException", format!("Key '{arn}' does not exist"))
}

/// No alias with this ARN.
pub(crate) fn alias_not_found(arn: &str) -> Fault {
    Fault::client("NotFoundException", format!("Alias {arn} is not found."))
}

/// A text that is no form of key identifier that the operation accepts.
pub(crate) fn invalid_key_id(text: &str) -> Fault {
    Fault::client("NotFoundException", format!("Invalid keyId {text}"))
}

/// The ARN names another Region than the one that was asked.
pub(crate) fn foreign_region(region: &str) -> Fault {
    Fault::client("NotFoundException", format!("Invalid arn {region}"))
}

/// Something that begins like an ARN, but is not a KMS key's or alias's.
pub(crate) fn invalid_arn(text: &str) -> Fault {
    Fault::client("InvalidArnException", format!("Invalid arn {text}"))
}

/// A key or alias of another account that the caller cannot see, whether or not it is there.
pub(crate) fn unseen_key(caller: &str, action: &str) -> Fault {
    Fault::client(
        "AccessDeniedException",
        format!(
            "User: {caller} is not authorized to perform: {action} on this resource because the resource does not \
             exist in this Region, no resource-based policies allow access, or a resource-based policy explicitly \
             denies access"
        ),
    )
}

/// A member that the model leaves open and the operation needs.
pub(crate) fn null_member(path: &str) -> Fault {
    Fault::validation(format!(
        "1 validation error detected: Value null at '{path}' failed to satisfy constraint: Member must not be null"
    ))
}

/// An attestation document that is not believed, or that nothing can be encrypted to. The code is the one that KMS has
/// for requests that it cannot use; its words for this are not documented, so these are ours.
pub(crate) fn invalid_attestation(refused: attestation::Refused) -> Fault {
    Fault::validation(format!("The attestation document in the request is not valid: {refused}."))
}

/// The key is disabled.
pub(crate) fn disabled(arn: &str) -> Fault {
    Fault::client("DisabledException", format!("{arn} is disabled."))
}

/// The key has no material, or lost a part of it.
pub(crate) fn pending_import(arn: &str) -> Fault {
    invalid_state(format!(
        "{arn} is pending import because no key material has ever been imported or one of the imported key materials is \
         deleted or expired."
    ))
}

/// The state of the key does not admit the operation.
pub(crate) fn invalid_state(text: String) -> Fault {
    Fault::client("KMSInvalidStateException", text)
}

/// The kind of key does not admit the operation, or the combination of parameters is not one that KMS offers.
pub(crate) fn unsupported(text: impl Into<String>) -> Fault {
    Fault::client("UnsupportedOperationException", text.into())
}

/// The key is no primary of a multi-Region key.
pub(crate) fn not_primary(arn: &str) -> Fault {
    unsupported(format!("{arn} is not a multi-Region primary key, which is not valid for this operation."))
}

/// There is a sibling in that Region, perhaps one that waits for its deletion.
pub(crate) fn replica_exists(arn: &str) -> Fault {
    Fault::client("AlreadyExistsException", format!("A multi-Region key with the ARN {arn} already exists"))
}

/// The key has no replica in that Region.
pub(crate) fn no_replica(arn: &str, region: &str) -> Fault {
    Fault::client("NotFoundException", format!("{arn} has no replica key in {region}"))
}

/// Not the name of a Region of this partition.
pub(crate) fn no_region(text: &str) -> Fault {
    Fault::validation(format!("{text} is not a Region of this partition."))
}

/// Keys whose material comes from there do not do this.
pub(crate) fn invalid_origin(arn: &str, origin: OriginType) -> Fault {
    unsupported(format!("{arn} origin is {} which is not valid for this operation.", origin.as_str()))
}

/// Keys of this spec do not do this.
pub(crate) fn invalid_spec(arn: &str, spec: KeySpec) -> Fault {
    unsupported(format!("{arn} key spec is {} which is not valid for this operation.", spec.as_str()))
}

/// An automatic rotation is too near for one on demand.
pub(crate) fn rotation_conflict(arn: &str) -> Fault {
    Fault::client(
        "ConflictException",
        format!(
            "An automatic rotation of {arn} is currently in progress or scheduled to begin within the next 20 minutes."
        ),
    )
}

/// A key with imported material has none that waits for its rotation.
pub(crate) fn nothing_to_rotate(arn: &str) -> Fault {
    invalid_state(format!("{arn} has no key material in state PENDING_ROTATION. Import new key material first."))
}

/// This is no way to wrap such material.
pub(crate) fn no_wrapping(algorithm: AlgorithmSpec, size: WrappingKeySpec, spec: KeySpec) -> Fault {
    unsupported(format!(
        "Wrapping algorithm {} with wrapping key spec {} is not supported for key spec {}.",
        algorithm.as_str(),
        size.as_str(),
        spec.as_str()
    ))
}

/// New material goes to the primary first.
pub(crate) fn new_to_replica(arn: &str) -> Fault {
    unsupported(format!(
        "{arn} is a multi-Region replica key. Import new key material into the primary key first, and the same into the \
         replica keys."
    ))
}

/// One material at a time waits to be rotated in.
pub(crate) fn pending_rotation(arn: &str) -> Fault {
    invalid_state(format!(
        "{arn} has key material that waits for a rotation. Rotate the key on demand or delete that key material first."
    ))
}

/// The material is not what the key, or the request, says it is.
pub(crate) fn incorrect_material(why: &str) -> Fault {
    Fault::client("IncorrectKeyMaterialException", why.to_owned())
}

/// No token of this server's, or one of another key.
pub(crate) fn invalid_token() -> Fault {
    Fault::client("InvalidImportTokenException", "The import token is invalid or associated with a different KMS key.")
}

/// A day is over since the token was made.
pub(crate) fn expired_token() -> Fault {
    Fault::client(
        "ExpiredImportTokenException",
        "The import token is expired. Use GetParametersForImport to get a new import token and public key.",
    )
}

/// The key has no material of this id.
pub(crate) fn no_material(arn: &str, material: &str) -> Fault {
    Fault::client("NotFoundException", format!("Key material {material} is not associated with {arn}"))
}

/// The blob names a key that is unknown here or belongs to somebody else; which of the two is not told.
pub(crate) fn unknown_ciphertext_key() -> Fault {
    Fault::client(
        "AccessDeniedException",
        "The ciphertext refers to a customer master key that does not exist, does not exist in this region, or you are \
         not allowed to access.",
    )
}

/// The key that the caller names is not the key of the blob.
pub(crate) fn incorrect_key() -> Fault {
    Fault::client(
        "IncorrectKeyException",
        "The key ID in the request does not identify a CMK that can perform this operation.",
    )
}

/// The blob is damaged, or the encryption context is another. Deliberately without a message.
pub(crate) fn invalid_ciphertext() -> Fault {
    Fault::bare("InvalidCiphertextException")
}

/// The signature is none of this message by this key.
pub(crate) fn invalid_signature() -> Fault {
    Fault::bare("KMSInvalidSignatureException")
}

/// The MAC is not that of this message by this key.
pub(crate) fn invalid_mac() -> Fault {
    Fault::bare("KMSInvalidMacException")
}

/// What AWS offers in other Regions only: SM2, in China.
pub(crate) fn not_in_this_region(parameter: &str, value: &str) -> Fault {
    unsupported(format!("{parameter} {value} is not supported in this Region."))
}

/// Too many others wanted something that takes long.
pub(crate) fn timed_out() -> Fault {
    Fault::server(
        "DependencyTimeoutException",
        "The system timed out while trying to fulfill the request. You can retry the request.",
    )
}

/// The algorithm is not one of the key's.
pub(crate) fn invalid_usage(text: impl Into<String>) -> Fault {
    Fault::client("InvalidKeyUsageException", text.into())
}

/// A dry run of a call that would have succeeded.
pub(crate) fn dry_run() -> Fault {
    Fault::client("DryRunOperationException", "The request would have succeeded, but the DryRun option is set.")
}

/// The name is taken.
pub(crate) fn alias_exists(arn: &str) -> Fault {
    Fault::client("AlreadyExistsException", format!("An alias with the name {arn} already exists"))
}

/// A name that no alias may have.
pub(crate) fn invalid_alias_name(text: impl Into<String>) -> Fault {
    Fault::client("InvalidAliasNameException", text.into())
}

/// A marker that this service did not give out for this list.
pub(crate) fn invalid_marker() -> Fault {
    Fault::client("InvalidMarkerException", "Could not deserialize the marker.")
}

/// A principal of a grant that is none, or is not there (Terraform's provider repeats on the code, since AWS answers so for
/// principals that it does not know yet).
pub(crate) fn invalid_principal(arn: &str) -> Fault {
    Fault::client("InvalidArnException", format!("ARN does not refer to a valid principal: {arn}"))
}

/// What is no grant token of this server and Region, or names a grant that is no more.
pub(crate) fn invalid_grant_token() -> Fault {
    Fault::client("InvalidGrantTokenException", "The grant token is not valid.")
}

/// What cannot be the id of a grant.
pub(crate) fn invalid_grant_id() -> Fault {
    Fault::client("InvalidGrantIdException", "The grant ID is not valid.")
}

/// The key has no such grant.
pub(crate) fn grant_not_found(id: &str) -> Fault {
    Fault::client("NotFoundException", format!("Grant ID {id} not found"))
}

/// RetireGrant is told its grant in one of two ways.
pub(crate) fn one_grant() -> Fault {
    Fault::validation("You must specify either a grant token, or a key ID and a grant ID.")
}

/// A list is narrowed to a principal in one of two ways.
pub(crate) fn one_principal() -> Fault {
    Fault::validation("You must specify either a principal or a service principal, but not both.")
}

/// A filter that only services may use.
pub(crate) fn only_for_services() -> Fault {
    Fault::validation("Only a service principal can filter grants by a service principal.")
}

/// A policy name other than `default`.
pub(crate) fn no_such_policy() -> Fault {
    Fault::client("NotFoundException", "No such policy exists")
}

/// A policy that the language does not admit; where, and why.
pub(crate) fn malformed_policy(malformed: &policy::Malformed) -> Fault {
    Fault::client("MalformedPolicyDocumentException", malformed.to_string())
}

/// A policy that names somebody who is not there.
pub(crate) fn invalid_principals() -> Fault {
    Fault::client(
        "MalformedPolicyDocumentException",
        "Policy contains a statement with one or more invalid principals.",
    )
}

/// A policy that would not let its author change it again.
pub(crate) fn lockout() -> Fault {
    Fault::client(
        "MalformedPolicyDocumentException",
        "The new key policy will not allow you to update the key policy in the future.",
    )
}

/// Tags that break a rule.
pub(crate) fn tag(text: impl Into<String>) -> Fault {
    Fault::client("TagException", text.into())
}

/// A resource quota is used up.
pub(crate) fn limit_exceeded(text: impl Into<String>) -> Fault {
    Fault::client("LimitExceededException", text.into())
}

/// The caller is above a request quota.
pub(crate) fn throttled() -> Fault {
    Fault::client(
        "ThrottlingException",
        "You have exceeded the rate at which you may call KMS. Reduce the frequency of your calls.",
    )
}

/// Something failed inside the service.
pub(crate) fn internal() -> Fault {
    let text = "The request was rejected because an internal exception occurred. The request can be retried.";
    Fault::server("KMSInternalException", text)
}

/// AWS offers this parameter; this server does not (yet honour it). 501, since no SDK retries that.
pub(crate) fn parameter_not_implemented(operation: &str, parameter: &str) -> Fault {
    Fault::server(
        "NotImplemented",
        format!("The parameter {parameter} of kms {operation} is not implemented with the value given."),
    )
    .with_status(501)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_corrupt_blob_says_nothing_but_its_code() {
        let fault = invalid_ciphertext();
        assert_eq!((fault.code.as_ref(), fault.status, fault.message), ("InvalidCiphertextException", 400, None));
    }

    #[test]
    fn what_is_not_implemented_is_no_error_that_a_client_repeats() {
        let fault = parameter_not_implemented("CreateKey", "MultiRegion");
        assert_eq!(fault.status, 501);
        assert!(fault.message.unwrap().contains("MultiRegion"));
    }
}
