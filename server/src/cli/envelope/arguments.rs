//! Arguments that `encrypt` and `decrypt` share, and what they mean.

use super::keys::{BranchKey, Key, PADDINGS, RawKey, Store, ecdh, kms_rsa, padding};
use super::naming::ENCRYPTED;
use super::output::Existing;
use super::walk::Links;
use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgAction, ArgGroup, ArgMatches, Command, value_parser};
use client::{KmsSupplier, Options};
use envelope::CommitmentPolicy;
use std::path::PathBuf;
use std::sync::Arc;

/// Files that are worked on at once, at most.
const JOBS_MAX: usize = 64;

/// Names of commitment policies on the command line.
pub(super) const POLICIES: [(&str, CommitmentPolicy); 3] = [
    ("forbid-encrypt-allow-decrypt", CommitmentPolicy::ForbidEncryptAllowDecrypt),
    ("require-encrypt-allow-decrypt", CommitmentPolicy::RequireEncryptAllowDecrypt),
    ("require-encrypt-require-decrypt", CommitmentPolicy::RequireEncryptRequireDecrypt),
];

/// The policy of a name.
pub(super) fn policy(name: &str) -> Option<CommitmentPolicy> {
    POLICIES.into_iter().find(|(known, _)| *known == name).map(|(_, policy)| policy)
}

/// Adds what both commands take.
pub(super) fn shared(command: Command) -> Command {
    let text = |name: &'static str, value: &'static str| Arg::new(name).long(name).value_name(value);
    let many = |name: &'static str, value: &'static str| text(name, value).action(ArgAction::Append);
    let flag = |name: &'static str| Arg::new(name).long(name).action(ArgAction::SetTrue);
    let number = |name: &'static str| text(name, "N").value_parser(value_parser!(u64).range(1..));
    command
        .args([
            Arg::new("input").value_name("INPUT").num_args(0..).help("Files, patterns, directories with -r; - or none: standard input"),
            text("output", "PATH").short('o').help("File, directory (which keeps names), or - for standard output"),
            many("key", "KEY").short('k').help("KMS key: id, ARN, alias or alias ARN; may be repeated"),
            many("raw-aes", "NAMESPACE/NAME=SOURCE").help("AES key of your own; SOURCE is file:PATH, env:NAME or kms:KEY,PATH"),
            many("raw-rsa", "NAMESPACE/NAME=SOURCE").help("RSA key of your own in PEM: public to encrypt, private to decrypt"),
            many("raw-ecdh", "CURVE=SOURCE").help("Key pair of your own on ECC_NIST_P256, _P384 or _P521: public to encrypt, private to decrypt"),
            many("kms-rsa", "ARN[=SOURCE]").help("RSA key in KMS, for --unsigned; with SOURCE, its public key, encrypting takes no call"),
            many("kms-ecdh", "KEY").help("Key in KMS for KEY_AGREEMENT"),
            many("branch-key", "ID").requires("branch-key-store").help("Branch key, which saves calls to KMS; see branch-key"),
            text("rsa-padding", "PADDING")
                .value_parser(PossibleValuesParser::new(PADDINGS.map(|(name, _)| name)))
                .default_value("oaep-sha256")
                .help("How RSA keys wrap; messages do not tell"),
            many("context-not-stored", "KEY").help("Key of the encryption context that the message does not carry"),
            text("commitment-policy", "POLICY")
                .value_parser(PossibleValuesParser::new(POLICIES.map(|(name, _)| name)))
                .default_value("require-encrypt-require-decrypt")
                .hide_possible_values(true)
                .help("Which messages are written and read, by key commitment: require-encrypt-require-decrypt, require-encrypt-allow-decrypt or forbid-encrypt-allow-decrypt"),
            number("max-encrypted-data-keys").value_parser(value_parser!(u16).range(1..)).help("Most encrypted data keys in a message [default: 10]"),
            flag("recursive").short('r').help("Take directories, with all that is in them"),
            flag("follow-links").help("Take symbolic links to files in directories, too"),
            number("jobs").short('j').value_parser(value_parser!(u64).range(1..=JOBS_MAX as u64)).help("Files at once [default: one a core]"),
            text("suffix", "SUFFIX").default_value(ENCRYPTED).help("Ending of encrypted files' names"),
            flag("overwrite").help("Replace files that exist"),
            flag("resume").help("Take files that exist as done by an earlier run"),
            flag("quiet").short('q').help("Print only what failed or was left out"),
            flag("json").help("Print a line of JSON for each file"),
        ])
        .args(connection())
        .args(store())
        .group(ArgGroup::new("existing").args(["overwrite", "resume"]))
}

/// How KMS is reached.
pub(super) fn connection() -> [Arg; 4] {
    let text = |name: &'static str, value: &'static str| Arg::new(name).long(name).value_name(value);
    [
        text("region", "REGION").help("Region of keys that are not named by ARN [default: as configured]"),
        text("profile", "PROFILE").help("Profile of AWS's configuration files [default: as configured]"),
        text("endpoint", "URL").help("Where KMS is [default: $AWS_ENDPOINT_URL, or AWS]"),
        text("ca", "FILE")
            .value_parser(value_parser!(PathBuf))
            .help("CA file for an https endpoint [default: $AWS_CA_BUNDLE, or the system's]"),
    ]
}

/// What names a store of branch keys.
pub(super) fn store() -> [Arg; 3] {
    [
        Arg::new("branch-key-store")
            .long("branch-key-store")
            .value_name("FILE")
            .value_parser(value_parser!(PathBuf))
            .requires("branch-key-kms-key")
            .help("File with branch keys, each wrapped by KMS"),
        Arg::new("branch-key-kms-key")
            .long("branch-key-kms-key")
            .value_name("ARN")
            .requires("branch-key-store")
            .help("KMS key that wraps branch keys"),
        Arg::new("branch-key-store-name")
            .long("branch-key-store-name")
            .value_name("NAME")
            .default_value("branch-keys")
            .help("Logical name of the store, bound to all in it"),
    ]
}

/// The store that is named.
pub(super) fn named_store(matches: &ArgMatches) -> Option<Store> {
    Some(Store {
        path: matches.get_one::<PathBuf>("branch-key-store")?.clone(),
        name: one(matches, "branch-key-store-name")?.to_owned(),
        kms_key: one(matches, "branch-key-kms-key")?.to_owned(),
    })
}

/// Adds what keeps data keys or materials.
pub(super) fn caching(command: Command) -> Command {
    let number = |name: &'static str| {
        Arg::new(name).long(name).value_name("N").requires("cache").value_parser(value_parser!(u64).range(1..))
    };
    command.args([
        Arg::new("cache")
            .long("cache")
            .value_name("DURATION")
            .value_parser(super::super::arguments::duration)
            .help("Keep data keys so long and use them again, such as 5m: fewer calls to KMS"),
        number("cache-capacity").help("Data keys that are kept [default: 100]"),
        number("cache-messages").help("Messages for one data key [default: 2^32]"),
        number("cache-bytes").help("Bytes for one data key [default: 2^63-1]"),
    ])
}

/// The keys that are named, KMS keys first.
pub(super) fn keys(matches: &ArgMatches) -> Result<Vec<Key>, String> {
    let mut keys: Vec<_> = texts(matches, "key").map(|key| Key::Kms(key.to_owned())).collect();
    for text in texts(matches, "raw-aes") {
        keys.push(Key::RawAes(RawKey::new(text)?));
    }
    let padding = padding(one(matches, "rsa-padding").unwrap_or("oaep-sha256"))?;
    for text in texts(matches, "raw-rsa") {
        keys.push(Key::RawRsa(RawKey::new(text)?, padding));
    }
    for text in texts(matches, "raw-ecdh") {
        keys.push(ecdh(text)?);
    }
    for text in texts(matches, "kms-rsa") {
        keys.push(kms_rsa(text, padding)?);
    }
    keys.extend(texts(matches, "kms-ecdh").map(|key| Key::KmsEcdh(key.to_owned())));
    if let Some(store) = named_store(matches) {
        let branch = |id: &str| Key::Branch(BranchKey { id: id.to_owned(), store: store.clone() });
        keys.extend(texts(matches, "branch-key").map(branch));
    }
    Ok(keys)
}

/// The clients of KMS, as options, environment and profile have them.
pub(super) fn clients(matches: &ArgMatches) -> Result<Arc<dyn KmsSupplier>, String> {
    let text = |name| one(matches, name).map(str::to_owned);
    client_of(Options {
        profile: text("profile"),
        region: text("region"),
        endpoint: text("endpoint"),
        ca_bundle: matches.get_one::<PathBuf>("ca").cloned(),
    })
}

/// The clients of KMS under these options.
pub(super) fn client_of(options: Options) -> Result<Arc<dyn KmsSupplier>, String> {
    Ok(Arc::new(client::Clients::new(options).map_err(|error| error.to_string())?))
}

/// What is done about files that exist.
pub(super) fn existing(matches: &ArgMatches) -> Existing {
    if matches.get_flag("overwrite") { Existing::Replace } else { Existing::Keep }
}

pub(super) fn links(matches: &ArgMatches) -> Links {
    if matches.get_flag("follow-links") { Links::Follow } else { Links::Skip }
}

/// How many files are worked on at once.
pub(super) fn jobs(matches: &ArgMatches) -> usize {
    let asked = matches.get_one::<u64>("jobs").and_then(|jobs| usize::try_from(*jobs).ok());
    asked.unwrap_or_else(|| std::thread::available_parallelism().map_or(1, usize::from)).clamp(1, JOBS_MAX)
}

pub(super) fn one<'m>(matches: &'m ArgMatches, name: &str) -> Option<&'m str> {
    matches.get_one::<String>(name).map(String::as_str)
}

pub(super) fn texts<'m>(matches: &'m ArgMatches, name: &str) -> impl Iterator<Item = &'m str> {
    matches.get_many::<String>(name).into_iter().flatten().map(String::as_str)
}
