//! Which REST operation of a service a method and a path name.
//!
//! Guarantees: the most specific template wins, segment by segment: a literal before a label before a greedy label; of
//! operations under one template, the one whose parameters and headers say most about the request. Where signatures are
//! over the normalised path, no other path goes anywhere. Templates are compiled into a tree at the first request for their service.

use crate::rest::escape::Pairs;
use crate::rest::s3;
use crate::rest::template::{Segment, Template};
use http::{HeaderMap, Method};
use model::{Kind, Location, Operation, Service, Signing, Structure};
use std::sync::{PoisonError, RwLock};

/// The templates of one service.
pub(crate) struct Router {
    service: &'static Service,
    methods: Vec<(&'static str, Node)>,
}

/// What can follow after some segments.
#[derive(Default)]
struct Node {
    literals: Vec<(&'static str, Node)>,
    label: Option<Box<Node>>,
    /// What follows a greedy label, as literal segments, and who is there.
    greedy: Vec<(Vec<&'static str>, Vec<Candidate>)>,
    candidates: Vec<Candidate>,
}

/// An operation under a template.
pub(crate) struct Candidate {
    /// The operation.
    pub(crate) operation: &'static Operation,
    /// The parameters of the template.
    pub(crate) fixed: Vec<(&'static str, Option<&'static str>)>,
    /// Required members in the query string and in headers tell operations of one template apart.
    query: Vec<&'static str>,
    headers: Vec<&'static str>,
    /// How many segments of the template are literal.
    pub(crate) literals: usize,
}

/// What a request says beside its path.
pub(crate) struct Said<'a> {
    /// The parameters of its query string.
    pub(crate) pairs: &'a Pairs<'a>,
    /// Its headers.
    pub(crate) headers: &'a HeaderMap,
}

impl Router {
    /// The router of a service, compiled once. It lives as long as the service, which is for ever.
    pub(crate) fn of(service: &'static Service) -> &'static Self {
        // One for each service that the binary has, so it does not grow.
        static ROUTERS: RwLock<Vec<&'static Router>> = RwLock::new(Vec::new());
        let is_its = |router: &&&'static Self| std::ptr::eq(router.service, service);
        if let Some(router) = ROUTERS.read().unwrap_or_else(PoisonError::into_inner).iter().find(is_its) {
            return router;
        }
        let mut routers = ROUTERS.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(router) = routers.iter().find(is_its) {
            return router;
        }
        let router = Box::leak(Box::new(Self::compile(service)));
        routers.push(router);
        router
    }

    fn compile(service: &'static Service) -> Self {
        let mut methods: Vec<(&'static str, Node)> = Vec::new();
        for operation in service.operations().iter().filter(|operation| !s3::is_superseded(service, operation)) {
            let method = operation.http.method;
            let at = methods.iter().position(|(name, _)| *name == method).unwrap_or_else(|| {
                methods.push((method, Node::default()));
                methods.len() - 1
            });
            if let Some((_, root)) = methods.get_mut(at) {
                root.insert(service, operation);
            }
        }
        methods.iter_mut().for_each(|(_, root)| root.sort());
        Self { service, methods }
    }

    /// The operation that a request names.
    pub(crate) fn find(&'static self, method: &Method, path: &str, said: &Said<'_>) -> Option<&'static Candidate> {
        let (_, root) = self.methods.iter().find(|(name, _)| *name == method.as_str())?;
        let path = path.strip_prefix('/')?;
        if self.service.signing == Signing::V4 && !is_normal(path) {
            return None;
        }
        let trimmed = || path.strip_suffix('/').unwrap_or_default();
        // A slash at the end may be part of a greedy label, and otherwise says nothing.
        let found = root.find(Some(path).filter(|path| !path.is_empty()), said);
        found.or_else(|| path.ends_with('/').then(|| root.find(Some(trimmed()), said)).flatten())
    }

    /// Whether a path names an operation with another method.
    pub(crate) fn knows(&self, path: &str) -> bool {
        let path = path.strip_prefix('/').map(|path| path.strip_suffix('/').unwrap_or(path)).unwrap_or_default();
        self.methods.iter().any(|(_, root)| root.reaches(Some(path).filter(|path| !path.is_empty())))
    }
}

impl Node {
    fn insert(&mut self, service: &Service, operation: &'static Operation) {
        let template = Template::parse(operation.http.uri);
        let mut node = self;
        let mut segments = template.segments.iter();
        let mut greedy = None;
        for segment in segments.by_ref() {
            match segment {
                Segment::Literal(text) => {
                    let at = node.literals.iter().position(|(name, _)| name == text).unwrap_or_else(|| {
                        node.literals.push((text, Node::default()));
                        node.literals.len() - 1
                    });
                    let Some((_, next)) = node.literals.get_mut(at) else { return };
                    node = next;
                }
                Segment::Label(_) => node = node.label.get_or_insert_default(),
                Segment::Greedy(_) => {
                    let rest = template.segments.iter().skip_while(|segment| !matches!(segment, Segment::Greedy(_)));
                    greedy = Some(rest.skip(1).filter_map(literal).collect::<Vec<_>>());
                    break;
                }
            }
        }
        let candidate = Candidate::of(service, operation, &template);
        match greedy {
            None => node.candidates.push(candidate),
            Some(suffix) => match node.greedy.iter_mut().find(|(other, _)| *other == suffix) {
                Some((_, candidates)) => candidates.push(candidate),
                None => node.greedy.push((suffix, vec![candidate])),
            },
        }
    }

    /// Literals for searching, greedy labels with the most behind them first, operations that ask for most first.
    fn sort(&mut self) {
        let greedy = self.greedy.iter_mut().map(|(_, candidates)| candidates);
        for candidates in greedy.chain([&mut self.candidates]) {
            candidates.sort_by_key(|candidate| std::cmp::Reverse(candidate.weight()));
        }
        self.literals.sort_by_key(|(name, _)| *name);
        self.literals.iter_mut().for_each(|(_, node)| node.sort());
        self.label.iter_mut().for_each(|node| node.sort());
        self.greedy.sort_by_key(|(suffix, _)| std::cmp::Reverse(suffix.len()));
    }

    /// Looks below for the best operation; `path` is what is left after a slash, if there was one.
    fn find(&'static self, path: Option<&str>, said: &Said<'_>) -> Option<&'static Candidate> {
        let Some(path) = path else { return best(&self.candidates, said) };
        let (segment, rest) = match path.split_once('/') {
            Some((segment, rest)) => (segment, Some(rest)),
            None => (path, None),
        };
        let literal = self.literals.binary_search_by_key(&segment, |(name, _)| name).ok();
        let literal = literal.and_then(|at| self.literals.get(at));
        let label = self.label.as_ref().filter(|_| !segment.is_empty());
        literal
            .and_then(|(_, node)| node.find(rest, said))
            .or_else(|| label.and_then(|node| node.find(rest, said)))
            .or_else(|| self.greedy.iter().find_map(|(suffix, all)| best(all, said).filter(|_| ends(path, suffix))))
    }

    fn reaches(&self, path: Option<&str>) -> bool {
        let Some(path) = path else { return !self.candidates.is_empty() };
        let (segment, rest) = path.split_once('/').map_or((path, None), |(segment, rest)| (segment, Some(rest)));
        self.literals.iter().any(|(name, node)| *name == segment && node.reaches(rest))
            || self.label.as_ref().is_some_and(|node| !segment.is_empty() && node.reaches(rest))
            || self.greedy.iter().any(|(suffix, _)| ends(path, suffix))
    }
}

fn literal(segment: &Segment) -> Option<&'static str> {
    match segment {
        Segment::Literal(text) => Some(text),
        _ => None,
    }
}

/// Whether normalising the path, as all but S3 do before they sign, leaves it as it is. One that is not could go to other
/// operations, or to other names, than the one whose path was signed.
fn is_normal(path: &str) -> bool {
    let path = path.strip_suffix('/').unwrap_or(path);
    path.is_empty() || path.split('/').all(|segment| !matches!(segment, "" | "." | ".."))
}

/// Whether a path ends in these segments, with something before them for the greedy label.
fn ends(path: &str, suffix: &[&str]) -> bool {
    let mut rest = Some(path);
    for wanted in suffix.iter().rev() {
        rest = rest.and_then(|path| path.rsplit_once('/')).filter(|(_, last)| last == wanted).map(|(before, _)| before);
    }
    rest.is_some_and(|label| !label.is_empty())
}

impl Candidate {
    fn of(service: &Service, operation: &'static Operation, template: &Template) -> Self {
        let required = |location: Location| {
            let members = input(service, operation).map_or(&[][..], |structure| &structure.members).iter();
            let wanted = members.filter(|member| member.required && member.location == location);
            wanted.map(|member| member.location_name.unwrap_or(member.name)).collect::<Vec<_>>()
        };
        Self {
            operation,
            query: required(Location::Query),
            headers: required(Location::Header),
            literals: template.segments.iter().filter_map(literal).count(),
            fixed: template.fixed.clone(),
        }
    }

    /// The parameters of the template are there, each once and with its value.
    fn fits(&self, said: &Said<'_>) -> bool {
        self.fixed.iter().all(|(name, value)| {
            let mut same = said.pairs.iter().filter(|(other, _)| other == name);
            let found = same.next().is_some_and(|(_, text)| value.is_none_or(|value| value == text));
            found && same.next().is_none()
        })
    }

    /// All headers are there that the operation requires.
    pub(crate) fn has_headers(&self, said: &Said<'_>) -> bool {
        self.headers.iter().all(|name| said.headers.contains_key(*name))
    }

    /// All that the operation requires is there.
    fn is_met(&self, said: &Said<'_>) -> bool {
        self.query.iter().all(|name| said.pairs.iter().any(|(other, _)| other == name)) && self.has_headers(said)
    }

    /// How much the operation asks for.
    fn weight(&self) -> (usize, usize) {
        (self.fixed.len(), self.query.len() + self.headers.len())
    }
}

/// The members of an operation's input.
pub(crate) fn input<'a>(service: &'a Service, operation: &Operation) -> Option<&'a Structure> {
    match &service.shape(operation.input?).kind {
        Kind::Structure(structure) => Some(structure),
        _ => None,
    }
}

/// Of the operations that a request fits, the one that asks for most of what is there; if each lacks something, the one
/// that asks for least, which then says what is missing.
fn best(candidates: &'static [Candidate], said: &Said<'_>) -> Option<&'static Candidate> {
    let fitting = || candidates.iter().filter(|candidate| candidate.fits(said));
    fitting().find(|candidate| candidate.is_met(said)).or_else(|| {
        let most = fitting().next()?.fixed.len();
        fitting().take_while(|candidate| candidate.fixed.len() == most).last()
    })
}
