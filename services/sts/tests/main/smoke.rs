//! The bounded runs of this crate's fuzz targets, where there is no fuzzer.

#[path = "../../../../fuzz/bodies/id_token.rs"]
mod id_token;
#[path = "../../../../fuzz/mutation.rs"]
mod mutation;

#[test]
fn fuzz_id_token() {
    let keys = format!("{}\n\n{}", id_token::TOKEN, id_token::KEYS);
    let seeds = [id_token::TOKEN.as_bytes().to_vec(), keys.into_bytes()];
    mutation::run(id_token::run, &seeds, &[b".", b"none", b"\n\n", b"\"kid\":", b"RS256", b"\"keys\":["]);
}

#[test]
fn the_token_of_the_fuzz_target_verifies() {
    use fastness_sts::oidc::{KeySet, Token};
    let keys = KeySet::parse(id_token::KEYS.as_bytes()).unwrap();
    let claims = Token::parse(id_token::TOKEN).unwrap().verified(&keys).unwrap();
    assert_eq!(claims.subject, "joe-of-tests");
}
