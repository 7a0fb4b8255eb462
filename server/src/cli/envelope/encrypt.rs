//! `fastness encrypt`: files, directories and pipes to messages of the AWS Encryption SDK.

use super::super::Outcome;
use super::arguments::{self, one, texts};
use super::context::pair;
use super::keys::{self, Direction};
use super::managers::{Caching, managers};
use super::naming::Naming;
use super::plan::Plan;
use super::run::{self, Run};
use super::work::{Handling, Work};
use crate::process;
use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use envelope::{AlgorithmSuite, EncryptionContext, Encryptor};
use std::num::NonZeroU32;

const EXAMPLES: &str = "\
Examples:
  fastness encrypt --key alias/app backup.tar               to backup.tar.encrypted
  fastness encrypt -k alias/app -c purpose=backup -o vault/ *.tar
  fastness encrypt -k alias/app -r documents -o vault       a directory; again with --resume if it was cut off
  tar c documents | fastness encrypt -k alias/app > documents.tar.encrypted
  fastness encrypt -k alias/app -k arn:aws:kms:eu-west-1:111122223333:key/mrk-1234abcd12ab34cd56ef1234567890ab a
  fastness encrypt --raw-aes backups/2026=file:key.bin -o a.encrypted a

Any one of the keys decrypts; the first makes the data key (KMS keys come before raw ones). Key material is never an
argument: a SOURCE is a file with the bytes of a key or with PEM, a variable with base64, or a file that KMS decrypts
under KEY; hex: or base64: before it says that it is written so. Messages are of the AWS Encryption SDK: all its clients
read them.

Files appear under their names whole, on disk and with the mode of their input (0600 from a pipe), or not at all,
whatever happens. One that exists is left as it is; then the others are encrypted all the same and the status is 1,
unless --resume says that it was done before. The status is 0 if all was encrypted, 1 if anything failed or was left
out, 2 if the command line is wrong. Frames are 4 KiB long for inputs up to 1 MiB and 64 KiB for longer ones and pipes.";

pub(in super::super) fn describe() -> Command {
    let names: Vec<_> = AlgorithmSuite::all().map(AlgorithmSuite::name).collect();
    let command = Command::new("encrypt")
        .about("Encrypt files, directories and pipes under KMS keys or your own")
        .after_help(EXAMPLES);
    arguments::caching(arguments::shared(command)).args([
        Arg::new("encryption-context")
            .short('c')
            .long("encryption-context")
            .value_name("KEY=VALUE")
            .action(ArgAction::Append)
            .help("Pair of the encryption context, bound to the message and not secret; may be repeated"),
        Arg::new("algorithm")
            .long("algorithm")
            .value_name("SUITE")
            .value_parser(PossibleValuesParser::new(names))
            .hide_possible_values(true)
            .help("Algorithm suite, by AWS's name [default: AES_256_GCM_HKDF_SHA512_COMMIT_KEY_ECDSA_P384]"),
        Arg::new("unsigned")
            .long("unsigned")
            .action(ArgAction::SetTrue)
            .conflicts_with("algorithm")
            .help("Do not sign: AES_256_GCM_HKDF_SHA512_COMMIT_KEY, many times faster; who decrypts could encrypt"),
        Arg::new("frame-length")
            .long("frame-length")
            .value_name("BYTES")
            .value_parser(value_parser!(u32).range(1..))
            .help("Length of a frame [default: 4096, or 65536 over 1 MiB]"),
        Arg::new("base64").long("base64").action(ArgAction::SetTrue).help("Write base64"),
    ])
}

pub(in super::super) fn run(matches: &ArgMatches) -> Outcome {
    let _ = process::keep_from_dumps();
    let keys = arguments::keys(matches)?;
    if keys.is_empty() {
        return Err("name a key, such as --key alias/app or --raw-aes NAMESPACE/NAME=file:PATH".into());
    }
    let pairs = texts(matches, "encryption-context").map(pair).collect::<Result<Vec<_>, _>>()?;
    let context = EncryptionContext::new(pairs).map_err(|error| error.to_string())?;
    let suite = match one(matches, "algorithm") {
        Some(name) => AlgorithmSuite::from_name(name),
        None => matches.get_flag("unsigned").then_some(AlgorithmSuite::Aes256GcmHkdfSha512CommitKey),
    };
    let frame_length = matches.get_one::<u32>("frame-length").copied();
    let suffix = one(matches, "suffix").unwrap_or_default();
    let steps = Plan {
        inputs: texts(matches, "input").collect(),
        output: one(matches, "output"),
        naming: Naming::append(suffix),
        is_recursive: matches.get_flag("recursive"),
        links: arguments::links(matches),
        is_text: matches.get_flag("base64"),
    }
    .steps()?;

    let clients = arguments::clients(matches)?;
    let keyring = keys::joined(keys::keyrings(&keys, Direction::Encrypt, &clients)?, Direction::Encrypt)?;
    let not_stored: Vec<_> = texts(matches, "context-not-stored").collect();
    let managers = managers(keyring, Caching::of(matches), &not_stored)?;
    let caching = managers.caching;
    let mut encryptor = Encryptor::new(managers.manager);
    if let Some(policy) = one(matches, "commitment-policy").and_then(arguments::policy) {
        encryptor = encryptor.commitment_policy(policy);
    }
    if let Some(suite) = suite {
        encryptor = encryptor.suite(suite);
    }
    if let Some(keys) = matches.get_one::<u16>("max-encrypted-data-keys") {
        encryptor = encryptor.max_encrypted_data_keys(*keys);
    }
    let frame_length = frame_length.and_then(NonZeroU32::new);
    let work = Work::Encrypt { encryptor, context, frame_length, is_cached: caching.is_some() };
    let handling = Handling {
        existing: arguments::existing(matches),
        decode: false,
        encode: matches.get_flag("base64"),
        max_threads: None,
    };
    run::run(matches, Run { work, handling, steps, caching })
}
