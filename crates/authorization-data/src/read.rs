//! Reads what `authorization/services/<prefix>.txt` says of a service.
//!
//! ```text
//! name AWS Key Management Service
//! rcp                                          resource control policies apply to it
//! key kms:CallerAccount String                 a condition key and its type
//! resource key; arn arn:${Partition}:kms:…; keys kms:KeySpec …
//! action CreateGrant Permissions; keys kms:CallerAccount …; needs …; on! key; on alias; keys …
//! ```
//!
//! Parts of a line are separated by semicolons; a line that begins with two spaces goes on with the one before. `keys`
//! are condition keys and `needs` dependent actions; after `on` they belong to that resource type, which is required
//! where it says `on!`. Keys, resources and actions are ordered by name.
//!
//! Guarantees: what cannot be read gives `None`, never a panic or a service without what was not understood.

use crate::service::{Action, ConditionKey, Level, On, ResourceType, Service, ValueType};

/// Reads a whole service.
pub(crate) fn service(prefix: &'static str, text: &'static str) -> Option<Service> {
    let (keys, resources, actions) = (Vec::new(), Vec::new(), Vec::new());
    let mut service = Service { prefix, name: "", under_resource_control: false, keys, resources, actions };
    for line in text.lines() {
        if let Some(more) = line.strip_prefix("  ") {
            attributes(service.actions.last_mut()?, more)?;
            continue;
        }
        let (what, rest) = line.split_once(' ').unwrap_or((line, ""));
        match what {
            "name" => service.name = rest,
            "rcp" => service.under_resource_control = true,
            "key" => service.keys.push(key(rest)?),
            "resource" => service.resources.push(resource(rest)?),
            "action" => service.actions.push(action(rest)?),
            _ => return None,
        }
    }
    (!service.name.is_empty()).then_some(service)
}

fn key(line: &'static str) -> Option<ConditionKey> {
    let (name, kind) = line.split_once(' ')?;
    let (multivalued, kind) = kind.strip_prefix("ArrayOf").map_or((false, kind), |kind| (true, kind));
    let kind = match kind {
        "String" => ValueType::String,
        "ARN" => ValueType::Arn,
        "Bool" => ValueType::Bool,
        "Numeric" => ValueType::Numeric,
        "Date" => ValueType::Date,
        "IPAddress" => ValueType::Ip,
        _ => return None,
    };
    Some(ConditionKey { name, kind, multivalued })
}

fn resource(line: &'static str) -> Option<ResourceType> {
    let mut parts = line.split("; ");
    let mut resource = ResourceType { name: parts.next()?, arns: Vec::new(), keys: Vec::new() };
    for part in parts {
        match part.split_once(' ')? {
            ("arn", arn) => resource.arns.push(arn),
            ("keys", keys) => resource.keys.extend(keys.split(' ')),
            _ => return None,
        }
    }
    (!resource.arns.is_empty()).then_some(resource)
}

fn action(line: &'static str) -> Option<Action> {
    let (head, rest) = line.split_once("; ").unwrap_or((line, ""));
    let (name, level) = head.split_once(' ')?;
    let level = match level {
        "List" => Level::List,
        "Read" => Level::Read,
        "Write" => Level::Write,
        "Permissions" => Level::PermissionsManagement,
        "Tagging" => Level::Tagging,
        _ => return None,
    };
    let mut action = Action { name, level, keys: Vec::new(), needs: Vec::new(), on: Vec::new() };
    if !rest.is_empty() {
        attributes(&mut action, rest)?;
    }
    Some(action)
}

fn attributes(action: &mut Action, parts: &'static str) -> Option<()> {
    for part in parts.split("; ") {
        let (what, rest) = part.split_once(' ')?;
        let (keys, needs) = match action.on.last_mut() {
            Some(on) => (&mut on.keys, &mut on.needs),
            None => (&mut action.keys, &mut action.needs),
        };
        match what {
            "keys" => keys.extend(rest.split(' ')),
            "needs" => needs.extend(rest.split(' ')),
            "on" | "on!" => {
                let required = what == "on!";
                action.on.push(On { resource: rest, required, keys: Vec::new(), needs: Vec::new() });
            }
            _ => return None,
        }
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_of_a_line_is_read() {
        let text = "name Shop\nrcp\nkey shop:Aisles ArrayOfARN\n\
                    resource long shelf; arn arn:a; arn arn:b; keys shop:Size shop:Kind\n\
                    action Close List\n\
                    action Stock Permissions; keys shop:Size; needs a:B c:D; on till\n  on! long shelf; keys shop:Kind\n";
        let shop = service("shop", text).unwrap();
        assert_eq!((shop.name, shop.under_resource_control), ("Shop", true));
        let aisles = ConditionKey { name: "shop:Aisles", kind: ValueType::Arn, multivalued: true };
        assert_eq!(shop.keys, [aisles]);
        let shelf = shop.resource("long shelf").unwrap();
        assert_eq!((&shelf.arns, &shelf.keys), (&vec!["arn:a", "arn:b"], &vec!["shop:Size", "shop:Kind"]));
        let close = shop.action("close").unwrap();
        assert!(close.keys.is_empty() && close.on.is_empty() && close.level == Level::List);
        let stock = shop.action("Stock").unwrap();
        assert_eq!((&stock.keys, &stock.needs), (&vec!["shop:Size"], &vec!["a:B", "c:D"]));
        let on = stock.on.iter().map(|on| (on.resource, on.required, on.keys.as_slice()));
        assert_eq!(on.collect::<Vec<_>>(), [("till", false, [].as_slice()), ("long shelf", true, &["shop:Kind"])]);
    }

    #[test]
    fn what_is_not_understood_is_no_service() {
        for bad in [
            "",
            "action Close List\n",
            "name Shop\nshelf a\n",
            "name Shop\nkey shop:Size Colour\n",
            "name Shop\nresource shelf\n",
            "name Shop\naction Close\n",
            "name Shop\naction Close Sometimes\n",
            "name Shop\naction Close List; off shelf\n",
            "name Shop\n  on shelf\n",
        ] {
            assert!(service("shop", bad).is_none(), "{bad}");
        }
    }
}
