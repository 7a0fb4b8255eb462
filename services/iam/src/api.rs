//! The typed requests and answers of iam's implemented operations.
//!
//! Written by `cargo xtask gen` from `ops.list` and the model; a test compares. No type has `Debug`, since fields
//! may hold secrets.

#![allow(missing_docs, clippy::enum_variant_names, clippy::large_enum_variant)]

use model::{FromValue, IntoValue, Members, Mismatch, Op, Value};

pub const CREATE_ACCOUNT_ALIAS: Op<CreateAccountAlias, ()> = Op::new("iam", "CreateAccountAlias");
pub const DELETE_ACCOUNT_ALIAS: Op<DeleteAccountAlias, ()> = Op::new("iam", "DeleteAccountAlias");
pub const LIST_ACCOUNT_ALIASES: Op<ListAccountAliases, ListAccountAliasesOutput> = Op::new("iam", "ListAccountAliases");

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
