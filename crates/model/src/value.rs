//! What travels between a protocol and a handler: data in the form that its shape gives it.
//!
//! Guarantees: no `Debug`, since a value may hold plaintext; only a table knows which parts may be shown.

use base::Timestamp;

/// Data of some shape. Which variant belongs to which shape, [`Kind`](crate::Kind) says.
#[derive(Clone, PartialEq)]
pub enum Value {
    /// `true` or `false`
    Bool(bool),
    /// Integers and longs.
    Integer(i64),
    /// Floats and doubles, with NaN and both infinities.
    Float(f64),
    /// Strings and enums.
    String(String),
    /// Bytes, decoded.
    Blob(Vec<u8>),
    /// A point in time.
    Timestamp(Timestamp),
    /// Elements in order.
    List(Vec<Value>),
    /// Entries in the order in which they were sent; no key twice.
    Map(Vec<(String, Value)>),
    /// Members by their index in the shape's member list; `None` where absent.
    Struct(Vec<Option<Value>>),
    /// Anything that JSON can say.
    Document(Document),
}

/// Data without a shape, as JSON has it.
#[derive(Clone, PartialEq)]
pub enum Document {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number without fraction or exponent.
    Integer(i64),
    /// Any other number.
    Float(f64),
    /// A string.
    String(String),
    /// An array.
    List(Vec<Document>),
    /// An object, in the order in which it was sent; no key twice.
    Map(Vec<(String, Document)>),
}

impl Value {
    /// The member at `index`, of a structure that has it.
    pub fn member(&self, index: usize) -> Option<&Value> {
        match self {
            Self::Struct(members) => members.get(index)?.as_ref(),
            _ => None,
        }
    }

    /// The text, of a string.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::String(text) => Some(text),
            _ => None,
        }
    }
}
