//! AWS Key Management Service: keys that never leave, and what they encrypt.
//!
//! Guarantees: key material exists only as sealed tokens in the store and as opaque handles in views; every operation
//! on a key passes the table of key states and is one that the key is for; an alias is never what permission is asked on
//! instead of its key; what is not offered is refused by name.

pub mod api;
pub mod external;

mod aliases;
mod aws_keys;
mod count;
mod crypto;
mod data_key_pairs;
mod error;
mod grants;
mod import;
mod jobs;
mod key_policy;
mod key_stores;
mod keyid;
mod keys;
mod last_usage;
mod lifecycle;
mod macs;
mod materials;
mod multi_region;
mod paging;
mod prices;
mod public_key;
mod quotas;
mod recipient;
mod records;
mod resolve;
mod rotation;
mod seed;
mod shared_secrets;
mod siblings;
mod signing;
mod spec;
mod states;
mod tags;
#[cfg(feature = "testing")]
pub mod testing;
mod usage;
mod view;

pub use seed::{SeedError, SeedKey, SeedKind, seed};

use attestation::Roots;
use kernel::{Service, Target, op};
use recipient::attesting;
use resolve::{managed, shared};
use std::sync::Arc;

/// The service, which believes the attestation documents of AWS.
pub fn service() -> Service {
    service_trusting(Roots::aws())
}

/// The service: one line for each operation. Attestation documents are believed under these roots.
pub fn service_trusting(roots: Roots) -> Service {
    let roots = Arc::new(roots);
    Service::new("kms", error::throttled)
        .listed("kms", "AWS Key Management Service (AWS KMS)", quotas::QUOTAS)
        .priced(&prices::TARIFF)
        .rented(prices::renting)
        .fails_with(error::internal)
        .with(op(api::CREATE_KEY, keys::create).on(resolve::create_key).quota(&quotas::CREATE_KEY).writes())
        .with(op(api::DESCRIBE_KEY, keys::describe).on(resolve::describe_key).quota(&quotas::DESCRIBE_KEY))
        .with(op(api::LIST_KEYS, keys::list).on(resolve::list_keys).quota(&quotas::LIST_KEYS))
        .with(
            op(api::UPDATE_KEY_DESCRIPTION, keys::update_description)
                .on(|lookup, input| managed(lookup, "kms:UpdateKeyDescription", &input.key_id))
                .quota(&quotas::UPDATE_KEY_DESCRIPTION)
                .writes(),
        )
        .with(
            op(api::ENABLE_KEY, lifecycle::enable)
                .on(|lookup, input| managed(lookup, "kms:EnableKey", &input.key_id))
                .quota(&quotas::ENABLE_KEY)
                .writes(),
        )
        .with(op(api::DISABLE_KEY, lifecycle::disable).on(resolve::disable_key).quota(&quotas::DISABLE_KEY).writes())
        .with(
            op(api::GET_KEY_LAST_USAGE, last_usage::get)
                .on(|lookup, input| managed(lookup, "kms:GetKeyLastUsage", &input.key_id))
                .quota(&quotas::GET_KEY_LAST_USAGE),
        )
        .with(
            op(api::SCHEDULE_KEY_DELETION, lifecycle::schedule_deletion)
                .on(resolve::schedule_key_deletion)
                .quota(&quotas::SCHEDULE_KEY_DELETION)
                .writes(),
        )
        .with(
            op(api::CANCEL_KEY_DELETION, lifecycle::cancel_deletion)
                .on(|lookup, input| managed(lookup, "kms:CancelKeyDeletion", &input.key_id))
                .quota(&quotas::CANCEL_KEY_DELETION)
                .writes(),
        )
        .with(
            op(api::ENCRYPT, crypto::encrypt).on(resolve::encrypt).quota_of(&quotas::SYMMETRIC, quotas::by_key).uses(),
        )
        .with(
            op(api::DECRYPT, crypto::decrypt)
                .on(attesting(&roots, resolve::decrypt))
                .quota_of(&quotas::SYMMETRIC, quotas::by_key)
                .uses(),
        )
        .with(
            op(api::RE_ENCRYPT, crypto::re_encrypt)
                .on(resolve::re_encrypt)
                .quota_of(&quotas::SYMMETRIC, quotas::by_key)
                .uses(),
        )
        .with(
            op(api::GENERATE_DATA_KEY, crypto::generate_data_key)
                .on(attesting(&roots, resolve::generate_data_key))
                .quota_of(&quotas::SYMMETRIC, quotas::by_key)
                .uses(),
        )
        .with(
            op(api::GENERATE_DATA_KEY_WITHOUT_PLAINTEXT, crypto::generate_data_key_without_plaintext)
                .on(resolve::generate_data_key_without_plaintext)
                .quota_of(&quotas::SYMMETRIC, quotas::by_key)
                .uses(),
        )
        .with(
            op(api::GENERATE_RANDOM, crypto::generate_random)
                .on(attesting(&roots, resolve::generate_random))
                .quota_of(&quotas::SYMMETRIC, quotas::by_store),
        )
        .with(op(api::SIGN, signing::sign).on(signing::on_sign).quota_of(&quotas::SYMMETRIC, quotas::by_key).uses())
        .with(
            op(api::VERIFY, signing::verify).on(signing::on_verify).quota_of(&quotas::SYMMETRIC, quotas::by_key).uses(),
        )
        .with(
            op(api::GENERATE_MAC, macs::generate)
                .on(macs::on_generate)
                .quota_of(&quotas::SYMMETRIC, quotas::by_key)
                .uses(),
        )
        .with(op(api::VERIFY_MAC, macs::verify).on(macs::on_verify).quota_of(&quotas::SYMMETRIC, quotas::by_key).uses())
        .with(
            op(api::GET_PUBLIC_KEY, public_key::get)
                .on(public_key::on_get)
                .quota(&quotas::GET_PUBLIC_KEY)
                .quota_also(quotas::of_public_key),
        )
        .with(
            op(api::DERIVE_SHARED_SECRET, shared_secrets::derive)
                .on(attesting(&roots, shared_secrets::on_derive))
                .quota_of(&quotas::SYMMETRIC, quotas::by_key)
                .uses(),
        )
        .with(
            op(api::ENCAPSULATE, shared_secrets::encapsulate)
                .on(shared_secrets::on_encapsulate)
                .quota_of(&quotas::SYMMETRIC, quotas::by_key)
                .uses(),
        )
        .with(
            op(api::DECAPSULATE, shared_secrets::decapsulate)
                .on(shared_secrets::on_decapsulate)
                .quota_of(&quotas::SYMMETRIC, quotas::by_key)
                .uses(),
        )
        .with(
            op(api::GENERATE_DATA_KEY_PAIR, data_key_pairs::generate)
                .on(attesting(&roots, data_key_pairs::on_generate))
                .quota_of(&quotas::SYMMETRIC, quotas::by_pair)
                .uses(),
        )
        .with(
            op(api::GENERATE_DATA_KEY_PAIR_WITHOUT_PLAINTEXT, data_key_pairs::generate_without_plaintext)
                .on(data_key_pairs::on_generate_without_plaintext)
                .quota_of(&quotas::SYMMETRIC, quotas::by_pair_without_plaintext)
                .uses(),
        )
        .with(op(api::CREATE_ALIAS, aliases::create).on(resolve::create_alias).quota(&quotas::CREATE_ALIAS).writes())
        .with(op(api::UPDATE_ALIAS, aliases::update).on(resolve::update_alias).quota(&quotas::UPDATE_ALIAS).writes())
        .with(op(api::DELETE_ALIAS, aliases::delete).on(resolve::delete_alias).quota(&quotas::DELETE_ALIAS).writes())
        .with(
            op(api::LIST_ALIASES, aliases::list)
                .on(|_, _| Ok(vec![Target::any("kms:ListAliases")]))
                .quota(&quotas::LIST_ALIASES),
        )
        .with(op(api::TAG_RESOURCE, tags::tag).on(resolve::tag_resource).quota(&quotas::TAG_RESOURCE).writes())
        .with(op(api::UNTAG_RESOURCE, tags::untag).on(resolve::untag_resource).quota(&quotas::UNTAG_RESOURCE).writes())
        .with(
            op(api::LIST_RESOURCE_TAGS, tags::list)
                .on(|lookup, input| managed(lookup, "kms:ListResourceTags", &input.key_id))
                .quota(&quotas::LIST_RESOURCE_TAGS),
        )
        .with(op(api::GET_KEY_POLICY, key_policy::get).on(resolve::get_key_policy).quota(&quotas::GET_KEY_POLICY))
        .with(
            op(api::PUT_KEY_POLICY, key_policy::put)
                .on(resolve::put_key_policy)
                .quota(&quotas::PUT_KEY_POLICY)
                .writes(),
        )
        .with(op(api::CREATE_GRANT, grants::create).on(grants::resolve::create).quota(&quotas::CREATE_GRANT).writes())
        .with(op(api::LIST_GRANTS, grants::list).on(grants::resolve::list).quota(&quotas::LIST_GRANTS))
        .with(
            op(api::LIST_RETIRABLE_GRANTS, grants::list_retirable)
                .on(grants::resolve::list_retirable)
                .quota(&quotas::LIST_RETIRABLE_GRANTS),
        )
        .with(op(api::RETIRE_GRANT, grants::retire).on(grants::resolve::retire).quota(&quotas::RETIRE_GRANT).writes())
        .with(op(api::REVOKE_GRANT, grants::revoke).on(grants::resolve::revoke).quota(&quotas::REVOKE_GRANT).writes())
        .with(
            op(api::LIST_KEY_POLICIES, key_policy::list)
                .on(|lookup, input| managed(lookup, "kms:ListKeyPolicies", &input.key_id))
                .quota(&quotas::LIST_KEY_POLICIES),
        )
        .with(
            op(api::GET_KEY_ROTATION_STATUS, rotation::status)
                .on(|lookup, input| shared(lookup, "kms:GetKeyRotationStatus", &input.key_id))
                .quota(&quotas::GET_KEY_ROTATION_STATUS),
        )
        .with(
            op(api::ENABLE_KEY_ROTATION, rotation::enable)
                .on(resolve::enable_key_rotation)
                .quota(&quotas::ENABLE_KEY_ROTATION)
                .writes(),
        )
        .with(
            op(api::DISABLE_KEY_ROTATION, rotation::disable)
                .on(|lookup, input| managed(lookup, "kms:DisableKeyRotation", &input.key_id))
                .quota(&quotas::DISABLE_KEY_ROTATION)
                .writes(),
        )
        .with(
            op(api::ROTATE_KEY_ON_DEMAND, rotation::on_demand)
                .on(|lookup, input| managed(lookup, "kms:RotateKeyOnDemand", &input.key_id))
                .quota(&quotas::ROTATE_KEY_ON_DEMAND)
                .writes(),
        )
        .with(
            op(api::LIST_KEY_ROTATIONS, rotation::list)
                .on(|lookup, input| managed(lookup, "kms:ListKeyRotations", &input.key_id))
                .quota(&quotas::LIST_KEY_ROTATIONS),
        )
        .with(
            op(api::CREATE_CUSTOM_KEY_STORE, key_stores::create)
                .on(|_, _| Ok(vec![Target::any("kms:CreateCustomKeyStore")]))
                .quota(&quotas::CREATE_CUSTOM_KEY_STORE)
                .writes(),
        )
        .with(
            op(api::DESCRIBE_CUSTOM_KEY_STORES, key_stores::describe)
                .on(|_, _| Ok(vec![Target::any("kms:DescribeCustomKeyStores")]))
                .quota(&quotas::DESCRIBE_CUSTOM_KEY_STORES),
        )
        .with(
            op(api::UPDATE_CUSTOM_KEY_STORE, key_stores::update)
                .on(|_, _| Ok(vec![Target::any("kms:UpdateCustomKeyStore")]))
                .quota(&quotas::UPDATE_CUSTOM_KEY_STORE)
                .writes(),
        )
        .with(
            op(api::DELETE_CUSTOM_KEY_STORE, key_stores::delete)
                .on(|_, _| Ok(vec![Target::any("kms:DeleteCustomKeyStore")]))
                .quota(&quotas::DELETE_CUSTOM_KEY_STORE)
                .writes(),
        )
        .with(
            op(api::CONNECT_CUSTOM_KEY_STORE, key_stores::connect)
                .on(|_, _| Ok(vec![Target::any("kms:ConnectCustomKeyStore")]))
                .quota(&quotas::CONNECT_CUSTOM_KEY_STORE)
                .writes(),
        )
        .with(
            op(api::DISCONNECT_CUSTOM_KEY_STORE, key_stores::disconnect)
                .on(|_, _| Ok(vec![Target::any("kms:DisconnectCustomKeyStore")]))
                .quota(&quotas::DISCONNECT_CUSTOM_KEY_STORE)
                .writes(),
        )
        .with(
            op(api::GET_PARAMETERS_FOR_IMPORT, import::parameters)
                .on(import::parameters_targets)
                .quota(&quotas::GET_PARAMETERS_FOR_IMPORT),
        )
        .with(
            op(api::IMPORT_KEY_MATERIAL, import::import)
                .on(import::import_targets)
                .quota(&quotas::IMPORT_KEY_MATERIAL)
                .writes()
                .slow(),
        )
        .with(
            op(api::DELETE_IMPORTED_KEY_MATERIAL, import::delete)
                .on(|lookup, input| managed(lookup, "kms:DeleteImportedKeyMaterial", &input.key_id))
                .quota(&quotas::DELETE_IMPORTED_KEY_MATERIAL)
                .writes(),
        )
        .with(
            op(api::REPLICATE_KEY, multi_region::replicate)
                .on(multi_region::replicate_targets)
                .quota(&quotas::REPLICATE_KEY)
                .quota_also(quotas::of_replica)
                .writes(),
        )
        .with(
            op(api::UPDATE_PRIMARY_REGION, multi_region::update_primary)
                .on(multi_region::update_primary_targets)
                .quota(&quotas::UPDATE_PRIMARY_REGION)
                .quota_also(quotas::of_new_primary)
                .writes(),
        )
        .job(key_stores::CONNECT)
        .job(jobs::DELETE_KEY)
        .job(jobs::SETTLE_KEY)
        .job(import::EXPIRE_MATERIAL)
        .job(rotation::ROTATE_KEY)
        .job(jobs::DELETE_GRANTS)
}
