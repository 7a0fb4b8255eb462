//! The listener over real sockets, with a handler that only tells what reached it.

#[cfg(test)]
mod control;
#[cfg(test)]
mod framing;
#[cfg(test)]
mod harness;
#[cfg(test)]
mod limits;
#[cfg(test)]
mod tls;
