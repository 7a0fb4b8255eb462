//! What can be wrong with a custom key store, and what callers are told of it.
//!
//! Guarantees: the words of each case stand once, in the table below; what the other side said of itself is told to
//! nobody. Source: KMS Developer Guide, "Troubleshooting external key stores", "Troubleshooting a custom key store".

use super::Failure;
use crate::api::ConnectionErrorCodeType;
use crate::error;
use kernel::{TokenError, Unanswered};
use model::Fault;
use xks::RefusalName;

/// Why the other side of a store did not do what it was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cause {
    /// The proxy refused.
    Refused(RefusalName),
    /// The proxy did not answer.
    Unanswered(Unanswered),
    /// The proxy answered what is not of its API.
    Malformed,
    /// The proxy decrypted, but what came out is not what was encrypted.
    Inner,
    /// The token did not do it.
    Token(TokenError),
}

const UNINTELLIGIBLE: &str = "AWS KMS cannot interpret the response from the external key store proxy. If you see this \
                              error repeatedly, report it to your external key store proxy administrator.";

const STORE_STATE: &str = "CustomKeyStoreInvalidStateException";
const KEY_CONFIGURATION: &str = "XksKeyInvalidConfigurationException";
const PROXY_RESPONSE: &str = "XksProxyInvalidResponseException";
const PROXY_UNREACHABLE: &str = "XksProxyUriUnreachableException";

/// One case: what making or changing a store says, what making a key says, why connecting failed, and the text of all.
struct Row {
    cause: Cause,
    store: &'static str,
    key: &'static str,
    connecting: Failure,
    text: &'static str,
}

const fn row(cause: Cause, store: &'static str, key: &'static str, connecting: Failure, text: &'static str) -> Row {
    Row { cause, store, key, connecting, text }
}

/// Where AWS has no code for making a store (a probe of health cannot end so), it is an answer that makes no sense.
const ROWS: [Row; 16] = [
    row(
        Cause::Refused(RefusalName::Validation),
        PROXY_RESPONSE,
        STORE_STATE,
        Failure::ProxyInvalidResponse,
        UNINTELLIGIBLE,
    ),
    row(
        Cause::Refused(RefusalName::InvalidState),
        PROXY_RESPONSE,
        KEY_CONFIGURATION,
        Failure::ProxyInvalidResponse,
        "The external key associated with this KMS key in an external key store is not enabled in the external key \
         manager. Enable the external key in the external key manager and retry the request.",
    ),
    row(
        Cause::Refused(RefusalName::InvalidCiphertext),
        PROXY_RESPONSE,
        STORE_STATE,
        Failure::ProxyInvalidResponse,
        "The external key store proxy rejected the request because the specified ciphertext or encryption context is \
         corrupted, missing, or otherwise invalid.",
    ),
    row(
        Cause::Refused(RefusalName::InvalidKeyUsage),
        PROXY_RESPONSE,
        KEY_CONFIGURATION,
        Failure::ProxyInvalidResponse,
        "The external key associated with this KMS key in an external key store does not support the requested \
         operation. Enable the operation on the key in your external key manager, and try the request again.",
    ),
    row(
        Cause::Refused(RefusalName::AuthenticationFailed),
        "XksProxyIncorrectAuthenticationCredentialException",
        STORE_STATE,
        Failure::ProxyAccessDenied,
        "The external key store proxy rejected the request because it could not authenticate AWS KMS. Verify the XKS \
         proxy authentication credentials for your external key store and update if necessary.",
    ),
    row(
        Cause::Refused(RefusalName::AccessDenied),
        PROXY_RESPONSE,
        "KMSInvalidStateException",
        Failure::ProxyAccessDenied,
        "The external key store proxy denied access to the operation. Verify that the user and the external key are both \
         authorized for this operation, and try the request again.",
    ),
    row(
        Cause::Refused(RefusalName::KeyNotFound),
        PROXY_RESPONSE,
        "XksKeyNotFoundException",
        Failure::ProxyInvalidResponse,
        "The external key associated with this KMS key in an external key store was not found in its external key \
         manager. If the external key ID associated with this KMS key is incorrect, create a new KMS key with the \
         correct external key ID.",
    ),
    row(
        Cause::Refused(RefusalName::InvalidUriPath),
        "XksProxyInvalidConfigurationException",
        STORE_STATE,
        Failure::ProxyInvalidConfiguration,
        "The external key store proxy rejected the request because of an invalid URI path. Verify the URI path for your \
         external key store and update if necessary.",
    ),
    row(
        Cause::Refused(RefusalName::Throttling),
        PROXY_UNREACHABLE,
        STORE_STATE,
        Failure::ProxyNotReachable,
        "The external key store proxy rejected the request due to a very high request rate. Reduce the frequency of your \
         calls using KMS keys in this external key store.",
    ),
    row(
        Cause::Refused(RefusalName::UnsupportedOperation),
        PROXY_RESPONSE,
        PROXY_RESPONSE,
        Failure::ProxyInvalidResponse,
        "The external key store proxy rejected the request because it does not support the requested operation. If you \
         see this error repeatedly, report it to your external key store proxy administrator.",
    ),
    row(
        Cause::Refused(RefusalName::DependencyTimeout),
        PROXY_UNREACHABLE,
        STORE_STATE,
        Failure::ProxyTimedOut,
        "The external key store proxy did not respond to the request in the time allotted. Retry the request. If you see \
         this error repeatedly, report it to your external key store proxy administrator.",
    ),
    row(
        Cause::Refused(RefusalName::Internal),
        PROXY_RESPONSE,
        STORE_STATE,
        Failure::ProxyInvalidResponse,
        "The external key store proxy rejected the request because it cannot communicate with the external key manager. \
         Verify that the external key store proxy configuration is correct and that the external key manager is \
         available.",
    ),
    row(
        Cause::Unanswered(Unanswered::NoConnection),
        PROXY_UNREACHABLE,
        STORE_STATE,
        Failure::ProxyNotReachable,
        "AWS KMS cannot communicate with the external key store proxy. This might be a transient network issue. If you \
         see this error repeatedly, verify that your external key store proxy is active and is connected to the network, \
         and that its endpoint URI is correct in your external keystore.",
    ),
    row(
        Cause::Unanswered(Unanswered::NoTls),
        PROXY_UNREACHABLE,
        STORE_STATE,
        Failure::ProxyInvalidTls,
        "AWS KMS cannot establish a TLS connection to the external key store proxy. Verify the TLS configuration, \
         including its certificate.",
    ),
    row(
        Cause::Unanswered(Unanswered::TimedOut),
        PROXY_UNREACHABLE,
        STORE_STATE,
        Failure::ProxyTimedOut,
        "AWS KMS rejected the request because the external key store proxy did not respond in time. Retry the request. If \
         you see this error repeatedly, report it to your external key store proxy administrator.",
    ),
    row(
        Cause::Inner,
        PROXY_RESPONSE,
        STORE_STATE,
        Failure::ProxyInvalidResponse,
        "The ciphertext that the external key store proxy submitted for decryption, or the encryption context, is \
         corrupted, missing, or otherwise invalid.",
    ),
];

/// An answer that makes no sense, and everything else that has no row.
const MALFORMED: Row =
    row(Cause::Malformed, PROXY_RESPONSE, STORE_STATE, Failure::ProxyInvalidResponse, UNINTELLIGIBLE);

impl Cause {
    fn row(self) -> &'static Row {
        ROWS.iter().find(|row| row.cause == self).unwrap_or(&MALFORMED)
    }

    /// For who makes or changes a store.
    pub(crate) fn on_store(self) -> Fault {
        match self {
            Self::Token(TokenError::NoModule | TokenError::NoToken) => Fault::client(
                "CloudHsmClusterNotFoundException",
                "No token with the label of this AWS CloudHSM cluster ID is present.",
            ),
            Self::Token(_) => Fault::client(
                "CloudHsmClusterNotActiveException",
                "The token with the label of this AWS CloudHSM cluster ID does not work.",
            ),
            _ => Fault::client(self.row().store, self.row().text),
        }
    }

    /// For who makes a key.
    pub(crate) fn on_key(self) -> Fault {
        match self {
            Self::Token(error) => Fault::client(STORE_STATE, token_text(error)),
            _ => Fault::client(self.row().key, self.row().text),
        }
    }

    /// For who uses a key.
    pub(crate) fn on_use(self) -> Fault {
        match self {
            // As for every other key, a damaged ciphertext and a wrong context are one answer.
            Self::Token(TokenError::Invalid) => error::invalid_ciphertext(),
            Self::Token(error) => error::invalid_state(token_text(error).to_owned()),
            _ => error::invalid_state(self.row().text.to_owned()),
        }
    }

    /// Why the store was not connected.
    pub(crate) fn on_connecting(self) -> Failure {
        match self {
            Self::Token(TokenError::NoModule | TokenError::NoToken) => Failure::ClusterNotFound,
            Self::Token(TokenError::WrongPin) => Failure::InvalidCredentials,
            Self::Token(TokenError::Locked) => Failure::UserLockedOut,
            Self::Token(_) => Failure::InternalError,
            _ => self.row().connecting,
        }
    }
}

fn token_text(error: TokenError) -> &'static str {
    match error {
        TokenError::NoModule => "The PKCS#11 module behind this AWS CloudHSM key store cannot be loaded.",
        TokenError::NoToken => "The token of this AWS CloudHSM key store is not present.",
        TokenError::WrongPin => "The token of this AWS CloudHSM key store refuses the password of kmsuser.",
        TokenError::Locked => "The kmsuser of this AWS CloudHSM key store is locked out.",
        TokenError::NoKey => "The token of this AWS CloudHSM key store does not have the key material of this KMS key.",
        TokenError::Invalid | TokenError::Failed => {
            "The token of this AWS CloudHSM key store did not complete the request. Retry the request."
        }
    }
}

impl From<Failure> for ConnectionErrorCodeType {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::InvalidCredentials => Self::InvalidCredentials,
            Failure::ClusterNotFound => Self::ClusterNotFound,
            Failure::InternalError => Self::InternalError,
            Failure::UserLockedOut => Self::UserLockedOut,
            Failure::ProxyAccessDenied => Self::XksProxyAccessDenied,
            Failure::ProxyNotReachable => Self::XksProxyNotReachable,
            Failure::ProxyInvalidResponse => Self::XksProxyInvalidResponse,
            Failure::ProxyInvalidConfiguration => Self::XksProxyInvalidConfiguration,
            Failure::ProxyTimedOut => Self::XksProxyTimedOut,
            Failure::ProxyInvalidTls => Self::XksProxyInvalidTlsConfiguration,
        }
    }
}

/// A key of a store that is not connected to its proxy.
pub(crate) const NOT_CONNECTED: &str = "This KMS key is in a custom key store that is not connected to its external key \
                                        store proxy. Connect the external key store and try the request again.";

/// No store of this id or name.
pub(crate) fn not_found(named: &str) -> Fault {
    Fault::client("CustomKeyStoreNotFoundException", format!("Custom key store {named} does not exist."))
}

/// The connection of a store does not admit the operation.
pub(crate) fn wrong_state(text: impl Into<String>) -> Fault {
    Fault::client(STORE_STATE, text.into())
}

/// The name is taken.
pub(crate) fn name_in_use(name: &str) -> Fault {
    Fault::client(
        "CustomKeyStoreNameInUseException",
        format!("A custom key store with the name {name} already exists."),
    )
}

/// Another store has the same proxy.
pub(crate) fn uri_in_use() -> Fault {
    Fault::client(
        "XksProxyUriInUseException",
        "The XksProxyUriEndpoint and XksProxyUriPath are already associated with another external key store in this AWS \
         Region.",
    )
}

/// Another store has the same token.
pub(crate) fn cluster_in_use() -> Fault {
    Fault::client(
        "CloudHsmClusterInUseException",
        "The AWS CloudHSM cluster is already associated with another AWS CloudHSM key store.",
    )
}

/// What was given as a certificate is none.
pub(crate) fn incorrect_anchor() -> Fault {
    Fault::client("IncorrectTrustAnchorException", "The trust anchor certificate is not a certificate in PEM format.")
}

/// The store still has keys.
pub(crate) fn has_keys() -> Fault {
    Fault::client(
        "CustomKeyStoreHasCMKsException",
        "The custom key store contains KMS keys. Schedule their deletion and wait until they are deleted.",
    )
}

/// Another key has this external key.
pub(crate) fn key_in_use() -> Fault {
    Fault::client(
        "XksKeyAlreadyInUseException",
        "The external key is already associated with another KMS key in this external key store.",
    )
}

/// The external key is not one that a KMS key can have.
pub(crate) fn unfit_key() -> Fault {
    Fault::client(
        KEY_CONFIGURATION,
        "The external key must be an AES-256 symmetric key that is enabled and supports encryption and decryption.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const REFUSALS: [RefusalName; 12] = [
        RefusalName::Validation,
        RefusalName::InvalidState,
        RefusalName::InvalidCiphertext,
        RefusalName::InvalidKeyUsage,
        RefusalName::AuthenticationFailed,
        RefusalName::AccessDenied,
        RefusalName::KeyNotFound,
        RefusalName::InvalidUriPath,
        RefusalName::Throttling,
        RefusalName::UnsupportedOperation,
        RefusalName::DependencyTimeout,
        RefusalName::Internal,
    ];

    #[test]
    fn every_refusal_has_a_row_of_its_own() {
        for name in REFUSALS {
            assert_eq!(Cause::Refused(name).row().cause, Cause::Refused(name));
        }
        for cause in [Cause::Unanswered(Unanswered::Broken), Cause::Malformed] {
            assert_eq!(cause.on_use().message.as_deref(), Some(UNINTELLIGIBLE));
        }
    }

    #[test]
    fn using_a_key_ends_in_one_code_whatever_is_wrong_with_its_proxy() {
        for name in REFUSALS {
            let fault = Cause::Refused(name).on_use();
            assert_eq!((fault.code.as_ref(), fault.status), ("KMSInvalidStateException", 400));
            assert_eq!(fault.message, Cause::Refused(name).on_key().message, "one cause, one text");
        }
        let code = |fault: Fault| fault.code.into_owned();
        assert_eq!(code(Cause::Refused(RefusalName::KeyNotFound).on_key()), "XksKeyNotFoundException");
        assert_eq!(code(Cause::Unanswered(Unanswered::TimedOut).on_store()), PROXY_UNREACHABLE);
        assert_eq!(code(Cause::Token(TokenError::Invalid).on_use()), "InvalidCiphertextException");
        assert_eq!(code(Cause::Token(TokenError::NoToken).on_store()), "CloudHsmClusterNotFoundException");
    }
}
