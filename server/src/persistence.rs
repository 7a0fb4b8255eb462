//! A server that starts while what keeps its seal cannot be asked tries again until it can.
//!
//! Guarantees: a start waits for an answer from elsewhere some seconds and no longer; the pauses grow to a minute and are
//! spread, so that many servers do not ask at once; it ends when the server is open, when its operator seals it, and where
//! asking again could do harm.

use crate::node::Node;
use crate::operation;
use crate::seals::Locator;
use crate::unopened::Unopened;
use base::Rng as _;
use crypto::RootRecord;
use primitives::SystemRng;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinHandle;

/// How long a start waits for what keeps a seal elsewhere: far less than service managers wait for a start.
const AT_START: Duration = Duration::from_secs(10);
/// The first pause; each further one is twice as long.
const FIRST: Duration = Duration::from_secs(1);
const LONGEST: Duration = Duration::from_secs(60);

/// An attempt to open a server that is under way.
pub(crate) type Attempt = JoinHandle<Result<(), Unopened>>;

/// Opens what opens by itself. A server waits that a person can open, or that opens once what keeps its seal can be asked.
pub(crate) async fn start(node: &Arc<Node>) -> Result<Option<Attempt>, String> {
    let record = node.record().await?;
    let mut attempt = tokio::spawn(attempt(node.clone()));
    let outcome = if may_take_long(node, &record) {
        match tokio::time::timeout(AT_START, &mut attempt).await {
            Ok(outcome) => outcome,
            Err(_) => {
                tracing::warn!("sealed, and waits for what keeps its seal, which has not answered yet");
                node.wait();
                return Ok(Some(attempt));
            }
        }
    } else {
        attempt.await
    };
    let Err(unopened) = outcome.map_err(|_| "opening the store crashed".to_owned())? else { return Ok(None) };
    let needs_person = |text: &str| Locator::parse(text).map_or(true, |locator| !locator.is_automatic());
    if unopened.may_change {
        tracing::warn!("sealed, and tries again: {unopened}");
        node.wait();
    } else if unopened.refused || record.slots().iter().any(|slot| needs_person(&slot.locator)) {
        tracing::warn!("sealed, and waits for `fastness unseal`: {unopened}");
    } else {
        return Err(unopened.to_string());
    }
    Ok(None)
}

async fn attempt(node: Arc<Node>) -> Result<(), Unopened> {
    operation::unseal_itself(&node).await
}

fn may_take_long(node: &Node, record: &RootRecord) -> bool {
    let named = record.slots().iter().map(|slot| &slot.locator).chain(&node.config().seals);
    let mut locators = named.filter_map(|text| Locator::parse(text).ok());
    locators.any(|locator| matches!(locator, Locator::Kms(_) | Locator::Pkcs11(_)))
}

/// Tries to open a sealed server until it is open, or there is no point. `begun` is the attempt of its start.
pub(crate) async fn go_on(node: Arc<Node>, mut begun: Option<Attempt>) {
    let mut pause = FIRST;
    while node.waits() {
        let attempt = match begun.take() {
            Some(attempt) => attempt,
            None => {
                tokio::time::sleep(spread(pause)).await;
                if !node.waits() || !node.is_sealed() {
                    return;
                }
                tokio::spawn(self::attempt(node.clone()))
            }
        };
        match attempt.await {
            Ok(Err(unopened)) if unopened.may_change => {
                pause = pause.saturating_mul(2).min(LONGEST);
                tracing::warn!("still sealed, and tries again within {} s: {unopened}", pause.as_secs());
            }
            Ok(Err(unopened)) => {
                if node.is_sealed() {
                    tracing::error!("sealed, and waits for `fastness unseal`: {unopened}");
                }
                return;
            }
            Ok(Ok(())) | Err(_) => return,
        }
    }
}

/// Between half of the pause and all of it.
fn spread(pause: Duration) -> Duration {
    let mut chance = [0; 1];
    SystemRng.fill(&mut chance);
    let [chance] = chance;
    pause / 2 + pause.mul_f64(f64::from(chance) / 512.0)
}
