//! `fastness backup`, `restore` and `check`.

use super::{Outcome, say};
use crate::backup::{self, Given, door};
use crate::node::STORE;
use base::{Clock, Rng, SystemClock};
use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use crypto::{FileSeal, Hierarchy, RootRecord, root_key_path, unlock};
use primitives::SystemRng;
use serde_json::Value;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufReader, BufWriter, IsTerminal, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use store::Redb;

const BACKUP_EXAMPLES: &str = "\
Examples:
  fastness backup --data /var/lib/fastness --output backup.fst
  fastness backup --data /var/lib/fastness | ssh backup@vault 'cat > backup.fst'

Works while the server runs and while it does not. What is sealed stays sealed: without the seal a backup opens for
nobody, and seals (key files, passphrases, shares) are not in it.";

const RESTORE_EXAMPLES: &str = "\
Examples:
  fastness restore --data ./new --input backup.fst
  fastness restore --data ./new --store postgres://user@localhost/fastness --input -

The directory is new or empty; it may hold a kept audit/, which then goes on. A backup that is older than that log is
refused unless the loss is accepted. The same backup restores into a file or into PostgreSQL.";

const CHECK_EXAMPLES: &str = "\
Examples:
  fastness check --backup backup.fst
  fastness check --data /var/lib/fastness --json
  fastness check --data ./data --seal file:./data/dev-seal.key

Exit status 1 means that something is wrong; each line says where, and what to do.";

fn file(name: &'static str, value: &'static str) -> Arg {
    Arg::new(name).long(name).value_name(value).value_parser(value_parser!(PathBuf))
}

fn store() -> Arg {
    Arg::new("store")
        .long("store")
        .value_name("URL")
        .env("FASTNESS_STORE")
        .hide_env_values(true)
        .help("The database that holds the state, if it is not in the directory: postgres://…")
}

pub(super) fn describe_backup() -> Command {
    Command::new("backup")
        .about("Make a backup, while the server runs or not")
        .after_help(BACKUP_EXAMPLES)
        .arg(file("data", "DIR").required(true).help("The data directory"))
        .arg(store())
        .arg(
            file("output", "FILE").help("A new file, or - for standard output [default: -, unless that is a terminal]"),
        )
}

pub(super) fn describe_restore() -> Command {
    Command::new("restore")
        .about("Restore a backup into a new place")
        .after_help(RESTORE_EXAMPLES)
        .arg(file("data", "DIR").required(true).help("A new or empty data directory"))
        .arg(store())
        .arg(file("input", "FILE").required(true).help("The backup, or - for standard input"))
        .arg(
            Arg::new("expect-records")
                .long("expect-records")
                .value_name("N")
                .value_parser(value_parser!(u64))
                .help("How many records the audit log had at least, from a place that was kept apart"),
        )
        .arg(
            Arg::new("accept-loss")
                .long("accept-loss")
                .action(ArgAction::SetTrue)
                .help("Restore although records were made after the backup"),
        )
}

pub(super) fn describe_check() -> Command {
    Command::new("check")
        .about("Check a backup, or a store and its files")
        .after_help(CHECK_EXAMPLES)
        .arg(file("backup", "FILE").conflicts_with("data").required_unless_present("data").help("A backup, or -"))
        .arg(file("data", "DIR").help("A data directory"))
        .arg(store().requires("data"))
        .arg(
            Arg::new("seal")
                .long("seal")
                .value_name("file:PATH")
                .requires("data")
                .help("Open every value and read the audit log too, where no server runs"),
        )
        .arg(super::arguments::json())
}

pub(super) fn run_backup(matches: &ArgMatches) -> Outcome {
    let dir = path(matches, "data").unwrap_or(Path::new("."));
    let output = path(matches, "output");
    let begun = SystemClock.now();
    let made = match output.filter(|output| *output != Path::new("-")) {
        Some(output) => to_file(dir, matches, output),
        None if output.is_none() && io::stdout().is_terminal() => {
            Err("a backup is not for a terminal: name a file with --output".into())
        }
        None => {
            // The stream is checked on its way, so that a whole backup is told from a part by the exit status.
            let out = BufWriter::with_capacity(256 << 10, io::stdout().lock());
            make(dir, matches, out).map(|_| ())
        }
    };
    made?;
    if let Err(problem) = backup::note(dir, begun) {
        let _ = writeln!(io::stderr(), "fastness backup: made, but the server cannot be told when: {problem}");
    }
    Ok(())
}

/// Under another name until it is whole, and never over what is there.
fn to_file(dir: &Path, matches: &ArgMatches, output: &Path) -> Outcome {
    let failed = |error: io::Error| format!("{}: {error}", output.display());
    if output.exists() {
        return Err(format!("{} exists; a backup never overwrites a file", output.display()));
    }
    let mut random = [0; 8];
    SystemRng.fill(&mut random);
    let mut name = output.as_os_str().to_owned();
    name.push(format!(".{}.part", base::hex(&random)));
    let part = PathBuf::from(name);
    let written: Result<String, String> = (|| {
        let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&part).map_err(failed)?;
        let told = make(dir, matches, BufWriter::with_capacity(256 << 10, &file))?;
        file.sync_all().map_err(failed)?;
        // A link fails where a rename would overwrite.
        fs::hard_link(&part, output).map_err(failed)?;
        Ok(told)
    })();
    let _ = fs::remove_file(&part);
    let told = written?;
    let parent = output.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(parent).and_then(|parent| parent.sync_all()).map_err(failed)?;
    say(&format!("{}: {told}", output.display()));
    Ok(())
}

/// Writes a backup and proves what was written; the result tells of it.
fn make(dir: &Path, matches: &ArgMatches, mut out: impl Write) -> Result<String, String> {
    let told = |found: &Value| {
        let member = |name: &str| found.get(name).map(ToString::to_string).unwrap_or_default();
        format!(
            "{} entries, {} files, sha256 {}",
            member("entries"),
            member("files"),
            member("sha256").replace('"', "")
        )
    };
    let found = match door::ask(dir, "backup")? {
        Some(answer) => backup::check_file(Tee { input: answer, out: &mut out })?,
        None => {
            let url = matches.get_one::<String>("store").map(String::as_str);
            let (totals, check) = backup::from_directory(dir, url, &mut out)?;
            serde_json::json!({ "entries": totals.entries, "files": totals.files, "sha256": base::hex(&check) })
        }
    };
    out.flush().map_err(|error| format!("the backup cannot be written: {error}"))?;
    Ok(told(&found))
}

/// Writes on what it reads.
struct Tee<R, W> {
    input: R,
    out: W,
}

impl<R: Read, W: Write> Read for Tee<R, W> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.input.read(buffer)?;
        let write = self.out.write_all(buffer.get(..count).unwrap_or_default());
        write.map_err(|error| io::Error::other(format!("while writing it: {error}")))?;
        Ok(count)
    }
}

pub(super) fn run_restore(matches: &ArgMatches) -> Outcome {
    let dir = path(matches, "data").unwrap_or(Path::new("."));
    let given = Given {
        dir,
        store: matches.get_one::<String>("store").map(String::as_str),
        expect_records: matches.get_one::<u64>("expect-records").copied(),
        accept_loss: matches.get_flag("accept-loss"),
    };
    let (totals, notes) = backup::restore(&given, input(matches, "input")?, &SystemRng)?;
    notes.iter().for_each(|note| say(&format!("note: {note}")));
    if totals.entries > 0 {
        let size = backup::mebibytes(totals.bytes);
        say(&format!("restored {} entries and {} files ({size}) into {}", totals.entries, totals.files, dir.display()));
    }
    Ok(())
}

pub(super) fn run_check(matches: &ArgMatches) -> Outcome {
    let found = match path(matches, "data") {
        None => backup::check_file(input(matches, "backup")?)?,
        Some(dir) => match door::ask(dir, "check")? {
            Some(mut answer) => {
                let mut text = String::new();
                answer.read_to_string(&mut text).map_err(|error| error.to_string())?;
                serde_json::from_str(&text).map_err(|_| text.trim().trim_start_matches("error ").to_owned())?
            }
            None => offline(dir, matches)?,
        },
    };
    let findings = found.get("findings").and_then(Value::as_array).cloned().unwrap_or_default();
    if matches.get_flag("json") {
        say(&found.to_string());
    } else {
        for finding in &findings {
            let member = |name| finding.get(name).and_then(Value::as_str).unwrap_or_default();
            say(&format!("{}: {}", member("place"), member("problem")));
        }
        for (name, value) in found.as_object().into_iter().flatten().filter(|(name, _)| *name != "findings") {
            say(&format!("{name}: {}", value.as_str().map_or_else(|| value.to_string(), str::to_owned)));
        }
    }
    match findings.len() {
        0 => Ok(()),
        1 => Err("one thing is wrong".into()),
        count => Err(format!("{count} things are wrong")),
    }
}

fn offline(dir: &Path, matches: &ArgMatches) -> Result<Value, String> {
    let url = matches.get_one::<String>("store").map(String::as_str);
    let seal = match matches.get_one::<String>("seal") {
        None => None,
        Some(text) => {
            let path = text.strip_prefix("file:").ok_or("--seal: must be file:PATH")?;
            if !Path::new(path).exists() {
                return Err(format!("--seal: {path} does not exist"));
            }
            Some(FileSeal::open_or_create(Path::new(path), &SystemRng).map_err(|error| error.to_string())?)
        }
    };
    if let (Some(seal), None) = (&seal, url)
        && let Some(record) = Redb::peek(&dir.join(STORE), &root_key_path())
    {
        RootRecord::read(&record).and_then(|record| unlock(&[seal], &record)).map_err(|error| error.to_string())?;
    }
    let scrub = backup::scrub_directory(dir, url, |engine| {
        let rng: Arc<dyn Rng> = Arc::new(SystemRng);
        seal.map(|seal| Hierarchy::open(engine, &seal, rng).map_err(|error| error.to_string())).transpose()
    })?;
    Ok(scrub.told())
}

fn input(matches: &ArgMatches, name: &str) -> Result<Box<dyn Read>, String> {
    match path(matches, name) {
        Some(path) if path != Path::new("-") => {
            let file = File::open(path).map_err(|error| format!("{}: {error}", path.display()))?;
            Ok(Box::new(BufReader::with_capacity(256 << 10, file)))
        }
        _ => Ok(Box::new(BufReader::with_capacity(256 << 10, io::stdin().lock()))),
    }
}

fn path<'m>(matches: &'m ArgMatches, name: &str) -> Option<&'m Path> {
    matches.get_one::<PathBuf>(name).map(PathBuf::as_path)
}
