//! Against AWS's own signer: what it signs verifies here, and nothing that was changed since does.

// Helpers of tests may fail as tests do; the lint set knows test functions only.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::string_slice)]

extern crate fastness_authn as authn;

mod chunks;
mod forms;
mod smoke;

use authn::{AuthnError, Expected, Request, Signer, SigningSecret, Verifier, claim, sign};
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings};
use base::{Region, Secret, Timestamp};
use http::{HeaderMap, HeaderName, HeaderValue};
use proptest::prelude::*;
use std::time::{Duration, UNIX_EPOCH};

const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
const NOW: Timestamp = Timestamp::from_millis(1_790_000_000_000);

fn home() -> Region {
    "us-east-1".parse().unwrap()
}

fn secret() -> SigningSecret {
    SigningSecret::new(Secret::new(SECRET.into()))
}

/// A request that owns its parts.
#[derive(Clone, Debug)]
struct Message {
    method: String,
    path: String,
    query: String,
    headers: HeaderMap,
    body: Vec<u8>,
}

impl Message {
    /// A call of KMS as the AWS CLI makes it.
    fn kms() -> Self {
        let mut headers = HeaderMap::new();
        for (name, value) in [
            ("host", "kms.us-east-1.amazonaws.com"),
            ("x-amz-target", "TrentService.Encrypt"),
            ("content-type", "application/x-amz-json-1.1"),
            ("user-agent", "aws-cli/2"),
        ] {
            headers.insert(name, HeaderValue::from_static(value));
        }
        Self { method: "POST".into(), path: "/".into(), query: String::new(), headers, body: b"{}".to_vec() }
    }

    fn request(&self) -> Request<'_> {
        let Self { method, path, query, headers, body } = self;
        Request { method, path, query, headers, body }
    }

    fn verify(&self, service: &str, now: Timestamp) -> Result<(), AuthnError> {
        let request = self.request();
        let claim = claim(&request)?.ok_or(AuthnError::Missing)?;
        Verifier::new().verify(&request, &claim, &Expected::of(service, home()), &secret(), now).map(|_| ())
    }

    fn signed(mut self, at: Timestamp) -> Self {
        let secret = secret();
        let region = "us-east-1".parse().unwrap();
        let signer = Signer { access_key_id: "AKIDEXAMPLE", secret: &secret, region, service: "kms" };
        self.headers = sign(&self.request(), &signer, at).unwrap();
        self
    }

    fn signed_by_aws(mut self, service: &str, at: Timestamp) -> Self {
        let credentials = aws_credential_types::Credentials::new("AKIDEXAMPLE", SECRET, None, None, "test");
        let identity = credentials.into();
        let time = UNIX_EPOCH + Duration::from_millis(u64::try_from(at.millis()).unwrap());
        let parameters = aws_sigv4::sign::v4::SigningParams::builder()
            .identity(&identity)
            .region("us-east-1")
            .name(service)
            .time(time)
            .settings(SigningSettings::default())
            .build()
            .unwrap()
            .into();
        let uri = format!("https://{}{}?{}", self.headers["host"].to_str().unwrap(), self.path, self.query);
        let headers = self.headers.iter().map(|(name, value)| (name.as_str(), value.to_str().unwrap()));
        let signable = SignableRequest::new(&self.method, uri, headers, SignableBody::Bytes(&self.body)).unwrap();
        let (instructions, _) = aws_sigv4::http_request::sign(signable, &parameters).unwrap().into_parts();
        for (name, value) in instructions.headers() {
            let name = HeaderName::from_bytes(name.as_bytes()).unwrap();
            self.headers.insert(name, HeaderValue::from_str(value).unwrap());
        }
        self
    }

    fn header(mut self, name: &'static str, value: &str) -> Self {
        self.headers.insert(name, HeaderValue::from_str(value).unwrap());
        self
    }

    fn without(mut self, name: &str) -> Self {
        self.headers.remove(name);
        self
    }

    fn authorization(&self) -> String {
        self.headers["authorization"].to_str().unwrap().to_owned()
    }

    /// With a changed Authorization header.
    fn rewritten(self, from: &str, to: &str) -> Self {
        let header = self.authorization();
        assert!(header.contains(from), "{header}");
        self.header("authorization", &header.replace(from, to))
    }
}

fn message() -> impl Strategy<Value = Message> {
    let segment = "[a-zA-Z0-9._~-]{0,4}|%2F|%20|@|:|\\.\\.|\\.";
    let path = proptest::collection::vec(segment, 0..5).prop_map(|segments| format!("/{}", segments.join("/")));
    // Escapes that are not UTF-8 are left out: the other side replaces them, and here they are kept as they are.
    let pair = "[a-zA-Z]{1,3}=[a-zA-Z0-9._~-]{0,4}|[a-z]{1,2}|[a-z]=%20|[a-z]=%e1%88%b4|[a-z]=a\\+b";
    let query = proptest::collection::vec(pair, 0..4).prop_map(|pairs| pairs.join("&"));
    let headers = proptest::collection::vec(("x-amz-meta-[a-c]|my-[a-c]", "[ -~]{0,12}"), 0..4);
    let body = proptest::collection::vec(any::<u8>(), 0..64);
    ("GET|POST|PUT", path, query, headers, body).prop_map(|(method, path, query, extra, body)| {
        let mut headers = Message::kms().headers;
        for (name, value) in extra {
            headers.insert(HeaderName::from_bytes(name.as_bytes()).unwrap(), HeaderValue::from_str(&value).unwrap());
        }
        Message { method, path, query, headers, body }
    })
}

proptest! {
    #[test]
    fn what_aws_signs_verifies_here(message in message()) {
        prop_assert_eq!(message.signed_by_aws("kms", NOW).verify("kms", NOW), Ok(()));
    }

    #[test]
    fn what_is_signed_here_is_what_aws_signs(message in message()) {
        let message = message.without("user-agent");
        let (ours, aws) = (message.clone().signed(NOW).authorization(), message.signed_by_aws("kms", NOW).authorization());
        prop_assert_eq!(ours, aws);
    }

    #[test]
    fn whatever_changes_after_signing_is_refused(message in message(), seed: u64, bit in 0..7u8) {
        let signed = message.signed_by_aws("kms", NOW);
        let pick = |length: usize| usize::try_from(seed % length as u64).unwrap();
        let mut changed = signed.clone();
        changed.method.push('X');
        prop_assert!(changed.verify("kms", NOW).is_err());

        let mut changed = signed.clone();
        changed.path.push_str("/x");
        prop_assert!(changed.verify("kms", NOW).is_err());

        let mut changed = signed.clone();
        changed.query.push_str("&z=1");
        prop_assert!(changed.verify("kms", NOW).is_err());

        let mut changed = signed.clone();
        if !changed.body.is_empty() {
            let at = pick(changed.body.len());
            changed.body[at] ^= 1 << bit;
            prop_assert!(changed.verify("kms", NOW).is_err());
        }
        changed.body = [&signed.body[..], &[0]].concat();
        prop_assert!(changed.verify("kms", NOW).is_err());

        // Any signed header, any byte of it.
        let header = signed.authorization();
        let names: Vec<&str> = header.split("SignedHeaders=").nth(1).unwrap().split(',').next().unwrap().split(';').collect();
        let name = HeaderName::from_bytes(names[pick(names.len())].as_bytes()).unwrap();
        let value = signed.headers[&name].as_bytes().to_vec();
        if let Some(at) = (!value.is_empty()).then(|| pick(value.len())).filter(|at| value[*at] != b' ') {
            let mut other = value.clone();
            other[at] = if other[at] == b'a' { b'b' } else { b'a' };
            let mut changed = signed.clone();
            changed.headers.insert(&name, HeaderValue::from_bytes(&other).unwrap());
            prop_assert!(changed.verify("kms", NOW).is_err());
        }
        let mut changed = signed.clone();
        changed.headers.remove(&name);
        prop_assert!(changed.verify("kms", NOW).is_err());
        let mut changed = signed.clone();
        changed.headers.append(&name, HeaderValue::from_static("second"));
        prop_assert!(changed.verify("kms", NOW).is_err());
    }

    #[test]
    fn no_header_makes_the_reader_panic(header in "(AWS4-HMAC-SHA256 )?[ -~é]{0,80}", date in ".{0,20}") {
        let mut message = Message::kms();
        for (name, value) in [("authorization", &header), ("x-amz-date", &date)] {
            if let Ok(value) = HeaderValue::from_str(value) {
                message.headers.insert(name, value);
            }
        }
        prop_assert!(message.verify("kms", NOW).is_err());
    }

    #[test]
    fn no_mutation_of_an_authorization_header_verifies(at in any::<prop::sample::Index>(), to in 0x20..0x7fu8) {
        let signed = Message::kms().signed(NOW);
        let mut header = signed.authorization().into_bytes();
        let at = at.index(header.len());
        let same = header[at] == to || (header[at], to) == (b' ', b',');
        header[at] = to;
        let changed = signed.header("authorization", std::str::from_utf8(&header).unwrap());
        let verified = changed.verify("kms", NOW).is_ok();
        // The key id is looked up by the caller; a space after a comma means as little as a second comma.
        let credential = "AWS4-HMAC-SHA256 Credential=".len();
        let in_key_id = (credential..credential + "AKIDEXAMPLE".len()).contains(&at) && to != b'/' && to != b',';
        prop_assert_eq!(verified && !same && !in_key_id, false);
    }
}

fn text(result: Result<(), AuthnError>) -> String {
    result.unwrap_err().to_string()
}

#[test]
fn the_window_is_the_services_own_and_both_its_ends_belong_to_it() {
    for (service, minutes) in [("kms", 5), ("sts", 15)] {
        let window = Duration::from_secs(minutes * 60);
        let second = Duration::from_secs(1);
        for at in [NOW.plus(window), NOW.minus(window)] {
            assert_eq!(Message::kms().signed_by_aws(service, at).verify(service, NOW), Ok(()), "{service}");
        }
        for at in [NOW.plus(window).plus(second), NOW.minus(window).minus(second)] {
            assert!(Message::kms().signed_by_aws(service, at).verify(service, NOW).is_err(), "{service}");
        }
    }
    let now = Timestamp::from_basic("20260921T101500Z").unwrap();
    let late = Message::kms().signed(Timestamp::from_basic("20260921T100000Z").unwrap());
    assert_eq!(
        text(late.verify("kms", now)),
        "Signature expired: 20260921T100000Z is now earlier than 20260921T101000Z (20260921T101500Z - 5 min.)"
    );
    let early = Message::kms().signed(Timestamp::from_basic("20260921T103000Z").unwrap());
    assert_eq!(
        text(early.verify("kms", now)),
        "Signature not yet current: 20260921T103000Z is still later than 20260921T102000Z (20260921T101500Z + 5 min.)"
    );
}

#[test]
fn a_scope_is_judged_in_all_its_parts_at_once() {
    let signed = || Message::kms().signed(NOW);
    assert_eq!(text(signed().verify("sts", NOW)), "Credential should be scoped to correct service: 'sts'. ");
    let both = signed().rewritten("/kms/aws4_request", "/sts/aws5").rewritten("/20260921/", "/20260922/");
    assert_eq!(
        text(both.verify("kms", NOW)),
        "Credential should be scoped to correct service: 'kms'. \
         Credential should be scoped with a valid terminator: 'aws4_request', not 'aws5'. \
         Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: \
         '20260922' != '20260921', from '20260921T141320Z'. "
    );
    let nowhere = signed().rewritten("us-east-1", "nowhere");
    assert_eq!(text(nowhere.verify("kms", NOW)), "Credential should be scoped to a valid region. ");
    let elsewhere = signed().rewritten("us-east-1", "us-west-2");
    assert!(text(elsewhere.verify("kms", NOW)).starts_with("The request signature we calculated does not match"));
}

#[test]
fn malformed_headers_get_a_sentence_for_each_fault_and_are_not_echoed() {
    let signed = || Message::kms().signed(NOW);
    let hash = "(Hashed with SHA-256 and encoded with Base64) Authorization=";
    let empty = Message::kms().header("authorization", "AWS4-HMAC-SHA256");
    assert!(text(empty.verify("kms", NOW)).starts_with(&format!(
        "Authorization header requires 'Credential' parameter. Authorization header requires 'Signature' parameter. \
         Authorization header requires 'SignedHeaders' parameter. \
         Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. {hash}"
    )));
    let undated = text(signed().without("x-amz-date").verify("kms", NOW));
    assert!(undated.starts_with("Authorization header requires existence of either a 'X-Amz-Date'"), "{undated}");
    assert!(!undated.contains("AKIDEXAMPLE") && !undated.contains("Signature="), "{undated}");
    let unpaired = text(signed().rewritten("Signature=", "Signature").verify("kms", NOW));
    assert!(unpaired.contains("not a valid key=value pair (missing equal-sign) in Authorization header (hashed"));

    let table = [
        (
            signed().rewritten("HMAC-SHA256", "ECDSA-P256-SHA256"),
            "Credential must have exactly 4 slash-delimited elements",
        ),
        (signed().rewritten("/aws4_request", ""), "Credential must have exactly 5 slash-delimited elements"),
        (signed().rewritten("AKIDEXAMPLE/", "/"), "Credential must have exactly 5 slash-delimited elements"),
        (signed().rewritten("AKIDEXAMPLE/", "a/b/"), "Credential must have exactly 5 slash-delimited elements"),
        (signed().header("x-amz-date", "yesterday"), "Date must be in ISO-8601 'basic format'. Got 'yesterday'."),
        (
            signed().rewritten(", Signature", ", Signature=0, Signature"),
            "Authorization header has more than one 'Signature'",
        ),
        (
            signed().rewritten("Signature=", &format!("X={}, Signature=", "x".repeat(9000))),
            "The Authorization header is longer",
        ),
        (signed().rewritten(";host", &";a".repeat(200)), "More than 128 headers"),
    ];
    for (message, beginning) in table {
        let error = message.verify("kms", NOW).unwrap_err();
        assert!(matches!(error, AuthnError::Malformed { .. }) && error.to_string().starts_with(beginning), "{error}");
    }
}

#[test]
fn no_authentication_is_told_from_a_bad_one() {
    let none = |message: Message| claim(&message.request()).is_ok_and(|claim| claim.is_none());
    assert!(none(Message::kms()));
    assert!(none(Message::kms().header("authorization", "Bearer abc")));
    let mut presigned = Message::kms();
    presigned.query = "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Signature=0".into();
    assert_eq!(
        text(presigned.verify("kms", NOW)),
        "AWS query-string parameters must include 'X-Amz-Credential'. \
         AWS query-string parameters must include 'X-Amz-SignedHeaders'. \
         AWS query-string parameters must include 'X-Amz-Date'. Re-examine the query-string parameters."
    );
    let mut both = Message::kms().signed(NOW);
    both.query = presigned.query;
    assert!(text(both.verify("kms", NOW)).starts_with("Authentication is given both"));
    let mut twice = Message::kms().signed(NOW);
    let header = twice.headers["authorization"].clone();
    twice.headers.append("authorization", header);
    assert!(text(twice.verify("kms", NOW)).contains("given more than once"));
}

#[test]
fn what_decides_a_call_must_be_signed() {
    let added = Message::kms().signed(NOW).header("x-amz-copy-source", "elsewhere");
    assert_eq!(
        text(added.verify("kms", NOW)),
        "'x-amz-copy-source' must be a 'SignedHeader' in the AWS Authorization."
    );
    let hostless = Message::kms().signed(NOW).rewritten("host;", "");
    assert_eq!(
        text(hostless.verify("kms", NOW)),
        "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization."
    );
    let harmless = Message::kms().signed(NOW).header("x-amzn-trace-id", "Root=1").header("user-agent", "other");
    assert_eq!(harmless.verify("kms", NOW), Ok(()));
}

#[test]
fn a_declared_body_hash_must_be_the_bodys() {
    let hash = base::hex(&primitives::sha256(b"{}"));
    assert_eq!(Message::kms().header("x-amz-content-sha256", &hash).signed(NOW).verify("kms", NOW), Ok(()));
    for wrong in ["UNSIGNED-PAYLOAD", "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"] {
        let message = Message::kms().header("x-amz-content-sha256", wrong).signed(NOW);
        assert!(message.verify("kms", NOW).is_err(), "{wrong}");
    }
}

#[test]
fn a_wrong_secret_is_refused_also_after_the_right_one_was_seen() {
    let message = Message::kms().signed(NOW);
    let request = message.request();
    let claim = claim(&request).unwrap().unwrap();
    let verifier = Verifier::new();
    let expected = Expected::of("kms", home());
    let verify = |secret: &SigningSecret| verifier.verify(&request, &claim, &expected, secret, NOW).is_ok();
    let (right, wrong) = (secret(), SigningSecret::new(Secret::new("another".into())));
    assert_eq!([verify(&right), verify(&wrong), verify(&right), verify(&wrong)], [true, false, true, false]);
}

#[test]
fn a_date_header_serves_where_x_amz_date_is_missing() {
    let canonical_date = NOW.to_http_date();
    let message = Message::kms().header("date", &canonical_date).signed(NOW);
    let claimed = claim(&message.request()).unwrap().unwrap().time;
    assert_eq!(claimed.seconds(), NOW.seconds());
    let dated = message.without("x-amz-date");
    let claimed = claim(&dated.request()).unwrap().unwrap().time;
    assert_eq!(claimed.seconds(), NOW.seconds());
}
