//! The typed requests and answers of sts's implemented operations.
//!
//! Written by `cargo xtask gen` from `ops.list` and the model; a test compares. No type has `Debug`, since fields
//! may hold secrets.

#![allow(missing_docs, clippy::enum_variant_names, clippy::large_enum_variant)]

use model::{FromValue, IntoValue, Members, Mismatch, Op, Value};

pub const GET_CALLER_IDENTITY: Op<GetCallerIdentity, GetCallerIdentityOutput> = Op::new("sts", "GetCallerIdentity");

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
