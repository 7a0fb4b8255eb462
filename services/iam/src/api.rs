//! The typed requests and answers of iam's implemented operations.
//!
//! Written by `cargo xtask gen` from `ops.list` and the model; a test compares. No type has `Debug`, since fields
//! may hold secrets.

#![allow(missing_docs, clippy::enum_variant_names, clippy::large_enum_variant)]

use base::{Secret, Timestamp};
use model::{FromValue, IntoValue, Members, Mismatch, Op, Value};

pub const ADD_ROLE_TO_INSTANCE_PROFILE: Op<AddRoleToInstanceProfile, ()> = Op::new("iam", "AddRoleToInstanceProfile");
pub const ADD_USER_TO_GROUP: Op<AddUserToGroup, ()> = Op::new("iam", "AddUserToGroup");
pub const ATTACH_GROUP_POLICY: Op<AttachGroupPolicy, ()> = Op::new("iam", "AttachGroupPolicy");
pub const ATTACH_ROLE_POLICY: Op<AttachRolePolicy, ()> = Op::new("iam", "AttachRolePolicy");
pub const ATTACH_USER_POLICY: Op<AttachUserPolicy, ()> = Op::new("iam", "AttachUserPolicy");
pub const CREATE_ACCESS_KEY: Op<CreateAccessKey, CreateAccessKeyOutput> = Op::new("iam", "CreateAccessKey");
pub const CREATE_ACCOUNT_ALIAS: Op<CreateAccountAlias, ()> = Op::new("iam", "CreateAccountAlias");
pub const CREATE_GROUP: Op<CreateGroup, CreateGroupOutput> = Op::new("iam", "CreateGroup");
pub const CREATE_INSTANCE_PROFILE: Op<CreateInstanceProfile, CreateInstanceProfileOutput> =
    Op::new("iam", "CreateInstanceProfile");
pub const CREATE_POLICY: Op<CreatePolicy, CreatePolicyOutput> = Op::new("iam", "CreatePolicy");
pub const CREATE_POLICY_VERSION: Op<CreatePolicyVersion, CreatePolicyVersionOutput> =
    Op::new("iam", "CreatePolicyVersion");
pub const CREATE_ROLE: Op<CreateRole, CreateRoleOutput> = Op::new("iam", "CreateRole");
pub const CREATE_USER: Op<CreateUser, CreateUserOutput> = Op::new("iam", "CreateUser");
pub const DELETE_ACCESS_KEY: Op<DeleteAccessKey, ()> = Op::new("iam", "DeleteAccessKey");
pub const DELETE_ACCOUNT_ALIAS: Op<DeleteAccountAlias, ()> = Op::new("iam", "DeleteAccountAlias");
pub const DELETE_GROUP: Op<DeleteGroup, ()> = Op::new("iam", "DeleteGroup");
pub const DELETE_GROUP_POLICY: Op<DeleteGroupPolicy, ()> = Op::new("iam", "DeleteGroupPolicy");
pub const DELETE_INSTANCE_PROFILE: Op<DeleteInstanceProfile, ()> = Op::new("iam", "DeleteInstanceProfile");
pub const DELETE_POLICY: Op<DeletePolicy, ()> = Op::new("iam", "DeletePolicy");
pub const DELETE_POLICY_VERSION: Op<DeletePolicyVersion, ()> = Op::new("iam", "DeletePolicyVersion");
pub const DELETE_ROLE: Op<DeleteRole, ()> = Op::new("iam", "DeleteRole");
pub const DELETE_ROLE_PERMISSIONS_BOUNDARY: Op<DeleteRolePermissionsBoundary, ()> =
    Op::new("iam", "DeleteRolePermissionsBoundary");
pub const DELETE_ROLE_POLICY: Op<DeleteRolePolicy, ()> = Op::new("iam", "DeleteRolePolicy");
pub const DELETE_USER: Op<DeleteUser, ()> = Op::new("iam", "DeleteUser");
pub const DELETE_USER_PERMISSIONS_BOUNDARY: Op<DeleteUserPermissionsBoundary, ()> =
    Op::new("iam", "DeleteUserPermissionsBoundary");
pub const DELETE_USER_POLICY: Op<DeleteUserPolicy, ()> = Op::new("iam", "DeleteUserPolicy");
pub const DETACH_GROUP_POLICY: Op<DetachGroupPolicy, ()> = Op::new("iam", "DetachGroupPolicy");
pub const DETACH_ROLE_POLICY: Op<DetachRolePolicy, ()> = Op::new("iam", "DetachRolePolicy");
pub const DETACH_USER_POLICY: Op<DetachUserPolicy, ()> = Op::new("iam", "DetachUserPolicy");
pub const GET_ACCESS_KEY_LAST_USED: Op<GetAccessKeyLastUsed, GetAccessKeyLastUsedOutput> =
    Op::new("iam", "GetAccessKeyLastUsed");
pub const GET_GROUP: Op<GetGroup, GetGroupOutput> = Op::new("iam", "GetGroup");
pub const GET_GROUP_POLICY: Op<GetGroupPolicy, GetGroupPolicyOutput> = Op::new("iam", "GetGroupPolicy");
pub const GET_INSTANCE_PROFILE: Op<GetInstanceProfile, GetInstanceProfileOutput> = Op::new("iam", "GetInstanceProfile");
pub const GET_POLICY: Op<GetPolicy, GetPolicyOutput> = Op::new("iam", "GetPolicy");
pub const GET_POLICY_VERSION: Op<GetPolicyVersion, GetPolicyVersionOutput> = Op::new("iam", "GetPolicyVersion");
pub const GET_ROLE: Op<GetRole, GetRoleOutput> = Op::new("iam", "GetRole");
pub const GET_ROLE_POLICY: Op<GetRolePolicy, GetRolePolicyOutput> = Op::new("iam", "GetRolePolicy");
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
pub const LIST_POLICIES: Op<ListPolicies, ListPoliciesOutput> = Op::new("iam", "ListPolicies");
pub const LIST_POLICY_TAGS: Op<ListPolicyTags, ListPolicyTagsOutput> = Op::new("iam", "ListPolicyTags");
pub const LIST_POLICY_VERSIONS: Op<ListPolicyVersions, ListPolicyVersionsOutput> = Op::new("iam", "ListPolicyVersions");
pub const LIST_ROLE_POLICIES: Op<ListRolePolicies, ListRolePoliciesOutput> = Op::new("iam", "ListRolePolicies");
pub const LIST_ROLE_TAGS: Op<ListRoleTags, ListRoleTagsOutput> = Op::new("iam", "ListRoleTags");
pub const LIST_ROLES: Op<ListRoles, ListRolesOutput> = Op::new("iam", "ListRoles");
pub const LIST_USER_POLICIES: Op<ListUserPolicies, ListUserPoliciesOutput> = Op::new("iam", "ListUserPolicies");
pub const LIST_USER_TAGS: Op<ListUserTags, ListUserTagsOutput> = Op::new("iam", "ListUserTags");
pub const LIST_USERS: Op<ListUsers, ListUsersOutput> = Op::new("iam", "ListUsers");
pub const PUT_GROUP_POLICY: Op<PutGroupPolicy, ()> = Op::new("iam", "PutGroupPolicy");
pub const PUT_ROLE_PERMISSIONS_BOUNDARY: Op<PutRolePermissionsBoundary, ()> =
    Op::new("iam", "PutRolePermissionsBoundary");
pub const PUT_ROLE_POLICY: Op<PutRolePolicy, ()> = Op::new("iam", "PutRolePolicy");
pub const PUT_USER_PERMISSIONS_BOUNDARY: Op<PutUserPermissionsBoundary, ()> =
    Op::new("iam", "PutUserPermissionsBoundary");
pub const PUT_USER_POLICY: Op<PutUserPolicy, ()> = Op::new("iam", "PutUserPolicy");
pub const REMOVE_ROLE_FROM_INSTANCE_PROFILE: Op<RemoveRoleFromInstanceProfile, ()> =
    Op::new("iam", "RemoveRoleFromInstanceProfile");
pub const REMOVE_USER_FROM_GROUP: Op<RemoveUserFromGroup, ()> = Op::new("iam", "RemoveUserFromGroup");
pub const SET_DEFAULT_POLICY_VERSION: Op<SetDefaultPolicyVersion, ()> = Op::new("iam", "SetDefaultPolicyVersion");
pub const TAG_INSTANCE_PROFILE: Op<TagInstanceProfile, ()> = Op::new("iam", "TagInstanceProfile");
pub const TAG_POLICY: Op<TagPolicy, ()> = Op::new("iam", "TagPolicy");
pub const TAG_ROLE: Op<TagRole, ()> = Op::new("iam", "TagRole");
pub const TAG_USER: Op<TagUser, ()> = Op::new("iam", "TagUser");
pub const UNTAG_INSTANCE_PROFILE: Op<UntagInstanceProfile, ()> = Op::new("iam", "UntagInstanceProfile");
pub const UNTAG_POLICY: Op<UntagPolicy, ()> = Op::new("iam", "UntagPolicy");
pub const UNTAG_ROLE: Op<UntagRole, ()> = Op::new("iam", "UntagRole");
pub const UNTAG_USER: Op<UntagUser, ()> = Op::new("iam", "UntagUser");
pub const UPDATE_ACCESS_KEY: Op<UpdateAccessKey, ()> = Op::new("iam", "UpdateAccessKey");
pub const UPDATE_ASSUME_ROLE_POLICY: Op<UpdateAssumeRolePolicy, ()> = Op::new("iam", "UpdateAssumeRolePolicy");
pub const UPDATE_GROUP: Op<UpdateGroup, ()> = Op::new("iam", "UpdateGroup");
pub const UPDATE_ROLE: Op<UpdateRole, UpdateRoleOutput> = Op::new("iam", "UpdateRole");
pub const UPDATE_ROLE_DESCRIPTION: Op<UpdateRoleDescription, UpdateRoleDescriptionOutput> =
    Op::new("iam", "UpdateRoleDescription");
pub const UPDATE_USER: Op<UpdateUser, ()> = Op::new("iam", "UpdateUser");

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

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PermissionsBoundaryAttachmentType {
    PermissionsBoundaryPolicy,
}

impl PermissionsBoundaryAttachmentType {
    /// Every value, in the model's order.
    pub const ALL: &'static [Self] = &[Self::PermissionsBoundaryPolicy];

    /// The value as it is sent.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::PermissionsBoundaryPolicy => "PermissionsBoundaryPolicy",
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
