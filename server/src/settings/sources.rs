//! Where settings come from, kept so that they can be read again.

use super::error::ConfigError;
use super::file;
use super::flags::Flags;
use super::layers::{CONFIG_VARIABLE, Environment, Layers, Said};
use super::print;
use super::rules;
use super::setting::Program;
use super::typed::Settings;
use base::Secret;
use std::fs::{self, File};
use std::io::Read;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The configuration file that `serve` looks for in its data directory.
pub const FILE_NAME: &str = "fastness.toml";

/// The largest configuration file.
const LARGEST_FILE: u64 = 1 << 20;
/// The largest file that holds a store's URL.
const LARGEST_URL: u64 = 8 << 10;

/// Where the settings of this process come from.
#[derive(Clone)]
pub struct Sources {
    /// The program that they are for.
    pub program: Program,
    /// What the command line says.
    pub flags: Flags,
    /// What the environment says.
    pub environment: Environment,
}

/// Settings, and what is to be said about them.
pub struct Loaded {
    /// Checked and complete.
    pub settings: Arc<Settings>,
    /// The configuration file, if there is one.
    pub file: Option<PathBuf>,
    /// Lines for the log: what is allowed and probably not meant.
    pub warnings: Vec<String>,
    pub(super) layers: Layers,
}

impl Settings {
    /// Settings from flags, environment and configuration file, which for `serve` is `fastness.toml` in the data
    /// directory unless one is named. Waits for the disk.
    pub fn load(sources: &Sources) -> Result<Loaded, ConfigError> {
        let Sources { program, flags, environment } = sources;
        let path = sources.file();
        let text = path.as_deref().map(|path| read(path, LARGEST_FILE)).transpose()?;
        let said = match (&path, &text) {
            (Some(path), Some(text)) => file::read(&path.display().to_string(), text.expose(), *program)?,
            _ => Vec::new(),
        };
        let defaults = print::defaults(*program)?;
        let mut warnings = environment.warnings();
        warnings.extend(path.as_deref().and_then(|path| readable_secret(path, &said)));
        let layers = Layers([defaults, said, environment.layer(*program), flags.said.clone()]);
        let mut settings = layers.apply(*program)?;
        settings.complete()?;
        Ok(Loaded { settings: Arc::new(settings), file: path, warnings, layers })
    }

    /// Checks what single settings cannot know, and reads the file that the store's URL is in.
    pub(super) fn complete(&mut self) -> Result<(), ConfigError> {
        rules::check(self).map_err(ConfigError::Rule)?;
        if let Some(path) = &self.store_file {
            let text = read(path, LARGEST_URL)?;
            let url = super::parse::store(text.expose().trim());
            let url = url.map_err(|problem| ConfigError::Rule(format!("store_file: {}: {problem}", path.display())))?;
            self.store = Some(Secret::new(url));
        }
        Ok(())
    }
}

impl Sources {
    /// The configuration file: the one that is named, or the data directory's.
    fn file(&self) -> Option<PathBuf> {
        let named = self.flags.config.clone().or_else(|| self.environment.get(CONFIG_VARIABLE).map(PathBuf::from));
        if named.is_some() || self.program == Program::Dev {
            return named;
        }
        let flag = self.flags.said.iter().find(|said| said.setting.key == "data").map(|said| said.words().owned());
        let data = flag.or_else(|| self.environment.get("FASTNESS_DATA").map(str::to_owned))?;
        let path = Path::new(&data).join(FILE_NAME);
        // One that is there and cannot be read is an error, later; a link to nowhere too.
        path.symlink_metadata().is_ok().then_some(path)
    }
}

/// A file's text, wiped when it is dropped.
fn read(path: &Path, largest: u64) -> Result<Secret<String>, ConfigError> {
    let wrong = |problem: String| ConfigError::Rule(format!("{}: {problem}", path.display()));
    let file = File::open(path).map_err(|error| wrong(error.to_string()))?;
    let mut text = Secret::new(String::new());
    let length = file.take(largest + 1).read_to_string(text.expose_mut()).map_err(|error| wrong(error.to_string()))?;
    if length as u64 > largest {
        return Err(wrong(format!("is larger than {largest} bytes")));
    }
    Ok(text)
}

/// A warning, if the file holds a secret and others can read it.
fn readable_secret(path: &Path, said: &[Said]) -> Option<String> {
    let secret = said.iter().find(|said| said.setting.secret && print::holds_secret(said))?;
    let mode = fs::metadata(path).ok()?.permissions().mode();
    let key = secret.setting.key;
    (mode & 0o077 != 0)
        .then(|| format!("{}: holds a password in {key} and others can read it; chmod 600 it", path.display()))
}
