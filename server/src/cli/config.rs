//! `fastness config`: every setting with its default, and what a configuration comes to.

use super::{Outcome, arguments, say};
use crate::settings::{self, Environment, Flags, Loaded, Program, Settings, Sources};
use clap::{Arg, ArgMatches, Command};
use serde_json::json;
use std::io::{self, Write};

const EXAMPLES: &str = "\
Examples:
  fastness config                                    every setting of serve, as a commented file
  fastness config --for dev
  fastness config --json                             the same for programs
  fastness config > fastness.toml
  fastness config check --config fastness.toml       what counts, and where it is from

The environment counts more than the file, flags count more than the environment. `serve` applies a part of the settings
at SIGHUP; the printed file says which.";

const CHECK_EXAMPLES: &str = "\
Examples:
  fastness config check --config fastness.toml
  fastness config check --data ./data --json
  FASTNESS_LOG_LEVEL=debug fastness config check --config fastness.toml

Reads what `serve` would read and starts nothing. A mistake is told with file, line and key, and exit status 1; files that
cannot be read are warned of. Passwords are masked.";

pub(super) fn describe() -> Command {
    let program = Arg::new("for")
        .long("for")
        .value_name("PROGRAM")
        .value_parser(["serve", "dev"])
        .default_value("serve")
        .global(true)
        .help("Whose settings");
    let sources = settings::arguments(Program::Serve)
        .into_iter()
        .filter(|flag| matches!(flag.get_id().as_str(), "config" | "data"));
    Command::new("config")
        .about("Print every setting with its default, or check a configuration")
        .after_help(EXAMPLES)
        .args([program, arguments::json()])
        .subcommand(
            Command::new("check")
                .about("Check a configuration and tell where each value is from")
                .after_help(CHECK_EXAMPLES)
                .args(sources),
        )
}

pub(super) fn run(matches: &ArgMatches) -> Outcome {
    let is_json = matches.get_flag("json");
    let program = if arguments::text(matches, "for") == Some("dev") { Program::Dev } else { Program::Serve };
    match matches.subcommand() {
        Some((_, inner)) => check(inner, program, is_json),
        None if is_json => {
            say(&settings::as_json(program).to_string());
            Ok(())
        }
        None => {
            // A reader who has gone away is no failure.
            let _ = io::stdout().lock().write_all(settings::as_toml(program).as_bytes());
            Ok(())
        }
    }
}

fn check(matches: &ArgMatches, program: Program, is_json: bool) -> Outcome {
    let environment = Environment::of_process().map_err(|error| error.to_string())?;
    let flags = Flags::of(matches, program);
    let loaded = Settings::load(&Sources { program, flags, environment }).map_err(|error| error.to_string())?;
    let rows = settings::origins(&loaded);
    let Loaded { file, mut warnings, settings: checked, .. } = loaded;
    warnings.extend(settings::unreadable(&checked));
    let file = file.map(|path| path.display().to_string());
    if is_json {
        let settings: Vec<_> = rows
            .iter()
            .map(|(key, value, origin)| json!({ "key": key, "value": value, "origin": origin.to_string() }))
            .collect();
        say(&json!({ "file": file, "settings": settings, "warnings": warnings }).to_string());
        return Ok(());
    }
    say(&format!("# file: {}", file.as_deref().unwrap_or("none")));
    let width = rows.iter().map(|(key, value, _)| key.len() + value.chars().count() + 3).max().unwrap_or_default();
    for (key, value, origin) in rows {
        let pair = format!("{key} = {value}");
        say(&format!("{pair:width$}  # {origin}"));
    }
    warnings.iter().for_each(|warning| say(&format!("# warning: {warning}")));
    Ok(())
}
