//! `fastness inspect`: what a message says of itself, without any key.

use super::super::{Outcome, say};
use super::report::{json_line, printable};
use super::{base64_stream, metadata};
use clap::{Arg, ArgAction, ArgMatches, Command};
use envelope::{ContentType, Limits, MessageHeader, MessageVersion};
use serde_json::{Value, json};
use std::fs::File;
use std::io::{self, BufReader, Read, Write};

const EXAMPLES: &str = "\
Examples:
  fastness inspect backup.tar.encrypted                     suite, keys, encryption context
  fastness inspect --json *.encrypted                       a line of JSON for each
  fastness inspect < backup.tar.encrypted

Nothing of it is verified: that takes a key. The JSON's header is the one of aws-encryption-cli's metadata.";

pub(in super::super) fn describe() -> Command {
    Command::new("inspect").about("Show the header of encrypted messages, without any key").after_help(EXAMPLES).args([
        Arg::new("input").value_name("INPUT").num_args(0..).help("Files; - or none: standard input"),
        Arg::new("base64").long("base64").action(ArgAction::SetTrue).help("Read base64"),
        Arg::new("json").long("json").action(ArgAction::SetTrue).help("Print a line of JSON for each message"),
    ])
}

pub(in super::super) fn run(matches: &ArgMatches) -> Outcome {
    let inputs: Vec<_> = super::arguments::texts(matches, "input").collect();
    let inputs = if inputs.is_empty() { vec!["-"] } else { inputs };
    let (mut failed, is_json) = (0_usize, matches.get_flag("json"));
    for (index, input) in inputs.iter().enumerate() {
        match header(input, matches.get_flag("base64")) {
            Ok(header) if is_json => {
                say(&json_line(
                    &json!({ "input": input, "header": metadata::header(&header), "header_auth": metadata::header_auth(&header) }),
                ));
            }
            Ok(header) => {
                if inputs.len() > 1 {
                    say(&format!("{}{input}:", if index > 0 { "\n" } else { "" }));
                }
                told(&header).iter().for_each(|line| say(line));
            }
            Err(error) => {
                failed += 1;
                let _ = writeln!(io::stderr(), "{input}: {error}");
            }
        }
    }
    if failed == 0 { Ok(()) } else { Err(format!("{failed} of {} cannot be shown", inputs.len())) }
}

fn header(input: &str, is_base64: bool) -> Result<MessageHeader, String> {
    let reader: Box<dyn Read> = match input {
        "-" => Box::new(io::stdin().lock()),
        path => Box::new(File::open(path).map_err(|error| error.to_string())?),
    };
    // More may be shown than would be read.
    let mut limits = Limits::default();
    limits.encrypted_data_keys = u16::MAX;
    let header = match is_base64 {
        true => MessageHeader::read(BufReader::new(base64_stream::decoder(reader)), &limits),
        false => MessageHeader::read(BufReader::new(reader), &limits),
    };
    header.map_err(|error| error.to_string())
}

/// A header in lines for people.
fn told(header: &MessageHeader) -> Vec<String> {
    let json = metadata::header(header);
    let text = |name: &str| json.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let suite = header.suite;
    let commits = if suite.is_committing() { "commits to its key" } else { "does not commit to its key" };
    let signed = if suite.signature().is_some() { "signed" } else { "unsigned" };
    let version = match header.version {
        MessageVersion::One => 1,
        MessageVersion::Two => 2,
    };
    let content = match header.content_type {
        ContentType::Framed => format!("in frames of {} bytes", header.frame_length),
        ContentType::Unframed => "in one piece".to_owned(),
    };
    let mut lines = vec![
        format!("version    {version}"),
        format!("algorithm  {} ({:04x}), {signed}, {commits}", suite.name(), suite.id()),
        format!("message    {}", text("message_id")),
        format!("content    {content}"),
    ];
    let mut title = "context";
    for (key, value) in &header.context {
        lines.push(format!("{title:<11}{} = {}", printable(key), printable(value)));
        title = "";
    }
    if header.context.is_empty() {
        lines.push("context    none".to_owned());
    }
    let mut title = "data keys";
    for key in &header.encrypted_data_keys {
        let info = match std::str::from_utf8(&key.provider_info) {
            Ok(info) if !info.contains(char::is_control) => info.to_owned(),
            _ => key.provider_info.escape_ascii().to_string(),
        };
        lines.push(format!("{title:<11}{} {info}", printable(&key.provider_id)));
        title = "";
    }
    lines
}
