//! S3's two ways to say which bucket: in the path, or before the host name.
//!
//! Guarantees: a pure function of the request; what it returns is for routing and decoding only, since a signature is
//! over what was sent. Only a request that is signed for S3, or whose host names S3, is S3's.
//! Source: S3 User Guide, "Virtual hosting of buckets".

use http::header::HOST;
use http::{HeaderMap, Uri};
use model::{Signing, services};
use std::net::IpAddr;

/// The target of an S3 request with its bucket in the path; `None` if the request is not S3's. `signing_name` is the
/// service part of its SigV4 scope; `suffixes` are host names that buckets may stand before, beside `s3.…`,
/// `s3-<region>.…` and, for signed requests, `localhost`.
pub fn path_style(uri: &Uri, headers: &HeaderMap, signing_name: Option<&str>, suffixes: &[String]) -> Option<Uri> {
    let is_signed = match signing_name {
        Some(name) if services().by_signing_name(name).any(|service| service.signing == Signing::S3) => true,
        Some(_) => return None,
        None => false,
    };
    let host = host(uri, headers).unwrap_or_default().to_ascii_lowercase();
    if is_elsewhere(uri.path(), headers, &host) {
        return is_signed.then(|| uri.clone());
    }
    match place(&host, is_signed, suffixes) {
        Place::Elsewhere => is_signed.then(|| uri.clone()),
        Place::Path => Some(uri.clone()),
        Place::Bucket(bucket) => {
            let path = uri.path_and_query().map_or("/", |path| path.as_str());
            format!("/{bucket}{path}").parse().ok()
        }
    }
}

/// Where a host puts the bucket.
#[derive(PartialEq, Debug)]
enum Place<'a> {
    /// Before itself.
    Bucket(&'a str),
    /// In the path; the host is S3's.
    Path,
    /// The host says nothing about S3.
    Elsewhere,
}

fn place<'a>(host: &'a str, is_signed: bool, suffixes: &[String]) -> Place<'a> {
    for suffix in suffixes {
        match host.strip_suffix(suffix.as_str()) {
            Some("") => return Place::Path,
            Some(before) if before.ends_with('.') => return bucket(before),
            _ => {}
        }
    }
    if host.parse::<IpAddr>().is_ok() {
        return Place::Elsewhere;
    }
    // The last such label, since a bucket's name may have dots and an "s3" in it.
    let mut at = host.len();
    for label in host.rsplit('.') {
        at -= label.len();
        if label == "s3" || (label.starts_with("s3-") && !NOT_BUCKETS.contains(&label)) {
            return host.get(..at).map_or(Place::Elsewhere, |before| match before {
                "" => Place::Path,
                before => bucket(before),
            });
        }
        at = at.saturating_sub(1);
    }
    match host.strip_suffix("localhost") {
        Some(before) if is_signed && before.ends_with('.') => bucket(before),
        _ => Place::Elsewhere,
    }
}

/// Labels that begin like S3's and are other services' or a website's.
const NOT_BUCKETS: &[&str] = &["s3-control", "s3-object-lambda", "s3-outposts", "s3-website"];

fn bucket(before: &str) -> Place<'_> {
    match before.strip_suffix('.') {
        Some(name) if is_name(name) => Place::Bucket(name),
        _ => Place::Path,
    }
}

/// Bucket names that a host name can hold.
fn is_name(name: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'.');
    (3..=63).contains(&name.len()) && name.bytes().all(fits) && !name.contains("..") && !name.starts_with(['.', '-'])
}

/// S3 Control and Object Lambda put an account or a route before the host name, which is no bucket.
fn is_elsewhere(path: &str, headers: &HeaderMap, host: &str) -> bool {
    let is_control = path.starts_with("/v20180820/") && headers.contains_key("x-amz-account-id");
    let is_response = path == "/WriteGetObjectResponse" && headers.contains_key("x-amz-request-route");
    is_control || is_response || host.split('.').any(|label| label == "s3-control")
}

/// The host that a request is for, without its port: the one in the header, which the signature covers, even where the
/// target names another. HTTP/2 has it in the target alone.
pub(crate) fn host<'a>(uri: &'a Uri, headers: &'a HeaderMap) -> Option<&'a str> {
    let host = match headers.get(HOST) {
        Some(host) => host.to_str().ok(),
        None => uri.authority().map(|authority| authority.as_str()),
    };
    host.map(without_port)
}

/// A host without its port.
fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if !port.contains(']') && port.bytes().all(|byte| byte.is_ascii_digit()) => {
            name.trim_start_matches('[').trim_end_matches(']')
        }
        _ => host.trim_start_matches('[').trim_end_matches(']'),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn addressed(host: &str, target: &str, signing_name: Option<&str>, suffixes: &[&str]) -> Option<String> {
        let mut headers = HeaderMap::new();
        headers.insert(HOST, host.parse().unwrap());
        let suffixes = suffixes.iter().map(|suffix| (*suffix).to_owned()).collect::<Vec<_>>();
        path_style(&target.parse().unwrap(), &headers, signing_name, &suffixes).map(|uri| uri.to_string())
    }

    #[test]
    fn a_bucket_before_the_host_goes_into_the_path() {
        for (host, bucket) in [
            ("photos.s3.localhost:4566", "photos"),
            ("photos.s3.us-east-1.amazonaws.com", "photos"),
            ("photos.s3-eu-west-1.amazonaws.com", "photos"),
            ("photos.s3.dualstack.us-west-2.amazonaws.com", "photos"),
            ("my.s3.photos.s3.localhost", "my.s3.photos"),
            ("s3-photos.s3.localhost", "s3-photos"),
            ("Photos.S3.localhost", "photos"),
        ] {
            for signing_name in [None, Some("s3")] {
                let expected = Some(format!("/{bucket}/a%2F//b?uploads&x=%20"));
                assert_eq!(addressed(host, "/a%2F//b?uploads&x=%20", signing_name, &[]), expected, "{host}");
            }
            assert_eq!(addressed(host, "/", Some("kms"), &[]), None, "{host}");
        }
        assert_eq!(addressed("photos.localhost", "/k", Some("s3"), &[]).as_deref(), Some("/photos/k"));
        assert_eq!(addressed("photos.localhost", "/k", None, &[]), None);
        assert_eq!(addressed("a.b.objects.example:80", "/k", None, &["objects.example"]).as_deref(), Some("/a.b/k"));
    }

    #[test]
    fn other_hosts_leave_the_bucket_in_the_path() {
        for host in ["s3.localhost", "s3.us-east-1.amazonaws.com", "s3-us-west-2.amazonaws.com"] {
            for signing_name in [None, Some("s3")] {
                assert_eq!(addressed(host, "/b/k", signing_name, &[]).as_deref(), Some("/b/k"), "{host}");
            }
        }
        for host in ["localhost:4566", "127.0.0.1:4566", "[::1]:4566", "fastness.example", "xobjects.example", ""] {
            assert_eq!(addressed(host, "/b/k", Some("s3"), &["objects.example"]).as_deref(), Some("/b/k"), "{host}");
            assert_eq!(addressed(host, "/b/k", None, &["objects.example"]), None, "{host}");
        }
        // No bucket has such a name, so it is none.
        for host in ["ab.s3.localhost", "a_b.s3.localhost", "a..b.s3.localhost", ".s3.localhost"] {
            assert_eq!(addressed(host, "/b/k", Some("s3"), &[]).as_deref(), Some("/b/k"), "{host}");
        }
    }

    #[test]
    fn the_bucket_is_the_one_of_the_host_that_is_signed() {
        let other = "http://theirs.s3.localhost/k";
        assert_eq!(addressed("photos.s3.localhost", other, Some("s3"), &[]).as_deref(), Some("/photos/k"));
        let uri: Uri = other.parse().unwrap();
        let without_header = path_style(&uri, &HeaderMap::new(), Some("s3"), &[]);
        assert_eq!(without_header, Some("/theirs/k".parse().unwrap()));
    }

    #[test]
    fn an_account_before_the_host_is_no_bucket() {
        let host = "111122223333.s3-control.us-east-1.amazonaws.com";
        assert_eq!(addressed(host, "/v20180820/jobs", Some("s3"), &[]).as_deref(), Some("/v20180820/jobs"));
        let mut headers = HeaderMap::new();
        headers.insert(HOST, "111122223333.localhost".parse().unwrap());
        headers.insert("x-amz-account-id", "111122223333".parse().unwrap());
        let uri: Uri = "/v20180820/jobs".parse().unwrap();
        assert_eq!(path_style(&uri, &headers, Some("s3"), &[]), Some(uri));
    }
}
