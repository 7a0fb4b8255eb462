//! AWS's shared files: profiles and service sections, from `config` and `credentials`.
//!
//! Guarantees: a line that is no section, property, continuation or comment is an error that names the line, not
//! something passed over; values, which may be secrets, are wiped; a file has a limited size.
//! Source: AWS SDKs and Tools Reference Guide, "Using shared config and credentials files".

use crate::Error;
use crate::world::Environment;
use base::Secret;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{ErrorKind, Read as _};
use std::path::{Path, PathBuf};

/// The longest file that is read.
const MAX_FILE: u64 = 1 << 20;

/// What the two files say.
#[derive(Default)]
pub(crate) struct Profiles {
    profiles: BTreeMap<String, Section>,
    services: BTreeMap<String, Section>,
}

/// A section's properties. Names are in lower case.
#[derive(Default)]
pub(crate) struct Section(BTreeMap<String, Property>);

/// A property, and the properties that are indented below it.
struct Property {
    value: Secret<String>,
    nested: BTreeMap<String, Secret<String>>,
}

impl Section {
    /// The value of a property; one without a value counts as absent.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(|property| property.value.expose().as_str()).filter(|value| !value.is_empty())
    }

    /// The value of a property below another.
    pub(crate) fn nested(&self, name: &str, below: &str) -> Option<&str> {
        let value = self.0.get(name)?.nested.get(below)?;
        Some(value.expose().as_str()).filter(|value| !value.is_empty())
    }
}

impl Profiles {
    /// Reads the files that the environment names, or those in `~/.aws`. A file that is not there is empty.
    pub(crate) fn load(environment: &Environment) -> Result<Self, Error> {
        let mut profiles = Self::default();
        for (variable, name, kind) in [
            ("AWS_CONFIG_FILE", "config", Kind::Config),
            // The second overrides the first.
            ("AWS_SHARED_CREDENTIALS_FILE", "credentials", Kind::Credentials),
        ] {
            let home = || environment.get("HOME").map(|home| Path::new(&home).join(".aws").join(name));
            let Some(path) = environment.get(variable).map(|path| environment.path(&path)).or_else(home) else {
                continue;
            };
            if let Some(text) = read(&path)? {
                profiles.add(text.expose(), kind, &path)?;
            }
        }
        Ok(profiles)
    }

    pub(crate) fn profile(&self, name: &str) -> Option<&Section> {
        self.profiles.get(name)
    }

    pub(crate) fn services(&self, name: &str) -> Option<&Section> {
        self.services.get(name)
    }

    fn add(&mut self, text: &str, kind: Kind, path: &Path) -> Result<(), Error> {
        let mut reader = Reader { kind, ..Reader::default() };
        for (index, line) in text.lines().enumerate() {
            reader.line(line).map_err(|fault| {
                Error::Configuration(format!("{}, line {}: {fault}", path.display(), index.saturating_add(1)))
            })?;
        }
        // `[profile default]` is meant where `[default]` is there too.
        if let Some(default) = reader.prefixed_default {
            reader.profiles.insert("default".into(), default);
        }
        merge(&mut self.profiles, reader.profiles);
        merge(&mut self.services, reader.services);
        Ok(())
    }
}

fn merge(into: &mut BTreeMap<String, Section>, from: BTreeMap<String, Section>) {
    for (name, section) in from {
        into.entry(name).or_default().0.extend(section.0);
    }
}

fn read(path: &PathBuf) -> Result<Option<Secret<String>>, Error> {
    let failed = |error: &dyn std::fmt::Display| Error::Configuration(format!("{}: {error}", path.display()));
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(failed(&error)),
    };
    let length = file.metadata().map_err(|error| failed(&error))?.len();
    // One allocation, so that no piece of a secret stays behind in a smaller one.
    let mut text = Secret::new(String::with_capacity(usize::try_from(length.min(MAX_FILE)).unwrap_or_default() + 1));
    let read = file.take(MAX_FILE + 1).read_to_string(text.expose_mut()).map_err(|error| failed(&error))?;
    if read as u64 > MAX_FILE {
        return Err(failed(&format_args!("a file of profiles has at most {MAX_FILE} bytes")));
    }
    Ok(Some(text))
}

/// In which of the two files we are.
#[derive(Clone, Copy, Default, PartialEq)]
enum Kind {
    #[default]
    Config,
    Credentials,
}

/// Where the properties that follow belong.
#[derive(Clone, Default)]
enum Place {
    /// Before any section.
    #[default]
    Nowhere,
    /// In a section that is nobody's here.
    Ignored,
    Profile(String),
    /// `[profile default]`
    PrefixedDefault,
    Services(String),
}

/// Reads line by line.
#[derive(Default)]
struct Reader {
    kind: Kind,
    place: Place,
    /// The last property, which indented lines continue.
    property: Option<String>,
    profiles: BTreeMap<String, Section>,
    prefixed_default: Option<Section>,
    services: BTreeMap<String, Section>,
}

impl Reader {
    fn line(&mut self, line: &str) -> Result<(), String> {
        let trimmed = line.trim();
        if trimmed.is_empty() || trimmed.starts_with(['#', ';']) {
            return Ok(());
        }
        if line.starts_with([' ', '\t']) && !matches!(self.place, Place::Nowhere) && !trimmed.starts_with('[') {
            return self.continuation(trimmed);
        }
        if let Some(rest) = trimmed.strip_prefix('[') {
            let (name, after) = rest.split_once(']').ok_or("a section's name ends with a bracket")?;
            let after = after.trim();
            if !after.is_empty() && !after.starts_with(['#', ';']) {
                return Err("there is something behind the name of a section".into());
            }
            return self.section(name);
        }
        self.property(trimmed)
    }

    fn section(&mut self, name: &str) -> Result<(), String> {
        let name = name.trim();
        let (kind, rest) = match name.split_once([' ', '\t']) {
            Some((kind, rest)) => (Some(kind), unquoted(rest)),
            None => (None, unquoted(name)),
        };
        if rest.is_empty() {
            return Err("a section has a name".into());
        }
        self.place = match (self.kind, kind) {
            (Kind::Config, Some("profile")) if rest == "default" => Place::PrefixedDefault,
            (Kind::Config, Some("profile")) => Place::Profile(rest.to_owned()),
            (Kind::Config, None) if rest == "default" => Place::Profile(rest.to_owned()),
            (Kind::Config, Some("services")) => Place::Services(rest.to_owned()),
            (Kind::Credentials, None) => Place::Profile(rest.to_owned()),
            // sso-session, plugins, what other tools keep here, and in `config` profiles that do not say what they are.
            _ => Place::Ignored,
        };
        self.property = None;
        // A section without properties is there too.
        self.current();
        Ok(())
    }

    fn property(&mut self, line: &str) -> Result<(), String> {
        let (name, value) = parted(line)?;
        match self.place {
            Place::Nowhere => return Err("a property stands before any section".into()),
            Place::Ignored => return Ok(()),
            _ => {}
        }
        let property = Property { value: Secret::new(without_comment(value).to_owned()), nested: BTreeMap::new() };
        if let Some(section) = self.current() {
            section.0.insert(name.clone(), property);
        }
        self.property = Some(name);
        Ok(())
    }

    /// A line that is indented: more of the last property's value, or a property below it.
    fn continuation(&mut self, line: &str) -> Result<(), String> {
        if matches!(self.place, Place::Ignored) {
            return Ok(());
        }
        let name = self.property.clone().ok_or("an indented line continues a property, and there is none")?;
        let Some(property) = self.current().and_then(|section| section.0.get_mut(&name)) else { return Ok(()) };
        if property.value.expose().is_empty() {
            let (name, value) = parted(line)?;
            property.nested.insert(name, Secret::new(without_comment(value).to_owned()));
        } else {
            property.value = Secret::new([property.value.expose(), "\n", line].concat());
        }
        Ok(())
    }

    fn current(&mut self) -> Option<&mut Section> {
        match &self.place {
            Place::Nowhere | Place::Ignored => None,
            Place::Profile(name) => Some(self.profiles.entry(name.clone()).or_default()),
            Place::PrefixedDefault => Some(self.prefixed_default.get_or_insert_default()),
            Place::Services(name) => Some(self.services.entry(name.clone()).or_default()),
        }
    }
}

fn parted(line: &str) -> Result<(String, &str), String> {
    let (name, value) = line.split_once('=').ok_or("a property is written name = value")?;
    let name = name.trim();
    if name.is_empty() {
        return Err("a property has a name".into());
    }
    Ok((name.to_ascii_lowercase(), value.trim()))
}

/// A name that stands in quotation marks since it has blanks.
fn unquoted(name: &str) -> &str {
    let name = name.trim();
    let inside = |mark: char| name.strip_prefix(mark).and_then(|rest| rest.strip_suffix(mark));
    inside('"').or_else(|| inside('\'')).unwrap_or(name)
}

/// A comment behind a value begins after a blank.
fn without_comment(value: &str) -> &str {
    if value.starts_with(['#', ';']) {
        return "";
    }
    let starts = [" #", " ;", "\t#", "\t;"].iter().filter_map(|mark| value.find(mark));
    starts.min().and_then(|at| value.get(..at)).unwrap_or(value).trim_end()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(config: &str, credentials: &str) -> Result<Profiles, Error> {
        let mut profiles = Profiles::default();
        profiles.add(config, Kind::Config, Path::new("config"))?;
        profiles.add(credentials, Kind::Credentials, Path::new("credentials"))?;
        Ok(profiles)
    }

    #[test]
    fn profiles_are_named_differently_in_the_two_files() {
        let profiles = read(
            "[default]\nregion = us-east-1\n[profile ops]\nregion=eu-west-1\n[stray]\nregion = x\n[sso-session s]\na=b\n",
            "[ops]\naws_access_key_id = AKIA\n[profile odd]\naws_access_key_id = x\n",
        )
        .unwrap();
        let ops = profiles.profile("ops").unwrap();
        assert_eq!(ops.get("region"), Some("eu-west-1"));
        assert_eq!(ops.get("aws_access_key_id"), Some("AKIA"));
        assert_eq!(profiles.profile("default").unwrap().get("region"), Some("us-east-1"));
        for absent in ["stray", "odd", "profile odd", "s"] {
            assert!(profiles.profile(absent).is_none(), "{absent}");
        }
    }

    #[test]
    fn the_credentials_file_and_the_prefixed_default_win() {
        let profiles = read(
            "[profile default]\nregion = a\n[default]\nregion = b\noutput = json\n[profile p]\nx = 1\ny = 1\n",
            "[p]\nx = 2\n",
        )
        .unwrap();
        let default = profiles.profile("default").unwrap();
        assert_eq!((default.get("region"), default.get("output")), (Some("a"), None));
        let p = profiles.profile("p").unwrap();
        assert_eq!((p.get("x"), p.get("y")), (Some("2"), Some("1")));
    }

    #[test]
    fn comments_blanks_quotation_marks_and_letter_case_are_as_aws_has_them() {
        let text = "# one\n; two\n\n  # three\n[ profile  \"my own\" ] ; four\nRegion = eu-west-1 # five\n\
                    secret = a#b;c\nempty =\n x = 1\nlast = y\t;six\n";
        let profiles = read(text, "").unwrap();
        let own = profiles.profile("my own").unwrap();
        assert_eq!(own.get("region"), Some("eu-west-1"));
        assert_eq!(own.get("secret"), Some("a#b;c"));
        assert_eq!(own.get("empty"), None);
        assert_eq!(own.get("last"), Some("y"));
    }

    #[test]
    fn indented_lines_continue_a_value_or_stand_below_it() {
        let text = "[services local]\nkms =\n  endpoint_url = http://localhost:4566\n  other = 1\nsts =\n\
                    \tendpoint_url = http://localhost:1\n[profile p]\nservices = local\nlong = a\n  b = c\n";
        let profiles = read(text, "").unwrap();
        let local = profiles.services("local").unwrap();
        assert_eq!(local.nested("kms", "endpoint_url"), Some("http://localhost:4566"));
        assert_eq!(local.nested("sts", "endpoint_url"), Some("http://localhost:1"));
        assert_eq!(local.nested("s3", "endpoint_url"), None);
        assert_eq!(profiles.profile("p").unwrap().get("long"), Some("a\nb = c"));
    }

    #[test]
    fn a_line_that_is_nothing_is_an_error_that_names_it() {
        for (text, line) in [
            ("region = x\n", 1),
            ("[profile p]\nregion\n", 2),
            ("[profile p\n", 1),
            ("[profile p] x\n", 1),
            ("[]\n", 1),
            ("[profile p]\n= x\n", 2),
            ("[profile p]\n  x = 1\n", 2),
            ("[profile p]\ns3 =\n  nothing\n", 3),
        ] {
            let error = read(text, "").err().unwrap().to_string();
            assert!(error.starts_with(&format!("config, line {line}: ")), "{text:?}: {error}");
        }
    }
}
