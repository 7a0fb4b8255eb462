//! What the kernel knows of a process: CPU time used and memory held.

use crate::Failure;
use std::time::Duration;

/// The kernel counts CPU time in ticks of 10 ms on every Linux that is supported (`USER_HZ` is part of its ABI).
const TICK: Duration = Duration::from_millis(10);

/// The CPU time of all threads of a process, user and system, since it began.
pub(crate) fn cpu_time(pid: u32) -> Result<Duration, Failure> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat"))?;
    ticks(&stat).map(|ticks| TICK * ticks).ok_or_else(|| format!("/proc/{pid}/stat reads {stat}").into())
}

/// utime and stime are fields 14 and 15; field 2 is a name in parentheses that may hold anything.
fn ticks(stat: &str) -> Option<u32> {
    let (_, fields) = stat.rsplit_once(") ")?;
    let mut fields = fields.split(' ').skip(11);
    let user: u32 = fields.next()?.parse().ok()?;
    let system: u32 = fields.next()?.parse().ok()?;
    Some(user + system)
}

/// Resident memory in MiB.
pub(crate) fn memory(pid: u32) -> Result<f64, Failure> {
    mebibytes(pid, "VmRSS:")
}

/// The most resident memory that a process ever had, in MiB.
pub(crate) fn peak_memory(pid: u32) -> Result<f64, Failure> {
    mebibytes(pid, "VmHWM:")
}

fn mebibytes(pid: u32, name: &str) -> Result<f64, Failure> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix(name)).ok_or_else(|| format!("no {name}"))?;
    let kilobytes: f64 = line.trim().trim_end_matches(" kB").parse()?;
    Ok(kilobytes / 1024.0)
}

/// The processor's name and the number of cores, for the reader of the results.
pub(crate) fn machine() -> String {
    let info = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let field = |name: &str| {
        let line = info.lines().find(|line| line.starts_with(name))?;
        line.split_once(": ").map(|(_, value)| value.trim().to_owned())
    };
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    format!("{} cores of {}", cores, field("model name").unwrap_or_else(|| "an unnamed processor".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_with_spaces_and_parentheses_does_not_shift_the_fields() {
        let stat = "7 (a) b (c) S 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15";
        assert_eq!(ticks(stat), Some(11 + 12));
    }

    #[test]
    fn this_process_has_used_some_time_and_memory() {
        let pid = std::process::id();
        assert!(memory(pid).unwrap() > 0.1);
        assert!(cpu_time(pid).is_ok());
    }
}
