//! Quotas: how often IAM may be called, and how many entities there may be.
//!
//! Guarantees: every number stands once, here. Source: IAM User Guide, "IAM and AWS STS quotas". How often IAM may be
//! called AWS does not tell; the rates here let ten parallel workers of a deployment tool pass.

use kernel::Pool;

/// Operations that only read.
pub(crate) static READS: Pool = Pool { name: "iam.Reads", rate: |_| 200.0 };

/// Operations that change something.
pub(crate) static CHANGES: Pool = Pool { name: "iam.Changes", rate: |_| 50.0 };

/// Operations that hash a password, which is slow on purpose.
pub(crate) static PASSWORDS: Pool = Pool { name: "iam.Passwords", rate: |_| 5.0 };

/// Simulations of policies, each of which decides many requests.
pub(crate) static SIMULATIONS: Pool = Pool { name: "iam.Simulations", rate: |_| 20.0 };

/// Short statements that a call of the simulator holds against requests.
pub(crate) const SIMULATED: usize = 2_000_000;

/// Context keys that a call of the simulator gives.
pub(crate) const CONTEXT_ENTRIES: usize = 256;

/// Users of an account.
pub(crate) const USERS: u64 = 5_000;
/// Groups of an account.
pub(crate) const GROUPS: u64 = 300;
/// Roles of an account.
pub(crate) const ROLES: u64 = 1_000;
/// Instance profiles of an account.
pub(crate) const INSTANCE_PROFILES: u64 = 1_000;
/// Customer managed policies of an account.
pub(crate) const POLICIES: u64 = 1_500;
/// Managed policies attached to one user, group or role.
pub(crate) const ATTACHED: u64 = 10;
/// Groups that a user is in.
pub(crate) const GROUPS_PER_USER: u64 = 10;
/// Access keys of a user, and of an account's root user.
pub(crate) const ACCESS_KEYS: u64 = 2;
/// Tags of an entity.
pub(crate) const TAGS: u64 = 50;
/// Characters of a managed policy. Here and below white space does not count.
pub(crate) const POLICY_SIZE: u64 = 6_144;
/// Characters of a trust policy.
pub(crate) const TRUST_POLICY_SIZE: u64 = 2_048;
/// Characters of all inline policies of a user.
pub(crate) const USER_POLICIES_SIZE: u64 = 2_048;
/// Characters of all inline policies of a group.
pub(crate) const GROUP_POLICIES_SIZE: u64 = 5_120;
/// Characters of all inline policies of a role.
pub(crate) const ROLE_POLICIES_SIZE: u64 = 10_240;
/// MFA devices of a user.
pub(crate) const MFA_DEVICES: u64 = 8;
/// OpenID Connect providers of an account.
pub(crate) const OIDC_PROVIDERS: u64 = 100;
/// Audiences of a provider.
pub(crate) const CLIENT_IDS: u64 = 100;
/// Thumbprints of a provider.
pub(crate) const THUMBPRINTS: u64 = 5;
/// SAML providers of an account.
pub(crate) const SAML_PROVIDERS: u64 = 100;
/// Private keys of a SAML provider.
pub(crate) const SAML_PRIVATE_KEYS: u64 = 2;
/// Server certificates of an account.
pub(crate) const SERVER_CERTIFICATES: u64 = 20;
/// Signing certificates of a user.
pub(crate) const SIGNING_CERTIFICATES: u64 = 2;
/// SSH keys of a user.
pub(crate) const SSH_KEYS: u64 = 5;
/// Service-specific credentials of a user for one service.
pub(crate) const SERVICE_CREDENTIALS: u64 = 2;
/// Access reports that an account has at a time. AWS tells no limit.
pub(crate) const ACCESS_REPORTS: u64 = 1_000;
