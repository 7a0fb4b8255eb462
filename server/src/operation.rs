//! What an operator does to a server as a whole: sealing, unsealing, asking how it is.
//!
//! Guarantees: shares that were given wait in memory, wiped once they are used or forgotten; a wrong passphrase or share
//! leaves the server sealed and says which was wrong; what opens without a person is tried where nobody gives anything,
//! and not again with what somebody gives, since a token locks itself after a few wrong PINs.

use crate::authority;
use crate::control::{Command, ControlError, Words};
use crate::custody;
use crate::node::Node;
use crate::seals::{Locator, person};
use crate::unopened::Unopened;
use base::{Clock, Secret, SystemClock};
use crypto::{BadShares, RootRecord, RootSeal, SharedSeal};
use serde_json::{Value, json};
use std::path::PathBuf;
use std::sync::Arc;

/// Carries out a command that concerns the node as a whole, if this is one and the node is a server's.
pub(crate) async fn run(node: &Node, command: &Command) -> Option<Result<Value, ControlError>> {
    if node.config().dev {
        return None;
    }
    match command {
        Command::Status {} => Some(status(node).await),
        Command::Seal {} => Some(seal(node).await),
        Command::Unseal { words, forget } => {
            let told = unseal(node, words.clone(), *forget).await;
            if !node.is_sealed() && told.is_ok() {
                custody::note(node, "UnsealServer").await;
            }
            Some(told)
        }
        Command::SealsList {} => Some(custody::list(node).await),
        Command::SealsAdd { seal, new, words } => Some(custody::add(node, seal, new.clone(), words.clone()).await),
        Command::SealsRemove { place, words } => Some(custody::remove(node, *place, words.clone()).await),
        Command::Recover { account, keep, words } => {
            Some(custody::recover(node, account.clone(), *keep, words.clone()).await)
        }
        _ => None,
    }
}

/// Opens a server by what needs no person: the seals that its store names, and those of the configuration.
pub(crate) async fn unseal_itself(node: &Node) -> Result<(), Unopened> {
    let (seals, problems) = automatic(node).await.map_err(Unopened::for_good)?;
    if seals.is_empty() {
        let why = if problems.is_empty() { String::new() } else { format!(": {}", problems.join("; ")) };
        return Err(Unopened::for_good(format!("no seal opens without a person{why}")));
    }
    open(node, seals).await.map_err(|unopened| unopened.beside(&problems))
}

async fn status(node: &Node) -> Result<Value, ControlError> {
    let sealed = node.is_sealed();
    let record = node.record().await;
    // A store that cannot be read is the trouble, whatever else is well.
    let out_of_reach = record.as_ref().err().cloned();
    let seals = record.as_ref().map(|record| {
        let told = record.slots().iter().zip(1..);
        told.map(|(slot, place)| custody::shown(slot, place)).collect::<Vec<_>>()
    });
    let given = node.shares(|shares| shares.len());
    let trouble = match out_of_reach {
        Some(why) => Some(why),
        None => crate::control::Control::trouble(node).await,
    };
    Ok(json!({
        "running": true,
        "version": env!("CARGO_PKG_VERSION"),
        "sealed": sealed,
        "trouble": trouble,
        "store": if node.config().store.is_some() { "postgres" } else { "embedded" },
        "seals": seals.unwrap_or_default(),
        "shares_given": given,
        "tries_again": node.waits(),
        "why_sealed": node.unopened().filter(|_| sealed),
        "region": node.home().as_str(),
        "endpoint": node.endpoint(),
        "ca_certificate": own_authority(node),
    }))
}

/// The certificate of the own authority, where that is what clients are to trust.
fn own_authority(node: &Node) -> Option<PathBuf> {
    let dir = node.certificates().and(node.config().data.as_deref())?;
    std::path::absolute(authority::path(dir)).ok()
}

async fn seal(node: &Node) -> Result<Value, ControlError> {
    custody::note(node, "SealServer").await;
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
    if words.is_empty() {
        return unseal_without_words(node).await;
    }
    let (phrases, shares) = person::sorted(words);
    let mut seals = person::passphrases(&phrases).map_err(ControlError::Refused)?;
    let (mut missing, mut are_used) = (None, false);
    if !shares.is_empty() {
        let record = node.record().await.map_err(ControlError::Refused)?;
        match node.shares(|kept| combine(kept, shares, &record)).map_err(ControlError::Refused)? {
            Combined::Seal(seal) => {
                seals.push(seal);
                are_used = true;
            }
            Combined::Missing(count) => missing = Some(count),
        }
    }
    let opened = if seals.is_empty() { None } else { Some(open(node, seals).await) };
    // Right or wrong, enough of them are used up: holders would otherwise have to guess which is in there.
    if are_used || matches!(opened, Some(Ok(()))) {
        node.shares(Vec::clear);
    }
    match (opened, missing) {
        (Some(Ok(())), _) => Ok(json!({ "sealed": false })),
        (Some(Err(unopened)), _) => Err(ControlError::Refused(unopened.to_string())),
        (None, Some(missing)) => {
            let given = node.shares(|shares| shares.len());
            Ok(json!({ "sealed": true, "shares_given": given, "shares_missing": missing }))
        }
        (None, None) => Err(ControlError::Refused("give a passphrase or shares".into())),
    }
}

async fn unseal_without_words(node: &Node) -> Result<Value, ControlError> {
    let record = node.record().await.map_err(ControlError::Refused)?;
    let (seals, problems) = automatic(node).await.map_err(ControlError::Refused)?;
    let why = if seals.is_empty() {
        String::new()
    } else {
        match open(node, seals).await {
            Ok(()) => return Ok(json!({ "sealed": false })),
            Err(unopened) => unopened.to_string(),
        }
    };
    Err(not_by_itself(&record, &problems, &why))
}

/// What is told where nothing opened without a person: whether one could help, and why nothing did.
pub(crate) fn not_by_itself(record: &RootRecord, problems: &[String], why: &str) -> ControlError {
    let reasons: Vec<&str> = problems.iter().map(String::as_str).chain([why]).filter(|why| !why.is_empty()).collect();
    let reasons = reasons.join("; ");
    let needs_person = |text: &str| Locator::parse(text).map_or(true, |locator| !locator.is_automatic());
    if record.slots().iter().any(|slot| needs_person(&slot.locator)) {
        let why = if reasons.is_empty() { reasons } else { format!(" ({reasons})") };
        return ControlError::Unproven(format!("give a passphrase or shares on standard input{why}"));
    }
    ControlError::Refused(if reasons.is_empty() { "no seal opens without a person".into() } else { reasons })
}

enum Combined {
    Missing(u8),
    Seal(Box<SharedSeal>),
}

/// Adds shares to those given before; a bad one is refused and none of its call is kept.
fn combine(kept: &mut Vec<Secret<String>>, more: Vec<Secret<String>>, record: &RootRecord) -> Result<Combined, String> {
    let before = kept.len();
    kept.extend(more);
    match SharedSeal::check(kept, record).and_then(|()| SharedSeal::combine(kept)) {
        Ok(seal) => Ok(Combined::Seal(Box::new(seal))),
        Err(BadShares::Missing(count)) => Ok(Combined::Missing(count)),
        Err(bad) => {
            kept.truncate(before);
            let rest =
                if before == 0 { "" } else { "; those given before still count, unless `fastness unseal --reset`" };
            Err(format!("{bad}{rest}"))
        }
    }
}

/// What opens without a person, and why the rest of it cannot be had.
pub(crate) async fn automatic(node: &Node) -> Result<(Vec<Box<dyn RootSeal>>, Vec<String>), String> {
    let record = node.record().await?;
    let configured = &node.config().seals;
    let slots = record.slots().iter().map(|slot| &slot.locator);
    let named: Vec<&String> =
        if node.is_pinned() { configured.iter().collect() } else { slots.chain(configured).collect() };
    let is_elsewhere = node.config().store.is_some();
    let (mut locators, mut problems): (Vec<Locator>, Vec<String>) = (Vec::new(), Vec::new());
    for text in named.into_iter().filter(|text| !text.is_empty()) {
        // One of a newer version is none that could be tried.
        if let Ok(locator) = node.locator(text)
            && locator.is_automatic()
            && !locators.contains(&locator)
        {
            let module = node.config().pkcs11_module.as_deref();
            match locator.other_module(module).filter(|_| is_elsewhere && !configured.contains(text)) {
                Some(other) => problems.push(format!(
                    "{locator}: the store alone names the module {}: set pkcs11_module, or name this seal in the \
                     configuration",
                    other.display()
                )),
                None => locators.push(locator),
            }
        }
    }
    let found = tokio::task::spawn_blocking(move || locators.iter().map(Locator::find).collect::<Vec<_>>());
    let mut seals = Vec::new();
    for seal in found.await.map_err(|_| "a seal crashed".to_owned())? {
        match seal {
            Ok(seal) => seals.push(seal),
            Err(problem) => problems.push(problem),
        }
    }
    Ok((seals, problems))
}

/// Opens the node, and gives its listeners certificates of the authority that was opened with it.
async fn open(node: &Node, seals: Vec<Box<dyn RootSeal>>) -> Result<(), Unopened> {
    node.unseal(seals).await?;
    if let (Some(certificates), Some(kernel), Some(dir)) =
        (node.certificates(), node.kernel().await, node.config().data.clone())
    {
        let theirs = Arc::clone(certificates);
        let renewed = tokio::task::spawn_blocking(move || {
            let authority = authority::open(&kernel, &dir)?;
            theirs.unseal(authority, SystemClock.now()).map_err(|error| error.to_string())
        });
        if let Err(error) = renewed.await.unwrap_or_else(|_| Err("it crashed".into())) {
            tracing::error!(error, "no certificate could be issued; the last one is shown");
        }
        // Whoever sealed it meanwhile took the authority away before it came.
        if node.is_sealed() {
            certificates.seal();
        }
    }
    tracing::info!("unsealed: calls are served");
    Ok(())
}
