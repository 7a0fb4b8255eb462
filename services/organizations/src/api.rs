//! The typed requests and answers of organizations's implemented operations.
//!
//! Written by `cargo xtask gen` from `ops.list` and the model; a test compares. No type has `Debug`, since fields
//! may hold secrets.

#![allow(missing_docs, clippy::enum_variant_names, clippy::large_enum_variant)]

use base::{Secret, Timestamp};
use model::{FromValue, IntoValue, Members, Mismatch, Op, Value};

pub const ACCEPT_HANDSHAKE: Op<AcceptHandshake, AcceptHandshakeOutput> = Op::new("organizations", "AcceptHandshake");
pub const ATTACH_POLICY: Op<AttachPolicy, ()> = Op::new("organizations", "AttachPolicy");
pub const CANCEL_HANDSHAKE: Op<CancelHandshake, CancelHandshakeOutput> = Op::new("organizations", "CancelHandshake");
pub const CLOSE_ACCOUNT: Op<CloseAccount, ()> = Op::new("organizations", "CloseAccount");
pub const CREATE_ACCOUNT: Op<CreateAccount, CreateAccountOutput> = Op::new("organizations", "CreateAccount");
pub const CREATE_ORGANIZATION: Op<CreateOrganization, CreateOrganizationOutput> =
    Op::new("organizations", "CreateOrganization");
pub const CREATE_ORGANIZATIONAL_UNIT: Op<CreateOrganizationalUnit, CreateOrganizationalUnitOutput> =
    Op::new("organizations", "CreateOrganizationalUnit");
pub const CREATE_POLICY: Op<CreatePolicy, CreatePolicyOutput> = Op::new("organizations", "CreatePolicy");
pub const DECLINE_HANDSHAKE: Op<DeclineHandshake, DeclineHandshakeOutput> =
    Op::new("organizations", "DeclineHandshake");
pub const DELETE_ORGANIZATION: Op<(), ()> = Op::new("organizations", "DeleteOrganization");
pub const DELETE_ORGANIZATIONAL_UNIT: Op<DeleteOrganizationalUnit, ()> =
    Op::new("organizations", "DeleteOrganizationalUnit");
pub const DELETE_POLICY: Op<DeletePolicy, ()> = Op::new("organizations", "DeletePolicy");
pub const DELETE_RESOURCE_POLICY: Op<(), ()> = Op::new("organizations", "DeleteResourcePolicy");
pub const DEREGISTER_DELEGATED_ADMINISTRATOR: Op<DeregisterDelegatedAdministrator, ()> =
    Op::new("organizations", "DeregisterDelegatedAdministrator");
pub const DESCRIBE_ACCOUNT: Op<DescribeAccount, DescribeAccountOutput> = Op::new("organizations", "DescribeAccount");
pub const DESCRIBE_CREATE_ACCOUNT_STATUS: Op<DescribeCreateAccountStatus, DescribeCreateAccountStatusOutput> =
    Op::new("organizations", "DescribeCreateAccountStatus");
pub const DESCRIBE_EFFECTIVE_POLICY: Op<DescribeEffectivePolicy, DescribeEffectivePolicyOutput> =
    Op::new("organizations", "DescribeEffectivePolicy");
pub const DESCRIBE_HANDSHAKE: Op<DescribeHandshake, DescribeHandshakeOutput> =
    Op::new("organizations", "DescribeHandshake");
pub const DESCRIBE_ORGANIZATION: Op<(), DescribeOrganizationOutput> = Op::new("organizations", "DescribeOrganization");
pub const DESCRIBE_ORGANIZATIONAL_UNIT: Op<DescribeOrganizationalUnit, DescribeOrganizationalUnitOutput> =
    Op::new("organizations", "DescribeOrganizationalUnit");
pub const DESCRIBE_POLICY: Op<DescribePolicy, DescribePolicyOutput> = Op::new("organizations", "DescribePolicy");
pub const DESCRIBE_RESOURCE_POLICY: Op<(), DescribeResourcePolicyOutput> =
    Op::new("organizations", "DescribeResourcePolicy");
pub const DETACH_POLICY: Op<DetachPolicy, ()> = Op::new("organizations", "DetachPolicy");
pub const DISABLE_AWS_SERVICE_ACCESS: Op<DisableAWSServiceAccess, ()> =
    Op::new("organizations", "DisableAWSServiceAccess");
pub const DISABLE_POLICY_TYPE: Op<DisablePolicyType, DisablePolicyTypeOutput> =
    Op::new("organizations", "DisablePolicyType");
pub const ENABLE_AWS_SERVICE_ACCESS: Op<EnableAWSServiceAccess, ()> =
    Op::new("organizations", "EnableAWSServiceAccess");
pub const ENABLE_ALL_FEATURES: Op<EnableAllFeatures, EnableAllFeaturesOutput> =
    Op::new("organizations", "EnableAllFeatures");
pub const ENABLE_POLICY_TYPE: Op<EnablePolicyType, EnablePolicyTypeOutput> =
    Op::new("organizations", "EnablePolicyType");
pub const INVITE_ACCOUNT_TO_ORGANIZATION: Op<InviteAccountToOrganization, InviteAccountToOrganizationOutput> =
    Op::new("organizations", "InviteAccountToOrganization");
pub const LEAVE_ORGANIZATION: Op<(), ()> = Op::new("organizations", "LeaveOrganization");
pub const LIST_AWS_SERVICE_ACCESS_FOR_ORGANIZATION: Op<
    ListAWSServiceAccessForOrganization,
    ListAWSServiceAccessForOrganizationOutput,
> = Op::new("organizations", "ListAWSServiceAccessForOrganization");
pub const LIST_ACCOUNTS: Op<ListAccounts, ListAccountsOutput> = Op::new("organizations", "ListAccounts");
pub const LIST_ACCOUNTS_FOR_PARENT: Op<ListAccountsForParent, ListAccountsForParentOutput> =
    Op::new("organizations", "ListAccountsForParent");
pub const LIST_CHILDREN: Op<ListChildren, ListChildrenOutput> = Op::new("organizations", "ListChildren");
pub const LIST_CREATE_ACCOUNT_STATUS: Op<ListCreateAccountStatus, ListCreateAccountStatusOutput> =
    Op::new("organizations", "ListCreateAccountStatus");
pub const LIST_DELEGATED_ADMINISTRATORS: Op<ListDelegatedAdministrators, ListDelegatedAdministratorsOutput> =
    Op::new("organizations", "ListDelegatedAdministrators");
pub const LIST_DELEGATED_SERVICES_FOR_ACCOUNT: Op<
    ListDelegatedServicesForAccount,
    ListDelegatedServicesForAccountOutput,
> = Op::new("organizations", "ListDelegatedServicesForAccount");
pub const LIST_HANDSHAKES_FOR_ACCOUNT: Op<ListHandshakesForAccount, ListHandshakesForAccountOutput> =
    Op::new("organizations", "ListHandshakesForAccount");
pub const LIST_HANDSHAKES_FOR_ORGANIZATION: Op<ListHandshakesForOrganization, ListHandshakesForOrganizationOutput> =
    Op::new("organizations", "ListHandshakesForOrganization");
pub const LIST_ORGANIZATIONAL_UNITS_FOR_PARENT: Op<
    ListOrganizationalUnitsForParent,
    ListOrganizationalUnitsForParentOutput,
> = Op::new("organizations", "ListOrganizationalUnitsForParent");
pub const LIST_PARENTS: Op<ListParents, ListParentsOutput> = Op::new("organizations", "ListParents");
pub const LIST_POLICIES: Op<ListPolicies, ListPoliciesOutput> = Op::new("organizations", "ListPolicies");
pub const LIST_POLICIES_FOR_TARGET: Op<ListPoliciesForTarget, ListPoliciesForTargetOutput> =
    Op::new("organizations", "ListPoliciesForTarget");
pub const LIST_ROOTS: Op<ListRoots, ListRootsOutput> = Op::new("organizations", "ListRoots");
pub const LIST_TAGS_FOR_RESOURCE: Op<ListTagsForResource, ListTagsForResourceOutput> =
    Op::new("organizations", "ListTagsForResource");
pub const LIST_TARGETS_FOR_POLICY: Op<ListTargetsForPolicy, ListTargetsForPolicyOutput> =
    Op::new("organizations", "ListTargetsForPolicy");
pub const MOVE_ACCOUNT: Op<MoveAccount, ()> = Op::new("organizations", "MoveAccount");
pub const PUT_RESOURCE_POLICY: Op<PutResourcePolicy, PutResourcePolicyOutput> =
    Op::new("organizations", "PutResourcePolicy");
pub const REGISTER_DELEGATED_ADMINISTRATOR: Op<RegisterDelegatedAdministrator, ()> =
    Op::new("organizations", "RegisterDelegatedAdministrator");
pub const REMOVE_ACCOUNT_FROM_ORGANIZATION: Op<RemoveAccountFromOrganization, ()> =
    Op::new("organizations", "RemoveAccountFromOrganization");
pub const TAG_RESOURCE: Op<TagResource, ()> = Op::new("organizations", "TagResource");
pub const UNTAG_RESOURCE: Op<UntagResource, ()> = Op::new("organizations", "UntagResource");
pub const UPDATE_ORGANIZATIONAL_UNIT: Op<UpdateOrganizationalUnit, UpdateOrganizationalUnitOutput> =
    Op::new("organizations", "UpdateOrganizationalUnit");
pub const UPDATE_POLICY: Op<UpdatePolicy, UpdatePolicyOutput> = Op::new("organizations", "UpdatePolicy");

#[derive(Clone, PartialEq, Default)]
pub struct AcceptHandshake {
    pub handshake_id: String,
}

impl FromValue for AcceptHandshake {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "AcceptHandshake")?;
        Ok(Self { handshake_id: members.required(0)? })
    }
}

impl IntoValue for AcceptHandshake {
    fn into_value(self) -> Value {
        Value::Struct(vec![Some(self.handshake_id.into_value())])
    }
}

#[derive(Default)]
pub struct AcceptHandshakeOutput {
    pub handshake: Option<Handshake>,
}

impl FromValue for AcceptHandshakeOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "AcceptHandshakeOutput")?;
        Ok(Self { handshake: members.optional(0)? })
    }
}

impl IntoValue for AcceptHandshakeOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![self.handshake.map(IntoValue::into_value)])
    }
}

#[derive(Default)]
pub struct Account {
    pub id: Option<String>,
    pub arn: Option<String>,
    pub email: Option<Secret<String>>,
    pub name: Option<Secret<String>>,
    pub status: Option<AccountStatus>,
    pub state: Option<AccountState>,
    pub paths: Option<Vec<String>>,
    pub joined_method: Option<AccountJoinedMethod>,
    pub joined_timestamp: Option<Timestamp>,
}

impl FromValue for Account {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "Account")?;
        Ok(Self {
            id: members.optional(0)?,
            arn: members.optional(1)?,
            email: members.optional(2)?,
            name: members.optional(3)?,
            status: members.optional(4)?,
            state: members.optional(5)?,
            paths: members.optional(6)?,
            joined_method: members.optional(7)?,
            joined_timestamp: members.optional(8)?,
        })
    }
}

impl IntoValue for Account {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            self.id.map(IntoValue::into_value),
            self.arn.map(IntoValue::into_value),
            self.email.map(IntoValue::into_value),
            self.name.map(IntoValue::into_value),
            self.status.map(IntoValue::into_value),
            self.state.map(IntoValue::into_value),
            self.paths.map(IntoValue::into_value),
            self.joined_method.map(IntoValue::into_value),
            self.joined_timestamp.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AccountJoinedMethod {
    Invited,
    Created,
}

impl AccountJoinedMethod {
    /// Every value, in the model's order.
    pub const ALL: &'static [Self] = &[Self::Invited, Self::Created];

    /// The value as it is sent.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Invited => "INVITED",
            Self::Created => "CREATED",
        }
    }
}

impl TryFrom<&str> for AccountJoinedMethod {
    type Error = Mismatch;

    fn try_from(text: &str) -> Result<Self, Mismatch> {
        Self::ALL.iter().copied().find(|value| value.as_str() == text).ok_or(Mismatch("AccountJoinedMethod"))
    }
}

impl FromValue for AccountJoinedMethod {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        value.as_str().ok_or(Mismatch("AccountJoinedMethod")).and_then(Self::try_from)
    }
}

impl IntoValue for AccountJoinedMethod {
    fn into_value(self) -> Value {
        Value::String(self.as_str().to_owned())
    }
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AccountState {
    PendingActivation,
    Active,
    Suspended,
    PendingClosure,
    Closed,
}

impl AccountState {
    /// Every value, in the model's order.
    pub const ALL: &'static [Self] =
        &[Self::PendingActivation, Self::Active, Self::Suspended, Self::PendingClosure, Self::Closed];

    /// The value as it is sent.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::PendingActivation => "PENDING_ACTIVATION",
            Self::Active => "ACTIVE",
            Self::Suspended => "SUSPENDED",
            Self::PendingClosure => "PENDING_CLOSURE",
            Self::Closed => "CLOSED",
        }
    }
}

impl TryFrom<&str> for AccountState {
    type Error = Mismatch;

    fn try_from(text: &str) -> Result<Self, Mismatch> {
        Self::ALL.iter().copied().find(|value| value.as_str() == text).ok_or(Mismatch("AccountState"))
    }
}

impl FromValue for AccountState {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        value.as_str().ok_or(Mismatch("AccountState")).and_then(Self::try_from)
    }
}

impl IntoValue for AccountState {
    fn into_value(self) -> Value {
        Value::String(self.as_str().to_owned())
    }
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AccountStatus {
    Active,
    Suspended,
    PendingClosure,
}

impl AccountStatus {
    /// Every value, in the model's order.
    pub const ALL: &'static [Self] = &[Self::Active, Self::Suspended, Self::PendingClosure];

    /// The value as it is sent.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "ACTIVE",
            Self::Suspended => "SUSPENDED",
            Self::PendingClosure => "PENDING_CLOSURE",
        }
    }
}

impl TryFrom<&str> for AccountStatus {
    type Error = Mismatch;

    fn try_from(text: &str) -> Result<Self, Mismatch> {
        Self::ALL.iter().copied().find(|value| value.as_str() == text).ok_or(Mismatch("AccountStatus"))
    }
}

impl FromValue for AccountStatus {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        value.as_str().ok_or(Mismatch("AccountStatus")).and_then(Self::try_from)
    }
}

impl IntoValue for AccountStatus {
    fn into_value(self) -> Value {
        Value::String(self.as_str().to_owned())
    }
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ActionType {
    Invite,
    EnableAllFeatures,
    ApproveAllFeatures,
    AddOrganizationsServiceLinkedRole,
    TransferResponsibility,
}

impl ActionType {
    /// Every value, in the model's order.
    pub const ALL: &'static [Self] = &[
        Self::Invite,
        Self::EnableAllFeatures,
        Self::ApproveAllFeatures,
        Self::AddOrganizationsServiceLinkedRole,
        Self::TransferResponsibility,
    ];

    /// The value as it is sent.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Invite => "INVITE",
            Self::EnableAllFeatures => "ENABLE_ALL_FEATURES",
            Self::ApproveAllFeatures => "APPROVE_ALL_FEATURES",
            Self::AddOrganizationsServiceLinkedRole => "ADD_ORGANIZATIONS_SERVICE_LINKED_ROLE",
            Self::TransferResponsibility => "TRANSFER_RESPONSIBILITY",
        }
    }
}

impl TryFrom<&str> for ActionType {
    type Error = Mismatch;

    fn try_from(text: &str) -> Result<Self, Mismatch> {
        Self::ALL.iter().copied().find(|value| value.as_str() == text).ok_or(Mismatch("ActionType"))
    }
}

impl FromValue for ActionType {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        value.as_str().ok_or(Mismatch("ActionType")).and_then(Self::try_from)
    }
}

impl IntoValue for ActionType {
    fn into_value(self) -> Value {
        Value::String(self.as_str().to_owned())
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct AttachPolicy {
    pub policy_id: String,
    pub target_id: String,
}

impl FromValue for AttachPolicy {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "AttachPolicy")?;
        Ok(Self { policy_id: members.required(0)?, target_id: members.required(1)? })
    }
}

impl IntoValue for AttachPolicy {
    fn into_value(self) -> Value {
        Value::Struct(vec![Some(self.policy_id.into_value()), Some(self.target_id.into_value())])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct CancelHandshake {
    pub handshake_id: String,
}

impl FromValue for CancelHandshake {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "CancelHandshake")?;
        Ok(Self { handshake_id: members.required(0)? })
    }
}

impl IntoValue for CancelHandshake {
    fn into_value(self) -> Value {
        Value::Struct(vec![Some(self.handshake_id.into_value())])
    }
}

#[derive(Default)]
pub struct CancelHandshakeOutput {
    pub handshake: Option<Handshake>,
}

impl FromValue for CancelHandshakeOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "CancelHandshakeOutput")?;
        Ok(Self { handshake: members.optional(0)? })
    }
}

impl IntoValue for CancelHandshakeOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![self.handshake.map(IntoValue::into_value)])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct Child {
    pub id: Option<String>,
    pub r#type: Option<ChildType>,
}

impl FromValue for Child {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "Child")?;
        Ok(Self { id: members.optional(0)?, r#type: members.optional(1)? })
    }
}

impl IntoValue for Child {
    fn into_value(self) -> Value {
        Value::Struct(vec![self.id.map(IntoValue::into_value), self.r#type.map(IntoValue::into_value)])
    }
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ChildType {
    Account,
    OrganizationalUnit,
}

impl ChildType {
    /// Every value, in the model's order.
    pub const ALL: &'static [Self] = &[Self::Account, Self::OrganizationalUnit];

    /// The value as it is sent.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Account => "ACCOUNT",
            Self::OrganizationalUnit => "ORGANIZATIONAL_UNIT",
        }
    }
}

impl TryFrom<&str> for ChildType {
    type Error = Mismatch;

    fn try_from(text: &str) -> Result<Self, Mismatch> {
        Self::ALL.iter().copied().find(|value| value.as_str() == text).ok_or(Mismatch("ChildType"))
    }
}

impl FromValue for ChildType {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        value.as_str().ok_or(Mismatch("ChildType")).and_then(Self::try_from)
    }
}

impl IntoValue for ChildType {
    fn into_value(self) -> Value {
        Value::String(self.as_str().to_owned())
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct CloseAccount {
    pub account_id: String,
}

impl FromValue for CloseAccount {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "CloseAccount")?;
        Ok(Self { account_id: members.required(0)? })
    }
}

impl IntoValue for CloseAccount {
    fn into_value(self) -> Value {
        Value::Struct(vec![Some(self.account_id.into_value())])
    }
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CreateAccountFailureReason {
    AccountLimitExceeded,
    EmailAlreadyExists,
    InvalidAddress,
    InvalidEmail,
    ConcurrentAccountModification,
    InternalFailure,
    GovcloudAccountAlreadyExists,
    MissingBusinessValidation,
    FailedBusinessValidation,
    PendingBusinessValidation,
    InvalidIdentityForBusinessValidation,
    UnknownBusinessValidation,
    MissingPaymentInstrument,
    InvalidPaymentInstrument,
    UpdateExistingResourcePolicyWithTagsNotSupported,
}

impl CreateAccountFailureReason {
    /// Every value, in the model's order.
    pub const ALL: &'static [Self] = &[
        Self::AccountLimitExceeded,
        Self::EmailAlreadyExists,
        Self::InvalidAddress,
        Self::InvalidEmail,
        Self::ConcurrentAccountModification,
        Self::InternalFailure,
        Self::GovcloudAccountAlreadyExists,
        Self::MissingBusinessValidation,
        Self::FailedBusinessValidation,
        Self::PendingBusinessValidation,
        Self::InvalidIdentityForBusinessValidation,
        Self::UnknownBusinessValidation,
        Self::MissingPaymentInstrument,
        Self::InvalidPaymentInstrument,
        Self::UpdateExistingResourcePolicyWithTagsNotSupported,
    ];

    /// The value as it is sent.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AccountLimitExceeded => "ACCOUNT_LIMIT_EXCEEDED",
            Self::EmailAlreadyExists => "EMAIL_ALREADY_EXISTS",
            Self::InvalidAddress => "INVALID_ADDRESS",
            Self::InvalidEmail => "INVALID_EMAIL",
            Self::ConcurrentAccountModification => "CONCURRENT_ACCOUNT_MODIFICATION",
            Self::InternalFailure => "INTERNAL_FAILURE",
            Self::GovcloudAccountAlreadyExists => "GOVCLOUD_ACCOUNT_ALREADY_EXISTS",
            Self::MissingBusinessValidation => "MISSING_BUSINESS_VALIDATION",
            Self::FailedBusinessValidation => "FAILED_BUSINESS_VALIDATION",
            Self::PendingBusinessValidation => "PENDING_BUSINESS_VALIDATION",
            Self::InvalidIdentityForBusinessValidation => "INVALID_IDENTITY_FOR_BUSINESS_VALIDATION",
            Self::UnknownBusinessValidation => "UNKNOWN_BUSINESS_VALIDATION",
            Self::MissingPaymentInstrument => "MISSING_PAYMENT_INSTRUMENT",
            Self::InvalidPaymentInstrument => "INVALID_PAYMENT_INSTRUMENT",
            Self::UpdateExistingResourcePolicyWithTagsNotSupported => {
                "UPDATE_EXISTING_RESOURCE_POLICY_WITH_TAGS_NOT_SUPPORTED"
            }
        }
    }
}

impl TryFrom<&str> for CreateAccountFailureReason {
    type Error = Mismatch;

    fn try_from(text: &str) -> Result<Self, Mismatch> {
        Self::ALL.iter().copied().find(|value| value.as_str() == text).ok_or(Mismatch("CreateAccountFailureReason"))
    }
}

impl FromValue for CreateAccountFailureReason {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        value.as_str().ok_or(Mismatch("CreateAccountFailureReason")).and_then(Self::try_from)
    }
}

impl IntoValue for CreateAccountFailureReason {
    fn into_value(self) -> Value {
        Value::String(self.as_str().to_owned())
    }
}

pub struct CreateAccount {
    pub email: Secret<String>,
    pub account_name: Secret<String>,
    pub role_name: Option<String>,
    pub iam_user_access_to_billing: Option<IAMUserAccessToBilling>,
    pub tags: Option<Vec<Tag>>,
}

impl FromValue for CreateAccount {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "CreateAccount")?;
        Ok(Self {
            email: members.required(0)?,
            account_name: members.required(1)?,
            role_name: members.optional(2)?,
            iam_user_access_to_billing: members.optional(3)?,
            tags: members.optional(4)?,
        })
    }
}

impl IntoValue for CreateAccount {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            Some(self.email.into_value()),
            Some(self.account_name.into_value()),
            self.role_name.map(IntoValue::into_value),
            self.iam_user_access_to_billing.map(IntoValue::into_value),
            self.tags.map(IntoValue::into_value),
        ])
    }
}

#[derive(Default)]
pub struct CreateAccountOutput {
    pub create_account_status: Option<CreateAccountStatus>,
}

impl FromValue for CreateAccountOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "CreateAccountOutput")?;
        Ok(Self { create_account_status: members.optional(0)? })
    }
}

impl IntoValue for CreateAccountOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![self.create_account_status.map(IntoValue::into_value)])
    }
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CreateAccountState {
    InProgress,
    Succeeded,
    Failed,
}

impl CreateAccountState {
    /// Every value, in the model's order.
    pub const ALL: &'static [Self] = &[Self::InProgress, Self::Succeeded, Self::Failed];

    /// The value as it is sent.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::InProgress => "IN_PROGRESS",
            Self::Succeeded => "SUCCEEDED",
            Self::Failed => "FAILED",
        }
    }
}

impl TryFrom<&str> for CreateAccountState {
    type Error = Mismatch;

    fn try_from(text: &str) -> Result<Self, Mismatch> {
        Self::ALL.iter().copied().find(|value| value.as_str() == text).ok_or(Mismatch("CreateAccountState"))
    }
}

impl FromValue for CreateAccountState {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        value.as_str().ok_or(Mismatch("CreateAccountState")).and_then(Self::try_from)
    }
}

impl IntoValue for CreateAccountState {
    fn into_value(self) -> Value {
        Value::String(self.as_str().to_owned())
    }
}

#[derive(Default)]
pub struct CreateAccountStatus {
    pub id: Option<String>,
    pub account_name: Option<Secret<String>>,
    pub state: Option<CreateAccountState>,
    pub requested_timestamp: Option<Timestamp>,
    pub completed_timestamp: Option<Timestamp>,
    pub account_id: Option<String>,
    pub gov_cloud_account_id: Option<String>,
    pub failure_reason: Option<CreateAccountFailureReason>,
}

impl FromValue for CreateAccountStatus {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "CreateAccountStatus")?;
        Ok(Self {
            id: members.optional(0)?,
            account_name: members.optional(1)?,
            state: members.optional(2)?,
            requested_timestamp: members.optional(3)?,
            completed_timestamp: members.optional(4)?,
            account_id: members.optional(5)?,
            gov_cloud_account_id: members.optional(6)?,
            failure_reason: members.optional(7)?,
        })
    }
}

impl IntoValue for CreateAccountStatus {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            self.id.map(IntoValue::into_value),
            self.account_name.map(IntoValue::into_value),
            self.state.map(IntoValue::into_value),
            self.requested_timestamp.map(IntoValue::into_value),
            self.completed_timestamp.map(IntoValue::into_value),
            self.account_id.map(IntoValue::into_value),
            self.gov_cloud_account_id.map(IntoValue::into_value),
            self.failure_reason.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct CreateOrganization {
    pub feature_set: Option<OrganizationFeatureSet>,
}

impl FromValue for CreateOrganization {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "CreateOrganization")?;
        Ok(Self { feature_set: members.optional(0)? })
    }
}

impl IntoValue for CreateOrganization {
    fn into_value(self) -> Value {
        Value::Struct(vec![self.feature_set.map(IntoValue::into_value)])
    }
}

#[derive(Default)]
pub struct CreateOrganizationOutput {
    pub organization: Option<Organization>,
}

impl FromValue for CreateOrganizationOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "CreateOrganizationOutput")?;
        Ok(Self { organization: members.optional(0)? })
    }
}

impl IntoValue for CreateOrganizationOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![self.organization.map(IntoValue::into_value)])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct CreateOrganizationalUnit {
    pub parent_id: String,
    pub name: String,
    pub tags: Option<Vec<Tag>>,
}

impl FromValue for CreateOrganizationalUnit {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "CreateOrganizationalUnit")?;
        Ok(Self { parent_id: members.required(0)?, name: members.required(1)?, tags: members.optional(2)? })
    }
}

impl IntoValue for CreateOrganizationalUnit {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            Some(self.parent_id.into_value()),
            Some(self.name.into_value()),
            self.tags.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct CreateOrganizationalUnitOutput {
    pub organizational_unit: Option<OrganizationalUnit>,
}

impl FromValue for CreateOrganizationalUnitOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "CreateOrganizationalUnitOutput")?;
        Ok(Self { organizational_unit: members.optional(0)? })
    }
}

impl IntoValue for CreateOrganizationalUnitOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![self.organizational_unit.map(IntoValue::into_value)])
    }
}

#[derive(Clone, PartialEq)]
pub struct CreatePolicy {
    pub content: String,
    pub description: String,
    pub name: String,
    pub r#type: PolicyType,
    pub tags: Option<Vec<Tag>>,
}

impl FromValue for CreatePolicy {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "CreatePolicy")?;
        Ok(Self {
            content: members.required(0)?,
            description: members.required(1)?,
            name: members.required(2)?,
            r#type: members.required(3)?,
            tags: members.optional(4)?,
        })
    }
}

impl IntoValue for CreatePolicy {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            Some(self.content.into_value()),
            Some(self.description.into_value()),
            Some(self.name.into_value()),
            Some(self.r#type.into_value()),
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
pub struct DeclineHandshake {
    pub handshake_id: String,
}

impl FromValue for DeclineHandshake {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "DeclineHandshake")?;
        Ok(Self { handshake_id: members.required(0)? })
    }
}

impl IntoValue for DeclineHandshake {
    fn into_value(self) -> Value {
        Value::Struct(vec![Some(self.handshake_id.into_value())])
    }
}

#[derive(Default)]
pub struct DeclineHandshakeOutput {
    pub handshake: Option<Handshake>,
}

impl FromValue for DeclineHandshakeOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "DeclineHandshakeOutput")?;
        Ok(Self { handshake: members.optional(0)? })
    }
}

impl IntoValue for DeclineHandshakeOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![self.handshake.map(IntoValue::into_value)])
    }
}

#[derive(Default)]
pub struct DelegatedAdministrator {
    pub id: Option<String>,
    pub arn: Option<String>,
    pub email: Option<Secret<String>>,
    pub name: Option<Secret<String>>,
    pub status: Option<AccountStatus>,
    pub state: Option<AccountState>,
    pub joined_method: Option<AccountJoinedMethod>,
    pub joined_timestamp: Option<Timestamp>,
    pub delegation_enabled_date: Option<Timestamp>,
}

impl FromValue for DelegatedAdministrator {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "DelegatedAdministrator")?;
        Ok(Self {
            id: members.optional(0)?,
            arn: members.optional(1)?,
            email: members.optional(2)?,
            name: members.optional(3)?,
            status: members.optional(4)?,
            state: members.optional(5)?,
            joined_method: members.optional(6)?,
            joined_timestamp: members.optional(7)?,
            delegation_enabled_date: members.optional(8)?,
        })
    }
}

impl IntoValue for DelegatedAdministrator {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            self.id.map(IntoValue::into_value),
            self.arn.map(IntoValue::into_value),
            self.email.map(IntoValue::into_value),
            self.name.map(IntoValue::into_value),
            self.status.map(IntoValue::into_value),
            self.state.map(IntoValue::into_value),
            self.joined_method.map(IntoValue::into_value),
            self.joined_timestamp.map(IntoValue::into_value),
            self.delegation_enabled_date.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct DelegatedService {
    pub service_principal: Option<String>,
    pub delegation_enabled_date: Option<Timestamp>,
}

impl FromValue for DelegatedService {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "DelegatedService")?;
        Ok(Self { service_principal: members.optional(0)?, delegation_enabled_date: members.optional(1)? })
    }
}

impl IntoValue for DelegatedService {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            self.service_principal.map(IntoValue::into_value),
            self.delegation_enabled_date.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct DeleteOrganizationalUnit {
    pub organizational_unit_id: String,
}

impl FromValue for DeleteOrganizationalUnit {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "DeleteOrganizationalUnit")?;
        Ok(Self { organizational_unit_id: members.required(0)? })
    }
}

impl IntoValue for DeleteOrganizationalUnit {
    fn into_value(self) -> Value {
        Value::Struct(vec![Some(self.organizational_unit_id.into_value())])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct DeletePolicy {
    pub policy_id: String,
}

impl FromValue for DeletePolicy {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "DeletePolicy")?;
        Ok(Self { policy_id: members.required(0)? })
    }
}

impl IntoValue for DeletePolicy {
    fn into_value(self) -> Value {
        Value::Struct(vec![Some(self.policy_id.into_value())])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct DeregisterDelegatedAdministrator {
    pub account_id: String,
    pub service_principal: String,
}

impl FromValue for DeregisterDelegatedAdministrator {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "DeregisterDelegatedAdministrator")?;
        Ok(Self { account_id: members.required(0)?, service_principal: members.required(1)? })
    }
}

impl IntoValue for DeregisterDelegatedAdministrator {
    fn into_value(self) -> Value {
        Value::Struct(vec![Some(self.account_id.into_value()), Some(self.service_principal.into_value())])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct DescribeAccount {
    pub account_id: String,
}

impl FromValue for DescribeAccount {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "DescribeAccount")?;
        Ok(Self { account_id: members.required(0)? })
    }
}

impl IntoValue for DescribeAccount {
    fn into_value(self) -> Value {
        Value::Struct(vec![Some(self.account_id.into_value())])
    }
}

#[derive(Default)]
pub struct DescribeAccountOutput {
    pub account: Option<Account>,
}

impl FromValue for DescribeAccountOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "DescribeAccountOutput")?;
        Ok(Self { account: members.optional(0)? })
    }
}

impl IntoValue for DescribeAccountOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![self.account.map(IntoValue::into_value)])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct DescribeCreateAccountStatus {
    pub create_account_request_id: String,
}

impl FromValue for DescribeCreateAccountStatus {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "DescribeCreateAccountStatus")?;
        Ok(Self { create_account_request_id: members.required(0)? })
    }
}

impl IntoValue for DescribeCreateAccountStatus {
    fn into_value(self) -> Value {
        Value::Struct(vec![Some(self.create_account_request_id.into_value())])
    }
}

#[derive(Default)]
pub struct DescribeCreateAccountStatusOutput {
    pub create_account_status: Option<CreateAccountStatus>,
}

impl FromValue for DescribeCreateAccountStatusOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "DescribeCreateAccountStatusOutput")?;
        Ok(Self { create_account_status: members.optional(0)? })
    }
}

impl IntoValue for DescribeCreateAccountStatusOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![self.create_account_status.map(IntoValue::into_value)])
    }
}

#[derive(Clone, PartialEq)]
pub struct DescribeEffectivePolicy {
    pub policy_type: EffectivePolicyType,
    pub target_id: Option<String>,
}

impl FromValue for DescribeEffectivePolicy {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "DescribeEffectivePolicy")?;
        Ok(Self { policy_type: members.required(0)?, target_id: members.optional(1)? })
    }
}

impl IntoValue for DescribeEffectivePolicy {
    fn into_value(self) -> Value {
        Value::Struct(vec![Some(self.policy_type.into_value()), self.target_id.map(IntoValue::into_value)])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct DescribeEffectivePolicyOutput {
    pub effective_policy: Option<EffectivePolicy>,
}

impl FromValue for DescribeEffectivePolicyOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "DescribeEffectivePolicyOutput")?;
        Ok(Self { effective_policy: members.optional(0)? })
    }
}

impl IntoValue for DescribeEffectivePolicyOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![self.effective_policy.map(IntoValue::into_value)])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct DescribeHandshake {
    pub handshake_id: String,
}

impl FromValue for DescribeHandshake {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "DescribeHandshake")?;
        Ok(Self { handshake_id: members.required(0)? })
    }
}

impl IntoValue for DescribeHandshake {
    fn into_value(self) -> Value {
        Value::Struct(vec![Some(self.handshake_id.into_value())])
    }
}

#[derive(Default)]
pub struct DescribeHandshakeOutput {
    pub handshake: Option<Handshake>,
}

impl FromValue for DescribeHandshakeOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "DescribeHandshakeOutput")?;
        Ok(Self { handshake: members.optional(0)? })
    }
}

impl IntoValue for DescribeHandshakeOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![self.handshake.map(IntoValue::into_value)])
    }
}

#[derive(Default)]
pub struct DescribeOrganizationOutput {
    pub organization: Option<Organization>,
}

impl FromValue for DescribeOrganizationOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "DescribeOrganizationOutput")?;
        Ok(Self { organization: members.optional(0)? })
    }
}

impl IntoValue for DescribeOrganizationOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![self.organization.map(IntoValue::into_value)])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct DescribeOrganizationalUnit {
    pub organizational_unit_id: String,
}

impl FromValue for DescribeOrganizationalUnit {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "DescribeOrganizationalUnit")?;
        Ok(Self { organizational_unit_id: members.required(0)? })
    }
}

impl IntoValue for DescribeOrganizationalUnit {
    fn into_value(self) -> Value {
        Value::Struct(vec![Some(self.organizational_unit_id.into_value())])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct DescribeOrganizationalUnitOutput {
    pub organizational_unit: Option<OrganizationalUnit>,
}

impl FromValue for DescribeOrganizationalUnitOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "DescribeOrganizationalUnitOutput")?;
        Ok(Self { organizational_unit: members.optional(0)? })
    }
}

impl IntoValue for DescribeOrganizationalUnitOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![self.organizational_unit.map(IntoValue::into_value)])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct DescribePolicy {
    pub policy_id: String,
}

impl FromValue for DescribePolicy {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "DescribePolicy")?;
        Ok(Self { policy_id: members.required(0)? })
    }
}

impl IntoValue for DescribePolicy {
    fn into_value(self) -> Value {
        Value::Struct(vec![Some(self.policy_id.into_value())])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct DescribePolicyOutput {
    pub policy: Option<Policy>,
}

impl FromValue for DescribePolicyOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "DescribePolicyOutput")?;
        Ok(Self { policy: members.optional(0)? })
    }
}

impl IntoValue for DescribePolicyOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![self.policy.map(IntoValue::into_value)])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct DescribeResourcePolicyOutput {
    pub resource_policy: Option<ResourcePolicy>,
}

impl FromValue for DescribeResourcePolicyOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "DescribeResourcePolicyOutput")?;
        Ok(Self { resource_policy: members.optional(0)? })
    }
}

impl IntoValue for DescribeResourcePolicyOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![self.resource_policy.map(IntoValue::into_value)])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct DetachPolicy {
    pub policy_id: String,
    pub target_id: String,
}

impl FromValue for DetachPolicy {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "DetachPolicy")?;
        Ok(Self { policy_id: members.required(0)?, target_id: members.required(1)? })
    }
}

impl IntoValue for DetachPolicy {
    fn into_value(self) -> Value {
        Value::Struct(vec![Some(self.policy_id.into_value()), Some(self.target_id.into_value())])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct DisableAWSServiceAccess {
    pub service_principal: String,
}

impl FromValue for DisableAWSServiceAccess {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "DisableAWSServiceAccess")?;
        Ok(Self { service_principal: members.required(0)? })
    }
}

impl IntoValue for DisableAWSServiceAccess {
    fn into_value(self) -> Value {
        Value::Struct(vec![Some(self.service_principal.into_value())])
    }
}

#[derive(Clone, PartialEq)]
pub struct DisablePolicyType {
    pub root_id: String,
    pub policy_type: PolicyType,
}

impl FromValue for DisablePolicyType {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "DisablePolicyType")?;
        Ok(Self { root_id: members.required(0)?, policy_type: members.required(1)? })
    }
}

impl IntoValue for DisablePolicyType {
    fn into_value(self) -> Value {
        Value::Struct(vec![Some(self.root_id.into_value()), Some(self.policy_type.into_value())])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct DisablePolicyTypeOutput {
    pub root: Option<Root>,
}

impl FromValue for DisablePolicyTypeOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "DisablePolicyTypeOutput")?;
        Ok(Self { root: members.optional(0)? })
    }
}

impl IntoValue for DisablePolicyTypeOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![self.root.map(IntoValue::into_value)])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct EffectivePolicy {
    pub policy_content: Option<String>,
    pub last_updated_timestamp: Option<Timestamp>,
    pub target_id: Option<String>,
    pub policy_type: Option<EffectivePolicyType>,
}

impl FromValue for EffectivePolicy {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "EffectivePolicy")?;
        Ok(Self {
            policy_content: members.optional(0)?,
            last_updated_timestamp: members.optional(1)?,
            target_id: members.optional(2)?,
            policy_type: members.optional(3)?,
        })
    }
}

impl IntoValue for EffectivePolicy {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            self.policy_content.map(IntoValue::into_value),
            self.last_updated_timestamp.map(IntoValue::into_value),
            self.target_id.map(IntoValue::into_value),
            self.policy_type.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EffectivePolicyType {
    TagPolicy,
    BackupPolicy,
    AiservicesOptOutPolicy,
    ChatbotPolicy,
    DeclarativePolicyEc2,
    SecurityhubPolicy,
    SecurityhubCspmPolicy,
    InspectorPolicy,
    UpgradeRolloutPolicy,
    BedrockPolicy,
    S3Policy,
    NetworkSecurityDirectorPolicy,
    GuarddutyPolicy,
}

impl EffectivePolicyType {
    /// Every value, in the model's order.
    pub const ALL: &'static [Self] = &[
        Self::TagPolicy,
        Self::BackupPolicy,
        Self::AiservicesOptOutPolicy,
        Self::ChatbotPolicy,
        Self::DeclarativePolicyEc2,
        Self::SecurityhubPolicy,
        Self::SecurityhubCspmPolicy,
        Self::InspectorPolicy,
        Self::UpgradeRolloutPolicy,
        Self::BedrockPolicy,
        Self::S3Policy,
        Self::NetworkSecurityDirectorPolicy,
        Self::GuarddutyPolicy,
    ];

    /// The value as it is sent.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::TagPolicy => "TAG_POLICY",
            Self::BackupPolicy => "BACKUP_POLICY",
            Self::AiservicesOptOutPolicy => "AISERVICES_OPT_OUT_POLICY",
            Self::ChatbotPolicy => "CHATBOT_POLICY",
            Self::DeclarativePolicyEc2 => "DECLARATIVE_POLICY_EC2",
            Self::SecurityhubPolicy => "SECURITYHUB_POLICY",
            Self::SecurityhubCspmPolicy => "SECURITYHUB_CSPM_POLICY",
            Self::InspectorPolicy => "INSPECTOR_POLICY",
            Self::UpgradeRolloutPolicy => "UPGRADE_ROLLOUT_POLICY",
            Self::BedrockPolicy => "BEDROCK_POLICY",
            Self::S3Policy => "S3_POLICY",
            Self::NetworkSecurityDirectorPolicy => "NETWORK_SECURITY_DIRECTOR_POLICY",
            Self::GuarddutyPolicy => "GUARDDUTY_POLICY",
        }
    }
}

impl TryFrom<&str> for EffectivePolicyType {
    type Error = Mismatch;

    fn try_from(text: &str) -> Result<Self, Mismatch> {
        Self::ALL.iter().copied().find(|value| value.as_str() == text).ok_or(Mismatch("EffectivePolicyType"))
    }
}

impl FromValue for EffectivePolicyType {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        value.as_str().ok_or(Mismatch("EffectivePolicyType")).and_then(Self::try_from)
    }
}

impl IntoValue for EffectivePolicyType {
    fn into_value(self) -> Value {
        Value::String(self.as_str().to_owned())
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct EnableAWSServiceAccess {
    pub service_principal: String,
}

impl FromValue for EnableAWSServiceAccess {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "EnableAWSServiceAccess")?;
        Ok(Self { service_principal: members.required(0)? })
    }
}

impl IntoValue for EnableAWSServiceAccess {
    fn into_value(self) -> Value {
        Value::Struct(vec![Some(self.service_principal.into_value())])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct EnableAllFeatures {}

impl FromValue for EnableAllFeatures {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        Members::of(value, "EnableAllFeatures").map(|_| Self {})
    }
}

impl IntoValue for EnableAllFeatures {
    fn into_value(self) -> Value {
        Value::Struct(vec![])
    }
}

#[derive(Default)]
pub struct EnableAllFeaturesOutput {
    pub handshake: Option<Handshake>,
}

impl FromValue for EnableAllFeaturesOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "EnableAllFeaturesOutput")?;
        Ok(Self { handshake: members.optional(0)? })
    }
}

impl IntoValue for EnableAllFeaturesOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![self.handshake.map(IntoValue::into_value)])
    }
}

#[derive(Clone, PartialEq)]
pub struct EnablePolicyType {
    pub root_id: String,
    pub policy_type: PolicyType,
}

impl FromValue for EnablePolicyType {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "EnablePolicyType")?;
        Ok(Self { root_id: members.required(0)?, policy_type: members.required(1)? })
    }
}

impl IntoValue for EnablePolicyType {
    fn into_value(self) -> Value {
        Value::Struct(vec![Some(self.root_id.into_value()), Some(self.policy_type.into_value())])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct EnablePolicyTypeOutput {
    pub root: Option<Root>,
}

impl FromValue for EnablePolicyTypeOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "EnablePolicyTypeOutput")?;
        Ok(Self { root: members.optional(0)? })
    }
}

impl IntoValue for EnablePolicyTypeOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![self.root.map(IntoValue::into_value)])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct EnabledServicePrincipal {
    pub service_principal: Option<String>,
    pub date_enabled: Option<Timestamp>,
}

impl FromValue for EnabledServicePrincipal {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "EnabledServicePrincipal")?;
        Ok(Self { service_principal: members.optional(0)?, date_enabled: members.optional(1)? })
    }
}

impl IntoValue for EnabledServicePrincipal {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            self.service_principal.map(IntoValue::into_value),
            self.date_enabled.map(IntoValue::into_value),
        ])
    }
}

#[derive(Default)]
pub struct Handshake {
    pub id: Option<String>,
    pub arn: Option<String>,
    pub parties: Option<Vec<HandshakeParty>>,
    pub state: Option<HandshakeState>,
    pub requested_timestamp: Option<Timestamp>,
    pub expiration_timestamp: Option<Timestamp>,
    pub action: Option<ActionType>,
    pub resources: Option<Vec<HandshakeResource>>,
}

impl FromValue for Handshake {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "Handshake")?;
        Ok(Self {
            id: members.optional(0)?,
            arn: members.optional(1)?,
            parties: members.optional(2)?,
            state: members.optional(3)?,
            requested_timestamp: members.optional(4)?,
            expiration_timestamp: members.optional(5)?,
            action: members.optional(6)?,
            resources: members.optional(7)?,
        })
    }
}

impl IntoValue for Handshake {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            self.id.map(IntoValue::into_value),
            self.arn.map(IntoValue::into_value),
            self.parties.map(IntoValue::into_value),
            self.state.map(IntoValue::into_value),
            self.requested_timestamp.map(IntoValue::into_value),
            self.expiration_timestamp.map(IntoValue::into_value),
            self.action.map(IntoValue::into_value),
            self.resources.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct HandshakeFilter {
    pub action_type: Option<ActionType>,
    pub parent_handshake_id: Option<String>,
}

impl FromValue for HandshakeFilter {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "HandshakeFilter")?;
        Ok(Self { action_type: members.optional(0)?, parent_handshake_id: members.optional(1)? })
    }
}

impl IntoValue for HandshakeFilter {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            self.action_type.map(IntoValue::into_value),
            self.parent_handshake_id.map(IntoValue::into_value),
        ])
    }
}

pub struct HandshakeParty {
    pub id: Secret<String>,
    pub r#type: HandshakePartyType,
}

impl FromValue for HandshakeParty {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "HandshakeParty")?;
        Ok(Self { id: members.required(0)?, r#type: members.required(1)? })
    }
}

impl IntoValue for HandshakeParty {
    fn into_value(self) -> Value {
        Value::Struct(vec![Some(self.id.into_value()), Some(self.r#type.into_value())])
    }
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum HandshakePartyType {
    Account,
    Organization,
    Email,
}

impl HandshakePartyType {
    /// Every value, in the model's order.
    pub const ALL: &'static [Self] = &[Self::Account, Self::Organization, Self::Email];

    /// The value as it is sent.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Account => "ACCOUNT",
            Self::Organization => "ORGANIZATION",
            Self::Email => "EMAIL",
        }
    }
}

impl TryFrom<&str> for HandshakePartyType {
    type Error = Mismatch;

    fn try_from(text: &str) -> Result<Self, Mismatch> {
        Self::ALL.iter().copied().find(|value| value.as_str() == text).ok_or(Mismatch("HandshakePartyType"))
    }
}

impl FromValue for HandshakePartyType {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        value.as_str().ok_or(Mismatch("HandshakePartyType")).and_then(Self::try_from)
    }
}

impl IntoValue for HandshakePartyType {
    fn into_value(self) -> Value {
        Value::String(self.as_str().to_owned())
    }
}

#[derive(Default)]
pub struct HandshakeResource {
    pub value: Option<Secret<String>>,
    pub r#type: Option<HandshakeResourceType>,
    pub resources: Option<Vec<HandshakeResource>>,
}

impl FromValue for HandshakeResource {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "HandshakeResource")?;
        Ok(Self { value: members.optional(0)?, r#type: members.optional(1)?, resources: members.optional(2)? })
    }
}

impl IntoValue for HandshakeResource {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            self.value.map(IntoValue::into_value),
            self.r#type.map(IntoValue::into_value),
            self.resources.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum HandshakeResourceType {
    Account,
    Organization,
    OrganizationFeatureSet,
    Email,
    MasterEmail,
    MasterName,
    Notes,
    ParentHandshake,
    ResponsibilityTransfer,
    TransferStartTimestamp,
    TransferType,
    ManagementAccount,
    ManagementEmail,
    ManagementName,
}

impl HandshakeResourceType {
    /// Every value, in the model's order.
    pub const ALL: &'static [Self] = &[
        Self::Account,
        Self::Organization,
        Self::OrganizationFeatureSet,
        Self::Email,
        Self::MasterEmail,
        Self::MasterName,
        Self::Notes,
        Self::ParentHandshake,
        Self::ResponsibilityTransfer,
        Self::TransferStartTimestamp,
        Self::TransferType,
        Self::ManagementAccount,
        Self::ManagementEmail,
        Self::ManagementName,
    ];

    /// The value as it is sent.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Account => "ACCOUNT",
            Self::Organization => "ORGANIZATION",
            Self::OrganizationFeatureSet => "ORGANIZATION_FEATURE_SET",
            Self::Email => "EMAIL",
            Self::MasterEmail => "MASTER_EMAIL",
            Self::MasterName => "MASTER_NAME",
            Self::Notes => "NOTES",
            Self::ParentHandshake => "PARENT_HANDSHAKE",
            Self::ResponsibilityTransfer => "RESPONSIBILITY_TRANSFER",
            Self::TransferStartTimestamp => "TRANSFER_START_TIMESTAMP",
            Self::TransferType => "TRANSFER_TYPE",
            Self::ManagementAccount => "MANAGEMENT_ACCOUNT",
            Self::ManagementEmail => "MANAGEMENT_EMAIL",
            Self::ManagementName => "MANAGEMENT_NAME",
        }
    }
}

impl TryFrom<&str> for HandshakeResourceType {
    type Error = Mismatch;

    fn try_from(text: &str) -> Result<Self, Mismatch> {
        Self::ALL.iter().copied().find(|value| value.as_str() == text).ok_or(Mismatch("HandshakeResourceType"))
    }
}

impl FromValue for HandshakeResourceType {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        value.as_str().ok_or(Mismatch("HandshakeResourceType")).and_then(Self::try_from)
    }
}

impl IntoValue for HandshakeResourceType {
    fn into_value(self) -> Value {
        Value::String(self.as_str().to_owned())
    }
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum HandshakeState {
    Requested,
    Open,
    Canceled,
    Accepted,
    Declined,
    Expired,
}

impl HandshakeState {
    /// Every value, in the model's order.
    pub const ALL: &'static [Self] =
        &[Self::Requested, Self::Open, Self::Canceled, Self::Accepted, Self::Declined, Self::Expired];

    /// The value as it is sent.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Requested => "REQUESTED",
            Self::Open => "OPEN",
            Self::Canceled => "CANCELED",
            Self::Accepted => "ACCEPTED",
            Self::Declined => "DECLINED",
            Self::Expired => "EXPIRED",
        }
    }
}

impl TryFrom<&str> for HandshakeState {
    type Error = Mismatch;

    fn try_from(text: &str) -> Result<Self, Mismatch> {
        Self::ALL.iter().copied().find(|value| value.as_str() == text).ok_or(Mismatch("HandshakeState"))
    }
}

impl FromValue for HandshakeState {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        value.as_str().ok_or(Mismatch("HandshakeState")).and_then(Self::try_from)
    }
}

impl IntoValue for HandshakeState {
    fn into_value(self) -> Value {
        Value::String(self.as_str().to_owned())
    }
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum IAMUserAccessToBilling {
    Allow,
    Deny,
}

impl IAMUserAccessToBilling {
    /// Every value, in the model's order.
    pub const ALL: &'static [Self] = &[Self::Allow, Self::Deny];

    /// The value as it is sent.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Allow => "ALLOW",
            Self::Deny => "DENY",
        }
    }
}

impl TryFrom<&str> for IAMUserAccessToBilling {
    type Error = Mismatch;

    fn try_from(text: &str) -> Result<Self, Mismatch> {
        Self::ALL.iter().copied().find(|value| value.as_str() == text).ok_or(Mismatch("IAMUserAccessToBilling"))
    }
}

impl FromValue for IAMUserAccessToBilling {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        value.as_str().ok_or(Mismatch("IAMUserAccessToBilling")).and_then(Self::try_from)
    }
}

impl IntoValue for IAMUserAccessToBilling {
    fn into_value(self) -> Value {
        Value::String(self.as_str().to_owned())
    }
}

pub struct InviteAccountToOrganization {
    pub target: HandshakeParty,
    pub notes: Option<Secret<String>>,
    pub tags: Option<Vec<Tag>>,
}

impl FromValue for InviteAccountToOrganization {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "InviteAccountToOrganization")?;
        Ok(Self { target: members.required(0)?, notes: members.optional(1)?, tags: members.optional(2)? })
    }
}

impl IntoValue for InviteAccountToOrganization {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            Some(self.target.into_value()),
            self.notes.map(IntoValue::into_value),
            self.tags.map(IntoValue::into_value),
        ])
    }
}

#[derive(Default)]
pub struct InviteAccountToOrganizationOutput {
    pub handshake: Option<Handshake>,
}

impl FromValue for InviteAccountToOrganizationOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "InviteAccountToOrganizationOutput")?;
        Ok(Self { handshake: members.optional(0)? })
    }
}

impl IntoValue for InviteAccountToOrganizationOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![self.handshake.map(IntoValue::into_value)])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct ListAWSServiceAccessForOrganization {
    pub next_token: Option<String>,
    pub max_results: Option<i32>,
}

impl FromValue for ListAWSServiceAccessForOrganization {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "ListAWSServiceAccessForOrganization")?;
        Ok(Self { next_token: members.optional(0)?, max_results: members.optional(1)? })
    }
}

impl IntoValue for ListAWSServiceAccessForOrganization {
    fn into_value(self) -> Value {
        Value::Struct(vec![self.next_token.map(IntoValue::into_value), self.max_results.map(IntoValue::into_value)])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct ListAWSServiceAccessForOrganizationOutput {
    pub enabled_service_principals: Option<Vec<EnabledServicePrincipal>>,
    pub next_token: Option<String>,
}

impl FromValue for ListAWSServiceAccessForOrganizationOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "ListAWSServiceAccessForOrganizationOutput")?;
        Ok(Self { enabled_service_principals: members.optional(0)?, next_token: members.optional(1)? })
    }
}

impl IntoValue for ListAWSServiceAccessForOrganizationOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            self.enabled_service_principals.map(IntoValue::into_value),
            self.next_token.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct ListAccountsForParent {
    pub parent_id: String,
    pub next_token: Option<String>,
    pub max_results: Option<i32>,
}

impl FromValue for ListAccountsForParent {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "ListAccountsForParent")?;
        Ok(Self {
            parent_id: members.required(0)?,
            next_token: members.optional(1)?,
            max_results: members.optional(2)?,
        })
    }
}

impl IntoValue for ListAccountsForParent {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            Some(self.parent_id.into_value()),
            self.next_token.map(IntoValue::into_value),
            self.max_results.map(IntoValue::into_value),
        ])
    }
}

#[derive(Default)]
pub struct ListAccountsForParentOutput {
    pub accounts: Option<Vec<Account>>,
    pub next_token: Option<String>,
}

impl FromValue for ListAccountsForParentOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "ListAccountsForParentOutput")?;
        Ok(Self { accounts: members.optional(0)?, next_token: members.optional(1)? })
    }
}

impl IntoValue for ListAccountsForParentOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![self.accounts.map(IntoValue::into_value), self.next_token.map(IntoValue::into_value)])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct ListAccounts {
    pub next_token: Option<String>,
    pub max_results: Option<i32>,
}

impl FromValue for ListAccounts {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "ListAccounts")?;
        Ok(Self { next_token: members.optional(0)?, max_results: members.optional(1)? })
    }
}

impl IntoValue for ListAccounts {
    fn into_value(self) -> Value {
        Value::Struct(vec![self.next_token.map(IntoValue::into_value), self.max_results.map(IntoValue::into_value)])
    }
}

#[derive(Default)]
pub struct ListAccountsOutput {
    pub accounts: Option<Vec<Account>>,
    pub next_token: Option<String>,
}

impl FromValue for ListAccountsOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "ListAccountsOutput")?;
        Ok(Self { accounts: members.optional(0)?, next_token: members.optional(1)? })
    }
}

impl IntoValue for ListAccountsOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![self.accounts.map(IntoValue::into_value), self.next_token.map(IntoValue::into_value)])
    }
}

#[derive(Clone, PartialEq)]
pub struct ListChildren {
    pub parent_id: String,
    pub child_type: ChildType,
    pub next_token: Option<String>,
    pub max_results: Option<i32>,
}

impl FromValue for ListChildren {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "ListChildren")?;
        Ok(Self {
            parent_id: members.required(0)?,
            child_type: members.required(1)?,
            next_token: members.optional(2)?,
            max_results: members.optional(3)?,
        })
    }
}

impl IntoValue for ListChildren {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            Some(self.parent_id.into_value()),
            Some(self.child_type.into_value()),
            self.next_token.map(IntoValue::into_value),
            self.max_results.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct ListChildrenOutput {
    pub children: Option<Vec<Child>>,
    pub next_token: Option<String>,
}

impl FromValue for ListChildrenOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "ListChildrenOutput")?;
        Ok(Self { children: members.optional(0)?, next_token: members.optional(1)? })
    }
}

impl IntoValue for ListChildrenOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![self.children.map(IntoValue::into_value), self.next_token.map(IntoValue::into_value)])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct ListCreateAccountStatus {
    pub states: Option<Vec<CreateAccountState>>,
    pub next_token: Option<String>,
    pub max_results: Option<i32>,
}

impl FromValue for ListCreateAccountStatus {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "ListCreateAccountStatus")?;
        Ok(Self { states: members.optional(0)?, next_token: members.optional(1)?, max_results: members.optional(2)? })
    }
}

impl IntoValue for ListCreateAccountStatus {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            self.states.map(IntoValue::into_value),
            self.next_token.map(IntoValue::into_value),
            self.max_results.map(IntoValue::into_value),
        ])
    }
}

#[derive(Default)]
pub struct ListCreateAccountStatusOutput {
    pub create_account_statuses: Option<Vec<CreateAccountStatus>>,
    pub next_token: Option<String>,
}

impl FromValue for ListCreateAccountStatusOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "ListCreateAccountStatusOutput")?;
        Ok(Self { create_account_statuses: members.optional(0)?, next_token: members.optional(1)? })
    }
}

impl IntoValue for ListCreateAccountStatusOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            self.create_account_statuses.map(IntoValue::into_value),
            self.next_token.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct ListDelegatedAdministrators {
    pub service_principal: Option<String>,
    pub next_token: Option<String>,
    pub max_results: Option<i32>,
}

impl FromValue for ListDelegatedAdministrators {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "ListDelegatedAdministrators")?;
        Ok(Self {
            service_principal: members.optional(0)?,
            next_token: members.optional(1)?,
            max_results: members.optional(2)?,
        })
    }
}

impl IntoValue for ListDelegatedAdministrators {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            self.service_principal.map(IntoValue::into_value),
            self.next_token.map(IntoValue::into_value),
            self.max_results.map(IntoValue::into_value),
        ])
    }
}

#[derive(Default)]
pub struct ListDelegatedAdministratorsOutput {
    pub delegated_administrators: Option<Vec<DelegatedAdministrator>>,
    pub next_token: Option<String>,
}

impl FromValue for ListDelegatedAdministratorsOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "ListDelegatedAdministratorsOutput")?;
        Ok(Self { delegated_administrators: members.optional(0)?, next_token: members.optional(1)? })
    }
}

impl IntoValue for ListDelegatedAdministratorsOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            self.delegated_administrators.map(IntoValue::into_value),
            self.next_token.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct ListDelegatedServicesForAccount {
    pub account_id: String,
    pub next_token: Option<String>,
    pub max_results: Option<i32>,
}

impl FromValue for ListDelegatedServicesForAccount {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "ListDelegatedServicesForAccount")?;
        Ok(Self {
            account_id: members.required(0)?,
            next_token: members.optional(1)?,
            max_results: members.optional(2)?,
        })
    }
}

impl IntoValue for ListDelegatedServicesForAccount {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            Some(self.account_id.into_value()),
            self.next_token.map(IntoValue::into_value),
            self.max_results.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct ListDelegatedServicesForAccountOutput {
    pub delegated_services: Option<Vec<DelegatedService>>,
    pub next_token: Option<String>,
}

impl FromValue for ListDelegatedServicesForAccountOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "ListDelegatedServicesForAccountOutput")?;
        Ok(Self { delegated_services: members.optional(0)?, next_token: members.optional(1)? })
    }
}

impl IntoValue for ListDelegatedServicesForAccountOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            self.delegated_services.map(IntoValue::into_value),
            self.next_token.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct ListHandshakesForAccount {
    pub filter: Option<HandshakeFilter>,
    pub next_token: Option<String>,
    pub max_results: Option<i32>,
}

impl FromValue for ListHandshakesForAccount {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "ListHandshakesForAccount")?;
        Ok(Self { filter: members.optional(0)?, next_token: members.optional(1)?, max_results: members.optional(2)? })
    }
}

impl IntoValue for ListHandshakesForAccount {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            self.filter.map(IntoValue::into_value),
            self.next_token.map(IntoValue::into_value),
            self.max_results.map(IntoValue::into_value),
        ])
    }
}

#[derive(Default)]
pub struct ListHandshakesForAccountOutput {
    pub handshakes: Option<Vec<Handshake>>,
    pub next_token: Option<String>,
}

impl FromValue for ListHandshakesForAccountOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "ListHandshakesForAccountOutput")?;
        Ok(Self { handshakes: members.optional(0)?, next_token: members.optional(1)? })
    }
}

impl IntoValue for ListHandshakesForAccountOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![self.handshakes.map(IntoValue::into_value), self.next_token.map(IntoValue::into_value)])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct ListHandshakesForOrganization {
    pub filter: Option<HandshakeFilter>,
    pub next_token: Option<String>,
    pub max_results: Option<i32>,
}

impl FromValue for ListHandshakesForOrganization {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "ListHandshakesForOrganization")?;
        Ok(Self { filter: members.optional(0)?, next_token: members.optional(1)?, max_results: members.optional(2)? })
    }
}

impl IntoValue for ListHandshakesForOrganization {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            self.filter.map(IntoValue::into_value),
            self.next_token.map(IntoValue::into_value),
            self.max_results.map(IntoValue::into_value),
        ])
    }
}

#[derive(Default)]
pub struct ListHandshakesForOrganizationOutput {
    pub handshakes: Option<Vec<Handshake>>,
    pub next_token: Option<String>,
}

impl FromValue for ListHandshakesForOrganizationOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "ListHandshakesForOrganizationOutput")?;
        Ok(Self { handshakes: members.optional(0)?, next_token: members.optional(1)? })
    }
}

impl IntoValue for ListHandshakesForOrganizationOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![self.handshakes.map(IntoValue::into_value), self.next_token.map(IntoValue::into_value)])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct ListOrganizationalUnitsForParent {
    pub parent_id: String,
    pub next_token: Option<String>,
    pub max_results: Option<i32>,
}

impl FromValue for ListOrganizationalUnitsForParent {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "ListOrganizationalUnitsForParent")?;
        Ok(Self {
            parent_id: members.required(0)?,
            next_token: members.optional(1)?,
            max_results: members.optional(2)?,
        })
    }
}

impl IntoValue for ListOrganizationalUnitsForParent {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            Some(self.parent_id.into_value()),
            self.next_token.map(IntoValue::into_value),
            self.max_results.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct ListOrganizationalUnitsForParentOutput {
    pub organizational_units: Option<Vec<OrganizationalUnit>>,
    pub next_token: Option<String>,
}

impl FromValue for ListOrganizationalUnitsForParentOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "ListOrganizationalUnitsForParentOutput")?;
        Ok(Self { organizational_units: members.optional(0)?, next_token: members.optional(1)? })
    }
}

impl IntoValue for ListOrganizationalUnitsForParentOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            self.organizational_units.map(IntoValue::into_value),
            self.next_token.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct ListParents {
    pub child_id: String,
    pub next_token: Option<String>,
    pub max_results: Option<i32>,
}

impl FromValue for ListParents {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "ListParents")?;
        Ok(Self { child_id: members.required(0)?, next_token: members.optional(1)?, max_results: members.optional(2)? })
    }
}

impl IntoValue for ListParents {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            Some(self.child_id.into_value()),
            self.next_token.map(IntoValue::into_value),
            self.max_results.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct ListParentsOutput {
    pub parents: Option<Vec<Parent>>,
    pub next_token: Option<String>,
}

impl FromValue for ListParentsOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "ListParentsOutput")?;
        Ok(Self { parents: members.optional(0)?, next_token: members.optional(1)? })
    }
}

impl IntoValue for ListParentsOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![self.parents.map(IntoValue::into_value), self.next_token.map(IntoValue::into_value)])
    }
}

#[derive(Clone, PartialEq)]
pub struct ListPoliciesForTarget {
    pub target_id: String,
    pub filter: PolicyType,
    pub next_token: Option<String>,
    pub max_results: Option<i32>,
}

impl FromValue for ListPoliciesForTarget {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "ListPoliciesForTarget")?;
        Ok(Self {
            target_id: members.required(0)?,
            filter: members.required(1)?,
            next_token: members.optional(2)?,
            max_results: members.optional(3)?,
        })
    }
}

impl IntoValue for ListPoliciesForTarget {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            Some(self.target_id.into_value()),
            Some(self.filter.into_value()),
            self.next_token.map(IntoValue::into_value),
            self.max_results.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct ListPoliciesForTargetOutput {
    pub policies: Option<Vec<PolicySummary>>,
    pub next_token: Option<String>,
}

impl FromValue for ListPoliciesForTargetOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "ListPoliciesForTargetOutput")?;
        Ok(Self { policies: members.optional(0)?, next_token: members.optional(1)? })
    }
}

impl IntoValue for ListPoliciesForTargetOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![self.policies.map(IntoValue::into_value), self.next_token.map(IntoValue::into_value)])
    }
}

#[derive(Clone, PartialEq)]
pub struct ListPolicies {
    pub filter: PolicyType,
    pub next_token: Option<String>,
    pub max_results: Option<i32>,
}

impl FromValue for ListPolicies {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "ListPolicies")?;
        Ok(Self { filter: members.required(0)?, next_token: members.optional(1)?, max_results: members.optional(2)? })
    }
}

impl IntoValue for ListPolicies {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            Some(self.filter.into_value()),
            self.next_token.map(IntoValue::into_value),
            self.max_results.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct ListPoliciesOutput {
    pub policies: Option<Vec<PolicySummary>>,
    pub next_token: Option<String>,
}

impl FromValue for ListPoliciesOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "ListPoliciesOutput")?;
        Ok(Self { policies: members.optional(0)?, next_token: members.optional(1)? })
    }
}

impl IntoValue for ListPoliciesOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![self.policies.map(IntoValue::into_value), self.next_token.map(IntoValue::into_value)])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct ListRoots {
    pub next_token: Option<String>,
    pub max_results: Option<i32>,
}

impl FromValue for ListRoots {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "ListRoots")?;
        Ok(Self { next_token: members.optional(0)?, max_results: members.optional(1)? })
    }
}

impl IntoValue for ListRoots {
    fn into_value(self) -> Value {
        Value::Struct(vec![self.next_token.map(IntoValue::into_value), self.max_results.map(IntoValue::into_value)])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct ListRootsOutput {
    pub roots: Option<Vec<Root>>,
    pub next_token: Option<String>,
}

impl FromValue for ListRootsOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "ListRootsOutput")?;
        Ok(Self { roots: members.optional(0)?, next_token: members.optional(1)? })
    }
}

impl IntoValue for ListRootsOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![self.roots.map(IntoValue::into_value), self.next_token.map(IntoValue::into_value)])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct ListTagsForResource {
    pub resource_id: String,
    pub next_token: Option<String>,
}

impl FromValue for ListTagsForResource {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "ListTagsForResource")?;
        Ok(Self { resource_id: members.required(0)?, next_token: members.optional(1)? })
    }
}

impl IntoValue for ListTagsForResource {
    fn into_value(self) -> Value {
        Value::Struct(vec![Some(self.resource_id.into_value()), self.next_token.map(IntoValue::into_value)])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct ListTagsForResourceOutput {
    pub tags: Option<Vec<Tag>>,
    pub next_token: Option<String>,
}

impl FromValue for ListTagsForResourceOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "ListTagsForResourceOutput")?;
        Ok(Self { tags: members.optional(0)?, next_token: members.optional(1)? })
    }
}

impl IntoValue for ListTagsForResourceOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![self.tags.map(IntoValue::into_value), self.next_token.map(IntoValue::into_value)])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct ListTargetsForPolicy {
    pub policy_id: String,
    pub next_token: Option<String>,
    pub max_results: Option<i32>,
}

impl FromValue for ListTargetsForPolicy {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "ListTargetsForPolicy")?;
        Ok(Self {
            policy_id: members.required(0)?,
            next_token: members.optional(1)?,
            max_results: members.optional(2)?,
        })
    }
}

impl IntoValue for ListTargetsForPolicy {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            Some(self.policy_id.into_value()),
            self.next_token.map(IntoValue::into_value),
            self.max_results.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct ListTargetsForPolicyOutput {
    pub targets: Option<Vec<PolicyTargetSummary>>,
    pub next_token: Option<String>,
}

impl FromValue for ListTargetsForPolicyOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "ListTargetsForPolicyOutput")?;
        Ok(Self { targets: members.optional(0)?, next_token: members.optional(1)? })
    }
}

impl IntoValue for ListTargetsForPolicyOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![self.targets.map(IntoValue::into_value), self.next_token.map(IntoValue::into_value)])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct MoveAccount {
    pub account_id: String,
    pub source_parent_id: String,
    pub destination_parent_id: String,
}

impl FromValue for MoveAccount {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "MoveAccount")?;
        Ok(Self {
            account_id: members.required(0)?,
            source_parent_id: members.required(1)?,
            destination_parent_id: members.required(2)?,
        })
    }
}

impl IntoValue for MoveAccount {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            Some(self.account_id.into_value()),
            Some(self.source_parent_id.into_value()),
            Some(self.destination_parent_id.into_value()),
        ])
    }
}

#[derive(Default)]
pub struct Organization {
    pub id: Option<String>,
    pub arn: Option<String>,
    pub feature_set: Option<OrganizationFeatureSet>,
    pub master_account_arn: Option<String>,
    pub master_account_id: Option<String>,
    pub master_account_email: Option<Secret<String>>,
    pub available_policy_types: Option<Vec<PolicyTypeSummary>>,
}

impl FromValue for Organization {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "Organization")?;
        Ok(Self {
            id: members.optional(0)?,
            arn: members.optional(1)?,
            feature_set: members.optional(2)?,
            master_account_arn: members.optional(3)?,
            master_account_id: members.optional(4)?,
            master_account_email: members.optional(5)?,
            available_policy_types: members.optional(6)?,
        })
    }
}

impl IntoValue for Organization {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            self.id.map(IntoValue::into_value),
            self.arn.map(IntoValue::into_value),
            self.feature_set.map(IntoValue::into_value),
            self.master_account_arn.map(IntoValue::into_value),
            self.master_account_id.map(IntoValue::into_value),
            self.master_account_email.map(IntoValue::into_value),
            self.available_policy_types.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OrganizationFeatureSet {
    All,
    ConsolidatedBilling,
}

impl OrganizationFeatureSet {
    /// Every value, in the model's order.
    pub const ALL: &'static [Self] = &[Self::All, Self::ConsolidatedBilling];

    /// The value as it is sent.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::All => "ALL",
            Self::ConsolidatedBilling => "CONSOLIDATED_BILLING",
        }
    }
}

impl TryFrom<&str> for OrganizationFeatureSet {
    type Error = Mismatch;

    fn try_from(text: &str) -> Result<Self, Mismatch> {
        Self::ALL.iter().copied().find(|value| value.as_str() == text).ok_or(Mismatch("OrganizationFeatureSet"))
    }
}

impl FromValue for OrganizationFeatureSet {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        value.as_str().ok_or(Mismatch("OrganizationFeatureSet")).and_then(Self::try_from)
    }
}

impl IntoValue for OrganizationFeatureSet {
    fn into_value(self) -> Value {
        Value::String(self.as_str().to_owned())
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct OrganizationalUnit {
    pub id: Option<String>,
    pub arn: Option<String>,
    pub name: Option<String>,
    pub path: Option<String>,
}

impl FromValue for OrganizationalUnit {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "OrganizationalUnit")?;
        Ok(Self {
            id: members.optional(0)?,
            arn: members.optional(1)?,
            name: members.optional(2)?,
            path: members.optional(3)?,
        })
    }
}

impl IntoValue for OrganizationalUnit {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            self.id.map(IntoValue::into_value),
            self.arn.map(IntoValue::into_value),
            self.name.map(IntoValue::into_value),
            self.path.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct Parent {
    pub id: Option<String>,
    pub r#type: Option<ParentType>,
}

impl FromValue for Parent {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "Parent")?;
        Ok(Self { id: members.optional(0)?, r#type: members.optional(1)? })
    }
}

impl IntoValue for Parent {
    fn into_value(self) -> Value {
        Value::Struct(vec![self.id.map(IntoValue::into_value), self.r#type.map(IntoValue::into_value)])
    }
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ParentType {
    Root,
    OrganizationalUnit,
}

impl ParentType {
    /// Every value, in the model's order.
    pub const ALL: &'static [Self] = &[Self::Root, Self::OrganizationalUnit];

    /// The value as it is sent.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Root => "ROOT",
            Self::OrganizationalUnit => "ORGANIZATIONAL_UNIT",
        }
    }
}

impl TryFrom<&str> for ParentType {
    type Error = Mismatch;

    fn try_from(text: &str) -> Result<Self, Mismatch> {
        Self::ALL.iter().copied().find(|value| value.as_str() == text).ok_or(Mismatch("ParentType"))
    }
}

impl FromValue for ParentType {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        value.as_str().ok_or(Mismatch("ParentType")).and_then(Self::try_from)
    }
}

impl IntoValue for ParentType {
    fn into_value(self) -> Value {
        Value::String(self.as_str().to_owned())
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct Policy {
    pub policy_summary: Option<PolicySummary>,
    pub content: Option<String>,
}

impl FromValue for Policy {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "Policy")?;
        Ok(Self { policy_summary: members.optional(0)?, content: members.optional(1)? })
    }
}

impl IntoValue for Policy {
    fn into_value(self) -> Value {
        Value::Struct(vec![self.policy_summary.map(IntoValue::into_value), self.content.map(IntoValue::into_value)])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct PolicySummary {
    pub id: Option<String>,
    pub arn: Option<String>,
    pub name: Option<String>,
    pub description: Option<String>,
    pub r#type: Option<PolicyType>,
    pub aws_managed: Option<bool>,
}

impl FromValue for PolicySummary {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "PolicySummary")?;
        Ok(Self {
            id: members.optional(0)?,
            arn: members.optional(1)?,
            name: members.optional(2)?,
            description: members.optional(3)?,
            r#type: members.optional(4)?,
            aws_managed: members.optional(5)?,
        })
    }
}

impl IntoValue for PolicySummary {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            self.id.map(IntoValue::into_value),
            self.arn.map(IntoValue::into_value),
            self.name.map(IntoValue::into_value),
            self.description.map(IntoValue::into_value),
            self.r#type.map(IntoValue::into_value),
            self.aws_managed.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct PolicyTargetSummary {
    pub target_id: Option<String>,
    pub arn: Option<String>,
    pub name: Option<String>,
    pub r#type: Option<TargetType>,
}

impl FromValue for PolicyTargetSummary {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "PolicyTargetSummary")?;
        Ok(Self {
            target_id: members.optional(0)?,
            arn: members.optional(1)?,
            name: members.optional(2)?,
            r#type: members.optional(3)?,
        })
    }
}

impl IntoValue for PolicyTargetSummary {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            self.target_id.map(IntoValue::into_value),
            self.arn.map(IntoValue::into_value),
            self.name.map(IntoValue::into_value),
            self.r#type.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PolicyType {
    ServiceControlPolicy,
    ResourceControlPolicy,
    TagPolicy,
    BackupPolicy,
    AiservicesOptOutPolicy,
    ChatbotPolicy,
    DeclarativePolicyEc2,
    SecurityhubPolicy,
    SecurityhubCspmPolicy,
    InspectorPolicy,
    UpgradeRolloutPolicy,
    BedrockPolicy,
    S3Policy,
    NetworkSecurityDirectorPolicy,
    GuarddutyPolicy,
}

impl PolicyType {
    /// Every value, in the model's order.
    pub const ALL: &'static [Self] = &[
        Self::ServiceControlPolicy,
        Self::ResourceControlPolicy,
        Self::TagPolicy,
        Self::BackupPolicy,
        Self::AiservicesOptOutPolicy,
        Self::ChatbotPolicy,
        Self::DeclarativePolicyEc2,
        Self::SecurityhubPolicy,
        Self::SecurityhubCspmPolicy,
        Self::InspectorPolicy,
        Self::UpgradeRolloutPolicy,
        Self::BedrockPolicy,
        Self::S3Policy,
        Self::NetworkSecurityDirectorPolicy,
        Self::GuarddutyPolicy,
    ];

    /// The value as it is sent.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ServiceControlPolicy => "SERVICE_CONTROL_POLICY",
            Self::ResourceControlPolicy => "RESOURCE_CONTROL_POLICY",
            Self::TagPolicy => "TAG_POLICY",
            Self::BackupPolicy => "BACKUP_POLICY",
            Self::AiservicesOptOutPolicy => "AISERVICES_OPT_OUT_POLICY",
            Self::ChatbotPolicy => "CHATBOT_POLICY",
            Self::DeclarativePolicyEc2 => "DECLARATIVE_POLICY_EC2",
            Self::SecurityhubPolicy => "SECURITYHUB_POLICY",
            Self::SecurityhubCspmPolicy => "SECURITYHUB_CSPM_POLICY",
            Self::InspectorPolicy => "INSPECTOR_POLICY",
            Self::UpgradeRolloutPolicy => "UPGRADE_ROLLOUT_POLICY",
            Self::BedrockPolicy => "BEDROCK_POLICY",
            Self::S3Policy => "S3_POLICY",
            Self::NetworkSecurityDirectorPolicy => "NETWORK_SECURITY_DIRECTOR_POLICY",
            Self::GuarddutyPolicy => "GUARDDUTY_POLICY",
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
pub enum PolicyTypeStatus {
    Enabled,
    PendingEnable,
    PendingDisable,
}

impl PolicyTypeStatus {
    /// Every value, in the model's order.
    pub const ALL: &'static [Self] = &[Self::Enabled, Self::PendingEnable, Self::PendingDisable];

    /// The value as it is sent.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Enabled => "ENABLED",
            Self::PendingEnable => "PENDING_ENABLE",
            Self::PendingDisable => "PENDING_DISABLE",
        }
    }
}

impl TryFrom<&str> for PolicyTypeStatus {
    type Error = Mismatch;

    fn try_from(text: &str) -> Result<Self, Mismatch> {
        Self::ALL.iter().copied().find(|value| value.as_str() == text).ok_or(Mismatch("PolicyTypeStatus"))
    }
}

impl FromValue for PolicyTypeStatus {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        value.as_str().ok_or(Mismatch("PolicyTypeStatus")).and_then(Self::try_from)
    }
}

impl IntoValue for PolicyTypeStatus {
    fn into_value(self) -> Value {
        Value::String(self.as_str().to_owned())
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct PolicyTypeSummary {
    pub r#type: Option<PolicyType>,
    pub status: Option<PolicyTypeStatus>,
}

impl FromValue for PolicyTypeSummary {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "PolicyTypeSummary")?;
        Ok(Self { r#type: members.optional(0)?, status: members.optional(1)? })
    }
}

impl IntoValue for PolicyTypeSummary {
    fn into_value(self) -> Value {
        Value::Struct(vec![self.r#type.map(IntoValue::into_value), self.status.map(IntoValue::into_value)])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct PutResourcePolicy {
    pub content: String,
    pub tags: Option<Vec<Tag>>,
}

impl FromValue for PutResourcePolicy {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "PutResourcePolicy")?;
        Ok(Self { content: members.required(0)?, tags: members.optional(1)? })
    }
}

impl IntoValue for PutResourcePolicy {
    fn into_value(self) -> Value {
        Value::Struct(vec![Some(self.content.into_value()), self.tags.map(IntoValue::into_value)])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct PutResourcePolicyOutput {
    pub resource_policy: Option<ResourcePolicy>,
}

impl FromValue for PutResourcePolicyOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "PutResourcePolicyOutput")?;
        Ok(Self { resource_policy: members.optional(0)? })
    }
}

impl IntoValue for PutResourcePolicyOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![self.resource_policy.map(IntoValue::into_value)])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct RegisterDelegatedAdministrator {
    pub account_id: String,
    pub service_principal: String,
}

impl FromValue for RegisterDelegatedAdministrator {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "RegisterDelegatedAdministrator")?;
        Ok(Self { account_id: members.required(0)?, service_principal: members.required(1)? })
    }
}

impl IntoValue for RegisterDelegatedAdministrator {
    fn into_value(self) -> Value {
        Value::Struct(vec![Some(self.account_id.into_value()), Some(self.service_principal.into_value())])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct RemoveAccountFromOrganization {
    pub account_id: String,
}

impl FromValue for RemoveAccountFromOrganization {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "RemoveAccountFromOrganization")?;
        Ok(Self { account_id: members.required(0)? })
    }
}

impl IntoValue for RemoveAccountFromOrganization {
    fn into_value(self) -> Value {
        Value::Struct(vec![Some(self.account_id.into_value())])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct ResourcePolicy {
    pub resource_policy_summary: Option<ResourcePolicySummary>,
    pub content: Option<String>,
}

impl FromValue for ResourcePolicy {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "ResourcePolicy")?;
        Ok(Self { resource_policy_summary: members.optional(0)?, content: members.optional(1)? })
    }
}

impl IntoValue for ResourcePolicy {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            self.resource_policy_summary.map(IntoValue::into_value),
            self.content.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct ResourcePolicySummary {
    pub id: Option<String>,
    pub arn: Option<String>,
}

impl FromValue for ResourcePolicySummary {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "ResourcePolicySummary")?;
        Ok(Self { id: members.optional(0)?, arn: members.optional(1)? })
    }
}

impl IntoValue for ResourcePolicySummary {
    fn into_value(self) -> Value {
        Value::Struct(vec![self.id.map(IntoValue::into_value), self.arn.map(IntoValue::into_value)])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct Root {
    pub id: Option<String>,
    pub arn: Option<String>,
    pub name: Option<String>,
    pub policy_types: Option<Vec<PolicyTypeSummary>>,
}

impl FromValue for Root {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "Root")?;
        Ok(Self {
            id: members.optional(0)?,
            arn: members.optional(1)?,
            name: members.optional(2)?,
            policy_types: members.optional(3)?,
        })
    }
}

impl IntoValue for Root {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            self.id.map(IntoValue::into_value),
            self.arn.map(IntoValue::into_value),
            self.name.map(IntoValue::into_value),
            self.policy_types.map(IntoValue::into_value),
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
pub struct TagResource {
    pub resource_id: String,
    pub tags: Vec<Tag>,
}

impl FromValue for TagResource {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "TagResource")?;
        Ok(Self { resource_id: members.required(0)?, tags: members.required(1)? })
    }
}

impl IntoValue for TagResource {
    fn into_value(self) -> Value {
        Value::Struct(vec![Some(self.resource_id.into_value()), Some(self.tags.into_value())])
    }
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TargetType {
    Account,
    OrganizationalUnit,
    Root,
}

impl TargetType {
    /// Every value, in the model's order.
    pub const ALL: &'static [Self] = &[Self::Account, Self::OrganizationalUnit, Self::Root];

    /// The value as it is sent.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Account => "ACCOUNT",
            Self::OrganizationalUnit => "ORGANIZATIONAL_UNIT",
            Self::Root => "ROOT",
        }
    }
}

impl TryFrom<&str> for TargetType {
    type Error = Mismatch;

    fn try_from(text: &str) -> Result<Self, Mismatch> {
        Self::ALL.iter().copied().find(|value| value.as_str() == text).ok_or(Mismatch("TargetType"))
    }
}

impl FromValue for TargetType {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        value.as_str().ok_or(Mismatch("TargetType")).and_then(Self::try_from)
    }
}

impl IntoValue for TargetType {
    fn into_value(self) -> Value {
        Value::String(self.as_str().to_owned())
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct UntagResource {
    pub resource_id: String,
    pub tag_keys: Vec<String>,
}

impl FromValue for UntagResource {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "UntagResource")?;
        Ok(Self { resource_id: members.required(0)?, tag_keys: members.required(1)? })
    }
}

impl IntoValue for UntagResource {
    fn into_value(self) -> Value {
        Value::Struct(vec![Some(self.resource_id.into_value()), Some(self.tag_keys.into_value())])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct UpdateOrganizationalUnit {
    pub organizational_unit_id: String,
    pub name: Option<String>,
}

impl FromValue for UpdateOrganizationalUnit {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "UpdateOrganizationalUnit")?;
        Ok(Self { organizational_unit_id: members.required(0)?, name: members.optional(1)? })
    }
}

impl IntoValue for UpdateOrganizationalUnit {
    fn into_value(self) -> Value {
        Value::Struct(vec![Some(self.organizational_unit_id.into_value()), self.name.map(IntoValue::into_value)])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct UpdateOrganizationalUnitOutput {
    pub organizational_unit: Option<OrganizationalUnit>,
}

impl FromValue for UpdateOrganizationalUnitOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "UpdateOrganizationalUnitOutput")?;
        Ok(Self { organizational_unit: members.optional(0)? })
    }
}

impl IntoValue for UpdateOrganizationalUnitOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![self.organizational_unit.map(IntoValue::into_value)])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct UpdatePolicy {
    pub policy_id: String,
    pub name: Option<String>,
    pub description: Option<String>,
    pub content: Option<String>,
}

impl FromValue for UpdatePolicy {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "UpdatePolicy")?;
        Ok(Self {
            policy_id: members.required(0)?,
            name: members.optional(1)?,
            description: members.optional(2)?,
            content: members.optional(3)?,
        })
    }
}

impl IntoValue for UpdatePolicy {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            Some(self.policy_id.into_value()),
            self.name.map(IntoValue::into_value),
            self.description.map(IntoValue::into_value),
            self.content.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct UpdatePolicyOutput {
    pub policy: Option<Policy>,
}

impl FromValue for UpdatePolicyOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "UpdatePolicyOutput")?;
        Ok(Self { policy: members.optional(0)? })
    }
}

impl IntoValue for UpdatePolicyOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![self.policy.map(IntoValue::into_value)])
    }
}
