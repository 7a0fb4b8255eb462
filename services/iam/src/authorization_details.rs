//! GetAccountAuthorizationDetails: all users, groups, roles and policies of the account, with what belongs to them.
//!
//! Guarantees: everything comes in one order (users, groups, roles, the account's policies, AWS's policies that are in
//! use; each by name), so that a marker goes on where its page ended. Source: IAM API Reference,
//! GetAccountAuthorizationDetails.

use crate::{
    api, attachments, boundaries, documents, groups, instance_profiles, paging, policies, quotas, roles, tags, trust,
    versions,
};
use directory::records::{
    self, Attachments, Group, Holder, InstanceProfile, ManagedPolicy, Named, Role, RoleUse, User, folded,
};
use kernel::{Ctx, Result, Service, Target, op};
use store::Key;

/// The operation.
pub(crate) fn lines(service: Service) -> Service {
    service.with(
        op(api::GET_ACCOUNT_AUTHORIZATION_DETAILS, get)
            .on(|_, _| Ok(vec![Target::any("iam:GetAccountAuthorizationDetails")]))
            .quota(&quotas::READS),
    )
}

/// The kinds in their order; a marker begins with the letter.
const KINDS: [(char, api::EntityType); 5] = [
    ('a', api::EntityType::User),
    ('b', api::EntityType::Group),
    ('c', api::EntityType::Role),
    ('d', api::EntityType::LocalManagedPolicy),
    ('e', api::EntityType::AWSManagedPolicy),
];

/// A page in the making.
struct Page {
    after: Option<String>,
    room: usize,
    /// The place of the last item that came into the page.
    last: Option<String>,
    /// Whether something did not come in.
    is_full: bool,
    told: api::GetAccountAuthorizationDetailsOutput,
}

fn get(
    ctx: &mut Ctx<'_>,
    input: api::GetAccountAuthorizationDetails,
) -> Result<api::GetAccountAuthorizationDetailsOutput> {
    let wanted = input.filter.filter(|filter| !filter.is_empty());
    let kinds = KINDS.iter().filter(|(_, kind)| wanted.as_ref().is_none_or(|wanted| wanted.contains(kind)));
    let letters: String = kinds.clone().map(|(letter, _)| letter).collect();
    let filters = [letters.as_str()];
    let ask = paging::ask(ctx, input.max_items, input.marker.as_deref(), &filters)?;
    let mut page = Page {
        after: ask.after.clone(),
        room: ask.limit,
        last: None,
        is_full: false,
        told: api::GetAccountAuthorizationDetailsOutput::default(),
    };
    for (letter, kind) in kinds {
        match kind {
            api::EntityType::User => users(ctx, &mut page, *letter)?,
            api::EntityType::Group => groups_of(ctx, &mut page, *letter)?,
            api::EntityType::Role => roles_of(ctx, &mut page, *letter)?,
            api::EntityType::LocalManagedPolicy => own_policies(ctx, &mut page, *letter)?,
            api::EntityType::AWSManagedPolicy => awss_policies(ctx, &mut page, *letter)?,
        }
    }
    let marker = match page.last.filter(|_| page.is_full) {
        Some(last) => Some(ctx.marker(&last, &filters)?),
        None => None,
    };
    page.told.is_truncated = Some(marker.is_some());
    page.told.marker = marker;
    Ok(page.told)
}

impl Page {
    /// Where the page begins in this kind: after a name, at its beginning, or not at all.
    fn begin(&self, letter: char) -> Begin<'_> {
        match self.after.as_deref().and_then(|after| Some((after.chars().next()?, after.get(1..)?))) {
            Some((kind, _)) if letter < kind => Begin::Nowhere,
            Some((kind, name)) if letter == kind => Begin::After(name),
            _ => Begin::First,
        }
    }

    /// Room for one item more; without any, the page is full.
    fn takes(&mut self, letter: char, name: &str) -> bool {
        if self.room == 0 {
            self.is_full = true;
            return false;
        }
        self.room -= 1;
        self.last = Some(format!("{letter}{name}"));
        true
    }
}

enum Begin<'a> {
    Nowhere,
    First,
    After(&'a str),
}

/// The entities of a kind that come into the page.
fn of_kind<N: Named>(ctx: &mut Ctx<'_>, page: &mut Page, letter: char) -> Result<Vec<N>> {
    let all = N::all(ctx.scope().account);
    let after: Option<Key> = match page.begin(letter) {
        Begin::Nowhere => return Ok(Vec::new()),
        Begin::First => None,
        Begin::After(name) => Some(all.clone().text(name)),
    };
    let found: Vec<(_, N)> = ctx.scan(&all, after.as_ref(), page.room + 1)?;
    Ok(found.into_iter().map(|(_, found)| found).filter(|found| page.takes(letter, &folded(found.name()))).collect())
}

fn users(ctx: &mut Ctx<'_>, page: &mut Page, letter: char) -> Result<()> {
    let mut list = Vec::new();
    for user in of_kind::<User>(ctx, page, letter)? {
        let groups = groups::of_user(ctx, &user)?;
        list.push(api::UserDetail {
            path: Some(user.path.clone()),
            user_name: Some(user.name.clone()),
            user_id: Some(user.id.clone()),
            arn: Some(user.arn(ctx.partition(), ctx.scope().account)),
            create_date: Some(user.created.into()),
            user_policy_list: inline(&user),
            group_list: Some(groups.into_iter().map(|group| group.name).collect()),
            attached_managed_policies: Some(attachments::described(&user, "/")),
            permissions_boundary: boundaries::described(&user),
            tags: Some(tags::all(&user.tags)),
        });
    }
    page.told.user_detail_list = Some(list);
    Ok(())
}

fn groups_of(ctx: &mut Ctx<'_>, page: &mut Page, letter: char) -> Result<()> {
    let list = of_kind::<Group>(ctx, page, letter)?.into_iter().map(|group| api::GroupDetail {
        path: Some(group.path.clone()),
        group_name: Some(group.name.clone()),
        group_id: Some(group.id.clone()),
        arn: Some(group.arn(ctx.partition(), ctx.scope().account)),
        create_date: Some(group.created.into()),
        group_policy_list: Some(inline(&group).unwrap_or_default()),
        attached_managed_policies: Some(attachments::described(&group, "/")),
    });
    page.told.group_detail_list = Some(list.collect());
    Ok(())
}

fn roles_of(ctx: &mut Ctx<'_>, page: &mut Page, letter: char) -> Result<()> {
    let account = ctx.scope().account;
    let mut list = Vec::new();
    for role in of_kind::<Role>(ctx, page, letter)? {
        let mut profiles = Vec::with_capacity(role.instance_profiles.len());
        for name in &role.instance_profiles {
            if let Some(profile) = records::find::<InstanceProfile, _>(ctx, account, name)? {
                profiles.push(instance_profiles::described(ctx, &profile)?);
            }
        }
        let used: Option<RoleUse> = ctx.role_use(account, &role.id)?;
        list.push(api::RoleDetail {
            path: Some(role.path.clone()),
            role_name: Some(role.name.clone()),
            role_id: Some(role.id.clone()),
            arn: Some(role.arn(ctx.partition(), account)),
            create_date: Some(role.created.into()),
            assume_role_policy_document: Some(trust::rendered(ctx, &role.trust_policy)?),
            instance_profile_list: Some(profiles),
            role_policy_list: Some(inline(&role).unwrap_or_default()),
            attached_managed_policies: Some(attachments::described(&role, "/")),
            permissions_boundary: boundaries::described(&role),
            tags: Some(tags::all(&role.tags)),
            role_last_used: Some(roles::used(used)),
        });
    }
    page.told.role_detail_list = Some(list);
    Ok(())
}

fn own_policies(ctx: &mut Ctx<'_>, page: &mut Page, letter: char) -> Result<()> {
    let account = ctx.scope().account;
    for policy in of_kind::<ManagedPolicy>(ctx, page, letter)? {
        let arn = policy.arn(ctx.partition(), account);
        let attached: Attachments = ctx.get(&Attachments::key(account, &arn))?.unwrap_or_default();
        let versions = versions::all(ctx, &policy)?;
        // The version in force first, then the latest.
        let mut versions: Vec<_> = versions.into_iter().rev().collect();
        versions.sort_by_key(|version| version.number != policy.default_version);
        let versions = versions.into_iter().map(|version| api::PolicyVersion {
            document: Some(documents::encoded(&version.document)),
            version_id: Some(versions::id(version.number)),
            is_default_version: Some(version.number == policy.default_version),
            create_date: Some(version.created.into()),
        });
        let versions = versions.collect();
        let told = policies::described(ctx, &policy, attached);
        page.told.policies.get_or_insert_default().push(detail(told, versions));
    }
    page.told.policies.get_or_insert_default();
    Ok(())
}

/// Those that somebody has or is bounded by.
fn awss_policies(ctx: &mut Ctx<'_>, page: &mut Page, letter: char) -> Result<()> {
    let begin = match page.begin(letter) {
        Begin::Nowhere => return Ok(()),
        Begin::First => None,
        Begin::After(name) => Some(name.to_owned()),
    };
    let in_use = policies::attachments(ctx)?;
    for policy in authorization_data::managed_policies() {
        let arn = policy.arn(ctx.partition());
        let (Some(attached), true) =
            (in_use.get(&arn), begin.as_deref().is_none_or(|begin| place(policy).as_str() > begin))
        else {
            continue;
        };
        if !page.takes(letter, &place(policy)) {
            break;
        }
        let version = api::PolicyVersion {
            document: policy.document().map(|document| documents::encoded(&document)),
            version_id: Some(policy.version.to_owned()),
            is_default_version: Some(true),
            create_date: Some(policy.updated),
        };
        let told = policies::of_aws(ctx, policy, *attached);
        page.told.policies.get_or_insert_default().push(detail(told, vec![version]));
    }
    page.told.policies.get_or_insert_default();
    Ok(())
}

/// The order of AWS's policies.
fn place(policy: &authorization_data::ManagedPolicy) -> String {
    format!("{}{}", policy.path, policy.name)
}

fn detail(policy: api::Policy, versions: Vec<api::PolicyVersion>) -> api::ManagedPolicyDetail {
    api::ManagedPolicyDetail {
        policy_name: policy.policy_name,
        policy_id: policy.policy_id,
        arn: policy.arn,
        path: policy.path,
        default_version_id: policy.default_version_id,
        attachment_count: policy.attachment_count,
        permissions_boundary_usage_count: policy.permissions_boundary_usage_count,
        is_attachable: policy.is_attachable,
        description: policy.description,
        create_date: policy.create_date,
        update_date: policy.update_date,
        policy_version_list: Some(versions),
    }
}

/// Inline policies with their documents; nothing where there are none.
fn inline<H: Holder>(holder: &H) -> Option<Vec<api::PolicyDetail>> {
    let list: Vec<_> = holder
        .inline()
        .iter()
        .map(|(name, document)| api::PolicyDetail {
            policy_name: Some(name.clone()),
            policy_document: Some(documents::encoded(document)),
        })
        .collect();
    (!list.is_empty()).then_some(list)
}
