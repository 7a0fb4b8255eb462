//! Faults on demand: calls that are throttled, fail, are cut off or come late, because somebody wants to see what a client
//! makes of it.
//!
//! Guarantees: where none is set, a call pays one look at a flag; where none may be set (outside `dev`), none can be; a
//! late call holds no thread; with a seed, the same calls meet the same faults; a fault that is met is on record and
//! counted, and changes nothing.

use crate::access::Target;
use crate::admission::{Admitted, Refused};
use crate::control::Kernel;
use crate::ctx::{Ctx, Work};
use crate::error::{Error, Result};
use crate::record::{self, Kind};
use crate::road::{internal_fault, unavailable_fault};
use crate::told::Ending;
use crate::usage::Outcome;
use base::{Clock, Timestamp};
use model::Fault;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Faults that can be set at once.
pub(crate) const MAX_FAULTS: usize = 64;

/// The longest that a fault, or several together, make a call wait.
pub const MAX_LATENCY: Duration = Duration::from_secs(60);

/// A probability, in millionths.
pub type Millionths = u32;

/// Always.
pub const ALWAYS: Millionths = 1_000_000;

/// Which calls meet what.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Disturbance {
    /// The service's name; empty for all.
    pub service: String,
    /// The operation's name; empty for all.
    pub operation: String,
    /// The ARN of who calls; one that ends in `*` is a beginning.
    pub principal: Option<String>,
    /// The resource reached: its ARN, or the id at its end.
    pub resource: Option<String>,
    /// How often the call is throttled.
    pub throttle: Millionths,
    /// How often it fails.
    pub fail: Millionths,
    /// Whether it then fails as unavailable (503) and not with the service's internal error (500).
    pub unavailable: bool,
    /// How often the connection is closed without an answer.
    pub reset: Millionths,
    /// By how much the answer is late.
    pub latency: Duration,
    /// For how long from now, in wall time; `None` for good.
    pub lasts: Option<Duration>,
    /// Where the dice begin; drawn where it is not given.
    pub seed: Option<u64>,
}

/// A fault that is set, and what came of it.
#[derive(Clone, Debug)]
pub struct FaultSet {
    /// Its number.
    pub id: u64,
    /// Which calls meet what.
    pub what: Disturbance,
    /// When it ends, in wall time.
    pub until: Option<Timestamp>,
    /// Calls that it was thrown dice for.
    pub met: u64,
    /// Calls that were throttled, failed and were cut off.
    pub outcomes: [u64; 3],
}

/// What becomes of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    Throttle,
    Fail,
    Unavailable,
    Reset,
}

/// An answer's extension that tells the listener to close the connection instead of answering.
#[derive(Clone, Copy, Debug)]
pub struct Reset;

/// The faults of a process.
pub(crate) struct Faults {
    is_allowed: bool,
    is_set: AtomicBool,
    set: Mutex<State>,
    /// Wall time.
    clock: Arc<dyn Clock>,
}

#[derive(Default)]
struct State {
    last: u64,
    faults: Vec<(FaultSet, Dice)>,
}

/// SplitMix64: a fault's own sequence of throws.
struct Dice(u64);

impl Dice {
    fn throw(&mut self) -> Millionths {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        // The remainder is below a million, which fits.
        ((mixed ^ (mixed >> 31)) % u64::from(ALWAYS)) as Millionths
    }
}

/// What tells whether a fault is for a call.
struct Met<'a> {
    service: &'a str,
    operation: &'a str,
    principal: &'a str,
    resources: &'a [String],
}

impl Faults {
    pub(crate) fn new(is_allowed: bool, clock: Arc<dyn Clock>) -> Self {
        Self { is_allowed, is_set: AtomicBool::new(false), set: Mutex::default(), clock }
    }

    /// Whether there is nothing to look at.
    pub(crate) fn is_quiet(&self) -> bool {
        !self.is_set.load(Ordering::Relaxed)
    }

    /// The faults, without those that are over.
    fn state(&self) -> MutexGuard<'_, State> {
        let mut state = self.set.lock().unwrap_or_else(PoisonError::into_inner);
        let now = self.clock.now();
        state.faults.retain(|(fault, _)| fault.until.is_none_or(|until| now < until));
        self.is_set.store(!state.faults.is_empty(), Ordering::Relaxed);
        state
    }

    fn add(&self, what: Disturbance, drawn: u64) -> std::result::Result<u64, String> {
        if !self.is_allowed {
            return Err("faults can be set in `fastness dev` only".into());
        }
        let mut state = self.state();
        if state.faults.len() >= MAX_FAULTS {
            return Err(format!("there are {MAX_FAULTS} faults already; remove some"));
        }
        state.last += 1;
        let (id, until) = (state.last, what.lasts.map(|lasts| self.clock.now().plus(lasts)));
        let dice = Dice(what.seed.unwrap_or(drawn));
        state.faults.push((FaultSet { id, what, until, met: 0, outcomes: [0; 3] }, dice));
        self.is_set.store(true, Ordering::Relaxed);
        Ok(id)
    }

    fn remove(&self, of: impl Fn(&FaultSet) -> bool) -> usize {
        let mut state = self.state();
        let before = state.faults.len();
        state.faults.retain(|(fault, _)| !of(fault));
        self.is_set.store(!state.faults.is_empty(), Ordering::Relaxed);
        before - state.faults.len()
    }

    /// Whether the resources that a call reaches matter, as far as the rest of a fault is for it.
    fn ask_for_resources(&self, met: &Met<'_>) -> bool {
        self.state().faults.iter().any(|(fault, _)| fault.what.resource.is_some() && fault.what.is_for_caller(met))
    }

    /// Throws the dice for a call: by how much it is late, and what becomes of it.
    fn meet(&self, met: &Met<'_>) -> (Duration, Option<Verdict>) {
        let (mut late, mut verdict) = (Duration::ZERO, None);
        for (fault, dice) in &mut self.state().faults {
            if !fault.what.is_for(met) {
                continue;
            }
            fault.met += 1;
            late = late.saturating_add(fault.what.latency).min(MAX_LATENCY);
            // One throw for each, whatever the others come to, so that a seed gives the same sequence.
            let [reset, throttle, fail] =
                [fault.what.reset, fault.what.throttle, fault.what.fail].map(|probability| dice.throw() < probability);
            let failing = if fault.what.unavailable { Verdict::Unavailable } else { Verdict::Fail };
            let own = match (reset, throttle, fail) {
                (true, _, _) => Some((Verdict::Reset, 2)),
                (_, true, _) => Some((Verdict::Throttle, 0)),
                (_, _, true) => Some((failing, 1)),
                _ => None,
            };
            if let (None, Some((own, place))) = (verdict, own) {
                verdict = Some(own);
                if let Some(count) = fault.outcomes.get_mut(place) {
                    *count += 1;
                }
            }
        }
        (late, verdict)
    }
}

impl Disturbance {
    fn is_for_caller(&self, met: &Met<'_>) -> bool {
        let is = |wanted: &str, found: &str| wanted.is_empty() || wanted == found;
        let by = self.principal.as_deref().is_none_or(|wanted| match wanted.strip_suffix('*') {
            Some(beginning) => met.principal.starts_with(beginning),
            None => met.principal == wanted,
        });
        by && is(&self.service, met.service) && is(&self.operation, met.operation)
    }

    fn is_for(&self, met: &Met<'_>) -> bool {
        let is_named = |wanted: &str, arn: &str| {
            let before = arn.strip_suffix(wanted);
            before.is_some_and(|before| before.is_empty() || before.ends_with(['/', ':']))
        };
        let reaches = |wanted: &str| met.resources.iter().any(|arn| is_named(wanted, arn));
        self.is_for_caller(met) && self.resource.as_deref().is_none_or(reaches)
    }
}

impl Kernel {
    /// Sets a fault; its number, or why it cannot be set.
    pub fn add_fault(&self, what: Disturbance) -> std::result::Result<u64, String> {
        let mut drawn = [0; 8];
        self.rng.fill(&mut drawn);
        let probabilities = [what.throttle, what.fail, what.reset];
        if probabilities.iter().any(|probability| *probability > ALWAYS) {
            return Err("a probability is between 0 and 1".into());
        }
        if probabilities == [0; 3] && what.latency.is_zero() {
            return Err("say what shall happen: throttle, error, reset or latency".into());
        }
        if what.latency > MAX_LATENCY {
            return Err(format!("a call can be late by {} s at most", MAX_LATENCY.as_secs()));
        }
        if !what.service.is_empty() {
            let service = model::services().by_name(&what.service);
            let service = service.ok_or_else(|| format!("there is no service {:?}", what.service))?;
            if !what.operation.is_empty() && service.operation(&what.operation).is_none() {
                return Err(format!("{} has no operation {:?}", what.service, what.operation));
            }
        }
        self.faults.add(what, u64::from_be_bytes(drawn))
    }

    /// The faults that are set.
    pub fn faults(&self) -> Vec<FaultSet> {
        self.faults.state().faults.iter().map(|(fault, _)| fault.clone()).collect()
    }

    /// Takes a fault back; whether there was one.
    pub fn remove_fault(&self, id: u64) -> bool {
        self.faults.remove(|fault| fault.id == id) > 0
    }

    /// Takes all faults back; how many there were.
    pub fn clear_faults(&self) -> usize {
        self.faults.remove(|_| true)
    }

    /// Lets an admitted call meet the faults that are set. `Err` is a connection to be closed.
    pub(crate) async fn disturb(
        self: &Arc<Self>,
        admitted: std::result::Result<(wire::Routed, Admitted), Refused>,
    ) -> std::result::Result<std::result::Result<(wire::Routed, Admitted), Refused>, Reset> {
        let Ok((routed, Admitted { call, operation, input })) = admitted else { return Ok(admitted) };
        let principal = call.caller.principal.arn(self.partition());
        let met =
            |resources| Met { service: call.service.name, operation: call.name, principal: &principal, resources };
        let mut resources = Vec::new();
        if self.faults.ask_for_resources(&met(&[])) {
            let (facts, line, given) = (call.clone(), operation.clone(), input.clone());
            resources = self
                .off_thread(move |kernel| {
                    let mut work = Work::new(false);
                    let mut ctx = Ctx::new(kernel, &facts, &mut work);
                    // What cannot be found is no resource; the run answers for it.
                    let targets = line.reaches.as_ref().and_then(|reaches| reaches(&mut ctx, given).ok());
                    targets.iter().flatten().filter_map(Target::reached).collect()
                })
                .await;
        }
        let (late, verdict) = self.faults.meet(&met(&resources));
        if !late.is_zero() {
            tokio::time::sleep(late).await;
        }
        let Some(verdict) = verdict else { return Ok(Ok((routed, Admitted { call, operation, input }))) };
        let (fault, outcome) = self.fault_of(call.service.name, verdict);
        self.usage.count(call.scope, call.service.name, call.name, outcome);
        let notes = record::Notes::default();
        let entry = record::failure(&call, &notes, Kind::READ, &fault);
        let is_proven = record::is_proven(&call, &notes);
        let kept = if is_proven { self.log.append(&entry) } else { self.log.append_stranger(&entry) };
        if verdict == Verdict::Reset {
            return Err(Reset);
        }
        let ending = if kept.is_err() { Ending::ServerError } else { Ending::of(outcome, Some(&fault)) };
        let fault = kept.err().map_or(fault, |error| self.fault(&call, error.into()));
        let (protocol, service, number) = (routed.protocol, Some(routed.service), operation.number);
        Ok(Err(Refused { protocol, service, fault, number, ending }))
    }

    fn fault_of(&self, service: &str, verdict: Verdict) -> (Fault, Outcome) {
        let service = self.registry.service(service);
        match verdict {
            Verdict::Throttle => (service.map_or_else(internal_fault, |s| (s.throttled)()), Outcome::Throttled),
            Verdict::Fail => (service.map_or_else(internal_fault, |s| (s.failing)()), Outcome::ServerError),
            Verdict::Unavailable => (unavailable_fault(), Outcome::ServerError),
            Verdict::Reset => {
                let text = "The connection was closed by a fault that was set.";
                (Fault::server("InternalFailure", text), Outcome::ServerError)
            }
        }
    }
}

impl Ctx<'_> {
    /// Lets a forwarded call meet the faults that are set. It cannot wait, nor is there a connection of its own to be
    /// closed: what would be, fails.
    pub(crate) fn disturbed(&self, targets: &[Target]) -> Result<()> {
        if self.depth == 0 || self.kernel.faults.is_quiet() {
            return Ok(());
        }
        let resources: Vec<_> = targets.iter().filter_map(Target::reached).collect();
        let principal = self.call.caller.principal.arn(self.partition());
        let (service, operation) = (self.call.service.name, self.call.name);
        let met = Met { service, operation, principal: &principal, resources: &resources };
        match self.kernel.faults.meet(&met) {
            (_, None) => Ok(()),
            (_, Some(verdict)) => Err(Error::Fault(self.kernel.fault_of(service, verdict).0)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use base::TestClock;

    fn faults() -> (Arc<TestClock>, Faults) {
        let clock = Arc::new(TestClock::default());
        (clock.clone(), Faults::new(true, clock))
    }

    fn met(resources: &[String]) -> Met<'_> {
        Met { service: "kms", operation: "Encrypt", principal: "arn:aws:iam::1:user/bob", resources }
    }

    #[test]
    fn a_seed_gives_the_same_faults_in_about_the_share_that_was_asked_for() {
        let run = |seed| {
            let (_, faults) = faults();
            faults.add(Disturbance { throttle: 300_000, seed: Some(seed), ..Disturbance::default() }, 0).unwrap();
            (0..1_000).map(|_| faults.meet(&met(&[])).1.is_some()).collect::<Vec<_>>()
        };
        assert_eq!(run(7), run(7));
        assert_ne!(run(7), run(8));
        let share = run(7).iter().filter(|throttled| **throttled).count();
        assert!((250..350).contains(&share), "{share}");
    }

    #[test]
    fn a_fault_is_for_the_calls_that_it_names() {
        let arns = ["arn:aws:kms:us-east-1:1:key/1234".to_owned()];
        let is_for = |change: &dyn Fn(&mut Disturbance)| {
            let mut what = Disturbance::default();
            change(&mut what);
            what.is_for(&met(&arns))
        };
        assert!(is_for(&|_| {}));
        assert!(is_for(&|what| what.service = "kms".into()));
        assert!(!is_for(&|what| what.service = "sts".into()));
        assert!(!is_for(&|what| what.operation = "Decrypt".into()));
        assert!(is_for(&|what| what.principal = Some("arn:aws:iam::1:user/bob".into())));
        assert!(is_for(&|what| what.principal = Some("arn:aws:iam::1:*".into())));
        assert!(!is_for(&|what| what.principal = Some("arn:aws:iam::1:user/bo".into())));
        assert!(is_for(&|what| what.resource = Some("1234".into())));
        assert!(is_for(&|what| what.resource = Some("key/1234".into())));
        assert!(is_for(&|what| what.resource = Some(arns[0].clone())));
        assert!(!is_for(&|what| what.resource = Some("234".into())));
    }

    #[test]
    fn a_fault_ends_when_its_time_is_over_and_the_road_is_quiet_again() {
        let (clock, faults) = faults();
        assert!(faults.is_quiet());
        let lasts = Some(Duration::from_secs(60));
        faults.add(Disturbance { fail: ALWAYS, lasts, ..Disturbance::default() }, 0).unwrap();
        assert!(!faults.is_quiet());
        assert_eq!(faults.meet(&met(&[])).1, Some(Verdict::Fail));
        clock.advance(Duration::from_secs(60));
        assert_eq!(faults.meet(&met(&[])).1, None);
        assert!(faults.is_quiet());
    }

    #[test]
    fn latencies_add_up_to_a_bound_and_the_first_verdict_counts() {
        let (_, faults) = faults();
        let late = Disturbance { latency: Duration::from_secs(50), ..Disturbance::default() };
        faults.add(late.clone(), 0).unwrap();
        faults.add(Disturbance { throttle: ALWAYS, ..late }, 0).unwrap();
        faults.add(Disturbance { reset: ALWAYS, ..Disturbance::default() }, 0).unwrap();
        assert_eq!(faults.meet(&met(&[])), (MAX_LATENCY, Some(Verdict::Throttle)));
        let counts: Vec<_> = faults.state().faults.iter().map(|(fault, _)| (fault.met, fault.outcomes)).collect();
        assert_eq!(counts, [(1, [0, 0, 0]), (1, [1, 0, 0]), (1, [0, 0, 0])]);
    }

    #[test]
    fn faults_are_bounded_and_only_where_they_are_allowed() {
        let (_, faults) = faults();
        let fail = Disturbance { fail: 1, ..Disturbance::default() };
        for _ in 0..MAX_FAULTS {
            faults.add(fail.clone(), 0).unwrap();
        }
        assert!(faults.add(fail.clone(), 0).is_err());
        assert_eq!((faults.remove(|fault| fault.id == 3), faults.remove(|_| true)), (1, MAX_FAULTS - 1));
        assert!(faults.is_quiet());
        assert!(Faults::new(false, Arc::new(TestClock::default())).add(fail, 0).is_err());
    }
}
