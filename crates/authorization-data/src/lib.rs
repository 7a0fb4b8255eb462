//! What AWS says of its services' authorization: actions, resource types, condition keys, and its managed policies.
//!
//! Data, and the ways to look things up in it; no decision is made here. All services of AWS are in it, so that a
//! policy for one that is not served here can be checked as well. It serves to check policies, to expand wildcards and
//! to hold the registry of operations against real actions. The policies are those that AWS keeps in every account.
//!
//! Guarantees: the data is part of the binary, compressed, and what is not asked for is not unpacked; a lookup takes
//! time linear in what it searches, whatever wildcards are in it; names of services, actions and condition keys are
//! found in any letter case, as IAM takes them.
//!
//! Source: AWS Service Authorization Reference and AWS Managed Policy Reference, by way of the packages that
//! `authorization/NOTICE` names. `cargo xtask authorization` takes them anew.
//!
//! ```
//! let (service, action) = fastness_authorization_data::action("kms:reencryptfrom").unwrap();
//! assert_eq!((service.prefix, action.name, action.level.name()), ("kms", "ReEncryptFrom", "Write"));
//! assert!(fastness_authorization_data::matching("kms:*Alias*").any(|(_, action)| action.name == "ListAliases"));
//!
//! let policy = fastness_authorization_data::managed_policy("arn:aws:iam::aws:policy/AdministratorAccess").unwrap();
//! assert!(policy.document().unwrap().contains(r#""Action":"*""#));
//! ```

mod archive;
mod catalog;
mod global;
mod managed;
mod nearest;
mod pattern;
mod read;
mod service;

pub use catalog::{action, condition_key, matching, prefixes, service, services};
pub use global::GLOBAL_KEYS;
pub use managed::{ManagedPolicy, managed_policies, managed_policy};
pub use nearest::nearest;
pub use service::{Action, ConditionKey, Level, On, ResourceType, Service, ValueType};
