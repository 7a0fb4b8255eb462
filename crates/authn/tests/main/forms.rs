//! Every form of request that AWS's own signer makes verifies here, and none that was changed since.

use crate::{NOW, SECRET, home, secret};
use authn::{AuthnError, Dialect, Expected, Payload, Request, Verifier, claim};
use aws_sigv4::http_request::{
    PayloadChecksumKind, PercentEncodingMode, SessionTokenMode, SignableBody, SignableRequest, SignatureLocation,
    SigningParams, SigningSettings, UriPathNormalizationMode, sign,
};
use aws_sigv4::sign::{v4, v4a};
use http::{HeaderMap, HeaderName, HeaderValue};
use proptest::prelude::*;
use std::time::{Duration, UNIX_EPOCH};

/// How a request is signed.
#[derive(Clone, Copy, Debug)]
struct Form {
    s3: bool,
    query: bool,
    v4a: bool,
    token: bool,
    late_token: bool,
    unsigned: bool,
}

impl Form {
    fn any() -> impl Strategy<Value = Self> {
        any::<[bool; 6]>().prop_map(|[s3, query, v4a, token, late_token, unsigned]| Self {
            s3,
            query,
            v4a,
            token,
            // S3 wants its token signed.
            late_token: late_token && token && !s3,
            unsigned: s3 && (query || unsigned),
        })
    }

    fn expected(self) -> Expected<'static> {
        let dialect = if self.s3 { Dialect::S3 } else { Dialect::Standard };
        Expected { dialect, sigv4a: true, ..Expected::of(self.service(), home()) }
    }

    fn service(self) -> &'static str {
        if self.s3 { "s3" } else { "sts" }
    }

    fn settings(self) -> SigningSettings {
        let mut settings = SigningSettings::default();
        if self.s3 {
            settings.percent_encoding_mode = PercentEncodingMode::Single;
            settings.uri_path_normalization_mode = UriPathNormalizationMode::Disabled;
            // In the query form it would stand in a header that is not signed.
            if !self.query {
                settings.payload_checksum_kind = PayloadChecksumKind::XAmzSha256;
            }
        }
        if self.query {
            settings.signature_location = SignatureLocation::QueryParams;
            settings.expires_in = Some(Duration::from_secs(900));
        }
        settings.session_token_mode =
            if self.late_token { SessionTokenMode::Exclude } else { SessionTokenMode::Include };
        settings
    }
}

#[derive(Clone, Debug)]
struct Message {
    method: &'static str,
    path: String,
    query: String,
    headers: HeaderMap,
    body: Vec<u8>,
}

impl Message {
    fn any() -> impl Strategy<Value = Self> {
        let path = proptest::collection::vec("[a-zA-Z0-9._~-]{0,4}|%20|%E1%88%B4|\\.\\.|\\.", 0..5);
        let pair = "[a-zA-Z]{1,3}=[a-zA-Z0-9._~-]{0,4}|[a-z]{1,2}|[a-z]=%20";
        let query = proptest::collection::vec(pair, 0..3);
        let body = proptest::collection::vec(any::<u8>(), 0..32);
        (prop_oneof![Just("GET"), Just("PUT"), Just("POST")], path, query, "[!-~]{1,8}", body).prop_map(
            |(method, path, query, extra, body)| {
                let mut headers = HeaderMap::new();
                headers.insert("host", HeaderValue::from_static("example.amazonaws.com"));
                headers.insert("x-amz-meta-a", HeaderValue::from_str(&extra).unwrap());
                Self { method, path: format!("/{}", path.join("/")), query: query.join("&"), headers, body }
            },
        )
    }

    fn signed(mut self, form: Form) -> Self {
        let token = form.token.then(|| "AQoDYXdzEPT//////////wEXAMPLE".to_owned());
        let identity = aws_credential_types::Credentials::new("AKIDEXAMPLE", SECRET, token, None, "test").into();
        let time = UNIX_EPOCH + Duration::from_millis(u64::try_from(NOW.millis()).unwrap());
        let parameters: SigningParams<'_> = if form.v4a {
            let builder = v4a::SigningParams::builder().identity(&identity).region_set("us-*").name(form.service());
            builder.time(time).settings(form.settings()).build().unwrap().into()
        } else {
            let builder = v4::SigningParams::builder().identity(&identity).region("us-east-1").name(form.service());
            builder.time(time).settings(form.settings()).build().unwrap().into()
        };
        let uri = format!("https://example.amazonaws.com{}?{}", self.path, self.query);
        let body = if form.unsigned { SignableBody::UnsignedPayload } else { SignableBody::Bytes(&self.body) };
        let headers = self.headers.iter().map(|(name, value)| (name.as_str(), value.to_str().unwrap()));
        let signable = SignableRequest::new(self.method, uri, headers, body).unwrap();
        let (instructions, _) = sign(signable, &parameters).unwrap().into_parts();
        for (name, value) in instructions.headers() {
            let name = HeaderName::from_bytes(name.as_bytes()).unwrap();
            self.headers.insert(name, HeaderValue::from_str(value).unwrap());
        }
        for (name, value) in instructions.params() {
            let value: String = value.bytes().map(|byte| format!("%{byte:02X}")).collect();
            self.query.push_str(&format!("&{name}={value}"));
        }
        self
    }

    fn verify(&self, form: Form) -> Result<(), AuthnError> {
        let Self { method, path, query, headers, body } = self;
        let request = Request { method, path, query, headers, body };
        let claim = claim(&request)?.ok_or(AuthnError::Missing)?;
        let payload = Verifier::new().verify(&request, &claim, &form.expected(), &secret(), NOW)?;
        assert_eq!(claim.region(home()), Some(home()), "what verifies names the Region that was signed for");
        match payload.accept(body) {
            Ok(_) => Ok(()),
            Err(_) => Err(AuthnError::BadSignature(None)),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn what_aws_signs_in_any_form_verifies(message in Message::any(), form in Form::any()) {
        prop_assert_eq!(message.signed(form).verify(form), Ok(()));
    }

    #[test]
    fn whatever_is_changed_in_any_form_is_refused(
        message in Message::any(), form in Form::any(), at in any::<prop::sample::Index>(), bit in 0..7u8,
    ) {
        let signed = message.signed(form);
        prop_assert_eq!(signed.verify(form), Ok(()));

        // A byte of the query string: what reads the same, or is not signed, may stay.
        if !signed.query.is_empty() {
            let mut bytes = signed.query.clone().into_bytes();
            let at = at.index(bytes.len());
            bytes[at] ^= 1 << bit;
            if let Ok(query) = String::from_utf8(bytes) {
                let same = pairs(&query, form) == pairs(&signed.query, form);
                let changed = Message { query, ..signed.clone() };
                prop_assert_eq!(changed.verify(form).is_ok() && !same, false, "{}", changed.query);
            }
        }
        // A byte of a signed header.
        for name in ["host", "x-amz-meta-a"] {
            if form.query && name != "host" && !signed.query.contains("x-amz-meta-a") {
                continue;
            }
            let mut value = signed.headers[name].as_bytes().to_vec();
            let at = at.index(value.len());
            value[at] = if value[at] == b'a' { b'b' } else { b'a' };
            let mut changed = signed.clone();
            changed.headers.insert(name, HeaderValue::from_bytes(&value).unwrap());
            prop_assert!(changed.verify(form).is_err(), "{}", name);
        }
        // A byte of the body, where it is signed.
        if !form.unsigned {
            let mut changed = signed.clone();
            match changed.body.len() {
                0 => changed.body.push(bit),
                length => changed.body[at.index(length)] ^= 1 << bit,
            }
            prop_assert!(changed.verify(form).is_err());
        }
        for name in ["x-amz-copy-source", "x-amz-acl"] {
            let mut changed = signed.clone();
            changed.headers.insert(name, HeaderValue::from_static("added"));
            prop_assert!(changed.verify(form).is_err());
        }
    }
}

/// The parameters as they are signed; the token of a form that adds it later is not, nor is the id that is looked up.
fn pairs(query: &str, form: Form) -> Vec<(String, Vec<u8>)> {
    let decode = |text: &str| {
        let (mut out, bytes) = (Vec::new(), text.as_bytes());
        let mut at = 0;
        while at < bytes.len() {
            let escape = bytes.get(at + 1..at + 3).and_then(|digits| std::str::from_utf8(digits).ok());
            let escape = escape.filter(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()));
            match (bytes[at], escape.and_then(|digits| u8::from_str_radix(digits, 16).ok())) {
                (b'%', Some(byte)) => {
                    out.push(byte);
                    at += 3;
                }
                (byte, _) => {
                    out.push(if byte == b'+' { b' ' } else { byte });
                    at += 1;
                }
            }
        }
        out
    };
    let mut pairs: Vec<(String, Vec<u8>)> = query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .map(|(name, value)| (String::from_utf8_lossy(&decode(name)).into_owned(), decode(value)))
        .map(|(name, mut value)| {
            match name.as_str() {
                "X-Amz-Security-Token" if form.late_token => value.clear(),
                // Digits of a signature of Version 4a may be in either case.
                "X-Amz-Signature" if form.v4a => value.make_ascii_lowercase(),
                _ => {}
            }
            (name, value)
        })
        .collect();
    pairs.sort();
    pairs
}

#[test]
fn what_tells_the_operation_something_is_signed_but_for_what_clients_never_sign() {
    let (told_in, added) = (["Staging", "content-encoding", "If-Match", "x-amzn-other"], HeaderValue::from_static("a"));
    for (s3, query) in [(false, false), (false, true), (true, false), (true, true)] {
        let form = Form { s3, query, v4a: false, token: false, late_token: false, unsigned: s3 };
        let expected = Expected { told_in: &told_in, ..form.expected() };
        let verify = |name: &'static str, first: bool| {
            let mut headers = HeaderMap::new();
            headers.insert("host", HeaderValue::from_static("example.amazonaws.com"));
            if first {
                headers.insert(name, added.clone());
            }
            let message = Message { method: "PUT", path: "/a".into(), query: String::new(), headers, body: Vec::new() };
            let mut signed = message.signed(form);
            signed.headers.insert(name, added.clone());
            let Message { method, path, query, headers, body } = &signed;
            let request = Request { method, path, query, headers, body };
            let claim = claim(&request)?.unwrap();
            Verifier::new().verify(&request, &claim, &expected, &secret(), NOW).map(|_| ())
        };
        for name in ["staging", "content-encoding", "x-amzn-other"] {
            assert_eq!(verify(name, true), Ok(()), "{name}");
            // Whoever has a URL of S3's says what is uploaded.
            let refused = Err(AuthnError::HeaderNotSigned { name: name.to_owned() });
            assert_eq!(verify(name, false), if s3 && query { Ok(()) } else { refused }, "{name}");
        }
        for name in ["if-match", "x-other"] {
            assert_eq!(verify(name, false), Ok(()), "{name}");
        }
    }
}

#[test]
fn an_unsigned_body_is_told_from_a_verified_one() {
    let form = Form { s3: true, query: true, v4a: false, token: false, late_token: false, unsigned: true };
    let mut headers = HeaderMap::new();
    headers.insert("host", HeaderValue::from_static("example.amazonaws.com"));
    headers.insert("x-amz-meta-a", HeaderValue::from_static("b"));
    let message = Message { method: "PUT", path: "/a".into(), query: String::new(), headers, body: b"any".to_vec() };
    let Message { method, path, query, headers, body } = &message.signed(form);
    let request = Request { method, path, query, headers, body };
    let claim = claim(&request).unwrap().unwrap();
    let payload = Verifier::new().verify(&request, &claim, &form.expected(), &secret(), NOW);
    assert!(matches!(payload, Ok(Payload::Unsigned)));
}
