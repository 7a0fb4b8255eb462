//! Users, groups, roles and instance profiles.
//!
//! Each is one record with its inline policies, attachments and tags, so that what decides for it is one read; IAM's own
//! limits bound its size. Policies are kept as given; a trust policy has its principals by unique id.
//! Source: IAM API Reference, data types User, Group, Role, InstanceProfile; IAM User Guide, "IAM and STS quotas".

use super::{Moment, first_version};
use crate::ids::Prefix;
use base::AccountId;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use store::{Error, Key, Record, Space};

/// Kinds of things that have a name in an account and a unique id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum EntityKind {
    /// A user.
    User,
    /// A group.
    Group,
    /// A role.
    Role,
    /// A customer managed policy.
    Policy,
    /// An instance profile.
    InstanceProfile,
}

impl EntityKind {
    /// The word for it in ARNs, keys and counts.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Group => "group",
            Self::Role => "role",
            Self::Policy => "policy",
            Self::InstanceProfile => "instance-profile",
        }
    }

    /// What its unique ids begin with.
    pub fn prefix(self) -> Prefix {
        match self {
            Self::User => Prefix::User,
            Self::Group => Prefix::Group,
            Self::Role => Prefix::Role,
            Self::Policy => Prefix::ManagedPolicy,
            Self::InstanceProfile => Prefix::InstanceProfile,
        }
    }
}

/// Something with a name in an account and a unique id.
pub trait Named: Record {
    /// The table of all of them.
    const TABLE: &'static str;
    /// What it is.
    const KIND: EntityKind;

    /// Its unique id.
    fn id(&self) -> &str;

    /// Its name, unique without regard to case.
    fn name(&self) -> &str;

    /// Its path: `/`, or `/division/team/`.
    fn path(&self) -> &str;

    /// What was found under a name. Records that have always held their name stay as they are.
    #[must_use]
    fn under(self, _: &str) -> Self {
        self
    }

    /// All of an account, ordered by name.
    fn all(account: AccountId) -> Key {
        Key::new(Space::account(account), Self::TABLE)
    }

    /// Where the one of this name is, however the name is spelt.
    fn key(account: AccountId, name: &str) -> Key {
        Self::all(account).text(&super::folded(name))
    }

    /// Its ARN.
    fn arn(&self, partition: base::Partition, account: AccountId) -> String {
        format!("arn:{partition}:iam::{account}:{}{}{}", Self::KIND.as_str(), self.path(), self.name())
    }
}

/// Something that policies are attached to.
pub trait Holder: Named {
    /// ARNs of the managed policies attached.
    fn attached(&self) -> &BTreeSet<String>;

    /// The same, to be changed by [`super::attach`] and [`super::detach`].
    fn attached_mut(&mut self) -> &mut BTreeSet<String>;

    /// Inline policies by name.
    fn inline(&self) -> &BTreeMap<String, String>;

    /// The same, to be changed.
    fn inline_mut(&mut self) -> &mut BTreeMap<String, String>;

    /// The ARN of its permissions boundary.
    fn boundary(&self) -> Option<&str>;

    /// Where the boundary is kept; `None` for groups, which can have none.
    fn boundary_mut(&mut self) -> Option<&mut Option<String>>;
}

/// A user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    /// `AIDA…`
    pub id: String,
    /// As it was given.
    pub name: String,
    /// Its path.
    pub path: String,
    /// When it was made.
    pub created: Moment,
    /// ARNs of the managed policies attached.
    pub attached: BTreeSet<String>,
    /// Inline policies by name.
    pub inline: BTreeMap<String, String>,
    /// Unique ids of the groups that it is in; see [`super::join`].
    pub groups: BTreeSet<String>,
    /// The ARN of its permissions boundary.
    pub boundary: Option<String>,
    /// Its tags.
    pub tags: BTreeMap<String, String>,
    /// Its access keys, in the order in which they were made; see [`super::add_access_key`].
    pub access_keys: Vec<String>,
}

/// A group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    /// `AGPA…`
    pub id: String,
    /// As it was given.
    pub name: String,
    /// Its path.
    pub path: String,
    /// When it was made.
    pub created: Moment,
    /// ARNs of the managed policies attached.
    pub attached: BTreeSet<String>,
    /// Inline policies by name.
    pub inline: BTreeMap<String, String>,
}

/// A role.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Role {
    /// `AROA…`
    pub id: String,
    /// As it was given.
    pub name: String,
    /// Its path; one below `/aws-service-role/` belongs to a service.
    pub path: String,
    /// When it was made.
    pub created: Moment,
    /// Who may assume it; users and roles by their unique ids.
    pub trust_policy: String,
    /// What it is for.
    pub description: Option<String>,
    /// The longest session, in seconds.
    pub max_session_seconds: u32,
    /// ARNs of the managed policies attached.
    pub attached: BTreeSet<String>,
    /// Inline policies by name.
    pub inline: BTreeMap<String, String>,
    /// The ARN of its permissions boundary.
    pub boundary: Option<String>,
    /// Its tags.
    pub tags: BTreeMap<String, String>,
    /// Names of the instance profiles that it is in.
    pub instance_profiles: BTreeSet<String>,
}

/// An instance profile: it hands a role to a machine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InstanceProfile {
    /// `AIPA…`
    pub id: String,
    /// As it was given.
    pub name: String,
    /// Its path.
    pub path: String,
    /// When it was made.
    pub created: Moment,
    /// The name of the role in it; it holds one at most.
    pub role: Option<String>,
    /// Its tags.
    pub tags: BTreeMap<String, String>,
}

/// When and where a role was last used. Apart from the role, since using it must not outdate it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoleUse {
    /// When.
    pub at: Moment,
    /// The Region.
    pub region: String,
}

first_version!(Group, Role, InstanceProfile, RoleUse);

impl User {
    /// A user with a name and nothing else.
    pub fn new(id: String, path: &str, name: &str, created: impl Into<Moment>) -> Self {
        Self {
            id,
            name: name.to_owned(),
            path: path.to_owned(),
            created: created.into(),
            attached: BTreeSet::new(),
            inline: BTreeMap::new(),
            groups: BTreeSet::new(),
            boundary: None,
            tags: BTreeMap::new(),
            access_keys: Vec::new(),
        }
    }
}

impl Group {
    /// A group with a name and nothing else.
    pub fn new(id: String, path: &str, name: &str, created: impl Into<Moment>) -> Self {
        Self {
            id,
            name: name.to_owned(),
            path: path.to_owned(),
            created: created.into(),
            attached: BTreeSet::new(),
            inline: BTreeMap::new(),
        }
    }
}

impl Role {
    /// Sessions last an hour unless the role says otherwise.
    pub const DEFAULT_SESSION_SECONDS: u32 = 3600;

    /// A role with a name, a trust policy and nothing else.
    pub fn new(id: String, path: &str, name: &str, trust_policy: String, created: impl Into<Moment>) -> Self {
        Self {
            id,
            name: name.to_owned(),
            path: path.to_owned(),
            created: created.into(),
            trust_policy,
            description: None,
            max_session_seconds: Self::DEFAULT_SESSION_SECONDS,
            attached: BTreeSet::new(),
            inline: BTreeMap::new(),
            boundary: None,
            tags: BTreeMap::new(),
            instance_profiles: BTreeSet::new(),
        }
    }

    /// Whether a service owns the role, so that no policy of the organisation binds it and nobody else changes it.
    pub fn is_service_linked(&self) -> bool {
        is_service_linked(&self.path)
    }
}

/// Whether a path is one of service-linked roles.
pub(crate) fn is_service_linked(path: &str) -> bool {
    path.starts_with("/aws-service-role/")
}

impl RoleUse {
    /// Where the last use of a role is, by the role's unique id.
    pub fn key(account: AccountId, role_id: &str) -> Key {
        Key::new(Space::account(account), "directory.role-use").text(role_id)
    }
}

macro_rules! named {
    ($type:ty, $table:literal, $kind:ident $(, $more:item)?) => {
        impl Named for $type {
            const TABLE: &'static str = $table;
            const KIND: EntityKind = EntityKind::$kind;

            fn id(&self) -> &str {
                &self.id
            }

            fn name(&self) -> &str {
                &self.name
            }

            fn path(&self) -> &str {
                &self.path
            }

            $($more)?
        }
    };
}
pub(crate) use named;

named!(
    User,
    "directory.user",
    User,
    fn under(mut self, name: &str) -> Self {
        if self.name.is_empty() {
            name.clone_into(&mut self.name);
        }
        self
    }
);
named!(Group, "directory.group", Group);
named!(Role, "directory.role", Role);
named!(InstanceProfile, "directory.instance-profile", InstanceProfile);

macro_rules! holder {
    ($type:ty, |$this:ident| $boundary:expr, $boundary_mut:expr) => {
        impl Holder for $type {
            fn attached(&self) -> &BTreeSet<String> {
                &self.attached
            }

            fn attached_mut(&mut self) -> &mut BTreeSet<String> {
                &mut self.attached
            }

            fn inline(&self) -> &BTreeMap<String, String> {
                &self.inline
            }

            fn inline_mut(&mut self) -> &mut BTreeMap<String, String> {
                &mut self.inline
            }

            fn boundary(&self) -> Option<&str> {
                let $this = self;
                $boundary
            }

            fn boundary_mut(&mut self) -> Option<&mut Option<String>> {
                let $this = self;
                $boundary_mut
            }
        }
    };
}

holder!(User, |user| user.boundary.as_deref(), Some(&mut user.boundary));
holder!(Role, |role| role.boundary.as_deref(), Some(&mut role.boundary));
holder!(Group, |_group| None, None);

impl Record for User {
    const VERSION: u8 = 2;

    /// The first version had no name of its own: its key was the name. It is not known here, so [`super::find`] fills it in.
    fn migrate(version: u8, bytes: &[u8]) -> Result<Self, Error> {
        let old = (version == 1).then(|| postcard::from_bytes::<FirstUser>(bytes).ok()).flatten();
        let old = old.ok_or_else(|| Error::Damaged(format!("no user of version {version} reads so")))?;
        let mut user = Self::new(old.id, "/", "", Moment(old.created_millis));
        user.attached = old.attached_policies.into_iter().collect();
        user.inline = old.inline_policies;
        Ok(user)
    }
}

/// The first version of a user.
#[derive(Deserialize)]
struct FirstUser {
    id: String,
    created_millis: i64,
    attached_policies: Vec<String>,
    inline_policies: BTreeMap<String, String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_of_the_first_version_still_opens() {
        let old = [&[5], b"AIDA1".as_slice(), &[2, 1, 5], b"arn:a", &[1, 3], b"own", &[2], b"{}"].concat();
        let user = User::migrate(1, &old).unwrap().under("alice");
        assert_eq!(user.name, "alice");
        assert_eq!((user.id.as_str(), user.created, user.path.as_str()), ("AIDA1", Moment(1), "/"));
        assert!(user.attached.contains("arn:a"));
        assert_eq!(user.inline["own"], "{}");
    }

    #[test]
    fn an_arn_has_the_path_and_a_key_ignores_case() {
        let account: AccountId = "111122223333".parse().unwrap();
        let role = Role::new("AROA1".into(), "/app/", "Deploy", "{}".into(), Moment(0));
        assert_eq!(role.arn(base::Partition::Aws, account), "arn:aws:iam::111122223333:role/app/Deploy");
        assert_eq!(Role::key(account, "DEPLOY"), Role::key(account, "deploy"));
    }
}
