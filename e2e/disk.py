"""Small disks of a test's own, to be filled or made read-only, and what is on them."""

import hashlib
import os
import pathlib
import subprocess

import pytest

ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="mounting needs root")
DISK_MIB = 48


def digest(folder):
    """Every file of a directory by name and content, but for those that say which process has it open."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(pathlib.Path(folder).rglob("*"))
        if path.is_file() and path.suffix != ".lock" and path.name != "lock"
    }


@pytest.fixture
def disk(tmp_path):
    """A small disk of its own, to be filled or made read-only."""
    place = tmp_path / "disk"
    place.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK_MIB}m,mode=700", "tmpfs", str(place)], capture_output=True, text=True)
    if mounted.returncode != 0:
        pytest.skip(f"no disk can be mounted here: {mounted.stderr}")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


def fill(disk):
    """Takes all space; gives the file that holds it."""
    filler = disk / "filler"
    with open(filler, "wb", 0) as file:
        for size in (1 << 20, 4096, 1):
            try:
                while True:
                    file.write(b"x" * size)
            except OSError:
                pass
    return filler
