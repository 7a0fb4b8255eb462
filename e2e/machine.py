"""A machine to install things on: this one, below a layer that is thrown away.

Guarantees: nothing that is done in it is seen outside, and it is gone when the process that holds it ends. It shares this machine's
network, so what serves in it is asked from outside as ever. It takes root, and a kernel that lays one file system over another.
"""

import json
import pathlib
import subprocess
import sys

RUNNER = pathlib.Path(__file__).with_name("confined.py")

LAYERS = """
set -e
mount -t tmpfs layer "$0"
mkdir "$0/upper" "$0/work" "$0/root"
if [ "$1" = this ]; then
    mount -t overlay overlay -o "lowerdir=/,upperdir=$0/upper,workdir=$0/work" "$0/root"
else
    cp -a "$1/." "$0/root"
    mount --bind "$0/root" "$0/root"
    # A binary that is not static takes the libraries of this machine; only trials have one.
    for place in lib lib64 usr/lib; do mkdir -p "$0/root/$place"; mount --bind "/$place" "$0/root/$place"; done
fi
mkdir -p "$0/root/proc" "$0/root/dev"
mount --rbind /proc "$0/root/proc"
mount --rbind /dev "$0/root/dev"
echo ready
exec sleep infinity
"""


class Unavailable(Exception):
    """This machine cannot have another in it; says why."""


class Machine:
    """`tree` is what it has instead of this machine's files."""

    def __init__(self, folder, tree=None):
        folder.mkdir()
        script = ["sh", "-c", LAYERS, str(folder), str(tree or "this")]
        self.holder = subprocess.Popen(
            ["unshare", "--mount", "--propagation", "private", *script], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        if self.holder.stdout.readline() != "ready\n":
            raise Unavailable(self.holder.communicate()[1])
        self.root = folder / "root"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.holder.kill()
        self.holder.wait()

    def path(self, inside):
        """Where a file of it can be read from outside."""
        return pathlib.Path(f"/proc/{self.holder.pid}/root{self.root}{inside}")

    def inside(self, *command):
        return ["nsenter", f"--mount=/proc/{self.holder.pid}/ns/mnt", *map(str, command)]

    def run(self, *command, given="", check=True, user=None, env=None):
        """Runs a command as root, or as a user of its own; gives the finished process."""
        change = ["chroot", *(["--userspec", user] if user else []), self.root]
        done = subprocess.run(
            self.inside(*change, "env", "-i", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/", "LC_ALL=C.UTF-8", *(env or []), *command),
            input=given, capture_output=True, text=True, timeout=120,
        )
        assert not check or done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
        return done

    def serve(self, command, log, confinement):
        """Starts a service, confined as its keeper would do it (`confined.py` lists how)."""
        wanted = json.dumps({"root": str(self.root), "command": command, **confinement})
        runner = self.inside("unshare", "--mount", sys.executable, RUNNER, wanted)
        return subprocess.Popen(runner, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT)
