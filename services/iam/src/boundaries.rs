//! Permissions boundaries of users and roles: Put…PermissionsBoundary, Delete…PermissionsBoundary.
//!
//! Guarantee: a boundary is a managed policy that exists, and cannot be deleted while it bounds somebody. Source: IAM
//! User Guide, "Permissions boundaries for IAM entities".

use crate::entities::{Noun, found};
use crate::policies::{self, PolicyArn};
use crate::{api, error, quotas, roles, targets};
use directory::records::{self, Holder, Role, User};
use kernel::{Ctx, Lookup, Result, Service, Target, op};

/// The operations on boundaries.
pub(crate) fn lines(service: Service) -> Service {
    service
        .with(
            op(api::PUT_USER_PERMISSIONS_BOUNDARY, |ctx, input| {
                let mut user: User = found(ctx, &input.user_name)?;
                set(ctx, &mut user, &input.permissions_boundary)
            })
            .on(|lookup, input| {
                let target = targets::on::<User>(lookup, "iam:PutUserPermissionsBoundary", &input.user_name)?;
                Ok(vec![targets::boundary(target, Some(&input.permissions_boundary))])
            })
            .quota(&quotas::CHANGES)
            .writes(),
        )
        .with(
            op(api::PUT_ROLE_PERMISSIONS_BOUNDARY, |ctx, input| {
                let mut role = roles::modifiable(ctx, &input.role_name)?;
                set(ctx, &mut role, &input.permissions_boundary)
            })
            .on(|lookup, input| {
                let target = targets::on::<Role>(lookup, "iam:PutRolePermissionsBoundary", &input.role_name)?;
                Ok(vec![targets::boundary(target, Some(&input.permissions_boundary))])
            })
            .quota(&quotas::CHANGES)
            .writes(),
        )
        .with(
            op(api::DELETE_USER_PERMISSIONS_BOUNDARY, |ctx, input| {
                let mut user: User = found(ctx, &input.user_name)?;
                take_away(ctx, &mut user)
            })
            .on(|lookup, input| bounded::<User>(lookup, "iam:DeleteUserPermissionsBoundary", &input.user_name))
            .quota(&quotas::CHANGES)
            .writes(),
        )
        .with(
            op(api::DELETE_ROLE_PERMISSIONS_BOUNDARY, |ctx, input| {
                let mut role = roles::modifiable(ctx, &input.role_name)?;
                take_away(ctx, &mut role)
            })
            .on(|lookup, input| bounded::<Role>(lookup, "iam:DeleteRolePermissionsBoundary", &input.role_name))
            .quota(&quotas::CHANGES)
            .writes(),
        )
}

/// An action on a user or role, whose boundary may decide about it.
pub(crate) fn bounded<N: Noun + Holder>(
    lookup: &mut Lookup<'_, '_>,
    action: &'static str,
    name: &str,
) -> Result<Vec<Target>> {
    let account = lookup.scope().account;
    let found: Option<N> = records::find(lookup, account, name)?;
    let target = targets::on::<N>(lookup, action, name)?;
    Ok(vec![targets::boundary(target, found.as_ref().and_then(N::boundary))])
}

/// Sets the boundary of a user or role that is stored.
pub(crate) fn set<H: Holder>(ctx: &mut Ctx<'_>, holder: &mut H, arn: &str) -> Result<()> {
    let account = ctx.scope().account;
    let named = PolicyArn::parse(arn, ctx.partition())?;
    if !policies::is_there(ctx, &named)? {
        return Err(error::no_such_boundary(arn).into());
    }
    records::set_boundary(ctx, account, holder, Some(arn))
}

fn take_away<H: Noun + Holder>(ctx: &mut Ctx<'_>, holder: &mut H) -> Result<()> {
    if holder.boundary().is_none() {
        return Err(error::no_boundary(H::WORD, holder.name()).into());
    }
    let account = ctx.scope().account;
    records::set_boundary(ctx, account, holder, None)
}

/// The boundary as answers have it, but for GetAccountAuthorizationDetails, which names the type otherwise.
pub(crate) fn described<H: Holder>(holder: &H) -> Option<api::AttachedPermissionsBoundary> {
    holder.boundary().map(|arn| api::AttachedPermissionsBoundary {
        permissions_boundary_type: Some(api::PermissionsBoundaryAttachmentType::Policy),
        permissions_boundary_arn: Some(arn.to_owned()),
    })
}
