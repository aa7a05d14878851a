"""Alerts and the dashboard: sound, and about figures that exist."""

import json
import re
from pathlib import Path

import pytest
import yaml
from prometheus_client import REGISTRY
from prometheus_client.metrics import MetricWrapperBase

from gateway.doctor.backlog import GAUGES
from gateway.doctor.checks import CHECK_ALERTS, CHECKS, EVENT_ALERTS
from gateway.telemetry import metrics
from tests.system.deploy.files import DEPLOY, ROOT, program, run

ALERTS = DEPLOY / "prometheus/alerts.yml"
DASHBOARD = DEPLOY / "grafana/sms-gateway.json"
_NAME = re.compile(r"\bgateway_\w+")
_MATCHED = re.compile(r"\b(gateway_\w+)\{([^}]*)\}")
_LABEL = re.compile(r"(\w+)\s*[=!~]+")
_BY = re.compile(r"by \(([^)]*)\)")
# Of Prometheus itself.
_EVERYWHERE = {"job", "instance", "le"}


def counted() -> list[MetricWrapperBase]:
    return [var for var in vars(metrics).values() if isinstance(var, MetricWrapperBase)]


def labels_of_series() -> dict[str, set[str]]:
    """Every series that /metrics tells, with its labels."""
    found = {}
    for metric in counted():
        names = set(metric._labelnames)
        for described in metric.describe():
            suffixes = ("_bucket", "_sum", "_count")
            is_histogram = described.type == "histogram"
            for suffix in suffixes if is_histogram else ("_total",):
                found[described.name + suffix] = names
    return found | {f"gateway_{gauge.name}": set() for gauge in GAUGES}


def expressions() -> list[str]:
    rules = yaml.safe_load(ALERTS.read_text())["groups"][0]["rules"]
    panels = json.loads(DASHBOARD.read_text())["panels"]
    asked = [target["expr"] for panel in panels for target in panel["targets"]]
    return [rule["expr"] for rule in rules] + asked


@pytest.mark.parametrize("expression", expressions())
def test_an_expression_asks_for_series_and_labels_that_exist(expression: str) -> None:
    known = labels_of_series()
    names = set(_NAME.findall(expression))

    assert names <= known.keys()
    allowed = _EVERYWHERE.union(*(known[name] for name in names))
    used = {
        label
        for _, matchers in _MATCHED.findall(expression)
        for label in _LABEL.findall(matchers)
    }
    grouped = {
        label.strip() for by in _BY.findall(expression) for label in by.split(",")
    }
    assert used | grouped <= allowed


def test_every_figure_stands_on_the_dashboard_or_raises_an_alert() -> None:
    reported = set(_NAME.findall(" ".join(expressions())))

    missing = {
        name
        for name in labels_of_series()
        if name not in reported and not name.endswith(("_sum", "_count"))
    }
    assert missing == set()
    assert REGISTRY is not None


def alert_rules() -> dict[str, str]:
    """The expression of each alert."""
    rules = yaml.safe_load(ALERTS.read_text())["groups"][0]["rules"]
    return {rule["alert"]: rule["expr"] for rule in rules}


def test_each_alert_belongs_to_one_health_check_or_to_an_event() -> None:
    assert sorted([*CHECK_ALERTS, *EVENT_ALERTS]) == sorted(alert_rules())
    assert set(CHECK_ALERTS.values()) <= {check.subject for check in CHECKS}


def test_an_alert_has_the_limit_at_which_its_check_warns() -> None:
    wrong = [
        gauge.alert
        for gauge in GAUGES
        if gauge.alert
        and f'max(gateway_{gauge.name}{{job="sms-gateway"}}) > {gauge.limit:g}'
        not in alert_rules()[gauge.alert]
    ]

    assert wrong == []


def test_each_alert_is_explained() -> None:
    rules = yaml.safe_load(ALERTS.read_text())["groups"][0]["rules"]
    explained = (ROOT / "docs/operating.md").read_text()

    assert [
        rule["alert"] for rule in rules if f"`{rule['alert']}`" not in explained
    ] == []


def test_panels_have_numbers_of_their_own_and_do_not_overlap() -> None:
    panels = json.loads(DASHBOARD.read_text())["panels"]
    cells = [
        (x, y)
        for panel in panels
        for at in [panel["gridPos"]]
        for x in range(at["x"], at["x"] + at["w"])
        for y in range(at["y"], at["y"] + at["h"])
    ]

    assert len({item["id"] for item in panels}) == len(panels)
    assert len(set(cells)) == len(cells)
    assert max(x for x, _ in cells) < 24


def test_each_alert_is_raised_in_a_test_of_promtool() -> None:
    rules = yaml.safe_load(ALERTS.read_text())["groups"][0]["rules"]
    tests = yaml.safe_load((DEPLOY / "prometheus/alerts.test.yml").read_text())["tests"]
    raised = {
        case["alertname"]
        for test in tests
        for case in test.get("alert_rule_test", [])
        if case["exp_alerts"]
    }

    assert raised == {rule["alert"] for rule in rules}


def test_each_alert_is_raised_by_series_that_were_absent_before() -> None:
    """Field report 3: the first event of a kind is not missed."""
    rules = yaml.safe_load(ALERTS.read_text())["groups"][0]["rules"]
    tests = yaml.safe_load((DEPLOY / "prometheus/alerts.test.yml").read_text())["tests"]
    raised = {
        case["alertname"]
        for test in tests
        if all(_was_absent(series) for series in test["input_series"])
        for case in test.get("alert_rule_test", [])
        if case["exp_alerts"]
    }

    assert raised == {rule["alert"] for rule in rules}


def _was_absent(series: dict[str, str]) -> bool:
    """Whether it begins later; a machine that answers may have been up all the time."""
    return series["values"].startswith("_") or series["series"].startswith("up{")


def test_promtool_takes_the_rules() -> None:
    run(program("promtool"), "check", "rules", ALERTS)


def test_promtool_raises_each_alert_when_it_should() -> None:
    tests: Path = DEPLOY / "prometheus/alerts.test.yml"

    run(program("promtool"), "test", "rules", tests)
