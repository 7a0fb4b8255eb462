//! What others need for the same bytes: AWS's Encryption SDK for Python, in frames as long as ours, and `age`.
//!
//! Both from file to file, the better of two. The SDK's own figures are without the second that Python takes to start; `age` includes its
//! start, which takes milliseconds.

use crate::pass::{Cost, Task};
use crate::{Failure, kernel};
use std::fmt::Write as _;
use std::fs::{self, File};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Where `cargo xtask test` installs it.
const PYTHON: &str = ".tools/esdk-python/bin/python";
const SCRIPT: &str = "bench/esdk.py";

/// What another program needed.
pub(crate) struct Peer {
    pub(crate) name: String,
    pub(crate) task: Task,
    pub(crate) is_signed: bool,
    pub(crate) frame_length: u32,
    pub(crate) cost: Cost,
}

/// Measures those that are installed, on the file `plaintext`.
pub(crate) fn all(place: &Path) -> Result<Vec<Peer>, Failure> {
    let mut peers = Vec::new();
    for _ in 0..2 {
        peers.extend(age(place)?);
        for (is_signed, frame_length) in [(false, 4096), (false, 65_536), (true, 65_536)] {
            peers.extend(python(place, is_signed, frame_length)?);
        }
    }
    let mut better: Vec<Peer> = Vec::new();
    for peer in peers {
        match better.iter_mut().find(|other| peer.is_like(other)) {
            Some(other) if other.cost.cpu > peer.cost.cpu => *other = peer,
            Some(_) => {}
            None => better.push(peer),
        }
    }
    Ok(better)
}

impl Peer {
    /// Whether both did the same.
    fn is_like(&self, other: &Self) -> bool {
        let what = |peer: &Self| (peer.name.clone(), peer.task, peer.is_signed, peer.frame_length);
        what(self) == what(other)
    }
}

fn python(place: &Path, is_signed: bool, frame_length: u32) -> Result<Vec<Peer>, Failure> {
    let python = std::env::var_os("FASTNESS_ESDK_PYTHON").map_or_else(|| PYTHON.into(), std::path::PathBuf::from);
    let mut peers = Vec::new();
    if !python.exists() {
        return Ok(peers);
    }
    for (task, word, from, to) in
        [(Task::Encrypt, "encrypt", "plaintext", "peer"), (Task::Decrypt, "decrypt", "peer", "out")]
    {
        let mut command = Command::new(&python);
        command.arg(SCRIPT).args([word, &is_signed.to_string(), &frame_length.to_string()]);
        command.args([place.join(from), place.join(to)]);
        let output = command.stderr(Stdio::inherit()).output()?;
        let said = String::from_utf8(output.stdout)?;
        let words: Vec<f64> = said.split_whitespace().map(str::parse).collect::<Result<_, _>>()?;
        let [cpu, wall, memory] = words.as_slice() else { return Err(format!("{SCRIPT} said {said}").into()) };
        let (cpu, wall) = (Duration::from_secs_f64(*cpu), Duration::from_secs_f64(*wall));
        let cost = Cost { cpu, wall, memory: *memory };
        peers.push(Peer { name: "Encryption SDK for Python".into(), task, is_signed, frame_length, cost });
    }
    Ok(peers)
}

fn age(place: &Path) -> Result<Vec<Peer>, Failure> {
    let Ok(made) = Command::new("age-keygen").output() else { return Ok(Vec::new()) };
    let identity = String::from_utf8(made.stdout)?;
    let recipient = identity.lines().find_map(|line| line.strip_prefix("# public key: ")).ok_or("age made no key")?;
    fs::write(place.join("identity"), &identity)?;
    let version = Command::new("age").arg("--version").output()?.stdout;
    let name = format!("age {}", String::from_utf8_lossy(&version).trim());
    let mut peers = Vec::new();
    let identity = place.join("identity");
    let encrypt = ["--encrypt".as_ref(), "--recipient".as_ref(), recipient.as_ref()];
    let decrypt = ["--decrypt".as_ref(), "--identity".as_ref(), identity.as_os_str()];
    for (task, arguments, from, to) in
        [(Task::Encrypt, encrypt, "plaintext", "peer"), (Task::Decrypt, decrypt, "peer", "out")]
    {
        let mut command = Command::new("age");
        command.args(arguments).stdin(File::open(place.join(from))?).stdout(File::create(place.join(to))?);
        let began = Instant::now();
        let cost = last_cost(command.spawn()?, began)?;
        peers.push(Peer { name: name.clone(), task, is_signed: false, frame_length: 65_536, cost });
    }
    Ok(peers)
}

/// What a process cost until it ended: the kernel tells while nobody has asked for its exit code.
fn last_cost(mut child: Child, began: Instant) -> Result<Cost, Failure> {
    let mut cost = Cost::default();
    let stat = format!("/proc/{}/stat", child.id());
    loop {
        let has_ended = fs::read_to_string(&stat)?.rsplit_once(") ").is_some_and(|(_, rest)| rest.starts_with('Z'));
        cost.cpu = kernel::cpu_time(child.id())?;
        if has_ended {
            break;
        }
        cost.wall = began.elapsed();
        cost.memory = kernel::peak_memory(child.id()).unwrap_or(cost.memory);
        std::thread::sleep(Duration::from_millis(2));
    }
    if child.wait()?.success() { Ok(cost) } else { Err("age failed".into()) }
}

/// A table of them.
pub(crate) fn table(peers: &[Peer], mebibytes: f64) -> Result<String, Failure> {
    let mut out = String::new();
    if peers.is_empty() {
        return Ok("Neither AWS's Encryption SDK for Python nor `age` is installed here.\n".into());
    }
    writeln!(
        out,
        "| Beside it, file to file | | | Frames | CPU ms | MiB/s | Memory MiB |\n|---|---|---|---|--:|--:|--:|"
    )?;
    for peer in peers {
        let task = if peer.task == Task::Encrypt { "encrypt" } else { "decrypt" };
        let signed = if peer.is_signed { "signed" } else { "unsigned" };
        writeln!(
            out,
            "| {} | {task} | {signed} | {} KiB | {:.0} | {:.0} | {:.1} |",
            peer.name,
            peer.frame_length / 1024,
            peer.cost.cpu.as_secs_f64() * 1024e3 / mebibytes,
            mebibytes / peer.cost.wall.as_secs_f64(),
            peer.cost.memory,
        )?;
    }
    Ok(out)
}
