//! AWS's own managed policies.
//!
//! Guarantee: a policy is found by its whole ARN, in whatever partition, and one that is not known is no policy. The
//! table here holds what the house itself needs; a server plugs in a larger one ([`crate::Directory::with_managed`]).
//! Source: AWS Managed Policy Reference Guide.

/// Finds the document of one of AWS's managed policies by the part of its ARN after `policy/`.
pub type Lookup = fn(&str) -> Option<&'static str>;

/// The policies that are always there.
pub fn built_in(name: &str) -> Option<&'static str> {
    POLICIES.iter().find(|(known, _)| *known == name).map(|(_, document)| *document)
}

/// A service or resource control policy of AWS's own: its ARN and document. Source: Organizations User Guide,
/// "Service control policies", "Resource control policies".
pub fn control(id: &str) -> Option<(&'static str, &'static str)> {
    CONTROLS.iter().find(|(known, ..)| *known == id).map(|(_, arn, document)| (*arn, *document))
}

/// The part of an ARN of AWS's managed policies that names one: `AdministratorAccess`, `job-function/Billing`.
pub fn name_of(arn: &str) -> Option<&str> {
    let (partition, name) = arn.strip_prefix("arn:")?.split_once(":iam::aws:policy/")?;
    matches!(partition, "aws" | "aws-cn" | "aws-us-gov").then_some(name)
}

const POLICIES: &[(&str, &str)] = &[(
    "AdministratorAccess",
    r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#,
)];

const CONTROLS: &[(&str, &str, &str)] = &[
    (
        "p-FullAWSAccess",
        "arn:aws:organizations::aws:policy/service_control_policy/p-FullAWSAccess",
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#,
    ),
    (
        "p-RCPFullAWSAccess",
        "arn:aws:organizations::aws:policy/resource_control_policy/p-RCPFullAWSAccess",
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}]}"#,
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_policy_is_known_in_every_partition_and_by_nothing_but_its_arn() {
        for partition in ["aws", "aws-cn", "aws-us-gov"] {
            let arn = format!("arn:{partition}:iam::aws:policy/AdministratorAccess");
            assert!(name_of(&arn).and_then(built_in).is_some(), "{arn}");
        }
        for arn in [
            "AdministratorAccess",
            "arn:aws:iam::111122223333:policy/AdministratorAccess",
            "arn:other:iam::aws:policy/AdministratorAccess",
            "arn:aws:iam::aws:policy/administratoraccess",
        ] {
            assert!(name_of(arn).and_then(built_in).is_none(), "{arn}");
        }
    }
}
