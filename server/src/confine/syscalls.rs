//! The filter of system calls.
//!
//! Guarantees: what the filter refuses answers "not implemented" and does nothing, so that libraries fall back where they
//! can, and no call of a client ends the server; calls of another architecture's numbering end it. Threads and programs that
//! are started later have the same filter. Nothing takes it off. Source: seccomp(2).

use super::profile;
use crate::settings::SyscallFilter;
use seccompiler::{BpfProgram, SeccompAction, SeccompFilter, apply_filter_all_threads};

pub(super) fn filter(wanted: SyscallFilter, starts_programs: bool) -> Result<(), String> {
    let refusal = match wanted {
        SyscallFilter::Off => return Ok(()),
        SyscallFilter::Log => SeccompAction::Log,
        SyscallFilter::On => SeccompAction::Errno(libc::ENOSYS.cast_unsigned()),
    };
    let Ok(architecture) = std::env::consts::ARCH.try_into() else {
        tracing::warn!(architecture = std::env::consts::ARCH, "system calls are not filtered on this architecture");
        return Ok(());
    };
    let failed = |error: &dyn std::fmt::Display| format!("the filter of system calls cannot be made: {error}");
    let rules = if starts_programs { profile::with_programs() } else { profile::alone() };
    let rules = rules.map_err(|error| failed(&error))?;
    let compiled = SeccompFilter::new(rules, refusal, SeccompAction::Allow, architecture);
    let program: BpfProgram = compiled.and_then(SeccompFilter::try_into).map_err(|error| failed(&error))?;
    apply_filter_all_threads(&program).map_err(|error| {
        format!("system calls cannot be filtered: {error}; a kernel without seccomp needs process.seccomp = \"off\"")
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use rustix::io::Errno;
    use rustix::process::{DumpableBehavior, Resource, getrlimit, set_dumpable_behavior, setrlimit};
    use std::io::{Read, Write};
    use std::net::{TcpListener, TcpStream, ToSocketAddrs};
    use std::os::unix::net::UnixListener;
    use std::process::Command;

    /// Set in the process that runs one test and may be confined.
    const INSIDE: &str = "FASTNESS_TEST_CONFINED";

    /// Runs the test of this name again, in a process of its own, where it does `what`.
    fn in_a_process_of_its_own(name: &str, what: fn()) {
        if std::env::var_os(INSIDE).is_some() {
            return what();
        }
        let program = std::env::current_exe().unwrap();
        let name = format!("confine::syscalls::tests::{name}");
        let done = Command::new(program).args([&name, "--exact", "--nocapture"]).env(INSIDE, "1").output().unwrap();
        let told = String::from_utf8_lossy(&done.stdout);
        assert!(done.status.success() && told.contains("1 passed"), "{told}{}", String::from_utf8_lossy(&done.stderr));
    }

    fn work_as_a_server_does() {
        let dir = tempfile::tempdir().unwrap();
        let (first, second) = (dir.path().join("a"), dir.path().join("b"));
        let mut file = std::fs::File::create(&first).unwrap();
        file.write_all(b"kept").unwrap();
        file.sync_all().unwrap();
        file.lock().unwrap();
        std::fs::rename(&first, &second).unwrap();
        assert_eq!(std::fs::read(&second).unwrap(), b"kept");
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1);
        UnixListener::bind(dir.path().join("socket")).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let answering = std::thread::spawn(move || listener.accept().unwrap().0.write_all(b"yes").unwrap());
        let mut answer = String::new();
        TcpStream::connect(address).unwrap().read_to_string(&mut answer).unwrap();
        answering.join().unwrap();
        assert_eq!(answer, "yes");
        assert!(("localhost", 1).to_socket_addrs().unwrap().next().is_some());
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            tokio::spawn(tokio::time::sleep(std::time::Duration::from_millis(1))).await.unwrap();
            drop(tokio::signal::unix::signal(tokio::signal::unix::SignalKind::hangup()).unwrap());
        });
    }

    #[test]
    fn a_filtered_server_works_and_starts_no_program() {
        in_a_process_of_its_own("a_filtered_server_works_and_starts_no_program", alone);
    }

    fn alone() {
        filter(SyscallFilter::On, false).unwrap();
        work_as_a_server_does();
        let refused = Command::new("/bin/true").status().unwrap_err();
        assert_eq!(refused.raw_os_error(), Some(libc::ENOSYS));
        assert_eq!(set_dumpable_behavior(DumpableBehavior::Dumpable), Err(Errno::NOSYS));
        let limit = getrlimit(Resource::Nofile);
        assert_eq!(setrlimit(Resource::Nofile, limit), Err(Errno::NOSYS));
        assert_eq!(rustix::process::chroot("/"), Err(Errno::NOSYS));
        // Threads that are there already, and those to come.
        assert!(std::thread::spawn(|| Command::new("/bin/true").status()).join().unwrap().is_err());
    }

    #[test]
    fn a_server_that_starts_programs_can_and_does_nothing_dangerous() {
        in_a_process_of_its_own("a_server_that_starts_programs_can_and_does_nothing_dangerous", with_programs);
    }

    fn with_programs() {
        filter(SyscallFilter::On, true).unwrap();
        work_as_a_server_does();
        assert!(Command::new("/bin/true").status().unwrap().success());
        // What it starts is bound, too: without a filter, root may leave for a new root.
        assert_eq!(rustix::process::chroot("/"), Err(Errno::NOSYS));
        let left = Command::new("chroot").args(["/", "true"]).output().unwrap();
        assert!(!left.status.success() && String::from_utf8_lossy(&left.stderr).contains("not implemented"));
    }

    #[test]
    fn a_filter_that_only_logs_lets_everything_pass() {
        in_a_process_of_its_own("a_filter_that_only_logs_lets_everything_pass", logging);
    }

    fn logging() {
        filter(SyscallFilter::Log, false).unwrap();
        work_as_a_server_does();
        assert!(Command::new("/bin/true").status().unwrap().success());
    }
}
