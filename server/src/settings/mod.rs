//! What the server is told: one table of settings, and the sources that say something about them.
//!
//! Flags count more than the environment, that more than the configuration file, that more than the defaults. Parsing,
//! the environment variables, the flags, `fastness config` and the guide's page are all made from [`table::SETTINGS`].
//!
//! Guarantees: an unknown name is refused; a mistake is named by its file, line and key, by its variable or by its flag;
//! no error and no listing repeats a secret; a reload that fails anywhere changes nothing.

mod error;
mod file;
mod flags;
mod layers;
mod live;
mod network;
mod parse;
mod print;
mod rules;
mod setting;
mod sources;
mod suggest;
mod table;
mod typed;

pub use error::ConfigError;
pub use flags::{Flags, arguments};
pub use layers::{Environment, Origin};
pub use live::{Live, Reloaded};
pub use network::Network;
pub use print::{as_json, as_toml, origins};
pub use rules::unreadable;
pub use setting::{Program, Reload, Setting};
pub use sources::{FILE_NAME, Loaded, Sources};
pub use table::SETTINGS;
pub use typed::{
    ClientAuth, DevSettings, ListenerSettings, LogFormat, LogLevel, MemoryLock, MinimumTls, ProcessSettings, Settings,
    SyscallFilter, TlsSettings, WatchSettings,
};

#[cfg(test)]
mod tests;
