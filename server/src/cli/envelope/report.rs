//! What is told of each file, and what remains in the end.

use super::metadata;
use super::plan::Steps;
use super::progress::{Progress, size};
use super::walk::Job;
use super::work::{Done, Failure};
use envelope::{CacheMetrics, CachingMetrics};
use serde_json::json;
use std::io::{self, Write};
use std::path::Path;
use std::sync::Mutex;
use std::sync::PoisonError;

/// How it is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    /// A line for each file.
    Text,
    /// A line only for what failed or was left out.
    Quiet,
    /// A line of JSON for each file.
    Json,
}

/// Tells what happens; shared by all who work.
pub(super) struct Report<'r> {
    style: Style,
    /// Whether standard output carries data, so that words go elsewhere.
    is_piped: bool,
    /// Whether files that exist count as done.
    is_resumed: bool,
    progress: &'r Progress,
    /// Whether there may be more than one file.
    is_many: bool,
    totals: Mutex<Totals>,
    /// What is wrong with the only file.
    wrong: Mutex<String>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Totals {
    done: u64,
    resumed: u64,
    skipped: u64,
    failed: u64,
    read: u64,
    written: u64,
}

impl<'r> Report<'r> {
    pub(super) fn new(style: Style, steps: &Steps, is_resumed: bool, progress: &'r Progress) -> Self {
        let (is_piped, is_many) = (steps.is_piped, steps.is_many);
        Self { style, is_piped, is_resumed, progress, is_many, totals: Mutex::default(), wrong: Mutex::default() }
    }

    /// Tells how a job ended.
    pub(super) fn ended(&self, job: &Job, outcome: Result<Done, Failure>) {
        let (input, output) = (job.name(), job.sink.name());
        match outcome {
            Ok(done) => {
                self.count(|totals| {
                    totals.done += 1;
                    totals.read += done.read;
                    totals.written += done.written;
                });
                match self.style {
                    Style::Json => self.line(json!({
                        "input": input, "output": output, "status": "done", "bytes_read": done.read,
                        "bytes_written": done.written, "header": metadata::header(&done.header),
                    })),
                    Style::Text if !self.is_piped => self.say(&printable(&format!("{input} -> {output}"))),
                    Style::Text | Style::Quiet => {}
                }
            }
            Err(Failure::Exists) if self.is_resumed => {
                self.count(|totals| totals.resumed += 1);
                if self.style == Style::Json {
                    self.line(json!({ "input": input, "output": output, "status": "there" }));
                }
            }
            Err(Failure::Exists) => self.skipped(
                &input,
                Some(&output),
                "the output exists (--overwrite replaces it, --resume takes it as done)",
            ),
            Err(Failure::Other(error)) => self.failed(&input, Some(&output), &error),
        }
    }

    /// Tells that a walk left something out.
    pub(super) fn left_out(&self, path: &Path, why: &str) {
        self.skipped(&path.display().to_string(), None, why);
    }

    /// Tells that a walk failed somewhere.
    pub(super) fn broken(&self, path: &Path, error: &str) {
        self.failed(&path.display().to_string(), None, error);
    }

    fn skipped(&self, input: &str, output: Option<&str>, why: &str) {
        self.count(|totals| totals.skipped += 1);
        match self.style {
            Style::Json => self.line(json!({ "input": input, "output": output, "status": "skipped", "reason": why })),
            _ => self.warn(&format!("{input}: left out: {why}")),
        }
    }

    fn failed(&self, input: &str, output: Option<&str>, error: &str) {
        self.count(|totals| totals.failed += 1);
        match self.style {
            Style::Json => self.line(json!({ "input": input, "output": output, "status": "failed", "reason": error })),
            _ => self.warn(&format!("{input}: {error}")),
        }
    }

    /// Tells what keeping data keys came to.
    pub(super) fn caching(&self, caching: CachingMetrics, cache: CacheMetrics) {
        let CachingMetrics { hits, misses, bypasses, .. } = caching;
        match self.style {
            Style::Json => self.line(json!({ "cache": {
                "hits": hits, "misses": misses, "bypasses": bypasses,
                "evictions": cache.evictions, "expirations": cache.expirations,
            } })),
            Style::Text if self.is_many && !self.is_piped => {
                self.say(&format!("data keys: {} asked for, {hits} calls saved", misses + bypasses));
            }
            Style::Text | Style::Quiet => {}
        }
    }

    /// The end: an error if not all was done.
    pub(super) fn finish(self) -> Result<(), String> {
        let Totals { done, resumed, skipped, failed, read, written } =
            *self.totals.lock().unwrap_or_else(PoisonError::into_inner);
        self.progress.clear();
        let there = if resumed > 0 { format!(", {resumed} there already") } else { String::new() };
        let told = format!("{done} done ({} read, {} written){there}", size(read), size(written));
        if failed + skipped > 0 {
            let wrong = self.wrong.into_inner().unwrap_or_else(PoisonError::into_inner);
            let totals = format!("{told}, {skipped} left out, {failed} failed");
            return Err(if wrong.is_empty() { totals } else { wrong });
        }
        if self.is_many && self.style == Style::Text && !self.is_piped {
            self.say(&told);
        }
        Ok(())
    }

    fn count(&self, change: impl FnOnce(&mut Totals)) {
        change(&mut self.totals.lock().unwrap_or_else(PoisonError::into_inner));
    }

    fn line(&self, value: serde_json::Value) {
        self.say(&json_line(&value));
    }

    fn say(&self, line: &str) {
        self.progress.clear();
        // A reader who has gone away is no failure.
        let _ = match self.is_piped {
            false => writeln!(io::stdout().lock(), "{line}"),
            true => writeln!(io::stderr().lock(), "{line}"),
        };
    }

    fn warn(&self, line: &str) {
        // An error may have several lines.
        let line = line.split('\n').map(printable).collect::<Vec<_>>().join("\n");
        if self.is_many {
            self.progress.clear();
            let _ = writeln!(io::stderr().lock(), "{line}");
        } else {
            *self.wrong.lock().unwrap_or_else(PoisonError::into_inner) = line;
        }
    }
}

/// JSON in a line, with every control character escaped: of those beyond ASCII, which some terminals obey as well, JSON
/// does not ask it.
pub(super) fn json_line(value: &serde_json::Value) -> String {
    let mut line = String::new();
    for character in value.to_string().chars() {
        match character.is_control() {
            true => line += &format!("\\u{:04x}", u32::from(character)),
            false => line.push(character),
        }
    }
    line
}

/// Foreign words, such as names of files, and of keys in a message, must not steer the terminal.
pub(super) fn printable(text: &str) -> String {
    text.chars().map(|character| if character.is_control() { '\u{fffd}' } else { character }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn foreign_words_do_not_steer_the_terminal() {
        let text = "a\x1b[2J\u{9b}31m\x7f\nä";
        assert_eq!(printable(text), "a\u{fffd}[2J\u{fffd}31m\u{fffd}\u{fffd}ä");
        let line = json_line(&json!({ "context": text }));
        assert_eq!(line, r#"{"context":"a\u001b[2J\u009b31m\u007f\nä"}"#);
        assert_eq!(serde_json::from_str::<serde_json::Value>(&line).unwrap(), json!({ "context": text }));
    }
}
