//! GetContextKeysForCustomPolicy and GetContextKeysForPrincipalPolicy: the condition keys that policies ask for.
//!
//! Guarantee: each key is told once, as the policies spell it. Source: IAM API Reference.

use crate::held::EntityArn;
use crate::{api, error, quotas, targets};
use kernel::{Ctx, Result, Service, op};
use model::Fault;
use policy::{Document, Kind};
use std::collections::BTreeSet;

/// The operations on condition keys.
pub(super) fn lines(service: Service) -> Service {
    service
        .with(
            op(api::GET_CONTEXT_KEYS_FOR_CUSTOM_POLICY, |_, input: api::GetContextKeysForCustomPolicy| {
                let mut keys = Keys::default();
                keys.add_given(&input.policy_input_list)?;
                Ok(keys.told())
            })
            .on(|_, _| targets::anything("iam:GetContextKeysForCustomPolicy"))
            .quota(&quotas::READS),
        )
        .with(
            op(api::GET_CONTEXT_KEYS_FOR_PRINCIPAL_POLICY, for_principal)
                .on(|lookup, input| {
                    let arn = &input.policy_source_arn;
                    EntityArn::parse(arn, lookup.partition())?.target(
                        lookup,
                        "iam:GetContextKeysForPrincipalPolicy",
                        arn,
                    )
                })
                .quota(&quotas::READS),
        )
}

fn for_principal(
    ctx: &mut Ctx<'_>,
    input: api::GetContextKeysForPrincipalPolicy,
) -> Result<api::GetContextKeysForPolicyResponse> {
    let held = EntityArn::parse(&input.policy_source_arn, ctx.partition())?.find(ctx)?;
    let mut keys = Keys::default();
    for policy in held.policies(ctx)?.into_iter().chain(held.boundary(ctx)?) {
        let document = policy.document.and_then(|text| Document::parse(Kind::Identity, text).ok());
        keys.add(document.iter());
    }
    keys.add_given(&input.policy_input_list.unwrap_or_default())?;
    Ok(keys.told())
}

/// Keys, each once.
#[derive(Default)]
struct Keys {
    list: Vec<String>,
    seen: BTreeSet<String>,
}

impl Keys {
    fn add<'a>(&mut self, documents: impl Iterator<Item = &'a Document>) {
        for key in documents.flat_map(Document::context_keys) {
            if self.seen.insert(key.to_ascii_lowercase()) {
                self.list.push(key);
            }
        }
    }

    /// Policies of whatever kind.
    fn add_given(&mut self, texts: &[String]) -> std::result::Result<(), Fault> {
        for text in texts {
            let others = || [Kind::Resource, Kind::Trust].into_iter().find_map(|kind| Document::parse(kind, text).ok());
            let document = Document::parse(Kind::Identity, text).or_else(|malformed| others().ok_or(malformed));
            let document = document.map_err(|malformed| error::invalid_input(malformed.message))?;
            self.add(std::iter::once(&document));
        }
        Ok(())
    }

    fn told(self) -> api::GetContextKeysForPolicyResponse {
        api::GetContextKeysForPolicyResponse { context_key_names: Some(self.list) }
    }
}
