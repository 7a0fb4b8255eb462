//! A profile in the AWS CLI's own files: the access key in `credentials`, everything else in `config`.
//!
//! Guarantees: a profile that is there already is not touched; secrets are written to a file that only its owner reads;
//! what else the files hold stays as it is. Source: AWS CLI User Guide, "Configuration and credential file settings".

use std::env;
use std::ffi::OsStr;
use std::fs::{self, OpenOptions, Permissions};
use std::io::Write as _;
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

/// A profile that is to be written.
pub(super) struct Profile {
    name: String,
    credentials: PathBuf,
    config: PathBuf,
}

impl Profile {
    /// A profile that neither file has yet.
    pub(super) fn new(name: &str) -> Result<Self, String> {
        let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        if name.is_empty() || !name.chars().all(is_plain) {
            return Err(format!(
                "--profile {name:?}: a profile's name has letters, digits, dots, dashes and underscores"
            ));
        }
        let file = |variable: &str, name: &str| -> Result<PathBuf, String> {
            let home = || env::var_os("HOME").map(|home| Path::new(&home).join(".aws").join(name));
            let set = env::var_os(variable).filter(|path| !path.is_empty()).map(PathBuf::from);
            set.or_else(home).ok_or_else(|| format!("neither {variable} nor HOME is set"))
        };
        let credentials = file("AWS_SHARED_CREDENTIALS_FILE", "credentials")?;
        let config = file("AWS_CONFIG_FILE", "config")?;
        let profile = Self { name: name.to_owned(), credentials, config };
        for (path, section) in [(&profile.credentials, profile.name.clone()), (&profile.config, profile.section())] {
            let text = match fs::read_to_string(path) {
                Ok(text) => text,
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => continue,
                Err(error) => return Err(format!("{}: {error}", path.display())),
            };
            if has_section(&text, &section) {
                return Err(format!("{} has a profile {name} already; choose another name", path.display()));
            }
        }
        Ok(profile)
    }

    /// Its name.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// Writes it.
    pub(super) fn write(
        &self,
        access_key_id: &str,
        secret: &str,
        region: &str,
        endpoint: &str,
        ca: Option<&Path>,
    ) -> Result<(), String> {
        let ca = ca.map(|ca| format!("ca_bundle = {}\n", ca.display())).unwrap_or_default();
        append(
            &self.config,
            &format!("[{}]\nregion = {region}\nendpoint_url = {endpoint}\n{ca}", self.section()),
            false,
        )?;
        let keys = format!("aws_access_key_id = {access_key_id}\naws_secret_access_key = {secret}\n");
        append(&self.credentials, &format!("[{}]\n{keys}", self.name), true)
    }

    /// In `config` every profile but the default one says what it is.
    fn section(&self) -> String {
        if self.name == "default" { self.name.clone() } else { format!("profile {}", self.name) }
    }
}

fn has_section(text: &str, section: &str) -> bool {
    let name = |line: &str| Some(line.trim().strip_prefix('[')?.split_once(']')?.0.trim().to_owned());
    text.lines().filter_map(name).any(|found| found == section)
}

fn append(path: &Path, section: &str, is_secret: bool) -> Result<(), String> {
    let failed = |error: std::io::Error| format!("{}: {error}", path.display());
    if let Some(folder) = path.parent().filter(|folder| folder.as_os_str() != OsStr::new("")) {
        fs::create_dir_all(folder).map_err(failed)?;
    }
    let mut file = OpenOptions::new().create(true).append(true).mode(0o600).open(path).map_err(failed)?;
    if is_secret {
        // A file that was there already may be open to others.
        file.set_permissions(Permissions::from_mode(0o600)).map_err(failed)?;
    }
    let gap = if file.metadata().map_err(failed)?.len() > 0 { "\n" } else { "" };
    file.write_all(format!("{gap}{section}").as_bytes()).map_err(failed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_section_is_found_by_its_name_alone() {
        let text = "# [nothing]\n[default]\nregion = x\n[ profile ops ]\n";
        assert!(has_section(text, "default") && has_section(text, "profile ops"));
        assert!(!has_section(text, "ops") && !has_section(text, "nothing"));
    }

    #[test]
    fn names_that_would_break_out_of_a_section_are_refused() {
        for name in ["", "a]", "a b", "a\nb"] {
            assert!(Profile::new(name).is_err(), "{name:?}");
        }
    }
}
