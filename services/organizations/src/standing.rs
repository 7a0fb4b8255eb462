//! Where the caller stands: in which organization, and as what.

use crate::error;
use crate::ids::Arns;
use crate::records::{Organization, Since};
use base::AccountId;
use directory::records::Account;
use kernel::{Ctx, Error, Lookup, Result};
use store::{Key, Record};

/// What can read records: the context of a resolver, and that of a handler.
pub(crate) trait Reads {
    fn read<R: Record>(&mut self, key: &Key) -> Result<Option<R>>;

    fn any_below(&mut self, prefix: &Key) -> Result<bool>;

    fn account(&self) -> AccountId;
}

impl Reads for Ctx<'_> {
    fn read<R: Record>(&mut self, key: &Key) -> Result<Option<R>> {
        self.get(key)
    }

    fn any_below(&mut self, prefix: &Key) -> Result<bool> {
        Ok(!self.scan::<Since>(prefix, None, 1)?.is_empty())
    }

    fn account(&self) -> AccountId {
        self.scope().account
    }
}

impl Reads for Lookup<'_, '_> {
    fn read<R: Record>(&mut self, key: &Key) -> Result<Option<R>> {
        self.get(key)
    }

    fn any_below(&mut self, prefix: &Key) -> Result<bool> {
        Ok(!self.scan::<Since>(prefix, None, 1)?.is_empty())
    }

    fn account(&self) -> AccountId {
        self.scope().account
    }
}

/// The organization of the caller's account.
pub(crate) struct Standing {
    /// The account that manages it.
    pub management: AccountId,
    /// The organization.
    pub organization: Organization,
    /// Whether the caller is of the management account.
    pub manages: bool,
}

impl Standing {
    /// Of a member; anybody else is told so.
    pub(crate) fn of(reads: &mut impl Reads) -> Result<Self> {
        Ok(Self::find(reads)?.ok_or_else(error::not_in_use)?)
    }

    /// `None` for an account that is in no organization.
    pub(crate) fn find(reads: &mut impl Reads) -> Result<Option<Self>> {
        let account = reads.account();
        let known = reads.read::<Account>(&Account::key(account))?;
        let Some(membership) = known.and_then(|known| known.membership) else { return Ok(None) };
        let broken = || Error::Internal(format!("account {account} is in an organization that is not there"));
        let management = membership.management().ok_or_else(broken)?;
        let organization = reads.read(&Organization::key(management))?.ok_or_else(broken)?;
        Ok(Some(Self { management, organization, manages: management == account }))
    }

    /// Whether the caller's account administers any service for the organization.
    pub(crate) fn is_delegate(&self, reads: &mut impl Reads) -> Result<bool> {
        let account = reads.account();
        reads.any_below(&Since::delegations_to(self.management, account.as_str()))
    }

    pub(crate) fn arns(&self) -> Arns<'_> {
        Arns::of(self.management, &self.organization)
    }

    /// Stores the organization after its counters or types changed.
    pub(crate) fn save(&self, ctx: &mut Ctx<'_>) -> Result<()> {
        ctx.put(&Organization::key(self.management), &self.organization)
    }
}
