//! The listener over real sockets, with a handler that only tells what reached it; nodes; and the binary itself.

#[cfg(test)]
mod binary;
#[cfg(test)]
mod busy;
#[cfg(test)]
mod control;
#[cfg(test)]
mod framing;
#[cfg(test)]
mod front;
#[cfg(test)]
mod harness;
#[cfg(test)]
mod http2;
#[cfg(test)]
mod leaving;
#[cfg(test)]
mod limits;
#[cfg(test)]
mod node;
#[cfg(test)]
mod proxies;
#[cfg(test)]
mod proxy_header;
#[cfg(test)]
mod tls;
