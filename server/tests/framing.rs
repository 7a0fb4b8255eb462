//! Requests that two readers could frame differently never reach a handler whole, and get a 4xx.

use crate::harness::{TestServer, one, rest, status};
use std::io::Write;

/// What a smuggler hides behind the first request.
const SECOND: &str = "GET /smuggled HTTP/1.1\r\nHost: localhost\r\n\r\n";

#[test]
fn ambiguous_requests_get_a_4xx_and_the_connection_closes() {
    let server = TestServer::start();
    for head in [
        "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n",
        "Content-Length: 4\r\nContent-Length: 5\r\n\r\nbody",
        "Content-Length: 4\r\nContent-Length: 4\r\n\r\nbody",
        "Content-Length: 4, 4\r\n\r\nbody",
        "Content-Length: -4\r\n\r\nbody",
        "Content-Length : 4\r\n\r\nbody",
        " Content-Length: 4\r\n\r\nbody",
        "A: b\r\n Content-Length: 4\r\n\r\nbody",
        "A: b\n\r\n",
        "A: b\r\n\n",
        "A: b\rContent-Length: 4\r\n\r\nbody",
        "A: b\0\r\n\r\n",
        "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        "Transfer-Encoding: identity\r\n\r\nbody",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "Transfer-Encoding\t: chunked\r\n\r\n0\r\n\r\n",
        "Transfer-Encoding: chunked\r\n\r\n4\nbody\r\n0\r\n\r\n",
        "Transfer-Encoding: chunked\r\n\r\n4\r\nbodyXX0\r\n\r\n",
        "Transfer-Encoding: chunked\r\n\r\nzz\r\nbody\r\n0\r\n\r\n",
        "Host: localhost\r\n\r\n",
    ] {
        let answer = server.exchange(format!("POST / HTTP/1.1\r\nHost: localhost\r\n{head}{SECOND}").as_bytes());
        assert!((400..500).contains(&status(&answer)), "{head:?}: {answer}");
        assert!(!answer.contains("smuggled"), "{head:?}: {answer}");
    }
    assert_eq!(server.calls(), 0);
}

#[test]
fn request_lines_that_are_not_http_1_get_a_4xx_or_a_closed_connection() {
    let server = TestServer::start();
    for line in [
        "GET / HTTP/1.1\nHost: localhost\n\n",
        "GET /\r\n\r\n",
        "GET / HTTP/1.1\r\n\r\n",
        "GET  / HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "GET / HTTP/3.0\r\nHost: localhost\r\n\r\n",
        "CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n",
        "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "\u{1}\u{2}\u{3}\r\n\r\n",
    ] {
        let answer = server.exchange(line.as_bytes());
        assert!((400..500).contains(&status(&answer)), "{line:?}: {answer}");
    }
    let preface = server.exchange(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
    assert!(preface.is_empty() || (400..500).contains(&status(&preface)), "{preface}");
    assert_eq!(server.calls(), 0);
}

#[test]
fn a_target_with_another_host_than_the_header_gets_a_4xx() {
    let server = TestServer::start();
    let answer = |target: &str, host: &str| {
        server.exchange(format!("GET {target} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n").as_bytes())
    };
    for target in ["http://theirs.s3.localhost/k", "http://ours.s3.localhost:1/k", "http://me@ours.s3.localhost/k"] {
        assert_eq!(status(&answer(target, "ours.s3.localhost")), 400, "{target}");
    }
    assert_eq!(server.calls(), 0);
    assert_eq!(status(&answer("http://Ours.s3.localhost:1/k", "ours.s3.localhost:1")), 200);
}

#[test]
fn well_framed_requests_share_a_connection() {
    let server = TestServer::start();
    let mut stream = server.connect();
    for _ in 0..3 {
        stream.write_all(b"POST /a HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nhe\nlo").unwrap();
        assert!(one(&mut stream).ends_with("POST /a 5 plain"));
        stream.write_all(b"POST /b HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhe").unwrap();
        stream.write_all(b"\nlo\r\n2\r\n\r\n\r\n0\r\n\r\n").unwrap();
        assert!(one(&mut stream).ends_with("POST /b 7 plain"));
    }
    // Pipelined requests are answered in order.
    stream.write_all(format!("{SECOND}GET /last HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").as_bytes()).unwrap();
    let answers = rest(&mut stream);
    assert!(answers.contains("GET /smuggled 0 plain") && answers.ends_with("GET /last 0 plain"), "{answers}");
}

#[test]
fn a_client_that_waits_for_100_continue_gets_it() {
    let server = TestServer::start();
    let mut stream = server.connect();
    let head = b"POST / HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n";
    stream.write_all(head).unwrap();
    assert_eq!(status(&one(&mut stream)), 100);
    stream.write_all(b"hello").unwrap();
    assert!(one(&mut stream).ends_with("POST / 5 plain"));
}
