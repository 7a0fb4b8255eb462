//! The items of a branch key, as they lie in a table of DynamoDB.
//!
//! Guarantees: a record that was read has every attribute that its type demands, each of its DynamoDB type, and is the
//! one that was asked for; all of it but the wrapped key is what KMS authenticates. Source: AWS Encryption SDK
//! specification, "Keystore", record format and encryption context.

use crate::keyrings::kms::KmsArn;
use crate::{EncryptionContext, Error};
use base::{Timestamp, Uuid};
use std::collections::BTreeMap;

pub(super) const ID: &str = "branch-key-id";
pub(super) const TYPE: &str = "type";
pub(super) const ENC: &str = "enc";
const VERSION: &str = "version";
const KMS_ARN: &str = "kms-arn";
const CREATE_TIME: &str = "create-time";
const HIERARCHY_VERSION: &str = "hierarchy-version";
/// The logical name of the store, which stands in the encryption context, not in the table.
const TABLE_NAME: &str = "tablename";
/// Before the keys of a branch key's own encryption context.
const OWN_CONTEXT: &str = "aws-crypto-ec:";
/// The one version of the hierarchy that this is.
const HIERARCHY: &str = "1";
const VERSION_PREFIX: &str = "branch:version:";

/// An item: attributes by name.
pub type Item = BTreeMap<String, AttributeValue>;

/// The types of attributes that items of branch keys have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AttributeValue {
    /// Text.
    S(String),
    /// A number, in DynamoDB's notation.
    N(String),
    /// Bytes.
    B(Vec<u8>),
}

/// Which of a branch key's items.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ItemType {
    /// The version that encrypts.
    Active,
    /// A version by its id, that decrypts.
    Version(Uuid),
    /// The key that beacons are derived from.
    Beacon,
}

impl ItemType {
    /// The sort key.
    pub(super) fn name(self) -> String {
        match self {
            Self::Active => "branch:ACTIVE".into(),
            Self::Version(version) => format!("{VERSION_PREFIX}{version}"),
            Self::Beacon => "beacon:ACTIVE".into(),
        }
    }
}

/// An item that was read, or is to be written.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Record {
    /// Every attribute but the wrapped key, and the logical name of the store: the encryption context.
    pub(super) context: BTreeMap<String, String>,
    /// The wrapped key.
    pub(super) enc: Vec<u8>,
}

/// What is the same in all items of one version of a branch key.
pub(super) struct Version<'a> {
    pub(super) branch_key_id: &'a str,
    pub(super) version: Uuid,
    pub(super) kms_arn: &'a str,
    pub(super) created: Timestamp,
    pub(super) store: &'a str,
    /// With the prefix of such attributes.
    pub(super) own_context: BTreeMap<String, String>,
}

impl Version<'_> {
    /// The encryption context of the version's item, of the active one, or of the beacon key that is made with it.
    pub(super) fn context(&self, kind: ItemType) -> BTreeMap<String, String> {
        let mut context = self.own_context.clone();
        context.extend(
            [
                (ID, self.branch_key_id.to_owned()),
                (TYPE, kind.name()),
                (CREATE_TIME, create_time(self.created)),
                (KMS_ARN, self.kms_arn.to_owned()),
                (HIERARCHY_VERSION, HIERARCHY.to_owned()),
                (TABLE_NAME, self.store.to_owned()),
            ]
            .map(|(name, value)| (name.to_owned(), value)),
        );
        if kind == ItemType::Active {
            context.insert(VERSION.into(), ItemType::Version(self.version).name());
        }
        context
    }
}

/// The attributes that stand for a branch key's own context.
pub(super) fn own_context(context: &EncryptionContext) -> BTreeMap<String, String> {
    context.iter().map(|(key, value)| (format!("{OWN_CONTEXT}{key}"), value.clone())).collect()
}

impl Record {
    /// Reads an item that was asked for.
    pub(super) fn read(item: Item, branch_key_id: &str, kind: ItemType, store: &str) -> Result<Self, Error> {
        let broken =
            |what: &str| Error::KeyStore(format!("the item {} of the branch key {branch_key_id} {what}", kind.name()));
        let (mut enc, mut context) = (None, BTreeMap::new());
        for (name, value) in item {
            match (name.as_str(), value) {
                (ENC, AttributeValue::B(bytes)) if !bytes.is_empty() => enc = Some(bytes),
                (HIERARCHY_VERSION, AttributeValue::N(number)) if number == HIERARCHY => {
                    context.insert(name, number);
                }
                (HIERARCHY_VERSION, AttributeValue::N(number)) => {
                    return Err(broken(&format!("is of the hierarchy version {number}; {HIERARCHY} can be read")));
                }
                (ENC | HIERARCHY_VERSION | TABLE_NAME, _) => return Err(broken(&format!("has a wrong {name}"))),
                (_, AttributeValue::S(text)) => {
                    context.insert(name, text);
                }
                _ => return Err(broken(&format!("has a {name} that is no string"))),
            }
        }
        for (name, expected) in [(ID, branch_key_id), (TYPE, &kind.name())] {
            if context.get(name).is_none_or(|found| found != expected) {
                return Err(broken(&format!("has another {name}")));
            }
        }
        for name in [CREATE_TIME, KMS_ARN, HIERARCHY_VERSION] {
            if context.get(name).is_none_or(String::is_empty) {
                return Err(broken(&format!("has no {name}")));
            }
        }
        context.insert(TABLE_NAME.into(), store.into());
        let record = Self { context, enc: enc.ok_or_else(|| broken("has no enc"))? };
        if record.context.contains_key(VERSION) != (kind == ItemType::Active) {
            return Err(broken("has a version where it must not, or none where it must"));
        }
        record.kms_arn().map(|_| record)
    }

    /// The item to write.
    pub(super) fn into_item(self) -> Item {
        let mut item: Item = self
            .context
            .into_iter()
            .filter(|(name, _)| name != TABLE_NAME)
            .map(|(name, value)| {
                let is_number = name == HIERARCHY_VERSION;
                (name, if is_number { AttributeValue::N(value) } else { AttributeValue::S(value) })
            })
            .collect();
        item.insert(ENC.into(), AttributeValue::B(self.enc));
        item
    }

    /// The KMS key that it says it is under.
    pub(super) fn kms_arn(&self) -> Result<KmsArn, Error> {
        let arn = self.context.get(KMS_ARN).and_then(|arn| arn.parse::<KmsArn>().ok()).filter(KmsArn::is_key);
        arn.ok_or_else(|| Error::KeyStore(format!("the kms-arn of {} is not the ARN of a key", self.name())))
    }

    /// The version of a branch key in it.
    pub(super) fn version(&self) -> Result<Uuid, Error> {
        let text = self.context.get(VERSION).or_else(|| self.context.get(TYPE));
        let version = text.and_then(|text| text.strip_prefix(VERSION_PREFIX)).and_then(|text| text.parse().ok());
        version.ok_or_else(|| Error::KeyStore(format!("the version of {} is none", self.name())))
    }

    /// The branch key's own context.
    pub(super) fn own_context(&self) -> BTreeMap<String, String> {
        let own = |(name, value): (&String, &String)| Some((name.strip_prefix(OWN_CONTEXT)?.into(), value.clone()));
        self.context.iter().filter_map(own).collect()
    }

    /// What a new version of the branch key takes over as it is.
    pub(super) fn kept_context(&self) -> BTreeMap<String, String> {
        let replaced = [ID, TYPE, VERSION, KMS_ARN, CREATE_TIME, HIERARCHY_VERSION, TABLE_NAME];
        let kept = |(name, _): &(&String, &String)| !replaced.contains(&name.as_str());
        self.context.iter().filter(kept).map(|(name, value)| (name.clone(), value.clone())).collect()
    }

    /// Its words in errors.
    fn name(&self) -> String {
        let part = |name| self.context.get(name).map_or("", String::as_str);
        format!("the item {} of the branch key {}", part(TYPE), part(ID))
    }
}

/// ISO 8601 with microseconds, as branch keys are dated; the clock of the house has milliseconds.
fn create_time(time: Timestamp) -> String {
    let seconds = time.to_seconds_rfc3339();
    let millis = time.millis().rem_euclid(1000);
    format!("{}.{millis:03}000Z", seconds.trim_end_matches('Z'))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ARN: &str = "arn:aws:kms:us-west-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";
    const BRANCH_KEY: &str = "bbb9baf1-03e6-4716-a586-6bf29995314b";

    fn version() -> Version<'static> {
        let context = EncryptionContext::new([("department", "admin")]).unwrap();
        Version {
            branch_key_id: BRANCH_KEY,
            version: "83eec007-5659-4554-bf11-699b90f41ac6".parse().unwrap(),
            kms_arn: ARN,
            created: Timestamp::from_rfc3339("2023-06-03T19:03:29.358Z").unwrap(),
            store: "keys",
            own_context: own_context(&context),
        }
    }

    fn text(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        pairs.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect()
    }

    fn records() -> [(ItemType, Record); 3] {
        let version = version();
        [ItemType::Active, ItemType::Version(version.version), ItemType::Beacon]
            .map(|kind| (kind, Record { context: version.context(kind), enc: vec![1, 2, 3] }))
    }

    #[test]
    fn contexts_are_those_of_the_specifications_example() {
        let version = version();
        let shared = [
            ("aws-crypto-ec:department", "admin"),
            ("branch-key-id", BRANCH_KEY),
            ("create-time", "2023-06-03T19:03:29.358000Z"),
            ("hierarchy-version", "1"),
            ("kms-arn", ARN),
            ("tablename", "keys"),
        ];
        let of_version = "branch:version:83eec007-5659-4554-bf11-699b90f41ac6";
        for (kind, own) in [
            (ItemType::Active, &[("type", "branch:ACTIVE"), ("version", of_version)][..]),
            (ItemType::Version(version.version), &[("type", of_version)]),
            (ItemType::Beacon, &[("type", "beacon:ACTIVE")]),
        ] {
            assert_eq!(version.context(kind), text(&[&shared, own].concat()));
        }
    }

    #[test]
    fn an_item_has_the_attributes_and_types_of_dynamodb_and_reads_back() {
        for (kind, record) in records() {
            let item = record.clone().into_item();
            assert!(!item.contains_key("tablename"));
            for (name, value) in &item {
                match name.as_str() {
                    "enc" => assert_eq!(value, &AttributeValue::B(vec![1, 2, 3])),
                    "hierarchy-version" => assert_eq!(value, &AttributeValue::N("1".into())),
                    _ => assert!(matches!(value, AttributeValue::S(_)), "{name}"),
                }
            }
            assert_eq!(Record::read(item, BRANCH_KEY, kind, "keys").unwrap(), record);
            if kind != ItemType::Beacon {
                assert_eq!(record.version().unwrap(), version().version);
            }
            assert_eq!(record.own_context(), text(&[("department", "admin")]));
        }
    }

    #[test]
    fn an_item_that_lacks_or_changes_an_attribute_is_not_read() {
        let string = |text: &str| AttributeValue::S(text.into());
        for (kind, record) in records() {
            let item = record.into_item();
            let read = |item: Item| Record::read(item, BRANCH_KEY, kind, "keys");
            for name in item.keys().filter(|name| *name != "aws-crypto-ec:department") {
                let mut without = item.clone();
                without.remove(name);
                assert!(matches!(read(without), Err(Error::KeyStore(_))), "{name}");
            }
            for (name, value) in [
                ("branch-key-id", string("another")),
                ("type", string("branch:OTHER")),
                ("enc", string("x")),
                ("enc", AttributeValue::B(vec![])),
                ("hierarchy-version", string("1")),
                ("hierarchy-version", AttributeValue::N("2".into())),
                ("kms-arn", string("alias/app")),
                ("kms-arn", string(&ARN.replace("key/", "alias/"))),
                ("create-time", string("")),
                ("create-time", AttributeValue::N("1".into())),
                ("tablename", string("keys")),
                ("more", AttributeValue::B(vec![1])),
            ] {
                let mut changed = item.clone();
                changed.insert(name.into(), value);
                assert!(matches!(read(changed), Err(Error::KeyStore(_))), "{name}");
            }
            let mut more = item.clone();
            more.insert("more".into(), string("x"));
            assert_eq!(read(more).unwrap().context.get("more").unwrap(), "x", "KMS authenticates what else there is");
            let mut toggled = item.clone();
            match kind {
                ItemType::Active => drop(toggled.remove("version")),
                _ => drop(toggled.insert("version".into(), string("branch:version:x"))),
            }
            assert!(read(toggled).is_err());
        }
    }
}
