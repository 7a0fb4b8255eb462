//! The models' patterns, matched as the services match them.
//!
//! Guarantees: the whole string must match, anchored or not in the model; a pattern is compiled at its first use and
//! once; one that cannot be compiled matches nothing (a test compiles all); matching takes time linear in the text.
//!
//! The models are written for Java's engine. [`translate`] carries its meaning over: `\w`, `\d` and `\s` are ASCII, `.`
//! excludes every line terminator, and a pair of surrogates is the character that they write. What no translation
//! serves is in [`overrides`].

mod overrides;

use overrides::{OVERRIDES, Override};
use regex::{Regex, RegexBuilder};
use std::borrow::Cow;
use std::sync::OnceLock;

/// Bound on a compiled pattern, in bytes.
const MAX_COMPILED: usize = 8 << 20;

/// Says "the text ends here" in some models; the whole text must match anyway.
const END: &str = r"(?![\s\S]).*";

/// All supplementary characters, as surrogates.
const SUPPLEMENTARY: &str = r"\uD800\uDC00-\uDBFF\uDFFF";

/// A pattern as the model writes it.
pub struct Pattern {
    source: &'static str,
    compiled: OnceLock<Option<Compiled>>,
}

impl Pattern {
    pub(crate) const fn new(source: &'static str) -> Self {
        Self { source, compiled: OnceLock::new() }
    }

    /// The model's own text, which validation texts show.
    pub fn source(&self) -> &'static str {
        self.source
    }

    /// The pattern in this engine's words, not anchored. Not all that match it match the pattern.
    pub(crate) fn meaning(&self) -> Cow<'static, str> {
        meaning(self.source).0
    }

    /// Whether the whole of `text` matches.
    pub fn matches(&self, text: &str) -> bool {
        self.compiled().is_some_and(|compiled| compiled.matches(text))
    }

    /// Whether this engine can compile it.
    pub fn compiles(&self) -> bool {
        self.compiled().is_some()
    }

    fn compiled(&self) -> Option<&Compiled> {
        self.compiled.get_or_init(|| Compiled::new(self.source)).as_ref()
    }
}

struct Compiled {
    holds: Regex,
    never: Vec<Regex>,
}

impl Compiled {
    fn new(source: &str) -> Option<Self> {
        let (holds, never) = meaning(source);
        let never = never.iter().map(|never| whole(never)).collect::<Option<_>>()?;
        Some(Self { holds: whole(&holds)?, never })
    }

    fn matches(&self, text: &str) -> bool {
        self.holds.is_match(text) && !self.never.iter().any(|never| never.is_match(text))
    }
}

fn whole(meaning: &str) -> Option<Regex> {
    let anchored = format!(r"\A(?:{meaning})\z");
    RegexBuilder::new(&anchored).size_limit(MAX_COMPILED).build().ok()
}

/// What a text must match, and what it must not.
fn meaning(source: &str) -> (Cow<'static, str>, &'static [&'static str]) {
    match OVERRIDES.iter().find(|row| row.source == source) {
        Some(Override { holds, never, .. }) => (Cow::Borrowed(holds), never),
        None => (Cow::Owned(translate(source)), &[]),
    }
}

fn translate(source: &str) -> String {
    let source = source.strip_suffix(END).unwrap_or(source);
    let source = source.replace(SUPPLEMENTARY, r"\x{10000}-\x{10FFFF}").replace(r"\p{Print}", r"[\x20-\x7E]");
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
                (Some('S'), _) => meaning.push_str(r"[^\t\n\x0B\f\r ]"),
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
    fn javas_habits_are_understood() {
        let printable = Pattern::new(r"\p{Print}+");
        assert!(printable.matches("a ~") && !printable.matches("a\u{7F}") && !printable.matches("é"));
        let all = Pattern::new(r"[\u0020-\uD7FF\uE000-\uFFFD\uD800\uDC00-\uDBFF\uDFFF\t]*");
        assert!(all.matches("a\t中😀") && !all.matches("\n") && !all.matches("\u{FFFE}"));
        let ended = Pattern::new(r"(\S([\s\S]*\S)?)?(?![\s\S]).*");
        assert!(ended.matches("") && ended.matches("a \n b") && !ended.matches(" a") && !ended.matches("a\n"));
        // No-break spaces are no white space to Java.
        assert!(Pattern::new(r"\S+").matches("\u{A0}") && Pattern::new(r"[\S]+").matches("\u{3000}"));
        assert!(Pattern::new(r"[\w-_/]+").matches("a-_/") && !Pattern::new(r"[\w-_/]+").matches("`"));
    }

    #[test]
    fn what_cannot_be_compiled_matches_nothing() {
        assert!(!Pattern::new("(?=a)a").matches("a"));
        assert!(!Pattern::new("(?=a)a").compiles());
    }
}
