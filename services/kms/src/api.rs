//! The typed requests and answers of kms's implemented operations.
//!
//! Written by `cargo xtask gen` from `ops.list` and the model; a test compares. No type has `Debug`, since fields
//! may hold secrets.

#![allow(missing_docs, clippy::enum_variant_names, clippy::large_enum_variant)]

use base::{Secret, Timestamp};
use model::{FromValue, IntoValue, Members, Mismatch, Op, Value};
use std::collections::BTreeMap;

pub const CREATE_KEY: Op<CreateKey, CreateKeyOutput> = Op::new("kms", "CreateKey");
pub const DESCRIBE_KEY: Op<DescribeKey, DescribeKeyOutput> = Op::new("kms", "DescribeKey");
pub const LIST_KEYS: Op<ListKeys, ListKeysOutput> = Op::new("kms", "ListKeys");
pub const UPDATE_KEY_DESCRIPTION: Op<UpdateKeyDescription, ()> = Op::new("kms", "UpdateKeyDescription");
pub const ENABLE_KEY: Op<EnableKey, ()> = Op::new("kms", "EnableKey");
pub const DISABLE_KEY: Op<DisableKey, ()> = Op::new("kms", "DisableKey");
pub const SCHEDULE_KEY_DELETION: Op<ScheduleKeyDeletion, ScheduleKeyDeletionOutput> =
    Op::new("kms", "ScheduleKeyDeletion");
pub const CANCEL_KEY_DELETION: Op<CancelKeyDeletion, CancelKeyDeletionOutput> = Op::new("kms", "CancelKeyDeletion");
pub const GET_KEY_LAST_USAGE: Op<GetKeyLastUsage, GetKeyLastUsageOutput> = Op::new("kms", "GetKeyLastUsage");
pub const ENCRYPT: Op<Encrypt, EncryptOutput> = Op::new("kms", "Encrypt");
pub const DECRYPT: Op<Decrypt, DecryptOutput> = Op::new("kms", "Decrypt");
pub const RE_ENCRYPT: Op<ReEncrypt, ReEncryptOutput> = Op::new("kms", "ReEncrypt");
pub const GENERATE_DATA_KEY: Op<GenerateDataKey, GenerateDataKeyOutput> = Op::new("kms", "GenerateDataKey");
pub const GENERATE_DATA_KEY_WITHOUT_PLAINTEXT: Op<
    GenerateDataKeyWithoutPlaintext,
    GenerateDataKeyWithoutPlaintextOutput,
> = Op::new("kms", "GenerateDataKeyWithoutPlaintext");
pub const GENERATE_DATA_KEY_PAIR: Op<GenerateDataKeyPair, GenerateDataKeyPairOutput> =
    Op::new("kms", "GenerateDataKeyPair");
pub const GENERATE_DATA_KEY_PAIR_WITHOUT_PLAINTEXT: Op<
    GenerateDataKeyPairWithoutPlaintext,
    GenerateDataKeyPairWithoutPlaintextOutput,
> = Op::new("kms", "GenerateDataKeyPairWithoutPlaintext");
pub const GENERATE_RANDOM: Op<GenerateRandom, GenerateRandomOutput> = Op::new("kms", "GenerateRandom");
pub const SIGN: Op<Sign, SignOutput> = Op::new("kms", "Sign");
pub const VERIFY: Op<Verify, VerifyOutput> = Op::new("kms", "Verify");
pub const GET_PUBLIC_KEY: Op<GetPublicKey, GetPublicKeyOutput> = Op::new("kms", "GetPublicKey");
pub const GENERATE_MAC: Op<GenerateMac, GenerateMacOutput> = Op::new("kms", "GenerateMac");
pub const VERIFY_MAC: Op<VerifyMac, VerifyMacOutput> = Op::new("kms", "VerifyMac");
pub const DERIVE_SHARED_SECRET: Op<DeriveSharedSecret, DeriveSharedSecretOutput> = Op::new("kms", "DeriveSharedSecret");
pub const ENCAPSULATE: Op<Encapsulate, EncapsulateOutput> = Op::new("kms", "Encapsulate");
pub const DECAPSULATE: Op<Decapsulate, DecapsulateOutput> = Op::new("kms", "Decapsulate");
pub const GET_KEY_POLICY: Op<GetKeyPolicy, GetKeyPolicyOutput> = Op::new("kms", "GetKeyPolicy");
pub const PUT_KEY_POLICY: Op<PutKeyPolicy, ()> = Op::new("kms", "PutKeyPolicy");
pub const LIST_KEY_POLICIES: Op<ListKeyPolicies, ListKeyPoliciesOutput> = Op::new("kms", "ListKeyPolicies");
pub const CREATE_GRANT: Op<CreateGrant, CreateGrantOutput> = Op::new("kms", "CreateGrant");
pub const LIST_GRANTS: Op<ListGrants, ListGrantsResponse> = Op::new("kms", "ListGrants");
pub const LIST_RETIRABLE_GRANTS: Op<ListRetirableGrants, ListGrantsResponse> = Op::new("kms", "ListRetirableGrants");
pub const RETIRE_GRANT: Op<RetireGrant, ()> = Op::new("kms", "RetireGrant");
pub const REVOKE_GRANT: Op<RevokeGrant, ()> = Op::new("kms", "RevokeGrant");
pub const CREATE_ALIAS: Op<CreateAlias, ()> = Op::new("kms", "CreateAlias");
pub const UPDATE_ALIAS: Op<UpdateAlias, ()> = Op::new("kms", "UpdateAlias");
pub const DELETE_ALIAS: Op<DeleteAlias, ()> = Op::new("kms", "DeleteAlias");
pub const LIST_ALIASES: Op<ListAliases, ListAliasesOutput> = Op::new("kms", "ListAliases");
pub const TAG_RESOURCE: Op<TagResource, ()> = Op::new("kms", "TagResource");
pub const UNTAG_RESOURCE: Op<UntagResource, ()> = Op::new("kms", "UntagResource");
pub const LIST_RESOURCE_TAGS: Op<ListResourceTags, ListResourceTagsOutput> = Op::new("kms", "ListResourceTags");
pub const ENABLE_KEY_ROTATION: Op<EnableKeyRotation, ()> = Op::new("kms", "EnableKeyRotation");
pub const DISABLE_KEY_ROTATION: Op<DisableKeyRotation, ()> = Op::new("kms", "DisableKeyRotation");
pub const GET_KEY_ROTATION_STATUS: Op<GetKeyRotationStatus, GetKeyRotationStatusOutput> =
    Op::new("kms", "GetKeyRotationStatus");
pub const ROTATE_KEY_ON_DEMAND: Op<RotateKeyOnDemand, RotateKeyOnDemandOutput> = Op::new("kms", "RotateKeyOnDemand");
pub const LIST_KEY_ROTATIONS: Op<ListKeyRotations, ListKeyRotationsOutput> = Op::new("kms", "ListKeyRotations");
pub const GET_PARAMETERS_FOR_IMPORT: Op<GetParametersForImport, GetParametersForImportOutput> =
    Op::new("kms", "GetParametersForImport");
pub const IMPORT_KEY_MATERIAL: Op<ImportKeyMaterial, ImportKeyMaterialOutput> = Op::new("kms", "ImportKeyMaterial");
pub const DELETE_IMPORTED_KEY_MATERIAL: Op<DeleteImportedKeyMaterial, DeleteImportedKeyMaterialOutput> =
    Op::new("kms", "DeleteImportedKeyMaterial");
pub const REPLICATE_KEY: Op<ReplicateKey, ReplicateKeyOutput> = Op::new("kms", "ReplicateKey");
pub const UPDATE_PRIMARY_REGION: Op<UpdatePrimaryRegion, ()> = Op::new("kms", "UpdatePrimaryRegion");
pub const CREATE_CUSTOM_KEY_STORE: Op<CreateCustomKeyStore, CreateCustomKeyStoreOutput> =
    Op::new("kms", "CreateCustomKeyStore");
pub const DESCRIBE_CUSTOM_KEY_STORES: Op<DescribeCustomKeyStores, DescribeCustomKeyStoresOutput> =
    Op::new("kms", "DescribeCustomKeyStores");
pub const UPDATE_CUSTOM_KEY_STORE: Op<UpdateCustomKeyStore, UpdateCustomKeyStoreOutput> =
    Op::new("kms", "UpdateCustomKeyStore");
pub const DELETE_CUSTOM_KEY_STORE: Op<DeleteCustomKeyStore, DeleteCustomKeyStoreOutput> =
    Op::new("kms", "DeleteCustomKeyStore");
pub const CONNECT_CUSTOM_KEY_STORE: Op<ConnectCustomKeyStore, ConnectCustomKeyStoreOutput> =
    Op::new("kms", "ConnectCustomKeyStore");
pub const DISCONNECT_CUSTOM_KEY_STORE: Op<DisconnectCustomKeyStore, DisconnectCustomKeyStoreOutput> =
    Op::new("kms", "DisconnectCustomKeyStore");

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AlgorithmSpec {
    RsaesPkcs1V15,
    RsaesOaepSha1,
    RsaesOaepSha256,
    RsaAesKeyWrapSha1,
    RsaAesKeyWrapSha256,
    Sm2pke,
}

impl AlgorithmSpec {
    /// Every value, in the model's order.
    pub const ALL: &'static [Self] = &[
        Self::RsaesPkcs1V15,
        Self::RsaesOaepSha1,
        Self::RsaesOaepSha256,
        Self::RsaAesKeyWrapSha1,
        Self::RsaAesKeyWrapSha256,
        Self::Sm2pke,
    ];

    /// The value as it is sent.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::RsaesPkcs1V15 => "RSAES_PKCS1_V1_5",
            Self::RsaesOaepSha1 => "RSAES_OAEP_SHA_1",
            Self::RsaesOaepSha256 => "RSAES_OAEP_SHA_256",
            Self::RsaAesKeyWrapSha1 => "RSA_AES_KEY_WRAP_SHA_1",
            Self::RsaAesKeyWrapSha256 => "RSA_AES_KEY_WRAP_SHA_256",
            Self::Sm2pke => "SM2PKE",
        }
    }
}

impl TryFrom<&str> for AlgorithmSpec {
    type Error = Mismatch;

    fn try_from(text: &str) -> Result<Self, Mismatch> {
        Self::ALL.iter().copied().find(|value| value.as_str() == text).ok_or(Mismatch("AlgorithmSpec"))
    }
}

impl FromValue for AlgorithmSpec {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        value.as_str().ok_or(Mismatch("AlgorithmSpec")).and_then(Self::try_from)
    }
}

impl IntoValue for AlgorithmSpec {
    fn into_value(self) -> Value {
        Value::String(self.as_str().to_owned())
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct AliasListEntry {
    pub alias_name: Option<String>,
    pub alias_arn: Option<String>,
    pub target_key_id: Option<String>,
    pub creation_date: Option<Timestamp>,
    pub last_updated_date: Option<Timestamp>,
}

impl FromValue for AliasListEntry {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "AliasListEntry")?;
        Ok(Self {
            alias_name: members.optional(0)?,
            alias_arn: members.optional(1)?,
            target_key_id: members.optional(2)?,
            creation_date: members.optional(3)?,
            last_updated_date: members.optional(4)?,
        })
    }
}

impl IntoValue for AliasListEntry {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            self.alias_name.map(IntoValue::into_value),
            self.alias_arn.map(IntoValue::into_value),
            self.target_key_id.map(IntoValue::into_value),
            self.creation_date.map(IntoValue::into_value),
            self.last_updated_date.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct CancelKeyDeletion {
    pub key_id: String,
}

impl FromValue for CancelKeyDeletion {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "CancelKeyDeletion")?;
        Ok(Self { key_id: members.required(0)? })
    }
}

impl IntoValue for CancelKeyDeletion {
    fn into_value(self) -> Value {
        Value::Struct(vec![Some(self.key_id.into_value())])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct CancelKeyDeletionOutput {
    pub key_id: Option<String>,
}

impl FromValue for CancelKeyDeletionOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "CancelKeyDeletionOutput")?;
        Ok(Self { key_id: members.optional(0)? })
    }
}

impl IntoValue for CancelKeyDeletionOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![self.key_id.map(IntoValue::into_value)])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct ConnectCustomKeyStore {
    pub custom_key_store_id: String,
}

impl FromValue for ConnectCustomKeyStore {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "ConnectCustomKeyStore")?;
        Ok(Self { custom_key_store_id: members.required(0)? })
    }
}

impl IntoValue for ConnectCustomKeyStore {
    fn into_value(self) -> Value {
        Value::Struct(vec![Some(self.custom_key_store_id.into_value())])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct ConnectCustomKeyStoreOutput {}

impl FromValue for ConnectCustomKeyStoreOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        Members::of(value, "ConnectCustomKeyStoreOutput").map(|_| Self {})
    }
}

impl IntoValue for ConnectCustomKeyStoreOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![])
    }
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ConnectionErrorCodeType {
    InvalidCredentials,
    ClusterNotFound,
    NetworkErrors,
    InternalError,
    InsufficientCloudhsmHsms,
    UserLockedOut,
    UserNotFound,
    UserLoggedIn,
    SubnetNotFound,
    InsufficientFreeAddressesInSubnet,
    XksProxyAccessDenied,
    XksProxyNotReachable,
    XksVpcEndpointServiceNotFound,
    XksProxyInvalidResponse,
    XksProxyInvalidConfiguration,
    XksVpcEndpointServiceInvalidConfiguration,
    XksProxyTimedOut,
    XksProxyInvalidTlsConfiguration,
}

impl ConnectionErrorCodeType {
    /// Every value, in the model's order.
    pub const ALL: &'static [Self] = &[
        Self::InvalidCredentials,
        Self::ClusterNotFound,
        Self::NetworkErrors,
        Self::InternalError,
        Self::InsufficientCloudhsmHsms,
        Self::UserLockedOut,
        Self::UserNotFound,
        Self::UserLoggedIn,
        Self::SubnetNotFound,
        Self::InsufficientFreeAddressesInSubnet,
        Self::XksProxyAccessDenied,
        Self::XksProxyNotReachable,
        Self::XksVpcEndpointServiceNotFound,
        Self::XksProxyInvalidResponse,
        Self::XksProxyInvalidConfiguration,
        Self::XksVpcEndpointServiceInvalidConfiguration,
        Self::XksProxyTimedOut,
        Self::XksProxyInvalidTlsConfiguration,
    ];

    /// The value as it is sent.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::InvalidCredentials => "INVALID_CREDENTIALS",
            Self::ClusterNotFound => "CLUSTER_NOT_FOUND",
            Self::NetworkErrors => "NETWORK_ERRORS",
            Self::InternalError => "INTERNAL_ERROR",
            Self::InsufficientCloudhsmHsms => "INSUFFICIENT_CLOUDHSM_HSMS",
            Self::UserLockedOut => "USER_LOCKED_OUT",
            Self::UserNotFound => "USER_NOT_FOUND",
            Self::UserLoggedIn => "USER_LOGGED_IN",
            Self::SubnetNotFound => "SUBNET_NOT_FOUND",
            Self::InsufficientFreeAddressesInSubnet => "INSUFFICIENT_FREE_ADDRESSES_IN_SUBNET",
            Self::XksProxyAccessDenied => "XKS_PROXY_ACCESS_DENIED",
            Self::XksProxyNotReachable => "XKS_PROXY_NOT_REACHABLE",
            Self::XksVpcEndpointServiceNotFound => "XKS_VPC_ENDPOINT_SERVICE_NOT_FOUND",
            Self::XksProxyInvalidResponse => "XKS_PROXY_INVALID_RESPONSE",
            Self::XksProxyInvalidConfiguration => "XKS_PROXY_INVALID_CONFIGURATION",
            Self::XksVpcEndpointServiceInvalidConfiguration => "XKS_VPC_ENDPOINT_SERVICE_INVALID_CONFIGURATION",
            Self::XksProxyTimedOut => "XKS_PROXY_TIMED_OUT",
            Self::XksProxyInvalidTlsConfiguration => "XKS_PROXY_INVALID_TLS_CONFIGURATION",
        }
    }
}

impl TryFrom<&str> for ConnectionErrorCodeType {
    type Error = Mismatch;

    fn try_from(text: &str) -> Result<Self, Mismatch> {
        Self::ALL.iter().copied().find(|value| value.as_str() == text).ok_or(Mismatch("ConnectionErrorCodeType"))
    }
}

impl FromValue for ConnectionErrorCodeType {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        value.as_str().ok_or(Mismatch("ConnectionErrorCodeType")).and_then(Self::try_from)
    }
}

impl IntoValue for ConnectionErrorCodeType {
    fn into_value(self) -> Value {
        Value::String(self.as_str().to_owned())
    }
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ConnectionStateType {
    Connected,
    Connecting,
    Failed,
    Disconnected,
    Disconnecting,
}

impl ConnectionStateType {
    /// Every value, in the model's order.
    pub const ALL: &'static [Self] =
        &[Self::Connected, Self::Connecting, Self::Failed, Self::Disconnected, Self::Disconnecting];

    /// The value as it is sent.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Connected => "CONNECTED",
            Self::Connecting => "CONNECTING",
            Self::Failed => "FAILED",
            Self::Disconnected => "DISCONNECTED",
            Self::Disconnecting => "DISCONNECTING",
        }
    }
}

impl TryFrom<&str> for ConnectionStateType {
    type Error = Mismatch;

    fn try_from(text: &str) -> Result<Self, Mismatch> {
        Self::ALL.iter().copied().find(|value| value.as_str() == text).ok_or(Mismatch("ConnectionStateType"))
    }
}

impl FromValue for ConnectionStateType {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        value.as_str().ok_or(Mismatch("ConnectionStateType")).and_then(Self::try_from)
    }
}

impl IntoValue for ConnectionStateType {
    fn into_value(self) -> Value {
        Value::String(self.as_str().to_owned())
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct CreateAlias {
    pub alias_name: String,
    pub target_key_id: String,
}

impl FromValue for CreateAlias {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "CreateAlias")?;
        Ok(Self { alias_name: members.required(0)?, target_key_id: members.required(1)? })
    }
}

impl IntoValue for CreateAlias {
    fn into_value(self) -> Value {
        Value::Struct(vec![Some(self.alias_name.into_value()), Some(self.target_key_id.into_value())])
    }
}

#[derive(Default)]
pub struct CreateCustomKeyStore {
    pub custom_key_store_name: String,
    pub cloud_hsm_cluster_id: Option<String>,
    pub trust_anchor_certificate: Option<String>,
    pub key_store_password: Option<Secret<String>>,
    pub custom_key_store_type: Option<CustomKeyStoreType>,
    pub xks_proxy_uri_endpoint: Option<String>,
    pub xks_proxy_uri_path: Option<String>,
    pub xks_proxy_vpc_endpoint_service_name: Option<String>,
    pub xks_proxy_vpc_endpoint_service_owner: Option<String>,
    pub xks_proxy_authentication_credential: Option<XksProxyAuthenticationCredentialType>,
    pub xks_proxy_connectivity: Option<XksProxyConnectivityType>,
}

impl FromValue for CreateCustomKeyStore {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "CreateCustomKeyStore")?;
        Ok(Self {
            custom_key_store_name: members.required(0)?,
            cloud_hsm_cluster_id: members.optional(1)?,
            trust_anchor_certificate: members.optional(2)?,
            key_store_password: members.optional(3)?,
            custom_key_store_type: members.optional(4)?,
            xks_proxy_uri_endpoint: members.optional(5)?,
            xks_proxy_uri_path: members.optional(6)?,
            xks_proxy_vpc_endpoint_service_name: members.optional(7)?,
            xks_proxy_vpc_endpoint_service_owner: members.optional(8)?,
            xks_proxy_authentication_credential: members.optional(9)?,
            xks_proxy_connectivity: members.optional(10)?,
        })
    }
}

impl IntoValue for CreateCustomKeyStore {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            Some(self.custom_key_store_name.into_value()),
            self.cloud_hsm_cluster_id.map(IntoValue::into_value),
            self.trust_anchor_certificate.map(IntoValue::into_value),
            self.key_store_password.map(IntoValue::into_value),
            self.custom_key_store_type.map(IntoValue::into_value),
            self.xks_proxy_uri_endpoint.map(IntoValue::into_value),
            self.xks_proxy_uri_path.map(IntoValue::into_value),
            self.xks_proxy_vpc_endpoint_service_name.map(IntoValue::into_value),
            self.xks_proxy_vpc_endpoint_service_owner.map(IntoValue::into_value),
            self.xks_proxy_authentication_credential.map(IntoValue::into_value),
            self.xks_proxy_connectivity.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct CreateCustomKeyStoreOutput {
    pub custom_key_store_id: Option<String>,
}

impl FromValue for CreateCustomKeyStoreOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "CreateCustomKeyStoreOutput")?;
        Ok(Self { custom_key_store_id: members.optional(0)? })
    }
}

impl IntoValue for CreateCustomKeyStoreOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![self.custom_key_store_id.map(IntoValue::into_value)])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct CreateGrant {
    pub key_id: String,
    pub grantee_principal: Option<String>,
    pub retiring_principal: Option<String>,
    pub operations: Vec<GrantOperation>,
    pub constraints: Option<GrantConstraints>,
    pub grant_tokens: Option<Vec<String>>,
    pub name: Option<String>,
    pub dry_run: Option<bool>,
    pub grantee_service_principal: Option<String>,
    pub retiring_service_principal: Option<String>,
}

impl FromValue for CreateGrant {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "CreateGrant")?;
        Ok(Self {
            key_id: members.required(0)?,
            grantee_principal: members.optional(1)?,
            retiring_principal: members.optional(2)?,
            operations: members.required(3)?,
            constraints: members.optional(4)?,
            grant_tokens: members.optional(5)?,
            name: members.optional(6)?,
            dry_run: members.optional(7)?,
            grantee_service_principal: members.optional(8)?,
            retiring_service_principal: members.optional(9)?,
        })
    }
}

impl IntoValue for CreateGrant {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            Some(self.key_id.into_value()),
            self.grantee_principal.map(IntoValue::into_value),
            self.retiring_principal.map(IntoValue::into_value),
            Some(self.operations.into_value()),
            self.constraints.map(IntoValue::into_value),
            self.grant_tokens.map(IntoValue::into_value),
            self.name.map(IntoValue::into_value),
            self.dry_run.map(IntoValue::into_value),
            self.grantee_service_principal.map(IntoValue::into_value),
            self.retiring_service_principal.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct CreateGrantOutput {
    pub grant_token: Option<String>,
    pub grant_id: Option<String>,
}

impl FromValue for CreateGrantOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "CreateGrantOutput")?;
        Ok(Self { grant_token: members.optional(0)?, grant_id: members.optional(1)? })
    }
}

impl IntoValue for CreateGrantOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![self.grant_token.map(IntoValue::into_value), self.grant_id.map(IntoValue::into_value)])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct CreateKey {
    pub policy: Option<String>,
    pub description: Option<String>,
    pub key_usage: Option<KeyUsageType>,
    pub customer_master_key_spec: Option<CustomerMasterKeySpec>,
    pub key_spec: Option<KeySpec>,
    pub origin: Option<OriginType>,
    pub custom_key_store_id: Option<String>,
    pub bypass_policy_lockout_safety_check: Option<bool>,
    pub tags: Option<Vec<Tag>>,
    pub multi_region: Option<bool>,
    pub xks_key_id: Option<String>,
}

impl FromValue for CreateKey {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "CreateKey")?;
        Ok(Self {
            policy: members.optional(0)?,
            description: members.optional(1)?,
            key_usage: members.optional(2)?,
            customer_master_key_spec: members.optional(3)?,
            key_spec: members.optional(4)?,
            origin: members.optional(5)?,
            custom_key_store_id: members.optional(6)?,
            bypass_policy_lockout_safety_check: members.optional(7)?,
            tags: members.optional(8)?,
            multi_region: members.optional(9)?,
            xks_key_id: members.optional(10)?,
        })
    }
}

impl IntoValue for CreateKey {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            self.policy.map(IntoValue::into_value),
            self.description.map(IntoValue::into_value),
            self.key_usage.map(IntoValue::into_value),
            self.customer_master_key_spec.map(IntoValue::into_value),
            self.key_spec.map(IntoValue::into_value),
            self.origin.map(IntoValue::into_value),
            self.custom_key_store_id.map(IntoValue::into_value),
            self.bypass_policy_lockout_safety_check.map(IntoValue::into_value),
            self.tags.map(IntoValue::into_value),
            self.multi_region.map(IntoValue::into_value),
            self.xks_key_id.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct CreateKeyOutput {
    pub key_metadata: Option<KeyMetadata>,
}

impl FromValue for CreateKeyOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "CreateKeyOutput")?;
        Ok(Self { key_metadata: members.optional(0)? })
    }
}

impl IntoValue for CreateKeyOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![self.key_metadata.map(IntoValue::into_value)])
    }
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CustomKeyStoreType {
    AwsCloudhsm,
    ExternalKeyStore,
}

impl CustomKeyStoreType {
    /// Every value, in the model's order.
    pub const ALL: &'static [Self] = &[Self::AwsCloudhsm, Self::ExternalKeyStore];

    /// The value as it is sent.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AwsCloudhsm => "AWS_CLOUDHSM",
            Self::ExternalKeyStore => "EXTERNAL_KEY_STORE",
        }
    }
}

impl TryFrom<&str> for CustomKeyStoreType {
    type Error = Mismatch;

    fn try_from(text: &str) -> Result<Self, Mismatch> {
        Self::ALL.iter().copied().find(|value| value.as_str() == text).ok_or(Mismatch("CustomKeyStoreType"))
    }
}

impl FromValue for CustomKeyStoreType {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        value.as_str().ok_or(Mismatch("CustomKeyStoreType")).and_then(Self::try_from)
    }
}

impl IntoValue for CustomKeyStoreType {
    fn into_value(self) -> Value {
        Value::String(self.as_str().to_owned())
    }
}

#[derive(Default)]
pub struct CustomKeyStoresListEntry {
    pub custom_key_store_id: Option<String>,
    pub custom_key_store_name: Option<String>,
    pub cloud_hsm_cluster_id: Option<String>,
    pub trust_anchor_certificate: Option<String>,
    pub connection_state: Option<ConnectionStateType>,
    pub connection_error_code: Option<ConnectionErrorCodeType>,
    pub creation_date: Option<Timestamp>,
    pub custom_key_store_type: Option<CustomKeyStoreType>,
    pub xks_proxy_configuration: Option<XksProxyConfigurationType>,
}

impl FromValue for CustomKeyStoresListEntry {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "CustomKeyStoresListEntry")?;
        Ok(Self {
            custom_key_store_id: members.optional(0)?,
            custom_key_store_name: members.optional(1)?,
            cloud_hsm_cluster_id: members.optional(2)?,
            trust_anchor_certificate: members.optional(3)?,
            connection_state: members.optional(4)?,
            connection_error_code: members.optional(5)?,
            creation_date: members.optional(6)?,
            custom_key_store_type: members.optional(7)?,
            xks_proxy_configuration: members.optional(8)?,
        })
    }
}

impl IntoValue for CustomKeyStoresListEntry {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            self.custom_key_store_id.map(IntoValue::into_value),
            self.custom_key_store_name.map(IntoValue::into_value),
            self.cloud_hsm_cluster_id.map(IntoValue::into_value),
            self.trust_anchor_certificate.map(IntoValue::into_value),
            self.connection_state.map(IntoValue::into_value),
            self.connection_error_code.map(IntoValue::into_value),
            self.creation_date.map(IntoValue::into_value),
            self.custom_key_store_type.map(IntoValue::into_value),
            self.xks_proxy_configuration.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CustomerMasterKeySpec {
    Rsa2048,
    Rsa3072,
    Rsa4096,
    EccNistP256,
    EccNistP384,
    EccNistP521,
    EccSecgP256k1,
    SymmetricDefault,
    Hmac224,
    Hmac256,
    Hmac384,
    Hmac512,
    Sm2,
}

impl CustomerMasterKeySpec {
    /// Every value, in the model's order.
    pub const ALL: &'static [Self] = &[
        Self::Rsa2048,
        Self::Rsa3072,
        Self::Rsa4096,
        Self::EccNistP256,
        Self::EccNistP384,
        Self::EccNistP521,
        Self::EccSecgP256k1,
        Self::SymmetricDefault,
        Self::Hmac224,
        Self::Hmac256,
        Self::Hmac384,
        Self::Hmac512,
        Self::Sm2,
    ];

    /// The value as it is sent.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Rsa2048 => "RSA_2048",
            Self::Rsa3072 => "RSA_3072",
            Self::Rsa4096 => "RSA_4096",
            Self::EccNistP256 => "ECC_NIST_P256",
            Self::EccNistP384 => "ECC_NIST_P384",
            Self::EccNistP521 => "ECC_NIST_P521",
            Self::EccSecgP256k1 => "ECC_SECG_P256K1",
            Self::SymmetricDefault => "SYMMETRIC_DEFAULT",
            Self::Hmac224 => "HMAC_224",
            Self::Hmac256 => "HMAC_256",
            Self::Hmac384 => "HMAC_384",
            Self::Hmac512 => "HMAC_512",
            Self::Sm2 => "SM2",
        }
    }
}

impl TryFrom<&str> for CustomerMasterKeySpec {
    type Error = Mismatch;

    fn try_from(text: &str) -> Result<Self, Mismatch> {
        Self::ALL.iter().copied().find(|value| value.as_str() == text).ok_or(Mismatch("CustomerMasterKeySpec"))
    }
}

impl FromValue for CustomerMasterKeySpec {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        value.as_str().ok_or(Mismatch("CustomerMasterKeySpec")).and_then(Self::try_from)
    }
}

impl IntoValue for CustomerMasterKeySpec {
    fn into_value(self) -> Value {
        Value::String(self.as_str().to_owned())
    }
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DataKeyPairSpec {
    Rsa2048,
    Rsa3072,
    Rsa4096,
    EccNistP256,
    EccNistP384,
    EccNistP521,
    EccSecgP256k1,
    Sm2,
    EccNistEdwards25519,
    MlKem512,
    MlKem768,
    MlKem1024,
}

impl DataKeyPairSpec {
    /// Every value, in the model's order.
    pub const ALL: &'static [Self] = &[
        Self::Rsa2048,
        Self::Rsa3072,
        Self::Rsa4096,
        Self::EccNistP256,
        Self::EccNistP384,
        Self::EccNistP521,
        Self::EccSecgP256k1,
        Self::Sm2,
        Self::EccNistEdwards25519,
        Self::MlKem512,
        Self::MlKem768,
        Self::MlKem1024,
    ];

    /// The value as it is sent.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Rsa2048 => "RSA_2048",
            Self::Rsa3072 => "RSA_3072",
            Self::Rsa4096 => "RSA_4096",
            Self::EccNistP256 => "ECC_NIST_P256",
            Self::EccNistP384 => "ECC_NIST_P384",
            Self::EccNistP521 => "ECC_NIST_P521",
            Self::EccSecgP256k1 => "ECC_SECG_P256K1",
            Self::Sm2 => "SM2",
            Self::EccNistEdwards25519 => "ECC_NIST_EDWARDS25519",
            Self::MlKem512 => "ML_KEM_512",
            Self::MlKem768 => "ML_KEM_768",
            Self::MlKem1024 => "ML_KEM_1024",
        }
    }
}

impl TryFrom<&str> for DataKeyPairSpec {
    type Error = Mismatch;

    fn try_from(text: &str) -> Result<Self, Mismatch> {
        Self::ALL.iter().copied().find(|value| value.as_str() == text).ok_or(Mismatch("DataKeyPairSpec"))
    }
}

impl FromValue for DataKeyPairSpec {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        value.as_str().ok_or(Mismatch("DataKeyPairSpec")).and_then(Self::try_from)
    }
}

impl IntoValue for DataKeyPairSpec {
    fn into_value(self) -> Value {
        Value::String(self.as_str().to_owned())
    }
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DataKeySpec {
    Aes256,
    Aes128,
}

impl DataKeySpec {
    /// Every value, in the model's order.
    pub const ALL: &'static [Self] = &[Self::Aes256, Self::Aes128];

    /// The value as it is sent.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Aes256 => "AES_256",
            Self::Aes128 => "AES_128",
        }
    }
}

impl TryFrom<&str> for DataKeySpec {
    type Error = Mismatch;

    fn try_from(text: &str) -> Result<Self, Mismatch> {
        Self::ALL.iter().copied().find(|value| value.as_str() == text).ok_or(Mismatch("DataKeySpec"))
    }
}

impl FromValue for DataKeySpec {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        value.as_str().ok_or(Mismatch("DataKeySpec")).and_then(Self::try_from)
    }
}

impl IntoValue for DataKeySpec {
    fn into_value(self) -> Value {
        Value::String(self.as_str().to_owned())
    }
}

#[derive(Clone, PartialEq)]
pub struct Decapsulate {
    pub key_id: String,
    pub shared_secret_ciphertext_blob: Vec<u8>,
    pub encapsulation_algorithm: EncapsulationAlgorithmSpec,
    pub grant_tokens: Option<Vec<String>>,
    pub dry_run: Option<bool>,
}

impl FromValue for Decapsulate {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "Decapsulate")?;
        Ok(Self {
            key_id: members.required(0)?,
            shared_secret_ciphertext_blob: members.required(1)?,
            encapsulation_algorithm: members.required(2)?,
            grant_tokens: members.optional(3)?,
            dry_run: members.optional(4)?,
        })
    }
}

impl IntoValue for Decapsulate {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            Some(self.key_id.into_value()),
            Some(self.shared_secret_ciphertext_blob.into_value()),
            Some(self.encapsulation_algorithm.into_value()),
            self.grant_tokens.map(IntoValue::into_value),
            self.dry_run.map(IntoValue::into_value),
        ])
    }
}

#[derive(Default)]
pub struct DecapsulateOutput {
    pub key_id: Option<String>,
    pub shared_secret: Option<Secret<Vec<u8>>>,
    pub encapsulation_algorithm: Option<EncapsulationAlgorithmSpec>,
}

impl FromValue for DecapsulateOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "DecapsulateOutput")?;
        Ok(Self {
            key_id: members.optional(0)?,
            shared_secret: members.optional(1)?,
            encapsulation_algorithm: members.optional(2)?,
        })
    }
}

impl IntoValue for DecapsulateOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            self.key_id.map(IntoValue::into_value),
            self.shared_secret.map(IntoValue::into_value),
            self.encapsulation_algorithm.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct Decrypt {
    pub ciphertext_blob: Option<Vec<u8>>,
    pub encryption_context: Option<BTreeMap<String, String>>,
    pub grant_tokens: Option<Vec<String>>,
    pub key_id: Option<String>,
    pub encryption_algorithm: Option<EncryptionAlgorithmSpec>,
    pub recipient: Option<RecipientInfo>,
    pub dry_run: Option<bool>,
    pub dry_run_modifiers: Option<Vec<DryRunModifierType>>,
}

impl FromValue for Decrypt {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "Decrypt")?;
        Ok(Self {
            ciphertext_blob: members.optional(0)?,
            encryption_context: members.optional(1)?,
            grant_tokens: members.optional(2)?,
            key_id: members.optional(3)?,
            encryption_algorithm: members.optional(4)?,
            recipient: members.optional(5)?,
            dry_run: members.optional(6)?,
            dry_run_modifiers: members.optional(7)?,
        })
    }
}

impl IntoValue for Decrypt {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            self.ciphertext_blob.map(IntoValue::into_value),
            self.encryption_context.map(IntoValue::into_value),
            self.grant_tokens.map(IntoValue::into_value),
            self.key_id.map(IntoValue::into_value),
            self.encryption_algorithm.map(IntoValue::into_value),
            self.recipient.map(IntoValue::into_value),
            self.dry_run.map(IntoValue::into_value),
            self.dry_run_modifiers.map(IntoValue::into_value),
        ])
    }
}

#[derive(Default)]
pub struct DecryptOutput {
    pub key_id: Option<String>,
    pub plaintext: Option<Secret<Vec<u8>>>,
    pub encryption_algorithm: Option<EncryptionAlgorithmSpec>,
    pub ciphertext_for_recipient: Option<Vec<u8>>,
    pub key_material_id: Option<String>,
}

impl FromValue for DecryptOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "DecryptOutput")?;
        Ok(Self {
            key_id: members.optional(0)?,
            plaintext: members.optional(1)?,
            encryption_algorithm: members.optional(2)?,
            ciphertext_for_recipient: members.optional(3)?,
            key_material_id: members.optional(4)?,
        })
    }
}

impl IntoValue for DecryptOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            self.key_id.map(IntoValue::into_value),
            self.plaintext.map(IntoValue::into_value),
            self.encryption_algorithm.map(IntoValue::into_value),
            self.ciphertext_for_recipient.map(IntoValue::into_value),
            self.key_material_id.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct DeleteAlias {
    pub alias_name: String,
}

impl FromValue for DeleteAlias {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "DeleteAlias")?;
        Ok(Self { alias_name: members.required(0)? })
    }
}

impl IntoValue for DeleteAlias {
    fn into_value(self) -> Value {
        Value::Struct(vec![Some(self.alias_name.into_value())])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct DeleteCustomKeyStore {
    pub custom_key_store_id: String,
}

impl FromValue for DeleteCustomKeyStore {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "DeleteCustomKeyStore")?;
        Ok(Self { custom_key_store_id: members.required(0)? })
    }
}

impl IntoValue for DeleteCustomKeyStore {
    fn into_value(self) -> Value {
        Value::Struct(vec![Some(self.custom_key_store_id.into_value())])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct DeleteCustomKeyStoreOutput {}

impl FromValue for DeleteCustomKeyStoreOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        Members::of(value, "DeleteCustomKeyStoreOutput").map(|_| Self {})
    }
}

impl IntoValue for DeleteCustomKeyStoreOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct DeleteImportedKeyMaterial {
    pub key_id: String,
    pub key_material_id: Option<String>,
}

impl FromValue for DeleteImportedKeyMaterial {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "DeleteImportedKeyMaterial")?;
        Ok(Self { key_id: members.required(0)?, key_material_id: members.optional(1)? })
    }
}

impl IntoValue for DeleteImportedKeyMaterial {
    fn into_value(self) -> Value {
        Value::Struct(vec![Some(self.key_id.into_value()), self.key_material_id.map(IntoValue::into_value)])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct DeleteImportedKeyMaterialOutput {
    pub key_id: Option<String>,
    pub key_material_id: Option<String>,
}

impl FromValue for DeleteImportedKeyMaterialOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "DeleteImportedKeyMaterialOutput")?;
        Ok(Self { key_id: members.optional(0)?, key_material_id: members.optional(1)? })
    }
}

impl IntoValue for DeleteImportedKeyMaterialOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![self.key_id.map(IntoValue::into_value), self.key_material_id.map(IntoValue::into_value)])
    }
}

#[derive(Clone, PartialEq)]
pub struct DeriveSharedSecret {
    pub key_id: String,
    pub key_agreement_algorithm: KeyAgreementAlgorithmSpec,
    pub public_key: Vec<u8>,
    pub grant_tokens: Option<Vec<String>>,
    pub dry_run: Option<bool>,
    pub recipient: Option<RecipientInfo>,
}

impl FromValue for DeriveSharedSecret {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "DeriveSharedSecret")?;
        Ok(Self {
            key_id: members.required(0)?,
            key_agreement_algorithm: members.required(1)?,
            public_key: members.required(2)?,
            grant_tokens: members.optional(3)?,
            dry_run: members.optional(4)?,
            recipient: members.optional(5)?,
        })
    }
}

impl IntoValue for DeriveSharedSecret {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            Some(self.key_id.into_value()),
            Some(self.key_agreement_algorithm.into_value()),
            Some(self.public_key.into_value()),
            self.grant_tokens.map(IntoValue::into_value),
            self.dry_run.map(IntoValue::into_value),
            self.recipient.map(IntoValue::into_value),
        ])
    }
}

#[derive(Default)]
pub struct DeriveSharedSecretOutput {
    pub key_id: Option<String>,
    pub shared_secret: Option<Secret<Vec<u8>>>,
    pub ciphertext_for_recipient: Option<Vec<u8>>,
    pub key_agreement_algorithm: Option<KeyAgreementAlgorithmSpec>,
    pub key_origin: Option<OriginType>,
}

impl FromValue for DeriveSharedSecretOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "DeriveSharedSecretOutput")?;
        Ok(Self {
            key_id: members.optional(0)?,
            shared_secret: members.optional(1)?,
            ciphertext_for_recipient: members.optional(2)?,
            key_agreement_algorithm: members.optional(3)?,
            key_origin: members.optional(4)?,
        })
    }
}

impl IntoValue for DeriveSharedSecretOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            self.key_id.map(IntoValue::into_value),
            self.shared_secret.map(IntoValue::into_value),
            self.ciphertext_for_recipient.map(IntoValue::into_value),
            self.key_agreement_algorithm.map(IntoValue::into_value),
            self.key_origin.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct DescribeCustomKeyStores {
    pub custom_key_store_id: Option<String>,
    pub custom_key_store_name: Option<String>,
    pub limit: Option<i32>,
    pub marker: Option<String>,
}

impl FromValue for DescribeCustomKeyStores {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "DescribeCustomKeyStores")?;
        Ok(Self {
            custom_key_store_id: members.optional(0)?,
            custom_key_store_name: members.optional(1)?,
            limit: members.optional(2)?,
            marker: members.optional(3)?,
        })
    }
}

impl IntoValue for DescribeCustomKeyStores {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            self.custom_key_store_id.map(IntoValue::into_value),
            self.custom_key_store_name.map(IntoValue::into_value),
            self.limit.map(IntoValue::into_value),
            self.marker.map(IntoValue::into_value),
        ])
    }
}

#[derive(Default)]
pub struct DescribeCustomKeyStoresOutput {
    pub custom_key_stores: Option<Vec<CustomKeyStoresListEntry>>,
    pub next_marker: Option<String>,
    pub truncated: Option<bool>,
}

impl FromValue for DescribeCustomKeyStoresOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "DescribeCustomKeyStoresOutput")?;
        Ok(Self {
            custom_key_stores: members.optional(0)?,
            next_marker: members.optional(1)?,
            truncated: members.optional(2)?,
        })
    }
}

impl IntoValue for DescribeCustomKeyStoresOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            self.custom_key_stores.map(IntoValue::into_value),
            self.next_marker.map(IntoValue::into_value),
            self.truncated.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct DescribeKey {
    pub key_id: String,
    pub grant_tokens: Option<Vec<String>>,
}

impl FromValue for DescribeKey {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "DescribeKey")?;
        Ok(Self { key_id: members.required(0)?, grant_tokens: members.optional(1)? })
    }
}

impl IntoValue for DescribeKey {
    fn into_value(self) -> Value {
        Value::Struct(vec![Some(self.key_id.into_value()), self.grant_tokens.map(IntoValue::into_value)])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct DescribeKeyOutput {
    pub key_metadata: Option<KeyMetadata>,
}

impl FromValue for DescribeKeyOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "DescribeKeyOutput")?;
        Ok(Self { key_metadata: members.optional(0)? })
    }
}

impl IntoValue for DescribeKeyOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![self.key_metadata.map(IntoValue::into_value)])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct DisableKey {
    pub key_id: String,
}

impl FromValue for DisableKey {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "DisableKey")?;
        Ok(Self { key_id: members.required(0)? })
    }
}

impl IntoValue for DisableKey {
    fn into_value(self) -> Value {
        Value::Struct(vec![Some(self.key_id.into_value())])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct DisableKeyRotation {
    pub key_id: String,
}

impl FromValue for DisableKeyRotation {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "DisableKeyRotation")?;
        Ok(Self { key_id: members.required(0)? })
    }
}

impl IntoValue for DisableKeyRotation {
    fn into_value(self) -> Value {
        Value::Struct(vec![Some(self.key_id.into_value())])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct DisconnectCustomKeyStore {
    pub custom_key_store_id: String,
}

impl FromValue for DisconnectCustomKeyStore {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "DisconnectCustomKeyStore")?;
        Ok(Self { custom_key_store_id: members.required(0)? })
    }
}

impl IntoValue for DisconnectCustomKeyStore {
    fn into_value(self) -> Value {
        Value::Struct(vec![Some(self.custom_key_store_id.into_value())])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct DisconnectCustomKeyStoreOutput {}

impl FromValue for DisconnectCustomKeyStoreOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        Members::of(value, "DisconnectCustomKeyStoreOutput").map(|_| Self {})
    }
}

impl IntoValue for DisconnectCustomKeyStoreOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![])
    }
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DryRunModifierType {
    IgnoreCiphertext,
}

impl DryRunModifierType {
    /// Every value, in the model's order.
    pub const ALL: &'static [Self] = &[Self::IgnoreCiphertext];

    /// The value as it is sent.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::IgnoreCiphertext => "IGNORE_CIPHERTEXT",
        }
    }
}

impl TryFrom<&str> for DryRunModifierType {
    type Error = Mismatch;

    fn try_from(text: &str) -> Result<Self, Mismatch> {
        Self::ALL.iter().copied().find(|value| value.as_str() == text).ok_or(Mismatch("DryRunModifierType"))
    }
}

impl FromValue for DryRunModifierType {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        value.as_str().ok_or(Mismatch("DryRunModifierType")).and_then(Self::try_from)
    }
}

impl IntoValue for DryRunModifierType {
    fn into_value(self) -> Value {
        Value::String(self.as_str().to_owned())
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct EnableKey {
    pub key_id: String,
}

impl FromValue for EnableKey {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "EnableKey")?;
        Ok(Self { key_id: members.required(0)? })
    }
}

impl IntoValue for EnableKey {
    fn into_value(self) -> Value {
        Value::Struct(vec![Some(self.key_id.into_value())])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct EnableKeyRotation {
    pub key_id: String,
    pub rotation_period_in_days: Option<i32>,
}

impl FromValue for EnableKeyRotation {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "EnableKeyRotation")?;
        Ok(Self { key_id: members.required(0)?, rotation_period_in_days: members.optional(1)? })
    }
}

impl IntoValue for EnableKeyRotation {
    fn into_value(self) -> Value {
        Value::Struct(vec![Some(self.key_id.into_value()), self.rotation_period_in_days.map(IntoValue::into_value)])
    }
}

#[derive(Clone, PartialEq)]
pub struct Encapsulate {
    pub key_id: String,
    pub encapsulation_algorithm: EncapsulationAlgorithmSpec,
    pub grant_tokens: Option<Vec<String>>,
    pub dry_run: Option<bool>,
}

impl FromValue for Encapsulate {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "Encapsulate")?;
        Ok(Self {
            key_id: members.required(0)?,
            encapsulation_algorithm: members.required(1)?,
            grant_tokens: members.optional(2)?,
            dry_run: members.optional(3)?,
        })
    }
}

impl IntoValue for Encapsulate {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            Some(self.key_id.into_value()),
            Some(self.encapsulation_algorithm.into_value()),
            self.grant_tokens.map(IntoValue::into_value),
            self.dry_run.map(IntoValue::into_value),
        ])
    }
}

#[derive(Default)]
pub struct EncapsulateOutput {
    pub key_id: Option<String>,
    pub shared_secret: Option<Secret<Vec<u8>>>,
    pub shared_secret_ciphertext_blob: Option<Vec<u8>>,
    pub encapsulation_algorithm: Option<EncapsulationAlgorithmSpec>,
}

impl FromValue for EncapsulateOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "EncapsulateOutput")?;
        Ok(Self {
            key_id: members.optional(0)?,
            shared_secret: members.optional(1)?,
            shared_secret_ciphertext_blob: members.optional(2)?,
            encapsulation_algorithm: members.optional(3)?,
        })
    }
}

impl IntoValue for EncapsulateOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            self.key_id.map(IntoValue::into_value),
            self.shared_secret.map(IntoValue::into_value),
            self.shared_secret_ciphertext_blob.map(IntoValue::into_value),
            self.encapsulation_algorithm.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EncapsulationAlgorithmSpec {
    MlKem,
}

impl EncapsulationAlgorithmSpec {
    /// Every value, in the model's order.
    pub const ALL: &'static [Self] = &[Self::MlKem];

    /// The value as it is sent.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::MlKem => "ML_KEM",
        }
    }
}

impl TryFrom<&str> for EncapsulationAlgorithmSpec {
    type Error = Mismatch;

    fn try_from(text: &str) -> Result<Self, Mismatch> {
        Self::ALL.iter().copied().find(|value| value.as_str() == text).ok_or(Mismatch("EncapsulationAlgorithmSpec"))
    }
}

impl FromValue for EncapsulationAlgorithmSpec {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        value.as_str().ok_or(Mismatch("EncapsulationAlgorithmSpec")).and_then(Self::try_from)
    }
}

impl IntoValue for EncapsulationAlgorithmSpec {
    fn into_value(self) -> Value {
        Value::String(self.as_str().to_owned())
    }
}

pub struct Encrypt {
    pub key_id: String,
    pub plaintext: Secret<Vec<u8>>,
    pub encryption_context: Option<BTreeMap<String, String>>,
    pub grant_tokens: Option<Vec<String>>,
    pub encryption_algorithm: Option<EncryptionAlgorithmSpec>,
    pub dry_run: Option<bool>,
}

impl FromValue for Encrypt {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "Encrypt")?;
        Ok(Self {
            key_id: members.required(0)?,
            plaintext: members.required(1)?,
            encryption_context: members.optional(2)?,
            grant_tokens: members.optional(3)?,
            encryption_algorithm: members.optional(4)?,
            dry_run: members.optional(5)?,
        })
    }
}

impl IntoValue for Encrypt {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            Some(self.key_id.into_value()),
            Some(self.plaintext.into_value()),
            self.encryption_context.map(IntoValue::into_value),
            self.grant_tokens.map(IntoValue::into_value),
            self.encryption_algorithm.map(IntoValue::into_value),
            self.dry_run.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct EncryptOutput {
    pub ciphertext_blob: Option<Vec<u8>>,
    pub key_id: Option<String>,
    pub encryption_algorithm: Option<EncryptionAlgorithmSpec>,
}

impl FromValue for EncryptOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "EncryptOutput")?;
        Ok(Self {
            ciphertext_blob: members.optional(0)?,
            key_id: members.optional(1)?,
            encryption_algorithm: members.optional(2)?,
        })
    }
}

impl IntoValue for EncryptOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            self.ciphertext_blob.map(IntoValue::into_value),
            self.key_id.map(IntoValue::into_value),
            self.encryption_algorithm.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EncryptionAlgorithmSpec {
    SymmetricDefault,
    RsaesOaepSha1,
    RsaesOaepSha256,
    Sm2pke,
}

impl EncryptionAlgorithmSpec {
    /// Every value, in the model's order.
    pub const ALL: &'static [Self] =
        &[Self::SymmetricDefault, Self::RsaesOaepSha1, Self::RsaesOaepSha256, Self::Sm2pke];

    /// The value as it is sent.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SymmetricDefault => "SYMMETRIC_DEFAULT",
            Self::RsaesOaepSha1 => "RSAES_OAEP_SHA_1",
            Self::RsaesOaepSha256 => "RSAES_OAEP_SHA_256",
            Self::Sm2pke => "SM2PKE",
        }
    }
}

impl TryFrom<&str> for EncryptionAlgorithmSpec {
    type Error = Mismatch;

    fn try_from(text: &str) -> Result<Self, Mismatch> {
        Self::ALL.iter().copied().find(|value| value.as_str() == text).ok_or(Mismatch("EncryptionAlgorithmSpec"))
    }
}

impl FromValue for EncryptionAlgorithmSpec {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        value.as_str().ok_or(Mismatch("EncryptionAlgorithmSpec")).and_then(Self::try_from)
    }
}

impl IntoValue for EncryptionAlgorithmSpec {
    fn into_value(self) -> Value {
        Value::String(self.as_str().to_owned())
    }
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ExpirationModelType {
    KeyMaterialExpires,
    KeyMaterialDoesNotExpire,
}

impl ExpirationModelType {
    /// Every value, in the model's order.
    pub const ALL: &'static [Self] = &[Self::KeyMaterialExpires, Self::KeyMaterialDoesNotExpire];

    /// The value as it is sent.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::KeyMaterialExpires => "KEY_MATERIAL_EXPIRES",
            Self::KeyMaterialDoesNotExpire => "KEY_MATERIAL_DOES_NOT_EXPIRE",
        }
    }
}

impl TryFrom<&str> for ExpirationModelType {
    type Error = Mismatch;

    fn try_from(text: &str) -> Result<Self, Mismatch> {
        Self::ALL.iter().copied().find(|value| value.as_str() == text).ok_or(Mismatch("ExpirationModelType"))
    }
}

impl FromValue for ExpirationModelType {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        value.as_str().ok_or(Mismatch("ExpirationModelType")).and_then(Self::try_from)
    }
}

impl IntoValue for ExpirationModelType {
    fn into_value(self) -> Value {
        Value::String(self.as_str().to_owned())
    }
}

#[derive(Clone, PartialEq)]
pub struct GenerateDataKeyPair {
    pub encryption_context: Option<BTreeMap<String, String>>,
    pub key_id: String,
    pub key_pair_spec: DataKeyPairSpec,
    pub grant_tokens: Option<Vec<String>>,
    pub recipient: Option<RecipientInfo>,
    pub dry_run: Option<bool>,
}

impl FromValue for GenerateDataKeyPair {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "GenerateDataKeyPair")?;
        Ok(Self {
            encryption_context: members.optional(0)?,
            key_id: members.required(1)?,
            key_pair_spec: members.required(2)?,
            grant_tokens: members.optional(3)?,
            recipient: members.optional(4)?,
            dry_run: members.optional(5)?,
        })
    }
}

impl IntoValue for GenerateDataKeyPair {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            self.encryption_context.map(IntoValue::into_value),
            Some(self.key_id.into_value()),
            Some(self.key_pair_spec.into_value()),
            self.grant_tokens.map(IntoValue::into_value),
            self.recipient.map(IntoValue::into_value),
            self.dry_run.map(IntoValue::into_value),
        ])
    }
}

#[derive(Default)]
pub struct GenerateDataKeyPairOutput {
    pub private_key_ciphertext_blob: Option<Vec<u8>>,
    pub private_key_plaintext: Option<Secret<Vec<u8>>>,
    pub public_key: Option<Vec<u8>>,
    pub key_id: Option<String>,
    pub key_pair_spec: Option<DataKeyPairSpec>,
    pub ciphertext_for_recipient: Option<Vec<u8>>,
    pub key_material_id: Option<String>,
}

impl FromValue for GenerateDataKeyPairOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "GenerateDataKeyPairOutput")?;
        Ok(Self {
            private_key_ciphertext_blob: members.optional(0)?,
            private_key_plaintext: members.optional(1)?,
            public_key: members.optional(2)?,
            key_id: members.optional(3)?,
            key_pair_spec: members.optional(4)?,
            ciphertext_for_recipient: members.optional(5)?,
            key_material_id: members.optional(6)?,
        })
    }
}

impl IntoValue for GenerateDataKeyPairOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            self.private_key_ciphertext_blob.map(IntoValue::into_value),
            self.private_key_plaintext.map(IntoValue::into_value),
            self.public_key.map(IntoValue::into_value),
            self.key_id.map(IntoValue::into_value),
            self.key_pair_spec.map(IntoValue::into_value),
            self.ciphertext_for_recipient.map(IntoValue::into_value),
            self.key_material_id.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq)]
pub struct GenerateDataKeyPairWithoutPlaintext {
    pub encryption_context: Option<BTreeMap<String, String>>,
    pub key_id: String,
    pub key_pair_spec: DataKeyPairSpec,
    pub grant_tokens: Option<Vec<String>>,
    pub dry_run: Option<bool>,
}

impl FromValue for GenerateDataKeyPairWithoutPlaintext {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "GenerateDataKeyPairWithoutPlaintext")?;
        Ok(Self {
            encryption_context: members.optional(0)?,
            key_id: members.required(1)?,
            key_pair_spec: members.required(2)?,
            grant_tokens: members.optional(3)?,
            dry_run: members.optional(4)?,
        })
    }
}

impl IntoValue for GenerateDataKeyPairWithoutPlaintext {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            self.encryption_context.map(IntoValue::into_value),
            Some(self.key_id.into_value()),
            Some(self.key_pair_spec.into_value()),
            self.grant_tokens.map(IntoValue::into_value),
            self.dry_run.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct GenerateDataKeyPairWithoutPlaintextOutput {
    pub private_key_ciphertext_blob: Option<Vec<u8>>,
    pub public_key: Option<Vec<u8>>,
    pub key_id: Option<String>,
    pub key_pair_spec: Option<DataKeyPairSpec>,
    pub key_material_id: Option<String>,
}

impl FromValue for GenerateDataKeyPairWithoutPlaintextOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "GenerateDataKeyPairWithoutPlaintextOutput")?;
        Ok(Self {
            private_key_ciphertext_blob: members.optional(0)?,
            public_key: members.optional(1)?,
            key_id: members.optional(2)?,
            key_pair_spec: members.optional(3)?,
            key_material_id: members.optional(4)?,
        })
    }
}

impl IntoValue for GenerateDataKeyPairWithoutPlaintextOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            self.private_key_ciphertext_blob.map(IntoValue::into_value),
            self.public_key.map(IntoValue::into_value),
            self.key_id.map(IntoValue::into_value),
            self.key_pair_spec.map(IntoValue::into_value),
            self.key_material_id.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct GenerateDataKey {
    pub key_id: String,
    pub encryption_context: Option<BTreeMap<String, String>>,
    pub number_of_bytes: Option<i32>,
    pub key_spec: Option<DataKeySpec>,
    pub grant_tokens: Option<Vec<String>>,
    pub recipient: Option<RecipientInfo>,
    pub dry_run: Option<bool>,
}

impl FromValue for GenerateDataKey {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "GenerateDataKey")?;
        Ok(Self {
            key_id: members.required(0)?,
            encryption_context: members.optional(1)?,
            number_of_bytes: members.optional(2)?,
            key_spec: members.optional(3)?,
            grant_tokens: members.optional(4)?,
            recipient: members.optional(5)?,
            dry_run: members.optional(6)?,
        })
    }
}

impl IntoValue for GenerateDataKey {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            Some(self.key_id.into_value()),
            self.encryption_context.map(IntoValue::into_value),
            self.number_of_bytes.map(IntoValue::into_value),
            self.key_spec.map(IntoValue::into_value),
            self.grant_tokens.map(IntoValue::into_value),
            self.recipient.map(IntoValue::into_value),
            self.dry_run.map(IntoValue::into_value),
        ])
    }
}

#[derive(Default)]
pub struct GenerateDataKeyOutput {
    pub ciphertext_blob: Option<Vec<u8>>,
    pub plaintext: Option<Secret<Vec<u8>>>,
    pub key_id: Option<String>,
    pub ciphertext_for_recipient: Option<Vec<u8>>,
    pub key_material_id: Option<String>,
}

impl FromValue for GenerateDataKeyOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "GenerateDataKeyOutput")?;
        Ok(Self {
            ciphertext_blob: members.optional(0)?,
            plaintext: members.optional(1)?,
            key_id: members.optional(2)?,
            ciphertext_for_recipient: members.optional(3)?,
            key_material_id: members.optional(4)?,
        })
    }
}

impl IntoValue for GenerateDataKeyOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            self.ciphertext_blob.map(IntoValue::into_value),
            self.plaintext.map(IntoValue::into_value),
            self.key_id.map(IntoValue::into_value),
            self.ciphertext_for_recipient.map(IntoValue::into_value),
            self.key_material_id.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct GenerateDataKeyWithoutPlaintext {
    pub key_id: String,
    pub encryption_context: Option<BTreeMap<String, String>>,
    pub key_spec: Option<DataKeySpec>,
    pub number_of_bytes: Option<i32>,
    pub grant_tokens: Option<Vec<String>>,
    pub dry_run: Option<bool>,
}

impl FromValue for GenerateDataKeyWithoutPlaintext {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "GenerateDataKeyWithoutPlaintext")?;
        Ok(Self {
            key_id: members.required(0)?,
            encryption_context: members.optional(1)?,
            key_spec: members.optional(2)?,
            number_of_bytes: members.optional(3)?,
            grant_tokens: members.optional(4)?,
            dry_run: members.optional(5)?,
        })
    }
}

impl IntoValue for GenerateDataKeyWithoutPlaintext {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            Some(self.key_id.into_value()),
            self.encryption_context.map(IntoValue::into_value),
            self.key_spec.map(IntoValue::into_value),
            self.number_of_bytes.map(IntoValue::into_value),
            self.grant_tokens.map(IntoValue::into_value),
            self.dry_run.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct GenerateDataKeyWithoutPlaintextOutput {
    pub ciphertext_blob: Option<Vec<u8>>,
    pub key_id: Option<String>,
    pub key_material_id: Option<String>,
}

impl FromValue for GenerateDataKeyWithoutPlaintextOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "GenerateDataKeyWithoutPlaintextOutput")?;
        Ok(Self {
            ciphertext_blob: members.optional(0)?,
            key_id: members.optional(1)?,
            key_material_id: members.optional(2)?,
        })
    }
}

impl IntoValue for GenerateDataKeyWithoutPlaintextOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            self.ciphertext_blob.map(IntoValue::into_value),
            self.key_id.map(IntoValue::into_value),
            self.key_material_id.map(IntoValue::into_value),
        ])
    }
}

pub struct GenerateMac {
    pub message: Secret<Vec<u8>>,
    pub key_id: String,
    pub mac_algorithm: MacAlgorithmSpec,
    pub grant_tokens: Option<Vec<String>>,
    pub dry_run: Option<bool>,
}

impl FromValue for GenerateMac {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "GenerateMac")?;
        Ok(Self {
            message: members.required(0)?,
            key_id: members.required(1)?,
            mac_algorithm: members.required(2)?,
            grant_tokens: members.optional(3)?,
            dry_run: members.optional(4)?,
        })
    }
}

impl IntoValue for GenerateMac {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            Some(self.message.into_value()),
            Some(self.key_id.into_value()),
            Some(self.mac_algorithm.into_value()),
            self.grant_tokens.map(IntoValue::into_value),
            self.dry_run.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct GenerateMacOutput {
    pub mac: Option<Vec<u8>>,
    pub mac_algorithm: Option<MacAlgorithmSpec>,
    pub key_id: Option<String>,
}

impl FromValue for GenerateMacOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "GenerateMacOutput")?;
        Ok(Self { mac: members.optional(0)?, mac_algorithm: members.optional(1)?, key_id: members.optional(2)? })
    }
}

impl IntoValue for GenerateMacOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            self.mac.map(IntoValue::into_value),
            self.mac_algorithm.map(IntoValue::into_value),
            self.key_id.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct GenerateRandom {
    pub number_of_bytes: Option<i32>,
    pub custom_key_store_id: Option<String>,
    pub recipient: Option<RecipientInfo>,
}

impl FromValue for GenerateRandom {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "GenerateRandom")?;
        Ok(Self {
            number_of_bytes: members.optional(0)?,
            custom_key_store_id: members.optional(1)?,
            recipient: members.optional(2)?,
        })
    }
}

impl IntoValue for GenerateRandom {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            self.number_of_bytes.map(IntoValue::into_value),
            self.custom_key_store_id.map(IntoValue::into_value),
            self.recipient.map(IntoValue::into_value),
        ])
    }
}

#[derive(Default)]
pub struct GenerateRandomOutput {
    pub plaintext: Option<Secret<Vec<u8>>>,
    pub ciphertext_for_recipient: Option<Vec<u8>>,
}

impl FromValue for GenerateRandomOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "GenerateRandomOutput")?;
        Ok(Self { plaintext: members.optional(0)?, ciphertext_for_recipient: members.optional(1)? })
    }
}

impl IntoValue for GenerateRandomOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            self.plaintext.map(IntoValue::into_value),
            self.ciphertext_for_recipient.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct GetKeyLastUsage {
    pub key_id: String,
}

impl FromValue for GetKeyLastUsage {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "GetKeyLastUsage")?;
        Ok(Self { key_id: members.required(0)? })
    }
}

impl IntoValue for GetKeyLastUsage {
    fn into_value(self) -> Value {
        Value::Struct(vec![Some(self.key_id.into_value())])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct GetKeyLastUsageOutput {
    pub key_id: Option<String>,
    pub key_last_usage: Option<KeyLastUsageData>,
    pub tracking_start_date: Option<Timestamp>,
    pub key_creation_date: Option<Timestamp>,
}

impl FromValue for GetKeyLastUsageOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "GetKeyLastUsageOutput")?;
        Ok(Self {
            key_id: members.optional(0)?,
            key_last_usage: members.optional(1)?,
            tracking_start_date: members.optional(2)?,
            key_creation_date: members.optional(3)?,
        })
    }
}

impl IntoValue for GetKeyLastUsageOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            self.key_id.map(IntoValue::into_value),
            self.key_last_usage.map(IntoValue::into_value),
            self.tracking_start_date.map(IntoValue::into_value),
            self.key_creation_date.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct GetKeyPolicy {
    pub key_id: String,
    pub policy_name: Option<String>,
}

impl FromValue for GetKeyPolicy {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "GetKeyPolicy")?;
        Ok(Self { key_id: members.required(0)?, policy_name: members.optional(1)? })
    }
}

impl IntoValue for GetKeyPolicy {
    fn into_value(self) -> Value {
        Value::Struct(vec![Some(self.key_id.into_value()), self.policy_name.map(IntoValue::into_value)])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct GetKeyPolicyOutput {
    pub policy: Option<String>,
    pub policy_name: Option<String>,
}

impl FromValue for GetKeyPolicyOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "GetKeyPolicyOutput")?;
        Ok(Self { policy: members.optional(0)?, policy_name: members.optional(1)? })
    }
}

impl IntoValue for GetKeyPolicyOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![self.policy.map(IntoValue::into_value), self.policy_name.map(IntoValue::into_value)])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct GetKeyRotationStatus {
    pub key_id: String,
}

impl FromValue for GetKeyRotationStatus {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "GetKeyRotationStatus")?;
        Ok(Self { key_id: members.required(0)? })
    }
}

impl IntoValue for GetKeyRotationStatus {
    fn into_value(self) -> Value {
        Value::Struct(vec![Some(self.key_id.into_value())])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct GetKeyRotationStatusOutput {
    pub key_rotation_enabled: Option<bool>,
    pub key_id: Option<String>,
    pub rotation_period_in_days: Option<i32>,
    pub next_rotation_date: Option<Timestamp>,
    pub on_demand_rotation_start_date: Option<Timestamp>,
}

impl FromValue for GetKeyRotationStatusOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "GetKeyRotationStatusOutput")?;
        Ok(Self {
            key_rotation_enabled: members.optional(0)?,
            key_id: members.optional(1)?,
            rotation_period_in_days: members.optional(2)?,
            next_rotation_date: members.optional(3)?,
            on_demand_rotation_start_date: members.optional(4)?,
        })
    }
}

impl IntoValue for GetKeyRotationStatusOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            self.key_rotation_enabled.map(IntoValue::into_value),
            self.key_id.map(IntoValue::into_value),
            self.rotation_period_in_days.map(IntoValue::into_value),
            self.next_rotation_date.map(IntoValue::into_value),
            self.on_demand_rotation_start_date.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq)]
pub struct GetParametersForImport {
    pub key_id: String,
    pub wrapping_algorithm: AlgorithmSpec,
    pub wrapping_key_spec: WrappingKeySpec,
}

impl FromValue for GetParametersForImport {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "GetParametersForImport")?;
        Ok(Self {
            key_id: members.required(0)?,
            wrapping_algorithm: members.required(1)?,
            wrapping_key_spec: members.required(2)?,
        })
    }
}

impl IntoValue for GetParametersForImport {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            Some(self.key_id.into_value()),
            Some(self.wrapping_algorithm.into_value()),
            Some(self.wrapping_key_spec.into_value()),
        ])
    }
}

#[derive(Default)]
pub struct GetParametersForImportOutput {
    pub key_id: Option<String>,
    pub import_token: Option<Vec<u8>>,
    pub public_key: Option<Secret<Vec<u8>>>,
    pub parameters_valid_to: Option<Timestamp>,
}

impl FromValue for GetParametersForImportOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "GetParametersForImportOutput")?;
        Ok(Self {
            key_id: members.optional(0)?,
            import_token: members.optional(1)?,
            public_key: members.optional(2)?,
            parameters_valid_to: members.optional(3)?,
        })
    }
}

impl IntoValue for GetParametersForImportOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            self.key_id.map(IntoValue::into_value),
            self.import_token.map(IntoValue::into_value),
            self.public_key.map(IntoValue::into_value),
            self.parameters_valid_to.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct GetPublicKey {
    pub key_id: String,
    pub grant_tokens: Option<Vec<String>>,
}

impl FromValue for GetPublicKey {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "GetPublicKey")?;
        Ok(Self { key_id: members.required(0)?, grant_tokens: members.optional(1)? })
    }
}

impl IntoValue for GetPublicKey {
    fn into_value(self) -> Value {
        Value::Struct(vec![Some(self.key_id.into_value()), self.grant_tokens.map(IntoValue::into_value)])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct GetPublicKeyOutput {
    pub key_id: Option<String>,
    pub public_key: Option<Vec<u8>>,
    pub customer_master_key_spec: Option<CustomerMasterKeySpec>,
    pub key_spec: Option<KeySpec>,
    pub key_usage: Option<KeyUsageType>,
    pub encryption_algorithms: Option<Vec<EncryptionAlgorithmSpec>>,
    pub signing_algorithms: Option<Vec<SigningAlgorithmSpec>>,
    pub key_agreement_algorithms: Option<Vec<KeyAgreementAlgorithmSpec>>,
    pub encapsulation_algorithms: Option<Vec<EncapsulationAlgorithmSpec>>,
}

impl FromValue for GetPublicKeyOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "GetPublicKeyOutput")?;
        Ok(Self {
            key_id: members.optional(0)?,
            public_key: members.optional(1)?,
            customer_master_key_spec: members.optional(2)?,
            key_spec: members.optional(3)?,
            key_usage: members.optional(4)?,
            encryption_algorithms: members.optional(5)?,
            signing_algorithms: members.optional(6)?,
            key_agreement_algorithms: members.optional(7)?,
            encapsulation_algorithms: members.optional(8)?,
        })
    }
}

impl IntoValue for GetPublicKeyOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            self.key_id.map(IntoValue::into_value),
            self.public_key.map(IntoValue::into_value),
            self.customer_master_key_spec.map(IntoValue::into_value),
            self.key_spec.map(IntoValue::into_value),
            self.key_usage.map(IntoValue::into_value),
            self.encryption_algorithms.map(IntoValue::into_value),
            self.signing_algorithms.map(IntoValue::into_value),
            self.key_agreement_algorithms.map(IntoValue::into_value),
            self.encapsulation_algorithms.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct GrantConstraints {
    pub encryption_context_subset: Option<BTreeMap<String, String>>,
    pub encryption_context_equals: Option<BTreeMap<String, String>>,
    pub source_arn: Option<String>,
}

impl FromValue for GrantConstraints {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "GrantConstraints")?;
        Ok(Self {
            encryption_context_subset: members.optional(0)?,
            encryption_context_equals: members.optional(1)?,
            source_arn: members.optional(2)?,
        })
    }
}

impl IntoValue for GrantConstraints {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            self.encryption_context_subset.map(IntoValue::into_value),
            self.encryption_context_equals.map(IntoValue::into_value),
            self.source_arn.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct GrantListEntry {
    pub key_id: Option<String>,
    pub grant_id: Option<String>,
    pub name: Option<String>,
    pub creation_date: Option<Timestamp>,
    pub grantee_principal: Option<String>,
    pub retiring_principal: Option<String>,
    pub issuing_account: Option<String>,
    pub operations: Option<Vec<GrantOperation>>,
    pub constraints: Option<GrantConstraints>,
    pub grantee_service_principal: Option<String>,
    pub retiring_service_principal: Option<String>,
}

impl FromValue for GrantListEntry {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "GrantListEntry")?;
        Ok(Self {
            key_id: members.optional(0)?,
            grant_id: members.optional(1)?,
            name: members.optional(2)?,
            creation_date: members.optional(3)?,
            grantee_principal: members.optional(4)?,
            retiring_principal: members.optional(5)?,
            issuing_account: members.optional(6)?,
            operations: members.optional(7)?,
            constraints: members.optional(8)?,
            grantee_service_principal: members.optional(9)?,
            retiring_service_principal: members.optional(10)?,
        })
    }
}

impl IntoValue for GrantListEntry {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            self.key_id.map(IntoValue::into_value),
            self.grant_id.map(IntoValue::into_value),
            self.name.map(IntoValue::into_value),
            self.creation_date.map(IntoValue::into_value),
            self.grantee_principal.map(IntoValue::into_value),
            self.retiring_principal.map(IntoValue::into_value),
            self.issuing_account.map(IntoValue::into_value),
            self.operations.map(IntoValue::into_value),
            self.constraints.map(IntoValue::into_value),
            self.grantee_service_principal.map(IntoValue::into_value),
            self.retiring_service_principal.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum GrantOperation {
    Decrypt,
    Encrypt,
    GenerateDataKey,
    GenerateDataKeyWithoutPlaintext,
    ReEncryptFrom,
    ReEncryptTo,
    Sign,
    Verify,
    GetPublicKey,
    CreateGrant,
    RetireGrant,
    DescribeKey,
    GenerateDataKeyPair,
    GenerateDataKeyPairWithoutPlaintext,
    GenerateMac,
    VerifyMac,
    DeriveSharedSecret,
    Encapsulate,
    Decapsulate,
}

impl GrantOperation {
    /// Every value, in the model's order.
    pub const ALL: &'static [Self] = &[
        Self::Decrypt,
        Self::Encrypt,
        Self::GenerateDataKey,
        Self::GenerateDataKeyWithoutPlaintext,
        Self::ReEncryptFrom,
        Self::ReEncryptTo,
        Self::Sign,
        Self::Verify,
        Self::GetPublicKey,
        Self::CreateGrant,
        Self::RetireGrant,
        Self::DescribeKey,
        Self::GenerateDataKeyPair,
        Self::GenerateDataKeyPairWithoutPlaintext,
        Self::GenerateMac,
        Self::VerifyMac,
        Self::DeriveSharedSecret,
        Self::Encapsulate,
        Self::Decapsulate,
    ];

    /// The value as it is sent.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Decrypt => "Decrypt",
            Self::Encrypt => "Encrypt",
            Self::GenerateDataKey => "GenerateDataKey",
            Self::GenerateDataKeyWithoutPlaintext => "GenerateDataKeyWithoutPlaintext",
            Self::ReEncryptFrom => "ReEncryptFrom",
            Self::ReEncryptTo => "ReEncryptTo",
            Self::Sign => "Sign",
            Self::Verify => "Verify",
            Self::GetPublicKey => "GetPublicKey",
            Self::CreateGrant => "CreateGrant",
            Self::RetireGrant => "RetireGrant",
            Self::DescribeKey => "DescribeKey",
            Self::GenerateDataKeyPair => "GenerateDataKeyPair",
            Self::GenerateDataKeyPairWithoutPlaintext => "GenerateDataKeyPairWithoutPlaintext",
            Self::GenerateMac => "GenerateMac",
            Self::VerifyMac => "VerifyMac",
            Self::DeriveSharedSecret => "DeriveSharedSecret",
            Self::Encapsulate => "Encapsulate",
            Self::Decapsulate => "Decapsulate",
        }
    }
}

impl TryFrom<&str> for GrantOperation {
    type Error = Mismatch;

    fn try_from(text: &str) -> Result<Self, Mismatch> {
        Self::ALL.iter().copied().find(|value| value.as_str() == text).ok_or(Mismatch("GrantOperation"))
    }
}

impl FromValue for GrantOperation {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        value.as_str().ok_or(Mismatch("GrantOperation")).and_then(Self::try_from)
    }
}

impl IntoValue for GrantOperation {
    fn into_value(self) -> Value {
        Value::String(self.as_str().to_owned())
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct ImportKeyMaterial {
    pub key_id: String,
    pub import_token: Vec<u8>,
    pub encrypted_key_material: Vec<u8>,
    pub valid_to: Option<Timestamp>,
    pub expiration_model: Option<ExpirationModelType>,
    pub import_type: Option<ImportType>,
    pub key_material_description: Option<String>,
    pub key_material_id: Option<String>,
}

impl FromValue for ImportKeyMaterial {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "ImportKeyMaterial")?;
        Ok(Self {
            key_id: members.required(0)?,
            import_token: members.required(1)?,
            encrypted_key_material: members.required(2)?,
            valid_to: members.optional(3)?,
            expiration_model: members.optional(4)?,
            import_type: members.optional(5)?,
            key_material_description: members.optional(6)?,
            key_material_id: members.optional(7)?,
        })
    }
}

impl IntoValue for ImportKeyMaterial {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            Some(self.key_id.into_value()),
            Some(self.import_token.into_value()),
            Some(self.encrypted_key_material.into_value()),
            self.valid_to.map(IntoValue::into_value),
            self.expiration_model.map(IntoValue::into_value),
            self.import_type.map(IntoValue::into_value),
            self.key_material_description.map(IntoValue::into_value),
            self.key_material_id.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct ImportKeyMaterialOutput {
    pub key_id: Option<String>,
    pub key_material_id: Option<String>,
}

impl FromValue for ImportKeyMaterialOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "ImportKeyMaterialOutput")?;
        Ok(Self { key_id: members.optional(0)?, key_material_id: members.optional(1)? })
    }
}

impl IntoValue for ImportKeyMaterialOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![self.key_id.map(IntoValue::into_value), self.key_material_id.map(IntoValue::into_value)])
    }
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ImportState {
    Imported,
    PendingImport,
}

impl ImportState {
    /// Every value, in the model's order.
    pub const ALL: &'static [Self] = &[Self::Imported, Self::PendingImport];

    /// The value as it is sent.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Imported => "IMPORTED",
            Self::PendingImport => "PENDING_IMPORT",
        }
    }
}

impl TryFrom<&str> for ImportState {
    type Error = Mismatch;

    fn try_from(text: &str) -> Result<Self, Mismatch> {
        Self::ALL.iter().copied().find(|value| value.as_str() == text).ok_or(Mismatch("ImportState"))
    }
}

impl FromValue for ImportState {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        value.as_str().ok_or(Mismatch("ImportState")).and_then(Self::try_from)
    }
}

impl IntoValue for ImportState {
    fn into_value(self) -> Value {
        Value::String(self.as_str().to_owned())
    }
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ImportType {
    NewKeyMaterial,
    ExistingKeyMaterial,
}

impl ImportType {
    /// Every value, in the model's order.
    pub const ALL: &'static [Self] = &[Self::NewKeyMaterial, Self::ExistingKeyMaterial];

    /// The value as it is sent.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NewKeyMaterial => "NEW_KEY_MATERIAL",
            Self::ExistingKeyMaterial => "EXISTING_KEY_MATERIAL",
        }
    }
}

impl TryFrom<&str> for ImportType {
    type Error = Mismatch;

    fn try_from(text: &str) -> Result<Self, Mismatch> {
        Self::ALL.iter().copied().find(|value| value.as_str() == text).ok_or(Mismatch("ImportType"))
    }
}

impl FromValue for ImportType {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        value.as_str().ok_or(Mismatch("ImportType")).and_then(Self::try_from)
    }
}

impl IntoValue for ImportType {
    fn into_value(self) -> Value {
        Value::String(self.as_str().to_owned())
    }
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum IncludeKeyMaterial {
    AllKeyMaterial,
    RotationsOnly,
}

impl IncludeKeyMaterial {
    /// Every value, in the model's order.
    pub const ALL: &'static [Self] = &[Self::AllKeyMaterial, Self::RotationsOnly];

    /// The value as it is sent.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AllKeyMaterial => "ALL_KEY_MATERIAL",
            Self::RotationsOnly => "ROTATIONS_ONLY",
        }
    }
}

impl TryFrom<&str> for IncludeKeyMaterial {
    type Error = Mismatch;

    fn try_from(text: &str) -> Result<Self, Mismatch> {
        Self::ALL.iter().copied().find(|value| value.as_str() == text).ok_or(Mismatch("IncludeKeyMaterial"))
    }
}

impl FromValue for IncludeKeyMaterial {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        value.as_str().ok_or(Mismatch("IncludeKeyMaterial")).and_then(Self::try_from)
    }
}

impl IntoValue for IncludeKeyMaterial {
    fn into_value(self) -> Value {
        Value::String(self.as_str().to_owned())
    }
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum KeyAgreementAlgorithmSpec {
    Ecdh,
}

impl KeyAgreementAlgorithmSpec {
    /// Every value, in the model's order.
    pub const ALL: &'static [Self] = &[Self::Ecdh];

    /// The value as it is sent.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ecdh => "ECDH",
        }
    }
}

impl TryFrom<&str> for KeyAgreementAlgorithmSpec {
    type Error = Mismatch;

    fn try_from(text: &str) -> Result<Self, Mismatch> {
        Self::ALL.iter().copied().find(|value| value.as_str() == text).ok_or(Mismatch("KeyAgreementAlgorithmSpec"))
    }
}

impl FromValue for KeyAgreementAlgorithmSpec {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        value.as_str().ok_or(Mismatch("KeyAgreementAlgorithmSpec")).and_then(Self::try_from)
    }
}

impl IntoValue for KeyAgreementAlgorithmSpec {
    fn into_value(self) -> Value {
        Value::String(self.as_str().to_owned())
    }
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum KeyEncryptionMechanism {
    RsaesOaepSha256,
}

impl KeyEncryptionMechanism {
    /// Every value, in the model's order.
    pub const ALL: &'static [Self] = &[Self::RsaesOaepSha256];

    /// The value as it is sent.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::RsaesOaepSha256 => "RSAES_OAEP_SHA_256",
        }
    }
}

impl TryFrom<&str> for KeyEncryptionMechanism {
    type Error = Mismatch;

    fn try_from(text: &str) -> Result<Self, Mismatch> {
        Self::ALL.iter().copied().find(|value| value.as_str() == text).ok_or(Mismatch("KeyEncryptionMechanism"))
    }
}

impl FromValue for KeyEncryptionMechanism {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        value.as_str().ok_or(Mismatch("KeyEncryptionMechanism")).and_then(Self::try_from)
    }
}

impl IntoValue for KeyEncryptionMechanism {
    fn into_value(self) -> Value {
        Value::String(self.as_str().to_owned())
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct KeyLastUsageData {
    pub operation: Option<KeyLastUsageTrackingOperation>,
    pub timestamp: Option<Timestamp>,
    pub cloud_trail_event_id: Option<String>,
    pub kms_request_id: Option<String>,
}

impl FromValue for KeyLastUsageData {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "KeyLastUsageData")?;
        Ok(Self {
            operation: members.optional(0)?,
            timestamp: members.optional(1)?,
            cloud_trail_event_id: members.optional(2)?,
            kms_request_id: members.optional(3)?,
        })
    }
}

impl IntoValue for KeyLastUsageData {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            self.operation.map(IntoValue::into_value),
            self.timestamp.map(IntoValue::into_value),
            self.cloud_trail_event_id.map(IntoValue::into_value),
            self.kms_request_id.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum KeyLastUsageTrackingOperation {
    Decrypt,
    DeriveSharedSecret,
    Encrypt,
    GenerateDataKey,
    GenerateDataKeyPair,
    GenerateDataKeyPairWithoutPlaintext,
    GenerateDataKeyWithoutPlaintext,
    GenerateMac,
    ReEncrypt,
    Sign,
    Verify,
    VerifyMac,
    Encapsulate,
    Decapsulate,
}

impl KeyLastUsageTrackingOperation {
    /// Every value, in the model's order.
    pub const ALL: &'static [Self] = &[
        Self::Decrypt,
        Self::DeriveSharedSecret,
        Self::Encrypt,
        Self::GenerateDataKey,
        Self::GenerateDataKeyPair,
        Self::GenerateDataKeyPairWithoutPlaintext,
        Self::GenerateDataKeyWithoutPlaintext,
        Self::GenerateMac,
        Self::ReEncrypt,
        Self::Sign,
        Self::Verify,
        Self::VerifyMac,
        Self::Encapsulate,
        Self::Decapsulate,
    ];

    /// The value as it is sent.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Decrypt => "Decrypt",
            Self::DeriveSharedSecret => "DeriveSharedSecret",
            Self::Encrypt => "Encrypt",
            Self::GenerateDataKey => "GenerateDataKey",
            Self::GenerateDataKeyPair => "GenerateDataKeyPair",
            Self::GenerateDataKeyPairWithoutPlaintext => "GenerateDataKeyPairWithoutPlaintext",
            Self::GenerateDataKeyWithoutPlaintext => "GenerateDataKeyWithoutPlaintext",
            Self::GenerateMac => "GenerateMac",
            Self::ReEncrypt => "ReEncrypt",
            Self::Sign => "Sign",
            Self::Verify => "Verify",
            Self::VerifyMac => "VerifyMac",
            Self::Encapsulate => "Encapsulate",
            Self::Decapsulate => "Decapsulate",
        }
    }
}

impl TryFrom<&str> for KeyLastUsageTrackingOperation {
    type Error = Mismatch;

    fn try_from(text: &str) -> Result<Self, Mismatch> {
        Self::ALL.iter().copied().find(|value| value.as_str() == text).ok_or(Mismatch("KeyLastUsageTrackingOperation"))
    }
}

impl FromValue for KeyLastUsageTrackingOperation {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        value.as_str().ok_or(Mismatch("KeyLastUsageTrackingOperation")).and_then(Self::try_from)
    }
}

impl IntoValue for KeyLastUsageTrackingOperation {
    fn into_value(self) -> Value {
        Value::String(self.as_str().to_owned())
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct KeyListEntry {
    pub key_id: Option<String>,
    pub key_arn: Option<String>,
}

impl FromValue for KeyListEntry {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "KeyListEntry")?;
        Ok(Self { key_id: members.optional(0)?, key_arn: members.optional(1)? })
    }
}

impl IntoValue for KeyListEntry {
    fn into_value(self) -> Value {
        Value::Struct(vec![self.key_id.map(IntoValue::into_value), self.key_arn.map(IntoValue::into_value)])
    }
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum KeyManagerType {
    Aws,
    Customer,
}

impl KeyManagerType {
    /// Every value, in the model's order.
    pub const ALL: &'static [Self] = &[Self::Aws, Self::Customer];

    /// The value as it is sent.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Aws => "AWS",
            Self::Customer => "CUSTOMER",
        }
    }
}

impl TryFrom<&str> for KeyManagerType {
    type Error = Mismatch;

    fn try_from(text: &str) -> Result<Self, Mismatch> {
        Self::ALL.iter().copied().find(|value| value.as_str() == text).ok_or(Mismatch("KeyManagerType"))
    }
}

impl FromValue for KeyManagerType {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        value.as_str().ok_or(Mismatch("KeyManagerType")).and_then(Self::try_from)
    }
}

impl IntoValue for KeyManagerType {
    fn into_value(self) -> Value {
        Value::String(self.as_str().to_owned())
    }
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum KeyMaterialState {
    NonCurrent,
    Current,
    PendingRotation,
    PendingMultiRegionImportAndRotation,
}

impl KeyMaterialState {
    /// Every value, in the model's order.
    pub const ALL: &'static [Self] =
        &[Self::NonCurrent, Self::Current, Self::PendingRotation, Self::PendingMultiRegionImportAndRotation];

    /// The value as it is sent.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NonCurrent => "NON_CURRENT",
            Self::Current => "CURRENT",
            Self::PendingRotation => "PENDING_ROTATION",
            Self::PendingMultiRegionImportAndRotation => "PENDING_MULTI_REGION_IMPORT_AND_ROTATION",
        }
    }
}

impl TryFrom<&str> for KeyMaterialState {
    type Error = Mismatch;

    fn try_from(text: &str) -> Result<Self, Mismatch> {
        Self::ALL.iter().copied().find(|value| value.as_str() == text).ok_or(Mismatch("KeyMaterialState"))
    }
}

impl FromValue for KeyMaterialState {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        value.as_str().ok_or(Mismatch("KeyMaterialState")).and_then(Self::try_from)
    }
}

impl IntoValue for KeyMaterialState {
    fn into_value(self) -> Value {
        Value::String(self.as_str().to_owned())
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct KeyMetadata {
    pub aws_account_id: Option<String>,
    pub key_id: String,
    pub arn: Option<String>,
    pub creation_date: Option<Timestamp>,
    pub enabled: Option<bool>,
    pub description: Option<String>,
    pub key_usage: Option<KeyUsageType>,
    pub key_state: Option<KeyState>,
    pub deletion_date: Option<Timestamp>,
    pub valid_to: Option<Timestamp>,
    pub origin: Option<OriginType>,
    pub custom_key_store_id: Option<String>,
    pub cloud_hsm_cluster_id: Option<String>,
    pub expiration_model: Option<ExpirationModelType>,
    pub key_manager: Option<KeyManagerType>,
    pub customer_master_key_spec: Option<CustomerMasterKeySpec>,
    pub key_spec: Option<KeySpec>,
    pub encryption_algorithms: Option<Vec<EncryptionAlgorithmSpec>>,
    pub signing_algorithms: Option<Vec<SigningAlgorithmSpec>>,
    pub key_agreement_algorithms: Option<Vec<KeyAgreementAlgorithmSpec>>,
    pub encapsulation_algorithms: Option<Vec<EncapsulationAlgorithmSpec>>,
    pub multi_region: Option<bool>,
    pub multi_region_configuration: Option<MultiRegionConfiguration>,
    pub pending_deletion_window_in_days: Option<i32>,
    pub mac_algorithms: Option<Vec<MacAlgorithmSpec>>,
    pub xks_key_configuration: Option<XksKeyConfigurationType>,
    pub current_key_material_id: Option<String>,
}

impl FromValue for KeyMetadata {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "KeyMetadata")?;
        Ok(Self {
            aws_account_id: members.optional(0)?,
            key_id: members.required(1)?,
            arn: members.optional(2)?,
            creation_date: members.optional(3)?,
            enabled: members.optional(4)?,
            description: members.optional(5)?,
            key_usage: members.optional(6)?,
            key_state: members.optional(7)?,
            deletion_date: members.optional(8)?,
            valid_to: members.optional(9)?,
            origin: members.optional(10)?,
            custom_key_store_id: members.optional(11)?,
            cloud_hsm_cluster_id: members.optional(12)?,
            expiration_model: members.optional(13)?,
            key_manager: members.optional(14)?,
            customer_master_key_spec: members.optional(15)?,
            key_spec: members.optional(16)?,
            encryption_algorithms: members.optional(17)?,
            signing_algorithms: members.optional(18)?,
            key_agreement_algorithms: members.optional(19)?,
            encapsulation_algorithms: members.optional(20)?,
            multi_region: members.optional(21)?,
            multi_region_configuration: members.optional(22)?,
            pending_deletion_window_in_days: members.optional(23)?,
            mac_algorithms: members.optional(24)?,
            xks_key_configuration: members.optional(25)?,
            current_key_material_id: members.optional(26)?,
        })
    }
}

impl IntoValue for KeyMetadata {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            self.aws_account_id.map(IntoValue::into_value),
            Some(self.key_id.into_value()),
            self.arn.map(IntoValue::into_value),
            self.creation_date.map(IntoValue::into_value),
            self.enabled.map(IntoValue::into_value),
            self.description.map(IntoValue::into_value),
            self.key_usage.map(IntoValue::into_value),
            self.key_state.map(IntoValue::into_value),
            self.deletion_date.map(IntoValue::into_value),
            self.valid_to.map(IntoValue::into_value),
            self.origin.map(IntoValue::into_value),
            self.custom_key_store_id.map(IntoValue::into_value),
            self.cloud_hsm_cluster_id.map(IntoValue::into_value),
            self.expiration_model.map(IntoValue::into_value),
            self.key_manager.map(IntoValue::into_value),
            self.customer_master_key_spec.map(IntoValue::into_value),
            self.key_spec.map(IntoValue::into_value),
            self.encryption_algorithms.map(IntoValue::into_value),
            self.signing_algorithms.map(IntoValue::into_value),
            self.key_agreement_algorithms.map(IntoValue::into_value),
            self.encapsulation_algorithms.map(IntoValue::into_value),
            self.multi_region.map(IntoValue::into_value),
            self.multi_region_configuration.map(IntoValue::into_value),
            self.pending_deletion_window_in_days.map(IntoValue::into_value),
            self.mac_algorithms.map(IntoValue::into_value),
            self.xks_key_configuration.map(IntoValue::into_value),
            self.current_key_material_id.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum KeySpec {
    Rsa2048,
    Rsa3072,
    Rsa4096,
    EccNistP256,
    EccNistP384,
    EccNistP521,
    EccSecgP256k1,
    SymmetricDefault,
    Hmac224,
    Hmac256,
    Hmac384,
    Hmac512,
    Sm2,
    MlDsa44,
    MlDsa65,
    MlDsa87,
    EccNistEdwards25519,
    MlKem512,
    MlKem768,
    MlKem1024,
}

impl KeySpec {
    /// Every value, in the model's order.
    pub const ALL: &'static [Self] = &[
        Self::Rsa2048,
        Self::Rsa3072,
        Self::Rsa4096,
        Self::EccNistP256,
        Self::EccNistP384,
        Self::EccNistP521,
        Self::EccSecgP256k1,
        Self::SymmetricDefault,
        Self::Hmac224,
        Self::Hmac256,
        Self::Hmac384,
        Self::Hmac512,
        Self::Sm2,
        Self::MlDsa44,
        Self::MlDsa65,
        Self::MlDsa87,
        Self::EccNistEdwards25519,
        Self::MlKem512,
        Self::MlKem768,
        Self::MlKem1024,
    ];

    /// The value as it is sent.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Rsa2048 => "RSA_2048",
            Self::Rsa3072 => "RSA_3072",
            Self::Rsa4096 => "RSA_4096",
            Self::EccNistP256 => "ECC_NIST_P256",
            Self::EccNistP384 => "ECC_NIST_P384",
            Self::EccNistP521 => "ECC_NIST_P521",
            Self::EccSecgP256k1 => "ECC_SECG_P256K1",
            Self::SymmetricDefault => "SYMMETRIC_DEFAULT",
            Self::Hmac224 => "HMAC_224",
            Self::Hmac256 => "HMAC_256",
            Self::Hmac384 => "HMAC_384",
            Self::Hmac512 => "HMAC_512",
            Self::Sm2 => "SM2",
            Self::MlDsa44 => "ML_DSA_44",
            Self::MlDsa65 => "ML_DSA_65",
            Self::MlDsa87 => "ML_DSA_87",
            Self::EccNistEdwards25519 => "ECC_NIST_EDWARDS25519",
            Self::MlKem512 => "ML_KEM_512",
            Self::MlKem768 => "ML_KEM_768",
            Self::MlKem1024 => "ML_KEM_1024",
        }
    }
}

impl TryFrom<&str> for KeySpec {
    type Error = Mismatch;

    fn try_from(text: &str) -> Result<Self, Mismatch> {
        Self::ALL.iter().copied().find(|value| value.as_str() == text).ok_or(Mismatch("KeySpec"))
    }
}

impl FromValue for KeySpec {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        value.as_str().ok_or(Mismatch("KeySpec")).and_then(Self::try_from)
    }
}

impl IntoValue for KeySpec {
    fn into_value(self) -> Value {
        Value::String(self.as_str().to_owned())
    }
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum KeyState {
    Creating,
    Enabled,
    Disabled,
    PendingDeletion,
    PendingImport,
    PendingReplicaDeletion,
    Unavailable,
    Updating,
}

impl KeyState {
    /// Every value, in the model's order.
    pub const ALL: &'static [Self] = &[
        Self::Creating,
        Self::Enabled,
        Self::Disabled,
        Self::PendingDeletion,
        Self::PendingImport,
        Self::PendingReplicaDeletion,
        Self::Unavailable,
        Self::Updating,
    ];

    /// The value as it is sent.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Creating => "Creating",
            Self::Enabled => "Enabled",
            Self::Disabled => "Disabled",
            Self::PendingDeletion => "PendingDeletion",
            Self::PendingImport => "PendingImport",
            Self::PendingReplicaDeletion => "PendingReplicaDeletion",
            Self::Unavailable => "Unavailable",
            Self::Updating => "Updating",
        }
    }
}

impl TryFrom<&str> for KeyState {
    type Error = Mismatch;

    fn try_from(text: &str) -> Result<Self, Mismatch> {
        Self::ALL.iter().copied().find(|value| value.as_str() == text).ok_or(Mismatch("KeyState"))
    }
}

impl FromValue for KeyState {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        value.as_str().ok_or(Mismatch("KeyState")).and_then(Self::try_from)
    }
}

impl IntoValue for KeyState {
    fn into_value(self) -> Value {
        Value::String(self.as_str().to_owned())
    }
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum KeyUsageType {
    SignVerify,
    EncryptDecrypt,
    GenerateVerifyMac,
    KeyAgreement,
    EncapsulateDecapsulate,
}

impl KeyUsageType {
    /// Every value, in the model's order.
    pub const ALL: &'static [Self] = &[
        Self::SignVerify,
        Self::EncryptDecrypt,
        Self::GenerateVerifyMac,
        Self::KeyAgreement,
        Self::EncapsulateDecapsulate,
    ];

    /// The value as it is sent.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SignVerify => "SIGN_VERIFY",
            Self::EncryptDecrypt => "ENCRYPT_DECRYPT",
            Self::GenerateVerifyMac => "GENERATE_VERIFY_MAC",
            Self::KeyAgreement => "KEY_AGREEMENT",
            Self::EncapsulateDecapsulate => "ENCAPSULATE_DECAPSULATE",
        }
    }
}

impl TryFrom<&str> for KeyUsageType {
    type Error = Mismatch;

    fn try_from(text: &str) -> Result<Self, Mismatch> {
        Self::ALL.iter().copied().find(|value| value.as_str() == text).ok_or(Mismatch("KeyUsageType"))
    }
}

impl FromValue for KeyUsageType {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        value.as_str().ok_or(Mismatch("KeyUsageType")).and_then(Self::try_from)
    }
}

impl IntoValue for KeyUsageType {
    fn into_value(self) -> Value {
        Value::String(self.as_str().to_owned())
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct ListAliases {
    pub key_id: Option<String>,
    pub limit: Option<i32>,
    pub marker: Option<String>,
}

impl FromValue for ListAliases {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "ListAliases")?;
        Ok(Self { key_id: members.optional(0)?, limit: members.optional(1)?, marker: members.optional(2)? })
    }
}

impl IntoValue for ListAliases {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            self.key_id.map(IntoValue::into_value),
            self.limit.map(IntoValue::into_value),
            self.marker.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct ListAliasesOutput {
    pub aliases: Option<Vec<AliasListEntry>>,
    pub next_marker: Option<String>,
    pub truncated: Option<bool>,
}

impl FromValue for ListAliasesOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "ListAliasesOutput")?;
        Ok(Self { aliases: members.optional(0)?, next_marker: members.optional(1)?, truncated: members.optional(2)? })
    }
}

impl IntoValue for ListAliasesOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            self.aliases.map(IntoValue::into_value),
            self.next_marker.map(IntoValue::into_value),
            self.truncated.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct ListGrants {
    pub limit: Option<i32>,
    pub marker: Option<String>,
    pub key_id: String,
    pub grant_id: Option<String>,
    pub grantee_principal: Option<String>,
    pub grantee_service_principal: Option<String>,
}

impl FromValue for ListGrants {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "ListGrants")?;
        Ok(Self {
            limit: members.optional(0)?,
            marker: members.optional(1)?,
            key_id: members.required(2)?,
            grant_id: members.optional(3)?,
            grantee_principal: members.optional(4)?,
            grantee_service_principal: members.optional(5)?,
        })
    }
}

impl IntoValue for ListGrants {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            self.limit.map(IntoValue::into_value),
            self.marker.map(IntoValue::into_value),
            Some(self.key_id.into_value()),
            self.grant_id.map(IntoValue::into_value),
            self.grantee_principal.map(IntoValue::into_value),
            self.grantee_service_principal.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct ListGrantsResponse {
    pub grants: Option<Vec<GrantListEntry>>,
    pub next_marker: Option<String>,
    pub truncated: Option<bool>,
}

impl FromValue for ListGrantsResponse {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "ListGrantsResponse")?;
        Ok(Self { grants: members.optional(0)?, next_marker: members.optional(1)?, truncated: members.optional(2)? })
    }
}

impl IntoValue for ListGrantsResponse {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            self.grants.map(IntoValue::into_value),
            self.next_marker.map(IntoValue::into_value),
            self.truncated.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct ListKeyPolicies {
    pub key_id: String,
    pub limit: Option<i32>,
    pub marker: Option<String>,
}

impl FromValue for ListKeyPolicies {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "ListKeyPolicies")?;
        Ok(Self { key_id: members.required(0)?, limit: members.optional(1)?, marker: members.optional(2)? })
    }
}

impl IntoValue for ListKeyPolicies {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            Some(self.key_id.into_value()),
            self.limit.map(IntoValue::into_value),
            self.marker.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct ListKeyPoliciesOutput {
    pub policy_names: Option<Vec<String>>,
    pub next_marker: Option<String>,
    pub truncated: Option<bool>,
}

impl FromValue for ListKeyPoliciesOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "ListKeyPoliciesOutput")?;
        Ok(Self {
            policy_names: members.optional(0)?,
            next_marker: members.optional(1)?,
            truncated: members.optional(2)?,
        })
    }
}

impl IntoValue for ListKeyPoliciesOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            self.policy_names.map(IntoValue::into_value),
            self.next_marker.map(IntoValue::into_value),
            self.truncated.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct ListKeyRotations {
    pub key_id: String,
    pub include_key_material: Option<IncludeKeyMaterial>,
    pub limit: Option<i32>,
    pub marker: Option<String>,
}

impl FromValue for ListKeyRotations {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "ListKeyRotations")?;
        Ok(Self {
            key_id: members.required(0)?,
            include_key_material: members.optional(1)?,
            limit: members.optional(2)?,
            marker: members.optional(3)?,
        })
    }
}

impl IntoValue for ListKeyRotations {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            Some(self.key_id.into_value()),
            self.include_key_material.map(IntoValue::into_value),
            self.limit.map(IntoValue::into_value),
            self.marker.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct ListKeyRotationsOutput {
    pub rotations: Option<Vec<RotationsListEntry>>,
    pub next_marker: Option<String>,
    pub truncated: Option<bool>,
}

impl FromValue for ListKeyRotationsOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "ListKeyRotationsOutput")?;
        Ok(Self { rotations: members.optional(0)?, next_marker: members.optional(1)?, truncated: members.optional(2)? })
    }
}

impl IntoValue for ListKeyRotationsOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            self.rotations.map(IntoValue::into_value),
            self.next_marker.map(IntoValue::into_value),
            self.truncated.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct ListKeys {
    pub limit: Option<i32>,
    pub marker: Option<String>,
    pub resource_owners: Option<Vec<ResourceOwnerType>>,
}

impl FromValue for ListKeys {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "ListKeys")?;
        Ok(Self { limit: members.optional(0)?, marker: members.optional(1)?, resource_owners: members.optional(2)? })
    }
}

impl IntoValue for ListKeys {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            self.limit.map(IntoValue::into_value),
            self.marker.map(IntoValue::into_value),
            self.resource_owners.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct ListKeysOutput {
    pub keys: Option<Vec<KeyListEntry>>,
    pub next_marker: Option<String>,
    pub truncated: Option<bool>,
}

impl FromValue for ListKeysOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "ListKeysOutput")?;
        Ok(Self { keys: members.optional(0)?, next_marker: members.optional(1)?, truncated: members.optional(2)? })
    }
}

impl IntoValue for ListKeysOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            self.keys.map(IntoValue::into_value),
            self.next_marker.map(IntoValue::into_value),
            self.truncated.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct ListResourceTags {
    pub key_id: String,
    pub limit: Option<i32>,
    pub marker: Option<String>,
}

impl FromValue for ListResourceTags {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "ListResourceTags")?;
        Ok(Self { key_id: members.required(0)?, limit: members.optional(1)?, marker: members.optional(2)? })
    }
}

impl IntoValue for ListResourceTags {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            Some(self.key_id.into_value()),
            self.limit.map(IntoValue::into_value),
            self.marker.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct ListResourceTagsOutput {
    pub tags: Option<Vec<Tag>>,
    pub next_marker: Option<String>,
    pub truncated: Option<bool>,
}

impl FromValue for ListResourceTagsOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "ListResourceTagsOutput")?;
        Ok(Self { tags: members.optional(0)?, next_marker: members.optional(1)?, truncated: members.optional(2)? })
    }
}

impl IntoValue for ListResourceTagsOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            self.tags.map(IntoValue::into_value),
            self.next_marker.map(IntoValue::into_value),
            self.truncated.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct ListRetirableGrants {
    pub limit: Option<i32>,
    pub marker: Option<String>,
    pub retiring_principal: Option<String>,
    pub retiring_service_principal: Option<String>,
}

impl FromValue for ListRetirableGrants {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "ListRetirableGrants")?;
        Ok(Self {
            limit: members.optional(0)?,
            marker: members.optional(1)?,
            retiring_principal: members.optional(2)?,
            retiring_service_principal: members.optional(3)?,
        })
    }
}

impl IntoValue for ListRetirableGrants {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            self.limit.map(IntoValue::into_value),
            self.marker.map(IntoValue::into_value),
            self.retiring_principal.map(IntoValue::into_value),
            self.retiring_service_principal.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MacAlgorithmSpec {
    HmacSha224,
    HmacSha256,
    HmacSha384,
    HmacSha512,
}

impl MacAlgorithmSpec {
    /// Every value, in the model's order.
    pub const ALL: &'static [Self] = &[Self::HmacSha224, Self::HmacSha256, Self::HmacSha384, Self::HmacSha512];

    /// The value as it is sent.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::HmacSha224 => "HMAC_SHA_224",
            Self::HmacSha256 => "HMAC_SHA_256",
            Self::HmacSha384 => "HMAC_SHA_384",
            Self::HmacSha512 => "HMAC_SHA_512",
        }
    }
}

impl TryFrom<&str> for MacAlgorithmSpec {
    type Error = Mismatch;

    fn try_from(text: &str) -> Result<Self, Mismatch> {
        Self::ALL.iter().copied().find(|value| value.as_str() == text).ok_or(Mismatch("MacAlgorithmSpec"))
    }
}

impl FromValue for MacAlgorithmSpec {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        value.as_str().ok_or(Mismatch("MacAlgorithmSpec")).and_then(Self::try_from)
    }
}

impl IntoValue for MacAlgorithmSpec {
    fn into_value(self) -> Value {
        Value::String(self.as_str().to_owned())
    }
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MessageType {
    Raw,
    Digest,
    ExternalMu,
}

impl MessageType {
    /// Every value, in the model's order.
    pub const ALL: &'static [Self] = &[Self::Raw, Self::Digest, Self::ExternalMu];

    /// The value as it is sent.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Raw => "RAW",
            Self::Digest => "DIGEST",
            Self::ExternalMu => "EXTERNAL_MU",
        }
    }
}

impl TryFrom<&str> for MessageType {
    type Error = Mismatch;

    fn try_from(text: &str) -> Result<Self, Mismatch> {
        Self::ALL.iter().copied().find(|value| value.as_str() == text).ok_or(Mismatch("MessageType"))
    }
}

impl FromValue for MessageType {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        value.as_str().ok_or(Mismatch("MessageType")).and_then(Self::try_from)
    }
}

impl IntoValue for MessageType {
    fn into_value(self) -> Value {
        Value::String(self.as_str().to_owned())
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct MultiRegionConfiguration {
    pub multi_region_key_type: Option<MultiRegionKeyType>,
    pub primary_key: Option<MultiRegionKey>,
    pub replica_keys: Option<Vec<MultiRegionKey>>,
}

impl FromValue for MultiRegionConfiguration {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "MultiRegionConfiguration")?;
        Ok(Self {
            multi_region_key_type: members.optional(0)?,
            primary_key: members.optional(1)?,
            replica_keys: members.optional(2)?,
        })
    }
}

impl IntoValue for MultiRegionConfiguration {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            self.multi_region_key_type.map(IntoValue::into_value),
            self.primary_key.map(IntoValue::into_value),
            self.replica_keys.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct MultiRegionKey {
    pub arn: Option<String>,
    pub region: Option<String>,
}

impl FromValue for MultiRegionKey {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "MultiRegionKey")?;
        Ok(Self { arn: members.optional(0)?, region: members.optional(1)? })
    }
}

impl IntoValue for MultiRegionKey {
    fn into_value(self) -> Value {
        Value::Struct(vec![self.arn.map(IntoValue::into_value), self.region.map(IntoValue::into_value)])
    }
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MultiRegionKeyType {
    Primary,
    Replica,
}

impl MultiRegionKeyType {
    /// Every value, in the model's order.
    pub const ALL: &'static [Self] = &[Self::Primary, Self::Replica];

    /// The value as it is sent.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Primary => "PRIMARY",
            Self::Replica => "REPLICA",
        }
    }
}

impl TryFrom<&str> for MultiRegionKeyType {
    type Error = Mismatch;

    fn try_from(text: &str) -> Result<Self, Mismatch> {
        Self::ALL.iter().copied().find(|value| value.as_str() == text).ok_or(Mismatch("MultiRegionKeyType"))
    }
}

impl FromValue for MultiRegionKeyType {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        value.as_str().ok_or(Mismatch("MultiRegionKeyType")).and_then(Self::try_from)
    }
}

impl IntoValue for MultiRegionKeyType {
    fn into_value(self) -> Value {
        Value::String(self.as_str().to_owned())
    }
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OriginType {
    AwsKms,
    External,
    AwsCloudhsm,
    ExternalKeyStore,
}

impl OriginType {
    /// Every value, in the model's order.
    pub const ALL: &'static [Self] = &[Self::AwsKms, Self::External, Self::AwsCloudhsm, Self::ExternalKeyStore];

    /// The value as it is sent.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AwsKms => "AWS_KMS",
            Self::External => "EXTERNAL",
            Self::AwsCloudhsm => "AWS_CLOUDHSM",
            Self::ExternalKeyStore => "EXTERNAL_KEY_STORE",
        }
    }
}

impl TryFrom<&str> for OriginType {
    type Error = Mismatch;

    fn try_from(text: &str) -> Result<Self, Mismatch> {
        Self::ALL.iter().copied().find(|value| value.as_str() == text).ok_or(Mismatch("OriginType"))
    }
}

impl FromValue for OriginType {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        value.as_str().ok_or(Mismatch("OriginType")).and_then(Self::try_from)
    }
}

impl IntoValue for OriginType {
    fn into_value(self) -> Value {
        Value::String(self.as_str().to_owned())
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct PutKeyPolicy {
    pub key_id: String,
    pub policy_name: Option<String>,
    pub policy: String,
    pub bypass_policy_lockout_safety_check: Option<bool>,
}

impl FromValue for PutKeyPolicy {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "PutKeyPolicy")?;
        Ok(Self {
            key_id: members.required(0)?,
            policy_name: members.optional(1)?,
            policy: members.required(2)?,
            bypass_policy_lockout_safety_check: members.optional(3)?,
        })
    }
}

impl IntoValue for PutKeyPolicy {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            Some(self.key_id.into_value()),
            self.policy_name.map(IntoValue::into_value),
            Some(self.policy.into_value()),
            self.bypass_policy_lockout_safety_check.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct ReEncrypt {
    pub ciphertext_blob: Option<Vec<u8>>,
    pub source_encryption_context: Option<BTreeMap<String, String>>,
    pub source_key_id: Option<String>,
    pub destination_key_id: String,
    pub destination_encryption_context: Option<BTreeMap<String, String>>,
    pub source_encryption_algorithm: Option<EncryptionAlgorithmSpec>,
    pub destination_encryption_algorithm: Option<EncryptionAlgorithmSpec>,
    pub grant_tokens: Option<Vec<String>>,
    pub dry_run: Option<bool>,
    pub dry_run_modifiers: Option<Vec<DryRunModifierType>>,
}

impl FromValue for ReEncrypt {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "ReEncrypt")?;
        Ok(Self {
            ciphertext_blob: members.optional(0)?,
            source_encryption_context: members.optional(1)?,
            source_key_id: members.optional(2)?,
            destination_key_id: members.required(3)?,
            destination_encryption_context: members.optional(4)?,
            source_encryption_algorithm: members.optional(5)?,
            destination_encryption_algorithm: members.optional(6)?,
            grant_tokens: members.optional(7)?,
            dry_run: members.optional(8)?,
            dry_run_modifiers: members.optional(9)?,
        })
    }
}

impl IntoValue for ReEncrypt {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            self.ciphertext_blob.map(IntoValue::into_value),
            self.source_encryption_context.map(IntoValue::into_value),
            self.source_key_id.map(IntoValue::into_value),
            Some(self.destination_key_id.into_value()),
            self.destination_encryption_context.map(IntoValue::into_value),
            self.source_encryption_algorithm.map(IntoValue::into_value),
            self.destination_encryption_algorithm.map(IntoValue::into_value),
            self.grant_tokens.map(IntoValue::into_value),
            self.dry_run.map(IntoValue::into_value),
            self.dry_run_modifiers.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct ReEncryptOutput {
    pub ciphertext_blob: Option<Vec<u8>>,
    pub source_key_id: Option<String>,
    pub key_id: Option<String>,
    pub source_encryption_algorithm: Option<EncryptionAlgorithmSpec>,
    pub destination_encryption_algorithm: Option<EncryptionAlgorithmSpec>,
    pub source_key_material_id: Option<String>,
    pub destination_key_material_id: Option<String>,
}

impl FromValue for ReEncryptOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "ReEncryptOutput")?;
        Ok(Self {
            ciphertext_blob: members.optional(0)?,
            source_key_id: members.optional(1)?,
            key_id: members.optional(2)?,
            source_encryption_algorithm: members.optional(3)?,
            destination_encryption_algorithm: members.optional(4)?,
            source_key_material_id: members.optional(5)?,
            destination_key_material_id: members.optional(6)?,
        })
    }
}

impl IntoValue for ReEncryptOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            self.ciphertext_blob.map(IntoValue::into_value),
            self.source_key_id.map(IntoValue::into_value),
            self.key_id.map(IntoValue::into_value),
            self.source_encryption_algorithm.map(IntoValue::into_value),
            self.destination_encryption_algorithm.map(IntoValue::into_value),
            self.source_key_material_id.map(IntoValue::into_value),
            self.destination_key_material_id.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct RecipientInfo {
    pub key_encryption_algorithm: Option<KeyEncryptionMechanism>,
    pub attestation_document: Option<Vec<u8>>,
}

impl FromValue for RecipientInfo {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "RecipientInfo")?;
        Ok(Self { key_encryption_algorithm: members.optional(0)?, attestation_document: members.optional(1)? })
    }
}

impl IntoValue for RecipientInfo {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            self.key_encryption_algorithm.map(IntoValue::into_value),
            self.attestation_document.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct ReplicateKey {
    pub key_id: String,
    pub replica_region: String,
    pub policy: Option<String>,
    pub bypass_policy_lockout_safety_check: Option<bool>,
    pub description: Option<String>,
    pub tags: Option<Vec<Tag>>,
}

impl FromValue for ReplicateKey {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "ReplicateKey")?;
        Ok(Self {
            key_id: members.required(0)?,
            replica_region: members.required(1)?,
            policy: members.optional(2)?,
            bypass_policy_lockout_safety_check: members.optional(3)?,
            description: members.optional(4)?,
            tags: members.optional(5)?,
        })
    }
}

impl IntoValue for ReplicateKey {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            Some(self.key_id.into_value()),
            Some(self.replica_region.into_value()),
            self.policy.map(IntoValue::into_value),
            self.bypass_policy_lockout_safety_check.map(IntoValue::into_value),
            self.description.map(IntoValue::into_value),
            self.tags.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct ReplicateKeyOutput {
    pub replica_key_metadata: Option<KeyMetadata>,
    pub replica_policy: Option<String>,
    pub replica_tags: Option<Vec<Tag>>,
}

impl FromValue for ReplicateKeyOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "ReplicateKeyOutput")?;
        Ok(Self {
            replica_key_metadata: members.optional(0)?,
            replica_policy: members.optional(1)?,
            replica_tags: members.optional(2)?,
        })
    }
}

impl IntoValue for ReplicateKeyOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            self.replica_key_metadata.map(IntoValue::into_value),
            self.replica_policy.map(IntoValue::into_value),
            self.replica_tags.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ResourceOwnerType {
    SelfValue,
    OtherAccountsViaRam,
}

impl ResourceOwnerType {
    /// Every value, in the model's order.
    pub const ALL: &'static [Self] = &[Self::SelfValue, Self::OtherAccountsViaRam];

    /// The value as it is sent.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SelfValue => "SELF",
            Self::OtherAccountsViaRam => "OTHER_ACCOUNTS_VIA_RAM",
        }
    }
}

impl TryFrom<&str> for ResourceOwnerType {
    type Error = Mismatch;

    fn try_from(text: &str) -> Result<Self, Mismatch> {
        Self::ALL.iter().copied().find(|value| value.as_str() == text).ok_or(Mismatch("ResourceOwnerType"))
    }
}

impl FromValue for ResourceOwnerType {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        value.as_str().ok_or(Mismatch("ResourceOwnerType")).and_then(Self::try_from)
    }
}

impl IntoValue for ResourceOwnerType {
    fn into_value(self) -> Value {
        Value::String(self.as_str().to_owned())
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct RetireGrant {
    pub grant_token: Option<String>,
    pub key_id: Option<String>,
    pub grant_id: Option<String>,
    pub dry_run: Option<bool>,
}

impl FromValue for RetireGrant {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "RetireGrant")?;
        Ok(Self {
            grant_token: members.optional(0)?,
            key_id: members.optional(1)?,
            grant_id: members.optional(2)?,
            dry_run: members.optional(3)?,
        })
    }
}

impl IntoValue for RetireGrant {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            self.grant_token.map(IntoValue::into_value),
            self.key_id.map(IntoValue::into_value),
            self.grant_id.map(IntoValue::into_value),
            self.dry_run.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct RevokeGrant {
    pub key_id: String,
    pub grant_id: String,
    pub dry_run: Option<bool>,
}

impl FromValue for RevokeGrant {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "RevokeGrant")?;
        Ok(Self { key_id: members.required(0)?, grant_id: members.required(1)?, dry_run: members.optional(2)? })
    }
}

impl IntoValue for RevokeGrant {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            Some(self.key_id.into_value()),
            Some(self.grant_id.into_value()),
            self.dry_run.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct RotateKeyOnDemand {
    pub key_id: String,
}

impl FromValue for RotateKeyOnDemand {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "RotateKeyOnDemand")?;
        Ok(Self { key_id: members.required(0)? })
    }
}

impl IntoValue for RotateKeyOnDemand {
    fn into_value(self) -> Value {
        Value::Struct(vec![Some(self.key_id.into_value())])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct RotateKeyOnDemandOutput {
    pub key_id: Option<String>,
}

impl FromValue for RotateKeyOnDemandOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "RotateKeyOnDemandOutput")?;
        Ok(Self { key_id: members.optional(0)? })
    }
}

impl IntoValue for RotateKeyOnDemandOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![self.key_id.map(IntoValue::into_value)])
    }
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RotationType {
    Automatic,
    OnDemand,
}

impl RotationType {
    /// Every value, in the model's order.
    pub const ALL: &'static [Self] = &[Self::Automatic, Self::OnDemand];

    /// The value as it is sent.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Automatic => "AUTOMATIC",
            Self::OnDemand => "ON_DEMAND",
        }
    }
}

impl TryFrom<&str> for RotationType {
    type Error = Mismatch;

    fn try_from(text: &str) -> Result<Self, Mismatch> {
        Self::ALL.iter().copied().find(|value| value.as_str() == text).ok_or(Mismatch("RotationType"))
    }
}

impl FromValue for RotationType {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        value.as_str().ok_or(Mismatch("RotationType")).and_then(Self::try_from)
    }
}

impl IntoValue for RotationType {
    fn into_value(self) -> Value {
        Value::String(self.as_str().to_owned())
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct RotationsListEntry {
    pub key_id: Option<String>,
    pub key_material_id: Option<String>,
    pub key_material_description: Option<String>,
    pub import_state: Option<ImportState>,
    pub key_material_state: Option<KeyMaterialState>,
    pub expiration_model: Option<ExpirationModelType>,
    pub valid_to: Option<Timestamp>,
    pub rotation_date: Option<Timestamp>,
    pub rotation_type: Option<RotationType>,
}

impl FromValue for RotationsListEntry {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "RotationsListEntry")?;
        Ok(Self {
            key_id: members.optional(0)?,
            key_material_id: members.optional(1)?,
            key_material_description: members.optional(2)?,
            import_state: members.optional(3)?,
            key_material_state: members.optional(4)?,
            expiration_model: members.optional(5)?,
            valid_to: members.optional(6)?,
            rotation_date: members.optional(7)?,
            rotation_type: members.optional(8)?,
        })
    }
}

impl IntoValue for RotationsListEntry {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            self.key_id.map(IntoValue::into_value),
            self.key_material_id.map(IntoValue::into_value),
            self.key_material_description.map(IntoValue::into_value),
            self.import_state.map(IntoValue::into_value),
            self.key_material_state.map(IntoValue::into_value),
            self.expiration_model.map(IntoValue::into_value),
            self.valid_to.map(IntoValue::into_value),
            self.rotation_date.map(IntoValue::into_value),
            self.rotation_type.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct ScheduleKeyDeletion {
    pub key_id: String,
    pub pending_window_in_days: Option<i32>,
}

impl FromValue for ScheduleKeyDeletion {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "ScheduleKeyDeletion")?;
        Ok(Self { key_id: members.required(0)?, pending_window_in_days: members.optional(1)? })
    }
}

impl IntoValue for ScheduleKeyDeletion {
    fn into_value(self) -> Value {
        Value::Struct(vec![Some(self.key_id.into_value()), self.pending_window_in_days.map(IntoValue::into_value)])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct ScheduleKeyDeletionOutput {
    pub key_id: Option<String>,
    pub deletion_date: Option<Timestamp>,
    pub key_state: Option<KeyState>,
    pub pending_window_in_days: Option<i32>,
}

impl FromValue for ScheduleKeyDeletionOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "ScheduleKeyDeletionOutput")?;
        Ok(Self {
            key_id: members.optional(0)?,
            deletion_date: members.optional(1)?,
            key_state: members.optional(2)?,
            pending_window_in_days: members.optional(3)?,
        })
    }
}

impl IntoValue for ScheduleKeyDeletionOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            self.key_id.map(IntoValue::into_value),
            self.deletion_date.map(IntoValue::into_value),
            self.key_state.map(IntoValue::into_value),
            self.pending_window_in_days.map(IntoValue::into_value),
        ])
    }
}

pub struct Sign {
    pub key_id: String,
    pub message: Secret<Vec<u8>>,
    pub message_type: Option<MessageType>,
    pub grant_tokens: Option<Vec<String>>,
    pub signing_algorithm: SigningAlgorithmSpec,
    pub dry_run: Option<bool>,
}

impl FromValue for Sign {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "Sign")?;
        Ok(Self {
            key_id: members.required(0)?,
            message: members.required(1)?,
            message_type: members.optional(2)?,
            grant_tokens: members.optional(3)?,
            signing_algorithm: members.required(4)?,
            dry_run: members.optional(5)?,
        })
    }
}

impl IntoValue for Sign {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            Some(self.key_id.into_value()),
            Some(self.message.into_value()),
            self.message_type.map(IntoValue::into_value),
            self.grant_tokens.map(IntoValue::into_value),
            Some(self.signing_algorithm.into_value()),
            self.dry_run.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct SignOutput {
    pub key_id: Option<String>,
    pub signature: Option<Vec<u8>>,
    pub signing_algorithm: Option<SigningAlgorithmSpec>,
}

impl FromValue for SignOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "SignOutput")?;
        Ok(Self {
            key_id: members.optional(0)?,
            signature: members.optional(1)?,
            signing_algorithm: members.optional(2)?,
        })
    }
}

impl IntoValue for SignOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            self.key_id.map(IntoValue::into_value),
            self.signature.map(IntoValue::into_value),
            self.signing_algorithm.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SigningAlgorithmSpec {
    RsassaPssSha256,
    RsassaPssSha384,
    RsassaPssSha512,
    RsassaPkcs1V15Sha256,
    RsassaPkcs1V15Sha384,
    RsassaPkcs1V15Sha512,
    EcdsaSha256,
    EcdsaSha384,
    EcdsaSha512,
    Sm2dsa,
    MlDsaShake256,
    Ed25519Sha512,
    Ed25519PhSha512,
}

impl SigningAlgorithmSpec {
    /// Every value, in the model's order.
    pub const ALL: &'static [Self] = &[
        Self::RsassaPssSha256,
        Self::RsassaPssSha384,
        Self::RsassaPssSha512,
        Self::RsassaPkcs1V15Sha256,
        Self::RsassaPkcs1V15Sha384,
        Self::RsassaPkcs1V15Sha512,
        Self::EcdsaSha256,
        Self::EcdsaSha384,
        Self::EcdsaSha512,
        Self::Sm2dsa,
        Self::MlDsaShake256,
        Self::Ed25519Sha512,
        Self::Ed25519PhSha512,
    ];

    /// The value as it is sent.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::RsassaPssSha256 => "RSASSA_PSS_SHA_256",
            Self::RsassaPssSha384 => "RSASSA_PSS_SHA_384",
            Self::RsassaPssSha512 => "RSASSA_PSS_SHA_512",
            Self::RsassaPkcs1V15Sha256 => "RSASSA_PKCS1_V1_5_SHA_256",
            Self::RsassaPkcs1V15Sha384 => "RSASSA_PKCS1_V1_5_SHA_384",
            Self::RsassaPkcs1V15Sha512 => "RSASSA_PKCS1_V1_5_SHA_512",
            Self::EcdsaSha256 => "ECDSA_SHA_256",
            Self::EcdsaSha384 => "ECDSA_SHA_384",
            Self::EcdsaSha512 => "ECDSA_SHA_512",
            Self::Sm2dsa => "SM2DSA",
            Self::MlDsaShake256 => "ML_DSA_SHAKE_256",
            Self::Ed25519Sha512 => "ED25519_SHA_512",
            Self::Ed25519PhSha512 => "ED25519_PH_SHA_512",
        }
    }
}

impl TryFrom<&str> for SigningAlgorithmSpec {
    type Error = Mismatch;

    fn try_from(text: &str) -> Result<Self, Mismatch> {
        Self::ALL.iter().copied().find(|value| value.as_str() == text).ok_or(Mismatch("SigningAlgorithmSpec"))
    }
}

impl FromValue for SigningAlgorithmSpec {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        value.as_str().ok_or(Mismatch("SigningAlgorithmSpec")).and_then(Self::try_from)
    }
}

impl IntoValue for SigningAlgorithmSpec {
    fn into_value(self) -> Value {
        Value::String(self.as_str().to_owned())
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct Tag {
    pub tag_key: String,
    pub tag_value: String,
}

impl FromValue for Tag {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "Tag")?;
        Ok(Self { tag_key: members.required(0)?, tag_value: members.required(1)? })
    }
}

impl IntoValue for Tag {
    fn into_value(self) -> Value {
        Value::Struct(vec![Some(self.tag_key.into_value()), Some(self.tag_value.into_value())])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct TagResource {
    pub key_id: String,
    pub tags: Vec<Tag>,
}

impl FromValue for TagResource {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "TagResource")?;
        Ok(Self { key_id: members.required(0)?, tags: members.required(1)? })
    }
}

impl IntoValue for TagResource {
    fn into_value(self) -> Value {
        Value::Struct(vec![Some(self.key_id.into_value()), Some(self.tags.into_value())])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct UntagResource {
    pub key_id: String,
    pub tag_keys: Vec<String>,
}

impl FromValue for UntagResource {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "UntagResource")?;
        Ok(Self { key_id: members.required(0)?, tag_keys: members.required(1)? })
    }
}

impl IntoValue for UntagResource {
    fn into_value(self) -> Value {
        Value::Struct(vec![Some(self.key_id.into_value()), Some(self.tag_keys.into_value())])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct UpdateAlias {
    pub alias_name: String,
    pub target_key_id: String,
}

impl FromValue for UpdateAlias {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "UpdateAlias")?;
        Ok(Self { alias_name: members.required(0)?, target_key_id: members.required(1)? })
    }
}

impl IntoValue for UpdateAlias {
    fn into_value(self) -> Value {
        Value::Struct(vec![Some(self.alias_name.into_value()), Some(self.target_key_id.into_value())])
    }
}

#[derive(Default)]
pub struct UpdateCustomKeyStore {
    pub custom_key_store_id: String,
    pub new_custom_key_store_name: Option<String>,
    pub key_store_password: Option<Secret<String>>,
    pub cloud_hsm_cluster_id: Option<String>,
    pub xks_proxy_uri_endpoint: Option<String>,
    pub xks_proxy_uri_path: Option<String>,
    pub xks_proxy_vpc_endpoint_service_name: Option<String>,
    pub xks_proxy_vpc_endpoint_service_owner: Option<String>,
    pub xks_proxy_authentication_credential: Option<XksProxyAuthenticationCredentialType>,
    pub xks_proxy_connectivity: Option<XksProxyConnectivityType>,
}

impl FromValue for UpdateCustomKeyStore {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "UpdateCustomKeyStore")?;
        Ok(Self {
            custom_key_store_id: members.required(0)?,
            new_custom_key_store_name: members.optional(1)?,
            key_store_password: members.optional(2)?,
            cloud_hsm_cluster_id: members.optional(3)?,
            xks_proxy_uri_endpoint: members.optional(4)?,
            xks_proxy_uri_path: members.optional(5)?,
            xks_proxy_vpc_endpoint_service_name: members.optional(6)?,
            xks_proxy_vpc_endpoint_service_owner: members.optional(7)?,
            xks_proxy_authentication_credential: members.optional(8)?,
            xks_proxy_connectivity: members.optional(9)?,
        })
    }
}

impl IntoValue for UpdateCustomKeyStore {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            Some(self.custom_key_store_id.into_value()),
            self.new_custom_key_store_name.map(IntoValue::into_value),
            self.key_store_password.map(IntoValue::into_value),
            self.cloud_hsm_cluster_id.map(IntoValue::into_value),
            self.xks_proxy_uri_endpoint.map(IntoValue::into_value),
            self.xks_proxy_uri_path.map(IntoValue::into_value),
            self.xks_proxy_vpc_endpoint_service_name.map(IntoValue::into_value),
            self.xks_proxy_vpc_endpoint_service_owner.map(IntoValue::into_value),
            self.xks_proxy_authentication_credential.map(IntoValue::into_value),
            self.xks_proxy_connectivity.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct UpdateCustomKeyStoreOutput {}

impl FromValue for UpdateCustomKeyStoreOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        Members::of(value, "UpdateCustomKeyStoreOutput").map(|_| Self {})
    }
}

impl IntoValue for UpdateCustomKeyStoreOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct UpdateKeyDescription {
    pub key_id: String,
    pub description: String,
}

impl FromValue for UpdateKeyDescription {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "UpdateKeyDescription")?;
        Ok(Self { key_id: members.required(0)?, description: members.required(1)? })
    }
}

impl IntoValue for UpdateKeyDescription {
    fn into_value(self) -> Value {
        Value::Struct(vec![Some(self.key_id.into_value()), Some(self.description.into_value())])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct UpdatePrimaryRegion {
    pub key_id: String,
    pub primary_region: String,
}

impl FromValue for UpdatePrimaryRegion {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "UpdatePrimaryRegion")?;
        Ok(Self { key_id: members.required(0)?, primary_region: members.required(1)? })
    }
}

impl IntoValue for UpdatePrimaryRegion {
    fn into_value(self) -> Value {
        Value::Struct(vec![Some(self.key_id.into_value()), Some(self.primary_region.into_value())])
    }
}

pub struct VerifyMac {
    pub message: Secret<Vec<u8>>,
    pub key_id: String,
    pub mac_algorithm: MacAlgorithmSpec,
    pub mac: Vec<u8>,
    pub grant_tokens: Option<Vec<String>>,
    pub dry_run: Option<bool>,
}

impl FromValue for VerifyMac {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "VerifyMac")?;
        Ok(Self {
            message: members.required(0)?,
            key_id: members.required(1)?,
            mac_algorithm: members.required(2)?,
            mac: members.required(3)?,
            grant_tokens: members.optional(4)?,
            dry_run: members.optional(5)?,
        })
    }
}

impl IntoValue for VerifyMac {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            Some(self.message.into_value()),
            Some(self.key_id.into_value()),
            Some(self.mac_algorithm.into_value()),
            Some(self.mac.into_value()),
            self.grant_tokens.map(IntoValue::into_value),
            self.dry_run.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct VerifyMacOutput {
    pub key_id: Option<String>,
    pub mac_valid: Option<bool>,
    pub mac_algorithm: Option<MacAlgorithmSpec>,
}

impl FromValue for VerifyMacOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "VerifyMacOutput")?;
        Ok(Self { key_id: members.optional(0)?, mac_valid: members.optional(1)?, mac_algorithm: members.optional(2)? })
    }
}

impl IntoValue for VerifyMacOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            self.key_id.map(IntoValue::into_value),
            self.mac_valid.map(IntoValue::into_value),
            self.mac_algorithm.map(IntoValue::into_value),
        ])
    }
}

pub struct Verify {
    pub key_id: String,
    pub message: Secret<Vec<u8>>,
    pub message_type: Option<MessageType>,
    pub signature: Vec<u8>,
    pub signing_algorithm: SigningAlgorithmSpec,
    pub grant_tokens: Option<Vec<String>>,
    pub dry_run: Option<bool>,
}

impl FromValue for Verify {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "Verify")?;
        Ok(Self {
            key_id: members.required(0)?,
            message: members.required(1)?,
            message_type: members.optional(2)?,
            signature: members.required(3)?,
            signing_algorithm: members.required(4)?,
            grant_tokens: members.optional(5)?,
            dry_run: members.optional(6)?,
        })
    }
}

impl IntoValue for Verify {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            Some(self.key_id.into_value()),
            Some(self.message.into_value()),
            self.message_type.map(IntoValue::into_value),
            Some(self.signature.into_value()),
            Some(self.signing_algorithm.into_value()),
            self.grant_tokens.map(IntoValue::into_value),
            self.dry_run.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct VerifyOutput {
    pub key_id: Option<String>,
    pub signature_valid: Option<bool>,
    pub signing_algorithm: Option<SigningAlgorithmSpec>,
}

impl FromValue for VerifyOutput {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "VerifyOutput")?;
        Ok(Self {
            key_id: members.optional(0)?,
            signature_valid: members.optional(1)?,
            signing_algorithm: members.optional(2)?,
        })
    }
}

impl IntoValue for VerifyOutput {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            self.key_id.map(IntoValue::into_value),
            self.signature_valid.map(IntoValue::into_value),
            self.signing_algorithm.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum WrappingKeySpec {
    Rsa2048,
    Rsa3072,
    Rsa4096,
    Sm2,
}

impl WrappingKeySpec {
    /// Every value, in the model's order.
    pub const ALL: &'static [Self] = &[Self::Rsa2048, Self::Rsa3072, Self::Rsa4096, Self::Sm2];

    /// The value as it is sent.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Rsa2048 => "RSA_2048",
            Self::Rsa3072 => "RSA_3072",
            Self::Rsa4096 => "RSA_4096",
            Self::Sm2 => "SM2",
        }
    }
}

impl TryFrom<&str> for WrappingKeySpec {
    type Error = Mismatch;

    fn try_from(text: &str) -> Result<Self, Mismatch> {
        Self::ALL.iter().copied().find(|value| value.as_str() == text).ok_or(Mismatch("WrappingKeySpec"))
    }
}

impl FromValue for WrappingKeySpec {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        value.as_str().ok_or(Mismatch("WrappingKeySpec")).and_then(Self::try_from)
    }
}

impl IntoValue for WrappingKeySpec {
    fn into_value(self) -> Value {
        Value::String(self.as_str().to_owned())
    }
}

#[derive(Clone, PartialEq, Default)]
pub struct XksKeyConfigurationType {
    pub id: Option<String>,
}

impl FromValue for XksKeyConfigurationType {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "XksKeyConfigurationType")?;
        Ok(Self { id: members.optional(0)? })
    }
}

impl IntoValue for XksKeyConfigurationType {
    fn into_value(self) -> Value {
        Value::Struct(vec![self.id.map(IntoValue::into_value)])
    }
}

pub struct XksProxyAuthenticationCredentialType {
    pub access_key_id: Secret<String>,
    pub raw_secret_access_key: Secret<String>,
}

impl FromValue for XksProxyAuthenticationCredentialType {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "XksProxyAuthenticationCredentialType")?;
        Ok(Self { access_key_id: members.required(0)?, raw_secret_access_key: members.required(1)? })
    }
}

impl IntoValue for XksProxyAuthenticationCredentialType {
    fn into_value(self) -> Value {
        Value::Struct(vec![Some(self.access_key_id.into_value()), Some(self.raw_secret_access_key.into_value())])
    }
}

#[derive(Default)]
pub struct XksProxyConfigurationType {
    pub connectivity: Option<XksProxyConnectivityType>,
    pub access_key_id: Option<Secret<String>>,
    pub uri_endpoint: Option<String>,
    pub uri_path: Option<String>,
    pub vpc_endpoint_service_name: Option<String>,
    pub vpc_endpoint_service_owner: Option<String>,
}

impl FromValue for XksProxyConfigurationType {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let mut members = Members::of(value, "XksProxyConfigurationType")?;
        Ok(Self {
            connectivity: members.optional(0)?,
            access_key_id: members.optional(1)?,
            uri_endpoint: members.optional(2)?,
            uri_path: members.optional(3)?,
            vpc_endpoint_service_name: members.optional(4)?,
            vpc_endpoint_service_owner: members.optional(5)?,
        })
    }
}

impl IntoValue for XksProxyConfigurationType {
    fn into_value(self) -> Value {
        Value::Struct(vec![
            self.connectivity.map(IntoValue::into_value),
            self.access_key_id.map(IntoValue::into_value),
            self.uri_endpoint.map(IntoValue::into_value),
            self.uri_path.map(IntoValue::into_value),
            self.vpc_endpoint_service_name.map(IntoValue::into_value),
            self.vpc_endpoint_service_owner.map(IntoValue::into_value),
        ])
    }
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum XksProxyConnectivityType {
    PublicEndpoint,
    VpcEndpointService,
}

impl XksProxyConnectivityType {
    /// Every value, in the model's order.
    pub const ALL: &'static [Self] = &[Self::PublicEndpoint, Self::VpcEndpointService];

    /// The value as it is sent.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::PublicEndpoint => "PUBLIC_ENDPOINT",
            Self::VpcEndpointService => "VPC_ENDPOINT_SERVICE",
        }
    }
}

impl TryFrom<&str> for XksProxyConnectivityType {
    type Error = Mismatch;

    fn try_from(text: &str) -> Result<Self, Mismatch> {
        Self::ALL.iter().copied().find(|value| value.as_str() == text).ok_or(Mismatch("XksProxyConnectivityType"))
    }
}

impl FromValue for XksProxyConnectivityType {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        value.as_str().ok_or(Mismatch("XksProxyConnectivityType")).and_then(Self::try_from)
    }
}

impl IntoValue for XksProxyConnectivityType {
    fn into_value(self) -> Value {
        Value::String(self.as_str().to_owned())
    }
}
