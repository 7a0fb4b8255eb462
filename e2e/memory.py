"""The memory of a process as somebody reads it who may: the pages that are there and can be written."""

import pathlib
import re
import struct

PAGE = 4096
PRESENT = 1 << 63


def may_be_read(pid):
    """Whether this user may: root with the right to trace, since servers keep all others out."""
    try:
        with open(f"/proc/{pid}/mem", "rb", 0) as memory:
            start = int(pathlib.Path(f"/proc/{pid}/maps").read_text().split("-", 1)[0], 16)
            memory.seek(start)
            return len(memory.read(16)) == 16
    except OSError:
        return False


def runs(pid):
    """Every run of present pages of memory that can be written: heap, stacks, data."""
    maps = pathlib.Path(f"/proc/{pid}/maps").read_text()
    with open(f"/proc/{pid}/mem", "rb", 0) as memory, open(f"/proc/{pid}/pagemap", "rb", 0) as pages:
        for start, end in re.findall(r"^([0-9a-f]+)-([0-9a-f]+) rw", maps, re.MULTILINE):
            start, end = int(start, 16), int(end, 16)
            pages.seek(start // PAGE * 8)
            entries = pages.read((end - start) // PAGE * 8)
            present = [entry & PRESENT != 0 for (entry,) in struct.iter_unpack("<Q", entries)] + [False]
            begin = None
            for index, there in enumerate(present):
                if there and begin is None:
                    begin = index
                elif not there and begin is not None:
                    memory.seek(start + begin * PAGE)
                    try:
                        yield memory.read((index - begin) * PAGE)
                    except OSError:
                        pass  # Given back meanwhile.
                    begin = None


def holds(pid, secrets):
    """The names of those secrets of which a part is there. What is freed has its first bytes overwritten, so the last half counts."""
    found = set()
    for run in runs(pid):
        found.update(name for name, secret in secrets.items() if secret[len(secret) // 2 :] in run)
    return found
