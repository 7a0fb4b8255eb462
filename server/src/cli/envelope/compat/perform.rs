//! What was asked for, done: inputs and outputs as the official tool pairs them.

use super::super::arguments::client_of;
use super::super::keys::{self, Direction};
use super::super::managers::managers;
use super::super::naming::{DECRYPTED, ENCRYPTED, Naming};
use super::super::output::Existing;
use super::super::progress::Progress;
use super::super::walk::{Job, Links, Sink, Source, Step, Walk, expand};
use super::super::work::{Failure, Handling, SHORT_FRAME, Work};
use super::log::Log;
use super::records::{Records, absolute};
use super::request::{Mode, Request};
use crate::process;
use envelope::{Decryptor, EncryptionContext, Encryptor, Limits};
use std::fs;
use std::io::{self, BufRead, Write};
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};

/// What frame lengths are multiples of, to the original.
const FRAME_UNIT: u32 = 128;

/// Does it all. The error is for standard error, and for status 1.
pub(super) fn perform(request: Request, log: Log) -> Result<(), String> {
    log.debug(&format!("Encryption mode: {}", request.mode.name()));
    log.debug(&format!("Encryption source: {}", request.input));
    log.debug(&format!("Encryption destination: {}", request.output));
    let _ = process::keep_from_dumps();
    let records = match &request.metadata {
        None => Records::Suppressed,
        Some(path) => Records::to(path, request.overwrite_metadata)?,
    };
    check(&request, &records)?;
    let performer = Performer { work: work(&request)?, request, records, log, progress: Progress::new(None, false) };
    performer.all()
}

struct Performer {
    request: Request,
    work: Work,
    records: Records,
    log: Log,
    progress: Progress,
}

impl Performer {
    fn all(&self) -> Result<(), String> {
        let request = &self.request;
        if request.input == "-" {
            return self.one(Job { source: Source::Stdin, sink: self.sink(None)? });
        }
        let sources = expand(&request.input)?;
        if sources.is_empty() {
            return Err("Invalid source.  Must be a valid pathname pattern or stdin (-)".into());
        }
        let is_directory = Path::new(&request.output).is_dir();
        if sources.len() > 1 && !is_directory {
            return Err("If operating on multiple sources, destination must be an existing directory".into());
        }
        if sources.iter().any(|source| source.is_dir()) && !is_directory {
            return Err("If operating on a source directory, destination must be an existing directory".into());
        }
        let (mut failed, mut count, mut last) = (0_usize, 0_usize, String::new());
        let mut note = |outcome: Result<(), String>| {
            count += 1;
            if let Err(error) = outcome {
                failed += 1;
                if !last.is_empty() {
                    let _ = writeln!(io::stderr(), "{last}");
                }
                last = error;
            }
        };
        for source in sources {
            if !source.is_dir() {
                let sink = self.sink(Some(&source));
                note(sink.and_then(|sink| self.one(Job { source: Source::File { path: source, follow: true }, sink })));
            } else if !request.is_recursive {
                let text =
                    format!("Skipping {} because it is a directory and -r/-R/--recursive is not set", source.display());
                self.log.warning(&text);
                note(Err(format!("{}: skipped", source.display())));
            } else {
                let says = |error: io::Error| format!("{}: {error}", source.display());
                let output = Path::new(&request.output);
                let walk = Walk::new(source.clone(), Some(output), self.naming(), Links::Follow).map_err(says)?;
                for step in walk {
                    note(match step {
                        Step::Job(job) => self.one(job),
                        Step::Skipped { path, why } => Err(format!("{}: skipped: {why}", path.display())),
                        Step::Failed { path, error } => Err(format!("{}: {error}", path.display())),
                    });
                }
            }
        }
        match (failed, count) {
            (0, _) => Ok(()),
            (_, 1) => Err(last),
            _ => Err(format!("{last}\n{failed} of {count} files failed or were skipped")),
        }
    }

    fn naming(&self) -> Naming {
        let usual = if self.request.mode == Mode::Encrypt { ENCRYPTED } else { DECRYPTED };
        Naming::append(self.request.suffix.as_deref().unwrap_or(usual))
    }

    fn sink(&self, source: Option<&PathBuf>) -> Result<Sink, String> {
        let output = Path::new(&self.request.output);
        if self.request.output == "-" {
            return Ok(Sink::Stdout);
        }
        match source.and_then(|source| source.file_name()) {
            Some(name) if output.is_dir() => Sink::file(&output.join(self.naming().of(name))),
            _ => Sink::file(output),
        }
    }

    fn one(&self, job: Job) -> Result<(), String> {
        let mut existing = Existing::Keep;
        let (input, output) = (job.name(), job.sink.name());
        if let (Source::File { path, .. }, Sink::File { path: to, .. }) = (&job.source, &job.sink)
            && real(path) == real(to)
        {
            let text = format!("Skipping because the source ({input}) and destination ({output}) are the same");
            self.log.warning(&text);
            return Err(format!("{input}: skipped"));
        }
        if let Sink::File { path, .. } = &job.sink
            && path.is_file()
        {
            if !self.may_overwrite(&output)? {
                return Err(format!("{input}: skipped: {output} exists"));
            }
            existing = Existing::Replace;
        }
        self.log.info(&format!("{}ing file {input} to {output}", self.request.mode.name()));
        let handling =
            Handling { existing, decode: self.request.decode, encode: self.request.encode, max_threads: None };
        let outcome = self.work.run(&job, handling, &self.progress, &|job, header, mismatch| {
            if mismatch.is_some() {
                self.log
                    .warning("Skipping decrypt because discovered encryption context did not match required elements.");
            }
            self.records.write(self.request.mode.name(), job, header, mismatch)
        });
        match outcome {
            Ok(_) => Ok(()),
            Err(Failure::Exists) => Err(format!("{input}: skipped: {output} came into being meanwhile")),
            Err(Failure::Other(error)) => Err(format!("{input}: {error}")),
        }
    }

    /// Whether a file that exists may be replaced.
    fn may_overwrite(&self, output: &str) -> Result<bool, String> {
        if self.request.no_overwrite {
            self.log.warning(&format!("Skipping existing output file because of \"no overwrite\" option: {output}"));
            return Ok(false);
        }
        if self.request.is_interactive {
            let question = format!("Overwrite existing output file \"{output}\" with new contents? [y/N]:");
            let mut stdout = io::stdout().lock();
            let asked = stdout.write_all(question.as_bytes()).and_then(|()| stdout.flush());
            let mut answer = String::new();
            let answered = asked.and_then(|()| io::stdin().lock().read_line(&mut answer));
            answered.map_err(|error| error.to_string())?;
            let is_yes = answer.trim_start().starts_with(['y', 'Y']);
            let verb = if is_yes { "Overwriting" } else { "Skipping" };
            self.log.warning(&format!("{verb} existing output file based on interactive user decision: {output}"));
            return Ok(is_yes);
        }
        let text = format!("Overwriting existing output file because no action was specified otherwise: {output}");
        self.log.warning(&text);
        Ok(true)
    }
}

/// Requests that make no sense, in the official tool's order and words.
fn check(request: &Request, records: &Records) -> Result<(), String> {
    let says = |text: &str| Err(text.to_owned());
    let (input, output) = (Path::new(&request.input), Path::new(&request.output));
    if request.output != "-" && !output.is_dir() {
        let parent = absolute(output).parent().map(Path::to_owned).unwrap_or_default();
        if !parent.is_dir() {
            return says("If destination is a file, the immediate parent directory must already exist.");
        }
    }
    match records {
        Records::Suppressed => {}
        Records::Stdout if request.output == "-" => {
            return says("Metadata output cannot be stdout when output is stdout");
        }
        Records::Stdout => {}
        Records::File { .. } if request.metadata.as_deref() == Some("") => {
            return says("Metadata output file name cannot be empty");
        }
        Records::File { path, .. } => {
            let metadata = real(path);
            if metadata.is_dir() {
                return says("Metadata output cannot be a directory");
            }
            if metadata == real(input) || metadata == real(output) {
                return says("Metadata output file cannot be the input or output");
            }
            if output.is_dir() && metadata.starts_with(real(output)) {
                return says("Metadata output file cannot be in the output directory");
            }
            if input.is_dir() && metadata.starts_with(real(input)) {
                return says("Metadata output file cannot be in the input directory");
            }
        }
    }
    let is_pipe = request.input == "-" && request.output == "-";
    if !is_pipe && real(input) == real(output) {
        return says("Destination and source cannot be the same");
    }
    if request.input == "-" && output.is_dir() {
        return says("Destination may not be a directory when source is stdin");
    }
    if input.is_dir() && output.is_dir() && real(output).starts_with(real(input)) {
        return says("The output directory lies in the input directory");
    }
    Ok(())
}

/// The path that links lead to, as far as it exists.
fn real(path: &Path) -> PathBuf {
    let path = absolute(path);
    fs::canonicalize(&path).unwrap_or_else(|_| match (path.parent().map(fs::canonicalize), path.file_name()) {
        (Some(Ok(parent)), Some(name)) => parent.join(name),
        _ => path,
    })
}

fn work(request: &Request) -> Result<Work, String> {
    let direction = if request.mode == Mode::Encrypt { Direction::Encrypt } else { Direction::Decrypt };
    let mut keyrings = Vec::new();
    for provider in &request.providers {
        keyrings.extend(keys::keyrings(&provider.keys, direction, &client_of(provider.options.clone())?)?);
    }
    let manager = managers(keys::joined(keyrings, direction)?, request.caching, &[])?.manager;
    let data_keys = request.max_encrypted_data_keys.map(|keys| match u16::try_from(keys) {
        Ok(keys @ 1..) => Ok(keys),
        _ if keys < 1 => Err("max_encrypted_data_keys cannot be less than 1".to_owned()),
        _ => Ok(u16::MAX),
    });
    let data_keys = data_keys.transpose()?;
    if direction == Direction::Encrypt {
        let context = EncryptionContext::new(request.context.iter().cloned()).map_err(|error| error.to_string())?;
        let frame_length = match request.frame_length.unwrap_or(SHORT_FRAME.into()) {
            0 => return Err("messages without frames are read, not written: a frame length is at least 128".into()),
            length => u32::try_from(length).ok().filter(|length| length % FRAME_UNIT == 0).and_then(NonZeroU32::new),
        };
        let wrong = || {
            format!(
                "Frame length must be a non-negative multiple of the block size of the crypto algorithm: {FRAME_UNIT}"
            )
        };
        let mut encryptor = Encryptor::new(manager).commitment_policy(request.policy);
        if let Some(suite) = request.suite {
            encryptor = encryptor.suite(suite);
        }
        if let Some(keys) = data_keys {
            encryptor = encryptor.max_encrypted_data_keys(keys);
        }
        return Ok(Work::Encrypt {
            encryptor,
            context,
            frame_length: Some(frame_length.ok_or_else(wrong)?),
            is_cached: request.caching.is_some(),
        });
    }
    let mut limits = Limits::default();
    if let Some(keys) = data_keys {
        limits.encrypted_data_keys = keys;
    }
    if let Some(length) = request.max_length {
        let wrong = || format!("--max-length cannot be {length}");
        let length = u64::try_from(length).ok().filter(|length| *length > 0).ok_or_else(wrong)?;
        (limits.frame_length, limits.held_length) = (length, length);
    }
    let mut decryptor = Decryptor::new(manager).commitment_policy(request.policy).limits(limits.clone());
    if request.mode == Mode::DecryptUnsigned {
        decryptor = decryptor.unsigned_only();
    }
    Ok(Work::Decrypt {
        decryptor,
        limits,
        reproduced: EncryptionContext::default(),
        expected: request.expected.clone(),
        is_buffered: request.is_buffered,
    })
}
