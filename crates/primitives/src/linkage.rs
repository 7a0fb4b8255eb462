//! What a static binary must know of itself: the C library is in it, and that one cannot load others of its kind.
//!
//! Guarantees: a static binary loads nothing while it runs. Source: GNU C Library manual, "NSS Configuration File" and "Notes on
//! the NSS Configuration File"; its FAQ on static linking.

/// Whether this binary has the C library in it, and so can load no module of another's.
pub const fn is_static() -> bool {
    cfg!(target_feature = "crt-static")
}

/// Keeps a static binary to what it has in it to look names up: `/etc/hosts`, DNS, `/etc/passwd`. `/etc/nsswitch.conf` may
/// name modules of the machine, which belong to the machine's C library; loaded into another one they crash it.
///
/// To be called before anything looks up a name. In a dynamic binary it does nothing.
pub fn keep_to_own_look_ups() {
    #[cfg(all(target_env = "gnu", target_feature = "crt-static"))]
    glibc::configure();
}

#[cfg(all(target_env = "gnu", target_feature = "crt-static"))]
#[allow(unsafe_code, reason = "calls into the C library; says why it is sound")]
mod glibc {
    use std::ffi::{CStr, c_char, c_int};

    unsafe extern "C" {
        fn __nss_configure_lookup(database: *const c_char, services: *const c_char) -> c_int;
    }

    pub(super) fn configure() {
        const WAYS: [(&CStr, &CStr); 3] = [(c"hosts", c"files dns"), (c"passwd", c"files"), (c"group", c"files")];
        for (database, services) in WAYS {
            // SAFETY: both are strings that end in a zero byte and live as long as the process; they are read only. The
            // function takes the library's own lock.
            if unsafe { __nss_configure_lookup(database.as_ptr(), services.as_ptr()) } != 0 {
                // Only without memory. What would be loaded otherwise is not known to work.
                std::process::abort();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::ToSocketAddrs as _;

    #[test]
    fn names_are_found_after_it_too() {
        keep_to_own_look_ups();
        assert!(("localhost", 80).to_socket_addrs().unwrap().all(|address| address.ip().is_loopback()));
        assert_eq!(is_static(), cfg!(target_feature = "crt-static"));
    }
}
