//! The listener against what no client would send: the fuzz target's body, by mutation.

#[path = "../../fuzz/bodies/front.rs"]
mod body;
#[path = "../../fuzz/mutation.rs"]
pub(crate) mod mutation;

/// Seeds of each way that the body sends them.
fn seeds() -> Vec<Vec<u8>> {
    let requests: [&[u8]; 8] = [
        b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabcPOST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n1;x=y\r\nd\r\n0\r\nTrailer: 1\r\n\r\n",
        b"PUT /a?b=c HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nConnection: keep-alive\r\nContent-Length: 5\r\n\r\n12345",
        b"GET /_fastness/health HTTP/1.1\r\nHost: localhost\r\nOrigin: null\r\n\r\n",
        b"POST /_fastness/control HTTP/1.1\r\nHost: localhost\r\nContent-Length: 24\r\n\r\n{\"command\":\"clock-show\"}",
        b"GET http://a/ HTTP/1.0\r\nHost: b\r\nX-Amz-Target: c\r\n\r\n",
        // The preface of HTTP/2, empty settings, a ping, a header block, and a window update.
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0\0\0\x08\x06\0\0\0\0\0abcdefgh\0\0\x04\x01\x05\0\0\0\x01\x82\x84\x87\x41\0\0\x04\x08\0\0\0\0\0\0\0\0\x01",
    ];
    let hello = body::client_hello();
    // A PROXY header of version 2 before a handshake, and records of every type.
    let proxied =
        [b"\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c\x7f\0\0\x01\x7f\0\0\x01\x12\x34\x01\xbb".as_slice(), &hello].concat();
    let records = b"\x17\x03\x03\0\x02ab\x15\x03\x03\0\x02\x01\0\x14\x03\x03\0\x01\x01\x18\x03\x03\0\x03\x01\x40\0";
    let mut seeds = vec![[b"\0".as_slice(), &hello].concat(), [b"\0".as_slice(), &proxied].concat()];
    seeds.push([b"\x03".as_slice(), records].concat());
    for way in 0..3 {
        seeds.extend(requests.iter().map(|request| [&[way], *request].concat()));
    }
    seeds
}

#[test]
fn fuzz_front() {
    let words: [&[u8]; 12] = [
        b"\r\n",
        b"\r\n\r\n",
        b"Content-Length: ",
        b"Transfer-Encoding: chunked\r\n",
        b"Host: ",
        b"Connection: close\r\n",
        b"HTTP/1.1",
        b"\x16\x03\x01",
        b"\x00\x00\x00",
        b"Upgrade: h2c\r\n",
        b"ffffffffffffffff",
        b"\xff\xff\xff\xff",
    ];
    mutation::run(body::run, &seeds(), &words);
}
