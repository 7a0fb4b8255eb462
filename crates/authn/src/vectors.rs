//! The vectors of `conformance/sigv4`: every form of signature, made by a signer that shares no code with this one.

use crate::canonical::{self, Style};
use crate::claim::Form;
use crate::{
    AuthnError, BodyError, Claim, Dialect, ErrorFamily, Expected, Payload, PostError, PostForm, Request, SigningSecret,
    Verifier, claim, window,
};
use base::{Secret, Timestamp};
use http::{HeaderMap, HeaderName, HeaderValue};
use primitives::sha256;
use serde_json::Value;
use std::path::Path;

fn vectors(file: &str) -> Vec<Value> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../conformance/sigv4").join(file);
    let text = std::fs::read_to_string(path).unwrap();
    serde_json::from_str(&text).unwrap()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn flag(value: &Value) -> bool {
    value.as_bool().unwrap_or(false)
}

fn expected(rules: &Value) -> Expected<'_> {
    let service = text(&rules["service"]);
    Expected {
        service,
        window: window(service),
        home: text(&rules["home"]).parse().unwrap(),
        dialect: if flag(&rules["s3"]) { Dialect::S3 } else { Dialect::Standard },
        sigv4a: flag(&rules["sigv4a"]),
        unsigned_payload: flag(&rules["unsigned_payload"]),
        told_in: &[],
    }
}

fn family(rules: &Value) -> ErrorFamily {
    match text(&rules["family"]) {
        _ if flag(&rules["s3"]) => ErrorFamily::S3,
        "query" => ErrorFamily::Query,
        "rest" => ErrorFamily::Rest,
        _ => ErrorFamily::Json,
    }
}

fn body(pieces: &Value) -> Vec<u8> {
    let pieces = pieces.as_array().unwrap().iter().map(|piece| match piece {
        Value::String(text) => text.clone(),
        run => text(&run["repeat"]).repeat(usize::try_from(run["times"].as_u64().unwrap()).unwrap()),
    });
    pieces.collect::<String>().into_bytes()
}

fn headers(pairs: &Value) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for pair in pairs.as_array().unwrap() {
        let name = HeaderName::from_bytes(text(&pair[0]).as_bytes()).unwrap();
        headers.append(name, HeaderValue::from_str(text(&pair[1])).unwrap());
    }
    headers
}

/// What a caller learns: code, status, text and members.
type Answer = (&'static str, u16, String, Vec<(&'static str, String)>);

fn of_error(error: &AuthnError, family: ErrorFamily) -> Answer {
    let (code, status) = error.code(family);
    (code, status, error.text(family), error.members(family))
}

fn of_body(error: &BodyError) -> Answer {
    let (code, status) = error.code();
    (code, status, error.text(), error.members())
}

fn of_form(error: &PostError) -> Answer {
    let (code, status) = error.code();
    (code, status, error.text(), error.members())
}

fn compare(name: &str, outcome: &Value, answer: &Answer) {
    let (code, status, said, members) = answer;
    assert!(!flag(&outcome["accepted"]), "{name}: {code} {said}");
    assert_eq!(
        (*code, u64::from(*status)),
        (text(&outcome["code"]), outcome["status"].as_u64().unwrap()),
        "{name}: {said}"
    );
    if let Some(expected) = outcome["text"].as_str() {
        assert_eq!(said, expected, "{name}");
    }
    for (member, value) in outcome["members"].as_object().into_iter().flatten() {
        let found = members.iter().find(|(name, _)| name == member).map(|(_, value)| value.as_str());
        assert_eq!(found, value.as_str(), "{name}: {member}");
    }
}

/// Canonical request and string to sign, with a token that was signed or one that was not.
fn check_signed_text(name: &str, vector: &Value, request: &Request<'_>, claim: &Claim<'_>, dialect: Dialect) {
    let payload = text(&vector["canonical_request"]).rsplit('\n').next().unwrap().as_bytes();
    let written = [false, true].map(|without_token| {
        let style = Style { dialect, payload, without_token };
        String::from_utf8(canonical::request(request, claim, style).unwrap()).unwrap()
    });
    let canonical = text(&vector["canonical_request"]);
    assert!(written.iter().any(|written| written == canonical), "{name}:\n{}\nnot\n{canonical}", written[0]);
    let to_sign = canonical::string_to_sign(claim, &canonical::hex(&sha256(canonical.as_bytes())));
    assert_eq!(String::from_utf8(to_sign).unwrap(), text(&vector["string_to_sign"]), "{name}");
}

fn check_request(vector: &Value) {
    let (name, rules, outcome) = (text(&vector["name"]), &vector["rules"], &vector["outcome"]);
    let (expected, family) = (expected(rules), family(rules));
    let asked = &vector["request"];
    let (headers, body) = (headers(&asked["headers"]), body(&asked["body"]));
    let request = Request {
        method: text(&asked["method"]),
        path: text(&asked["path"]),
        query: text(&asked["query"]),
        headers: &headers,
        body: &body,
    };
    let secret = SigningSecret::new(Secret::new(text(&vector["secret"]).into()));
    let now = Timestamp::from_basic(text(&vector["now"])).unwrap();
    let verify = || -> Result<(Claim<'_>, Payload), AuthnError> {
        let claim = claim(&request)?.ok_or(AuthnError::Missing)?;
        let payload = Verifier::new().verify(&request, &claim, &expected, &secret, now)?;
        Ok((claim, payload))
    };
    let (claim, payload) = match verify() {
        Ok(proven) => proven,
        Err(error) => return compare(name, outcome, &of_error(&error, family)),
    };
    let data = match payload.accept(&body) {
        Ok(data) => data,
        Err(error) => return compare(name, outcome, &of_body(&error)),
    };
    assert!(flag(&outcome["accepted"]), "{name}: accepted");
    assert_eq!(claim.region(expected.home).unwrap().as_str(), text(&outcome["region"]), "{name}");
    if let Some(hash) = outcome["data_sha256"].as_str() {
        assert_eq!(base::hex(&sha256(&data)), hash, "{name}");
    }
    assert_eq!(claim.form == Form::Header, headers.contains_key("authorization"), "{name}");
    check_signed_text(name, vector, &request, &claim, expected.dialect);
}

fn check_form(vector: &Value) {
    let (name, outcome) = (text(&vector["name"]), &vector["outcome"]);
    let fields: Vec<(&str, &str)> =
        vector["fields"].as_array().unwrap().iter().map(|field| (text(&field[0]), text(&field[1]))).collect();
    let secret = SigningSecret::new(Secret::new(text(&vector["secret"]).into()));
    let now = Timestamp::from_basic(text(&vector["now"])).unwrap();
    let judge = || {
        let form = PostForm::read(&fields)?.unwrap();
        assert_eq!(form.claim.access_key_id, text(&vector["access_key_id"]), "{name}");
        let bucket = text(&vector["bucket"]);
        let policy = form.verify(&Verifier::new(), &expected(&vector["rules"]), &secret, bucket, now)?;
        policy.check_size(vector["size"].as_u64().unwrap())
    };
    match judge() {
        Ok(()) => assert!(flag(&outcome["accepted"]), "{name}: accepted"),
        Err(error) => compare(name, outcome, &of_form(&error)),
    }
}

#[test]
fn the_vectors_of_every_form_of_request_hold() {
    for (file, least) in
        [("header.json", 30), ("presigned.json", 25), ("s3.json", 20), ("sigv4a.json", 14), ("chunks.json", 70)]
    {
        let vectors = vectors(file);
        assert!(vectors.len() >= least, "{file}");
        vectors.iter().for_each(check_request);
    }
}

#[test]
fn the_vectors_of_forms_hold() {
    let vectors = vectors("post.json");
    assert!(vectors.len() >= 25);
    vectors.iter().for_each(check_form);
}
