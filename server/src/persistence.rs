//! A server that starts while what keeps its seal cannot be asked tries again until it can.
//!
//! Guarantees: the pauses grow to a minute and are spread, so that many servers do not ask at once; it ends when the server
//! is open, when its operator seals it, and where asking again could do harm.

use crate::node::Node;
use crate::operation;
use base::Rng as _;
use primitives::SystemRng;
use std::sync::Arc;
use std::time::Duration;

/// The first pause; each further one is twice as long.
const FIRST: Duration = Duration::from_secs(1);
const LONGEST: Duration = Duration::from_secs(60);

/// Tries to open a sealed server until it is open, or there is no point.
pub(crate) async fn open(node: Arc<Node>) {
    let mut pause = FIRST;
    while node.waits() {
        tokio::time::sleep(spread(pause)).await;
        if !node.waits() || !node.is_sealed() {
            return;
        }
        match operation::unseal_itself(&node).await {
            Ok(()) => return,
            Err(unopened) if unopened.may_change => {
                pause = pause.saturating_mul(2).min(LONGEST);
                tracing::warn!("still sealed, and tries again within {} s: {unopened}", pause.as_secs());
            }
            Err(unopened) => {
                if node.is_sealed() {
                    tracing::error!("sealed, and waits for `fastness unseal`: {unopened}");
                }
                return;
            }
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
