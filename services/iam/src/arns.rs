//! Resources that requests name by their ARN: providers and MFA devices.
//!
//! Guarantee: an ARN of another account stays one, so that permission on it is asked of that account.

use base::{AccountId, Partition, Scope};

/// The ARN of a resource of the account; `kind` ends in a slash.
pub(crate) fn of(scope: Scope, kind: &str, name: &str) -> String {
    format!("arn:{}:iam::{}:{kind}{name}", scope.region.partition(), scope.account)
}

/// The account and the name in an ARN of this kind. What is there has one ARN, so none of another partition names it.
pub(crate) fn parse<'a>(arn: &'a str, kind: &str, partition: Partition) -> Option<(AccountId, &'a str)> {
    let rest = arn.strip_prefix("arn:")?.strip_prefix(partition.as_str())?.strip_prefix(":iam::")?;
    let (account, resource) = rest.split_once(':')?;
    let name = resource.strip_prefix(kind).filter(|name| !name.is_empty())?;
    Some((account.parse().ok()?, name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_arn_of_another_kind_or_service_names_nothing() {
        let account: AccountId = "111122223333".parse().unwrap();
        let named = |arn| parse(arn, "saml-provider/", Partition::Aws);
        assert_eq!(named("arn:aws:iam::111122223333:saml-provider/idp"), Some((account, "idp")));
        for arn in [
            "idp",
            "arn:aws:iam::111122223333:saml-provider/",
            "arn:aws:iam::111122223333:oidc-provider/idp",
            "arn:aws:sts::111122223333:saml-provider/idp",
            "arn:aws:iam::aws:saml-provider/idp",
            "arn::iam::111122223333:saml-provider/idp",
            "arn:aws-cn:iam::111122223333:saml-provider/idp",
        ] {
            assert_eq!(named(arn), None, "{arn}");
        }
    }
}
