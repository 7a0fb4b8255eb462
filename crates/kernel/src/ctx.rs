//! What a resolver and a handler can do: read, write, schedule, note for the audit — and nothing else.
//!
//! Guarantees: time and randomness come from here (I3); views come out only for permitted targets (I2); writes are
//! buffered in the call's transaction, and only an operation registered as writing may write.

use crate::access::{AuditResource, Permit};
use crate::call::{Call, Caller};
use crate::chore::Due;
use crate::control::Kernel;
use crate::errand::Brought;
use crate::error::{Error, Result};
use crate::guesses::Guesses;
use crate::meter::Bill;
use crate::prices::Class;
use crate::record::Notes;
use crate::registry::{Given, Operation};
use crate::views::{Reader, View};
use base::{AccountId, Partition, Rng, Scope, Timestamp};
use directory::records::{KeyUse, Reads, RoleUse, ServiceUse, Writes};
use directory::{AccountStanding, Authority, NewSession, NoSession, SessionGrant};
use model::Value;
use policy::Principal;
use std::any::Any;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use store::{Key, Record, Space, Transaction};

/// The transaction and audit entries of one run; shared by a call and the calls that it forwards.
pub(crate) struct Work {
    pub(crate) transaction: Option<Transaction>,
    pub(crate) writes: bool,
    /// Records of forwarded calls and service events, beside the call's own.
    pub(crate) entries: Vec<Aside>,
    /// Whose jobs changed.
    pub(crate) jobs_changed: Vec<Space>,
    /// Draws of forwarded calls on quotas in this run.
    pub(crate) draws: usize,
    /// Forwarded calls in this run.
    pub(crate) forwarded: usize,
    /// What the forwarded calls that succeeded are to be counted as, should the run succeed.
    pub(crate) bills: Vec<Bill>,
}

/// A record beside the call's own.
pub(crate) struct Aside {
    pub(crate) entry: audit::Entry,
    /// It tells of a change, and so is true only if the transaction is committed.
    pub(crate) tells_change: bool,
}

impl Work {
    pub(crate) fn new(writes: bool) -> Self {
        Self {
            transaction: None,
            writes,
            entries: Vec::new(),
            jobs_changed: Vec::new(),
            draws: 0,
            forwarded: 0,
            bills: Vec::new(),
        }
    }
}

/// The context of one run of one operation.
pub struct Ctx<'a> {
    pub(crate) kernel: &'a Kernel,
    pub(crate) call: &'a Call,
    pub(crate) work: &'a mut Work,
    pub(crate) permits: Vec<Permit>,
    pub(crate) decided: bool,
    /// Who the call turned out to be from, where nobody signs.
    pub(crate) speaker: Option<Arc<Authority>>,
    pub(crate) notes: Notes,
    /// What the resolver found out beside what the call reaches.
    found: Option<Arc<dyn Any + Send + Sync>>,
    /// What has to be done before the handler can run.
    pub(crate) chore: Option<Due>,
    /// How many forwarded calls deep this one is.
    pub(crate) depth: usize,
    /// Which of the forwarded calls of the run this one is; 0 for the call that a client made.
    pub(crate) nth: usize,
    /// The price class of the call, if it has one.
    pub(crate) class: Option<&'static Class>,
}

impl<'a> Ctx<'a> {
    pub(crate) fn new(kernel: &'a Kernel, call: &'a Call, work: &'a mut Work) -> Self {
        let (permits, notes) = (Vec::new(), Notes::default());
        Self {
            kernel,
            call,
            work,
            permits,
            decided: false,
            speaker: None,
            notes,
            found: None,
            chore: None,
            depth: 0,
            nth: 0,
            class: None,
        }
    }

    /// The account that calls and the Region called.
    pub fn scope(&self) -> Scope {
        self.call.scope
    }

    /// The partition of the Region called.
    pub fn partition(&self) -> Partition {
        self.call.scope.region.partition()
    }

    /// Service time, the same in every run of this call.
    pub fn now(&self) -> Timestamp {
        self.call.now
    }

    /// Wall time, for what the outside counts time by too, such as the codes of MFA devices. Runs of a call may see it
    /// move on.
    pub fn wall(&self) -> Timestamp {
        self.kernel.wall.now()
    }

    /// Who calls.
    pub fn caller(&self) -> &Caller {
        &self.call.caller
    }

    /// Counts guesses at what is short enough to be guessed.
    pub fn guesses(&self) -> &'a Guesses {
        &self.kernel.guesses
    }

    /// The id by which the client knows this call.
    pub fn request_id(&self) -> &str {
        &self.call.request_id
    }

    /// What the operation's errand brought; `None` if it had none.
    pub fn brought(&self) -> Option<&Brought> {
        self.call.brought.as_ref()
    }

    /// Fresh randomness; every run draws anew.
    pub fn rng(&self) -> &'a dyn Rng {
        self.kernel.rng.as_ref()
    }

    /// The key hierarchy: handles, tokens, never key bytes.
    pub fn crypto(&self) -> &'a crypto::Hierarchy {
        &self.kernel.crypto
    }

    /// What policies say about the caller, as of the admission of the call.
    pub fn authority(&self) -> &Authority {
        &self.call.caller.authority
    }

    /// With what authority another principal would act; `None` if there is no such.
    pub fn authority_of(&self, principal: Principal) -> Result<Option<Arc<Authority>>> {
        Ok(self.kernel.directory.authority_of(principal, self.kernel.freshness.holds())?)
    }

    /// The account as its organisation sees it; `None` if there is no such account.
    pub fn account(&self, id: AccountId) -> Result<Option<Arc<AccountStanding>>> {
        Ok(self.kernel.directory.account(id, self.kernel.freshness.holds())?)
    }

    /// Makes temporary credentials that are good for `lasts` from now.
    pub fn issue_session(&self, grant: &SessionGrant, lasts: Duration) -> std::result::Result<NewSession, NoSession> {
        self.kernel.directory.issue_session(grant, self.now(), lasts)
    }

    /// The last use of an access key of an account, if there was one.
    pub fn key_use(&mut self, account: AccountId, id: &str) -> Result<Option<KeyUse>> {
        self.kernel.directory.key_use(self, account, id)
    }

    /// The last use of a role of an account, by the role's unique id.
    pub fn role_use(&mut self, account: AccountId, id: &str) -> Result<Option<RoleUse>> {
        self.kernel.directory.role_use(self, account, id)
    }

    /// What a user or role of an account called, by its unique id: by the services' prefixes in policies.
    pub fn service_uses(&mut self, account: AccountId, id: &str) -> Result<BTreeMap<String, ServiceUse>> {
        self.kernel.directory.service_uses(self, account, id)
    }

    /// The view of the `index`-th permitted target.
    pub fn permitted<V: View>(&self, index: usize) -> Result<Arc<V>> {
        let view = self.permits.get(index).and_then(|permit| permit.view.clone());
        view.and_then(|view| view.any().downcast().ok()).ok_or_else(|| Error::Internal(format!("no permit {index}")))
    }

    /// What the resolver of this run found out; `None` if it was nothing of this type.
    pub fn found<T: Any + Send + Sync>(&self) -> Option<Arc<T>> {
        self.found.clone().and_then(|found| found.downcast().ok())
    }

    /// One record.
    pub fn get<R: Record>(&mut self, key: &Key) -> Result<Option<R>> {
        Ok(self.transaction()?.get(key)?)
    }

    /// Whether there is a record.
    pub fn exists(&mut self, key: &Key) -> Result<bool> {
        Ok(self.transaction()?.exists(key)?)
    }

    /// The records below `prefix` and after `after`, in order, at most `limit`.
    pub fn scan<R: Record>(&mut self, prefix: &Key, after: Option<&Key>, limit: usize) -> Result<Vec<(Key, R)>> {
        Ok(self.transaction()?.scan(prefix, after, limit)?)
    }

    /// Stores a record.
    pub fn put<R: Record>(&mut self, key: &Key, record: &R) -> Result<()> {
        Ok(self.writer()?.put(key, record)?)
    }

    /// Stores a record unless the key is taken; says whether it did.
    pub fn insert<R: Record>(&mut self, key: &Key, record: &R) -> Result<bool> {
        Ok(self.writer()?.insert(key, record)?)
    }

    /// Removes a record.
    pub fn delete(&mut self, key: &Key) -> Result<()> {
        Ok(self.writer()?.delete(key)?)
    }

    /// Has `job` run at its due time, in service time.
    pub fn schedule(&mut self, job: &bus::Job) -> Result<()> {
        bus::schedule(self.writer()?, job)?;
        self.work.jobs_changed.push(job.space);
        Ok(())
    }

    /// Takes a scheduled job of this account and Region back; whether there was one.
    pub fn cancel(&mut self, id: &str) -> Result<bool> {
        let space = Space::regional(self.scope());
        self.cancel_in(space, id)
    }

    /// Takes a scheduled job of a space back; whether there was one.
    pub fn cancel_in(&mut self, space: Space, id: &str) -> Result<bool> {
        let found = bus::cancel(self.writer()?, space, id)?;
        if found {
            self.work.jobs_changed.push(space);
        }
        Ok(found)
    }

    /// Adds a member, which the request did not have, to the record's `requestParameters`: a default that AWS writes out.
    pub fn audit_parameter(&mut self, name: &'static str, json: String) {
        self.notes.parameters.push((name, json));
    }

    /// Adds a member to the record's `additionalEventData`.
    pub fn audit_data(&mut self, name: &'static str, json: String) {
        self.notes.additional.push((name, json));
    }

    /// Adds a resource to the record; permitted targets with a view are there already.
    pub fn audit_resource(&mut self, resource: AuditResource) {
        self.notes.resources.push(resource);
    }

    /// Sets the record's `responseElements`, which otherwise are the output for writing operations and null for others.
    pub fn audit_response(&mut self, json: String) {
        self.notes.response = Some(json);
    }

    /// Runs an operation: resolve, authorise, handle. An answer without a decision is a defect, and no answer (I2).
    pub(crate) fn run(&mut self, operation: &Operation, input: Given) -> Result<Value> {
        let output = (operation.run)(self, input)?;
        if !self.decided && !operation.public {
            return Err(Error::Internal(format!("{} answered without a decision", operation.name)));
        }
        self.class = self.class.or(operation.class);
        Ok(output)
    }

    pub(crate) fn transaction(&mut self) -> Result<&mut Transaction> {
        if self.work.transaction.is_none() {
            self.work.transaction = Some(self.kernel.store.begin()?);
        }
        self.work.transaction.as_mut().ok_or_else(|| Error::Internal("no transaction".into()))
    }

    fn writer(&mut self) -> Result<&mut Transaction> {
        if !self.work.writes {
            return Err(Error::Internal(format!("{} writes but is not registered so", self.call.name)));
        }
        self.transaction()
    }

    /// A view: from the cache, or loaded from the call's snapshot; a writing call always loads it in its transaction.
    fn view<V: View>(&mut self, scope: Scope, id: &str) -> Result<Option<Arc<V>>> {
        let root = V::root(scope, id);
        let kernel = self.kernel;
        if !self.work.writes
            && kernel.freshness.holds()
            && let Some(view) = kernel.views.get(&root)
        {
            return Ok(Some(view));
        }
        // The epoch must not be later than the snapshot; a snapshot that is open already is older than any new epoch.
        let begun = self.work.transaction.is_none().then(|| kernel.views.begin());
        let transaction = self.transaction()?;
        let loaded = V::load(&mut Reader { transaction, crypto: &kernel.crypto, meter: &kernel.meter }, scope, id)?
            .map(Arc::new);
        if let (Some(view), Some(begun), false) = (&loaded, begun, self.work.writes) {
            kernel.views.keep(&root, view, begun);
        }
        Ok(loaded)
    }
}

/// The directory's functions work in a call as they do in a seed.
impl Reads for Ctx<'_> {
    type Error = Error;

    fn get<R: Record>(&mut self, key: &Key) -> Result<Option<R>> {
        Ctx::get(self, key)
    }

    fn scan<R: Record>(&mut self, prefix: &Key, after: Option<&Key>, limit: usize) -> Result<Vec<(Key, R)>> {
        Ctx::scan(self, prefix, after, limit)
    }
}

impl Writes for Ctx<'_> {
    fn put<R: Record>(&mut self, key: &Key, record: &R) -> Result<()> {
        Ctx::put(self, key, record)
    }

    fn insert<R: Record>(&mut self, key: &Key, record: &R) -> Result<bool> {
        Ctx::insert(self, key, record)
    }

    fn delete(&mut self, key: &Key) -> Result<()> {
        Ctx::delete(self, key)
    }
}

impl Reads for Lookup<'_, '_> {
    type Error = Error;

    fn get<R: Record>(&mut self, key: &Key) -> Result<Option<R>> {
        self.0.get(key)
    }

    fn scan<R: Record>(&mut self, prefix: &Key, after: Option<&Key>, limit: usize) -> Result<Vec<(Key, R)>> {
        self.0.scan(prefix, after, limit)
    }
}

/// What a resolver may do: read what the request names, in the snapshot that the handler will see.
pub struct Lookup<'c, 'a>(&'c mut Ctx<'a>);

impl<'c, 'a> Lookup<'c, 'a> {
    pub(crate) fn new(ctx: &'c mut Ctx<'a>) -> Self {
        Self(ctx)
    }

    pub(crate) fn ctx(&mut self) -> &mut Ctx<'a> {
        self.0
    }

    /// The account that calls and the Region called.
    pub fn scope(&self) -> Scope {
        self.0.scope()
    }

    /// Who calls.
    pub fn caller(&self) -> &Caller {
        self.0.caller()
    }

    /// The view of a resource in any account of the Region; `None` if there is none.
    pub fn view<V: View>(&mut self, scope: Scope, id: &str) -> Result<Option<Arc<V>>> {
        self.0.view(scope, id)
    }

    /// One record.
    pub fn get<R: Record>(&mut self, key: &Key) -> Result<Option<R>> {
        self.0.get(key)
    }

    /// Says who calls, where the operation is one that nobody signs and the request proves it in another way. Decisions
    /// and the record are about this principal from now on; `principal_id` is what the record calls it.
    pub fn identify(&mut self, principal: Principal, principal_id: String) -> Result<()> {
        if self.0.call.operation.is_none_or(|operation| operation.auth != model::Auth::None) {
            return Err(Error::Internal(format!("{} is signed, so its caller is known", self.0.call.name)));
        }
        let authority = Authority::without_policies(principal);
        self.0.notes.speaker = Some((authority.principal().clone(), principal_id));
        self.0.speaker = Some(authority);
        Ok(())
    }

    /// See [`Ctx::rng`].
    pub fn rng(&self) -> &'a dyn Rng {
        self.0.rng()
    }

    /// See [`Ctx::crypto`].
    pub fn crypto(&self) -> &'a crypto::Hierarchy {
        self.0.crypto()
    }

    /// See [`Ctx::account`].
    pub fn account(&self, id: AccountId) -> Result<Option<Arc<AccountStanding>>> {
        self.0.account(id)
    }

    /// See [`Ctx::authority`].
    pub fn authority(&self) -> &Authority {
        self.0.authority()
    }

    /// See [`Ctx::authority_of`].
    pub fn authority_of(&self, principal: Principal) -> Result<Option<Arc<Authority>>> {
        self.0.authority_of(principal)
    }

    /// The partition of the Region called.
    pub fn partition(&self) -> Partition {
        self.0.partition()
    }

    /// Service time, the same in every run of this call.
    pub fn now(&self) -> Timestamp {
        self.0.now()
    }

    /// See [`Ctx::wall`].
    pub fn wall(&self) -> Timestamp {
        self.0.wall()
    }

    /// See [`Ctx::guesses`].
    pub fn guesses(&self) -> &'a Guesses {
        self.0.guesses()
    }

    /// See [`Ctx::brought`].
    pub fn brought(&self) -> Option<&Brought> {
        self.0.brought()
    }

    /// See [`Ctx::scan`].
    pub fn scan<R: Record>(&mut self, prefix: &Key, after: Option<&Key>, limit: usize) -> Result<Vec<(Key, R)>> {
        self.0.scan(prefix, after, limit)
    }

    /// Hands something on to the handler that only a check of the request gives, so that the handler cannot be without
    /// the check; see [`Ctx::found`].
    pub fn hand_on<T: Any + Send + Sync>(&mut self, found: T) {
        self.0.found = Some(Arc::new(found));
    }

    /// See [`Ctx::audit_data`].
    pub fn audit_data(&mut self, name: &'static str, json: String) {
        self.0.audit_data(name, json);
    }

    /// See [`Ctx::audit_parameter`].
    pub fn audit_parameter(&mut self, name: &'static str, json: String) {
        self.0.audit_parameter(name, json);
    }
}
