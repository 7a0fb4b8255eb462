//! How a server confines itself, once what needs its first user's rights is open and before anything else runs.
//!
//! Guarantees: after [`confine`] the process has no capability (but that of locking memory, where it has to) and can gain none, runs as the user that it was told to, and
//! makes no other system calls than those of its table; what was asked for and cannot be had is an error, never passed over.
//! Every thread is bound, since there is only one by then. Sources: capabilities(7), credentials(7), seccomp(2), mlockall(2).

mod account;
mod memory;
mod privileges;
mod profile;
mod syscalls;

use crate::process::keep_from_dumps;
use account::Account;

pub use memory::MemoryLock;
pub use syscalls::SyscallFilter;

/// What a server gives up.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Confinement {
    /// The user to become, by name or number; only root can.
    pub user: Option<String>,
    /// The group to become a member of instead of the user's own.
    pub group: Option<String>,
    /// Whether memory is kept from swap.
    pub memory_lock: MemoryLock,
    /// Whether system calls are filtered.
    pub syscall_filter: SyscallFilter,
    /// Whether other programs have to be started later: a helper that loads a PKCS#11 module, or one that gives credentials.
    pub starts_programs: bool,
}

/// Confines this process for good. Sockets are bound by now, and there is one thread: others would keep what this gives up.
pub fn confine(to: &Confinement) -> Result<(), String> {
    only_thread()?;
    let account = Account::of(to.user.as_deref(), to.group.as_deref())?;
    // While there may still be the right to raise the limit of locked memory.
    let kept = memory::lock(to.memory_lock)?;
    privileges::give_up(account.as_ref(), kept)?;
    // A change of users turns core dumps on again where the system is set so.
    keep_from_dumps().map_err(|error| format!("core dumps cannot be turned off: {error}"))?;
    syscalls::filter(to.syscall_filter, to.starts_programs)
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
