//! SIGHUP: reads all sources again and applies what can be applied without a restart.
//!
//! Guarantees: what cannot be read, parsed or brought together changes nothing; a part of the server that cannot take a
//! change (a certificate that is broken) keeps what it has and its settings count as unchanged, and the others go on;
//! settings that need a restart are told and keep their values in [`Live::settings`].

use super::error::ConfigError;
use super::layers::{Layers, Said};
use super::rules;
use super::setting::{Reload, Setting};
use super::sources::{Loaded, Sources};
use super::table::SETTINGS;
use super::typed::Settings;
use std::sync::{Arc, Mutex, PoisonError};

/// Takes the settings that are in force and those that shall be; an error keeps the old ones, and is logged.
type Take = Box<dyn Fn(&Settings, &Settings) -> Result<(), String> + Send + Sync>;

/// A part of the server that follows settings.
struct Follower {
    keys: &'static [&'static str],
    take: Take,
}

/// The settings that are in force.
pub struct Live {
    sources: Sources,
    followers: Mutex<Vec<Follower>>,
    /// Held during a reload, so that two do not mix.
    loaded: Mutex<(Arc<Settings>, Layers)>,
}

/// What a reload did.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Reloaded {
    /// Keys of settings that changed and count from now on.
    pub applied: Vec<&'static str>,
    /// Keys of settings that changed and count from the next start on.
    pub restart: Vec<&'static str>,
    /// What could not be applied, and why.
    pub failed: Vec<String>,
}

impl Live {
    /// Settings as they were loaded from `sources`.
    pub fn new(sources: Sources, loaded: Loaded) -> Self {
        let Loaded { settings, layers, .. } = loaded;
        Self { sources, followers: Mutex::default(), loaded: Mutex::new((settings, layers)) }
    }

    /// The settings in force.
    pub fn settings(&self) -> Arc<Settings> {
        self.loaded.lock().unwrap_or_else(PoisonError::into_inner).0.clone()
    }

    /// Has `take` called at each reload, whether or not one of `keys` has changed: what a path leads to can change
    /// without it. The keys must be of settings that [`Reload::Live`] marks.
    pub fn follow(
        &self,
        keys: &'static [&'static str],
        take: impl Fn(&Settings, &Settings) -> Result<(), String> + Send + Sync + 'static,
    ) {
        let mut followers = self.followers.lock().unwrap_or_else(PoisonError::into_inner);
        followers.push(Follower { keys, take: Box::new(take) });
    }

    /// Reads everything again and applies it. Waits for the disk.
    pub fn reload(&self) -> Result<Reloaded, ConfigError> {
        let mut loaded = self.loaded.lock().unwrap_or_else(PoisonError::into_inner);
        let (old, old_layers) = &*loaded;
        let new = Settings::load(&self.sources)?;
        let changed = |setting: &&'static Setting| {
            let [before, after] = [old_layers, &new.layers].map(|layers| layers.about(setting).collect::<Vec<_>>());
            before.len() != after.len() || before.iter().zip(&after).any(|(before, after)| !before.agrees(after))
        };
        let changed: Vec<&'static Setting> = SETTINGS.iter().filter(changed).collect();
        let mut report = Reloaded::default();
        let mut kept: Vec<&str> = Vec::new();
        let followers = self.followers.lock().unwrap_or_else(PoisonError::into_inner);
        let is_followed = |key: &str| followers.iter().any(|follower| follower.keys.contains(&key));
        for setting in &changed {
            // What nobody follows would be said to count, and would not.
            if setting.reload == Reload::Restart || !is_followed(setting.key) {
                report.restart.push(setting.key);
                kept.push(setting.key);
            }
        }
        let (mut target, _) = mixed(old, old_layers, &new.layers, &kept)?;
        for follower in followers.iter() {
            if let Err(problem) = (follower.take)(old, &target) {
                report.failed.push(format!("{}: {problem}", follower.keys.join(", ")));
                kept.extend(follower.keys);
            }
        }
        let (settings, layers) = mixed(old, old_layers, &new.layers, &kept)?;
        target = settings;
        let applied = changed.iter().map(|setting| setting.key).filter(|key| !kept.contains(key));
        report.applied = applied.collect();
        *loaded = (Arc::new(target), layers);
        Ok(report)
    }
}

/// The new settings with the old values of those in `kept`, and the store that is open already.
fn mixed(old: &Settings, before: &Layers, after: &Layers, kept: &[&str]) -> Result<(Settings, Layers), ConfigError> {
    let is_kept = |said: &&Said| kept.contains(&said.setting.key);
    let mut layers = after.clone();
    for (layer, before) in layers.0.iter_mut().zip(&before.0) {
        layer.retain(|said| !is_kept(&said));
        layer.extend(before.iter().filter(is_kept).cloned());
    }
    let mut settings = layers.apply(old.program)?;
    rules::check(&settings).map_err(ConfigError::Rule)?;
    settings.store_file = None;
    settings.store = old.store.as_ref().map(|store| store.duplicate());
    Ok((settings, layers))
}
