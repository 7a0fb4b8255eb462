//! Scenarios that demand certain resources: `ResourceHandlingOption`.
//!
//! Guarantee: a scenario without all of its resources is refused, since its outcome would mean nothing. Source: IAM API
//! Reference, SimulateCustomPolicy, "ResourceHandlingOption".

use crate::error;
use model::Fault;

/// Each scenario and the kinds of EC2's resources that it takes.
const SCENARIOS: [(&str, &[&str]); 4] = [
    ("EC2-VPC-InstanceStore", &["instance", "image", "security-group", "network-interface"]),
    ("EC2-VPC-InstanceStore-Subnet", &["instance", "image", "security-group", "network-interface", "subnet"]),
    ("EC2-VPC-EBS", &["instance", "image", "security-group", "network-interface", "volume"]),
    ("EC2-VPC-EBS-Subnet", &["instance", "image", "security-group", "network-interface", "subnet", "volume"]),
];

/// Refuses an unknown scenario, and one whose resources are not all there.
pub(super) fn check(option: &str, resources: &[String]) -> Result<(), Fault> {
    let unknown = || error::invalid_input(format!("{option} is not a valid ResourceHandlingOption."));
    let (_, kinds) = SCENARIOS.iter().find(|(name, _)| *name == option).ok_or_else(unknown)?;
    let has = |kind: &str| resources.iter().any(|arn| kind_of(arn) == Some(kind));
    match kinds.iter().find(|kind| !has(kind)) {
        Some(kind) => Err(error::invalid_input(format!("{option} requires a resource of type {kind}."))),
        None => Ok(()),
    }
}

fn kind_of(arn: &str) -> Option<&str> {
    let mut parts = arn.splitn(6, ':');
    let is_ec2 = parts.nth(2)? == "ec2";
    let (kind, _) = parts.nth(2)?.split_once('/')?;
    is_ec2.then_some(kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scenario_takes_all_of_its_resources() {
        let of = |kinds: &[&str]| -> Vec<String> {
            kinds.iter().map(|kind| format!("arn:aws:ec2:eu-west-1:111122223333:{kind}/x")).collect()
        };
        for (name, kinds) in SCENARIOS {
            assert!(check(name, &of(kinds)).is_ok(), "{name}");
            for missing in kinds {
                let others: Vec<&str> = kinds.iter().copied().filter(|kind| kind != missing).collect();
                assert!(check(name, &of(&others)).is_err(), "{name} {missing}");
            }
        }
        assert!(check("EC2-Classic-EBS", &of(SCENARIOS[3].1)).is_err());
        assert!(check("EC2-VPC-EBS", &["instance/x".to_owned()]).is_err());
    }
}
