//! From a principal to the `userIdentity` of an audit record.
//!
//! Source: CloudTrail User Guide, "CloudTrail userIdentity element".

use crate::call::{Call, Caller};
use audit::{ExternalKind, Identity, Issuer, Member, MemberKind, SessionContext};
use base::Partition;
use policy::{Entity, Identity as Who, Principal, SessionKind};
use std::borrow::Cow;

/// The words of a principal that a record borrows.
pub(crate) struct Told<'a> {
    caller: &'a Caller,
    principal: &'a Principal,
    partition: Partition,
    arn: String,
    id: Cow<'a, str>,
    issuer_arn: String,
}

impl<'a> Told<'a> {
    /// `principal` is who the call turned out to be from, and `id` what it is called, if not by its unique id.
    pub(crate) fn new(call: &'a Call, principal: &'a Principal, id: Option<&'a str>) -> Self {
        let partition = call.scope.region.partition();
        let arn = match principal.identity {
            Who::User(_) | Who::Role { .. } | Who::Federated { .. } => principal.arn(partition),
            // A record makes the root's from the account, and others have none.
            _ => String::new(),
        };
        let issuer_arn = match &principal.identity {
            Who::Role { .. } => principal.principal_arn(partition),
            Who::Federated { user, .. } => issuing(principal, user.as_ref()).arn(partition),
            _ => String::new(),
        };
        let id = id.map_or_else(|| principal.unique_id(), Cow::Borrowed);
        Self { caller: &call.caller, principal, partition, arn, id, issuer_arn }
    }

    /// The identity, as a record writes it.
    pub(crate) fn identity(&self) -> Identity<'_> {
        let account = self.principal.account;
        let (access_key_id, invoked_by) = (self.caller.access_key_id.as_str(), self.caller.via.as_deref());
        let member = |kind, user_name, issuer| {
            Identity::Member(Member {
                kind,
                account,
                principal_id: &self.id,
                arn: &self.arn,
                user_name,
                access_key_id,
                session: self.session(issuer),
                invoked_by,
            })
        };
        match &self.principal.identity {
            Who::Root => {
                let (partition, session) = (self.partition, self.session(None));
                Identity::Root { account, partition, access_key_id, session, invoked_by }
            }
            Who::User(Entity { name, .. }) => member(MemberKind::User, Some(name.as_str()), None),
            Who::Role { role, .. } => member(MemberKind::AssumedRole, None, Some(self.issuer("Role", role))),
            Who::Federated { user: Some(user), .. } => {
                member(MemberKind::FederatedUser, None, Some(self.issuer("IAMUser", user)))
            }
            Who::Federated { user: None, .. } => {
                let (principal_id, arn) = (self.principal.account.as_str(), self.issuer_arn.as_str());
                let issuer = Issuer { kind: "Root", principal_id, arn, account, user_name: None };
                member(MemberKind::FederatedUser, None, Some(issuer))
            }
            Who::External { kind, provider, subject } => {
                let kind = if *kind == SessionKind::Saml { ExternalKind::Saml } else { ExternalKind::Web };
                Identity::External { kind, principal_id: &self.id, user_name: subject, provider }
            }
            Who::Service { .. } => Identity::Internal { account },
            Who::Anonymous => Identity::Unknown { access_key_id: None },
        }
    }

    fn issuer<'t>(&'t self, kind: &'static str, entity: &'t Entity) -> Issuer<'t> {
        Issuer {
            kind,
            principal_id: &entity.id,
            arn: &self.issuer_arn,
            account: self.principal.account,
            user_name: Some(&entity.name),
        }
    }

    fn session<'t>(&'t self, issuer: Option<Issuer<'t>>) -> Option<SessionContext<'t>> {
        let facts = self.principal.session.as_deref()?;
        let web_provider = facts.federated_provider.as_deref().filter(|_| facts.kind == SessionKind::WebIdentity);
        Some(SessionContext {
            issuer,
            web_provider,
            created: facts.issued,
            mfa: facts.mfa_at.is_some(),
            source_identity: facts.source_identity.as_deref(),
        })
    }
}

/// Who asked for a federated user's session.
fn issuing(principal: &Principal, user: Option<&Entity>) -> Principal {
    let identity = user.map_or(Who::Root, |user| Who::User(user.clone()));
    Principal::new(principal.account, identity)
}
