//! The typed requests and answers of iam's implemented operations.
//!
//! Written by `cargo xtask gen` from `ops.list` and the model; a test compares. No type has `Debug`, since fields
//! may hold secrets.

#![allow(missing_docs, clippy::enum_variant_names, clippy::large_enum_variant)]

use base::{Secret, Timestamp};
use model::{FromValue, IntoValue, Members, Mismatch, Op, Value};
use std::collections::BTreeMap;

pub const ADD_CLIENT_ID_TO_OPEN_ID_CONNECT_PROVIDER: Op<AddClientIDToOpenIDConnectProvider, ()> =
    Op::new("iam", "AddClientIDToOpenIDConnectProvider");
pub const ADD_ROLE_TO_INSTANCE_PROFILE: Op<AddRoleToInstanceProfile, ()> = Op::new("iam", "AddRoleToInstanceProfile");
pub const ADD_USER_TO_GROUP: Op<AddUserToGroup, ()> = Op::new("iam", "AddUserToGroup");
pub const ATTACH_GROUP_POLICY: Op<AttachGroupPolicy, ()> = Op::new("iam", "AttachGroupPolicy");
pub const ATTACH_ROLE_POLICY: Op<AttachRolePolicy, ()> = Op::new("iam", "AttachRolePolicy");
pub const ATTACH_USER_POLICY: Op<AttachUserPolicy, ()> = Op::new("iam", "AttachUserPolicy");
pub const CHANGE_PASSWORD: Op<ChangePassword, ()> = Op::new("iam", "ChangePassword");
pub const CREATE_ACCESS_KEY: Op<CreateAccessKey, CreateAccessKeyOutput> = Op::new("iam", "CreateAccessKey");
pub const CREATE_ACCOUNT_ALIAS: Op<CreateAccountAlias, ()> = Op::new("iam", "CreateAccountAlias");
pub const CREATE_GROUP: Op<CreateGroup, CreateGroupOutput> = Op::new("iam", "CreateGroup");
pub const CREATE_INSTANCE_PROFILE: Op<CreateInstanceProfile, CreateInstanceProfileOutput> =
    Op::new("iam", "CreateInstanceProfile");
pub const CREATE_LOGIN_PROFILE: Op<CreateLoginProfile, CreateLoginProfileOutput> = Op::new("iam", "CreateLoginProfile");
pub const CREATE_OPEN_ID_CONNECT_PROVIDER: Op<CreateOpenIDConnectProvider, CreateOpenIDConnectProviderOutput> =
    Op::new("iam", "CreateOpenIDConnectProvider");
pub const CREATE_POLICY: Op<CreatePolicy, CreatePolicyOutput> = Op::new("iam", "CreatePolicy");
pub const CREATE_POLICY_VERSION: Op<CreatePolicyVersion, CreatePolicyVersionOutput> =
    Op::new("iam", "CreatePolicyVersion");
pub const CREATE_ROLE: Op<CreateRole, CreateRoleOutput> = Op::new("iam", "CreateRole");
pub const CREATE_SAML_PROVIDER: Op<CreateSAMLProvider, CreateSAMLProviderOutput> = Op::new("iam", "CreateSAMLProvider");
pub const CREATE_SERVICE_LINKED_ROLE: Op<CreateServiceLinkedRole, CreateServiceLinkedRoleOutput> =
    Op::new("iam", "CreateServiceLinkedRole");
pub const CREATE_SERVICE_SPECIFIC_CREDENTIAL: Op<
    CreateServiceSpecificCredential,
    CreateServiceSpecificCredentialOutput,
> = Op::new("iam", "CreateServiceSpecificCredential");
pub const CREATE_USER: Op<CreateUser, CreateUserOutput> = Op::new("iam", "CreateUser");
pub const CREATE_VIRTUAL_MFA_DEVICE: Op<CreateVirtualMFADevice, CreateVirtualMFADeviceOutput> =
    Op::new("iam", "CreateVirtualMFADevice");
pub const DEACTIVATE_MFA_DEVICE: Op<DeactivateMFADevice, ()> = Op::new("iam", "DeactivateMFADevice");
pub const DELETE_ACCESS_KEY: Op<DeleteAccessKey, ()> = Op::new("iam", "DeleteAccessKey");
pub const DELETE_ACCOUNT_ALIAS: Op<DeleteAccountAlias, ()> = Op::new("iam", "DeleteAccountAlias");
pub const DELETE_ACCOUNT_PASSWORD_POLICY: Op<(), ()> = Op::new("iam", "DeleteAccountPasswordPolicy");
pub const DELETE_GROUP: Op<DeleteGroup, ()> = Op::new("iam", "DeleteGroup");
pub const DELETE_GROUP_POLICY: Op<DeleteGroupPolicy, ()> = Op::new("iam", "DeleteGroupPolicy");
pub const DELETE_INSTANCE_PROFILE: Op<DeleteInstanceProfile, ()> = Op::new("iam", "DeleteInstanceProfile");
pub const DELETE_LOGIN_PROFILE: Op<DeleteLoginProfile, ()> = Op::new("iam", "DeleteLoginProfile");
pub const DELETE_OPEN_ID_CONNECT_PROVIDER: Op<DeleteOpenIDConnectProvider, ()> =
    Op::new("iam", "DeleteOpenIDConnectProvider");
pub const DELETE_POLICY: Op<DeletePolicy, ()> = Op::new("iam", "DeletePolicy");
pub const DELETE_POLICY_VERSION: Op<DeletePolicyVersion, ()> = Op::new("iam", "DeletePolicyVersion");
pub const DELETE_ROLE: Op<DeleteRole, ()> = Op::new("iam", "DeleteRole");
pub const DELETE_ROLE_PERMISSIONS_BOUNDARY: Op<DeleteRolePermissionsBoundary, ()> =
    Op::new("iam", "DeleteRolePermissionsBoundary");
pub const DELETE_ROLE_POLICY: Op<DeleteRolePolicy, ()> = Op::new("iam", "DeleteRolePolicy");
pub const DELETE_SAML_PROVIDER: Op<DeleteSAMLProvider, ()> = Op::new("iam", "DeleteSAMLProvider");
pub const DELETE_SSH_PUBLIC_KEY: Op<DeleteSSHPublicKey, ()> = Op::new("iam", "DeleteSSHPublicKey");
pub const DELETE_SERVER_CERTIFICATE: Op<DeleteServerCertificate, ()> = Op::new("iam", "DeleteServerCertificate");
pub const DELETE_SERVICE_LINKED_ROLE: Op<DeleteServiceLinkedRole, DeleteServiceLinkedRoleOutput> =
    Op::new("iam", "DeleteServiceLinkedRole");
pub const DELETE_SERVICE_SPECIFIC_CREDENTIAL: Op<DeleteServiceSpecificCredential, ()> =
    Op::new("iam", "DeleteServiceSpecificCredential");
pub const DELETE_SIGNING_CERTIFICATE: Op<DeleteSigningCertificate, ()> = Op::new("iam", "DeleteSigningCertificate");
pub const DELETE_USER: Op<DeleteUser, ()> = Op::new("iam", "DeleteUser");
pub const DELETE_USER_PERMISSIONS_BOUNDARY: Op<DeleteUserPermissionsBoundary, ()> =
    Op::new("iam", "DeleteUserPermissionsBoundary");
pub const DELETE_USER_POLICY: Op<DeleteUserPolicy, ()> = Op::new("iam", "DeleteUserPolicy");
pub const DELETE_VIRTUAL_MFA_DEVICE: Op<DeleteVirtualMFADevice, ()> = Op::new("iam", "DeleteVirtualMFADevice");
pub const DETACH_GROUP_POLICY: Op<DetachGroupPolicy, ()> = Op::new("iam", "DetachGroupPolicy");
pub const DETACH_ROLE_POLICY: Op<DetachRolePolicy, ()> = Op::new("iam", "DetachRolePolicy");
pub const DETACH_USER_POLICY: Op<DetachUserPolicy, ()> = Op::new("iam", "DetachUserPolicy");
pub const ENABLE_MFA_DEVICE: Op<EnableMFADevice, ()> = Op::new("iam", "EnableMFADevice");
pub const GENERATE_CREDENTIAL_REPORT: Op<(), GenerateCredentialReportOutput> =
    Op::new("iam", "GenerateCredentialReport");
pub const GENERATE_SERVICE_LAST_ACCESSED_DETAILS: Op<
    GenerateServiceLastAccessedDetails,
    GenerateServiceLastAccessedDetailsOutput,
> = Op::new("iam", "GenerateServiceLastAccessedDetails");
pub const GET_ACCESS_KEY_LAST_USED: Op<GetAccessKeyLastUsed, GetAccessKeyLastUsedOutput> =
    Op::new("iam", "GetAccessKeyLastUsed");
pub const GET_ACCOUNT_AUTHORIZATION_DETAILS: Op<GetAccountAuthorizationDetails, GetAccountAuthorizationDetailsOutput> =
    Op::new("iam", "GetAccountAuthorizationDetails");
pub const GET_ACCOUNT_PASSWORD_POLICY: Op<(), GetAccountPasswordPolicyOutput> =
    Op::new("iam", "GetAccountPasswordPolicy");
pub const GET_ACCOUNT_SUMMARY: Op<(), GetAccountSummaryOutput> = Op::new("iam", "GetAccountSummary");
pub const GET_CONTEXT_KEYS_FOR_CUSTOM_POLICY: Op<GetContextKeysForCustomPolicy, GetContextKeysForPolicyResponse> =
    Op::new("iam", "GetContextKeysForCustomPolicy");
pub const GET_CONTEXT_KEYS_FOR_PRINCIPAL_POLICY: Op<GetContextKeysForPrincipalPolicy, GetContextKeysForPolicyResponse> =
    Op::new("iam", "GetContextKeysForPrincipalPolicy");
pub const GET_CREDENTIAL_REPORT: Op<(), GetCredentialReportOutput> = Op::new("iam", "GetCredentialReport");
pub const GET_GROUP: Op<GetGroup, GetGroupOutput> = Op::new("iam", "GetGroup");
pub const GET_GROUP_POLICY: Op<GetGroupPolicy, GetGroupPolicyOutput> = Op::new("iam", "GetGroupPolicy");
pub const GET_INSTANCE_PROFILE: Op<GetInstanceProfile, GetInstanceProfileOutput> = Op::new("iam", "GetInstanceProfile");
pub const GET_LOGIN_PROFILE: Op<GetLoginProfile, GetLoginProfileOutput> = Op::new("iam", "GetLoginProfile");
pub const GET_MFA_DEVICE: Op<GetMFADevice, GetMFADeviceOutput> = Op::new("iam", "GetMFADevice");
pub const GET_OPEN_ID_CONNECT_PROVIDER: Op<GetOpenIDConnectProvider, GetOpenIDConnectProviderOutput> =
    Op::new("iam", "GetOpenIDConnectProvider");
pub const GET_POLICY: Op<GetPolicy, GetPolicyOutput> = Op::new("iam", "GetPolicy");
pub const GET_POLICY_VERSION: Op<GetPolicyVersion, GetPolicyVersionOutput> = Op::new("iam", "GetPolicyVersion");
pub const GET_ROLE: Op<GetRole, GetRoleOutput> = Op::new("iam", "GetRole");
pub const GET_ROLE_POLICY: Op<GetRolePolicy, GetRolePolicyOutput> = Op::new("iam", "GetRolePolicy");
pub const GET_SAML_PROVIDER: Op<GetSAMLProvider, GetSAMLProviderOutput> = Op::new("iam", "GetSAMLProvider");
pub const GET_SSH_PUBLIC_KEY: Op<GetSSHPublicKey, GetSSHPublicKeyOutput> = Op::new("iam", "GetSSHPublicKey");
pub const GET_SERVER_CERTIFICATE: Op<GetServerCertificate, GetServerCertificateOutput> =
    Op::new("iam", "GetServerCertificate");
pub const GET_SERVICE_LAST_ACCESSED_DETAILS: Op<GetServiceLastAccessedDetails, GetServiceLastAccessedDetailsOutput> =
    Op::new("iam", "GetServiceLastAccessedDetails");
pub const GET_SERVICE_LAST_ACCESSED_DETAILS_WITH_ENTITIES: Op<
    GetServiceLastAccessedDetailsWithEntities,
    GetServiceLastAccessedDetailsWithEntitiesOutput,
> = Op::new("iam", "GetServiceLastAccessedDetailsWithEntities");
pub const GET_SERVICE_LINKED_ROLE_DELETION_STATUS: Op<
    GetServiceLinkedRoleDeletionStatus,
    GetServiceLinkedRoleDeletionStatusOutput,
> = Op::new("iam", "GetServiceLinkedRoleDeletionStatus");
pub const GET_USER: Op<GetUser, GetUserOutput> = Op::new("iam", "GetUser");
pub const GET_USER_POLICY: Op<GetUserPolicy, GetUserPolicyOutput> = Op::new("iam", "GetUserPolicy");
pub const LIST_ACCESS_KEYS: Op<ListAccessKeys, ListAccessKeysOutput> = Op::new("iam", "ListAccessKeys");
pub const LIST_ACCOUNT_ALIASES: Op<ListAccountAliases, ListAccountAliasesOutput> = Op::new("iam", "ListAccountAliases");
pub const LIST_ATTACHED_GROUP_POLICIES: Op<ListAttachedGroupPolicies, ListAttachedGroupPoliciesOutput> =
    Op::new("iam", "ListAttachedGroupPolicies");
pub const LIST_ATTACHED_ROLE_POLICIES: Op<ListAttachedRolePolicies, ListAttachedRolePoliciesOutput> =
    Op::new("iam", "ListAttachedRolePolicies");
pub const LIST_ATTACHED_USER_POLICIES: Op<ListAttachedUserPolicies, ListAttachedUserPoliciesOutput> =
    Op::new("iam", "ListAttachedUserPolicies");
pub const LIST_ENTITIES_FOR_POLICY: Op<ListEntitiesForPolicy, ListEntitiesForPolicyOutput> =
    Op::new("iam", "ListEntitiesForPolicy");
pub const LIST_GROUP_POLICIES: Op<ListGroupPolicies, ListGroupPoliciesOutput> = Op::new("iam", "ListGroupPolicies");
pub const LIST_GROUPS: Op<ListGroups, ListGroupsOutput> = Op::new("iam", "ListGroups");
pub const LIST_GROUPS_FOR_USER: Op<ListGroupsForUser, ListGroupsForUserOutput> = Op::new("iam", "ListGroupsForUser");
pub const LIST_INSTANCE_PROFILE_TAGS: Op<ListInstanceProfileTags, ListInstanceProfileTagsOutput> =
    Op::new("iam", "ListInstanceProfileTags");
pub const LIST_INSTANCE_PROFILES: Op<ListInstanceProfiles, ListInstanceProfilesOutput> =
    Op::new("iam", "ListInstanceProfiles");
pub const LIST_INSTANCE_PROFILES_FOR_ROLE: Op<ListInstanceProfilesForRole, ListInstanceProfilesForRoleOutput> =
    Op::new("iam", "ListInstanceProfilesForRole");
pub const LIST_MFA_DEVICE_TAGS: Op<ListMFADeviceTags, ListMFADeviceTagsOutput> = Op::new("iam", "ListMFADeviceTags");
pub const LIST_MFA_DEVICES: Op<ListMFADevices, ListMFADevicesOutput> = Op::new("iam", "ListMFADevices");
pub const LIST_OPEN_ID_CONNECT_PROVIDER_TAGS: Op<ListOpenIDConnectProviderTags, ListOpenIDConnectProviderTagsOutput> =
    Op::new("iam", "ListOpenIDConnectProviderTags");
pub const LIST_OPEN_ID_CONNECT_PROVIDERS: Op<ListOpenIDConnectProviders, ListOpenIDConnectProvidersOutput> =
    Op::new("iam", "ListOpenIDConnectProviders");
pub const LIST_POLICIES: Op<ListPolicies, ListPoliciesOutput> = Op::new("iam", "ListPolicies");
pub const LIST_POLICIES_GRANTING_SERVICE_ACCESS: Op<
    ListPoliciesGrantingServiceAccess,
    ListPoliciesGrantingServiceAccessOutput,
> = Op::new("iam", "ListPoliciesGrantingServiceAccess");
pub const LIST_POLICY_TAGS: Op<ListPolicyTags, ListPolicyTagsOutput> = Op::new("iam", "ListPolicyTags");
pub const LIST_POLICY_VERSIONS: Op<ListPolicyVersions, ListPolicyVersionsOutput> = Op::new("iam", "ListPolicyVersions");
pub const LIST_ROLE_POLICIES: Op<ListRolePolicies, ListRolePoliciesOutput> = Op::new("iam", "ListRolePolicies");
pub const LIST_ROLE_TAGS: Op<ListRoleTags, ListRoleTagsOutput> = Op::new("iam", "ListRoleTags");
pub const LIST_ROLES: Op<ListRoles, ListRolesOutput> = Op::new("iam", "ListRoles");
pub const LIST_SAML_PROVIDER_TAGS: Op<ListSAMLProviderTags, ListSAMLProviderTagsOutput> =
    Op::new("iam", "ListSAMLProviderTags");
pub const LIST_SAML_PROVIDERS: Op<ListSAMLProviders, ListSAMLProvidersOutput> = Op::new("iam", "ListSAMLProviders");
pub const LIST_SSH_PUBLIC_KEYS: Op<ListSSHPublicKeys, ListSSHPublicKeysOutput> = Op::new("iam", "ListSSHPublicKeys");
pub const LIST_SERVER_CERTIFICATE_TAGS: Op<ListServerCertificateTags, ListServerCertificateTagsOutput> =
    Op::new("iam", "ListServerCertificateTags");
pub const LIST_SERVER_CERTIFICATES: Op<ListServerCertificates, ListServerCertificatesOutput> =
    Op::new("iam", "ListServerCertificates");
pub const LIST_SERVICE_SPECIFIC_CREDENTIALS: Op<ListServiceSpecificCredentials, ListServiceSpecificCredentialsOutput> =
    Op::new("iam", "ListServiceSpecificCredentials");
pub const LIST_SIGNING_CERTIFICATES: Op<ListSigningCertificates, ListSigningCertificatesOutput> =
    Op::new("iam", "ListSigningCertificates");
pub const LIST_USER_POLICIES: Op<ListUserPolicies, ListUserPoliciesOutput> = Op::new("iam", "ListUserPolicies");
pub const LIST_USER_TAGS: Op<ListUserTags, ListUserTagsOutput> = Op::new("iam", "ListUserTags");
pub const LIST_USERS: Op<ListUsers, ListUsersOutput> = Op::new("iam", "ListUsers");
pub const LIST_VIRTUAL_MFA_DEVICES: Op<ListVirtualMFADevices, ListVirtualMFADevicesOutput> =
    Op::new("iam", "ListVirtualMFADevices");
pub const PUT_GROUP_POLICY: Op<PutGroupPolicy, ()> = Op::new("iam", "PutGroupPolicy");
pub const PUT_ROLE_PERMISSIONS_BOUNDARY: Op<PutRolePermissionsBoundary, ()> =
    Op::new("iam", "PutRolePermissionsBoundary");
pub const PUT_ROLE_POLICY: Op<PutRolePolicy, ()> = Op::new("iam", "PutRolePolicy");
pub const PUT_USER_PERMISSIONS_BOUNDARY: Op<PutUserPermissionsBoundary, ()> =
    Op::new("iam", "PutUserPermissionsBoundary");
pub const PUT_USER_POLICY: Op<PutUserPolicy, ()> = Op::new("iam", "PutUserPolicy");
pub const REMOVE_CLIENT_ID_FROM_OPEN_ID_CONNECT_PROVIDER: Op<RemoveClientIDFromOpenIDConnectProvider, ()> =
    Op::new("iam", "RemoveClientIDFromOpenIDConnectProvider");
pub const REMOVE_ROLE_FROM_INSTANCE_PROFILE: Op<RemoveRoleFromInstanceProfile, ()> =
    Op::new("iam", "RemoveRoleFromInstanceProfile");
pub const REMOVE_USER_FROM_GROUP: Op<RemoveUserFromGroup, ()> = Op::new("iam", "RemoveUserFromGroup");
pub const RESET_SERVICE_SPECIFIC_CREDENTIAL: Op<ResetServiceSpecificCredential, ResetServiceSpecificCredentialOutput> =
    Op::new("iam", "ResetServiceSpecificCredential");
pub const RESYNC_MFA_DEVICE: Op<ResyncMFADevice, ()> = Op::new("iam", "ResyncMFADevice");
pub const SET_DEFAULT_POLICY_VERSION: Op<SetDefaultPolicyVersion, ()> = Op::new("iam", "SetDefaultPolicyVersion");
pub const SIMULATE_CUSTOM_POLICY: Op<SimulateCustomPolicy, SimulatePolicyResponse> =
    Op::new("iam", "SimulateCustomPolicy");
pub const SIMULATE_PRINCIPAL_POLICY: Op<SimulatePrincipalPolicy, SimulatePolicyResponse> =
    Op::new("iam", "SimulatePrincipalPolicy");
pub const TAG_INSTANCE_PROFILE: Op<TagInstanceProfile, ()> = Op::new("iam", "TagInstanceProfile");
pub const TAG_MFA_DEVICE: Op<TagMFADevice, ()> = Op::new("iam", "TagMFADevice");
pub const TAG_OPEN_ID_CONNECT_PROVIDER: Op<TagOpenIDConnectProvider, ()> = Op::new("iam", "TagOpenIDConnectProvider");
pub const TAG_POLICY: Op<TagPolicy, ()> = Op::new("iam", "TagPolicy");
pub const TAG_ROLE: Op<TagRole, ()> = Op::new("iam", "TagRole");
pub const TAG_SAML_PROVIDER: Op<TagSAMLProvider, ()> = Op::new("iam", "TagSAMLProvider");
pub const TAG_SERVER_CERTIFICATE: Op<TagServerCertificate, ()> = Op::new("iam", "TagServerCertificate");
pub const TAG_USER: Op<TagUser, ()> = Op::new("iam", "TagUser");
pub const UNTAG_INSTANCE_PROFILE: Op<UntagInstanceProfile, ()> = Op::new("iam", "UntagInstanceProfile");
pub const UNTAG_MFA_DEVICE: Op<UntagMFADevice, ()> = Op::new("iam", "UntagMFADevice");
pub const UNTAG_OPEN_ID_CONNECT_PROVIDER: Op<UntagOpenIDConnectProvider, ()> =
    Op::new("iam", "UntagOpenIDConnectProvider");
pub const UNTAG_POLICY: Op<UntagPolicy, ()> = Op::new("iam", "UntagPolicy");
pub const UNTAG_ROLE: Op<UntagRole, ()> = Op::new("iam", "UntagRole");
pub const UNTAG_SAML_PROVIDER: Op<UntagSAMLProvider, ()> = Op::new("iam", "UntagSAMLProvider");
pub const UNTAG_SERVER_CERTIFICATE: Op<UntagServerCertificate, ()> = Op::new("iam", "UntagServerCertificate");
pub const UNTAG_USER: Op<UntagUser, ()> = Op::new("iam", "UntagUser");
pub const UPDATE_ACCESS_KEY: Op<UpdateAccessKey, ()> = Op::new("iam", "UpdateAccessKey");
pub const UPDATE_ACCOUNT_PASSWORD_POLICY: Op<UpdateAccountPasswordPolicy, ()> =
    Op::new("iam", "UpdateAccountPasswordPolicy");
pub const UPDATE_ASSUME_ROLE_POLICY: Op<UpdateAssumeRolePolicy, ()> = Op::new("iam", "UpdateAssumeRolePolicy");
pub const UPDATE_GROUP: Op<UpdateGroup, ()> = Op::new("iam", "UpdateGroup");
pub const UPDATE_LOGIN_PROFILE: Op<UpdateLoginProfile, ()> = Op::new("iam", "UpdateLoginProfile");
pub const UPDATE_OPEN_ID_CONNECT_PROVIDER_THUMBPRINT: Op<UpdateOpenIDConnectProviderThumbprint, ()> =
    Op::new("iam", "UpdateOpenIDConnectProviderThumbprint");
pub const UPDATE_ROLE: Op<UpdateRole, UpdateRoleOutput> = Op::new("iam", "UpdateRole");
pub const UPDATE_ROLE_DESCRIPTION: Op<UpdateRoleDescription, UpdateRoleDescriptionOutput> =
    Op::new("iam", "UpdateRoleDescription");
pub const UPDATE_SAML_PROVIDER: Op<UpdateSAMLProvider, UpdateSAMLProviderOutput> = Op::new("iam", "UpdateSAMLProvider");
pub const UPDATE_SSH_PUBLIC_KEY: Op<UpdateSSHPublicKey, ()> = Op::new("iam", "UpdateSSHPublicKey");
pub const UPDATE_SERVER_CERTIFICATE: Op<UpdateServerCertificate, ()> = Op::new("iam", "UpdateServerCertificate");
pub const UPDATE_SERVICE_SPECIFIC_CREDENTIAL: Op<UpdateServiceSpecificCredential, ()> =
    Op::new("iam", "UpdateServiceSpecificCredential");
pub const UPDATE_SIGNING_CERTIFICATE: Op<UpdateSigningCertificate, ()> = Op::new("iam", "UpdateSigningCertificate");
pub const UPDATE_USER: Op<UpdateUser, ()> = Op::new("iam", "UpdateUser");
pub const UPLOAD_SSH_PUBLIC_KEY: Op<UploadSSHPublicKey, UploadSSHPublicKeyOutput> =
    Op::new("iam", "UploadSSHPublicKey");
pub const UPLOAD_SERVER_CERTIFICATE: Op<UploadServerCertificate, UploadServerCertificateOutput> =
    Op::new("iam", "UploadServerCertificate");
pub const UPLOAD_SIGNING_CERTIFICATE: Op<UploadSigningCertificate, UploadSigningCertificateOutput> =
    Op::new("iam", "UploadSigningCertificate");

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AccessAdvisorUsageGranularityType {
    ServiceLevel,
    ActionLevel,
}

impl AccessAdvisorUsageGranularityType {
    /// Every value, in the model's order.
    pub const ALL: &'static [Self] = &[Self::ServiceLevel, Self::ActionLevel];

    /// The value as it is sent.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ServiceLevel => "SERVICE_LEVEL",
            Self::ActionLevel => "ACTION_LEVEL",
        }
    }
}

impl TryFrom<&str> for AccessAdvisorUsageGranularityType {
    type Error = Mismatch;

    fn try_from(text: &str) -> Result<Self, Mismatch> {
        Self::ALL
            .iter()
            .copied()
            .find(|value| value.as_str() == text)
            .ok_or(Mismatch("AccessAdvisorUsageGranularityType"))
    }
}

impl FromValue for AccessAdvisorUsageGranularityType {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        value.as_str().ok_or(Mismatch("AccessAdvisorUsageGranularityType")).and_then(Self::try_from)
    }
}

impl IntoValue for AccessAdvisorUsageGranularityType {
    fn into_value(self) -> Value {
        Value::String(self.as_str().to_owned())
    }
}

pub struct AccessKey {
    pub user_name: String,
    pub access_key_id: String,
    pub status: StatusType,
    pub secret_access_key: Secret<String>,
    pub create_date: Option<Timestamp>,
}

impl FromValue for AccessKey {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "AccessKey")?;
        Ok(Self {
            user_name: members.required(0)?,
            access_key_id: members.required(1)?,
            status: members.required(2)?,
            secret_access_key: members.required(3)?,
            create_date: members.optional(4)?,
        })
    }
}

impl IntoValue for AccessKey {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            Some(self.user_name.into_value()),
            Some(self.access_key_id.into_value()),
            Some(self.status.into_value()),
            Some(self.secret_access_key.into_value()),
            self.create_date.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct AccessKeyLastUsed {
    pub last_used_date: Option<Timestamp>,
    pub service_name: String,
    pub region: String,
}

impl FromValue for AccessKeyLastUsed {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "AccessKeyLastUsed")?;
        Ok(Self {
            last_used_date: members.optional(0)?,
            service_name: members.required(1)?,
            region: members.required(2)?,
        })
    }
}

impl IntoValue for AccessKeyLastUsed {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            self.last_used_date.map(IntoValue::into_value),
            Some(self.service_name.into_value()),
            Some(self.region.into_value()),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct AccessKeyMetadata {
    pub user_name: Option<String>,
    pub access_key_id: Option<String>,
    pub status: Option<StatusType>,
    pub create_date: Option<Timestamp>,
}

impl FromValue for AccessKeyMetadata {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "AccessKeyMetadata")?;
        Ok(Self {
            user_name: members.optional(0)?,
            access_key_id: members.optional(1)?,
            status: members.optional(2)?,
            create_date: members.optional(3)?,
        })
    }
}

impl IntoValue for AccessKeyMetadata {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            self.user_name.map(IntoValue::into_value),
            self.access_key_id.map(IntoValue::into_value),
            self.status.map(IntoValue::into_value),
            self.create_date.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct AddClientIDToOpenIDConnectProvider {
    pub open_id_connect_provider_arn: String,
    pub client_id: String,
}

impl FromValue for AddClientIDToOpenIDConnectProvider {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "AddClientIDToOpenIDConnectProvider")?;
        Ok(Self { open_id_connect_provider_arn: members.required(0)?, client_id: members.required(1)? })
    }
}

impl IntoValue for AddClientIDToOpenIDConnectProvider {
    fn into_value(self) -> Value {
        Value::Struct(vec![Some(self.open_id_connect_provider_arn.into_value()), Some(self.client_id.into_value())])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct AddRoleToInstanceProfile {
    pub instance_profile_name: String,
    pub role_name: String,
}

impl FromValue for AddRoleToInstanceProfile {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "AddRoleToInstanceProfile")?;
        Ok(Self { instance_profile_name: members.required(0)?, role_name: members.required(1)? })
    }
}

impl IntoValue for AddRoleToInstanceProfile {
    fn into_value(self) -> Value {
        Value::Struct(vec![Some(self.instance_profile_name.into_value()), Some(self.role_name.into_value())])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct AddUserToGroup {
    pub group_name: String,
    pub user_name: String,
}

impl FromValue for AddUserToGroup {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "AddUserToGroup")?;
        Ok(Self { group_name: members.required(0)?, user_name: members.required(1)? })
    }
}

impl IntoValue for AddUserToGroup {
    fn into_value(self) -> Value {
        Value::Struct(vec![Some(self.group_name.into_value()), Some(self.user_name.into_value())])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct AttachGroupPolicy {
    pub group_name: String,
    pub policy_arn: String,
}

impl FromValue for AttachGroupPolicy {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "AttachGroupPolicy")?;
        Ok(Self { group_name: members.required(0)?, policy_arn: members.required(1)? })
    }
}

impl IntoValue for AttachGroupPolicy {
    fn into_value(self) -> Value {
        Value::Struct(vec![Some(self.group_name.into_value()), Some(self.policy_arn.into_value())])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct AttachRolePolicy {
    pub role_name: String,
    pub policy_arn: String,
}

impl FromValue for AttachRolePolicy {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "AttachRolePolicy")?;
        Ok(Self { role_name: members.required(0)?, policy_arn: members.required(1)? })
    }
}

impl IntoValue for AttachRolePolicy {
    fn into_value(self) -> Value {
        Value::Struct(vec![Some(self.role_name.into_value()), Some(self.policy_arn.into_value())])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct AttachUserPolicy {
    pub user_name: String,
    pub policy_arn: String,
}

impl FromValue for AttachUserPolicy {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "AttachUserPolicy")?;
        Ok(Self { user_name: members.required(0)?, policy_arn: members.required(1)? })
    }
}

impl IntoValue for AttachUserPolicy {
    fn into_value(self) -> Value {
        Value::Struct(vec![Some(self.user_name.into_value()), Some(self.policy_arn.into_value())])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct AttachedPermissionsBoundary {
    pub permissions_boundary_type: Option<PermissionsBoundaryAttachmentType>,
    pub permissions_boundary_arn: Option<String>,
}

impl FromValue for AttachedPermissionsBoundary {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "AttachedPermissionsBoundary")?;
        Ok(Self { permissions_boundary_type: members.optional(0)?, permissions_boundary_arn: members.optional(1)? })
    }
}

impl IntoValue for AttachedPermissionsBoundary {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            self.permissions_boundary_type.map(IntoValue::into_value),
            self.permissions_boundary_arn.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct AttachedPolicy {
    pub policy_name: Option<String>,
    pub policy_arn: Option<String>,
}

impl FromValue for AttachedPolicy {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "AttachedPolicy")?;
        Ok(Self { policy_name: members.optional(0)?, policy_arn: members.optional(1)? })
    }
}

impl IntoValue for AttachedPolicy {
    fn into_value(self) -> Value {
        Value::Struct(vec![self.policy_name.map(IntoValue::into_value), self.policy_arn.map(IntoValue::into_value)])
    }
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AttachmentType {
    User,
    Group,
    Role,
}

impl AttachmentType {
    /// Every value, in the model's order.
    pub const ALL: &'static [Self] = &[Self::User, Self::Group, Self::Role];

    /// The value as it is sent.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Group => "group",
            Self::Role => "role",
        }
    }
}

impl TryFrom<&str> for AttachmentType {
    type Error = Mismatch;

    fn try_from(text: &str) -> Result<Self, Mismatch> {
        Self::ALL.iter().copied().find(|value| value.as_str() == text).ok_or(Mismatch("AttachmentType"))
    }
}

impl FromValue for AttachmentType {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        value.as_str().ok_or(Mismatch("AttachmentType")).and_then(Self::try_from)
    }
}

impl IntoValue for AttachmentType {
    fn into_value(self) -> Value {
        Value::String(self.as_str().to_owned())
    }
}

pub struct ChangePassword {
    pub old_password: Secret<String>,
    pub new_password: Secret<String>,
}

impl FromValue for ChangePassword {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "ChangePassword")?;
        Ok(Self { old_password: members.required(0)?, new_password: members.required(1)? })
    }
}

impl IntoValue for ChangePassword {
    fn into_value(self) -> Value {
        Value::Struct(vec![Some(self.old_password.into_value()), Some(self.new_password.into_value())])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct ContextEntry {
    pub context_key_name: Option<String>,
    pub context_key_values: Option<Vec<String>>,
    pub context_key_type: Option<ContextKeyTypeEnum>,
}

impl FromValue for ContextEntry {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "ContextEntry")?;
        Ok(Self {
            context_key_name: members.optional(0)?,
            context_key_values: members.optional(1)?,
            context_key_type: members.optional(2)?,
        })
    }
}

impl IntoValue for ContextEntry {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            self.context_key_name.map(IntoValue::into_value),
            self.context_key_values.map(IntoValue::into_value),
            self.context_key_type.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ContextKeyTypeEnum {
    String,
    StringList,
    Numeric,
    NumericList,
    Boolean,
    BooleanList,
    Ip,
    IpList,
    Binary,
    BinaryList,
    Date,
    DateList,
}

impl ContextKeyTypeEnum {
    /// Every value, in the model's order.
    pub const ALL: &'static [Self] = &[
        Self::String,
        Self::StringList,
        Self::Numeric,
        Self::NumericList,
        Self::Boolean,
        Self::BooleanList,
        Self::Ip,
        Self::IpList,
        Self::Binary,
        Self::BinaryList,
        Self::Date,
        Self::DateList,
    ];

    /// The value as it is sent.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::String => "string",
            Self::StringList => "stringList",
            Self::Numeric => "numeric",
            Self::NumericList => "numericList",
            Self::Boolean => "boolean",
            Self::BooleanList => "booleanList",
            Self::Ip => "ip",
            Self::IpList => "ipList",
            Self::Binary => "binary",
            Self::BinaryList => "binaryList",
            Self::Date => "date",
            Self::DateList => "dateList",
        }
    }
}

impl TryFrom<&str> for ContextKeyTypeEnum {
    type Error = Mismatch;

    fn try_from(text: &str) -> Result<Self, Mismatch> {
        Self::ALL.iter().copied().find(|value| value.as_str() == text).ok_or(Mismatch("ContextKeyTypeEnum"))
    }
}

impl FromValue for ContextKeyTypeEnum {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        value.as_str().ok_or(Mismatch("ContextKeyTypeEnum")).and_then(Self::try_from)
    }
}

impl IntoValue for ContextKeyTypeEnum {
    fn into_value(self) -> Value {
        Value::String(self.as_str().to_owned())
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct CreateAccessKey {
    pub user_name: Option<String>,
}

impl FromValue for CreateAccessKey {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "CreateAccessKey")?;
        Ok(Self { user_name: members.optional(0)? })
    }
}

impl IntoValue for CreateAccessKey {
    fn into_value(self) -> Value {
        Value::Struct(vec![self.user_name.map(IntoValue::into_value)])
    }
}

pub struct CreateAccessKeyOutput {
    pub access_key: AccessKey,
}

impl FromValue for CreateAccessKeyOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "CreateAccessKeyOutput")?;
        Ok(Self { access_key: members.required(0)? })
    }
}

impl IntoValue for CreateAccessKeyOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![Some(self.access_key.into_value())])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct CreateAccountAlias {
    pub account_alias: String,
}

impl FromValue for CreateAccountAlias {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "CreateAccountAlias")?;
        Ok(Self { account_alias: members.required(0)? })
    }
}

impl IntoValue for CreateAccountAlias {
    fn into_value(self) -> Value {
        Value::Struct(vec![Some(self.account_alias.into_value())])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct CreateGroup {
    pub path: Option<String>,
    pub group_name: String,
}

impl FromValue for CreateGroup {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "CreateGroup")?;
        Ok(Self { path: members.optional(0)?, group_name: members.required(1)? })
    }
}

impl IntoValue for CreateGroup {
    fn into_value(self) -> Value {
        Value::Struct(vec![self.path.map(IntoValue::into_value), Some(self.group_name.into_value())])
    }
}

#[derive(Clone, PartialEq)]
pub struct CreateGroupOutput {
    pub group: Group,
}

impl FromValue for CreateGroupOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "CreateGroupOutput")?;
        Ok(Self { group: members.required(0)? })
    }
}

impl IntoValue for CreateGroupOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![Some(self.group.into_value())])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct CreateInstanceProfile {
    pub instance_profile_name: String,
    pub path: Option<String>,
    pub tags: Option<Vec<Tag>>,
}

impl FromValue for CreateInstanceProfile {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "CreateInstanceProfile")?;
        Ok(Self { instance_profile_name: members.required(0)?, path: members.optional(1)?, tags: members.optional(2)? })
    }
}

impl IntoValue for CreateInstanceProfile {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            Some(self.instance_profile_name.into_value()),
            self.path.map(IntoValue::into_value),
            self.tags.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq)]
pub struct CreateInstanceProfileOutput {
    pub instance_profile: InstanceProfile,
}

impl FromValue for CreateInstanceProfileOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "CreateInstanceProfileOutput")?;
        Ok(Self { instance_profile: members.required(0)? })
    }
}

impl IntoValue for CreateInstanceProfileOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![Some(self.instance_profile.into_value())])
    }
}

#[derive(Default)]
pub struct CreateLoginProfile {
    pub user_name: Option<String>,
    pub password: Option<Secret<String>>,
    pub password_reset_required: Option<bool>,
}

impl FromValue for CreateLoginProfile {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "CreateLoginProfile")?;
        Ok(Self {
            user_name: members.optional(0)?,
            password: members.optional(1)?,
            password_reset_required: members.optional(2)?,
        })
    }
}

impl IntoValue for CreateLoginProfile {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            self.user_name.map(IntoValue::into_value),
            self.password.map(IntoValue::into_value),
            self.password_reset_required.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq)]
pub struct CreateLoginProfileOutput {
    pub login_profile: LoginProfile,
}

impl FromValue for CreateLoginProfileOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "CreateLoginProfileOutput")?;
        Ok(Self { login_profile: members.required(0)? })
    }
}

impl IntoValue for CreateLoginProfileOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![Some(self.login_profile.into_value())])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct CreateOpenIDConnectProvider {
    pub url: String,
    pub client_id_list: Option<Vec<String>>,
    pub thumbprint_list: Option<Vec<String>>,
    pub tags: Option<Vec<Tag>>,
}

impl FromValue for CreateOpenIDConnectProvider {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "CreateOpenIDConnectProvider")?;
        Ok(Self {
            url: members.required(0)?,
            client_id_list: members.optional(1)?,
            thumbprint_list: members.optional(2)?,
            tags: members.optional(3)?,
        })
    }
}

impl IntoValue for CreateOpenIDConnectProvider {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            Some(self.url.into_value()),
            self.client_id_list.map(IntoValue::into_value),
            self.thumbprint_list.map(IntoValue::into_value),
            self.tags.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct CreateOpenIDConnectProviderOutput {
    pub open_id_connect_provider_arn: Option<String>,
    pub tags: Option<Vec<Tag>>,
}

impl FromValue for CreateOpenIDConnectProviderOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "CreateOpenIDConnectProviderOutput")?;
        Ok(Self { open_id_connect_provider_arn: members.optional(0)?, tags: members.optional(1)? })
    }
}

impl IntoValue for CreateOpenIDConnectProviderOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            self.open_id_connect_provider_arn.map(IntoValue::into_value),
            self.tags.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct CreatePolicy {
    pub policy_name: String,
    pub path: Option<String>,
    pub policy_document: String,
    pub description: Option<String>,
    pub tags: Option<Vec<Tag>>,
}

impl FromValue for CreatePolicy {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "CreatePolicy")?;
        Ok(Self {
            policy_name: members.required(0)?,
            path: members.optional(1)?,
            policy_document: members.required(2)?,
            description: members.optional(3)?,
            tags: members.optional(4)?,
        })
    }
}

impl IntoValue for CreatePolicy {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            Some(self.policy_name.into_value()),
            self.path.map(IntoValue::into_value),
            Some(self.policy_document.into_value()),
            self.description.map(IntoValue::into_value),
            self.tags.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct CreatePolicyOutput {
    pub policy: Option<Policy>,
}

impl FromValue for CreatePolicyOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "CreatePolicyOutput")?;
        Ok(Self { policy: members.optional(0)? })
    }
}

impl IntoValue for CreatePolicyOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![self.policy.map(IntoValue::into_value)])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct CreatePolicyVersion {
    pub policy_arn: String,
    pub policy_document: String,
    pub set_as_default: Option<bool>,
}

impl FromValue for CreatePolicyVersion {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "CreatePolicyVersion")?;
        Ok(Self {
            policy_arn: members.required(0)?,
            policy_document: members.required(1)?,
            set_as_default: members.optional(2)?,
        })
    }
}

impl IntoValue for CreatePolicyVersion {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            Some(self.policy_arn.into_value()),
            Some(self.policy_document.into_value()),
            self.set_as_default.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct CreatePolicyVersionOutput {
    pub policy_version: Option<PolicyVersion>,
}

impl FromValue for CreatePolicyVersionOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "CreatePolicyVersionOutput")?;
        Ok(Self { policy_version: members.optional(0)? })
    }
}

impl IntoValue for CreatePolicyVersionOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![self.policy_version.map(IntoValue::into_value)])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct CreateRole {
    pub path: Option<String>,
    pub role_name: String,
    pub assume_role_policy_document: String,
    pub description: Option<String>,
    pub max_session_duration: Option<i32>,
    pub permissions_boundary: Option<String>,
    pub tags: Option<Vec<Tag>>,
}

impl FromValue for CreateRole {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "CreateRole")?;
        Ok(Self {
            path: members.optional(0)?,
            role_name: members.required(1)?,
            assume_role_policy_document: members.required(2)?,
            description: members.optional(3)?,
            max_session_duration: members.optional(4)?,
            permissions_boundary: members.optional(5)?,
            tags: members.optional(6)?,
        })
    }
}

impl IntoValue for CreateRole {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            self.path.map(IntoValue::into_value),
            Some(self.role_name.into_value()),
            Some(self.assume_role_policy_document.into_value()),
            self.description.map(IntoValue::into_value),
            self.max_session_duration.map(IntoValue::into_value),
            self.permissions_boundary.map(IntoValue::into_value),
            self.tags.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq)]
pub struct CreateRoleOutput {
    pub role: Role,
}

impl FromValue for CreateRoleOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "CreateRoleOutput")?;
        Ok(Self { role: members.required(0)? })
    }
}

impl IntoValue for CreateRoleOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![Some(self.role.into_value())])
    }
}

#[derive(Default)]
pub struct CreateSAMLProvider {
    pub saml_metadata_document: String,
    pub name: String,
    pub tags: Option<Vec<Tag>>,
    pub assertion_encryption_mode: Option<AssertionEncryptionModeType>,
    pub add_private_key: Option<Secret<String>>,
}

impl FromValue for CreateSAMLProvider {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "CreateSAMLProvider")?;
        Ok(Self {
            saml_metadata_document: members.required(0)?,
            name: members.required(1)?,
            tags: members.optional(2)?,
            assertion_encryption_mode: members.optional(3)?,
            add_private_key: members.optional(4)?,
        })
    }
}

impl IntoValue for CreateSAMLProvider {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            Some(self.saml_metadata_document.into_value()),
            Some(self.name.into_value()),
            self.tags.map(IntoValue::into_value),
            self.assertion_encryption_mode.map(IntoValue::into_value),
            self.add_private_key.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct CreateSAMLProviderOutput {
    pub saml_provider_arn: Option<String>,
    pub tags: Option<Vec<Tag>>,
}

impl FromValue for CreateSAMLProviderOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "CreateSAMLProviderOutput")?;
        Ok(Self { saml_provider_arn: members.optional(0)?, tags: members.optional(1)? })
    }
}

impl IntoValue for CreateSAMLProviderOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![self.saml_provider_arn.map(IntoValue::into_value), self.tags.map(IntoValue::into_value)])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct CreateServiceLinkedRole {
    pub aws_service_name: String,
    pub description: Option<String>,
    pub custom_suffix: Option<String>,
}

impl FromValue for CreateServiceLinkedRole {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "CreateServiceLinkedRole")?;
        Ok(Self {
            aws_service_name: members.required(0)?,
            description: members.optional(1)?,
            custom_suffix: members.optional(2)?,
        })
    }
}

impl IntoValue for CreateServiceLinkedRole {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            Some(self.aws_service_name.into_value()),
            self.description.map(IntoValue::into_value),
            self.custom_suffix.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct CreateServiceLinkedRoleOutput {
    pub role: Option<Role>,
}

impl FromValue for CreateServiceLinkedRoleOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "CreateServiceLinkedRoleOutput")?;
        Ok(Self { role: members.optional(0)? })
    }
}

impl IntoValue for CreateServiceLinkedRoleOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![self.role.map(IntoValue::into_value)])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct CreateServiceSpecificCredential {
    pub user_name: String,
    pub service_name: String,
    pub credential_age_days: Option<i32>,
}

impl FromValue for CreateServiceSpecificCredential {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "CreateServiceSpecificCredential")?;
        Ok(Self {
            user_name: members.required(0)?,
            service_name: members.required(1)?,
            credential_age_days: members.optional(2)?,
        })
    }
}

impl IntoValue for CreateServiceSpecificCredential {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            Some(self.user_name.into_value()),
            Some(self.service_name.into_value()),
            self.credential_age_days.map(IntoValue::into_value),
        ])
    }
}

#[derive(Default)]
pub struct CreateServiceSpecificCredentialOutput {
    pub service_specific_credential: Option<ServiceSpecificCredential>,
}

impl FromValue for CreateServiceSpecificCredentialOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "CreateServiceSpecificCredentialOutput")?;
        Ok(Self { service_specific_credential: members.optional(0)? })
    }
}

impl IntoValue for CreateServiceSpecificCredentialOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![self.service_specific_credential.map(IntoValue::into_value)])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct CreateUser {
    pub path: Option<String>,
    pub user_name: String,
    pub permissions_boundary: Option<String>,
    pub tags: Option<Vec<Tag>>,
}

impl FromValue for CreateUser {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "CreateUser")?;
        Ok(Self {
            path: members.optional(0)?,
            user_name: members.required(1)?,
            permissions_boundary: members.optional(2)?,
            tags: members.optional(3)?,
        })
    }
}

impl IntoValue for CreateUser {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            self.path.map(IntoValue::into_value),
            Some(self.user_name.into_value()),
            self.permissions_boundary.map(IntoValue::into_value),
            self.tags.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct CreateUserOutput {
    pub user: Option<User>,
}

impl FromValue for CreateUserOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "CreateUserOutput")?;
        Ok(Self { user: members.optional(0)? })
    }
}

impl IntoValue for CreateUserOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![self.user.map(IntoValue::into_value)])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct CreateVirtualMFADevice {
    pub path: Option<String>,
    pub virtual_mfa_device_name: String,
    pub tags: Option<Vec<Tag>>,
}

impl FromValue for CreateVirtualMFADevice {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "CreateVirtualMFADevice")?;
        Ok(Self {
            path: members.optional(0)?,
            virtual_mfa_device_name: members.required(1)?,
            tags: members.optional(2)?,
        })
    }
}

impl IntoValue for CreateVirtualMFADevice {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            self.path.map(IntoValue::into_value),
            Some(self.virtual_mfa_device_name.into_value()),
            self.tags.map(IntoValue::into_value),
        ])
    }
}

pub struct CreateVirtualMFADeviceOutput {
    pub virtual_mfa_device: VirtualMFADevice,
}

impl FromValue for CreateVirtualMFADeviceOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "CreateVirtualMFADeviceOutput")?;
        Ok(Self { virtual_mfa_device: members.required(0)? })
    }
}

impl IntoValue for CreateVirtualMFADeviceOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![Some(self.virtual_mfa_device.into_value())])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct DeactivateMFADevice {
    pub user_name: Option<String>,
    pub serial_number: String,
}

impl FromValue for DeactivateMFADevice {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "DeactivateMFADevice")?;
        Ok(Self { user_name: members.optional(0)?, serial_number: members.required(1)? })
    }
}

impl IntoValue for DeactivateMFADevice {
    fn into_value(self) -> Value {
        Value::Struct(vec![self.user_name.map(IntoValue::into_value), Some(self.serial_number.into_value())])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct DeleteAccessKey {
    pub user_name: Option<String>,
    pub access_key_id: String,
}

impl FromValue for DeleteAccessKey {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "DeleteAccessKey")?;
        Ok(Self { user_name: members.optional(0)?, access_key_id: members.required(1)? })
    }
}

impl IntoValue for DeleteAccessKey {
    fn into_value(self) -> Value {
        Value::Struct(vec![self.user_name.map(IntoValue::into_value), Some(self.access_key_id.into_value())])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct DeleteAccountAlias {
    pub account_alias: String,
}

impl FromValue for DeleteAccountAlias {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "DeleteAccountAlias")?;
        Ok(Self { account_alias: members.required(0)? })
    }
}

impl IntoValue for DeleteAccountAlias {
    fn into_value(self) -> Value {
        Value::Struct(vec![Some(self.account_alias.into_value())])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct DeleteGroupPolicy {
    pub group_name: String,
    pub policy_name: String,
}

impl FromValue for DeleteGroupPolicy {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "DeleteGroupPolicy")?;
        Ok(Self { group_name: members.required(0)?, policy_name: members.required(1)? })
    }
}

impl IntoValue for DeleteGroupPolicy {
    fn into_value(self) -> Value {
        Value::Struct(vec![Some(self.group_name.into_value()), Some(self.policy_name.into_value())])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct DeleteGroup {
    pub group_name: String,
}

impl FromValue for DeleteGroup {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "DeleteGroup")?;
        Ok(Self { group_name: members.required(0)? })
    }
}

impl IntoValue for DeleteGroup {
    fn into_value(self) -> Value {
        Value::Struct(vec![Some(self.group_name.into_value())])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct DeleteInstanceProfile {
    pub instance_profile_name: String,
}

impl FromValue for DeleteInstanceProfile {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "DeleteInstanceProfile")?;
        Ok(Self { instance_profile_name: members.required(0)? })
    }
}

impl IntoValue for DeleteInstanceProfile {
    fn into_value(self) -> Value {
        Value::Struct(vec![Some(self.instance_profile_name.into_value())])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct DeleteLoginProfile {
    pub user_name: Option<String>,
}

impl FromValue for DeleteLoginProfile {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "DeleteLoginProfile")?;
        Ok(Self { user_name: members.optional(0)? })
    }
}

impl IntoValue for DeleteLoginProfile {
    fn into_value(self) -> Value {
        Value::Struct(vec![self.user_name.map(IntoValue::into_value)])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct DeleteOpenIDConnectProvider {
    pub open_id_connect_provider_arn: String,
}

impl FromValue for DeleteOpenIDConnectProvider {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "DeleteOpenIDConnectProvider")?;
        Ok(Self { open_id_connect_provider_arn: members.required(0)? })
    }
}

impl IntoValue for DeleteOpenIDConnectProvider {
    fn into_value(self) -> Value {
        Value::Struct(vec![Some(self.open_id_connect_provider_arn.into_value())])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct DeletePolicy {
    pub policy_arn: String,
}

impl FromValue for DeletePolicy {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "DeletePolicy")?;
        Ok(Self { policy_arn: members.required(0)? })
    }
}

impl IntoValue for DeletePolicy {
    fn into_value(self) -> Value {
        Value::Struct(vec![Some(self.policy_arn.into_value())])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct DeletePolicyVersion {
    pub policy_arn: String,
    pub version_id: String,
}

impl FromValue for DeletePolicyVersion {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "DeletePolicyVersion")?;
        Ok(Self { policy_arn: members.required(0)?, version_id: members.required(1)? })
    }
}

impl IntoValue for DeletePolicyVersion {
    fn into_value(self) -> Value {
        Value::Struct(vec![Some(self.policy_arn.into_value()), Some(self.version_id.into_value())])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct DeleteRolePermissionsBoundary {
    pub role_name: String,
}

impl FromValue for DeleteRolePermissionsBoundary {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "DeleteRolePermissionsBoundary")?;
        Ok(Self { role_name: members.required(0)? })
    }
}

impl IntoValue for DeleteRolePermissionsBoundary {
    fn into_value(self) -> Value {
        Value::Struct(vec![Some(self.role_name.into_value())])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct DeleteRolePolicy {
    pub role_name: String,
    pub policy_name: String,
}

impl FromValue for DeleteRolePolicy {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "DeleteRolePolicy")?;
        Ok(Self { role_name: members.required(0)?, policy_name: members.required(1)? })
    }
}

impl IntoValue for DeleteRolePolicy {
    fn into_value(self) -> Value {
        Value::Struct(vec![Some(self.role_name.into_value()), Some(self.policy_name.into_value())])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct DeleteRole {
    pub role_name: String,
}

impl FromValue for DeleteRole {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "DeleteRole")?;
        Ok(Self { role_name: members.required(0)? })
    }
}

impl IntoValue for DeleteRole {
    fn into_value(self) -> Value {
        Value::Struct(vec![Some(self.role_name.into_value())])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct DeleteSAMLProvider {
    pub saml_provider_arn: String,
}

impl FromValue for DeleteSAMLProvider {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "DeleteSAMLProvider")?;
        Ok(Self { saml_provider_arn: members.required(0)? })
    }
}

impl IntoValue for DeleteSAMLProvider {
    fn into_value(self) -> Value {
        Value::Struct(vec![Some(self.saml_provider_arn.into_value())])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct DeleteSSHPublicKey {
    pub user_name: String,
    pub ssh_public_key_id: String,
}

impl FromValue for DeleteSSHPublicKey {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "DeleteSSHPublicKey")?;
        Ok(Self { user_name: members.required(0)?, ssh_public_key_id: members.required(1)? })
    }
}

impl IntoValue for DeleteSSHPublicKey {
    fn into_value(self) -> Value {
        Value::Struct(vec![Some(self.user_name.into_value()), Some(self.ssh_public_key_id.into_value())])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct DeleteServerCertificate {
    pub server_certificate_name: String,
}

impl FromValue for DeleteServerCertificate {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "DeleteServerCertificate")?;
        Ok(Self { server_certificate_name: members.required(0)? })
    }
}

impl IntoValue for DeleteServerCertificate {
    fn into_value(self) -> Value {
        Value::Struct(vec![Some(self.server_certificate_name.into_value())])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct DeleteServiceLinkedRole {
    pub role_name: String,
}

impl FromValue for DeleteServiceLinkedRole {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "DeleteServiceLinkedRole")?;
        Ok(Self { role_name: members.required(0)? })
    }
}

impl IntoValue for DeleteServiceLinkedRole {
    fn into_value(self) -> Value {
        Value::Struct(vec![Some(self.role_name.into_value())])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct DeleteServiceLinkedRoleOutput {
    pub deletion_task_id: String,
}

impl FromValue for DeleteServiceLinkedRoleOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "DeleteServiceLinkedRoleOutput")?;
        Ok(Self { deletion_task_id: members.required(0)? })
    }
}

impl IntoValue for DeleteServiceLinkedRoleOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![Some(self.deletion_task_id.into_value())])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct DeleteServiceSpecificCredential {
    pub user_name: Option<String>,
    pub service_specific_credential_id: String,
}

impl FromValue for DeleteServiceSpecificCredential {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "DeleteServiceSpecificCredential")?;
        Ok(Self { user_name: members.optional(0)?, service_specific_credential_id: members.required(1)? })
    }
}

impl IntoValue for DeleteServiceSpecificCredential {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            self.user_name.map(IntoValue::into_value),
            Some(self.service_specific_credential_id.into_value()),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct DeleteSigningCertificate {
    pub user_name: Option<String>,
    pub certificate_id: String,
}

impl FromValue for DeleteSigningCertificate {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "DeleteSigningCertificate")?;
        Ok(Self { user_name: members.optional(0)?, certificate_id: members.required(1)? })
    }
}

impl IntoValue for DeleteSigningCertificate {
    fn into_value(self) -> Value {
        Value::Struct(vec![self.user_name.map(IntoValue::into_value), Some(self.certificate_id.into_value())])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct DeleteUserPermissionsBoundary {
    pub user_name: String,
}

impl FromValue for DeleteUserPermissionsBoundary {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "DeleteUserPermissionsBoundary")?;
        Ok(Self { user_name: members.required(0)? })
    }
}

impl IntoValue for DeleteUserPermissionsBoundary {
    fn into_value(self) -> Value {
        Value::Struct(vec![Some(self.user_name.into_value())])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct DeleteUserPolicy {
    pub user_name: String,
    pub policy_name: String,
}

impl FromValue for DeleteUserPolicy {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "DeleteUserPolicy")?;
        Ok(Self { user_name: members.required(0)?, policy_name: members.required(1)? })
    }
}

impl IntoValue for DeleteUserPolicy {
    fn into_value(self) -> Value {
        Value::Struct(vec![Some(self.user_name.into_value()), Some(self.policy_name.into_value())])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct DeleteUser {
    pub user_name: String,
}

impl FromValue for DeleteUser {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "DeleteUser")?;
        Ok(Self { user_name: members.required(0)? })
    }
}

impl IntoValue for DeleteUser {
    fn into_value(self) -> Value {
        Value::Struct(vec![Some(self.user_name.into_value())])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct DeleteVirtualMFADevice {
    pub serial_number: String,
}

impl FromValue for DeleteVirtualMFADevice {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "DeleteVirtualMFADevice")?;
        Ok(Self { serial_number: members.required(0)? })
    }
}

impl IntoValue for DeleteVirtualMFADevice {
    fn into_value(self) -> Value {
        Value::Struct(vec![Some(self.serial_number.into_value())])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct DeletionTaskFailureReasonType {
    pub reason: Option<String>,
    pub role_usage_list: Option<Vec<RoleUsageType>>,
}

impl FromValue for DeletionTaskFailureReasonType {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "DeletionTaskFailureReasonType")?;
        Ok(Self { reason: members.optional(0)?, role_usage_list: members.optional(1)? })
    }
}

impl IntoValue for DeletionTaskFailureReasonType {
    fn into_value(self) -> Value {
        Value::Struct(vec![self.reason.map(IntoValue::into_value), self.role_usage_list.map(IntoValue::into_value)])
    }
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DeletionTaskStatusType {
    Succeeded,
    InProgress,
    Failed,
    NotStarted,
}

impl DeletionTaskStatusType {
    /// Every value, in the model's order.
    pub const ALL: &'static [Self] = &[Self::Succeeded, Self::InProgress, Self::Failed, Self::NotStarted];

    /// The value as it is sent.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Succeeded => "SUCCEEDED",
            Self::InProgress => "IN_PROGRESS",
            Self::Failed => "FAILED",
            Self::NotStarted => "NOT_STARTED",
        }
    }
}

impl TryFrom<&str> for DeletionTaskStatusType {
    type Error = Mismatch;

    fn try_from(text: &str) -> Result<Self, Mismatch> {
        Self::ALL.iter().copied().find(|value| value.as_str() == text).ok_or(Mismatch("DeletionTaskStatusType"))
    }
}

impl FromValue for DeletionTaskStatusType {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        value.as_str().ok_or(Mismatch("DeletionTaskStatusType")).and_then(Self::try_from)
    }
}

impl IntoValue for DeletionTaskStatusType {
    fn into_value(self) -> Value {
        Value::String(self.as_str().to_owned())
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct DetachGroupPolicy {
    pub group_name: String,
    pub policy_arn: String,
}

impl FromValue for DetachGroupPolicy {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "DetachGroupPolicy")?;
        Ok(Self { group_name: members.required(0)?, policy_arn: members.required(1)? })
    }
}

impl IntoValue for DetachGroupPolicy {
    fn into_value(self) -> Value {
        Value::Struct(vec![Some(self.group_name.into_value()), Some(self.policy_arn.into_value())])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct DetachRolePolicy {
    pub role_name: String,
    pub policy_arn: String,
}

impl FromValue for DetachRolePolicy {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "DetachRolePolicy")?;
        Ok(Self { role_name: members.required(0)?, policy_arn: members.required(1)? })
    }
}

impl IntoValue for DetachRolePolicy {
    fn into_value(self) -> Value {
        Value::Struct(vec![Some(self.role_name.into_value()), Some(self.policy_arn.into_value())])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct DetachUserPolicy {
    pub user_name: String,
    pub policy_arn: String,
}

impl FromValue for DetachUserPolicy {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "DetachUserPolicy")?;
        Ok(Self { user_name: members.required(0)?, policy_arn: members.required(1)? })
    }
}

impl IntoValue for DetachUserPolicy {
    fn into_value(self) -> Value {
        Value::Struct(vec![Some(self.user_name.into_value()), Some(self.policy_arn.into_value())])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct EnableMFADevice {
    pub user_name: String,
    pub serial_number: String,
    pub authentication_code1: String,
    pub authentication_code2: String,
}

impl FromValue for EnableMFADevice {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "EnableMFADevice")?;
        Ok(Self {
            user_name: members.required(0)?,
            serial_number: members.required(1)?,
            authentication_code1: members.required(2)?,
            authentication_code2: members.required(3)?,
        })
    }
}

impl IntoValue for EnableMFADevice {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            Some(self.user_name.into_value()),
            Some(self.serial_number.into_value()),
            Some(self.authentication_code1.into_value()),
            Some(self.authentication_code2.into_value()),
        ])
    }
}

#[derive(Clone, PartialEq)]
pub struct EntityDetails {
    pub entity_info: EntityInfo,
    pub last_authenticated: Option<Timestamp>,
}

impl FromValue for EntityDetails {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "EntityDetails")?;
        Ok(Self { entity_info: members.required(0)?, last_authenticated: members.optional(1)? })
    }
}

impl IntoValue for EntityDetails {
    fn into_value(self) -> Value {
        Value::Struct(vec![Some(self.entity_info.into_value()), self.last_authenticated.map(IntoValue::into_value)])
    }
}

#[derive(Clone, PartialEq)]
pub struct EntityInfo {
    pub arn: String,
    pub name: String,
    pub r#type: PolicyOwnerEntityType,
    pub id: String,
    pub path: Option<String>,
}

impl FromValue for EntityInfo {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "EntityInfo")?;
        Ok(Self {
            arn: members.required(0)?,
            name: members.required(1)?,
            r#type: members.required(2)?,
            id: members.required(3)?,
            path: members.optional(4)?,
        })
    }
}

impl IntoValue for EntityInfo {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            Some(self.arn.into_value()),
            Some(self.name.into_value()),
            Some(self.r#type.into_value()),
            Some(self.id.into_value()),
            self.path.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EntityType {
    User,
    Role,
    Group,
    LocalManagedPolicy,
    AWSManagedPolicy,
}

impl EntityType {
    /// Every value, in the model's order.
    pub const ALL: &'static [Self] =
        &[Self::User, Self::Role, Self::Group, Self::LocalManagedPolicy, Self::AWSManagedPolicy];

    /// The value as it is sent.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::User => "User",
            Self::Role => "Role",
            Self::Group => "Group",
            Self::LocalManagedPolicy => "LocalManagedPolicy",
            Self::AWSManagedPolicy => "AWSManagedPolicy",
        }
    }
}

impl TryFrom<&str> for EntityType {
    type Error = Mismatch;

    fn try_from(text: &str) -> Result<Self, Mismatch> {
        Self::ALL.iter().copied().find(|value| value.as_str() == text).ok_or(Mismatch("EntityType"))
    }
}

impl FromValue for EntityType {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        value.as_str().ok_or(Mismatch("EntityType")).and_then(Self::try_from)
    }
}

impl IntoValue for EntityType {
    fn into_value(self) -> Value {
        Value::String(self.as_str().to_owned())
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct ErrorDetails {
    pub message: String,
    pub code: String,
}

impl FromValue for ErrorDetails {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "ErrorDetails")?;
        Ok(Self { message: members.required(0)?, code: members.required(1)? })
    }
}

impl IntoValue for ErrorDetails {
    fn into_value(self) -> Value {
        Value::Struct(vec![Some(self.message.into_value()), Some(self.code.into_value())])
    }
}

#[derive(Clone, PartialEq)]
pub struct EvaluationResult {
    pub eval_action_name: String,
    pub eval_resource_name: Option<String>,
    pub eval_decision: PolicyEvaluationDecisionType,
    pub matched_statements: Option<Vec<Statement>>,
    pub missing_context_values: Option<Vec<String>>,
    pub organizations_decision_detail: Option<OrganizationsDecisionDetail>,
    pub permissions_boundary_decision_detail: Option<PermissionsBoundaryDecisionDetail>,
    pub eval_decision_details: Option<BTreeMap<String, PolicyEvaluationDecisionType>>,
    pub resource_specific_results: Option<Vec<ResourceSpecificResult>>,
}

impl FromValue for EvaluationResult {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "EvaluationResult")?;
        Ok(Self {
            eval_action_name: members.required(0)?,
            eval_resource_name: members.optional(1)?,
            eval_decision: members.required(2)?,
            matched_statements: members.optional(3)?,
            missing_context_values: members.optional(4)?,
            organizations_decision_detail: members.optional(5)?,
            permissions_boundary_decision_detail: members.optional(6)?,
            eval_decision_details: members.optional(7)?,
            resource_specific_results: members.optional(8)?,
        })
    }
}

impl IntoValue for EvaluationResult {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            Some(self.eval_action_name.into_value()),
            self.eval_resource_name.map(IntoValue::into_value),
            Some(self.eval_decision.into_value()),
            self.matched_statements.map(IntoValue::into_value),
            self.missing_context_values.map(IntoValue::into_value),
            self.organizations_decision_detail.map(IntoValue::into_value),
            self.permissions_boundary_decision_detail.map(IntoValue::into_value),
            self.eval_decision_details.map(IntoValue::into_value),
            self.resource_specific_results.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct GenerateCredentialReportOutput {
    pub state: Option<ReportStateType>,
    pub description: Option<String>,
}

impl FromValue for GenerateCredentialReportOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "GenerateCredentialReportOutput")?;
        Ok(Self { state: members.optional(0)?, description: members.optional(1)? })
    }
}

impl IntoValue for GenerateCredentialReportOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![self.state.map(IntoValue::into_value), self.description.map(IntoValue::into_value)])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct GenerateServiceLastAccessedDetails {
    pub arn: String,
    pub granularity: Option<AccessAdvisorUsageGranularityType>,
}

impl FromValue for GenerateServiceLastAccessedDetails {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "GenerateServiceLastAccessedDetails")?;
        Ok(Self { arn: members.required(0)?, granularity: members.optional(1)? })
    }
}

impl IntoValue for GenerateServiceLastAccessedDetails {
    fn into_value(self) -> Value {
        Value::Struct(vec![Some(self.arn.into_value()), self.granularity.map(IntoValue::into_value)])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct GenerateServiceLastAccessedDetailsOutput {
    pub job_id: Option<String>,
}

impl FromValue for GenerateServiceLastAccessedDetailsOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "GenerateServiceLastAccessedDetailsOutput")?;
        Ok(Self { job_id: members.optional(0)? })
    }
}

impl IntoValue for GenerateServiceLastAccessedDetailsOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![self.job_id.map(IntoValue::into_value)])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct GetAccessKeyLastUsed {
    pub access_key_id: String,
}

impl FromValue for GetAccessKeyLastUsed {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "GetAccessKeyLastUsed")?;
        Ok(Self { access_key_id: members.required(0)? })
    }
}

impl IntoValue for GetAccessKeyLastUsed {
    fn into_value(self) -> Value {
        Value::Struct(vec![Some(self.access_key_id.into_value())])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct GetAccessKeyLastUsedOutput {
    pub user_name: Option<String>,
    pub access_key_last_used: Option<AccessKeyLastUsed>,
}

impl FromValue for GetAccessKeyLastUsedOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "GetAccessKeyLastUsedOutput")?;
        Ok(Self { user_name: members.optional(0)?, access_key_last_used: members.optional(1)? })
    }
}

impl IntoValue for GetAccessKeyLastUsedOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            self.user_name.map(IntoValue::into_value),
            self.access_key_last_used.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct GetAccountAuthorizationDetails {
    pub filter: Option<Vec<EntityType>>,
    pub max_items: Option<i32>,
    pub marker: Option<String>,
}

impl FromValue for GetAccountAuthorizationDetails {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "GetAccountAuthorizationDetails")?;
        Ok(Self { filter: members.optional(0)?, max_items: members.optional(1)?, marker: members.optional(2)? })
    }
}

impl IntoValue for GetAccountAuthorizationDetails {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            self.filter.map(IntoValue::into_value),
            self.max_items.map(IntoValue::into_value),
            self.marker.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct GetAccountAuthorizationDetailsOutput {
    pub user_detail_list: Option<Vec<UserDetail>>,
    pub group_detail_list: Option<Vec<GroupDetail>>,
    pub role_detail_list: Option<Vec<RoleDetail>>,
    pub policies: Option<Vec<ManagedPolicyDetail>>,
    pub is_truncated: Option<bool>,
    pub marker: Option<String>,
}

impl FromValue for GetAccountAuthorizationDetailsOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "GetAccountAuthorizationDetailsOutput")?;
        Ok(Self {
            user_detail_list: members.optional(0)?,
            group_detail_list: members.optional(1)?,
            role_detail_list: members.optional(2)?,
            policies: members.optional(3)?,
            is_truncated: members.optional(4)?,
            marker: members.optional(5)?,
        })
    }
}

impl IntoValue for GetAccountAuthorizationDetailsOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            self.user_detail_list.map(IntoValue::into_value),
            self.group_detail_list.map(IntoValue::into_value),
            self.role_detail_list.map(IntoValue::into_value),
            self.policies.map(IntoValue::into_value),
            self.is_truncated.map(IntoValue::into_value),
            self.marker.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq)]
pub struct GetAccountPasswordPolicyOutput {
    pub password_policy: PasswordPolicy,
}

impl FromValue for GetAccountPasswordPolicyOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "GetAccountPasswordPolicyOutput")?;
        Ok(Self { password_policy: members.required(0)? })
    }
}

impl IntoValue for GetAccountPasswordPolicyOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![Some(self.password_policy.into_value())])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct GetAccountSummaryOutput {
    pub summary_map: Option<BTreeMap<String, i32>>,
}

impl FromValue for GetAccountSummaryOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "GetAccountSummaryOutput")?;
        Ok(Self { summary_map: members.optional(0)? })
    }
}

impl IntoValue for GetAccountSummaryOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![self.summary_map.map(IntoValue::into_value)])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct GetContextKeysForCustomPolicy {
    pub policy_input_list: Vec<String>,
}

impl FromValue for GetContextKeysForCustomPolicy {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "GetContextKeysForCustomPolicy")?;
        Ok(Self { policy_input_list: members.required(0)? })
    }
}

impl IntoValue for GetContextKeysForCustomPolicy {
    fn into_value(self) -> Value {
        Value::Struct(vec![Some(self.policy_input_list.into_value())])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct GetContextKeysForPolicyResponse {
    pub context_key_names: Option<Vec<String>>,
}

impl FromValue for GetContextKeysForPolicyResponse {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "GetContextKeysForPolicyResponse")?;
        Ok(Self { context_key_names: members.optional(0)? })
    }
}

impl IntoValue for GetContextKeysForPolicyResponse {
    fn into_value(self) -> Value {
        Value::Struct(vec![self.context_key_names.map(IntoValue::into_value)])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct GetContextKeysForPrincipalPolicy {
    pub policy_source_arn: String,
    pub policy_input_list: Option<Vec<String>>,
}

impl FromValue for GetContextKeysForPrincipalPolicy {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "GetContextKeysForPrincipalPolicy")?;
        Ok(Self { policy_source_arn: members.required(0)?, policy_input_list: members.optional(1)? })
    }
}

impl IntoValue for GetContextKeysForPrincipalPolicy {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            Some(self.policy_source_arn.into_value()),
            self.policy_input_list.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct GetCredentialReportOutput {
    pub content: Option<Vec<u8>>,
    pub report_format: Option<ReportFormatType>,
    pub generated_time: Option<Timestamp>,
}

impl FromValue for GetCredentialReportOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "GetCredentialReportOutput")?;
        Ok(Self {
            content: members.optional(0)?,
            report_format: members.optional(1)?,
            generated_time: members.optional(2)?,
        })
    }
}

impl IntoValue for GetCredentialReportOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            self.content.map(IntoValue::into_value),
            self.report_format.map(IntoValue::into_value),
            self.generated_time.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct GetGroupPolicy {
    pub group_name: String,
    pub policy_name: String,
}

impl FromValue for GetGroupPolicy {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "GetGroupPolicy")?;
        Ok(Self { group_name: members.required(0)?, policy_name: members.required(1)? })
    }
}

impl IntoValue for GetGroupPolicy {
    fn into_value(self) -> Value {
        Value::Struct(vec![Some(self.group_name.into_value()), Some(self.policy_name.into_value())])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct GetGroupPolicyOutput {
    pub group_name: String,
    pub policy_name: String,
    pub policy_document: String,
}

impl FromValue for GetGroupPolicyOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "GetGroupPolicyOutput")?;
        Ok(Self {
            group_name: members.required(0)?,
            policy_name: members.required(1)?,
            policy_document: members.required(2)?,
        })
    }
}

impl IntoValue for GetGroupPolicyOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            Some(self.group_name.into_value()),
            Some(self.policy_name.into_value()),
            Some(self.policy_document.into_value()),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct GetGroup {
    pub group_name: String,
    pub marker: Option<String>,
    pub max_items: Option<i32>,
}

impl FromValue for GetGroup {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "GetGroup")?;
        Ok(Self { group_name: members.required(0)?, marker: members.optional(1)?, max_items: members.optional(2)? })
    }
}

impl IntoValue for GetGroup {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            Some(self.group_name.into_value()),
            self.marker.map(IntoValue::into_value),
            self.max_items.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq)]
pub struct GetGroupOutput {
    pub group: Group,
    pub users: Vec<User>,
    pub is_truncated: Option<bool>,
    pub marker: Option<String>,
}

impl FromValue for GetGroupOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "GetGroupOutput")?;
        Ok(Self {
            group: members.required(0)?,
            users: members.required(1)?,
            is_truncated: members.optional(2)?,
            marker: members.optional(3)?,
        })
    }
}

impl IntoValue for GetGroupOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            Some(self.group.into_value()),
            Some(self.users.into_value()),
            self.is_truncated.map(IntoValue::into_value),
            self.marker.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct GetInstanceProfile {
    pub instance_profile_name: String,
}

impl FromValue for GetInstanceProfile {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "GetInstanceProfile")?;
        Ok(Self { instance_profile_name: members.required(0)? })
    }
}

impl IntoValue for GetInstanceProfile {
    fn into_value(self) -> Value {
        Value::Struct(vec![Some(self.instance_profile_name.into_value())])
    }
}

#[derive(Clone, PartialEq)]
pub struct GetInstanceProfileOutput {
    pub instance_profile: InstanceProfile,
}

impl FromValue for GetInstanceProfileOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "GetInstanceProfileOutput")?;
        Ok(Self { instance_profile: members.required(0)? })
    }
}

impl IntoValue for GetInstanceProfileOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![Some(self.instance_profile.into_value())])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct GetLoginProfile {
    pub user_name: Option<String>,
}

impl FromValue for GetLoginProfile {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "GetLoginProfile")?;
        Ok(Self { user_name: members.optional(0)? })
    }
}

impl IntoValue for GetLoginProfile {
    fn into_value(self) -> Value {
        Value::Struct(vec![self.user_name.map(IntoValue::into_value)])
    }
}

#[derive(Clone, PartialEq)]
pub struct GetLoginProfileOutput {
    pub login_profile: LoginProfile,
}

impl FromValue for GetLoginProfileOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "GetLoginProfileOutput")?;
        Ok(Self { login_profile: members.required(0)? })
    }
}

impl IntoValue for GetLoginProfileOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![Some(self.login_profile.into_value())])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct GetMFADevice {
    pub serial_number: String,
    pub user_name: Option<String>,
}

impl FromValue for GetMFADevice {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "GetMFADevice")?;
        Ok(Self { serial_number: members.required(0)?, user_name: members.optional(1)? })
    }
}

impl IntoValue for GetMFADevice {
    fn into_value(self) -> Value {
        Value::Struct(vec![Some(self.serial_number.into_value()), self.user_name.map(IntoValue::into_value)])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct GetMFADeviceOutput {
    pub user_name: Option<String>,
    pub serial_number: String,
    pub enable_date: Option<Timestamp>,
    pub certifications: Option<BTreeMap<String, String>>,
}

impl FromValue for GetMFADeviceOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "GetMFADeviceOutput")?;
        Ok(Self {
            user_name: members.optional(0)?,
            serial_number: members.required(1)?,
            enable_date: members.optional(2)?,
            certifications: members.optional(3)?,
        })
    }
}

impl IntoValue for GetMFADeviceOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            self.user_name.map(IntoValue::into_value),
            Some(self.serial_number.into_value()),
            self.enable_date.map(IntoValue::into_value),
            self.certifications.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct GetOpenIDConnectProvider {
    pub open_id_connect_provider_arn: String,
}

impl FromValue for GetOpenIDConnectProvider {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "GetOpenIDConnectProvider")?;
        Ok(Self { open_id_connect_provider_arn: members.required(0)? })
    }
}

impl IntoValue for GetOpenIDConnectProvider {
    fn into_value(self) -> Value {
        Value::Struct(vec![Some(self.open_id_connect_provider_arn.into_value())])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct GetOpenIDConnectProviderOutput {
    pub url: Option<String>,
    pub client_id_list: Option<Vec<String>>,
    pub thumbprint_list: Option<Vec<String>>,
    pub create_date: Option<Timestamp>,
    pub tags: Option<Vec<Tag>>,
}

impl FromValue for GetOpenIDConnectProviderOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "GetOpenIDConnectProviderOutput")?;
        Ok(Self {
            url: members.optional(0)?,
            client_id_list: members.optional(1)?,
            thumbprint_list: members.optional(2)?,
            create_date: members.optional(3)?,
            tags: members.optional(4)?,
        })
    }
}

impl IntoValue for GetOpenIDConnectProviderOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            self.url.map(IntoValue::into_value),
            self.client_id_list.map(IntoValue::into_value),
            self.thumbprint_list.map(IntoValue::into_value),
            self.create_date.map(IntoValue::into_value),
            self.tags.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct GetPolicy {
    pub policy_arn: String,
}

impl FromValue for GetPolicy {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "GetPolicy")?;
        Ok(Self { policy_arn: members.required(0)? })
    }
}

impl IntoValue for GetPolicy {
    fn into_value(self) -> Value {
        Value::Struct(vec![Some(self.policy_arn.into_value())])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct GetPolicyOutput {
    pub policy: Option<Policy>,
}

impl FromValue for GetPolicyOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "GetPolicyOutput")?;
        Ok(Self { policy: members.optional(0)? })
    }
}

impl IntoValue for GetPolicyOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![self.policy.map(IntoValue::into_value)])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct GetPolicyVersion {
    pub policy_arn: String,
    pub version_id: String,
}

impl FromValue for GetPolicyVersion {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "GetPolicyVersion")?;
        Ok(Self { policy_arn: members.required(0)?, version_id: members.required(1)? })
    }
}

impl IntoValue for GetPolicyVersion {
    fn into_value(self) -> Value {
        Value::Struct(vec![Some(self.policy_arn.into_value()), Some(self.version_id.into_value())])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct GetPolicyVersionOutput {
    pub policy_version: Option<PolicyVersion>,
}

impl FromValue for GetPolicyVersionOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "GetPolicyVersionOutput")?;
        Ok(Self { policy_version: members.optional(0)? })
    }
}

impl IntoValue for GetPolicyVersionOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![self.policy_version.map(IntoValue::into_value)])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct GetRolePolicy {
    pub role_name: String,
    pub policy_name: String,
}

impl FromValue for GetRolePolicy {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "GetRolePolicy")?;
        Ok(Self { role_name: members.required(0)?, policy_name: members.required(1)? })
    }
}

impl IntoValue for GetRolePolicy {
    fn into_value(self) -> Value {
        Value::Struct(vec![Some(self.role_name.into_value()), Some(self.policy_name.into_value())])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct GetRolePolicyOutput {
    pub role_name: String,
    pub policy_name: String,
    pub policy_document: String,
}

impl FromValue for GetRolePolicyOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "GetRolePolicyOutput")?;
        Ok(Self {
            role_name: members.required(0)?,
            policy_name: members.required(1)?,
            policy_document: members.required(2)?,
        })
    }
}

impl IntoValue for GetRolePolicyOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            Some(self.role_name.into_value()),
            Some(self.policy_name.into_value()),
            Some(self.policy_document.into_value()),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct GetRole {
    pub role_name: String,
}

impl FromValue for GetRole {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "GetRole")?;
        Ok(Self { role_name: members.required(0)? })
    }
}

impl IntoValue for GetRole {
    fn into_value(self) -> Value {
        Value::Struct(vec![Some(self.role_name.into_value())])
    }
}

#[derive(Clone, PartialEq)]
pub struct GetRoleOutput {
    pub role: Role,
}

impl FromValue for GetRoleOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "GetRoleOutput")?;
        Ok(Self { role: members.required(0)? })
    }
}

impl IntoValue for GetRoleOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![Some(self.role.into_value())])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct GetSAMLProvider {
    pub saml_provider_arn: String,
}

impl FromValue for GetSAMLProvider {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "GetSAMLProvider")?;
        Ok(Self { saml_provider_arn: members.required(0)? })
    }
}

impl IntoValue for GetSAMLProvider {
    fn into_value(self) -> Value {
        Value::Struct(vec![Some(self.saml_provider_arn.into_value())])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct GetSAMLProviderOutput {
    pub saml_provider_uuid: Option<String>,
    pub saml_metadata_document: Option<String>,
    pub create_date: Option<Timestamp>,
    pub valid_until: Option<Timestamp>,
    pub tags: Option<Vec<Tag>>,
    pub assertion_encryption_mode: Option<AssertionEncryptionModeType>,
    pub private_key_list: Option<Vec<SAMLPrivateKey>>,
}

impl FromValue for GetSAMLProviderOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "GetSAMLProviderOutput")?;
        Ok(Self {
            saml_provider_uuid: members.optional(0)?,
            saml_metadata_document: members.optional(1)?,
            create_date: members.optional(2)?,
            valid_until: members.optional(3)?,
            tags: members.optional(4)?,
            assertion_encryption_mode: members.optional(5)?,
            private_key_list: members.optional(6)?,
        })
    }
}

impl IntoValue for GetSAMLProviderOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            self.saml_provider_uuid.map(IntoValue::into_value),
            self.saml_metadata_document.map(IntoValue::into_value),
            self.create_date.map(IntoValue::into_value),
            self.valid_until.map(IntoValue::into_value),
            self.tags.map(IntoValue::into_value),
            self.assertion_encryption_mode.map(IntoValue::into_value),
            self.private_key_list.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq)]
pub struct GetSSHPublicKey {
    pub user_name: String,
    pub ssh_public_key_id: String,
    pub encoding: EncodingType,
}

impl FromValue for GetSSHPublicKey {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "GetSSHPublicKey")?;
        Ok(Self {
            user_name: members.required(0)?,
            ssh_public_key_id: members.required(1)?,
            encoding: members.required(2)?,
        })
    }
}

impl IntoValue for GetSSHPublicKey {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            Some(self.user_name.into_value()),
            Some(self.ssh_public_key_id.into_value()),
            Some(self.encoding.into_value()),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct GetSSHPublicKeyOutput {
    pub ssh_public_key: Option<SSHPublicKey>,
}

impl FromValue for GetSSHPublicKeyOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "GetSSHPublicKeyOutput")?;
        Ok(Self { ssh_public_key: members.optional(0)? })
    }
}

impl IntoValue for GetSSHPublicKeyOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![self.ssh_public_key.map(IntoValue::into_value)])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct GetServerCertificate {
    pub server_certificate_name: String,
}

impl FromValue for GetServerCertificate {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "GetServerCertificate")?;
        Ok(Self { server_certificate_name: members.required(0)? })
    }
}

impl IntoValue for GetServerCertificate {
    fn into_value(self) -> Value {
        Value::Struct(vec![Some(self.server_certificate_name.into_value())])
    }
}

#[derive(Clone, PartialEq)]
pub struct GetServerCertificateOutput {
    pub server_certificate: ServerCertificate,
}

impl FromValue for GetServerCertificateOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "GetServerCertificateOutput")?;
        Ok(Self { server_certificate: members.required(0)? })
    }
}

impl IntoValue for GetServerCertificateOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![Some(self.server_certificate.into_value())])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct GetServiceLastAccessedDetails {
    pub job_id: String,
    pub max_items: Option<i32>,
    pub marker: Option<String>,
}

impl FromValue for GetServiceLastAccessedDetails {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "GetServiceLastAccessedDetails")?;
        Ok(Self { job_id: members.required(0)?, max_items: members.optional(1)?, marker: members.optional(2)? })
    }
}

impl IntoValue for GetServiceLastAccessedDetails {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            Some(self.job_id.into_value()),
            self.max_items.map(IntoValue::into_value),
            self.marker.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq)]
pub struct GetServiceLastAccessedDetailsOutput {
    pub job_status: JobStatusType,
    pub job_type: Option<AccessAdvisorUsageGranularityType>,
    pub job_creation_date: Timestamp,
    pub services_last_accessed: Vec<ServiceLastAccessed>,
    pub job_completion_date: Option<Timestamp>,
    pub is_truncated: Option<bool>,
    pub marker: Option<String>,
    pub error: Option<ErrorDetails>,
}

impl FromValue for GetServiceLastAccessedDetailsOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "GetServiceLastAccessedDetailsOutput")?;
        Ok(Self {
            job_status: members.required(0)?,
            job_type: members.optional(1)?,
            job_creation_date: members.required(2)?,
            services_last_accessed: members.required(3)?,
            job_completion_date: members.optional(4)?,
            is_truncated: members.optional(5)?,
            marker: members.optional(6)?,
            error: members.optional(7)?,
        })
    }
}

impl IntoValue for GetServiceLastAccessedDetailsOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            Some(self.job_status.into_value()),
            self.job_type.map(IntoValue::into_value),
            Some(self.job_creation_date.into_value()),
            Some(self.services_last_accessed.into_value()),
            self.job_completion_date.map(IntoValue::into_value),
            self.is_truncated.map(IntoValue::into_value),
            self.marker.map(IntoValue::into_value),
            self.error.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct GetServiceLastAccessedDetailsWithEntities {
    pub job_id: String,
    pub service_namespace: String,
    pub max_items: Option<i32>,
    pub marker: Option<String>,
}

impl FromValue for GetServiceLastAccessedDetailsWithEntities {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "GetServiceLastAccessedDetailsWithEntities")?;
        Ok(Self {
            job_id: members.required(0)?,
            service_namespace: members.required(1)?,
            max_items: members.optional(2)?,
            marker: members.optional(3)?,
        })
    }
}

impl IntoValue for GetServiceLastAccessedDetailsWithEntities {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            Some(self.job_id.into_value()),
            Some(self.service_namespace.into_value()),
            self.max_items.map(IntoValue::into_value),
            self.marker.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq)]
pub struct GetServiceLastAccessedDetailsWithEntitiesOutput {
    pub job_status: JobStatusType,
    pub job_creation_date: Timestamp,
    pub job_completion_date: Option<Timestamp>,
    pub entity_details_list: Vec<EntityDetails>,
    pub is_truncated: Option<bool>,
    pub marker: Option<String>,
    pub error: Option<ErrorDetails>,
}

impl FromValue for GetServiceLastAccessedDetailsWithEntitiesOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "GetServiceLastAccessedDetailsWithEntitiesOutput")?;
        Ok(Self {
            job_status: members.required(0)?,
            job_creation_date: members.required(1)?,
            job_completion_date: members.optional(2)?,
            entity_details_list: members.required(3)?,
            is_truncated: members.optional(4)?,
            marker: members.optional(5)?,
            error: members.optional(6)?,
        })
    }
}

impl IntoValue for GetServiceLastAccessedDetailsWithEntitiesOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            Some(self.job_status.into_value()),
            Some(self.job_creation_date.into_value()),
            self.job_completion_date.map(IntoValue::into_value),
            Some(self.entity_details_list.into_value()),
            self.is_truncated.map(IntoValue::into_value),
            self.marker.map(IntoValue::into_value),
            self.error.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct GetServiceLinkedRoleDeletionStatus {
    pub deletion_task_id: String,
}

impl FromValue for GetServiceLinkedRoleDeletionStatus {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "GetServiceLinkedRoleDeletionStatus")?;
        Ok(Self { deletion_task_id: members.required(0)? })
    }
}

impl IntoValue for GetServiceLinkedRoleDeletionStatus {
    fn into_value(self) -> Value {
        Value::Struct(vec![Some(self.deletion_task_id.into_value())])
    }
}

#[derive(Clone, PartialEq)]
pub struct GetServiceLinkedRoleDeletionStatusOutput {
    pub status: DeletionTaskStatusType,
    pub reason: Option<DeletionTaskFailureReasonType>,
}

impl FromValue for GetServiceLinkedRoleDeletionStatusOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "GetServiceLinkedRoleDeletionStatusOutput")?;
        Ok(Self { status: members.required(0)?, reason: members.optional(1)? })
    }
}

impl IntoValue for GetServiceLinkedRoleDeletionStatusOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![Some(self.status.into_value()), self.reason.map(IntoValue::into_value)])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct GetUserPolicy {
    pub user_name: String,
    pub policy_name: String,
}

impl FromValue for GetUserPolicy {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "GetUserPolicy")?;
        Ok(Self { user_name: members.required(0)?, policy_name: members.required(1)? })
    }
}

impl IntoValue for GetUserPolicy {
    fn into_value(self) -> Value {
        Value::Struct(vec![Some(self.user_name.into_value()), Some(self.policy_name.into_value())])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct GetUserPolicyOutput {
    pub user_name: String,
    pub policy_name: String,
    pub policy_document: String,
}

impl FromValue for GetUserPolicyOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "GetUserPolicyOutput")?;
        Ok(Self {
            user_name: members.required(0)?,
            policy_name: members.required(1)?,
            policy_document: members.required(2)?,
        })
    }
}

impl IntoValue for GetUserPolicyOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            Some(self.user_name.into_value()),
            Some(self.policy_name.into_value()),
            Some(self.policy_document.into_value()),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct GetUser {
    pub user_name: Option<String>,
}

impl FromValue for GetUser {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "GetUser")?;
        Ok(Self { user_name: members.optional(0)? })
    }
}

impl IntoValue for GetUser {
    fn into_value(self) -> Value {
        Value::Struct(vec![self.user_name.map(IntoValue::into_value)])
    }
}

#[derive(Clone, PartialEq)]
pub struct GetUserOutput {
    pub user: User,
}

impl FromValue for GetUserOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "GetUserOutput")?;
        Ok(Self { user: members.required(0)? })
    }
}

impl IntoValue for GetUserOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![Some(self.user.into_value())])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct Group {
    pub path: String,
    pub group_name: String,
    pub group_id: String,
    pub arn: String,
    pub create_date: Timestamp,
}

impl FromValue for Group {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "Group")?;
        Ok(Self {
            path: members.required(0)?,
            group_name: members.required(1)?,
            group_id: members.required(2)?,
            arn: members.required(3)?,
            create_date: members.required(4)?,
        })
    }
}

impl IntoValue for Group {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            Some(self.path.into_value()),
            Some(self.group_name.into_value()),
            Some(self.group_id.into_value()),
            Some(self.arn.into_value()),
            Some(self.create_date.into_value()),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct GroupDetail {
    pub path: Option<String>,
    pub group_name: Option<String>,
    pub group_id: Option<String>,
    pub arn: Option<String>,
    pub create_date: Option<Timestamp>,
    pub group_policy_list: Option<Vec<PolicyDetail>>,
    pub attached_managed_policies: Option<Vec<AttachedPolicy>>,
}

impl FromValue for GroupDetail {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "GroupDetail")?;
        Ok(Self {
            path: members.optional(0)?,
            group_name: members.optional(1)?,
            group_id: members.optional(2)?,
            arn: members.optional(3)?,
            create_date: members.optional(4)?,
            group_policy_list: members.optional(5)?,
            attached_managed_policies: members.optional(6)?,
        })
    }
}

impl IntoValue for GroupDetail {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            self.path.map(IntoValue::into_value),
            self.group_name.map(IntoValue::into_value),
            self.group_id.map(IntoValue::into_value),
            self.arn.map(IntoValue::into_value),
            self.create_date.map(IntoValue::into_value),
            self.group_policy_list.map(IntoValue::into_value),
            self.attached_managed_policies.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq)]
pub struct InlinePolicyIdentifierType {
    pub policy_name: String,
    pub attachment_type: AttachmentType,
    pub attachment_name: String,
}

impl FromValue for InlinePolicyIdentifierType {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "InlinePolicyIdentifierType")?;
        Ok(Self {
            policy_name: members.required(0)?,
            attachment_type: members.required(1)?,
            attachment_name: members.required(2)?,
        })
    }
}

impl IntoValue for InlinePolicyIdentifierType {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            Some(self.policy_name.into_value()),
            Some(self.attachment_type.into_value()),
            Some(self.attachment_name.into_value()),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct InstanceProfile {
    pub path: String,
    pub instance_profile_name: String,
    pub instance_profile_id: String,
    pub arn: String,
    pub create_date: Timestamp,
    pub roles: Vec<Role>,
    pub tags: Option<Vec<Tag>>,
}

impl FromValue for InstanceProfile {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "InstanceProfile")?;
        Ok(Self {
            path: members.required(0)?,
            instance_profile_name: members.required(1)?,
            instance_profile_id: members.required(2)?,
            arn: members.required(3)?,
            create_date: members.required(4)?,
            roles: members.required(5)?,
            tags: members.optional(6)?,
        })
    }
}

impl IntoValue for InstanceProfile {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            Some(self.path.into_value()),
            Some(self.instance_profile_name.into_value()),
            Some(self.instance_profile_id.into_value()),
            Some(self.arn.into_value()),
            Some(self.create_date.into_value()),
            Some(self.roles.into_value()),
            self.tags.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct ListAccessKeys {
    pub user_name: Option<String>,
    pub marker: Option<String>,
    pub max_items: Option<i32>,
}

impl FromValue for ListAccessKeys {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "ListAccessKeys")?;
        Ok(Self { user_name: members.optional(0)?, marker: members.optional(1)?, max_items: members.optional(2)? })
    }
}

impl IntoValue for ListAccessKeys {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            self.user_name.map(IntoValue::into_value),
            self.marker.map(IntoValue::into_value),
            self.max_items.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct ListAccessKeysOutput {
    pub access_key_metadata: Vec<AccessKeyMetadata>,
    pub is_truncated: Option<bool>,
    pub marker: Option<String>,
}

impl FromValue for ListAccessKeysOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "ListAccessKeysOutput")?;
        Ok(Self {
            access_key_metadata: members.required(0)?,
            is_truncated: members.optional(1)?,
            marker: members.optional(2)?,
        })
    }
}

impl IntoValue for ListAccessKeysOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            Some(self.access_key_metadata.into_value()),
            self.is_truncated.map(IntoValue::into_value),
            self.marker.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct ListAccountAliases {
    pub marker: Option<String>,
    pub max_items: Option<i32>,
}

impl FromValue for ListAccountAliases {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "ListAccountAliases")?;
        Ok(Self { marker: members.optional(0)?, max_items: members.optional(1)? })
    }
}

impl IntoValue for ListAccountAliases {
    fn into_value(self) -> Value {
        Value::Struct(vec![self.marker.map(IntoValue::into_value), self.max_items.map(IntoValue::into_value)])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct ListAccountAliasesOutput {
    pub account_aliases: Vec<String>,
    pub is_truncated: Option<bool>,
    pub marker: Option<String>,
}

impl FromValue for ListAccountAliasesOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "ListAccountAliasesOutput")?;
        Ok(Self {
            account_aliases: members.required(0)?,
            is_truncated: members.optional(1)?,
            marker: members.optional(2)?,
        })
    }
}

impl IntoValue for ListAccountAliasesOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            Some(self.account_aliases.into_value()),
            self.is_truncated.map(IntoValue::into_value),
            self.marker.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct ListAttachedGroupPolicies {
    pub group_name: String,
    pub path_prefix: Option<String>,
    pub marker: Option<String>,
    pub max_items: Option<i32>,
}

impl FromValue for ListAttachedGroupPolicies {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "ListAttachedGroupPolicies")?;
        Ok(Self {
            group_name: members.required(0)?,
            path_prefix: members.optional(1)?,
            marker: members.optional(2)?,
            max_items: members.optional(3)?,
        })
    }
}

impl IntoValue for ListAttachedGroupPolicies {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            Some(self.group_name.into_value()),
            self.path_prefix.map(IntoValue::into_value),
            self.marker.map(IntoValue::into_value),
            self.max_items.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct ListAttachedGroupPoliciesOutput {
    pub attached_policies: Option<Vec<AttachedPolicy>>,
    pub is_truncated: Option<bool>,
    pub marker: Option<String>,
}

impl FromValue for ListAttachedGroupPoliciesOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "ListAttachedGroupPoliciesOutput")?;
        Ok(Self {
            attached_policies: members.optional(0)?,
            is_truncated: members.optional(1)?,
            marker: members.optional(2)?,
        })
    }
}

impl IntoValue for ListAttachedGroupPoliciesOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            self.attached_policies.map(IntoValue::into_value),
            self.is_truncated.map(IntoValue::into_value),
            self.marker.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct ListAttachedRolePolicies {
    pub role_name: String,
    pub path_prefix: Option<String>,
    pub marker: Option<String>,
    pub max_items: Option<i32>,
}

impl FromValue for ListAttachedRolePolicies {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "ListAttachedRolePolicies")?;
        Ok(Self {
            role_name: members.required(0)?,
            path_prefix: members.optional(1)?,
            marker: members.optional(2)?,
            max_items: members.optional(3)?,
        })
    }
}

impl IntoValue for ListAttachedRolePolicies {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            Some(self.role_name.into_value()),
            self.path_prefix.map(IntoValue::into_value),
            self.marker.map(IntoValue::into_value),
            self.max_items.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct ListAttachedRolePoliciesOutput {
    pub attached_policies: Option<Vec<AttachedPolicy>>,
    pub is_truncated: Option<bool>,
    pub marker: Option<String>,
}

impl FromValue for ListAttachedRolePoliciesOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "ListAttachedRolePoliciesOutput")?;
        Ok(Self {
            attached_policies: members.optional(0)?,
            is_truncated: members.optional(1)?,
            marker: members.optional(2)?,
        })
    }
}

impl IntoValue for ListAttachedRolePoliciesOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            self.attached_policies.map(IntoValue::into_value),
            self.is_truncated.map(IntoValue::into_value),
            self.marker.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct ListAttachedUserPolicies {
    pub user_name: String,
    pub path_prefix: Option<String>,
    pub marker: Option<String>,
    pub max_items: Option<i32>,
}

impl FromValue for ListAttachedUserPolicies {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "ListAttachedUserPolicies")?;
        Ok(Self {
            user_name: members.required(0)?,
            path_prefix: members.optional(1)?,
            marker: members.optional(2)?,
            max_items: members.optional(3)?,
        })
    }
}

impl IntoValue for ListAttachedUserPolicies {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            Some(self.user_name.into_value()),
            self.path_prefix.map(IntoValue::into_value),
            self.marker.map(IntoValue::into_value),
            self.max_items.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct ListAttachedUserPoliciesOutput {
    pub attached_policies: Option<Vec<AttachedPolicy>>,
    pub is_truncated: Option<bool>,
    pub marker: Option<String>,
}

impl FromValue for ListAttachedUserPoliciesOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "ListAttachedUserPoliciesOutput")?;
        Ok(Self {
            attached_policies: members.optional(0)?,
            is_truncated: members.optional(1)?,
            marker: members.optional(2)?,
        })
    }
}

impl IntoValue for ListAttachedUserPoliciesOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            self.attached_policies.map(IntoValue::into_value),
            self.is_truncated.map(IntoValue::into_value),
            self.marker.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct ListEntitiesForPolicy {
    pub policy_arn: String,
    pub entity_filter: Option<EntityType>,
    pub path_prefix: Option<String>,
    pub policy_usage_filter: Option<PolicyUsageType>,
    pub marker: Option<String>,
    pub max_items: Option<i32>,
}

impl FromValue for ListEntitiesForPolicy {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "ListEntitiesForPolicy")?;
        Ok(Self {
            policy_arn: members.required(0)?,
            entity_filter: members.optional(1)?,
            path_prefix: members.optional(2)?,
            policy_usage_filter: members.optional(3)?,
            marker: members.optional(4)?,
            max_items: members.optional(5)?,
        })
    }
}

impl IntoValue for ListEntitiesForPolicy {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            Some(self.policy_arn.into_value()),
            self.entity_filter.map(IntoValue::into_value),
            self.path_prefix.map(IntoValue::into_value),
            self.policy_usage_filter.map(IntoValue::into_value),
            self.marker.map(IntoValue::into_value),
            self.max_items.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct ListEntitiesForPolicyOutput {
    pub policy_groups: Option<Vec<PolicyGroup>>,
    pub policy_users: Option<Vec<PolicyUser>>,
    pub policy_roles: Option<Vec<PolicyRole>>,
    pub is_truncated: Option<bool>,
    pub marker: Option<String>,
}

impl FromValue for ListEntitiesForPolicyOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "ListEntitiesForPolicyOutput")?;
        Ok(Self {
            policy_groups: members.optional(0)?,
            policy_users: members.optional(1)?,
            policy_roles: members.optional(2)?,
            is_truncated: members.optional(3)?,
            marker: members.optional(4)?,
        })
    }
}

impl IntoValue for ListEntitiesForPolicyOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            self.policy_groups.map(IntoValue::into_value),
            self.policy_users.map(IntoValue::into_value),
            self.policy_roles.map(IntoValue::into_value),
            self.is_truncated.map(IntoValue::into_value),
            self.marker.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct ListGroupPolicies {
    pub group_name: String,
    pub marker: Option<String>,
    pub max_items: Option<i32>,
}

impl FromValue for ListGroupPolicies {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "ListGroupPolicies")?;
        Ok(Self { group_name: members.required(0)?, marker: members.optional(1)?, max_items: members.optional(2)? })
    }
}

impl IntoValue for ListGroupPolicies {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            Some(self.group_name.into_value()),
            self.marker.map(IntoValue::into_value),
            self.max_items.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct ListGroupPoliciesOutput {
    pub policy_names: Vec<String>,
    pub is_truncated: Option<bool>,
    pub marker: Option<String>,
}

impl FromValue for ListGroupPoliciesOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "ListGroupPoliciesOutput")?;
        Ok(Self {
            policy_names: members.required(0)?,
            is_truncated: members.optional(1)?,
            marker: members.optional(2)?,
        })
    }
}

impl IntoValue for ListGroupPoliciesOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            Some(self.policy_names.into_value()),
            self.is_truncated.map(IntoValue::into_value),
            self.marker.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct ListGroupsForUser {
    pub user_name: String,
    pub marker: Option<String>,
    pub max_items: Option<i32>,
}

impl FromValue for ListGroupsForUser {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "ListGroupsForUser")?;
        Ok(Self { user_name: members.required(0)?, marker: members.optional(1)?, max_items: members.optional(2)? })
    }
}

impl IntoValue for ListGroupsForUser {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            Some(self.user_name.into_value()),
            self.marker.map(IntoValue::into_value),
            self.max_items.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct ListGroupsForUserOutput {
    pub groups: Vec<Group>,
    pub is_truncated: Option<bool>,
    pub marker: Option<String>,
}

impl FromValue for ListGroupsForUserOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "ListGroupsForUserOutput")?;
        Ok(Self { groups: members.required(0)?, is_truncated: members.optional(1)?, marker: members.optional(2)? })
    }
}

impl IntoValue for ListGroupsForUserOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            Some(self.groups.into_value()),
            self.is_truncated.map(IntoValue::into_value),
            self.marker.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct ListGroups {
    pub path_prefix: Option<String>,
    pub marker: Option<String>,
    pub max_items: Option<i32>,
}

impl FromValue for ListGroups {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "ListGroups")?;
        Ok(Self { path_prefix: members.optional(0)?, marker: members.optional(1)?, max_items: members.optional(2)? })
    }
}

impl IntoValue for ListGroups {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            self.path_prefix.map(IntoValue::into_value),
            self.marker.map(IntoValue::into_value),
            self.max_items.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct ListGroupsOutput {
    pub groups: Vec<Group>,
    pub is_truncated: Option<bool>,
    pub marker: Option<String>,
}

impl FromValue for ListGroupsOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "ListGroupsOutput")?;
        Ok(Self { groups: members.required(0)?, is_truncated: members.optional(1)?, marker: members.optional(2)? })
    }
}

impl IntoValue for ListGroupsOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            Some(self.groups.into_value()),
            self.is_truncated.map(IntoValue::into_value),
            self.marker.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct ListInstanceProfileTags {
    pub instance_profile_name: String,
    pub marker: Option<String>,
    pub max_items: Option<i32>,
}

impl FromValue for ListInstanceProfileTags {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "ListInstanceProfileTags")?;
        Ok(Self {
            instance_profile_name: members.required(0)?,
            marker: members.optional(1)?,
            max_items: members.optional(2)?,
        })
    }
}

impl IntoValue for ListInstanceProfileTags {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            Some(self.instance_profile_name.into_value()),
            self.marker.map(IntoValue::into_value),
            self.max_items.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct ListInstanceProfileTagsOutput {
    pub tags: Vec<Tag>,
    pub is_truncated: Option<bool>,
    pub marker: Option<String>,
}

impl FromValue for ListInstanceProfileTagsOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "ListInstanceProfileTagsOutput")?;
        Ok(Self { tags: members.required(0)?, is_truncated: members.optional(1)?, marker: members.optional(2)? })
    }
}

impl IntoValue for ListInstanceProfileTagsOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            Some(self.tags.into_value()),
            self.is_truncated.map(IntoValue::into_value),
            self.marker.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct ListInstanceProfilesForRole {
    pub role_name: String,
    pub marker: Option<String>,
    pub max_items: Option<i32>,
}

impl FromValue for ListInstanceProfilesForRole {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "ListInstanceProfilesForRole")?;
        Ok(Self { role_name: members.required(0)?, marker: members.optional(1)?, max_items: members.optional(2)? })
    }
}

impl IntoValue for ListInstanceProfilesForRole {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            Some(self.role_name.into_value()),
            self.marker.map(IntoValue::into_value),
            self.max_items.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct ListInstanceProfilesForRoleOutput {
    pub instance_profiles: Vec<InstanceProfile>,
    pub is_truncated: Option<bool>,
    pub marker: Option<String>,
}

impl FromValue for ListInstanceProfilesForRoleOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "ListInstanceProfilesForRoleOutput")?;
        Ok(Self {
            instance_profiles: members.required(0)?,
            is_truncated: members.optional(1)?,
            marker: members.optional(2)?,
        })
    }
}

impl IntoValue for ListInstanceProfilesForRoleOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            Some(self.instance_profiles.into_value()),
            self.is_truncated.map(IntoValue::into_value),
            self.marker.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct ListInstanceProfiles {
    pub path_prefix: Option<String>,
    pub marker: Option<String>,
    pub max_items: Option<i32>,
}

impl FromValue for ListInstanceProfiles {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "ListInstanceProfiles")?;
        Ok(Self { path_prefix: members.optional(0)?, marker: members.optional(1)?, max_items: members.optional(2)? })
    }
}

impl IntoValue for ListInstanceProfiles {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            self.path_prefix.map(IntoValue::into_value),
            self.marker.map(IntoValue::into_value),
            self.max_items.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct ListInstanceProfilesOutput {
    pub instance_profiles: Vec<InstanceProfile>,
    pub is_truncated: Option<bool>,
    pub marker: Option<String>,
}

impl FromValue for ListInstanceProfilesOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "ListInstanceProfilesOutput")?;
        Ok(Self {
            instance_profiles: members.required(0)?,
            is_truncated: members.optional(1)?,
            marker: members.optional(2)?,
        })
    }
}

impl IntoValue for ListInstanceProfilesOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            Some(self.instance_profiles.into_value()),
            self.is_truncated.map(IntoValue::into_value),
            self.marker.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct ListMFADeviceTags {
    pub serial_number: String,
    pub marker: Option<String>,
    pub max_items: Option<i32>,
}

impl FromValue for ListMFADeviceTags {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "ListMFADeviceTags")?;
        Ok(Self { serial_number: members.required(0)?, marker: members.optional(1)?, max_items: members.optional(2)? })
    }
}

impl IntoValue for ListMFADeviceTags {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            Some(self.serial_number.into_value()),
            self.marker.map(IntoValue::into_value),
            self.max_items.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct ListMFADeviceTagsOutput {
    pub tags: Vec<Tag>,
    pub is_truncated: Option<bool>,
    pub marker: Option<String>,
}

impl FromValue for ListMFADeviceTagsOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "ListMFADeviceTagsOutput")?;
        Ok(Self { tags: members.required(0)?, is_truncated: members.optional(1)?, marker: members.optional(2)? })
    }
}

impl IntoValue for ListMFADeviceTagsOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            Some(self.tags.into_value()),
            self.is_truncated.map(IntoValue::into_value),
            self.marker.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct ListMFADevices {
    pub user_name: Option<String>,
    pub marker: Option<String>,
    pub max_items: Option<i32>,
}

impl FromValue for ListMFADevices {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "ListMFADevices")?;
        Ok(Self { user_name: members.optional(0)?, marker: members.optional(1)?, max_items: members.optional(2)? })
    }
}

impl IntoValue for ListMFADevices {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            self.user_name.map(IntoValue::into_value),
            self.marker.map(IntoValue::into_value),
            self.max_items.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct ListMFADevicesOutput {
    pub mfa_devices: Vec<MFADevice>,
    pub is_truncated: Option<bool>,
    pub marker: Option<String>,
}

impl FromValue for ListMFADevicesOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "ListMFADevicesOutput")?;
        Ok(Self { mfa_devices: members.required(0)?, is_truncated: members.optional(1)?, marker: members.optional(2)? })
    }
}

impl IntoValue for ListMFADevicesOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            Some(self.mfa_devices.into_value()),
            self.is_truncated.map(IntoValue::into_value),
            self.marker.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct ListOpenIDConnectProviderTags {
    pub open_id_connect_provider_arn: String,
    pub marker: Option<String>,
    pub max_items: Option<i32>,
}

impl FromValue for ListOpenIDConnectProviderTags {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "ListOpenIDConnectProviderTags")?;
        Ok(Self {
            open_id_connect_provider_arn: members.required(0)?,
            marker: members.optional(1)?,
            max_items: members.optional(2)?,
        })
    }
}

impl IntoValue for ListOpenIDConnectProviderTags {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            Some(self.open_id_connect_provider_arn.into_value()),
            self.marker.map(IntoValue::into_value),
            self.max_items.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct ListOpenIDConnectProviderTagsOutput {
    pub tags: Vec<Tag>,
    pub is_truncated: Option<bool>,
    pub marker: Option<String>,
}

impl FromValue for ListOpenIDConnectProviderTagsOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "ListOpenIDConnectProviderTagsOutput")?;
        Ok(Self { tags: members.required(0)?, is_truncated: members.optional(1)?, marker: members.optional(2)? })
    }
}

impl IntoValue for ListOpenIDConnectProviderTagsOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            Some(self.tags.into_value()),
            self.is_truncated.map(IntoValue::into_value),
            self.marker.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct ListOpenIDConnectProviders {}

impl FromValue for ListOpenIDConnectProviders {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        Members::of(value, "ListOpenIDConnectProviders").map(|_| Self {})
    }
}

impl IntoValue for ListOpenIDConnectProviders {
    fn into_value(self) -> Value {
        Value::Struct(vec![])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct ListOpenIDConnectProvidersOutput {
    pub open_id_connect_provider_list: Option<Vec<OpenIDConnectProviderListEntry>>,
}

impl FromValue for ListOpenIDConnectProvidersOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "ListOpenIDConnectProvidersOutput")?;
        Ok(Self { open_id_connect_provider_list: members.optional(0)? })
    }
}

impl IntoValue for ListOpenIDConnectProvidersOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![self.open_id_connect_provider_list.map(IntoValue::into_value)])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct ListPoliciesGrantingServiceAccessEntry {
    pub service_namespace: Option<String>,
    pub policies: Option<Vec<PolicyGrantingServiceAccess>>,
}

impl FromValue for ListPoliciesGrantingServiceAccessEntry {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "ListPoliciesGrantingServiceAccessEntry")?;
        Ok(Self { service_namespace: members.optional(0)?, policies: members.optional(1)? })
    }
}

impl IntoValue for ListPoliciesGrantingServiceAccessEntry {
    fn into_value(self) -> Value {
        Value::Struct(vec![self.service_namespace.map(IntoValue::into_value), self.policies.map(IntoValue::into_value)])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct ListPoliciesGrantingServiceAccess {
    pub marker: Option<String>,
    pub arn: String,
    pub service_namespaces: Vec<String>,
}

impl FromValue for ListPoliciesGrantingServiceAccess {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "ListPoliciesGrantingServiceAccess")?;
        Ok(Self { marker: members.optional(0)?, arn: members.required(1)?, service_namespaces: members.required(2)? })
    }
}

impl IntoValue for ListPoliciesGrantingServiceAccess {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            self.marker.map(IntoValue::into_value),
            Some(self.arn.into_value()),
            Some(self.service_namespaces.into_value()),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct ListPoliciesGrantingServiceAccessOutput {
    pub policies_granting_service_access: Vec<ListPoliciesGrantingServiceAccessEntry>,
    pub is_truncated: Option<bool>,
    pub marker: Option<String>,
}

impl FromValue for ListPoliciesGrantingServiceAccessOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "ListPoliciesGrantingServiceAccessOutput")?;
        Ok(Self {
            policies_granting_service_access: members.required(0)?,
            is_truncated: members.optional(1)?,
            marker: members.optional(2)?,
        })
    }
}

impl IntoValue for ListPoliciesGrantingServiceAccessOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            Some(self.policies_granting_service_access.into_value()),
            self.is_truncated.map(IntoValue::into_value),
            self.marker.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct ListPolicies {
    pub scope: Option<PolicyScopeType>,
    pub only_attached: Option<bool>,
    pub path_prefix: Option<String>,
    pub policy_usage_filter: Option<PolicyUsageType>,
    pub marker: Option<String>,
    pub max_items: Option<i32>,
}

impl FromValue for ListPolicies {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "ListPolicies")?;
        Ok(Self {
            scope: members.optional(0)?,
            only_attached: members.optional(1)?,
            path_prefix: members.optional(2)?,
            policy_usage_filter: members.optional(3)?,
            marker: members.optional(4)?,
            max_items: members.optional(5)?,
        })
    }
}

impl IntoValue for ListPolicies {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            self.scope.map(IntoValue::into_value),
            self.only_attached.map(IntoValue::into_value),
            self.path_prefix.map(IntoValue::into_value),
            self.policy_usage_filter.map(IntoValue::into_value),
            self.marker.map(IntoValue::into_value),
            self.max_items.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct ListPoliciesOutput {
    pub policies: Option<Vec<Policy>>,
    pub is_truncated: Option<bool>,
    pub marker: Option<String>,
}

impl FromValue for ListPoliciesOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "ListPoliciesOutput")?;
        Ok(Self { policies: members.optional(0)?, is_truncated: members.optional(1)?, marker: members.optional(2)? })
    }
}

impl IntoValue for ListPoliciesOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            self.policies.map(IntoValue::into_value),
            self.is_truncated.map(IntoValue::into_value),
            self.marker.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct ListPolicyTags {
    pub policy_arn: String,
    pub marker: Option<String>,
    pub max_items: Option<i32>,
}

impl FromValue for ListPolicyTags {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "ListPolicyTags")?;
        Ok(Self { policy_arn: members.required(0)?, marker: members.optional(1)?, max_items: members.optional(2)? })
    }
}

impl IntoValue for ListPolicyTags {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            Some(self.policy_arn.into_value()),
            self.marker.map(IntoValue::into_value),
            self.max_items.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct ListPolicyTagsOutput {
    pub tags: Vec<Tag>,
    pub is_truncated: Option<bool>,
    pub marker: Option<String>,
}

impl FromValue for ListPolicyTagsOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "ListPolicyTagsOutput")?;
        Ok(Self { tags: members.required(0)?, is_truncated: members.optional(1)?, marker: members.optional(2)? })
    }
}

impl IntoValue for ListPolicyTagsOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            Some(self.tags.into_value()),
            self.is_truncated.map(IntoValue::into_value),
            self.marker.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct ListPolicyVersions {
    pub policy_arn: String,
    pub marker: Option<String>,
    pub max_items: Option<i32>,
}

impl FromValue for ListPolicyVersions {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "ListPolicyVersions")?;
        Ok(Self { policy_arn: members.required(0)?, marker: members.optional(1)?, max_items: members.optional(2)? })
    }
}

impl IntoValue for ListPolicyVersions {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            Some(self.policy_arn.into_value()),
            self.marker.map(IntoValue::into_value),
            self.max_items.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct ListPolicyVersionsOutput {
    pub versions: Option<Vec<PolicyVersion>>,
    pub is_truncated: Option<bool>,
    pub marker: Option<String>,
}

impl FromValue for ListPolicyVersionsOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "ListPolicyVersionsOutput")?;
        Ok(Self { versions: members.optional(0)?, is_truncated: members.optional(1)?, marker: members.optional(2)? })
    }
}

impl IntoValue for ListPolicyVersionsOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            self.versions.map(IntoValue::into_value),
            self.is_truncated.map(IntoValue::into_value),
            self.marker.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct ListRolePolicies {
    pub role_name: String,
    pub marker: Option<String>,
    pub max_items: Option<i32>,
}

impl FromValue for ListRolePolicies {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "ListRolePolicies")?;
        Ok(Self { role_name: members.required(0)?, marker: members.optional(1)?, max_items: members.optional(2)? })
    }
}

impl IntoValue for ListRolePolicies {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            Some(self.role_name.into_value()),
            self.marker.map(IntoValue::into_value),
            self.max_items.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct ListRolePoliciesOutput {
    pub policy_names: Vec<String>,
    pub is_truncated: Option<bool>,
    pub marker: Option<String>,
}

impl FromValue for ListRolePoliciesOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "ListRolePoliciesOutput")?;
        Ok(Self {
            policy_names: members.required(0)?,
            is_truncated: members.optional(1)?,
            marker: members.optional(2)?,
        })
    }
}

impl IntoValue for ListRolePoliciesOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            Some(self.policy_names.into_value()),
            self.is_truncated.map(IntoValue::into_value),
            self.marker.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct ListRoleTags {
    pub role_name: String,
    pub marker: Option<String>,
    pub max_items: Option<i32>,
}

impl FromValue for ListRoleTags {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "ListRoleTags")?;
        Ok(Self { role_name: members.required(0)?, marker: members.optional(1)?, max_items: members.optional(2)? })
    }
}

impl IntoValue for ListRoleTags {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            Some(self.role_name.into_value()),
            self.marker.map(IntoValue::into_value),
            self.max_items.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct ListRoleTagsOutput {
    pub tags: Vec<Tag>,
    pub is_truncated: Option<bool>,
    pub marker: Option<String>,
}

impl FromValue for ListRoleTagsOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "ListRoleTagsOutput")?;
        Ok(Self { tags: members.required(0)?, is_truncated: members.optional(1)?, marker: members.optional(2)? })
    }
}

impl IntoValue for ListRoleTagsOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            Some(self.tags.into_value()),
            self.is_truncated.map(IntoValue::into_value),
            self.marker.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct ListRoles {
    pub path_prefix: Option<String>,
    pub marker: Option<String>,
    pub max_items: Option<i32>,
}

impl FromValue for ListRoles {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "ListRoles")?;
        Ok(Self { path_prefix: members.optional(0)?, marker: members.optional(1)?, max_items: members.optional(2)? })
    }
}

impl IntoValue for ListRoles {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            self.path_prefix.map(IntoValue::into_value),
            self.marker.map(IntoValue::into_value),
            self.max_items.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct ListRolesOutput {
    pub roles: Vec<Role>,
    pub is_truncated: Option<bool>,
    pub marker: Option<String>,
}

impl FromValue for ListRolesOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "ListRolesOutput")?;
        Ok(Self { roles: members.required(0)?, is_truncated: members.optional(1)?, marker: members.optional(2)? })
    }
}

impl IntoValue for ListRolesOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            Some(self.roles.into_value()),
            self.is_truncated.map(IntoValue::into_value),
            self.marker.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct ListSAMLProviderTags {
    pub saml_provider_arn: String,
    pub marker: Option<String>,
    pub max_items: Option<i32>,
}

impl FromValue for ListSAMLProviderTags {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "ListSAMLProviderTags")?;
        Ok(Self {
            saml_provider_arn: members.required(0)?,
            marker: members.optional(1)?,
            max_items: members.optional(2)?,
        })
    }
}

impl IntoValue for ListSAMLProviderTags {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            Some(self.saml_provider_arn.into_value()),
            self.marker.map(IntoValue::into_value),
            self.max_items.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct ListSAMLProviderTagsOutput {
    pub tags: Vec<Tag>,
    pub is_truncated: Option<bool>,
    pub marker: Option<String>,
}

impl FromValue for ListSAMLProviderTagsOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "ListSAMLProviderTagsOutput")?;
        Ok(Self { tags: members.required(0)?, is_truncated: members.optional(1)?, marker: members.optional(2)? })
    }
}

impl IntoValue for ListSAMLProviderTagsOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            Some(self.tags.into_value()),
            self.is_truncated.map(IntoValue::into_value),
            self.marker.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct ListSAMLProviders {}

impl FromValue for ListSAMLProviders {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        Members::of(value, "ListSAMLProviders").map(|_| Self {})
    }
}

impl IntoValue for ListSAMLProviders {
    fn into_value(self) -> Value {
        Value::Struct(vec![])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct ListSAMLProvidersOutput {
    pub saml_provider_list: Option<Vec<SAMLProviderListEntry>>,
}

impl FromValue for ListSAMLProvidersOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "ListSAMLProvidersOutput")?;
        Ok(Self { saml_provider_list: members.optional(0)? })
    }
}

impl IntoValue for ListSAMLProvidersOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![self.saml_provider_list.map(IntoValue::into_value)])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct ListSSHPublicKeys {
    pub user_name: Option<String>,
    pub marker: Option<String>,
    pub max_items: Option<i32>,
}

impl FromValue for ListSSHPublicKeys {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "ListSSHPublicKeys")?;
        Ok(Self { user_name: members.optional(0)?, marker: members.optional(1)?, max_items: members.optional(2)? })
    }
}

impl IntoValue for ListSSHPublicKeys {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            self.user_name.map(IntoValue::into_value),
            self.marker.map(IntoValue::into_value),
            self.max_items.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct ListSSHPublicKeysOutput {
    pub ssh_public_keys: Option<Vec<SSHPublicKeyMetadata>>,
    pub is_truncated: Option<bool>,
    pub marker: Option<String>,
}

impl FromValue for ListSSHPublicKeysOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "ListSSHPublicKeysOutput")?;
        Ok(Self {
            ssh_public_keys: members.optional(0)?,
            is_truncated: members.optional(1)?,
            marker: members.optional(2)?,
        })
    }
}

impl IntoValue for ListSSHPublicKeysOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            self.ssh_public_keys.map(IntoValue::into_value),
            self.is_truncated.map(IntoValue::into_value),
            self.marker.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct ListServerCertificateTags {
    pub server_certificate_name: String,
    pub marker: Option<String>,
    pub max_items: Option<i32>,
}

impl FromValue for ListServerCertificateTags {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "ListServerCertificateTags")?;
        Ok(Self {
            server_certificate_name: members.required(0)?,
            marker: members.optional(1)?,
            max_items: members.optional(2)?,
        })
    }
}

impl IntoValue for ListServerCertificateTags {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            Some(self.server_certificate_name.into_value()),
            self.marker.map(IntoValue::into_value),
            self.max_items.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct ListServerCertificateTagsOutput {
    pub tags: Vec<Tag>,
    pub is_truncated: Option<bool>,
    pub marker: Option<String>,
}

impl FromValue for ListServerCertificateTagsOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "ListServerCertificateTagsOutput")?;
        Ok(Self { tags: members.required(0)?, is_truncated: members.optional(1)?, marker: members.optional(2)? })
    }
}

impl IntoValue for ListServerCertificateTagsOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            Some(self.tags.into_value()),
            self.is_truncated.map(IntoValue::into_value),
            self.marker.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct ListServerCertificates {
    pub path_prefix: Option<String>,
    pub marker: Option<String>,
    pub max_items: Option<i32>,
}

impl FromValue for ListServerCertificates {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "ListServerCertificates")?;
        Ok(Self { path_prefix: members.optional(0)?, marker: members.optional(1)?, max_items: members.optional(2)? })
    }
}

impl IntoValue for ListServerCertificates {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            self.path_prefix.map(IntoValue::into_value),
            self.marker.map(IntoValue::into_value),
            self.max_items.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct ListServerCertificatesOutput {
    pub server_certificate_metadata_list: Vec<ServerCertificateMetadata>,
    pub is_truncated: Option<bool>,
    pub marker: Option<String>,
}

impl FromValue for ListServerCertificatesOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "ListServerCertificatesOutput")?;
        Ok(Self {
            server_certificate_metadata_list: members.required(0)?,
            is_truncated: members.optional(1)?,
            marker: members.optional(2)?,
        })
    }
}

impl IntoValue for ListServerCertificatesOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            Some(self.server_certificate_metadata_list.into_value()),
            self.is_truncated.map(IntoValue::into_value),
            self.marker.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct ListServiceSpecificCredentials {
    pub user_name: Option<String>,
    pub service_name: Option<String>,
    pub all_users: Option<bool>,
    pub marker: Option<String>,
    pub max_items: Option<i32>,
}

impl FromValue for ListServiceSpecificCredentials {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "ListServiceSpecificCredentials")?;
        Ok(Self {
            user_name: members.optional(0)?,
            service_name: members.optional(1)?,
            all_users: members.optional(2)?,
            marker: members.optional(3)?,
            max_items: members.optional(4)?,
        })
    }
}

impl IntoValue for ListServiceSpecificCredentials {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            self.user_name.map(IntoValue::into_value),
            self.service_name.map(IntoValue::into_value),
            self.all_users.map(IntoValue::into_value),
            self.marker.map(IntoValue::into_value),
            self.max_items.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct ListServiceSpecificCredentialsOutput {
    pub service_specific_credentials: Option<Vec<ServiceSpecificCredentialMetadata>>,
    pub marker: Option<String>,
    pub is_truncated: Option<bool>,
}

impl FromValue for ListServiceSpecificCredentialsOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "ListServiceSpecificCredentialsOutput")?;
        Ok(Self {
            service_specific_credentials: members.optional(0)?,
            marker: members.optional(1)?,
            is_truncated: members.optional(2)?,
        })
    }
}

impl IntoValue for ListServiceSpecificCredentialsOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            self.service_specific_credentials.map(IntoValue::into_value),
            self.marker.map(IntoValue::into_value),
            self.is_truncated.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct ListSigningCertificates {
    pub user_name: Option<String>,
    pub marker: Option<String>,
    pub max_items: Option<i32>,
}

impl FromValue for ListSigningCertificates {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "ListSigningCertificates")?;
        Ok(Self { user_name: members.optional(0)?, marker: members.optional(1)?, max_items: members.optional(2)? })
    }
}

impl IntoValue for ListSigningCertificates {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            self.user_name.map(IntoValue::into_value),
            self.marker.map(IntoValue::into_value),
            self.max_items.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct ListSigningCertificatesOutput {
    pub certificates: Vec<SigningCertificate>,
    pub is_truncated: Option<bool>,
    pub marker: Option<String>,
}

impl FromValue for ListSigningCertificatesOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "ListSigningCertificatesOutput")?;
        Ok(Self {
            certificates: members.required(0)?,
            is_truncated: members.optional(1)?,
            marker: members.optional(2)?,
        })
    }
}

impl IntoValue for ListSigningCertificatesOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            Some(self.certificates.into_value()),
            self.is_truncated.map(IntoValue::into_value),
            self.marker.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct ListUserPolicies {
    pub user_name: String,
    pub marker: Option<String>,
    pub max_items: Option<i32>,
}

impl FromValue for ListUserPolicies {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "ListUserPolicies")?;
        Ok(Self { user_name: members.required(0)?, marker: members.optional(1)?, max_items: members.optional(2)? })
    }
}

impl IntoValue for ListUserPolicies {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            Some(self.user_name.into_value()),
            self.marker.map(IntoValue::into_value),
            self.max_items.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct ListUserPoliciesOutput {
    pub policy_names: Vec<String>,
    pub is_truncated: Option<bool>,
    pub marker: Option<String>,
}

impl FromValue for ListUserPoliciesOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "ListUserPoliciesOutput")?;
        Ok(Self {
            policy_names: members.required(0)?,
            is_truncated: members.optional(1)?,
            marker: members.optional(2)?,
        })
    }
}

impl IntoValue for ListUserPoliciesOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            Some(self.policy_names.into_value()),
            self.is_truncated.map(IntoValue::into_value),
            self.marker.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct ListUserTags {
    pub user_name: String,
    pub marker: Option<String>,
    pub max_items: Option<i32>,
}

impl FromValue for ListUserTags {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "ListUserTags")?;
        Ok(Self { user_name: members.required(0)?, marker: members.optional(1)?, max_items: members.optional(2)? })
    }
}

impl IntoValue for ListUserTags {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            Some(self.user_name.into_value()),
            self.marker.map(IntoValue::into_value),
            self.max_items.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct ListUserTagsOutput {
    pub tags: Vec<Tag>,
    pub is_truncated: Option<bool>,
    pub marker: Option<String>,
}

impl FromValue for ListUserTagsOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "ListUserTagsOutput")?;
        Ok(Self { tags: members.required(0)?, is_truncated: members.optional(1)?, marker: members.optional(2)? })
    }
}

impl IntoValue for ListUserTagsOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            Some(self.tags.into_value()),
            self.is_truncated.map(IntoValue::into_value),
            self.marker.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct ListUsers {
    pub path_prefix: Option<String>,
    pub marker: Option<String>,
    pub max_items: Option<i32>,
}

impl FromValue for ListUsers {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "ListUsers")?;
        Ok(Self { path_prefix: members.optional(0)?, marker: members.optional(1)?, max_items: members.optional(2)? })
    }
}

impl IntoValue for ListUsers {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            self.path_prefix.map(IntoValue::into_value),
            self.marker.map(IntoValue::into_value),
            self.max_items.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct ListUsersOutput {
    pub users: Vec<User>,
    pub is_truncated: Option<bool>,
    pub marker: Option<String>,
}

impl FromValue for ListUsersOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "ListUsersOutput")?;
        Ok(Self { users: members.required(0)?, is_truncated: members.optional(1)?, marker: members.optional(2)? })
    }
}

impl IntoValue for ListUsersOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            Some(self.users.into_value()),
            self.is_truncated.map(IntoValue::into_value),
            self.marker.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct ListVirtualMFADevices {
    pub assignment_status: Option<AssignmentStatusType>,
    pub marker: Option<String>,
    pub max_items: Option<i32>,
}

impl FromValue for ListVirtualMFADevices {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "ListVirtualMFADevices")?;
        Ok(Self {
            assignment_status: members.optional(0)?,
            marker: members.optional(1)?,
            max_items: members.optional(2)?,
        })
    }
}

impl IntoValue for ListVirtualMFADevices {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            self.assignment_status.map(IntoValue::into_value),
            self.marker.map(IntoValue::into_value),
            self.max_items.map(IntoValue::into_value),
        ])
    }
}

#[derive(Default)]
pub struct ListVirtualMFADevicesOutput {
    pub virtual_mfa_devices: Vec<VirtualMFADevice>,
    pub is_truncated: Option<bool>,
    pub marker: Option<String>,
}

impl FromValue for ListVirtualMFADevicesOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "ListVirtualMFADevicesOutput")?;
        Ok(Self {
            virtual_mfa_devices: members.required(0)?,
            is_truncated: members.optional(1)?,
            marker: members.optional(2)?,
        })
    }
}

impl IntoValue for ListVirtualMFADevicesOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            Some(self.virtual_mfa_devices.into_value()),
            self.is_truncated.map(IntoValue::into_value),
            self.marker.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct LoginProfile {
    pub user_name: String,
    pub create_date: Timestamp,
    pub password_reset_required: Option<bool>,
}

impl FromValue for LoginProfile {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "LoginProfile")?;
        Ok(Self {
            user_name: members.required(0)?,
            create_date: members.required(1)?,
            password_reset_required: members.optional(2)?,
        })
    }
}

impl IntoValue for LoginProfile {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            Some(self.user_name.into_value()),
            Some(self.create_date.into_value()),
            self.password_reset_required.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct MFADevice {
    pub user_name: String,
    pub serial_number: String,
    pub enable_date: Timestamp,
}

impl FromValue for MFADevice {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "MFADevice")?;
        Ok(Self {
            user_name: members.required(0)?,
            serial_number: members.required(1)?,
            enable_date: members.required(2)?,
        })
    }
}

impl IntoValue for MFADevice {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            Some(self.user_name.into_value()),
            Some(self.serial_number.into_value()),
            Some(self.enable_date.into_value()),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct ManagedPolicyDetail {
    pub policy_name: Option<String>,
    pub policy_id: Option<String>,
    pub arn: Option<String>,
    pub path: Option<String>,
    pub default_version_id: Option<String>,
    pub attachment_count: Option<i32>,
    pub permissions_boundary_usage_count: Option<i32>,
    pub is_attachable: Option<bool>,
    pub description: Option<String>,
    pub create_date: Option<Timestamp>,
    pub update_date: Option<Timestamp>,
    pub policy_version_list: Option<Vec<PolicyVersion>>,
}

impl FromValue for ManagedPolicyDetail {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "ManagedPolicyDetail")?;
        Ok(Self {
            policy_name: members.optional(0)?,
            policy_id: members.optional(1)?,
            arn: members.optional(2)?,
            path: members.optional(3)?,
            default_version_id: members.optional(4)?,
            attachment_count: members.optional(5)?,
            permissions_boundary_usage_count: members.optional(6)?,
            is_attachable: members.optional(7)?,
            description: members.optional(8)?,
            create_date: members.optional(9)?,
            update_date: members.optional(10)?,
            policy_version_list: members.optional(11)?,
        })
    }
}

impl IntoValue for ManagedPolicyDetail {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            self.policy_name.map(IntoValue::into_value),
            self.policy_id.map(IntoValue::into_value),
            self.arn.map(IntoValue::into_value),
            self.path.map(IntoValue::into_value),
            self.default_version_id.map(IntoValue::into_value),
            self.attachment_count.map(IntoValue::into_value),
            self.permissions_boundary_usage_count.map(IntoValue::into_value),
            self.is_attachable.map(IntoValue::into_value),
            self.description.map(IntoValue::into_value),
            self.create_date.map(IntoValue::into_value),
            self.update_date.map(IntoValue::into_value),
            self.policy_version_list.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct OpenIDConnectProviderListEntry {
    pub arn: Option<String>,
}

impl FromValue for OpenIDConnectProviderListEntry {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "OpenIDConnectProviderListEntry")?;
        Ok(Self { arn: members.optional(0)? })
    }
}

impl IntoValue for OpenIDConnectProviderListEntry {
    fn into_value(self) -> Value {
        Value::Struct(vec![self.arn.map(IntoValue::into_value)])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct OrderedOrganizationPolicyType {
    pub service_control_policy_input_list: Option<Vec<String>>,
}

impl FromValue for OrderedOrganizationPolicyType {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "OrderedOrganizationPolicyType")?;
        Ok(Self { service_control_policy_input_list: members.optional(0)? })
    }
}

impl IntoValue for OrderedOrganizationPolicyType {
    fn into_value(self) -> Value {
        Value::Struct(vec![self.service_control_policy_input_list.map(IntoValue::into_value)])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct OrganizationsDecisionDetail {
    pub allowed_by_organizations: Option<bool>,
}

impl FromValue for OrganizationsDecisionDetail {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "OrganizationsDecisionDetail")?;
        Ok(Self { allowed_by_organizations: members.optional(0)? })
    }
}

impl IntoValue for OrganizationsDecisionDetail {
    fn into_value(self) -> Value {
        Value::Struct(vec![self.allowed_by_organizations.map(IntoValue::into_value)])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct PasswordPolicy {
    pub minimum_password_length: Option<i32>,
    pub require_symbols: Option<bool>,
    pub require_numbers: Option<bool>,
    pub require_uppercase_characters: Option<bool>,
    pub require_lowercase_characters: Option<bool>,
    pub allow_users_to_change_password: Option<bool>,
    pub expire_passwords: Option<bool>,
    pub max_password_age: Option<i32>,
    pub password_reuse_prevention: Option<i32>,
    pub hard_expiry: Option<bool>,
}

impl FromValue for PasswordPolicy {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "PasswordPolicy")?;
        Ok(Self {
            minimum_password_length: members.optional(0)?,
            require_symbols: members.optional(1)?,
            require_numbers: members.optional(2)?,
            require_uppercase_characters: members.optional(3)?,
            require_lowercase_characters: members.optional(4)?,
            allow_users_to_change_password: members.optional(5)?,
            expire_passwords: members.optional(6)?,
            max_password_age: members.optional(7)?,
            password_reuse_prevention: members.optional(8)?,
            hard_expiry: members.optional(9)?,
        })
    }
}

impl IntoValue for PasswordPolicy {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            self.minimum_password_length.map(IntoValue::into_value),
            self.require_symbols.map(IntoValue::into_value),
            self.require_numbers.map(IntoValue::into_value),
            self.require_uppercase_characters.map(IntoValue::into_value),
            self.require_lowercase_characters.map(IntoValue::into_value),
            self.allow_users_to_change_password.map(IntoValue::into_value),
            self.expire_passwords.map(IntoValue::into_value),
            self.max_password_age.map(IntoValue::into_value),
            self.password_reuse_prevention.map(IntoValue::into_value),
            self.hard_expiry.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PermissionsBoundaryAttachmentType {
    PermissionsBoundaryPolicy,
    Policy,
}

impl PermissionsBoundaryAttachmentType {
    /// Every value, in the model's order.
    pub const ALL: &'static [Self] = &[Self::PermissionsBoundaryPolicy, Self::Policy];

    /// The value as it is sent.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::PermissionsBoundaryPolicy => "PermissionsBoundaryPolicy",
            Self::Policy => "Policy",
        }
    }
}

impl TryFrom<&str> for PermissionsBoundaryAttachmentType {
    type Error = Mismatch;

    fn try_from(text: &str) -> Result<Self, Mismatch> {
        Self::ALL
            .iter()
            .copied()
            .find(|value| value.as_str() == text)
            .ok_or(Mismatch("PermissionsBoundaryAttachmentType"))
    }
}

impl FromValue for PermissionsBoundaryAttachmentType {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        value.as_str().ok_or(Mismatch("PermissionsBoundaryAttachmentType")).and_then(Self::try_from)
    }
}

impl IntoValue for PermissionsBoundaryAttachmentType {
    fn into_value(self) -> Value {
        Value::String(self.as_str().to_owned())
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct PermissionsBoundaryDecisionDetail {
    pub allowed_by_permissions_boundary: Option<bool>,
}

impl FromValue for PermissionsBoundaryDecisionDetail {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "PermissionsBoundaryDecisionDetail")?;
        Ok(Self { allowed_by_permissions_boundary: members.optional(0)? })
    }
}

impl IntoValue for PermissionsBoundaryDecisionDetail {
    fn into_value(self) -> Value {
        Value::Struct(vec![self.allowed_by_permissions_boundary.map(IntoValue::into_value)])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct Policy {
    pub policy_name: Option<String>,
    pub policy_id: Option<String>,
    pub arn: Option<String>,
    pub path: Option<String>,
    pub default_version_id: Option<String>,
    pub attachment_count: Option<i32>,
    pub permissions_boundary_usage_count: Option<i32>,
    pub is_attachable: Option<bool>,
    pub description: Option<String>,
    pub create_date: Option<Timestamp>,
    pub update_date: Option<Timestamp>,
    pub tags: Option<Vec<Tag>>,
}

impl FromValue for Policy {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "Policy")?;
        Ok(Self {
            policy_name: members.optional(0)?,
            policy_id: members.optional(1)?,
            arn: members.optional(2)?,
            path: members.optional(3)?,
            default_version_id: members.optional(4)?,
            attachment_count: members.optional(5)?,
            permissions_boundary_usage_count: members.optional(6)?,
            is_attachable: members.optional(7)?,
            description: members.optional(8)?,
            create_date: members.optional(9)?,
            update_date: members.optional(10)?,
            tags: members.optional(11)?,
        })
    }
}

impl IntoValue for Policy {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            self.policy_name.map(IntoValue::into_value),
            self.policy_id.map(IntoValue::into_value),
            self.arn.map(IntoValue::into_value),
            self.path.map(IntoValue::into_value),
            self.default_version_id.map(IntoValue::into_value),
            self.attachment_count.map(IntoValue::into_value),
            self.permissions_boundary_usage_count.map(IntoValue::into_value),
            self.is_attachable.map(IntoValue::into_value),
            self.description.map(IntoValue::into_value),
            self.create_date.map(IntoValue::into_value),
            self.update_date.map(IntoValue::into_value),
            self.tags.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct PolicyDetail {
    pub policy_name: Option<String>,
    pub policy_document: Option<String>,
}

impl FromValue for PolicyDetail {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "PolicyDetail")?;
        Ok(Self { policy_name: members.optional(0)?, policy_document: members.optional(1)? })
    }
}

impl IntoValue for PolicyDetail {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            self.policy_name.map(IntoValue::into_value),
            self.policy_document.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PolicyEvaluationDecisionType {
    Allowed,
    ExplicitDeny,
    ImplicitDeny,
}

impl PolicyEvaluationDecisionType {
    /// Every value, in the model's order.
    pub const ALL: &'static [Self] = &[Self::Allowed, Self::ExplicitDeny, Self::ImplicitDeny];

    /// The value as it is sent.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Allowed => "allowed",
            Self::ExplicitDeny => "explicitDeny",
            Self::ImplicitDeny => "implicitDeny",
        }
    }
}

impl TryFrom<&str> for PolicyEvaluationDecisionType {
    type Error = Mismatch;

    fn try_from(text: &str) -> Result<Self, Mismatch> {
        Self::ALL.iter().copied().find(|value| value.as_str() == text).ok_or(Mismatch("PolicyEvaluationDecisionType"))
    }
}

impl FromValue for PolicyEvaluationDecisionType {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        value.as_str().ok_or(Mismatch("PolicyEvaluationDecisionType")).and_then(Self::try_from)
    }
}

impl IntoValue for PolicyEvaluationDecisionType {
    fn into_value(self) -> Value {
        Value::String(self.as_str().to_owned())
    }
}

#[derive(Clone, PartialEq)]
pub struct PolicyGrantingServiceAccess {
    pub policy_name: String,
    pub policy_type: PolicyType,
    pub policy_arn: Option<String>,
    pub entity_type: Option<PolicyOwnerEntityType>,
    pub entity_name: Option<String>,
}

impl FromValue for PolicyGrantingServiceAccess {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "PolicyGrantingServiceAccess")?;
        Ok(Self {
            policy_name: members.required(0)?,
            policy_type: members.required(1)?,
            policy_arn: members.optional(2)?,
            entity_type: members.optional(3)?,
            entity_name: members.optional(4)?,
        })
    }
}

impl IntoValue for PolicyGrantingServiceAccess {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            Some(self.policy_name.into_value()),
            Some(self.policy_type.into_value()),
            self.policy_arn.map(IntoValue::into_value),
            self.entity_type.map(IntoValue::into_value),
            self.entity_name.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct PolicyGroup {
    pub group_name: Option<String>,
    pub group_id: Option<String>,
}

impl FromValue for PolicyGroup {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "PolicyGroup")?;
        Ok(Self { group_name: members.optional(0)?, group_id: members.optional(1)? })
    }
}

impl IntoValue for PolicyGroup {
    fn into_value(self) -> Value {
        Value::Struct(vec![self.group_name.map(IntoValue::into_value), self.group_id.map(IntoValue::into_value)])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct PolicyIdentifier {
    pub policy_type: Option<PolicyIdentifierPolicyType>,
    pub policy_arn: Option<String>,
    pub inline_policy_identifier: Option<InlinePolicyIdentifierType>,
}

impl FromValue for PolicyIdentifier {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "PolicyIdentifier")?;
        Ok(Self {
            policy_type: members.optional(0)?,
            policy_arn: members.optional(1)?,
            inline_policy_identifier: members.optional(2)?,
        })
    }
}

impl IntoValue for PolicyIdentifier {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            self.policy_type.map(IntoValue::into_value),
            self.policy_arn.map(IntoValue::into_value),
            self.inline_policy_identifier.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PolicyIdentifierPolicyType {
    Inline,
    AwsManaged,
    UserManaged,
    PermissionBoundary,
    Scp,
    Rcp,
}

impl PolicyIdentifierPolicyType {
    /// Every value, in the model's order.
    pub const ALL: &'static [Self] =
        &[Self::Inline, Self::AwsManaged, Self::UserManaged, Self::PermissionBoundary, Self::Scp, Self::Rcp];

    /// The value as it is sent.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Inline => "inline",
            Self::AwsManaged => "aws-managed",
            Self::UserManaged => "user-managed",
            Self::PermissionBoundary => "permission-boundary",
            Self::Scp => "scp",
            Self::Rcp => "rcp",
        }
    }
}

impl TryFrom<&str> for PolicyIdentifierPolicyType {
    type Error = Mismatch;

    fn try_from(text: &str) -> Result<Self, Mismatch> {
        Self::ALL.iter().copied().find(|value| value.as_str() == text).ok_or(Mismatch("PolicyIdentifierPolicyType"))
    }
}

impl FromValue for PolicyIdentifierPolicyType {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        value.as_str().ok_or(Mismatch("PolicyIdentifierPolicyType")).and_then(Self::try_from)
    }
}

impl IntoValue for PolicyIdentifierPolicyType {
    fn into_value(self) -> Value {
        Value::String(self.as_str().to_owned())
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct PolicyRole {
    pub role_name: Option<String>,
    pub role_id: Option<String>,
}

impl FromValue for PolicyRole {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "PolicyRole")?;
        Ok(Self { role_name: members.optional(0)?, role_id: members.optional(1)? })
    }
}

impl IntoValue for PolicyRole {
    fn into_value(self) -> Value {
        Value::Struct(vec![self.role_name.map(IntoValue::into_value), self.role_id.map(IntoValue::into_value)])
    }
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PolicySourceType {
    User,
    Group,
    Role,
    AwsManaged,
    UserManaged,
    Resource,
    None,
    IamPolicy,
}

impl PolicySourceType {
    /// Every value, in the model's order.
    pub const ALL: &'static [Self] = &[
        Self::User,
        Self::Group,
        Self::Role,
        Self::AwsManaged,
        Self::UserManaged,
        Self::Resource,
        Self::None,
        Self::IamPolicy,
    ];

    /// The value as it is sent.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Group => "group",
            Self::Role => "role",
            Self::AwsManaged => "aws-managed",
            Self::UserManaged => "user-managed",
            Self::Resource => "resource",
            Self::None => "none",
            Self::IamPolicy => "IAM Policy",
        }
    }
}

impl TryFrom<&str> for PolicySourceType {
    type Error = Mismatch;

    fn try_from(text: &str) -> Result<Self, Mismatch> {
        Self::ALL.iter().copied().find(|value| value.as_str() == text).ok_or(Mismatch("PolicySourceType"))
    }
}

impl FromValue for PolicySourceType {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        value.as_str().ok_or(Mismatch("PolicySourceType")).and_then(Self::try_from)
    }
}

impl IntoValue for PolicySourceType {
    fn into_value(self) -> Value {
        Value::String(self.as_str().to_owned())
    }
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PolicyUsageType {
    PermissionsPolicy,
    PermissionsBoundary,
}

impl PolicyUsageType {
    /// Every value, in the model's order.
    pub const ALL: &'static [Self] = &[Self::PermissionsPolicy, Self::PermissionsBoundary];

    /// The value as it is sent.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::PermissionsPolicy => "PermissionsPolicy",
            Self::PermissionsBoundary => "PermissionsBoundary",
        }
    }
}

impl TryFrom<&str> for PolicyUsageType {
    type Error = Mismatch;

    fn try_from(text: &str) -> Result<Self, Mismatch> {
        Self::ALL.iter().copied().find(|value| value.as_str() == text).ok_or(Mismatch("PolicyUsageType"))
    }
}

impl FromValue for PolicyUsageType {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        value.as_str().ok_or(Mismatch("PolicyUsageType")).and_then(Self::try_from)
    }
}

impl IntoValue for PolicyUsageType {
    fn into_value(self) -> Value {
        Value::String(self.as_str().to_owned())
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct PolicyUser {
    pub user_name: Option<String>,
    pub user_id: Option<String>,
}

impl FromValue for PolicyUser {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "PolicyUser")?;
        Ok(Self { user_name: members.optional(0)?, user_id: members.optional(1)? })
    }
}

impl IntoValue for PolicyUser {
    fn into_value(self) -> Value {
        Value::Struct(vec![self.user_name.map(IntoValue::into_value), self.user_id.map(IntoValue::into_value)])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct PolicyVersion {
    pub document: Option<String>,
    pub version_id: Option<String>,
    pub is_default_version: Option<bool>,
    pub create_date: Option<Timestamp>,
}

impl FromValue for PolicyVersion {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "PolicyVersion")?;
        Ok(Self {
            document: members.optional(0)?,
            version_id: members.optional(1)?,
            is_default_version: members.optional(2)?,
            create_date: members.optional(3)?,
        })
    }
}

impl IntoValue for PolicyVersion {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            self.document.map(IntoValue::into_value),
            self.version_id.map(IntoValue::into_value),
            self.is_default_version.map(IntoValue::into_value),
            self.create_date.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct Position {
    pub line: Option<i32>,
    pub column: Option<i32>,
}

impl FromValue for Position {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "Position")?;
        Ok(Self { line: members.optional(0)?, column: members.optional(1)? })
    }
}

impl IntoValue for Position {
    fn into_value(self) -> Value {
        Value::Struct(vec![self.line.map(IntoValue::into_value), self.column.map(IntoValue::into_value)])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct PutGroupPolicy {
    pub group_name: String,
    pub policy_name: String,
    pub policy_document: String,
}

impl FromValue for PutGroupPolicy {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "PutGroupPolicy")?;
        Ok(Self {
            group_name: members.required(0)?,
            policy_name: members.required(1)?,
            policy_document: members.required(2)?,
        })
    }
}

impl IntoValue for PutGroupPolicy {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            Some(self.group_name.into_value()),
            Some(self.policy_name.into_value()),
            Some(self.policy_document.into_value()),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct PutRolePermissionsBoundary {
    pub role_name: String,
    pub permissions_boundary: String,
}

impl FromValue for PutRolePermissionsBoundary {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "PutRolePermissionsBoundary")?;
        Ok(Self { role_name: members.required(0)?, permissions_boundary: members.required(1)? })
    }
}

impl IntoValue for PutRolePermissionsBoundary {
    fn into_value(self) -> Value {
        Value::Struct(vec![Some(self.role_name.into_value()), Some(self.permissions_boundary.into_value())])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct PutRolePolicy {
    pub role_name: String,
    pub policy_name: String,
    pub policy_document: String,
}

impl FromValue for PutRolePolicy {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "PutRolePolicy")?;
        Ok(Self {
            role_name: members.required(0)?,
            policy_name: members.required(1)?,
            policy_document: members.required(2)?,
        })
    }
}

impl IntoValue for PutRolePolicy {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            Some(self.role_name.into_value()),
            Some(self.policy_name.into_value()),
            Some(self.policy_document.into_value()),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct PutUserPermissionsBoundary {
    pub user_name: String,
    pub permissions_boundary: String,
}

impl FromValue for PutUserPermissionsBoundary {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "PutUserPermissionsBoundary")?;
        Ok(Self { user_name: members.required(0)?, permissions_boundary: members.required(1)? })
    }
}

impl IntoValue for PutUserPermissionsBoundary {
    fn into_value(self) -> Value {
        Value::Struct(vec![Some(self.user_name.into_value()), Some(self.permissions_boundary.into_value())])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct PutUserPolicy {
    pub user_name: String,
    pub policy_name: String,
    pub policy_document: String,
}

impl FromValue for PutUserPolicy {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "PutUserPolicy")?;
        Ok(Self {
            user_name: members.required(0)?,
            policy_name: members.required(1)?,
            policy_document: members.required(2)?,
        })
    }
}

impl IntoValue for PutUserPolicy {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            Some(self.user_name.into_value()),
            Some(self.policy_name.into_value()),
            Some(self.policy_document.into_value()),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct RemoveClientIDFromOpenIDConnectProvider {
    pub open_id_connect_provider_arn: String,
    pub client_id: String,
}

impl FromValue for RemoveClientIDFromOpenIDConnectProvider {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "RemoveClientIDFromOpenIDConnectProvider")?;
        Ok(Self { open_id_connect_provider_arn: members.required(0)?, client_id: members.required(1)? })
    }
}

impl IntoValue for RemoveClientIDFromOpenIDConnectProvider {
    fn into_value(self) -> Value {
        Value::Struct(vec![Some(self.open_id_connect_provider_arn.into_value()), Some(self.client_id.into_value())])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct RemoveRoleFromInstanceProfile {
    pub instance_profile_name: String,
    pub role_name: String,
}

impl FromValue for RemoveRoleFromInstanceProfile {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "RemoveRoleFromInstanceProfile")?;
        Ok(Self { instance_profile_name: members.required(0)?, role_name: members.required(1)? })
    }
}

impl IntoValue for RemoveRoleFromInstanceProfile {
    fn into_value(self) -> Value {
        Value::Struct(vec![Some(self.instance_profile_name.into_value()), Some(self.role_name.into_value())])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct RemoveUserFromGroup {
    pub group_name: String,
    pub user_name: String,
}

impl FromValue for RemoveUserFromGroup {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "RemoveUserFromGroup")?;
        Ok(Self { group_name: members.required(0)?, user_name: members.required(1)? })
    }
}

impl IntoValue for RemoveUserFromGroup {
    fn into_value(self) -> Value {
        Value::Struct(vec![Some(self.group_name.into_value()), Some(self.user_name.into_value())])
    }
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ReportFormatType {
    TextCsv,
}

impl ReportFormatType {
    /// Every value, in the model's order.
    pub const ALL: &'static [Self] = &[Self::TextCsv];

    /// The value as it is sent.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::TextCsv => "text/csv",
        }
    }
}

impl TryFrom<&str> for ReportFormatType {
    type Error = Mismatch;

    fn try_from(text: &str) -> Result<Self, Mismatch> {
        Self::ALL.iter().copied().find(|value| value.as_str() == text).ok_or(Mismatch("ReportFormatType"))
    }
}

impl FromValue for ReportFormatType {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        value.as_str().ok_or(Mismatch("ReportFormatType")).and_then(Self::try_from)
    }
}

impl IntoValue for ReportFormatType {
    fn into_value(self) -> Value {
        Value::String(self.as_str().to_owned())
    }
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ReportStateType {
    Started,
    Inprogress,
    Complete,
}

impl ReportStateType {
    /// Every value, in the model's order.
    pub const ALL: &'static [Self] = &[Self::Started, Self::Inprogress, Self::Complete];

    /// The value as it is sent.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Started => "STARTED",
            Self::Inprogress => "INPROGRESS",
            Self::Complete => "COMPLETE",
        }
    }
}

impl TryFrom<&str> for ReportStateType {
    type Error = Mismatch;

    fn try_from(text: &str) -> Result<Self, Mismatch> {
        Self::ALL.iter().copied().find(|value| value.as_str() == text).ok_or(Mismatch("ReportStateType"))
    }
}

impl FromValue for ReportStateType {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        value.as_str().ok_or(Mismatch("ReportStateType")).and_then(Self::try_from)
    }
}

impl IntoValue for ReportStateType {
    fn into_value(self) -> Value {
        Value::String(self.as_str().to_owned())
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct ResetServiceSpecificCredential {
    pub user_name: Option<String>,
    pub service_specific_credential_id: String,
}

impl FromValue for ResetServiceSpecificCredential {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "ResetServiceSpecificCredential")?;
        Ok(Self { user_name: members.optional(0)?, service_specific_credential_id: members.required(1)? })
    }
}

impl IntoValue for ResetServiceSpecificCredential {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            self.user_name.map(IntoValue::into_value),
            Some(self.service_specific_credential_id.into_value()),
        ])
    }
}

#[derive(Default)]
pub struct ResetServiceSpecificCredentialOutput {
    pub service_specific_credential: Option<ServiceSpecificCredential>,
}

impl FromValue for ResetServiceSpecificCredentialOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "ResetServiceSpecificCredentialOutput")?;
        Ok(Self { service_specific_credential: members.optional(0)? })
    }
}

impl IntoValue for ResetServiceSpecificCredentialOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![self.service_specific_credential.map(IntoValue::into_value)])
    }
}

#[derive(Clone, PartialEq)]
pub struct ResourceSpecificResult {
    pub eval_resource_name: String,
    pub eval_resource_decision: PolicyEvaluationDecisionType,
    pub matched_statements: Option<Vec<Statement>>,
    pub missing_context_values: Option<Vec<String>>,
    pub eval_decision_details: Option<BTreeMap<String, PolicyEvaluationDecisionType>>,
    pub permissions_boundary_decision_detail: Option<PermissionsBoundaryDecisionDetail>,
}

impl FromValue for ResourceSpecificResult {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "ResourceSpecificResult")?;
        Ok(Self {
            eval_resource_name: members.required(0)?,
            eval_resource_decision: members.required(1)?,
            matched_statements: members.optional(2)?,
            missing_context_values: members.optional(3)?,
            eval_decision_details: members.optional(4)?,
            permissions_boundary_decision_detail: members.optional(5)?,
        })
    }
}

impl IntoValue for ResourceSpecificResult {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            Some(self.eval_resource_name.into_value()),
            Some(self.eval_resource_decision.into_value()),
            self.matched_statements.map(IntoValue::into_value),
            self.missing_context_values.map(IntoValue::into_value),
            self.eval_decision_details.map(IntoValue::into_value),
            self.permissions_boundary_decision_detail.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct ResyncMFADevice {
    pub user_name: String,
    pub serial_number: String,
    pub authentication_code1: String,
    pub authentication_code2: String,
}

impl FromValue for ResyncMFADevice {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "ResyncMFADevice")?;
        Ok(Self {
            user_name: members.required(0)?,
            serial_number: members.required(1)?,
            authentication_code1: members.required(2)?,
            authentication_code2: members.required(3)?,
        })
    }
}

impl IntoValue for ResyncMFADevice {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            Some(self.user_name.into_value()),
            Some(self.serial_number.into_value()),
            Some(self.authentication_code1.into_value()),
            Some(self.authentication_code2.into_value()),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct Role {
    pub path: String,
    pub role_name: String,
    pub role_id: String,
    pub arn: String,
    pub create_date: Timestamp,
    pub assume_role_policy_document: Option<String>,
    pub description: Option<String>,
    pub max_session_duration: Option<i32>,
    pub permissions_boundary: Option<AttachedPermissionsBoundary>,
    pub tags: Option<Vec<Tag>>,
    pub role_last_used: Option<RoleLastUsed>,
    pub source_role_template: Option<SourceRoleTemplate>,
}

impl FromValue for Role {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "Role")?;
        Ok(Self {
            path: members.required(0)?,
            role_name: members.required(1)?,
            role_id: members.required(2)?,
            arn: members.required(3)?,
            create_date: members.required(4)?,
            assume_role_policy_document: members.optional(5)?,
            description: members.optional(6)?,
            max_session_duration: members.optional(7)?,
            permissions_boundary: members.optional(8)?,
            tags: members.optional(9)?,
            role_last_used: members.optional(10)?,
            source_role_template: members.optional(11)?,
        })
    }
}

impl IntoValue for Role {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            Some(self.path.into_value()),
            Some(self.role_name.into_value()),
            Some(self.role_id.into_value()),
            Some(self.arn.into_value()),
            Some(self.create_date.into_value()),
            self.assume_role_policy_document.map(IntoValue::into_value),
            self.description.map(IntoValue::into_value),
            self.max_session_duration.map(IntoValue::into_value),
            self.permissions_boundary.map(IntoValue::into_value),
            self.tags.map(IntoValue::into_value),
            self.role_last_used.map(IntoValue::into_value),
            self.source_role_template.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct RoleDetail {
    pub path: Option<String>,
    pub role_name: Option<String>,
    pub role_id: Option<String>,
    pub arn: Option<String>,
    pub create_date: Option<Timestamp>,
    pub assume_role_policy_document: Option<String>,
    pub instance_profile_list: Option<Vec<InstanceProfile>>,
    pub role_policy_list: Option<Vec<PolicyDetail>>,
    pub attached_managed_policies: Option<Vec<AttachedPolicy>>,
    pub permissions_boundary: Option<AttachedPermissionsBoundary>,
    pub tags: Option<Vec<Tag>>,
    pub role_last_used: Option<RoleLastUsed>,
}

impl FromValue for RoleDetail {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "RoleDetail")?;
        Ok(Self {
            path: members.optional(0)?,
            role_name: members.optional(1)?,
            role_id: members.optional(2)?,
            arn: members.optional(3)?,
            create_date: members.optional(4)?,
            assume_role_policy_document: members.optional(5)?,
            instance_profile_list: members.optional(6)?,
            role_policy_list: members.optional(7)?,
            attached_managed_policies: members.optional(8)?,
            permissions_boundary: members.optional(9)?,
            tags: members.optional(10)?,
            role_last_used: members.optional(11)?,
        })
    }
}

impl IntoValue for RoleDetail {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            self.path.map(IntoValue::into_value),
            self.role_name.map(IntoValue::into_value),
            self.role_id.map(IntoValue::into_value),
            self.arn.map(IntoValue::into_value),
            self.create_date.map(IntoValue::into_value),
            self.assume_role_policy_document.map(IntoValue::into_value),
            self.instance_profile_list.map(IntoValue::into_value),
            self.role_policy_list.map(IntoValue::into_value),
            self.attached_managed_policies.map(IntoValue::into_value),
            self.permissions_boundary.map(IntoValue::into_value),
            self.tags.map(IntoValue::into_value),
            self.role_last_used.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct RoleLastUsed {
    pub last_used_date: Option<Timestamp>,
    pub region: Option<String>,
}

impl FromValue for RoleLastUsed {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "RoleLastUsed")?;
        Ok(Self { last_used_date: members.optional(0)?, region: members.optional(1)? })
    }
}

impl IntoValue for RoleLastUsed {
    fn into_value(self) -> Value {
        Value::Struct(vec![self.last_used_date.map(IntoValue::into_value), self.region.map(IntoValue::into_value)])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct RoleUsageType {
    pub region: Option<String>,
    pub resources: Option<Vec<String>>,
}

impl FromValue for RoleUsageType {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "RoleUsageType")?;
        Ok(Self { region: members.optional(0)?, resources: members.optional(1)? })
    }
}

impl IntoValue for RoleUsageType {
    fn into_value(self) -> Value {
        Value::Struct(vec![self.region.map(IntoValue::into_value), self.resources.map(IntoValue::into_value)])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct SAMLPrivateKey {
    pub key_id: Option<String>,
    pub timestamp: Option<Timestamp>,
}

impl FromValue for SAMLPrivateKey {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "SAMLPrivateKey")?;
        Ok(Self { key_id: members.optional(0)?, timestamp: members.optional(1)? })
    }
}

impl IntoValue for SAMLPrivateKey {
    fn into_value(self) -> Value {
        Value::Struct(vec![self.key_id.map(IntoValue::into_value), self.timestamp.map(IntoValue::into_value)])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct SAMLProviderListEntry {
    pub arn: Option<String>,
    pub valid_until: Option<Timestamp>,
    pub create_date: Option<Timestamp>,
}

impl FromValue for SAMLProviderListEntry {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "SAMLProviderListEntry")?;
        Ok(Self { arn: members.optional(0)?, valid_until: members.optional(1)?, create_date: members.optional(2)? })
    }
}

impl IntoValue for SAMLProviderListEntry {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            self.arn.map(IntoValue::into_value),
            self.valid_until.map(IntoValue::into_value),
            self.create_date.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq)]
pub struct SSHPublicKey {
    pub user_name: String,
    pub ssh_public_key_id: String,
    pub fingerprint: String,
    pub ssh_public_key_body: String,
    pub status: StatusType,
    pub upload_date: Option<Timestamp>,
}

impl FromValue for SSHPublicKey {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "SSHPublicKey")?;
        Ok(Self {
            user_name: members.required(0)?,
            ssh_public_key_id: members.required(1)?,
            fingerprint: members.required(2)?,
            ssh_public_key_body: members.required(3)?,
            status: members.required(4)?,
            upload_date: members.optional(5)?,
        })
    }
}

impl IntoValue for SSHPublicKey {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            Some(self.user_name.into_value()),
            Some(self.ssh_public_key_id.into_value()),
            Some(self.fingerprint.into_value()),
            Some(self.ssh_public_key_body.into_value()),
            Some(self.status.into_value()),
            self.upload_date.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq)]
pub struct SSHPublicKeyMetadata {
    pub user_name: String,
    pub ssh_public_key_id: String,
    pub status: StatusType,
    pub upload_date: Timestamp,
}

impl FromValue for SSHPublicKeyMetadata {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "SSHPublicKeyMetadata")?;
        Ok(Self {
            user_name: members.required(0)?,
            ssh_public_key_id: members.required(1)?,
            status: members.required(2)?,
            upload_date: members.required(3)?,
        })
    }
}

impl IntoValue for SSHPublicKeyMetadata {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            Some(self.user_name.into_value()),
            Some(self.ssh_public_key_id.into_value()),
            Some(self.status.into_value()),
            Some(self.upload_date.into_value()),
        ])
    }
}

#[derive(Clone, PartialEq)]
pub struct ServerCertificate {
    pub server_certificate_metadata: ServerCertificateMetadata,
    pub certificate_body: String,
    pub certificate_chain: Option<String>,
    pub tags: Option<Vec<Tag>>,
}

impl FromValue for ServerCertificate {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "ServerCertificate")?;
        Ok(Self {
            server_certificate_metadata: members.required(0)?,
            certificate_body: members.required(1)?,
            certificate_chain: members.optional(2)?,
            tags: members.optional(3)?,
        })
    }
}

impl IntoValue for ServerCertificate {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            Some(self.server_certificate_metadata.into_value()),
            Some(self.certificate_body.into_value()),
            self.certificate_chain.map(IntoValue::into_value),
            self.tags.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct ServerCertificateMetadata {
    pub path: String,
    pub server_certificate_name: String,
    pub server_certificate_id: String,
    pub arn: String,
    pub upload_date: Option<Timestamp>,
    pub expiration: Option<Timestamp>,
}

impl FromValue for ServerCertificateMetadata {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "ServerCertificateMetadata")?;
        Ok(Self {
            path: members.required(0)?,
            server_certificate_name: members.required(1)?,
            server_certificate_id: members.required(2)?,
            arn: members.required(3)?,
            upload_date: members.optional(4)?,
            expiration: members.optional(5)?,
        })
    }
}

impl IntoValue for ServerCertificateMetadata {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            Some(self.path.into_value()),
            Some(self.server_certificate_name.into_value()),
            Some(self.server_certificate_id.into_value()),
            Some(self.arn.into_value()),
            self.upload_date.map(IntoValue::into_value),
            self.expiration.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct ServiceLastAccessed {
    pub service_name: String,
    pub last_authenticated: Option<Timestamp>,
    pub service_namespace: String,
    pub last_authenticated_entity: Option<String>,
    pub last_authenticated_region: Option<String>,
    pub total_authenticated_entities: Option<i32>,
    pub tracked_actions_last_accessed: Option<Vec<TrackedActionLastAccessed>>,
}

impl FromValue for ServiceLastAccessed {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "ServiceLastAccessed")?;
        Ok(Self {
            service_name: members.required(0)?,
            last_authenticated: members.optional(1)?,
            service_namespace: members.required(2)?,
            last_authenticated_entity: members.optional(3)?,
            last_authenticated_region: members.optional(4)?,
            total_authenticated_entities: members.optional(5)?,
            tracked_actions_last_accessed: members.optional(6)?,
        })
    }
}

impl IntoValue for ServiceLastAccessed {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            Some(self.service_name.into_value()),
            self.last_authenticated.map(IntoValue::into_value),
            Some(self.service_namespace.into_value()),
            self.last_authenticated_entity.map(IntoValue::into_value),
            self.last_authenticated_region.map(IntoValue::into_value),
            self.total_authenticated_entities.map(IntoValue::into_value),
            self.tracked_actions_last_accessed.map(IntoValue::into_value),
        ])
    }
}

pub struct ServiceSpecificCredential {
    pub create_date: Timestamp,
    pub expiration_date: Option<Timestamp>,
    pub service_name: String,
    pub service_user_name: Option<String>,
    pub service_password: Option<Secret<String>>,
    pub service_credential_alias: Option<String>,
    pub service_credential_secret: Option<Secret<String>>,
    pub service_specific_credential_id: String,
    pub user_name: String,
    pub status: StatusType,
}

impl FromValue for ServiceSpecificCredential {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "ServiceSpecificCredential")?;
        Ok(Self {
            create_date: members.required(0)?,
            expiration_date: members.optional(1)?,
            service_name: members.required(2)?,
            service_user_name: members.optional(3)?,
            service_password: members.optional(4)?,
            service_credential_alias: members.optional(5)?,
            service_credential_secret: members.optional(6)?,
            service_specific_credential_id: members.required(7)?,
            user_name: members.required(8)?,
            status: members.required(9)?,
        })
    }
}

impl IntoValue for ServiceSpecificCredential {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            Some(self.create_date.into_value()),
            self.expiration_date.map(IntoValue::into_value),
            Some(self.service_name.into_value()),
            self.service_user_name.map(IntoValue::into_value),
            self.service_password.map(IntoValue::into_value),
            self.service_credential_alias.map(IntoValue::into_value),
            self.service_credential_secret.map(IntoValue::into_value),
            Some(self.service_specific_credential_id.into_value()),
            Some(self.user_name.into_value()),
            Some(self.status.into_value()),
        ])
    }
}

#[derive(Clone, PartialEq)]
pub struct ServiceSpecificCredentialMetadata {
    pub user_name: String,
    pub status: StatusType,
    pub service_user_name: Option<String>,
    pub service_credential_alias: Option<String>,
    pub create_date: Timestamp,
    pub expiration_date: Option<Timestamp>,
    pub service_specific_credential_id: String,
    pub service_name: String,
}

impl FromValue for ServiceSpecificCredentialMetadata {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "ServiceSpecificCredentialMetadata")?;
        Ok(Self {
            user_name: members.required(0)?,
            status: members.required(1)?,
            service_user_name: members.optional(2)?,
            service_credential_alias: members.optional(3)?,
            create_date: members.required(4)?,
            expiration_date: members.optional(5)?,
            service_specific_credential_id: members.required(6)?,
            service_name: members.required(7)?,
        })
    }
}

impl IntoValue for ServiceSpecificCredentialMetadata {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            Some(self.user_name.into_value()),
            Some(self.status.into_value()),
            self.service_user_name.map(IntoValue::into_value),
            self.service_credential_alias.map(IntoValue::into_value),
            Some(self.create_date.into_value()),
            self.expiration_date.map(IntoValue::into_value),
            Some(self.service_specific_credential_id.into_value()),
            Some(self.service_name.into_value()),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct SetDefaultPolicyVersion {
    pub policy_arn: String,
    pub version_id: String,
}

impl FromValue for SetDefaultPolicyVersion {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "SetDefaultPolicyVersion")?;
        Ok(Self { policy_arn: members.required(0)?, version_id: members.required(1)? })
    }
}

impl IntoValue for SetDefaultPolicyVersion {
    fn into_value(self) -> Value {
        Value::Struct(vec![Some(self.policy_arn.into_value()), Some(self.version_id.into_value())])
    }
}

#[derive(Clone, PartialEq)]
pub struct SigningCertificate {
    pub user_name: String,
    pub certificate_id: String,
    pub certificate_body: String,
    pub status: StatusType,
    pub upload_date: Option<Timestamp>,
}

impl FromValue for SigningCertificate {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "SigningCertificate")?;
        Ok(Self {
            user_name: members.required(0)?,
            certificate_id: members.required(1)?,
            certificate_body: members.required(2)?,
            status: members.required(3)?,
            upload_date: members.optional(4)?,
        })
    }
}

impl IntoValue for SigningCertificate {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            Some(self.user_name.into_value()),
            Some(self.certificate_id.into_value()),
            Some(self.certificate_body.into_value()),
            Some(self.status.into_value()),
            self.upload_date.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct SimulateCustomPolicy {
    pub policy_input_list: Vec<String>,
    pub permissions_boundary_policy_input_list: Option<Vec<String>>,
    pub ordered_organization_policy_input_list: Option<Vec<OrderedOrganizationPolicyType>>,
    pub action_names: Vec<String>,
    pub resource_arns: Option<Vec<String>>,
    pub resource_policy: Option<String>,
    pub resource_owner: Option<String>,
    pub caller_arn: Option<String>,
    pub context_entries: Option<Vec<ContextEntry>>,
    pub resource_handling_option: Option<String>,
    pub max_items: Option<i32>,
    pub marker: Option<String>,
}

impl FromValue for SimulateCustomPolicy {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "SimulateCustomPolicy")?;
        Ok(Self {
            policy_input_list: members.required(0)?,
            permissions_boundary_policy_input_list: members.optional(1)?,
            ordered_organization_policy_input_list: members.optional(2)?,
            action_names: members.required(3)?,
            resource_arns: members.optional(4)?,
            resource_policy: members.optional(5)?,
            resource_owner: members.optional(6)?,
            caller_arn: members.optional(7)?,
            context_entries: members.optional(8)?,
            resource_handling_option: members.optional(9)?,
            max_items: members.optional(10)?,
            marker: members.optional(11)?,
        })
    }
}

impl IntoValue for SimulateCustomPolicy {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            Some(self.policy_input_list.into_value()),
            self.permissions_boundary_policy_input_list.map(IntoValue::into_value),
            self.ordered_organization_policy_input_list.map(IntoValue::into_value),
            Some(self.action_names.into_value()),
            self.resource_arns.map(IntoValue::into_value),
            self.resource_policy.map(IntoValue::into_value),
            self.resource_owner.map(IntoValue::into_value),
            self.caller_arn.map(IntoValue::into_value),
            self.context_entries.map(IntoValue::into_value),
            self.resource_handling_option.map(IntoValue::into_value),
            self.max_items.map(IntoValue::into_value),
            self.marker.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct SimulatePolicyResponse {
    pub evaluation_results: Option<Vec<EvaluationResult>>,
    pub is_truncated: Option<bool>,
    pub marker: Option<String>,
}

impl FromValue for SimulatePolicyResponse {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "SimulatePolicyResponse")?;
        Ok(Self {
            evaluation_results: members.optional(0)?,
            is_truncated: members.optional(1)?,
            marker: members.optional(2)?,
        })
    }
}

impl IntoValue for SimulatePolicyResponse {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            self.evaluation_results.map(IntoValue::into_value),
            self.is_truncated.map(IntoValue::into_value),
            self.marker.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct SimulatePrincipalPolicy {
    pub policy_source_arn: String,
    pub policy_input_list: Option<Vec<String>>,
    pub permissions_boundary_policy_input_list: Option<Vec<String>>,
    pub policy_exclusion_list: Option<Vec<PolicyIdentifier>>,
    pub action_names: Vec<String>,
    pub resource_arns: Option<Vec<String>>,
    pub resource_policy: Option<String>,
    pub resource_owner: Option<String>,
    pub caller_arn: Option<String>,
    pub context_entries: Option<Vec<ContextEntry>>,
    pub resource_handling_option: Option<String>,
    pub max_items: Option<i32>,
    pub marker: Option<String>,
}

impl FromValue for SimulatePrincipalPolicy {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "SimulatePrincipalPolicy")?;
        Ok(Self {
            policy_source_arn: members.required(0)?,
            policy_input_list: members.optional(1)?,
            permissions_boundary_policy_input_list: members.optional(2)?,
            policy_exclusion_list: members.optional(3)?,
            action_names: members.required(4)?,
            resource_arns: members.optional(5)?,
            resource_policy: members.optional(6)?,
            resource_owner: members.optional(7)?,
            caller_arn: members.optional(8)?,
            context_entries: members.optional(9)?,
            resource_handling_option: members.optional(10)?,
            max_items: members.optional(11)?,
            marker: members.optional(12)?,
        })
    }
}

impl IntoValue for SimulatePrincipalPolicy {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            Some(self.policy_source_arn.into_value()),
            self.policy_input_list.map(IntoValue::into_value),
            self.permissions_boundary_policy_input_list.map(IntoValue::into_value),
            self.policy_exclusion_list.map(IntoValue::into_value),
            Some(self.action_names.into_value()),
            self.resource_arns.map(IntoValue::into_value),
            self.resource_policy.map(IntoValue::into_value),
            self.resource_owner.map(IntoValue::into_value),
            self.caller_arn.map(IntoValue::into_value),
            self.context_entries.map(IntoValue::into_value),
            self.resource_handling_option.map(IntoValue::into_value),
            self.max_items.map(IntoValue::into_value),
            self.marker.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct SourceRoleTemplate {
    pub template_arn: String,
    pub template_minor_version: i32,
}

impl FromValue for SourceRoleTemplate {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "SourceRoleTemplate")?;
        Ok(Self { template_arn: members.required(0)?, template_minor_version: members.required(1)? })
    }
}

impl IntoValue for SourceRoleTemplate {
    fn into_value(self) -> Value {
        Value::Struct(vec![Some(self.template_arn.into_value()), Some(self.template_minor_version.into_value())])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct Statement {
    pub source_policy_id: Option<String>,
    pub source_policy_type: Option<PolicySourceType>,
    pub start_position: Option<Position>,
    pub end_position: Option<Position>,
}

impl FromValue for Statement {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "Statement")?;
        Ok(Self {
            source_policy_id: members.optional(0)?,
            source_policy_type: members.optional(1)?,
            start_position: members.optional(2)?,
            end_position: members.optional(3)?,
        })
    }
}

impl IntoValue for Statement {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            self.source_policy_id.map(IntoValue::into_value),
            self.source_policy_type.map(IntoValue::into_value),
            self.start_position.map(IntoValue::into_value),
            self.end_position.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct Tag {
    pub key: String,
    pub value: String,
}

impl FromValue for Tag {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "Tag")?;
        Ok(Self { key: members.required(0)?, value: members.required(1)? })
    }
}

impl IntoValue for Tag {
    fn into_value(self) -> Value {
        Value::Struct(vec![Some(self.key.into_value()), Some(self.value.into_value())])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct TagInstanceProfile {
    pub instance_profile_name: String,
    pub tags: Vec<Tag>,
}

impl FromValue for TagInstanceProfile {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "TagInstanceProfile")?;
        Ok(Self { instance_profile_name: members.required(0)?, tags: members.required(1)? })
    }
}

impl IntoValue for TagInstanceProfile {
    fn into_value(self) -> Value {
        Value::Struct(vec![Some(self.instance_profile_name.into_value()), Some(self.tags.into_value())])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct TagMFADevice {
    pub serial_number: String,
    pub tags: Vec<Tag>,
}

impl FromValue for TagMFADevice {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "TagMFADevice")?;
        Ok(Self { serial_number: members.required(0)?, tags: members.required(1)? })
    }
}

impl IntoValue for TagMFADevice {
    fn into_value(self) -> Value {
        Value::Struct(vec![Some(self.serial_number.into_value()), Some(self.tags.into_value())])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct TagOpenIDConnectProvider {
    pub open_id_connect_provider_arn: String,
    pub tags: Vec<Tag>,
}

impl FromValue for TagOpenIDConnectProvider {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "TagOpenIDConnectProvider")?;
        Ok(Self { open_id_connect_provider_arn: members.required(0)?, tags: members.required(1)? })
    }
}

impl IntoValue for TagOpenIDConnectProvider {
    fn into_value(self) -> Value {
        Value::Struct(vec![Some(self.open_id_connect_provider_arn.into_value()), Some(self.tags.into_value())])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct TagPolicy {
    pub policy_arn: String,
    pub tags: Vec<Tag>,
}

impl FromValue for TagPolicy {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "TagPolicy")?;
        Ok(Self { policy_arn: members.required(0)?, tags: members.required(1)? })
    }
}

impl IntoValue for TagPolicy {
    fn into_value(self) -> Value {
        Value::Struct(vec![Some(self.policy_arn.into_value()), Some(self.tags.into_value())])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct TagRole {
    pub role_name: String,
    pub tags: Vec<Tag>,
}

impl FromValue for TagRole {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "TagRole")?;
        Ok(Self { role_name: members.required(0)?, tags: members.required(1)? })
    }
}

impl IntoValue for TagRole {
    fn into_value(self) -> Value {
        Value::Struct(vec![Some(self.role_name.into_value()), Some(self.tags.into_value())])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct TagSAMLProvider {
    pub saml_provider_arn: String,
    pub tags: Vec<Tag>,
}

impl FromValue for TagSAMLProvider {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "TagSAMLProvider")?;
        Ok(Self { saml_provider_arn: members.required(0)?, tags: members.required(1)? })
    }
}

impl IntoValue for TagSAMLProvider {
    fn into_value(self) -> Value {
        Value::Struct(vec![Some(self.saml_provider_arn.into_value()), Some(self.tags.into_value())])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct TagServerCertificate {
    pub server_certificate_name: String,
    pub tags: Vec<Tag>,
}

impl FromValue for TagServerCertificate {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "TagServerCertificate")?;
        Ok(Self { server_certificate_name: members.required(0)?, tags: members.required(1)? })
    }
}

impl IntoValue for TagServerCertificate {
    fn into_value(self) -> Value {
        Value::Struct(vec![Some(self.server_certificate_name.into_value()), Some(self.tags.into_value())])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct TagUser {
    pub user_name: String,
    pub tags: Vec<Tag>,
}

impl FromValue for TagUser {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "TagUser")?;
        Ok(Self { user_name: members.required(0)?, tags: members.required(1)? })
    }
}

impl IntoValue for TagUser {
    fn into_value(self) -> Value {
        Value::Struct(vec![Some(self.user_name.into_value()), Some(self.tags.into_value())])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct TrackedActionLastAccessed {
    pub action_name: Option<String>,
    pub last_accessed_entity: Option<String>,
    pub last_accessed_time: Option<Timestamp>,
    pub last_accessed_region: Option<String>,
}

impl FromValue for TrackedActionLastAccessed {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "TrackedActionLastAccessed")?;
        Ok(Self {
            action_name: members.optional(0)?,
            last_accessed_entity: members.optional(1)?,
            last_accessed_time: members.optional(2)?,
            last_accessed_region: members.optional(3)?,
        })
    }
}

impl IntoValue for TrackedActionLastAccessed {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            self.action_name.map(IntoValue::into_value),
            self.last_accessed_entity.map(IntoValue::into_value),
            self.last_accessed_time.map(IntoValue::into_value),
            self.last_accessed_region.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct UntagInstanceProfile {
    pub instance_profile_name: String,
    pub tag_keys: Vec<String>,
}

impl FromValue for UntagInstanceProfile {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "UntagInstanceProfile")?;
        Ok(Self { instance_profile_name: members.required(0)?, tag_keys: members.required(1)? })
    }
}

impl IntoValue for UntagInstanceProfile {
    fn into_value(self) -> Value {
        Value::Struct(vec![Some(self.instance_profile_name.into_value()), Some(self.tag_keys.into_value())])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct UntagMFADevice {
    pub serial_number: String,
    pub tag_keys: Vec<String>,
}

impl FromValue for UntagMFADevice {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "UntagMFADevice")?;
        Ok(Self { serial_number: members.required(0)?, tag_keys: members.required(1)? })
    }
}

impl IntoValue for UntagMFADevice {
    fn into_value(self) -> Value {
        Value::Struct(vec![Some(self.serial_number.into_value()), Some(self.tag_keys.into_value())])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct UntagOpenIDConnectProvider {
    pub open_id_connect_provider_arn: String,
    pub tag_keys: Vec<String>,
}

impl FromValue for UntagOpenIDConnectProvider {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "UntagOpenIDConnectProvider")?;
        Ok(Self { open_id_connect_provider_arn: members.required(0)?, tag_keys: members.required(1)? })
    }
}

impl IntoValue for UntagOpenIDConnectProvider {
    fn into_value(self) -> Value {
        Value::Struct(vec![Some(self.open_id_connect_provider_arn.into_value()), Some(self.tag_keys.into_value())])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct UntagPolicy {
    pub policy_arn: String,
    pub tag_keys: Vec<String>,
}

impl FromValue for UntagPolicy {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "UntagPolicy")?;
        Ok(Self { policy_arn: members.required(0)?, tag_keys: members.required(1)? })
    }
}

impl IntoValue for UntagPolicy {
    fn into_value(self) -> Value {
        Value::Struct(vec![Some(self.policy_arn.into_value()), Some(self.tag_keys.into_value())])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct UntagRole {
    pub role_name: String,
    pub tag_keys: Vec<String>,
}

impl FromValue for UntagRole {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "UntagRole")?;
        Ok(Self { role_name: members.required(0)?, tag_keys: members.required(1)? })
    }
}

impl IntoValue for UntagRole {
    fn into_value(self) -> Value {
        Value::Struct(vec![Some(self.role_name.into_value()), Some(self.tag_keys.into_value())])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct UntagSAMLProvider {
    pub saml_provider_arn: String,
    pub tag_keys: Vec<String>,
}

impl FromValue for UntagSAMLProvider {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "UntagSAMLProvider")?;
        Ok(Self { saml_provider_arn: members.required(0)?, tag_keys: members.required(1)? })
    }
}

impl IntoValue for UntagSAMLProvider {
    fn into_value(self) -> Value {
        Value::Struct(vec![Some(self.saml_provider_arn.into_value()), Some(self.tag_keys.into_value())])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct UntagServerCertificate {
    pub server_certificate_name: String,
    pub tag_keys: Vec<String>,
}

impl FromValue for UntagServerCertificate {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "UntagServerCertificate")?;
        Ok(Self { server_certificate_name: members.required(0)?, tag_keys: members.required(1)? })
    }
}

impl IntoValue for UntagServerCertificate {
    fn into_value(self) -> Value {
        Value::Struct(vec![Some(self.server_certificate_name.into_value()), Some(self.tag_keys.into_value())])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct UntagUser {
    pub user_name: String,
    pub tag_keys: Vec<String>,
}

impl FromValue for UntagUser {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "UntagUser")?;
        Ok(Self { user_name: members.required(0)?, tag_keys: members.required(1)? })
    }
}

impl IntoValue for UntagUser {
    fn into_value(self) -> Value {
        Value::Struct(vec![Some(self.user_name.into_value()), Some(self.tag_keys.into_value())])
    }
}

#[derive(Clone, PartialEq)]
pub struct UpdateAccessKey {
    pub user_name: Option<String>,
    pub access_key_id: String,
    pub status: StatusType,
}

impl FromValue for UpdateAccessKey {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "UpdateAccessKey")?;
        Ok(Self { user_name: members.optional(0)?, access_key_id: members.required(1)?, status: members.required(2)? })
    }
}

impl IntoValue for UpdateAccessKey {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            self.user_name.map(IntoValue::into_value),
            Some(self.access_key_id.into_value()),
            Some(self.status.into_value()),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct UpdateAccountPasswordPolicy {
    pub minimum_password_length: Option<i32>,
    pub require_symbols: Option<bool>,
    pub require_numbers: Option<bool>,
    pub require_uppercase_characters: Option<bool>,
    pub require_lowercase_characters: Option<bool>,
    pub allow_users_to_change_password: Option<bool>,
    pub max_password_age: Option<i32>,
    pub password_reuse_prevention: Option<i32>,
    pub hard_expiry: Option<bool>,
}

impl FromValue for UpdateAccountPasswordPolicy {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "UpdateAccountPasswordPolicy")?;
        Ok(Self {
            minimum_password_length: members.optional(0)?,
            require_symbols: members.optional(1)?,
            require_numbers: members.optional(2)?,
            require_uppercase_characters: members.optional(3)?,
            require_lowercase_characters: members.optional(4)?,
            allow_users_to_change_password: members.optional(5)?,
            max_password_age: members.optional(6)?,
            password_reuse_prevention: members.optional(7)?,
            hard_expiry: members.optional(8)?,
        })
    }
}

impl IntoValue for UpdateAccountPasswordPolicy {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            self.minimum_password_length.map(IntoValue::into_value),
            self.require_symbols.map(IntoValue::into_value),
            self.require_numbers.map(IntoValue::into_value),
            self.require_uppercase_characters.map(IntoValue::into_value),
            self.require_lowercase_characters.map(IntoValue::into_value),
            self.allow_users_to_change_password.map(IntoValue::into_value),
            self.max_password_age.map(IntoValue::into_value),
            self.password_reuse_prevention.map(IntoValue::into_value),
            self.hard_expiry.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct UpdateAssumeRolePolicy {
    pub role_name: String,
    pub policy_document: String,
}

impl FromValue for UpdateAssumeRolePolicy {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "UpdateAssumeRolePolicy")?;
        Ok(Self { role_name: members.required(0)?, policy_document: members.required(1)? })
    }
}

impl IntoValue for UpdateAssumeRolePolicy {
    fn into_value(self) -> Value {
        Value::Struct(vec![Some(self.role_name.into_value()), Some(self.policy_document.into_value())])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct UpdateGroup {
    pub group_name: String,
    pub new_path: Option<String>,
    pub new_group_name: Option<String>,
}

impl FromValue for UpdateGroup {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "UpdateGroup")?;
        Ok(Self {
            group_name: members.required(0)?,
            new_path: members.optional(1)?,
            new_group_name: members.optional(2)?,
        })
    }
}

impl IntoValue for UpdateGroup {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            Some(self.group_name.into_value()),
            self.new_path.map(IntoValue::into_value),
            self.new_group_name.map(IntoValue::into_value),
        ])
    }
}

#[derive(Default)]
pub struct UpdateLoginProfile {
    pub user_name: String,
    pub password: Option<Secret<String>>,
    pub password_reset_required: Option<bool>,
}

impl FromValue for UpdateLoginProfile {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "UpdateLoginProfile")?;
        Ok(Self {
            user_name: members.required(0)?,
            password: members.optional(1)?,
            password_reset_required: members.optional(2)?,
        })
    }
}

impl IntoValue for UpdateLoginProfile {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            Some(self.user_name.into_value()),
            self.password.map(IntoValue::into_value),
            self.password_reset_required.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct UpdateOpenIDConnectProviderThumbprint {
    pub open_id_connect_provider_arn: String,
    pub thumbprint_list: Vec<String>,
}

impl FromValue for UpdateOpenIDConnectProviderThumbprint {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "UpdateOpenIDConnectProviderThumbprint")?;
        Ok(Self { open_id_connect_provider_arn: members.required(0)?, thumbprint_list: members.required(1)? })
    }
}

impl IntoValue for UpdateOpenIDConnectProviderThumbprint {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            Some(self.open_id_connect_provider_arn.into_value()),
            Some(self.thumbprint_list.into_value()),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct UpdateRoleDescription {
    pub role_name: String,
    pub description: String,
}

impl FromValue for UpdateRoleDescription {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "UpdateRoleDescription")?;
        Ok(Self { role_name: members.required(0)?, description: members.required(1)? })
    }
}

impl IntoValue for UpdateRoleDescription {
    fn into_value(self) -> Value {
        Value::Struct(vec![Some(self.role_name.into_value()), Some(self.description.into_value())])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct UpdateRoleDescriptionOutput {
    pub role: Option<Role>,
}

impl FromValue for UpdateRoleDescriptionOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "UpdateRoleDescriptionOutput")?;
        Ok(Self { role: members.optional(0)? })
    }
}

impl IntoValue for UpdateRoleDescriptionOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![self.role.map(IntoValue::into_value)])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct UpdateRole {
    pub role_name: String,
    pub description: Option<String>,
    pub max_session_duration: Option<i32>,
}

impl FromValue for UpdateRole {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "UpdateRole")?;
        Ok(Self {
            role_name: members.required(0)?,
            description: members.optional(1)?,
            max_session_duration: members.optional(2)?,
        })
    }
}

impl IntoValue for UpdateRole {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            Some(self.role_name.into_value()),
            self.description.map(IntoValue::into_value),
            self.max_session_duration.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct UpdateRoleOutput {}

impl FromValue for UpdateRoleOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        Members::of(value, "UpdateRoleOutput").map(|_| Self {})
    }
}

impl IntoValue for UpdateRoleOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![])
    }
}

#[derive(Default)]
pub struct UpdateSAMLProvider {
    pub saml_metadata_document: Option<String>,
    pub saml_provider_arn: String,
    pub assertion_encryption_mode: Option<AssertionEncryptionModeType>,
    pub add_private_key: Option<Secret<String>>,
    pub remove_private_key: Option<String>,
}

impl FromValue for UpdateSAMLProvider {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "UpdateSAMLProvider")?;
        Ok(Self {
            saml_metadata_document: members.optional(0)?,
            saml_provider_arn: members.required(1)?,
            assertion_encryption_mode: members.optional(2)?,
            add_private_key: members.optional(3)?,
            remove_private_key: members.optional(4)?,
        })
    }
}

impl IntoValue for UpdateSAMLProvider {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            self.saml_metadata_document.map(IntoValue::into_value),
            Some(self.saml_provider_arn.into_value()),
            self.assertion_encryption_mode.map(IntoValue::into_value),
            self.add_private_key.map(IntoValue::into_value),
            self.remove_private_key.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct UpdateSAMLProviderOutput {
    pub saml_provider_arn: Option<String>,
}

impl FromValue for UpdateSAMLProviderOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "UpdateSAMLProviderOutput")?;
        Ok(Self { saml_provider_arn: members.optional(0)? })
    }
}

impl IntoValue for UpdateSAMLProviderOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![self.saml_provider_arn.map(IntoValue::into_value)])
    }
}

#[derive(Clone, PartialEq)]
pub struct UpdateSSHPublicKey {
    pub user_name: String,
    pub ssh_public_key_id: String,
    pub status: StatusType,
}

impl FromValue for UpdateSSHPublicKey {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "UpdateSSHPublicKey")?;
        Ok(Self {
            user_name: members.required(0)?,
            ssh_public_key_id: members.required(1)?,
            status: members.required(2)?,
        })
    }
}

impl IntoValue for UpdateSSHPublicKey {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            Some(self.user_name.into_value()),
            Some(self.ssh_public_key_id.into_value()),
            Some(self.status.into_value()),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct UpdateServerCertificate {
    pub server_certificate_name: String,
    pub new_path: Option<String>,
    pub new_server_certificate_name: Option<String>,
}

impl FromValue for UpdateServerCertificate {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "UpdateServerCertificate")?;
        Ok(Self {
            server_certificate_name: members.required(0)?,
            new_path: members.optional(1)?,
            new_server_certificate_name: members.optional(2)?,
        })
    }
}

impl IntoValue for UpdateServerCertificate {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            Some(self.server_certificate_name.into_value()),
            self.new_path.map(IntoValue::into_value),
            self.new_server_certificate_name.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq)]
pub struct UpdateServiceSpecificCredential {
    pub user_name: Option<String>,
    pub service_specific_credential_id: String,
    pub status: StatusType,
}

impl FromValue for UpdateServiceSpecificCredential {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "UpdateServiceSpecificCredential")?;
        Ok(Self {
            user_name: members.optional(0)?,
            service_specific_credential_id: members.required(1)?,
            status: members.required(2)?,
        })
    }
}

impl IntoValue for UpdateServiceSpecificCredential {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            self.user_name.map(IntoValue::into_value),
            Some(self.service_specific_credential_id.into_value()),
            Some(self.status.into_value()),
        ])
    }
}

#[derive(Clone, PartialEq)]
pub struct UpdateSigningCertificate {
    pub user_name: Option<String>,
    pub certificate_id: String,
    pub status: StatusType,
}

impl FromValue for UpdateSigningCertificate {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "UpdateSigningCertificate")?;
        Ok(Self { user_name: members.optional(0)?, certificate_id: members.required(1)?, status: members.required(2)? })
    }
}

impl IntoValue for UpdateSigningCertificate {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            self.user_name.map(IntoValue::into_value),
            Some(self.certificate_id.into_value()),
            Some(self.status.into_value()),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct UpdateUser {
    pub user_name: String,
    pub new_path: Option<String>,
    pub new_user_name: Option<String>,
}

impl FromValue for UpdateUser {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "UpdateUser")?;
        Ok(Self {
            user_name: members.required(0)?,
            new_path: members.optional(1)?,
            new_user_name: members.optional(2)?,
        })
    }
}

impl IntoValue for UpdateUser {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            Some(self.user_name.into_value()),
            self.new_path.map(IntoValue::into_value),
            self.new_user_name.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct UploadSSHPublicKey {
    pub user_name: String,
    pub ssh_public_key_body: String,
}

impl FromValue for UploadSSHPublicKey {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "UploadSSHPublicKey")?;
        Ok(Self { user_name: members.required(0)?, ssh_public_key_body: members.required(1)? })
    }
}

impl IntoValue for UploadSSHPublicKey {
    fn into_value(self) -> Value {
        Value::Struct(vec![Some(self.user_name.into_value()), Some(self.ssh_public_key_body.into_value())])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct UploadSSHPublicKeyOutput {
    pub ssh_public_key: Option<SSHPublicKey>,
}

impl FromValue for UploadSSHPublicKeyOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "UploadSSHPublicKeyOutput")?;
        Ok(Self { ssh_public_key: members.optional(0)? })
    }
}

impl IntoValue for UploadSSHPublicKeyOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![self.ssh_public_key.map(IntoValue::into_value)])
    }
}

pub struct UploadServerCertificate {
    pub path: Option<String>,
    pub server_certificate_name: String,
    pub certificate_body: String,
    pub private_key: Secret<String>,
    pub certificate_chain: Option<String>,
    pub tags: Option<Vec<Tag>>,
}

impl FromValue for UploadServerCertificate {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "UploadServerCertificate")?;
        Ok(Self {
            path: members.optional(0)?,
            server_certificate_name: members.required(1)?,
            certificate_body: members.required(2)?,
            private_key: members.required(3)?,
            certificate_chain: members.optional(4)?,
            tags: members.optional(5)?,
        })
    }
}

impl IntoValue for UploadServerCertificate {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            self.path.map(IntoValue::into_value),
            Some(self.server_certificate_name.into_value()),
            Some(self.certificate_body.into_value()),
            Some(self.private_key.into_value()),
            self.certificate_chain.map(IntoValue::into_value),
            self.tags.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct UploadServerCertificateOutput {
    pub server_certificate_metadata: Option<ServerCertificateMetadata>,
    pub tags: Option<Vec<Tag>>,
}

impl FromValue for UploadServerCertificateOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "UploadServerCertificateOutput")?;
        Ok(Self { server_certificate_metadata: members.optional(0)?, tags: members.optional(1)? })
    }
}

impl IntoValue for UploadServerCertificateOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            self.server_certificate_metadata.map(IntoValue::into_value),
            self.tags.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct UploadSigningCertificate {
    pub user_name: Option<String>,
    pub certificate_body: String,
}

impl FromValue for UploadSigningCertificate {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "UploadSigningCertificate")?;
        Ok(Self { user_name: members.optional(0)?, certificate_body: members.required(1)? })
    }
}

impl IntoValue for UploadSigningCertificate {
    fn into_value(self) -> Value {
        Value::Struct(vec![self.user_name.map(IntoValue::into_value), Some(self.certificate_body.into_value())])
    }
}

#[derive(Clone, PartialEq)]
pub struct UploadSigningCertificateOutput {
    pub certificate: SigningCertificate,
}

impl FromValue for UploadSigningCertificateOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "UploadSigningCertificateOutput")?;
        Ok(Self { certificate: members.required(0)? })
    }
}

impl IntoValue for UploadSigningCertificateOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![Some(self.certificate.into_value())])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct User {
    pub path: String,
    pub user_name: String,
    pub user_id: String,
    pub arn: String,
    pub create_date: Timestamp,
    pub password_last_used: Option<Timestamp>,
    pub permissions_boundary: Option<AttachedPermissionsBoundary>,
    pub tags: Option<Vec<Tag>>,
}

impl FromValue for User {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "User")?;
        Ok(Self {
            path: members.required(0)?,
            user_name: members.required(1)?,
            user_id: members.required(2)?,
            arn: members.required(3)?,
            create_date: members.required(4)?,
            password_last_used: members.optional(5)?,
            permissions_boundary: members.optional(6)?,
            tags: members.optional(7)?,
        })
    }
}

impl IntoValue for User {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            Some(self.path.into_value()),
            Some(self.user_name.into_value()),
            Some(self.user_id.into_value()),
            Some(self.arn.into_value()),
            Some(self.create_date.into_value()),
            self.password_last_used.map(IntoValue::into_value),
            self.permissions_boundary.map(IntoValue::into_value),
            self.tags.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct UserDetail {
    pub path: Option<String>,
    pub user_name: Option<String>,
    pub user_id: Option<String>,
    pub arn: Option<String>,
    pub create_date: Option<Timestamp>,
    pub user_policy_list: Option<Vec<PolicyDetail>>,
    pub group_list: Option<Vec<String>>,
    pub attached_managed_policies: Option<Vec<AttachedPolicy>>,
    pub permissions_boundary: Option<AttachedPermissionsBoundary>,
    pub tags: Option<Vec<Tag>>,
}

impl FromValue for UserDetail {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "UserDetail")?;
        Ok(Self {
            path: members.optional(0)?,
            user_name: members.optional(1)?,
            user_id: members.optional(2)?,
            arn: members.optional(3)?,
            create_date: members.optional(4)?,
            user_policy_list: members.optional(5)?,
            group_list: members.optional(6)?,
            attached_managed_policies: members.optional(7)?,
            permissions_boundary: members.optional(8)?,
            tags: members.optional(9)?,
        })
    }
}

impl IntoValue for UserDetail {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            self.path.map(IntoValue::into_value),
            self.user_name.map(IntoValue::into_value),
            self.user_id.map(IntoValue::into_value),
            self.arn.map(IntoValue::into_value),
            self.create_date.map(IntoValue::into_value),
            self.user_policy_list.map(IntoValue::into_value),
            self.group_list.map(IntoValue::into_value),
            self.attached_managed_policies.map(IntoValue::into_value),
            self.permissions_boundary.map(IntoValue::into_value),
            self.tags.map(IntoValue::into_value),
        ])
    }
}

#[derive(Default)]
pub struct VirtualMFADevice {
    pub serial_number: String,
    pub base32_string_seed: Option<Secret<Vec<u8>>>,
    pub qr_code_png: Option<Secret<Vec<u8>>>,
    pub user: Option<User>,
    pub enable_date: Option<Timestamp>,
    pub tags: Option<Vec<Tag>>,
}

impl FromValue for VirtualMFADevice {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "VirtualMFADevice")?;
        Ok(Self {
            serial_number: members.required(0)?,
            base32_string_seed: members.optional(1)?,
            qr_code_png: members.optional(2)?,
            user: members.optional(3)?,
            enable_date: members.optional(4)?,
            tags: members.optional(5)?,
        })
    }
}

impl IntoValue for VirtualMFADevice {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            Some(self.serial_number.into_value()),
            self.base32_string_seed.map(IntoValue::into_value),
            self.qr_code_png.map(IntoValue::into_value),
            self.user.map(IntoValue::into_value),
            self.enable_date.map(IntoValue::into_value),
            self.tags.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AssertionEncryptionModeType {
    Required,
    Allowed,
}

impl AssertionEncryptionModeType {
    /// Every value, in the model's order.
    pub const ALL: &'static [Self] = &[Self::Required, Self::Allowed];

    /// The value as it is sent.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Required => "Required",
            Self::Allowed => "Allowed",
        }
    }
}

impl TryFrom<&str> for AssertionEncryptionModeType {
    type Error = Mismatch;

    fn try_from(text: &str) -> Result<Self, Mismatch> {
        Self::ALL.iter().copied().find(|value| value.as_str() == text).ok_or(Mismatch("AssertionEncryptionModeType"))
    }
}

impl FromValue for AssertionEncryptionModeType {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        value.as_str().ok_or(Mismatch("AssertionEncryptionModeType")).and_then(Self::try_from)
    }
}

impl IntoValue for AssertionEncryptionModeType {
    fn into_value(self) -> Value {
        Value::String(self.as_str().to_owned())
    }
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AssignmentStatusType {
    Assigned,
    Unassigned,
    Any,
}

impl AssignmentStatusType {
    /// Every value, in the model's order.
    pub const ALL: &'static [Self] = &[Self::Assigned, Self::Unassigned, Self::Any];

    /// The value as it is sent.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Assigned => "Assigned",
            Self::Unassigned => "Unassigned",
            Self::Any => "Any",
        }
    }
}

impl TryFrom<&str> for AssignmentStatusType {
    type Error = Mismatch;

    fn try_from(text: &str) -> Result<Self, Mismatch> {
        Self::ALL.iter().copied().find(|value| value.as_str() == text).ok_or(Mismatch("AssignmentStatusType"))
    }
}

impl FromValue for AssignmentStatusType {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        value.as_str().ok_or(Mismatch("AssignmentStatusType")).and_then(Self::try_from)
    }
}

impl IntoValue for AssignmentStatusType {
    fn into_value(self) -> Value {
        Value::String(self.as_str().to_owned())
    }
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EncodingType {
    Ssh,
    Pem,
}

impl EncodingType {
    /// Every value, in the model's order.
    pub const ALL: &'static [Self] = &[Self::Ssh, Self::Pem];

    /// The value as it is sent.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ssh => "SSH",
            Self::Pem => "PEM",
        }
    }
}

impl TryFrom<&str> for EncodingType {
    type Error = Mismatch;

    fn try_from(text: &str) -> Result<Self, Mismatch> {
        Self::ALL.iter().copied().find(|value| value.as_str() == text).ok_or(Mismatch("EncodingType"))
    }
}

impl FromValue for EncodingType {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        value.as_str().ok_or(Mismatch("EncodingType")).and_then(Self::try_from)
    }
}

impl IntoValue for EncodingType {
    fn into_value(self) -> Value {
        Value::String(self.as_str().to_owned())
    }
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum JobStatusType {
    InProgress,
    Completed,
    Failed,
}

impl JobStatusType {
    /// Every value, in the model's order.
    pub const ALL: &'static [Self] = &[Self::InProgress, Self::Completed, Self::Failed];

    /// The value as it is sent.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::InProgress => "IN_PROGRESS",
            Self::Completed => "COMPLETED",
            Self::Failed => "FAILED",
        }
    }
}

impl TryFrom<&str> for JobStatusType {
    type Error = Mismatch;

    fn try_from(text: &str) -> Result<Self, Mismatch> {
        Self::ALL.iter().copied().find(|value| value.as_str() == text).ok_or(Mismatch("JobStatusType"))
    }
}

impl FromValue for JobStatusType {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        value.as_str().ok_or(Mismatch("JobStatusType")).and_then(Self::try_from)
    }
}

impl IntoValue for JobStatusType {
    fn into_value(self) -> Value {
        Value::String(self.as_str().to_owned())
    }
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PolicyOwnerEntityType {
    User,
    Role,
    Group,
}

impl PolicyOwnerEntityType {
    /// Every value, in the model's order.
    pub const ALL: &'static [Self] = &[Self::User, Self::Role, Self::Group];

    /// The value as it is sent.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::User => "USER",
            Self::Role => "ROLE",
            Self::Group => "GROUP",
        }
    }
}

impl TryFrom<&str> for PolicyOwnerEntityType {
    type Error = Mismatch;

    fn try_from(text: &str) -> Result<Self, Mismatch> {
        Self::ALL.iter().copied().find(|value| value.as_str() == text).ok_or(Mismatch("PolicyOwnerEntityType"))
    }
}

impl FromValue for PolicyOwnerEntityType {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        value.as_str().ok_or(Mismatch("PolicyOwnerEntityType")).and_then(Self::try_from)
    }
}

impl IntoValue for PolicyOwnerEntityType {
    fn into_value(self) -> Value {
        Value::String(self.as_str().to_owned())
    }
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PolicyScopeType {
    All,
    Aws,
    Local,
}

impl PolicyScopeType {
    /// Every value, in the model's order.
    pub const ALL: &'static [Self] = &[Self::All, Self::Aws, Self::Local];

    /// The value as it is sent.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::All => "All",
            Self::Aws => "AWS",
            Self::Local => "Local",
        }
    }
}

impl TryFrom<&str> for PolicyScopeType {
    type Error = Mismatch;

    fn try_from(text: &str) -> Result<Self, Mismatch> {
        Self::ALL.iter().copied().find(|value| value.as_str() == text).ok_or(Mismatch("PolicyScopeType"))
    }
}

impl FromValue for PolicyScopeType {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        value.as_str().ok_or(Mismatch("PolicyScopeType")).and_then(Self::try_from)
    }
}

impl IntoValue for PolicyScopeType {
    fn into_value(self) -> Value {
        Value::String(self.as_str().to_owned())
    }
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PolicyType {
    Inline,
    Managed,
}

impl PolicyType {
    /// Every value, in the model's order.
    pub const ALL: &'static [Self] = &[Self::Inline, Self::Managed];

    /// The value as it is sent.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Inline => "INLINE",
            Self::Managed => "MANAGED",
        }
    }
}

impl TryFrom<&str> for PolicyType {
    type Error = Mismatch;

    fn try_from(text: &str) -> Result<Self, Mismatch> {
        Self::ALL.iter().copied().find(|value| value.as_str() == text).ok_or(Mismatch("PolicyType"))
    }
}

impl FromValue for PolicyType {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        value.as_str().ok_or(Mismatch("PolicyType")).and_then(Self::try_from)
    }
}

impl IntoValue for PolicyType {
    fn into_value(self) -> Value {
        Value::String(self.as_str().to_owned())
    }
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum StatusType {
    Active,
    Inactive,
    Expired,
}

impl StatusType {
    /// Every value, in the model's order.
    pub const ALL: &'static [Self] = &[Self::Active, Self::Inactive, Self::Expired];

    /// The value as it is sent.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "Active",
            Self::Inactive => "Inactive",
            Self::Expired => "Expired",
        }
    }
}

impl TryFrom<&str> for StatusType {
    type Error = Mismatch;

    fn try_from(text: &str) -> Result<Self, Mismatch> {
        Self::ALL.iter().copied().find(|value| value.as_str() == text).ok_or(Mismatch("StatusType"))
    }
}

impl FromValue for StatusType {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        value.as_str().ok_or(Mismatch("StatusType")).and_then(Self::try_from)
    }
}

impl IntoValue for StatusType {
    fn into_value(self) -> Value {
        Value::String(self.as_str().to_owned())
    }
}
