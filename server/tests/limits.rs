//! Whatever a client sends or withholds ends in bounded time with an answer that blames the right side.

use crate::harness::{TestServer, one, rest, status};
use std::io::Write;
use std::net::Shutdown;
use std::time::{Duration, Instant};

const POST: &str = "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-amz-json-1.1\r\n";
const SOON: Duration = Duration::from_millis(200);

#[test]
fn a_body_that_is_too_large_is_a_413_that_a_client_sending_first_still_sees() {
    let server = TestServer::start();
    let body = vec![b'x'; 10 * 1024 * 1024];
    let mut request = format!("{POST}Content-Length: {}\r\n\r\n", body.len()).into_bytes();
    request.extend_from_slice(&body);
    let answer = server.exchange(&request);
    assert_eq!(status(&answer), 413);
    assert!(answer.contains(r#"{"__type":"RequestEntityTooLarge""#), "{answer}");

    let mut chunked = format!("{POST}Transfer-Encoding: chunked\r\n\r\n{:x}\r\n", body.len()).into_bytes();
    chunked.extend_from_slice(&body);
    chunked.extend_from_slice(b"\r\n0\r\n\r\n");
    assert_eq!(status(&server.exchange(&chunked)), 413);

    let endless = format!("{POST}Content-Length: 99999999999\r\n\r\n{}", "x".repeat(20 * 1024 * 1024));
    assert_eq!(status(&server.exchange(endless.as_bytes())), 413);

    let waiting = format!("{POST}Expect: 100-continue\r\nContent-Length: 10485760\r\n\r\n");
    let mut stream = server.connect();
    stream.write_all(waiting.as_bytes()).unwrap();
    assert_eq!(status(&one(&mut stream)), 413);
    assert_eq!(server.calls(), 0);
}

#[test]
fn a_truncated_body_is_a_400() {
    let server = TestServer::start();
    assert_eq!(status(&server.exchange(format!("{POST}Content-Length: 10\r\n\r\nhalf").as_bytes())), 400);
    assert_eq!(status(&server.exchange(format!("{POST}Transfer-Encoding: chunked\r\n\r\n10\r\nha").as_bytes())), 400);
    assert_eq!(server.calls(), 0);
}

#[test]
fn a_slow_body_is_a_408() {
    let server = TestServer::with(|limits| limits.body_grace = SOON, false);
    let mut stream = server.connect();
    stream.write_all(format!("{POST}Content-Length: 10\r\n\r\nhalf").as_bytes()).unwrap();
    let answer = rest(&mut stream);
    assert_eq!(status(&answer), 408, "{answer}");
    assert_eq!(server.calls(), 0);
}

#[test]
fn a_slow_head_is_a_408_however_steadily_it_drips() {
    let server = TestServer::with(|limits| limits.head = SOON, false);
    let mut stream = server.connect();
    let started = Instant::now();
    for byte in POST.bytes() {
        if stream.write_all(&[byte]).is_err() || started.elapsed() > SOON * 2 {
            break;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    assert_eq!(status(&rest(&mut stream)), 408);
}

#[test]
fn an_idle_connection_is_closed_in_peace_but_a_long_call_is_not_idle() {
    let server = TestServer::with(|limits| limits.idle = SOON, false);
    let mut stream = server.connect();
    stream.write_all(b"GET /slow HTTP/1.1\r\nHost: localhost\r\n\r\n").unwrap();
    assert!(one(&mut stream).ends_with("GET /slow 0 plain"));
    assert_eq!(rest(&mut stream), "");
}

#[test]
fn a_client_that_connects_and_says_nothing_is_let_go() {
    let server = TestServer::with(|limits| limits.handshake = SOON, false);
    assert_eq!(rest(&mut server.connect()), "");
    let mut half_a_handshake = server.connect();
    half_a_handshake.write_all(&[0x16, 3, 1]).unwrap();
    assert_eq!(rest(&mut half_a_handshake), "");
}

#[test]
fn heads_that_are_too_large_are_a_431() {
    let server = TestServer::start();
    let long = format!("{POST}A: {}\r\n\r\n", "x".repeat(70_000));
    assert_eq!(status(&server.exchange(long.as_bytes())), 431);
    let many = format!("{POST}{}\r\n", "A: b\r\n".repeat(120));
    assert_eq!(status(&server.exchange(many.as_bytes())), 431);
    let fits = format!("{POST}{}\r\n", "A: b\r\n".repeat(98));
    assert_eq!(status(&server.exchange(fits.as_bytes())), 200);
}

#[test]
fn surplus_connections_and_calls_are_told_to_come_back() {
    let server = TestServer::with(|limits| (limits.connections, limits.calls, limits.call_wait) = (2, 1, SOON), false);
    let (mut first, mut second) = (server.connect(), server.connect());
    first.write_all(b"GET /slow HTTP/1.1\r\nHost: localhost\r\n\r\n").unwrap();
    while server.calls() == 0 {
        std::thread::sleep(Duration::from_millis(1));
    }
    second.write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n").unwrap();
    assert_eq!(status(&rest(&mut server.connect())), 503);
    assert_eq!(status(&rest(&mut second)), 503);
    assert_eq!(status(&one(&mut first)), 200);
    assert_eq!(server.calls(), 1);
}

#[test]
fn a_crash_in_one_call_is_a_500_of_that_call_alone() {
    let server = TestServer::start();
    let mut stream = server.connect();
    stream.write_all(b"GET /panic HTTP/1.1\r\nHost: localhost\r\n\r\n").unwrap();
    let answer = rest(&mut stream);
    assert!(status(&answer) == 500 && answer.contains("InternalFailure"), "{answer}");
    let mut stream = server.connect();
    stream.write_all(b"GET /next HTTP/1.1\r\nHost: localhost\r\n\r\n").unwrap();
    assert_eq!(status(&one(&mut stream)), 200);
}

#[test]
fn a_stopping_server_finishes_what_is_under_way_and_drops_the_idle() {
    let mut server = TestServer::start();
    let (mut busy, mut idle, mut silent) = (server.connect(), server.connect(), server.connect());
    idle.write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n").unwrap();
    one(&mut idle);
    busy.write_all(b"GET /slow HTTP/1.1\r\nHost: localhost\r\n\r\n").unwrap();
    while server.calls() < 2 {
        std::thread::sleep(Duration::from_millis(1));
    }
    let started = Instant::now();
    server.ask_to_stop();
    assert_eq!(rest(&mut idle), "");
    assert_eq!(rest(&mut silent), "");
    assert!(rest(&mut busy).ends_with("GET /slow 0 plain"));
    assert!(server.stop(), "the call under way was abandoned");
    assert!(started.elapsed() < Duration::from_secs(5));
}

#[test]
fn a_client_that_never_reads_does_not_hold_its_connection() {
    let server = TestServer::with(|limits| limits.write_stall = SOON, false);
    let mut stream = server.connect();
    stream.set_write_timeout(Some(Duration::from_secs(5))).unwrap();
    let path = "x".repeat(30_000);
    // Answers repeat the path; unread, they fill both socket buffers and the server stops reading.
    let stuck = (0..2000)
        .find(|_| stream.write_all(format!("GET /{path} HTTP/1.1\r\nHost: localhost\r\n\r\n").as_bytes()).is_err());
    assert!(stuck.is_some(), "the server kept answering a client that does not read");
    let _ = stream.shutdown(Shutdown::Both);
}
