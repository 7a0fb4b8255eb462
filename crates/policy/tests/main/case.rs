//! A question, built up by what differs from the plainest one.

use base::{AccountId, Partition, Timestamp};
use policy::{
    Attached, Context, Decision, Denial, Document, Entity, Explanation, Grant, GrantConstraint, Identity, Kind, Origin,
    Policies, Policy, PolicyType, Principal, Question, Resource, SessionFacts, SessionKind, decide, explain,
};
use std::sync::Arc;

pub(crate) const HOME: &str = "111122223333";
pub(crate) const AWAY: &str = "444455556666";
/// 2024-01-01T00:00:00Z
pub(crate) const NOW: Timestamp = Timestamp::from_millis(1_704_067_200_000);

pub(crate) fn account(id: &str) -> AccountId {
    id.parse().unwrap()
}

pub(crate) fn alice() -> Principal {
    Principal::user(account(HOME), "/team/", "alice", "AIDAALICE")
}

pub(crate) fn entity(name: &str, id: &str) -> Entity {
    Entity { path: "/".into(), name: name.into(), id: id.into() }
}

/// A session `s1` of the role `app`.
pub(crate) fn session() -> Principal {
    let identity = Identity::Role { role: entity("app", "AROAAPP"), session_name: "s1".into() };
    Principal { session: Some(facts(SessionKind::AssumedRole)), ..Principal::new(account(HOME), identity) }
}

/// A session `bob` that alice asked for.
pub(crate) fn federated() -> Principal {
    let user = Entity { path: "/team/".into(), name: "alice".into(), id: "AIDAALICE".into() };
    let identity = Identity::Federated { name: "bob".into(), user: Some(user) };
    Principal { session: Some(facts(SessionKind::Federation)), ..Principal::new(account(HOME), identity) }
}

pub(crate) fn service() -> Principal {
    Principal::service(account(HOME), "events.amazonaws.com")
}

pub(crate) fn anonymous() -> Principal {
    Principal::new(account(HOME), Identity::Anonymous)
}

pub(crate) fn facts(kind: SessionKind) -> Arc<SessionFacts> {
    Arc::new(SessionFacts {
        kind,
        issued: NOW,
        mfa_at: None,
        source_identity: None,
        federated_provider: None,
        tags: Vec::new(),
        transitive_tag_keys: Vec::new(),
        policies: Vec::new(),
        chained: false,
    })
}

pub(crate) fn document(kind: Kind, text: &str) -> Document {
    Document::parse(kind, text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

pub(crate) fn attach(id: &str, kind: Kind, text: &str) -> Attached {
    Attached::new(id, Origin::Managed, Arc::new(Policy::compile(&document(kind, text))))
}

/// A document of the statements given.
pub(crate) fn statements(statements: &str) -> String {
    format!(r#"{{"Version":"2012-10-17","Statement":[{statements}]}}"#)
}

/// One statement that allows (or denies) an action on everything.
pub(crate) fn plain(effect: &str, action: &str) -> String {
    statements(&format!(r#"{{"Effect":"{effect}","Action":"{action}","Resource":"*"}}"#))
}

/// The same, naming a principal.
pub(crate) fn naming(effect: &str, principal: &str, action: &str) -> String {
    statements(&format!(r#"{{"Effect":"{effect}","Principal":{principal},"Action":"{action}","Resource":"*"}}"#))
}

#[derive(Clone)]
pub(crate) struct Case {
    pub(crate) principal: Principal,
    pub(crate) action: &'static str,
    pub(crate) resource: Option<(String, AccountId)>,
    pub(crate) context: Context<'static>,
    pub(crate) identity: Vec<Attached>,
    pub(crate) boundary: Option<Attached>,
    pub(crate) session: Option<Vec<Attached>>,
    pub(crate) scp: Vec<Vec<Attached>>,
    pub(crate) rcp: Vec<Vec<Attached>>,
    pub(crate) guard: Option<Attached>,
    pub(crate) grants: Vec<Arc<Grant>>,
    pub(crate) endpoint: Option<Attached>,
}

pub(crate) fn ask(principal: Principal) -> Case {
    Case {
        principal,
        action: "s3:GetObject",
        resource: Some(("arn:aws:s3:::bucket/key".into(), account(HOME))),
        context: Context::new(NOW),
        identity: Vec::new(),
        boundary: None,
        session: None,
        scp: Vec::new(),
        rcp: Vec::new(),
        guard: None,
        grants: Vec::new(),
        endpoint: None,
    }
}

impl Case {
    pub(crate) fn owned_by(mut self, owner: &str) -> Self {
        self.resource = self.resource.map(|(arn, _)| (arn, account(owner)));
        self
    }

    pub(crate) fn on(mut self, arn: &str) -> Self {
        self.resource = Some((arn.into(), account(HOME)));
        self
    }

    pub(crate) fn action(mut self, action: &'static str) -> Self {
        self.action = action;
        self
    }

    pub(crate) fn identity(mut self, text: &str) -> Self {
        let id = format!("arn:aws:iam::{HOME}:policy/p{}", self.identity.len());
        self.identity.push(attach(&id, Kind::Identity, text));
        self
    }

    pub(crate) fn boundary(mut self, text: &str) -> Self {
        self.boundary = Some(attach("arn:aws:iam::111122223333:policy/boundary", Kind::Managed, text));
        self
    }

    pub(crate) fn session(mut self, text: &str) -> Self {
        self.session.get_or_insert_default().push(attach("session", Kind::Session, text));
        self
    }

    pub(crate) fn scp(mut self, levels: &[&[&str]]) -> Self {
        let level = |texts: &&[&str]| texts.iter().map(|text| attach("scp", Kind::ServiceControl, text)).collect();
        self.scp = levels.iter().map(level).collect();
        self
    }

    pub(crate) fn rcp(mut self, levels: &[&[&str]]) -> Self {
        let level = |texts: &&[&str]| texts.iter().map(|text| attach("rcp", Kind::Resource, text)).collect();
        self.rcp = levels.iter().map(level).collect();
        self
    }

    pub(crate) fn guard(mut self, kind: Kind, text: &str) -> Self {
        self.guard = Some(Attached::new("guard", Origin::Resource, Arc::new(Policy::compile(&document(kind, text)))));
        self
    }

    /// A grant for `grantee`, its id being `g1`, `g2`, ….
    pub(crate) fn grant(mut self, grantee: &str, actions: &[&'static str], constraints: Vec<GrantConstraint>) -> Self {
        let id = format!("g{}", self.grants.len() + 1);
        self.grants.push(Arc::new(Grant::new(id, grantee, actions.iter().copied(), constraints)));
        self
    }

    pub(crate) fn bucket(self, text: &str) -> Self {
        self.guard(Kind::Resource, text)
    }

    pub(crate) fn endpoint(mut self, text: &str) -> Self {
        self.endpoint = Some(attach("vpce-1", Kind::Endpoint, text));
        self
    }

    pub(crate) fn with<T>(&self, answer: impl FnOnce(&Question<'_>) -> T) -> T {
        let resource = match &self.resource {
            None => Resource::Any,
            Some((arn, owner)) => Resource::Owned { arn, owner: *owner },
        };
        answer(&Question {
            principal: &self.principal,
            action: self.action,
            resource,
            context: &self.context,
            policies: Policies {
                identity: &self.identity,
                boundary: self.boundary.as_ref(),
                session: self.session.as_deref(),
                scp: &self.scp,
                rcp: &self.rcp,
                resource: self.guard.as_ref(),
                grants: &self.grants,
                endpoint: self.endpoint.as_ref(),
            },
            partition: Partition::Aws,
        })
    }

    pub(crate) fn decide(&self) -> Decision {
        self.with(decide)
    }

    pub(crate) fn explain(&self) -> Explanation {
        self.with(explain)
    }

    pub(crate) fn is_allowed(&self) -> bool {
        let decision = self.decide();
        let explained = self.explain();
        assert_eq!(explained.decision.is_allowed(), decision.is_allowed(), "an explanation explains the decision");
        assert_eq!(explained.missing.is_empty(), decision.is_allowed(), "{:?}", explained.missing);
        decision.is_allowed()
    }

    /// The type of policy that is missing an allow; `None` if it is not that.
    pub(crate) fn lacks(&self) -> Option<PolicyType> {
        match self.decide() {
            Decision::Denied(Denial::Implicit(policy_type)) => Some(policy_type),
            _ => None,
        }
    }

    /// The type of policy that denies; `None` if it is not that.
    pub(crate) fn denied_by(&self) -> Option<PolicyType> {
        match self.decide() {
            Decision::Denied(Denial::Explicit(decisive)) => Some(decisive.policy_type),
            _ => None,
        }
    }

    pub(crate) fn message(&self) -> String {
        self.with(|question| decide(question).message(question)).unwrap_or_default()
    }
}
