//! The streams for tokio do what the others do.

use crate::support::{OneKey, context, decryptor, encryptor, no_context, sample};
use envelope::asynchronous::DecryptReader;
use envelope::{
    AlgorithmSuite, DecryptionMaterials, Decryptor, DefaultMaterialsManager, EncryptedDataKey, EncryptionMaterials,
    Error, Keyring,
};
use std::thread::{self, ThreadId};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, duplex};

const SUITES: [AlgorithmSuite; 2] =
    [AlgorithmSuite::Aes256GcmHkdfSha512CommitKeyEcdsaP384, AlgorithmSuite::Aes256GcmHkdfSha512CommitKey];

#[tokio::test]
async fn messages_pass_through_pipes_that_hold_little() {
    for suite in SUITES {
        for (length, frame_length) in [(0, 16), (100, 16), (100_000, 4096), (300_000, 100_000)] {
            let plaintext = sample(length);
            let encryptor = encryptor(suite, frame_length);
            // One end encrypts into a pipe, the other decrypts out of it into another one.
            let ((sealed, unsealed), (opened, mut read)) = (duplex(100), duplex(70));
            let context = context();
            let write = async {
                let mut sealed = sealed;
                let summary = encryptor.encrypt_async(plaintext.as_slice(), &mut sealed, &context).await.unwrap();
                sealed.shutdown().await.unwrap();
                summary
            };
            let pass = async {
                let mut opened = opened;
                decryptor().decrypt_async(unsealed, &mut opened, &no_context()).await.unwrap()
            };
            let mut out = Vec::new();
            let (sent, got, result) = tokio::join!(write, pass, read.read_to_end(&mut out));
            result.unwrap();
            assert_eq!(out, plaintext);
            assert_eq!(sent, got);
            assert_eq!(sent.plaintext_length, length as u64);
        }
    }
}

#[tokio::test]
async fn writers_complete_what_is_shut_down_or_finished() {
    for suite in SUITES {
        let plaintext = sample(1000);
        let encryptor = encryptor(suite, 64);
        let mut message = Vec::new();
        let mut writer = encryptor.encrypt_async_writer(&mut message, &context()).await.unwrap();
        writer.write_all(&plaintext).await.unwrap();
        writer.shutdown().await.unwrap();
        assert!(writer.write(b"more").await.is_err(), "what comes after the end is not lost unseen");
        drop(writer);
        assert_eq!(decryptor().decrypt(&message, &no_context()).unwrap().plaintext, plaintext);

        let mut writer = decryptor().decrypt_async_writer(Vec::new(), &no_context());
        writer.write_all(&message).await.unwrap();
        let (out, summary) = writer.finish().await.unwrap();
        assert_eq!(out, plaintext);
        assert_eq!(summary.message_length, message.len() as u64);

        let mut writer = encryptor.encrypt_async_writer(Vec::new(), &context()).await.unwrap();
        writer.write_all(&plaintext).await.unwrap();
        let (message, summary) = writer.finish().await.unwrap();
        assert_eq!(summary.message_length, message.len() as u64);
        let mut writer = decryptor().decrypt_async_writer(Vec::new(), &no_context());
        writer.write_all(&message).await.unwrap();
        writer.shutdown().await.unwrap();
    }
}

#[tokio::test]
async fn a_bad_message_fails_for_good() {
    let message = encryptor(SUITES[0], 16).encrypt(&sample(100), &context()).unwrap().message;
    for length in [0, 10, message.len() / 2, message.len() - 1] {
        let mut reader = decryptor().decrypt_async_reader(&message[..length], &no_context());
        let error = Error::from(reader.read_to_end(&mut Vec::new()).await.unwrap_err());
        assert!(matches!(error, Error::Truncated { at } if at == length as u64), "{error}");
        assert!(reader.read(&mut [0]).await.is_err());
        assert!(reader.finish().is_err());

        let mut writer = decryptor().decrypt_async_writer(Vec::new(), &no_context());
        writer.write_all(&message[..length]).await.unwrap();
        assert!(writer.shutdown().await.is_err());
    }
    let mut changed = message.clone();
    *changed.last_mut().unwrap() ^= 1;
    let mut writer = decryptor().decrypt_async_writer(Vec::new(), &no_context());
    writer.write_all(&changed).await.unwrap();
    assert!(writer.flush().await.is_err());
    assert!(writer.write(&[0]).await.is_err());
    assert!(writer.finish().await.is_err());
}

/// Refuses to work on the thread that the tasks run on.
struct Elsewhere(ThreadId);

impl Keyring for Elsewhere {
    fn on_encrypt(&self, _: &mut EncryptionMaterials) -> Result<(), Error> {
        Err(Error::Configuration("only decrypts".into()))
    }

    fn on_decrypt(&self, materials: &mut DecryptionMaterials, keys: &[EncryptedDataKey]) -> Result<(), Error> {
        assert_ne!(thread::current().id(), self.0, "keyrings may block");
        OneKey.on_decrypt(materials, keys)
    }
}

#[tokio::test]
async fn keyrings_are_asked_where_they_may_block() {
    let message = encryptor(SUITES[1], 16).encrypt(&sample(100), &context()).unwrap().message;
    let decryptor = Decryptor::new(DefaultMaterialsManager::new(Elsewhere(thread::current().id())));
    let mut reader: DecryptReader<_> = decryptor.decrypt_async_reader(message.as_slice(), &no_context());
    let (header, whole) = reader.header().await.unwrap();
    assert_eq!((header.suite, whole), (SUITES[1], &context()));
    let mut out = Vec::new();
    reader.read_to_end(&mut out).await.unwrap();
    assert_eq!(out, sample(100));
}
