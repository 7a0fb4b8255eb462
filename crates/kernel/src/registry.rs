//! The registry: every operation that is implemented, with what the road must know of it.
//!
//! A service states one line per operation; the road, the status page and the coverage tests all read these lines.

use crate::charge::{Charge, Charging};
use crate::ctx::{Ctx, Lookup};
use crate::errand::Errand;
use crate::error::{Error, Result};
use crate::exchange::Asked;
use crate::jobs::JobKind;
use crate::listed::Quota;
use crate::prices::{Class, Tariff};
use crate::record::Kind;
use crate::rents::Renting;
use crate::road::internal_fault;
use crate::{Pool, Target};
use base::Region;
use model::{Fault, FromValue, IntoValue, Op, Value};
use policy::Principal;
use std::any::Any;
use std::collections::BTreeMap;
use std::sync::Arc;

type Resolver<I> = Arc<dyn Fn(&mut Lookup<'_, '_>, &I) -> Result<Vec<Target>> + Send + Sync>;
type Plan<I> = fn(&mut Lookup<'_, '_>, &I) -> Result<Option<Errand>>;
type Planner = Box<dyn Fn(&mut Ctx<'_>, Value) -> Result<Option<Errand>> + Send + Sync>;
type Run = Box<dyn Fn(&mut Ctx<'_>, Given) -> Result<Value> + Send + Sync>;

type Reaches = Box<dyn Fn(&mut Ctx<'_>, Value) -> Result<Vec<Target>> + Send + Sync>;

/// What a run begins from.
pub(crate) enum Given {
    /// The decoded input.
    Value(Value),
    /// What an earlier run handed back when it asked the outside: the operation's input.
    Back(Box<dyn Any + Send>),
}

/// An implemented operation.
pub struct Operation {
    /// As in the model.
    pub name: &'static str,
    /// Whether it may change state, and so commits.
    pub writes: bool,
    /// Whether it counts as a read although its answer is on record, as a change's is.
    pub(crate) gives: bool,
    /// Whether it is allowed to every authenticated caller without a decision.
    pub public: bool,
    /// The quota that it draws on.
    pub pool: Option<&'static Pool>,
    /// Whether what it reaches tells which quota it draws on; its pool is then for a call that reaches nothing.
    pub(crate) charged_late: bool,
    /// The price class that its calls are in.
    pub(crate) class: Option<&'static Class>,
    /// What a call reaches.
    pub(crate) reaches: Option<Reaches>,
    /// What it needs of the world outside.
    pub(crate) errand: Option<Planner>,
    /// Whether its success is a use of the resources that it was permitted; see [`crate::LastUse`].
    pub uses: bool,
    /// Whether it computes for long.
    pub(crate) slow: bool,
    /// Whether it may ask the outside through a call that it forwards.
    pub(crate) asks: bool,
    pub(crate) run: Run,
    /// Its place in [`Registry::names`].
    pub(crate) number: u16,
}

impl Operation {
    /// What a record says of the operation.
    pub(crate) fn kind(&self) -> Kind {
        Kind { read_only: !self.writes || self.gives, tells_answer: self.writes || self.gives }
    }

    /// Whether a call of it may have to wait: for its commit, for what it needs of the world outside, or for a thread.
    pub(crate) fn waits(&self) -> bool {
        self.writes || self.slow || self.asks || self.errand.is_some()
    }
}

/// An operation being described; see [`op`].
pub struct Line<I, O> {
    op: Op<I, O>,
    handler: fn(&mut Ctx<'_>, I) -> Result<O>,
    resolver: Option<Resolver<I>>,
    errand: Option<Plan<I>>,
    pool: Option<&'static Pool>,
    charging: Option<Charging<I>>,
    charged_late: bool,
    writes: bool,
    gives: bool,
    uses: bool,
    slow: bool,
    asks: bool,
}

/// Begins the registry line of an operation.
pub fn op<I: FromValue, O: IntoValue>(op: Op<I, O>, handler: fn(&mut Ctx<'_>, I) -> Result<O>) -> Line<I, O> {
    Line {
        op,
        handler,
        resolver: None,
        errand: None,
        pool: None,
        charging: None,
        charged_late: false,
        writes: false,
        gives: false,
        uses: false,
        slow: false,
        asks: false,
    }
}

impl<I: FromValue + Send + 'static, O: IntoValue + 'static> Line<I, O> {
    /// What the operation reaches. An operation without this line needs no permission, like GetCallerIdentity.
    #[must_use]
    pub fn on(
        mut self,
        resolver: impl Fn(&mut Lookup<'_, '_>, &I) -> Result<Vec<Target>> + Send + Sync + 'static,
    ) -> Self {
        self.resolver = Some(Arc::new(resolver));
        self
    }

    /// What the operation needs of the world outside before it can be decided; see [`Errand`].
    #[must_use]
    pub fn errand(mut self, plan: Plan<I>) -> Self {
        self.errand = Some(plan);
        self
    }

    /// The quota that the operation draws on.
    #[must_use]
    pub fn quota(mut self, pool: &'static Pool) -> Self {
        self.pool = Some(pool);
        self
    }

    /// What the operation reaches tells which quotas it draws on: `charging` draws, once its targets are known. A call
    /// whose targets cannot be found draws on `pool`.
    #[must_use]
    pub fn quota_of(mut self, pool: &'static Pool, charging: Charging<I>) -> Self {
        (self.pool, self.charging, self.charged_late) = (Some(pool), Some(charging), true);
        self
    }

    /// What the operation draws on beside its own quota, once its targets are known.
    #[must_use]
    pub fn quota_also(mut self, charging: Charging<I>) -> Self {
        self.charging = Some(charging);
        self
    }

    /// The operation changes state.
    #[must_use]
    pub fn writes(mut self) -> Self {
        self.writes = true;
        self
    }

    /// The operation gives something away that is not kept, such as credentials: the record tells its answer, as that of a
    /// change, and counts it as a read.
    #[must_use]
    pub fn gives(mut self) -> Self {
        self.gives = true;
        self
    }

    /// A success, of a reading operation, is a use of the resources that it was permitted, which is told as their last.
    #[must_use]
    pub fn uses(mut self) -> Self {
        self.uses = true;
        self
    }

    /// The operation computes for milliseconds (hashes a password, makes an RSA key), and so runs off the async threads.
    #[must_use]
    pub fn slow(mut self) -> Self {
        self.slow = true;
        self
    }

    /// The operation forwards calls that may have to ask the world outside; see [`Ctx::ask`]. Its input is kept for that. One
    /// that asks by itself needs no mark, since it hands its input back.
    #[must_use]
    pub fn asks(mut self) -> Self {
        self.asks = true;
        self
    }
}

impl<I: FromValue + Send + 'static, O: IntoValue + 'static> From<Line<I, O>> for Operation {
    fn from(line: Line<I, O>) -> Self {
        let Line { op, handler, resolver, errand, pool, charging, charged_late, writes, gives, uses, slow, asks } =
            line;
        let errand = errand
            .map(|plan| -> Planner { Box::new(move |ctx, input| plan(&mut Lookup::new(ctx), &I::from_value(input)?)) });
        let public = resolver.is_none();
        let reaches = resolver.clone().map(|resolver| -> Reaches {
            Box::new(move |ctx, input| resolver(&mut Lookup::new(ctx), &I::from_value(input)?))
        });
        let run = move |ctx: &mut Ctx<'_>, input: Given| {
            let input = match input {
                Given::Value(input) => I::from_value(input)?,
                Given::Back(input) => handed_back(op.name, input)?,
            };
            if let Some(resolver) = &resolver {
                let targets = resolver(&mut Lookup::new(ctx), &input);
                let given = &input;
                let charging = charging.map(|charging| {
                    move |charge: &mut Charge<'_, '_>, targets: &[Target]| charging(charge, given, targets)
                });
                let charging = charging.as_ref().map(|charging| charging as Draws<'_>);
                let late = pool.filter(|_| charged_late);
                if let Some((name, chore)) = permit(ctx, op.name, targets, charging, late)? {
                    return Err(ctx.ask_for(&name, chore, Box::new(input)));
                }
            }
            Ok(handler(ctx, input)?.into_value())
        };
        Self {
            name: op.name,
            writes,
            gives,
            uses,
            public,
            pool,
            charged_late,
            class: None,
            reaches,
            errand,
            slow,
            asks,
            run: Box::new(run),
            number: Registry::UNKNOWN,
        }
    }
}

/// What a call draws on, by its targets.
type Draws<'d> = &'d dyn Fn(&mut Charge<'_, '_>, &[Target]);

/// Charges a call for what it reaches, and has it decided; gives what has to be done before its handler runs, and what that is
/// called. Apart from what knows an operation's types, since whatever does is compiled for each of them.
#[cfg_attr(not(feature = "testing"), expect(unused_variables, reason = "only tests look at its name"))]
fn permit(
    ctx: &mut Ctx<'_>,
    operation: &'static str,
    targets: Result<Vec<Target>>,
    charging: Option<Draws<'_>>,
    late: Option<&'static Pool>,
) -> Result<Option<(String, Asked)>> {
    let targets = match targets {
        Ok(targets) => targets,
        Err(error) => {
            Charge::make(ctx, |charge| late.into_iter().for_each(|pool| charge.draw(pool)))?;
            return Err(error);
        }
    };
    if let Some(charging) = charging {
        Charge::make(ctx, |charge| charging(charge, &targets))?;
    }
    ctx.disturbed(&targets)?;
    #[cfg(feature = "testing")]
    crate::testing::vocabulary::check(operation, &targets);
    ctx.authorise(targets)?;
    let due = ctx.chore.take();
    Ok(due.map(|due| (format!("{}/{}", due.chore.name, due.chore.about), Asked::Chore(due))))
}

fn handed_back<I: 'static>(operation: &str, input: Box<dyn Any + Send>) -> Result<I> {
    match input.downcast() {
        Ok(input) => Ok(*input),
        Err(_) => Err(not_its_input(operation)),
    }
}

fn not_its_input(operation: &str) -> Error {
    Error::Internal(format!("{operation} handed back something else than its input"))
}

/// What a service tells a caller whom it does not serve, by the name of the operation; `None` lets the caller pass on.
pub type Guard = fn(&Principal, &str) -> Option<Fault>;

/// The place of the next name. There are a few thousand operations in all of AWS's models.
fn place(names: &[(&'static str, &'static str)]) -> u16 {
    u16::try_from(names.len()).unwrap_or(Registry::UNKNOWN)
}

/// What [`Registry::names`] calls what is not served.
const UNKNOWN_NAME: &str = "unknown";

/// A service: its operations and jobs.
pub struct Service {
    /// As in the model tables.
    pub name: &'static str,
    /// Keyed by name.
    pub(crate) operations: BTreeMap<&'static str, Arc<Operation>>,
    pub(crate) jobs: Vec<JobKind>,
    pub(crate) throttled: fn() -> Fault,
    pub(crate) global: bool,
    pub(crate) guard: Option<Guard>,
    title: &'static str,
    code: &'static str,
    quotas: &'static [Quota],
    pub(crate) failing: fn() -> Fault,
    tariff: Option<&'static Tariff>,
    renting: Option<Renting>,
    /// The place in [`Registry::names`] of operations that it has not.
    pub(crate) number: u16,
}

impl Service {
    /// A service without operations yet. `throttled` is its error for a caller above its quota.
    pub fn new(name: &'static str, throttled: fn() -> Fault) -> Self {
        Self {
            name,
            operations: BTreeMap::new(),
            jobs: Vec::new(),
            throttled,
            global: false,
            guard: None,
            title: name,
            code: name,
            quotas: &[],
            failing: internal_fault,
            tariff: None,
            renting: None,
            number: Registry::UNKNOWN,
        }
    }

    /// The service is one for all Regions of a partition: whatever Region a call is signed for, it happens in the
    /// partition's first (see [`base::Partition::global_region`]), in quotas, records and conditions.
    #[must_use]
    pub fn global(mut self) -> Self {
        self.global = true;
        self
    }

    /// Turns callers away before anything is looked at: sessions that may not call the service at all, whatever their
    /// policies say.
    #[must_use]
    pub fn guarded(mut self, guard: Guard) -> Self {
        self.guard = Some(guard);
        self
    }

    /// The quotas of the service, under the code and the title by which AWS's Service Quotas lists it.
    #[must_use]
    pub fn listed(mut self, code: &'static str, title: &'static str, quotas: &'static [Quota]) -> Self {
        (self.code, self.title, self.quotas) = (code, title, quotas);
        self
    }

    /// The service's error for what fails inside it.
    #[must_use]
    pub fn fails_with(mut self, failing: fn() -> Fault) -> Self {
        self.failing = failing;
        self
    }

    /// What the use of the service costs on AWS.
    #[must_use]
    pub fn priced(mut self, tariff: &'static Tariff) -> Self {
        self.tariff = Some(tariff);
        self
    }

    /// What of the service is paid for by the month.
    #[must_use]
    pub fn rented(mut self, renting: Renting) -> Self {
        self.renting = Some(renting);
        self
    }

    /// Adds an operation.
    #[must_use]
    pub fn with(mut self, operation: impl Into<Operation>) -> Self {
        let operation = operation.into();
        self.operations.insert(operation.name, Arc::new(operation));
        self
    }

    /// Adds a kind of job that the service runs.
    #[must_use]
    pub fn job(mut self, kind: JobKind) -> Self {
        self.jobs.push(kind);
        self
    }

    /// Its code in Service Quotas.
    pub fn code(&self) -> &'static str {
        self.code
    }

    /// Its title in Service Quotas.
    pub fn title(&self) -> &'static str {
        self.title
    }

    /// Its quotas.
    pub fn quotas(&self) -> &'static [Quota] {
        self.quotas
    }

    /// What its use costs.
    pub fn tariff(&self) -> Option<&'static Tariff> {
        self.tariff
    }

    pub(crate) fn renting(&self) -> Option<Renting> {
        self.renting
    }

    /// Whether it is one for all Regions.
    pub fn is_global(&self) -> bool {
        self.global
    }

    /// The implemented operations by name.
    pub fn operations(&self) -> impl Iterator<Item = &Operation> {
        self.operations.values().map(AsRef::as_ref)
    }
}

/// All services of the process.
pub struct Registry {
    services: Vec<Service>,
    names: Vec<(&'static str, &'static str)>,
}

impl Registry {
    /// The place in [`Registry::names`] of a request that names no service which is served.
    pub const UNKNOWN: u16 = 0;

    /// The registry of these services.
    pub fn new(mut services: Vec<Service>) -> Self {
        let mut names = vec![(UNKNOWN_NAME, UNKNOWN_NAME)];
        for service in &mut services {
            service.number = place(&names);
            names.push((service.name, UNKNOWN_NAME));
            let class = service.tariff.and_then(|tariff| tariff.classes.first().copied());
            let operations = service.operations.values_mut().filter_map(Arc::get_mut);
            for operation in operations {
                operation.class = class;
                operation.number = place(&names);
                names.push((service.name, operation.name));
            }
        }
        Self { services, names }
    }

    /// Service and operation of everything that is served, each in the place that [`crate::Told::number`] names, and
    /// `unknown` for what is not.
    pub fn names(&self) -> &[(&'static str, &'static str)] {
        &self.names
    }

    /// The place in [`Registry::names`] of an operation of AWS's.
    pub(crate) fn number(&self, service: &str, operation: &str) -> u16 {
        let Some(service) = self.service(service) else { return Self::UNKNOWN };
        service.operations.get(operation).map_or(service.number, |operation| operation.number)
    }

    /// The services.
    pub fn services(&self) -> &[Service] {
        &self.services
    }

    /// A service by its model name.
    pub fn service(&self, name: &str) -> Option<&Service> {
        self.services.iter().find(|service| service.name == name)
    }

    /// Where a call of a service happens that is signed for `region`.
    pub(crate) fn region_of(&self, service: &str, region: Region) -> Region {
        if self.service(service).is_some_and(|service| service.global) {
            region.partition().global_region().unwrap_or(region)
        } else {
            region
        }
    }

    pub(crate) fn find(&self, service: &str, operation: &str) -> Option<(&Service, &Arc<Operation>)> {
        let service = self.service(service)?;
        Some((service, service.operations.get(operation)?))
    }

    pub(crate) fn job(&self, kind: &str) -> Option<(&Service, &JobKind)> {
        self.services.iter().find_map(|service| Some((service, service.jobs.iter().find(|job| job.name == kind)?)))
    }
}
