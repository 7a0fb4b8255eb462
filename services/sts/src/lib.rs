//! AWS Security Token Service: temporary credentials, and whose they are.
//!
//! Guarantees: whoever has credentials can learn whose they are; nobody gets more by a session than the role's or user's
//! own policies allow, nor more than was passed for it; a session is held by its token alone, so that nothing is stored
//! and any server of the house can verify it. What of STS is missing answers 501; AssumeRoleWithSAML is, because no
//! implementation of XML signatures that we could find is one to stake accounts on (see SECURITY.md).
//!
//! Rooms: one file for each way to come by a session; `sessions`, `limits`, `tags` and `mfa` are what they share; `oidc`
//! judges the tokens of identity providers. Source: STS API Reference.

pub mod api;
mod assume_role;
mod error;
mod inquiries;
mod limits;
mod mfa;
pub mod oidc;
mod roles;
mod sessions;
mod tags;
mod users;
mod web_identity;

use kernel::{Pool, Service, Target, op};

/// The service: one line for each operation.
pub fn service() -> Service {
    Service::new("sts", error::throttled)
        .guarded(users::guard)
        .with(op(api::ASSUME_ROLE, assume_role::assume).on(assume_role::targets).quota(&REQUESTS).writes().gives())
        .with(
            op(api::ASSUME_ROLE_WITH_WEB_IDENTITY, web_identity::assume)
                .errand(web_identity::keys)
                .on(web_identity::targets)
                .quota(&REQUESTS)
                .gives(),
        )
        .with(
            op(api::DECODE_AUTHORIZATION_MESSAGE, inquiries::decode_authorization_message)
                .on(|_, _| Ok(vec![Target::any("sts:DecodeAuthorizationMessage")]))
                .quota(&REQUESTS),
        )
        .with(
            op(api::GET_ACCESS_KEY_INFO, inquiries::get_access_key_info)
                .on(|_, _| Ok(vec![Target::any("sts:GetAccessKeyInfo")]))
                .quota(&REQUESTS),
        )
        .with(op(api::GET_CALLER_IDENTITY, inquiries::get_caller_identity).quota(&REQUESTS))
        .with(
            op(api::GET_FEDERATION_TOKEN, users::get_federation_token)
                .on(users::federation_targets)
                .quota(&REQUESTS)
                .gives(),
        )
        .with(op(api::GET_SESSION_TOKEN, users::get_session_token).quota(&REQUESTS).writes().gives())
}

/// What all operations share. Source: IAM User Guide, "IAM and AWS STS quotas".
static REQUESTS: Pool = Pool { name: "sts.Requests", rate: |_| 600.0 };
