//! Sources of credentials, each played by a server, a file or a program.

mod local;
mod renewal;
mod roles;

use crate::server::{Received, Reply, Server};
use crate::stage::{ID, NOW, SECRET, Stage};
use base::Timestamp;
use client::{Clients, Error, Kms, KmsSupplier as _, Options};
use std::sync::Arc;
use std::time::Duration;

const DESCRIPTION: &str = r#"{"KeyMetadata":{"Arn":"a","KeySpec":"s","KeyUsage":"u"}}"#;
const HOUR: Duration = Duration::from_secs(3600);

/// STS's answer: credentials with this id, the secret of that id, and an hour.
fn session(action: &str, id: &str, until: Timestamp) -> Reply {
    let until = until.to_seconds_rfc3339();
    Reply::ok(&format!(
        "<{action}Response xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><{action}Result><AssumedRoleUser><Arn>x\
         </Arn></AssumedRoleUser><Credentials><AccessKeyId>{id}</AccessKeyId><SecretAccessKey>secret of {id}\
         </SecretAccessKey><SessionToken>token+of/{id}=</SessionToken><Expiration>{until}</Expiration></Credentials>\
         </{action}Result><ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></{action}Response>"
    ))
}

fn document(id: &str, token: &str, until: Timestamp) -> String {
    format!(
        r#"{{"Version":1,"Code":"Success","AccessKeyId":"{id}","SecretAccessKey":"secret of {id}","{token}":"token+of/{id}=",
            "Expiration":"{}"}}"#,
        until.to_seconds_rfc3339()
    )
}

/// KMS and STS in one: sessions are called S1, S2 and so on.
fn aws() -> Server {
    let mut sessions = 0;
    Server::playing(move |request| {
        if request.header("x-amz-target").is_some() {
            return Reply::ok(DESCRIPTION);
        }
        sessions += 1;
        let action = field(request, "Action").unwrap();
        session(&action, &format!("S{sessions}"), NOW.plus(HOUR))
    })
}

/// A field of a form.
fn field(request: &Received, name: &str) -> Option<String> {
    let body = std::str::from_utf8(&request.body).unwrap();
    let value = body.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='))?;
    let mut bytes = Vec::new();
    let mut rest = value.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(if byte == b'%' {
            let digits = [rest.next().unwrap(), rest.next().unwrap()];
            u8::from_str_radix(std::str::from_utf8(&digits).unwrap(), 16).unwrap()
        } else {
            byte
        });
    }
    Some(String::from_utf8(bytes).unwrap())
}

fn clients(stage: &Stage, server: &Server, profile: Option<&str>, variables: &[(&str, &str)]) -> Clients {
    let url = server.url();
    let common =
        [("AWS_ENDPOINT_URL", url.as_str()), ("AWS_REGION", "eu-central-1"), ("AWS_EC2_METADATA_DISABLED", "true")];
    let options = Options { profile: profile.map(str::to_owned), ..Options::default() };
    Clients::in_world(options, stage.world(&[&common, variables].concat())).unwrap()
}

fn kms(stage: &Stage, server: &Server, profile: Option<&str>, variables: &[(&str, &str)]) -> Arc<dyn Kms> {
    clients(stage, server, profile, variables).kms("eu-central-1").unwrap()
}

fn fails(stage: &Stage, server: &Server, profile: Option<&str>, variables: &[(&str, &str)]) -> String {
    kms(stage, server, profile, variables).describe_key("k", &[]).unwrap_err().to_string()
}

/// The last request: KMS's, signed with a session.
fn is_by_session(request: &Received, id: &str) {
    assert_eq!(request.signer("kms", "eu-central-1", &format!("secret of {id}"), NOW).unwrap(), id);
    assert_eq!(request.header("x-amz-security-token"), Some(format!("token+of/{id}=").as_str()));
}

const KEYS: &str = "[base]\naws_access_key_id = AKIDEXAMPLE\n\
                    aws_secret_access_key = wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY\n";
