//! The fuzz target for a bounded time: mutations of certificates and keys, the same on every run.

use primitives::pem;

#[path = "../../../../fuzz/bodies/certificate.rs"]
mod certificate;
#[path = "../../../../fuzz/mutation.rs"]
mod mutation;

#[test]
fn fuzz_certificate() {
    let texts = [
        include_str!("certificates/ed.pem"),
        include_str!("certificates/leaf.pem"),
        include_str!("certificates/inter.key"),
        include_str!("certificates/ed.key"),
    ];
    let ders = texts.iter().map(|text| pem::blocks(text).unwrap()[0].data.to_vec());
    let seeds: Vec<Vec<u8>> = ders.chain(texts.iter().map(|text| text.as_bytes().to_vec())).collect();
    mutation::run(certificate::run, &seeds, &[b"\x30\x82", b"\x30\x80", b"\x17\x0d", b"-----BEGIN ", b"-----\n"]);
}
