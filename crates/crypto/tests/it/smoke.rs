//! The fuzz target of keys for a bounded time: mutations of keys of every kind, the same form on every run.

use crypto::{Curve, DataKeyPair, MaterialKind, RsaSize};
use primitives::SystemRng;

#[path = "../../../../fuzz/bodies/key.rs"]
mod key;
#[path = "../../../../fuzz/mutation.rs"]
mod mutation;

#[test]
fn fuzz_key() {
    let kinds = [
        MaterialKind::Rsa(RsaSize::Rsa2048),
        MaterialKind::Ec(Curve::P256),
        MaterialKind::Ec(Curve::P521),
        MaterialKind::Ec(Curve::Secp256k1),
        MaterialKind::Ed25519,
    ];
    let pairs = kinds.map(|kind| DataKeyPair::generate(kind, &SystemRng).ok().unwrap());
    let seeds: Vec<Vec<u8>> =
        pairs.into_iter().flat_map(|pair| [pair.public, pair.private.expose().clone()]).chain([vec![1; 32]]).collect();
    mutation::run(key::run, &seeds, &[b"\x30\x82", b"\x04\x20", b"\x02\x01\x00", b"\xa1", b"\x06\x05\x2b\x81\x04\x00"]);
}
