//! Telling the service manager how the server is, where it asks to be told.
//!
//! Guarantees: without a service manager nothing is done; a manager that cannot be told is logged and lived with, since it
//! ends a server that it waits for in vain by itself. Source: sd_notify(3).

use std::ffi::OsStr;
use std::io;
use std::os::linux::net::SocketAddrExt as _;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::net::{SocketAddr, UnixDatagram};

/// What a service manager is told.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum State {
    /// Calls are answered from now on.
    Ready,
    /// What is under way is finished, and nothing new begins.
    Stopping,
}

/// Tells the service manager that started this process, if one did and listens.
pub(crate) fn tell(state: State) {
    let Some(address) = std::env::var_os("NOTIFY_SOCKET") else { return };
    if let Err(error) = send(&address, state) {
        tracing::warn!(%error, ?state, "the service manager could not be told");
    }
}

fn send(address: &OsStr, state: State) -> io::Result<()> {
    let address = match address.as_bytes().split_first() {
        // A name that is no path.
        Some((b'@', name)) => SocketAddr::from_abstract_name(name)?,
        _ => SocketAddr::from_pathname(address)?,
    };
    let socket = UnixDatagram::unbound()?;
    // A manager that does not read must not hold up a server that works.
    socket.set_nonblocking(true)?;
    let message: &[u8] = match state {
        State::Ready => b"READY=1\n",
        State::Stopping => b"STOPPING=1\n",
    };
    socket.send_to_addr(message, &address).map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn received(socket: &UnixDatagram) -> String {
        let mut buffer = [0; 64];
        let length = socket.recv(&mut buffer).unwrap();
        String::from_utf8(buffer[..length].to_vec()).unwrap()
    }

    #[test]
    fn a_manager_is_told_at_a_path_and_at_a_name() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("notify");
        let socket = UnixDatagram::bind(&path).unwrap();
        send(path.as_os_str(), State::Ready).unwrap();
        assert_eq!(received(&socket), "READY=1\n");

        let name = format!("fastness-notify-{}", std::process::id());
        let socket = UnixDatagram::bind_addr(&SocketAddr::from_abstract_name(&name).unwrap()).unwrap();
        send(OsStr::new(&format!("@{name}")), State::Stopping).unwrap();
        assert_eq!(received(&socket), "STOPPING=1\n");
    }

    #[test]
    fn a_manager_that_is_gone_is_an_error_and_not_waited_for() {
        let folder = tempfile::tempdir().unwrap();
        assert!(send(folder.path().join("nobody").as_os_str(), State::Ready).is_err());
    }
}
