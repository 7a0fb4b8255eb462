//! What keys of custom key stores encrypt and decrypt: the own layer here, the other one outside.
//!
//! Guarantees: what is sent outside is ciphertext of the key's own material; a data key that is given out is the one that was
//! sealed, in whatever run it was drawn. A key that was found fit to be used (see `keys::check`) is asked for only then.

use super::error::{self, Cause};
use super::outside::{self, Step, Wanted};
use super::{Connection, KeyStoreRecord, StoreKind};
use crate::error::{incorrect_key, internal, invalid_ciphertext, unsupported};
use crate::records::StoreLink;
use crate::view::KeyView;
use base::Secret;
use crypto::{Blob, EncryptionContext, Material, MaterialId, OuterBlob};
use kernel::{Ctx, Error, Result};

/// A data key in clear and encrypted.
pub(crate) type DataKey = (Secret<Vec<u8>>, Vec<u8>);

const ENCRYPT: &str = "encrypt";
const DECRYPT: &str = "decrypt";
const RANDOM: &str = "random";

/// Encrypts a message with a key of the store of `link`.
pub(crate) fn seal(
    ctx: &mut Ctx<'_>,
    key: &KeyView,
    link: &StoreLink,
    operation: &str,
    plaintext: &[u8],
    context: &EncryptionContext,
) -> Result<Step<Vec<u8>>> {
    let current = key.current()?;
    let bound = OuterBlob::bound(&current.id, context);
    let Some(exchange) = ctx.exchanged(ENCRYPT) else {
        let inner = current.material.encrypt(&current.id, ctx.rng(), plaintext, context);
        let inner = inner.map_err(|error| Error::Internal(error.to_string()))?;
        let wanted = Wanted::Encryption { key: &link.key, arn: &key.arn, plaintext: &inner, bound: &bound };
        return ask(ctx, key, link, operation, ENCRYPT, &wanted);
    };
    let inner = outside::asked_plaintext(exchange)?;
    // An alias may have moved while the store was asked: what it made of another key's blob is no ciphertext of this key.
    if !Blob::parse(inner.expose()).is_ok_and(|inner| inner.material_id() == current.id) {
        return Err(internal().into());
    }
    let length = inner.expose().len();
    let sealed = outside::encrypted(exchange, length, &bound)?.map_err(Cause::on_use)?;
    Ok(Step::Done(OuterBlob::write(&current.id, &sealed)))
}

/// Draws a data key and encrypts it; both.
pub(crate) fn data_key(
    ctx: &mut Ctx<'_>,
    key: &KeyView,
    link: &StoreLink,
    operation: &str,
    draw: impl FnOnce(&Ctx<'_>) -> Secret<Vec<u8>>,
    context: &EncryptionContext,
) -> Result<Step<DataKey>> {
    let plaintext = match ctx.exchanged(ENCRYPT) {
        // An earlier run drew it.
        Some(exchange) => {
            let inner = outside::asked_plaintext(exchange)?;
            let material = &key.current()?.material;
            let opened = Blob::parse(inner.expose()).and_then(|blob| material.decrypt(&blob, context));
            opened.map_err(|_| Error::Internal("a data key that was asked for does not open".into()))?
        }
        None => draw(ctx),
    };
    Ok(match seal(ctx, key, link, operation, plaintext.expose(), context)? {
        Step::Done(blob) => Step::Done((plaintext, blob)),
        Step::Ask(name, question) => Step::Ask(name, question),
    })
}

/// What is in a blob, and the material that the inner one was encrypted with.
pub(crate) fn open(
    ctx: &mut Ctx<'_>,
    key: &KeyView,
    link: &StoreLink,
    operation: &str,
    bytes: &[u8],
    context: &EncryptionContext,
) -> Result<Step<(Secret<Vec<u8>>, MaterialId)>> {
    let outer = OuterBlob::parse(bytes).map_err(|_| invalid_ciphertext())?;
    let id = outer.material_id();
    let material: Material = key.material(&id, ctx.crypto())?.ok_or_else(incorrect_key)?;
    let bound = OuterBlob::bound(&id, context);
    let Some(exchange) = ctx.exchanged(DECRYPT) else {
        let wanted = Wanted::Decryption { key: &link.key, arn: &key.arn, sealed: outer.sealed(), bound: &bound };
        return ask(ctx, key, link, operation, DECRYPT, &wanted);
    };
    let inner = outside::decrypted(exchange, outer.sealed())?.map_err(Cause::on_use)?;
    let opened = Blob::parse(inner.expose()).and_then(|blob| material.decrypt(&blob, context));
    let plaintext = opened.map_err(|_| match &exchange.question {
        kernel::Question::Web(_) => Cause::Inner.on_use(),
        kernel::Question::Token(_) => invalid_ciphertext(),
    })?;
    Ok(Step::Done((plaintext, id)))
}

/// Random bytes of the token of a store.
pub(crate) fn random(ctx: &mut Ctx<'_>, store: &str, length: usize) -> Result<Step<Secret<Vec<u8>>>> {
    let scope = ctx.scope();
    let record = KeyStoreRecord::find(ctx, scope, store)?;
    if matches!(record.kind, StoreKind::Proxy(_)) {
        return Err(unsupported("External key stores do not generate random byte strings.").into());
    }
    if record.connection != Connection::Connected {
        return Err(error::wrong_state("The custom key store is not connected.").into());
    }
    let Some(exchange) = ctx.exchanged(RANDOM) else {
        let question = record.kind.question(ctx, "GenerateRandom", &Wanted::Random { length });
        return Ok(Step::Ask(RANDOM, question.ok_or_else(invalid_ciphertext)?));
    };
    let drawn = outside::drawn(exchange, length)?.map_err(Cause::on_key)?;
    Ok(Step::Done(drawn))
}

fn ask<T>(
    ctx: &mut Ctx<'_>,
    key: &KeyView,
    link: &StoreLink,
    operation: &str,
    name: &'static str,
    wanted: &Wanted<'_>,
) -> Result<Step<T>> {
    let record = KeyStoreRecord::find(ctx, key.scope, &link.id)?;
    let question = record.kind.question(ctx, operation, wanted).ok_or_else(invalid_ciphertext)?;
    Ok(Step::Ask(name, question))
}
