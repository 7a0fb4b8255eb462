//! The typed skin over values: what generated structs need to come from a [`Value`] and go back into one.
//!
//! Guarantees: a value that passed [`check`](crate::check) converts; one that did not gives a [`Mismatch`], never a panic.

use crate::Value;
use base::{Secret, Timestamp};
use std::collections::BTreeMap;
use std::marker::PhantomData;

/// An operation and the types of its input and output. Generated as constants.
pub struct Op<I, O> {
    /// The service's model name.
    pub service: &'static str,
    /// The operation's name.
    pub name: &'static str,
    types: PhantomData<fn(I) -> O>,
}

impl<I, O> Op<I, O> {
    /// Names an operation.
    pub const fn new(service: &'static str, name: &'static str) -> Self {
        Self { service, name, types: PhantomData }
    }
}

impl<I, O> Clone for Op<I, O> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<I, O> Copy for Op<I, O> {}

/// A value did not have the form its type needs. Only an unchecked value, or a table that differs from the generated
/// structs, can cause it, so it is an internal error; it names the type and nothing of the data.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Mismatch(pub &'static str);

impl std::fmt::Display for Mismatch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "the value is no {}", self.0)
    }
}

impl std::error::Error for Mismatch {}

/// Made from a value of the matching shape.
pub trait FromValue: Sized {
    /// Converts, moving what the value holds.
    fn from_value(value: Value) -> Result<Self, Mismatch>;
}

/// Turned into a value of the matching shape.
pub trait IntoValue {
    /// Converts, moving what `self` holds.
    fn into_value(self) -> Value;
}

/// A structure's members, taken one by one by index.
pub struct Members {
    members: Vec<Option<Value>>,
    name: &'static str,
}

impl Members {
    /// Opens a structure; `name` is told when something does not fit.
    pub fn of(value: Value, name: &'static str) -> Result<Self, Mismatch> {
        match value {
            Value::Struct(members) => Ok(Self { members, name }),
            _ => Err(Mismatch(name)),
        }
    }

    /// A member that must be there.
    pub fn required<T: FromValue>(&mut self, index: usize) -> Result<T, Mismatch> {
        self.take(index).ok_or(Mismatch(self.name)).and_then(T::from_value)
    }

    /// A member that may be absent.
    pub fn optional<T: FromValue>(&mut self, index: usize) -> Result<Option<T>, Mismatch> {
        self.take(index).map(T::from_value).transpose()
    }

    fn take(&mut self, index: usize) -> Option<Value> {
        self.members.get_mut(index)?.take()
    }
}

macro_rules! plain {
    ($($type:ty, $variant:ident;)*) => {$(
        impl FromValue for $type {
            fn from_value(value: Value) -> Result<Self, Mismatch> {
                match value {
                    Value::$variant(inner) => Ok(inner),
                    _ => Err(Mismatch(stringify!($variant))),
                }
            }
        }

        impl IntoValue for $type {
            fn into_value(self) -> Value {
                Value::$variant(self)
            }
        }
    )*};
}

plain! {
    bool, Bool;
    i64, Integer;
    f64, Float;
    String, String;
    Vec<u8>, Blob;
    Timestamp, Timestamp;
}

impl FromValue for i32 {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        i32::try_from(i64::from_value(value)?).map_err(|_| Mismatch("32-bit integer"))
    }
}

impl IntoValue for i32 {
    fn into_value(self) -> Value {
        Value::Integer(self.into())
    }
}

/// An operation without input or output.
impl FromValue for () {
    fn from_value(_: Value) -> Result<Self, Mismatch> {
        Ok(())
    }
}

impl IntoValue for () {
    fn into_value(self) -> Value {
        Value::Struct(Vec::new())
    }
}

impl FromValue for Secret<Vec<u8>> {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        Vec::from_value(value).map(Self::new)
    }
}

impl IntoValue for Secret<Vec<u8>> {
    fn into_value(mut self) -> Value {
        Value::Blob(std::mem::take(self.expose_mut()))
    }
}

impl FromValue for Secret<String> {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        String::from_value(value).map(Self::new)
    }
}

impl IntoValue for Secret<String> {
    fn into_value(mut self) -> Value {
        Value::String(std::mem::take(self.expose_mut()))
    }
}

impl<T: FromValue> FromValue for Vec<T> {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        match value {
            Value::List(elements) => elements.into_iter().map(T::from_value).collect(),
            _ => Err(Mismatch("list")),
        }
    }
}

impl<T: IntoValue> IntoValue for Vec<T> {
    fn into_value(self) -> Value {
        Value::List(self.into_iter().map(T::into_value).collect())
    }
}

/// Maps are ordered by key in typed structs; the order in which they were sent stays in the value, for the log.
impl<T: FromValue> FromValue for BTreeMap<String, T> {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        match value {
            Value::Map(entries) => entries.into_iter().map(|(key, value)| Ok((key, T::from_value(value)?))).collect(),
            _ => Err(Mismatch("map")),
        }
    }
}

impl<T: IntoValue> IntoValue for BTreeMap<String, T> {
    fn into_value(self) -> Value {
        Value::Map(self.into_iter().map(|(key, value)| (key, value.into_value())).collect())
    }
}
