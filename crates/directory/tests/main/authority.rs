//! With what authority callers act, and how soon it follows what is stored.

use crate::{Here, account};
use base::{AccountId, Secret, Timestamp};
use fastness_directory::records::{
    self, AccessKey, Account, ControlKind, ControlPolicy, Controls, EnabledControls, Group, ManagedPolicy, Membership,
    Moment, Named, Owner, PolicyVersion, Role, User,
};
use fastness_directory::{Authority, SessionGrant};
use policy::{Attached, Entity, Identity, Principal, SessionKind};
use std::sync::Arc;
use std::time::Duration;
use store::{Error, Transaction};

const ADMIN: &str = "arn:aws:iam::aws:policy/AdministratorAccess";
const OWN: &str = "arn:aws:iam::111122223333:policy/own";
const EMPTY: &str = r#"{"Version":"2012-10-17","Statement":[]}"#;

fn ids(policies: &[Attached]) -> Vec<&str> {
    policies.iter().map(|policy| &*policy.id).collect()
}

fn user(records: &mut Transaction, id: &str, name: &str) -> Result<User, Error> {
    let user = User::new(id.into(), "/", name, Moment(0));
    records::add(records, account(), &user)?;
    Ok(user)
}

fn role(records: &mut Transaction, id: &str, name: &str, path: &str) -> Result<Role, Error> {
    let role = Role::new(id.into(), path, name, "{}".into(), Moment(0));
    records::add(records, account(), &role)?;
    Ok(role)
}

fn own_policy(records: &mut Transaction) -> Result<(), Error> {
    records::add(records, account(), &ManagedPolicy::new("ANPA1".into(), "/", "own", Moment(0)))?;
    for number in [1, 2] {
        let version = PolicyVersion { number, created: Moment(0), document: EMPTY.into() };
        records.put(&PolicyVersion::key(account(), "own", number), &version)?;
    }
    Ok(())
}

impl Here {
    fn user(&self, id: &str, name: &str) -> Option<Arc<Authority>> {
        self.directory.authority_of(Principal::user(account(), "/", name, id), true).unwrap()
    }

    fn role(&self, id: &str, name: &str) -> Option<Arc<Authority>> {
        let role = Entity { path: "/".into(), name: name.into(), id: id.into() };
        let identity = Identity::Role { role, session_name: "s".into() };
        self.directory.authority_of(Principal::new(account(), identity), true).unwrap()
    }
}

#[test]
fn a_users_policies_are_its_own_and_those_of_its_groups() {
    let here = Here::new();
    here.change(|records| {
        own_policy(records)?;
        let mut alice = user(records, "AIDA1", "alice")?;
        alice.inline.insert("mine".into(), EMPTY.into());
        alice.tags.insert("team".into(), "red".into());
        records.put(&User::key(account(), "alice"), &alice)?;
        records::attach(records, account(), &mut alice, OWN)?;
        records::set_boundary(records, account(), &mut alice, Some(ADMIN))?;
        let mut staff = Group::new("AGPA1".into(), "/", "staff", Moment(0));
        staff.inline.insert("ours".into(), EMPTY.into());
        records::add(records, account(), &staff)?;
        records::attach(records, account(), &mut staff, ADMIN)?;
        records::join(records, account(), &mut alice, &staff)
    });
    let alice = here.user("AIDA1", "alice").unwrap();
    assert_eq!(ids(alice.policies().identity), ["mine", OWN, "ours", ADMIN]);
    assert_eq!(&*alice.policies().boundary.unwrap().id, ADMIN);
    assert_eq!(*alice.principal().tags, [("team".to_owned(), "red".to_owned())]);
    assert!(alice.policies().scp.is_empty() && alice.membership().is_none());
}

#[test]
fn a_policy_that_is_attached_to_many_is_compiled_once() {
    let here = Here::new();
    here.change(|records| {
        own_policy(records)?;
        for n in 0..20 {
            let mut role = role(records, &format!("AROA{n}"), &format!("role-{n}"), "/")?;
            records::attach(records, account(), &mut role, OWN)?;
            records::attach(records, account(), &mut role, ADMIN)?;
        }
        Ok(())
    });
    let all: Vec<_> = (0..20).map(|n| here.role(&format!("AROA{n}"), &format!("role-{n}")).unwrap()).collect();
    let compiled = |n: usize, policy: usize| all[n].policies().identity[policy].policy.clone();
    for n in 1..20 {
        assert!(Arc::ptr_eq(&compiled(0, 0), &compiled(n, 0)) && Arc::ptr_eq(&compiled(0, 1), &compiled(n, 1)));
    }
}

#[test]
fn what_changes_counts_at_once_and_leaves_others_alone() {
    let here = Here::new();
    here.change(|records| {
        own_policy(records)?;
        let mut alice = user(records, "AIDA1", "alice")?;
        records::attach(records, account(), &mut alice, OWN)?;
        let mut bob = user(records, "AIDA2", "bob")?;
        records::attach(records, account(), &mut bob, ADMIN)?;
        Ok(())
    });
    let (alice, bob) = (here.user("AIDA1", "alice").unwrap(), here.user("AIDA2", "bob").unwrap());
    let renewed = |authority: &Arc<Authority>| here.directory.renewed(authority, true).unwrap().unwrap();
    assert!(Arc::ptr_eq(&renewed(&alice), &alice) && Arc::ptr_eq(&renewed(&bob), &bob));
    // Another default version of a policy that alice has.
    here.change(|records| {
        let old: ManagedPolicy = records::find(records, account(), "own")?.unwrap();
        let new = ManagedPolicy { default_version: 2, ..old.clone() };
        records::replace(records, account(), &old, &new)
    });
    let second = renewed(&alice);
    assert!(!Arc::ptr_eq(&second, &alice) && Arc::ptr_eq(&renewed(&bob), &bob));
    here.change(|records| {
        let mut alice: User = records::find(records, account(), "alice")?.unwrap();
        records::detach(records, account(), &mut alice, OWN)
    });
    assert!(renewed(&second).policies().identity.is_empty());
    assert!(Arc::ptr_eq(&renewed(&bob), &bob));
}

#[test]
fn who_is_made_again_under_the_same_name_inherits_nothing_and_the_former_one_has_nothing() {
    let here = Here::new();
    here.change(|records| {
        let mut app = role(records, "AROA1", "app", "/")?;
        records::attach(records, account(), &mut app, ADMIN)
    });
    let before = here.role("AROA1", "app").unwrap();
    here.change(|records| {
        let mut app: Role = records::find(records, account(), "app")?.unwrap();
        records::detach(records, account(), &mut app, ADMIN)?;
        records::remove(records, account(), &app)?;
        role(records, "AROA2", "app", "/").map(|_| ())
    });
    assert!(here.directory.renewed(&before, true).unwrap().is_none());
    assert!(here.role("AROA1", "app").is_none());
    assert!(here.role("AROA2", "app").unwrap().policies().identity.is_empty());
    assert!(here.user("AROA2", "app").is_none(), "a role is no user");
}

#[test]
fn the_session_of_a_role_is_limited_by_policies_as_they_are_now() {
    let here = Here::new();
    here.change(|records| {
        own_policy(records)?;
        role(records, "AROA1", "app", "/").map(|_| ())
    });
    let role = Entity { path: "/".into(), name: "app".into(), id: "AROA1".into() };
    let identity = Identity::Role { role, session_name: "s".into() };
    let grant = SessionGrant {
        policy: Some(EMPTY.into()),
        policy_arns: vec![OWN.into(), "arn:aws:iam::111122223333:policy/none".into()],
        ..SessionGrant::new(account(), identity, SessionKind::AssumedRole)
    };
    let new = here.directory.issue_session(&grant, Timestamp::from_millis(0), Duration::from_secs(900)).ok().unwrap();
    let session = here.directory.session(&new.access_key_id, &new.token).unwrap();
    let authority = here.directory.authority(&session.credential, true).unwrap().unwrap();
    let policies = authority.principal().session_policies().unwrap();
    // One that is not there still stands among them, and denies.
    assert_eq!(ids(policies), ["session policy", OWN, "arn:aws:iam::111122223333:policy/none"]);
    here.change(|records| {
        let app: Role = records::find(records, account(), "app")?.unwrap();
        records::remove(records, account(), &app)
    });
    assert!(here.directory.authority(&session.credential, true).unwrap().is_none(), "the role is gone");
}

#[test]
fn a_name_that_is_another_users_now_is_not_believed() {
    let here = Here::new();
    let secret = Secret::new("secret".to_owned());
    here.change(|records| {
        let alice = user(records, "AIDA1", "alice")?;
        records::add_access_key(
            records,
            "AKIA1",
            &AccessKey::new(account(), Owner::User("AIDA1".into()), Moment(0), &secret),
        )?;
        let alice: User = records::find(records, account(), &alice.name)?.unwrap();
        records::replace(records, account(), &alice, &User { name: "carol".into(), ..alice.clone() })?;
        user(records, "AIDA2", "alice").map(|_| ())
    });
    // A session from before the rename.
    let carol = here.user("AIDA1", "alice").unwrap();
    assert_eq!(carol.principal().arn(base::Partition::Aws), "arn:aws:iam::111122223333:user/carol");
    let credential = here.directory.credential("AKIA1", true).unwrap().unwrap();
    let found = here.directory.authority(&credential, true).unwrap().unwrap();
    assert_eq!(found.principal().unique_id(), "AIDA1");
}

#[test]
fn nothing_is_taken_from_or_put_into_caches_that_are_in_doubt() {
    let here = Here::new();
    let secret = Secret::new("secret".to_owned());
    here.change(|records| {
        user(records, "AIDA1", "alice")?;
        records::add_access_key(
            records,
            "AKIA1",
            &AccessKey::new(account(), Owner::User("AIDA1".into()), Moment(0), &secret),
        )
    });
    let credential = here.directory.credential("AKIA1", true).unwrap().unwrap();
    here.directory.authority(&credential, true).unwrap().unwrap();
    // Another node changes both, and this one is not told.
    let marker = store::Marker(base::Uuid([9; 16]));
    here.store
        .transact(marker, |records| {
            let mut alice: User = records::find(records, account(), "alice")?.unwrap();
            records::attach(records, account(), &mut alice, ADMIN)?;
            records.delete(&AccessKey::key("AKIA1"))
        })
        .unwrap();
    assert!(here.directory.credential("AKIA1", false).unwrap().is_none());
    let doubtful = here.directory.authority(&credential, false).unwrap().unwrap();
    assert_eq!(ids(doubtful.policies().identity), [ADMIN]);
    assert!(!Arc::ptr_eq(&here.directory.renewed(&doubtful, true).unwrap().unwrap(), &doubtful));
    here.directory.clear();
    assert!(here.directory.credential("AKIA1", true).unwrap().is_none());
}

#[test]
fn an_organisation_bounds_its_members_level_by_level_and_not_its_management_account() {
    let here = Here::new();
    let management: AccountId = "999988887777".parse().unwrap();
    here.directory.ensure_account(management).unwrap();
    let own = "arn:aws:organizations::999988887777:policy/o-a/service_control_policy/p-own";
    let full = "arn:aws:organizations::aws:policy/service_control_policy/p-FullAWSAccess";
    let resource = "arn:aws:organizations::aws:policy/resource_control_policy/p-RCPFullAWSAccess";
    let join = |records: &mut Transaction, id: AccountId| {
        let mut account: Account = records.get(&Account::key(id))?.unwrap();
        account.membership = Some(Membership {
            organization: "o-a".into(),
            management: management.to_string(),
            path: vec!["r-1".into(), "ou-1".into()],
        });
        records.put(&Account::key(id), &account)
    };
    here.change(|records| {
        join(records, account())?;
        join(records, management)?;
        let policy = ControlPolicy { kind: ControlKind::Service, arn: own.into(), document: EMPTY.into() };
        records.put(&ControlPolicy::key(management, "p-own"), &policy)?;
        let attached = |service: &[&str]| Controls {
            service: service.iter().map(|id| (*id).to_owned()).collect(),
            resource: ["p-RCPFullAWSAccess".to_owned()].into(),
        };
        records.put(&Controls::key(management, "r-1"), &attached(&["p-FullAWSAccess"]))?;
        records.put(&Controls::key(management, "ou-1"), &attached(&["p-FullAWSAccess", "p-own"]))?;
        role(records, "AROA1", "app", "/")?;
        role(records, "AROA2", "AWSServiceRoleForKMS", "/aws-service-role/kms.amazonaws.com/").map(|_| ())
    });
    let app = here.role("AROA1", "app").unwrap();
    assert!(app.policies().scp.is_empty(), "the kind of policy is not enabled");
    assert_eq!(app.account().unwrap().org_paths(), ["o-a/r-1/ou-1/"]);
    here.change(|records| {
        let enabled = EnabledControls { service: true, resource: true };
        records.put(&EnabledControls::key(management, "r-1"), &enabled)
    });
    let app = here.directory.renewed(&app, true).unwrap().unwrap();
    let levels: Vec<_> = app.policies().scp.iter().map(|level| ids(level)).collect();
    assert_eq!(levels, [vec![full], vec![full, own], vec![]], "an account without any has an empty level");
    let controls = app.account().unwrap().resource_controls();
    assert_eq!(controls.iter().map(|level| ids(level)).collect::<Vec<_>>(), [vec![resource], vec![resource], vec![]]);
    assert!(here.role("AROA2", "AWSServiceRoleForKMS").unwrap().policies().scp.is_empty());
    let root = here.directory.authority_of(Principal::root(account()), true).unwrap().unwrap();
    assert_eq!(root.policies().scp.len(), 3, "the root of a member is bound too");
    let manager = here.directory.authority_of(Principal::root(management), true).unwrap().unwrap();
    assert!(manager.policies().scp.is_empty() && manager.membership().is_some());
    // Detaching reaches everyone below.
    here.change(|records| records.put(&Controls::key(management, "ou-1"), &Controls::default()));
    let app = here.directory.renewed(&app, true).unwrap().unwrap();
    assert!(app.policies().scp[1].is_empty());
}
