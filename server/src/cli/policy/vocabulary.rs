//! What AWS's tables tell a linter.

use authorization_data::{ConditionKey, GLOBAL_KEYS, ValueType, condition_key, matching, nearest, prefixes, service};
use policy::{Holds, KeyType, Vocabulary};

/// All services of AWS.
pub(super) struct Tables;

impl Vocabulary for Tables {
    fn has_service(&self, prefix: &str) -> bool {
        service(prefix).is_some()
    }

    fn has_action(&self, action: &str) -> bool {
        matching(action).next().is_some()
    }

    fn key(&self, name: &str) -> Option<KeyType> {
        // Any identity provider can be used; its keys begin with its address.
        let of_provider = || {
            let is_address = name.rsplit_once(':').is_some_and(|(provider, _)| provider.contains('.'));
            is_address.then_some(KeyType { holds: Holds::String, is_set: false })
        };
        condition_key(name).map(key_type).or_else(of_provider)
    }

    fn nearest_service(&self, prefix: &str) -> Option<String> {
        nearest(prefix, prefixes()).map(str::to_owned)
    }

    fn nearest_action(&self, action: &str) -> Option<String> {
        let (prefix, name) = action.split_once(':')?;
        let service = service(prefix)?;
        let nearest = nearest(name, service.actions.iter().map(|action| action.name))?;
        Some(format!("{}:{nearest}", service.prefix))
    }

    fn nearest_key(&self, name: &str) -> Option<String> {
        let prefix = name.split_once(':').map_or(name, |(prefix, _)| prefix);
        let of_service = service(prefix).into_iter().flat_map(|service| &service.keys);
        nearest(name, GLOBAL_KEYS.iter().chain(of_service).map(|key| key.name)).map(str::to_owned)
    }
}

fn key_type(key: &ConditionKey) -> KeyType {
    let holds = match key.kind {
        ValueType::String => Holds::String,
        ValueType::Arn => Holds::Arn,
        ValueType::Bool => Holds::Bool,
        ValueType::Numeric => Holds::Numeric,
        ValueType::Date => Holds::Date,
        ValueType::Ip => Holds::Ip,
    };
    KeyType { holds, is_set: key.multivalued }
}
