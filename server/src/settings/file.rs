//! The configuration file: TOML to words, with the lines that they stand on.

use super::layers::{Origin, Said};
use super::parse;
use super::setting::{Field, Program, Setting, Shape};
use super::suggest::nearest;
use super::table::{SETTINGS, find};
use crate::toml_reader::{Source, Table, TomlError};
use std::sync::Arc;

/// What the file says. `file` is how errors call it.
pub(super) fn read(file: &str, text: &str, program: Program) -> Result<Vec<Said>, TomlError> {
    let source = Source::new(file, text);
    let document = source.parse()?;
    let refuse = |key: &str| if is_section(key) { None } else { refusal("", key, program) };
    let root = Table::judged(&source, "", document.get_ref(), 0, refuse)?;
    let file: Arc<str> = file.into();
    let mut said = Vec::new();
    for setting in SETTINGS {
        let (section, name) = setting.place();
        let inner = match section {
            "" => Some(root),
            section => root.section(section, |key| refusal(section, key, program))?,
        };
        let mut take = |table: Table<'_>, key: &str| -> Result<(), TomlError> {
            if let Some(words) = words(table, key, setting)? {
                let origin = Origin::File { file: file.clone(), line: table.line(key) };
                said.push(Said::new(setting, words, origin));
            }
            Ok(())
        };
        if let Some(table) = inner {
            take(table, name)?;
        }
        if let Some(alias) = setting.alias.filter(|alias| root.has(alias)) {
            if inner.is_some_and(|table| table.has(name)) {
                return Err(root.error(alias, format!("is another name of {}, which is given too", setting.key)));
            }
            take(root, alias)?;
        }
    }
    Ok(said)
}

fn is_section(key: &str) -> bool {
    SETTINGS.iter().any(|setting| setting.place().0 == key)
}

/// Why a key may not stand in a section; none if it may.
fn refusal(section: &str, key: &str, program: Program) -> Option<String> {
    let full = if section.is_empty() { key.to_owned() } else { format!("{section}.{key}") };
    // A name with a dot is quoted in the file, and no setting of ours.
    let setting = find(&full).filter(|setting| !key.contains('.') && (section.is_empty() || setting.key == full));
    match setting {
        Some(setting) if setting.is_for(program) => None,
        Some(_) => {
            let other = if program == Program::Dev { Program::Serve } else { Program::Dev };
            Some(format!("is a setting of `fastness {}` alone", other.name()))
        }
        None => Some(unknown(section, key, &full)),
    }
}

fn unknown(section: &str, key: &str, full: &str) -> String {
    let keys = || SETTINGS.iter().map(|setting| setting.key);
    // The right name in the wrong section, then a slip of the pen.
    let misplaced = || SETTINGS.iter().find(|setting| setting.place().1 == key).map(|setting| setting.key);
    let inside = || {
        let names = SETTINGS.iter().filter(|setting| setting.place().0 == section).map(|setting| setting.place().1);
        let name = nearest(key, names)?;
        SETTINGS.iter().find(|setting| setting.place() == (section, name)).map(|setting| setting.key)
    };
    let sections =
        || if section.is_empty() { nearest(key, SETTINGS.iter().map(|setting| setting.place().0)) } else { None };
    match misplaced().or_else(inside).or_else(|| nearest(full, keys())).or_else(sections) {
        Some(meant) => format!("unknown key; did you mean {meant}?"),
        None => "unknown key; `fastness config` prints all that there are".into(),
    }
}

/// The words of a value, if it is there.
fn words(table: Table<'_>, key: &str, setting: &Setting) -> Result<Option<Vec<String>>, TomlError> {
    if !table.has(key) {
        return Ok(None);
    }
    let one = |word: Option<String>| word.map(|word| vec![word]);
    Ok(match setting.shape {
        Shape::Text | Shape::Choice(_) => one(table.text(key)?.map(str::to_owned)),
        Shape::Switch => one(table.boolean(key)?.map(|value| value.to_string())),
        Shape::Number { least, most } => one(table.number(key, least..=most)?.map(|number| number.to_string())),
        Shape::Share => one(table.float(key)?.map(|number| number.to_string())),
        Shape::List => Some(table.one_or_more(key)?.into_iter().map(str::to_owned).collect()),
        Shape::Tables(fields) => {
            let known: Vec<&str> = fields.iter().map(|field| field.key).collect();
            let items = table.tables(key, setting.key, &known)?;
            Some(items.into_iter().map(|item| pairs(item, fields)).collect::<Result<_, _>>()?)
        }
    })
}

/// A table as the word that a variable would hold, so that both are read by one function.
fn pairs(table: Table<'_>, fields: &[Field]) -> Result<String, TomlError> {
    let mut pairs = Vec::new();
    for field in fields {
        let word = match field.shape {
            Shape::Switch => table.boolean(field.key)?.map(|value| value.to_string()),
            _ => table.text(field.key)?.map(str::to_owned),
        };
        let word = match word {
            Some(word) => word,
            None if field.default.is_none() => return Err(table.error(field.key, "is missing")),
            None => continue,
        };
        if word.contains(char::is_whitespace) {
            return Err(table.error(field.key, "holds a space"));
        }
        parse::check(field.shape, &[&word]).map_err(|problem| table.error(field.key, problem))?;
        if field.key == "address" {
            parse::address(&word).map_err(|problem| table.error(field.key, problem))?;
        }
        pairs.push(format!("{}={word}", field.key));
    }
    Ok(pairs.join(" "))
}
