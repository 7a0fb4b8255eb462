//! How every command that runs a node begins.

use crate::logs;
use crate::process;
use crate::settings::{Environment, Flags, Loaded, Program, Settings, Sources};
use clap::ArgMatches;

/// Reads the settings, and readies the process by them: its log, its files, its limits.
pub(super) fn begin(matches: &ArgMatches, program: Program) -> Result<(Sources, Loaded), String> {
    let environment = Environment::of_process().map_err(|error| error.to_string())?;
    let sources = Sources { program, flags: Flags::of(matches, program), environment };
    let loaded = Settings::load(&sources).map_err(|error| error.to_string())?;
    logs::start(&loaded.settings);
    process::prepare();
    process::enough_descriptors()?;
    loaded.warnings.iter().for_each(|warning| tracing::warn!("{warning}"));
    Ok((sources, loaded))
}
