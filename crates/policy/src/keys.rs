//! Condition keys that follow from the principal, the time and the resource, and how every key is looked up.
//!
//! Guarantees: what the server knows goes before what a request brings; two entries of a request whose names differ in
//! case alone are not told apart by choosing one.
//! Source: IAM User Guide, "AWS global condition context keys"; the table of principals in "Variables and tags".

use crate::context::Value;
use crate::decision::{Question, Resource};
use crate::principal::{Identity, Principal, SessionKind};
use std::borrow::Cow;

/// What a key holds in a request.
#[derive(Debug)]
pub(crate) enum Found<'a> {
    /// The request does not have it.
    Nothing,
    /// One value.
    One(Value<'a>),
    /// A set of values, none of them or many.
    Set(&'a [String]),
    /// Values of names that differ in case alone.
    Ambiguous(Vec<Value<'a>>),
}

/// Keys that the evaluator knows by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Own {
    PrincipalArn,
    PrincipalAccount,
    PrincipalType,
    UserId,
    UserName,
    IsService,
    ServiceName,
    ServiceNames,
    FederatedProvider,
    TokenIssueTime,
    MfaAge,
    MfaPresent,
    SourceIdentity,
    CurrentTime,
    EpochTime,
    ResourceAccount,
}

/// By lower-cased name; a key's number is its row, counted from 1.
const OWN: &[(&str, Own)] = &[
    ("aws:principalarn", Own::PrincipalArn),
    ("aws:principalaccount", Own::PrincipalAccount),
    ("aws:principaltype", Own::PrincipalType),
    ("aws:userid", Own::UserId),
    ("aws:username", Own::UserName),
    ("aws:principalisawsservice", Own::IsService),
    ("aws:principalservicename", Own::ServiceName),
    ("aws:principalservicenameslist", Own::ServiceNames),
    ("aws:federatedprovider", Own::FederatedProvider),
    ("aws:tokenissuetime", Own::TokenIssueTime),
    ("aws:multifactorauthage", Own::MfaAge),
    ("aws:multifactorauthpresent", Own::MfaPresent),
    ("aws:sourceidentity", Own::SourceIdentity),
    ("aws:currenttime", Own::CurrentTime),
    ("aws:epochtime", Own::EpochTime),
    ("aws:resourceaccount", Own::ResourceAccount),
];

/// Tags of the principal: the tag's key follows.
const PRINCIPAL_TAG: &[u8] = b"aws:principaltag/";

/// The number of a lower-cased name; 0 if the evaluator does not know it by itself.
pub(crate) fn number(name: &str) -> u8 {
    OWN.iter().position(|(known, _)| *known == name).map_or(0, |row| row as u8 + 1)
}

/// The name of a number.
pub(crate) fn name(number: u8) -> Option<&'static str> {
    OWN.get(usize::from(number).checked_sub(1)?).map(|(name, _)| *name)
}

/// Looks a key up by its lower-cased name.
pub(crate) fn by_name<'a>(question: &Question<'a>, name: &str) -> Found<'a> {
    match number(name) {
        0 => given(question, name.as_bytes()),
        number => by_number(question, number),
    }
}

/// Looks up a key that the evaluator knows by itself. What it cannot tell, the request may; of a simulated one it tells
/// nothing.
pub(crate) fn by_number<'a>(question: &Question<'a>, number: u8) -> Found<'a> {
    let Some((name, key)) = usize::from(number).checked_sub(1).and_then(|row| OWN.get(row)) else {
        return Found::Nothing;
    };
    if let (Own::ServiceNames, Identity::Service { name }, false) =
        (key, &question.principal.identity, question.context.is_whole())
    {
        return Found::Set(std::slice::from_ref(name));
    }
    own(question, *key).map_or_else(|| given(question, name.as_bytes()), Found::One)
}

/// All keys that follow from the principal, the time and the resource, for explanations.
pub(crate) fn own_keys<'a>(question: &Question<'a>) -> Vec<(Cow<'static, str>, Vec<String>)> {
    let known = OWN
        .iter()
        .filter_map(|(name, key)| Some((Cow::Borrowed(*name), vec![own(question, *key)?.text().into_owned()])));
    let tags = tags(question).map(|(key, value)| {
        (Cow::Owned(format!("aws:principaltag/{}", key.to_ascii_lowercase())), vec![value.clone()])
    });
    known.chain(tags).collect()
}

/// Looks up a key, by its lower-cased name, that the evaluator does not know by itself.
pub(crate) fn given<'a>(question: &Question<'a>, name: &[u8]) -> Found<'a> {
    if let Some(tag) = name.strip_prefix(PRINCIPAL_TAG)
        && let Some((_, value)) = tags(question).find(|(key, _)| key.as_bytes().eq_ignore_ascii_case(tag))
    {
        return Found::One(Value::from(value.as_str()));
    }
    question.context.find(name)
}

/// Tags of the session before those of the user or role.
fn tags<'a>(question: &Question<'a>) -> impl Iterator<Item = &'a (String, String)> {
    let principal: Option<&Principal> = (!question.context.is_whole()).then_some(question.principal);
    principal.into_iter().flat_map(of_principal)
}

fn of_principal(principal: &Principal) -> impl Iterator<Item = &(String, String)> {
    let of_session = principal.session.iter().flat_map(|session| &session.tags);
    of_session.chain(principal.tags.iter())
}

fn own<'a>(question: &Question<'a>, key: Own) -> Option<Value<'a>> {
    if question.context.is_whole() {
        return None;
    }
    let principal = question.principal;
    let session = principal.session.as_deref();
    let now = question.context.now();
    match key {
        Own::PrincipalArn => match &principal.identity {
            Identity::Service { .. } | Identity::External { .. } | Identity::Anonymous => None,
            _ => Some(principal.principal_arn(question.partition).into()),
        },
        Own::PrincipalAccount => match &principal.identity {
            Identity::Anonymous => Some("anonymous".into()),
            Identity::Service { .. } | Identity::External { .. } => None,
            _ => Some(principal.account.as_str().to_owned().into()),
        },
        Own::PrincipalType => {
            let name = match &principal.identity {
                Identity::Root => "Account",
                Identity::User(_) => "User",
                Identity::Role { .. } => "AssumedRole",
                Identity::Federated { .. } => "FederatedUser",
                Identity::Service { .. } => "Service",
                Identity::Anonymous => "Anonymous",
                // Nobody of IAM yet.
                Identity::External { .. } => return None,
            };
            Some(name.into())
        }
        Own::UserId => match &principal.identity {
            Identity::Service { .. } | Identity::External { .. } => None,
            _ => Some(Value::Text(principal.unique_id())),
        },
        Own::UserName => match &principal.identity {
            Identity::User(user) => Some(user.name.as_str().into()),
            _ => None,
        },
        Own::IsService => match &principal.identity {
            Identity::Anonymous => None,
            identity => Some(Value::Bool(matches!(identity, Identity::Service { .. }))),
        },
        Own::ServiceName => match &principal.identity {
            Identity::Service { name } => Some(name.as_str().into()),
            _ => None,
        },
        // A set, which the caller knows.
        Own::ServiceNames => None,
        Own::FederatedProvider => match &principal.identity {
            Identity::External { provider, .. } => Some(provider.as_str().into()),
            _ => session?.federated_provider.as_deref().map(Value::from),
        },
        Own::TokenIssueTime => Some(session?.issued.into()),
        Own::MfaAge => {
            let age = now.since(session?.mfa_at?);
            Some(i64::try_from(age.as_secs()).unwrap_or(i64::MAX).into())
        }
        // Absent for long-term keys and for those who came through an identity provider.
        Own::MfaPresent => match session?.kind {
            SessionKind::AssumedRole | SessionKind::SessionToken => Some(session?.mfa_at.is_some().into()),
            SessionKind::WebIdentity | SessionKind::Saml | SessionKind::Federation => None,
        },
        Own::SourceIdentity => session?.source_identity.as_deref().map(Value::from),
        Own::CurrentTime => Some(now.into()),
        Own::EpochTime => Some(now.seconds().into()),
        Own::ResourceAccount => match &question.resource {
            Resource::Any => None,
            Resource::Owned { owner, .. } => Some(owner.as_str().to_owned().into()),
        },
    }
}
