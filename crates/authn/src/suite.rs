//! AWS's signing test suite, as the crate `aws-sigv4` ships it.
//!
//! Every case signed by header must give the suite's canonical request and string to sign here, and verify; after any
//! change of its signature it must not. The suite is found through cargo, wherever the registry lies.

use crate::claim::{Claim, claim};
use crate::{AuthnError, Expected, Request, SigningSecret, Verifier, canonical};
use base::{Secret, Timestamp};
use http::{HeaderMap, HeaderName, HeaderValue};
use primitives::sha256;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Cases without a context of their own: their files disagree on dates, so only their canonical paths are checked.
const PATHS_ONLY: [&str; 2] = ["double-encode-path", "double-url-encode"];

/// Cases whose paths were signed as they stand, as S3 does it and no other service: they must not verify here.
const SIGNED_AS_SENT: [&str; 6] = [
    "get-relative-relative-unnormalized",
    "get-relative-unnormalized",
    "get-slash-dot-slash-unnormalized",
    "get-slash-pointless-dot-unnormalized",
    "get-slash-unnormalized",
    "get-slashes-unnormalized",
];

fn suite() -> PathBuf {
    let version = cargo(&["-vV"]);
    let host = version.lines().find_map(|line| line.strip_prefix("host: ")).unwrap();
    let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
    // Restricted to this platform: packages of others are in no registry here, and nothing is to be fetched.
    let metadata =
        ["metadata", "--format-version=1", "--offline", "--filter-platform", host, "--manifest-path", manifest];
    let metadata: serde_json::Value = serde_json::from_str(&cargo(&metadata)).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    let package = packages.iter().find(|package| package["name"] == "aws-sigv4").unwrap();
    Path::new(package["manifest_path"].as_str().unwrap()).with_file_name("aws-signing-test-suite").join("v4")
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

fn canonical_of(request: &Request<'_>, claim: &Claim<'_>) -> String {
    let body_hash = canonical::hex(&sha256(request.body));
    String::from_utf8(canonical::request(request, claim.signed_headers, &body_hash).unwrap()).unwrap()
}

#[test]
fn every_case_of_the_suite_signed_by_header_verifies() {
    let (mut verified, mut refused) = (0, 0);
    for entry in std::fs::read_dir(suite()).unwrap() {
        let directory = entry.unwrap().path();
        let name = directory.file_name().unwrap().to_str().unwrap().to_owned();
        if PATHS_ONLY.contains(&name.as_str()) {
            continue;
        }
        let read = |file: &str| std::fs::read_to_string(directory.join(file)).unwrap();
        let context: serde_json::Value = serde_json::from_str(&read("context.json")).unwrap();
        let secret = context["credentials"]["secret_access_key"].as_str().unwrap();
        let secret = SigningSecret::new(Secret::new(secret.into()));
        let now = Timestamp::from_rfc3339(context["timestamp"].as_str().unwrap()).unwrap();

        let case = Case::read(&directory.join("header-signed-request.txt"));
        let request = case.request();
        let claim = claim(&request).unwrap().unwrap();
        let verifier = Verifier::new();
        let verify = |claim: &Claim<'_>| verifier.verify(&request, claim, &Expected::of("service"), &secret, now);
        if SIGNED_AS_SENT.contains(&name.as_str()) {
            assert!(matches!(verify(&claim), Err(AuthnError::BadSignature(_))), "{name}");
            refused += 1;
            continue;
        }
        let canonical = canonical_of(&request, &claim);
        assert_eq!(canonical, read("header-canonical-request.txt"), "{name}");
        let request_hash = canonical::hex(&sha256(canonical.as_bytes()));
        let parts = canonical::string_to_sign(&claim, &request_hash);
        assert_eq!(String::from_utf8(parts).unwrap(), read("header-string-to-sign.txt"), "{name}");
        assert_eq!(claim.signature, read("header-signature.txt"), "{name}");
        assert_eq!(verify(&claim), Ok(()), "{name}");
        assert_eq!(verify(&claim), Ok(()), "{name}, with a cached key");
        for position in 0..64 {
            let mut changed = claim.signature.as_bytes().to_vec();
            changed[position] = if changed[position] == b'0' { b'1' } else { b'0' };
            let signature = std::str::from_utf8(&changed).unwrap();
            assert!(verify(&Claim { signature, ..claim }).is_err(), "{name}");
        }
        verified += 1;
    }
    assert_eq!((verified, refused), (32, 6), "the suite as of aws-sigv4 1.6.4");
}

#[test]
fn paths_that_were_encoded_once_are_encoded_twice() {
    for name in PATHS_ONLY {
        let directory = suite().join(name);
        let case = Case::read(&directory.join("header-signed-request.txt"));
        let request = case.request();
        let claim = claim(&request).unwrap().unwrap();
        let expected = std::fs::read_to_string(directory.join("header-canonical-request.txt")).unwrap();
        let canonical = canonical_of(&request, &claim);
        assert_eq!(canonical.lines().nth(1), expected.lines().nth(1), "{name}");
    }
}
