//! Flags: made from the table, grouped by section in the help.

use super::layers::{Origin, Said};
use super::setting::{Program, Setting, Shape};
use super::table::SETTINGS;
use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgAction, ArgMatches, ValueHint, value_parser};
use std::path::PathBuf;

/// What the command line says.
#[derive(Clone, Default)]
pub struct Flags {
    pub(super) said: Vec<Said>,
    /// The configuration file.
    pub(super) config: Option<PathBuf>,
}

/// The name of the flag for the configuration file.
const CONFIG: &str = "config";

/// The flags of a program, `--config` among them.
pub fn arguments(program: Program) -> Vec<Arg> {
    let file = match program {
        Program::Dev => "Configuration file (TOML)",
        Program::Serve => "Configuration file (TOML) [default: DIR/fastness.toml, if it is there]",
    };
    let config = Arg::new(CONFIG)
        .long(CONFIG)
        .value_name("FILE")
        .value_hint(ValueHint::FilePath)
        .value_parser(value_parser!(PathBuf))
        .help(file);
    let flags = SETTINGS.iter().filter(|setting| setting.is_for(program));
    std::iter::once(config).chain(flags.filter_map(argument)).collect()
}

fn argument(setting: &'static Setting) -> Option<Arg> {
    let name = setting.flag?;
    let argument = Arg::new(name).long(name).help(help(setting)).help_heading(heading(setting));
    Some(match setting.shape {
        Shape::Switch => argument.action(ArgAction::SetTrue),
        Shape::Choice(words) => argument
            .value_name(setting.value)
            .hide_possible_values(setting.value.contains('|'))
            .value_parser(PossibleValuesParser::new(words)),
        Shape::List | Shape::Tables(_) => argument.value_name(setting.value).action(ArgAction::Append),
        _ => argument.value_name(setting.value).value_hint(match setting.value {
            "FILE" | "PATH" => ValueHint::FilePath,
            "DIR" => ValueHint::DirPath,
            _ => ValueHint::Unknown,
        }),
    })
}

fn help(setting: &Setting) -> String {
    let summary = setting.summary().trim_end_matches('.');
    match setting.default {
        // A switch that is off needs no words about it.
        Some(default) if !matches!(setting.shape, Shape::Switch) => {
            let plain: String = default.chars().filter(|c| !matches!(c, '"' | '[' | ']')).collect();
            format!("{summary} [default: {plain}]")
        }
        _ => summary.to_owned(),
    }
}

/// The heading in the help, by section; the settings at the top go under clap's own.
fn heading(setting: &Setting) -> Option<&'static str> {
    Some(match setting.place().0 {
        "tls" => "TLS",
        "proxy" => "Proxies",
        "audit" => "Audit log",
        "log" => "Logs",
        "watch" => "Watching",
        "limits" => "Limits",
        "process" => "Process",
        _ => return None,
    })
}

impl Flags {
    /// What was given of the flags that [`arguments`] made, all or some.
    pub fn of(matches: &ArgMatches, program: Program) -> Self {
        let said = |setting: &'static Setting| {
            let name = setting.flag?;
            // A command may have only some of them.
            let words: Vec<String> = match setting.shape {
                Shape::Switch => {
                    let given = matches.try_get_one::<bool>(name).ok().flatten() == Some(&true);
                    given.then(|| "true".to_owned()).into_iter().collect()
                }
                _ => matches.try_get_many::<String>(name).ok().flatten().into_iter().flatten().cloned().collect(),
            };
            (!words.is_empty()).then(|| Said::new(setting, words, Origin::Flag(name)))
        };
        let said = SETTINGS.iter().filter(|setting| setting.is_for(program)).filter_map(said).collect();
        Self { said, config: matches.try_get_one::<PathBuf>(CONFIG).ok().flatten().cloned() }
    }
}
