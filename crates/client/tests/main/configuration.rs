//! Where Region, endpoint and profile come from.

use crate::server::{Reply, Server};
use crate::stage::{ID, NOW, SECRET, Stage, signed_in};
use client::{Clients, Error, KmsSupplier as _, Options};

fn options(profile: Option<&str>) -> Options {
    Options { profile: profile.map(str::to_owned), ..Options::default() }
}

fn region(stage: &Stage, options: Options, variables: &[(&str, &str)]) -> Result<String, Error> {
    Clients::in_world(options, stage.world(variables))?.default_region()
}

#[test]
fn the_region_is_looked_for_in_aws_order() {
    let stage = Stage::new();
    stage.write("config", "[default]\nregion = eu-west-1\n[profile ops]\nregion = eu-west-2\n[profile none]\nx = 1\n");
    let explicit = Options { region: Some("eu-north-1".into()), ..Options::default() };
    let both = [("AWS_REGION", "us-east-1"), ("AWS_DEFAULT_REGION", "us-east-2"), ("AWS_PROFILE", "ops")];
    assert_eq!(region(&stage, explicit, &both).unwrap(), "eu-north-1");
    assert_eq!(region(&stage, options(None), &both).unwrap(), "us-east-1");
    assert_eq!(region(&stage, options(None), &both[1..]).unwrap(), "us-east-2");
    assert_eq!(region(&stage, options(None), &both[2..]).unwrap(), "eu-west-2");
    assert_eq!(region(&stage, options(None), &[("AWS_DEFAULT_PROFILE", "ops")]).unwrap(), "eu-west-2");
    assert_eq!(region(&stage, options(Some("default")), &both[2..]).unwrap(), "eu-west-1");
    assert_eq!(region(&stage, options(None), &[("AWS_REGION", "")]).unwrap(), "eu-west-1");
    let error = region(&stage, options(Some("none")), &[]).unwrap_err();
    assert!(error.to_string().starts_with("no Region: set AWS_REGION, or region in profile none"), "{error}");
    let error = region(&stage, options(None), &[("AWS_REGION", "../x")]).unwrap_err();
    assert!(error.to_string().starts_with("\"../x\" is no Region: "), "{error}");
}

#[test]
fn a_profile_that_is_named_must_be_there() {
    let stage = Stage::new();
    stage.write("credentials", "[only]\naws_access_key_id = a\naws_secret_access_key = b\n");
    assert!(Clients::in_world(options(Some("only")), stage.world(&[])).is_ok());
    let error = Clients::in_world(options(Some("other")), stage.world(&[])).err().unwrap();
    assert!(error.to_string().starts_with("there is no profile other "), "{error}");
    assert!(Clients::in_world(options(None), stage.world(&[("AWS_PROFILE", "other")])).is_err());
    // Nobody named this one.
    assert!(Clients::in_world(options(None), stage.world(&[])).is_ok());
}

#[test]
fn files_are_where_variables_say() {
    let stage = Stage::new();
    stage.write("elsewhere", "[default]\nregion = eu-west-3\n");
    assert_eq!(region(&stage, options(None), &[("AWS_CONFIG_FILE", "~/.aws/elsewhere")]).unwrap(), "eu-west-3");
    stage.write("config", "nonsense");
    let error = region(&stage, options(None), &[]).unwrap_err();
    assert!(error.to_string().ends_with(".aws/config, line 1: a property is written name = value"), "{error}");
}

/// Which of three servers is called: the first, the second or the third.
fn called(config: &str, variables: &[(&str, &str)], endpoint: Option<usize>) -> Vec<bool> {
    let servers = [(); 3].map(|()| Server::replying(vec![Reply::error(400, "NotFoundException")]));
    let urls: Vec<String> = servers.iter().map(Server::url).collect();
    let filled = |text: &str| text.replace("ONE", &urls[0]).replace("TWO", &urls[1]).replace("THREE", &urls[2]);
    let stage = Stage::new();
    stage.write("config", &filled(config));
    let filled: Vec<(&str, String)> = variables.iter().map(|(name, value)| (*name, filled(value))).collect();
    let variables: Vec<(&str, &str)> = filled.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let options = Options { endpoint: endpoint.map(|index| urls[index].clone()), ..Options::default() };
    let world = stage.world(&[&signed_in(), variables.as_slice()].concat());
    let kms = Clients::in_world(options, world).unwrap().kms("eu-central-1").unwrap();
    assert_eq!(kms.describe_key("k", &[]).unwrap_err().code(), Some("NotFoundException"));
    servers.iter().map(|server| !server.received().is_empty()).collect()
}

#[test]
fn the_endpoint_is_looked_for_in_aws_order() {
    const FILE: &str = "[default]\nservices = s\nendpoint_url = THREE\n[services s]\nkms =\n  endpoint_url = TWO\n";
    let (one, two, three) = ([true, false, false], [false, true, false], [false, false, true]);
    assert_eq!(called("[default]\nendpoint_url = THREE\n", &[], None), three);
    assert_eq!(called(FILE, &[], None), two);
    assert_eq!(called(FILE, &[("AWS_ENDPOINT_URL", "ONE")], None), one);
    assert_eq!(called(FILE, &[("AWS_ENDPOINT_URL", "ONE"), ("AWS_ENDPOINT_URL_KMS", "THREE")], None), three);
    assert_eq!(called(FILE, &[("AWS_ENDPOINT_URL_KMS", "TWO")], Some(0)), one);
    assert_eq!(called(FILE, &[("AWS_ENDPOINT_URL_STS", "ONE")], None), two);
    // What is said outright is not configured.
    assert_eq!(called(FILE, &[("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true")], Some(0)), one);
}

#[test]
fn what_cannot_be_understood_is_an_error_that_names_it() {
    for (variable, value, text) in [
        ("AWS_MAX_ATTEMPTS", "0", "AWS_MAX_ATTEMPTS"),
        ("AWS_MAX_ATTEMPTS", "many", "AWS_MAX_ATTEMPTS"),
        ("AWS_RETRY_MODE", "forever", "AWS_RETRY_MODE"),
        ("AWS_USE_FIPS_ENDPOINT", "perhaps", "AWS_USE_FIPS_ENDPOINT"),
        ("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "1", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"),
        ("AWS_ENDPOINT_URL", "http://kms.example.com", "http to loopback only"),
        ("AWS_CA_BUNDLE", "/nowhere.pem", "/nowhere.pem"),
    ] {
        let stage = Stage::new();
        let variables = [&signed_in()[..], &[("AWS_ENDPOINT_URL_STS", "x"), (variable, value)]].concat();
        let clients = Clients::in_world(options(None), stage.world(&variables));
        // Port 9 discards: nothing gets as far.
        let error = clients.and_then(|clients| clients.kms("us-east-1")?.describe_key("k", &[])).err().unwrap();
        assert!(matches!(&error, Error::Configuration(told) if told.contains(text)), "{variable}: {error}");
    }
    let stage = Stage::new();
    stage.write("config", "[default]\nservices = gone\n");
    let clients = Clients::in_world(options(None), stage.world(&signed_in())).unwrap();
    let error = clients.kms("us-east-1").err().unwrap();
    assert_eq!(error.to_string(), "profile default: there is no section [services gone]");
}

#[test]
fn keys_in_the_environment_come_before_those_of_a_profile_unless_that_is_named_outright() {
    let server = Server::replying(vec![Reply::error(400, "NotFoundException")]);
    let stage = Stage::new();
    stage.write("credentials", "[ops]\naws_access_key_id = OPS\naws_secret_access_key = ops\naws_session_token = t\n");
    for (named, variables, signer) in [
        (None, &[("AWS_PROFILE", "ops")][..], "OPS"),
        (None, &[&signed_in()[..], &[("AWS_PROFILE", "ops")]].concat(), ID),
        (Some("ops"), &signed_in()[..], "OPS"),
    ] {
        let options = Options { profile: named.map(str::to_owned), endpoint: Some(server.url()), ..Options::default() };
        let clients = Clients::in_world(options, stage.world(variables)).unwrap();
        let _ = clients.kms("eu-central-1").unwrap().describe_key("k", &[]);
        let request = server.received().pop().unwrap();
        let secret = if signer == ID { SECRET } else { "ops" };
        assert_eq!(request.signer("kms", "eu-central-1", secret, NOW).unwrap(), signer);
        assert_eq!(request.header("x-amz-security-token").is_some(), signer == "OPS");
    }
}

#[test]
fn half_an_access_key_is_an_error_and_no_key_says_what_to_do() {
    let stage = Stage::new();
    stage.write("config", "[profile half]\naws_access_key_id = x\n");
    for (named, variables, text) in [
        (None, &[("AWS_ACCESS_KEY_ID", "x")][..], "AWS_ACCESS_KEY_ID is set without AWS_SECRET_ACCESS_KEY"),
        (None, &[("AWS_SECRET_ACCESS_KEY", "x")], "AWS_SECRET_ACCESS_KEY is set without AWS_ACCESS_KEY_ID"),
        (Some("half"), &[], "profile half: aws_access_key_id and aws_secret_access_key go together"),
        (None, &[], "no credentials: set AWS_ACCESS_KEY_ID"),
    ] {
        let options = Options {
            profile: named.map(str::to_owned),
            endpoint: Some("http://127.0.0.1:9".into()),
            ..Options::default()
        };
        let variables = [&[("AWS_EC2_METADATA_DISABLED", "true")], variables].concat();
        let clients = Clients::in_world(options, stage.world(&variables)).unwrap();
        let error = clients.kms("us-east-1").unwrap().describe_key("k", &[]).unwrap_err();
        assert!(error.to_string().starts_with(text), "{error}");
    }
}

#[test]
fn whether_a_program_may_be_run_is_known_beforehand() {
    let stage = Stage::new();
    stage.write(
        "config",
        "[default]\ncredential_process = give\n[profile key]\naws_access_key_id = a\naws_secret_access_key = b\n\
         [profile role]\nrole_arn = arn:aws:iam::111122223333:role/r\nsource_profile = default\n\
         [profile round]\nrole_arn = arn:aws:iam::111122223333:role/r\nsource_profile = round\n",
    );
    let runs = |profile: Option<&str>, variables: &[(&str, &str)]| {
        Clients::in_world(options(profile), stage.world(variables)).unwrap().runs_a_program()
    };
    assert!(runs(None, &[]) && runs(Some("role"), &[]) && runs(Some("default"), &signed_in()));
    assert!(!runs(None, &signed_in()), "an access key in the environment comes first");
    assert!(!runs(Some("key"), &[]) && !runs(None, &[("AWS_PROFILE", "key")]) && !runs(Some("round"), &[]));
}
