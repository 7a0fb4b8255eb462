//! What is stored of grants, and where.
//!
//! A grant lies where decisions look for it: at the key and the holder that it is for. Beside it stand a list by id, a
//! list by who may retire it (in that principal's account, over the keys of all accounts), one by name for repeated
//! requests, and a count. Guarantees: all of them change together; users and roles are named by their unique ids; what
//! belongs to a key that is gone cannot pass for a grant on one made later under the same id.

use super::principals::{Party, holder_of};
use crate::api::GrantOperation;
use crate::error;
use crate::keyid::KeyId;
use crate::quotas::GRANTS_PER_KEY;
use crate::records::{KeyRecord, Mark, Moment};
use crate::view::KeyView;
use base::{AccountId, Region, Scope, Timestamp};
use kernel::{Ctx, Result};
use policy::GrantConstraint;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use store::{Key, Record, Space};

/// The table of grants, by the key and the holder that they are for.
pub(crate) const HELD: &str = "kms.grant";

/// A grant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct GrantRecord {
    /// 64 hexadecimal digits.
    pub id: String,
    /// What its maker called it.
    pub name: Option<String>,
    /// When it was made.
    pub created: Moment,
    /// The account whose principal made it.
    pub issuer: String,
    /// Who has it.
    pub grantee: Party,
    /// Who may retire it, and in which account's list it stands for that.
    pub retiring: Option<(Party, String)>,
    /// What it gives, in AWS's words.
    pub operations: Vec<String>,
    /// Under which conditions.
    pub constraints: Constraints,
}

impl Record for GrantRecord {
    const VERSION: u8 = 1;
}

/// The constraints of a grant; an empty map is none.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Constraints {
    /// The encryption context is exactly this.
    pub equals: BTreeMap<String, String>,
    /// The encryption context includes this.
    pub subset: BTreeMap<String, String>,
    /// The resource that a request is made for.
    pub source: Option<String>,
}

/// Where a grant is that is known by its id: at which holder.
#[derive(Serialize, Deserialize)]
struct HolderRecord(String);

impl Record for HolderRecord {
    const VERSION: u8 = 1;
}

/// Where a grant is that somebody may retire.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct RetirableRecord {
    owner: String,
    key: KeyId,
    stem: String,
    grant: String,
}

impl Record for RetirableRecord {
    const VERSION: u8 = 1;
}

/// The id of the grant that a request with a name made.
#[derive(Serialize, Deserialize)]
struct NamedRecord(String);

impl Record for NamedRecord {
    const VERSION: u8 = 1;
}

/// A part of the count of a key's grants. One count would make every two calls that make grants on a key conflict.
#[derive(Default, Serialize, Deserialize)]
struct CountRecord(u64);

impl Record for CountRecord {
    const VERSION: u8 = 1;
}

/// Parts of the count, told by the first digit of the grant's id.
const PARTS: usize = 16;

/// Of a thousand grants at the quota, so many are in each part, 62 on average with a standard deviation of one; a part that
/// has fewer leaves no doubt that the quota is not reached.
const UNDOUBTED: u64 = 54;

/// A key, as far as its grants are concerned.
#[derive(Clone)]
pub(crate) struct Ring {
    /// Where the key is.
    pub scope: Scope,
    /// The key.
    pub key: KeyId,
    /// What the places of its grants begin with: the key and when it was made.
    stem: String,
}

impl Ring {
    /// The grants of a key.
    pub(crate) fn of(key: &KeyView) -> Self {
        Self::new(key.scope, &key.id, key.record.created)
    }

    /// The grants of the key that was made then.
    pub(crate) fn new(scope: Scope, key: &KeyId, created: Moment) -> Self {
        let stem = format!("{key}@{}", Timestamp::from(created).millis());
        Self { scope, key: key.clone(), stem }
    }

    /// What the view of a holder's grants on the key is called.
    pub(crate) fn view_id(&self, holder: &str) -> String {
        format!("{}/{holder}", self.stem)
    }

    /// Where a holder's grants on the key are, each by its id.
    pub(crate) fn held(&self, holder: &str) -> Key {
        self.table(HELD, &self.view_id(holder))
    }

    /// Where all grants on the key are listed by id.
    fn listed(&self) -> Key {
        self.table("kms.grant-id", &self.stem)
    }

    fn named(&self, fingerprint: &[u8]) -> Key {
        self.table("kms.grant-name", &self.stem).bytes(fingerprint)
    }

    fn counts(&self) -> Key {
        self.table("kms.grant-count", &self.stem)
    }

    fn count(&self, grant: &str) -> Key {
        let part = grant.chars().next().and_then(|digit| digit.to_digit(16)).unwrap_or_default();
        self.counts().number(u64::from(part))
    }

    fn retirable(&self, (party, account): &(Party, String), grant: &str) -> Option<Key> {
        let account = account.parse().ok()?;
        let name = format!("{}/{}/{grant}", self.scope.account, self.stem);
        Some(retirable(Scope { account, region: self.scope.region }, party).text(&name))
    }

    fn table(&self, table: &str, first: &str) -> Key {
        Key::new(Space::regional(self.scope), table).text(first)
    }

    /// A grant on the key.
    pub(crate) fn find<R: directory::records::Reads>(
        &self,
        records: &mut R,
        grant: &str,
    ) -> std::result::Result<Option<GrantRecord>, R::Error> {
        let Some(HolderRecord(holder)) = records.get(&self.listed().text(grant))? else { return Ok(None) };
        records.get(&self.held(&holder).text(grant))
    }

    /// The grants on the key by id, after `after`, at most `limit`.
    pub(crate) fn page(&self, ctx: &mut Ctx<'_>, after: Option<&str>, limit: usize) -> Result<Vec<GrantRecord>> {
        let listed = self.listed();
        let after = after.map(|grant| listed.clone().text(grant));
        let found: Vec<(Key, HolderRecord)> = ctx.scan(&listed, after.as_ref(), limit)?;
        let mut grants = Vec::with_capacity(found.len());
        for (place, HolderRecord(holder)) in found {
            let Some(id) = place.last_text() else { continue };
            grants.extend(ctx.get::<GrantRecord>(&self.held(&holder).text(&id))?);
        }
        Ok(grants)
    }

    /// The id of the grant that an earlier request like this one made.
    pub(crate) fn made_before(&self, ctx: &mut Ctx<'_>, fingerprint: &[u8]) -> Result<Option<String>> {
        Ok(ctx.get::<NamedRecord>(&self.named(fingerprint))?.map(|NamedRecord(id)| id))
    }

    /// Refuses one more grant if the quota is used up.
    pub(crate) fn check_quota(&self, ctx: &mut Ctx<'_>, grant: &str) -> Result<()> {
        let most = ctx.limit_of(self.scope, &GRANTS_PER_KEY);
        let CountRecord(mine) = ctx.get(&self.count(grant))?.unwrap_or_default();
        if mine < most * UNDOUBTED / 1_000 || self.counted(ctx)? < most {
            return Ok(());
        }
        let arn = self.key.arn(self.scope);
        Err(error::limit_exceeded(format!("{arn} has reached the quota of {most} grants for a KMS key.")).into())
    }

    fn counted(&self, ctx: &mut Ctx<'_>) -> Result<u64> {
        let parts: Vec<(Key, CountRecord)> = ctx.scan(&self.counts(), None, PARTS)?;
        Ok(parts.iter().map(|(_, CountRecord(count))| count).sum())
    }

    /// Stores a new grant.
    pub(crate) fn add(&self, ctx: &mut Ctx<'_>, grant: &GrantRecord) -> Result<()> {
        let holder = holder_of(&grant.grantee);
        ctx.put(&self.held(holder).text(&grant.id), grant)?;
        ctx.put(&self.listed().text(&grant.id), &HolderRecord(holder.to_owned()))?;
        if let Some(place) = grant.retiring.as_ref().and_then(|retiring| self.retirable(retiring, &grant.id)) {
            let owner = self.scope.account.to_string();
            let (key, stem, grant) = (self.key.clone(), self.stem.clone(), grant.id.clone());
            ctx.put(&place, &RetirableRecord { owner, key, stem, grant })?;
        }
        if let Some(fingerprint) = grant.fingerprint() {
            ctx.put(&self.named(&fingerprint), &NamedRecord(grant.id.clone()))?;
        }
        let place = self.count(&grant.id);
        let CountRecord(count) = ctx.get(&place)?.unwrap_or_default();
        ctx.put(&place, &CountRecord(count.saturating_add(1)))?;
        // Only of a key that has some is anybody's grant looked for.
        let mark = granted(self.scope, &self.key);
        if ctx.exists(&mark)? { Ok(()) } else { ctx.put(&mark, &Mark) }
    }

    /// Removes a grant.
    pub(crate) fn remove(&self, ctx: &mut Ctx<'_>, grant: &GrantRecord) -> Result<()> {
        self.erase(ctx, grant)?;
        let place = self.count(&grant.id);
        let CountRecord(count) = ctx.get(&place)?.unwrap_or_default();
        if count > 1 {
            return ctx.put(&place, &CountRecord(count - 1));
        }
        ctx.delete(&place)?;
        if self.counted(ctx)? > 0 { Ok(()) } else { ctx.delete(&granted(self.scope, &self.key)) }
    }

    /// Removes up to `limit` grants of a key that is gone; whether more are left.
    pub(crate) fn clear(&self, ctx: &mut Ctx<'_>, limit: usize) -> Result<bool> {
        let grants = self.page(ctx, None, limit)?;
        for grant in &grants {
            self.erase(ctx, grant)?;
        }
        if grants.len() == limit {
            return Ok(true);
        }
        let parts: Vec<(Key, CountRecord)> = ctx.scan(&self.counts(), None, PARTS)?;
        parts.iter().try_for_each(|(place, _)| ctx.delete(place))?;
        Ok(false)
    }

    fn erase(&self, ctx: &mut Ctx<'_>, grant: &GrantRecord) -> Result<()> {
        ctx.delete(&self.held(holder_of(&grant.grantee)).text(&grant.id))?;
        ctx.delete(&self.listed().text(&grant.id))?;
        if let Some(place) = grant.retiring.as_ref().and_then(|retiring| self.retirable(retiring, &grant.id)) {
            ctx.delete(&place)?;
        }
        match grant.fingerprint() {
            Some(fingerprint) => ctx.delete(&self.named(&fingerprint)),
            None => Ok(()),
        }
    }
}

impl RetirableRecord {
    /// The key that the grant is on, and the grant; `None` if it is gone.
    pub(crate) fn find(&self, ctx: &mut Ctx<'_>, region: Region) -> Result<Option<(Scope, KeyId, GrantRecord)>> {
        let Ok(account) = self.owner.parse::<AccountId>() else { return Ok(None) };
        let scope = Scope { account, region };
        let ring = Ring { scope, key: self.key.clone(), stem: self.stem.clone() };
        // What is left of a key that was deleted is no grant any more.
        let key = ctx.get::<KeyRecord>(&KeyRecord::key(scope, &self.key))?;
        if key.is_none_or(|key| Ring::new(scope, &self.key, key.created).stem != self.stem) {
            return Ok(None);
        }
        Ok(ring.find(ctx, &self.grant)?.map(|grant| (scope, self.key.clone(), grant)))
    }
}

/// Where the grants are listed that a principal may retire.
pub(crate) fn retirable(scope: Scope, party: &Party) -> Key {
    Key::new(Space::regional(scope), "kms.retirable").text(party.as_str())
}

/// The mark of a key that has grants, below the key's root.
pub(crate) fn granted(scope: Scope, key: &KeyId) -> Key {
    KeyRecord::key(scope, key).text("granted")
}

impl GrantRecord {
    /// What makes two requests of one name the same; `None` without a name.
    pub(crate) fn fingerprint(&self) -> Option<[u8; 32]> {
        let mut operations: Vec<&str> = self.operations.iter().map(String::as_str).collect();
        operations.sort_unstable();
        let party = |party: &Party| party.as_str().to_owned();
        let same = (
            self.name.as_ref()?,
            &self.issuer,
            party(&self.grantee),
            self.retiring.as_ref().map(|(retiring, _)| party(retiring)),
            operations,
            &self.constraints,
        );
        // Encoding strings and maps does not fail.
        serde_json::to_vec(&same).ok().map(|bytes| primitives::sha256(&bytes))
    }

    /// What decisions are made with.
    pub(crate) fn compiled(&self) -> policy::Grant {
        let actions = self.operations.iter().filter_map(|word| action(word));
        policy::Grant::new(self.id.as_str(), self.grantee.as_str(), actions, self.constraints.compiled())
    }

    /// Whether it gives an operation.
    pub(crate) fn gives(&self, operation: GrantOperation) -> bool {
        self.operations.iter().any(|word| word == operation.as_str())
    }
}

impl Constraints {
    fn compiled(&self) -> Vec<GrantConstraint> {
        let pairs = |pairs: &BTreeMap<String, String>| (!pairs.is_empty()).then(|| pairs.clone());
        [
            pairs(&self.equals).map(GrantConstraint::ContextEquals),
            pairs(&self.subset).map(GrantConstraint::ContextSubset),
            self.source.clone().map(GrantConstraint::SourceArn),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}

/// The actions of AWS's 19 grant operations. Source: KMS API Reference, CreateGrant.
const ACTIONS: [&str; 19] = [
    "kms:Decrypt",
    "kms:Encrypt",
    "kms:GenerateDataKey",
    "kms:GenerateDataKeyWithoutPlaintext",
    "kms:ReEncryptFrom",
    "kms:ReEncryptTo",
    "kms:Sign",
    "kms:Verify",
    "kms:GetPublicKey",
    "kms:CreateGrant",
    "kms:RetireGrant",
    "kms:DescribeKey",
    "kms:GenerateDataKeyPair",
    "kms:GenerateDataKeyPairWithoutPlaintext",
    "kms:GenerateMac",
    "kms:VerifyMac",
    "kms:DeriveSharedSecret",
    "kms:Encapsulate",
    "kms:Decapsulate",
];

/// The action of a grant operation, by AWS's word for it; what is no grant operation gives nothing.
fn action(word: &str) -> Option<&'static str> {
    ACTIONS.into_iter().find(|action| action.strip_prefix("kms:") == Some(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_grant_operation_has_its_action() {
        for operation in GrantOperation::ALL {
            assert!(action(operation.as_str()).is_some(), "{}", operation.as_str());
        }
        assert_eq!(GrantOperation::ALL.len(), ACTIONS.len());
        assert_eq!(action("PutKeyPolicy"), None);
    }

    #[test]
    fn requests_are_the_same_whatever_the_order_of_their_operations() {
        let grant = |name: Option<&str>, operations: &[&str]| GrantRecord {
            id: "0".repeat(64),
            name: name.map(str::to_owned),
            created: Timestamp::from_millis(0).into(),
            issuer: "111122223333".to_owned(),
            grantee: Party::service("s3.us-east-1.amazonaws.com"),
            retiring: None,
            operations: operations.iter().map(|word| (*word).to_owned()).collect(),
            constraints: Constraints::default(),
        };
        let first = grant(Some("a"), &["Decrypt", "Encrypt"]).fingerprint();
        assert!(first.is_some() && first == grant(Some("a"), &["Encrypt", "Decrypt"]).fingerprint());
        assert_ne!(first, grant(Some("b"), &["Decrypt", "Encrypt"]).fingerprint());
        assert_ne!(first, grant(Some("a"), &["Decrypt"]).fingerprint());
        assert_eq!(grant(None, &["Decrypt"]).fingerprint(), None);
    }
}
