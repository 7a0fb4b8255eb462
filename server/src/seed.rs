//! The seed: accounts, users, access keys and KMS keys that a server starts with.
//!
//! Guarantees: a seed is checked whole before anything of it is made; a mistake is named with file, line and key.
//! Ids and secrets may be any that clients send. What exists already is never changed.

use crate::toml_reader::{Source, Table, TomlError};
use base::{AccountId, Region, Scope, Secret, Uuid};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use policy::{Document, Kind};
use std::collections::{BTreeMap, HashSet};

/// Longest access key id that IAM knows.
const ACCESS_KEY_ID_MAX: usize = 128;
/// Longest alias, without its prefix.
const ALIAS_MAX: usize = 250;
/// Longest user name that IAM knows.
const USER_NAME_MAX: usize = 64;

/// What to make.
#[derive(Default)]
pub struct Seed {
    /// The accounts, in the file's order.
    pub accounts: Vec<Account>,
}

/// An account.
pub struct Account {
    /// Its id.
    pub id: AccountId,
    /// Access keys of its root.
    pub root_access_keys: Vec<AccessKey>,
    /// Its users.
    pub users: Vec<User>,
    /// Its KMS keys.
    pub keys: Vec<kms::SeedKey>,
}

/// An access key.
pub struct AccessKey {
    /// The id that clients send.
    pub id: String,
    /// The secret that clients sign with.
    pub secret: Secret<String>,
}

/// A user.
pub struct User {
    /// Unique in the account.
    pub name: String,
    /// The user's access keys.
    pub access_keys: Vec<AccessKey>,
    /// ARNs of managed policies.
    pub attached_policies: Vec<String>,
    /// Policy documents by name.
    pub inline_policies: BTreeMap<String, String>,
}

/// Ids that must be unique over the whole seed.
#[derive(Default)]
struct Taken {
    accounts: HashSet<AccountId>,
    access_keys: HashSet<String>,
}

/// Names that must be unique in an account.
#[derive(Default)]
struct Names<'t> {
    keys: HashSet<(Region, &'t str)>,
    aliases: HashSet<(Region, &'t str)>,
}

impl Seed {
    /// Reads a seed; `file` is how errors call it, `region` where keys live that name none.
    pub fn parse(file: &str, text: &str, region: Region) -> Result<Self, TomlError> {
        let mut taken = Taken::default();
        let mut accounts = Vec::new();
        // An account at a time, since a seed may name a million keys.
        let pieces = Source::new(file, text).pieces("[[accounts]]");
        for (number, piece) in pieces.iter().enumerate() {
            let document = piece.parse()?;
            let root = Table::new(piece, "", document.get_ref(), 0, &["accounts"])?;
            let tables = root.tables("accounts", "accounts", &["id", "root_access_keys", "users", "keys"])?;
            if number == 0 && pieces.len() > 1 && !tables.is_empty() {
                return Err(root.error("accounts", "duplicate key"));
            }
            for table in tables {
                accounts.push(account(table, region, &mut taken)?);
            }
        }
        Ok(Self { accounts })
    }
}

fn account(table: Table<'_>, region: Region, taken: &mut Taken) -> Result<Account, TomlError> {
    let id = table.required("id")?.parse().map_err(|e: base::Invalid| table.error("id", e.0))?;
    if !taken.accounts.insert(id) {
        return Err(table.error("id", "this account is described twice"));
    }
    let root_access_keys = access_keys(table, "root_access_keys", "accounts.root_access_keys", taken)?;
    let known = ["name", "access_keys", "attached_policies", "inline_policies"];
    let users = table.tables("users", "accounts.users", &known)?;
    // In lower case, as IAM tells them apart.
    let mut names = HashSet::new();
    let users = users.into_iter().map(|table| user(table, &mut names, taken)).collect::<Result<_, _>>()?;
    let keys = table.tables("keys", "accounts.keys", &["region", "id", "spec", "usage", "material", "aliases"])?;
    let mut names = Names::default();
    let keys = keys.into_iter().map(|table| key(table, id, region, &mut names)).collect::<Result<_, _>>()?;
    Ok(Account { id, root_access_keys, users, keys })
}

fn access_keys(
    table: Table<'_>,
    key: &str,
    path: &'static str,
    taken: &mut Taken,
) -> Result<Vec<AccessKey>, TomlError> {
    let mut keys = Vec::new();
    for table in table.tables(key, path, &["id", "secret"])? {
        let (id, secret) = (table.required("id")?, table.required("secret")?);
        // The id is sent as the first part of a credential scope, between `=`, `/` and `,`.
        let plain = id.bytes().all(|b| b.is_ascii_graphic() && !matches!(b, b'/' | b',' | b'='));
        if id.is_empty() || id.len() > ACCESS_KEY_ID_MAX || !plain {
            let rule = "an access key id has 1 to 128 visible ASCII characters other than / , =";
            return Err(table.error("id", rule));
        }
        if secret.is_empty() {
            return Err(table.error("secret", "must not be empty"));
        }
        if !taken.access_keys.insert(id.to_owned()) {
            return Err(table.error("id", "this access key is described twice"));
        }
        keys.push(AccessKey { id: id.to_owned(), secret: Secret::new(secret.to_owned()) });
    }
    Ok(keys)
}

fn user(table: Table<'_>, names: &mut HashSet<String>, taken: &mut Taken) -> Result<User, TomlError> {
    let name = table.required("name")?;
    let plain = name.bytes().all(|b| b.is_ascii_alphanumeric() || b"+=,.@_-".contains(&b));
    if name.is_empty() || name.len() > USER_NAME_MAX || !plain {
        return Err(table.error("name", "a user name has 1 to 64 letters, digits and characters of +=,.@_-"));
    }
    if !names.insert(name.to_ascii_lowercase()) {
        return Err(table.error("name", "this user is described twice"));
    }
    let attached_policies = table.texts("attached_policies")?.into_iter().map(str::to_owned).collect::<Vec<_>>();
    for arn in &attached_policies {
        if directory::managed::document(arn).is_none() {
            return Err(table.error("attached_policies", format!("{arn:?} is no managed policy of AWS's own")));
        }
    }
    let mut inline_policies = BTreeMap::new();
    for (name, document) in table.pairs("inline_policies")? {
        if let Err(flaw) = Document::parse(Kind::Identity, document) {
            return Err(table.error("inline_policies", format!("{name:?} is refused at {flaw}")));
        }
        inline_policies.insert(name.to_owned(), document.to_owned());
    }
    let access_keys = access_keys(table, "access_keys", "accounts.users.access_keys", taken)?;
    Ok(User { name: name.to_owned(), access_keys, attached_policies, inline_policies })
}

fn key<'t>(
    table: Table<'t>,
    account: AccountId,
    default: Region,
    names: &mut Names<'t>,
) -> Result<kms::SeedKey, TomlError> {
    let region = match table.text("region")? {
        Some(text) => text.parse().map_err(|e: base::Invalid| table.error("region", e.0))?,
        None => default,
    };
    let kind = kms::SeedKind::of(table.text("spec")?, table.text("usage")?);
    let kind = kind.map_err(|(member, rule)| table.error(member, rule))?;
    let material = table.text("material")?.map(|text| {
        let rule = "must be base64 of 32 bytes, of an HMAC key as long as its digest, or of a private key in PKCS#8, by its spec";
        let bytes = Secret::new(STANDARD.decode(text).map_err(|_| table.error("material", rule))?);
        if kind.takes(&bytes) { Ok(bytes) } else { Err(table.error("material", rule)) }
    });
    let material = material.transpose()?;
    let text = table.required("id")?;
    if text.parse::<Uuid>().is_err() {
        return Err(table.error("id", "a key id is a UUID in lower case"));
    }
    if !names.keys.insert((region, text)) {
        return Err(table.error("id", "this key is described twice"));
    }
    let aliases = table.texts("aliases")?;
    for alias in &aliases {
        if !is_alias(alias) {
            let rule = "an alias is alias/ and up to 250 letters, digits and characters of /_-, not alias/aws/";
            return Err(table.error("aliases", rule));
        }
        if !names.aliases.insert((region, alias)) {
            return Err(table.error("aliases", format!("{alias:?} is given twice")));
        }
    }
    let aliases = aliases.into_iter().map(str::to_owned).collect();
    Ok(kms::SeedKey { scope: Scope { account, region }, id: text.to_owned(), kind, material, aliases })
}

/// Source: KMS API Reference, CreateAlias.
fn is_alias(text: &str) -> bool {
    text.strip_prefix("alias/").is_some_and(|name| {
        let plain = name.bytes().all(|b| b.is_ascii_alphanumeric() || b"/_-".contains(&b));
        (1..=ALIAS_MAX).contains(&name.len()) && plain && !name.starts_with("aws/")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHOLE: &str = r#"
[[accounts]]
id = "000000000000"
root_access_keys = [{ id = "test", secret = "test" }]
[[accounts.users]]
name = "alice"
access_keys = [{ id = "AKIAEXAMPLE", secret = "secret" }]
attached_policies = ["arn:aws:iam::aws:policy/AdministratorAccess"]
inline_policies = { own = '{"Version":"2012-10-17","Statement":[]}' }
[[accounts.keys]]
region = "us-east-1"
id = "1234abcd-12ab-34cd-56ef-1234567890ab"
spec = "SYMMETRIC_DEFAULT"
material = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
aliases = ["alias/app"]
[[accounts.keys]]
id = "1234abcd-12ab-34cd-56ef-1234567890ac"
"#;

    fn parse(text: &str) -> Result<Seed, TomlError> {
        Seed::parse("seed.toml", text, "eu-west-1".parse().unwrap())
    }

    #[test]
    fn a_whole_seed_is_read() {
        let seed = parse(WHOLE).unwrap();
        let account = &seed.accounts[0];
        assert_eq!(account.root_access_keys[0].secret.expose(), "test");
        assert_eq!(account.users[0].access_keys[0].id, "AKIAEXAMPLE");
        assert!(account.users[0].inline_policies.contains_key("own"));
        assert_eq!(account.keys[0].aliases, ["alias/app"]);
        assert_eq!(account.keys[0].material.as_ref().unwrap().expose()[31], 31);
        assert_eq!(account.keys[1].scope.region.as_str(), "eu-west-1");
        assert!(account.keys[1].material.is_none());
        assert!(parse("").unwrap().accounts.is_empty());
    }

    #[test]
    fn accounts_may_be_written_in_every_way_that_toml_has_and_stand_in_one_list() {
        let one = "[[accounts]]\nid = \"000000000000\"\n";
        for (text, accounts) in [
            (format!("# a seed\n{one}\n[[accounts]]  \nid = \"111122223333\"\n"), Some(2)),
            (format!("{one}[[ accounts ]]\nid = \"111122223333\"\n"), Some(2)),
            ("accounts = [{ id = \"000000000000\" }, { id = \"111122223333\" }]".to_owned(), Some(2)),
            (format!("accounts = [{{ id = \"111122223333\" }}]\n{one}"), None),
            (format!("{one}{one}"), None),
            (format!("{one}[[accounts.users]]\nname = '''\n[[accounts]]\n'''\n"), None),
        ] {
            assert_eq!(parse(&text).ok().map(|seed| seed.accounts.len()), accounts, "{text}");
        }
    }

    #[test]
    fn every_mistake_is_named_with_line_and_key_and_no_value() {
        for (from, to, line, key) in [
            ("000000000000", "12", 3, "accounts.id"),
            ("root_access_keys", "root_access_key", 4, "accounts.root_access_key"),
            (r#", secret = "test""#, "", 4, "accounts.root_access_keys.secret"),
            (r#"secret = "test""#, "secret = 5", 4, "accounts.root_access_keys.secret"),
            (r#"id = "test""#, r#"id = "a/b""#, 4, "accounts.root_access_keys.id"),
            (r#"id = "AKIAEXAMPLE""#, r#"id = "test""#, 7, "accounts.users.access_keys.id"),
            (r#""alice""#, r#""a b""#, 6, "accounts.users.name"),
            ("arn:aws:iam::aws", "iam", 8, "accounts.users.attached_policies"),
            ("AdministratorAccess", "NoSuchAccess", 8, "accounts.users.attached_policies"),
            ("\"Statement\":[]", "\"Statement\":[{}]", 9, "accounts.users.inline_policies"),
            ("'{\"Version", "'\"Version", 9, "accounts.users.inline_policies"),
            ("us-east-1", "nowhere", 11, "accounts.keys.region"),
            ("1234abcd-12ab-34cd-56ef-1234567890ab", "X", 12, "accounts.keys.id"),
            ("1234567890ac\"", "1234567890ab\"\nregion = \"us-east-1\"", 17, "accounts.keys.id"),
            ("SYMMETRIC_DEFAULT", "AES_256", 13, "accounts.keys.spec"),
            ("SYMMETRIC_DEFAULT", "SM2", 13, "accounts.keys.spec"),
            ("SYMMETRIC_DEFAULT\"", "RSA_2048\"\nusage = \"KEY_AGREEMENT\"", 14, "accounts.keys.usage"),
            ("SYMMETRIC_DEFAULT", "HMAC_384", 14, "accounts.keys.material"),
            ("AAECAwQF", "AAECAwQFAAAA", 14, "accounts.keys.material"),
            ("AAECAwQF", "!!!!AwQF", 14, "accounts.keys.material"),
            (r#"["alias/app"]"#, r#"["app"]"#, 15, "accounts.keys.aliases"),
            (r#"["alias/app"]"#, r#"["alias/aws/s3"]"#, 15, "accounts.keys.aliases"),
            (r#"["alias/app"]"#, r#""alias/app""#, 15, "accounts.keys.aliases"),
            ("[[accounts.users]]", "[[accounts.user]]", 5, "accounts.user"),
        ] {
            let text = WHOLE.replace(from, to);
            assert_ne!(text, WHOLE);
            let error = parse(&text).err().unwrap_or_else(|| panic!("accepted {to}")).to_string();
            assert!(error.starts_with(&format!("seed.toml:{line}: {key}: ")), "{from} -> {to}: {error}");
            assert!(!error.contains("AwQF"), "an error must not repeat values: {error}");
        }
        let twice = parse(&format!(
            "{WHOLE}[[accounts]]\nid = \"111122223333\"\nroot_access_keys = [{{ id = \"test\", secret = \"b\" }}]"
        ));
        let twice = twice.err().unwrap().to_string();
        assert!(twice.starts_with("seed.toml:20: accounts.root_access_keys.id: "), "{twice}");
        let syntax = parse("\n[[accounts]\n").err().unwrap().to_string();
        assert!(syntax.starts_with("seed.toml:2: "), "{syntax}");
    }
}
