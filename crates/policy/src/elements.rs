//! What stands in the strings of a document: actions, resources, condition keys, principals.
//!
//! Sources: IAM User Guide, "IAM JSON policy elements" (Action, Resource, Principal, Condition) and "Grammar of the IAM
//! JSON policy language"; AWS Organizations User Guide, "SCP syntax", "RCP syntax".

use crate::messages::Wrong;
use crate::variables::{self, NoVariable, Piece};
use crate::{Kind, PrincipalKind, Version};
use base::AccountId;

/// The partitions that AWS has.
const PARTITIONS: &[&str] =
    &["aws", "aws-cn", "aws-us-gov", "aws-iso", "aws-iso-b", "aws-iso-e", "aws-iso-f", "aws-eusc"];

/// What the resources of IAM begin with.
const IAM_PATHS: &[&str] = &[
    "user/",
    "federated-user/",
    "role/",
    "group/",
    "instance-profile/",
    "mfa/",
    "server-certificate/",
    "policy/",
    "sms-mfa/",
    "u2f/",
    "saml-provider/",
    "oidc-provider/",
    "report/",
    "access-report/",
    "assumed-role/",
    "delegation-request/",
    "root",
];

/// The actions of STS that a trust policy may be about.
const TRUST_ACTIONS: &[&str] =
    &["assumerole", "assumerolewithsaml", "assumerolewithwebidentity", "tagsession", "setsourceidentity", "setcontext"];

/// The identity providers that have no ARN in an account.
const KNOWN_PROVIDERS: &[&str] =
    &["accounts.google.com", "graph.facebook.com", "www.amazon.com", "cognito-identity.amazonaws.com"];

/// Checks an action.
pub(crate) fn action(kind: Kind, text: &str) -> Result<(), (Wrong, &'static str)> {
    if text == "*" {
        return match kind {
            Kind::ResourceControl => Err((Wrong::Action, "a resource control policy has to name a service")),
            Kind::Trust => Err((Wrong::NotAssumeRole, "a trust policy is about STS alone")),
            _ => Ok(()),
        };
    }
    let Some((vendor, name)) = text.split_once(':') else {
        return Err((Wrong::NotPrefaced, "an action is service:Name"));
    };
    if name.contains(':') {
        return Err((Wrong::TwoColons, "an action is service:Name"));
    }
    if vendor.contains(['*', '?']) {
        return Err((Wrong::VendorWildcard, "the service has no wildcard"));
    }
    if vendor.is_empty() || !vendor.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') {
        return Err((Wrong::Vendor(vendor.to_owned()), "there can be no such service"));
    }
    let in_names = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'*' | b'?' | b'-' | b'_' | b'.');
    if name.is_empty() || !name.bytes().all(in_names) {
        return Err((Wrong::Action, "there can be no such action"));
    }
    if kind == Kind::Trust {
        let wild = name.contains(['*', '?']);
        let known = TRUST_ACTIONS.iter().any(|known| known.eq_ignore_ascii_case(name));
        if !vendor.eq_ignore_ascii_case("sts") || !(wild || known) {
            return Err((Wrong::NotAssumeRole, "a trust policy is about assuming the role"));
        }
    }
    Ok(())
}

/// Checks a condition key.
pub(crate) fn condition_key(text: &str) -> Result<(), (Wrong, &'static str)> {
    match text.split_once(':') {
        Some((vendor, name)) if !vendor.is_empty() && !name.is_empty() => Ok(()),
        _ => Err((Wrong::NotPrefaced, "a condition key is service:name")),
    }
}

/// Checks a resource.
pub(crate) fn resource(kind: Kind, version: Version, text: &str) -> Result<(), (Wrong, &'static str)> {
    if text == "*" {
        return Ok(());
    }
    let no_arn = |why| Err((Wrong::Resource(text.to_owned()), why));
    // Variables have colons of their own, which are none of the ARN's.
    let mut plain = String::with_capacity(text.len());
    for piece in pieces(version, true, text).map_err(|_| (Wrong::Syntax, "what begins like a variable is none"))? {
        match piece {
            Piece::Text(text) => plain.push_str(text),
            Piece::Literal(character) => plain.push(character),
            Piece::Variable { .. } => plain.push('$'),
        }
    }
    let Some(rest) = plain.strip_prefix("arn:") else { return no_arn("a resource is an ARN or *") };
    let mut parts = rest.splitn(5, ':');
    let mut next = || parts.next();
    let (partition, service, region, _account, path) = (next(), next(), next(), next(), next());
    let partition = partition.unwrap_or_default();
    if !partition.contains(['*', '?']) && !PARTITIONS.contains(&partition) {
        return Err((Wrong::Partition(partition.to_owned(), text.to_owned()), "there is no such partition"));
    }
    let service = service.unwrap_or_default();
    if service.is_empty() || service.contains(['*', '?', '$']) {
        return Err((Wrong::ResourceVendor, "the service has to be named"));
    }
    match path {
        // Identity-based policies have what is missing filled up with wildcards.
        None if matches!(kind, Kind::Identity | Kind::Managed | Kind::ServiceControl) => Ok(()),
        None => no_arn("an ARN has six parts"),
        Some(path) if service == "iam" => iam_resource(text, region.unwrap_or_default(), path),
        Some(_) => Ok(()),
    }
}

fn iam_resource(text: &str, region: &str, path: &str) -> Result<(), (Wrong, &'static str)> {
    if !region.is_empty() && region != "*" {
        return Err((Wrong::IamRegion(text.to_owned()), "IAM is in no Region"));
    }
    // What stands before the first wildcard or variable has to lead to one of the known beginnings.
    let fixed = path.split(['*', '?', '$']).next().unwrap_or_default();
    if IAM_PATHS.iter().any(|known| known.starts_with(fixed) && fixed.len() < path.len() || fixed.starts_with(known)) {
        Ok(())
    } else {
        Err((Wrong::IamPath, "IAM has nothing of that kind"))
    }
}

/// A principal as policies name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Named<'a> {
    /// `*`
    Everyone,
    /// An account, by its id or its root.
    Account(AccountId),
    /// A user by its ARN: account, and path with name (`/division/alice`).
    User(AccountId, &'a str),
    /// A role by its ARN.
    Role(AccountId, &'a str),
    /// A session of a role: account, role name, session name.
    Session(AccountId, &'a str, &'a str),
    /// A session of GetFederationToken: account and name.
    FederatedUser(AccountId, &'a str),
    /// A user or role by its unique id.
    Id(&'a str),
    /// A session of a role by the role's unique id.
    SessionOf(&'a str, &'a str),
    /// A service.
    Service(&'a str),
    /// An identity provider, by ARN or domain.
    Provider(&'a str),
    /// What the house does not know, and so matches nobody.
    Other(&'a str),
}

/// Reads one principal; `None` if there can be none such.
pub(crate) fn principal<'a>(kind: Kind, list: PrincipalKind, text: &'a str) -> Option<Named<'a>> {
    match list {
        PrincipalKind::Everyone => Some(Named::Everyone),
        PrincipalKind::Aws => aws_principal(kind, text),
        PrincipalKind::Service => {
            let sound =
                text.contains('.') && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-'));
            sound.then_some(Named::Service(text))
        }
        PrincipalKind::Federated => {
            let provider = |rest: &str| rest.starts_with("oidc-provider/") || rest.starts_with("saml-provider/");
            let known = KNOWN_PROVIDERS.contains(&text)
                || iam_arn(text, "iam").is_some_and(|(account, rest)| account.is_some() && provider(rest));
            known.then_some(Named::Provider(text))
        }
        PrincipalKind::CanonicalUser => {
            let sound = kind == Kind::Resource && !text.is_empty() && text.bytes().all(|b| b.is_ascii_hexdigit());
            sound.then_some(Named::Other(text))
        }
    }
}

fn aws_principal(kind: Kind, text: &str) -> Option<Named<'_>> {
    if text == "*" {
        return Some(Named::Everyone);
    }
    if let Ok(account) = text.parse() {
        return Some(Named::Account(account));
    }
    if text.contains(['*', '?']) {
        return None;
    }
    if let Some((account, rest)) = iam_arn(text, "iam") {
        // The identities by which CloudFront reads buckets.
        let Some(account) = account else {
            return (kind == Kind::Resource && rest.starts_with("user/")).then_some(Named::Other(text));
        };
        let path = |prefix: &str| {
            let path = rest.strip_prefix(prefix).filter(|path| path.len() > 1 && !path.ends_with('/'))?;
            path.starts_with('/').then_some(path)
        };
        return match rest {
            "root" => Some(Named::Account(account)),
            _ => path("user")
                .map(|path| Named::User(account, path))
                .or(path("role").map(|path| Named::Role(account, path))),
        };
    }
    if let Some((Some(account), rest)) = iam_arn(text, "sts") {
        if let Some(name) = rest.strip_prefix("federated-user/").filter(|name| !name.is_empty()) {
            return Some(Named::FederatedUser(account, name));
        }
        let (role, session) = rest.strip_prefix("assumed-role/")?.split_once('/')?;
        let sound = !role.is_empty() && !session.is_empty() && !session.contains('/');
        return sound.then_some(Named::Session(account, role, session));
    }
    let is_id = |id: &str| {
        (id.starts_with("AIDA") || id.starts_with("AROA"))
            && id.len() > 4
            && id.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
    };
    match text.split_once(':') {
        None if is_id(text) => Some(Named::Id(text)),
        Some((id, session)) if is_id(id) && id.starts_with("AROA") && !session.is_empty() => {
            Some(Named::SessionOf(id, session))
        }
        _ => None,
    }
}

/// Account and last part of an ARN of IAM or STS; the account is `None` where it is no account's id.
fn iam_arn<'a>(text: &'a str, service: &str) -> Option<(Option<AccountId>, &'a str)> {
    let mut parts = text.splitn(6, ':');
    let mut next = || parts.next();
    match (next()?, next()?, next()?, next()?, next()?, next()?) {
        ("arn", partition, named, "", account, rest) if named == service && PARTITIONS.contains(&partition) => {
            Some((account.parse().ok(), rest))
        }
        _ => None,
    }
}

/// The pieces of a value: split at its variables where they count, or whole.
pub(crate) fn pieces(version: Version, takes_variables: bool, text: &str) -> Result<Vec<Piece<'_>>, NoVariable> {
    if version >= Version::V2012 && takes_variables { variables::pieces(text) } else { Ok(vec![Piece::Text(text)]) }
}
