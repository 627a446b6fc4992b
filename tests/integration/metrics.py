#!/usr/bin/env python3
"""Reads metrics from standard input with Prometheus's own parser. Each argument is
"SAMPLE[,label=value...] OP NUMBER", OP one of == >= <=: that sample must be there and be so. Families
must have a type and a help, histograms must add up."""
import collections
import operator
import sys

from prometheus_client.parser import text_string_to_metric_families

OPERATORS = {"==": operator.eq, ">=": operator.ge, "<=": operator.le}


def check_histogram(family):
    buckets = collections.defaultdict(list)
    counts = {}
    for sample in family.samples:
        labels = {k: v for k, v in sample.labels.items() if k != "le"}
        key = tuple(sorted(labels.items()))
        if sample.name.endswith("_bucket"):
            buckets[key].append((float(sample.labels["le"]), sample.value))
        elif sample.name.endswith("_count"):
            counts[key] = sample.value
    for key, values in buckets.items():
        bounds = [bound for bound, _ in values]
        heights = [height for _, height in values]
        if bounds != sorted(bounds) or heights != sorted(heights) or bounds[-1] != float("inf"):
            yield f"{family.name} {key}: its buckets do not grow: {values}"
        if counts.get(key) != heights[-1]:
            yield f"{family.name} {key}: {counts.get(key)} values, {heights[-1]} in buckets"


def check_expectation(samples, text):
    what, op, number = text.split()
    name, *pairs = what.split(",")
    labels = dict(pair.split("=", 1) for pair in pairs)
    values = [value for found, value in samples.get(name, []) if found == labels]
    if len(values) != 1:
        yield f"{what}: {len(values)} of them; there are {samples.get(name, 'none of that name')}"
    elif not OPERATORS[op](values[0], float(number)):
        yield f"{what}: {values[0]}, expected {op} {number}"


def main():
    samples = collections.defaultdict(list)
    problems = []
    for family in text_string_to_metric_families(sys.stdin.read()):
        if family.type == "unknown" or not family.documentation:
            problems.append(f"{family.name}: without type or help")
        if family.type == "histogram":
            problems += check_histogram(family)
        for sample in family.samples:
            samples[sample.name].append((sample.labels, sample.value))
    for text in sys.argv[1:]:
        problems += check_expectation(samples, text)
    print("\n".join(problems) or f"{sum(map(len, samples.values()))} samples are right")
    return 1 if problems or not samples else 0


if __name__ == "__main__":
    sys.exit(main())
