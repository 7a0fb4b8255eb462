//! How calls are decided: by policies and condition keys as they are at the call, and with an account of it.

use base::AccountId;
use directory::SessionGrant;
use directory::records::{self, Account, ControlPolicy, Controls, EnabledControls, Holder, Membership, User};
use kernel::testing::{ACCOUNT, House, OTHER, REGION, ROOT};
use kernel::{Ctx, Guarded, Lookup, Reader, Result, Service, Target, View, op};
use model::{Fault, Op};
use policy::{Attached, Document, Entity, Identity, Kind, Origin, Policy, Principal, SessionKind};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;
use store::Engine;

const LIST_KEYS: Op<(), ()> = Op::new("kms", "ListKeys");
const TAG_RESOURCE: Op<(), ()> = Op::new("kms", "TagResource");
const WEB_IDENTITY: Op<(), ()> = Op::new("sts", "AssumeRoleWithWebIdentity");

fn service() -> Service {
    Service::new("kms", || Fault::client("ThrottlingException", "slow down"))
        .with(op(LIST_KEYS, nothing).on(|_, ()| Ok(vec![Target::any("kms:ListKeys")])))
}

fn nothing(_: &mut Ctx<'_>, (): ()) -> Result<()> {
    Ok(())
}

fn list(house: &House, who: &kernel::testing::Person) -> kernel::testing::Answer {
    house.call_by(who, "kms", "ListKeys", &json!({}))
}

fn statement(effect: &str, action: &str, conditions: Value) -> Value {
    json!({ "Version": "2012-10-17", "Statement": [
        { "Sid": "TheOne", "Effect": effect, "Action": action, "Resource": "*", "Condition": conditions }
    ]})
}

fn allow(action: &str) -> Value {
    statement("Allow", action, json!({}))
}

/// A thing with a policy and tags: made of its id, `owner/policy`, where the policy is a word.
struct Thing {
    owner: AccountId,
    policy: Attached,
    tags: BTreeMap<String, String>,
}

impl View for Thing {
    const TABLE: &'static str = "test.thing";

    fn load(_: &mut Reader<'_>, _: base::Scope, principal: &str) -> Result<Option<Self>> {
        let text = json!({ "Version": "2012-10-17", "Statement": [
            { "Effect": "Allow", "Principal": { "AWS": principal }, "Action": "kms:*", "Resource": "*" }
        ]});
        let document = Document::parse(Kind::Resource, text.to_string()).unwrap();
        let policy = Attached::new("of a thing", Origin::Resource, Arc::new(Policy::compile(&document)));
        let tags = [("team".to_owned(), "red".to_owned())].into();
        Ok(Some(Self { owner: ACCOUNT.parse().unwrap(), policy, tags }))
    }
}

impl Guarded for Thing {
    const KIND: &'static str = "AWS::Test::Thing";

    fn arn(&self) -> String {
        format!("arn:aws:kms:us-east-1:{}:key/thing", self.owner)
    }

    fn owner(&self) -> AccountId {
        self.owner
    }

    fn policy(&self) -> Option<&Attached> {
        Some(&self.policy)
    }

    fn tags(&self) -> Option<&BTreeMap<String, String>> {
        Some(&self.tags)
    }
}

fn thing(lookup: &mut Lookup<'_, '_>, principal: &str) -> Result<Vec<Target>> {
    let thing = lookup.view::<Thing>(lookup.scope(), principal)?.unwrap();
    Ok(vec![Target::view("kms:TagResource", thing).request_tags([("Team", "blue")])])
}

#[test]
fn a_user_may_what_its_policies_allow_and_no_more() {
    let house = House::new(vec![service()]);
    let bob = house.person("bob", &allow("kms:List*"));
    assert_eq!(list(&house, &bob).status, 200);
    let carol = house.person("carol", &allow("kms:Describe*"));
    let answer = list(&house, &carol);
    assert_eq!(answer.code(), "AccessDeniedException");
    assert_eq!(
        answer.message(),
        "User: arn:aws:iam::111122223333:user/carol is not authorized to perform: kms:ListKeys because no identity-based \
         policy allows the kms:ListKeys action"
    );
}

#[test]
fn the_server_knows_what_a_request_is_like_and_no_header_changes_that() {
    let house = House::new(vec![service()]);
    let granted = [
        json!({ "StringEquals": { "aws:RequestedRegion": "us-east-1" } }),
        json!({ "Bool": { "aws:SecureTransport": "false", "aws:ViaAWSService": "false" } }),
        json!({ "IpAddress": { "aws:SourceIp": "127.0.0.0/8" } }),
        json!({ "StringLike": { "aws:UserAgent": "aws-cli/*" } }),
        json!({ "StringEquals": { "aws:PrincipalAccount": ACCOUNT, "aws:username": "${aws:username}" } }),
        json!({ "ArnLike": { "aws:PrincipalArn": "arn:aws:iam::111122223333:user/granted-*" } }),
        json!({ "DateGreaterThan": { "aws:CurrentTime": "2025-12-31T00:00:00Z" } }),
        json!({ "Null": { "aws:TokenIssueTime": "true", "aws:MultiFactorAuthPresent": "true" } }),
        json!({ "Null": { "aws:PrincipalOrgID": "true", "aws:CalledVia": "true", "aws:ResourceAccount": "true" } }),
    ];
    let call = |who: &kernel::testing::Person| {
        let request = http::Request::post("/")
            .header("content-type", "application/x-amz-json-1.1")
            .header("x-amz-target", "TrentService.ListKeys")
            .header("user-agent", "aws-cli/2.0")
            .header("x-forwarded-for", "10.0.0.1")
            .header("aws-sourceip", "10.0.0.1")
            .header("x-amz-principalorgid", "o-forged")
            .body(bytes::Bytes::from_static(b"{}"))
            .unwrap();
        house.send(who.keys(), REGION, "kms", request)
    };
    for (n, conditions) in granted.iter().enumerate() {
        let user = house.person(&format!("granted-{n}"), &statement("Allow", "kms:ListKeys", conditions.clone()));
        let answer = call(&user);
        assert_eq!(answer.status, 200, "{conditions}: {}", answer.body);
    }
    let refused = [
        json!({ "StringEquals": { "aws:RequestedRegion": "eu-west-1" } }),
        json!({ "Bool": { "aws:SecureTransport": "true" } }),
        json!({ "IpAddress": { "aws:SourceIp": "10.0.0.0/8" } }),
        json!({ "StringEquals": { "aws:PrincipalOrgID": "o-forged" } }),
    ];
    for (n, conditions) in refused.iter().enumerate() {
        let user = house.person(&format!("refused-{n}"), &statement("Allow", "kms:ListKeys", conditions.clone()));
        assert_eq!(call(&user).code(), "AccessDeniedException", "{conditions}");
    }
}

#[test]
fn a_permission_that_is_taken_away_is_gone_with_the_next_call() {
    let house = House::new(vec![service()]);
    let bob = house.person("bob", &allow("kms:ListKeys"));
    let app = house.assumed_role("app", &allow("kms:ListKeys"));
    assert_eq!((list(&house, &bob).status, list(&house, &app).status), (200, 200));
    let account: AccountId = ACCOUNT.parse().unwrap();
    house.change(|records| {
        let mut bob: User = records::find(records, account, "bob")?.unwrap();
        bob.inline_mut().clear();
        records::replace(records, account, &bob.clone(), &bob)
    });
    assert_eq!(list(&house, &bob).code(), "AccessDeniedException");
    house.change(|records| {
        let app: records::Role = records::find(records, account, "app")?.unwrap();
        records::remove(records, account, &app)
    });
    // The role of the session is gone, and with it the session.
    assert_eq!(list(&house, &app).code(), "UnrecognizedClientException");
}

#[test]
fn a_boundary_and_an_explicit_deny_hold_whatever_is_allowed() {
    let house = House::new(vec![service()]);
    let bob = house.person("bob", &allow("*"));
    house.bound("bob", &allow("s3:*"));
    assert!(list(&house, &bob).message().ends_with("because no permissions boundary allows the kms:ListKeys action"));
    let both = json!({ "Version": "2012-10-17", "Statement": [
        { "Effect": "Allow", "Action": "*", "Resource": "*" },
        { "Effect": "Deny", "Action": "kms:*", "Resource": "*" }
    ]});
    let carol = house.person("carol", &both);
    assert!(list(&house, &carol).message().contains("with an explicit deny in an identity-based policy"));
}

#[test]
fn another_account_needs_the_resources_policy_and_its_own() {
    let on = |principal: &'static str| move |lookup: &mut Lookup<'_, '_>, (): &()| thing(lookup, principal);
    let call = |house: &House, who: &kernel::testing::Person| {
        house.call_by(who, "kms", "TagResource", &json!({ "KeyId": "k", "Tags": [] })).status == 200
    };
    for (principal, granted, allowed) in [
        ("arn:aws:iam::444455556666:root", true, true),
        ("arn:aws:iam::444455556666:root", false, false),
        ("arn:aws:iam::777788889999:root", true, false),
        ("arn:aws:iam::111122223333:root", true, false),
    ] {
        let house = House::new(vec![service().with(op(TAG_RESOURCE, nothing).on(on(principal)))]);
        let action = if granted { "kms:TagResource" } else { "kms:DisableKey" };
        let eve = house.person_of("444455556666", "eve", &allow(action));
        assert_eq!(call(&house, &eve), allowed, "{principal} {granted}");
    }
}

#[test]
fn tags_of_the_resource_and_of_the_request_are_condition_keys() {
    let on = |lookup: &mut Lookup<'_, '_>, (): &()| thing(lookup, "arn:aws:iam::111122223333:root");
    let house = House::new(vec![service().with(op(TAG_RESOURCE, nothing).on(on))]);
    let allowed = |name: &str, conditions: Value| {
        let user = house.person(name, &statement("Allow", "kms:TagResource", conditions));
        house.call_by(&user, "kms", "TagResource", &json!({ "KeyId": "k", "Tags": [] })).status == 200
    };
    assert!(allowed("a", json!({ "StringEquals": { "aws:ResourceTag/team": "red" } })));
    assert!(!allowed("b", json!({ "StringEquals": { "aws:ResourceTag/team": "blue" } })));
    assert!(allowed("c", json!({ "StringEquals": { "aws:RequestTag/Team": "blue" } })));
    assert!(allowed("d", json!({ "ForAllValues:StringEquals": { "aws:TagKeys": ["Team"] } })));
    assert!(!allowed("e", json!({ "ForAllValues:StringEquals": { "aws:TagKeys": ["Other"] } })));
    assert!(allowed("f", json!({ "StringEquals": { "aws:ResourceAccount": ACCOUNT } })));
}

#[test]
fn an_organisations_policies_bind_its_members_to_the_root_user() {
    let house = House::new(vec![service()]);
    let management: AccountId = "444455556666".parse().unwrap();
    house.change(|records| {
        for id in [ACCOUNT.parse().unwrap(), management] {
            let mut account: Account = records.get(&Account::key(id))?.unwrap();
            let (organization, path) = ("o-a".to_owned(), vec!["r-1".to_owned()]);
            account.membership = Some(Membership { organization, management: management.to_string(), path });
            records.put(&Account::key(id), &account)?;
        }
        let deny = statement("Deny", "kms:ListKeys", json!({ "StringEquals": { "aws:PrincipalOrgID": "o-a" } }));
        let arn = "arn:aws:organizations::444455556666:policy/o-a/service_control_policy/p-no".to_owned();
        let policy = ControlPolicy { kind: records::ControlKind::Service, arn, document: deny.to_string() };
        records.put(&ControlPolicy::key(management, "p-no"), &policy)?;
        let service = ["p-FullAWSAccess".to_owned(), "p-no".to_owned()].into();
        records.put(&Controls::key(management, "r-1"), &Controls { service, resource: [].into() })?;
        let full = Controls { service: ["p-FullAWSAccess".to_owned()].into(), resource: [].into() };
        records.put(&Controls::key(management, ACCOUNT), &full)?;
        records.put(&EnabledControls::key(management, "r-1"), &EnabledControls { service: true, resource: false })
    });
    let answer = house.call("kms", "ListKeys", &json!({}));
    assert!(answer.message().contains("with an explicit deny in a service control policy"), "{}", answer.message());
    assert_eq!(house.call_as(OTHER, REGION, "kms", "ListKeys", &json!({})).status, 200);
}

#[test]
fn resource_control_policies_keep_outsiders_away_from_what_a_resources_policy_gives_them() {
    let on = |lookup: &mut Lookup<'_, '_>, (): &()| thing(lookup, "arn:aws:iam::444455556666:root");
    let beyond = |lookup: &mut Lookup<'_, '_>, (): &()| {
        Ok(thing(lookup, "arn:aws:iam::444455556666:root")?.into_iter().map(Target::beyond_resource_control).collect())
    };
    let management: AccountId = "999988887777".parse().unwrap();
    let call = |line: kernel::Operation| {
        let house = House::new(vec![service().with(line)]);
        house.kernel.directory().ensure_account(management).unwrap();
        house.change(|records| {
            let mut account: Account = records.get(&Account::key(ACCOUNT.parse().unwrap()))?.unwrap();
            let (organization, path) = ("o-a".to_owned(), vec!["r-1".to_owned()]);
            account.membership = Some(Membership { organization, management: management.to_string(), path });
            records.put(&Account::key(ACCOUNT.parse().unwrap()), &account)?;
            let document = json!({ "Version": "2012-10-17", "Statement": [ {
                "Effect": "Deny", "Principal": "*", "Action": "kms:*", "Resource": "*",
                "Condition": { "StringNotEquals": { "aws:PrincipalOrgID": "o-a" } }
            } ]});
            let arn = "arn:aws:organizations::999988887777:policy/o-a/resource_control_policy/p-in".to_owned();
            let kind = records::ControlKind::Resource;
            let policy = ControlPolicy { kind, arn, document: document.to_string() };
            records.put(&ControlPolicy::key(management, "p-in"), &policy)?;
            let full = Controls { service: [].into(), resource: ["p-RCPFullAWSAccess".to_owned()].into() };
            records.put(&Controls::key(management, "r-1"), &full)?;
            let both = ["p-RCPFullAWSAccess".to_owned(), "p-in".to_owned()].into();
            records.put(&Controls::key(management, ACCOUNT), &Controls { service: [].into(), resource: both })?;
            records.put(&EnabledControls::key(management, "r-1"), &EnabledControls { service: false, resource: true })
        });
        let eve = house.person_of("444455556666", "eve", &allow("kms:*"));
        house.call_by(&eve, "kms", "TagResource", &json!({ "KeyId": "k", "Tags": [] }))
    };
    let answer = call(op(TAG_RESOURCE, nothing).on(on).into());
    assert!(answer.message().contains("with an explicit deny in a resource control policy"), "{}", answer.body);
    assert_eq!(call(op(TAG_RESOURCE, nothing).on(beyond).into()).status, 200);
}

#[test]
fn a_denial_can_be_explained_here_elsewhere_and_after_a_restart() {
    let engine: Arc<dyn Engine> = Arc::new(store::Memory::new());
    let house = House::over(vec![service()], engine.clone());
    let bob =
        house.person("bob", &statement("Allow", "kms:ListKeys", json!({ "Bool": { "aws:SecureTransport": "true" } })));
    let answer = list(&house, &bob);
    let denied = house.kernel.why(&answer.request_id).unwrap();
    assert_eq!(denied.len(), 1);
    let denied = &denied[0];
    assert_eq!((denied.action.as_str(), denied.resource.as_str()), ("kms:ListKeys", "*"));
    assert_eq!(denied.message, answer.message());
    let explanation: Value = serde_json::from_str(denied.explanation.as_ref().unwrap()).unwrap();
    assert_eq!(explanation["allowed"], false);
    let held = &explanation["policies"][0]["statements"][0];
    assert_eq!(
        (held["sid"].as_str(), held["verdict"].as_str()),
        (Some("TheOne"), Some("conditionFails")),
        "{explanation}"
    );
    assert!(house.kernel.why("no-such-request").unwrap().is_empty());
    assert!(house.kernel.why(&house.call("kms", "ListKeys", &json!({})).request_id).unwrap().is_empty());
    // Written down, it is found by another process over the same store.
    house.kernel.keep_notes().unwrap();
    let again = House::over(vec![service()], engine);
    assert_eq!(again.kernel.why(&answer.request_id).unwrap(), std::slice::from_ref(denied));
}

#[test]
fn the_encoded_form_of_a_denial_is_for_its_account_alone() {
    let house = House::new(vec![service()]);
    let bob = house.person("bob", &allow("s3:*"));
    let answer = list(&house, &bob);
    let denied = house.kernel.why(&answer.request_id).unwrap().remove(0);
    let message: Value = serde_json::from_str(&denied.authorization).unwrap();
    assert_eq!((message["allowed"].as_bool(), message["explicitDeny"].as_bool()), (Some(false), Some(false)));
    assert_eq!(message["context"]["principal"]["arn"], "arn:aws:iam::111122223333:user/bob");
    assert_eq!(message["context"]["action"], "kms:ListKeys");
    let encoded = house.kernel.encoded_authorization(ACCOUNT.parse().unwrap(), &denied.authorization).unwrap();
    assert!(encoded.len() <= 10_240);
    assert_eq!(house.kernel.decoded_authorization(ACCOUNT.parse().unwrap(), &encoded), Some(denied.authorization));
    assert_eq!(house.kernel.decoded_authorization("444455556666".parse().unwrap(), &encoded), None);
}

#[test]
fn in_soft_mode_denials_are_let_through_counted_and_explained() {
    let house = House::soft(vec![service()]);
    let bob = house.person("bob", &allow("s3:*"));
    let answer = list(&house, &bob);
    assert_eq!(answer.status, 200);
    assert_eq!(house.kernel.let_through(), 1);
    let denied = house.kernel.why(&answer.request_id).unwrap();
    assert!(denied[0].let_through && denied[0].message.contains("no identity-based policy"));
    let forged = house.call_as((ROOT.0, "wrong"), REGION, "kms", "ListKeys", &json!({}));
    assert_eq!(forged.code(), "InvalidSignatureException", "who calls is proven all the same");
}

#[test]
fn a_session_is_on_record_with_what_it_is_of() {
    let house = House::new(vec![service()]);
    let app = house.assumed_role("app", &allow("kms:ListKeys"));
    assert_eq!(list(&house, &app).status, 200);
    let records = house.records();
    let identity = &records.last().unwrap()["userIdentity"];
    assert_eq!(identity["type"], "AssumedRole");
    assert_eq!(identity["principalId"], "AROAAPP:session");
    assert_eq!(identity["arn"], "arn:aws:sts::111122223333:assumed-role/app/session");
    assert_eq!(identity["accessKeyId"], app.id.as_str());
    assert_eq!(identity["sessionContext"]["sessionIssuer"]["arn"], "arn:aws:iam::111122223333:role/app");
    assert_eq!(identity["sessionContext"]["attributes"]["mfaAuthenticated"], "false");
    let root =
        house.session_of(&SessionGrant::new(ACCOUNT.parse().unwrap(), Identity::Root, SessionKind::SessionToken));
    assert_eq!(list(&house, &root).status, 200);
    let records = house.records();
    let identity = &records.last().unwrap()["userIdentity"];
    assert_eq!((identity["type"].as_str(), identity["principalId"].as_str()), (Some("Root"), Some(ACCOUNT)));
    assert!(identity["sessionContext"]["attributes"]["creationDate"].is_string());
}

#[test]
fn a_federated_user_has_the_users_policies_within_those_of_the_session() {
    let house = House::new(vec![service()]);
    house.person("bob", &allow("kms:*"));
    let user = Entity { path: "/".into(), name: "bob".into(), id: "AIDABOB".into() };
    let grant = |policy: Option<Value>| SessionGrant {
        policy: policy.map(|policy| policy.to_string()),
        ..SessionGrant::new(
            ACCOUNT.parse().unwrap(),
            Identity::Federated { name: "guest".into(), user: Some(user.clone()) },
            SessionKind::Federation,
        )
    };
    let within = house.session_of(&grant(Some(allow("kms:ListKeys"))));
    assert_eq!(list(&house, &within).status, 200);
    let identity = house.records().last().unwrap()["userIdentity"].clone();
    assert_eq!(identity["type"], "FederatedUser");
    assert_eq!(identity["arn"], "arn:aws:sts::111122223333:federated-user/guest");
    assert_eq!(identity["sessionContext"]["sessionIssuer"]["userName"], "bob");
    let outside = house.session_of(&grant(Some(allow("s3:*"))));
    assert_eq!(list(&house, &outside).code(), "AccessDeniedException");
    let without = house.session_of(&grant(None));
    assert_eq!(list(&house, &without).code(), "AccessDeniedException", "no policy is no permission");
}

#[test]
fn the_last_use_of_a_key_is_noted() {
    let house = House::new(vec![service()]);
    let bob = house.person("bob", &allow("kms:*"));
    list(&house, &bob);
    let account: AccountId = ACCOUNT.parse().unwrap();
    let mut transaction = house.kernel.store().begin().unwrap();
    let last = house.kernel.directory().key_use(&mut transaction, account, &bob.id).unwrap().unwrap();
    assert_eq!((last.service.as_str(), last.region.as_str()), ("kms", REGION));
}

#[test]
fn whoever_need_not_sign_is_decided_and_recorded_as_who_they_prove_to_be() {
    fn on(lookup: &mut Lookup<'_, '_>, (): &()) -> Result<Vec<Target>> {
        let account: AccountId = ACCOUNT.parse().unwrap();
        let kind = SessionKind::WebIdentity;
        let provider = "arn:aws:iam::111122223333:oidc-provider/token.example.com".to_owned();
        if lookup.caller().source == "127.0.0.1" && WRONG.load(std::sync::atomic::Ordering::SeqCst) {
            return Err(Fault::client("InvalidIdentityToken", "no").into());
        }
        let identity = Identity::External { kind, provider, subject: "alice".into() };
        lookup.identify(Principal::new(account, identity), "token.example.com:app:alice".to_owned())?;
        let trust = json!({ "Version": "2012-10-17", "Statement": [ {
            "Effect": "Allow", "Action": "sts:AssumeRoleWithWebIdentity",
            "Principal": { "Federated": "arn:aws:iam::111122223333:oidc-provider/token.example.com" },
        } ]});
        let document = Document::parse(Kind::Trust, trust.to_string()).unwrap();
        let trust = Attached::new("trust policy", Origin::Resource, Arc::new(Policy::compile(&document)));
        let arn = "arn:aws:iam::111122223333:role/app".to_owned();
        Ok(vec![
            Target::arn("sts:AssumeRoleWithWebIdentity", arn, account).guarded_by(trust).on_record("AWS::IAM::Role"),
        ])
    }
    static WRONG: std::sync::atomic::AtomicBool = std::sync::atomic::AtomicBool::new(false);
    let sts = Service::new("sts", || Fault::client("Throttling", "slow down")).with(op(WEB_IDENTITY, nothing).on(on));
    let house = House::new(vec![sts]);
    let call = || {
        let form = "Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleSessionName=session&WebIdentityToken=token\
                    &RoleArn=arn%3Aaws%3Aiam%3A%3A111122223333%3Arole%2Fapp";
        let request = http::Request::post("/")
            .header("host", "localhost")
            .header("content-type", "application/x-www-form-urlencoded")
            .body(bytes::Bytes::from(form))
            .unwrap();
        house.deliver(request)
    };
    let answer = call();
    assert_eq!(answer.status, 200, "{}", answer.body);
    let records = house.records();
    let record = records.last().unwrap();
    assert_eq!(record["userIdentity"]["type"], "WebIdentityUser");
    assert_eq!(record["userIdentity"]["principalId"], "token.example.com:app:alice");
    assert_eq!(record["recipientAccountId"], ACCOUNT);
    WRONG.store(true, std::sync::atomic::Ordering::SeqCst);
    assert_eq!(call().code(), "InvalidIdentityToken");
    assert_eq!(house.records().len(), records.len(), "a stranger does not write to an account's log");
}
