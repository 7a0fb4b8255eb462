//! Grants: what the owner of a key gives one principal beside the key's policy.
//!
//! Guarantees: a grant only allows; it allows nothing but the actions that it lists, to nobody but its grantee, and only
//! where every constraint holds; a constraint that is in doubt does not hold.
//! Source: KMS Developer Guide, "Grants in AWS KMS"; KMS API Reference, GrantConstraints.

use crate::code::{Reader, Writer};
use crate::context::Value;
use crate::decision::Question;
use crate::keys::Found;
use crate::standing::{self, Standing};
use crate::{Kind, PrincipalKind, compile};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The stem of the condition keys that have a request's encryption context.
const CONTEXT: &str = "kms:EncryptionContext:";
/// The condition key that has the keys of a request's encryption context.
const CONTEXT_KEYS: &[u8] = b"kms:encryptioncontextkeys";
const SOURCE_ARN: &[u8] = b"aws:sourcearn";

/// Actions that a constraint of the encryption context does not hold for: the first two have none, and what the third may
/// give on is for the service to say (see [`Grant::limited`]).
const WITHOUT_CONTEXT: &[&str] = &["kms:DescribeKey", "kms:RetireGrant", "kms:CreateGrant"];
/// The action that the source is not asked of.
const WITHOUT_SOURCE: &str = "kms:RetireGrant";

/// A grant on the resource of a question.
#[derive(Debug)]
pub struct Grant {
    id: Arc<str>,
    grantee: Box<str>,
    /// The grantee as statements name principals.
    named: Box<[u8]>,
    actions: Box<[&'static str]>,
    constraints: Box<[Constraint]>,
    limits: Option<Box<str>>,
}

/// What a request must be like for a grant to allow it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Constraint {
    /// The encryption context has these pairs and no others. Keys are compared without regard to case.
    ContextEquals(BTreeMap<String, String>),
    /// The encryption context has these pairs, perhaps among others.
    ContextSubset(BTreeMap<String, String>),
    /// The request is made for this resource of a service's.
    SourceArn(String),
}

/// What a grant has to do with a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Fits {
    Yes(Standing),
    OtherAction,
    OtherPrincipal,
    /// Something of it does not hold, in words.
    No(String),
}

impl Grant {
    /// A grant by its id. `grantee` is written as in the policy of a key, or the name of a service; one that cannot be a
    /// principal is nobody. `actions` are in the form `kms:Decrypt`.
    pub fn new(
        id: impl Into<Arc<str>>,
        grantee: impl Into<Box<str>>,
        actions: impl IntoIterator<Item = &'static str>,
        constraints: Vec<Constraint>,
    ) -> Self {
        let grantee = grantee.into();
        let is_service = grantee.contains('.') && !grantee.contains(':');
        let list = if is_service { PrincipalKind::Service } else { PrincipalKind::Aws };
        let mut named = Writer::default();
        // A grant has one grantee, never everyone.
        if &*grantee != "*" {
            compile::write_principal(&mut named, Kind::Key, list, &grantee);
        }
        Self {
            id: id.into(),
            grantee,
            named: named.0.into_boxed_slice(),
            actions: actions.into_iter().collect(),
            constraints: constraints.into_boxed_slice(),
            limits: None,
        }
    }

    /// The same grant for a request that it does not reach as far as, and why.
    #[must_use]
    pub fn limited(mut self, why: impl Into<Box<str>>) -> Self {
        self.limits = Some(why.into());
        self
    }

    /// What explanations call it.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Who has it.
    pub fn grantee(&self) -> &str {
        &self.grantee
    }

    /// How many bytes of memory it holds.
    pub fn bytes(&self) -> usize {
        let pairs = |pairs: &BTreeMap<String, String>| -> usize {
            pairs.iter().map(|(key, value)| key.len() + value.len() + 2 * size_of::<String>()).sum()
        };
        let constraints = self.constraints.iter().map(|constraint| match constraint {
            Constraint::ContextEquals(context) | Constraint::ContextSubset(context) => pairs(context),
            Constraint::SourceArn(arn) => arn.len(),
        });
        size_of::<Self>()
            + self.id.len()
            + self.grantee.len()
            + self.named.len()
            + size_of_val(&*self.actions)
            + size_of_val(&*self.constraints)
            + constraints.sum::<usize>()
    }

    /// Whether it is about an action.
    pub fn gives(&self, action: &str) -> bool {
        self.actions.iter().any(|given| given.eq_ignore_ascii_case(action))
    }

    /// What it has to do with a request.
    pub(crate) fn fits(&self, question: &Question<'_>) -> Fits {
        if !self.gives(question.action) {
            return Fits::OtherAction;
        }
        let Some(standing) = standing::best(Reader(&self.named), question.principal) else {
            return Fits::OtherPrincipal;
        };
        let failing = || self.constraints.iter().find_map(|constraint| constraint.failure(question));
        match self.limits.as_deref().map(str::to_owned).or_else(failing) {
            Some(why) => Fits::No(why),
            None => Fits::Yes(standing),
        }
    }
}

impl Constraint {
    /// Why a request does not satisfy it; `None` if it does.
    fn failure(&self, question: &Question<'_>) -> Option<String> {
        let is = |action: &&str| action.eq_ignore_ascii_case(question.action);
        match self {
            Self::ContextEquals(_) | Self::ContextSubset(_) if WITHOUT_CONTEXT.iter().any(is) => None,
            Self::ContextEquals(wanted) => others(question, wanted).or_else(|| lacking(question, wanted)),
            Self::ContextSubset(wanted) => lacking(question, wanted),
            Self::SourceArn(_) if is(&WITHOUT_SOURCE) => None,
            Self::SourceArn(wanted) => match question.context.find(SOURCE_ARN) {
                Found::One(Value::Text(found)) if found == wanted.as_str() => None,
                _ => Some(format!("SourceArn asks for {wanted}")),
            },
        }
    }
}

/// The first pair that the request's encryption context lacks.
fn lacking(question: &Question<'_>, wanted: &BTreeMap<String, String>) -> Option<String> {
    let has = |(key, value): &(&String, &String)| {
        let name = [CONTEXT, key].concat();
        matches!(question.context.find(name.as_bytes()), Found::One(Value::Text(found)) if found == value.as_str())
    };
    let (key, value) = wanted.iter().find(|pair| !has(pair))?;
    Some(format!("its constraint asks for {key} = {value} in the encryption context"))
}

/// The first key of the request's encryption context that is not wanted.
fn others(question: &Question<'_>, wanted: &BTreeMap<String, String>) -> Option<String> {
    let is_wanted = |key: &str| wanted.keys().any(|wanted| wanted.eq_ignore_ascii_case(key));
    let other = match question.context.find(CONTEXT_KEYS) {
        Found::Nothing => None,
        Found::One(value) => Some(value.text().into_owned()).filter(|key| !is_wanted(key)),
        Found::Set(keys) => keys.iter().find(|key| !is_wanted(key)).cloned(),
        Found::Ambiguous(_) => return Some("the keys of the encryption context are in doubt".to_owned()),
    };
    other.map(|key| format!("its constraint asks for an encryption context without {key}"))
}
