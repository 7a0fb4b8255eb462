//! Who asks: one of each kind of principal, and the condition keys that follow from who it is.
//!
//! Source of the keys: IAM User Guide, "Policy variables", "Principal key values", and "Global condition context keys".

use serde_json::{Map, Value, json};

/// The account of the people below.
pub(crate) const HERE: &str = "111122223333";
/// Another account.
pub(crate) const THERE: &str = "444455556666";

const ISSUED: &str = "2026-01-02T03:04:05Z";

/// A principal.
#[derive(Clone, Debug)]
pub(crate) struct Person {
    pub(crate) word: &'static str,
    value: Value,
}

/// The root user of an account.
pub(crate) fn root(account: &str) -> Person {
    Person { word: "root", value: json!({"type": "root", "account": account}) }
}

/// An IAM user.
pub(crate) fn user() -> Person {
    user_of(HERE)
}

/// An IAM user of an account.
pub(crate) fn user_of(account: &str) -> Person {
    let id = if account == HERE { "AIDACKCEVSQ6C2EXAMPLE" } else { "AIDAIODR4TAW7CSEXAMPL" };
    let value = json!({"type": "user", "account": account, "path": "/division/", "name": "alice", "id": id});
    Person { word: "user", value }
}

/// A session of a role.
pub(crate) fn role() -> Person {
    role_of(HERE, "/")
}

/// A session of a role of an account, with a path.
pub(crate) fn role_of(account: &str, path: &str) -> Person {
    let id = if account == HERE { "AROADBQP57FF2AEXAMPLE" } else { "AROA3XFRBF23CEXAMPLE" };
    let value = json!({
        "type": "role", "account": account, "path": path, "name": "app", "id": id, "session": "s1", "issued": ISSUED
    });
    Person { word: "role session", value }
}

/// A session of another role, which has a path.
pub(crate) fn worker() -> Person {
    let mut person = role_of(HERE, "/service/");
    person.value["name"] = "worker".into();
    person.value["id"] = "AROAWORKERWORKEXAMPLE".into();
    person
}

/// A session of a role that belongs to a service.
pub(crate) fn service_linked() -> Person {
    let mut person = role_of(HERE, "/aws-service-role/guardduty.amazonaws.com/");
    person.value["name"] = "AWSServiceRoleForAmazonGuardDuty".into();
    person.word = "session of a service-linked role";
    person
}

/// A session that the user got from GetFederationToken.
pub(crate) fn federated() -> Person {
    federated_by(&user_of(HERE))
}

/// A session that somebody got from GetFederationToken: a user, or the root.
pub(crate) fn federated_by(person: &Person) -> Person {
    let by = &person.value;
    let user = match by["type"].as_str() {
        Some("user") => json!({"path": by["path"], "name": by["name"], "id": by["id"]}),
        _ => Value::Null,
    };
    let value = json!({"type": "federated", "account": by["account"], "name": "carol", "user": user, "issued": ISSUED});
    Person { word: if by["type"] == "user" { "federated user" } else { "federated root" }, value }
}

/// A service in its own name.
pub(crate) fn service(name: &str) -> Person {
    Person { word: "service", value: json!({"type": "service", "name": name}) }
}

/// Nobody: the request is not signed.
pub(crate) fn anonymous() -> Person {
    Person { word: "anonymous caller", value: json!({"type": "anonymous"}) }
}

/// Someone with the word of an OpenID Connect provider only.
pub(crate) fn web_identity(provider: &str) -> Person {
    Person {
        word: "web identity",
        value: json!({"type": "webIdentity", "provider": provider, "subject": "248289761001"}),
    }
}

/// Someone with the word of a SAML provider only.
pub(crate) fn saml(provider: &str) -> Person {
    Person { word: "SAML identity", value: json!({"type": "saml", "provider": provider, "subject": "dave"}) }
}

impl Person {
    /// As a case shows it.
    pub(crate) fn value(&self) -> Value {
        self.value.clone()
    }

    fn of(&self, member: &str) -> &str {
        self.value[member].as_str().unwrap_or_default()
    }

    /// The same with a tag.
    pub(crate) fn tagged(mut self, key: &str, value: &str) -> Self {
        self.value["tags"][key] = value.into();
        self
    }

    /// The same under another unique id: deleted and made again.
    pub(crate) fn made_again(mut self) -> Self {
        let prefix = &self.of("id")[..4];
        self.value["id"] = format!("{prefix}NEWNEWNEWNEXAMPLE").into();
        self
    }

    /// Its account.
    pub(crate) fn account(&self) -> &str {
        self.of("account")
    }

    /// Its unique id, or that of its role or of the user who federated it.
    pub(crate) fn id(&self) -> &str {
        self.value["user"]["id"].as_str().unwrap_or_else(|| self.of("id"))
    }

    /// The ARN of the user or role behind it; of the account's root where there is none.
    pub(crate) fn entity(&self) -> String {
        let account = self.account();
        let named = |kind: &str, of: &Value| {
            format!("arn:aws:iam::{account}:{kind}{}{}", of["path"].as_str().unwrap(), of["name"].as_str().unwrap())
        };
        match self.of("type") {
            "user" => named("user", &self.value),
            "role" => named("role", &self.value),
            "federated" if !self.value["user"].is_null() => named("user", &self.value["user"]),
            _ => format!("arn:aws:iam::{account}:root"),
        }
    }

    /// The ARN of the session, for those that have one; otherwise of the entity.
    pub(crate) fn session(&self) -> String {
        match self.of("type") {
            "role" => {
                format!("arn:aws:sts::{}:assumed-role/{}/{}", self.account(), self.of("name"), self.of("session"))
            }
            "federated" => format!("arn:aws:sts::{}:federated-user/{}", self.account(), self.of("name")),
            _ => self.entity(),
        }
    }

    /// The user or role behind it, with its unique id.
    pub(crate) fn entities(&self) -> Map<String, Value> {
        let mut entities = Map::new();
        if !self.id().is_empty() {
            entities.insert(self.entity(), self.id().into());
        }
        entities
    }

    /// The condition keys that follow from who it is.
    pub(crate) fn keys(&self) -> Map<String, Value> {
        let account = self.account();
        let mut keys = Map::new();
        let mut set = |key: &str, value: &str| keys.insert(key.to_owned(), value.into());
        let (kind, id) = match self.of("type") {
            "root" => ("Account", account.to_owned()),
            "user" => ("User", self.id().to_owned()),
            "role" => ("AssumedRole", format!("{}:{}", self.id(), self.of("session"))),
            "federated" => ("FederatedUser", format!("{account}:{}", self.of("name"))),
            "service" => {
                set("aws:PrincipalIsAWSService", "true");
                set("aws:PrincipalServiceName", self.of("name"));
                return keys;
            }
            "anonymous" => {
                set("aws:PrincipalAccount", "anonymous");
                set("aws:PrincipalType", "Anonymous");
                set("aws:userid", "anonymous");
                return keys;
            }
            _ => return keys,
        };
        set("aws:PrincipalType", kind);
        set("aws:userid", &id);
        set("aws:PrincipalAccount", account);
        set("aws:PrincipalArn", &if kind == "FederatedUser" { self.session() } else { self.entity() });
        set("aws:PrincipalIsAWSService", "false");
        if kind == "User" {
            set("aws:username", self.of("name"));
        }
        if !self.value["issued"].is_null() {
            set("aws:TokenIssueTime", ISSUED);
            if kind == "AssumedRole" {
                set("aws:MultiFactorAuthPresent", "false");
            }
        }
        for (key, value) in self.value["tags"].as_object().into_iter().flatten() {
            set(&format!("aws:PrincipalTag/{key}"), value.as_str().unwrap());
        }
        keys
    }
}
