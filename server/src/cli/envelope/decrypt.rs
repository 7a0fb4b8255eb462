//! `fastness decrypt`: messages of the AWS Encryption SDK back to what they were made of.

use super::super::Outcome;
use super::arguments::{self, one, texts};
use super::context::{Expected, pair};
use super::keys::{self, Direction, Key};
use super::managers::{Caching, managers};
use super::naming::Naming;
use super::plan::Plan;
use super::run::{self, Run};
use super::work::{BUFFER_MAX, Handling, Work};
use crate::process;
use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use envelope::{Decryptor, EncryptionContext, Limits};

const EXAMPLES: &str = "\
Examples:
  fastness decrypt backup.tar.encrypted                     to backup.tar, under whichever KMS key it names
  fastness decrypt --key alias/app -c purpose=backup backup.tar.encrypted
  fastness decrypt -k alias/app -r vault -o documents       a directory; again with --resume if it was cut off
  fastness decrypt -k alias/app < documents.tar.encrypted | tar x
  fastness decrypt --account 111122223333 a.encrypted       any key of this account
  fastness decrypt --raw-aes backups/2026=file:key.bin -o a a.encrypted

Without a key, KMS is asked under the key that the message names, whosever it is: fine for your own files, but say
--account or --key for what others could have written. With keys, no other is used; an alias stands for the key that it
points to now. -c demands a pair, or a key whatever its value, of the encryption context.

A file appears under its name when all of it is verified, or not at all. To a pipe, frames go out as each is verified,
but a signature can be checked at the end only: use what comes out only if the status is 0, or say --buffer or
--unsigned. What exists is left as it is. The status is 0 if all was decrypted, 1 if anything failed, did not match or
was left out, 2 if the command line is wrong.";

pub(in super::super) fn describe() -> Command {
    let command = Command::new("decrypt")
        .about("Decrypt files, directories and pipes that encrypt or any AWS Encryption SDK wrote")
        .after_help(EXAMPLES);
    arguments::caching(arguments::shared(command)).args([
        Arg::new("encryption-context")
            .short('c')
            .long("encryption-context")
            .value_name("KEY[=VALUE]")
            .action(ArgAction::Append)
            .help("What the encryption context must have; may be repeated"),
        Arg::new("account")
            .long("account")
            .value_name("ID")
            .action(ArgAction::Append)
            .conflicts_with_all(["key", "raw-aes", "raw-rsa", "raw-ecdh", "kms-rsa", "kms-ecdh", "branch-key"])
            .help("Use any KMS key of this account; may be repeated"),
        Arg::new("partition").long("partition").value_name("NAME").default_value("aws").help("Partition of --account"),
        Arg::new("unsigned")
            .long("unsigned")
            .action(ArgAction::SetTrue)
            .help("Refuse signed messages, right at their begin"),
        Arg::new("buffer")
            .short('b')
            .long("buffer")
            .action(ArgAction::SetTrue)
            .help(format!("Hold back what goes to a pipe until all of it is verified, up to {} GiB", BUFFER_MAX >> 30)),
        Arg::new("max-length")
            .long("max-length")
            .value_name("BYTES")
            .value_parser(value_parser!(u64).range(1..))
            .help("Longest frame, or content without frames, that is read [default: what holds 256 MiB]"),
        Arg::new("retry-net-v4-0-0")
            .long("retry-net-v4-0-0")
            .action(ArgAction::SetTrue)
            .help("Read what version 4.0.0 of AWS's client for .NET wrote, too"),
        Arg::new("base64").long("base64").action(ArgAction::SetTrue).help("Read base64"),
    ])
}

pub(in super::super) fn run(matches: &ArgMatches) -> Outcome {
    let _ = process::keep_from_dumps();
    let mut keys = arguments::keys(matches)?;
    if keys.is_empty() {
        let accounts: Vec<_> = texts(matches, "account").map(str::to_owned).collect();
        let partition = one(matches, "partition").unwrap_or_default().to_owned();
        keys.push(Key::Discovery((!accounts.is_empty()).then_some((partition, accounts))));
    }
    let not_stored: Vec<_> = texts(matches, "context-not-stored").collect();
    let (expected, reproduced) = contexts(texts(matches, "encryption-context"), &not_stored)?;
    let steps = Plan {
        inputs: texts(matches, "input").collect(),
        output: one(matches, "output"),
        naming: Naming::strip(one(matches, "suffix").unwrap_or_default()),
        is_recursive: matches.get_flag("recursive"),
        links: arguments::links(matches),
        is_text: true,
    }
    .steps()?;

    let clients = arguments::clients(matches)?;
    let keyring = keys::joined(keys::keyrings(&keys, Direction::Decrypt, &clients)?, Direction::Decrypt)?;
    let mut limits = Limits::default();
    if let Some(keys) = matches.get_one::<u16>("max-encrypted-data-keys") {
        limits.encrypted_data_keys = *keys;
    }
    if let Some(length) = matches.get_one::<u64>("max-length") {
        (limits.frame_length, limits.held_length) = (*length, *length);
    }
    let managers = managers(keyring, Caching::of(matches), &not_stored)?;
    let mut decryptor = Decryptor::new(managers.manager).limits(limits.clone());
    if let Some(policy) = one(matches, "commitment-policy").and_then(arguments::policy) {
        decryptor = decryptor.commitment_policy(policy);
    }
    if matches.get_flag("unsigned") {
        decryptor = decryptor.unsigned_only();
    }
    if matches.get_flag("retry-net-v4-0-0") {
        decryptor = decryptor.retry_net_v4_0_0();
    }
    let work = Work::Decrypt { decryptor, limits, reproduced, expected, is_buffered: matches.get_flag("buffer") };
    let handling = Handling {
        existing: arguments::existing(matches),
        decode: matches.get_flag("base64"),
        encode: false,
        max_threads: None,
    };
    run::run(matches, Run { work, handling, steps, caching: managers.caching })
}

/// What messages must have, and what they do not carry.
fn contexts<'t>(
    texts: impl Iterator<Item = &'t str>,
    not_stored: &[&str],
) -> Result<(Expected, EncryptionContext), String> {
    let is_absent = |text: &&str| text.split_once('=').is_some_and(|(key, _)| not_stored.contains(&key));
    let (absent, stored): (Vec<_>, Vec<_>) = texts.partition(is_absent);
    let pairs = absent.into_iter().map(pair).collect::<Result<Vec<_>, _>>()?;
    let reproduced = EncryptionContext::new(pairs).map_err(|error| error.to_string())?;
    if let Some(key) = not_stored.iter().find(|key| !reproduced.contains(key)) {
        return Err(format!("the message does not carry {key:?}: say -c {key}=VALUE"));
    }
    Ok((Expected::new(stored)?, reproduced))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_that_are_not_stored_are_brought_along() {
        let (expected, reproduced) = contexts(["a=1", "b=2", "c"].into_iter(), &["b"]).unwrap();
        assert_eq!(expected, Expected::new(["a=1", "c"]).unwrap());
        assert_eq!(reproduced.get("b"), Some("2"));
        assert!(contexts(["b"].into_iter(), &["b"]).is_err());
    }
}
