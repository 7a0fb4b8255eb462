//! Credentials in JSON, as programs, containers and instances give them.

use super::Credentials;
use crate::Error;
use crate::protocol::Members;
use authn::SigningSecret;
use base::Timestamp;

/// Reads credentials, whose token is called `token`. `whose` they are is for the error.
pub(crate) fn read(mut members: Members, token: &str, whose: &str) -> Result<Credentials, Error> {
    let secret = members.secret("SecretAccessKey");
    let token = members.get(token).filter(|token| !token.is_empty()).map(base::Secret::new);
    let found = (members.get("AccessKeyId").filter(|id| !id.is_empty()), secret);
    let (Some(access_key_id), Ok(secret)) = found else {
        return Err(Error::Answer(format!("{whose} gave no AccessKeyId and SecretAccessKey")));
    };
    let expires = members.get("Expiration").map(|text| {
        Timestamp::from_rfc3339(&text).map_err(|error| Error::Answer(format!("{whose} gave an Expiration: {error}")))
    });
    Ok(Credentials { access_key_id, secret: SigningSecret::new(secret), token, expires: expires.transpose()? })
}
