//! Calls that one service makes on a caller's behalf.
//!
//! The same road without HTTP, inside the caller's transaction: the caller's identity is kept and `via` names the
//! service, the caller's quota is charged, the input is checked against the model, every target is decided, and the
//! call has an audit record of its own.

use crate::call::{Call, Caller};
use crate::ctx::{Aside, Ctx};
use crate::error::{Error, Result};
use crate::meter::Bill;
use crate::record;
use crate::registry::Given;
use base::{Scope, Uuid};
use model::{Fault, Value};

/// How deep services may call one another: S3 to KMS is one.
const MAX_DEPTH: usize = 4;

/// What a forwarded call answered.
pub struct Forwarded {
    operation: &'static model::Operation,
    service: &'static model::Service,
    output: Value,
}

impl Forwarded {
    /// Takes a member of the output by its name in the model.
    pub fn take(&mut self, member: &str) -> Option<Value> {
        let index = structure(self.service, self.operation.output)?.index_of(member)?;
        match &mut self.output {
            Value::Struct(members) => members.get_mut(index)?.take(),
            _ => None,
        }
    }
}

impl Ctx<'_> {
    /// Calls another service's operation for the caller, members of the input named as in the model.
    ///
    /// A denial, a throttling, an invalid input come back as the target service's fault.
    pub fn forward(&mut self, service: &str, operation: &str, input: Vec<(&str, Value)>) -> Result<Forwarded> {
        let unknown = || Error::Internal(format!("no operation {service}:{operation} to forward to"));
        let (target, implementation) = self.kernel.registry.find(service, operation).ok_or_else(unknown)?;
        let table = model::services().by_name(service).ok_or_else(unknown)?;
        let modelled = table.operation(operation).ok_or_else(unknown)?;
        let input = assemble(table, modelled, input).ok_or_else(unknown)?;
        let via = self.call.service.event_source.to_owned();
        let caller = &self.call.caller;
        if self.depth >= MAX_DEPTH {
            return Err(Error::Internal(format!("services call one another deeper than {MAX_DEPTH}")));
        }
        let Scope { account, region } = self.call.scope;
        let call = Call {
            service: table,
            name: implementation.name,
            operation: Some(modelled),
            scope: Scope { region: self.kernel.registry.region_of(service, region), account },
            caller: Caller {
                principal: caller.principal.clone(),
                authority: caller.authority.clone(),
                access_key_id: caller.access_key_id.clone(),
                source: via.clone(),
                address: None,
                user_agent: via.clone(),
                referer: None,
                called_via: caller.called_via.iter().chain([&via]).cloned().collect(),
                via: Some(via),
            },
            request_id: Uuid::random(self.rng()).to_string(),
            part_of: Some(self.call.asked_as().to_owned()),
            event_id: Uuid::random(self.rng()),
            now: self.call.now,
            parameters: record::parameters(table, modelled, &input),
            tls: None,
            host: String::new(),
            drawn: self.call.drawn.clone(),
            brought: None,
            exchanged: self.call.exchanged.clone(),
            computed: self.call.computed.clone(),
            stages: None,
        };
        let mut nested = Ctx::new(self.kernel, &call, self.work);
        nested.depth = self.depth + 1;
        nested.work.forwarded += 1;
        nested.nth = nested.work.forwarded;
        let admitted = nested.admit_forwarded(target, implementation, input);
        let result = admitted.and_then(|input| nested.run(implementation, Given::Value(input)));
        if let Err(Error::Asking(mut asking)) = result {
            // It goes on with the next run of the call that the client made, from that one's input.
            asking.back = None;
            return Err(Error::Asking(asking));
        }
        let notes = std::mem::take(&mut nested.notes);
        let (permits, class) = (std::mem::take(&mut nested.permits), nested.class);
        let entry = match &result {
            Ok(output) => {
                let rng = self.kernel.rng.as_ref();
                let (entry, copies) = record::success(&call, &notes, implementation.kind(), output, rng);
                if implementation.uses {
                    let events: Vec<_> = copies.iter().map(|(account, entry)| (*account, entry.id)).collect();
                    self.kernel.note_uses(&call, &notes, &permits, &events);
                }
                self.work.entries.extend(copies.into_iter().map(|(_, entry)| Aside { entry, tells_change: true }));
                self.work.bills.extend(Bill::of(class, &call, permits));
                entry
            }
            Err(Error::Fault(fault)) => record::failure(&call, &notes, implementation.kind(), fault),
            Err(_) => record::failure(&call, &notes, implementation.kind(), &crate::road::internal_fault()),
        };
        self.work.entries.push(Aside { entry, tells_change: implementation.writes && result.is_ok() });
        Ok(Forwarded { operation: modelled, service: table, output: result? })
    }

    fn admit_forwarded(
        &mut self,
        target: &crate::Service,
        implementation: &crate::Operation,
        input: Value,
    ) -> Result<Value> {
        if implementation.writes && !self.work.writes {
            return Err(Error::Internal(format!("{} writes, its caller does not", implementation.name)));
        }
        if let Some(fault) = target.guard.and_then(|guard| guard(&self.call.caller.principal, implementation.name)) {
            return Err(fault.into());
        }
        let scope = self.call.scope;
        if implementation.pool.is_some_and(|pool| !implementation.charged_late && !self.draw(scope, pool, None)) {
            return Err((target.throttled)().into());
        }
        if let Some(shape) = self.call.operation.and_then(|operation| operation.input) {
            let violations = model::check(self.call.service, shape, &input);
            if !violations.is_empty() {
                return Err(Fault::validation(model::validation_message(&violations)).into());
            }
        }
        Ok(input)
    }
}

fn structure(service: &'static model::Service, shape: Option<model::ShapeId>) -> Option<&'static model::Structure> {
    match &service.shape(shape?).kind {
        model::Kind::Structure(structure) => Some(structure),
        _ => None,
    }
}

/// The input structure with these members; `None` when the model has no such member.
fn assemble(
    service: &'static model::Service,
    operation: &'static model::Operation,
    members: Vec<(&str, Value)>,
) -> Option<Value> {
    let structure = structure(service, operation.input)?;
    let mut values = vec![None; structure.members.len()];
    for (name, value) in members {
        *values.get_mut(structure.index_of(name)?)? = Some(value);
    }
    Some(Value::Struct(values))
}
