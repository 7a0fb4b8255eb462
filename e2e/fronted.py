"""Servers with listeners beside the first one, reloads, and a proxy that announces clients by the PROXY protocol."""

import contextlib
import os
import signal
import socket
import struct
import threading
import time

WAIT_SECONDS = 15
SIGNATURE = b"\r\n\r\n\0\r\nQUIT\n"


def beside(server, *listeners, toml=""):
    """Has a server (not started) listen on each of `listeners` too, `KEY=VALUE…` with an address first."""
    path = server.home / "fastness.toml"
    path.write_text(toml)
    command = server.command

    def longer():
        words = command()
        place = words.index("--listen")
        words[place : place + 2] = ["--listener", f"address={words[place + 1]}"]
        return [*words, *(word for listener in listeners for word in ("--listener", listener)), "--config", str(path)]

    server.command = longer
    return server


def until(condition, what):
    deadline = time.monotonic() + WAIT_SECONDS
    while not condition():
        assert time.monotonic() < deadline, f"not within {WAIT_SECONDS} s: {what}"
        time.sleep(0.02)


def hang_up(server):
    """SIGHUP, and the end of the reload that it asks for."""
    count = lambda: server.log().count("settings are reloaded") + server.log().count("nothing is reloaded")
    before = count()
    os.kill(server.process.pid, signal.SIGHUP)
    until(lambda: count() > before, f"a reload\n{server.log()[-2000:]}")


def announce(client, port=40000, version=2):
    """A PROXY header for a client of this address (the specification's §2.2)."""
    family = socket.AF_INET6 if ":" in client else socket.AF_INET
    address = socket.inet_pton(family, client)
    body = address + address + struct.pack(">HH", port, 443)
    return SIGNATURE + bytes([version << 4 | 1, 0x21 if family == socket.AF_INET6 else 0x11]) + struct.pack(">H", len(body)) + body


@contextlib.contextmanager
def relay(port, header):
    """A proxy that passes TLS through: its own port. Each connection to the server begins with `header`."""
    listening = socket.create_server(("127.0.0.1", 0))

    def copy(source, target):
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                target.sendall(data)
        with contextlib.suppress(OSError):
            target.shutdown(socket.SHUT_WR)

    def accept():
        with contextlib.suppress(OSError):
            while True:
                client, _ = listening.accept()
                server = socket.create_connection(("127.0.0.1", port), 10)
                server.sendall(header)
                for pair in ((client, server), (server, client)):
                    threading.Thread(target=copy, args=pair, daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield listening.getsockname()[1]
    finally:
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()
