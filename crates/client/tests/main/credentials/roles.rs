//! Roles and web identities.

use super::*;

#[test]
fn a_role_is_assumed_with_the_keys_of_another_profile() {
    let (stage, server) = (Stage::new(), aws());
    stage.write("credentials", KEYS).write(
        "config",
        "[profile ops]\nrole_arn = arn:aws:iam::111122223333:role/a b\nsource_profile = base\nexternal_id = x&y\n\
         role_session_name = me@home\nduration_seconds = 900\n",
    );
    kms(&stage, &server, Some("ops"), &[]).describe_key("k", &[]).unwrap();
    let received = server.received();
    assert_eq!(received.len(), 2);
    let sts = &received[0];
    assert_eq!(sts.signer("sts", "eu-central-1", SECRET, NOW).unwrap(), ID);
    assert_eq!(sts.header("content-type"), Some("application/x-www-form-urlencoded; charset=utf-8"));
    for (name, value) in [
        ("Action", "AssumeRole"),
        ("Version", "2011-06-15"),
        ("RoleArn", "arn:aws:iam::111122223333:role/a b"),
        ("RoleSessionName", "me@home"),
        ("DurationSeconds", "900"),
        ("ExternalId", "x&y"),
    ] {
        assert_eq!(field(sts, name).as_deref(), Some(value), "{name}");
    }
    is_by_session(&received[1], "S1");
}

#[test]
fn roles_are_assumed_one_through_another() {
    let (stage, server) = (Stage::new(), aws());
    stage.write("credentials", KEYS).write(
        "config",
        "[profile one]\nrole_arn = one\nsource_profile = two\n[profile two]\nrole_arn = two\nsource_profile = base\n",
    );
    kms(&stage, &server, None, &[("AWS_PROFILE", "one")]).describe_key("k", &[]).unwrap();
    let received = server.received();
    assert_eq!(received.len(), 3);
    assert_eq!(field(&received[0], "RoleArn").as_deref(), Some("two"));
    assert!(field(&received[0], "RoleSessionName").unwrap().starts_with("fastness-"));
    assert_eq!(field(&received[1], "RoleArn").as_deref(), Some("one"));
    assert_eq!(received[1].signer("sts", "eu-central-1", "secret of S1", NOW).unwrap(), "S1");
    is_by_session(&received[2], "S2");
}

#[test]
fn a_profile_may_be_its_own_source_and_keys_come_before_a_role_in_a_source() {
    let (stage, server) = (Stage::new(), aws());
    let keys = KEYS.replace("[base]", "[own]");
    stage.write("credentials", &keys).write(
        "config",
        "[profile own]\nrole_arn = own\nsource_profile = own\n[profile user]\nrole_arn = user\nsource_profile = own\n",
    );
    for (profile, role) in [("own", "own"), ("user", "user")] {
        kms(&stage, &server, Some(profile), &[]).describe_key("k", &[]).unwrap();
        let received = server.received();
        let sts = &received[received.len() - 2];
        assert_eq!(field(sts, "RoleArn").as_deref(), Some(role));
        assert_eq!(sts.signer("sts", "eu-central-1", SECRET, NOW).unwrap(), ID);
    }
}

#[test]
fn a_role_may_take_the_environment_for_its_source() {
    let (stage, server) = (Stage::new(), aws());
    stage.write("config", "[profile ops]\nrole_arn = r\ncredential_source = Environment\n");
    let variables = [("AWS_ACCESS_KEY_ID", ID), ("AWS_SECRET_ACCESS_KEY", SECRET)];
    kms(&stage, &server, Some("ops"), &variables).describe_key("k", &[]).unwrap();
    let received = server.received();
    assert_eq!(received[0].signer("sts", "eu-central-1", SECRET, NOW).unwrap(), ID);
    is_by_session(&received[1], "S1");
}

#[test]
fn a_profile_that_leads_nowhere_says_why() {
    let mut long = String::new();
    for index in 0..20 {
        long.push_str(&format!("[profile long{index}]\nrole_arn = r\nsource_profile = long{}\n", index + 1));
    }
    let config = "[profile a]\nrole_arn = r\nsource_profile = b\n[profile b]\nrole_arn = r\nsource_profile = a\n\
                  [profile own]\nrole_arn = r\nsource_profile = own\n\
                  [profile both]\nrole_arn = r\nsource_profile = a\ncredential_source = Environment\n\
                  [profile neither]\nrole_arn = r\n\
                  [profile gone]\nrole_arn = r\nsource_profile = nobody\n\
                  [profile empty]\nregion = x\n[profile of-empty]\nrole_arn = r\nsource_profile = empty\n\
                  [profile odd]\nrole_arn = r\ncredential_source = Elsewhere\n\
                  [profile bare]\nrole_arn = r\ncredential_source = Environment\n\
                  [profile short]\nrole_arn = r\nsource_profile = a\nduration_seconds = 60\n\
                  [profile mfa]\nrole_arn = r\nsource_profile = a\nmfa_serial = arn:aws:iam::1:mfa/x\n\
                  [profile sso]\nsso_session = s\nsso_account_id = 1\n[profile login]\nlogin_session = x\n";
    let (stage, server) = (Stage::new(), aws());
    stage.write("config", &[config, &long].concat());
    for (profile, text) in [
        ("a", "profile a: its source_profile leads back to itself"),
        ("own", "profile own: it is its own source_profile, and has no access key"),
        ("both", "profile both: it has both source_profile and credential_source"),
        ("neither", "profile neither: role_arn goes with source_profile, credential_source or web_identity_token_file"),
        ("gone", "profile gone: its source_profile nobody is not there"),
        ("of-empty", "profile empty: it is the source_profile of another, and has no credentials"),
        (
            "odd",
            "profile odd: credential_source is Environment, EcsContainer or Ec2InstanceMetadata, not \"Elsewhere\"",
        ),
        ("bare", "profile bare: its credential_source Environment has no credentials"),
        ("short", "profile short: duration_seconds is a number from 900 to 43200, not \"60\""),
        ("mfa", "profile mfa: the role asks for a code of arn:aws:iam::1:mfa/x, which is not asked for here; let the"),
        ("sso", "profile sso: its people sign in by IAM Identity Center, which is not done here; let the AWS CLI 2 do"),
        ("login", "profile login: its people sign in by aws login, which is not done here; let the AWS CLI 2 do it"),
        ("long0", "profile long10: a chain of roles has at most 10 profiles"),
    ] {
        let error = fails(&stage, &server, Some(profile), &[]);
        assert!(error.starts_with(text), "{error}");
    }
    assert!(server.received().is_empty());
}

#[test]
fn a_refusal_of_sts_says_whose_it_is() {
    let body = "<ErrorResponse><Error><Code>AccessDenied</Code><Message>not you</Message></Error><RequestId>r</RequestId>\
                </ErrorResponse>";
    let (stage, server) = (Stage::new(), Server::replying(vec![Reply::of(403, body)]));
    stage.write("credentials", KEYS).write("config", "[profile ops]\nrole_arn = some-role\nsource_profile = base\n");
    let error = kms(&stage, &server, Some("ops"), &[]).describe_key("k", &[]).unwrap_err();
    assert_eq!(error.to_string(), "AccessDenied: not you (AssumeRole, some-role)");
    let server = Server::replying(vec![Reply::ok("<AssumeRoleResponse/>")]);
    let error = kms(&stage, &server, Some("ops"), &[]).describe_key("k", &[]).unwrap_err();
    assert_eq!(error, Error::Answer("the answer to AssumeRole has no credentials".into()));
}

#[test]
fn a_web_identity_becomes_a_session_without_a_signature() {
    let (stage, server) = (Stage::new(), aws());
    stage.write("token", "header.claims.signature\n").write(
        "config",
        "[profile web]\nrole_arn = web\nweb_identity_token_file = ~/.aws/token\nrole_session_name = pod\n",
    );
    let environment =
        [("AWS_WEB_IDENTITY_TOKEN_FILE", "~/.aws/token"), ("AWS_ROLE_ARN", "web"), ("AWS_ROLE_SESSION_NAME", "pod")];
    for (profile, variables) in [(Some("web"), &[][..]), (None, &environment[..])] {
        kms(&stage, &server, profile, variables).describe_key("k", &[]).unwrap();
        let received = server.received();
        let (sts, kms) = (&received[received.len() - 2], &received[received.len() - 1]);
        assert_eq!(sts.header("authorization"), None);
        for (name, value) in [
            ("Action", "AssumeRoleWithWebIdentity"),
            ("RoleArn", "web"),
            ("RoleSessionName", "pod"),
            ("WebIdentityToken", "header.claims.signature"),
        ] {
            assert_eq!(field(sts, name).as_deref(), Some(value), "{name}");
        }
        is_by_session(kms, &format!("S{}", received.len() / 2));
    }
    let error = fails(&stage, &server, None, &environment[..1]);
    assert_eq!(error, "AWS_WEB_IDENTITY_TOKEN_FILE is set without AWS_ROLE_ARN");
    stage.write("token", " \n");
    assert!(fails(&stage, &server, None, &environment).ends_with("token: the file is empty"));
    stage.write("token", &"x".repeat(30_000));
    assert!(fails(&stage, &server, None, &environment).ends_with("a token has at most 20,000 characters"));
}

#[test]
fn an_identity_provider_that_stutters_is_asked_again() {
    let body = "<ErrorResponse><Error><Code>IDPCommunicationError</Code><Message>m</Message></Error></ErrorResponse>";
    let replies =
        vec![Reply::of(400, body), session("AssumeRoleWithWebIdentity", "S", NOW.plus(HOUR)), Reply::ok(DESCRIPTION)];
    let (stage, server) = (Stage::new(), Server::replying(replies));
    stage.write("token", "t");
    let variables = [("AWS_WEB_IDENTITY_TOKEN_FILE", "~/.aws/token"), ("AWS_ROLE_ARN", "web")];
    kms(&stage, &server, None, &variables).describe_key("k", &[]).unwrap();
    assert_eq!(stage.waits().len(), 1);
}

#[test]
fn credentials_that_a_service_calls_expired_are_replaced_once() {
    let mut sessions = 0;
    let server = Server::playing(move |request| match request.header("x-amz-security-token") {
        Some("token+of/S1=") => Reply::error(400, "ExpiredTokenException"),
        Some(_) => Reply::ok(DESCRIPTION),
        None => {
            sessions += 1;
            session("AssumeRole", &format!("S{sessions}"), NOW.plus(HOUR))
        }
    });
    let stage = Stage::new();
    stage.write("credentials", KEYS).write("config", "[profile ops]\nrole_arn = r\nsource_profile = base\n");
    kms(&stage, &server, Some("ops"), &[]).describe_key("k", &[]).unwrap();
    assert_eq!(server.received().len(), 4);

    // Those of the environment have no successor.
    let variables =
        [("AWS_ACCESS_KEY_ID", ID), ("AWS_SECRET_ACCESS_KEY", SECRET), ("AWS_SESSION_TOKEN", "token+of/S1=")];
    assert!(fails(&stage, &server, None, &variables).starts_with("ExpiredTokenException"));
    assert_eq!(server.received().len(), 5);
}
