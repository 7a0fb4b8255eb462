//! The table in words: a commented file, JSON, and where each value comes from.

use super::error::ConfigError;
use super::file;
use super::layers::{Origin, Said};
use super::parse::alternatives;
use super::setting::{Field, Program, Reload, Setting, Shape};
use super::sources::Loaded;
use super::table::SETTINGS;
use serde_json::{Value, json};
use std::fmt::Write as _;

/// What the table says: the layer below all others.
pub(super) fn defaults(program: Program) -> Result<Vec<Said>, ConfigError> {
    let (mut text, mut section) = (String::new(), "");
    for setting in SETTINGS.iter().filter(|setting| setting.is_for(program)) {
        let Some(default) = setting.default else { continue };
        let (of, name) = setting.place();
        if of != section {
            section = of;
            let _ = writeln!(text, "[{section}]");
        }
        let _ = writeln!(text, "{name} = {default}");
    }
    let said = file::read("defaults", &text, program)?;
    Ok(said.into_iter().map(|said| Said { origin: Origin::Default, ..said }).collect())
}

/// A configuration file in which every setting of the program stands with its default, its names and what it is for, as
/// comments: taken as it is, it sets nothing.
pub fn as_toml(program: Program) -> String {
    let mut out = format!(
        "# Settings of `fastness {}`, each with its default. Take the # from a line to change it.\n\
         # Flags count more than the environment, that more than this file. In a variable, commas part the values of a list.\n\
         # Check a file with:  fastness config check --config FILE\n",
        program.name()
    );
    let mut section = "";
    for setting in SETTINGS.iter().filter(|setting| setting.is_for(program)) {
        let (of, name) = setting.place();
        if of != section {
            section = of;
            let _ = write!(out, "\n[{section}]\n");
        }
        out.push('\n');
        for line in setting.doc.lines() {
            let _ = writeln!(out, "# {line}");
        }
        let _ = writeln!(out, "# {}", facts(setting));
        match setting.shape {
            Shape::Tables(fields) => tables(&mut out, name, fields),
            _ => {
                let _ = writeln!(out, "#{name} = {}", setting.default.unwrap_or(setting.example));
            }
        }
    }
    out
}

fn tables(out: &mut String, name: &str, fields: &[Field]) {
    let _ = writeln!(out, "#[[{name}]]");
    for field in fields {
        let _ = writeln!(out, "#{} = {} # {}", field.key, field.default.unwrap_or(field.example), field.doc);
    }
}

/// What else there is to know about a setting, in a line.
fn facts(setting: &Setting) -> String {
    let mut facts = Vec::new();
    match setting.shape {
        Shape::Number { least, most } => facts.push(format!("from {least} to {most}")),
        Shape::Choice(words) => facts.push(alternatives(words)),
        _ => {}
    }
    if setting.default.is_none() {
        facts.push("not set by default".to_owned());
    }
    facts.push(setting.variable());
    facts.extend(setting.flag.map(|flag| format!("--{flag}")));
    facts.push(reload(setting).to_owned());
    facts.join(" · ")
}

fn reload(setting: &Setting) -> &'static str {
    match setting.reload {
        Reload::Live => "SIGHUP applies it",
        Reload::Restart => "needs a restart",
    }
}

/// Everything about every setting of the program.
pub fn as_json(program: Program) -> Value {
    SETTINGS.iter().filter(|setting| setting.is_for(program)).map(describe).collect()
}

fn describe(setting: &Setting) -> Value {
    let (section, name) = setting.place();
    let taken = [Program::Dev, Program::Serve].into_iter().filter(|program| setting.is_for(*program));
    let programs: Vec<&str> = taken.map(Program::name).collect();
    let mut value = json!({
        "key": setting.key,
        "section": section,
        "name": name,
        "alias": setting.alias,
        "type": kind(setting.shape),
        "value": setting.value,
        "default": setting.default,
        "example": setting.example,
        "doc": setting.doc,
        "environment": setting.variable(),
        "flag": setting.flag.map(|flag| format!("--{flag}")),
        "reload": matches!(setting.reload, Reload::Live),
        "secret": setting.secret,
        "programs": programs,
    });
    let Value::Object(members) = &mut value else { return value };
    match setting.shape {
        Shape::Number { least, most } => {
            members.insert("least".into(), least.into());
            members.insert("most".into(), most.into());
        }
        Shape::Choice(words) => {
            members.insert("choices".into(), words.into());
        }
        Shape::Tables(fields) => {
            let field = |field: &Field| {
                json!({ "name": field.key, "type": kind(field.shape), "default": field.default, "example": field.example,
                        "doc": field.doc })
            };
            members.insert("fields".into(), fields.iter().map(field).collect());
        }
        _ => {}
    }
    value
}

fn kind(shape: Shape) -> &'static str {
    match shape {
        Shape::Text => "string",
        Shape::Choice(_) => "choice",
        Shape::Switch => "boolean",
        Shape::Number { .. } => "integer",
        Shape::Share => "number",
        Shape::List => "list of strings",
        Shape::Tables(_) => "list of tables",
    }
}

/// Each setting that has a value: its key, its value with secrets masked, and where that is from.
pub fn origins(loaded: &Loaded) -> Vec<(&'static str, String, Origin)> {
    let mut rows = Vec::new();
    for setting in SETTINGS {
        // Values of this one add up; of the others, one counts.
        let said: Vec<&Said> = match setting.key {
            "quota" => loaded.layers.about(setting).collect(),
            _ => loaded.layers.decisive(setting).into_iter().collect(),
        };
        rows.extend(said.into_iter().map(|said| (setting.key, shown(said), said.origin.clone())));
    }
    rows
}

/// The value in words, without its secret.
fn shown(said: &Said) -> String {
    let words = said.words().0;
    let words = words.into_iter().map(|word| if said.setting.secret { masked(word) } else { word.to_owned() });
    words.collect::<Vec<_>>().join(", ")
}

const MASK: &str = "***";

/// A URL without its password. Where it is not clear what belongs to the password, more is left out rather than less.
fn masked(url: &str) -> String {
    let (scheme, rest) = url.split_once("://").unwrap_or(("", url));
    let (userinfo, place) = rest.rsplit_once('@').unwrap_or(("", rest));
    let user = match userinfo.split_once(':') {
        Some((user, _)) => format!("{user}:{MASK}@"),
        None if userinfo.is_empty() => String::new(),
        None => format!("{userinfo}@"),
    };
    let place = match place.split_once('?') {
        Some((place, query)) if query.contains("password") => format!("{place}?{MASK}"),
        _ => place.to_owned(),
    };
    format!("{scheme}://{user}{place}")
}

/// Whether there is something to mask.
pub(super) fn holds_secret(said: &Said) -> bool {
    said.words().0.into_iter().any(|word| masked(word) != word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_masked_wherever_a_url_can_have_one() {
        for (url, shown) in [
            ("postgres://h/d", "postgres://h/d"),
            ("postgres://u@h/d", "postgres://u@h/d"),
            ("postgres://u:secret@h/d", "postgres://u:***@h/d"),
            ("postgres://u:se:cret/@secret?@h/d", "postgres://u:***@h/d"),
            ("postgres://h/d?user=u&password=secret&x=y", "postgres://h/d?***"),
            ("postgresql://u:secret@h/d?sslmode=require", "postgresql://u:***@h/d?sslmode=require"),
        ] {
            assert_eq!(masked(url), shown);
        }
    }
}
