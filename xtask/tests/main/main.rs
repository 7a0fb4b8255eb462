//! What the packer makes of foreign models, seen through the protocols.

#[cfg(test)]
mod answers;
#[cfg(test)]
mod cases;
#[cfg(test)]
mod cbor;
#[cfg(test)]
mod compare;
#[cfg(test)]
mod exceptions;
#[cfg(test)]
mod protocol_cases;
#[cfg(test)]
mod tables;
#[cfg(test)]
mod values;
