//! What proxies announce, by mutation.

#[path = "../../fuzz/bodies/proxy_header.rs"]
mod body;
use crate::front::mutation;

#[test]
fn fuzz_proxy_header() {
    let header = |kind: &[u8; 2], length: u8, rest: &[u8]| {
        [b"\r\n\r\n\0\r\nQUIT\n".as_slice(), kind, &[0, length], rest].concat()
    };
    let seeds = [
        header(b"\x21\x11", 12, b"\xc0\0\x02\x07\x0a\0\0\x01\x30\x39\x01\xbbGET /"),
        header(b"\x21\x21", 40, &[7; 60]),
        header(b"\x20\0", 0, b""),
        header(b"\x21\x31", 216, &[0; 216]),
    ];
    let words: [&[u8]; 4] = [b"\r\n\r\n\0\r\nQUIT\n", b"\x21\x11\0\x0c", b"\x10\0", b"PROXY TCP4 "];
    mutation::run(body::run, &seeds, &words);
}
