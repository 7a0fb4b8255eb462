//! Policies tried without doing anything: SimulatePrincipalPolicy and SimulateCustomPolicy, and what condition keys they
//! need.
//!
//! Guarantees: what decides is what decides real requests; nothing is read but the policies of whom the caller may ask
//! about; a call does a bounded amount of work, and further pages do the rest. Source: IAM API Reference; IAM User Guide,
//! "Testing IAM policies with the IAM policy simulator".

mod context;
mod context_keys;
mod exclusions;
mod judge;
mod part;
mod scenarios;

use crate::held::{EntityArn, Held};
use crate::{api, error, paging, quotas, targets};
use api::PolicyEvaluationDecisionType as Told;
use base::AccountId;
use directory::records::EntityKind;
use exclusions::Exclusions;
use judge::{Judge, Outcome, kind_of, rank};
use kernel::{Ctx, Result, Service, op};
use model::Fault;
use part::Part;
use policy::{Attached, Entity, Identity, Kind, Principal};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The operations of the simulator.
pub(crate) fn lines(service: Service) -> Service {
    let service = service
        .with(
            op(api::SIMULATE_CUSTOM_POLICY, custom)
                .on(|_, _| targets::anything("iam:SimulateCustomPolicy"))
                .quota(&quotas::SIMULATIONS)
                .slow(),
        )
        .with(
            op(api::SIMULATE_PRINCIPAL_POLICY, principal)
                .on(|lookup, input| {
                    let arn = &input.policy_source_arn;
                    EntityArn::parse(arn, lookup.partition())?.target(lookup, "iam:SimulatePrincipalPolicy", arn)
                })
                .quota(&quotas::SIMULATIONS)
                .slow(),
        );
    context_keys::lines(service)
}

/// What both operations ask for.
struct Request {
    actions: Vec<String>,
    resources: Vec<String>,
    policies: Vec<String>,
    boundaries: Vec<String>,
    resource_policy: Option<String>,
    resource_owner: Option<String>,
    entries: Vec<api::ContextEntry>,
    handling: Option<String>,
    max_items: Option<i32>,
    marker: Option<String>,
}

/// Policies that are given alone.
fn custom(ctx: &mut Ctx<'_>, input: api::SimulateCustomPolicy) -> Result<api::SimulatePolicyResponse> {
    let account = ctx.scope().account;
    let caller =
        input.caller_arn.as_deref().map(|arn| named(&EntityArn::parse(arn, ctx.partition())?)).transpose()?.flatten();
    if input.resource_policy.is_some() && input.caller_arn.is_none() {
        return Err(error::caller_arn_required().into());
    }
    let levels = input.ordered_organization_policy_input_list.unwrap_or_default();
    let controls: Vec<Vec<Attached>> = levels
        .into_iter()
        .map(|level| {
            let texts = level.service_control_policy_input_list.unwrap_or_default();
            let parts = texts.iter().enumerate();
            parts
                .map(|(index, text)| {
                    let list = "ServiceControlPolicyInputList";
                    Part::given(list, index, Kind::ServiceControl, text).map(|part| part.attached)
                })
                .collect()
        })
        .collect::<std::result::Result<_, Fault>>()?;
    let request = Request {
        actions: input.action_names,
        resources: input.resource_arns.unwrap_or_default(),
        policies: input.policy_input_list,
        boundaries: input.permissions_boundary_policy_input_list.unwrap_or_default(),
        resource_policy: input.resource_policy,
        resource_owner: input.resource_owner,
        entries: input.context_entries.unwrap_or_default(),
        handling: input.resource_handling_option,
        max_items: input.max_items,
        marker: input.marker,
    };
    let controls = (!controls.is_empty()).then_some(controls);
    let judge = judge(ctx, &request, caller, account, Vec::new(), None, controls)?;
    answer(ctx, &judge, &request, "")
}

/// The policies that somebody has, and perhaps others.
fn principal(ctx: &mut Ctx<'_>, input: api::SimulatePrincipalPolicy) -> Result<api::SimulatePolicyResponse> {
    let account = ctx.scope().account;
    let source = EntityArn::parse(&input.policy_source_arn, ctx.partition())?;
    let held = source.find(ctx)?;
    let caller = match input.caller_arn.as_deref().filter(|arn| *arn != input.policy_source_arn) {
        Some(arn) => named(&EntityArn::parse(arn, ctx.partition())?)?,
        None => known(account, &held),
    };
    if input.resource_policy.is_some() && caller.is_none() && input.caller_arn.is_none() {
        return Err(error::caller_arn_required().into());
    }
    let exclusions = Exclusions::read(input.policy_exclusion_list.unwrap_or_default(), ctx.partition())?;
    let policies = held.policies(ctx)?;
    let identity = policies.iter().filter(|policy| !exclusions.has(policy)).map(Part::held).collect();
    let boundary = held.boundary(ctx)?.filter(|_| !exclusions.has_boundary());
    // Another account's organization is no business of this one.
    let is_own = caller.as_ref().is_none_or(|caller| caller.account == account);
    let standing = if is_own && !exclusions.has_service_controls() { ctx.account(account)? } else { None };
    let standing = standing.filter(|standing| standing.membership().is_some());
    let controls = standing.map(|standing| standing.service_controls().to_vec());
    let request = Request {
        actions: input.action_names,
        resources: input.resource_arns.unwrap_or_default(),
        policies: input.policy_input_list.unwrap_or_default(),
        boundaries: input.permissions_boundary_policy_input_list.unwrap_or_default(),
        resource_policy: input.resource_policy,
        resource_owner: input.resource_owner,
        entries: input.context_entries.unwrap_or_default(),
        handling: input.resource_handling_option,
        max_items: input.max_items,
        marker: input.marker,
    };
    let judge = judge(ctx, &request, caller, account, identity, boundary.as_ref().map(Part::held), controls)?;
    answer(ctx, &judge, &request, &input.policy_source_arn)
}

/// A caller of whom only the ARN is known; a group calls nothing.
fn named(arn: &EntityArn) -> std::result::Result<Option<Principal>, Fault> {
    let entity = Entity { path: arn.path.clone(), name: arn.name.clone(), id: String::new() };
    Ok(caller(arn.account, arn.kind, entity))
}

/// The caller that the source of the policies is.
fn known(account: AccountId, held: &Held) -> Option<Principal> {
    let (kind, path, name, id, tags) = match held {
        Held::User(user) => (EntityKind::User, &user.path, &user.name, &user.id, &user.tags),
        Held::Role(role) => (EntityKind::Role, &role.path, &role.name, &role.id, &role.tags),
        Held::Group(_) => return None,
    };
    let entity = Entity { path: path.clone(), name: name.clone(), id: id.clone() };
    let mut caller = caller(account, kind, entity)?;
    caller.tags = Arc::new(tags.iter().map(|(key, value)| (key.clone(), value.clone())).collect());
    Some(caller)
}

fn caller(account: AccountId, kind: EntityKind, entity: Entity) -> Option<Principal> {
    match kind {
        EntityKind::User => Some(Principal::new(account, Identity::User(entity))),
        EntityKind::Role => Some(Principal::new(account, Identity::Role { role: entity, session_name: String::new() })),
        _ => None,
    }
}

/// Checks a request and gathers everything that its outcome rests on.
fn judge(
    ctx: &Ctx<'_>,
    request: &Request,
    caller: Option<Principal>,
    account: AccountId,
    mut identity: Vec<Part>,
    boundary: Option<Part>,
    controls: Option<Vec<Vec<Attached>>>,
) -> std::result::Result<Judge, Fault> {
    check(request)?;
    for (index, text) in request.policies.iter().enumerate() {
        identity.push(Part::given("PolicyInputList", index, Kind::Managed, text)?);
    }
    let boundary = match request.boundaries.as_slice() {
        [] => boundary,
        [text] => Some(Part::given("PermissionsBoundaryPolicyInputList", 0, Kind::Managed, text)?),
        _ => return Err(error::invalid_input("Only one permissions boundary policy can be simulated.")),
    };
    let mut resource: Vec<(Kind, Part)> = Vec::new();
    if let Some(text) = &request.resource_policy {
        for kind in request.actions.iter().map(|action| kind_of(action)) {
            if !resource.iter().any(|(there, _)| *there == kind) {
                resource.push((kind, Part::of_resource(kind, text)?));
            }
        }
    }
    let context = context::of(request.entries.clone(), caller.as_ref(), ctx.partition())?;
    // Policies of nobody in particular: somebody of the account without a name.
    let principal = caller.unwrap_or_else(|| Principal::user(account, "/", "", ""));
    let owner = request.resource_owner.as_deref().map(owner).transpose()?.unwrap_or(principal.account);
    Ok(Judge { principal, context, identity, boundary, resource, controls, owner, partition: ctx.partition() })
}

fn check(request: &Request) -> std::result::Result<(), Fault> {
    let is_word = |text: &str| {
        !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
    };
    let is_action =
        |action: &str| action.split_once(':').is_some_and(|(service, name)| is_word(service) && is_word(name));
    if let Some(wrong) = request.actions.iter().find(|action| !is_action(action)) {
        return Err(error::invalid_input(format!("Invalid Action Name: {wrong}")));
    }
    let is_arn = |text: &str| {
        let parts: Vec<&str> = text.splitn(6, ':').collect();
        matches!(parts.as_slice(), ["arn", partition, service, _, _, resource]
            if !partition.is_empty() && !service.is_empty() && !resource.is_empty())
    };
    let wrong = request.resources.iter().map(String::as_str).filter(|name| *name != "*" && !is_arn(name));
    let wrong: Vec<&str> = wrong.collect();
    if !wrong.is_empty() {
        return Err(error::invalid_resources(&wrong));
    }
    match &request.handling {
        Some(option) => scenarios::check(option, &request.resources),
        None => Ok(()),
    }
}

/// An account, by its number or the ARN of its root.
fn owner(text: &str) -> std::result::Result<AccountId, Fault> {
    let of_arn = text.strip_prefix("arn:").and_then(|rest| rest.split_once(":iam::"));
    let of_arn = of_arn.and_then(|(_, rest)| rest.strip_suffix(":root"));
    of_arn.unwrap_or(text).parse().map_err(|_| error::invalid_resource_owner(text))
}

/// The page that is asked for: as many actions as there is room and time for.
fn answer(ctx: &Ctx<'_>, judge: &Judge, request: &Request, source: &str) -> Result<api::SimulatePolicyResponse> {
    let (actions, resources) = (request.actions.join(","), request.resources.join(","));
    let filters = [source, &actions, &resources];
    let page = paging::ask(ctx, request.max_items, request.marker.as_deref(), &filters)?;
    let place = |index: usize| format!("{index:06}");
    let cost = judge.weight().max(1).saturating_mul(request.resources.len().max(1));
    if cost > quotas::SIMULATED {
        return Err(error::simulation_too_large().into());
    }
    let mut left = quotas::SIMULATED;
    let (mut results, mut marker) = (Vec::new(), None);
    for (index, action) in request.actions.iter().enumerate().filter(|(index, _)| page.is_after(&place(*index))) {
        if results.len() >= page.limit || left < cost {
            marker = index.checked_sub(1).map(|last| ctx.marker(&place(last), &filters)).transpose()?;
            break;
        }
        left -= cost;
        results.push(result(judge, action, &request.resources));
    }
    Ok(api::SimulatePolicyResponse { evaluation_results: Some(results), is_truncated: Some(marker.is_some()), marker })
}

/// What comes of one action.
fn result(judge: &Judge, action: &str, resources: &[String]) -> api::EvaluationResult {
    let on_everything = resources.iter().all(|name| name == "*");
    let names = if on_everything { vec!["*"] } else { resources.iter().map(String::as_str).collect() };
    let asked = names.iter().map(|name| (*name, judge.decide(action, Some(*name).filter(|name| *name != "*"))));
    let outcomes: Vec<(&str, Outcome)> = asked.collect();
    let each = || outcomes.iter().map(|(_, outcome)| outcome);
    let decision = each().map(|outcome| outcome.decision).max_by_key(|it| rank(*it)).unwrap_or(Told::ImplicitDeny);
    let decided: BTreeSet<_> =
        each().filter(|outcome| outcome.decision == decision).flat_map(|outcome| &outcome.decided).collect();
    let mut seen = BTreeSet::new();
    let missing = each().flat_map(|outcome| &outcome.missing).filter(|key| seen.insert(key.to_ascii_lowercase()));
    let missing: Vec<String> = missing.cloned().collect();
    let specific = outcomes.iter().map(|(name, outcome)| api::ResourceSpecificResult {
        eval_resource_name: (*name).to_owned(),
        eval_resource_decision: outcome.decision,
        matched_statements: Some(outcome.decided.iter().filter_map(|it| judge.told(action, *it)).collect()),
        missing_context_values: Some(outcome.missing.clone()),
        eval_decision_details: outcome.details.clone().filter(|details| !details.is_empty()),
        permissions_boundary_decision_detail: boundary(outcome.boundary),
    });
    api::EvaluationResult {
        eval_action_name: action.to_owned(),
        eval_resource_name: Some(if on_everything { "*".to_owned() } else { form(action, &names) }),
        eval_decision: decision,
        matched_statements: Some(decided.into_iter().filter_map(|it| judge.told(action, *it)).collect()),
        missing_context_values: Some(missing),
        organizations_decision_detail: all(each().map(|outcome| outcome.organization))
            .map(|allowed| api::OrganizationsDecisionDetail { allowed_by_organizations: Some(allowed) }),
        permissions_boundary_decision_detail: boundary(all(each().map(|outcome| outcome.boundary))),
        eval_decision_details: if on_everything { None } else { details(each()) },
        resource_specific_results: (!on_everything).then(|| specific.collect()),
    }
}

fn boundary(allowed: Option<bool>) -> Option<api::PermissionsBoundaryDecisionDetail> {
    allowed.map(|allowed| api::PermissionsBoundaryDecisionDetail { allowed_by_permissions_boundary: Some(allowed) })
}

/// Whether all that can tell say so; `None` if nothing can.
fn all(each: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    each.flatten().reduce(|all, one| all && one)
}

/// The most restrictive decision of each type of policy; `None` if the organization ended every request.
fn details<'a>(outcomes: impl Iterator<Item = &'a Outcome>) -> Option<BTreeMap<String, Told>> {
    outcomes.filter_map(|outcome| outcome.details.clone()).reduce(|mut all, one| {
        for (name, decision) in one {
            let worst = all.entry(name).or_insert(decision);
            if rank(decision) > rank(*worst) {
                *worst = decision;
            }
        }
        all
    })
}

/// The form of ARN of the kind of resource that an action is about, or `*` if it has none.
fn form(action: &str, names: &[&str]) -> String {
    let found = authorization_data::action(action).and_then(|(service, action)| {
        let kinds = |required| {
            let on = action.on.iter().filter(move |on| on.required == required);
            on.filter_map(|on| service.resource(on.resource))
        };
        let on = || kinds(true).chain(kinds(false));
        let of_one = on().find(|kind| names.iter().any(|name| *name != "*" && kind.may_be(name)));
        of_one.or_else(|| on().next())?.arns.first().copied()
    });
    found.unwrap_or("*").to_owned()
}
