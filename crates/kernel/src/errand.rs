//! Errands: what a call needs of the world outside before it can be decided, fetched on the road and not in a handler.
//!
//! An operation that cannot do without (AssumeRoleWithWebIdentity and an identity provider's keys) names an [`Errand`]
//! from what its input says and the store knows. The road runs it once, between admission and the first run, and the
//! resolver and the handler find what was brought in their context, the same however often they run again. How to reach
//! the outside is an [`Outside`] that the server implements.
//!
//! Guarantees: handlers do no I/O (I3); what was brought is kept for a limited time in limited memory; one errand of a
//! name is under way at a time, and none again soon after the last, whatever callers send; an errand takes limited time,
//! and makes none of another name wait. That it failed is kept for that pause only.

use crate::call::Call;
use crate::control::Kernel;
use crate::ctx::{Ctx, Work};
use crate::exchange::{Answering, Question};
use crate::registry::Operation;
use base::{Clock, Timestamp};
use bytes::Bytes;
use model::Value;
use quick_cache::Weighter;
use quick_cache::sync::Cache;
use std::collections::HashMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, PoisonError, Weak};
use std::time::Duration;
use tokio::sync::Mutex;

/// For how long what was brought is used without looking again.
const KEEP: Duration = Duration::from_secs(3_600);

/// The least time between two errands of one name.
const PAUSE: Duration = Duration::from_secs(10);

/// The longest that an errand may take. Source: AWS re:Post, "InvalidIdentityToken" (5 seconds to reach a provider).
const LONGEST: Duration = Duration::from_secs(5);

/// Names of errands that are remembered before those are forgotten that nobody is on.
const TURNS: usize = 1_024;

/// Bytes of documents that are kept, with what belongs to them.
const KEPT_BYTES: u64 = 16 << 20;

/// What an entry weighs beside its document.
const ENTRY_BYTES: u64 = 512;

/// About how many documents that is.
const KEPT: usize = 1_024;

/// Finds the address of the wanted document in the first, for an errand of this name.
pub(crate) type Then = fn(&[u8], &str) -> Option<String>;

/// Judges a document that was brought before.
pub(crate) type Suits = Box<dyn Fn(&[u8]) -> bool + Send + Sync>;

/// Documents to fetch: one that says where the other is, and that.
pub struct Errand {
    /// What it is about, such as an issuer. Errands of one name bring the same.
    pub name: String,
    /// Where the first document is.
    pub url: String,
    /// Where the wanted document is; `None` spoils the errand.
    pub then: Then,
    /// SHA-1 of certificates that the servers may have beside those that everybody trusts.
    pub thumbprints: Vec<[u8; 20]>,
    /// Whether a document that was brought before will do.
    pub suits: Suits,
}

/// Why an errand brought nothing. The words are for the operator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fruitless {
    /// Nobody answered, or only that they cannot now.
    Unreachable(String),
    /// The server's certificate is not one to trust.
    Untrusted(String),
    /// What was answered is of no use, or the address is none to go to.
    Useless(String),
}

/// What an errand brought.
pub type Brought = Result<Bytes, Fruitless>;

/// What is about to be brought.
pub type Bringing<'a> = Pin<Box<dyn Future<Output = Brought> + Send + 'a>>;

/// The way outside.
pub trait Outside: Send + Sync {
    /// Fetches a document whose size is limited, from a server with a trusted certificate or one of `thumbprints`.
    fn fetch<'a>(&'a self, url: &'a str, thumbprints: &'a [[u8; 20]]) -> Bringing<'a>;

    /// Has a question of one call answered; nothing of it is kept.
    fn exchange<'a>(&'a self, question: &'a Question) -> Answering<'a>;
}

/// The errands of a process.
pub(crate) struct Errands {
    outside: Arc<dyn Outside>,
    /// Wall time.
    clock: Arc<dyn Clock>,
    kept: Cache<String, Arc<Kept>, Weight>,
    /// By name: who goes, and who waits for that.
    turns: std::sync::Mutex<HashMap<String, Weak<Mutex<()>>>>,
}

struct Kept {
    /// When it was brought.
    brought: Timestamp,
    /// When it was last tried to bring it.
    tried: Timestamp,
    what: Brought,
}

#[derive(Clone)]
struct Weight;

impl Weighter<String, Arc<Kept>> for Weight {
    fn weight(&self, name: &String, kept: &Arc<Kept>) -> u64 {
        let document = kept.what.as_ref().map_or(0, Bytes::len);
        ENTRY_BYTES + name.len() as u64 + document as u64
    }
}

impl Errands {
    pub(crate) fn new(outside: Arc<dyn Outside>, clock: Arc<dyn Clock>) -> Self {
        let kept = Cache::with_weighter(KEPT, KEPT_BYTES, Weight);
        Self { outside, clock, kept, turns: std::sync::Mutex::default() }
    }

    /// What the errand brings, from before or now.
    pub(crate) async fn run(&self, errand: &Errand) -> Brought {
        if let Some(known) = self.known(errand) {
            return known;
        }
        let turn = self.turn(&errand.name);
        let _turn = turn.lock().await;
        if let Some(known) = self.known(errand) {
            return known;
        }
        let late = || Err(Fruitless::Unreachable(format!("no answer within {} s", LONGEST.as_secs())));
        let what = tokio::time::timeout(LONGEST, self.bring(errand)).await.unwrap_or_else(|_| late());
        if let Err(why) = &what {
            tracing::warn!(errand = errand.name, ?why, "nothing was brought from outside");
        }
        self.keep(errand, what.clone());
        what
    }

    /// The turn of all errands of a name.
    fn turn(&self, name: &str) -> Arc<Mutex<()>> {
        let mut turns = self.turns.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(turn) = turns.get(name).and_then(Weak::upgrade) {
            return turn;
        }
        if turns.len() >= TURNS {
            turns.retain(|_, turn| turn.strong_count() > 0);
        }
        let turn = Arc::new(Mutex::new(()));
        turns.insert(name.to_owned(), Arc::downgrade(&turn));
        turn
    }

    /// What is kept, if it will do, or if it is too early to go again.
    fn known(&self, errand: &Errand) -> Option<Brought> {
        let kept = self.kept.get(&errand.name)?;
        let now = self.clock.now();
        let is_young = kept.what.is_err() || now.since(kept.brought) < KEEP;
        let suits = kept.what.as_ref().is_ok_and(|document| (errand.suits)(document));
        (is_young && (suits || now.since(kept.tried) < PAUSE)).then(|| kept.what.clone())
    }

    async fn bring(&self, errand: &Errand) -> Brought {
        let first = self.outside.fetch(&errand.url, &errand.thumbprints).await?;
        let useless = || Fruitless::Useless(format!("{} does not say where to go on", errand.url));
        let next = (errand.then)(&first, &errand.name).ok_or_else(useless)?;
        self.outside.fetch(&next, &errand.thumbprints).await
    }

    /// A failure does not displace a document that is still good for those whom it suits.
    fn keep(&self, errand: &Errand, what: Brought) {
        let now = self.clock.now();
        let before = self.kept.get(&errand.name).filter(|kept| kept.what.is_ok() && now.since(kept.brought) < KEEP);
        let kept = match (what, before) {
            (Err(_), Some(before)) => Kept { brought: before.brought, tried: now, what: before.what.clone() },
            (what, _) => Kept { brought: now, tried: now, what },
        };
        self.kept.insert(errand.name.clone(), Arc::new(kept));
    }
}

impl Kernel {
    /// Runs the errand of a call, if it has one, and adds to its facts what that brought. An errand that cannot be named is
    /// none: the run meets the same obstacle, and answers for it on record.
    pub(crate) async fn run_errand(
        self: &Arc<Self>,
        mut call: Call,
        operation: &Arc<Operation>,
        input: &Value,
    ) -> Call {
        if operation.errand.is_none() {
            return call;
        }
        let (facts, line, given) = (call.clone(), operation.clone(), input.clone());
        let errand = self.off_thread(move |kernel| {
            let mut work = Work::new(false);
            let mut ctx = Ctx::new(kernel, &facts, &mut work);
            line.errand.as_ref().and_then(|errand| errand(&mut ctx, given).ok().flatten())
        });
        if let Some(errand) = errand.await {
            call.brought = Some(self.errands.run(&errand).await);
        }
        call
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use base::TestClock;
    use std::sync::atomic::{AtomicUsize, Ordering};

    /// A world of documents that counts visits.
    #[derive(Default)]
    struct World {
        documents: std::sync::Mutex<HashMap<String, &'static str>>,
        visits: AtomicUsize,
    }

    impl World {
        fn says(&self, url: &str, document: &'static str) {
            self.documents.lock().unwrap().insert(url.to_owned(), document);
        }

        fn visits(&self) -> usize {
            self.visits.swap(0, Ordering::SeqCst)
        }
    }

    impl Outside for World {
        fn fetch<'a>(&'a self, url: &'a str, _: &'a [[u8; 20]]) -> Bringing<'a> {
            self.visits.fetch_add(1, Ordering::SeqCst);
            if url.starts_with("slow") {
                return Box::pin(std::future::pending());
            }
            let found = self.documents.lock().unwrap().get(url).map(|document| Bytes::from_static(document.as_bytes()));
            Box::pin(async move {
                tokio::task::yield_now().await;
                found.ok_or_else(|| Fruitless::Unreachable(url.to_owned()))
            })
        }

        fn exchange<'a>(&'a self, _: &'a Question) -> Answering<'a> {
            Box::pin(std::future::pending())
        }
    }

    fn house() -> (Arc<World>, Arc<TestClock>, Errands) {
        let (world, clock) = (Arc::new(World::default()), Arc::new(TestClock::default()));
        let errands = Errands::new(world.clone(), clock.clone());
        world.says("first", "where it is");
        (world, clock, errands)
    }

    fn wanting(word: &'static str) -> Errand {
        Errand {
            name: "issuer".to_owned(),
            url: "first".to_owned(),
            then: |first, _| (first == b"where it is").then(|| "second".to_owned()),
            thumbprints: Vec::new(),
            suits: Box::new(move |document| document == word.as_bytes()),
        }
    }

    fn run<T>(future: impl Future<Output = T>) -> T {
        tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(future)
    }

    #[test]
    fn a_document_is_fetched_once_for_all_whom_it_suits() {
        let (world, clock, errands) = house();
        world.says("second", "keys");
        let (one, other) = (wanting("keys"), wanting("keys"));
        let both = run(async { tokio::join!(errands.run(&one), errands.run(&other)) });
        assert_eq!(both, (Ok("keys".into()), Ok("keys".into())));
        assert_eq!(world.visits(), 2, "one errand is two visits");
        clock.advance(KEEP - Duration::from_secs(1));
        assert_eq!(run(errands.run(&wanting("keys"))), Ok("keys".into()));
        assert_eq!(world.visits(), 0);
        clock.advance(Duration::from_secs(1));
        assert_eq!(run(errands.run(&wanting("keys"))), Ok("keys".into()));
        assert_eq!(world.visits(), 2, "it had grown old");
    }

    #[test]
    fn who_is_not_suited_has_it_fetched_again_but_not_at_any_rate() {
        let (world, clock, errands) = house();
        world.says("second", "keys");
        assert!(run(errands.run(&wanting("keys"))).is_ok());
        world.visits();
        world.says("second", "new keys");
        assert_eq!(run(errands.run(&wanting("new keys"))), Ok("keys".into()), "too early to go again");
        assert_eq!(world.visits(), 0);
        clock.advance(PAUSE);
        assert_eq!(run(errands.run(&wanting("new keys"))), Ok("new keys".into()));
        assert_eq!(world.visits(), 2);
    }

    #[test]
    fn a_failure_is_not_repeated_at_once_and_spoils_no_document() {
        let (world, clock, errands) = house();
        let unreachable = Err(Fruitless::Unreachable("second".to_owned()));
        assert_eq!(run(errands.run(&wanting("keys"))), unreachable);
        assert_eq!(run(errands.run(&wanting("keys"))), unreachable);
        assert_eq!(world.visits(), 2);
        clock.advance(PAUSE);
        world.says("second", "keys");
        assert!(run(errands.run(&wanting("keys"))).is_ok());

        world.says("first", "nothing");
        clock.advance(PAUSE);
        let useless = run(errands.run(&wanting("other keys")));
        assert!(matches!(useless, Err(Fruitless::Useless(_))), "{useless:?}");
        world.visits();
        assert_eq!(run(errands.run(&wanting("keys"))), Ok("keys".into()), "others are not the worse for it");
        assert_eq!(run(errands.run(&wanting("other keys"))), Ok("keys".into()));
        assert_eq!(world.visits(), 0);
    }

    #[test]
    fn what_is_kept_is_bounded_in_bytes() {
        let (_, _, errands) = house();
        for n in 0..100 {
            let errand = Errand { name: n.to_string(), ..wanting("") };
            errands.keep(&errand, Ok(Bytes::from(vec![0; 1 << 20])));
        }
        assert!(errands.kept.weight() <= KEPT_BYTES, "{}", errands.kept.weight());
    }

    #[test]
    fn a_provider_that_does_not_answer_makes_those_wait_who_want_it_and_nobody_else() {
        let (world, _, errands) = house();
        world.says("second", "keys");
        let slow: Vec<Errand> = (0..2 * TURNS)
            .map(|n| Errand { name: n.to_string(), url: format!("slow {n}"), ..wanting("keys") })
            .collect();
        run(async {
            let mut waiting: Vec<_> = slow.iter().map(|errand| Box::pin(errands.run(errand))).collect();
            for one in &mut waiting {
                assert!(poll_once(one.as_mut()).await.is_none());
            }
            let wanted = wanting("keys");
            let mut own = Box::pin(errands.run(&wanted));
            for _ in 0..8 {
                if let Some(brought) = poll_once(own.as_mut()).await {
                    assert_eq!(brought, Ok("keys".into()));
                    return;
                }
            }
            panic!("it waits for others");
        });
        assert!(errands.turn("new").try_lock().is_ok());
        assert!(errands.turns.lock().unwrap().len() <= 2, "turns are kept that nobody is on");
    }

    /// What a future comes to when it is polled once.
    async fn poll_once<T>(mut future: Pin<&mut impl Future<Output = T>>) -> Option<T> {
        // The runtime lets a task do only so much at a time.
        tokio::task::yield_now().await;
        std::future::poll_fn(|context| {
            std::task::Poll::Ready(match future.as_mut().poll(context) {
                std::task::Poll::Ready(value) => Some(value),
                std::task::Poll::Pending => None,
            })
        })
        .await
    }
}
