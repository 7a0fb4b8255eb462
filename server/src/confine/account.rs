//! Users and groups, as `/etc/passwd` and `/etc/group` name them.
//!
//! Guarantees: a name that is not in the files is an error; so is a number without a group where the files do not know it.
//! The name services of glibc are not asked: they load libraries, which a static binary cannot. Sources: passwd(5), group(5).

use rustix::process::{Gid, Uid, geteuid};
use std::fs;

/// Groups that a user may be in beside the first one: Linux's own limit.
const MAX_GROUPS: usize = 65_536;

/// Whom a process becomes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Account {
    pub(super) uid: Uid,
    pub(super) gid: Gid,
    /// The other groups that the user is in.
    pub(super) groups: Vec<Gid>,
}

impl Account {
    /// The account that is asked for, if any is, and is not this process's own already.
    pub(super) fn of(user: Option<&str>, group: Option<&str>) -> Result<Option<Self>, String> {
        if user.is_none() && group.is_none() {
            return Ok(None);
        }
        let read = |path: &str| fs::read_to_string(path).map_err(|error| format!("{path}: {error}"));
        let account = Self::find(user, group, &read("/etc/passwd")?, &read("/etc/group")?)?;
        if account.uid == geteuid() && user.is_some() && group.is_none() {
            return Ok(None);
        }
        if !geteuid().is_root() {
            return Err("only root can become another user: start as root, or as that user without --user".into());
        }
        Ok(Some(account))
    }

    fn find(user: Option<&str>, group: Option<&str>, passwd: &str, groups: &str) -> Result<Self, String> {
        let user = user.ok_or("--group needs --user: root with another group is still root")?;
        let entry =
            passwd.lines().filter_map(User::parse).find(|entry| entry.name == user || number(user) == Some(entry.uid));
        let uid = match (&entry, number(user)) {
            (Some(entry), _) => entry.uid,
            (None, Some(uid)) => uid,
            (None, None) => return Err(format!("--user: there is no user {user} in /etc/passwd")),
        };
        if uid == 0 {
            return Err("--user: root is what privileges are dropped from; name another user".into());
        }
        let gid = match (group, &entry) {
            (Some(group), _) => find_group(group, groups)?,
            (None, Some(entry)) => entry.gid,
            (None, None) => return Err(format!("--user: {user} is not in /etc/passwd, so --group must be given too")),
        };
        let name = entry.as_ref().map(|entry| entry.name);
        let others = groups.lines().filter_map(Group::parse).filter(|group| name.is_some_and(|name| group.has(name)));
        let mut others: Vec<u32> =
            others.map(|group| group.gid).filter(|other| *other != gid).take(MAX_GROUPS).collect();
        others.sort_unstable();
        others.dedup();
        let groups = others.into_iter().map(Gid::from_raw).collect();
        Ok(Self { uid: Uid::from_raw(uid), gid: Gid::from_raw(gid), groups })
    }
}

fn find_group(name: &str, groups: &str) -> Result<u32, String> {
    let named = groups.lines().filter_map(Group::parse).find(|group| group.name == name).map(|group| group.gid);
    named.or_else(|| number(name)).ok_or_else(|| format!("--group: there is no group {name} in /etc/group"))
}

/// A number of a user or group; the highest stands for "unchanged" in system calls and is none.
fn number(text: &str) -> Option<u32> {
    text.parse().ok().filter(|number| *number != u32::MAX)
}

struct User<'a> {
    name: &'a str,
    uid: u32,
    gid: u32,
}

impl<'a> User<'a> {
    /// `name:password:uid:gid:…`
    fn parse(line: &'a str) -> Option<Self> {
        let mut fields = line.split(':');
        let (name, _, uid, gid) = (fields.next()?, fields.next()?, fields.next()?, fields.next()?);
        Some(Self { name, uid: number(uid)?, gid: number(gid)? })
    }
}

struct Group<'a> {
    name: &'a str,
    gid: u32,
    members: &'a str,
}

impl<'a> Group<'a> {
    /// `name:password:gid:member,member`
    fn parse(line: &'a str) -> Option<Self> {
        let mut fields = line.split(':');
        let (name, _, gid, members) = (fields.next()?, fields.next()?, fields.next()?, fields.next()?);
        Some(Self { name, gid: number(gid)?, members })
    }

    fn has(&self, user: &str) -> bool {
        self.members.split(',').any(|member| member == user)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PASSWD: &str = "root:x:0:0:root:/root:/bin/sh\n# odd\nfastness:x:990:991::/nonexistent:/usr/sbin/nologin\n";
    const GROUP: &str = "root:x:0:\ntss:x:59:fastness,other\nsofthsm:x:60:other\nfastness:x:991:\nkeys:x:70:fastness\n";

    fn find(user: Option<&str>, group: Option<&str>) -> Result<(u32, u32, Vec<u32>), String> {
        let account = Account::find(user, group, PASSWD, GROUP)?;
        let groups = account.groups.iter().map(|gid| gid.as_raw()).collect();
        Ok((account.uid.as_raw(), account.gid.as_raw(), groups))
    }

    #[test]
    fn a_user_has_the_groups_that_the_files_give_it() {
        assert_eq!(find(Some("fastness"), None), Ok((990, 991, vec![59, 70])));
        assert_eq!(find(Some("990"), None), Ok((990, 991, vec![59, 70])));
        assert_eq!(find(Some("fastness"), Some("tss")), Ok((990, 59, vec![70])));
        assert_eq!(find(Some("4000"), Some("5000")), Ok((4000, 5000, vec![])));
    }

    #[test]
    fn who_is_not_known_or_still_root_is_refused() {
        for (user, group, word) in [
            (Some("nobody-here"), None, "no user nobody-here"),
            (Some("4000"), None, "--group must be given"),
            (Some("fastness"), Some("wheel"), "no group wheel"),
            (Some("root"), None, "root"),
            (Some("0"), Some("tss"), "root"),
            (Some("4294967295"), Some("tss"), "no user"),
            (Some(""), None, "no user"),
            (None, Some("tss"), "--group needs --user"),
        ] {
            let refused = find(user, group).unwrap_err();
            assert!(refused.contains(word), "{refused}");
        }
    }
}
