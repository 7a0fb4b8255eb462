//! Whom a request comes from where proxies stand before the server.

use crate::harness::{TestServer, rest, status};
use server::proxies::Proxies;
use std::io::Write;
use std::sync::Arc;

const V4: &[u8] = b"\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c\xc0\0\x02\x07\x0a\0\0\x01\x30\x39\x01\xbb";
const LOOPBACK: &[u8] = b"\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c\x7f\0\0\x01\x7f\0\0\x01\x30\x39\x01\xbb";
const LOCAL: &[u8] = b"\r\n\r\n\0\r\nQUIT\n\x20\0\0\0";

fn behind(protocol: bool, trusted: &str) -> TestServer {
    TestServer::of(|options| options.proxies = Arc::new(Proxies::new(protocol, vec![trusted.parse().unwrap()])))
}

fn request(path: &str, lines: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{lines}\r\n").into_bytes()
}

fn ask(server: &TestServer, bytes: &[&[u8]]) -> String {
    let mut stream = server.connect();
    let _ = stream.write_all(&bytes.concat());
    rest(&mut stream)
}

#[test]
fn a_trusted_proxy_says_who_the_client_is() {
    let server = behind(true, "127.0.0.0/8");
    assert!(ask(&server, &[V4, &request("/peer", "")]).ends_with("\r\n\r\n192.0.2.7"));
    assert!(ask(&server, &[LOCAL, &request("/peer", "")]).ends_with("\r\n\r\n127.0.0.1"));
}

#[test]
fn nobody_else_is_served_where_a_proxy_is_expected() {
    let server = behind(true, "10.0.0.0/8");
    assert_eq!(ask(&server, &[V4, &request("/peer", "")]), "");
    assert_eq!(ask(&server, &[&request("/peer", "")]), "");
    let trusting = behind(true, "127.0.0.1");
    assert_eq!(ask(&trusting, &[&request("/peer", "")]), "", "a proxy that says nothing of the client");
    assert_eq!(ask(&trusting, &[b"PROXY TCP4 192.0.2.7 10.0.0.1 1 2\r\n", &request("/peer", "")]), "");
    assert_eq!(server.calls() + trusting.calls(), 0);
}

#[test]
fn a_header_counts_only_where_it_is_expected() {
    let server = behind(false, "127.0.0.1");
    assert_eq!(status(&ask(&server, &[V4, &request("/peer", "")])), 400);
}

#[test]
fn forwarded_addresses_count_only_from_trusted_proxies() {
    let trusting = behind(false, "127.0.0.1");
    let forwarded = "X-Forwarded-For: 6.6.6.6, 192.0.2.7\r\n";
    assert!(ask(&trusting, &[&request("/peer", forwarded)]).ends_with("\r\n\r\n192.0.2.7"));
    assert!(ask(&trusting, &[&request("/peer", "")]).ends_with("\r\n\r\n127.0.0.1"));
    assert_eq!(status(&ask(&trusting, &[&request("/peer", "X-Forwarded-For: nobody\r\n")])), 400);
    let distrusting = behind(false, "10.0.0.0/8");
    assert!(ask(&distrusting, &[&request("/peer", forwarded)]).ends_with("\r\n\r\n127.0.0.1"));
}

#[test]
fn nobody_controls_the_server_through_a_proxy() {
    for (server, before, lines) in [
        (behind(true, "127.0.0.1"), LOOPBACK, ""),
        (behind(true, "127.0.0.1"), LOCAL, ""),
        (behind(false, "127.0.0.1"), &b""[..], "X-Forwarded-For: 127.0.0.1\r\n"),
    ] {
        let text = String::from_utf8(request("/_fastness/reset", lines)).unwrap().replacen("GET", "POST", 1);
        let answer = ask(&server, &[before, text.as_bytes()]);
        assert_eq!(status(&answer), 403, "{answer}");
        assert_eq!(server.echo.resets.load(std::sync::atomic::Ordering::SeqCst), 0);
    }
}
