//! Any bytes as the fields and the policy of a signed form: never a panic; what is accepted for one bucket by its name is
//! not for another.

use authn::{Dialect, Expected, PostForm, Signer, SigningSecret, Verifier, sign_form};
use base::{Secret, Timestamp};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// Lines of `name=value`, an empty line, and the policy document.
pub(crate) fn run(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let (fields, document) = text.split_once("\n\n").unwrap_or(("", text));
    let Ok(home) = "us-east-1".parse() else { return };
    let secret = SigningSecret::new(Secret::new("signs whatever comes".into()));
    let signer = Signer { access_key_id: "AKIDEXAMPLE", secret: &secret, region: home, service: "s3" };
    let now = Timestamp::from_millis(1_790_000_000_000);
    let own = sign_form(&STANDARD.encode(document), &signer, now);
    let mut all: Vec<(&str, &str)> = own.iter().map(|(name, value)| (*name, value.as_str())).collect();
    all.extend(fields.split('\n').filter_map(|line| line.split_once('=')));
    let Ok(Some(form)) = PostForm::read(&all) else { return };
    let expected = Expected { dialect: Dialect::S3, sigv4a: true, ..Expected::of("s3", home) };
    let verify = |bucket| form.verify(&Verifier::new(), &expected, &secret, bucket, now);
    if let Ok(policy) = verify("photos") {
        let _ = policy.check_size(1);
        // A policy is for several buckets only where it names the beginning of one.
        assert!(document.contains("starts") || verify("other").is_err(), "a policy for every bucket");
    }
}
