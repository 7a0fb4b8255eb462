//! How long sessions last and how much they may carry.
//!
//! Source: STS API Reference, "DurationSeconds", "PolicyArns" and "Tags" of each operation; IAM User Guide, "IAM and AWS
//! STS quotas" and "Roles terms and concepts" (role chaining).

use crate::error;
use model::Fault;
use std::time::Duration;

/// Managed policies that a session can have.
pub(crate) const MAX_POLICIES: usize = 10;

/// Characters of the inline session policy and the ARNs of managed ones together.
pub(crate) const MAX_POLICY_CHARACTERS: usize = 2_048;

/// Tags of a session, those inherited among them.
pub(crate) const MAX_TAGS: usize = 50;

/// How long a role is had for, unless said otherwise, and at most with another role's session.
const ROLE_SECONDS: u32 = 3_600;

/// How long a session of a user or a federated user lasts, unless said otherwise.
const USER_SECONDS: u32 = 43_200;

/// How long a session of a root lasts, at most and unless said otherwise.
const ROOT_SECONDS: u32 = 3_600;

/// How long a session of a role lasts. `longest` is the role's own maximum; `chained` says that a role's session asks.
/// The model has checked what holds for every role.
pub(crate) fn role_session(asked: Option<i32>, longest: u32, chained: bool) -> Result<Duration, Fault> {
    let seconds = asked.and_then(|asked| u32::try_from(asked).ok()).unwrap_or(ROLE_SECONDS);
    if chained && seconds > ROLE_SECONDS {
        return Err(error::over_chain_maximum());
    }
    if seconds > longest {
        return Err(error::over_role_maximum());
    }
    Ok(Duration::from_secs(seconds.into()))
}

/// How long a session of a user lasts, federated or not. A root's is cut, not refused.
pub(crate) fn user_session(asked: Option<i32>, is_root: bool) -> Duration {
    let asked = asked.and_then(|asked| u32::try_from(asked).ok());
    let seconds = match is_root {
        true => asked.unwrap_or(ROOT_SECONDS).min(ROOT_SECONDS),
        false => asked.unwrap_or(USER_SECONDS),
    };
    Duration::from_secs(seconds.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(session: Result<Duration, Fault>) -> Result<u64, String> {
        session.map(|lasts| lasts.as_secs()).map_err(|fault| fault.message.unwrap_or_default())
    }

    #[test]
    fn a_role_is_had_for_an_hour_or_up_to_its_own_maximum() {
        assert_eq!(seconds(role_session(None, 3_600, false)), Ok(3_600));
        assert_eq!(seconds(role_session(Some(900), 3_600, false)), Ok(900));
        assert_eq!(seconds(role_session(Some(43_200), 43_200, false)), Ok(43_200));
        let refused = seconds(role_session(Some(3_601), 3_600, false)).unwrap_err();
        assert_eq!(refused, "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.");
    }

    #[test]
    fn a_role_had_with_a_role_lasts_an_hour_at_most_whatever_its_maximum() {
        assert_eq!(seconds(role_session(Some(3_600), 43_200, true)), Ok(3_600));
        assert_eq!(seconds(role_session(None, 43_200, true)), Ok(3_600));
        for longest in [3_600, 43_200] {
            let refused = seconds(role_session(Some(3_601), longest, true)).unwrap_err();
            assert_eq!(
                refused,
                "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining."
            );
        }
    }

    #[test]
    fn a_root_is_cut_to_an_hour_where_a_user_has_twelve() {
        assert_eq!(user_session(None, false).as_secs(), 43_200);
        assert_eq!(user_session(Some(129_600), false).as_secs(), 129_600);
        assert_eq!(user_session(None, true).as_secs(), 3_600);
        assert_eq!(user_session(Some(129_600), true).as_secs(), 3_600);
        assert_eq!(user_session(Some(900), true).as_secs(), 900);
    }
}
