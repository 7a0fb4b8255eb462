//! Names for keys: key id, key ARN, alias name, alias ARN.
//!
//! Guarantees: a [`KeyId`] is well formed; what a caller wrote is read once, here, and becomes a [`Reference`] that
//! says which account and which key or alias it names. Whether that exists is not decided here. Source: KMS Developer
//! Guide, "Key identifiers (KeyId)".

use crate::error;
use base::{AccountId, Arn, Rng, Scope, Uuid};
use model::Fault;
use serde::{Deserialize, Serialize};
use std::fmt;

/// A well-formed key id: a UUID, or `mrk-` and 32 hexadecimal digits for a multi-Region key.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct KeyId(String);

impl KeyId {
    /// A new id for a single-Region key.
    pub(crate) fn random(rng: &dyn Rng) -> Self {
        Self(Uuid::random(rng).to_string())
    }

    /// A new id for a multi-Region key.
    pub(crate) fn random_multi_region(rng: &dyn Rng) -> Self {
        Self(format!("mrk-{}", Uuid::random(rng).to_string().replace('-', "")))
    }

    /// Reads an id.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let multi_region = text
            .strip_prefix("mrk-")
            .is_some_and(|digits| digits.len() == 32 && digits.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')));
        (multi_region || text.parse::<Uuid>().is_ok()).then(|| Self(text.to_owned()))
    }

    /// The id as text.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// The ARN of the key with this id in an account and Region.
    pub(crate) fn arn(&self, scope: Scope) -> String {
        arn(scope, &format!("key/{self}"))
    }

    /// The ARN of the sibling of that key in another Region of the partition.
    pub(crate) fn arn_in(&self, scope: Scope, region: &str) -> String {
        format!("arn:{}:kms:{region}:{}:key/{self}", scope.region.partition(), scope.account)
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The ARN of an alias; `name` begins with `alias/`.
pub(crate) fn alias_arn(scope: Scope, name: &str) -> String {
    arn(scope, name)
}

fn arn(Scope { account, region }: Scope, resource: &str) -> String {
    format!("arn:{}:kms:{region}:{account}:{resource}", region.partition())
}

/// Which forms an operation accepts.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Accepts {
    /// Key id and key ARN: operations that manage a key.
    Keys,
    /// Alias name and alias ARN as well: cryptography, DescribeKey, GetPublicKey.
    KeysAndAliases,
}

/// What a caller named. The account is the caller's own unless an ARN says otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Reference {
    /// A key by its id.
    Key(AccountId, KeyId),
    /// A key through an alias; the name begins with `alias/`.
    Alias(AccountId, String),
}

/// Reads what a caller gave as `KeyId` in `scope` (the caller's account, the Region that was asked).
pub(crate) fn parse(text: &str, scope: Scope, accepts: Accepts) -> Result<Reference, Fault> {
    let (account, resource) =
        if text.starts_with("arn:") { from_arn(text, scope)? } else { (scope.account, text.to_owned()) };
    let id = match resource.strip_prefix("key/") {
        Some(id) if text.starts_with("arn:") => id,
        _ if resource.starts_with("alias/") && accepts == Accepts::KeysAndAliases => {
            return Ok(Reference::Alias(account, resource));
        }
        _ => &resource,
    };
    KeyId::parse(id).map(|id| Reference::Key(account, id)).ok_or_else(|| error::invalid_key_id(text))
}

/// The account and resource of a KMS ARN of this partition and Region.
fn from_arn(text: &str, scope: Scope) -> Result<(AccountId, String), Fault> {
    let invalid = || error::invalid_arn(text);
    let arn: Arn = text.parse().map_err(|_| invalid())?;
    let account = arn.account.parse().map_err(|_| invalid())?;
    if arn.service != "kms" || arn.partition != scope.region.partition().to_string() {
        return Err(invalid());
    }
    if arn.region != scope.region.as_str() {
        return Err(error::foreign_region(&arn.region));
    }
    if arn.resource.starts_with("key/") || arn.resource.starts_with("alias/") {
        Ok((account, arn.resource))
    } else {
        Err(invalid())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use base::SeededRng;
    use proptest::prelude::*;

    const ID: &str = "1234abcd-12ab-34cd-56ef-1234567890ab";
    const MULTI: &str = "mrk-1234abcd12ab34cd56ef1234567890ab";

    fn here() -> Scope {
        Scope { account: "111122223333".parse().unwrap(), region: "us-east-1".parse().unwrap() }
    }

    fn key(account: &str, id: &str) -> Reference {
        Reference::Key(account.parse().unwrap(), KeyId::parse(id).unwrap())
    }

    fn refused(text: &str, accepts: Accepts) -> (String, String) {
        let fault = parse(text, here(), accepts).expect_err(text);
        (fault.code.to_string(), fault.message.unwrap_or_default())
    }

    #[test]
    fn a_key_may_be_named_by_its_id_or_its_arn_everywhere() {
        for accepts in [Accepts::Keys, Accepts::KeysAndAliases] {
            for id in [ID, MULTI] {
                assert_eq!(parse(id, here(), accepts).ok(), Some(key("111122223333", id)));
                let arn = KeyId::parse(id).unwrap().arn(here());
                assert_eq!(parse(&arn, here(), accepts).ok(), Some(key("111122223333", id)));
            }
        }
        let foreign = format!("arn:aws:kms:us-east-1:444455556666:key/{ID}");
        assert_eq!(parse(&foreign, here(), Accepts::Keys).ok(), Some(key("444455556666", ID)));
    }

    #[test]
    fn an_alias_names_a_key_only_where_aliases_are_accepted() {
        let alias = |account: &str| Some(Reference::Alias(account.parse().unwrap(), "alias/app".into()));
        assert_eq!(parse("alias/app", here(), Accepts::KeysAndAliases).ok(), alias("111122223333"));
        let arn = "arn:aws:kms:us-east-1:444455556666:alias/app";
        assert_eq!(parse(arn, here(), Accepts::KeysAndAliases).ok(), alias("444455556666"));
        for text in ["alias/app", arn] {
            assert_eq!(refused(text, Accepts::Keys), ("NotFoundException".into(), format!("Invalid keyId {text}")));
        }
    }

    #[test]
    fn an_arn_of_another_region_partition_or_service_is_refused() {
        let other_region = format!("arn:aws:kms:eu-west-1:111122223333:key/{ID}");
        assert_eq!(refused(&other_region, Accepts::Keys), ("NotFoundException".into(), "Invalid arn eu-west-1".into()));
        for text in [
            format!("arn:aws-cn:kms:us-east-1:111122223333:key/{ID}"),
            format!("arn:aws:s3:us-east-1:111122223333:key/{ID}"),
            format!("arn:aws:kms:us-east-1::key/{ID}"),
            format!("arn:aws:kms:us-east-1:111122223333:{ID}"),
            "arn:aws:kms".to_owned(),
        ] {
            assert_eq!(refused(&text, Accepts::Keys).0, "InvalidArnException", "{text}");
        }
    }

    #[test]
    fn what_is_no_key_id_is_not_found() {
        for text in [
            "",
            "key",
            "1234ABCD-12AB-34CD-56EF-1234567890AB",
            "mrk-1234",
            "1234abcd12ab34cd56ef1234567890ab",
            &format!("key/{ID}"),
        ] {
            assert_eq!(refused(text, Accepts::Keys).0, "NotFoundException", "{text}");
        }
        assert_eq!(refused(&format!("{MULTI}-"), Accepts::KeysAndAliases).0, "NotFoundException");
    }

    #[test]
    fn a_new_id_is_well_formed() {
        let rng = SeededRng::new(1);
        let (id, multi_region) = (KeyId::random(&rng), KeyId::random_multi_region(&rng));
        assert!(multi_region.as_str().starts_with("mrk-") && !id.as_str().starts_with("mrk-"));
        for id in [id, multi_region] {
            assert_eq!(KeyId::parse(id.as_str()), Some(id));
        }
    }

    #[test]
    fn arns_carry_the_partition_of_the_region() {
        let china = Scope { region: "cn-north-1".parse().unwrap(), ..here() };
        assert_eq!(KeyId::parse(ID).unwrap().arn(china), format!("arn:aws-cn:kms:cn-north-1:111122223333:key/{ID}"));
        assert_eq!(alias_arn(here(), "alias/app"), "arn:aws:kms:us-east-1:111122223333:alias/app");
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused_without_surprise(text in "\\PC{0,80}") {
            if let Ok(Reference::Key(account, id)) = parse(&text, here(), Accepts::KeysAndAliases) {
                let arn = id.arn(Scope { account, ..here() });
                prop_assert!(text == id.as_str() || text == arn);
            }
        }
    }
}
