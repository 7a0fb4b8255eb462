//! What a call does in other Regions than the one it was made in, and how that is told.
//!
//! A transaction may write in the spaces of several Regions; their records say where each thing happened. Guarantee: a
//! record of another Region names the caller and the request of the call that it is a part of, and is true only if the
//! call's transaction is committed.

use crate::access::AuditResource;
use crate::call::Call;
use crate::ctx::{Aside, Ctx};
use crate::record::{self, Notes};
use base::{Region, Scope, Uuid};

/// An operation as it happened in another Region.
pub struct Elsewhere {
    /// Where.
    pub region: Region,
    /// The operation, as in the model.
    pub operation: &'static str,
    /// Its `requestParameters`: members and their JSON.
    pub parameters: Vec<(&'static str, String)>,
    /// Its `responseElements`, in JSON.
    pub response: String,
    /// What it reached.
    pub resource: AuditResource,
}

impl Ctx<'_> {
    /// Records what this call did in another Region.
    pub fn record_elsewhere(&mut self, told: Elsewhere) {
        let Elsewhere { region, operation, parameters, response, resource } = told;
        let call = Call { name: operation, parameters: "{}".to_owned(), ..self.in_region(region) };
        let notes = Notes { parameters, resources: vec![resource], ..Notes::default() };
        let entry = record::change(&call, &notes, &response);
        self.work.entries.push(Aside { entry, tells_change: true });
    }

    /// Records what the service did on its own in a Region; `details` is a JSON object.
    pub fn service_event_in(&mut self, region: Region, name: &str, resources: &[AuditResource], details: &str) {
        let call = self.in_region(region);
        let entry = record::service_event(&call, call.event_id, name, resources, details);
        self.work.entries.push(Aside { entry, tells_change: true });
    }

    /// The facts of this call, as if it had been made in that Region.
    fn in_region(&self, region: Region) -> Call {
        let scope = Scope { region, ..self.call.scope };
        Call { scope, event_id: Uuid::random(self.rng()), ..self.call.clone() }
    }
}
