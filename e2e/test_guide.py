"""The documents keep their word: every `sh` block of the README and the guide is run, in order, page by page.

A block that starts with a server's command line (`fastness dev`, `fastness serve`) is not run as it stands: the test
starts that server on a free port, with the flags of the block, in place of the one that ran before. What servers and
commands print as `export NAME=value` is in the environment of the blocks that follow, as the reader is told to paste it.
A block `systemctl VERB fastness` is done to the server of the page, else to one that is started as the packaged
unit starts it. Its places, `/etc/fastness` and `/var/lib/fastness`, lie in the test's own directory.
"""

import pathlib
import re
import shlex
import signal
import subprocess

import pytest

from operated import Operated
from server import BINARY, Server, exports, free_port

ROOT = pathlib.Path(__file__).parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs/guide").glob("*.md"))]
# Where pages put the admin listener.
ADMIN = "127.0.0.1:9464"
DEV = ("cargo run --release -- dev", "fastness dev")
SERVE = "fastness serve"
UNIT = re.compile(r"systemctl (enable --now|start|stop|restart|reload) fastness\n")
UNIT_COMMAND = re.search(r"^ExecStart=(.*)$", (ROOT / "deploy/systemd/fastness.service").read_text(), re.MULTILINE)[1]
# Where the package has an operator keep things; each is a directory of the test.
PLACES = {"/etc/fastness": "etc", "/var/lib/fastness": "var"}
# A database that pages have.
DATABASE = "postgres://fastness@127.0.0.1/fastness"
# Commands that take no --endpoint.
ALONE = "aws-encryption-cli|backup|branch-key|check|completions|config|decrypt|dev|encrypt|init|inspect|man|policy|restore|serve"


class Installed(Operated):
    """The server that a page has made by `fastness init`, and that it now starts by this command line."""

    def __init__(self, home, command, environment):
        words = shlex.split(command)[2:]
        # It listens where the test says, not where the page does.
        kept = [word for before, word in zip(["", *words], words) if "--listen" not in (before, word)]
        super().__init__(home, *kept, made={})
        self.variables = environment

    def command(self):
        return [BINARY, "serve", *self.flags, "--listen", f"127.0.0.1:{self.port}"]

    def manage(self, verb):
        """What `systemctl` has the unit do."""
        if verb == "reload":
            self.process.send_signal(signal.SIGHUP)
        if verb in ("stop", "restart"):
            self.stop()
        if verb in ("enable --now", "start", "restart"):
            self.start()


def blocks(page):
    """The (language, text) of every fenced block."""
    return re.findall(r"^```([\w.]+)\n(.*?)^```$", page.read_text(), re.MULTILINE | re.DOTALL)


def flags(command, directory):
    """The flags after `dev`, with files looked for where the page's other blocks have put them."""
    words = shlex.split(command.split(" dev", 1)[1])
    return [str(directory / word) if word.endswith((".toml", ".pem", "/data")) or word == "data" else word for word in words]


def placed(text, directory):
    """The text with the places of an installed server below the directory."""
    for place, name in PLACES.items():
        text = text.replace(place, str(directory / name))
    return text


def strict(text, server):
    """The block as bash runs it: a line that begins with `!` must fail, which `set -e` alone does not insist on."""
    text = re.sub(r"^! (.*)$", r"if \1; then echo 'this should have failed' >&2; exit 1; fi", text, flags=re.MULTILINE)
    if server is None:
        return text
    return text.replace("http://127.0.0.1:4566", server.endpoint).replace("https://localhost:4566", server.tls_endpoint)


def wrapper(directory, server):
    """`fastness` as the reader types it; the default endpoint is the test's server, if there is one for developers."""
    path = directory / "fastness"
    endpoint = f"--endpoint {server.endpoint}" if server and not isinstance(server, Installed) else ""
    path.write_text(f'#!/bin/sh\ncase "$1" in {ALONE}) exec {BINARY} "$@" ;; esac\nexec {BINARY} "$@" {endpoint}\n')
    path.chmod(0o755)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_commands_of_a_page_work(page, tmp_path, request):
    server = None
    ran = 0
    # What the reader has pasted.
    pasted = {}
    admin = f"127.0.0.1:{free_port()}"
    database = request.getfixturevalue("postgresql").create("guide") if DATABASE in page.read_text() else ""
    wrapper(tmp_path, server)
    # Pages are read, and their commands run, where the repository is.
    (tmp_path / "labs").symlink_to(ROOT / "labs")
    (tmp_path / "etc/seal").mkdir(parents=True)
    try:
        for language, text in blocks(page):
            text = placed(text.replace(ADMIN, admin).replace(DATABASE, database), tmp_path)
            if language == "toml":
                # The page says `# seed.toml` on the first line of a file that it wants to have.
                (tmp_path / text.splitlines()[0].lstrip("# ")).write_text(text)
            elif language == "sh" and text.startswith((*DEV, SERVE)):
                if server is not None and server.is_running():
                    server.stop()
                if text.startswith(SERVE):
                    server = Installed(tmp_path, text, pasted).start()
                else:
                    server = Server(tmp_path / "home", *flags(text.strip(), tmp_path), seed=None).start()
                wrapper(tmp_path, server)
            elif language == "sh" and (unit := UNIT.fullmatch(text)):
                server = server or Installed(tmp_path, placed(UNIT_COMMAND, tmp_path), pasted)
                server.manage(unit[1])
                wrapper(tmp_path, server)
            elif language == "sh":
                environment = {"HOME": str(tmp_path), "LANG": "C.UTF-8", "PATH": "/usr/local/bin:/usr/bin:/bin"}
                if server is not None:
                    environment = {**server.environment(), **server.printed(), "AWS_ENDPOINT_URL": server.endpoint}
                environment |= pasted | {"PATH": f"{tmp_path}:{environment['PATH']}"}
                done = subprocess.run(["bash", "-euo", "pipefail", "-c", strict(text, server)], env=environment, cwd=tmp_path, capture_output=True, text=True, timeout=120)
                assert done.returncode == 0, f"{page.name}:\n{text}\n{done.stdout}{done.stderr}"
                pasted |= exports(done.stdout)
                ran += 1
    finally:
        if server is not None and server.is_running():
            server.stop()
    assert ran > 0, f"{page.name} has no command to run"


def test_the_errors_on_the_page_for_trouble_are_those_of_the_program():
    """`…` stands for what differs; a text in the sources may go on on the next line."""
    files = [file for place in ("crates", "server", "services") for file in (ROOT / place).rglob("*.rs")]
    sources = re.sub(r"\\\n\s*", "", "\n".join(file.read_text() for file in files))
    rows = re.findall(r"^\| `(.*?)` \|", (ROOT / "docs/guide/trouble.md").read_text(), re.MULTILINE)
    parts = [part.strip() for text in rows for part in text.split("…") if len(part) > 3]
    assert len(rows) > 40
    assert [part for part in parts if part not in sources] == []
