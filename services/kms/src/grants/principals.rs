//! Who has a grant, and who may retire it.
//!
//! Guarantees: users and roles are kept by their unique ids, so that who is made again under an old name has inherited
//! nothing; a principal that does not exist is refused. Source: KMS API Reference, CreateGrant.

use crate::error;
use base::{AccountId, Arn, Partition};
use directory::records::{arn_of_id, has_id, id_of_arn};
use kernel::{Ctx, Result};
use policy::{Identity, Principal};
use serde::{Deserialize, Serialize};

/// A principal of a grant as it is stored: a unique id (`AIDA…`, `AROA…`, `AROA…:session`), the ARN of an account or a
/// federated user, or a service's name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Party(String);

impl Party {
    /// A service by its name.
    pub(crate) fn service(name: impl Into<String>) -> Self {
        Self(name.into())
    }

    /// An account.
    pub(crate) fn account(partition: Partition, account: AccountId) -> Self {
        Self(format!("arn:{partition}:iam::{account}:root"))
    }

    /// As it is stored, and as policies name it.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it is a service.
    pub(crate) fn is_service(&self) -> bool {
        !self.0.contains(':') && self.0.contains('.')
    }

    /// Its ARN or, of a service, its name; who is gone is shown by the unique id.
    pub(crate) fn shown(&self, ctx: &mut Ctx<'_>, partition: Partition) -> Result<String> {
        if self.is_service() || self.0.starts_with("arn:") {
            return Ok(self.0.clone());
        }
        Ok(arn_of_id(ctx, &self.0, partition)?.unwrap_or_else(|| self.0.clone()))
    }
}

/// At whom the grants of a party lie: a user, a role with all its sessions, a service, or an account with its federated
/// users.
pub(crate) fn holder_of(party: &Party) -> &str {
    let text = party.as_str();
    match text.strip_prefix("arn:") {
        Some(rest) => rest.split(':').nth(3).unwrap_or(text),
        None => text.split(':').next().unwrap_or(text),
    }
}

/// At whom the grants lie that may be a caller's.
pub(crate) fn holders(caller: &Principal) -> Vec<&str> {
    let account = caller.account.as_str();
    match &caller.identity {
        Identity::Root | Identity::Federated { user: None, .. } => vec![account],
        Identity::User(entity)
        | Identity::Role { role: entity, .. }
        | Identity::Federated { user: Some(entity), .. } => vec![&entity.id, account],
        Identity::Service { name } => vec![name],
        Identity::External { .. } | Identity::Anonymous => Vec::new(),
    }
}

/// The party that an ARN names, and its account.
pub(crate) fn bind(ctx: &mut Ctx<'_>, arn: &str) -> Result<(Party, AccountId)> {
    match known(ctx, arn)? {
        Some(found) => Ok(found),
        None => Err(error::invalid_principal(arn).into()),
    }
}

/// The party that an ARN names, if it names one that is there.
pub(crate) fn known(ctx: &mut Ctx<'_>, arn: &str) -> Result<Option<(Party, AccountId)>> {
    let partition = ctx.partition();
    let Some((account, parsed)) = account_of(arn, partition) else { return Ok(None) };
    let is_account = parsed.service == "iam" && parsed.resource == "root";
    let is_federated = parsed.service == "sts"
        && parsed.resource.strip_prefix("federated-user/").is_some_and(|name| !name.is_empty() && !name.contains('/'));
    let bound = if is_account || is_federated {
        ctx.account(account)?.map(|_| arn.to_owned())
    } else if has_id(arn) {
        id_of_arn(ctx, arn)?
    } else {
        None
    };
    Ok(bound.map(|bound| (Party(bound), account)))
}

/// The account of a principal's ARN in a partition, and the ARN.
pub(crate) fn account_of(arn: &str, partition: Partition) -> Option<(AccountId, Arn)> {
    let parsed: Arn = arn.parse().ok()?;
    let sound = parsed.partition == partition.to_string()
        && parsed.region.is_empty()
        && matches!(parsed.service.as_str(), "iam" | "sts");
    let account = parsed.account.parse().ok()?;
    sound.then_some((account, parsed))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grants_lie_where_their_holders_are_looked_for() {
        for (party, holder) in [
            ("AIDAALICE", "AIDAALICE"),
            ("AROAAPP", "AROAAPP"),
            ("AROAAPP:s1", "AROAAPP"),
            ("AROAAPP:a.b", "AROAAPP"),
            ("arn:aws:iam::111122223333:root", "111122223333"),
            ("arn:aws-cn:sts::111122223333:federated-user/bob", "111122223333"),
            ("dynamodb.us-east-1.amazonaws.com", "dynamodb.us-east-1.amazonaws.com"),
        ] {
            assert_eq!(holder_of(&Party(party.to_owned())), holder);
        }
        assert!(Party::service("a.b.c").is_service() && !Party("AROAAPP:a.b".to_owned()).is_service());
    }

    #[test]
    fn an_arn_is_a_principals_only_in_its_partition() {
        let account = |arn: &str| account_of(arn, Partition::Aws).map(|(account, _)| account.to_string());
        assert_eq!(account("arn:aws:iam::111122223333:user/alice").as_deref(), Some("111122223333"));
        for arn in ["arn:aws-cn:iam::111122223333:user/alice", "arn:aws:s3:::bucket", "111122223333", "alice"] {
            assert_eq!(account(arn), None, "{arn}");
        }
    }
}
