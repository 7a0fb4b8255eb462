//! What the operator does to identities from the server's own side, where no AWS API could authorise it.
//!
//! Guarantee: it is in the audit log of the account like everything else, by the same transaction (I11).

use crate::access::AuditResource;
use crate::control::Kernel;
use crate::record;
use crate::road::outbox;
use base::{AccountId, Partition, Scope};
use directory::NewAdministrator;
use directory::records::Named as _;

impl Kernel {
    /// The partition that this server is in: that of its home Region.
    pub fn partition(&self) -> Partition {
        self.home.partition()
    }

    /// Makes the first administrator of an account, or another one. The words of a refusal are for the operator.
    pub fn create_administrator(
        &self,
        account: AccountId,
        user: &str,
    ) -> Result<Result<NewAdministrator, String>, store::Error> {
        let table = model::services().by_name("iam").ok_or_else(|| store::Error::Damaged("no model of IAM".into()))?;
        let partition = self.home.partition();
        let region = partition.global_region().unwrap_or(self.home);
        let call = self.own_call(table, "CreateAdministrator", Scope { account, region });
        let made = self.directory.create_administrator(account, user, partition, |transaction, user| {
            let arn = user.arn(partition, account);
            let details = format!("{{\"userName\":\"{}\",\"userId\":\"{}\"}}", user.name, user.id);
            let resource = AuditResource { arn, account, kind: "AWS::IAM::User" };
            let entry = record::service_event(&call, call.event_id, call.name, &[resource], &details);
            self.sequencer.enqueue(transaction, outbox(call.scope), &entry)
        })?;
        self.changed(call.scope, &[], &[]);
        Ok(made)
    }
}
