//! A writer of Debian packages: what `dpkg-deb` reads, made without it.
//!
//! Guarantees: the same input gives the same bytes; the list of checksums and the size are counted from what is packed.
//! Sources: deb(5), deb-control(5), deb-conffiles(5), Debian Policy §§5, 6, 10.

use super::digest::md5;
use super::tar::{Tree, gzip};

/// What a package is called by, and what runs when it comes and goes.
pub(super) struct Package<'a> {
    pub(super) name: &'a str,
    pub(super) version: &'a str,
    pub(super) architecture: &'a str,
    pub(super) depends: &'a str,
    /// Files that an administrator may change, with a leading slash.
    pub(super) conffiles: &'a [&'a str],
    /// Name and text of each maintainer script.
    pub(super) scripts: &'a [(&'a str, &'a str)],
}

/// The package of these files.
pub(super) fn package(about: &Package<'_>, files: &Tree, epoch: u64) -> Result<Vec<u8>, String> {
    let mut control = Tree::default();
    control.file("control", 0o644, describe(about, files));
    control.file("md5sums", 0o644, sums(files)?);
    let conffiles: String = about.conffiles.iter().map(|path| format!("{path}\n")).collect();
    control.file("conffiles", 0o644, conffiles);
    for (name, text) in about.scripts {
        control.file(name, 0o755, *text);
    }
    let control = gzip(&control.archive("./", epoch)?)?;
    let data = gzip(&files.archive("./", epoch)?)?;
    let mut out = b"!<arch>\n".to_vec();
    for (name, content) in [("debian-binary", &b"2.0\n"[..]), ("control.tar.gz", &control), ("data.tar.gz", &data)] {
        out.extend(
            format!("{name:<16}{epoch:<12}{:<6}{:<6}{:<8}{:<10}`\n", 0, 0, "100644", content.len()).into_bytes(),
        );
        out.extend_from_slice(content);
        if content.len() % 2 == 1 {
            out.push(b'\n');
        }
    }
    Ok(out)
}

fn describe(about: &Package<'_>, files: &Tree) -> String {
    let Package { name, version, architecture, depends, .. } = about;
    let kibibytes: usize = files.files().map(|(_, content)| content.len().div_ceil(1024)).sum();
    format!(
        "Package: {name}
Version: {version}
Section: admin
Priority: optional
Architecture: {architecture}
Depends: {depends}
Recommends: ca-certificates
Suggests: opensc, postgresql
Installed-Size: {kibibytes}
Maintainer: The Fastness authors <fastness@localhost>
Description: security services of AWS on your own machine
 One server that answers AWS's own APIs for keys, identities and audit, so that
 the AWS CLI, the SDKs and Terraform work against it as they are. Signatures are
 verified, keys are sealed, policies decide, every call is written to an audit
 log that cannot be edited unseen.
"
    )
}

fn sums(files: &Tree) -> Result<String, String> {
    files.files().map(|(path, content)| Ok(format!("{}  {path}\n", md5(content)?))).collect()
}

/// The newest symbol version of glibc that a program asks for, from the names in its string table: `2.34`.
pub(super) fn glibc(program: &[u8]) -> Option<String> {
    const MARK: &[u8] = b"GLIBC_2.";
    let minor = |at: usize| {
        let digits = program.get(at + MARK.len()..)?.split(|byte| !byte.is_ascii_digit()).next()?;
        std::str::from_utf8(digits).ok()?.parse::<u32>().ok()
    };
    let found = program.windows(MARK.len()).enumerate().filter(|(_, window)| *window == MARK);
    found.filter_map(|(at, _)| minor(at)).max().map(|minor| format!("2.{minor}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::process::Command;

    fn sample() -> (Tree, Vec<u8>) {
        let mut files = Tree::default();
        files.file("usr/bin/tool", 0o755, "#!/bin/sh\n");
        files.file("etc/tool/environment", 0o640, "# nothing\n");
        let about = Package {
            name: "tool",
            version: "1.2.3",
            architecture: "amd64",
            depends: "libc6 (>= 2.34)",
            conffiles: &["/etc/tool/environment"],
            scripts: &[("postinst", "#!/bin/sh\nexit 0\n")],
        };
        let package = package(&about, &files, 1_000_000_000).unwrap();
        (files, package)
    }

    #[test]
    fn dpkg_deb_reads_the_package() {
        let (_, bytes) = sample();
        if Command::new("dpkg-deb").arg("--version").output().is_err() {
            return;
        }
        let folder = std::env::temp_dir().join(format!("fastness-deb-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let path = folder.join("tool.deb");
        std::fs::write(&path, &bytes).unwrap();
        let ask = |words: &[&str]| {
            let output = Command::new("dpkg-deb").args(words).arg(&path).output().unwrap();
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
            String::from_utf8(output.stdout).unwrap()
        };
        let control = ask(&["--field"]);
        assert!(control.contains("Version: 1.2.3\n") && control.contains("Installed-Size: 2\n"), "{control}");
        let listing = ask(&["--contents"]);
        assert!(listing.contains("-rwxr-xr-x root/root") && listing.ends_with("./usr/bin/tool\n"), "{listing}");
        let sums = Command::new("dpkg-deb").arg("--info").arg(&path).arg("md5sums").output().unwrap();
        let sums = String::from_utf8(sums.stdout).unwrap();
        assert!(sums.contains("3e2b31c72181b87149ff995e7202c0e3  usr/bin/tool\n"), "{sums}");
        std::fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn members_begin_at_even_places_with_their_lengths() {
        let (_, bytes) = sample();
        assert!(bytes.starts_with(b"!<arch>\ndebian-binary   1000000000  0     0     100644  4         `\n2.0\n"));
        let (mut at, mut names) = (8, Vec::new());
        while at < bytes.len() {
            let field =
                |from: usize, to: usize| std::str::from_utf8(&bytes[at + from..at + to]).unwrap().trim().to_owned();
            names.push(field(0, 16));
            let length: usize = field(48, 58).parse().unwrap();
            at = (at + 60 + length).next_multiple_of(2);
        }
        assert_eq!(names, ["debian-binary", "control.tar.gz", "data.tar.gz"]);
        assert_eq!(at, bytes.len());
    }

    #[test]
    fn the_newest_glibc_that_is_asked_for_is_found() {
        assert_eq!(glibc(b"\0GLIBC_2.4\0GLIBC_2.34\0GLIBC_2.17\0GLIBC_PRIVATE\0"), Some("2.34".to_owned()));
        assert_eq!(glibc(b"nothing"), None);
    }
}
