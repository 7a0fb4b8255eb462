//! Amazon Resource Names.
//!
//! Source: IAM User Guide, "Identify AWS resources with Amazon Resource Names (ARNs)".

use crate::Invalid;
use std::fmt;
use std::str::FromStr;

/// `arn:partition:service:region:account:resource`; Region and account may be empty, the resource may hold colons.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Arn {
    /// `aws`, `aws-cn`, `aws-us-gov`
    pub partition: String,
    /// The service's namespace.
    pub service: String,
    /// Empty for global resources.
    pub region: String,
    /// Empty for resources that belong to no account.
    pub account: String,
    /// All that follows the fifth colon; never empty.
    pub resource: String,
}

impl FromStr for Arn {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let mut parts = text.splitn(6, ':');
        match (parts.next(), parts.next(), parts.next(), parts.next(), parts.next(), parts.next()) {
            (Some("arn"), Some(partition), Some(service), Some(region), Some(account), Some(resource))
                if !partition.is_empty() && !service.is_empty() && !resource.is_empty() =>
            {
                Ok(Self {
                    partition: partition.into(),
                    service: service.into(),
                    region: region.into(),
                    account: account.into(),
                    resource: resource.into(),
                })
            }
            _ => Err(Invalid("an ARN is arn:partition:service:region:account:resource")),
        }
    }
}

impl fmt::Display for Arn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { partition, service, region, account, resource } = self;
        write!(f, "arn:{partition}:{service}:{region}:{account}:{resource}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_arn_reads_back_with_colons_in_the_resource() {
        let text = "arn:aws:secretsmanager:us-east-1:111122223333:secret:app:db-AbCdEf";
        let arn: Arn = text.parse().unwrap();
        assert_eq!(arn.resource, "secret:app:db-AbCdEf");
        assert_eq!(arn.to_string(), text);
        for bad in
            ["", "arn", "arn:aws:kms:us-east-1:111122223333", "arn:aws:kms:us-east-1:111122223333:", "urn:a:b:c:d:e"]
        {
            assert!(bad.parse::<Arn>().is_err(), "{bad}");
        }
    }
}
