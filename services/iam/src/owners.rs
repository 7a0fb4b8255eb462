//! Whose a credential is: a user's, or the account root's.
//!
//! Guarantee: credentials belong to a unique id, so that a user of the same name inherits none.

use crate::entities::found;
use crate::targets::Subject;
use crate::users;
use directory::records::User;
use kernel::{Ctx, Result};

/// The owner of what belongs to an account's root.
pub(crate) const ROOT: &str = "root";

/// An owner of credentials.
pub(crate) struct Owner {
    /// The user's unique id, or [`ROOT`].
    pub id: String,
    /// What answers call the owner: the user's name; for the root the account's alias, or else its id.
    pub name: String,
}

/// The user that is named, or else the caller.
pub(crate) fn owner(ctx: &mut Ctx<'_>, named: Option<&str>) -> Result<Owner> {
    match users::subject(ctx, named)? {
        Subject::User(name) => user(ctx, &name),
        Subject::Root => Ok(Owner { id: ROOT.to_owned(), name: users::root_name(ctx)? }),
    }
}

/// A user by name.
pub(crate) fn user(ctx: &mut Ctx<'_>, name: &str) -> Result<Owner> {
    let user: User = found(ctx, name)?;
    Ok(Owner { id: user.id, name: user.name })
}
