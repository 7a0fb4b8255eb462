//! Between the ARNs by which people name users and roles, and the unique ids by which stored policies do.
//!
//! Guarantees: an ARN leads to the entity that has this name, path and kind now, in the case that it is spelt; an id whose
//! entity is gone leads nowhere. Source: IAM User Guide, "AWS JSON policy elements: Principal".

use super::{EntityKind, Named, Reads, Role, User, entity, find};
use base::{AccountId, Arn, Partition};
use policy::Document;

/// Whether an ARN names a user, a role or a session of one, and so somebody with a unique id.
pub fn has_id(arn: &str) -> bool {
    session(arn).is_some()
        || parse(arn).is_some_and(|(_, kind, ..)| matches!(kind, EntityKind::User | EntityKind::Role))
}

/// The unique id of the user, role or role session (`AROA…:name`) that an ARN names; `None` if there is none.
pub fn id_of_arn<R: Reads>(records: &mut R, arn: &str) -> Result<Option<String>, R::Error> {
    if let Some((account, role, session)) = session(arn) {
        let found = find::<Role, R>(records, account, &role)?.filter(|found| found.name == role);
        return Ok(found.map(|role| format!("{}:{session}", role.id)));
    }
    let Some((account, kind, path, name)) = parse(arn) else { return Ok(None) };
    match kind {
        EntityKind::User => Ok(id_of(find::<User, R>(records, account, &name)?, &path, &name)),
        EntityKind::Role => Ok(id_of(find::<Role, R>(records, account, &name)?, &path, &name)),
        _ => Ok(None),
    }
}

/// The ARN of the user, role or role session that has a unique id; `None` when it is gone.
pub fn arn_of_id<R: Reads>(records: &mut R, id: &str, partition: Partition) -> Result<Option<String>, R::Error> {
    let (id, session) = id.split_once(':').map_or((id, None), |(id, session)| (id, Some(session)));
    let Some(entity) = entity(records, id)? else { return Ok(None) };
    let Some(account) = entity.account() else { return Ok(None) };
    Ok(match (entity.kind, session) {
        (EntityKind::Role, Some(session)) => {
            Some(format!("arn:{partition}:sts::{account}:assumed-role/{}/{session}", entity.name))
        }
        (EntityKind::User | EntityKind::Role, None) => {
            let (kind, path, name) = (entity.kind.as_str(), &entity.path, &entity.name);
            Some(format!("arn:{partition}:iam::{account}:{kind}{path}{name}"))
        }
        _ => None,
    })
}

/// The text of a policy with users, roles and sessions named by their unique ids, as it is stored. The error within is a
/// principal that is nobody, or an id: that is what is shown of somebody who is gone, and nobody can be named by it anew.
pub fn bind<R: Reads>(records: &mut R, document: &Document) -> Result<Result<String, String>, R::Error> {
    enum Unbound<E> {
        Nobody(String),
        Failed(E),
    }
    let is_id = |principal: &str| ["AIDA", "AROA"].iter().any(|prefix| principal.starts_with(prefix));
    let bound =
        document.rename_principals(|principal| match id_of_arn(records, principal).map_err(Unbound::Failed)? {
            Some(id) => Ok(Some(id)),
            None if has_id(principal) || is_id(principal) => Err(Unbound::Nobody(principal.to_owned())),
            None => Ok(None),
        });
    match bound {
        Ok(text) => Ok(Ok(text)),
        Err(Unbound::Nobody(principal)) => Ok(Err(principal)),
        Err(Unbound::Failed(error)) => Err(error),
    }
}

/// The text of a stored policy as people read it; somebody who is gone is shown by the id.
pub fn unbind<R: Reads>(records: &mut R, document: &Document, partition: Partition) -> Result<String, R::Error> {
    document.rename_principals(|principal| arn_of_id(records, principal, partition))
}

/// Account, kind, path and name that an ARN of IAM says.
pub fn parse(arn: &str) -> Option<(AccountId, EntityKind, String, String)> {
    let arn: Arn = arn.parse().ok()?;
    if arn.service != "iam" || !arn.region.is_empty() {
        return None;
    }
    let account = arn.account.parse().ok()?;
    let (kind, rest) = arn.resource.split_once('/')?;
    let kind = match kind {
        "user" => EntityKind::User,
        "group" => EntityKind::Group,
        "role" => EntityKind::Role,
        "policy" => EntityKind::Policy,
        "instance-profile" => EntityKind::InstanceProfile,
        _ => return None,
    };
    let (path, name) = rest.rsplit_once('/').map_or(("/".to_owned(), rest), |(path, name)| (format!("/{path}/"), name));
    (!name.is_empty()).then(|| (account, kind, path, name.to_owned()))
}

/// Account, role and session that an ARN of STS says.
fn session(arn: &str) -> Option<(AccountId, String, String)> {
    let arn: Arn = arn.parse().ok()?;
    let (role, session) = arn.resource.strip_prefix("assumed-role/")?.split_once('/')?;
    let sound = arn.service == "sts" && arn.region.is_empty() && !role.is_empty() && !session.is_empty();
    sound.then(|| Some((arn.account.parse().ok()?, role.to_owned(), session.to_owned())))?
}

fn id_of<N: Named>(found: Option<N>, path: &str, name: &str) -> Option<String> {
    found.filter(|found| found.name() == name && found.path() == path).map(|found| found.id().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_arn_is_taken_apart_with_its_path() {
        let (account, kind, path, name) = parse("arn:aws:iam::111122223333:role/a/b/app").unwrap();
        assert_eq!(
            (account.as_str(), kind, path.as_str(), name.as_str()),
            ("111122223333", EntityKind::Role, "/a/b/", "app")
        );
        assert_eq!(parse("arn:aws:iam::111122223333:user/alice").unwrap().2, "/");
        for other in [
            "arn:aws:iam::111122223333:root",
            "arn:aws:iam::aws:policy/AdministratorAccess",
            "arn:aws:sts::111122223333:assumed-role/app/s",
            "arn:aws:iam::111122223333:user/",
            "arn:aws:iam::111122223333:mfa/phone",
        ] {
            assert!(parse(other).is_none(), "{other}");
        }
    }
}
