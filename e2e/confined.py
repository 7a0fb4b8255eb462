"""Runs a command confined as systemd would do it by a unit, or an engine by an image; runs alone, as `confined.py JSON`.

What it knows: `root` (a directory), `writable` (all else is read-only), `user`, `group` (numbers), `environment`, `umask`, `limits`
(by their names in `resource`), `calls` (the only system calls, by number; `denied`, the error that others give), `families` (the only
kinds of sockets), `no_executable_memory`. Groups, capabilities and new privileges are always taken away.
Sources: systemd.exec(5); seccomp(2); linux/filter.h, linux/seccomp.h.
"""

import ctypes
import json
import os
import resource
import struct
import subprocess
import sys

PR_CAPBSET_DROP, PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, SECCOMP_MODE_FILTER = 24, 38, 22, 2
LOAD, EQUAL, ANY_BIT, RETURN = 0x20, 0x15, 0x45, 0x06
ALLOW, ERROR, KILL = 0x7FFF0000, 0x00050000, 0x80000000
X86_64 = 0xC000003E
NUMBER, ARCHITECTURE, ARGUMENTS = 0, 4, 16
# x86-64's numbers, and what they are asked for.
MMAP, MPROTECT, SOCKET, PKEY_MPROTECT = 9, 10, 41, 329
WRITABLE_AND_EXECUTABLE, EXECUTABLE = 0x6, 0x4


def statement(code, value, true=0, false=0):
    return struct.pack("=HBBI", code, true, false, value)


def argument(index):
    return statement(LOAD, ARGUMENTS + 8 * index)


def program(wanted):
    """The filter, as the kernel reads it: what is forbidden by its arguments, then the list of what is allowed."""
    deny = statement(RETURN, ERROR | wanted["denied"])
    yield statement(LOAD, ARCHITECTURE)
    yield statement(EQUAL, X86_64, true=1)
    yield statement(RETURN, KILL)
    yield statement(LOAD, NUMBER)

    def rule(call, *body):
        """Statements for one call; it is looked at further down unless they return."""
        yield statement(EQUAL, call, false=len(body) + 1)
        yield from body
        yield statement(LOAD, NUMBER)

    if wanted.get("no_executable_memory"):
        for call in (MPROTECT, PKEY_MPROTECT):
            yield from rule(call, argument(2), statement(ANY_BIT, EXECUTABLE, false=1), deny)
        # Both bits at once.
        yield from rule(MMAP, argument(2), statement(ANY_BIT, 0x2, false=2), statement(ANY_BIT, EXECUTABLE, false=1), deny)
    if families := wanted.get("families"):
        known = [statement(EQUAL, family, true=len(families) - at) for at, family in enumerate(families)]
        yield from rule(SOCKET, argument(0), *known, deny)
    for call in wanted["calls"]:
        yield statement(EQUAL, call, false=1)
        yield statement(RETURN, ALLOW)
    yield deny


def prctl(*words):
    if ctypes.CDLL(None, use_errno=True).prctl(*words) != 0:
        raise OSError(ctypes.get_errno(), f"prctl{words}")


def filter_calls(wanted):
    code = b"".join(program(wanted))
    buffer = ctypes.create_string_buffer(code)
    header = struct.pack("@HP", len(code) // 8, ctypes.addressof(buffer))
    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.create_string_buffer(header))


def mount(*words):
    subprocess.run(["mount", *words], check=True)


def main(wanted):
    root = wanted["root"]
    for place in wanted["writable"]:
        mount("--bind", root + place, root + place)
    mount("--options", "remount,bind,ro", root)
    os.chroot(root)
    os.chdir("/")
    for name, limit in wanted.get("limits", {}).items():
        # Whoever runs this may not be allowed to raise a limit.
        _, hard = resource.getrlimit(getattr(resource, name))
        bounds = [bound for bound in (limit, hard) if bound != resource.RLIM_INFINITY]
        resource.setrlimit(getattr(resource, name), [min(bounds, default=resource.RLIM_INFINITY)] * 2)
    os.umask(wanted.get("umask", 0o022))
    with open("/proc/sys/kernel/cap_last_cap") as last:
        for capability in range(int(last.read()) + 1):
            prctl(PR_CAPBSET_DROP, capability, 0, 0, 0)
    os.setgroups([])
    os.setresgid(*[wanted["group"]] * 3)
    os.setresuid(*[wanted["user"]] * 3)
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    if "calls" in wanted:
        filter_calls(wanted)
    os.execve(wanted["command"][0], wanted["command"], wanted["environment"])


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
