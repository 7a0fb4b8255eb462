//! `fastness backup` and `restore`.

use super::local::{self, Unanswered};
use super::meter::Meter;
use super::{Outcome, arguments, say};
use crate::backup::{self, Given, Whole};
use crate::settings::{Environment, Flags, Program, Settings, Sources};
use base::{Clock, Rng, SystemClock};
use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use primitives::SystemRng;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufReader, BufWriter, IsTerminal, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

const BACKUP_EXAMPLES: &str = "\
Examples:
  fastness backup --data /var/lib/fastness --output backup.fst
  fastness backup --data /var/lib/fastness | ssh backup@vault 'cat > backup.fst'

Works while the server runs, sealed or not, and while it does not. What is sealed stays sealed: without the seal a backup
opens for nobody, and seals (key files, passphrases, shares) are not in it. Nor are fastness.toml and tls/, which belong
to the machine.
Keep the number of audit records that it prints apart: `restore --expect-records` then notices an older backup.";

const RESTORE_EXAMPLES: &str = "\
Examples:
  fastness restore --data ./new --input backup.fst
  fastness restore --data ./new --store postgres://user@localhost/fastness --input -

The directory is new or empty; it may hold a kept audit/, which then goes on. A backup that is older than that log is
refused unless the loss is accepted. The same backup restores into a file or into PostgreSQL.";

pub(super) fn file(name: &'static str, value: &'static str) -> Arg {
    Arg::new(name).long(name).value_name(value).value_parser(value_parser!(PathBuf))
}

/// The data directory; its settings are read with it.
pub(super) fn data() -> Arg {
    Arg::new("data").long("data").value_name("DIR").env("FASTNESS_DATA").hide_env_values(true)
}

pub(super) fn store() -> Arg {
    Arg::new("store")
        .long("store")
        .value_name("URL")
        .help("The database that holds the state, if neither the directory nor its fastness.toml does: postgres://…")
}

/// Where a directory's state is.
pub(super) struct Place {
    pub(super) dir: PathBuf,
    pub(super) store: Option<String>,
    /// The PKCS#11 module of the configuration.
    pub(super) module: Option<PathBuf>,
}

/// What flags, environment and `fastness.toml` say of it.
pub(super) fn place(matches: &ArgMatches) -> Result<Place, String> {
    let sources = Sources {
        program: Program::Serve,
        flags: Flags::of(matches, Program::Serve),
        environment: Environment::of_process().map_err(|error| error.to_string())?,
    };
    let settings = Settings::load(&sources).map_err(|error| error.to_string())?.settings;
    let dir = settings.data.clone().ok_or("--data DIR is missing")?;
    let store = settings.store.as_ref().map(|url| url.expose().clone());
    Ok(Place { dir, store, module: settings.pkcs11_module.clone() })
}

pub(super) fn describe_backup() -> Command {
    Command::new("backup")
        .about("Make a backup, while the server runs or not")
        .after_help(BACKUP_EXAMPLES)
        .arg(data().required(true).help("The data directory"))
        .arg(store())
        .arg(
            file("output", "FILE").help("A new file, or - for standard output [default: -, unless that is a terminal]"),
        )
        .arg(arguments::json().requires("output").help("Print what was made as JSON; with --output FILE"))
}

pub(super) fn describe_restore() -> Command {
    Command::new("restore")
        .about("Restore a backup into a new place")
        .after_help(RESTORE_EXAMPLES)
        .arg(data().required(true).help("A new or empty data directory"))
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

pub(super) fn run_backup(matches: &ArgMatches) -> Outcome {
    let place = place(matches)?;
    let output = path(matches, "output");
    let begun = SystemClock.now();
    match output.filter(|output| *output != Path::new("-")) {
        Some(output) => {
            let made = to_file(&place, output)?;
            if matches.get_flag("json") {
                say(&made.told().to_string());
            } else {
                say(&format!("{}: {}", output.display(), described(&made)));
            }
        }
        None if output.is_none() && io::stdout().is_terminal() => {
            return Err("a backup is not for a terminal: name a file with --output".into());
        }
        None => {
            // The stream is checked on its way, so that a whole backup is told from a part by the exit status.
            make(&place, BufWriter::with_capacity(256 << 10, io::stdout().lock()))?;
        }
    }
    if let Err(problem) = backup::note(&place.dir, begun) {
        let _ = writeln!(io::stderr(), "fastness backup: made, but the server cannot be told when: {problem}");
    }
    Ok(())
}

fn described(made: &Whole) -> String {
    let (entries, files, sha256) = (made.totals.entries, made.totals.files, base::hex(&made.check));
    let records = made.header.audit.as_ref().map_or(String::new(), |head| format!("{} audit records, ", head.next));
    format!("{entries} entries, {files} files, {records}sha256 {sha256}")
}

/// Under another name until it is whole, and never over what is there.
fn to_file(place: &Place, output: &Path) -> Result<Whole, String> {
    let failed = |error: io::Error| format!("{}: {error}", output.display());
    if output.exists() {
        return Err(format!("{} exists; a backup never overwrites a file", output.display()));
    }
    let mut random = [0; 8];
    SystemRng.fill(&mut random);
    let mut name = output.as_os_str().to_owned();
    name.push(format!(".{}.part", base::hex(&random)));
    let part = PathBuf::from(name);
    let written: Result<Whole, String> = (|| {
        let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&part).map_err(failed)?;
        let made = make(place, BufWriter::with_capacity(256 << 10, &file))?;
        file.sync_all().map_err(failed)?;
        // A link fails where a rename would overwrite.
        fs::hard_link(&part, output).map_err(failed)?;
        Ok(made)
    })();
    let _ = fs::remove_file(&part);
    let made = written?;
    let parent = output.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(parent).and_then(|parent| parent.sync_all()).map_err(failed)?;
    Ok(made)
}

/// Writes a backup and proves what was written; the result tells of it.
fn make(place: &Place, mut out: impl Write) -> Result<Whole, String> {
    let mut meter = Meter::new("bytes");
    let made = match local::stream(&place.dir, "backup") {
        Ok(answer) => {
            let tee = Tee { input: answer, out: &mut out, meter: &mut meter };
            // Nothing changes bytes on this way, so what is missing was never sent.
            backup::check_file(tee).map_err(|why| match why {
                why if why.contains("is cut short") => {
                    "the server ended the backup before it was whole: it was stopped, \
                    sealed or unsealed meanwhile, or its log says why; give the command again"
                        .to_owned()
                }
                why => why,
            })?
        }
        Err(Unanswered::NotRunning) => backup::from_directory(&place.dir, place.store.as_deref(), &mut out)?,
        Err(Unanswered::Failed(why) | Unanswered::Unproven(why)) => return Err(why),
    };
    out.flush().map_err(|error| format!("the backup cannot be written: {error}"))?;
    Ok(made)
}

/// Writes on what it reads.
struct Tee<'a, R, W> {
    input: R,
    out: W,
    meter: &'a mut Meter,
}

impl<R: Read, W: Write> Read for Tee<'_, R, W> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.input.read(buffer)?;
        let write = self.out.write_all(buffer.get(..count).unwrap_or_default());
        write.map_err(|error| io::Error::other(format!("while writing it: {error}")))?;
        self.meter.add(count as u64);
        Ok(count)
    }
}

pub(super) fn run_restore(matches: &ArgMatches) -> Outcome {
    // Of the new place: what a file of the old one says is none of it.
    let Place { dir, store, .. } = place(matches)?;
    let given = Given {
        dir: &dir,
        store: store.as_deref(),
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

pub(super) fn input(matches: &ArgMatches, name: &str) -> Result<Box<dyn Read>, String> {
    match path(matches, name) {
        Some(path) if path != Path::new("-") => {
            let file = File::open(path).map_err(|error| format!("{}: {error}", path.display()))?;
            Ok(Box::new(BufReader::with_capacity(256 << 10, file)))
        }
        _ => Ok(Box::new(BufReader::with_capacity(256 << 10, io::stdin().lock()))),
    }
}

pub(super) fn path<'m>(matches: &'m ArgMatches, name: &str) -> Option<&'m Path> {
    matches.get_one::<PathBuf>(name).map(PathBuf::as_path)
}
