//! Branch keys in a table of DynamoDB's, as far as tests need it: over plain HTTP, unsigned, on this machine.

use super::Result;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use envelope::branch_keys::{AttributeValue, BranchKeyStorage, Condition, Item, Put, StorageError};
use serde_json::{Map, Value, json};
use std::io::{Read as _, Write as _};
use std::net::TcpStream;

pub(crate) struct Table {
    address: String,
    name: String,
}

impl Table {
    pub(crate) fn new(endpoint: &str, name: &str) -> Result<Self> {
        let address = endpoint.strip_prefix("http://").ok_or("the table is not behind http://")?;
        Ok(Self { address: address.to_owned(), name: name.to_owned() })
    }

    fn call(&self, operation: &str, request: &Value) -> Result<Value> {
        let body = request.to_string();
        let mut stream = TcpStream::connect(&self.address)?;
        write!(
            stream,
            "POST / HTTP/1.1\r\nHost: {}\r\nX-Amz-Target: DynamoDB_20120810.{operation}\r\n\
             Content-Type: application/x-amz-json-1.0\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
            self.address,
            body.len()
        )?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        let (_, body) = answer.split_once("\r\n\r\n").ok_or("not an answer of HTTP")?;
        Ok(serde_json::from_str(body)?)
    }
}

impl BranchKeyStorage for Table {
    fn get(&self, branch_key_id: &str, kind: &str) -> std::result::Result<Option<Item>, StorageError> {
        let key = json!({ "branch-key-id": { "S": branch_key_id }, "type": { "S": kind } });
        let request = json!({ "TableName": self.name, "ConsistentRead": true, "Key": key });
        let answer = self.call("GetItem", &request).map_err(failed)?;
        let attributes = answer.get("Item").and_then(Value::as_object);
        attributes.map(|attributes| attributes.iter().map(read).collect::<Result<Item>>()).transpose().map_err(failed)
    }

    fn transact(&self, puts: Vec<Put>) -> std::result::Result<(), StorageError> {
        let puts = puts.into_iter().map(|put| json!({ "Put": self.put(put) })).collect::<Vec<_>>();
        let answer = self.call("TransactWriteItems", &json!({ "TransactItems": puts })).map_err(failed)?;
        match answer.get("__type").and_then(Value::as_str) {
            None => Ok(()),
            Some(error) if error.ends_with("TransactionCanceledException") => Err(StorageError::ConditionFailed(0)),
            Some(error) => Err(StorageError::Failed(error.to_owned())),
        }
    }
}

impl Table {
    fn put(&self, put: Put) -> Value {
        let item = put.item.into_iter().map(|(name, value)| (name, written(value))).collect::<Map<_, _>>();
        let mut out = json!({ "TableName": self.name, "Item": item });
        let condition = match put.condition {
            Condition::NotExists => json!({
                "ConditionExpression": "attribute_not_exists(#id)",
                "ExpressionAttributeNames": { "#id": "branch-key-id" },
            }),
            Condition::HasEnc(old) => json!({
                "ConditionExpression": "attribute_exists(#id) AND enc = :encOld",
                "ExpressionAttributeNames": { "#id": "branch-key-id" },
                "ExpressionAttributeValues": { ":encOld": written(AttributeValue::B(old)) },
            }),
        };
        if let (Some(out), Value::Object(condition)) = (out.as_object_mut(), condition) {
            out.extend(condition);
        }
        out
    }
}

fn failed(error: Box<dyn std::error::Error>) -> StorageError {
    StorageError::Failed(error.to_string())
}

fn written(value: AttributeValue) -> Value {
    match value {
        AttributeValue::S(text) => json!({ "S": text }),
        AttributeValue::N(number) => json!({ "N": number }),
        AttributeValue::B(bytes) => json!({ "B": STANDARD.encode(bytes) }),
    }
}

fn read((name, value): (&String, &Value)) -> Result<(String, AttributeValue)> {
    let text = |kind| value.get(kind).and_then(Value::as_str);
    let value = match (text("S"), text("N"), text("B")) {
        (Some(value), None, None) => AttributeValue::S(value.to_owned()),
        (None, Some(value), None) => AttributeValue::N(value.to_owned()),
        (None, None, Some(value)) => AttributeValue::B(STANDARD.decode(value)?),
        _ => return Err(format!("an attribute of another type: {name}").into()),
    };
    Ok((name.clone(), value))
}
