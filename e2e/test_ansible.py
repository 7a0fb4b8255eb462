"""An Ansible play makes users, groups, roles, policies and a key, and finds nothing to change when it is run again."""

import pathlib
import re
import subprocess
import sys

PLAY = pathlib.Path(__file__).parent / "infrastructure/play.yml"


def play(dev):
    """Runs the play; how many tasks found something to change."""
    ansible = pathlib.Path(sys.executable).with_name("ansible-playbook")
    command = [str(ansible), "--inventory", "localhost,", "--extra-vars", f"endpoint={dev.endpoint}", str(PLAY)]
    done = subprocess.run(command, env=dev.environment(), cwd=dev.home, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    return int(re.search(r"changed=(\d+)", done.stdout)[1])


def test_a_play_that_is_run_again_changes_nothing(dev):
    assert play(dev) == 6
    assert play(dev) == 0
