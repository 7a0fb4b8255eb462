//! What CreateGrant is asked for, and whether it can be had.
//!
//! Guarantees: a grant gives only operations that its key has; its constraints are ones that can hold; whoever may make
//! grants by a grant gives on no more than that one gives. Sources: KMS API Reference, CreateGrant, GrantConstraints; KMS
//! Developer Guide, "Creating grants", "Granting CreateGrant permission"; IAM Access Analyzer API Reference,
//! KmsGrantConstraints (one type of encryption context, and an empty map is none).

use super::records::{Constraints, GrantRecord};
use crate::api::{self, GrantOperation, KeySpec, KeyUsageType};
use crate::view::KeyView;
use kernel::Target;
use model::Fault;
use std::collections::BTreeMap;

/// Pairs that a constraint of the encryption context has.
const MAX_PAIRS: usize = 8;

/// Characters of a value in it.
const MAX_VALUE: usize = 384;

/// What a request asks a grant to give.
pub(crate) struct Wanted {
    /// Each once.
    pub operations: Vec<GrantOperation>,
    /// Under which conditions.
    pub constraints: Constraints,
}

/// Reads a request, whatever key it is about.
pub(crate) fn read(input: &api::CreateGrant) -> Result<Wanted, Fault> {
    match (&input.grantee_principal, &input.grantee_service_principal) {
        (Some(_), Some(_)) | (None, None) => {
            return Err(refused("You must specify either GranteePrincipal or GranteeServicePrincipal, but not both."));
        }
        _ => {}
    }
    if input.retiring_principal.is_some() && input.retiring_service_principal.is_some() {
        return Err(refused("You can specify either RetiringPrincipal or RetiringServicePrincipal, but not both."));
    }
    let constraints = constraints(input.constraints.as_ref())?;
    if input.grantee_service_principal.is_some() {
        if constraints.source.is_none() {
            return Err(refused(
                "You must specify a SourceArn grant constraint when you specify GranteeServicePrincipal.",
            ));
        }
        if input.retiring_principal.is_none() && input.retiring_service_principal.is_none() {
            return Err(refused(
                "You must specify either RetiringPrincipal or RetiringServicePrincipal when you specify \
                 GranteeServicePrincipal.",
            ));
        }
    }
    let mut operations: Vec<GrantOperation> = Vec::new();
    for operation in &input.operations {
        if !operations.contains(operation) {
            operations.push(*operation);
        }
    }
    if operations.is_empty() {
        return Err(refused("You must specify at least one operation."));
    }
    Ok(Wanted { operations, constraints })
}

fn constraints(asked: Option<&api::GrantConstraints>) -> Result<Constraints, Fault> {
    let Some(asked) = asked else { return Ok(Constraints::default()) };
    let equals = asked.encryption_context_equals.clone().unwrap_or_default();
    let subset = asked.encryption_context_subset.clone().unwrap_or_default();
    if !equals.is_empty() && !subset.is_empty() {
        return Err(refused(
            "You can specify either EncryptionContextEquals or EncryptionContextSubset, but not both.",
        ));
    }
    let pairs = || equals.iter().chain(&subset);
    if pairs().count() > MAX_PAIRS {
        return Err(refused(format!("A grant constraint can include up to {MAX_PAIRS} encryption context pairs.")));
    }
    if pairs().any(|(_, value)| value.chars().count() > MAX_VALUE) {
        return Err(refused(format!(
            "The encryption context value in a grant constraint cannot exceed {MAX_VALUE} characters."
        )));
    }
    Ok(Constraints { equals, subset, source: asked.source_arn.clone() })
}

impl Wanted {
    /// Refuses what the key does not have.
    pub(crate) fn check(&self, key: &KeyView) -> Result<(), Fault> {
        let (spec, usage) = (key.record.spec, key.record.usage);
        let is_symmetric = spec == KeySpec::SymmetricDefault;
        let has_context = !self.constraints.equals.is_empty() || !self.constraints.subset.is_empty();
        if has_context && !is_symmetric {
            return Err(refused(
                "An encryption context grant constraint can be used with symmetric encryption KMS keys only.",
            ));
        }
        let is_had = |operation: &&GrantOperation| {
            !has(spec, usage, **operation) || {
                let is_pair = matches!(
                    operation,
                    GrantOperation::GenerateDataKeyPair | GrantOperation::GenerateDataKeyPairWithoutPlaintext
                );
                is_pair && key.record.store.is_some()
            }
        };
        match self.operations.iter().find(is_had) {
            Some(operation) => {
                Err(refused(format!("The operation {} is not supported by {}.", operation.as_str(), key.arn)))
            }
            None => Ok(()),
        }
    }

    /// Why a grant does not let its grantee make this one; `None` if it does.
    pub(crate) fn exceeds(&self, parent: &GrantRecord) -> Option<String> {
        if let Some(operation) = self.operations.iter().find(|operation| !parent.gives(**operation)) {
            return Some(format!("it does not give {}", operation.as_str()));
        }
        let Constraints { equals, subset, source } = &parent.constraints;
        let mine = &self.constraints;
        // Not told by the number of pairs: two keys that differ in case are one.
        let same = includes(&mine.equals, equals) && includes(equals, &mine.equals);
        if !equals.is_empty() && !same {
            return Some("its EncryptionContextEquals constraint has to be in the new grant".to_owned());
        }
        if !includes(&mine.equals, subset) && !includes(&mine.subset, subset) {
            return Some("its EncryptionContextSubset constraint has to be in the new grant".to_owned());
        }
        if source.is_some() && mine.source != *source {
            return Some("its SourceArn constraint has to be in the new grant".to_owned());
        }
        None
    }
}

/// Whether the first has all pairs of the second. Keys are compared without regard to case.
fn includes(these: &BTreeMap<String, String>, those: &BTreeMap<String, String>) -> bool {
    those.iter().all(|(key, value)| these.iter().any(|(has, is)| has.eq_ignore_ascii_case(key) && is == value))
}

/// Whether keys of a kind have an operation. Source: KMS Developer Guide, "Grant operations".
fn has(spec: KeySpec, usage: KeyUsageType, operation: GrantOperation) -> bool {
    use GrantOperation as O;
    let is_symmetric = spec == KeySpec::SymmetricDefault;
    match operation {
        O::CreateGrant | O::RetireGrant | O::DescribeKey => true,
        O::Encrypt | O::Decrypt | O::ReEncryptFrom | O::ReEncryptTo => usage == KeyUsageType::EncryptDecrypt,
        O::GenerateDataKey
        | O::GenerateDataKeyWithoutPlaintext
        | O::GenerateDataKeyPair
        | O::GenerateDataKeyPairWithoutPlaintext => is_symmetric,
        O::Sign | O::Verify => usage == KeyUsageType::SignVerify,
        O::GenerateMac | O::VerifyMac => usage == KeyUsageType::GenerateVerifyMac,
        O::DeriveSharedSecret => usage == KeyUsageType::KeyAgreement,
        O::Encapsulate | O::Decapsulate => usage == KeyUsageType::EncapsulateDecapsulate,
        O::GetPublicKey => !is_symmetric && usage != KeyUsageType::GenerateVerifyMac,
    }
}

/// The condition keys that a grant's constraints give a request about it.
pub(crate) fn described(target: Target, constraints: &Constraints) -> Target {
    let Constraints { equals, subset, source } = constraints;
    let of_context = match (equals.is_empty(), subset.is_empty()) {
        (false, _) => Some("EncryptionContextEquals"),
        (true, false) => Some("EncryptionContextSubset"),
        (true, true) => None,
    };
    let target = match of_context.or(source.as_ref().map(|_| "SourceArn")) {
        Some(kind) => target.condition("kms:GrantConstraintType", vec![kind.to_owned()]),
        None => target,
    };
    let pairs = if equals.is_empty() { subset } else { equals };
    crate::resolve::encryption_context(target, pairs)
}

fn refused(text: impl Into<String>) -> Fault {
    Fault::validation(text.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grants::principals::Party;

    fn wanted(operations: &[GrantOperation], constraints: Constraints) -> Wanted {
        Wanted { operations: operations.to_vec(), constraints }
    }

    fn equals(pairs: &[(&str, &str)]) -> Constraints {
        Constraints { equals: map(pairs), ..Constraints::default() }
    }

    fn subset(pairs: &[(&str, &str)]) -> Constraints {
        Constraints { subset: map(pairs), ..Constraints::default() }
    }

    fn map(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
    }

    fn parent(constraints: Constraints) -> GrantRecord {
        GrantRecord {
            id: "0".repeat(64),
            name: None,
            created: base::Timestamp::from_millis(0).into(),
            issuer: "111122223333".to_owned(),
            grantee: Party::service("a.b.c"),
            retiring: None,
            operations: ["Decrypt", "CreateGrant"].map(str::to_owned).to_vec(),
            constraints,
        }
    }

    #[test]
    fn a_child_gives_no_more_than_its_parent() {
        use GrantOperation::{CreateGrant, Decrypt, Encrypt};
        let it = ("Department", "IT");
        let test = ("Purpose", "Test");
        let free = || parent(Constraints::default());
        assert!(wanted(&[Decrypt, CreateGrant], equals(&[it])).exceeds(&free()).is_none());
        assert!(wanted(&[Decrypt, Encrypt], Constraints::default()).exceeds(&free()).is_some());
        let fits = |mine: Constraints, of: Constraints| wanted(&[Decrypt], mine).exceeds(&parent(of)).is_none();
        assert!(fits(subset(&[it]), subset(&[it])) && fits(subset(&[it, test]), subset(&[it])));
        assert!(fits(equals(&[it]), subset(&[it])) && fits(equals(&[it, test]), subset(&[it])));
        assert!(!fits(subset(&[test]), subset(&[it])) && !fits(Constraints::default(), subset(&[it])));
        assert!(fits(equals(&[it]), equals(&[it])) && fits(equals(&[("department", "IT")]), equals(&[it])));
        for wider in [subset(&[it]), equals(&[it, test]), equals(&[("Department", "it")]), Constraints::default()] {
            assert!(!fits(wider, equals(&[it])));
        }
        let (twice, other) = (equals(&[it, ("department", "IT")]), equals(&[it, test]));
        assert!(!fits(other, twice), "one pair in two spellings makes no room for another");
        let sourced = |arn: &str| Constraints { source: Some(arn.to_owned()), ..Constraints::default() };
        assert!(fits(sourced("arn:a"), sourced("arn:a")));
        assert!(!fits(sourced("arn:b"), sourced("arn:a")) && !fits(Constraints::default(), sourced("arn:a")));
    }

    #[test]
    fn every_kind_of_key_has_its_operations() {
        use GrantOperation as O;
        let had = |spec, usage| {
            let all = GrantOperation::ALL.iter().filter(|operation| has(spec, usage, **operation));
            all.filter(|it| !matches!(it, O::CreateGrant | O::RetireGrant | O::DescribeKey))
                .map(|it| it.as_str())
                .collect::<Vec<_>>()
                .join(" ")
        };
        let encrypts = KeyUsageType::EncryptDecrypt;
        assert_eq!(
            had(KeySpec::SymmetricDefault, encrypts),
            "Decrypt Encrypt GenerateDataKey GenerateDataKeyWithoutPlaintext ReEncryptFrom ReEncryptTo \
             GenerateDataKeyPair GenerateDataKeyPairWithoutPlaintext"
        );
        assert_eq!(had(KeySpec::Rsa2048, encrypts), "Decrypt Encrypt ReEncryptFrom ReEncryptTo GetPublicKey");
        assert_eq!(had(KeySpec::Rsa2048, KeyUsageType::SignVerify), "Sign Verify GetPublicKey");
        assert_eq!(had(KeySpec::Hmac256, KeyUsageType::GenerateVerifyMac), "GenerateMac VerifyMac");
        assert_eq!(had(KeySpec::EccNistP256, KeyUsageType::KeyAgreement), "GetPublicKey DeriveSharedSecret");
        assert_eq!(
            had(KeySpec::MlKem768, KeyUsageType::EncapsulateDecapsulate),
            "GetPublicKey Encapsulate Decapsulate"
        );
    }
}
