//! `userIdentity`: who made a call, in CloudTrail's form.
//!
//! Source: CloudTrail User Guide, "CloudTrail userIdentity element" and its examples.

use crate::json::{Object, cut};
use base::{AccountId, Partition, Timestamp};

/// Who made the call.
#[derive(Clone, Copy)]
pub enum Identity<'a> {
    /// An account's root user.
    Root {
        /// The account.
        account: AccountId,
        /// The partition that the ARN names.
        partition: Partition,
        /// The key that signed.
        access_key_id: &'a str,
        /// Set for temporary credentials.
        session: Option<SessionContext<'a>>,
        /// The service that called on the user's behalf.
        invoked_by: Option<&'a str>,
    },
    /// Someone whom IAM knows.
    Member(Member<'a>),
    /// Someone whom an identity provider knows, and who signs nothing.
    External {
        /// How the provider vouched.
        kind: ExternalKind,
        /// What tells the person from all others.
        principal_id: &'a str,
        /// The provider's name for the person.
        user_name: &'a str,
        /// The provider.
        provider: &'a str,
    },
    /// A principal of another account, of which nothing but the account and an id is known.
    AwsAccount {
        /// The account, if it is known.
        account: Option<AccountId>,
        /// The principal's unique id.
        principal_id: &'a str,
    },
    /// A service calling in its own name.
    AwsService {
        /// The service's DNS name.
        invoked_by: &'a str,
    },
    /// The house itself, in a service event of this account.
    Internal {
        /// The account.
        account: AccountId,
    },
    /// A caller that could not be identified.
    Unknown {
        /// The key that the caller claims.
        access_key_id: Option<&'a str>,
    },
}

/// A user, or a session of a role or of a federated user.
#[derive(Clone, Copy)]
pub struct Member<'a> {
    /// Which of them.
    pub kind: MemberKind,
    /// The account.
    pub account: AccountId,
    /// `AIDA…`, `AROA…:session`, `account:name`
    pub principal_id: &'a str,
    /// The ARN.
    pub arn: &'a str,
    /// The user's name; absent for sessions of roles.
    pub user_name: Option<&'a str>,
    /// The key that signed.
    pub access_key_id: &'a str,
    /// Set for temporary credentials.
    pub session: Option<SessionContext<'a>>,
    /// The service that called on the caller's behalf.
    pub invoked_by: Option<&'a str>,
}

/// Kinds of [`Member`].
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum MemberKind {
    /// An IAM user.
    User,
    /// A session of a role.
    AssumedRole,
    /// A session that GetFederationToken made.
    FederatedUser,
}

/// Kinds of identity providers.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum ExternalKind {
    /// OpenID Connect.
    Web,
    /// SAML.
    Saml,
}

/// How temporary credentials came about.
#[derive(Clone, Copy)]
pub struct SessionContext<'a> {
    /// The role or user that the session is of.
    pub issuer: Option<Issuer<'a>>,
    /// The OpenID Connect provider that vouched for it.
    pub web_provider: Option<&'a str>,
    /// When the credentials were issued.
    pub created: Timestamp,
    /// Whether a second factor was given.
    pub mfa: bool,
    /// `sts:SourceIdentity`
    pub source_identity: Option<&'a str>,
}

/// The source of temporary credentials.
#[derive(Clone, Copy)]
pub struct Issuer<'a> {
    /// `Role`, `IAMUser` or `Root`.
    pub kind: &'static str,
    /// Its unique id.
    pub principal_id: &'a str,
    /// Its ARN.
    pub arn: &'a str,
    /// Its account.
    pub account: AccountId,
    /// Its name; absent for a root.
    pub user_name: Option<&'a str>,
}

impl Identity<'_> {
    pub(crate) fn write(&self, o: &mut Object) {
        match *self {
            Self::Root { account, partition, access_key_id, session, invoked_by } => {
                o.plain("type", "Root");
                o.plain("principalId", account.as_str());
                o.joined("arn", &["arn:", partition.as_str(), ":iam::", account.as_str(), ":root"]);
                o.plain("accountId", account.as_str());
                o.text("accessKeyId", cut(access_key_id));
                if let Some(session) = session {
                    o.object("sessionContext", |o| session.write(o));
                }
                o.maybe("invokedBy", invoked_by);
            }
            Self::Member(member) => member.write(o),
            Self::External { kind, principal_id, user_name, provider } => {
                o.plain("type", if kind == ExternalKind::Web { "WebIdentityUser" } else { "SAMLUser" });
                o.text("principalId", cut(principal_id));
                o.text("userName", cut(user_name));
                o.text("identityProvider", cut(provider));
            }
            Self::AwsAccount { account, principal_id } => {
                o.plain("type", "AWSAccount");
                o.text("principalId", cut(principal_id));
                o.maybe("accountId", account.as_ref().map(AccountId::as_str));
            }
            Self::AwsService { invoked_by } => {
                o.plain("type", "AWSService");
                o.text("invokedBy", invoked_by);
            }
            Self::Internal { account } => {
                o.plain("accountId", account.as_str());
                o.plain("invokedBy", "AWS Internal");
            }
            Self::Unknown { access_key_id } => {
                o.plain("type", "Unknown");
                o.maybe("accessKeyId", access_key_id.map(cut));
            }
        }
    }
}

impl Member<'_> {
    fn write(&self, o: &mut Object) {
        o.plain("type", self.kind.as_str());
        o.text("principalId", self.principal_id);
        o.text("arn", self.arn);
        o.plain("accountId", self.account.as_str());
        o.text("accessKeyId", cut(self.access_key_id));
        o.maybe("userName", self.user_name);
        if let Some(session) = &self.session {
            o.object("sessionContext", |o| session.write(o));
        }
        o.maybe("invokedBy", self.invoked_by);
    }
}

impl MemberKind {
    fn as_str(self) -> &'static str {
        match self {
            Self::User => "IAMUser",
            Self::AssumedRole => "AssumedRole",
            Self::FederatedUser => "FederatedUser",
        }
    }
}

impl SessionContext<'_> {
    fn write(&self, o: &mut Object) {
        if let Some(issuer) = &self.issuer {
            o.object("sessionIssuer", |o| issuer.write(o));
        }
        if let Some(provider) = self.web_provider {
            o.object("webIdFederationData", |o| {
                o.text("federatedProvider", cut(provider));
                o.object("attributes", |_| {});
            });
        }
        o.object("attributes", |o| {
            o.text("creationDate", &self.created.to_seconds_rfc3339());
            o.text("mfaAuthenticated", if self.mfa { "true" } else { "false" });
        });
        o.maybe("sourceIdentity", self.source_identity);
    }
}

impl Issuer<'_> {
    fn write(&self, o: &mut Object) {
        o.plain("type", self.kind);
        o.text("principalId", self.principal_id);
        o.text("arn", self.arn);
        o.plain("accountId", self.account.as_str());
        o.maybe("userName", self.user_name);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::object;
    use serde_json::{Value, json};

    fn written(identity: Identity<'_>) -> Value {
        let mut out = String::new();
        object(&mut out, |o| identity.write(o));
        serde_json::from_str(&out).unwrap()
    }

    fn account() -> AccountId {
        "111122223333".parse().unwrap()
    }

    #[test]
    fn each_identity_has_its_own_members() {
        let user = Identity::Member(Member {
            kind: MemberKind::User,
            account: account(),
            principal_id: "AIDAEXAMPLE",
            arn: "arn:aws:iam::111122223333:user/alice",
            user_name: Some("alice"),
            access_key_id: "AKIAEXAMPLE",
            session: None,
            invoked_by: Some("s3.amazonaws.com"),
        });
        let forms = [
            (
                user,
                json!({
                    "type": "IAMUser", "principalId": "AIDAEXAMPLE", "arn": "arn:aws:iam::111122223333:user/alice",
                    "accountId": "111122223333", "accessKeyId": "AKIAEXAMPLE", "userName": "alice", "invokedBy": "s3.amazonaws.com"
                }),
            ),
            (
                Identity::External {
                    kind: ExternalKind::Web,
                    principal_id: "accounts.google.com:app:123",
                    user_name: "123",
                    provider: "accounts.google.com",
                },
                json!({
                    "type": "WebIdentityUser", "principalId": "accounts.google.com:app:123", "userName": "123",
                    "identityProvider": "accounts.google.com"
                }),
            ),
            (
                Identity::AwsAccount { account: Some(account()), principal_id: "AIDAOTHER" },
                json!({"type": "AWSAccount", "principalId": "AIDAOTHER", "accountId": "111122223333"}),
            ),
            (
                Identity::AwsService { invoked_by: "s3.amazonaws.com" },
                json!({"type": "AWSService", "invokedBy": "s3.amazonaws.com"}),
            ),
            (
                Identity::Internal { account: account() },
                json!({"accountId": "111122223333", "invokedBy": "AWS Internal"}),
            ),
            (Identity::Unknown { access_key_id: None }, json!({"type": "Unknown"})),
        ];
        for (identity, expected) in forms {
            assert_eq!(written(identity), expected);
        }
    }

    #[test]
    fn a_session_tells_what_it_is_of_and_how_it_came_about() {
        let issuer = Issuer {
            kind: "Role",
            principal_id: "AROA1",
            arn: "arn:aws:iam::111122223333:role/service/app",
            account: account(),
            user_name: Some("app"),
        };
        let session = SessionContext {
            issuer: Some(issuer),
            web_provider: Some("arn:aws:iam::111122223333:oidc-provider/token.example.com"),
            created: Timestamp::from_millis(1_767_225_600_000),
            mfa: false,
            source_identity: Some("alice"),
        };
        let role = Identity::Member(Member {
            kind: MemberKind::AssumedRole,
            account: account(),
            principal_id: "AROA1:s1",
            arn: "arn:aws:sts::111122223333:assumed-role/app/s1",
            user_name: None,
            access_key_id: "ASIA1",
            session: Some(session),
            invoked_by: None,
        });
        assert_eq!(
            written(role),
            json!({
                "type": "AssumedRole", "principalId": "AROA1:s1",
                "arn": "arn:aws:sts::111122223333:assumed-role/app/s1",
                "accountId": "111122223333", "accessKeyId": "ASIA1",
                "sessionContext": {
                    "sessionIssuer": {
                        "type": "Role", "principalId": "AROA1", "arn": "arn:aws:iam::111122223333:role/service/app",
                        "accountId": "111122223333", "userName": "app"
                    },
                    "webIdFederationData": {
                        "federatedProvider": "arn:aws:iam::111122223333:oidc-provider/token.example.com", "attributes": {}
                    },
                    "attributes": {"creationDate": "2026-01-01T00:00:00Z", "mfaAuthenticated": "false"},
                    "sourceIdentity": "alice"
                }
            })
        );
        let root = Identity::Root {
            account: account(),
            partition: Partition::Aws,
            access_key_id: "ASIA2",
            session: Some(SessionContext {
                issuer: None,
                web_provider: None,
                mfa: true,
                source_identity: None,
                ..session
            }),
            invoked_by: None,
        };
        assert_eq!(
            written(root)["sessionContext"],
            json!({"attributes": {"creationDate": "2026-01-01T00:00:00Z", "mfaAuthenticated": "true"}})
        );
    }
}
