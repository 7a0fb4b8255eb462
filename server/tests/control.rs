//! The control paths answer this machine's tools and no web page.

use crate::harness::{TestServer, status};
use std::sync::atomic::Ordering;

fn request(method: &str, path: &str, headers: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!("{method} {path} HTTP/1.1\r\nConnection: close\r\nContent-Length: {length}\r\n{headers}\r\n{body}")
        .into_bytes()
}

#[test]
fn health_tells_version_and_seal() {
    let server = TestServer::start();
    let answer = server.exchange(&request("GET", "/_fastness/health", "Host: localhost:4566\r\n", ""));
    assert_eq!(status(&answer), 200);
    assert!(answer.contains(r#""sealed":false"#) && answer.contains(env!("CARGO_PKG_VERSION")), "{answer}");
}

#[test]
fn health_fails_before_calls_do() {
    let server = TestServer::start();
    *server.echo.trouble.lock().unwrap() = Some("the audit log is short of space".into());
    let answer = server.exchange(&request("GET", "/_fastness/health", "Host: localhost:4566\r\n", ""));
    assert_eq!(status(&answer), 503);
    assert!(answer.contains(r#""trouble":"the audit log is short of space""#), "{answer}");
    let call = server.exchange(&request("POST", "/", "Host: localhost:4566\r\n", ""));
    assert_eq!(status(&call), 200);
}

#[test]
fn web_pages_and_foreign_hosts_are_refused_on_every_control_path() {
    let server = TestServer::start();
    for (method, path) in [("GET", "health"), ("POST", "reset"), ("POST", "control"), ("GET", "other")] {
        for (target, headers) in [
            ("", "Host: localhost\r\nOrigin: https://example.com\r\n"),
            ("", "Host: localhost\r\nOrigin: null\r\n"),
            ("", "Host: example.com\r\n"),
            ("", "Host: localhost.example.com:4566\r\n"),
            ("http://example.com", "Host: localhost\r\n"),
            ("http://localhost", "Host: example.com\r\n"),
        ] {
            let answer = server.exchange(&request(method, &format!("{target}/_fastness/{path}"), headers, "{}"));
            assert_eq!(status(&answer), 403, "{method} {path} {headers}: {answer}");
        }
    }
    assert_eq!(server.echo.resets.load(Ordering::SeqCst), 0);
    assert_eq!(server.calls(), 0);
}

#[test]
fn reset_and_commands_are_carried_out_for_this_machine() {
    let server = TestServer::start();
    let host = "Host: 127.0.0.1\r\n";
    assert_eq!(status(&server.exchange(&request("POST", "/_fastness/reset", host, ""))), 200);
    assert_eq!(server.echo.resets.load(Ordering::SeqCst), 1);
    let shown = server.exchange(&request("POST", "/_fastness/control", host, r#"{"command":"clock-show"}"#));
    assert!(status(&shown) == 200 && shown.contains("2026-01-31"), "{shown}");
    let refused = server.exchange(&request("POST", "/_fastness/control", host, r#"{"command":"clock-freeze"}"#));
    assert!(status(&refused) == 400 && refused.contains("only the clock"), "{refused}");
    let unknown = server.exchange(&request("POST", "/_fastness/control", host, r#"{"command":"explode"}"#));
    assert_eq!(status(&unknown), 400);
    assert_eq!(status(&server.exchange(&request("GET", "/_fastness/reset", host, ""))), 405);
    assert_eq!(status(&server.exchange(&request("GET", "/_fastness/nothing", host, ""))), 404);
}
