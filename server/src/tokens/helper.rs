//! `fastness pkcs11-helper`: the process that loads a PKCS#11 module. The server starts it; nobody else has a use for it.
//!
//! Guarantees: it answers one request at a time, in order, and ends when its input does; it keeps no key, and PINs only while it is
//! signed in with them.

use super::frames::{self, Failure, Request, Response};
use super::module::Module;
use crate::process;
use clap::{Arg, ArgMatches, Command, value_parser};
use std::io;
use std::path::PathBuf;

/// The command's name.
pub(crate) const NAME: &str = "pkcs11-helper";

pub(crate) fn describe() -> Command {
    let module = Arg::new("module").long("module").value_name("PATH").required(true);
    Command::new(NAME)
        .about("Load a PKCS#11 module for a server, which starts this by itself")
        .after_help("Examples:\n  fastness dev --pkcs11-module /usr/lib/softhsm/libsofthsm2.so")
        .hide(true)
        .arg(module.value_parser(value_parser!(PathBuf)).help("The module"))
}

pub(crate) fn run(matches: &ArgMatches) -> Result<(), String> {
    process::prepare();
    let path = matches.get_one::<PathBuf>("module").cloned().unwrap_or_default();
    if primitives::linkage::is_static() {
        return Err(format!("{}: a static binary cannot load modules: use the dynamic one", path.display()));
    }
    let mut module = Module::load(&path).map_err(|error| format!("{}: {error}", path.display()));
    if let Err(error) = &module {
        // Whoever asks is told, too; ending would only make the server start the next one.
        tracing::error!(error, "the module cannot be used");
        let _ = io::Write::write_all(&mut io::stderr(), format!("fastness {NAME}: {error}\n").as_bytes());
    }
    let (mut from, mut to) = (io::stdin().lock(), io::stdout().lock());
    while let Some(frame) = frames::read(&mut from).map_err(|error| error.to_string())? {
        let response = match (&mut module, Request::from_bytes(frame.expose())) {
            (Ok(module), Some(request)) => match module.answer(&request) {
                Ok(bytes) => Response::done(bytes),
                Err(failure) => Response::failed(failure),
            },
            (Err(_), _) => Response::failed(Failure::NoModule),
            (Ok(_), None) => Response::failed(Failure::Failed),
        };
        let response = response.to_bytes().ok_or("an answer cannot be written")?;
        frames::write(&mut to, response.expose()).map_err(|error| error.to_string())?;
    }
    Ok(())
}
