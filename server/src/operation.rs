//! What an operator does to a server as a whole: sealing, unsealing, asking how it is.
//!
//! Guarantees: shares that were given wait in memory, wiped once they are used or forgotten; a wrong passphrase or share
//! leaves the server sealed and says which was wrong; what opens without a person is tried first.

use crate::authority;
use crate::control::{Command, ControlError, Words};
use crate::node::Node;
use crate::seals::Locator;
use base::{Clock, Secret, SystemClock};
use crypto::{BadShares, PassphraseSeal, RootSeal, SharedSeal};
use serde_json::{Value, json};
use std::sync::Arc;

/// Carries out a command that concerns the node as a whole, if this is one and the node is a server's.
pub(crate) async fn run(node: &Node, command: &Command) -> Option<Result<Value, ControlError>> {
    if node.config().dev {
        return None;
    }
    match command {
        Command::Status {} => Some(status(node).await),
        Command::Seal {} => Some(seal(node).await),
        Command::Unseal { words, forget } => Some(unseal(node, words.clone(), *forget).await),
        _ => None,
    }
}

/// Opens a server by what needs no person: the seals that its store names, and those of the configuration.
pub(crate) async fn unseal_itself(node: &Node) -> Result<(), String> {
    let (seals, problems) = automatic(node).await?;
    if seals.is_empty() {
        let why = if problems.is_empty() { String::new() } else { format!(": {}", problems.join("; ")) };
        return Err(format!("no seal opens without a person{why}"));
    }
    open(node, seals).await
}

async fn status(node: &Node) -> Result<Value, ControlError> {
    let sealed = node.is_sealed();
    let record = node.record().await;
    let seals = record.as_ref().map(|record| {
        let told = record.slots().iter().zip(1..);
        told.map(|(slot, place)| json!({ "place": place, "seal": slot.locator, "name": slot.name })).collect::<Vec<_>>()
    });
    let given = node.shares(|shares| shares.len());
    let trouble = crate::control::Control::trouble(node).await;
    Ok(json!({
        "running": true,
        "version": env!("CARGO_PKG_VERSION"),
        "sealed": sealed,
        "trouble": trouble,
        "store": if node.config().store.is_some() { "postgres" } else { "embedded" },
        "seals": seals.unwrap_or_default(),
        "shares_given": given,
    }))
}

async fn seal(node: &Node) -> Result<Value, ControlError> {
    node.seal().await.map_err(ControlError::Refused)?;
    if let Some(certificates) = node.certificates() {
        certificates.seal();
    }
    tracing::warn!("sealed by the operator: calls are refused until it is unsealed");
    Ok(json!({ "sealed": true }))
}

async fn unseal(node: &Node, words: Vec<Words>, forget: bool) -> Result<Value, ControlError> {
    if !node.is_sealed() {
        return Err(ControlError::Refused("the server is not sealed".into()));
    }
    if forget {
        node.shares(Vec::clear);
    }
    let (shares, phrases): (Vec<_>, Vec<_>) =
        words.into_iter().map(Words::take).partition(|words| SharedSeal::is_share(words.expose()));
    let (mut seals, problems) = automatic(node).await.map_err(ControlError::Refused)?;
    for phrase in phrases {
        let length = PassphraseSeal::MIN_BYTES;
        let seal = PassphraseSeal::new(Secret::new(phrase.expose().clone().into_bytes()));
        let seal = seal.ok_or_else(|| ControlError::Refused(format!("a passphrase has at least {length} bytes")))?;
        seals.push(Box::new(seal));
    }
    let mut missing = None;
    match node.shares(|kept| combine(kept, shares)).map_err(|bad| ControlError::Refused(bad.to_string()))? {
        Combined::None => {}
        Combined::Seal(seal) => seals.push(seal),
        Combined::Missing(count) => missing = Some(count),
    }
    if seals.is_empty() {
        let given = node.shares(|shares| shares.len());
        if let Some(missing) = missing {
            return Ok(json!({ "sealed": true, "shares_given": given, "shares_missing": missing }));
        }
        let why = if problems.is_empty() { String::new() } else { format!(" ({})", problems.join("; ")) };
        return Err(ControlError::Refused(format!("give a passphrase or shares on standard input{why}")));
    }
    let opened = open(node, seals).await;
    // Right or wrong, they are used up: holders would otherwise have to guess which is in there.
    if opened.is_ok() || missing.is_none() {
        node.shares(Vec::clear);
    }
    match (opened, missing) {
        (Ok(()), _) => Ok(json!({ "sealed": false })),
        (Err(_), Some(missing)) => {
            let given = node.shares(|shares| shares.len());
            Ok(json!({ "sealed": true, "shares_given": given, "shares_missing": missing }))
        }
        (Err(why), None) => Err(ControlError::Refused(why)),
    }
}

enum Combined {
    None,
    Missing(u8),
    Seal(Box<SharedSeal>),
}

/// Adds shares to those given before; a bad one is refused and none of its call is kept.
fn combine(kept: &mut Vec<Secret<String>>, more: Vec<Secret<String>>) -> Result<Combined, BadShares> {
    if more.is_empty() {
        return Ok(Combined::None);
    }
    let before = kept.len();
    kept.extend(more);
    match SharedSeal::combine(kept) {
        Ok(seal) => Ok(Combined::Seal(Box::new(seal))),
        Err(BadShares::Missing(count)) => Ok(Combined::Missing(count)),
        Err(bad) => {
            kept.truncate(before);
            Err(bad)
        }
    }
}

/// What opens without a person, and why the rest of it cannot be had.
async fn automatic(node: &Node) -> Result<(Vec<Box<dyn RootSeal>>, Vec<String>), String> {
    let record = node.record().await?;
    let named = record.slots().iter().map(|slot| &slot.locator).chain(&node.config().seals);
    let mut locators: Vec<Locator> = Vec::new();
    for text in named.filter(|text| !text.is_empty()) {
        // One of a newer version is none that could be tried.
        if let Ok(locator) = Locator::parse(text)
            && locator.is_automatic()
            && !locators.contains(&locator)
        {
            locators.push(locator);
        }
    }
    let found = tokio::task::spawn_blocking(move || locators.iter().map(Locator::find).collect::<Vec<_>>());
    let (mut seals, mut problems) = (Vec::new(), Vec::new());
    for seal in found.await.map_err(|_| "a seal crashed".to_owned())? {
        match seal {
            Ok(seal) => seals.push(seal),
            Err(problem) => problems.push(problem),
        }
    }
    Ok((seals, problems))
}

/// Opens the node, and gives its listeners certificates of the authority that was opened with it.
async fn open(node: &Node, seals: Vec<Box<dyn RootSeal>>) -> Result<(), String> {
    node.unseal(seals).await?;
    if let (Some(certificates), Some(kernel), Some(dir)) =
        (node.certificates(), node.kernel().await, node.config().data.clone())
    {
        let certificates = Arc::clone(certificates);
        let renewed = tokio::task::spawn_blocking(move || {
            let authority = authority::open(&kernel, &dir)?;
            certificates.unseal(authority, SystemClock.now()).map_err(|error| error.to_string())
        });
        if let Err(error) = renewed.await.unwrap_or_else(|_| Err("it crashed".into())) {
            tracing::error!(error, "no certificate could be issued; the last one is shown");
        }
    }
    tracing::info!("unsealed: calls are served");
    Ok(())
}
