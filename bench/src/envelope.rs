//! What encrypting and decrypting messages costs, beside what it cannot do without: copying and the algorithms.
//!
//! Each pass is a process of its own, fed from a file or through pipes, and tells its own CPU time; a round takes all
//! passes of a row one after another, and a row's ratio is the median of its rounds. Beside it, in the same run: AWS's
//! Encryption SDK for Python and `age`, where they are installed.

use crate::envelope_peers::{self as peers, Peer};
use crate::pass::{Cost, Pass, Task, cpu_time, first_randomness, manager};
use crate::{Failure, kernel, report};
use envelope::{CachingLimits, CachingMaterialsManager, EncryptionContext, LocalCache};
use std::fmt::Write as _;
use std::fs::{self, File};
use std::hint::black_box;
use std::io::{Read as _, Write as _};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

const MEBIBYTE: usize = 1 << 20;
const FRAMES: [(u32, &str); 3] = [(4096, "4 KiB"), (65_536, "64 KiB"), (1 << 20, "1 MiB")];
/// The frames that are held to budgets.
const BUDGETED: u32 = 65_536;
/// CPU time to that of a copy and the algorithms together, in frames of 64 KiB.
const RATIO_BUDGET: f64 = 1.25;
const MEMORY_BUDGET_MIB: f64 = 32.0;
const MESSAGE_BUDGET_MICROS: f64 = 20.0;
const PYTHON_BUDGET: f64 = 2.0;
const AGE_BUDGET: f64 = 1.5;
/// Messages of 1 KiB in a batch, and batches.
const MESSAGES: u32 = 2000;
const BATCHES: usize = 9;

/// How to measure.
pub(crate) struct Options {
    /// Plaintext of a pass.
    pub(crate) mebibytes: usize,
    pub(crate) rounds: usize,
    pub(crate) results: Option<PathBuf>,
}

/// Where a pass reads and writes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    Files,
    Pipes,
}

struct Row {
    way: Way,
    pass: Pass,
    frames: &'static str,
    /// Of each round: ours, a copy, the algorithms.
    rounds: Vec<[Cost; 3]>,
    /// Ours on one thread, of each round.
    alone: Vec<Cost>,
}

impl Row {
    fn ratios(&self) -> Vec<f64> {
        let seconds = |cost: Cost| cost.cpu.as_secs_f64();
        let ratio = |[ours, copy, algorithms]: &[Cost; 3]| seconds(*ours) / (seconds(*copy) + seconds(*algorithms));
        sorted(self.rounds.iter().map(ratio).collect())
    }

    fn median(&self, value: impl Fn(&[Cost; 3]) -> f64) -> f64 {
        median(self.rounds.iter().map(value).collect())
    }

    fn ours(&self) -> f64 {
        self.median(|[ours, ..]| ours.cpu.as_secs_f64())
    }

    fn memory(&self) -> f64 {
        self.rounds.iter().map(|[ours, ..]| ours.memory).fold(0.0, f64::max)
    }

    fn name(&self) -> String {
        let signed = if self.pass.is_signed { "signed" } else { "unsigned" };
        let task = if self.pass.task == Task::Encrypt { "encrypt" } else { "decrypt" };
        let way = if self.way == Way::Files { "files" } else { "pipes" };
        format!("{task}, {signed}, {way}, {}", self.frames)
    }
}

/// Measures everything, prints the tables and writes them to the file that is named.
pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    let entropy = first_randomness();
    let place = Place::new(options.mebibytes)?;
    let rows = rows(&place, options)?;
    let peers = peers::all(&place.0)?;
    let messages = [message_micros(false)?, message_micros(true)?];
    let text = markdown(options, &rows, &peers, messages, entropy)?;
    if let Some(path) = &options.results {
        fs::write(path, &text)?;
    }
    std::io::stdout().write_all(text.as_bytes())?;
    Ok(())
}

fn rows(place: &Place, options: &Options) -> Result<Vec<Row>, Failure> {
    let mut rows = Vec::new();
    for is_signed in [false, true] {
        for (frame_length, frames) in FRAMES {
            let pass = |task, threads| Pass { task, is_signed, frame_length, threads };
            place.pass(Way::Files, pass(Task::Encrypt, 0), "plaintext", "message")?;
            for task in [Task::Encrypt, Task::Decrypt] {
                let input = if task == Task::Encrypt { "plaintext" } else { "message" };
                for way in [Way::Files, Way::Pipes] {
                    let (mut rounds, mut alone) = (Vec::new(), Vec::new());
                    // Those that are held to a budget more often.
                    let count = if frame_length == BUDGETED { options.rounds } else { options.rounds.div_ceil(2) };
                    for _ in 0..count {
                        let ours = place.pass(way, pass(task, 0), input, "out")?;
                        let copy = place.pass(way, pass(Task::Copy, 0), input, "out")?;
                        let bytes = options.mebibytes * MEBIBYTE;
                        let algorithms = place.pass(way, pass(Task::Primitives(bytes), 0), input, "out")?;
                        rounds.push([ours, copy, algorithms]);
                        alone.push(place.pass(way, pass(task, 1), input, "out")?);
                    }
                    rows.push(Row { way, pass: pass(task, 0), frames, rounds, alone });
                }
            }
        }
    }
    Ok(rows)
}

/// A directory on a disk, gone when dropped.
struct Place(PathBuf);

impl Place {
    fn new(mebibytes: usize) -> Result<Self, Failure> {
        // Beside the binary: the temporary directory may be memory.
        let directory = std::env::current_exe()?.with_file_name(format!("bench-{}", std::process::id()));
        fs::create_dir_all(&directory)?;
        let place = Self(directory);
        let mut file = File::create(place.0.join("plaintext"))?;
        let block: Vec<u8> = (0..MEBIBYTE).map(|index| ((index * index) >> 8) as u8).collect();
        (0..mebibytes).try_for_each(|_| file.write_all(&block))?;
        Ok(place)
    }

    /// Runs a pass and returns what it says that it cost.
    fn pass(&self, way: Way, pass: Pass, input: &str, output: &str) -> Result<Cost, Failure> {
        let (input, output) = (self.0.join(input), self.0.join(output));
        let mut command = Command::new(std::env::current_exe()?);
        command.args(pass.arguments()).stderr(Stdio::piped());
        let mut others: Vec<Child> = Vec::new();
        match way {
            Way::Files => {
                let _ = fs::remove_file(&output);
                command.stdin(File::open(input)?).stdout(File::create(output)?);
            }
            Way::Pipes => {
                let mut feeder = Command::new("cat").arg(input).stdout(Stdio::piped()).spawn()?;
                command.stdin(feeder.stdout.take().ok_or("no pipe")?).stdout(Stdio::piped());
                others.push(feeder);
            }
        }
        let mut child = command.spawn()?;
        // The command holds the other ends of the pipes; while it does, nobody sees an end.
        drop(command);
        if let Some(output) = child.stdout.take() {
            others.push(Command::new("cat").stdin(output).stdout(Stdio::null()).spawn()?);
        }
        let mut said = String::new();
        child.stderr.take().ok_or("no pipe")?.read_to_string(&mut said)?;
        if !child.wait()?.success() {
            return Err(format!("a pass failed: {said}").into());
        }
        // A feeder that nobody listens to ends by a signal, which is all right.
        others.iter_mut().try_for_each(|other| other.wait().map(drop))?;
        let words: Vec<&str> = said.split_whitespace().collect();
        let [cpu, wall, memory] = words.as_slice() else { return Err(format!("a pass said {said}").into()) };
        let nanoseconds = |word: &str| word.parse().map(Duration::from_nanos);
        Ok(Cost { cpu: nanoseconds(cpu)?, wall: nanoseconds(wall)?, memory: memory.parse()? })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// CPU time of a message of 1 KiB with a data key from the cache, in microseconds.
fn message_micros(is_signed: bool) -> Result<f64, Failure> {
    let pass = Pass { task: Task::Encrypt, is_signed, frame_length: 4096, threads: 1 };
    let limits = CachingLimits::new(Duration::from_secs(3600))?;
    let caching = CachingMaterialsManager::new(manager()?, Arc::new(LocalCache::new(10)), limits);
    let encryptor = envelope::Encryptor::new(caching).suite(pass.suite());
    let context = EncryptionContext::new([("purpose", "bench")])?;
    let mut batches = Vec::new();
    for _ in 0..BATCHES {
        let before = cpu_time();
        for _ in 0..MESSAGES {
            black_box(encryptor.encrypt(black_box(&[7; 1024]), &context)?);
        }
        batches.push((cpu_time() - before).as_secs_f64() * 1e6 / f64::from(MESSAGES));
    }
    Ok(median(batches))
}

fn markdown(
    options: &Options,
    rows: &[Row],
    peers: &[Peer],
    messages: [f64; 2],
    entropy: Duration,
) -> Result<String, Failure> {
    let mut out = String::new();
    let mebibytes = options.mebibytes as f64;
    writeln!(out, "# Envelope encryption: what a message costs\n")?;
    writeln!(out, "Commit {}, {}.\n", report::commit(), kernel::machine())?;
    writeln!(
        out,
        "Repeat with `cargo xtask bench envelope --mebibytes {} --rounds {}`.\n",
        options.mebibytes, options.rounds
    )?;
    writeln!(
        out,
        "*CPU* is what a process uses for a gibibyte of plaintext, all threads together, user and system; *copy* is that of\n\
         a process that only reads and writes the same file or pipes, *algorithms* that of AES-256-GCM over frames in the\n\
         cache and, for signed messages, SHA-384 over what comes out. *Ratio* is CPU to both together: the median of\n\
         the rounds, and their range. *MiB/s* is by the clock, on as many threads as it takes and on one.\n\
         Unsigned is suite 0478, signed 0578, which is the default of AWS's clients.\n"
    )?;
    writeln!(out, "| | | | Frames | CPU ms | copy ms | algorithms ms | Ratio | MiB/s | on one thread | Memory MiB |")?;
    writeln!(out, "|---|---|---|---|--:|--:|--:|--:|--:|--:|--:|")?;
    for row in rows {
        let per_gibibyte = |index: usize| {
            row.median(|costs| costs.get(index).map_or(f64::NAN, |cost| cost.cpu.as_secs_f64())) * 1024e3 / mebibytes
        };
        let ratios = row.ratios();
        let [task, signed, way, frames] =
            <[String; 4]>::try_from(row.name().split(", ").map(str::to_owned).collect::<Vec<_>>())
                .map_err(|_| "a row has four words")?;
        writeln!(
            out,
            "| {task} | {signed} | {way} | {frames} | {:.0} | {:.0} | {:.0} | **{:.2}** ({:.2}–{:.2}) | {:.0} | {:.0} | {:.1} |",
            per_gibibyte(0),
            per_gibibyte(1),
            per_gibibyte(2),
            median(ratios.clone()),
            ratios.first().copied().unwrap_or(f64::NAN),
            ratios.last().copied().unwrap_or(f64::NAN),
            mebibytes / row.median(|[ours, ..]| ours.wall.as_secs_f64()),
            mebibytes / median(row.alone.iter().map(|cost| cost.wall.as_secs_f64()).collect()),
            row.memory(),
        )?;
    }
    writeln!(
        out,
        "\nA message of 1 KiB with a data key from the cache: {:.1} µs of CPU unsigned, {:.0} µs signed. Not counted above:\n\
         the first randomness that a process draws, for which the library gathers entropy, {:.0} ms of CPU once.\n",
        messages[0],
        messages[1],
        entropy.as_secs_f64() * 1e3
    )?;
    out.push_str(&peers::table(peers, mebibytes)?);
    writeln!(out, "\n| Budget | Limit | Measured | |\n|---|--:|--:|---|")?;
    for (name, limit, measured, is_floor) in budgets(rows, peers, messages[0]) {
        let kept = if is_floor { measured >= limit } else { measured <= limit };
        let verdict = if kept { "kept" } else { "**broken**" };
        writeln!(out, "| {name} | {limit} | {measured:.2} | {verdict} |")?;
    }
    Ok(out)
}

/// Each budget's name, limit, measured value, and whether the limit is the least rather than the most.
fn budgets(rows: &[Row], peers: &[Peer], message: f64) -> Vec<(String, f64, f64, bool)> {
    let mut budgets = Vec::new();
    for row in rows.iter().filter(|row| row.pass.frame_length == BUDGETED) {
        budgets.push((format!("{}: CPU ratio", row.name()), RATIO_BUDGET, median(row.ratios()), false));
    }
    let memory = rows.iter().map(Row::memory).fold(0.0, f64::max);
    budgets.push(("Memory of any of them: MiB".into(), MEMORY_BUDGET_MIB, memory, false));
    budgets.push(("A message of 1 KiB, unsigned: µs of CPU".into(), MESSAGE_BUDGET_MICROS, message, false));
    for peer in peers {
        let ours = rows.iter().find(|row| {
            row.way == Way::Files
                && row.pass.is_signed == peer.is_signed
                && row.pass.task == peer.task
                && row.pass.frame_length == BUDGETED
        });
        if let Some(ours) = ours.filter(|_| !peer.is_signed && peer.frame_length == BUDGETED) {
            let faster = peer.cost.cpu.as_secs_f64() / ours.ours();
            let limit = if peer.name.starts_with("age") { AGE_BUDGET } else { PYTHON_BUDGET };
            budgets.push((
                format!("{}: times the bytes of {} for its CPU", ours.name(), peer.name),
                limit,
                faster,
                true,
            ));
        }
    }
    budgets
}

fn sorted(mut values: Vec<f64>) -> Vec<f64> {
    values.sort_by(f64::total_cmp);
    values
}

fn median(values: Vec<f64>) -> f64 {
    let values = sorted(values);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
