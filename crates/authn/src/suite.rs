//! AWS's signing test suite, as the crate `aws-sigv4` ships it.
//!
//! Every case, signed by header and by query string, in Signature Version 4 and 4a, must give the suite's canonical
//! request and string to sign here, and verify; after any change of its signature it must not. The suite is found
//! through cargo, wherever the registry lies.

use crate::canonical::{self, Style};
use crate::claim::{Claim, claim};
use crate::{Dialect, Expected, Payload, Request, SigningSecret, Verifier};
use base::{Region, Secret, Timestamp};
use http::{HeaderMap, HeaderName, HeaderValue};
use primitives::sha256;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Cases without a context of their own: their files disagree on dates, so only their canonical paths are checked.
const PATHS_ONLY: [&str; 2] = ["double-encode-path", "double-url-encode"];

fn suite(version: &str) -> PathBuf {
    let host = cargo(&["-vV"]);
    let host = host.lines().find_map(|line| line.strip_prefix("host: ")).unwrap();
    let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
    // Restricted to this platform: packages of others are in no registry here, and nothing is to be fetched.
    let metadata =
        ["metadata", "--format-version=1", "--offline", "--filter-platform", host, "--manifest-path", manifest];
    let metadata: serde_json::Value = serde_json::from_str(&cargo(&metadata)).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    let package = packages.iter().find(|package| package["name"] == "aws-sigv4").unwrap();
    Path::new(package["manifest_path"].as_str().unwrap()).with_file_name("aws-signing-test-suite").join(version)
}

fn cargo(arguments: &[&str]) -> String {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo).args(arguments).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// A request as the suite's files hold it: raw bytes that an HTTP parser would refuse now and then.
struct Case {
    method: String,
    path: String,
    query: String,
    headers: HeaderMap,
    body: String,
}

impl Case {
    fn read(file: &Path) -> Self {
        let text = std::fs::read_to_string(file).unwrap();
        let (head, body) = text.split_once("\n\n").unwrap_or((&text, ""));
        let mut lines = head.lines();
        let start = lines.next().unwrap();
        let (method, rest) = start.split_once(' ').unwrap();
        let target = rest.strip_suffix(" HTTP/1.1").unwrap_or(rest);
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        // A line that begins with a space goes on from the one before: a server's parser joins or refuses them.
        let mut fields: Vec<String> = Vec::new();
        for line in lines {
            match fields.last_mut() {
                Some(last) if line.starts_with(' ') => last.push_str(line),
                _ => fields.push(line.to_owned()),
            }
        }
        let mut headers = HeaderMap::new();
        for field in fields {
            let (name, value) = field.split_once(':').unwrap();
            headers.append(
                HeaderName::from_bytes(name.as_bytes()).unwrap(),
                HeaderValue::from_bytes(value.as_bytes()).unwrap(),
            );
        }
        Self { method: method.into(), path: path.into(), query: query.into(), headers, body: body.into() }
    }

    fn request(&self) -> Request<'_> {
        let Self { method, path, query, headers, body } = self;
        Request { method, path, query, headers, body: body.as_bytes() }
    }
}

fn canonical_of(request: &Request<'_>, claim: &Claim<'_>, dialect: Dialect, without_token: bool) -> String {
    let payload = canonical::hex(&sha256(request.body));
    let style = Style { dialect, payload: &payload, without_token };
    String::from_utf8(canonical::request(request, claim, style).unwrap()).unwrap()
}

/// Checks one case in one form, and that it verifies by one set of rules for paths.
fn check(directory: &Path, form: &str, version: &str) {
    let name = format!("{version} {} {form}", directory.file_name().unwrap().to_str().unwrap());
    let read = |file: &str| std::fs::read_to_string(directory.join(format!("{form}-{file}.txt"))).unwrap();
    let context = std::fs::read_to_string(directory.join("context.json")).unwrap();
    let context: serde_json::Value = serde_json::from_str(&context).unwrap();
    let secret = context["credentials"]["secret_access_key"].as_str().unwrap();
    let secret = SigningSecret::new(Secret::new(secret.into()));
    let now = Timestamp::from_rfc3339(context["timestamp"].as_str().unwrap()).unwrap();
    let normalise = context["normalize"].as_bool().unwrap();
    let without_token = context["omit_session_token"].as_bool().unwrap_or(false);
    let home: Region = context["region"].as_str().unwrap().parse().unwrap();

    let case = Case::read(&directory.join(format!("{form}-signed-request.txt")));
    let request = case.request();
    let claim = claim(&request).unwrap().unwrap();
    assert_eq!(claim.security_token.as_deref(), context["credentials"]["token"].as_str(), "{name}");
    let dialect = if normalise { Dialect::Standard } else { Dialect::S3 };
    let canonical = canonical_of(&request, &claim, dialect, without_token);
    assert_eq!(canonical, read("canonical-request"), "{name}");
    let to_sign = canonical::string_to_sign(&claim, &canonical::hex(&sha256(canonical.as_bytes())));
    assert_eq!(String::from_utf8(to_sign).unwrap(), read("string-to-sign"), "{name}");

    if !normalise {
        check_as_sent(&name, &request, &claim, &canonical, &secret);
        return;
    }
    let verifier = Verifier::new();
    let expected = Expected { sigv4a: true, ..Expected::of("service", home) };
    let verify = |claim: &Claim<'_>| verifier.verify(&request, claim, &expected, &secret, now);
    assert!(matches!(verify(&claim), Ok(Payload::Verified)), "{name}");
    assert!(matches!(verify(&claim), Ok(Payload::Verified)), "{name}, with a cached key");
    let listed = Claim { signature: read("signature").into(), ..claim.clone() };
    assert!(matches!(verify(&listed), Ok(Payload::Verified)), "{name}, the signature listed");
    for position in 0..claim.signature.len() {
        let mut changed = claim.signature.as_bytes().to_vec();
        changed[position] = if changed[position] == b'0' { b'1' } else { b'0' };
        let signature = String::from_utf8(changed).unwrap();
        assert!(verify(&Claim { signature: signature.into(), ..claim.clone() }).is_err(), "{name}");
    }
    let narrow = Expected { sigv4a: false, ..expected };
    assert_eq!(verifier.verify(&request, &claim, &narrow, &secret, now).is_ok(), version == "v4", "{name}");
}

/// Paths are kept in S3 only, whose other rules the suite does not follow: it neither names the body's hash nor leaves it
/// out. So its signature is compared with the canonical request that was just found to be the suite's.
fn check_as_sent(name: &str, request: &Request<'_>, claim: &Claim<'_>, canonical: &str, secret: &SigningSecret) {
    let home = "us-east-1".parse().unwrap();
    let to_sign = canonical::string_to_sign(claim, &canonical::hex(&sha256(canonical.as_bytes())));
    let verified = match secret.public_key(&claim.access_key_id) {
        Some(key) if claim.region(home).is_some() && claim.algorithm() != crate::malformed::HMAC => {
            key.verifies(&to_sign, &base::unhex(&claim.signature).unwrap())
        }
        _ => base::hex(&secret.derive(&claim.date, home, &claim.service).sign(&[&to_sign])) == claim.signature,
    };
    assert!(verified, "{name}");
    let expected = Expected { sigv4a: true, ..Expected::of("service", home) };
    let standard = Verifier::new().verify(request, claim, &expected, secret, claim.time);
    // By the standard rules it verifies only where there was nothing to normalise.
    let same = canonical_of(request, claim, Dialect::Standard, false) == *canonical;
    assert_eq!(standard.is_ok(), same, "{name}");
}

fn cases(version: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(suite(version)).unwrap().map(|entry| entry.unwrap().path());
    entries.filter(|path| !PATHS_ONLY.iter().any(|name| path.ends_with(name))).collect()
}

#[test]
fn every_case_of_signature_version_4_verifies_in_both_forms() {
    let cases = cases("v4");
    assert_eq!(cases.len(), 38, "the suite as of aws-sigv4 1.6.4");
    for case in cases {
        check(&case, "header", "v4");
        check(&case, "query", "v4");
    }
}

#[test]
fn every_case_of_signature_version_4a_verifies_in_both_forms() {
    let cases = cases("v4a");
    assert_eq!(cases.len(), 38, "the suite as of aws-sigv4 1.6.4");
    for case in cases {
        check(&case, "header", "v4a");
        check(&case, "query", "v4a");
    }
}

#[test]
fn paths_that_were_encoded_once_are_encoded_twice() {
    for name in PATHS_ONLY {
        let directory = suite("v4").join(name);
        let case = Case::read(&directory.join("header-signed-request.txt"));
        let request = case.request();
        let claim = claim(&request).unwrap().unwrap();
        let expected = std::fs::read_to_string(directory.join("header-canonical-request.txt")).unwrap();
        let canonical = canonical_of(&request, &claim, Dialect::Standard, false);
        assert_eq!(canonical.lines().nth(1), expected.lines().nth(1), "{name}");
    }
}
