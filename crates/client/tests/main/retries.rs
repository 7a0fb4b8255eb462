//! What is tried again, how often, and after how long.

use crate::server::{Reply, Server};
use crate::stage::{ID, NOW, SECRET, Stage, signed_in};
use base::{Clock as _, Rng};
use client::{Clients, Error, Kms, KmsSupplier as _, Options};
use std::sync::Arc;
use std::time::Duration;

const DESCRIPTION: &str = r#"{"KeyMetadata":{"Arn":"a","KeySpec":"s","KeyUsage":"u"}}"#;

/// Chance that is a half.
struct Half;

impl Rng for Half {
    fn fill(&self, out: &mut [u8]) {
        out.fill(0);
        *out.last_mut().unwrap() = 0x80;
    }
}

fn kms(stage: &Stage, url: &str, more: &[(&str, &str)]) -> Arc<dyn Kms> {
    let variables = [&signed_in(), more].concat();
    let options = Options { endpoint: Some(url.to_owned()), ..Options::default() };
    let clients = Clients::in_world(options, stage.with_chance(&variables, Arc::new(Half))).unwrap();
    clients.kms("eu-central-1").unwrap()
}

fn millis(waits: &[Duration]) -> Vec<u128> {
    waits.iter().map(Duration::as_millis).collect()
}

#[test]
fn what_may_pass_is_tried_three_times_with_growing_waits() {
    for (reply, waits) in [
        (Reply::error(400, "ThrottlingException"), [500, 1000]),
        (Reply::error(500, "KMSInternalException"), [25, 50]),
        (Reply::error(503, "DependencyTimeoutException"), [25, 50]),
        (Reply::of(502, "<html>"), [25, 50]),
        (Reply::hang_up(), [25, 50]),
    ] {
        let (stage, server) = (Stage::new(), Server::replying(vec![reply]));
        assert!(kms(&stage, &server.url(), &[]).describe_key("k", &[]).is_err());
        assert_eq!(server.received().len(), 3);
        assert_eq!(millis(&stage.waits()), waits);
    }
}

#[test]
fn a_call_that_succeeds_at_last_is_a_success() {
    let stage = Stage::new();
    let replies = vec![Reply::hang_up(), Reply::error(400, "ThrottlingException"), Reply::ok(DESCRIPTION)];
    let server = Server::replying(replies);
    assert_eq!(kms(&stage, &server.url(), &[]).describe_key("k", &[]).unwrap().arn, "a");
    assert_eq!(millis(&stage.waits()), [25, 1000]);
}

#[test]
fn what_will_not_pass_is_tried_once() {
    for code in ["AccessDeniedException", "NotFoundException", "DisabledException", "KMSInvalidStateException"] {
        let (stage, server) = (Stage::new(), Server::replying(vec![Reply::error(400, code)]));
        let error = kms(&stage, &server.url(), &[]).describe_key("k", &[]).unwrap_err();
        assert_eq!(error.code(), Some(code));
        assert_eq!(server.received().len(), 1);
    }
    // What Fastness has not built yet says so with this.
    let (stage, server) = (Stage::new(), Server::replying(vec![Reply::error(501, "NotImplemented")]));
    assert!(kms(&stage, &server.url(), &[]).describe_key("k", &[]).is_err());
    assert_eq!(server.received().len(), 1);
}

#[test]
fn settings_say_how_often() {
    for (variables, config, attempts) in [
        (&[("AWS_MAX_ATTEMPTS", "5")][..], "", 5),
        (&[("AWS_MAX_ATTEMPTS", "1")], "[default]\nmax_attempts = 4\n", 1),
        (&[("AWS_RETRY_MODE", "adaptive")], "[default]\nmax_attempts = 2\n", 2),
        (&[("AWS_RETRY_MODE", "legacy")], "", 3),
    ] {
        let (stage, server) = (Stage::new(), Server::replying(vec![Reply::hang_up()]));
        stage.write("config", config);
        assert!(kms(&stage, &server.url(), variables).describe_key("k", &[]).is_err());
        assert_eq!(server.received().len(), attempts);
    }
}

#[test]
fn a_service_may_ask_for_a_longer_wait() {
    let throttled = Reply::error(400, "ThrottlingException").with("x-amz-retry-after", "2500");
    let (stage, server) = (Stage::new(), Server::replying(vec![throttled, Reply::ok(DESCRIPTION)]));
    kms(&stage, &server.url(), &[]).describe_key("k", &[]).unwrap();
    assert_eq!(millis(&stage.waits()), [2500]);
}

#[test]
fn where_nothing_works_retrying_stops() {
    let (stage, server) = (Stage::new(), Server::replying(vec![Reply::error(500, "KMSInternalException")]));
    let kms = kms(&stage, &server.url(), &[]);
    for _ in 0..30 {
        assert!(kms.describe_key("k", &[]).is_err());
    }
    // 500 tokens are 35 retries of 14.
    assert_eq!(server.received().len(), 30 + 35);
}

#[test]
fn a_clock_that_is_wrong_is_corrected_by_the_service() {
    let there = NOW.plus(Duration::from_secs(3600));
    let date = there.to_http_date();
    let server = Server::playing(move |request| match request.signer("kms", "eu-central-1", SECRET, there) {
        Ok(_) => Reply::ok(DESCRIPTION),
        Err(_) => Reply::error(400, "InvalidSignatureException").with("date", &date),
    });
    let stage = Stage::new();
    let kms = kms(&stage, &server.url(), &[]);
    kms.describe_key("k", &[]).unwrap();
    assert_eq!(server.received().len(), 2);
    // It is remembered, and time goes on from there.
    kms.describe_key("k", &[]).unwrap();
    assert_eq!(server.received().len(), 3);
    assert_eq!(stage.clock.now(), NOW);
}

#[test]
fn a_bad_signature_is_no_matter_of_clocks() {
    for date in [Some(NOW.to_http_date()), Some("yesterday".into()), None] {
        let reply = Reply::error(400, "InvalidSignatureException");
        let reply = match &date {
            Some(date) => reply.with("date", date),
            None => reply,
        };
        let (stage, server) = (Stage::new(), Server::replying(vec![reply]));
        let error = kms(&stage, &server.url(), &[]).describe_key("k", &[]).unwrap_err();
        assert_eq!(error.code(), Some("InvalidSignatureException"));
        assert_eq!(server.received().len(), 1);
    }
}

#[test]
fn every_attempt_is_signed_anew() {
    let server = Server::replying(vec![Reply::hang_up(), Reply::ok(DESCRIPTION)]);
    let stage = Stage::new();
    let clock = stage.clock.clone();
    let mut world = stage.world(&signed_in());
    world.wait = Arc::new(move |_| clock.advance(Duration::from_secs(600)));
    let options = Options { endpoint: Some(server.url()), ..Options::default() };
    let clients = Clients::in_world(options, world).unwrap();
    clients.kms("eu-central-1").unwrap().describe_key("k", &[]).unwrap();
    let received = server.received();
    assert_eq!(received[0].signer("kms", "eu-central-1", SECRET, NOW).unwrap(), ID);
    let later = NOW.plus(Duration::from_secs(600));
    assert_eq!(received[1].signer("kms", "eu-central-1", SECRET, later).unwrap(), ID);
}

#[test]
fn nobody_there_is_a_failed_connection_that_names_the_host() {
    let stage = Stage::new();
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let error = kms(&stage, &format!("http://{closed}"), &[]).describe_key("k", &[]).unwrap_err();
    let Error::Connection(text) = error else { panic!("{error}") };
    assert!(text.starts_with("127.0.0.1: "), "{text}");
    assert_eq!(stage.waits().len(), 2);
}
