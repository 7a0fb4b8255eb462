//! Giving up rights: another user, no capabilities, and no way back.
//!
//! Guarantees: after [`give_up`], user and groups are the account's in all three forms, which is tried; no capability but those kept is
//! permitted, effective, inheritable, ambient or, where the process could say so, in the bounding set; and programs with
//! set-user-id bits or file capabilities give none. Sources: capabilities(7), setresuid(2), prctl(2) "PR_SET_NO_NEW_PRIVS".

use super::account::Account;
use rustix::io::Errno;
use rustix::process::geteuid;
use rustix::thread::{self, CapabilitySet, CapabilitySets};

/// Without an account the process stays who it is, but for its capabilities: root without them owns root's files and no more.
pub(super) fn give_up(account: Option<&Account>, kept: CapabilitySet) -> Result<(), String> {
    let step = |what: &str, outcome: Result<(), Errno>| outcome.map_err(|error| format!("{what}: {error}"));
    step("no privileges could be dropped: no_new_privs", thread::set_no_new_privs(true))?;
    for capability in CapabilitySet::all().iter() {
        // Needs CAP_SETPCAP. Without it, no_new_privs keeps anything from being gained through the bounding set.
        let _ = thread::remove_capability_from_bounding_set(capability);
    }
    // Else a change of users would take them all.
    step("capabilities could not be kept", thread::set_keep_capabilities(!kept.is_empty()))?;
    if let Some(account) = account {
        step("the groups could not be set", thread::set_thread_groups(&account.groups))?;
        step("the group could not be set", thread::set_thread_res_gid(account.gid, account.gid, account.gid))?;
        step("the user could not be set", thread::set_thread_res_uid(account.uid, account.uid, account.uid))?;
    } else if geteuid().is_root() {
        tracing::warn!("running as root; it gives up root's capabilities, but still owns root's files: use --user");
    }
    // Kernels before 4.3 have no ambient set.
    let _ = thread::clear_ambient_capability_set();
    let sets = CapabilitySets { effective: kept, permitted: kept, inheritable: CapabilitySet::empty() };
    step("the capabilities could not be dropped", thread::set_capabilities(None, sets))?;
    if account.is_some() && thread::set_thread_uid(rustix::process::Uid::ROOT).is_ok() {
        return Err("root's rights could be had again after they were dropped".into());
    }
    Ok(())
}
