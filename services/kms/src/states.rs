//! Key states, and what each state lets each operation do.
//!
//! Guarantees: the table below is the only place that knows which operation a state refuses; a key that has passed
//! [`check`] is in a state that the operation may be used in. Source: KMS Developer Guide, "Key states of AWS KMS
//! keys". Which *kinds* of keys an operation accepts is not a matter of state and is decided by the operation.

use crate::api::OriginType;
use crate::{api, error};
use model::Fault;
use serde::{Deserialize, Serialize};

/// The state of a key. Stored, so the order of the variants must stay.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum State {
    /// Usable for everything.
    Enabled,
    /// Kept, but not usable for cryptography.
    Disabled,
    /// Will be deleted when its waiting period ends.
    PendingDeletion,
    /// A multi-Region primary that waits for its replicas to be deleted first.
    PendingReplicaDeletion,
    /// Has no key material, or lost a part of it.
    PendingImport,
    /// Its custom key store is not connected.
    Unavailable,
    /// A replica that is being made.
    Creating,
    /// Its primary Region is being changed.
    Updating,
}

impl State {
    /// The column of the table; both kinds of waiting for deletion share one.
    fn column(self) -> usize {
        match self {
            Self::Enabled => 0,
            Self::Disabled => 1,
            Self::PendingDeletion | Self::PendingReplicaDeletion => 2,
            Self::PendingImport => 3,
            Self::Unavailable => 4,
            Self::Creating => 5,
            Self::Updating => 6,
        }
    }
}

impl From<State> for api::KeyState {
    fn from(state: State) -> Self {
        match state {
            State::Enabled => Self::Enabled,
            State::Disabled => Self::Disabled,
            State::PendingDeletion => Self::PendingDeletion,
            State::PendingReplicaDeletion => Self::PendingReplicaDeletion,
            State::PendingImport => Self::PendingImport,
            State::Unavailable => Self::Unavailable,
            State::Creating => Self::Creating,
            State::Updating => Self::Updating,
        }
    }
}

/// What a state says to an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Cell {
    Allowed,
    Disabled,
    PendingDeletion,
    NotPendingDeletion,
    PendingImport,
    /// The key's material comes from where the operation does not take it.
    Origin,
    Unavailable,
    Creating,
    Updating,
}

use Cell::Allowed as OK;

/// Error 1 of AWS's table.
const E1: Cell = Cell::Disabled;
/// Error 3. AWS's table permits 2 (`DisabledException`) too for cryptography; the service answers 3.
const E3: Cell = Cell::PendingDeletion;
/// Error 4.
const E4: Cell = Cell::NotPendingDeletion;
/// Error 5.
const E5: Cell = Cell::PendingImport;
/// Error 6: keys that wait for material have it imported.
const E6: Cell = Cell::Origin;
/// Error 7: keys that may be unavailable are in a custom key store.
const E7: Cell = Cell::Origin;
/// Error 9, for the same reason.
const E9: Cell = Cell::Origin;
/// Error 11.
const E11: Cell = Cell::Unavailable;
/// Error 14.
const E14: Cell = Cell::Creating;
/// Error 15.
const E15: Cell = Cell::Updating;

struct Row {
    operations: &'static [&'static str],
    /// Enabled, Disabled, both kinds of pending deletion, PendingImport, Unavailable, Creating, Updating.
    cells: [Cell; 7],
}

const TABLE: &[Row] = &[
    Row {
        operations: &["Encrypt", "Decrypt", "ReEncrypt", "GenerateDataKey", "GenerateDataKeyWithoutPlaintext"],
        cells: [OK, E1, E3, E5, E11, E14, OK],
    },
    Row {
        operations: &[
            "DescribeKey",
            "GetKeyPolicy",
            "PutKeyPolicy",
            "ListAliases",
            "ListGrants",
            "ListKeyPolicies",
            "ListResourceTags",
            "RetireGrant",
            "RevokeGrant",
            "DeleteAlias",
            "GetKeyLastUsage",
        ],
        cells: [OK, OK, OK, OK, OK, OK, OK],
    },
    Row {
        // For UpdateAlias this is the key that the alias shall point to; the key that it leaves may be in any state.
        operations: &["CreateAlias", "UpdateAlias", "TagResource", "UntagResource", "UpdateKeyDescription"],
        cells: [OK, OK, E3, OK, OK, OK, OK],
    },
    Row { operations: &["ScheduleKeyDeletion"], cells: [OK, OK, E3, OK, OK, OK, E15] },
    Row { operations: &["CancelKeyDeletion"], cells: [E4, E4, OK, E4, E4, E4, E4] },
    Row { operations: &["EnableKey", "DisableKey"], cells: [OK, OK, E3, E5, OK, E14, E15] },
    Row { operations: &["GetKeyRotationStatus"], cells: [OK, OK, OK, E6, E7, OK, OK] },
    Row {
        operations: &["GenerateDataKeyPair", "GenerateDataKeyPairWithoutPlaintext"],
        cells: [OK, E1, E3, E5, E7, E14, OK],
    },
    Row {
        // Keys of a custom key store are of none of the kinds that these take, so the fifth column is never met. AWS's
        // table has no row for Encapsulate and Decapsulate; the model lists the errors of their neighbours.
        operations: &["Sign", "Verify", "GenerateMac", "VerifyMac", "DeriveSharedSecret", "Encapsulate", "Decapsulate"],
        cells: [OK, E1, E3, E5, E11, E14, OK],
    },
    Row { operations: &["GetPublicKey"], cells: [OK, OK, E3, OK, E11, E14, OK] },
    Row { operations: &["CreateGrant"], cells: [OK, E1, E3, E5, OK, E14, OK] },
    Row { operations: &["EnableKeyRotation", "DisableKeyRotation"], cells: [OK, E1, E3, E6, E7, E14, OK] },
    Row { operations: &["RotateKeyOnDemand"], cells: [OK, E1, E3, E5, E7, E14, OK] },
    Row { operations: &["ListKeyRotations"], cells: [OK, OK, OK, OK, E7, OK, OK] },
    Row { operations: &["GetParametersForImport"], cells: [OK, OK, E3, OK, E9, E14, E15] },
    Row { operations: &["ImportKeyMaterial"], cells: [OK, OK, E3, OK, E9, E14, OK] },
    Row { operations: &["DeleteImportedKeyMaterial"], cells: [OK, OK, OK, OK, E9, E14, E15] },
    Row { operations: &["ReplicateKey"], cells: [OK, E1, E3, E5, E11, E14, E15] },
    Row { operations: &["UpdatePrimaryRegion"], cells: [OK, E1, E3, E5, E11, E14, OK] },
];

/// Whether an operation is one that a key in a custom key store needs its store for.
pub(crate) fn needs_the_store(operation: &str) -> bool {
    TABLE.first().is_some_and(|row| row.operations.contains(&operation))
}

/// Refuses `operation` on the key `arn` if its state does not admit it. An operation that the table does not know is
/// refused: forgetting a row must not open a key.
pub(crate) fn check(operation: &str, state: State, origin: OriginType, arn: &str) -> Result<(), Fault> {
    let cell = TABLE
        .iter()
        .find(|row| row.operations.contains(&operation))
        .and_then(|row| row.cells.get(state.column()))
        .copied();
    match cell {
        Some(Cell::Allowed) => Ok(()),
        Some(Cell::Disabled) => Err(error::disabled(arn)),
        Some(Cell::PendingDeletion) => Err(error::invalid_state(format!("{arn} is pending deletion."))),
        Some(Cell::NotPendingDeletion) => {
            Err(error::invalid_state(format!("{arn} is not pending deletion (or pending replica deletion).")))
        }
        Some(Cell::PendingImport) => Err(error::pending_import(arn)),
        Some(Cell::Origin) => Err(error::invalid_origin(arn, origin)),
        Some(Cell::Unavailable) => Err(error::invalid_state(format!("{arn} is unavailable."))),
        Some(Cell::Creating) => Err(error::invalid_state(format!("{arn} is creating."))),
        Some(Cell::Updating) => Err(error::invalid_state(format!("{arn} is updating."))),
        None => Err(error::invalid_state(format!("{arn} is in a state that {operation} does not know."))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ARN: &str = "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";

    const ALL: [State; 8] = [
        State::Enabled,
        State::Disabled,
        State::PendingDeletion,
        State::PendingReplicaDeletion,
        State::PendingImport,
        State::Unavailable,
        State::Creating,
        State::Updating,
    ];

    /// The error code and text of a cell, `None` where the operation is allowed.
    fn verdict(operation: &str, state: State) -> Option<(String, String)> {
        let origin = match state {
            State::PendingImport => OriginType::External,
            State::Unavailable => OriginType::AwsCloudhsm,
            _ => OriginType::AwsKms,
        };
        let fault = check(operation, state, origin, ARN).err()?;
        Some((fault.code.to_string(), fault.message.clone().unwrap_or_default()))
    }

    /// AWS's table once more, written as a reader finds it. The tests that go down the road read it too.
    const EXPECTED: &str = include_str!("../tests/states.txt");

    fn numbered(number: &str) -> Option<(&'static str, String)> {
        let said = |code, text: &str| Some((code, format!("{ARN} {text}")));
        match number {
            "ok" => None,
            "1" => said("DisabledException", "is disabled."),
            "3" => said("KMSInvalidStateException", "is pending deletion."),
            "4" => said("KMSInvalidStateException", "is not pending deletion (or pending replica deletion)."),
            "5" => said(
                "KMSInvalidStateException",
                "is pending import because no key material has ever been imported or one of the imported key materials is deleted or expired.",
            ),
            "6" => said("UnsupportedOperationException", "origin is EXTERNAL which is not valid for this operation."),
            "7" | "9" => {
                said("UnsupportedOperationException", "origin is AWS_CLOUDHSM which is not valid for this operation.")
            }
            "11" => said("KMSInvalidStateException", "is unavailable."),
            "14" => said("KMSInvalidStateException", "is creating."),
            "15" => said("KMSInvalidStateException", "is updating."),
            other => panic!("{other} is not an error number"),
        }
    }

    #[test]
    fn every_cell_answers_as_the_published_table() {
        let mut rows = 0;
        for line in EXPECTED.lines().filter(|line| !line.starts_with('#')) {
            let mut words = line.split_whitespace();
            let operation = words.next().unwrap();
            let numbers: Vec<&str> = words.collect();
            if numbers == ["-"] {
                continue;
            }
            assert_eq!(numbers.len(), ALL.len(), "{operation}");
            for (state, number) in ALL.into_iter().zip(numbers) {
                let expected = numbered(number).map(|(code, text)| (code.to_owned(), text));
                assert_eq!(verdict(operation, state), expected, "{operation} in {state:?}");
            }
            rows += 1;
        }
        let known: usize = TABLE.iter().map(|row| row.operations.len()).sum();
        assert_eq!(rows, known, "an operation of the table is not tested");
    }

    #[test]
    fn an_operation_without_a_row_is_refused_in_every_state() {
        for state in ALL {
            assert!(verdict("Unknown", state).is_some(), "{state:?}");
        }
    }
}
