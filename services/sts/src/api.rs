//! The typed requests and answers of sts's implemented operations.
//!
//! Written by `cargo xtask gen` from `ops.list` and the model; a test compares. No type has `Debug`, since fields
//! may hold secrets.

#![allow(missing_docs, clippy::enum_variant_names, clippy::large_enum_variant)]

use base::{Secret, Timestamp};
use model::{FromValue, IntoValue, Members, Mismatch, Op, Value};

pub const ASSUME_ROLE: Op<AssumeRole, AssumeRoleOutput> = Op::new("sts", "AssumeRole");
pub const ASSUME_ROLE_WITH_WEB_IDENTITY: Op<AssumeRoleWithWebIdentity, AssumeRoleWithWebIdentityOutput> =
    Op::new("sts", "AssumeRoleWithWebIdentity");
pub const DECODE_AUTHORIZATION_MESSAGE: Op<DecodeAuthorizationMessage, DecodeAuthorizationMessageOutput> =
    Op::new("sts", "DecodeAuthorizationMessage");
pub const GET_ACCESS_KEY_INFO: Op<GetAccessKeyInfo, GetAccessKeyInfoOutput> = Op::new("sts", "GetAccessKeyInfo");
pub const GET_CALLER_IDENTITY: Op<GetCallerIdentity, GetCallerIdentityOutput> = Op::new("sts", "GetCallerIdentity");
pub const GET_FEDERATION_TOKEN: Op<GetFederationToken, GetFederationTokenOutput> = Op::new("sts", "GetFederationToken");
pub const GET_SESSION_TOKEN: Op<GetSessionToken, GetSessionTokenOutput> = Op::new("sts", "GetSessionToken");

#[derive(Default)]
pub struct AssumeRole {
    pub role_arn: String,
    pub role_session_name: String,
    pub policy_arns: Option<Vec<PolicyDescriptorType>>,
    pub policy: Option<String>,
    pub duration_seconds: Option<i32>,
    pub tags: Option<Vec<Tag>>,
    pub transitive_tag_keys: Option<Vec<String>>,
    pub external_id: Option<String>,
    pub serial_number: Option<String>,
    pub token_code: Option<String>,
    pub source_identity: Option<String>,
    pub provided_contexts: Option<Vec<ProvidedContext>>,
    pub minimum_session_token_size: Option<i32>,
}

impl FromValue for AssumeRole {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "AssumeRole")?;
        Ok(Self {
            role_arn: members.required(0)?,
            role_session_name: members.required(1)?,
            policy_arns: members.optional(2)?,
            policy: members.optional(3)?,
            duration_seconds: members.optional(4)?,
            tags: members.optional(5)?,
            transitive_tag_keys: members.optional(6)?,
            external_id: members.optional(7)?,
            serial_number: members.optional(8)?,
            token_code: members.optional(9)?,
            source_identity: members.optional(10)?,
            provided_contexts: members.optional(11)?,
            minimum_session_token_size: members.optional(12)?,
        })
    }
}

impl IntoValue for AssumeRole {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            Some(self.role_arn.into_value()),
            Some(self.role_session_name.into_value()),
            self.policy_arns.map(IntoValue::into_value),
            self.policy.map(IntoValue::into_value),
            self.duration_seconds.map(IntoValue::into_value),
            self.tags.map(IntoValue::into_value),
            self.transitive_tag_keys.map(IntoValue::into_value),
            self.external_id.map(IntoValue::into_value),
            self.serial_number.map(IntoValue::into_value),
            self.token_code.map(IntoValue::into_value),
            self.source_identity.map(IntoValue::into_value),
            self.provided_contexts.map(IntoValue::into_value),
            self.minimum_session_token_size.map(IntoValue::into_value),
        ])
    }
}

#[derive(Default)]
pub struct AssumeRoleOutput {
    pub credentials: Option<Credentials>,
    pub assumed_role_user: Option<AssumedRoleUser>,
    pub packed_policy_size: Option<i32>,
    pub source_identity: Option<String>,
    pub session_token_utilization: Option<i32>,
    pub session_token_size: Option<i32>,
}

impl FromValue for AssumeRoleOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "AssumeRoleOutput")?;
        Ok(Self {
            credentials: members.optional(0)?,
            assumed_role_user: members.optional(1)?,
            packed_policy_size: members.optional(2)?,
            source_identity: members.optional(3)?,
            session_token_utilization: members.optional(4)?,
            session_token_size: members.optional(5)?,
        })
    }
}

impl IntoValue for AssumeRoleOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            self.credentials.map(IntoValue::into_value),
            self.assumed_role_user.map(IntoValue::into_value),
            self.packed_policy_size.map(IntoValue::into_value),
            self.source_identity.map(IntoValue::into_value),
            self.session_token_utilization.map(IntoValue::into_value),
            self.session_token_size.map(IntoValue::into_value),
        ])
    }
}

pub struct AssumeRoleWithWebIdentity {
    pub role_arn: String,
    pub role_session_name: String,
    pub web_identity_token: Secret<String>,
    pub provider_id: Option<String>,
    pub policy_arns: Option<Vec<PolicyDescriptorType>>,
    pub policy: Option<String>,
    pub duration_seconds: Option<i32>,
    pub minimum_session_token_size: Option<i32>,
}

impl FromValue for AssumeRoleWithWebIdentity {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "AssumeRoleWithWebIdentity")?;
        Ok(Self {
            role_arn: members.required(0)?,
            role_session_name: members.required(1)?,
            web_identity_token: members.required(2)?,
            provider_id: members.optional(3)?,
            policy_arns: members.optional(4)?,
            policy: members.optional(5)?,
            duration_seconds: members.optional(6)?,
            minimum_session_token_size: members.optional(7)?,
        })
    }
}

impl IntoValue for AssumeRoleWithWebIdentity {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            Some(self.role_arn.into_value()),
            Some(self.role_session_name.into_value()),
            Some(self.web_identity_token.into_value()),
            self.provider_id.map(IntoValue::into_value),
            self.policy_arns.map(IntoValue::into_value),
            self.policy.map(IntoValue::into_value),
            self.duration_seconds.map(IntoValue::into_value),
            self.minimum_session_token_size.map(IntoValue::into_value),
        ])
    }
}

#[derive(Default)]
pub struct AssumeRoleWithWebIdentityOutput {
    pub credentials: Option<Credentials>,
    pub subject_from_web_identity_token: Option<String>,
    pub assumed_role_user: Option<AssumedRoleUser>,
    pub packed_policy_size: Option<i32>,
    pub provider: Option<String>,
    pub audience: Option<String>,
    pub source_identity: Option<String>,
    pub session_token_utilization: Option<i32>,
    pub session_token_size: Option<i32>,
}

impl FromValue for AssumeRoleWithWebIdentityOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "AssumeRoleWithWebIdentityOutput")?;
        Ok(Self {
            credentials: members.optional(0)?,
            subject_from_web_identity_token: members.optional(1)?,
            assumed_role_user: members.optional(2)?,
            packed_policy_size: members.optional(3)?,
            provider: members.optional(4)?,
            audience: members.optional(5)?,
            source_identity: members.optional(6)?,
            session_token_utilization: members.optional(7)?,
            session_token_size: members.optional(8)?,
        })
    }
}

impl IntoValue for AssumeRoleWithWebIdentityOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            self.credentials.map(IntoValue::into_value),
            self.subject_from_web_identity_token.map(IntoValue::into_value),
            self.assumed_role_user.map(IntoValue::into_value),
            self.packed_policy_size.map(IntoValue::into_value),
            self.provider.map(IntoValue::into_value),
            self.audience.map(IntoValue::into_value),
            self.source_identity.map(IntoValue::into_value),
            self.session_token_utilization.map(IntoValue::into_value),
            self.session_token_size.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct AssumedRoleUser {
    pub assumed_role_id: String,
    pub arn: String,
}

impl FromValue for AssumedRoleUser {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "AssumedRoleUser")?;
        Ok(Self { assumed_role_id: members.required(0)?, arn: members.required(1)? })
    }
}

impl IntoValue for AssumedRoleUser {
    fn into_value(self) -> Value {
        Value::Struct(vec![Some(self.assumed_role_id.into_value()), Some(self.arn.into_value())])
    }
}

pub struct Credentials {
    pub access_key_id: String,
    pub secret_access_key: Secret<String>,
    pub session_token: Secret<String>,
    pub expiration: Timestamp,
}

impl FromValue for Credentials {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "Credentials")?;
        Ok(Self {
            access_key_id: members.required(0)?,
            secret_access_key: members.required(1)?,
            session_token: members.required(2)?,
            expiration: members.required(3)?,
        })
    }
}

impl IntoValue for Credentials {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            Some(self.access_key_id.into_value()),
            Some(self.secret_access_key.into_value()),
            Some(self.session_token.into_value()),
            Some(self.expiration.into_value()),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct DecodeAuthorizationMessage {
    pub encoded_message: String,
}

impl FromValue for DecodeAuthorizationMessage {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "DecodeAuthorizationMessage")?;
        Ok(Self { encoded_message: members.required(0)? })
    }
}

impl IntoValue for DecodeAuthorizationMessage {
    fn into_value(self) -> Value {
        Value::Struct(vec![Some(self.encoded_message.into_value())])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct DecodeAuthorizationMessageOutput {
    pub decoded_message: Option<String>,
}

impl FromValue for DecodeAuthorizationMessageOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "DecodeAuthorizationMessageOutput")?;
        Ok(Self { decoded_message: members.optional(0)? })
    }
}

impl IntoValue for DecodeAuthorizationMessageOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![self.decoded_message.map(IntoValue::into_value)])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct FederatedUser {
    pub federated_user_id: String,
    pub arn: String,
}

impl FromValue for FederatedUser {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "FederatedUser")?;
        Ok(Self { federated_user_id: members.required(0)?, arn: members.required(1)? })
    }
}

impl IntoValue for FederatedUser {
    fn into_value(self) -> Value {
        Value::Struct(vec![Some(self.federated_user_id.into_value()), Some(self.arn.into_value())])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct GetAccessKeyInfo {
    pub access_key_id: String,
}

impl FromValue for GetAccessKeyInfo {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "GetAccessKeyInfo")?;
        Ok(Self { access_key_id: members.required(0)? })
    }
}

impl IntoValue for GetAccessKeyInfo {
    fn into_value(self) -> Value {
        Value::Struct(vec![Some(self.access_key_id.into_value())])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct GetAccessKeyInfoOutput {
    pub account: Option<String>,
}

impl FromValue for GetAccessKeyInfoOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "GetAccessKeyInfoOutput")?;
        Ok(Self { account: members.optional(0)? })
    }
}

impl IntoValue for GetAccessKeyInfoOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![self.account.map(IntoValue::into_value)])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct GetCallerIdentity {}

impl FromValue for GetCallerIdentity {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        Members::of(value, "GetCallerIdentity").map(|_| Self {})
    }
}

impl IntoValue for GetCallerIdentity {
    fn into_value(self) -> Value {
        Value::Struct(vec![])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct GetCallerIdentityOutput {
    pub user_id: Option<String>,
    pub account: Option<String>,
    pub arn: Option<String>,
}

impl FromValue for GetCallerIdentityOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "GetCallerIdentityOutput")?;
        Ok(Self { user_id: members.optional(0)?, account: members.optional(1)?, arn: members.optional(2)? })
    }
}

impl IntoValue for GetCallerIdentityOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            self.user_id.map(IntoValue::into_value),
            self.account.map(IntoValue::into_value),
            self.arn.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct GetFederationToken {
    pub name: String,
    pub policy: Option<String>,
    pub policy_arns: Option<Vec<PolicyDescriptorType>>,
    pub duration_seconds: Option<i32>,
    pub tags: Option<Vec<Tag>>,
    pub minimum_session_token_size: Option<i32>,
}

impl FromValue for GetFederationToken {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "GetFederationToken")?;
        Ok(Self {
            name: members.required(0)?,
            policy: members.optional(1)?,
            policy_arns: members.optional(2)?,
            duration_seconds: members.optional(3)?,
            tags: members.optional(4)?,
            minimum_session_token_size: members.optional(5)?,
        })
    }
}

impl IntoValue for GetFederationToken {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            Some(self.name.into_value()),
            self.policy.map(IntoValue::into_value),
            self.policy_arns.map(IntoValue::into_value),
            self.duration_seconds.map(IntoValue::into_value),
            self.tags.map(IntoValue::into_value),
            self.minimum_session_token_size.map(IntoValue::into_value),
        ])
    }
}

#[derive(Default)]
pub struct GetFederationTokenOutput {
    pub credentials: Option<Credentials>,
    pub federated_user: Option<FederatedUser>,
    pub packed_policy_size: Option<i32>,
    pub session_token_utilization: Option<i32>,
    pub session_token_size: Option<i32>,
}

impl FromValue for GetFederationTokenOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "GetFederationTokenOutput")?;
        Ok(Self {
            credentials: members.optional(0)?,
            federated_user: members.optional(1)?,
            packed_policy_size: members.optional(2)?,
            session_token_utilization: members.optional(3)?,
            session_token_size: members.optional(4)?,
        })
    }
}

impl IntoValue for GetFederationTokenOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            self.credentials.map(IntoValue::into_value),
            self.federated_user.map(IntoValue::into_value),
            self.packed_policy_size.map(IntoValue::into_value),
            self.session_token_utilization.map(IntoValue::into_value),
            self.session_token_size.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct GetSessionToken {
    pub duration_seconds: Option<i32>,
    pub serial_number: Option<String>,
    pub token_code: Option<String>,
    pub minimum_session_token_size: Option<i32>,
}

impl FromValue for GetSessionToken {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "GetSessionToken")?;
        Ok(Self {
            duration_seconds: members.optional(0)?,
            serial_number: members.optional(1)?,
            token_code: members.optional(2)?,
            minimum_session_token_size: members.optional(3)?,
        })
    }
}

impl IntoValue for GetSessionToken {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            self.duration_seconds.map(IntoValue::into_value),
            self.serial_number.map(IntoValue::into_value),
            self.token_code.map(IntoValue::into_value),
            self.minimum_session_token_size.map(IntoValue::into_value),
        ])
    }
}

#[derive(Default)]
pub struct GetSessionTokenOutput {
    pub credentials: Option<Credentials>,
    pub session_token_utilization: Option<i32>,
    pub session_token_size: Option<i32>,
}

impl FromValue for GetSessionTokenOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "GetSessionTokenOutput")?;
        Ok(Self {
            credentials: members.optional(0)?,
            session_token_utilization: members.optional(1)?,
            session_token_size: members.optional(2)?,
        })
    }
}

impl IntoValue for GetSessionTokenOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            self.credentials.map(IntoValue::into_value),
            self.session_token_utilization.map(IntoValue::into_value),
            self.session_token_size.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct PolicyDescriptorType {
    pub arn: Option<String>,
}

impl FromValue for PolicyDescriptorType {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "PolicyDescriptorType")?;
        Ok(Self { arn: members.optional(0)? })
    }
}

impl IntoValue for PolicyDescriptorType {
    fn into_value(self) -> Value {
        Value::Struct(vec![self.arn.map(IntoValue::into_value)])
    }
}

#[derive(Default)]
pub struct ProvidedContext {
    pub provider_arn: Option<String>,
    pub context_assertion: Option<Secret<String>>,
}

impl FromValue for ProvidedContext {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "ProvidedContext")?;
        Ok(Self { provider_arn: members.optional(0)?, context_assertion: members.optional(1)? })
    }
}

impl IntoValue for ProvidedContext {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            self.provider_arn.map(IntoValue::into_value),
            self.context_assertion.map(IntoValue::into_value),
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
