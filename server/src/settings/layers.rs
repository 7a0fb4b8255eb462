//! What each source says: words under settings, with the place that they are from.

use super::error::ConfigError;
use super::parse::{self, Words};
use super::setting::{Program, Setting, Shape};
use super::suggest::nearest;
use super::table::SETTINGS;
use super::typed::Settings;
use crate::toml_reader::TomlError;
use base::Secret;
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt;
use std::sync::Arc;

/// Where a value is from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The table.
    Default,
    /// A line of the configuration file.
    File {
        /// The file, as it was named.
        file: Arc<str>,
        /// The line, from 1.
        line: usize,
    },
    /// An environment variable.
    Variable(String),
    /// A flag, without dashes.
    Flag(&'static str),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File { file, line } => write!(f, "{file}:{line}"),
            Self::Variable(name) => f.write_str(name),
            Self::Flag(name) => write!(f, "--{name}"),
        }
    }
}

impl Origin {
    pub(super) fn error(&self, setting: &Setting, message: String) -> ConfigError {
        match self {
            Self::File { file, line } => TomlError::new(file, *line, setting.key, message).into(),
            Self::Default => ConfigError::Given { name: setting.key.to_owned(), message },
            Self::Variable(_) | Self::Flag(_) => ConfigError::Given { name: self.to_string(), message },
        }
    }
}

/// What one source says about one setting. Every value is held as a secret is, since some are.
#[derive(Clone)]
pub(super) struct Said {
    pub(super) setting: &'static Setting,
    pub(super) words: Arc<Vec<Secret<String>>>,
    pub(super) origin: Origin,
}

impl Said {
    pub(super) fn new(setting: &'static Setting, words: Vec<String>, origin: Origin) -> Self {
        Self { setting, words: Arc::new(words.into_iter().map(Secret::new).collect()), origin }
    }

    pub(super) fn words(&self) -> Words<'_> {
        Words(self.words.iter().map(|word| word.expose().as_str()).collect())
    }

    fn apply(&self, settings: &mut Settings) -> Result<(), ConfigError> {
        let words = self.words();
        let applied = parse::check(self.setting.shape, &words.0).and_then(|()| (self.setting.apply)(settings, &words));
        applied.map_err(|message| self.origin.error(self.setting, message))
    }

    /// Whether both say the same, wherever it was said.
    pub(super) fn agrees(&self, other: &Self) -> bool {
        self.words().0 == other.words().0
    }
}

/// The sources, from the one that counts least: defaults, file, environment, flags.
#[derive(Clone)]
pub(super) struct Layers(pub(super) [Vec<Said>; 4]);

/// Settings of which a source may name one, and of which the last source to name one decides.
const EITHER: [[&str; 2]; 2] = [["store", "store_file"], ["listen", "listeners"]];

impl Layers {
    /// Lays the sources over each other; everything that was said is checked, also what does not count in the end.
    pub(super) fn apply(&self, program: Program) -> Result<Settings, ConfigError> {
        let mut settings = Settings::blank(program).map_err(|error| ConfigError::Rule(error.0.into()))?;
        for source in &self.0 {
            let find = |key: &str| source.iter().find(|said| said.setting.key == key);
            for [one, other] in EITHER {
                if let (Some(said), Some(_)) = (find(one), find(other)) {
                    return Err(said
                        .origin
                        .error(said.setting, format!("is given beside `{other}`; only one of them can be")));
                }
            }
            source.iter().try_for_each(|said| said.apply(&mut settings))?;
        }
        Ok(settings)
    }

    /// Everything that was said about the setting, from what counts least.
    pub(super) fn about<'s>(&'s self, setting: &'s Setting) -> impl DoubleEndedIterator<Item = &'s Said> {
        self.0.iter().flatten().filter(move |said| said.setting.key == setting.key)
    }

    /// What decides about the setting: nothing, when a later source said the other of two that exclude each other.
    pub(super) fn decisive(&self, setting: &'static Setting) -> Option<&Said> {
        let other = EITHER.iter().find_map(|pair| match pair {
            [one, other] if *one == setting.key => Some(*other),
            [other, one] if *one == setting.key => Some(*other),
            _ => None,
        });
        let last = |key: &str| {
            let says = |source: &Vec<Said>| source.iter().position(|said| said.setting.key == key);
            self.0.iter().enumerate().filter_map(|(level, source)| says(source).map(|at| (level, at))).next_back()
        };
        let (level, at) = last(setting.key)?;
        if other.and_then(last).is_some_and(|(later, _)| later > level) {
            return None;
        }
        self.0.get(level)?.get(at)
    }
}

/// The environment variables whose name begins with `FASTNESS_`.
#[derive(Clone, Default)]
pub struct Environment(BTreeMap<String, Arc<Secret<String>>>);

/// The variable that names the configuration file.
pub(super) const CONFIG_VARIABLE: &str = "FASTNESS_CONFIG";
/// What all variables begin with.
const PREFIX: &str = "FASTNESS_";

impl Environment {
    /// This process's environment.
    pub fn of_process() -> Result<Self, ConfigError> {
        Self::of(std::env::vars_os())
    }

    /// An environment of these variables. An empty one counts as not set.
    pub fn of(variables: impl IntoIterator<Item = (OsString, OsString)>) -> Result<Self, ConfigError> {
        let mut found = BTreeMap::new();
        for (name, value) in variables {
            let Some(name) = name.to_str().filter(|name| name.starts_with(PREFIX)) else { continue };
            let Ok(value) = value.into_string() else {
                if known(name).is_none() {
                    continue;
                }
                return Err(ConfigError::Given { name: name.to_owned(), message: "is no UTF-8".into() });
            };
            if !value.is_empty() {
                found.insert(name.to_owned(), Arc::new(Secret::new(value)));
            }
        }
        Ok(Self(found))
    }

    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(|value| value.expose().as_str())
    }

    /// What it says about the settings of `program`; the other's may be set too, since an environment is shared.
    pub(super) fn layer(&self, program: Program) -> Vec<Said> {
        let of = |setting: &'static Setting| {
            let variable = setting.variable();
            let words = words(setting.shape, self.get(&variable)?);
            Some(Said::new(setting, words, Origin::Variable(variable)))
        };
        SETTINGS.iter().filter(|setting| setting.is_for(program)).filter_map(of).collect()
    }

    /// A line for each variable that looks like a slip of the pen. Others are let be: there are variables of this prefix
    /// that are no settings, such as those that Kubernetes sets for a service of this name.
    pub(super) fn warnings(&self) -> Vec<String> {
        let names: Vec<String> = SETTINGS.iter().map(Setting::variable).chain([CONFIG_VARIABLE.to_owned()]).collect();
        let unknown = self.0.keys().filter(|name| !names.contains(name));
        let slip = |name: &String| {
            let meant = nearest(name.strip_prefix(PREFIX)?, names.iter().filter_map(|name| name.strip_prefix(PREFIX)))?;
            Some(format!("{name} is no setting; did you mean {PREFIX}{meant}?"))
        };
        unknown.filter_map(slip).collect()
    }
}

fn known(variable: &str) -> Option<&'static Setting> {
    SETTINGS.iter().find(|setting| setting.variable() == variable)
}

/// The words of a variable: a list has commas between them.
fn words(shape: Shape, text: &str) -> Vec<String> {
    match shape {
        Shape::List | Shape::Tables(_) => {
            text.split(',').map(|word| word.trim().to_owned()).filter(|word| !word.is_empty()).collect()
        }
        _ => vec![text.to_owned()],
    }
}
