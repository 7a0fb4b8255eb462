//! The errors of IAM, with the texts that clients match on.
//!
//! Guarantees: the words of each case stand once, here. Codes are the model's shape names; the wire gives them the form
//! and the status of the query protocol.

use model::Fault;

/// The session is none that may call IAM, as AWS says it.
pub(crate) fn invalid_token() -> Fault {
    Fault::client("InvalidClientTokenId", "The security token included in the request is invalid").with_status(403)
}

/// The account alias belongs to some account.
pub(crate) fn alias_exists(alias: &str) -> Fault {
    exists(format!("The account alias {alias} already exists."))
}

/// The account has another alias, or none.
pub(crate) fn no_such_alias(alias: &str) -> Fault {
    no_such_entity(format!("The account alias {alias} does not exist."))
}

/// Twelve digits are an account's id, not its alias.
pub(crate) fn alias_is_account_id() -> Fault {
    invalid_input("An account alias must not be a 12-digit number.")
}

/// A marker that this service did not give out for this list.
pub(crate) fn invalid_marker() -> Fault {
    Fault::validation("Invalid Marker.")
}

/// The user or role has no boundary.
pub(crate) fn no_boundary(kind: &str, name: &str) -> Fault {
    no_such_entity(format!("The {kind} with name {name} does not have a permissions boundary."))
}

/// The role is not the one in the instance profile.
pub(crate) fn role_not_in_profile(role: &str, profile: &str) -> Fault {
    no_such_entity(format!("Role {role} in Instance Profile {profile} cannot be found."))
}

/// No role can be made below this path.
pub(crate) fn reserved_path(path: &str) -> Fault {
    invalid_input(format!("Path {path} is reserved for roles that services make."))
}

/// A policy of service-linked roles.
pub(crate) fn for_services_only() -> Fault {
    Fault::client("PolicyNotAttachableException", "Cannot attach a Service Role Policy to a Customer Role.")
}

/// There is no inline policy of this name.
pub(crate) fn no_such_inline_policy(kind: &str, name: &str) -> Fault {
    no_such_entity(format!("The {kind} policy with name {name} cannot be found."))
}

/// All inline policies together are too long.
pub(crate) fn inline_policies_too_long(most: u64, kind: &str, name: &str) -> Fault {
    limit_exceeded(format!("Maximum policy size of {most} bytes exceeded for {kind} {name}"))
}

/// Nobody of that name has such an access key.
pub(crate) fn no_such_access_key(id: &str) -> Fault {
    no_such_entity(format!("The Access Key with id {id} cannot be found."))
}

/// An access key that is not the account's, whether or not there is one.
pub(crate) fn unseen_access_key(caller: &str, id: &str) -> Fault {
    let action = "iam:GetAccessKeyLastUsed";
    let text = format!("User: {caller} is not authorized to perform: {action} on resource: access key {id}");
    Fault::client("AccessDenied", text).with_status(403)
}

/// Access keys do not expire.
pub(crate) fn expired_status() -> Fault {
    invalid_input("The status of an access key can be Active or Inactive.")
}

/// The caller is no user, and the request names none.
pub(crate) fn no_user_calls() -> Fault {
    Fault::validation("Must specify userName when calling with non-User credentials")
}

/// Something belongs to the entity still. `what` says what must be done first.
pub(crate) fn delete_conflict(what: &str) -> Fault {
    Fault::client("DeleteConflictException", format!("Cannot delete entity, {what}"))
}

/// A resource quota is used up.
pub(crate) fn quota(name: &str, most: u64) -> Fault {
    limit_exceeded(format!("Cannot exceed quota for {name}: {most}"))
}

/// More than there may be.
pub(crate) fn limit_exceeded(text: impl Into<String>) -> Fault {
    Fault::client("LimitExceededException", text)
}

/// The policy document is none that IAM takes.
pub(crate) fn malformed_policy(text: impl Into<String>) -> Fault {
    Fault::client("MalformedPolicyDocumentException", text)
}

/// A trust policy names somebody who is not there.
pub(crate) fn invalid_principal(principal: &str) -> Fault {
    malformed_policy(format!("Invalid principal in policy: \"AWS\":\"{principal}\""))
}

/// There is no managed policy of this ARN.
pub(crate) fn no_such_policy(arn: &str) -> Fault {
    no_such_entity(format!("Policy {arn} was not found."))
}

/// There is no version of this id.
pub(crate) fn no_such_version(arn: &str, version: &str) -> Fault {
    no_such_entity(format!("Policy {arn} version {version} does not exist or is not attachable."))
}

/// Somebody has the policy, or is bounded by it.
pub(crate) fn policy_in_use() -> Fault {
    Fault::client("DeleteConflictException", "Cannot delete a policy attached to entities.")
}

/// A policy goes only with its last version.
pub(crate) fn policy_has_versions() -> Fault {
    Fault::client(
        "DeleteConflictException",
        "This policy has more than one version. Before you delete a policy, you must delete the policy's versions. The \
         default version is deleted with the policy.",
    )
}

/// The version in force cannot be deleted.
pub(crate) fn default_version() -> Fault {
    Fault::client("DeleteConflictException", "Cannot delete the default version of a policy.")
}

/// The policy has all the versions that it may have.
pub(crate) fn too_many_versions(most: usize) -> Fault {
    limit_exceeded(format!(
        "A managed policy can have up to {most} versions. Before you create a new version, you must delete an existing \
         version."
    ))
}

/// Nobody changes AWS's own policies.
pub(crate) fn policy_of_aws(caller: &str, operation: &str, arn: &str) -> Fault {
    let text = format!("User: {caller} is not authorized to perform: iam:{operation} on resource: policy {arn}");
    Fault::client("AccessDenied", text).with_status(403)
}

/// A policy that shall be attached is not there.
pub(crate) fn not_attachable(arn: &str) -> Fault {
    no_such_entity(format!("Policy {arn} does not exist or is not attachable."))
}

/// A policy that shall be a boundary is not there.
pub(crate) fn no_such_boundary(arn: &str) -> Fault {
    no_such_entity(format!("Scope ARN: {arn} does not exist or is not attachable."))
}

/// A tag of AWS's own.
pub(crate) fn reserved_tag() -> Fault {
    invalid_input("aws: prefixed tag key names are not allowed for external use.")
}

/// A key is given twice, perhaps in another case.
pub(crate) fn duplicate_tags() -> Fault {
    invalid_input("Duplicate tag keys found. Please note that Tag keys are case insensitive.")
}

/// No ARN of a managed policy.
pub(crate) fn invalid_arn(arn: &str) -> Fault {
    invalid_input(format!("ARN {arn} is not valid."))
}

/// A role that belongs to a service.
pub(crate) fn protected_role(name: &str) -> Fault {
    Fault::client(
        "UnmodifiableEntityException",
        format!("Cannot perform the operation on the protected role '{name}' - this role is only modifiable by AWS"),
    )
}

/// A device of this serial number is not there.
pub(crate) fn no_such_mfa_device(serial: &str) -> Fault {
    no_such_entity(format!("VirtualMFADevice with serial number {serial} doesn't exist."))
}

/// Only security keys are told about so, and there are none.
pub(crate) fn no_such_security_key(serial: &str) -> Fault {
    no_such_entity(format!("No security key with serial number {serial} exists."))
}

/// The device is somebody else's, or nobody's.
pub(crate) fn mfa_device_of_another() -> Fault {
    no_such_entity("MFA Device invalid for user.")
}

/// A device goes only when nobody has it.
pub(crate) fn mfa_device_in_use() -> Fault {
    Fault::client("DeleteConflictException", "MFA VirtualDevice in use. Must deactivate first.")
}

/// The codes do not follow one another, or are not the device's.
pub(crate) fn invalid_authentication_code() -> Fault {
    Fault::client("InvalidAuthenticationCodeException", "Authentication code for device is not valid.")
}

/// The password breaks the account's rules.
pub(crate) fn password_policy() -> Fault {
    Fault::client("PasswordPolicyViolationException", "Password does not conform to the account password policy.")
}

/// A login profile without a password is for sessions that are not served here.
pub(crate) fn password_missing() -> Fault {
    Fault::validation("Password must be specified.")
}

/// The root user, or a session, has no password of its own to change.
pub(crate) fn only_users_change_passwords() -> Fault {
    Fault::client("InvalidUserTypeException", "Only IAM Users can change their own password.")
}

/// The old password is another.
pub(crate) fn wrong_password() -> Fault {
    Fault::client("AccessDenied", "The old password was incorrect.").with_status(403)
}

/// Nobody signs in as an account's root here.
pub(crate) fn root_has_no_login_profile() -> Fault {
    no_such_entity("Login Profile for the root user cannot be found.")
}

/// What should be a certificate, a key or a chain cannot be read, or does not hold now.
pub(crate) fn malformed_certificate(text: impl Into<String>) -> Fault {
    Fault::client("MalformedCertificateException", text)
}

/// A certificate of a user that cannot be taken.
pub(crate) fn invalid_certificate(text: impl Into<String>) -> Fault {
    Fault::client("InvalidCertificateException", text)
}

/// The key is that of another certificate.
pub(crate) fn key_pair_mismatch() -> Fault {
    Fault::client("KeyPairMismatchException", "Public Key Certificate and Private Key doesn't match.")
}

/// A certificate did not issue the one before it. Of the first, AWS tells -1.
pub(crate) fn broken_chain(index: usize) -> Fault {
    let index = if index == 0 { "-1".to_owned() } else { index.to_string() };
    malformed_certificate(format!(
        "Unable to validate certificate chain. The certificate chain must start with the immediate signing certificate, \
         followed by any intermediaries in order. The index within the chain of the invalid certificate is: {index}"
    ))
}

/// The certificate belongs to a user of the account.
pub(crate) fn duplicate_certificate() -> Fault {
    Fault::client("DuplicateCertificateException", "The certificate is associated with a user of the account already.")
}

/// Neither OpenSSH's form nor PEM.
pub(crate) fn unrecognised_ssh_key() -> Fault {
    let text = "The public key must be encoded in ssh-rsa or ssh-ed25519 format, or in PEM format.";
    Fault::client("UnrecognizedPublicKeyEncodingException", text)
}

/// Broken, of an unknown kind, or too weak.
pub(crate) fn invalid_ssh_key() -> Fault {
    let text = "The public key is malformed or otherwise invalid. RSA keys must have at least 2048 bits.";
    Fault::client("InvalidPublicKeyException", text)
}

/// The user has the key already.
pub(crate) fn duplicate_ssh_key() -> Fault {
    Fault::client("DuplicateSSHPublicKeyException", "The SSH public key is already associated with the specified user.")
}

/// The service has no credentials of its own.
pub(crate) fn no_service_credentials(service: &str) -> Fault {
    let text = format!("No such service {service} supports service-specific credentials.");
    Fault::client("ServiceNotSupportedException", text)
}

/// The service has a role of this name already.
pub(crate) fn service_role_taken(name: &str) -> Fault {
    invalid_input(format!("Service role name {name} has been taken in this account, please try a different suffix."))
}

/// The principal is none of a service that has a role of its own.
pub(crate) fn no_service_linked_role(service: &str) -> Fault {
    invalid_input(format!("Service-linked roles are not supported for the service {service}."))
}

/// Only roles of services are deleted by a task.
pub(crate) fn not_service_linked(name: &str) -> Fault {
    no_such_entity(format!("The role with name {name} is not a service-linked role."))
}

/// No credential report was made yet.
pub(crate) fn report_not_present() -> Fault {
    let text = "No credential report exists. Call GenerateCredentialReport to start a new report generation task.";
    Fault::client("CredentialReportNotPresentException", text)
}

/// The credential report is older than four hours.
pub(crate) fn report_expired() -> Fault {
    let text = "The most recent credential report has expired. Call GenerateCredentialReport to generate a new one.";
    Fault::client("CredentialReportExpiredException", text)
}

/// The credential report is being made.
pub(crate) fn report_in_progress() -> Fault {
    Fault::client("CredentialReportNotReadyException", "The credential report is still being generated.")
}

/// What is named does not exist.
pub(crate) fn no_such_entity(text: impl Into<String>) -> Fault {
    Fault::client("NoSuchEntityException", text)
}

/// The name is taken.
pub(crate) fn exists(text: impl Into<String>) -> Fault {
    Fault::client("EntityAlreadyExistsException", text)
}

/// A value that the model allows and the service does not.
pub(crate) fn invalid_input(text: impl Into<String>) -> Fault {
    Fault::client("InvalidInputException", text)
}

/// The caller is above a request quota.
pub(crate) fn throttled() -> Fault {
    Fault::client("Throttling", "Rate exceeded")
}

/// Something failed inside the service. Source: IAM API Reference, "ServiceFailure".
pub(crate) fn internal() -> Fault {
    Fault::server(
        "ServiceFailure",
        "The request processing has failed because of an unknown error, exception or failure.",
    )
}

/// No ARN of a user, a group or a role.
pub(crate) fn invalid_entity_arn(arn: &str) -> Fault {
    invalid_input(format!("Invalid Entity Arn: {arn}"))
}

/// What a simulation should be about is no resource.
pub(crate) fn invalid_resources(names: &[&str]) -> Fault {
    invalid_input(format!("ResourceNames are not in a valid ARN format: {}.", names.join(", ")))
}

/// What should own resources is no account.
pub(crate) fn invalid_resource_owner(owner: &str) -> Fault {
    invalid_input(format!("'{owner}' is not a valid as a Resource Owner."))
}

/// The policy of a resource speaks of callers, and there is none.
pub(crate) fn caller_arn_required() -> Fault {
    invalid_input("CallerArn is required when ResourcePolicy is specified.")
}

/// Policies and resources that together are more than one call decides.
pub(crate) fn simulation_too_large() -> Fault {
    invalid_input("The simulation has too many policy statements and resources. Use fewer of them in one request.")
}
