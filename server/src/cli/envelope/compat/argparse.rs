//! A command line as Python's `argparse` reads it, for the official tool's scripts: abbreviated and joined options, options
//! with several values, arguments from files, and its words and exit status when it does not understand.
//!
//! Source: Python 3.11 documentation, `argparse`; what it leaves open was tried out on the official tool.

use super::files::expand;
use super::options::{Kind, OPTIONS, Option_};

/// What the name of the program is in its messages.
pub(super) const PROGRAM: &str = "aws-encryption-cli";

/// An option that was given, in order, and its values.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Given {
    pub(super) option: &'static Option_,
    pub(super) values: Vec<String>,
}

/// How an argument is understood by itself.
enum Class {
    /// A value.
    Argument,
    /// An option, by the name that it was found under, perhaps with a value in the same word.
    Option(Found, Option<String>),
    /// It looks like an option and is none.
    Unknown,
    /// `--`: only values follow.
    End,
}

/// What a name leads to.
#[derive(Clone, Copy)]
enum Found {
    /// An option, and the name of it that was meant.
    Real(&'static Option_, &'static str),
    /// A long name behind one dash, which nearly always is a slip.
    Slip(&'static str),
}

/// Reads arguments. The error is what `argparse` says, without the usage before it.
pub(super) fn parse(arguments: Vec<String>) -> Result<Vec<Given>, String> {
    let arguments = expand(arguments)?;
    let mut classes = Vec::with_capacity(arguments.len());
    let mut ended = false;
    for argument in &arguments {
        let class = if ended { Class::Argument } else { classify(argument)? };
        ended = ended || matches!(class, Class::End);
        classes.push(class);
    }
    let (mut given, mut extras) = (Vec::<Given>::new(), Vec::new());
    let mut slip = None;
    let mut words = arguments.iter().zip(&classes).peekable();
    while let Some((argument, class)) = words.next() {
        let (found, joined) = match class {
            Class::Option(found, joined) => (*found, joined.clone()),
            Class::Argument | Class::Unknown | Class::End => {
                extras.push(argument.as_str());
                continue;
            }
        };
        let mut next_value =
            || words.next_if(|(_, class)| matches!(class, Class::Argument)).map(|(word, _)| word.clone());
        let (mut found, mut joined) = (found, joined);
        loop {
            let (option, name) = match found {
                Found::Real(option, name) => (option, name),
                Found::Slip(name) => {
                    if let Some(value) = joined {
                        return Err(format!("argument -{name}: ignored explicit argument {}", quote(&value)));
                    }
                    slip.get_or_insert(name);
                    break;
                }
            };
            if let Kind::Action | Kind::Flag | Kind::Count | Kind::Help | Kind::Version = option.kind {
                take(&mut given, option, name, Vec::new())?;
                // Letters of short options may stand in one word.
                let Some(rest) = joined.take() else { break };
                let next = rest.chars().next().filter(|_| !argument.starts_with("--"));
                let next = next.and_then(|letter| Some((short(letter)?, rest.get(letter.len_utf8()..)?)));
                let Some((next, rest)) = next else {
                    return Err(format!("argument {}: ignored explicit argument {}", option.names(), quote(&rest)));
                };
                found = next;
                joined = (!rest.is_empty()).then(|| rest.to_owned());
                continue;
            }
            let values = match (option.kind, joined.take()) {
                (_, Some(value)) => vec![value],
                (Kind::Many { .. }, None) => std::iter::from_fn(&mut next_value).collect(),
                (_, None) => next_value().into_iter().collect(),
            };
            if values.is_empty() && option.kind != Kind::Suffix {
                let wanted =
                    if matches!(option.kind, Kind::Many { .. }) { "at least one argument" } else { "one argument" };
                return Err(format!("argument {}: expected {wanted}", option.names()));
            }
            take(&mut given, option, name, values)?;
            break;
        }
        if given.last().is_some_and(|last| matches!(last.option.kind, Kind::Help | Kind::Version)) {
            return Ok(given);
        }
    }
    require(&given)?;
    if !extras.is_empty() {
        return Err(format!("unrecognized arguments: {}", extras.join(" ")));
    }
    match slip {
        Some(name) => Err(format!("Found invalid argument \"-{name}\". Did you mean \"--{name}\"?")),
        None => Ok(given),
    }
}

/// Adds an option, checked against what it takes and what stands there already.
fn take(given: &mut Vec<Given>, option: &'static Option_, name: &str, values: Vec<String>) -> Result<(), String> {
    for value in &values {
        option.check(value)?;
    }
    if let Some(group) = option.group {
        let other = given.iter().find(|other| other.option.group == Some(group) && other.option != option);
        if let Some(other) = other {
            return Err(format!("argument {}: not allowed with argument {}", option.names(), other.option.names()));
        }
    }
    if option.is_unique() && given.iter().any(|other| other.option == option) {
        return Err(format!("{name} argument may not be specified more than once"));
    }
    given.push(Given { option, values });
    Ok(())
}

/// What must be there.
fn require(given: &[Given]) -> Result<(), String> {
    let has = |option: &Option_| given.iter().any(|given| given.option == option);
    let missing: Vec<_> = OPTIONS.iter().filter(|option| option.required && !has(option)).collect();
    if !missing.is_empty() {
        let names: Vec<_> = missing.into_iter().map(Option_::names).collect();
        return Err(format!("the following arguments are required: {}", names.join(", ")));
    }
    for group in ["action", "metadata"] {
        let members = || OPTIONS.iter().filter(|option| option.group == Some(group));
        if !members().any(has) {
            let names: Vec<_> = members().map(Option_::names).collect();
            return Err(format!("one of the arguments {} is required", names.join(" ")));
        }
    }
    Ok(())
}

fn classify(argument: &str) -> Result<Class, String> {
    if !argument.starts_with('-') || argument == "-" {
        return Ok(Class::Argument);
    }
    if argument == "--" {
        return Ok(Class::End);
    }
    if let Some(found) = exact(argument) {
        return Ok(Class::Option(found, None));
    }
    let (name, value) = match argument.split_once('=') {
        Some((name, value)) => (name, Some(value.to_owned())),
        None => (argument, None),
    };
    if let (Some(found), Some(value)) = (exact(name), &value) {
        return Ok(Class::Option(found, Some(value.clone())));
    }
    let mut matches: Vec<(String, Found, Option<String>)> = Vec::new();
    if argument.starts_with("--") {
        for (flag, found) in flags().filter(|(flag, _)| flag.starts_with(name)) {
            matches.push((flag, found, value.clone()));
        }
    } else {
        let mut letters = argument.strip_prefix('-').unwrap_or_default().chars();
        if let Some(found @ Found::Real(_, name)) = letters.next().and_then(short) {
            matches.push((name.to_owned(), found, Some(letters.as_str().to_owned())));
        }
        for (flag, found) in flags().filter(|(flag, _)| !flag.starts_with("--") && flag.starts_with(argument)) {
            matches.push((flag, found, None));
        }
    }
    if matches.len() > 1 {
        let names: Vec<_> = matches.iter().map(|(name, ..)| name.as_str()).collect();
        return Err(format!("ambiguous option: {argument} could match {}", names.join(", ")));
    }
    if let Some((_, found, value)) = matches.pop() {
        return Ok(Class::Option(found, value));
    }
    let digits = argument.get(1..).unwrap_or_default();
    let is_number = digits.ends_with(|last: char| last.is_ascii_digit())
        && digits.chars().all(|digit| digit.is_ascii_digit() || digit == '.')
        && digits.matches('.').count() < 2;
    Ok(if is_number || argument.contains(' ') { Class::Argument } else { Class::Unknown })
}

/// Every name of an option, slips among them.
fn flags() -> impl Iterator<Item = (String, Found)> {
    OPTIONS.iter().flat_map(|option| {
        let slip = option.long().map(|long| (format!("-{long}"), Found::Slip(long)));
        slip.into_iter().chain(option.flags.iter().map(move |flag| ((*flag).to_owned(), Found::Real(option, flag))))
    })
}

fn exact(name: &str) -> Option<Found> {
    flags().find(|(flag, _)| flag == name).map(|(_, found)| found)
}

fn short(letter: char) -> Option<Found> {
    let is_it = |flag: &str| flag.strip_prefix('-').is_some_and(|rest| rest.chars().eq([letter]));
    OPTIONS.iter().find_map(|option| {
        let flag = option.flags.iter().find(|flag| is_it(flag))?;
        Some(Found::Real(option, flag))
    })
}

/// As Python writes a text.
pub(super) fn quote(text: &str) -> String {
    let mark = if text.contains('\'') && !text.contains('"') { '"' } else { '\'' };
    let mut quoted = String::from(mark);
    for character in text.chars() {
        match character {
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            _ if character == mark => quoted.extend(['\\', mark]),
            _ => quoted.push(character),
        }
    }
    quoted.push(mark);
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each option with its values, or the error.
    fn read(line: &str) -> Result<Vec<String>, String> {
        let words = line.split(' ').map(str::to_owned).collect();
        let told = |given: Given| [&[given.option.names()], given.values.as_slice()].concat().join(" ");
        parse(words).map(|given| given.into_iter().map(told).collect())
    }

    const REST: &str = "-S -i a -o b -w key=k";

    #[test]
    fn options_are_read_as_argparse_reads_them() {
        let (long, short) = (read(&format!("--encrypt {REST}")).unwrap(), read("-eS -ia -ob --wrap=key=k").unwrap());
        assert_eq!(long.first(), Some(&"-e/--encrypt".to_owned()));
        assert_eq!(long, short);
        let many = read("-d -S -w key=a key=b -w key=c -c x y=z -vv --suffix -i - -o -").unwrap();
        let expected = [
            "-d/--decrypt",
            "-S/--suppress-metadata",
            "-w/--wrapping-keys key=a key=b",
            "-w/--wrapping-keys key=c",
            "-c/--encryption-context x y=z",
            "-v",
            "-v",
            "--suffix",
            "-i/--input -",
            "-o/--output -",
        ];
        assert_eq!(many, expected);
        assert!(read(&format!("-e {REST} --frame-length -5")).is_ok(), "a negative number is a value");
        assert_eq!(read("-h").unwrap(), ["-h/--help"]);
        assert_eq!(read("--version -e").unwrap(), ["--version"]);
    }

    /// Every text here is what aws-encryption-cli 4.3.0 says on Python 3.11.
    #[test]
    fn what_is_wrong_is_told_in_the_official_words() {
        let suffixed = |begin: &str| format!("{begin} {REST}");
        for (line, expected) in [
            ("-e -S", "the following arguments are required: -w/--wrapping-keys, -i/--input, -o/--output"),
            (
                &suffixed("-v"),
                "one of the arguments --version -e/--encrypt -d/--decrypt --decrypt-unsigned is required",
            ),
            ("-e -i a -o b -w key=k", "one of the arguments -S/--suppress-metadata --metadata-output is required"),
            (&suffixed("-e -d"), "argument -d/--decrypt: not allowed with argument -e/--encrypt"),
            (
                &suffixed("-e --metadata-output m"),
                "argument -S/--suppress-metadata: not allowed with argument --metadata-output",
            ),
            (&suffixed("-e -i c"), "-i argument may not be specified more than once"),
            (&suffixed("-e x"), "unrecognized arguments: x"),
            (&suffixed("-e --nothing"), "unrecognized arguments: --nothing"),
            (&suffixed("--en"), "ambiguous option: --en could match --encrypt, --encode, --encryption-context"),
            (&suffixed("-e --frame-length x"), "argument --frame-length: invalid int value: 'x'"),
            (&suffixed("-e --frame-length"), "argument --frame-length: expected one argument"),
            (&suffixed("-e -c"), "argument -c/--encryption-context: expected at least one argument"),
            (&suffixed("-e --encode=1"), "argument --encode: ignored explicit argument '1'"),
            (&suffixed("-encrypt -e"), "Found invalid argument \"-encrypt\". Did you mean \"--encrypt\"?"),
        ] {
            assert_eq!(read(line).unwrap_err(), expected, "{line}");
        }
    }
}
