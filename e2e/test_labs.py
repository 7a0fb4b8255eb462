"""Every lab runs from beginning to end with the stock AWS CLI, and fails where what it teaches does not hold."""

import pathlib
import subprocess
import sys

import pytest

from server import BINARY, Server

LABS = sorted((pathlib.Path(__file__).parent.parent / "labs").glob("*.sh"))
LABS = [lab for lab in LABS if lab.name != "lib.sh"]

# What it teaches is not about who may do what, and it starts its own servers.
SEALED = LABS[0].with_name("sealed-server.sh")

each_lab = pytest.mark.parametrize("lab", LABS, ids=lambda lab: lab.stem)
each_lab_of_rights = pytest.mark.parametrize("lab", [lab for lab in LABS if lab != SEALED], ids=lambda lab: lab.stem)

# An `aws` that passes over whatever gives somebody leave to do something.
GRANTS_NOTHING = """#!/bin/bash
case "$1 $2" in
    "iam put-user-policy" | "iam put-role-policy" | "iam attach-user-policy" | "iam attach-role-policy") exit ;;
    "kms create-key")
        words=()
        while (($#)); do
            if [[ $1 == --policy ]]; then shift; else words+=("$1"); fi
            shift
        done
        set -- "${words[@]}" ;;
esac
exec "$AWS" "$@"
"""


# A `fastness` of which one command does nothing and says that it did.
LEAVES_OUT = """#!/bin/bash
if [[ $1 == "$LEFT_OUT" ]]; then cat >/dev/null; exit; fi
exec "$FASTNESS" "$@"
"""


def run(lab, server, path=None, **more):
    environment = server.environment(endpoint=server.endpoint if server.process else None)
    # For what no AWS API does: moving the clock.
    environment["PATH"] += f":{pathlib.Path(BINARY).parent}"
    if path is not None:
        environment["PATH"] = f"{path}:{environment['PATH']}"
        environment["AWS"] = str(pathlib.Path(sys.executable).with_name("aws"))
        environment["FASTNESS"] = BINARY
    environment |= more
    return subprocess.run(["bash", str(lab)], env=environment, cwd=server.home, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=300)


def told(done):
    return f"{done.stdout[-4000:]}\n{done.stderr[-2000:]}"


def test_there_are_labs_and_the_page_names_each():
    page = (LABS[0].parent / "README.md").read_text()
    assert [lab.name for lab in LABS if f"[{lab.name}]({lab.name})" not in page] == []


@each_lab
def test_the_lab_teaches_what_is_true_and_tidies_up(start, lab):
    server = start()
    done = run(lab, server)
    assert done.returncode == 0, told(done)
    assert "That is all." in done.stdout
    iam = server.client("iam", retries=5)
    assert [user["UserName"] for user in iam.list_users()["Users"]] == []
    assert [role["RoleName"] for role in iam.list_roles()["Roles"] if role["RoleName"].startswith("lab-")] == []
    assert iam.list_policies(Scope="Local")["Policies"] == []


@each_lab_of_rights
def test_the_lab_fails_where_nothing_is_denied(start, lab):
    done = run(lab, start("--soft"))
    assert done.returncode == 1, told(done)
    assert "should be denied" in done.stdout, told(done)


@each_lab_of_rights
def test_the_lab_fails_where_nothing_is_granted(start, lab, tmp_path):
    aws = tmp_path / "aws"
    aws.write_text(GRANTS_NOTHING)
    aws.chmod(0o755)
    done = run(lab, start(), path=tmp_path)
    assert done.returncode == 1, told(done)
    assert "should be allowed" in done.stdout, told(done)


@pytest.mark.parametrize(
    "command, words",
    [("seal", "should be refused"), ("unseal", "should be refused"), ("check", "should be refused"), ("backup", "should be allowed")],
)
def test_the_lab_of_the_sealed_server_fails_where_a_command_does_nothing(tmp_path, command, words):
    fastness = tmp_path / "fastness"
    fastness.write_text(LEAVES_OUT)
    fastness.chmod(0o755)
    done = run(SEALED, Server(tmp_path / "home", seed=None), path=tmp_path, LEFT_OUT=command)
    assert done.returncode == 1, told(done)
    assert words in done.stdout, told(done)
