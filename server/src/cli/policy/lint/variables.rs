//! Policy variables that have no value.

use super::Notes;
use super::conditions::{hint, is_of_a_provider, known};
use policy::{Statement, Text};

/// Checks the variables of resources and of the values of conditions. In the older version of the language there are
/// none, and what looks like one is text.
pub(super) fn check(has_variables: bool, statement: &Statement, notes: &mut Notes) {
    let resources = statement.resources.iter().flat_map(|list| &list.values);
    let conditions = statement.conditions.iter().filter(|condition| condition.operator.takes_variables());
    for text in resources.chain(conditions.flat_map(|condition| &condition.values)) {
        if has_variables {
            keys(&text.value).for_each(|key| check_key(text, key, notes));
        } else if text.value.contains("${") {
            let message = "without \"Version\": \"2012-10-17\" a variable is taken as it is written".to_owned();
            notes.warn(text, "literal-variable", message);
        }
    }
}

fn check_key(text: &Text, key: &str, notes: &mut Notes) {
    match known(key) {
        None if is_of_a_provider(key) => {}
        None => notes.warn(text, "unknown-key", format!("there is no condition key {key}{}", hint(key))),
        Some(key) if key.multivalued => {
            let message = format!("{} may have several values, and so cannot be a variable", key.name);
            notes.warn(text, "several-values", message);
        }
        Some(_) => {}
    }
}

/// The keys of a text's variables, but for those that stand for one character (`${*}`).
fn keys(text: &str) -> impl Iterator<Item = &str> {
    let variables = text.split("${").skip(1).filter_map(|rest| rest.split_once('}'));
    let keys = variables.map(|(variable, _)| variable.split(',').next().unwrap_or_default().trim());
    keys.filter(|key| !matches!(*key, "*" | "?" | "$"))
}
