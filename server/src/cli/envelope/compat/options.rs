//! The options of aws-encryption-cli 4.3.0, one row each, and its usage and help made from them.

use super::super::arguments::POLICIES;
use super::argparse::{PROGRAM, quote};
use envelope::AlgorithmSuite;

/// An option.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Option_ {
    /// Its names, with their dashes, as help shows them.
    pub(super) flags: &'static [&'static str],
    pub(super) kind: Kind,
    /// Of the options of a group one must be there, and no two may.
    pub(super) group: Option<&'static str>,
    pub(super) required: bool,
    pub(super) help: &'static str,
}

/// What an option takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Help,
    Version,
    /// Says what is done.
    Action,
    Flag,
    Count,
    /// One value; `metavar` is its name in help.
    One(Check),
    /// One or more values, once, or as often as one likes.
    Many {
        repeated: bool,
    },
    /// A value, or none for the empty one.
    Suffix,
}

/// What a value must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Check {
    Text,
    Integer,
    Algorithm,
    Policy,
}

const fn option(flags: &'static [&'static str], kind: Kind, help: &'static str) -> Option_ {
    Option_ { flags, kind, group: None, required: false, help }
}

const fn required(flags: &'static [&'static str], kind: Kind, help: &'static str) -> Option_ {
    Option_ { flags, kind, group: None, required: true, help }
}

const fn of(group: &'static str, flags: &'static [&'static str], kind: Kind, help: &'static str) -> Option_ {
    Option_ { flags, kind, group: Some(group), required: false, help }
}

const TEXT: Kind = Kind::One(Check::Text);
const INTEGER: Kind = Kind::One(Check::Integer);
const MANY: Kind = Kind::Many { repeated: false };

#[rustfmt::skip]
pub(super) static OPTIONS: [Option_; 28] = [
    option(&["-h", "--help"], Kind::Help, "Show this help and exit"),
    of("action", &["--version"], Kind::Version, "Show the version and exit"),
    of("action", &["-e", "--encrypt"], Kind::Action, "Encrypt"),
    of("action", &["-d", "--decrypt"], Kind::Action, "Decrypt"),
    of("action", &["--decrypt-unsigned"], Kind::Action, "Decrypt, and refuse messages that are signed"),
    of("metadata", &["-S", "--suppress-metadata"], Kind::Flag, "Write no metadata"),
    of("metadata", &["--metadata-output"], TEXT, "Where to add a line of metadata for each message; - is standard output"),
    option(&["--overwrite-metadata"], Kind::Flag, "Begin the metadata file anew"),
    required(&["-w", "--wrapping-keys"], Kind::Many { repeated: true }, "One provider and its keys: provider=aws-kms (taken if none is named), raw-aes or raw-rsa; key=, any number of times; for aws-kms also region=, profile=, discovery=true with discovery-account= and discovery-partition=. A raw key is NAMESPACE/NAME=file:PATH, =env:NAME or =kms:KEY,PATH"),
    option(&["--commitment-policy"], Kind::One(Check::Policy), "Which messages are written and read, by key commitment"),
    option(&["--caching"], MANY, "Keep data keys: capacity= and max_age= (seconds), perhaps max_messages_encrypted= and max_bytes_encrypted="),
    option(&["-b", "--buffer"], Kind::Flag, "Release nothing before all of a message is processed"),
    required(&["-i", "--input"], TEXT, "File, pattern or directory to read; - is standard input"),
    required(&["-o", "--output"], TEXT, "File or directory to write; - is standard output"),
    option(&["--encode"], Kind::Flag, "Write base64"),
    option(&["--decode"], Kind::Flag, "Read base64"),
    option(&["-c", "--encryption-context"], MANY, "Encrypting: pairs key=value. Decrypting: pairs and keys that the message must have"),
    option(&["--required-encryption-context-keys"], MANY, ""),
    option(&["--algorithm"], Kind::One(Check::Algorithm), "Algorithm suite to encrypt with"),
    option(&["--frame-length"], INTEGER, "Length of a frame in bytes"),
    option(&["--max-length"], INTEGER, "Longest frame, or content without frames, that is decrypted"),
    option(&["--max-encrypted-data-keys"], INTEGER, "Most encrypted data keys in a message"),
    option(&["--suffix"], Kind::Suffix, "What to add to names of files in an output directory"),
    option(&["--interactive"], Kind::Flag, "Ask before files are overwritten"),
    option(&["--no-overwrite"], Kind::Flag, "Never overwrite files"),
    option(&["-r", "-R", "--recursive"], Kind::Flag, "Take directories"),
    option(&["-v"], Kind::Count, "Say more; up to four times"),
    option(&["-q", "--quiet"], Kind::Flag, "Say less"),
];

impl Option_ {
    /// All its names, as messages show them.
    pub(super) fn names(&self) -> String {
        self.flags.join("/")
    }

    /// Its long name without dashes.
    pub(super) fn long(&self) -> Option<&'static str> {
        self.flags.iter().find_map(|flag| flag.strip_prefix("--"))
    }

    /// Whether it may stand there only once.
    pub(super) fn is_unique(&self) -> bool {
        let checked = [Check::Text, Check::Integer, Check::Algorithm];
        let is_metadata = self.group == Some("metadata");
        match self.kind {
            Kind::One(check) => checked.contains(&check) && !is_metadata,
            Kind::Many { repeated } => !repeated,
            Kind::Suffix => true,
            Kind::Help | Kind::Version | Kind::Action | Kind::Flag | Kind::Count => false,
        }
    }

    /// Refuses a value that it does not take.
    pub(super) fn check(&self, value: &str) -> Result<(), String> {
        let wrong = |what: String| Err(format!("argument {}: {what}", self.names()));
        match self.kind {
            Kind::One(Check::Integer) if integer(value).is_none() => {
                wrong(format!("invalid int value: {}", quote(value)))
            }
            Kind::One(Check::Algorithm) if AlgorithmSuite::from_name(value).is_none() => {
                let names: Vec<_> = AlgorithmSuite::all().map(|suite| quote(suite.name())).collect();
                wrong(format!("invalid choice: {} (choose from {})", quote(value), names.join(", ")))
            }
            Kind::One(Check::Policy) if !POLICIES.iter().any(|(name, _)| *name == value) => {
                wrong(format!("invalid CommitmentPolicyArgs value: {}", quote(value)))
            }
            _ => Ok(()),
        }
    }
}

/// A number as Python reads one: spaces around it, a sign, single underscores between digits.
pub(super) fn integer(text: &str) -> Option<i128> {
    let text = text.trim();
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let well_formed = digits.split('_').all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()));
    if well_formed { text.replace('_', "").parse().ok() } else { None }
}

/// The usage, as the official tool prints it.
pub(super) fn usage() -> String {
    let suites: Vec<_> = AlgorithmSuite::all().map(AlgorithmSuite::name).collect();
    format!(
        "\
usage: {PROGRAM} [-h] [--version] [-e] [-d] [--decrypt-unsigned] [-S]
                          [--metadata-output METADATA_OUTPUT]
                          [--overwrite-metadata] -w WRAPPING_KEYS
                          [WRAPPING_KEYS ...]
                          [--commitment-policy {{{}}}]
                          [--caching CACHING [CACHING ...]] [-b] -i INPUT -o
                          OUTPUT [--encode] [--decode]
                          [-c ENCRYPTION_CONTEXT [ENCRYPTION_CONTEXT ...]]
                          [--algorithm {{{}}}]
                          [--frame-length FRAME_LENGTH]
                          [--max-length MAX_LENGTH]
                          [--max-encrypted-data-keys MAX_ENCRYPTED_DATA_KEYS]
                          [--suffix [SUFFIX]] [--interactive] [--no-overwrite]
                          [-r] [-v] [-q]
",
        POLICIES.map(|(name, _)| name).join(","),
        suites.join(",")
    )
}

/// The help.
pub(super) fn help() -> String {
    let mut text = usage();
    text.push_str("\nEncrypts and decrypts with the arguments of the AWS Encryption CLI 4.3.0.\n\noptions:\n");
    for option in OPTIONS.iter().filter(|option| !option.help.is_empty()) {
        let name = option.long().unwrap_or_default().replace('-', "_").to_uppercase();
        let value = match option.kind {
            Kind::One(Check::Policy) => format!(" {{{}}}", POLICIES.map(|(name, _)| name).join(",")),
            Kind::One(Check::Text | Check::Integer | Check::Algorithm) => format!(" {name}"),
            Kind::Many { .. } => format!(" {name} [{name} ...]"),
            Kind::Suffix => format!(" [{name}]"),
            _ => String::new(),
        };
        let names: Vec<_> = option.flags.iter().map(|flag| format!("{flag}{value}")).collect();
        let names = names.join(", ");
        let mut line = format!("  {names}");
        // As argparse lays it out: 24 columns for names, the rest of 80 for words.
        if line.len() > 22 {
            text += &line;
            text.push('\n');
            line.clear();
        }
        let mut width = 0;
        for word in option.help.split(' ') {
            if width > 0 && width + 1 + word.len() > 54 {
                text += &line;
                text.push('\n');
                (line, width) = (String::new(), 0);
            }
            if width == 0 {
                line = format!("{line:<24}");
            } else {
                line.push(' ');
                width += 1;
            }
            line += word;
            width += word.len();
        }
        text += &line;
        text.push('\n');
    }
    text + HELP_END
}

const HELP_END: &str = "
An argument @FILE stands for the arguments in that file. Beyond the original: raw keys without plugins, aliases and key
ids for decrypting too, output files that appear whole or not at all, an exit status that is not 0 when anything was
skipped or did not match.

example:
  fastness aws-encryption-cli --encrypt --input hello.txt --output hello.txt.encrypted \\
      --wrapping-keys key=alias/app --encryption-context purpose=test --metadata-output metadata.jsonl
";
