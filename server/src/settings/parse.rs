//! Values from words: what each kind of value must look like, said without repeating what may be a secret.

use super::setting::{Field, Shape};
use super::typed::{ClientAuth, LISTEN, ListenerSettings};
use std::net::{SocketAddr, ToSocketAddrs};
use std::path::PathBuf;
use std::time::Duration;

/// The words of a value, whose shape has been checked: one, or several for a list.
pub(super) struct Words<'a>(pub(super) Vec<&'a str>);

impl Words<'_> {
    pub(super) fn one(&self) -> &str {
        self.0.first().copied().unwrap_or_default()
    }

    pub(super) fn owned(&self) -> String {
        self.one().to_owned()
    }

    pub(super) fn all(&self) -> Vec<String> {
        self.0.iter().map(|word| (*word).to_owned()).collect()
    }

    pub(super) fn is_true(&self) -> bool {
        self.one() == "true"
    }

    pub(super) fn path(&self) -> Result<PathBuf, String> {
        path(self.one())
    }

    pub(super) fn paths(&self) -> Result<Vec<PathBuf>, String> {
        self.each(path)
    }

    /// Every word, read by `read`.
    pub(super) fn each<T>(&self, read: impl Fn(&str) -> Result<T, String>) -> Result<Vec<T>, String> {
        self.0.iter().map(|word| read(word)).collect()
    }

    pub(super) fn number<T: TryFrom<u64>>(&self) -> Result<T, String> {
        let number = self.one().parse::<u64>().ok().and_then(|number| T::try_from(number).ok());
        number.ok_or_else(|| "must be a whole number".into())
    }

    pub(super) fn seconds(&self) -> Result<Duration, String> {
        self.number().map(Duration::from_secs)
    }

    pub(super) fn milliseconds(&self) -> Result<Duration, String> {
        self.number().map(Duration::from_millis)
    }

    /// A number of units of `1 << shift` bytes.
    pub(super) fn bytes(&self, shift: u32) -> Result<u64, String> {
        self.number::<u64>().map(|units| units << shift)
    }

    pub(super) fn choose<T: Copy>(&self, choices: &[(&str, T)]) -> Result<T, String> {
        let found = choices.iter().find(|(name, _)| *name == self.one());
        found.map(|(_, value)| *value).ok_or_else(|| "is none of the words that are known here".into())
    }
}

/// Checks that words have a shape; what they mean is checked where they are applied.
pub(super) fn check(shape: Shape, words: &[&str]) -> Result<(), String> {
    let [word] = words else {
        return if matches!(shape, Shape::List | Shape::Tables(_)) { Ok(()) } else { Err("takes one value".into()) };
    };
    match shape {
        Shape::Text | Shape::List | Shape::Tables(_) => Ok(()),
        Shape::Switch if matches!(*word, "true" | "false") => Ok(()),
        Shape::Switch => Err("must be true or false".into()),
        Shape::Number { least, most } => {
            let digits = !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_digit());
            let number = word.parse::<u64>().ok().filter(|number| digits && (least..=most).contains(number));
            number.map(|_| ()).ok_or_else(|| format!("must be a whole number from {least} to {most}"))
        }
        Shape::Share => {
            let share = word.parse::<f64>().ok().filter(|share| (0.0..=1.0).contains(share));
            share.map(|_| ()).ok_or_else(|| "must be a number from 0 to 1".into())
        }
        Shape::Choice(words) if words.contains(word) => Ok(()),
        Shape::Choice(words) => Err(format!("must be {}", alternatives(words))),
    }
}

/// `a, b or c`.
pub(super) fn alternatives(words: &[&str]) -> String {
    match words {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [all @ .., last] => format!("{} or {last}", all.join(", ")),
    }
}

pub(super) fn address(text: &str) -> Result<SocketAddr, String> {
    let found = text.to_socket_addrs().map_err(|_| format!("{text:?} is no address and port such as {LISTEN}"))?;
    found.into_iter().next().ok_or_else(|| format!("{text:?} has no address"))
}

fn path(text: &str) -> Result<PathBuf, String> {
    if text.is_empty() { Err("must be a path".into()) } else { Ok(PathBuf::from(text)) }
}

/// `HOST=ADDRESS:PORT`.
pub(super) fn route(text: &str) -> Result<(String, SocketAddr), String> {
    let route = text.split_once('=').filter(|(host, _)| !host.is_empty());
    let route = route.and_then(|(host, place)| Some((host.to_ascii_lowercase(), address(place).ok()?)));
    route.ok_or_else(|| format!("{text:?} is no HOST=ADDRESS:PORT"))
}

/// A quota's name, as an operator writes it, and its value.
pub(super) fn quota(text: &str) -> Result<(String, f64), String> {
    let rule = || format!("{text:?} is not like kms:CreateKey=50");
    let (name, value) = text.split_once('=').ok_or_else(rule)?;
    let value: f64 = value.parse().map_err(|_| rule())?;
    // What is no number is in no range.
    if !name.contains(':') || !(0.0..=LARGEST_QUOTA).contains(&value) {
        Err(rule())
    } else {
        Ok((name.to_owned(), value))
    }
}

/// The largest value of a quota, as in AWS's API.
const LARGEST_QUOTA: f64 = 1e10;

/// Tells what is wrong without repeating the URL, which may hold a password.
pub(super) fn store(text: &str) -> Result<String, String> {
    let known = text.starts_with("postgres://") || text.starts_with("postgresql://");
    if known { Ok(text.to_owned()) } else { Err("must be a postgres:// URL".into()) }
}

/// A seal of `dev`: a file.
pub(super) fn file_seal(text: &str) -> Result<String, String> {
    match text.strip_prefix("file:") {
        Some(path) if !path.is_empty() => Ok(text.to_owned()),
        _ => Err("must be file:PATH".into()),
    }
}

/// Seals that need nobody.
const SEALS: [&str; 5] = ["file:", "credential:", "env:", "pkcs11:", "kms:"];

/// A seal of `serve`, one that opens without a person. What is behind the scheme is the seal's own to judge.
pub(super) fn seal(text: &str) -> Result<String, String> {
    if text == "passphrase" || text.starts_with("shamir:") {
        return Err("a passphrase and shares are given to `fastness unseal`; leave this seal out here".into());
    }
    let known = SEALS.iter().any(|scheme| text.strip_prefix(scheme).is_some_and(|rest| !rest.is_empty()));
    // Not repeated: who mistakes the place may have written a passphrase here.
    if known {
        Ok(text.to_owned())
    } else {
        Err("must be file:PATH, credential:NAME, env:NAME, pkcs11:… or kms:ARN".into())
    }
}

/// The URL of a collector of traces.
pub(super) fn collector(text: &str) -> Result<String, String> {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    let host = rest.map(|rest| rest.split('/').next().unwrap_or_default());
    match host {
        Some(host) if !host.is_empty() && !host.contains('@') => Ok(text.to_owned()),
        // Not repeated: it may hold a password, which is refused for that reason.
        _ => Err("must be a URL such as http://127.0.0.1:4318, without user and password".into()),
    }
}

/// The name or number of a user or group.
pub(super) fn account_name(text: &str) -> Result<String, String> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.$".contains(&byte);
    let good = !text.is_empty() && text.len() <= 32 && !text.starts_with('-') && text.bytes().all(plain);
    if good { Ok(text.to_owned()) } else { Err(format!("{text:?} is no name of a user or group")) }
}

/// What stands in `[[listeners]]`.
pub(super) const LISTENER: &[Field] = &[
    Field { key: "address", shape: Shape::Text, default: None, doc: "Address and port.", example: "\"0.0.0.0:443\"" },
    Field {
        key: "plain",
        shape: Shape::Switch,
        default: Some("false"),
        doc: "Plain HTTP instead of TLS; on loopback only.",
        example: "false",
    },
    Field {
        key: "proxy_protocol",
        shape: Shape::Switch,
        default: Some("false"),
        doc: "Whether each connection begins with a PROXY protocol v2 header; believed from `proxy.trusted` only.",
        example: "true",
    },
    Field {
        key: "client_auth",
        shape: Shape::Choice(&["off", "optional", "required"]),
        default: Some("\"off\""),
        doc: "Whether clients show a certificate that `tls.client_ca` vouches for.",
        example: "\"required\"",
    },
];

/// One of `[[listeners]]`, as `address=… plain=…`: the form that environment and flags use, and that the file is brought to.
pub(super) fn listener(text: &str) -> Result<ListenerSettings, String> {
    let mut given: Vec<(&str, &str)> = Vec::new();
    for word in text.split_whitespace() {
        let pair = word.split_once('=').ok_or_else(|| format!("{word:?} is not like address=127.0.0.1:443"))?;
        let field = LISTENER.iter().find(|field| field.key == pair.0);
        let field = field.ok_or_else(|| format!("there is no {:?} of a listener", pair.0))?;
        check(field.shape, &[pair.1]).map_err(|problem| format!("{}: {problem}", pair.0))?;
        if given.iter().any(|(key, _)| *key == pair.0) {
            return Err(format!("{} is given twice", pair.0));
        }
        given.push(pair);
    }
    let find = |key: &str| given.iter().find(|(name, _)| *name == key).map(|(_, value)| *value);
    let mut listener = ListenerSettings::at(address(find("address").ok_or("address is missing")?)?);
    listener.plain = find("plain") == Some("true");
    listener.proxy_protocol = find("proxy_protocol") == Some("true");
    listener.client_auth = match find("client_auth") {
        Some("optional") => ClientAuth::Optional,
        Some("required") => ClientAuth::Required,
        _ => ClientAuth::Off,
    };
    Ok(listener)
}
