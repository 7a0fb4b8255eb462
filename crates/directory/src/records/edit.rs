//! The functions that keep records, indexes and counts in step.
//!
//! They check nothing that IAM's API checks (limits, conflicts on deletion): that is for the service, whose words the
//! refusals are. They work in a call's context as in a seed's transaction.

use super::{
    AccessKey, Account, EntityKind, Group, Holder, Named, Owner, Reads, ServiceUse, User, Writes, first_version,
};
use base::AccountId;
use serde::{Deserialize, Serialize};
use store::{Key, Part, Space};

/// Whose a unique id is. Kept over all accounts, since the policies of one may name users and roles of another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entity {
    account: String,
    /// What it is.
    pub kind: EntityKind,
    /// Its name now.
    pub name: String,
    /// Its path now.
    pub path: String,
}

/// How often a managed policy, a customer's or AWS's, is attached in an account.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachments {
    /// To users, groups and roles.
    pub policies: u32,
    /// As a permissions boundary.
    pub boundaries: u32,
}

/// How many of something an account has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Count(pub u64);

/// A record that says something by being there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark;

first_version!(Entity, Attachments, Count, Mark);

impl Entity {
    /// The account; `None` for a damaged record.
    pub fn account(&self) -> Option<AccountId> {
        self.account.parse().ok()
    }

    /// Where the entry of a unique id is.
    pub fn key(id: &str) -> Key {
        Key::new(Space::system(), "directory.entity").text(id)
    }

    fn of<N: Named>(account: AccountId, named: &N) -> Self {
        Self {
            account: account.to_string(),
            kind: N::KIND,
            name: named.name().to_owned(),
            path: named.path().to_owned(),
        }
    }
}

impl Attachments {
    /// The numbers of all policies that are attached, by ARN.
    pub fn all(account: AccountId) -> Key {
        Key::new(Space::account(account), "directory.attachments")
    }

    /// Where the numbers of a policy are.
    pub fn key(account: AccountId, arn: &str) -> Key {
        Self::all(account).text(arn)
    }
}

impl Count {
    /// Where a count is; `what` is an [`EntityKind`] in words, or another word of the service's own.
    pub fn key(account: AccountId, what: &str) -> Key {
        Key::new(Space::account(account), "directory.count").text(what)
    }
}

impl Mark {
    /// All that a policy is attached to, as kind and unique id; see [`attached_to`].
    pub fn attached(account: AccountId, arn: &str) -> Key {
        Key::new(Space::account(account), "directory.attached").text(arn)
    }

    /// All that a policy is the boundary of, likewise.
    pub fn bounded(account: AccountId, arn: &str) -> Key {
        Key::new(Space::account(account), "directory.bounded").text(arn)
    }

    /// The members of a group, by unique id.
    pub fn members(account: AccountId, group_id: &str) -> Key {
        Key::new(Space::account(account), "directory.member").text(group_id)
    }
}

/// The one of this name, however it is spelt.
pub fn find<N: Named, R: Reads>(records: &mut R, account: AccountId, name: &str) -> Result<Option<N>, R::Error> {
    Ok(records.get::<N>(&N::key(account, name))?.map(|found| found.under(name)))
}

/// Whose a unique id is now.
pub fn entity<R: Reads>(records: &mut R, id: &str) -> Result<Option<Entity>, R::Error> {
    records.get(&Entity::key(id))
}

/// Adds a user, group, role, policy or instance profile; false if the name is taken.
pub fn add<N: Named, W: Writes>(records: &mut W, account: AccountId, new: &N) -> Result<bool, W::Error> {
    if !records.insert(&N::key(account, new.name()), new)? {
        return Ok(false);
    }
    records.put(&Entity::key(new.id()), &Entity::of(account, new))?;
    bump(records, account, N::KIND.as_str(), 1)?;
    Ok(true)
}

/// Puts `new` in the place of `old`, which is stored; both have the same id. False if its name is another's.
pub fn replace<N: Named, W: Writes>(records: &mut W, account: AccountId, old: &N, new: &N) -> Result<bool, W::Error> {
    let (from, to) = (N::key(account, old.name()), N::key(account, new.name()));
    if from == to {
        records.put(&to, new)?;
    } else {
        if !records.insert(&to, new)? {
            return Ok(false);
        }
        records.delete(&from)?;
    }
    if (old.name(), old.path()) != (new.name(), new.path()) {
        records.put(&Entity::key(new.id()), &Entity::of(account, new))?;
    }
    Ok(true)
}

/// Uses that are removed at a time.
const CHUNK: usize = 256;

/// Removes what is stored, and what was noted of its uses. What refers to it (attachments, memberships, keys) must be
/// gone.
pub fn remove<N: Named, W: Writes>(records: &mut W, account: AccountId, old: &N) -> Result<(), W::Error> {
    records.delete(&N::key(account, old.name()))?;
    records.delete(&Entity::key(old.id()))?;
    if matches!(N::KIND, EntityKind::User | EntityKind::Role) {
        let all = ServiceUse::of(account, old.id());
        let mut after: Option<Key> = None;
        loop {
            let some: Vec<(Key, ServiceUse)> = records.scan(&all, after.as_ref(), CHUNK)?;
            some.iter().try_for_each(|(key, _)| records.delete(key))?;
            if some.len() < CHUNK {
                break;
            }
            after = some.last().map(|(key, _)| key.clone());
        }
    }
    bump(records, account, N::KIND.as_str(), -1)
}

/// Attaches a managed policy to a user, group or role that is stored; false if it was attached already.
pub fn attach<H: Holder, W: Writes>(
    records: &mut W,
    account: AccountId,
    holder: &mut H,
    arn: &str,
) -> Result<bool, W::Error> {
    if !holder.attached_mut().insert(arn.to_owned()) {
        return Ok(false);
    }
    records.put(&H::key(account, holder.name()), holder)?;
    records.put(&holder_mark(Mark::attached(account, arn), holder), &Mark)?;
    change_attachments(records, account, arn, |known| known.policies = known.policies.saturating_add(1))?;
    Ok(true)
}

/// Detaches a managed policy; false if it was not attached.
pub fn detach<H: Holder, W: Writes>(
    records: &mut W,
    account: AccountId,
    holder: &mut H,
    arn: &str,
) -> Result<bool, W::Error> {
    if !holder.attached_mut().remove(arn) {
        return Ok(false);
    }
    records.put(&H::key(account, holder.name()), holder)?;
    records.delete(&holder_mark(Mark::attached(account, arn), holder))?;
    change_attachments(records, account, arn, |known| known.policies = known.policies.saturating_sub(1))?;
    Ok(true)
}

/// Sets or takes away the boundary of a user or role that is stored. Groups have none, and stay as they are.
pub fn set_boundary<H: Holder, W: Writes>(
    records: &mut W,
    account: AccountId,
    holder: &mut H,
    arn: Option<&str>,
) -> Result<(), W::Error> {
    let Some(place) = holder.boundary_mut() else { return Ok(()) };
    let old = std::mem::replace(place, arn.map(str::to_owned));
    if old.as_deref() == arn {
        return Ok(());
    }
    records.put(&H::key(account, holder.name()), holder)?;
    if let Some(old) = old {
        records.delete(&holder_mark(Mark::bounded(account, &old), holder))?;
        change_attachments(records, account, &old, |known| known.boundaries = known.boundaries.saturating_sub(1))?;
    }
    if let Some(new) = arn {
        records.put(&holder_mark(Mark::bounded(account, new), holder), &Mark)?;
        change_attachments(records, account, new, |known| known.boundaries = known.boundaries.saturating_add(1))?;
    }
    Ok(())
}

fn holder_mark<H: Holder>(policy: Key, holder: &H) -> Key {
    policy.text(H::KIND.as_str()).text(holder.id())
}

fn change_attachments<W: Writes>(
    records: &mut W,
    account: AccountId,
    arn: &str,
    change: impl FnOnce(&mut Attachments),
) -> Result<(), W::Error> {
    let key = Attachments::key(account, arn);
    let mut known = records.get::<Attachments>(&key)?.unwrap_or_default();
    change(&mut known);
    if known == Attachments::default() { records.delete(&key) } else { records.put(&key, &known) }
}

/// Unique ids of those of one kind that a policy is attached to, in order and after `after`. `marks` is
/// [`Mark::attached`] or [`Mark::bounded`] of the policy.
pub fn attached_to<R: Reads>(
    records: &mut R,
    marks: Key,
    kind: EntityKind,
    after: Option<&str>,
    limit: usize,
) -> Result<Vec<String>, R::Error> {
    ids_below(records, &marks.text(kind.as_str()), after, limit)
}

/// Puts a user into a group; false if it was in it already. Both are stored.
pub fn join<W: Writes>(records: &mut W, account: AccountId, user: &mut User, group: &Group) -> Result<bool, W::Error> {
    if !user.groups.insert(group.id.clone()) {
        return Ok(false);
    }
    records.put(&User::key(account, &user.name), user)?;
    records.put(&Mark::members(account, &group.id).text(&user.id), &Mark)?;
    Ok(true)
}

/// Takes a user out of a group; false if it was not in it.
pub fn leave<W: Writes>(records: &mut W, account: AccountId, user: &mut User, group: &Group) -> Result<bool, W::Error> {
    if !user.groups.remove(&group.id) {
        return Ok(false);
    }
    records.put(&User::key(account, &user.name), user)?;
    records.delete(&Mark::members(account, &group.id).text(&user.id))?;
    Ok(true)
}

/// Unique ids of a group's members, in order and after `after`.
pub fn members<R: Reads>(
    records: &mut R,
    account: AccountId,
    group: &Group,
    after: Option<&str>,
    limit: usize,
) -> Result<Vec<String>, R::Error> {
    ids_below(records, &Mark::members(account, &group.id), after, limit)
}

fn ids_below<R: Reads>(
    records: &mut R,
    prefix: &Key,
    after: Option<&str>,
    limit: usize,
) -> Result<Vec<String>, R::Error> {
    let after = after.map(|id| prefix.clone().text(id));
    let marks = records.scan::<Mark>(prefix, after.as_ref(), limit)?;
    let last = |key: &Key| match key.parts().pop() {
        Some(Part::Text(id)) => Some(id),
        _ => None,
    };
    Ok(marks.iter().filter_map(|(key, _)| last(key)).collect())
}

/// Gives an access key to the owner that it names; false if the id is taken, or the owner is not there.
pub fn add_access_key<W: Writes>(records: &mut W, id: &str, key: &AccessKey) -> Result<bool, W::Error> {
    change_keys(records, key, |keys| keys.push(id.to_owned()), |records| records.insert(&AccessKey::key(id), key))
}

/// Takes an access key away from its owner.
pub fn remove_access_key<W: Writes>(records: &mut W, id: &str, key: &AccessKey) -> Result<(), W::Error> {
    let delete = |records: &mut W| records.delete(&AccessKey::key(id)).map(|()| true);
    change_keys(records, key, |keys| keys.retain(|known| known != id), delete)?;
    if let Some(account) = key.account() {
        records.delete(&super::KeyUse::key(account, id))?;
    }
    Ok(())
}

/// Changes the owner's list of keys if `change` says that the key itself was changed.
fn change_keys<W: Writes>(
    records: &mut W,
    key: &AccessKey,
    list: impl FnOnce(&mut Vec<String>),
    change: impl FnOnce(&mut W) -> Result<bool, W::Error>,
) -> Result<bool, W::Error> {
    let Some(account) = key.account() else { return Ok(false) };
    let name = match &key.owner {
        Owner::Root => {
            let Some(mut owner) = records.get::<Account>(&Account::key(account))? else { return Ok(false) };
            list(&mut owner.access_keys);
            return Ok(change(records)? && records.put(&Account::key(account), &owner).map(|()| true)?);
        }
        Owner::Named(name) => Some(name.clone()),
        Owner::User(id) => entity(records, id)?.map(|entity| entity.name),
    };
    let Some(name) = name else { return Ok(false) };
    let Some(mut owner) = find::<User, W>(records, account, &name)? else { return Ok(false) };
    list(&mut owner.access_keys);
    Ok(change(records)? && records.put(&User::key(account, &name), &owner).map(|()| true)?)
}

/// How many of something an account has.
pub fn count<R: Reads>(records: &mut R, account: AccountId, what: &str) -> Result<u64, R::Error> {
    Ok(records.get::<Count>(&Count::key(account, what))?.unwrap_or_default().0)
}

/// Counts `by` more, or fewer.
pub fn bump<W: Writes>(records: &mut W, account: AccountId, what: &str, by: i64) -> Result<(), W::Error> {
    let known = count(records, account, what)?;
    records.put(&Count::key(account, what), &Count(known.saturating_add_signed(by)))
}
