//! What a setting is: everything about it in one value.

use super::parse::Words;
use super::typed::Settings;

/// Which program a setting is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Program {
    /// `fastness dev`.
    Dev,
    /// `fastness serve`.
    Serve,
}

impl Program {
    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Dev => "dev",
            Self::Serve => "serve",
        }
    }
}

/// When a changed value counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reload {
    /// From SIGHUP on.
    Live,
    /// From the next start on.
    Restart,
}

/// What kind of value a setting takes.
#[derive(Clone, Copy, Debug)]
pub enum Shape {
    /// A string.
    Text,
    /// true or false. Its flag takes no value and means true.
    Switch,
    /// A whole number within these bounds.
    Number {
        /// The smallest.
        least: u64,
        /// The largest.
        most: u64,
    },
    /// A number from 0 to 1.
    Share,
    /// One of these words.
    Choice(&'static [&'static str]),
    /// A list of strings, or one string.
    List,
    /// A list of tables: `[[key]]`.
    Tables(&'static [Field]),
}

/// A key in a list of tables.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// Its name.
    pub key: &'static str,
    /// What it takes: a text, a switch or a choice.
    pub shape: Shape,
    /// TOML of its default; without one it must be given.
    pub default: Option<&'static str>,
    /// What it is for, in one line.
    pub doc: &'static str,
    /// TOML of a likely value.
    pub example: &'static str,
}

/// Puts a value, whose shape has been checked, into its place.
type Apply = fn(&mut Settings, &Words<'_>) -> Result<(), String>;

/// A setting.
#[derive(Clone, Copy)]
pub struct Setting {
    /// Its key, with its section: `tls.certificate`.
    pub key: &'static str,
    /// An older name for it at the top of the file.
    pub alias: Option<&'static str>,
    /// Its flag, without dashes.
    pub flag: Option<&'static str>,
    /// What kind of value it takes.
    pub shape: Shape,
    /// What its value is called in help texts: `FILE`.
    pub value: &'static str,
    /// TOML of its default; without one it is not set.
    pub default: Option<&'static str>,
    /// TOML of a likely value.
    pub example: &'static str,
    /// What it is for. The first line stands for itself, in the help of its flag.
    pub doc: &'static str,
    /// When a change counts.
    pub reload: Reload,
    /// The program it is for; without one it is for both.
    pub only: Option<Program>,
    /// Whether its value may be a secret.
    pub secret: bool,
    pub(super) apply: Apply,
}

/// A setting for both programs that takes a restart and has neither flag nor default.
pub(super) const fn setting(key: &'static str, shape: Shape, value: &'static str, apply: Apply) -> Setting {
    Setting {
        key,
        alias: None,
        flag: None,
        shape,
        value,
        default: None,
        example: "",
        doc: "",
        reload: Reload::Restart,
        only: None,
        secret: false,
        apply,
    }
}

impl Setting {
    pub(super) const fn doc(self, doc: &'static str) -> Self {
        Self { doc, ..self }
    }

    pub(super) const fn flag(self, flag: &'static str) -> Self {
        Self { flag: Some(flag), ..self }
    }

    pub(super) const fn alias(self, alias: &'static str) -> Self {
        Self { alias: Some(alias), ..self }
    }

    pub(super) const fn default(self, toml: &'static str) -> Self {
        Self { default: Some(toml), ..self }
    }

    pub(super) const fn example(self, toml: &'static str) -> Self {
        Self { example: toml, ..self }
    }

    pub(super) const fn live(self) -> Self {
        Self { reload: Reload::Live, ..self }
    }

    pub(super) const fn secret(self) -> Self {
        Self { secret: true, ..self }
    }

    pub(super) const fn dev(self) -> Self {
        Self { only: Some(Program::Dev), ..self }
    }

    pub(super) const fn serve(self) -> Self {
        Self { only: Some(Program::Serve), ..self }
    }

    /// Whether `program` takes it.
    pub fn is_for(&self, program: Program) -> bool {
        self.only.is_none_or(|only| only == program)
    }

    /// Its section in the file and its name there; the section is empty at the top.
    pub fn place(&self) -> (&'static str, &'static str) {
        self.key.split_once('.').unwrap_or(("", self.key))
    }

    /// Its environment variable.
    pub fn variable(&self) -> String {
        format!("FASTNESS_{}", self.key.replace('.', "_").to_ascii_uppercase())
    }

    /// The first line of its documentation.
    pub fn summary(&self) -> &'static str {
        self.doc.lines().next().unwrap_or_default()
    }

    /// Whether it can be given several times, or holds several values.
    pub fn is_list(&self) -> bool {
        matches!(self.shape, Shape::List | Shape::Tables(_))
    }
}
