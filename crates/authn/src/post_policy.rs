//! The policy document of a browser upload: until when, and with which fields.
//!
//! Guarantees: every condition holds and every field is covered by one, but for the signature, the policy, the file and
//! what is to be ignored; what the document says and is not understood refuses the form.
//!
//! Source: S3 API Reference, "POST policy".

use crate::PostError;
use base::Timestamp;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

/// A policy whose signature was verified.
pub struct PostPolicy {
    expiration: Timestamp,
    conditions: Vec<Condition>,
}

enum Condition {
    /// The field has the value.
    Equals { field: String, value: String },
    /// The field's value begins so.
    StartsWith { field: String, prefix: String },
    /// The file has so many bytes.
    Size { least: u64, most: u64 },
}

/// Fields that no condition needs to cover, besides those that begin with `x-ignore-`.
const UNCOVERED: [&str; 3] = ["x-amz-signature", "policy", "file"];

impl PostPolicy {
    /// Reads a document in base64.
    pub(crate) fn read(encoded: &str) -> Result<Self, PostError> {
        let document = STANDARD.decode(encoded).map_err(|_| invalid("Invalid base64."))?;
        let document: Value = serde_json::from_slice(&document).map_err(|_| invalid("Invalid JSON."))?;
        let Value::Object(members) = &document else { return Err(invalid("Invalid JSON.")) };
        if let Some(unknown) = members.keys().find(|name| !["expiration", "conditions"].contains(&name.as_str())) {
            return Err(invalid(&format!("Unexpected: '{}'.", crate::malformed::shorten(unknown))));
        }
        let expiration = members.get("expiration").ok_or_else(|| invalid("Policy missing expiration."))?;
        let expiration = expiration.as_str().and_then(|text| Timestamp::from_rfc3339(text).ok());
        let expiration = expiration.ok_or_else(|| invalid("Invalid 'expiration' value."))?;
        let Some(Value::Array(conditions)) = members.get("conditions") else {
            return Err(invalid("Policy missing conditions."));
        };
        let mut read = Vec::with_capacity(conditions.len());
        for condition in conditions {
            Condition::read(condition, &mut read)?;
        }
        Ok(Self { expiration, conditions: read })
    }

    /// Checks fields and bucket; the bucket is a field like the others, though it stands in the URL.
    pub(crate) fn check(&self, fields: &[(&str, &str)], bucket: &str, now: Timestamp) -> Result<(), PostError> {
        if now > self.expiration {
            return Err(PostError::Expired);
        }
        let fields = || {
            let others = fields.iter().copied().filter(|(name, _)| !name.eq_ignore_ascii_case("bucket"));
            [("bucket", bucket)].into_iter().chain(others)
        };
        for condition in &self.conditions {
            let Some(wanted) = condition.field() else { continue };
            let value = fields().find(|(name, _)| name.eq_ignore_ascii_case(wanted)).map(|(_, value)| value);
            if !value.is_some_and(|value| condition.holds(value)) {
                return Err(PostError::ConditionFailed(condition.written()));
            }
        }
        let covered = |name: &str| {
            let ignored = name.get(..9).is_some_and(|beginning| beginning.eq_ignore_ascii_case("x-ignore-"));
            ignored
                || UNCOVERED.iter().any(|free| free.eq_ignore_ascii_case(name))
                || self.conditions.iter().any(|c| c.field().is_some_and(|field| field.eq_ignore_ascii_case(name)))
        };
        match fields().find(|(name, _)| !covered(name)) {
            None => Ok(()),
            Some((name, _)) => Err(PostError::ExtraField(name.to_owned())),
        }
    }

    /// Checks the size of the file, when it is known.
    pub fn check_size(&self, size: u64) -> Result<(), PostError> {
        for condition in &self.conditions {
            match condition {
                Condition::Size { least, .. } if size < *least => {
                    return Err(PostError::TooSmall { size, limit: *least });
                }
                Condition::Size { most, .. } if size > *most => {
                    return Err(PostError::TooLarge { size, limit: *most });
                }
                _ => {}
            }
        }
        Ok(())
    }
}

impl Condition {
    fn read(condition: &Value, out: &mut Vec<Self>) -> Result<(), PostError> {
        match condition {
            Value::Object(pairs) => {
                for (field, value) in pairs {
                    let value =
                        value.as_str().ok_or_else(|| invalid("Invalid Simple-Condition: value must be a string."))?;
                    out.push(Self::Equals { field: field.clone(), value: value.to_owned() });
                }
                Ok(())
            }
            Value::Array(parts) => {
                let [kind, first, second] = parts.as_slice() else {
                    return Err(invalid("Invalid Condition: wrong number of arguments."));
                };
                out.push(Self::of(kind.as_str().unwrap_or_default(), first, second)?);
                Ok(())
            }
            _ => Err(invalid("Invalid Condition: neither an object nor a list.")),
        }
    }

    fn of(kind: &str, first: &Value, second: &Value) -> Result<Self, PostError> {
        if kind == "content-length-range" {
            let number = |value: &Value| {
                let number = value.as_u64().or_else(|| value.as_str().and_then(|text| text.parse().ok()));
                number.ok_or_else(|| invalid("Invalid content-length-range: not a number."))
            };
            return Ok(Self::Size { least: number(first)?, most: number(second)? });
        }
        let field = first.as_str().and_then(|field| field.strip_prefix('$')).map(str::to_owned);
        let field = field.ok_or_else(|| invalid("Invalid Condition: the field must begin with '$'."))?;
        let value = second.as_str().map(str::to_owned);
        let value = value.ok_or_else(|| invalid("Invalid Condition: the value must be a string."))?;
        match kind {
            "eq" => Ok(Self::Equals { field, value }),
            "starts-with" => Ok(Self::StartsWith { field, prefix: value }),
            _ => Err(invalid(&format!("Invalid Condition: unknown operation '{}'.", crate::malformed::shorten(kind)))),
        }
    }

    fn field(&self) -> Option<&str> {
        match self {
            Self::Equals { field, .. } | Self::StartsWith { field, .. } => Some(field),
            Self::Size { .. } => None,
        }
    }

    fn holds(&self, found: &str) -> bool {
        match self {
            Self::Equals { value, .. } => found == value,
            // A list of types is one where each must be of the kind.
            Self::StartsWith { field, prefix } if field.eq_ignore_ascii_case("content-type") => {
                found.split(',').all(|one| one.trim_start().starts_with(prefix.as_str()))
            }
            Self::StartsWith { prefix, .. } => found.starts_with(prefix.as_str()),
            Self::Size { .. } => true,
        }
    }

    /// As S3 repeats it.
    fn written(&self) -> String {
        let text = |text: &str| Value::from(text).to_string();
        match self {
            Self::Equals { field, value } => format!("[\"eq\", {}, {}]", text(&format!("${field}")), text(value)),
            Self::StartsWith { field, prefix } => {
                format!("[\"starts-with\", {}, {}]", text(&format!("${field}")), text(prefix))
            }
            Self::Size { least, most } => format!("[\"content-length-range\", {least}, {most}]"),
        }
    }
}

fn invalid(text: &str) -> PostError {
    PostError::InvalidPolicy(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(1_790_000_000_000);

    fn policy(conditions: &str) -> Result<PostPolicy, PostError> {
        let document = format!(r#"{{"expiration":"2030-01-01T00:00:00.000Z","conditions":{conditions}}}"#);
        PostPolicy::read(&STANDARD.encode(document))
    }

    fn check(conditions: &str, fields: &[(&str, &str)]) -> Result<(), PostError> {
        policy(conditions).unwrap().check(fields, "photos", NOW)
    }

    #[test]
    fn every_condition_holds_and_every_field_is_covered() {
        let failed = |condition: &str| Err(PostError::ConditionFailed(condition.to_owned()));
        let extra = |name: &str| Err(PostError::ExtraField(name.to_owned()));
        let bucket = r#"{"bucket":"photos"}"#;
        let with = |rest: &str| format!("[{bucket},{rest}]");
        assert_eq!(check(&format!("[{bucket}]"), &[]), Ok(()));
        assert_eq!(check("[]", &[]), extra("bucket"));
        assert_eq!(check(r#"[{"bucket":"other"}]"#, &[("bucket", "other")]), failed(r#"["eq", "$bucket", "other"]"#));
        let key = with(r#"["starts-with","$key","user/"]"#);
        assert_eq!(check(&key, &[("key", "user/a")]), Ok(()));
        assert_eq!(check(&key, &[("Key", "other")]), failed(r#"["starts-with", "$key", "user/"]"#));
        assert_eq!(check(&key, &[]), failed(r#"["starts-with", "$key", "user/"]"#));
        assert_eq!(check(&key, &[("key", "user/a"), ("acl", "x")]), extra("acl"));
        let free = [("key", "user/a"), ("x-ignore-me", "x"), ("X-Amz-Signature", "x"), ("policy", "x"), ("file", "x")];
        assert_eq!(check(&key, &free), Ok(()));
        let any = with(r#"["starts-with","$Content-Type","image/"]"#);
        assert_eq!(check(&any, &[("content-type", "image/png, image/gif")]), Ok(()));
        assert!(check(&any, &[("content-type", "image/png,text/html")]).is_err());
        let both = with(r#"{"acl":"private"},["eq","$acl","public-read"]"#);
        assert_eq!(check(&both, &[("acl", "private")]), failed(r#"["eq", "$acl", "public-read"]"#));
    }

    #[test]
    fn a_size_has_both_its_limits() {
        let policy = policy(r#"[["content-length-range",1,"10"]]"#).unwrap();
        assert_eq!(policy.check_size(0), Err(PostError::TooSmall { size: 0, limit: 1 }));
        assert_eq!(policy.check_size(11), Err(PostError::TooLarge { size: 11, limit: 10 }));
        assert_eq!([policy.check_size(1), policy.check_size(10)], [Ok(()), Ok(())]);
    }

    #[test]
    fn what_is_not_understood_is_refused() {
        for bad in [
            "7",
            "{}",
            "[7]",
            r#"[["eq","$a"]]"#,
            r#"[["eq","a","b"]]"#,
            r#"[["eq","$a",7]]"#,
            r#"[["ends-with","$a","b"]]"#,
            r#"[["content-length-range",-1,10]]"#,
            r#"[["content-length-range",1.5,10]]"#,
            r#"[{"a":7}]"#,
        ] {
            assert!(matches!(policy(bad), Err(PostError::InvalidPolicy(_))), "{bad}");
        }
        for document in ["", "[]", r#"{"conditions":[]}"#, r#"{"expiration":"soon","conditions":[]}"#, r#"{"a":1}"#] {
            let read = PostPolicy::read(&STANDARD.encode(document));
            assert!(matches!(read, Err(PostError::InvalidPolicy(_))), "{document}");
        }
        assert!(PostPolicy::read("no base64").is_err());
    }

    #[test]
    fn a_policy_has_its_time() {
        let policy = policy(r#"[{"bucket":"photos"}]"#).unwrap();
        let end = Timestamp::from_rfc3339("2030-01-01T00:00:00Z").unwrap();
        assert_eq!(policy.check(&[], "photos", end), Ok(()));
        let late = end.plus(std::time::Duration::from_secs(1));
        assert_eq!(policy.check(&[], "photos", late), Err(PostError::Expired));
    }
}
