//! The errors of Service Quotas, in the words that the AWS CLI shows. Words that no source of ours has are marked.

use model::Fault;

pub(crate) fn no_such_service() -> Fault {
    no_such("The request failed because the specified service does not exist.")
}

/// After the words for a service; what AWS says here is not known.
pub(crate) fn no_such_quota() -> Fault {
    no_such("The request failed because the specified quota does not exist.")
}

/// No quota here has values of its own for single resources.
pub(crate) fn no_such_context() -> Fault {
    no_such("The request failed because applied value for the specified context Id do not exist.")
}

/// What AWS says here is not known.
pub(crate) fn no_such_request() -> Fault {
    no_such("The request failed because the specified request does not exist.")
}

/// A quota that has no value of its own cannot be tagged; what AWS says here is not known.
pub(crate) fn no_such_resource() -> Fault {
    no_such("The request failed because the specified resource does not exist.")
}

fn no_such(text: &str) -> Fault {
    Fault::client("NoSuchResourceException", text.to_owned())
}

/// The value is not above AWS's default.
pub(crate) fn not_above_default(default: f64) -> Fault {
    illegal(format!("You must provide a quota value greater than the default quota value of {}", java_double(default)))
}

/// The value is not above the one that counts.
pub(crate) fn not_above_current() -> Fault {
    illegal("You must provide a quota value greater than the current quota value".to_owned())
}

/// What AWS says here is not known.
pub(crate) fn not_adjustable() -> Fault {
    illegal("The specified quota is not adjustable.".to_owned())
}

/// The value is beyond what this server can give.
pub(crate) fn above_most(most: f64) -> Fault {
    illegal(format!("The quota can be raised to {} at most.", java_double(most)))
}

/// A resource's value cannot be raised apart from the account's.
pub(crate) fn context_not_supported() -> Fault {
    illegal("The specified quota is not a resource-level quota.".to_owned())
}

pub(crate) fn invalid_arn() -> Fault {
    illegal("The specified ARN is not the ARN of a quota.".to_owned())
}

fn illegal(text: String) -> Fault {
    Fault::client("IllegalArgumentException", text)
}

pub(crate) fn already_requested() -> Fault {
    let text = "Only one open service quota increase request is allowed per quota.";
    Fault::client("ResourceAlreadyExistsException", text)
}

/// Too many requests wait. AWS gives no words.
pub(crate) fn too_many_open() -> Fault {
    Fault::bare("QuotaExceededException")
}

pub(crate) fn invalid_token() -> Fault {
    Fault::client("InvalidPaginationTokenException", "Invalid NextToken.")
}

pub(crate) fn too_many_tags() -> Fault {
    Fault::client("TooManyTagsException", "You've exceeded the number of tags allowed for a resource.")
}

pub(crate) fn reserved_tag() -> Fault {
    illegal("Tag keys that begin with aws: are reserved for AWS.".to_owned())
}

pub(crate) fn repeated_tag(key: &str) -> Fault {
    illegal(format!("The tag key {key} is given twice."))
}

pub(crate) fn throttled() -> Fault {
    Fault::client("TooManyRequestsException", "Rate exceeded")
}

pub(crate) fn internal() -> Fault {
    Fault::server("ServiceException", "Something went wrong.")
}

/// A number as AWS's messages show it: `1000.0`, and `3.0E7` from ten million on.
fn java_double(value: f64) -> String {
    if value.abs() < 10_000_000.0 {
        return format!("{value:?}");
    }
    let text = format!("{value:E}");
    match text.split_once('E') {
        Some((digits, exponent)) if !digits.contains('.') => format!("{digits}.0E{exponent}"),
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_as_in_awss_messages() {
        let cases = [(1000.0, "1000.0"), (0.5, "0.5"), (30_000_000.0, "3.0E7"), (12_345_678.0, "1.2345678E7")];
        for (value, text) in cases {
            assert_eq!(java_double(value), text);
        }
    }
}
