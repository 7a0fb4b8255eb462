//! The errors of IAM, with the texts that clients match on.
//!
//! Guarantees: the words of each case stand once, here. Codes are the model's shape names; the wire gives them the form
//! and the status of the query protocol.

use model::Fault;

/// The account alias belongs to some account.
pub(crate) fn alias_exists(alias: &str) -> Fault {
    exists(format!("The account alias {alias} already exists."))
}

/// The account has another alias, or none.
pub(crate) fn no_such_alias(alias: &str) -> Fault {
    no_such_entity(format!("The account alias {alias} does not exist."))
}

/// Twelve digits are an account's id, not its alias.
pub(crate) fn alias_is_account_id() -> Fault {
    invalid_input("An account alias must not be a 12-digit number.")
}

/// A marker that this service did not give out for this list.
pub(crate) fn invalid_marker() -> Fault {
    Fault::validation("Invalid Marker.")
}

/// What is named does not exist.
pub(crate) fn no_such_entity(text: impl Into<String>) -> Fault {
    Fault::client("NoSuchEntityException", text)
}

/// The name is taken.
pub(crate) fn exists(text: impl Into<String>) -> Fault {
    Fault::client("EntityAlreadyExistsException", text)
}

/// A value that the model allows and the service does not.
pub(crate) fn invalid_input(text: impl Into<String>) -> Fault {
    Fault::client("InvalidInputException", text)
}

/// The caller is above a request quota.
pub(crate) fn throttled() -> Fault {
    Fault::client("Throttling", "Rate exceeded")
}
