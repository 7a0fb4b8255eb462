//! What Organizations stores, and where: all of an organization in its management account's space.
//!
//! What the road must know of it (an account's membership, control policies, what is attached and enabled) are records
//! of the directory; `tree` and `policies` keep both in step. Source: AWS Organizations User Guide, "Terminology and
//! concepts".

use base::AccountId;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use store::{Key, Record, Space};

/// The policy type of service control policies.
pub(crate) const SERVICE_CONTROL: &str = "SERVICE_CONTROL_POLICY";
/// The policy type of resource control policies.
pub(crate) const RESOURCE_CONTROL: &str = "RESOURCE_CONTROL_POLICY";

/// AWS's policy that allows everything, on every target from the start; it may be detached.
pub(crate) const FULL_ACCESS: &str = "p-FullAWSAccess";
/// The same for resource control policies; it cannot be detached.
pub(crate) const RCP_FULL_ACCESS: &str = "p-RCPFullAWSAccess";

macro_rules! record {
    ($($type:ty),* $(,)?) => {$(
        impl Record for $type {
            const VERSION: u8 = 1;
        }
    )*};
}

record!(Organization, Member, Unit, Mark, Id, Policy, Creation, Handshake, Since, ResourcePolicy, Tags, Email);

/// The organization itself, in its management account's space, as everything below.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Organization {
    /// `o-…`
    pub id: String,
    /// `r-…`
    pub root: String,
    /// All features, or consolidated billing only.
    pub all_features: bool,
    /// When it was made.
    pub created_millis: i64,
    /// The policy types that are enabled in the root.
    pub enabled: BTreeSet<String>,
    /// Accounts, the management account and invitations included: what counts against the quota.
    pub accounts: u32,
    /// Organizational units.
    pub units: u32,
    /// Policies of each type.
    pub policies: BTreeMap<String, u32>,
}

impl Organization {
    /// Where it is stored.
    pub(crate) fn key(management: AccountId) -> Key {
        Key::new(Space::account(management), "organization")
    }
}

/// How an account came in.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Joined {
    /// It was there before and accepted an invitation; also the management account.
    Invited,
    /// The organization created it.
    Created,
}

/// Whether an account may be used.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum State {
    /// It may.
    Active,
    /// It is being closed, and may not any more.
    PendingClosure,
    /// It is closed.
    Suspended,
}

/// A member account, the management account too.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Member {
    /// In words.
    pub name: String,
    /// The address of its owner.
    pub email: String,
    /// The root or unit that it is in.
    pub parent: String,
    /// How it came in.
    pub joined: Joined,
    /// When.
    pub joined_millis: i64,
    /// Whether it may be used.
    pub state: State,
    /// When closing it began.
    pub closed_millis: Option<i64>,
}

impl Member {
    /// Where it is stored.
    pub(crate) fn key(management: AccountId, account: &str) -> Key {
        Self::all(management).text(account)
    }

    /// All members.
    pub(crate) fn all(management: AccountId) -> Key {
        Key::new(Space::account(management), "organization.member")
    }
}

/// An organizational unit.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Unit {
    /// Unique below its parent.
    pub name: String,
    /// The root or unit that it is in.
    pub parent: String,
}

impl Unit {
    /// Where it is stored.
    pub(crate) fn key(management: AccountId, id: &str) -> Key {
        Key::new(Space::account(management), "organization.unit").text(id)
    }

    /// The mark ([`Id`]) that makes names unique below a parent.
    pub(crate) fn name_key(management: AccountId, parent: &str, name: &str) -> Key {
        Key::new(Space::account(management), "organization.unit-name").text(parent).text(name)
    }
}

/// What can be below a parent.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Child {
    /// An account.
    Account,
    /// An organizational unit.
    Unit,
}

/// That something is in a list.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Mark;

impl Mark {
    /// A child of a root or unit.
    pub(crate) fn child(management: AccountId, parent: &str, kind: Child, id: &str) -> Key {
        Self::children(management, parent, kind).text(id)
    }

    /// The children of one kind of a root or unit.
    pub(crate) fn children(management: AccountId, parent: &str, kind: Child) -> Key {
        let kind = match kind {
            Child::Account => "account",
            Child::Unit => "unit",
        };
        Key::new(Space::account(management), "organization.child").text(parent).text(kind)
    }

    /// A policy on a target.
    pub(crate) fn attached(management: AccountId, target: &str, kind: &str, policy: &str) -> Key {
        Self::attached_to(management, target, kind).text(policy)
    }

    /// The policies of one type on a target.
    pub(crate) fn attached_to(management: AccountId, target: &str, kind: &str) -> Key {
        Key::new(Space::account(management), "organization.attached").text(target).text(kind)
    }

    /// A target of a policy.
    pub(crate) fn target(management: AccountId, policy: &str, target: &str) -> Key {
        Self::targets(management, policy).text(target)
    }

    /// The targets of a policy.
    pub(crate) fn targets(management: AccountId, policy: &str) -> Key {
        Key::new(Space::account(management), "organization.target").text(policy)
    }
}

/// The id of what has a unique name.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Id(pub String);

/// A policy that the organization's administrators wrote.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Policy {
    /// Unique among the policies of its type.
    pub name: String,
    /// In words.
    pub description: String,
    /// Such as [`SERVICE_CONTROL`].
    pub kind: String,
    /// The document.
    pub content: String,
    /// When it was last changed.
    pub updated_millis: i64,
}

impl Policy {
    /// Where it is stored.
    pub(crate) fn key(management: AccountId, id: &str) -> Key {
        Self::all(management).text(id)
    }

    /// All policies.
    pub(crate) fn all(management: AccountId) -> Key {
        Key::new(Space::account(management), "organization.policy")
    }

    /// The mark ([`Id`]) that makes names unique in a type.
    pub(crate) fn name_key(management: AccountId, kind: &str, name: &str) -> Key {
        Key::new(Space::account(management), "organization.policy-name").text(kind).text(name)
    }
}

/// The creation of an account, under way or over.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Creation {
    /// The account's name.
    pub name: String,
    /// Its owner's address.
    pub email: String,
    /// The id that it gets, drawn with the request so that its keyring can be made before anything refers to it.
    pub account: String,
    /// The role that the management account's administrators assume in it.
    pub role: String,
    /// Its first tags.
    pub tags: BTreeMap<String, String>,
    /// When it was asked for.
    pub requested_millis: i64,
    /// When it was over.
    pub completed_millis: Option<i64>,
    /// That there is an account now, or why there is none.
    pub outcome: Option<Result<(), String>>,
}

impl Creation {
    /// Where it is stored.
    pub(crate) fn key(management: AccountId, id: &str) -> Key {
        Self::all(management).text(id)
    }

    /// All creations.
    pub(crate) fn all(management: AccountId) -> Key {
        Key::new(Space::account(management), "organization.creation")
    }
}

/// What a handshake is about.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Purpose {
    /// An account is asked in.
    Invite {
        /// What the invitation says.
        notes: Option<String>,
        /// The tags that the account gets in the organization.
        tags: BTreeMap<String, String>,
    },
    /// The organization is to have all features.
    EnableAllFeatures,
    /// A member that came by invitation is asked to approve that.
    ApproveAllFeatures {
        /// The handshake that asks.
        parent: String,
    },
}

/// How a handshake stands.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Stand {
    /// Its parties have not all heard of it.
    Requested,
    /// It waits for an answer.
    Open,
    /// Who asked took it back.
    Canceled,
    /// It was accepted.
    Accepted,
    /// It was declined.
    Declined,
    /// Nobody answered in time.
    Expired,
}

/// A question of an organization to an account.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Handshake {
    /// The account asked; the management account itself for its own migrations.
    pub account: String,
    /// The address by which the account was named, if it was.
    pub email: Option<String>,
    /// About what.
    pub purpose: Purpose,
    /// How it stands.
    pub stand: Stand,
    /// When it was asked.
    pub requested_millis: i64,
    /// When it stops to wait for an answer.
    pub expires_millis: i64,
}

impl Handshake {
    /// Where it is stored.
    pub(crate) fn key(management: AccountId, id: &str) -> Key {
        Self::all(management).text(id)
    }

    /// All handshakes of an organization.
    pub(crate) fn all(management: AccountId) -> Key {
        Key::new(Space::account(management), "organization.handshake")
    }

    /// In the space of the account asked: whose organization asks ([`Id`]: the management account).
    pub(crate) fn received(account: AccountId, id: &str) -> Key {
        Self::all_received(account).text(id)
    }

    /// All handshakes that an account was sent.
    pub(crate) fn all_received(account: AccountId) -> Key {
        Key::new(Space::account(account), "organization.received")
    }
}

/// Since when something is so.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Since(pub i64);

impl Since {
    /// A service that may work across the organization.
    pub(crate) fn service_access(management: AccountId, principal: &str) -> Key {
        Self::service_accesses(management).text(principal)
    }

    /// All services that may.
    pub(crate) fn service_accesses(management: AccountId) -> Key {
        Key::new(Space::account(management), "organization.service-access")
    }

    /// A member that administers a service for the organization.
    pub(crate) fn delegation(management: AccountId, account: &str, principal: &str) -> Key {
        Self::delegations_to(management, account).text(principal)
    }

    /// The services that a member administers.
    pub(crate) fn delegations_to(management: AccountId, account: &str) -> Key {
        Self::delegations(management).text(account)
    }

    /// All delegations.
    pub(crate) fn delegations(management: AccountId) -> Key {
        Key::new(Space::account(management), "organization.delegation")
    }
}

/// The organization's resource-based policy, by which members are allowed some of its management.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct ResourcePolicy {
    /// `rp-…`
    pub id: String,
    /// The document.
    pub content: String,
}

impl ResourcePolicy {
    /// Where it is stored.
    pub(crate) fn key(management: AccountId) -> Key {
        Key::new(Space::account(management), "organization.resource-policy")
    }
}

/// The tags of an account, unit, policy, root or resource policy.
#[derive(Clone, Default, Serialize, Deserialize)]
pub(crate) struct Tags(pub BTreeMap<String, String>);

impl Tags {
    /// Where they are stored.
    pub(crate) fn key(management: AccountId, resource: &str) -> Key {
        Key::new(Space::account(management), "organization.tags").text(resource)
    }
}

/// The account whose owner has an address: one account an address.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Email(pub String);

impl Email {
    /// Where it is stored.
    pub(crate) fn key(address: &str) -> Key {
        Key::new(Space::system(), "organization.email").text(&address.to_lowercase())
    }
}

/// The ARN of a policy; AWS's own belong to no account.
pub(crate) fn policy_arn(management: &str, organization: &str, kind: &str, id: &str) -> String {
    let kind = kind.to_lowercase();
    match id {
        FULL_ACCESS | RCP_FULL_ACCESS => format!("arn:aws:organizations::aws:policy/{kind}/{id}"),
        _ => format!("arn:aws:organizations::{management}:policy/{organization}/{kind}/{id}"),
    }
}
