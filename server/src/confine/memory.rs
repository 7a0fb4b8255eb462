//! Memory that is never written to swap.
//!
//! Guarantees: with `require`, a server runs only with all of its memory locked; with `try`, it says when it is not. All
//! memory and not only some for keys: the library keeps expanded keys where it likes, plaintext passes through buffers, stacks
//! and registers hold pieces of both. Pages are locked as they are first used, so what is reserved and never used costs
//! nothing. Source: mlock(2), "MCL_ONFAULT", "Limits and permissions".

use crate::settings::MemoryLock;
use rustix::mm::{MlockAllFlags, mlockall};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use rustix::thread::{CapabilitySet, capabilities};

/// Locks; gives the capability without which an allocation would fail from then on, if one has to be kept.
pub(super) fn lock(wanted: MemoryLock) -> Result<CapabilitySet, String> {
    if wanted == MemoryLock::Off {
        return Ok(CapabilitySet::empty());
    }
    match lock_all() {
        Ok(needed) => Ok(needed),
        Err(reason) if wanted == MemoryLock::Require => Err(format!("memory cannot be locked: {reason}")),
        Err(reason) => {
            tracing::warn!(reason, "memory is not locked, so keys may reach swap space");
            Ok(CapabilitySet::empty())
        }
    }
}

/// Under a limit, locking would succeed now and fail an allocation later, in the midst of a call. So there must be no limit,
/// or the capability to exceed it, for good.
fn lock_all() -> Result<CapabilitySet, String> {
    let unlimited = Rlimit { current: None, maximum: None };
    let _ = setrlimit(Resource::Memlock, unlimited);
    let needed = match getrlimit(Resource::Memlock).maximum {
        None => {
            setrlimit(Resource::Memlock, unlimited).map_err(|error| error.to_string())?;
            CapabilitySet::empty()
        }
        Some(_) if may_exceed_the_limit() => CapabilitySet::IPC_LOCK,
        Some(bytes) => {
            return Err(format!(
                "the limit of locked memory is {} KiB and must be unlimited (systemd: LimitMEMLOCK=infinity; containers: \
                 --ulimit memlock=-1 or --cap-add IPC_LOCK; shells: ulimit -l)",
                bytes >> 10
            ));
        }
    };
    let all = MlockAllFlags::CURRENT | MlockAllFlags::FUTURE | MlockAllFlags::ONFAULT;
    mlockall(all).map_err(|error| error.to_string())?;
    Ok(needed)
}

fn may_exceed_the_limit() -> bool {
    capabilities(None).is_ok_and(|sets| sets.effective.contains(CapabilitySet::IPC_LOCK))
}
