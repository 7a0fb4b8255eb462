//! The materials of a key: what it encrypts with, what it encrypted with before, and what waits to be used.
//!
//! Guarantees: at most one material is current; what was permanently associated once stays in the list, with or without
//! its bytes, so that only the same can be imported again. Source: KMS Developer Guide, "Rotate AWS KMS keys",
//! "Importing key material".

use crate::records::Moment;
use crypto::{MaterialId, MaterialToken};
use serde::{Deserialize, Serialize};

/// One material of a key, oldest first in the key's list.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct MaterialEntry {
    /// Its name, which ciphertexts carry.
    pub id: MaterialId,
    /// The material, sealed; absent after imported material expired or was deleted.
    pub token: Option<MaterialToken>,
    /// What it is used for.
    pub state: MaterialState,
    /// When and how it became current; absent for the first one, and for what waits.
    pub rotated: Option<(Moment, RotationType)>,
    /// What the importer said about it.
    pub description: Option<String>,
    /// When imported material expires; `None` of material that does not.
    pub expires: Option<Moment>,
}

impl MaterialEntry {
    /// The first material of a key.
    pub(crate) fn first(id: MaterialId, token: MaterialToken) -> Self {
        Self { id, token: Some(token), state: MaterialState::Current, rotated: None, description: None, expires: None }
    }
}

/// What a material is used for. Stored, so the order of the variants must stay.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum MaterialState {
    /// Encrypts and decrypts.
    Current,
    /// Decrypts what it encrypted.
    NonCurrent,
    /// Imported, and waits for a rotation.
    PendingRotation,
    /// Imported into a primary, and waits for its replicas to have it too.
    PendingMultiRegion,
}

impl MaterialState {
    /// Whether the material belongs to the key for good. What waits can be taken back.
    pub(crate) fn is_permanent(self) -> bool {
        matches!(self, Self::Current | Self::NonCurrent)
    }
}

/// How a material became current. Stored, so the order of the variants must stay.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum RotationType {
    /// By its period.
    Automatic,
    /// Because somebody asked.
    OnDemand,
}

/// How a key's material is rotated.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Rotation {
    /// The period, while automatic rotation is on.
    pub period_days: Option<u16>,
    /// When the next automatic rotation is due, while it is on.
    pub next: Option<Moment>,
    /// How often the key was rotated on demand.
    pub on_demand: u16,
    /// When a rotation on demand began that is still under way.
    pub started: Option<Moment>,
}
