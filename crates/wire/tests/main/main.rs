//! Requests and answers as bytes: what goes in comes out, and what must be refused is.

extern crate fastness_wire as wire;

#[cfg(test)]
mod answers;
#[cfg(test)]
mod blobs;
#[cfg(test)]
mod bounds;
#[cfg(test)]
mod cbor;
#[cfg(test)]
mod compressed;
#[cfg(test)]
mod hostile;
#[cfg(test)]
mod memory;
#[cfg(test)]
mod rest_forms;
#[cfg(test)]
mod rest_round_trips;
#[cfg(test)]
mod rest_routing;
#[cfg(test)]
mod round_trips;
#[cfg(test)]
mod routing;
#[cfg(test)]
mod smoke;
#[cfg(test)]
mod specimen;
#[cfg(test)]
mod support;
