"""The dashboard and the alerts ask only for metrics and labels that a server tells."""

import json
import pathlib
import re
import shutil
import subprocess

import pytest

from collector import Collector
from operated import Operated
from test_watch import Admin

DEPLOY = pathlib.Path(__file__).parent.parent / "deploy"
ALERTS = DEPLOY / "prometheus/alerts.yml"
# What Prometheus itself adds to every sample.
ADDED = {"job", "instance"}
SUFFIXES = {"histogram": ("_bucket", "_sum", "_count"), "counter": ("",), "gauge": ("",)}


@pytest.fixture(scope="module")
def scraped(tmp_path_factory):
    """(names of samples, label names, the text) of a server that has something to tell of everything."""
    servers = []

    def start(*flags):
        servers.append(Operated(tmp_path_factory.mktemp("home"), *flags).start())
        return servers[0]

    with Collector() as collector:
        admin = Admin(start, "--quota", "kms:CreateKey=1", "--otlp", collector.url, "--sampling", "1")
        kms = admin.server.client("kms")
        for _ in range(4):
            try:
                kms.create_key()
            except kms.exceptions.ClientError:
                pass
        text = admin.get("/metrics")[2]
        servers[0].stop()
    types = dict(re.findall(r"^# TYPE (\S+) (\S+)$", text, re.MULTILINE))
    names = {name + suffix for name, kind in types.items() for suffix in SUFFIXES[kind]}
    return names, set(re.findall(r'[{,]([a-z_]+)="', text)), text


def expressions():
    """(where, expression) of each panel and each alert."""
    board = json.loads((DEPLOY / "grafana/fastness.json").read_text())
    for panel in board["panels"]:
        for target in panel.get("targets", []):
            yield f"panel {panel['title']}", target["expr"]
    for rule in re.split(r"^ +- alert: ", ALERTS.read_text(), flags=re.MULTILINE)[1:]:
        expression = re.search(r"expr:(.*?)(?:\n +for:|\n +labels:)", rule, re.DOTALL).group(1)
        yield f"alert {rule.split()[0]}", expression.replace("|\n", "\n")


def test_every_metric_and_label_that_is_asked_for_exists(scraped):
    names, labels, _ = scraped
    asked = 0
    for where, expression in expressions():
        for name in re.findall(r"\b(?:fastness|process)_[a-z_]+\b", re.sub(r'"[^"]*"', '""', expression)):
            assert name in names, f"{where}: there is no {name}"
            asked += 1
        matched = re.findall(r"([a-z_]+)\s*(?:=~|!~|!=|=)\s*\"", expression)
        grouped = [label.strip() for group in re.findall(r"\bby \(([^)]*)\)", expression) for label in group.split(",")]
        assert set(matched) | set(grouped) <= labels | ADDED, where
    assert asked > 60, "the expressions were found"


def test_every_metric_is_shown_or_alerted_on(scraped):
    names, _, text = scraped
    asked = " ".join(expression for _, expression in expressions())
    families = re.findall(r"^# TYPE (\S+)", text, re.MULTILINE)
    # Told for those who look for them.
    details = {"fastness_store_remote", "fastness_clock_offset_seconds", "fastness_denials_let_through_total", "fastness_job_spaces", "process_threads", "process_virtual_memory_bytes"}
    missing = [family for family in families if family not in asked and family not in details]
    assert not missing and details <= set(families)


def test_the_dashboard_is_one_that_grafana_imports():
    board = json.loads((DEPLOY / "grafana/fastness.json").read_text())
    assert board["schemaVersion"] >= 36 and board["uid"] == "fastness"
    ids = [panel["id"] for panel in board["panels"]]
    assert len(ids) == len(set(ids))
    taken = set()
    for panel in board["panels"]:
        place = panel["gridPos"]
        assert place["x"] + place["w"] <= 24
        cells = {(x, y) for x in range(place["x"], place["x"] + place["w"]) for y in range(place["y"], place["y"] + place["h"])}
        assert not cells & taken, f"{panel['title']} lies over another"
        taken |= cells
    variables = {variable["name"] for variable in board["templating"]["list"]}
    used = set(re.findall(r"\$\{?([a-z]+)", json.dumps(board["panels"])))
    assert used <= variables, "besides Grafana's own, which begin with two underscores"


@pytest.mark.skipif(shutil.which("promtool") is None, reason="promtool (Debian: prometheus) is not installed")
def test_prometheus_own_tool_accepts_alerts_metrics_and_expressions(scraped, tmp_path):
    run = lambda *arguments, **options: subprocess.run(["promtool", *arguments], capture_output=True, text=True, **options)
    done = run("check", "rules", str(ALERTS))
    assert done.returncode == 0, done.stdout + done.stderr
    done = run("check", "metrics", input=scraped[2])
    assert done.returncode == 0, done.stdout + done.stderr
    # The panels' expressions as recording rules, with Grafana's variables filled in.
    rules = [f"  - record: panel:{index}\n    expr: {json.dumps(re.sub(r'[$]__rate_interval', '5m', expression))}\n" for index, (_, expression) in enumerate(expressions())]
    (tmp_path / "panels.yml").write_text("groups:\n- name: panels\n  rules:\n" + "".join(rules))
    done = run("check", "rules", str(tmp_path / "panels.yml"))
    assert done.returncode == 0, done.stdout + done.stderr
