//! What a call draws on once it is known what it reaches.
//!
//! Most operations draw on one quota, at admission. Where it depends on the key or the parameters, the registry line
//! names a [`Charging`], which the road calls between resolving and deciding. Guarantees: the calling account pays,
//! whoever owns what is called; a call that runs again does not pay again.

use crate::access::Target;
use crate::ctx::Ctx;
use crate::error::{Error, Result};
use crate::prices::Class;
use crate::quota::Pool;
use crate::road::internal_fault;
use crate::views::View;
use base::{Region, Scope};
use std::sync::atomic::Ordering;

/// Draws on quotas for a call, from its input and its targets.
pub type Charging<I> = fn(&mut Charge<'_, '_>, &I, &[Target]);

/// The draws of one run of one call.
pub struct Charge<'c, 'a> {
    ctx: &'c mut Ctx<'a>,
    is_throttled: bool,
}

impl<'c, 'a> Charge<'c, 'a> {
    /// Makes the draws; above a quota, the service's own error is the answer.
    pub(crate) fn make(ctx: &'c mut Ctx<'a>, draws: impl FnOnce(&mut Self)) -> Result<()> {
        let mut charge = Self { ctx, is_throttled: false };
        draws(&mut charge);
        let Self { ctx, is_throttled } = charge;
        if !is_throttled {
            return Ok(());
        }
        let service = ctx.kernel.registry.service(ctx.call.service.name);
        Err(Error::Fault(service.map_or_else(internal_fault, |service| (service.throttled)())))
    }

    /// The account that calls and the Region called.
    pub fn scope(&self) -> Scope {
        self.ctx.call.scope
    }

    /// Draws on a quota of the calling account, in the Region called.
    pub fn draw(&mut self, pool: &'static Pool) {
        self.take(self.ctx.call.scope, pool, None);
    }

    /// Draws on a quota of the calling account in another Region.
    pub fn draw_in(&mut self, region: Region, pool: &'static Pool) {
        self.take(Scope { region, ..self.ctx.call.scope }, pool, None);
    }

    /// Draws on the quota of a single thing, such as a custom key store, that all its users share.
    pub fn draw_of(&mut self, owner: Scope, pool: &'static Pool, id: &str) {
        self.take(owner, pool, Some(id));
    }

    /// Says what price class the call is in, where it is not the service's first.
    pub fn bill(&mut self, class: &'static Class) {
        self.ctx.class = Some(class);
    }

    fn take(&mut self, scope: Scope, pool: &'static Pool, id: Option<&str>) {
        // Once throttled, the call will not happen, and draws on nothing more.
        self.is_throttled = self.is_throttled || !self.ctx.draw(scope, pool, id);
    }
}

impl Target {
    /// The view that the target is on, if it is one of this kind.
    pub fn seen<V: View>(&self) -> Option<&V> {
        self.view.as_ref()?.as_any().downcast_ref()
    }
}

impl Ctx<'_> {
    /// Draws on a quota; false when it is used up. A call that runs again has paid for its draws before.
    pub(crate) fn draw(&mut self, scope: Scope, pool: &Pool, id: Option<&str>) -> bool {
        self.work.draws += 1;
        if self.work.draws <= self.call.drawn.load(Ordering::Relaxed) {
            return true;
        }
        let quotas = &self.kernel.quotas;
        let is_drawn = id.map_or_else(|| quotas.take(scope, pool), |id| quotas.take_of(scope, pool, id));
        if is_drawn {
            self.call.drawn.store(self.work.draws, Ordering::Relaxed);
        }
        is_drawn
    }
}
