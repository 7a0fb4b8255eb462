//! What the operating system tells of this process, under the names that Prometheus' client libraries agreed on.
//!
//! Source: Prometheus, "Writing client libraries", standard and runtime collectors; proc(5).

use super::exposition::Exposition;
use rustix::process::{Resource, getrlimit};
use std::fs;

/// Ticks a second in `/proc`: fixed for user space on every architecture that this runs on.
const USER_HZ: f64 = 100.0;

/// Adds what can be read; what cannot is left out.
pub(super) fn add(text: &mut Exposition) {
    if let Some(stat) = fs::read_to_string("/proc/self/stat").ok().as_deref().and_then(Stat::parse) {
        let help = "CPU time spent, user and system, in seconds.";
        text.counter("process_cpu_seconds_total", help, stat.cpu_ticks as f64 / USER_HZ);
        text.gauge("process_virtual_memory_bytes", "Virtual memory.", stat.virtual_bytes);
        text.gauge("process_threads", "Threads.", stat.threads);
        if let Some(boot) = boot_time() {
            let help = "When the process started, in seconds since 1970.";
            text.gauge("process_start_time_seconds", help, boot as f64 + stat.start_ticks as f64 / USER_HZ);
        }
    }
    if let Some(bytes) = resident() {
        text.gauge("process_resident_memory_bytes", "Resident memory.", bytes);
    }
    if let Ok(open) = fs::read_dir("/proc/self/fd") {
        // Without the one that the directory is read through.
        text.gauge("process_open_fds", "Open file descriptors.", open.count().saturating_sub(1));
    }
    if let Some(most) = getrlimit(Resource::Nofile).current {
        text.gauge("process_max_fds", "Most file descriptors that may be open.", most);
    }
}

struct Stat {
    cpu_ticks: u64,
    threads: u64,
    start_ticks: u64,
    virtual_bytes: u64,
}

impl Stat {
    /// The name of the program, the second field, may hold anything, so fields are counted from behind its parenthesis.
    fn parse(text: &str) -> Option<Self> {
        let fields: Vec<_> = text.rsplit_once(')')?.1.split_ascii_whitespace().collect();
        let field = |number: usize| fields.get(number - 3)?.parse::<u64>().ok();
        Some(Self {
            cpu_ticks: field(14)? + field(15)?,
            threads: field(20)?,
            start_ticks: field(22)?,
            virtual_bytes: field(23)?,
        })
    }
}

fn boot_time() -> Option<u64> {
    let text = fs::read_to_string("/proc/stat").ok()?;
    text.lines().find_map(|line| line.strip_prefix("btime "))?.trim().parse().ok()
}

fn resident() -> Option<u64> {
    let text = fs::read_to_string("/proc/self/status").ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()?.checked_mul(1024)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::admin::exposition::Form;

    #[test]
    fn a_program_name_with_parentheses_and_spaces_does_not_shift_the_fields() {
        let stat =
            "7 (a) b) (c) S 1 7 7 0 -1 4194304 100 0 0 0 250 50 0 0 20 0 9 0 4242 1048576 300 18446744073709551615";
        let stat = Stat::parse(stat).unwrap();
        assert_eq!((stat.cpu_ticks, stat.threads, stat.start_ticks, stat.virtual_bytes), (300, 9, 4242, 1_048_576));
        assert!(Stat::parse("7 (a) S 1").is_none());
    }

    #[test]
    fn this_process_has_memory_threads_and_a_start() {
        let mut text = Exposition::new(Form::Prometheus);
        add(&mut text);
        let text = text.finish();
        for name in
            ["process_cpu_seconds_total", "process_resident_memory_bytes", "process_open_fds", "process_max_fds"]
        {
            assert!(text.contains(&format!("\n{name} ")), "{name} is missing in {text}");
        }
        assert!(text.contains("process_start_time_seconds"), "{text}");
    }
}
