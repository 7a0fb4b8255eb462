//! How a server confines itself, once what needs its first user's rights is open and before anything else runs.
//!
//! Guarantees: after [`confine`] the process has no capability, but that of locking memory where it has to, and can gain none;
//! runs as the user that it was told to; and makes no other system calls than those of its table. What was asked for and
//! cannot be had is an error, never passed over. Every thread is bound, since there is only one by then. Sources:
//! capabilities(7), credentials(7), seccomp(2), mlockall(2).

mod account;
mod memory;
mod privileges;
mod profile;
mod syscalls;

use crate::process::keep_from_dumps;
use crate::settings::{ProcessSettings, SyscallFilter};
use account::Account;
use std::sync::OnceLock;

/// Confines this process for good. Sockets are bound by now, and there is one thread: others would keep what this gives up.
/// `starts_programs`: a helper that loads a PKCS#11 module is to come, or a program that gives credentials.
pub fn confine(to: &ProcessSettings, starts_programs: bool) -> Result<(), String> {
    only_thread()?;
    let _ = PROGRAMS.set(starts_programs || to.seccomp != SyscallFilter::On);
    let account = Account::of(to.user.as_deref(), to.group.as_deref())?;
    // While there may still be the right to raise the limit of locked memory.
    let kept = memory::lock(to.mlock)?;
    privileges::give_up(account.as_ref(), kept)?;
    // A change of users sets this anew, to what the system is configured for.
    keep_from_dumps().map_err(|error| format!("core dumps cannot be turned off: {error}"))?;
    syscalls::filter(to.seccomp, starts_programs)
}

/// Whether this process may start programs, once it is confined.
static PROGRAMS: OnceLock<bool> = OnceLock::new();

/// Whether a program can be started: by a process that is not confined, or that said beforehand that it would.
pub(crate) fn may_start_programs() -> bool {
    PROGRAMS.get().copied().unwrap_or(true)
}

/// Users, capabilities and filters belong to threads.
fn only_thread() -> Result<(), String> {
    let threads = std::fs::read_dir("/proc/self/task").map_err(|error| format!("/proc/self/task: {error}"))?.count();
    if threads == 1 {
        Ok(())
    } else {
        Err(format!("privileges must be dropped by the only thread, and there are {threads}"))
    }
}
