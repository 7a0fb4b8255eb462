//! Checks of effects, actions, resources and principals.

use super::{Linter, Severity, like};
use crate::document::{Effect, List, Principals, Statement, Text};
use crate::glob::{self, Wildcards};
use crate::variables::Piece;
use crate::{Kind, PrincipalKind};

/// Actions that hand on a role, and so whatever the role may do.
const PASSING: &[&str] = &["iam:passrole"];

/// Lists longer than this are not searched for what is said twice: the work grows with the square.
const LONGEST_COMPARED: usize = 200;

impl Linter<'_> {
    pub(super) fn statement(&mut self, index: usize, statement: &Statement) {
        let at = statement.at.clone();
        let is_allow = statement.effect == Effect::Allow;
        if statement.actions.is_none() || (statement.resources.is_none() && !self.is(&[Kind::Trust])) {
            let message = format!("statement {} lacks Action or Resource, and says nothing", index + 1);
            self.say(Severity::Warning, "INERT_STATEMENT", message, at.clone());
        }
        if let Some(actions) = &statement.actions {
            self.actions(actions);
            if is_allow && actions.negated {
                let message = "every action that there is or ever will be is allowed, but those named";
                self.say(Severity::Security, "ALLOW_WITH_NOT_ACTION", message, at.clone());
            }
        }
        if let Some(resources) = &statement.resources {
            self.resources(resources);
            if is_allow && resources.negated {
                let message = "every resource that there is or ever will be is reached, but those named";
                self.say(Severity::Security, "ALLOW_WITH_NOT_RESOURCE", message, at.clone());
            }
        }
        if is_allow {
            self.breadth(statement);
        }
        if let Some(principals) = &statement.principals {
            self.principals(statement, principals);
        }
    }

    fn actions(&mut self, actions: &List) {
        for action in &actions.values {
            let Some(vocabulary) = self.vocabulary else { break };
            let Some((service, _)) = action.value.split_once(':') else { continue };
            if !vocabulary.has_service(service) {
                let like = like(vocabulary.nearest_service(service));
                let message = format!("there is no service {service}{like}");
                self.say(Severity::Warning, "INVALID_SERVICE_IN_ACTION", message, action.at.clone());
            } else if !vocabulary.has_action(&action.value) {
                let like = like(vocabulary.nearest_action(&action.value));
                let message = format!("there is no action {}{like}", action.value);
                self.say(Severity::Warning, "INVALID_ACTION", message, action.at.clone());
            }
        }
        self.said_twice(actions, "REDUNDANT_ACTION", Wildcards::Anywhere);
    }

    fn resources(&mut self, resources: &List) {
        for resource in &resources.values {
            self.variables(resource);
            let parts = resource.value.split(':').count();
            if resource.value != "*" && parts < 6 {
                let message = format!("{} is no whole ARN: what is missing is taken for *", resource.value);
                self.say(Severity::Warning, "MISSING_ARN_FIELD", message, resource.at.clone());
            }
        }
        self.said_twice(resources, "REDUNDANT_RESOURCE", Wildcards::Arn);
    }

    /// Values that another of the list covers.
    fn said_twice(&mut self, list: &List, code: &'static str, wildcards: Wildcards) {
        if list.values.len() > LONGEST_COMPARED {
            return;
        }
        let fold = |text: &Text| match wildcards {
            Wildcards::Anywhere => text.value.to_ascii_lowercase(),
            _ => text.value.clone(),
        };
        let plain: Vec<_> = list.values.iter().map(fold).collect();
        let patterns: Vec<_> = plain.iter().map(|text| glob::compile(&[Piece::Text(text)], wildcards).bytes).collect();
        for (index, (text, value)) in list.values.iter().zip(&plain).enumerate() {
            let covering = patterns.iter().zip(&plain).enumerate().find(|(other, (pattern, given))| {
                *other != index && glob::matches(pattern, value) && (*given != value || *other < index)
            });
            if let Some((_, (_, given))) = covering {
                self.say(Severity::Suggestion, code, format!("{} is said by {given}", text.value), text.at.clone());
            }
        }
    }

    /// What gives more than one usually means to.
    fn breadth(&mut self, statement: &Statement) {
        let (Some(actions), Some(resources)) = (&statement.actions, &statement.resources) else { return };
        let is_control = self.is(&[Kind::ServiceControl, Kind::ResourceControl, Kind::Endpoint]);
        let everywhere = !resources.negated && resources.values.iter().any(|resource| resource.value == "*");
        if is_control || actions.negated || !everywhere || !statement.conditions.is_empty() {
            return;
        }
        // On a resource, "*" is the resource itself.
        let is_own = self.is(&[Kind::Resource, Kind::Key]);
        let found: Vec<_> = actions
            .values
            .iter()
            .filter_map(|action| {
                let lower = action.value.to_ascii_lowercase();
                let pattern = glob::compile(&[Piece::Text(&lower)], Wildcards::Anywhere).bytes;
                if lower == "*" && !is_own {
                    Some((Severity::Security, "FULL_ACCESS", "everything on everything is allowed".to_owned(), action))
                } else if PASSING.iter().any(|passing| glob::matches(&pattern, passing)) && lower != "*" && !is_own {
                    let message = format!("{} hands on every role, with all that it may do", action.value);
                    Some((Severity::Security, "PASS_ROLE_WITH_STAR_IN_RESOURCE", message, action))
                } else if lower.ends_with(":*") && !is_own {
                    let message = format!("{} on everything", action.value);
                    Some((Severity::Warning, "SERVICE_WIDE_ACCESS", message, action))
                } else {
                    None
                }
            })
            .map(|(severity, code, message, action)| (severity, code, message, action.at.clone()))
            .collect();
        for (severity, code, message, at) in found {
            self.say(severity, code, message, at);
        }
    }

    fn principals(&mut self, statement: &Statement, principals: &Principals) {
        if principals.negated {
            let message = "NotPrincipal spares only who is named with account, role and session; a condition on \
                           aws:PrincipalArn is what is usually meant";
            self.say(Severity::Warning, "DENY_WITH_NOT_PRINCIPAL", message, statement.at.clone());
        }
        if statement.effect == Effect::Deny || self.is(&[Kind::Endpoint, Kind::ResourceControl]) {
            return;
        }
        for (list, text) in &principals.entries {
            let is_everyone = *list == PrincipalKind::Everyone || text.value == "*";
            if is_everyone && statement.conditions.is_empty() {
                let message = "everyone is allowed, without a condition";
                self.say(Severity::Security, "PUBLIC_ACCESS", message, text.at.clone());
            }
            let is_shared = *list == PrincipalKind::Federated && text.value.contains("oidc-provider/");
            if is_shared && statement.conditions.is_empty() {
                let message =
                    "whoever has a token of this provider may assume the role; a condition on its sub is missing";
                self.say(Severity::Security, "MISSING_OIDC_CONDITION", message, text.at.clone());
            }
            let is_dead = text.value.starts_with("AIDA") || text.value.starts_with("AROA");
            if *list == PrincipalKind::Aws && is_dead {
                let message = format!("{} is a unique id: the user or role that had it may be gone", text.value);
                self.say(Severity::Warning, "UNIQUE_ID_PRINCIPAL", message, text.at.clone());
            }
        }
    }
}
