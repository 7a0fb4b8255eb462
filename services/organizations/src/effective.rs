//! Effective policies: what the management policies on the way from the root to an account come to together.
//!
//! Guarantees: a child changes only what its parents let it; the result holds no operators. Source: AWS Organizations
//! User Guide, "Understanding management policy inheritance" and "Inheritance operators". Policies on one level are
//! taken in the order of their ids.

use crate::records::Member;
use crate::standing::Standing;
use crate::{api, error, policies, tree, units};
use base::Timestamp;
use kernel::{Ctx, Result};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// How deep a document may nest.
const MAX_DEPTH: usize = 32;

const ASSIGN: &str = "@@assign";
const APPEND: &str = "@@append";
const REMOVE: &str = "@@remove";
const ALLOWED: &str = "@@operators_allowed_for_child_policies";

pub(crate) fn describe(
    ctx: &mut Ctx<'_>,
    input: api::DescribeEffectivePolicy,
) -> Result<api::DescribeEffectivePolicyOutput> {
    let standing = Standing::of(ctx)?;
    let kind = input.policy_type.as_str();
    let target = input.target_id.unwrap_or_else(|| ctx.scope().account.to_string());
    let parent = match ctx.get::<Member>(&Member::key(standing.management, &target))? {
        Some(member) => member.parent,
        None => return Err(error::target_not_found().into()),
    };
    let mut way = units::way_up(ctx, &standing, &parent)?.unwrap_or_default();
    way.reverse();
    way.push(target.clone());
    let mut tree = Node::default();
    let mut updated = None;
    for level in &way {
        let mut documents = Vec::new();
        for id in tree::attached(ctx, &standing, level, kind)? {
            let policy = policies::existing(ctx, &standing, &id)?;
            updated = updated.max(Some(policy.updated_millis));
            documents.push(policy.content);
        }
        tree.level(&documents);
    }
    let Some(updated) = updated else {
        return Err(error::bare(
            "EffectivePolicyNotFoundException",
            "If you ran this action on the management account, this policy type is not enabled. If you ran the action on a \
             member account, the account doesn't have an effective policy of this type.",
        )
        .into());
    };
    Ok(api::DescribeEffectivePolicyOutput {
        effective_policy: Some(api::EffectivePolicy {
            policy_content: Some(tree.value().to_string()),
            last_updated_timestamp: Some(Timestamp::from_millis(updated)),
            target_id: Some(target),
            policy_type: Some(input.policy_type),
        }),
    })
}

/// What a child may do with a value.
#[derive(Clone, Copy)]
struct Allowed {
    assign: bool,
    append: bool,
    remove: bool,
}

impl Allowed {
    const ALL: Self = Self { assign: true, append: true, remove: true };

    /// The operators that a document leaves to its children; words that are none leave nothing.
    fn read(value: &Value) -> Self {
        let words: Vec<&str> = match value {
            Value::String(word) => vec![word],
            Value::Array(words) => words.iter().filter_map(Value::as_str).collect(),
            _ => Vec::new(),
        };
        let has = |word| words.contains(&"@@all") || words.contains(&word);
        Self { assign: has(ASSIGN), append: has(APPEND), remove: has(REMOVE) }
    }
}

/// A place in the policy: a value, or more places.
struct Node {
    value: Option<Value>,
    children: BTreeMap<String, Node>,
    /// What the policies of the next level may do here.
    allowed: Allowed,
    /// The same, as it will be for the level after this one.
    narrowed: Option<Allowed>,
}

impl Default for Node {
    fn default() -> Self {
        Self { value: None, children: BTreeMap::new(), allowed: Allowed::ALL, narrowed: None }
    }
}

impl Node {
    /// Takes in the policies of one level.
    fn level(&mut self, documents: &[String]) {
        for document in documents {
            if let Ok(Value::Object(members)) = serde_json::from_str(document) {
                self.take(&members, 0);
            }
        }
        self.settle();
    }

    fn take(&mut self, members: &Map<String, Value>, depth: usize) {
        if depth > MAX_DEPTH {
            return;
        }
        for (name, value) in members {
            match (name.as_str(), value) {
                (ASSIGN, value) if self.allowed.assign => self.value = Some(value.clone()),
                (APPEND, value) if self.allowed.append => self.append(value),
                (REMOVE, value) if self.allowed.remove => self.remove(value),
                (ALLOWED, value) => self.narrowed = Some(Allowed::read(value)),
                (name, _) if name.starts_with("@@") => {}
                (name, Value::Object(inner)) => {
                    let allowed = self.allowed;
                    let child = self.children.entry(name.to_owned());
                    child.or_insert_with(|| Self { allowed, ..Self::default() }).take(inner, depth + 1);
                }
                // A plain value is one that is assigned.
                (name, value) => {
                    let allowed = self.allowed;
                    let child = self.children.entry(name.to_owned());
                    let child = child.or_insert_with(|| Self { allowed, ..Self::default() });
                    if child.allowed.assign {
                        child.value = Some(value.clone());
                    }
                }
            }
        }
    }

    fn append(&mut self, value: &Value) {
        let mut items = items(self.value.take());
        for item in self::items(Some(value.clone())) {
            if !items.contains(&item) {
                items.push(item);
            }
        }
        self.value = Some(Value::Array(items));
    }

    fn remove(&mut self, value: &Value) {
        let gone = items(Some(value.clone()));
        let mut items = items(self.value.take());
        items.retain(|item| !gone.contains(item));
        self.value = Some(Value::Array(items));
    }

    /// What this level left to its children holds from here on, below this place too unless said otherwise there.
    fn settle(&mut self) {
        if let Some(narrowed) = self.narrowed.take() {
            self.allow(narrowed);
        }
        for child in self.children.values_mut() {
            child.settle();
        }
    }

    fn allow(&mut self, allowed: Allowed) {
        self.allowed = allowed;
        for child in self.children.values_mut() {
            child.allow(allowed);
        }
    }

    fn value(&self) -> Value {
        if let Some(value) = &self.value {
            return value.clone();
        }
        let children = self.children.iter().map(|(name, child)| (name.clone(), child.value()));
        Value::Object(children.collect())
    }
}

/// The items of a list; a value alone is a list of one.
fn items(value: Option<Value>) -> Vec<Value> {
    match value {
        None => Vec::new(),
        Some(Value::Array(items)) => items,
        Some(value) => vec![value],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn effective(levels: &[&[Value]]) -> Value {
        let mut tree = Node::default();
        for level in levels {
            let documents: Vec<String> = level.iter().map(ToString::to_string).collect();
            tree.level(&documents);
        }
        tree.value()
    }

    #[test]
    fn a_child_overwrites_appends_and_removes() {
        let root = json!({"tags": {"cost": {"tag_key": {"@@assign": "Cost"}, "tag_value": {"@@assign": ["a", "b"]}}}});
        let unit = json!({"tags": {"cost": {"tag_value": {"@@append": ["c", "a"]}}}});
        let account = json!({"tags": {"cost": {"tag_key": {"@@assign": "COST"}, "tag_value": {"@@remove": ["b"]}}}});
        assert_eq!(
            effective(&[&[root], &[unit], &[account]]),
            json!({"tags": {"cost": {"tag_key": "COST", "tag_value": ["a", "c"]}}})
        );
    }

    #[test]
    fn what_a_parent_forbids_has_no_effect() {
        let root = json!({"tags": {"cost": {
            "@@operators_allowed_for_child_policies": ["@@none"],
            "tag_key": {"@@assign": "Cost"},
            "tag_value": {"@@operators_allowed_for_child_policies": ["@@append"], "@@assign": ["a"]}
        }}});
        let unit = json!({"tags": {"cost": {"tag_key": {"@@assign": "x"}, "tag_value": {"@@append": ["b"]}}}});
        let account = json!({"tags": {"cost": {"tag_value": {"@@assign": ["z"], "@@remove": ["a"]}}}});
        assert_eq!(
            effective(&[&[root], &[unit], &[account]]),
            json!({"tags": {"cost": {"tag_key": "Cost", "tag_value": ["a", "b"]}}})
        );
    }

    #[test]
    fn policies_of_one_level_add_up() {
        let one = json!({"plans": {"a": {"regions": {"@@append": ["eu-west-1"]}}}});
        let other = json!({"plans": {"b": {"regions": {"@@assign": ["us-east-1"]}}}});
        assert_eq!(
            effective(&[&[one, other]]),
            json!({"plans": {"a": {"regions": ["eu-west-1"]}, "b": {"regions": ["us-east-1"]}}})
        );
    }
}
