//! Builds that depend on the source alone.
//!
//! Guarantees: no path of the machine gets into a binary (the source, Cargo's home, the toolchain and the target directory are called
//! by fixed names, in Rust and in C); the time is the commit's; flags of the environment are not taken. Sources: rustc book,
//! "Remap source paths"; GCC, "-ffile-prefix-map"; reproducible-builds.org, "SOURCE_DATE_EPOCH".

use std::path::{Path, PathBuf};
use std::process::Command;

/// Named, so that the flags below are not those of build scripts and macros.
pub(super) const TARGET: &str = "x86_64-unknown-linux-gnu";

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    /// Over the C library of the machine it runs on.
    Dynamic,
    /// With the C library in it: runs on any Linux, and cannot load PKCS#11 modules.
    Static,
}

/// A copy of the source, and where to build it.
pub(super) struct Source {
    pub(super) root: PathBuf,
    pub(super) target: PathBuf,
}

impl Source {
    /// Builds the binary; where it is then.
    pub(super) fn build(&self, kind: Kind, epoch: u64) -> Result<PathBuf, String> {
        let folder = self.target.join(match kind {
            Kind::Dynamic => "dynamic",
            Kind::Static => "static",
        });
        let places = self.places(&folder)?;
        let mut flags: Vec<String> =
            places.iter().map(|(from, to)| format!("--remap-path-prefix={}={to}", from.display())).collect();
        if kind == Kind::Static {
            flags.push("-Ctarget-feature=+crt-static".into());
        }
        let c: Vec<String> =
            places.iter().map(|(from, to)| format!("-ffile-prefix-map={}={to}", from.display())).collect();
        let mut cargo = Command::new(env!("CARGO"));
        cargo.current_dir(&self.root).args(["build", "--locked", "--profile", "dist", "--target", TARGET]);
        cargo.args(["--package", "fastness-server"]);
        cargo.env("CARGO_TARGET_DIR", &folder).env("CARGO_INCREMENTAL", "0");
        // What stands between the flags, which may hold spaces.
        cargo.env("CARGO_ENCODED_RUSTFLAGS", flags.join("\u{1f}")).env_remove("RUSTFLAGS");
        cargo.env("CFLAGS", c.join(" ")).env("SOURCE_DATE_EPOCH", epoch.to_string());
        // The order of a directory and the words of a date are the locale's and the zone's.
        cargo.env("LC_ALL", "C").env("TZ", "UTC");
        let status = cargo.status().map_err(|error| format!("cargo: {error}"))?;
        if !status.success() {
            return Err(format!("the {kind:?} build ended with {status}"));
        }
        Ok(folder.join(TARGET).join("dist/fastness"))
    }

    /// The places of this machine, and what they are called in binaries. Where one lies in another, the later counts.
    fn places(&self, folder: &Path) -> Result<Vec<(PathBuf, &'static str)>, String> {
        let home = match std::env::var_os("CARGO_HOME") {
            Some(home) => PathBuf::from(home),
            None => std::env::var_os("HOME").map(|home| Path::new(&home).join(".cargo")).ok_or("HOME is not set")?,
        };
        let sysroot = Command::new("rustc").args(["--print", "sysroot"]).current_dir(&self.root).output();
        let sysroot = sysroot.map_err(|error| format!("rustc: {error}"))?;
        let sysroot = PathBuf::from(String::from_utf8_lossy(&sysroot.stdout).trim());
        let places = vec![
            (sysroot, "/build/rust"),
            (home, "/build/cargo"),
            (self.root.clone(), "/build/fastness"),
            (folder.to_path_buf(), "/build/target"),
        ];
        match places.iter().find(|(path, _)| path.to_string_lossy().contains([' ', '='])) {
            Some((path, _)) => {
                Err(format!("{}: a path with a space or = cannot be given to the C compiler", path.display()))
            }
            None => Ok(places),
        }
    }
}
