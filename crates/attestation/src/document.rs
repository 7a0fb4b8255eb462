//! What a document claims, and what is left of it when it is believed.
//!
//! Guarantees: every member of the specification is there once, of its type and within its bounds, and nothing else is
//! there; what a map holds twice is refused, since the next reader might take the other one.

use crate::envelope::Recipient;
use crate::{MAX_AGE, Refused};
use base::Timestamp;
use minicbor::Decoder;
use minicbor::data::Type;
use std::collections::BTreeMap;

/// Longest name of a module; AWS's are some 45 letters, and no limit is documented.
const MAX_MODULE_ID: usize = 256;
/// Longest certificate, public key, user data and nonce.
const MAX_BYTES: usize = 1_024;
/// Most certificates between the root, itself included, and the one that signs. AWS's chains have four.
const MAX_AUTHORITIES: usize = 8;
/// Registers have indices below this.
const REGISTERS: u8 = 32;

/// What kind of machine attests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Platform {
    /// A Nitro enclave: `pcrs`.
    Enclave,
    /// An instance with a NitroTPM: `nitrotpm_pcrs`.
    Tpm,
}

/// A document that was verified.
pub struct Attestation {
    /// What kind of machine attests.
    pub platform: Platform,
    /// Which one: the id of the instance with that of the enclave or TPM.
    pub module_id: String,
    /// The registers that the document tells, by index; 32, 48 or 64 bytes each.
    pub registers: BTreeMap<u8, Vec<u8>>,
    public_key: Option<Vec<u8>>,
}

impl Attestation {
    /// Whom to encrypt answers to.
    pub fn recipient(&self) -> Result<Recipient, Refused> {
        let key = self.public_key.as_deref().ok_or(Refused::NoKey("it has no public key"))?;
        Recipient::new(key).ok_or(Refused::NoKey("its public key is not an RSA key of 2048 bits or more in DER"))
    }
}

/// What a document claims, as yet unbelieved.
pub(crate) struct Claims<'a> {
    platform: Platform,
    module_id: &'a str,
    timestamp: u64,
    registers: BTreeMap<u8, &'a [u8]>,
    pub(crate) certificate: &'a [u8],
    /// The root first.
    pub(crate) authorities: Vec<&'a [u8]>,
    public_key: Option<&'a [u8]>,
}

#[derive(Default)]
struct Members<'a> {
    module_id: Option<&'a str>,
    digest: Option<&'a str>,
    timestamp: Option<u64>,
    registers: Option<(Platform, BTreeMap<u8, &'a [u8]>)>,
    certificate: Option<&'a [u8]>,
    authorities: Option<Vec<&'a [u8]>>,
    public_key: Option<Option<&'a [u8]>>,
    user_data: Option<Option<&'a [u8]>>,
    nonce: Option<Option<&'a [u8]>>,
}

impl<'a> Claims<'a> {
    pub(crate) fn read(payload: &'a [u8]) -> Result<Self, Refused> {
        let mut decoder = Decoder::new(payload);
        let count = decoder.map()?.ok_or(UNBOUNDED)?;
        let mut members = Members::default();
        // Each member occurs once and the unknown is refused, so a false count ends this soon.
        for _ in 0..count {
            members.take(&mut decoder)?;
        }
        if decoder.position() != payload.len() {
            return Err(Refused::Malformed("something stands after the document"));
        }
        members.complete()
    }

    /// Whether the document was made within the last minutes.
    pub(crate) fn check_freshness(&self, now: Timestamp) -> Result<(), Refused> {
        let made = i64::try_from(self.timestamp).map(Timestamp::from_millis);
        let made = made.map_err(|_| Refused::Malformed("its timestamp is out of range"))?;
        if made < now.minus(MAX_AGE) {
            return Err(Refused::Untimely("it is older than five minutes"));
        }
        if made > now.plus(MAX_AGE) {
            return Err(Refused::Untimely("its timestamp is in the future"));
        }
        Ok(())
    }

    /// What is left when everything was verified.
    pub(crate) fn believed(self) -> Attestation {
        Attestation {
            platform: self.platform,
            module_id: self.module_id.to_owned(),
            registers: self.registers.into_iter().map(|(index, value)| (index, value.to_vec())).collect(),
            public_key: self.public_key.map(<[u8]>::to_vec),
        }
    }
}

impl<'a> Members<'a> {
    /// Reads one member.
    fn take(&mut self, decoder: &mut Decoder<'a>) -> Result<(), Refused> {
        match decoder.str()? {
            "module_id" => once(&mut self.module_id, decoder.str()?),
            "digest" => once(&mut self.digest, decoder.str()?),
            "timestamp" => once(&mut self.timestamp, decoder.u64()?),
            "pcrs" => once(&mut self.registers, (Platform::Enclave, registers(decoder)?)),
            "nitrotpm_pcrs" => once(&mut self.registers, (Platform::Tpm, registers(decoder)?)),
            "certificate" => once(&mut self.certificate, some_bytes(decoder)?),
            "cabundle" => once(&mut self.authorities, authorities(decoder)?),
            "public_key" => once(&mut self.public_key, optional(decoder, some_bytes)?),
            "user_data" => once(&mut self.user_data, optional(decoder, bytes)?),
            "nonce" => once(&mut self.nonce, optional(decoder, bytes)?),
            _ => Err(Refused::Malformed("it has a member that no attestation document has")),
        }
    }

    fn complete(self) -> Result<Claims<'a>, Refused> {
        let absent = |name| move || Refused::Malformed(name);
        let (platform, registers) = self.registers.ok_or_else(absent("it has no PCRs"))?;
        let claims = Claims {
            platform,
            registers,
            module_id: self.module_id.ok_or_else(absent("it has no module_id"))?,
            timestamp: self.timestamp.ok_or_else(absent("it has no timestamp"))?,
            certificate: self.certificate.ok_or_else(absent("it has no certificate"))?,
            authorities: self.authorities.ok_or_else(absent("it has no cabundle"))?,
            public_key: self.public_key.flatten(),
        };
        match self.digest {
            Some("SHA384") => {}
            _ => return Err(Refused::Malformed("its digest is not SHA384")),
        }
        if claims.module_id.is_empty() || claims.module_id.len() > MAX_MODULE_ID {
            return Err(Refused::Malformed("its module_id is empty or too long"));
        }
        if claims.timestamp == 0 {
            return Err(Refused::Malformed("its timestamp is zero"));
        }
        Ok(claims)
    }
}

const UNBOUNDED: Refused = Refused::Malformed("it has a map or an array without a length");

fn once<T>(place: &mut Option<T>, value: T) -> Result<(), Refused> {
    match place.replace(value) {
        None => Ok(()),
        Some(_) => Err(Refused::Malformed("it has a member twice")),
    }
}

/// A map of 1 to 32 registers.
fn registers<'a>(decoder: &mut Decoder<'a>) -> Result<BTreeMap<u8, &'a [u8]>, Refused> {
    let count = decoder.map()?.ok_or(UNBOUNDED)?;
    if count == 0 || count > u64::from(REGISTERS) {
        return Err(Refused::Malformed("it has no PCRs, or more than 32"));
    }
    let mut registers = BTreeMap::new();
    for _ in 0..count {
        let index = decoder.u8()?;
        let value = decoder.bytes()?;
        if index >= REGISTERS || !matches!(value.len(), 32 | 48 | 64) {
            return Err(Refused::Malformed("a PCR has an index above 31 or is not 32, 48 or 64 bytes long"));
        }
        if registers.insert(index, value).is_some() {
            return Err(Refused::Malformed("it has a PCR twice"));
        }
    }
    Ok(registers)
}

fn authorities<'a>(decoder: &mut Decoder<'a>) -> Result<Vec<&'a [u8]>, Refused> {
    let count = decoder.array()?.ok_or(UNBOUNDED)?;
    let count = usize::try_from(count).ok().filter(|count| (1..=MAX_AUTHORITIES).contains(count));
    let count = count.ok_or(Refused::Malformed("its cabundle is empty or has more than eight certificates"))?;
    (0..count).map(|_| some_bytes(decoder)).collect()
}

/// Up to 1,024 bytes.
fn bytes<'a>(decoder: &mut Decoder<'a>) -> Result<&'a [u8], Refused> {
    let bytes = decoder.bytes()?;
    if bytes.len() > MAX_BYTES { Err(LENGTH) } else { Ok(bytes) }
}

/// 1 to 1,024 bytes.
fn some_bytes<'a>(decoder: &mut Decoder<'a>) -> Result<&'a [u8], Refused> {
    bytes(decoder).and_then(|bytes| if bytes.is_empty() { Err(LENGTH) } else { Ok(bytes) })
}

const LENGTH: Refused = Refused::Malformed("a certificate, key, nonce or user data is empty or longer than 1024 bytes");

/// What may be absent. AWS's words forbid null, but its enclaves write it.
fn optional<'a>(
    decoder: &mut Decoder<'a>,
    read: fn(&mut Decoder<'a>) -> Result<&'a [u8], Refused>,
) -> Result<Option<&'a [u8]>, Refused> {
    if decoder.datatype()? == Type::Null {
        decoder.null()?;
        return Ok(None);
    }
    read(decoder).map(Some)
}
