//! What names a KMS key: ARNs of keys and aliases, key ids and alias names.
//!
//! Guarantees: an ARN has six parts, none empty, for the service `kms`, of a key or an alias; the same text always comes
//! out that went in. Source: AWS Encryption SDK specification, "AWS KMS Key ARN" and "AWS KMS MRK Match for Decrypt".

use crate::Error;
use base::Arn;
use std::fmt;
use std::str::FromStr;

/// How multi-Region keys' ids begin.
const MULTI_REGION: &str = "mrk-";

/// What is before the name of an alias.
const ALIAS: &str = "alias/";

/// Longest name that KMS takes: KMS API Reference, `KeyId`.
const LONGEST: usize = 2048;

/// The ARN of a key or an alias.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct KmsArn(Arn);

impl KmsArn {
    /// Whether it names a key rather than an alias.
    pub(crate) fn is_key(&self) -> bool {
        self.0.resource.starts_with("key/")
    }

    /// The key id or the alias's name without its `alias/`.
    pub(crate) fn id(&self) -> &str {
        self.0.resource.split_once('/').map_or("", |(_, id)| id)
    }

    /// Whether it names a multi-Region key.
    pub(crate) fn is_multi_region_key(&self) -> bool {
        self.is_key() && self.id().starts_with(MULTI_REGION)
    }

    pub(crate) fn partition(&self) -> &str {
        &self.0.partition
    }

    pub(crate) fn region(&self) -> &str {
        &self.0.region
    }

    pub(crate) fn account(&self) -> &str {
        &self.0.account
    }

    /// The same ARN in another Region.
    pub(crate) fn in_region(&self, region: &str) -> Self {
        Self(Arn { region: region.into(), ..self.0.clone() })
    }

    /// Whether what one wrapped the other unwraps: they are equal, or name the same multi-Region key.
    pub(crate) fn is_related(&self, other: &Self) -> bool {
        self == other
            || (self.is_multi_region_key() && other.is_multi_region_key() && *self == other.in_region(self.region()))
    }
}

impl FromStr for KmsArn {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let valid = |arn: &Arn| {
            let named = matches!(arn.resource.split_once('/'), Some(("key" | "alias", id)) if !id.is_empty());
            named
                && arn.service == "kms"
                && !arn.region.is_empty()
                && !arn.account.is_empty()
                && is_plain(text)
                && !arn.resource.contains(':')
        };
        let arn = text.parse().ok().filter(valid);
        arn.map(Self).ok_or_else(|| Error::Configuration(format!("not the ARN of a KMS key or alias: {text}")))
    }
}

impl fmt::Display for KmsArn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Whatever KMS takes as the name of a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum KmsName {
    /// An ARN, which names its Region.
    Arn(KmsArn),
    /// `alias/…`, in the caller's account and the client's Region.
    Alias(String),
    /// A key id, in the caller's account and the client's Region.
    KeyId(String),
}

impl KmsName {
    /// The ARN of a key, which needs no resolving.
    pub(crate) fn key_arn(&self) -> Option<&KmsArn> {
        match self {
            Self::Arn(arn) if arn.is_key() => Some(arn),
            _ => None,
        }
    }

    /// The Region that it says.
    pub(crate) fn region(&self) -> Option<&str> {
        match self {
            Self::Arn(arn) => Some(arn.region()),
            _ => None,
        }
    }

    /// Refuses a name of another Region than the client's.
    pub(crate) fn expect_region(&self, client: &str) -> Result<(), Error> {
        match self.region() {
            Some(region) if region != client => Err(Error::Configuration(format!(
                "{self} is in the Region {region}, but the client calls KMS in {client}"
            ))),
            _ => Ok(()),
        }
    }

    /// Whether `arn` can be what this name stands for in a Region.
    pub(crate) fn can_stand_for(&self, arn: &KmsArn, region: &str) -> bool {
        arn.is_key()
            && arn.region() == region
            && match self {
                Self::Arn(own) if own.is_key() => own == arn,
                Self::Arn(own) => (own.partition(), own.account()) == (arn.partition(), arn.account()),
                Self::KeyId(id) => id == arn.id(),
                Self::Alias(_) => true,
            }
    }

    /// The id of the multi-Region key that it names, if it shows that it does.
    pub(crate) fn multi_region_id(&self) -> Option<&str> {
        match self {
            Self::Arn(arn) => arn.is_multi_region_key().then(|| arn.id()),
            Self::KeyId(id) => id.starts_with(MULTI_REGION).then_some(id),
            Self::Alias(_) => None,
        }
    }
}

impl FromStr for KmsName {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        if text.starts_with("arn:") {
            return text.parse().map(Self::Arn);
        }
        match text.strip_prefix(ALIAS) {
            Some(name) if !name.is_empty() && is_plain(text) && !text.contains(':') => Ok(Self::Alias(text.into())),
            None if is_plain(text) && !text.contains([':', '/']) => Ok(Self::KeyId(text.into())),
            _ => Err(Error::Configuration(format!("not a KMS key: {text:?}; name one by key id, alias/… or ARN"))),
        }
    }
}

impl fmt::Display for KmsName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Arn(arn) => arn.fmt(f),
            Self::Alias(text) | Self::KeyId(text) => f.write_str(text),
        }
    }
}

/// Whether a text is one that KMS could take at all.
fn is_plain(text: &str) -> bool {
    (1..=LONGEST).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic())
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "arn:aws:kms:us-west-2:658956600833:key/b3537ef1-d8dc-4780-9f5a-55776cbb2f7f";
    const MRK: &str = "arn:aws:kms:us-east-1:111122223333:key/mrk-4321abcd12ab34cd56ef1234567890ab";

    #[test]
    fn an_arn_needs_all_its_parts() {
        for good in [KEY, MRK, "arn:aws-cn:kms:r:a:alias/a/b", "arn:x:kms:r:a:key/a/b"] {
            assert_eq!(good.parse::<KmsArn>().unwrap().to_string(), good);
        }
        for bad in [
            "",
            "arn",
            "arn:aws:kms:us-west-2:658956600833:key",
            "arn:aws:kms:us-west-2:658956600833:key/",
            "arn:aws:kms:us-west-2:658956600833:keys/a",
            "arn:aws:kms:us-west-2:658956600833:key:a",
            "arn:aws:kms:us-west-2:658956600833:key/a:b",
            "arn:aws:kms:us-west-2::key/a",
            "arn:aws:kms::658956600833:key/a",
            "arn::kms:us-west-2:658956600833:key/a",
            "arn:aws:KMS:us-west-2:658956600833:key/a",
            "arn:aws:s3:us-west-2:658956600833:key/a",
            "ARN:aws:kms:us-west-2:658956600833:key/a",
            " arn:aws:kms:us-west-2:658956600833:key/a",
            "arn:aws:kms:us-west-2:658956600833:key/a\n",
        ] {
            assert!(bad.parse::<KmsArn>().is_err(), "{bad:?}");
        }
    }

    #[test]
    fn only_keys_of_one_multi_region_family_are_related() {
        let arn = |text: &str| text.parse::<KmsArn>().unwrap();
        assert!(arn(KEY).is_related(&arn(KEY)));
        assert!(arn(MRK).is_related(&arn(&MRK.replace("us-east-1", "eu-west-1"))));
        for (one, other) in [
            (KEY.to_owned(), KEY.replace("us-west-2", "us-east-1")),
            (MRK.into(), MRK.replace("111122223333", "444455556666")),
            (MRK.into(), MRK.replace("aws", "aws-cn")),
            (MRK.into(), MRK.replace("90ab", "90ac")),
            (MRK.replace("key/", "alias/"), MRK.replace("key/", "alias/").replace("us-east-1", "eu-west-1")),
            (MRK.into(), KEY.into()),
        ] {
            assert!(!arn(&one).is_related(&arn(&other)), "{one} {other}");
        }
    }

    #[test]
    fn a_name_is_an_arn_an_alias_or_a_key_id() {
        let name = |text: &str| text.parse::<KmsName>();
        assert!(matches!(name(KEY), Ok(KmsName::Arn(_))));
        assert!(matches!(name("alias/mrk-app"), Ok(KmsName::Alias(_))));
        assert_eq!(name("alias/mrk-app").unwrap().multi_region_id(), None);
        assert_eq!(name("mrk-1").unwrap().multi_region_id(), Some("mrk-1"));
        assert_eq!(name(MRK).unwrap().multi_region_id(), Some("mrk-4321abcd12ab34cd56ef1234567890ab"));
        assert_eq!(name(KEY).unwrap().multi_region_id(), None);
        assert_eq!(name(&MRK.replace("key/", "alias/")).unwrap().multi_region_id(), None);
        let longest = "x".repeat(LONGEST);
        assert!(name(&longest).is_ok());
        for bad in ["", "alias/", "key/a", "a b", "arn:aws:kms", "alias/ä", "x:y", &format!("{longest}x")] {
            assert!(name(bad).is_err(), "{bad:?}");
        }
    }
}
