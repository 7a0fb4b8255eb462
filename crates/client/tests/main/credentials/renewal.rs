//! Credentials that end.

use super::*;

#[test]
fn sessions_are_renewed_before_they_end() {
    let (stage, server) = (Stage::new(), aws());
    stage.write("credentials", KEYS).write("config", "[profile ops]\nrole_arn = r\nsource_profile = base\n");
    let kms = kms(&stage, &server, Some("ops"), &[]);
    let sessions = || server.received().iter().filter(|request| field(request, "Action").is_some()).count();
    kms.describe_key("k", &[]).unwrap();
    stage.clock.advance(HOUR - Duration::from_secs(361));
    kms.describe_key("k", &[]).unwrap();
    assert_eq!(sessions(), 1);
    // Five minutes before, and up to one more by chance.
    stage.clock.advance(Duration::from_secs(61));
    kms.describe_key("k", &[]).unwrap();
    assert_eq!(sessions(), 2);
}

#[test]
fn a_renewal_that_fails_is_no_harm_while_there_is_time() {
    let stage = Stage::new();
    let clock = stage.clock.clone();
    let mut sessions = 0;
    let server = Server::playing(move |request| {
        use base::Clock as _;
        if request.header("x-amz-target").is_some() {
            return Reply::ok(DESCRIPTION);
        }
        sessions += 1;
        match sessions {
            1 => session("AssumeRole", "S1", NOW.plus(HOUR)),
            2 => Reply::of(403, "<E><Error><Code>AccessDenied</Code></Error></E>"),
            _ => session("AssumeRole", "S2", clock.now().plus(HOUR)),
        }
    });
    stage.write("credentials", KEYS).write("config", "[profile ops]\nrole_arn = r\nsource_profile = base\n");
    let kms = kms(&stage, &server, Some("ops"), &[]);
    let call = || {
        kms.describe_key("k", &[]).unwrap();
        server.received().last().unwrap().header("x-amz-security-token").unwrap().to_owned()
    };
    assert_eq!(call(), "token+of/S1=");
    stage.clock.advance(HOUR - Duration::from_secs(200));
    assert_eq!([call(), call()], ["token+of/S1=", "token+of/S1="]);
    // It is not tried again at once, but after half a minute.
    assert_eq!(server.received().iter().filter(|request| field(request, "Action").is_some()).count(), 2);
    stage.clock.advance(Duration::from_secs(30));
    assert_eq!(call(), "token+of/S2=");
}

#[test]
fn threads_that_need_credentials_at_once_ask_once() {
    let (stage, server) = (Stage::new(), aws());
    stage.write("credentials", KEYS).write("config", "[profile ops]\nrole_arn = r\nsource_profile = base\n");
    let kms = kms(&stage, &server, Some("ops"), &[]);
    std::thread::scope(|scope| {
        for _ in 0..16 {
            scope.spawn(|| kms.describe_key("k", &[]).unwrap());
        }
    });
    let received = server.received();
    assert_eq!(received.iter().filter(|request| field(request, "Action").is_some()).count(), 1);
    assert_eq!(received.len(), 17);
}

#[test]
fn credentials_that_come_expired_serve_a_while_since_their_host_may_be_cut_off() {
    let (stage, server) = (Stage::new(), aws());
    let agent = Server::replying(vec![Reply::ok(&document("C", "Token", NOW))]);
    let url = agent.url();
    let kms = kms(&stage, &server, None, &[("AWS_CONTAINER_CREDENTIALS_FULL_URI", url.as_str())]);
    for (passed, asked) in [(0, 1), (299, 1), (1, 2)] {
        stage.clock.advance(Duration::from_secs(passed));
        kms.describe_key("k", &[]).unwrap();
        assert_eq!(agent.received().len(), asked);
    }
}

#[test]
fn credentials_for_a_few_minutes_are_renewed_at_half_their_time() {
    let (stage, server) = (Stage::new(), aws());
    let agent = Server::replying(vec![Reply::ok(&document("C", "Token", NOW.plus(Duration::from_secs(240))))]);
    let url = agent.url();
    let kms = kms(&stage, &server, None, &[("AWS_CONTAINER_CREDENTIALS_FULL_URI", url.as_str())]);
    for (passed, asked) in [(0, 1), (119, 1), (1, 2)] {
        stage.clock.advance(Duration::from_secs(passed));
        kms.describe_key("k", &[]).unwrap();
        assert_eq!(agent.received().len(), asked);
    }
}
