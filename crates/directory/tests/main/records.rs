//! Records, indexes and counts stay in step.

use crate::{Here, account};
use base::Secret;
use fastness_directory::records::{
    self, AccessKey, Attachments, EntityKind, Group, KeyStatus, Mark, Moment, Named, Owner, Role, User,
};

const ARN: &str = "arn:aws:iam::aws:policy/AdministratorAccess";

fn user(id: &str, name: &str) -> User {
    User::new(id.into(), "/", name, Moment(0))
}

#[test]
fn a_name_is_taken_however_it_is_spelt_and_a_rename_frees_it() {
    let here = Here::new();
    here.change(|records| {
        assert!(records::add(records, account(), &user("AIDA1", "Alice"))?);
        assert!(!records::add(records, account(), &user("AIDA2", "ALICE"))?);
        assert!(records::add(records, account(), &user("AIDA3", "bob"))?);
        assert_eq!(records::count(records, account(), EntityKind::User.as_str())?, 2);
        let alice: User = records::find(records, account(), "alice")?.unwrap();
        assert_eq!((alice.id.as_str(), alice.name.as_str()), ("AIDA1", "Alice"));
        let renamed = |name: &str| User { name: name.into(), path: "/team/".into(), ..alice.clone() };
        assert!(!records::replace(records, account(), &alice, &renamed("BOB"))?);
        assert!(records::replace(records, account(), &alice, &renamed("carol"))?);
        assert!(records::find::<User, _>(records, account(), "alice")?.is_none());
        let entity = records::entity(records, "AIDA1")?.unwrap();
        assert_eq!(
            (entity.name.as_str(), entity.path.as_str(), entity.account()),
            ("carol", "/team/", Some(account()))
        );
        assert!(records::add(records, account(), &user("AIDA2", "alice"))?);
        assert_eq!(records::count(records, account(), "user")?, 3);
        Ok(())
    });
}

#[test]
fn what_is_removed_leaves_nothing_behind() {
    let here = Here::new();
    here.change(|records| {
        let mut alice = user("AIDA1", "alice");
        records::add(records, account(), &alice)?;
        records::attach(records, account(), &mut alice, ARN)?;
        records::set_boundary(records, account(), &mut alice, Some(ARN))?;
        records::set_boundary(records, account(), &mut alice, None)?;
        records::detach(records, account(), &mut alice, ARN)?;
        records::remove(records, account(), &alice)?;
        assert!(records::entity(records, "AIDA1")?.is_none());
        assert_eq!(records::count(records, account(), "user")?, 0);
        assert!(records.get::<Attachments>(&Attachments::key(account(), ARN))?.is_none());
        for marks in [Mark::attached(account(), ARN), Mark::bounded(account(), ARN)] {
            assert!(records.scan::<Mark>(&marks, None, 10)?.is_empty());
        }
        Ok(())
    });
}

#[test]
fn attachments_are_counted_and_found_from_the_policy() {
    let here = Here::new();
    here.change(|records| {
        let mut alice = user("AIDA1", "alice");
        let mut role = Role::new("AROA1".into(), "/", "app", "{}".into(), Moment(0));
        let mut group = Group::new("AGPA1".into(), "/", "staff", Moment(0));
        records::add(records, account(), &alice)?;
        records::add(records, account(), &role)?;
        records::add(records, account(), &group)?;
        assert!(records::attach(records, account(), &mut alice, ARN)?);
        assert!(!records::attach(records, account(), &mut alice, ARN)?, "attached twice");
        assert!(records::attach(records, account(), &mut role, ARN)?);
        assert!(records::attach(records, account(), &mut group, ARN)?);
        records::set_boundary(records, account(), &mut role, Some(ARN))?;
        records::set_boundary(records, account(), &mut role, Some(ARN))?;
        records::set_boundary(records, account(), &mut group, Some(ARN))?;
        let known = records.get::<Attachments>(&Attachments::key(account(), ARN))?.unwrap();
        assert_eq!(known, Attachments { policies: 3, boundaries: 1 });
        let users = records::attached_to(records, Mark::attached(account(), ARN), EntityKind::User, None, 10)?;
        assert_eq!(users, ["AIDA1"]);
        let roles = records::attached_to(records, Mark::bounded(account(), ARN), EntityKind::Role, None, 10)?;
        assert_eq!(roles, ["AROA1"]);
        assert!(!records::detach(records, account(), &mut alice, "arn:aws:iam::aws:policy/Other")?);
        Ok(())
    });
}

#[test]
fn members_are_listed_in_pages_and_leave() {
    let here = Here::new();
    here.change(|records| {
        let group = Group::new("AGPA1".into(), "/", "staff", Moment(0));
        records::add(records, account(), &group)?;
        for n in 0..5 {
            let mut member = user(&format!("AIDA{n}"), &format!("user-{n}"));
            records::add(records, account(), &member)?;
            assert!(records::join(records, account(), &mut member, &group)?);
            assert!(!records::join(records, account(), &mut member, &group)?);
        }
        let mut first: User = records::find(records, account(), "user-0")?.unwrap();
        assert!(first.groups.contains("AGPA1"));
        assert!(records::leave(records, account(), &mut first, &group)?);
        assert!(!records::leave(records, account(), &mut first, &group)?);
        assert_eq!(records::members(records, account(), &group, None, 2)?, ["AIDA1", "AIDA2"]);
        assert_eq!(records::members(records, account(), &group, Some("AIDA2"), 10)?, ["AIDA3", "AIDA4"]);
        Ok(())
    });
}

#[test]
fn an_access_key_is_listed_with_its_owner_and_stops_to_work_when_it_is_inactive_or_gone() {
    let here = Here::new();
    let secret = Secret::new("secret".to_owned());
    let key = || AccessKey::new(account(), Owner::User("AIDA1".into()), Moment(0), &secret);
    here.change(|records| {
        assert!(!records::add_access_key(records, "AKIA1", &key())?, "nobody owns it");
        records::add(records, account(), &user("AIDA1", "alice"))?;
        assert!(records::add_access_key(records, "AKIA1", &key())?);
        assert!(!records::add_access_key(records, "AKIA1", &key())?, "the id is taken");
        let alice: User = records::find(records, account(), "alice")?.unwrap();
        assert_eq!(alice.access_keys, ["AKIA1"]);
        Ok(())
    });
    assert!(here.directory.credential("AKIA1", true).unwrap().is_some());
    here.change(|records| {
        let mut inactive = key();
        inactive.status = KeyStatus::Inactive;
        records.put(&AccessKey::key("AKIA1"), &inactive)
    });
    assert!(here.directory.credential("AKIA1", true).unwrap().is_none());
    here.change(|records| records.put(&AccessKey::key("AKIA1"), &key()));
    assert!(here.directory.credential("AKIA1", true).unwrap().is_some());
    here.change(|records| records::remove_access_key(records, "AKIA1", &key()));
    assert!(here.directory.credential("AKIA1", true).unwrap().is_none());
    here.change(|records| {
        let alice: User = records::find(records, account(), "alice")?.unwrap();
        assert!(alice.access_keys.is_empty());
        Ok(())
    });
}

#[test]
fn the_key_of_a_renamed_user_works_on_and_names_the_user_as_now() {
    let here = Here::new();
    let secret = Secret::new("secret".to_owned());
    here.change(|records| {
        records::add(records, account(), &user("AIDA1", "alice"))?;
        let key = AccessKey::new(account(), Owner::User("AIDA1".into()), Moment(0), &secret);
        records::add_access_key(records, "AKIA1", &key)
    });
    assert!(here.directory.credential("AKIA1", true).unwrap().is_some());
    here.change(|records| {
        let alice: User = records::find(records, account(), "alice")?.unwrap();
        let carol = User { name: "carol".into(), ..alice.clone() };
        records::replace(records, account(), &alice, &carol)
    });
    let credential = here.directory.credential("AKIA1", true).unwrap().unwrap();
    let principal = here.directory.authority(&credential, true).unwrap().unwrap().principal().clone();
    assert!(principal.arn(base::Partition::Aws).ends_with(":user/carol"), "{principal:?}");
}

#[test]
fn lists_are_ordered_by_name() {
    let here = Here::new();
    here.change(|records| {
        for name in ["bob", "Alice", "carol"] {
            records::add(records, account(), &user(&format!("AIDA-{name}"), name))?;
        }
        let all = records.scan::<User>(&User::all(account()), None, 10)?;
        let names: Vec<_> = all.iter().map(|(_, user)| user.name.as_str()).collect();
        assert_eq!(names, ["Alice", "bob", "carol"]);
        Ok(())
    });
}

#[test]
fn the_last_use_of_a_key_is_told_at_once_and_kept_until_the_key_is_gone() {
    let here = Here::new();
    let secret = Secret::new("secret".to_owned());
    here.change(|records| {
        records::add(records, account(), &user("AIDA1", "alice"))?;
        let key = AccessKey::new(account(), Owner::User("AIDA1".into()), Moment(0), &secret);
        records::add_access_key(records, "AKIA1", &key)
    });
    let credential = here.directory.credential("AKIA1", true).unwrap().unwrap();
    let use_at = |millis: i64, service: &'static str| {
        let (region, now) = ("us-east-1".parse().unwrap(), base::Timestamp::from_millis(millis));
        here.directory.used(&credential, "AKIA1", service, region, now);
    };
    let last = || {
        let mut transaction = here.store.begin().unwrap();
        let last = here.directory.key_use(&mut transaction, account(), "AKIA1").unwrap();
        last.map(|last| (last.at.0, last.service))
    };
    assert_eq!(last(), None);
    use_at(60_000, "kms");
    use_at(60_001, "kms");
    assert_eq!(last(), Some((60_000, "kms".into())), "seconds do not matter");
    use_at(60_002, "iam");
    here.directory.keep_uses().unwrap();
    assert_eq!(last(), Some((60_002, "iam".into())));
    // An older use that comes late does not count.
    use_at(5, "kms");
    here.directory.keep_uses().unwrap();
    assert_eq!(last(), Some((60_002, "iam".into())));
    use_at(120_000, "kms");
    here.change(|records| {
        let key = AccessKey::new(account(), Owner::User("AIDA1".into()), Moment(0), &secret);
        records::remove_access_key(records, "AKIA1", &key)
    });
    here.directory.keep_uses().unwrap();
    assert_eq!(last(), None);
}
