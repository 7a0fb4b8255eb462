//! The main experiment: each operation at each load, Fastness and the bare server by turns.

use crate::arguments::Options;
use crate::child::{Bare, Fastness, Keep, key_id};
use crate::load::{self, Target, Window};
use crate::requests::{self, Operation};
use crate::{Failure, kernel, signature};
use serde_json::{Value, json};
use std::io::Write as _;
use std::sync::Arc;
use std::time::Duration;

/// Each row's time is split into so many turns, so that a slow moment of the machine hits both servers.
const TURNS: u32 = 5;
const STARTS: usize = 5;
/// How long a server must have had nothing to do before its memory is called idle.
const IDLE: Duration = Duration::from_secs(2);

/// What came out.
pub(crate) struct Results {
    /// One for each operation, load and transport.
    pub(crate) rows: Vec<Row>,
    /// Medians of the time to the first answer: `dev` in memory and on disk, and `serve`.
    pub(crate) start: [Duration; 3],
    /// Resident memory of a server that has just started, in MiB: of the same.
    pub(crate) idle_memory: [f64; 3],
    /// Resident memory after all the load, in MiB.
    pub(crate) loaded_memory: f64,
    /// Verifying one signature, body hash apart.
    pub(crate) verification: Duration,
}

/// One row of the table.
pub(crate) struct Row {
    /// What was called.
    pub(crate) operation: Operation,
    /// How many connections.
    pub(crate) connections: usize,
    /// Over TLS or not.
    pub(crate) tls: bool,
    /// All turns of Fastness.
    pub(crate) fastness: Window,
    /// All turns of the bare server.
    pub(crate) bare: Window,
    /// The ratio of CPU time a call, one for each pair of turns, ascending.
    pub(crate) ratios: Vec<f64>,
}

impl Row {
    /// The middle ratio.
    pub(crate) fn ratio(&self) -> f64 {
        self.ratios.get(self.ratios.len() / 2).copied().unwrap_or(f64::NAN)
    }
}

/// Runs all of it.
pub(crate) fn run(options: &Options) -> Result<Results, Failure> {
    let verification = signature::verification()?;
    let memory = starts(|| Fastness::start(&options.binary, Keep::InMemory, "aws", 0))?;
    let disk = starts(|| Fastness::start(&options.binary, Keep::OnDisk, "aws", 0))?;
    let serve = starts(|| Fastness::operated(&options.binary))?;
    let fastness = Fastness::start(&options.binary, Keep::OnDisk, "aws", 1)?;
    let bare = Bare::start()?;
    let blob = ciphertext(fastness.target(false))?;
    let mut rows = Vec::new();
    for &operation in &options.operations {
        for tls in [false, true] {
            for &connections in &options.connections {
                let transport = if tls { "TLS" } else { "HTTP" };
                writeln!(std::io::stderr(), "{} over {transport}, {connections} connections", operation.name())?;
                // Signed afresh for each row: a signature is good for five minutes.
                let body = operation.body(&key_id(0), &blob);
                let requests = Arc::new(vec![requests::signed(operation.name(), &body)?]);
                let targets = [fastness.target(tls), bare.target(tls)];
                rows.push(row(operation, connections, targets, &requests, options.duration)?);
            }
        }
    }
    Ok(Results {
        rows,
        start: [memory.0, disk.0, serve.0],
        idle_memory: [memory.1, disk.1, serve.1],
        loaded_memory: kernel::memory(fastness.pid())?,
        verification,
    })
}

fn row(
    operation: Operation,
    connections: usize,
    [ours, peer]: [Target; 2],
    requests: &Arc<Vec<Vec<u8>>>,
    duration: Duration,
) -> Result<Row, Failure> {
    let (mut fastness, mut bare) = (Window::default(), Window::default());
    let mut ratios = Vec::new();
    for turn in 0..TURNS {
        let load = |target| load::run(target, requests, connections, duration / TURNS);
        // Who goes first changes, so that neither always finds the machine warm.
        let (one, other) = if turn % 2 == 0 {
            let one = load(ours)?;
            (one, load(peer)?)
        } else {
            let other = load(peer)?;
            (load(ours)?, other)
        };
        ratios.push(one.cpu_micros() / other.cpu_micros());
        fastness.join(one);
        bare.join(other);
    }
    ratios.sort_by(f64::total_cmp);
    Ok(Row { operation, connections, tls: ours.tls, fastness, bare, ratios })
}

/// The median time to the first answer, and the memory of the last server when it has been idle.
fn starts(start: impl Fn() -> Result<Fastness, Failure>) -> Result<(Duration, f64), Failure> {
    let mut times = Vec::new();
    for _ in 1..STARTS {
        times.push(start()?.started_in);
    }
    let last = start()?;
    times.push(last.started_in);
    times.sort_unstable();
    std::thread::sleep(IDLE);
    Ok((times.get(STARTS / 2).copied().unwrap_or_default(), kernel::memory(last.pid())?))
}

/// The base64 of a ciphertext of 4 KiB under the seeded key.
fn ciphertext(target: Target) -> Result<String, Failure> {
    let body = json!({ "KeyId": key_id(0), "Plaintext": requests::plaintext() });
    let answer: Value = serde_json::from_slice(&load::call(target, &requests::signed("Encrypt", &body)?)?)?;
    let blob = answer.get("CiphertextBlob").and_then(Value::as_str).ok_or("Encrypt gave no ciphertext")?;
    Ok(blob.to_owned())
}
