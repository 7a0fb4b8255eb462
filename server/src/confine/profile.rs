//! The system calls that a server may make: two tables.
//!
//! Guarantees: a server that starts no programs makes only the calls of [`ALONE`]: no program is run, no other process is
//! looked into or signalled, no limit is raised, no kind of socket but those of the internet, the machine's own and the
//! routing table's is made. One that has to start a program may make any call but those of [`DANGEROUS`], because what a
//! vendor's PKCS#11 module calls is not ours to know. Namespaces are made in neither case.
//! Sources: the manual page of each call; the numbers are libc's.

use libc::c_long;
use seccompiler::SeccompCmpArgLen::{Dword, Qword};
use seccompiler::SeccompCmpOp::{Eq, MaskedEq};
use seccompiler::{BackendError, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompRule};
use std::collections::BTreeMap;

/// What may be called, by number: always where there are no rules, else if one of them applies.
pub(super) type Rules = BTreeMap<i64, Vec<SeccompRule>>;

/// The highest number that all architectures had when the second table was last looked at (`mseal`, Linux 6.10).
const NEWEST: i64 = 462;

/// Calls that do no harm whatever their arguments.
#[rustfmt::skip]
const ALONE: &[c_long] = &[
    // Reading, writing, waiting.
    libc::SYS_read, libc::SYS_write, libc::SYS_readv, libc::SYS_writev, libc::SYS_pread64, libc::SYS_pwrite64,
    libc::SYS_preadv, libc::SYS_pwritev, libc::SYS_preadv2, libc::SYS_pwritev2, libc::SYS_lseek, libc::SYS_close,
    libc::SYS_close_range, libc::SYS_dup, libc::SYS_dup3, libc::SYS_pipe2, libc::SYS_fcntl, libc::SYS_sendfile,
    libc::SYS_copy_file_range, libc::SYS_splice, libc::SYS_ppoll, libc::SYS_pselect6, libc::SYS_epoll_create1,
    libc::SYS_epoll_ctl, libc::SYS_epoll_pwait, libc::SYS_epoll_pwait2, libc::SYS_eventfd2, libc::SYS_timerfd_create,
    libc::SYS_timerfd_settime, libc::SYS_timerfd_gettime,
    // Files.
    libc::SYS_openat, libc::SYS_newfstatat, libc::SYS_fstat, libc::SYS_statx, libc::SYS_faccessat, libc::SYS_faccessat2,
    libc::SYS_readlinkat, libc::SYS_getdents64, libc::SYS_getcwd, libc::SYS_mkdirat, libc::SYS_renameat2,
    libc::SYS_unlinkat, libc::SYS_linkat, libc::SYS_symlinkat, libc::SYS_fsync, libc::SYS_fdatasync, libc::SYS_sync_file_range, libc::SYS_syncfs,
    libc::SYS_ftruncate, libc::SYS_fallocate, libc::SYS_flock, libc::SYS_fadvise64, libc::SYS_fchmod,
    libc::SYS_fchmodat, libc::SYS_fchmodat2, libc::SYS_umask, libc::SYS_utimensat, libc::SYS_statfs, libc::SYS_fstatfs,
    // Memory.
    libc::SYS_mmap, libc::SYS_munmap, libc::SYS_mprotect, libc::SYS_mremap, libc::SYS_madvise, libc::SYS_brk,
    libc::SYS_mlock, libc::SYS_mlock2, libc::SYS_munlock, libc::SYS_mincore, libc::SYS_msync, libc::SYS_membarrier,
    // Threads, signals to itself, time.
    libc::SYS_futex, libc::SYS_set_robust_list, libc::SYS_get_robust_list, libc::SYS_rseq, libc::SYS_set_tid_address,
    libc::SYS_exit, libc::SYS_exit_group, libc::SYS_gettid, libc::SYS_getpid, libc::SYS_tgkill, libc::SYS_sched_yield,
    libc::SYS_sched_getaffinity, libc::SYS_sched_getparam, libc::SYS_sched_getscheduler, libc::SYS_getcpu,
    libc::SYS_rt_sigaction, libc::SYS_rt_sigprocmask, libc::SYS_rt_sigreturn, libc::SYS_sigaltstack,
    libc::SYS_restart_syscall, libc::SYS_wait4, libc::SYS_clock_gettime, libc::SYS_clock_getres,
    libc::SYS_clock_nanosleep, libc::SYS_nanosleep, libc::SYS_gettimeofday,
    // The network.
    libc::SYS_socketpair, libc::SYS_bind, libc::SYS_listen, libc::SYS_accept, libc::SYS_accept4, libc::SYS_connect,
    libc::SYS_getsockname, libc::SYS_getpeername, libc::SYS_sendto, libc::SYS_recvfrom, libc::SYS_sendmsg,
    libc::SYS_recvmsg, libc::SYS_sendmmsg, libc::SYS_recvmmsg, libc::SYS_shutdown, libc::SYS_setsockopt,
    libc::SYS_getsockopt,
    // What it and the machine are.
    libc::SYS_uname, libc::SYS_sysinfo, libc::SYS_getrandom, libc::SYS_getrusage, libc::SYS_times, libc::SYS_getuid,
    libc::SYS_geteuid, libc::SYS_getgid, libc::SYS_getegid, libc::SYS_getresuid, libc::SYS_getresgid, libc::SYS_capget,
];

/// Older forms of the above, which newer architectures lack.
#[cfg(target_arch = "x86_64")]
#[rustfmt::skip]
const OLDER: &[c_long] = &[
    libc::SYS_open, libc::SYS_stat, libc::SYS_lstat, libc::SYS_access, libc::SYS_readlink, libc::SYS_mkdir,
    libc::SYS_rename, libc::SYS_renameat, libc::SYS_unlink, libc::SYS_rmdir, libc::SYS_link, libc::SYS_symlink, libc::SYS_chmod,
    libc::SYS_dup2, libc::SYS_pipe, libc::SYS_poll, libc::SYS_select, libc::SYS_epoll_create, libc::SYS_epoll_wait,
    libc::SYS_eventfd, libc::SYS_time, libc::SYS_getrlimit,
];
#[cfg(not(target_arch = "x86_64"))]
const OLDER: &[c_long] = &[];

/// Calls that a server has no use for even where it starts programs, and an intruder has: looking into other processes,
/// changing the kernel, the machine or what is mounted, and interfaces with a long record of holes.
#[rustfmt::skip]
const DANGEROUS: &[c_long] = &[
    libc::SYS_ptrace, libc::SYS_process_vm_readv, libc::SYS_process_vm_writev, libc::SYS_process_madvise, libc::SYS_pidfd_getfd,
    libc::SYS_kcmp, libc::SYS_kexec_load, libc::SYS_kexec_file_load, libc::SYS_init_module, libc::SYS_finit_module,
    libc::SYS_delete_module, libc::SYS_bpf, libc::SYS_perf_event_open, libc::SYS_userfaultfd, libc::SYS_mount,
    libc::SYS_umount2, libc::SYS_move_mount, libc::SYS_open_tree, libc::SYS_fsopen, libc::SYS_fsmount, libc::SYS_fsconfig,
    libc::SYS_fspick, libc::SYS_mount_setattr, libc::SYS_pivot_root, libc::SYS_chroot, libc::SYS_swapon,
    libc::SYS_swapoff, libc::SYS_reboot, libc::SYS_sethostname, libc::SYS_setdomainname, libc::SYS_acct,
    libc::SYS_quotactl, libc::SYS_quotactl_fd, libc::SYS_settimeofday, libc::SYS_clock_settime, libc::SYS_clock_adjtime,
    libc::SYS_adjtimex, libc::SYS_unshare, libc::SYS_setns, libc::SYS_keyctl, libc::SYS_add_key, libc::SYS_request_key,
    libc::SYS_open_by_handle_at, libc::SYS_name_to_handle_at, libc::SYS_syslog, libc::SYS_vhangup, libc::SYS_personality,
    libc::SYS_io_uring_setup, libc::SYS_io_uring_enter, libc::SYS_io_uring_register, libc::SYS_fanotify_init,
    libc::SYS_move_pages, libc::SYS_migrate_pages, libc::SYS_mknodat,
    // Its flags lie in memory, where a filter cannot see them: refused, the library makes its threads with `clone`.
    libc::SYS_clone3, libc::SYS_clone,
];

/// The same of one architecture.
#[cfg(target_arch = "x86_64")]
const DANGEROUS_OLDER: &[c_long] = &[
    libc::SYS_iopl,
    libc::SYS_ioperm,
    libc::SYS_modify_ldt,
    libc::SYS_uselib,
    libc::SYS_mknod,
    libc::SYS_lookup_dcookie,
];
#[cfg(not(target_arch = "x86_64"))]
const DANGEROUS_OLDER: &[c_long] = &[];

/// `CLONE_NEWNS` and the other namespaces.
const NAMESPACES: u64 = 0x7e02_0000;

/// What `prctl` may be asked: names of threads and of memory, and whether there would be a core dump.
#[allow(clippy::cast_sign_loss, reason = "constants of the kernel's, all positive")]
const PRCTL: &[u64] =
    &[libc::PR_SET_NAME as u64, libc::PR_GET_NAME as u64, libc::PR_GET_DUMPABLE as u64, libc::PR_SET_VMA as u64];

/// What `ioctl` may be asked: not to wait, how much there is to read, and of a terminal its kind and its width. `TCGETS2`
/// is what newer libraries ask it by.
const IOCTL: &[u64] = &[libc::FIONBIO, libc::FIOCLEX, libc::FIONREAD, libc::TCGETS, libc::TIOCGWINSZ, TCGETS2];
const TCGETS2: u64 = 0x802c_542a;

/// The routing table's sockets, by which the resolver learns which addresses the machine has.
const NETLINK_ROUTE: u64 = 0;

/// For a server that starts no programs.
pub(super) fn alone() -> Result<Rules, BackendError> {
    let mut rules: Rules = ALONE.iter().chain(OLDER).map(|number| (*number, vec![])).collect();
    rules.insert(libc::SYS_clone, vec![no_namespace()?]);
    rules.insert(libc::SYS_socket, sockets()?);
    rules.insert(libc::SYS_ioctl, one_of(1, IOCTL)?);
    rules.insert(libc::SYS_prctl, one_of(0, PRCTL)?);
    // Limits of this process, to be read only.
    rules.insert(libc::SYS_prlimit64, vec![SeccompRule::new(vec![equal(0, 0)?, condition(2, Qword, Eq, 0)?])?]);
    Ok(rules)
}

/// For a server that starts programs, and for those.
pub(super) fn with_programs() -> Result<Rules, BackendError> {
    let mut rules: Rules = (0..=NEWEST).map(|number| (number, vec![])).collect();
    for number in DANGEROUS.iter().chain(DANGEROUS_OLDER) {
        rules.remove(number);
    }
    rules.insert(libc::SYS_clone, vec![no_namespace()?]);
    Ok(rules)
}

fn no_namespace() -> Result<SeccompRule, BackendError> {
    SeccompRule::new(vec![condition(0, Qword, MaskedEq(NAMESPACES), 0)?])
}

#[allow(clippy::cast_sign_loss, reason = "constants of the kernel's, all positive")]
fn sockets() -> Result<Vec<SeccompRule>, BackendError> {
    let mut families = one_of(0, &[libc::AF_UNIX as u64, libc::AF_INET as u64, libc::AF_INET6 as u64])?;
    families.push(SeccompRule::new(vec![equal(0, libc::AF_NETLINK as u64)?, equal(2, NETLINK_ROUTE)?])?);
    Ok(families)
}

fn one_of(argument: u8, values: &[u64]) -> Result<Vec<SeccompRule>, BackendError> {
    values.iter().map(|value| SeccompRule::new(vec![equal(argument, *value)?])).collect()
}

/// The kernel looks at the lower half of such arguments only, and so must the filter.
fn equal(argument: u8, value: u64) -> Result<SeccompCondition, BackendError> {
    condition(argument, Dword, Eq, value)
}

fn condition(
    argument: u8,
    length: SeccompCmpArgLen,
    operator: SeccompCmpOp,
    value: u64,
) -> Result<SeccompCondition, BackendError> {
    SeccompCondition::new(argument, length, operator, value)
}
