//! What the operator does to identities from the server's own side, where no AWS API could authorise it.
//!
//! Guarantee: it is in the audit log of the account like everything else, by the same transaction (I11).

use crate::access::AuditResource;
use crate::control::Kernel;
use crate::record;
use crate::road::outbox;
use base::{AccountId, Partition, Scope};
use directory::records::{AccessKey, Account, Named as _};
use directory::{NewAdministrator, NewRootKey};
use store::{Marker, Transaction};

impl Kernel {
    /// The partition that this server is in: that of its home Region.
    pub fn partition(&self) -> Partition {
        self.home.partition()
    }

    /// Changes what the operator keeps beside the accounts, on record as `name` in the log of the account that it concerns.
    /// `details` is a JSON object. The words of a refusal are for the operator; it changes nothing.
    pub fn operate<T>(
        &self,
        service: &'static str,
        name: &'static str,
        scope: Scope,
        details: &str,
        change: impl Fn(&mut Transaction) -> Result<Result<T, String>, store::Error>,
    ) -> Result<Result<T, String>, store::Error> {
        let table =
            model::services().by_name(service).ok_or_else(|| store::Error::Damaged("no such service".into()))?;
        let call = self.own_call(table, name, scope);
        let entry = record::service_event(&call, call.event_id, name, &[], details);
        let mut refusal = None;
        let done = self.store.transact(Marker(call.event_id), |transaction| {
            let changed = match change(transaction) {
                Ok(Ok(changed)) => changed,
                Ok(Err(words)) => {
                    refusal = Some(words);
                    // Nothing of it may be kept; who retries on this error is the road, which is not here.
                    return Err(store::Error::Unavailable("the operator's change was refused".into()));
                }
                Err(error) => return Err(error),
            };
            self.sequencer.enqueue(transaction, outbox(scope), &entry)?;
            Ok(changed)
        });
        if let Some(words) = refusal {
            return Ok(Err(words));
        }
        let changed = done?;
        self.changed(scope, &[], &[]);
        Ok(Ok(changed))
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

    /// Makes an access key of an account's root, which keeps those that it has or loses them from the next call on. It is
    /// on record as `name`. The words of a refusal are for the operator.
    pub fn create_root_key(
        &self,
        account: AccountId,
        name: &'static str,
        keep: bool,
    ) -> Result<Result<NewRootKey, String>, store::Error> {
        let table = model::services().by_name("iam").ok_or_else(|| store::Error::Damaged("no model of IAM".into()))?;
        let region = self.home.partition().global_region().unwrap_or(self.home);
        let call = self.own_call(table, name, Scope { account, region });
        let made = self.directory.create_root_key(account, keep, |transaction, made| {
            let deleted: Vec<String> = made.deleted.iter().map(|id| format!("\"{id}\"")).collect();
            let (id, deleted) = (&made.access_key_id, deleted.join(","));
            let details = format!("{{\"accessKeyId\":\"{id}\",\"deletedAccessKeyIds\":[{deleted}]}}");
            let entry = record::service_event(&call, call.event_id, call.name, &[], &details);
            self.sequencer.enqueue(transaction, outbox(call.scope), &entry)
        })?;
        let deleted = made.as_ref().map(|made| made.deleted.as_slice()).unwrap_or_default();
        let keys = deleted.iter().map(|id| AccessKey::key(id)).chain([Account::key(account)]);
        let written: Vec<Vec<u8>> = keys.map(|key| key.as_bytes().to_vec()).collect();
        self.changed(call.scope, &written, &[]);
        Ok(made)
    }
}
