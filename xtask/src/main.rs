//! The house's own tools: `cargo xtask <command>`.
//!
//! Light on purpose: it is built before anything else can be checked.

mod api;
mod authorization;
mod bench;
mod dist;
mod esdk;
mod fuzz;
mod r#gen;
mod models;
mod own;
mod settings;
mod status;
mod test;
mod tidy;
mod timings;
mod tools;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

const USAGE: &str = "\
usage: cargo xtask <command>

  test [labs | interop | packages | fips]
                  install what the tests need and run every check and every test; or only the labs, or only the tests
                  of envelope encryption with AWS's own clients, or those of the packages, or those of cryptography over
                  the FIPS module
  tidy            the rules of the house: arrows, file sizes, module documentation, lints, banned crates
  status [--check]  write docs/status.md: what is implemented
  settings [--check]  write docs/guide/configuration.md: every setting
  timings         what a cold release build costs, and which crates cost most
  gen [--check]   pack the service models and the authorization data, and write the typed structs of the operations in
                  each ops.list
  dist [--output DIR] [--static] [--dynamic] [--check-reproducible]
                  make what is released: binaries, .deb, image archive, bill of materials, checksums; or do so twice from
                  two places and compare all of it (only what is committed is built then)
  models [VERSION]  take the service models anew from botocore, or from another version of it, print what differs
                  and write everything that is generated from them
  authorization [--check | PACKAGE=VERSION…]
                  take AWS's authorization data and managed policies anew from the packages that authorization/VERSIONS
                  names, or from these versions of them, print what differs and pack it
  bench kms […]   measure what a call costs beside a bare server; writes bench/RESULTS.md
                  (--seconds N for each row, --connections N,N, --scale for 100 and 100,000 keys, --build for
                  the cost of a cold build, --json)
  bench scale […] measure ten accounts of 100,000 keys beside ten of a hundred; writes bench/SCALE.md
  bench asymmetric
                  measure signatures beside their algorithms, and calls beside key generation; writes bench/ASYMMETRIC.md
  bench wire      measure reading and writing in every protocol, beside serde; writes bench/WIRE.md
  bench envelope […]
                  measure encrypting and decrypting messages beside a copy and the algorithms, AWS's Encryption SDK for
                  Python and age; writes bench/ENVELOPE.md (--mebibytes N, --rounds N)
  bench policy    measure decisions by policies, and what policies hold in memory; writes bench/POLICY.md";

fn main() -> ExitCode {
    let words = std::env::args().skip(1).collect::<Vec<_>>();
    let words = words.iter().map(String::as_str).collect::<Vec<_>>();
    match run(&root(), &words) {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            // Nothing can be done if standard error is closed.
            let _ = writeln!(std::io::stderr(), "{problem}");
            ExitCode::FAILURE
        }
    }
}

fn run(root: &Path, words: &[&str]) -> Result<(), String> {
    match words {
        ["gen"] => r#gen::run(root, false),
        ["gen", "--check"] => r#gen::run(root, true),
        ["models"] => upgrade(root, None),
        ["models", version] => upgrade(root, Some(version)),
        ["authorization", "--check"] => authorization::check(root),
        ["authorization", versions @ ..] => {
            authorization::run(root, versions, say)?;
            r#gen::run(root, false)
        }
        ["test"] => test::run(root),
        ["test", "labs"] => test::labs(root),
        ["test", "interop"] => test::interop(root),
        ["test", "packages"] => test::packages(root),
        ["test", "fips"] => test::fips(root),
        ["tidy"] => tidy::run(root),
        ["status"] => status::run(root, None, false),
        ["status", "--check"] => status::run(root, None, true),
        ["dist", options @ ..] => dist::run(root, options),
        ["settings"] => settings::run(root, None, false),
        ["settings", "--check"] => settings::run(root, None, true),
        ["timings"] => timings::run(root),
        ["bench", "kms", options @ ..] => bench::run(root, options),
        ["bench", "scale", options @ ..] => bench::server(root, "scale", "bench/SCALE.md", options),
        ["bench", "asymmetric"] => bench::server(root, "asymmetric", "bench/ASYMMETRIC.md", &[]),
        ["bench", "envelope", options @ ..] => bench::one(root, "envelope", "bench/ENVELOPE.md", options),
        ["bench", "wire"] => bench::one(root, "wire", "bench/WIRE.md", &[]),
        ["bench", "policy"] => bench::one(root, "policy", "bench/POLICY.md", &[]),
        _ => Err(USAGE.to_owned()),
    }
}

/// Takes the models, and writes what is generated from them and from the program that they make.
fn upgrade(root: &Path, version: Option<&str>) -> Result<(), String> {
    models::run(root, version, say)?;
    r#gen::run(root, false)?;
    status::run(root, None, false)
}

/// Prints a report.
fn say(text: &str) {
    // Nothing can be done if standard output is closed.
    let _ = writeln!(std::io::stdout(), "{text}");
}

/// The workspace's root.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().map_or_else(PathBuf::new, Path::to_path_buf)
}
