//! The key hierarchy: a seal protects the root key, it protects each account's keyring, and these protect key material,
//! stored values and tokens; each message is encrypted under a key of its own, save the log's (see `envelope`).
//!
//! Guarantees: key bytes stay in this crate and in `primitives`, others hold handles that cannot be printed; a key
//! serves the one purpose that its label names (`labels`); nothing is encrypted twice under one key and nonce, since
//! every message, or series of messages that count their IVs, derives a key from a random nonce of 128 bits; whatever
//! fails to open says only that it does.
//!
//! Rooms: `seal` protects the root key, `root` keeps it in the engine, `keyring` holds an account's keys, `hierarchy`
//! joins them and seals what the store keeps, `material` is what a KMS key is made of, `kind` what kinds there are,
//! `operations` what each does, `data_key_pair` the key pairs that are given away, `wrapping` what imported material comes
//! under, `blob` the ciphertexts that callers hold, `outer` those of keys in custom key stores, `detached` ciphertexts in
//! pieces, `purpose` the tokens they hold, `envelope` the one format in which this server seals for itself.

mod blob;
mod data_key_pair;
mod detached;
mod envelope;
mod error;
mod hierarchy;
mod keyring;
mod kind;
mod labels;
mod material;
mod operations;
mod outer;
mod purpose;
mod root;
mod seal;
mod wrapping;

pub use blob::{Blob, EncryptionContext, InvalidCiphertext, MaterialId};
pub use data_key_pair::DataKeyPair;
pub use detached::Detached;
pub use error::{Error, OpenError};
pub use hierarchy::Hierarchy;
pub use kind::MaterialKind;
pub use labels::Purpose;
pub use material::{Material, MaterialToken, NewMaterial};
pub use operations::{Message, SigningAlgorithm, Unfit};
pub use outer::{OuterBlob, material_of};
pub use primitives::{Curve, HashAlgorithm, HmacHash, MU_LENGTH, MlDsaSet, MlKemSet, OaepHash, RsaScheme, RsaSize};
pub use purpose::{InvalidToken, PurposeKey};
pub use root::{RootKey, RootRecord, Slot, new_slot, opened_slot, root_key_path, root_key_place, root_record, unlock};
pub use seal::{
    BadShares, EphemeralSeal, FileSeal, KeyBytesSeal, PassphraseCost, PassphraseSeal, RootSeal, SharedSeal, UnwrapError,
};
pub use wrapping::{WrappingAlgorithm, WrappingKey};
