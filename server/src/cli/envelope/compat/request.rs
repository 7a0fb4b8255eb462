//! What the arguments ask for, checked as the official tool checks it, in its words.

use super::super::arguments::policy;
use super::super::context::{Expected, pair};
use super::super::keys::{Key, RawKey, padding};
use super::super::managers::Caching;
use super::argparse::Given;
use super::options::integer;
use client::Options;
use envelope::{AlgorithmSuite, CommitmentPolicy};
use std::time::Duration;

/// Everything that the arguments say.
pub(super) struct Request {
    pub(super) mode: Mode,
    pub(super) input: String,
    pub(super) output: String,
    /// `None`: suppressed.
    pub(super) metadata: Option<String>,
    pub(super) overwrite_metadata: bool,
    pub(super) providers: Vec<Provider>,
    pub(super) policy: CommitmentPolicy,
    pub(super) caching: Option<Caching>,
    pub(super) is_buffered: bool,
    pub(super) encode: bool,
    pub(super) decode: bool,
    /// To encrypt with.
    pub(super) context: Vec<(String, String)>,
    /// What messages must have.
    pub(super) expected: Expected,
    pub(super) suite: Option<AlgorithmSuite>,
    pub(super) frame_length: Option<i128>,
    pub(super) max_length: Option<i128>,
    pub(super) max_encrypted_data_keys: Option<i128>,
    pub(super) suffix: Option<String>,
    pub(super) is_interactive: bool,
    pub(super) no_overwrite: bool,
    pub(super) is_recursive: bool,
    pub(super) verbosity: usize,
    pub(super) is_quiet: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mode {
    Encrypt,
    Decrypt,
    DecryptUnsigned,
}

impl Mode {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Encrypt => "encrypt",
            Self::Decrypt => "decrypt",
            Self::DecryptUnsigned => "decrypt-unsigned",
        }
    }
}

/// What is wrong with a request.
pub(super) enum Wrong {
    /// Its words: told with the usage, status 2.
    Usage(String),
    /// What they mean: status 1.
    Meaning(String),
}

impl From<String> for Wrong {
    fn from(text: String) -> Self {
        Self::Usage(text)
    }
}

impl From<&str> for Wrong {
    fn from(text: &str) -> Self {
        Self::Usage(text.to_owned())
    }
}

/// One group of wrapping keys.
pub(super) struct Provider {
    pub(super) keys: Vec<Key>,
    pub(super) options: Options,
}

impl Request {
    /// Reads what was given. The error is one of the command line.
    pub(super) fn new(given: &[Given]) -> Result<Self, Wrong> {
        let all = |flag: &'static str| given.iter().filter(move |given| given.option.flags.contains(&flag));
        let has = |flag: &'static str| all(flag).next().is_some();
        let text =
            |flag: &'static str| all(flag).next_back().and_then(|given| given.values.first()).map(String::as_str);
        let number = |flag: &'static str| text(flag).and_then(integer);
        let values = |flag: &'static str| all(flag).flat_map(|given| &given.values).map(String::as_str);

        if has("--required-encryption-context-keys") {
            return Err("--required-encryption-context-keys cannot be manually provided".into());
        }
        let mode = match (has("--encrypt"), has("--decrypt")) {
            (true, _) => Mode::Encrypt,
            (_, true) => Mode::Decrypt,
            _ => Mode::DecryptUnsigned,
        };
        let mut providers = Vec::new();
        for given in all("--wrapping-keys") {
            providers.push(Provider::new(mode, &given.values)?);
        }
        let (mut context, mut expected) = (Vec::new(), Expected::default());
        for value in values("--encryption-context") {
            match (mode, value.contains('=')) {
                (Mode::Encrypt, _) => first(&mut context, pair(value).map_err(|_| MALFORMED)?),
                (_, true) => first(&mut expected.pairs, pair(value).map_err(|_| MALFORMED)?),
                (_, false) => expected.keys.push(value.to_owned()),
            }
        }
        let caching = match values("--caching").collect::<Vec<_>>() {
            none if none.is_empty() => None,
            values => Some(caching(&values)?),
        };
        let policy = text("--commitment-policy").and_then(policy).unwrap_or_default();
        Ok(Self {
            mode,
            input: text("--input").unwrap_or_default().to_owned(),
            output: text("--output").unwrap_or_default().to_owned(),
            metadata: text("--metadata-output").map(str::to_owned),
            overwrite_metadata: has("--overwrite-metadata"),
            providers,
            policy,
            caching,
            is_buffered: has("--buffer"),
            encode: has("--encode"),
            decode: has("--decode"),
            context,
            expected,
            suite: text("--algorithm").and_then(AlgorithmSuite::from_name),
            frame_length: number("--frame-length"),
            max_length: number("--max-length"),
            max_encrypted_data_keys: number("--max-encrypted-data-keys"),
            suffix: all("--suffix").next_back().map(|given| given.values.first().cloned().unwrap_or_default()),
            is_interactive: has("--interactive"),
            no_overwrite: has("--no-overwrite"),
            is_recursive: has("--recursive"),
            verbosity: all("-v").count(),
            is_quiet: has("--quiet"),
        })
    }
}

const MALFORMED: &str = "Argument parameter must follow the format \"key=value\"";

const NO_KEY: &str = "At least one \"key\" must be provided for each wrapping key provider configuration";

/// Adds a pair, unless there is one of the same key: the official tool takes the first.
fn first(pairs: &mut Vec<(String, String)>, (key, value): (String, String)) {
    if !pairs.iter().any(|(other, _)| *other == key) {
        pairs.push((key, value));
    }
}

fn caching(values: &[&str]) -> Result<Caching, String> {
    let mut pairs = Vec::new();
    for value in values {
        first(&mut pairs, pair(value).map_err(|_| MALFORMED)?);
    }
    let find = |name: &str| pairs.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
    let (Some(capacity), Some(max_age)) = (find("capacity"), find("max_age")) else {
        return Err("If enabling caching, both \"capacity\" and \"max_age\" are required".into());
    };
    const KNOWN: [&str; 4] = ["capacity", "max_age", "max_messages_encrypted", "max_bytes_encrypted"];
    if let Some((key, _)) = pairs.iter().find(|(key, _)| !KNOWN.contains(&key.as_str())) {
        return Err(format!("Invalid caching configuration key: \"{key}\""));
    }
    let number = |name: &str, text: &str| {
        let number = integer(text).ok_or_else(|| format!("{name} of --caching is a number, not {text:?}"))?;
        u64::try_from(number).map_err(|_| format!("{name} of --caching cannot be {text}"))
    };
    let optional = |name: &str| find(name).map(|text| number(name, text)).transpose();
    let seconds = max_age.trim().parse().ok().and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    Ok(Caching {
        capacity: usize::try_from(number("capacity", capacity)?).unwrap_or(usize::MAX),
        max_age: seconds.ok_or_else(|| format!("max_age of --caching is a number of seconds, not {max_age:?}"))?,
        max_messages: optional("max_messages_encrypted")?,
        max_bytes: optional("max_bytes_encrypted")?,
    })
}

impl Provider {
    fn new(mode: Mode, values: &[String]) -> Result<Self, Wrong> {
        let mut pairs = Vec::new();
        for value in values {
            pairs.push(pair(value).map_err(|_| MALFORMED)?);
        }
        let all = |name: &str| -> Vec<&str> {
            pairs.iter().filter(|(key, _)| key == name).map(|(_, value)| value.as_str()).collect()
        };
        let providers = all("provider");
        if providers.len() > 1 {
            return Err(Wrong::Usage(format!(
                "You must provide exactly one \"provider\" for each wrapping key provider configuration. {} provided",
                providers.len()
            )));
        }
        let provider = match providers.first() {
            None | Some(&"aws-encryption-sdk-cli::aws-kms") => "aws-kms",
            Some(provider) => provider,
        };
        if provider != "aws-kms" && pairs.iter().any(|(key, _)| key.starts_with("discovery")) {
            return Err("Discovery attributes are supported only for AWS KMS wrapping keys".into());
        }
        if provider != "aws-kms" && all("key").is_empty() {
            return Err(NO_KEY.into());
        }
        let known: &[&str] = match provider {
            "aws-kms" => {
                &["provider", "key", "region", "profile", "discovery", "discovery-account", "discovery-partition"]
            }
            "raw-aes" => &["provider", "key", "region", "profile"],
            "raw-rsa" => &["provider", "key", "region", "profile", "padding"],
            other => return Err(Wrong::Meaning(format!("Requested master key provider not found: \"{other}\""))),
        };
        if let Some((key, _)) = pairs.iter().find(|(key, _)| !known.contains(&key.as_str())) {
            return Err(Wrong::Meaning(format!("Unknown wrapping key attribute: \"{key}\"")));
        }
        let options = Options {
            region: single(&all("region"), "region")?,
            profile: single(&all("profile"), "profile")?,
            ..Options::default()
        };
        let keys = all("key");
        let keys = match provider {
            "raw-aes" => keys.into_iter().map(|key| RawKey::new(key).map(Key::RawAes)).collect::<Result<_, _>>()?,
            "raw-rsa" => {
                let padding = padding(single(&all("padding"), "padding")?.as_deref().unwrap_or("oaep-sha256"))?;
                let key = |key| RawKey::new(key).map(|key| Key::RawRsa(key, padding));
                keys.into_iter().map(key).collect::<Result<_, _>>()?
            }
            _ => kms(mode, &keys, &all("discovery"), &all("discovery-account"), &all("discovery-partition"))?,
        };
        if keys.is_empty() {
            return Err(NO_KEY.into());
        }
        Ok(Self { keys, options })
    }
}

fn single(values: &[&str], name: &str) -> Result<Option<String>, Wrong> {
    match values {
        [] => Ok(None),
        [value] => Ok(Some((*value).to_owned())),
        several => Err(Wrong::Meaning(format!(
            "Only one {name} may be specified per master key provider configuration. {} provided.",
            several.len()
        ))),
    }
}

fn kms(
    mode: Mode,
    keys: &[&str],
    discovery: &[&str],
    accounts: &[&str],
    partitions: &[&str],
) -> Result<Vec<Key>, String> {
    let says = |text: &str| Err(text.to_owned());
    let is_filtered = !accounts.is_empty() || !partitions.is_empty();
    if mode == Mode::Encrypt && (is_filtered || !discovery.is_empty()) {
        return says("Discovery attributes are supported only on decryption for AWS KMS keys");
    }
    let is_discovering = match discovery.first() {
        None => false,
        Some(text) => match text.to_lowercase().as_str() {
            "false" | "f" | "0" | "no" | "n" => false,
            "true" | "t" | "1" | "yes" | "y" => true,
            _ => return Err(format!("Value {text} could not be parsed as true or false")),
        },
    };
    if !is_discovering {
        if is_filtered {
            return says(
                "Discovery-account and discovery-partition are valid only when the discovery attribute is set to true",
            );
        }
        if keys.is_empty() && mode != Mode::Encrypt {
            return says("When discovery is false (disabled), you must specify at least one wrapping key");
        }
        return Ok(keys.iter().map(|key| Key::Kms((*key).to_owned())).collect());
    }
    match (accounts, partitions) {
        ([_, ..], []) => says("When specifying discovery-account, you must also specify discovery-partition"),
        ([], [_, ..]) => says("When specifying discovery-partition, you must also specify discovery-account"),
        ([_, ..], [_, _, ..]) => says("You can only specify discovery-partition once"),
        _ if !keys.is_empty() => says("If discovery is true (enabled), you cannot specify wrapping keys"),
        ([], _) => Ok(vec![Key::Discovery(None)]),
        (accounts, partitions) => {
            let partition = partitions.first().copied().unwrap_or_default().to_owned();
            Ok(vec![Key::Discovery(Some((partition, accounts.iter().map(|account| (*account).to_owned()).collect())))])
        }
    }
}
