//! Tokens such as pagination markers.

use crate::support::{NOW, account, other_account, ready};
use crypto::{InvalidToken, Purpose};
use primitives::SystemRng;

#[test]
fn a_marker_opens_for_its_account_and_listing_only_and_outlives_a_rotation() {
    let (house, node) = ready();
    node.ensure_keyring(other_account(), NOW).unwrap();
    let key = node.purpose_key(account(), Purpose::PaginationMarker).ok().unwrap();
    let token = key.seal(&SystemRng, b"ListKeys", b"last");
    assert!(token.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte)));
    assert_eq!(key.open(b"ListKeys", &token), Ok(b"last".to_vec()));
    assert_eq!(key.open(b"ListAliases", &token), Err(InvalidToken));
    let other = node.purpose_key(other_account(), Purpose::PaginationMarker).ok().unwrap();
    assert_eq!(other.open(b"ListKeys", &token), Err(InvalidToken));

    house.node().rotate_keyring(account(), NOW).unwrap();
    let restarted = house.node();
    let newer = restarted.purpose_key(account(), Purpose::PaginationMarker).ok().unwrap();
    assert_eq!(newer.open(b"ListKeys", &token), Ok(b"last".to_vec()));
    assert_eq!(key.open(b"ListKeys", &newer.seal(&SystemRng, b"ListKeys", b"next")), Ok(b"next".to_vec()));
}

#[test]
fn a_token_that_was_made_up_or_changed_is_refused() {
    let (_house, node) = ready();
    let key = node.purpose_key(account(), Purpose::PaginationMarker).ok().unwrap();
    let token = key.seal(&SystemRng, b"", b"last");
    for position in 0..token.len() {
        let (shortened, _) = token.split_at(position);
        let mut bad = token.clone().into_bytes();
        bad[position] = if bad[position] == b'A' { b'B' } else { b'A' };
        assert_eq!(key.open(b"", std::str::from_utf8(&bad).unwrap()), Err(InvalidToken), "position {position}");
        assert_eq!(key.open(b"", shortened), Err(InvalidToken));
    }
    for bad in ["", "=", "é", "not/base64", &"A".repeat(1 << 20)] {
        assert_eq!(key.open(b"", bad), Err(InvalidToken));
    }
}

#[test]
fn a_whole_store_key_fits_into_a_token() {
    let (_house, node) = ready();
    let key = node.purpose_key(account(), Purpose::PaginationMarker).ok().unwrap();
    let longest = vec![7; store::MAX_KEY_BYTES];
    assert_eq!(key.open(b"", &key.seal(&SystemRng, b"", &longest)), Ok(longest));
}
