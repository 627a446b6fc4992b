#!/usr/bin/env python3
"""Checks what speaks of metrics against the metrics that core/ has: rules and dashboard name only those,
with labels that they have, and docs/monitoring.md names each. Where promtool is installed, the rules are
tried as well."""
import json
import pathlib
import re
import shutil
import subprocess
import sys

LABELS = re.compile(r"const char \*const (\w+)\[\]\s*=\s*\{([^}]*)\}")
# {OFFHOOK_METRIC_COUNTER, "name", "what it is", labels} or COUNTER("name", ...), a file's own short form.
SPEC = re.compile(r'(COUNTER|GAUGE|HISTOGRAM)[,(]\s*"(\w+)",((?:\s*"(?:[^"\\]|\\.)*")+)(?:,\s*(\w+))?')
USE = re.compile(r"\b((?:offhook|process)_[a-z_]+[a-z])\b(?:\{([^}]*)\})?")
BY = re.compile(r"\bby \(([^)]*)\)")
# What Prometheus adds, and what a histogram has.
ALWAYS = {"instance", "job", "le"}
PARTS = re.compile(r"_(bucket|sum|count)$")


def read_metrics(root):
    """Name -> set of labels."""
    labels, metrics = {}, {}
    texts = [path.read_text(encoding="utf-8") for path in sorted((root / "core").rglob("*.c"))]
    for text in texts:
        for name, members in LABELS.findall(text):
            labels[name] = set(re.findall(r'"(\w+)"', members))
    for text in texts:
        for kind, name, _, given in SPEC.findall(text):
            if given not in ("", "NULL") and given not in labels:
                raise SystemExit(f"{name}: no labels {given}")
            metrics[name] = labels.get(given, set())
            if kind == "HISTOGRAM":
                metrics[name] = metrics[name] | {"le"}
    return metrics


def expressions(root):
    rules = root / "data/monitoring/offhook.rules.yml"
    lines = [line for line in rules.read_text(encoding="utf-8").splitlines() if not line.lstrip().startswith(("#", "summary:", "description:"))]
    yield rules.name, "\n".join(lines)
    dashboard = root / "data/monitoring/grafana-dashboard.json"
    for panel in json.loads(dashboard.read_text(encoding="utf-8"))["panels"]:
        for target in panel.get("targets", []):
            yield f"{dashboard.name}, {panel['title']}", target["expr"]


def use_problems(root, metrics):
    for where, text in expressions(root):
        known = set(ALWAYS)
        for name, selector in USE.findall(text):
            plain = name if name in metrics else PARTS.sub("", name)
            if plain not in metrics:
                yield f"{where}: there is no metric {name}"
                continue
            known |= metrics[plain]
            for label in re.findall(r"(\w+)\s*(?:=|!)", selector or ""):
                if label not in metrics[plain] | ALWAYS:
                    yield f"{where}: {name} has no label {label}"
        for group in BY.findall(text):
            for label in re.split(r",\s*", group):
                if label not in known:
                    yield f"{where}: nothing here has a label {label}"


def docs_problems(root, metrics):
    page = (root / "docs/monitoring.md").read_text(encoding="utf-8")
    for name in sorted(metrics):
        tails = [f"`{name[at:]}`" for at, letter in enumerate(name) if letter == "_"]
        if name.startswith("offhook_") and f"`{name}`" not in page and not any(tail in page for tail in tails):
            yield f"docs/monitoring.md does not tell of {name}"


def rules_problems(root):
    if shutil.which("promtool") is None:
        return
    for arguments in (["check", "rules", "data/monitoring/offhook.rules.yml"], ["test", "rules", "tests/data/offhook.rules-test.yml"]):
        done = subprocess.run(["promtool", *arguments], cwd=root, capture_output=True, text=True)
        if done.returncode != 0:
            yield done.stdout + done.stderr


def main(root):
    metrics = read_metrics(root)
    if len(metrics) < 40:
        raise SystemExit(f"only {len(metrics)} metrics found in core/: their table has another form now")
    problems = [*use_problems(root, metrics), *docs_problems(root, metrics), *rules_problems(root)]
    print("\n".join(problems) or f"{len(metrics)} metrics are told, and used as they are")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1])))
