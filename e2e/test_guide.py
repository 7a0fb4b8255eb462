"""The documents keep their word: every `sh` block of the README and the guide is run, in order, page by page.

A block that starts with the server's command line is not run as it stands: the test starts that server on a free port,
with the flags of the block, and what `fastness dev` prints is exported as the reader is told to do.
"""

import pathlib
import re
import shlex
import subprocess

import pytest

from server import BINARY, Server, free_port

ROOT = pathlib.Path(__file__).parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs/guide").glob("*.md"))]
# Where pages put the admin listener.
ADMIN = "127.0.0.1:9464"
START = ("cargo run --release -- dev", "fastness dev")


def blocks(page):
    """The (language, text) of every fenced block."""
    return re.findall(r"^```([\w.]+)\n(.*?)^```$", page.read_text(), re.MULTILINE | re.DOTALL)


def flags(command, directory):
    """The flags after `dev`, with files looked for where the page's other blocks have put them."""
    words = shlex.split(command.split(" dev", 1)[1])
    return [str(directory / word) if word.endswith((".toml", ".pem", "/data")) or word == "data" else word for word in words]


def strict(text, server):
    """The block as bash runs it: a line that begins with `!` must fail, which `set -e` alone does not insist on."""
    text = re.sub(r"^! (.*)$", r"if \1; then echo 'this should have failed' >&2; exit 1; fi", text, flags=re.MULTILINE)
    if server is None:
        return text
    return text.replace("http://127.0.0.1:4566", server.endpoint).replace("https://localhost:4566", server.tls_endpoint)


def wrapper(directory, server):
    """`fastness` as the reader types it; the default endpoint is the test's server, if there is one."""
    path = directory / "fastness"
    endpoint = f"--endpoint {server.endpoint}" if server else ""
    path.write_text(f'#!/bin/sh\ncase "$1" in dev|config|completions|man|policy|encrypt|decrypt|inspect|branch-key|aws-encryption-cli|backup|restore|check) exec {BINARY} "$@" ;; esac\nexec {BINARY} "$@" {endpoint}\n')
    path.chmod(0o755)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_commands_of_a_page_work(page, tmp_path):
    server = None
    ran = 0
    admin = f"127.0.0.1:{free_port()}"
    wrapper(tmp_path, server)
    # Pages are read, and their commands run, where the repository is.
    (tmp_path / "labs").symlink_to(ROOT / "labs")
    try:
        for language, text in blocks(page):
            text = text.replace(ADMIN, admin)
            if language == "toml":
                # The page says `# seed.toml` on the first line of a file that it wants to have.
                (tmp_path / text.splitlines()[0].lstrip("# ")).write_text(text)
            elif language == "sh" and text.startswith(START):
                if server is not None:
                    server.stop()
                server = Server(tmp_path / "home", *flags(text.strip(), tmp_path), seed=None).start()
                wrapper(tmp_path, server)
            elif language == "sh":
                environment = {"HOME": str(tmp_path), "LANG": "C.UTF-8", "PATH": "/usr/local/bin:/usr/bin:/bin"}
                if server is not None:
                    environment = {**server.environment(), **server.printed(), "AWS_ENDPOINT_URL": server.endpoint}
                environment["PATH"] = f"{tmp_path}:{environment['PATH']}"
                done = subprocess.run(["bash", "-euo", "pipefail", "-c", strict(text, server)], env=environment, cwd=tmp_path, capture_output=True, text=True, timeout=120)
                assert done.returncode == 0, f"{page.name}:\n{text}\n{done.stdout}{done.stderr}"
                ran += 1
    finally:
        if server is not None:
            server.stop()
    assert ran > 0, f"{page.name} has no command to run"
