//! What programs, containers and instances give, and who is asked first.

use super::*;

/// A metadata service with a role.
fn metadata() -> Server {
    Server::playing(|request| {
        let known = request.header("x-aws-ec2-metadata-token") == Some("the-token");
        match (request.method.as_str(), request.path.as_str()) {
            ("PUT", "/latest/api/token") if request.header("x-aws-ec2-metadata-token-ttl-seconds") == Some("21600") => {
                Reply::ok("the-token")
            }
            ("GET", _) if !known => Reply::of(401, ""),
            ("GET", "/latest/meta-data/iam/security-credentials/") => Reply::ok("the-role\n"),
            ("GET", "/latest/meta-data/iam/security-credentials/the-role") => {
                Reply::ok(&document("I", "Token", NOW.plus(HOUR)))
            }
            ("GET", "/latest/meta-data/iam/security-credentials/failing") => {
                Reply::ok(r#"{"Code":"AssumeRoleUnauthorizedAccess","Message":"no trust"}"#)
            }
            _ => Reply::of(404, ""),
        }
    })
}

#[test]
fn a_program_may_print_credentials() {
    let (stage, server) = (Stage::new(), aws());
    let file = stage.home.path().join("printed credentials");
    let command = format!("[profile p]\ncredential_process = cat \"{}\"\n", file.display());
    stage.write("config", &command);
    std::fs::write(&file, document("P", "SessionToken", NOW.plus(HOUR))).unwrap();
    kms(&stage, &server, Some("p"), &[]).describe_key("k", &[]).unwrap();
    is_by_session(&server.received()[0], "P");

    let long = "x".repeat(70_000);
    for (printed, text) in [
        ("", "it did not print a JSON object"),
        ("[]", "it did not print a JSON object"),
        ("{\"Version\":2}", "it did not print a document of Version 1"),
        ("{\"Version\":1,\"AccessKeyId\":\"x\"}", "gave no AccessKeyId and SecretAccessKey"),
        (long.as_str(), "it printed more than 65536 bytes"),
    ] {
        std::fs::write(&file, printed).unwrap();
        let error = fails(&stage, &server, Some("p"), &[]);
        assert!(error.starts_with("profile p: its credential_process") && error.ends_with(text), "{error}");
    }
    for (command, text) in [
        ("false", "failed: exit status: 1"),
        ("/no/such/program", "/no/such/program: No such file or directory (os error 2)"),
        ("'open", "a quotation mark in the command is not closed"),
    ] {
        stage.write("config", &format!("[profile p]\ncredential_process = {command}\n"));
        let error = fails(&stage, &server, Some("p"), &[]);
        assert!(error.ends_with(text), "{error}");
    }
}

#[test]
fn a_container_asks_its_agent_with_the_token_of_the_moment() {
    let (stage, server) = (Stage::new(), aws());
    let agent = Server::replying(vec![
        Reply::of(503, "later"),
        Reply::ok(&document("C1", "Token", NOW.plus(HOUR))),
        Reply::ok(&document("C2", "Token", NOW.plus(2 * HOUR))),
    ]);
    let url = format!("{}/v1/credentials?x=y", agent.url());
    stage.write("agent-token", "first\n");
    let variables = [
        ("AWS_CONTAINER_CREDENTIALS_FULL_URI", url.as_str()),
        ("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", "~/.aws/agent-token"),
        ("AWS_CONTAINER_AUTHORIZATION_TOKEN", "not this"),
    ];
    let kms = kms(&stage, &server, None, &variables);
    kms.describe_key("k", &[]).unwrap();
    is_by_session(&server.received()[0], "C1");
    stage.write("agent-token", "second");
    stage.clock.advance(HOUR);
    kms.describe_key("k", &[]).unwrap();
    let asked = agent.received();
    let tokens: Vec<_> = asked.iter().map(|request| request.header("authorization").unwrap()).collect();
    assert_eq!(tokens, ["first", "first", "second"]);
    assert_eq!(
        (asked[0].method.as_str(), asked[0].path.as_str(), asked[0].query.as_str()),
        ("GET", "/v1/credentials", "x=y")
    );
    assert_eq!(server.received().len(), 2);
}

#[test]
fn a_container_sends_its_token_nowhere_in_clear() {
    let (stage, server) = (Stage::new(), aws());
    for (variable, value, text) in [
        ("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://10.0.0.1/", "use https, or http to loopback"),
        ("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://169.254.170.2.example.com/", "use https, or http to loopback"),
        ("AWS_CONTAINER_CREDENTIALS_FULL_URI", "ftp://127.0.0.1/", "use https, or http to loopback"),
        ("AWS_CONTAINER_CREDENTIALS_FULL_URI", "/path", "this is no URL"),
        ("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://u@127.0.0.1/", "an endpoint has no user"),
        ("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "@example.com/", "is no path"),
        ("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/a b", "is no path"),
    ] {
        let error = fails(&stage, &server, None, &[(variable, value)]);
        assert!(error.contains(text), "{value}: {error}");
    }
    let agent = Server::replying(vec![Reply::of(403, "")]);
    let url = agent.url();
    let given =
        [("AWS_CONTAINER_CREDENTIALS_FULL_URI", url.as_str()), ("AWS_CONTAINER_AUTHORIZATION_TOKEN", "a\r\nb: c")];
    let error = fails(&stage, &server, None, &given);
    assert_eq!(error, "the token of the container cannot stand in a header");
    assert!(agent.received().is_empty());
    let error = fails(&stage, &server, None, &given[..1]);
    assert_eq!(error, "the container's credentials at 127.0.0.1: the answer is 403");
}

#[test]
fn an_instance_asks_its_metadata_service() {
    let (stage, server, metadata) = (Stage::new(), aws(), metadata());
    let url = metadata.url();
    let on = [("AWS_EC2_METADATA_DISABLED", "false"), ("AWS_EC2_METADATA_SERVICE_ENDPOINT", url.as_str())];
    kms(&stage, &server, None, &on).describe_key("k", &[]).unwrap();
    is_by_session(&server.received()[0], "I");
    assert_eq!(metadata.received().len(), 3);

    let named = [&on[..], &[("AWS_EC2_INSTANCE_PROFILE_NAME", "failing")]].concat();
    let error = fails(&stage, &server, None, &named);
    assert!(error.ends_with("gave no credentials: AssumeRoleUnauthorizedAccess: no trust"), "{error}");
    assert_eq!(metadata.received().len(), 5);

    stage.write("config", "[profile ops]\nrole_arn = r\ncredential_source = Ec2InstanceMetadata\n");
    kms(&stage, &server, Some("ops"), &on).describe_key("k", &[]).unwrap();
    is_by_session(server.received().last().unwrap(), "S1");

    let off = [("AWS_EC2_METADATA_DISABLED", "True"), on[1]];
    assert!(fails(&stage, &server, None, &off).starts_with("no credentials: "));
}

#[test]
fn where_there_is_no_metadata_service_there_are_no_credentials() {
    let stage = Stage::new();
    for (replies, text) in [
        (vec![Reply::of(404, "")], "no credentials: "),
        (vec![Reply::hang_up()], "no credentials: "),
        (vec![Reply::ok("t"), Reply::of(404, "")], "no credentials: "),
        (vec![Reply::of(403, "")], "the instance's metadata service answered 403 (it is switched off, or further away"),
        (vec![Reply::ok("t"), Reply::of(500, "")], "the instance's metadata service answered 500"),
        (vec![Reply::ok("bro\nken")], "the instance's metadata service gave a token that is none"),
    ] {
        let (server, metadata) = (aws(), Server::replying(replies));
        let url = metadata.url();
        let on = [("AWS_EC2_METADATA_DISABLED", "false"), ("AWS_EC2_METADATA_SERVICE_ENDPOINT", url.as_str())];
        let error = fails(&stage, &server, None, &on);
        assert!(error.starts_with("no credentials: ") && error.contains(text), "{error}");
    }
    for (variable, value) in [
        ("AWS_METADATA_SERVICE_TIMEOUT", "0"),
        ("AWS_METADATA_SERVICE_TIMEOUT", "inf"),
        ("AWS_METADATA_SERVICE_NUM_ATTEMPTS", "11"),
        ("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", "IPv5"),
    ] {
        let error = fails(&stage, &aws(), None, &[("AWS_EC2_METADATA_DISABLED", "false"), (variable, value)]);
        assert!(error.contains(&format!("; {variable}")), "{error}");
    }
}

#[test]
fn sources_are_asked_in_aws_order() {
    let (stage, server, metadata) = (Stage::new(), aws(), metadata());
    let agent = Server::replying(vec![Reply::ok(&document("C", "Token", NOW.plus(HOUR)))]);
    let (agent_url, metadata_url) = (agent.url(), metadata.url());
    stage.write("token", "t").write("credentials", &KEYS.replace("[base]", "[default]").replace(ID, "PROFILE"));
    let mut variables = vec![
        ("AWS_ACCESS_KEY_ID", "ENVIRONMENT"),
        ("AWS_SECRET_ACCESS_KEY", SECRET),
        ("AWS_WEB_IDENTITY_TOKEN_FILE", "~/.aws/token"),
        ("AWS_ROLE_ARN", "web"),
        ("AWS_CONTAINER_CREDENTIALS_FULL_URI", agent_url.as_str()),
        ("AWS_EC2_METADATA_SERVICE_ENDPOINT", metadata_url.as_str()),
        ("AWS_EC2_METADATA_DISABLED", "false"),
    ];
    let next = |variables: &[(&str, &str)]| {
        kms(&stage, &server, None, variables).describe_key("k", &[]).unwrap();
        let request = server.received().pop().unwrap();
        let authorization = request.header("authorization").unwrap();
        authorization.split(['=', '/']).nth(1).unwrap().to_owned()
    };
    assert_eq!(next(&variables), "ENVIRONMENT");
    variables.drain(..2);
    assert_eq!(next(&variables), "S1");
    variables.drain(..2);
    assert_eq!(next(&variables), "PROFILE");
    stage.write("credentials", "");
    assert_eq!(next(&variables), "C");
    variables.remove(0);
    assert_eq!(next(&variables), "I");
}
