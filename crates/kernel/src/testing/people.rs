//! People of a house: users and roles with policies, and changes of what is stored of them.

use super::{ACCOUNT, House};
use base::{AccountId, Secret, Timestamp, Uuid};
use directory::SessionGrant;
use directory::records::{self, AccessKey, ManagedPolicy, Moment, Named as _, Owner, PolicyVersion, Role, User};
use policy::{Entity, Identity, SessionKind};
use std::time::Duration;
use store::{Error, Marker, Transaction};

/// The secret of every access key that a house hands out here.
const SECRET: &str = "secret";

/// Credentials to call with.
#[derive(Clone)]
pub struct Person {
    /// The access key id.
    pub id: String,
    /// Its secret.
    pub secret: String,
    /// The session's token, if it is one.
    pub token: Option<String>,
}

impl Person {
    /// Access key id and secret.
    pub fn keys(&self) -> (&str, &str) {
        (&self.id, &self.secret)
    }
}

impl House {
    /// Makes a user of [`ACCOUNT`] with an inline policy, and an access key named after it.
    pub fn person(&self, name: &str, policy: &serde_json::Value) -> Person {
        self.person_of(ACCOUNT, name, policy)
    }

    /// Makes a user of an account, which is made if it is new.
    pub fn person_of(&self, account: &str, name: &str, policy: &serde_json::Value) -> Person {
        let account: AccountId = account.parse().expect("an account");
        self.kernel.directory().ensure_account(account).expect("an account");
        let key_id = format!("AKIA{}", name.to_uppercase());
        self.change(|records| {
            let mut user = User::new(format!("AIDA{}", name.to_uppercase()), "/", name, Moment(0));
            user.inline.insert("own".to_owned(), policy.to_string());
            assert!(records::add(records, account, &user)?, "{name} is there");
            let key = AccessKey::new(account, Owner::User(user.id.clone()), Moment(0), &secret());
            records::add_access_key(records, &key_id, &key)
        });
        Person { id: key_id, secret: SECRET.to_owned(), token: None }
    }

    /// Gives a user of [`ACCOUNT`] a permissions boundary.
    pub fn bound(&self, name: &str, policy: &serde_json::Value) {
        let account: AccountId = ACCOUNT.parse().expect("an account");
        let arn = self.customer_policy(&format!("boundary-of-{name}"), policy);
        self.change(|records| {
            let mut user: User = records::find(records, account, name)?.expect("a user");
            records::set_boundary(records, account, &mut user, Some(&arn))
        });
    }

    /// Makes a managed policy of [`ACCOUNT`].
    pub fn customer_policy(&self, name: &str, policy: &serde_json::Value) -> String {
        let account: AccountId = ACCOUNT.parse().expect("an account");
        let record = ManagedPolicy::new(format!("ANPA{}", name.to_uppercase()), "/", name, Moment(0));
        self.change(|records| {
            let version = PolicyVersion { number: 1, created: Moment(0), document: policy.to_string() };
            records.put(&PolicyVersion::key(account, name, 1), &version)?;
            records::add(records, account, &record)
        });
        record.arn(base::Partition::Aws, account)
    }

    /// Makes a role of [`ACCOUNT`] with an inline policy, and a session of it named `session`.
    pub fn assumed_role(&self, name: &str, policy: &serde_json::Value) -> Person {
        let account: AccountId = ACCOUNT.parse().expect("an account");
        let id = format!("AROA{}", name.to_uppercase());
        let mut role = Role::new(id.clone(), "/", name, "{}".to_owned(), Moment(0));
        role.inline.insert("own".to_owned(), policy.to_string());
        self.change(|records| records::add(records, account, &role));
        let role = Entity { path: "/".to_owned(), name: name.to_owned(), id };
        let identity = Identity::Role { role, session_name: "session".to_owned() };
        self.session_of(&SessionGrant::new(account, identity, SessionKind::AssumedRole))
    }

    /// Temporary credentials for an hour.
    pub fn session_of(&self, grant: &SessionGrant) -> Person {
        let hour = Duration::from_secs(3600);
        let new = self.kernel.directory().issue_session(grant, self.now(), hour).expect("a session");
        Person { id: new.access_key_id, secret: new.secret.expose().clone(), token: Some(new.token) }
    }

    /// Changes what is stored, as another call would; caches hear of it.
    pub fn change<T>(&self, mut body: impl FnMut(&mut Transaction) -> Result<T, Error>) -> T {
        let mut written = Vec::new();
        let marker = Marker(Uuid::random(self.kernel.rng().as_ref()));
        let answer = self.kernel.store().transact(marker, |transaction| {
            let answer = body(transaction)?;
            written = transaction.written_keys().map(<[u8]>::to_vec).collect();
            Ok::<T, Error>(answer)
        });
        let scope = base::Scope {
            account: ACCOUNT.parse().expect("an account"),
            region: super::REGION.parse().expect("a Region"),
        };
        self.kernel.changed(scope, &written, &[]);
        answer.expect("a change")
    }

    /// Calls a JSON or query service as somebody.
    pub fn call_by(&self, who: &Person, service: &str, operation: &str, input: &serde_json::Value) -> super::Answer {
        let (table, mut request) = super::request(service, operation, input);
        if let Some(token) = &who.token {
            request.headers_mut().insert("x-amz-security-token", token.parse().expect("a token"));
        }
        self.send(who.keys(), super::REGION, table.signing_name, request)
    }

    /// Calls an operation that nobody signs.
    pub fn call_unsigned(&self, service: &str, operation: &str, input: &serde_json::Value) -> super::Answer {
        let (_, mut request) = super::request(service, operation, input);
        request.headers_mut().insert("host", http::HeaderValue::from_static("localhost"));
        self.deliver(request)
    }

    fn now(&self) -> Timestamp {
        use base::Clock as _;
        self.clock.now()
    }
}

fn secret() -> Secret<String> {
    Secret::new(SECRET.to_owned())
}
