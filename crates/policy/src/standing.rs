//! How a principal stands to those that a policy names.
//!
//! Guarantees: users and roles that are named by their unique id match by it alone; whom the house does not know matches
//! nobody; `NotPrincipal` spares only those who are named in all their identities.
//! Sources: IAM User Guide, "AWS JSON policy elements: Principal", "…: NotPrincipal"; "How AWS enforcement code logic
//! evaluates requests".

use crate::code::Reader;
use crate::compile::tag;
use crate::principal::{Entity, Identity, Principal};
use base::AccountId;

/// How far an Allow that names a principal reaches. Later ones reach further.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Standing {
    /// Through the account: its own policies have to allow as well.
    Account,
    /// Through the role of a session, or the user behind one: the session's limits hold.
    Entity,
    /// Itself, or as one of everybody: nothing else has to allow.
    Direct,
}

/// One principal that a policy names.
#[derive(Clone, Copy)]
enum Named<'p> {
    Everyone,
    Account(AccountId),
    User(AccountId, &'p [u8]),
    Role(AccountId, &'p [u8]),
    Session(AccountId, &'p [u8], &'p [u8]),
    FederatedUser(AccountId, &'p [u8]),
    Id(&'p [u8]),
    SessionOf(&'p [u8], &'p [u8]),
    Service(&'p [u8]),
    Provider(&'p [u8]),
    Other,
}

fn each(mut principals: Reader<'_>) -> impl Iterator<Item = Named<'_>> {
    std::iter::from_fn(move || {
        let code = &mut principals;
        Some(match code.byte()? {
            tag::EVERYONE => Named::Everyone,
            tag::ACCOUNT => Named::Account(code.account()?),
            tag::USER => Named::User(code.account()?, code.bytes()?),
            tag::ROLE => Named::Role(code.account()?, code.bytes()?),
            tag::SESSION => Named::Session(code.account()?, code.bytes()?, code.bytes()?),
            tag::FEDERATED_USER => Named::FederatedUser(code.account()?, code.bytes()?),
            tag::ID => Named::Id(code.bytes()?),
            tag::SESSION_OF => Named::SessionOf(code.bytes()?, code.bytes()?),
            tag::SERVICE => Named::Service(code.bytes()?),
            tag::PROVIDER => Named::Provider(code.bytes()?),
            _ => {
                code.bytes()?;
                Named::Other
            }
        })
    })
}

/// The furthest that one of the named reaches to a principal; `None` if none of them is it.
pub(crate) fn best(principals: Reader<'_>, principal: &Principal) -> Option<Standing> {
    each(principals).filter_map(|named| named.standing(principal)).max()
}

/// Whether nothing but `*` names a principal.
pub(crate) fn is_everyone_alone(principals: Reader<'_>, principal: &Principal) -> bool {
    each(principals).all(|named| matches!(named, Named::Everyone) || named.standing(principal).is_none())
}

/// Whether `NotPrincipal` spares a principal. One under a permissions boundary is never spared.
pub(crate) fn is_spared(principals: Reader<'_>, principal: &Principal, is_bounded: bool) -> bool {
    if is_bounded {
        return false;
    }
    let names = |is: &dyn Fn(Named<'_>) -> bool| each(principals).any(is);
    let is = |standing: Standing| names(&|named| named.standing(principal) == Some(standing));
    if names(&|named| matches!(named, Named::Everyone)) {
        return true;
    }
    let account = || names(&|named| matches!(named, Named::Account(account) if account == principal.account));
    match &principal.identity {
        Identity::Root => account(),
        Identity::User(_) => account() && is(Standing::Direct),
        Identity::Role { .. } => account() && is(Standing::Entity) && is(Standing::Direct),
        Identity::Federated { .. } => account() && is(Standing::Direct),
        Identity::External { .. } | Identity::Service { .. } => is(Standing::Direct),
        Identity::Anonymous => false,
    }
}

impl Named<'_> {
    fn standing(self, principal: &Principal) -> Option<Standing> {
        let account = principal.account;
        let at = |named: AccountId, path: &[u8], entity: &Entity| {
            named == account && path.strip_prefix(entity.path.as_bytes()) == Some(entity.name.as_bytes())
        };
        let same = |named: &[u8], own: &String| named == own.as_bytes();
        let identity = &principal.identity;
        match (self, identity) {
            (Self::Everyone, _) => Some(Standing::Direct),
            (Self::Account(named), _) => {
                (principal.belongs_to_account() && named == account).then_some(Standing::Account)
            }
            (Self::User(named, path), Identity::User(user)) => at(named, path, user).then_some(Standing::Direct),
            (Self::User(named, path), Identity::Federated { user: Some(user), .. }) => {
                at(named, path, user).then_some(Standing::Entity)
            }
            (Self::Role(named, path), Identity::Role { role, .. }) => at(named, path, role).then_some(Standing::Entity),
            (Self::Session(named, name, session), Identity::Role { role, session_name }) => {
                (named == account && same(name, &role.name) && same(session, session_name)).then_some(Standing::Direct)
            }
            (Self::FederatedUser(named, name), Identity::Federated { name: own, .. }) => {
                (named == account && same(name, own)).then_some(Standing::Direct)
            }
            (Self::Id(id), Identity::User(user)) => same(id, &user.id).then_some(Standing::Direct),
            (Self::Id(id), Identity::Federated { user: Some(user), .. }) => {
                same(id, &user.id).then_some(Standing::Entity)
            }
            (Self::Id(id), Identity::Role { role, .. }) => same(id, &role.id).then_some(Standing::Entity),
            (Self::SessionOf(id, session), Identity::Role { role, session_name }) => {
                (same(id, &role.id) && same(session, session_name)).then_some(Standing::Direct)
            }
            (Self::Service(named), Identity::Service { name }) => same(named, name).then_some(Standing::Direct),
            (Self::Provider(named), Identity::External { provider, .. }) => {
                same(named, provider).then_some(Standing::Direct)
            }
            _ => None,
        }
    }
}
