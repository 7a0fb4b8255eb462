//! AWS's own policies: the managed ones of IAM, and the two that every organisation begins with.
//!
//! Guarantee: a policy is found by its whole ARN, in whatever partition, and one that is not known is no policy.

/// The document of one of AWS's managed policies.
pub fn document(arn: &str) -> Option<String> {
    authorization_data::managed_policy(arn)?.document()
}

/// Whether an ARN is one of AWS's managed policies', known or not.
pub fn is_aws(arn: &str) -> bool {
    arn.strip_prefix("arn:")
        .and_then(|rest| rest.split_once(':'))
        .is_some_and(|(_, rest)| rest.starts_with("iam::aws:"))
}

/// A service or resource control policy of AWS's own: its ARN and document. Source: Organizations User Guide,
/// "Service control policies", "Resource control policies".
pub fn control(id: &str) -> Option<(&'static str, &'static str)> {
    CONTROLS.iter().find(|(known, ..)| *known == id).map(|(_, arn, document)| (*arn, *document))
}

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
            assert!(is_aws(&arn) && document(&arn).is_some(), "{arn}");
        }
        for arn in [
            "AdministratorAccess",
            "arn:aws:iam::111122223333:policy/AdministratorAccess",
            "arn:other:iam::aws:policy/AdministratorAccess",
            "arn:aws:iam::aws:policy/NoSuchPolicy",
        ] {
            assert!(document(arn).is_none(), "{arn}");
        }
        assert!(!is_aws("arn:aws:iam::111122223333:policy/AdministratorAccess"));
    }
}
