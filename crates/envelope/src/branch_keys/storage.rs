//! Where items of branch keys lie: what a store needs of its storage, and one in memory.
//!
//! Guarantees: of one transaction all puts happen or none; each only if its condition holds of what is stored then.

use super::item::{AttributeValue, ENC, ID, Item, TYPE};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::{Mutex, PoisonError};

/// Puts of one transaction at most: DynamoDB API Reference, TransactWriteItems.
const MOST_PUTS: usize = 100;

/// A table with the partition key `branch-key-id` and the sort key `type`, both strings.
pub trait BranchKeyStorage: Send + Sync {
    /// The item of a branch key and a type, such as `branch:ACTIVE`: DynamoDB's GetItem with a consistent read.
    fn get(&self, branch_key_id: &str, kind: &str) -> Result<Option<Item>, StorageError>;

    /// Puts items, all or none: DynamoDB's TransactWriteItems.
    fn transact(&self, puts: Vec<Put>) -> Result<(), StorageError>;
}

/// An item to put.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Put {
    /// The item, with its keys.
    pub item: Item,
    /// When it may be put.
    pub condition: Condition,
}

/// A condition on the item that is stored under the keys of a [`Put`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Condition {
    /// There is none: `attribute_not_exists(branch-key-id)`.
    NotExists,
    /// There is one, with this wrapped key: `attribute_exists(branch-key-id) AND enc = :encOld`.
    HasEnc(Vec<u8>),
}

/// Why a storage did not do what it was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum StorageError {
    /// The condition of this put did not hold.
    ConditionFailed(usize),
    /// Anything else.
    Failed(String),
}

impl fmt::Display for StorageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ConditionFailed(index) => write!(f, "the condition of put {index} does not hold"),
            Self::Failed(text) => f.write_str(text),
        }
    }
}

impl std::error::Error for StorageError {}

/// Items by their keys.
pub(super) type Items = BTreeMap<(String, String), Item>;

/// The keys of an item.
pub(super) fn keys(item: &Item) -> Option<(String, String)> {
    let key = |name| match item.get(name)? {
        AttributeValue::S(text) if !text.is_empty() => Some(text.clone()),
        _ => None,
    };
    Some((key(ID)?, key(TYPE)?))
}

/// Does a transaction on items; they are as before on an error.
pub(super) fn apply(items: &mut Items, puts: Vec<Put>) -> Result<(), StorageError> {
    let failed = |text: &str| StorageError::Failed(text.into());
    if puts.len() > MOST_PUTS {
        return Err(failed("a transaction has at most 100 puts"));
    }
    let mut seen = BTreeSet::new();
    let mut checked = Vec::with_capacity(puts.len());
    for (index, put) in puts.into_iter().enumerate() {
        let keys = keys(&put.item).ok_or_else(|| failed("an item has a branch-key-id and a type"))?;
        let holds = match (&put.condition, items.get(&keys)) {
            (Condition::NotExists, stored) => stored.is_none(),
            (Condition::HasEnc(old), Some(stored)) => {
                matches!(stored.get(ENC), Some(AttributeValue::B(enc)) if enc == old)
            }
            (Condition::HasEnc(_), None) => false,
        };
        if !holds {
            return Err(StorageError::ConditionFailed(index));
        }
        if !seen.insert(keys.clone()) {
            return Err(failed("a transaction puts an item once"));
        }
        checked.push((keys, put.item));
    }
    items.extend(checked);
    Ok(())
}

/// A storage in memory, gone with the process.
#[derive(Default)]
pub struct MemoryBranchKeyStorage(Mutex<Items>);

impl MemoryBranchKeyStorage {
    /// An empty one.
    pub fn new() -> Self {
        Self::default()
    }
}

impl BranchKeyStorage for MemoryBranchKeyStorage {
    fn get(&self, branch_key_id: &str, kind: &str) -> Result<Option<Item>, StorageError> {
        let items = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(items.get(&(branch_key_id.to_owned(), kind.to_owned())).cloned())
    }

    fn transact(&self, puts: Vec<Put>) -> Result<(), StorageError> {
        apply(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner), puts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn put(id: &str, kind: &str, enc: u8, condition: Condition) -> Put {
        let item = Item::from([
            (ID.into(), AttributeValue::S(id.into())),
            (TYPE.into(), AttributeValue::S(kind.into())),
            (ENC.into(), AttributeValue::B(vec![enc])),
        ]);
        Put { item, condition }
    }

    #[test]
    fn all_puts_happen_or_none() {
        let storage = MemoryBranchKeyStorage::new();
        storage.transact(vec![put("a", "x", 1, Condition::NotExists)]).unwrap();
        let second = |condition| vec![put("b", "x", 1, Condition::NotExists), put("a", "x", 2, condition)];
        for condition in [Condition::NotExists, Condition::HasEnc(vec![9])] {
            assert_eq!(storage.transact(second(condition)), Err(StorageError::ConditionFailed(1)));
            assert_eq!(storage.get("b", "x"), Ok(None));
        }
        storage.transact(second(Condition::HasEnc(vec![1]))).unwrap();
        assert_eq!(storage.get("a", "x").unwrap().unwrap().get(ENC), Some(&AttributeValue::B(vec![2])));
        assert!(storage.get("b", "x").unwrap().is_some());
        assert_eq!(storage.get("b", "y"), Ok(None));
        let absent = vec![put("c", "x", 1, Condition::HasEnc(vec![1]))];
        assert_eq!(storage.transact(absent), Err(StorageError::ConditionFailed(0)));
    }

    #[test]
    fn what_dynamodb_would_not_take_is_refused() {
        let storage = MemoryBranchKeyStorage::new();
        let twice = [(); 2].map(|()| put("a", "x", 1, Condition::NotExists)).to_vec();
        assert!(matches!(storage.transact(twice), Err(StorageError::Failed(_))));
        let nameless = vec![put("", "x", 1, Condition::NotExists)];
        assert!(matches!(storage.transact(nameless), Err(StorageError::Failed(_))));
        let many = (0..=MOST_PUTS).map(|id| put(&id.to_string(), "x", 1, Condition::NotExists)).collect();
        assert!(matches!(storage.transact(many), Err(StorageError::Failed(_))));
        assert!(storage.0.lock().unwrap().is_empty());
    }
}
