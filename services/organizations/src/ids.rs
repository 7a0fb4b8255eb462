//! Identifiers and ARNs of what an organization has.
//!
//! Source: AWS Organizations API Reference (the patterns of each id) and Service Authorization Reference (ARNs).

use crate::records::{Organization, Purpose, policy_arn};
use base::{AccountId, Rng};

const LETTERS: &[u8; 36] = b"abcdefghijklmnopqrstuvwxyz0123456789";

/// `length` random lower-case letters and digits, each equally likely.
fn letters(rng: &dyn Rng, length: usize) -> String {
    let mut text = String::with_capacity(length);
    while text.len() < length {
        let mut byte = [0];
        rng.fill(&mut byte);
        // 252 is the largest multiple of 36 in a byte.
        if byte[0] < 252
            && let Some(letter) = LETTERS.get(usize::from(byte[0] % 36))
        {
            text.push(char::from(*letter));
        }
    }
    text
}

pub(crate) fn organization(rng: &dyn Rng) -> String {
    format!("o-{}", letters(rng, 10))
}

pub(crate) fn root(rng: &dyn Rng) -> String {
    format!("r-{}", letters(rng, 4))
}

/// A unit's id names its root.
pub(crate) fn unit(rng: &dyn Rng, root: &str) -> String {
    format!("ou-{}-{}", root.strip_prefix("r-").unwrap_or(root), letters(rng, 8))
}

pub(crate) fn policy(rng: &dyn Rng) -> String {
    format!("p-{}", letters(rng, 10))
}

pub(crate) fn resource_policy(rng: &dyn Rng) -> String {
    format!("rp-{}", letters(rng, 8))
}

pub(crate) fn creation(rng: &dyn Rng) -> String {
    format!("car-{}", letters(rng, 32))
}

pub(crate) fn handshake(rng: &dyn Rng) -> String {
    format!("h-{}", letters(rng, 32))
}

/// Twelve digits, the first of which is not zero, so that no tool takes them for a number of eleven.
pub(crate) fn account(rng: &dyn Rng) -> Option<AccountId> {
    let mut bytes = [0; 8];
    rng.fill(&mut bytes);
    let number = 100_000_000_000 + u64::from_be_bytes(bytes) % 900_000_000_000;
    number.to_string().parse().ok()
}

/// Makes ARNs of one organization.
pub(crate) struct Arns<'a> {
    pub management: AccountId,
    pub organization: &'a str,
}

impl Arns<'_> {
    pub(crate) fn of(management: AccountId, organization: &Organization) -> Arns<'_> {
        Arns { management, organization: &organization.id }
    }

    pub(crate) fn organization(&self) -> String {
        format!("arn:aws:organizations::{}:organization/{}", self.management, self.organization)
    }

    pub(crate) fn root(&self, id: &str) -> String {
        self.inner("root", id)
    }

    pub(crate) fn unit(&self, id: &str) -> String {
        self.inner("ou", id)
    }

    pub(crate) fn account(&self, id: &str) -> String {
        self.inner("account", id)
    }

    pub(crate) fn policy(&self, kind: &str, id: &str) -> String {
        policy_arn(self.management.as_str(), self.organization, kind, id)
    }

    pub(crate) fn resource_policy(&self, id: &str) -> String {
        self.inner("resourcepolicy", id)
    }

    pub(crate) fn handshake(&self, purpose: &Purpose, id: &str) -> String {
        let action = match purpose {
            Purpose::Invite { .. } => "invite",
            Purpose::EnableAllFeatures => "enable_all_features",
            Purpose::ApproveAllFeatures { .. } => "approve_all_features",
        };
        self.inner("handshake", &format!("{action}/{id}"))
    }

    fn inner(&self, kind: &str, id: &str) -> String {
        format!("arn:aws:organizations::{}:{kind}/{}/{id}", self.management, self.organization)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use base::SeededRng;

    #[test]
    fn ids_have_the_forms_that_the_model_asks_for() {
        let rng = SeededRng::new(3);
        let root = root(&rng);
        assert!(root.len() == 6 && root.starts_with("r-"), "{root}");
        assert!(unit(&rng, &root).starts_with(&root.replace("r-", "ou-")));
        assert_eq!(organization(&rng).len(), 12);
        for _ in 0..100 {
            let id = account(&rng).unwrap().to_string();
            assert!(id.len() == 12 && !id.starts_with('0'), "{id}");
        }
    }

    #[test]
    fn awss_own_policies_belong_to_no_account() {
        let arns = Arns { management: "111122223333".parse().unwrap(), organization: "o-abc" };
        assert_eq!(
            arns.policy("SERVICE_CONTROL_POLICY", "p-FullAWSAccess"),
            "arn:aws:organizations::aws:policy/service_control_policy/p-FullAWSAccess"
        );
        assert_eq!(arns.policy("TAG_POLICY", "p-1"), "arn:aws:organizations::111122223333:policy/o-abc/tag_policy/p-1");
    }
}
