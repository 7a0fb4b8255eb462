//! Ten accounts of many keys each: whether seeding is feasible, memory bounded, lists flat, and a random key as quick as
//! one of few.
//!
//! Guarantees: both servers keep their data on disk and were restarted without their seed before anything is measured;
//! every call goes to a key drawn anew, so that caches help only as much as they do a server that everybody uses; the
//! servers are called by turns.

use crate::child::{Fastness, Keep};
use crate::load::{self, Line, Window};
use crate::report::commit;
use crate::{Failure, kernel, requests};
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

const ACCOUNTS: u32 = 10;
/// Keys in each account of the small server: a thousand in all.
const FEW: u32 = 100;
/// Keys in each account of the large one, if the command line says nothing else.
const MANY: u32 = 100_000;
const TURNS: u32 = 5;
/// How long each server is called in a turn.
const TURN: Duration = Duration::from_millis(800);
/// Requests made ready for a turn: more than one connection can send in its time.
const READY: usize = 30_000;
/// Grants that are made in each account.
const GRANTS: u32 = 1_000;
/// How long a server must have had nothing to do before its memory is called idle.
const IDLE: Duration = Duration::from_secs(2);
/// Keys on a page: the most that ListKeys gives.
const PAGE: u32 = 1_000;
/// Pages at either end that are compared.
const ENDS: usize = 10;
/// How often the list is walked: the best time of each page counts.
const WALKS: usize = 3;
/// A call may take this many times as long as on the small server, and a page as an early one.
const BUDGET: f64 = 2.0;
/// What the caches of a server may hold together: the store's pages, views, credentials, and what the allocator keeps.
const MEMORY_BUDGET_MIB: f64 = 256.0;

/// How to measure.
pub(crate) struct Options {
    /// Keys in each account.
    pub(crate) keys: u32,
    /// The file to write the table to.
    pub(crate) results: Option<PathBuf>,
    /// The `fastness` binary.
    pub(crate) binary: PathBuf,
}

impl Options {
    /// What is measured when nothing else is said.
    pub(crate) fn new(binary: PathBuf) -> Self {
        Self { keys: MANY, results: None, binary }
    }
}

/// A server and what was seen of it until it was called.
struct Estate {
    server: Fastness,
    keys: u32,
    seeded_in: Duration,
    seeding_memory: f64,
    idle_memory: f64,
    granted_in: Duration,
}

/// One call on both servers.
struct Row {
    name: &'static str,
    few: Window,
    many: Window,
}

/// Runs it and writes down what came out.
pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    let few = Estate::build(&options.binary, FEW)?;
    let many = Estate::build(&options.binary, options.keys)?;
    let mut draw = Draw(1);
    let mut rows = Vec::new();
    for (name, operation, by_alias) in [
        ("Encrypt", "Encrypt", false),
        ("Encrypt, by alias", "Encrypt", true),
        ("GenerateDataKey", "GenerateDataKey", false),
        ("DescribeKey", "DescribeKey", false),
    ] {
        say(&format!("{name} on random keys"))?;
        let mut row = Row { name, few: Window::default(), many: Window::default() };
        for _ in 0..TURNS {
            for (estate, window) in [(&few, &mut row.few), (&many, &mut row.many)] {
                let calls = Arc::new(estate.calls(operation, by_alias, &mut draw)?);
                window.join(load::run(estate.server.target(false), &calls, 1, TURN)?);
            }
        }
        rows.push(row);
    }
    let mut pages = many.pages()?;
    for _ in 1..WALKS {
        for (best, again) in pages.iter_mut().zip(many.pages()?) {
            *best = again.min(*best);
        }
    }
    let text = markdown(options, &few, &many, &rows, &pages)?;
    if let Some(path) = &options.results {
        std::fs::write(path, &text)?;
    }
    std::io::stdout().write_all(text.as_bytes())?;
    Ok(())
}

impl Estate {
    fn build(binary: &Path, keys: u32) -> Result<Self, Failure> {
        say(&format!("seeding {ACCOUNTS} accounts of {keys} keys"))?;
        let server = Fastness::seeded(binary, Keep::OnDisk, "off", &seed(keys))?;
        let seeded_in = server.started_in;
        let seeding_memory = kernel::peak_memory(server.pid())?;
        let server = server.restarted()?;
        std::thread::sleep(IDLE);
        let idle_memory = kernel::memory(server.pid())?;
        let mut estate = Self { server, keys, seeded_in, seeding_memory, idle_memory, granted_in: Duration::ZERO };
        estate.grant()?;
        Ok(estate)
    }

    /// Makes grants by the API, on keys all over each account.
    fn grant(&mut self) -> Result<(), Failure> {
        let mut line = Line::open(self.server.target(false))?;
        for account in 0..ACCOUNTS {
            for number in 0..GRANTS.min(self.keys) {
                let key = key_id(account, number * (self.keys / GRANTS.min(self.keys)));
                let grantee = format!("arn:aws:iam::{:012}:root", (account + 1) % ACCOUNTS);
                let body = json!({ "KeyId": key, "GranteePrincipal": grantee, "Operations": ["Encrypt", "Decrypt"] });
                self.granted_in += line.call(&requests::signed_by(&access_key(account), "CreateGrant", &body)?)?.1;
            }
        }
        Ok(())
    }

    /// Calls on keys drawn from all accounts.
    fn calls(&self, operation: &str, by_alias: bool, draw: &mut Draw) -> Result<Vec<Vec<u8>>, Failure> {
        let mut calls = Vec::with_capacity(READY);
        for _ in 0..READY {
            let (account, number) = (draw.below(ACCOUNTS), draw.below(self.keys));
            let key = if by_alias { format!("alias/app-{number}") } else { key_id(account, number) };
            let body = match operation {
                "Encrypt" => json!({ "KeyId": key, "Plaintext": "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=" }),
                "GenerateDataKey" => json!({ "KeyId": key, "KeySpec": "AES_256" }),
                _ => json!({ "KeyId": key }),
            };
            calls.push(requests::signed_by(&access_key(account), operation, &body)?);
        }
        Ok(calls)
    }

    /// How long each page of ListKeys took, from the first to the last, of one account.
    fn pages(&self) -> Result<Vec<Duration>, Failure> {
        say("ListKeys, page by page")?;
        let mut line = Line::open(self.server.target(false))?;
        let (mut pages, mut listed, mut marker) = (Vec::new(), 0, Value::Null);
        loop {
            let mut body = json!({ "Limit": PAGE });
            if let (Some(body), false) = (body.as_object_mut(), marker.is_null()) {
                body.insert("Marker".into(), marker);
            }
            let (answer, took) = line.call(&requests::signed_by(&access_key(0), "ListKeys", &body)?)?;
            pages.push(took);
            let mut answer: Value = serde_json::from_slice(&answer)?;
            listed += answer.get("Keys").and_then(Value::as_array).map_or(0, Vec::len);
            marker = answer.get_mut("NextMarker").map_or(Value::Null, Value::take);
            if marker.is_null() {
                break;
            }
        }
        if listed != self.keys as usize {
            return Err(format!("ListKeys gave {listed} keys of {}", self.keys).into());
        }
        Ok(pages)
    }
}

fn markdown(
    options: &Options,
    few: &Estate,
    many: &Estate,
    rows: &[Row],
    pages: &[Duration],
) -> Result<String, Failure> {
    let mut out = String::new();
    let (small, large) = (grouped(ACCOUNTS * FEW), grouped(ACCOUNTS * many.keys));
    writeln!(out, "# KMS: {large} keys\n")?;
    let repeat = if options.keys == MANY { String::new() } else { format!(" --keys {}", options.keys) };
    writeln!(out, "Commit {}, {}, client and servers sharing them.", commit(), kernel::machine())?;
    writeln!(out, "Repeat with `cargo xtask bench scale{repeat}`.\n")?;
    writeln!(
        out,
        "A server whose {ACCOUNTS} accounts have {} keys each, all with an alias, {} in each account with a grant made by the\n\
         API, beside one whose accounts have {FEW}. Both keep their data on disk and were restarted without their seed. Each call\n\
         goes to a key drawn at random, over one connection.\n",
        grouped(many.keys),
        grouped(GRANTS),
    )?;
    writeln!(out, "| | {small} keys | {large} keys |\n|---|--:|--:|")?;
    let both = |of: &dyn Fn(&Estate) -> String| (of(few), of(many));
    let lines: [(&str, (String, String)); 7] = [
        ("Seeding, first start: s", both(&|e| format!("{:.1}", e.seeded_in.as_secs_f64()))),
        ("Most memory while seeding: MiB", both(&|e| format!("{:.0}", e.seeding_memory))),
        ("Store on disk: MiB", both(&|e| format!("{:.0}", e.server.stored_bytes() as f64 / f64::from(1 << 20)))),
        ("Start on what was kept: ms", both(&|e| format!("{:.0}", millis(e.server.started_in)))),
        ("Memory after it: MiB", both(&|e| format!("{:.0}", e.idle_memory))),
        ("CreateGrant, mean: µs", both(&|e| format!("{:.0}", e.mean_grant_micros()))),
        ("Memory after all calls: MiB", { (memory(&few.server)?, memory(&many.server)?) }),
    ];
    for (name, (few, many)) in lines {
        writeln!(out, "| {name} | {few} | {many} |")?;
    }
    writeln!(
        out,
        "\n| Call | p50 µs, {small} | p50 µs, {large} | p99 µs, {small} | p99 µs, {large} | CPU µs, {small} | CPU µs, {large} |"
    )?;
    writeln!(out, "|---|--:|--:|--:|--:|--:|--:|")?;
    for row in rows {
        let [a, b] = [&row.few, &row.many].map(|window| window.percentile_micros(0.5));
        let [c, d] = [&row.few, &row.many].map(|window| window.percentile_micros(0.99));
        let [e, f] = [&row.few, &row.many].map(Window::cpu_micros);
        writeln!(out, "| {} | {a:.0} | {b:.0} | {c:.0} | {d:.0} | {e:.1} | {f:.1} |", row.name)?;
    }
    let (first, last) = (median(pages.iter().take(ENDS)), median(pages.iter().rev().skip(1).take(ENDS)));
    writeln!(
        out,
        "\nListKeys, {PAGE} keys a page, {} pages of one account: the first {ENDS} took {:.2} ms, the last {ENDS} {:.2} ms (medians of the best of {WALKS} walks).",
        pages.len(),
        millis(first),
        millis(last)
    )?;
    writeln!(out, "\n| Budget | Limit | Measured | |\n|---|--:|--:|---|")?;
    let mut budgets = Vec::new();
    for row in rows {
        let ratio = row.many.percentile_micros(0.5) / row.few.percentile_micros(0.5);
        budgets.push((format!("{}: ratio of p50", row.name), BUDGET, ratio));
    }
    budgets.push(("ListKeys, last pages to first: ratio".to_owned(), BUDGET, millis(last) / millis(first)));
    budgets.push(("Memory after all calls: MiB".to_owned(), MEMORY_BUDGET_MIB, kernel::memory(many.server.pid())?));
    for (name, limit, measured) in budgets {
        let verdict = if measured <= limit { "kept" } else { "**broken**" };
        writeln!(out, "| {name} | {limit} | {measured:.2} | {verdict} |")?;
    }
    Ok(out)
}

impl Estate {
    fn mean_grant_micros(&self) -> f64 {
        self.granted_in.as_secs_f64() * 1e6 / f64::from(ACCOUNTS * GRANTS.min(self.keys))
    }
}

/// As people write it: 1,000,000.
fn grouped(number: u32) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

fn memory(server: &Fastness) -> Result<String, Failure> {
    Ok(format!("{:.0}", kernel::memory(server.pid())?))
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

fn median<'d>(times: impl Iterator<Item = &'d Duration>) -> Duration {
    let mut sorted: Vec<Duration> = times.copied().collect();
    sorted.sort_unstable();
    sorted.get(sorted.len() / 2).copied().unwrap_or_default()
}

fn access_key(account: u32) -> String {
    format!("{}{account}", requests::ACCESS_KEY)
}

fn key_id(account: u32, number: u32) -> String {
    format!("{account:08x}-0000-4000-8000-{number:012x}")
}

fn seed(keys: u32) -> String {
    let (secret, region) = (requests::SECRET, requests::REGION);
    let mut text = String::new();
    for account in 0..ACCOUNTS {
        let id = access_key(account);
        text += &format!("[[accounts]]\nid = \"{account:012}\"\n");
        text += &format!("root_access_keys = [{{ id = \"{id}\", secret = \"{secret}\" }}]\n");
        for number in 0..keys {
            let id = key_id(account, number);
            text += &format!(
                "[[accounts.keys]]\nregion = \"{region}\"\nid = \"{id}\"\naliases = [\"alias/app-{number}\"]\n"
            );
        }
    }
    text
}

/// Numbers that look drawn and are the same in every run (SplitMix64).
struct Draw(u64);

impl Draw {
    fn below(&mut self, bound: u32) -> u32 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % u64::from(bound.max(1))) as u32
    }
}

fn say(text: &str) -> Result<(), Failure> {
    Ok(writeln!(std::io::stderr(), "{text}")?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draws_cover_their_range_and_stay_in_it() {
        let mut draw = Draw(1);
        let seen: std::collections::BTreeSet<u32> = (0..1_000).map(|_| draw.below(10)).collect();
        assert_eq!(seen, (0..10).collect());
    }

    #[test]
    fn numbers_are_written_in_groups() {
        assert_eq!([grouped(7), grouped(1_000), grouped(1_000_000)], ["7", "1,000", "1,000,000"]);
    }

    #[test]
    fn the_seed_names_every_account_and_key_once() {
        let seed = seed(3);
        assert_eq!(seed.matches("[[accounts]]").count(), 10);
        assert_eq!(seed.matches(&key_id(9, 2)).count(), 1);
        assert_eq!(seed.matches("alias/app-2").count(), 10);
    }
}
