//! The typed requests and answers of service-quotas's implemented operations.
//!
//! Written by `cargo xtask gen` from `ops.list` and the model; a test compares. No type has `Debug`, since fields
//! may hold secrets.

#![allow(missing_docs, clippy::enum_variant_names, clippy::large_enum_variant)]

use base::Timestamp;
use model::{FromValue, IntoValue, Members, Mismatch, Op, Value};
use std::collections::BTreeMap;

pub const LIST_SERVICES: Op<ListServices, ListServicesOutput> = Op::new("service-quotas", "ListServices");
pub const LIST_SERVICE_QUOTAS: Op<ListServiceQuotas, ListServiceQuotasOutput> =
    Op::new("service-quotas", "ListServiceQuotas");
pub const LIST_AWS_DEFAULT_SERVICE_QUOTAS: Op<ListAWSDefaultServiceQuotas, ListAWSDefaultServiceQuotasOutput> =
    Op::new("service-quotas", "ListAWSDefaultServiceQuotas");
pub const GET_SERVICE_QUOTA: Op<GetServiceQuota, GetServiceQuotaOutput> = Op::new("service-quotas", "GetServiceQuota");
pub const GET_AWS_DEFAULT_SERVICE_QUOTA: Op<GetAWSDefaultServiceQuota, GetAWSDefaultServiceQuotaOutput> =
    Op::new("service-quotas", "GetAWSDefaultServiceQuota");
pub const REQUEST_SERVICE_QUOTA_INCREASE: Op<RequestServiceQuotaIncrease, RequestServiceQuotaIncreaseOutput> =
    Op::new("service-quotas", "RequestServiceQuotaIncrease");
pub const GET_REQUESTED_SERVICE_QUOTA_CHANGE: Op<GetRequestedServiceQuotaChange, GetRequestedServiceQuotaChangeOutput> =
    Op::new("service-quotas", "GetRequestedServiceQuotaChange");
pub const LIST_REQUESTED_SERVICE_QUOTA_CHANGE_HISTORY: Op<
    ListRequestedServiceQuotaChangeHistory,
    ListRequestedServiceQuotaChangeHistoryOutput,
> = Op::new("service-quotas", "ListRequestedServiceQuotaChangeHistory");
pub const LIST_REQUESTED_SERVICE_QUOTA_CHANGE_HISTORY_BY_QUOTA: Op<
    ListRequestedServiceQuotaChangeHistoryByQuota,
    ListRequestedServiceQuotaChangeHistoryByQuotaOutput,
> = Op::new("service-quotas", "ListRequestedServiceQuotaChangeHistoryByQuota");
pub const TAG_RESOURCE: Op<TagResource, TagResourceOutput> = Op::new("service-quotas", "TagResource");
pub const UNTAG_RESOURCE: Op<UntagResource, UntagResourceOutput> = Op::new("service-quotas", "UntagResource");
pub const LIST_TAGS_FOR_RESOURCE: Op<ListTagsForResource, ListTagsForResourceOutput> =
    Op::new("service-quotas", "ListTagsForResource");

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AdjustableAtLevelEnum {
    Account,
    PerResource,
    All,
}

impl AdjustableAtLevelEnum {
    /// Every value, in the model's order.
    pub const ALL: &'static [Self] = &[Self::Account, Self::PerResource, Self::All];

    /// The value as it is sent.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Account => "ACCOUNT",
            Self::PerResource => "PER_RESOURCE",
            Self::All => "ALL",
        }
    }
}

impl TryFrom<&str> for AdjustableAtLevelEnum {
    type Error = Mismatch;

    fn try_from(text: &str) -> Result<Self, Mismatch> {
        Self::ALL.iter().copied().find(|value| value.as_str() == text).ok_or(Mismatch("AdjustableAtLevelEnum"))
    }
}

impl FromValue for AdjustableAtLevelEnum {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        value.as_str().ok_or(Mismatch("AdjustableAtLevelEnum")).and_then(Self::try_from)
    }
}

impl IntoValue for AdjustableAtLevelEnum {
    fn into_value(self) -> Value {
        Value::String(self.as_str().to_owned())
    }
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AppliedLevelEnum {
    Account,
    Resource,
    All,
}

impl AppliedLevelEnum {
    /// Every value, in the model's order.
    pub const ALL: &'static [Self] = &[Self::Account, Self::Resource, Self::All];

    /// The value as it is sent.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Account => "ACCOUNT",
            Self::Resource => "RESOURCE",
            Self::All => "ALL",
        }
    }
}

impl TryFrom<&str> for AppliedLevelEnum {
    type Error = Mismatch;

    fn try_from(text: &str) -> Result<Self, Mismatch> {
        Self::ALL.iter().copied().find(|value| value.as_str() == text).ok_or(Mismatch("AppliedLevelEnum"))
    }
}

impl FromValue for AppliedLevelEnum {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        value.as_str().ok_or(Mismatch("AppliedLevelEnum")).and_then(Self::try_from)
    }
}

impl IntoValue for AppliedLevelEnum {
    fn into_value(self) -> Value {
        Value::String(self.as_str().to_owned())
    }
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ErrorCode {
    DependencyAccessDeniedError,
    DependencyThrottlingError,
    DependencyServiceError,
    ServiceQuotaNotAvailableError,
}

impl ErrorCode {
    /// Every value, in the model's order.
    pub const ALL: &'static [Self] = &[
        Self::DependencyAccessDeniedError,
        Self::DependencyThrottlingError,
        Self::DependencyServiceError,
        Self::ServiceQuotaNotAvailableError,
    ];

    /// The value as it is sent.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::DependencyAccessDeniedError => "DEPENDENCY_ACCESS_DENIED_ERROR",
            Self::DependencyThrottlingError => "DEPENDENCY_THROTTLING_ERROR",
            Self::DependencyServiceError => "DEPENDENCY_SERVICE_ERROR",
            Self::ServiceQuotaNotAvailableError => "SERVICE_QUOTA_NOT_AVAILABLE_ERROR",
        }
    }
}

impl TryFrom<&str> for ErrorCode {
    type Error = Mismatch;

    fn try_from(text: &str) -> Result<Self, Mismatch> {
        Self::ALL.iter().copied().find(|value| value.as_str() == text).ok_or(Mismatch("ErrorCode"))
    }
}

impl FromValue for ErrorCode {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        value.as_str().ok_or(Mismatch("ErrorCode")).and_then(Self::try_from)
    }
}

impl IntoValue for ErrorCode {
    fn into_value(self) -> Value {
        Value::String(self.as_str().to_owned())
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct ErrorReason {
    pub error_code: Option<ErrorCode>,
    pub error_message: Option<String>,
}

impl FromValue for ErrorReason {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "ErrorReason")?;
        Ok(Self { error_code: members.optional(0)?, error_message: members.optional(1)? })
    }
}

impl IntoValue for ErrorReason {
    fn into_value(self) -> Value {
        Value::Struct(vec![self.error_code.map(IntoValue::into_value), self.error_message.map(IntoValue::into_value)])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct GetAWSDefaultServiceQuota {
    pub service_code: String,
    pub quota_code: String,
}

impl FromValue for GetAWSDefaultServiceQuota {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "GetAWSDefaultServiceQuota")?;
        Ok(Self { service_code: members.required(0)?, quota_code: members.required(1)? })
    }
}

impl IntoValue for GetAWSDefaultServiceQuota {
    fn into_value(self) -> Value {
        Value::Struct(vec![Some(self.service_code.into_value()), Some(self.quota_code.into_value())])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct GetAWSDefaultServiceQuotaOutput {
    pub quota: Option<ServiceQuota>,
}

impl FromValue for GetAWSDefaultServiceQuotaOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "GetAWSDefaultServiceQuotaOutput")?;
        Ok(Self { quota: members.optional(0)? })
    }
}

impl IntoValue for GetAWSDefaultServiceQuotaOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![self.quota.map(IntoValue::into_value)])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct GetRequestedServiceQuotaChange {
    pub request_id: String,
}

impl FromValue for GetRequestedServiceQuotaChange {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "GetRequestedServiceQuotaChange")?;
        Ok(Self { request_id: members.required(0)? })
    }
}

impl IntoValue for GetRequestedServiceQuotaChange {
    fn into_value(self) -> Value {
        Value::Struct(vec![Some(self.request_id.into_value())])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct GetRequestedServiceQuotaChangeOutput {
    pub requested_quota: Option<RequestedServiceQuotaChange>,
}

impl FromValue for GetRequestedServiceQuotaChangeOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "GetRequestedServiceQuotaChangeOutput")?;
        Ok(Self { requested_quota: members.optional(0)? })
    }
}

impl IntoValue for GetRequestedServiceQuotaChangeOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![self.requested_quota.map(IntoValue::into_value)])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct GetServiceQuota {
    pub service_code: String,
    pub quota_code: String,
    pub context_id: Option<String>,
}

impl FromValue for GetServiceQuota {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "GetServiceQuota")?;
        Ok(Self {
            service_code: members.required(0)?,
            quota_code: members.required(1)?,
            context_id: members.optional(2)?,
        })
    }
}

impl IntoValue for GetServiceQuota {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            Some(self.service_code.into_value()),
            Some(self.quota_code.into_value()),
            self.context_id.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct GetServiceQuotaOutput {
    pub quota: Option<ServiceQuota>,
}

impl FromValue for GetServiceQuotaOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "GetServiceQuotaOutput")?;
        Ok(Self { quota: members.optional(0)? })
    }
}

impl IntoValue for GetServiceQuotaOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![self.quota.map(IntoValue::into_value)])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct ListAWSDefaultServiceQuotas {
    pub service_code: String,
    pub next_token: Option<String>,
    pub max_results: Option<i32>,
}

impl FromValue for ListAWSDefaultServiceQuotas {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "ListAWSDefaultServiceQuotas")?;
        Ok(Self {
            service_code: members.required(0)?,
            next_token: members.optional(1)?,
            max_results: members.optional(2)?,
        })
    }
}

impl IntoValue for ListAWSDefaultServiceQuotas {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            Some(self.service_code.into_value()),
            self.next_token.map(IntoValue::into_value),
            self.max_results.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct ListAWSDefaultServiceQuotasOutput {
    pub next_token: Option<String>,
    pub quotas: Option<Vec<ServiceQuota>>,
}

impl FromValue for ListAWSDefaultServiceQuotasOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "ListAWSDefaultServiceQuotasOutput")?;
        Ok(Self { next_token: members.optional(0)?, quotas: members.optional(1)? })
    }
}

impl IntoValue for ListAWSDefaultServiceQuotasOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![self.next_token.map(IntoValue::into_value), self.quotas.map(IntoValue::into_value)])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct ListRequestedServiceQuotaChangeHistoryByQuota {
    pub service_code: String,
    pub quota_code: String,
    pub status: Option<RequestStatus>,
    pub next_token: Option<String>,
    pub max_results: Option<i32>,
    pub quota_requested_at_level: Option<AppliedLevelEnum>,
}

impl FromValue for ListRequestedServiceQuotaChangeHistoryByQuota {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "ListRequestedServiceQuotaChangeHistoryByQuota")?;
        Ok(Self {
            service_code: members.required(0)?,
            quota_code: members.required(1)?,
            status: members.optional(2)?,
            next_token: members.optional(3)?,
            max_results: members.optional(4)?,
            quota_requested_at_level: members.optional(5)?,
        })
    }
}

impl IntoValue for ListRequestedServiceQuotaChangeHistoryByQuota {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            Some(self.service_code.into_value()),
            Some(self.quota_code.into_value()),
            self.status.map(IntoValue::into_value),
            self.next_token.map(IntoValue::into_value),
            self.max_results.map(IntoValue::into_value),
            self.quota_requested_at_level.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct ListRequestedServiceQuotaChangeHistoryByQuotaOutput {
    pub next_token: Option<String>,
    pub requested_quotas: Option<Vec<RequestedServiceQuotaChange>>,
}

impl FromValue for ListRequestedServiceQuotaChangeHistoryByQuotaOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "ListRequestedServiceQuotaChangeHistoryByQuotaOutput")?;
        Ok(Self { next_token: members.optional(0)?, requested_quotas: members.optional(1)? })
    }
}

impl IntoValue for ListRequestedServiceQuotaChangeHistoryByQuotaOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            self.next_token.map(IntoValue::into_value),
            self.requested_quotas.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct ListRequestedServiceQuotaChangeHistory {
    pub service_code: Option<String>,
    pub status: Option<RequestStatus>,
    pub next_token: Option<String>,
    pub max_results: Option<i32>,
    pub quota_requested_at_level: Option<AppliedLevelEnum>,
}

impl FromValue for ListRequestedServiceQuotaChangeHistory {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "ListRequestedServiceQuotaChangeHistory")?;
        Ok(Self {
            service_code: members.optional(0)?,
            status: members.optional(1)?,
            next_token: members.optional(2)?,
            max_results: members.optional(3)?,
            quota_requested_at_level: members.optional(4)?,
        })
    }
}

impl IntoValue for ListRequestedServiceQuotaChangeHistory {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            self.service_code.map(IntoValue::into_value),
            self.status.map(IntoValue::into_value),
            self.next_token.map(IntoValue::into_value),
            self.max_results.map(IntoValue::into_value),
            self.quota_requested_at_level.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct ListRequestedServiceQuotaChangeHistoryOutput {
    pub next_token: Option<String>,
    pub requested_quotas: Option<Vec<RequestedServiceQuotaChange>>,
}

impl FromValue for ListRequestedServiceQuotaChangeHistoryOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "ListRequestedServiceQuotaChangeHistoryOutput")?;
        Ok(Self { next_token: members.optional(0)?, requested_quotas: members.optional(1)? })
    }
}

impl IntoValue for ListRequestedServiceQuotaChangeHistoryOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            self.next_token.map(IntoValue::into_value),
            self.requested_quotas.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct ListServiceQuotas {
    pub service_code: String,
    pub next_token: Option<String>,
    pub max_results: Option<i32>,
    pub quota_code: Option<String>,
    pub quota_applied_at_level: Option<AppliedLevelEnum>,
}

impl FromValue for ListServiceQuotas {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "ListServiceQuotas")?;
        Ok(Self {
            service_code: members.required(0)?,
            next_token: members.optional(1)?,
            max_results: members.optional(2)?,
            quota_code: members.optional(3)?,
            quota_applied_at_level: members.optional(4)?,
        })
    }
}

impl IntoValue for ListServiceQuotas {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            Some(self.service_code.into_value()),
            self.next_token.map(IntoValue::into_value),
            self.max_results.map(IntoValue::into_value),
            self.quota_code.map(IntoValue::into_value),
            self.quota_applied_at_level.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct ListServiceQuotasOutput {
    pub next_token: Option<String>,
    pub quotas: Option<Vec<ServiceQuota>>,
}

impl FromValue for ListServiceQuotasOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "ListServiceQuotasOutput")?;
        Ok(Self { next_token: members.optional(0)?, quotas: members.optional(1)? })
    }
}

impl IntoValue for ListServiceQuotasOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![self.next_token.map(IntoValue::into_value), self.quotas.map(IntoValue::into_value)])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct ListServices {
    pub next_token: Option<String>,
    pub max_results: Option<i32>,
}

impl FromValue for ListServices {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "ListServices")?;
        Ok(Self { next_token: members.optional(0)?, max_results: members.optional(1)? })
    }
}

impl IntoValue for ListServices {
    fn into_value(self) -> Value {
        Value::Struct(vec![self.next_token.map(IntoValue::into_value), self.max_results.map(IntoValue::into_value)])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct ListServicesOutput {
    pub next_token: Option<String>,
    pub services: Option<Vec<ServiceInfo>>,
}

impl FromValue for ListServicesOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "ListServicesOutput")?;
        Ok(Self { next_token: members.optional(0)?, services: members.optional(1)? })
    }
}

impl IntoValue for ListServicesOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![self.next_token.map(IntoValue::into_value), self.services.map(IntoValue::into_value)])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct ListTagsForResource {
    pub resource_arn: String,
}

impl FromValue for ListTagsForResource {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "ListTagsForResource")?;
        Ok(Self { resource_arn: members.required(0)? })
    }
}

impl IntoValue for ListTagsForResource {
    fn into_value(self) -> Value {
        Value::Struct(vec![Some(self.resource_arn.into_value())])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct ListTagsForResourceOutput {
    pub tags: Option<Vec<Tag>>,
}

impl FromValue for ListTagsForResourceOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "ListTagsForResourceOutput")?;
        Ok(Self { tags: members.optional(0)? })
    }
}

impl IntoValue for ListTagsForResourceOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![self.tags.map(IntoValue::into_value)])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct MetricInfo {
    pub metric_namespace: Option<String>,
    pub metric_name: Option<String>,
    pub metric_dimensions: Option<BTreeMap<String, String>>,
    pub metric_statistic_recommendation: Option<String>,
}

impl FromValue for MetricInfo {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "MetricInfo")?;
        Ok(Self {
            metric_namespace: members.optional(0)?,
            metric_name: members.optional(1)?,
            metric_dimensions: members.optional(2)?,
            metric_statistic_recommendation: members.optional(3)?,
        })
    }
}

impl IntoValue for MetricInfo {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            self.metric_namespace.map(IntoValue::into_value),
            self.metric_name.map(IntoValue::into_value),
            self.metric_dimensions.map(IntoValue::into_value),
            self.metric_statistic_recommendation.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PeriodUnit {
    Microsecond,
    Millisecond,
    Second,
    Minute,
    Hour,
    Day,
    Week,
}

impl PeriodUnit {
    /// Every value, in the model's order.
    pub const ALL: &'static [Self] =
        &[Self::Microsecond, Self::Millisecond, Self::Second, Self::Minute, Self::Hour, Self::Day, Self::Week];

    /// The value as it is sent.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Microsecond => "MICROSECOND",
            Self::Millisecond => "MILLISECOND",
            Self::Second => "SECOND",
            Self::Minute => "MINUTE",
            Self::Hour => "HOUR",
            Self::Day => "DAY",
            Self::Week => "WEEK",
        }
    }
}

impl TryFrom<&str> for PeriodUnit {
    type Error = Mismatch;

    fn try_from(text: &str) -> Result<Self, Mismatch> {
        Self::ALL.iter().copied().find(|value| value.as_str() == text).ok_or(Mismatch("PeriodUnit"))
    }
}

impl FromValue for PeriodUnit {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        value.as_str().ok_or(Mismatch("PeriodUnit")).and_then(Self::try_from)
    }
}

impl IntoValue for PeriodUnit {
    fn into_value(self) -> Value {
        Value::String(self.as_str().to_owned())
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct QuotaContextInfo {
    pub context_scope: Option<QuotaContextScope>,
    pub context_scope_type: Option<String>,
    pub context_id: Option<String>,
    pub adjustable_at_level: Option<AdjustableAtLevelEnum>,
}

impl FromValue for QuotaContextInfo {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "QuotaContextInfo")?;
        Ok(Self {
            context_scope: members.optional(0)?,
            context_scope_type: members.optional(1)?,
            context_id: members.optional(2)?,
            adjustable_at_level: members.optional(3)?,
        })
    }
}

impl IntoValue for QuotaContextInfo {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            self.context_scope.map(IntoValue::into_value),
            self.context_scope_type.map(IntoValue::into_value),
            self.context_id.map(IntoValue::into_value),
            self.adjustable_at_level.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum QuotaContextScope {
    Resource,
    Account,
}

impl QuotaContextScope {
    /// Every value, in the model's order.
    pub const ALL: &'static [Self] = &[Self::Resource, Self::Account];

    /// The value as it is sent.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Resource => "RESOURCE",
            Self::Account => "ACCOUNT",
        }
    }
}

impl TryFrom<&str> for QuotaContextScope {
    type Error = Mismatch;

    fn try_from(text: &str) -> Result<Self, Mismatch> {
        Self::ALL.iter().copied().find(|value| value.as_str() == text).ok_or(Mismatch("QuotaContextScope"))
    }
}

impl FromValue for QuotaContextScope {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        value.as_str().ok_or(Mismatch("QuotaContextScope")).and_then(Self::try_from)
    }
}

impl IntoValue for QuotaContextScope {
    fn into_value(self) -> Value {
        Value::String(self.as_str().to_owned())
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct QuotaPeriod {
    pub period_value: Option<i32>,
    pub period_unit: Option<PeriodUnit>,
}

impl FromValue for QuotaPeriod {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "QuotaPeriod")?;
        Ok(Self { period_value: members.optional(0)?, period_unit: members.optional(1)? })
    }
}

impl IntoValue for QuotaPeriod {
    fn into_value(self) -> Value {
        Value::Struct(vec![self.period_value.map(IntoValue::into_value), self.period_unit.map(IntoValue::into_value)])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct RequestServiceQuotaIncrease {
    pub service_code: String,
    pub quota_code: String,
    pub desired_value: f64,
    pub context_id: Option<String>,
    pub support_case_allowed: Option<bool>,
}

impl FromValue for RequestServiceQuotaIncrease {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "RequestServiceQuotaIncrease")?;
        Ok(Self {
            service_code: members.required(0)?,
            quota_code: members.required(1)?,
            desired_value: members.required(2)?,
            context_id: members.optional(3)?,
            support_case_allowed: members.optional(4)?,
        })
    }
}

impl IntoValue for RequestServiceQuotaIncrease {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            Some(self.service_code.into_value()),
            Some(self.quota_code.into_value()),
            Some(self.desired_value.into_value()),
            self.context_id.map(IntoValue::into_value),
            self.support_case_allowed.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct RequestServiceQuotaIncreaseOutput {
    pub requested_quota: Option<RequestedServiceQuotaChange>,
}

impl FromValue for RequestServiceQuotaIncreaseOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "RequestServiceQuotaIncreaseOutput")?;
        Ok(Self { requested_quota: members.optional(0)? })
    }
}

impl IntoValue for RequestServiceQuotaIncreaseOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![self.requested_quota.map(IntoValue::into_value)])
    }
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RequestStatus {
    Pending,
    CaseOpened,
    Approved,
    Denied,
    CaseClosed,
    NotApproved,
    InvalidRequest,
}

impl RequestStatus {
    /// Every value, in the model's order.
    pub const ALL: &'static [Self] = &[
        Self::Pending,
        Self::CaseOpened,
        Self::Approved,
        Self::Denied,
        Self::CaseClosed,
        Self::NotApproved,
        Self::InvalidRequest,
    ];

    /// The value as it is sent.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "PENDING",
            Self::CaseOpened => "CASE_OPENED",
            Self::Approved => "APPROVED",
            Self::Denied => "DENIED",
            Self::CaseClosed => "CASE_CLOSED",
            Self::NotApproved => "NOT_APPROVED",
            Self::InvalidRequest => "INVALID_REQUEST",
        }
    }
}

impl TryFrom<&str> for RequestStatus {
    type Error = Mismatch;

    fn try_from(text: &str) -> Result<Self, Mismatch> {
        Self::ALL.iter().copied().find(|value| value.as_str() == text).ok_or(Mismatch("RequestStatus"))
    }
}

impl FromValue for RequestStatus {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        value.as_str().ok_or(Mismatch("RequestStatus")).and_then(Self::try_from)
    }
}

impl IntoValue for RequestStatus {
    fn into_value(self) -> Value {
        Value::String(self.as_str().to_owned())
    }
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RequestType {
    AutomaticManagement,
}

impl RequestType {
    /// Every value, in the model's order.
    pub const ALL: &'static [Self] = &[Self::AutomaticManagement];

    /// The value as it is sent.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AutomaticManagement => "AutomaticManagement",
        }
    }
}

impl TryFrom<&str> for RequestType {
    type Error = Mismatch;

    fn try_from(text: &str) -> Result<Self, Mismatch> {
        Self::ALL.iter().copied().find(|value| value.as_str() == text).ok_or(Mismatch("RequestType"))
    }
}

impl FromValue for RequestType {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        value.as_str().ok_or(Mismatch("RequestType")).and_then(Self::try_from)
    }
}

impl IntoValue for RequestType {
    fn into_value(self) -> Value {
        Value::String(self.as_str().to_owned())
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct RequestedServiceQuotaChange {
    pub id: Option<String>,
    pub request_type: Option<RequestType>,
    pub case_id: Option<String>,
    pub service_code: Option<String>,
    pub service_name: Option<String>,
    pub quota_code: Option<String>,
    pub quota_name: Option<String>,
    pub desired_value: Option<f64>,
    pub status: Option<RequestStatus>,
    pub created: Option<Timestamp>,
    pub last_updated: Option<Timestamp>,
    pub requester: Option<String>,
    pub quota_arn: Option<String>,
    pub global_quota: Option<bool>,
    pub unit: Option<String>,
    pub quota_requested_at_level: Option<AppliedLevelEnum>,
    pub quota_context: Option<QuotaContextInfo>,
}

impl FromValue for RequestedServiceQuotaChange {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "RequestedServiceQuotaChange")?;
        Ok(Self {
            id: members.optional(0)?,
            request_type: members.optional(1)?,
            case_id: members.optional(2)?,
            service_code: members.optional(3)?,
            service_name: members.optional(4)?,
            quota_code: members.optional(5)?,
            quota_name: members.optional(6)?,
            desired_value: members.optional(7)?,
            status: members.optional(8)?,
            created: members.optional(9)?,
            last_updated: members.optional(10)?,
            requester: members.optional(11)?,
            quota_arn: members.optional(12)?,
            global_quota: members.optional(13)?,
            unit: members.optional(14)?,
            quota_requested_at_level: members.optional(15)?,
            quota_context: members.optional(16)?,
        })
    }
}

impl IntoValue for RequestedServiceQuotaChange {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            self.id.map(IntoValue::into_value),
            self.request_type.map(IntoValue::into_value),
            self.case_id.map(IntoValue::into_value),
            self.service_code.map(IntoValue::into_value),
            self.service_name.map(IntoValue::into_value),
            self.quota_code.map(IntoValue::into_value),
            self.quota_name.map(IntoValue::into_value),
            self.desired_value.map(IntoValue::into_value),
            self.status.map(IntoValue::into_value),
            self.created.map(IntoValue::into_value),
            self.last_updated.map(IntoValue::into_value),
            self.requester.map(IntoValue::into_value),
            self.quota_arn.map(IntoValue::into_value),
            self.global_quota.map(IntoValue::into_value),
            self.unit.map(IntoValue::into_value),
            self.quota_requested_at_level.map(IntoValue::into_value),
            self.quota_context.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct ServiceInfo {
    pub service_code: Option<String>,
    pub service_name: Option<String>,
}

impl FromValue for ServiceInfo {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "ServiceInfo")?;
        Ok(Self { service_code: members.optional(0)?, service_name: members.optional(1)? })
    }
}

impl IntoValue for ServiceInfo {
    fn into_value(self) -> Value {
        Value::Struct(vec![self.service_code.map(IntoValue::into_value), self.service_name.map(IntoValue::into_value)])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct ServiceQuota {
    pub service_code: Option<String>,
    pub service_name: Option<String>,
    pub quota_arn: Option<String>,
    pub quota_code: Option<String>,
    pub quota_name: Option<String>,
    pub value: Option<f64>,
    pub unit: Option<String>,
    pub adjustable: Option<bool>,
    pub global_quota: Option<bool>,
    pub usage_metric: Option<MetricInfo>,
    pub period: Option<QuotaPeriod>,
    pub error_reason: Option<ErrorReason>,
    pub quota_applied_at_level: Option<AppliedLevelEnum>,
    pub quota_context: Option<QuotaContextInfo>,
    pub description: Option<String>,
}

impl FromValue for ServiceQuota {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "ServiceQuota")?;
        Ok(Self {
            service_code: members.optional(0)?,
            service_name: members.optional(1)?,
            quota_arn: members.optional(2)?,
            quota_code: members.optional(3)?,
            quota_name: members.optional(4)?,
            value: members.optional(5)?,
            unit: members.optional(6)?,
            adjustable: members.optional(7)?,
            global_quota: members.optional(8)?,
            usage_metric: members.optional(9)?,
            period: members.optional(10)?,
            error_reason: members.optional(11)?,
            quota_applied_at_level: members.optional(12)?,
            quota_context: members.optional(13)?,
            description: members.optional(14)?,
        })
    }
}

impl IntoValue for ServiceQuota {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            self.service_code.map(IntoValue::into_value),
            self.service_name.map(IntoValue::into_value),
            self.quota_arn.map(IntoValue::into_value),
            self.quota_code.map(IntoValue::into_value),
            self.quota_name.map(IntoValue::into_value),
            self.value.map(IntoValue::into_value),
            self.unit.map(IntoValue::into_value),
            self.adjustable.map(IntoValue::into_value),
            self.global_quota.map(IntoValue::into_value),
            self.usage_metric.map(IntoValue::into_value),
            self.period.map(IntoValue::into_value),
            self.error_reason.map(IntoValue::into_value),
            self.quota_applied_at_level.map(IntoValue::into_value),
            self.quota_context.map(IntoValue::into_value),
            self.description.map(IntoValue::into_value),
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
    pub resource_arn: String,
    pub tags: Vec<Tag>,
}

impl FromValue for TagResource {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "TagResource")?;
        Ok(Self { resource_arn: members.required(0)?, tags: members.required(1)? })
    }
}

impl IntoValue for TagResource {
    fn into_value(self) -> Value {
        Value::Struct(vec![Some(self.resource_arn.into_value()), Some(self.tags.into_value())])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct TagResourceOutput {}

impl FromValue for TagResourceOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        Members::of(value, "TagResourceOutput").map(|_| Self {})
    }
}

impl IntoValue for TagResourceOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct UntagResource {
    pub resource_arn: String,
    pub tag_keys: Vec<String>,
}

impl FromValue for UntagResource {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "UntagResource")?;
        Ok(Self { resource_arn: members.required(0)?, tag_keys: members.required(1)? })
    }
}

impl IntoValue for UntagResource {
    fn into_value(self) -> Value {
        Value::Struct(vec![Some(self.resource_arn.into_value()), Some(self.tag_keys.into_value())])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct UntagResourceOutput {}

impl FromValue for UntagResourceOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        Members::of(value, "UntagResourceOutput").map(|_| Self {})
    }
}

impl IntoValue for UntagResourceOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![])
    }
}
