//! Reads TOML strictly, for seeds and configuration.
//!
//! Guarantees: unknown keys are refused; every mistake is reported with file, line and key, and no error repeats a
//! value, since values may be secrets. The tables are walked by hand because derived deserialisation does neither.

use std::fmt;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// A mistake in a file.
#[derive(Debug)]
pub struct TomlError {
    file: String,
    line: usize,
    key: String,
    message: String,
}

impl TomlError {
    pub(crate) fn new(file: &str, line: usize, key: &str, message: String) -> Self {
        Self { file: file.to_owned(), line, key: key.to_owned(), message }
    }
}

impl fmt::Display for TomlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: ", self.file, self.line)?;
        if !self.key.is_empty() {
            write!(f, "{}: ", self.key)?;
        }
        f.write_str(&self.message)
    }
}

impl std::error::Error for TomlError {}

/// A file's text, to tell lines by.
pub(crate) struct Source<'t> {
    file: &'t str,
    text: &'t str,
    /// Lines of the file before the text.
    before: usize,
}

impl<'t> Source<'t> {
    pub(crate) fn new(file: &'t str, text: &'t str) -> Self {
        Self { file, text, before: 0 }
    }

    /// The file in pieces that can be parsed one after the other, since a parsed file takes thirty times its size: each
    /// begins with a line that is this header and nothing else. One piece where such a line could be something else, inside
    /// a string of several lines.
    pub(crate) fn pieces(&self, header: &str) -> Vec<Self> {
        let mut pieces = vec![Self { file: self.file, text: "", before: self.before }];
        let is_plain = !self.text.contains("\"\"\"") && !self.text.contains("'''");
        let (mut start, mut at) = (0, 0);
        for (number, line) in self.text.split_inclusive('\n').enumerate() {
            if is_plain && line.trim_end() == header {
                if let Some(last) = pieces.last_mut() {
                    last.text = self.text.get(start..at).unwrap_or_default();
                }
                pieces.push(Self { file: self.file, text: "", before: self.before + number });
                start = at;
            }
            at += line.len();
        }
        if let Some(last) = pieces.last_mut() {
            last.text = self.text.get(start..).unwrap_or_default();
        }
        pieces
    }

    /// Parses the text.
    pub(crate) fn parse(&self) -> Result<Spanned<DeTable<'t>>, TomlError> {
        DeTable::parse(self.text).map_err(|error| {
            let at = error.span().map_or(0, |span| span.start);
            self.error(at, String::new(), error.message().to_owned())
        })
    }

    fn error(&self, at: usize, key: String, message: String) -> TomlError {
        TomlError { file: self.file.to_owned(), line: self.line(at), key, message }
    }

    fn line(&self, at: usize) -> usize {
        let before = self.text.as_bytes().get(..at).unwrap_or_default();
        1 + self.before + before.iter().filter(|byte| **byte == b'\n').count()
    }
}

/// A table of the file. `path` is its place, without indices: `accounts.keys`.
#[derive(Clone, Copy)]
pub(crate) struct Table<'a> {
    source: &'a Source<'a>,
    path: &'static str,
    table: &'a DeTable<'a>,
    at: usize,
}

impl<'a> Table<'a> {
    /// A table that may hold the `known` keys and no others.
    pub(crate) fn new(
        source: &'a Source<'a>,
        path: &'static str,
        table: &'a DeTable<'a>,
        at: usize,
        known: &[&str],
    ) -> Result<Self, TomlError> {
        let unknown = || format!("unknown key; known here: {}", known.join(", "));
        Self::judged(source, path, table, at, |name| (!known.contains(&name)).then(unknown))
    }

    /// A table that holds no key for which `refuse` has a reason.
    pub(crate) fn judged(
        source: &'a Source<'a>,
        path: &'static str,
        table: &'a DeTable<'a>,
        at: usize,
        refuse: impl Fn(&str) -> Option<String>,
    ) -> Result<Self, TomlError> {
        let this = Self { source, path, table, at };
        for key in table.keys() {
            if let Some(reason) = refuse(key.get_ref()) {
                return Err(source.error(key.span().start, this.name(key.get_ref()), reason));
            }
        }
        Ok(this)
    }

    /// A table in this one; absent when it is.
    pub(crate) fn section(
        &self,
        path: &'static str,
        refuse: impl Fn(&str) -> Option<String>,
    ) -> Result<Option<Self>, TomlError> {
        let Some(value) = self.find(path) else { return Ok(None) };
        let table =
            value.get_ref().as_table().ok_or_else(|| self.error(path, format!("must be a section: [{path}]")))?;
        Self::judged(self.source, path, table, value.span().start, refuse).map(Some)
    }

    /// Whether the key is there.
    pub(crate) fn has(&self, key: &str) -> bool {
        self.find(key).is_some()
    }

    /// The line that the value of `key` begins on, or the table's if it has none.
    pub(crate) fn line(&self, key: &str) -> usize {
        self.source.line(self.find(key).map_or(self.at, |value| value.span().start))
    }

    /// A mistake in the value of `key`, or in the table if it has none.
    pub(crate) fn error(&self, key: &str, message: impl Into<String>) -> TomlError {
        let at = self.find(key).map_or(self.at, |value| value.span().start);
        self.source.error(at, self.name(key), message.into())
    }

    pub(crate) fn text(&self, key: &str) -> Result<Option<&'a str>, TomlError> {
        let Some(value) = self.find(key) else { return Ok(None) };
        value.get_ref().as_str().map(Some).ok_or_else(|| self.error(key, "must be a string"))
    }

    pub(crate) fn required(&self, key: &str) -> Result<&'a str, TomlError> {
        self.text(key)?.ok_or_else(|| self.error(key, "is missing"))
    }

    pub(crate) fn boolean(&self, key: &str) -> Result<Option<bool>, TomlError> {
        let Some(value) = self.find(key) else { return Ok(None) };
        value.get_ref().as_bool().map(Some).ok_or_else(|| self.error(key, "must be true or false"))
    }

    /// A whole number within `range`.
    pub(crate) fn number(&self, key: &str, range: std::ops::RangeInclusive<u64>) -> Result<Option<u64>, TomlError> {
        let Some(value) = self.find(key) else { return Ok(None) };
        let number = value.get_ref().as_integer().and_then(|n| u64::from_str_radix(n.as_str(), n.radix()).ok());
        number
            .filter(|number| range.contains(number))
            .map(Some)
            .ok_or_else(|| self.error(key, format!("must be a whole number from {} to {}", range.start(), range.end())))
    }

    /// A number, whole or not.
    pub(crate) fn float(&self, key: &str) -> Result<Option<f64>, TomlError> {
        let Some(value) = self.find(key) else { return Ok(None) };
        let text = match value.get_ref() {
            DeValue::Float(number) => Some(number.as_str()),
            DeValue::Integer(number) if number.radix() == 10 => Some(number.as_str()),
            _ => None,
        };
        text.and_then(|text| text.parse().ok()).map(Some).ok_or_else(|| self.error(key, "must be a number"))
    }

    /// A list of strings; empty when absent.
    pub(crate) fn texts(&self, key: &str) -> Result<Vec<&'a str>, TomlError> {
        let Some(value) = self.find(key) else { return Ok(Vec::new()) };
        strings(value).ok_or_else(|| self.error(key, "must be a list of strings"))
    }

    /// One string or a list of them; empty when absent.
    pub(crate) fn one_or_more(&self, key: &str) -> Result<Vec<&'a str>, TomlError> {
        let Some(value) = self.find(key) else { return Ok(Vec::new()) };
        value.get_ref().as_str().map_or_else(|| self.texts(key), |one| Ok(vec![one]))
    }

    /// A list of lists of strings; empty when absent.
    pub(crate) fn lists(&self, key: &str) -> Result<Vec<Vec<&'a str>>, TomlError> {
        let Some(value) = self.find(key) else { return Ok(Vec::new()) };
        let lists = value.get_ref().as_array().and_then(|lists| lists.iter().map(strings).collect::<Option<_>>());
        lists.ok_or_else(|| self.error(key, "must be a list of lists of strings"))
    }

    /// A list of tables, each with the `known` keys; empty when absent.
    pub(crate) fn tables(&self, key: &str, path: &'static str, known: &[&str]) -> Result<Vec<Table<'a>>, TomlError> {
        let Some(value) = self.find(key) else { return Ok(Vec::new()) };
        let array = value.get_ref().as_array().ok_or_else(|| self.error(key, "must be a list of tables"))?;
        let table = |item: &'a Spanned<DeValue<'a>>| {
            let table = item.get_ref().as_table().ok_or_else(|| self.error(key, "must be a list of tables"))?;
            Self::new(self.source, path, table, item.span().start, known)
        };
        array.iter().map(table).collect()
    }

    /// A table of strings under names of the writer's choice; empty when absent.
    pub(crate) fn pairs(&self, key: &str) -> Result<Vec<(&'a str, &'a str)>, TomlError> {
        let Some(value) = self.find(key) else { return Ok(Vec::new()) };
        let wrong = || self.error(key, "must be a table of strings");
        let table = value.get_ref().as_table().ok_or_else(wrong)?;
        table.iter().map(|(name, value)| Ok((&**name.get_ref(), value.get_ref().as_str().ok_or_else(wrong)?))).collect()
    }

    /// A table of simple values under names of the writer's choice; empty when absent.
    pub(crate) fn values(&self, key: &str) -> Result<Vec<(&'a str, TomlValue<'a>)>, TomlError> {
        let Some(value) = self.find(key) else { return Ok(Vec::new()) };
        let wrong = || self.error(key, "must be a table of strings, booleans, whole numbers or lists of strings");
        let table = value.get_ref().as_table().ok_or_else(wrong)?;
        let pairs = table.iter().map(|(name, value)| {
            let number = |value: &DeValue<'_>| {
                let number = value.as_integer()?;
                i64::from_str_radix(number.as_str(), number.radix()).ok()
            };
            let simple = match value.get_ref() {
                DeValue::String(text) => Some(TomlValue::Text(text)),
                DeValue::Boolean(value) => Some(TomlValue::Boolean(*value)),
                DeValue::Array(_) => strings(value).map(TomlValue::Texts),
                other => number(other).map(TomlValue::Number),
            };
            Ok((&**name.get_ref(), simple.ok_or_else(wrong)?))
        });
        pairs.collect()
    }

    fn find(&self, key: &str) -> Option<&'a Spanned<DeValue<'a>>> {
        self.table.get(key)
    }

    fn name(&self, key: &str) -> String {
        if self.path.is_empty() { key.to_owned() } else { format!("{}.{key}", self.path) }
    }
}

/// A value that is no table.
pub(crate) enum TomlValue<'a> {
    Text(&'a str),
    Boolean(bool),
    Number(i64),
    Texts(Vec<&'a str>),
}

fn strings<'a>(value: &'a Spanned<DeValue<'a>>) -> Option<Vec<&'a str>> {
    value.get_ref().as_array()?.iter().map(|item| item.get_ref().as_str()).collect()
}
