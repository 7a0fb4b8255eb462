"""A systemd unit, read: what its keeper would start, and how it would confine it.

Guarantees: a directive that confines is either carried out (`confined.py`) or named in `LEFT`; one that is in neither is an error, so
that a test never believes in more than it has.
"""

import errno
import functools
import pathlib
import re
import socket
import subprocess

NUMBERS = pathlib.Path("/usr/include/x86_64-linux-gnu/asm/unistd_64.h")
ERRORS = {"EPERM": errno.EPERM}
FAMILIES = {name: getattr(socket, name).value for name in ("AF_UNIX", "AF_INET", "AF_INET6", "AF_NETLINK")}
LIMITS = {"LimitMEMLOCK": "RLIMIT_MEMLOCK", "LimitCORE": "RLIMIT_CORE", "LimitNOFILE": "RLIMIT_NOFILE"}
CARRIED_OUT = {
    "Type", "NotifyAccess", "User", "Group", "EnvironmentFile", "ExecStart", "ExecReload", "UMask", "StateDirectory", "ProtectSystem",
    "CapabilityBoundingSet", "AmbientCapabilities", "NoNewPrivileges", "MemoryDenyWriteExecute", "RestrictAddressFamilies",
    "SystemCallFilter", "SystemCallErrorNumber", "SystemCallArchitectures", *LIMITS,
}
# What only systemd itself can do; `systemd-analyze` judges these.
LEFT = {
    "Restart", "RestartSec", "TimeoutStopSec", "KillMode", "StateDirectoryMode", "ProtectHome", "PrivateTmp", "PrivateDevices",
    "RestrictSUIDSGID", "RestrictNamespaces", "RestrictRealtime", "LockPersonality", "RemoveIPC", "ProtectClock", "ProtectControlGroups",
    "ProtectHostname", "ProtectKernelLogs", "ProtectKernelModules", "ProtectKernelTunables", "ProtectProc", "ProcSubset",
}


class Unit:
    def __init__(self, text):
        section = re.search(r"^\[Service\]\n(.*?)(?=^\[|\Z)", text, re.MULTILINE | re.DOTALL)[1]
        self.lines = [line.split("=", 1) for line in section.splitlines() if line and not line.startswith("#")]
        unknown = {name for name, _ in self.lines} - CARRIED_OUT - LEFT
        assert not unknown, f"say in unit.py what becomes of {unknown}"

    def all(self, name):
        return [value for found, value in self.lines if found == name]

    def one(self, name):
        (value,) = self.all(name)
        return value

    def confinement(self):
        """In the words of `confined.py`, without user and environment."""
        assert self.one("ProtectSystem") == "strict" and self.one("NoNewPrivileges") == "yes" and self.one("MemoryDenyWriteExecute") == "yes"
        assert self.one("CapabilityBoundingSet") == self.one("AmbientCapabilities") == "" and self.one("SystemCallArchitectures") == "native"
        return {
            "writable": [f"/var/lib/{self.one('StateDirectory')}"],
            "umask": int(self.one("UMask"), 8),
            "limits": {LIMITS[name]: limit(self.one(name)) for name in LIMITS},
            "calls": sorted(self.calls()),
            "denied": ERRORS[self.one("SystemCallErrorNumber")],
            "families": [FAMILIES[name] for name in self.one("RestrictAddressFamilies").split()],
            "no_executable_memory": True,
        }

    def calls(self):
        """The numbers of the system calls that its filters leave, of those that this machine knows."""
        allowed = set()
        for words in self.all("SystemCallFilter"):
            named = {call for word in words.lstrip("~").split() for call in group(word)}
            allowed = allowed - named if words.startswith("~") else allowed | named
        return {numbers()[call] for call in allowed if call in numbers()}


def limit(text):
    return -1 if text == "infinity" else int(text)


@functools.cache
def numbers():
    return {name: int(number) for name, number in re.findall(r"#define __NR_(\w+) (\d+)", NUMBERS.read_text())}


@functools.cache
def group(word):
    """The system calls of a name: its own, or those of a group and of the groups in it."""
    if not word.startswith("@"):
        return frozenset([word])
    said = subprocess.run(["systemd-analyze", "syscall-filter", "--no-pager", word], check=True, capture_output=True, text=True).stdout
    members = [line.strip() for line in said.splitlines()[1:] if line.strip() and not line.strip().startswith("#")]
    return frozenset(call for member in members for call in group(member))
