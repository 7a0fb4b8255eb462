//! The models' patterns, matched as the services match them.
//!
//! Guarantees: the whole string must match, anchored or not in the model; a pattern is compiled at its first use and
//! once; one that cannot be compiled matches nothing (a test compiles all).
//!
//! The models are written for Java's engine. [`translate`] carries its meaning over: `\w`, `\d` and `\s` are ASCII and
//! `.` excludes every line terminator. What no translation serves is in [`OVERRIDES`].

use regex::{Regex, RegexBuilder};
use std::sync::OnceLock;

/// Patterns that this engine reads differently or not at all, and what they mean.
const OVERRIDES: &[(&str, &str)] = &[
    // Java escapes take four digits: the model's `\u10000-\u10FFFF` means the supplementary planes.
    (
        r"[\u0009\u000A\u000D\u0020-\u007E\u0085\u00A0-\uD7FF\uE000-\uFFFD\u10000-\u10FFFF]+",
        r"[\t\n\r\x{20}-\x{7E}\x{85}\x{A0}-\x{D7FF}\x{E000}-\x{FFFD}\x{10000}-\x{10FFFF}]+",
    ),
];

/// Bound on a compiled pattern, in bytes.
const MAX_COMPILED: usize = 8 << 20;

/// A pattern as the model writes it.
pub struct Pattern {
    source: &'static str,
    compiled: OnceLock<Option<Regex>>,
}

impl Pattern {
    pub(crate) const fn new(source: &'static str) -> Self {
        Self { source, compiled: OnceLock::new() }
    }

    /// The model's own text, which validation texts show.
    pub fn source(&self) -> &'static str {
        self.source
    }

    /// The pattern in this engine's words, not anchored.
    pub(crate) fn meaning(&self) -> String {
        meaning(self.source)
    }

    /// Whether the whole of `text` matches.
    pub fn matches(&self, text: &str) -> bool {
        self.compiled.get_or_init(|| compile(self.source)).as_ref().is_some_and(|regex| regex.is_match(text))
    }

    /// Whether this engine can compile it.
    pub fn compiles(&self) -> bool {
        self.compiled.get_or_init(|| compile(self.source)).is_some()
    }
}

fn compile(source: &str) -> Option<Regex> {
    let whole = format!(r"\A(?:{})\z", meaning(source));
    RegexBuilder::new(&whole).size_limit(MAX_COMPILED).build().ok()
}

fn meaning(source: &str) -> String {
    let found = OVERRIDES.iter().find(|(model, _)| *model == source);
    found.map_or_else(|| translate(source), |(_, meaning)| (*meaning).to_owned())
}

fn translate(source: &str) -> String {
    let mut meaning = String::with_capacity(source.len() + 16);
    let mut in_class = false;
    let mut chars = source.chars();
    while let Some(char) = chars.next() {
        match char {
            '\\' => match (chars.next(), in_class) {
                // The underscore leads, so that a hyphen after the escape follows a range and stays a hyphen.
                (Some('w'), true) => meaning.push_str("_0-9A-Za-z"),
                (Some('w'), false) => meaning.push_str("[_0-9A-Za-z]"),
                (Some('d'), true) => meaning.push_str("0-9"),
                (Some('d'), false) => meaning.push_str("[0-9]"),
                (Some('s'), true) => meaning.push_str(r"\t\n\x0B\f\r "),
                (Some('s'), false) => meaning.push_str(r"[\t\n\x0B\f\r ]"),
                (Some('S'), false) => meaning.push_str(r"[^\t\n\x0B\f\r ]"),
                (Some('/'), _) => meaning.push('/'),
                (Some(escaped), _) => meaning.extend(['\\', escaped]),
                (None, _) => meaning.push('\\'),
            },
            '[' => {
                in_class = true;
                meaning.push('[');
            }
            ']' => {
                in_class = false;
                meaning.push(']');
            }
            '.' if !in_class => meaning.push_str(r"[^\n\r\x{85}\x{2028}\x{2029}]"),
            _ => meaning.push(char),
        }
    }
    meaning
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_whole_string_must_match_whether_the_model_anchors_or_not() {
        assert!(Pattern::new(r"[\w]+").matches("default"));
        assert!(!Pattern::new(r"[\w]+").matches("not default"));
        assert!(!Pattern::new(r"^[a-z]+$").matches("abc\n"));
        assert!(!Pattern::new(r"a|ab").matches("abc"));
    }

    #[test]
    fn classes_are_ascii_as_in_java() {
        assert!(!Pattern::new(r"\w").matches("é"));
        assert!(!Pattern::new(r"\d").matches("٣"));
        assert!(Pattern::new(r"[\w-.]+").matches("a-b.c"));
        assert!(!Pattern::new(r"[\w-.]+").matches("a+b"));
        assert!(!Pattern::new(r".+").matches("a\u{2028}"));
        assert!(Pattern::new(r"[\p{L}\p{Z}\p{N}_.:/=+\-@]+").matches("Größe 3"));
    }

    #[test]
    fn supplementary_planes_are_meant_where_java_would_misread_them() {
        let (source, _) = OVERRIDES[0];
        assert!(Pattern::new(source).matches("arn:aws:iam::😀"));
        assert!(!Pattern::new(source).matches("\u{1}"));
    }

    #[test]
    fn what_cannot_be_compiled_matches_nothing() {
        assert!(!Pattern::new("(?=a)a").matches("a"));
        assert!(!Pattern::new("(?=a)a").compiles());
    }
}
