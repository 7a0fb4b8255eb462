//! Browser uploads to S3: a form whose policy document is what was signed.
//!
//! A function of the fields that the form had before its file; taking the form apart belongs to S3. Guarantees: nothing
//! of the policy is read before its signature is verified; a field is there once or the form is refused; a signature is
//! good for a week at most, and the policy until it says.
//!
//! Source: S3 API Reference, "Authenticating requests in browser-based uploads using POST".

use crate::claim::{Claim, Credential, Form};
use crate::malformed::{ECDSA, HMAC, Malformed, shorten};
use crate::post_policy::PostPolicy;
use crate::{AuthnError, ErrorFamily, Expected, Mismatch, SigningSecret, Verifier, scope};
use base::Timestamp;
use std::fmt;

/// The most bytes of fields that a form has, its file excluded; S3's limit.
pub const MAX_FORM: usize = 20 << 10;

/// The most fields that a form has; each condition and each field is looked up among them.
const MAX_FIELDS: usize = 256;

/// A form that claims to be signed.
pub struct PostForm<'a> {
    /// Who is said to have signed it.
    pub claim: Claim<'a>,
    fields: &'a [(&'a str, &'a str)],
    policy: &'a str,
}

/// Why a form is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PostError {
    /// Who signed it is not proven.
    Unproven(AuthnError),
    /// A field that is needed is missing.
    MissingField(&'static str),
    /// A field is there twice.
    RepeatedField(String),
    /// The fields are too long.
    TooLong,
    /// The policy document says nothing that can be checked; the text says why.
    InvalidPolicy(String),
    /// The policy's time is over.
    Expired,
    /// A condition of the policy, as it is written there, does not hold.
    ConditionFailed(String),
    /// A field that no condition covers.
    ExtraField(String),
    /// The file is smaller than the policy allows.
    TooSmall {
        /// The file's size.
        size: u64,
        /// What the policy asks for.
        limit: u64,
    },
    /// The file is larger than the policy allows.
    TooLarge {
        /// The file's size.
        size: u64,
        /// What the policy allows.
        limit: u64,
    },
}

impl<'a> PostForm<'a> {
    /// Reads the claim of a form; `None` for one that carries no signature of Signature Version 4.
    ///
    /// Field names are compared without regard to case. Where `key` holds `${filename}`, it has been replaced.
    pub fn read(fields: &'a [(&'a str, &'a str)]) -> Result<Option<Self>, PostError> {
        if fields.len() > MAX_FIELDS
            || fields.iter().map(|(name, value)| name.len() + value.len()).sum::<usize>() > MAX_FORM
        {
            return Err(PostError::TooLong);
        }
        for (index, (name, _)) in fields.iter().enumerate() {
            if fields.iter().skip(index + 1).any(|(other, _)| other.eq_ignore_ascii_case(name)) {
                return Err(PostError::RepeatedField((*name).to_owned()));
            }
        }
        let field =
            |wanted: &str| fields.iter().find(|(name, _)| name.eq_ignore_ascii_case(wanted)).map(|(_, value)| *value);
        let needed = |wanted: &'static str| field(wanted).ok_or(PostError::MissingField(wanted));
        if field("policy").is_none() && field("x-amz-signature").is_none() {
            return Ok(None);
        }
        let policy = needed("policy")?;
        let regional = match needed("x-amz-algorithm")? {
            HMAC => true,
            ECDSA => false,
            other => return Err(Malformed::Algorithm(shorten(other)).in_query().into()),
        };
        let credential = Credential::split(needed("x-amz-credential")?.into(), regional, true)?;
        let date = needed("x-amz-date")?;
        let (time, stamp) = scope::read_basic(date).ok_or_else(|| Malformed::Date(shorten(date)).in_query())?;
        let claim = Claim {
            access_key_id: credential.access_key_id,
            service: credential.service,
            security_token: field("x-amz-security-token").map(Into::into),
            time,
            form: Form::Post,
            regions: Credential::regions(credential.region, field("x-amz-region-set").map(Into::into)),
            stamp,
            date: credential.date,
            terminator: credential.terminator,
            signed_headers: "".into(),
            signature: needed("x-amz-signature")?.into(),
        };
        Ok(Some(Self { claim, fields, policy }))
    }

    /// Proves who signed the policy, and that `bucket` and the fields are what it allows. The size of the file is to be
    /// checked against the policy that comes back.
    ///
    /// `now` is wall time.
    pub fn verify(
        &self,
        verifier: &Verifier,
        expected: &Expected<'_>,
        secret: &SigningSecret,
        bucket: &str,
        now: Timestamp,
    ) -> Result<PostPolicy, PostError> {
        self.claim.check(expected, now)?;
        if !verifier.verifies(&self.claim, secret, self.policy.as_bytes())? {
            return Err(AuthnError::BadSignature(Some(Box::new(Mismatch {
                access_key_id: self.claim.access_key_id.clone().into_owned(),
                signature: shorten(&self.claim.signature),
                string_to_sign: self.policy.as_bytes().to_vec(),
                canonical_request: None,
            })))
            .into());
        }
        let policy = PostPolicy::read(self.policy)?;
        policy.check(self.fields, bucket, now)?;
        Ok(policy)
    }
}

impl From<AuthnError> for PostError {
    fn from(error: AuthnError) -> Self {
        Self::Unproven(error)
    }
}

impl PostError {
    /// The error's code and HTTP status.
    pub fn code(&self) -> (&'static str, u16) {
        match self {
            Self::Unproven(error) => error.code(ErrorFamily::S3),
            Self::MissingField(_) | Self::RepeatedField(_) => ("InvalidArgument", 400),
            Self::TooLong => ("MaxPostPreDataLengthExceeded", 400),
            Self::InvalidPolicy(_) => ("InvalidPolicyDocument", 400),
            Self::Expired | Self::ConditionFailed(_) | Self::ExtraField(_) => ("AccessDenied", 403),
            Self::TooSmall { .. } => ("EntityTooSmall", 400),
            Self::TooLarge { .. } => ("EntityTooLarge", 400),
        }
    }

    /// The error's message.
    pub fn text(&self) -> String {
        match self {
            Self::Unproven(error) => error.text(ErrorFamily::S3),
            Self::MissingField(name) => format!(
                "Bucket POST must contain a field named '{name}'.  If it is specified, please check the order of the \
                 fields."
            ),
            Self::RepeatedField(name) => {
                format!("Bucket POST must contain only one field named '{}'.", shorten(name))
            }
            Self::TooLong => "Your POST request fields preceding the upload file were too large.".into(),
            Self::InvalidPolicy(text) => format!("Invalid Policy: {text}"),
            Self::Expired => "Invalid according to Policy: Policy expired.".into(),
            Self::ConditionFailed(condition) => {
                format!("Invalid according to Policy: Policy Condition failed: {condition}")
            }
            Self::ExtraField(name) => format!("Invalid according to Policy: Extra input fields: {name}"),
            Self::TooSmall { .. } => "Your proposed upload is smaller than the minimum allowed size".into(),
            Self::TooLarge { .. } => "Your proposed upload exceeds the maximum allowed size".into(),
        }
    }

    /// What else the error's body says.
    pub fn members(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::Unproven(error) => error.members(ErrorFamily::S3),
            Self::MissingField(name) => vec![("ArgumentName", (*name).into()), ("ArgumentValue", String::new())],
            Self::RepeatedField(name) => vec![("ArgumentName", name.clone())],
            Self::TooSmall { size, limit } => {
                vec![("ProposedSize", size.to_string()), ("MinSizeAllowed", limit.to_string())]
            }
            Self::TooLarge { size, limit } => {
                vec![("ProposedSize", size.to_string()), ("MaxSizeAllowed", limit.to_string())]
            }
            Self::TooLong | Self::InvalidPolicy(_) | Self::Expired | Self::ConditionFailed(_) | Self::ExtraField(_) => {
                Vec::new()
            }
        }
    }
}

/// For the operator's log.
impl fmt::Display for PostError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text())
    }
}

impl std::error::Error for PostError {}
