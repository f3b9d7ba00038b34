"""Prints what prometheus_client's strict parser of OpenMetrics finds on stdin, as JSON: family to type and samples; null is not a number."""
import json
import math
import sys

from prometheus_client.openmetrics.parser import text_string_to_metric_families

families = {
    family.name: {
        "type": family.type,
        "unit": family.unit,
        "samples": [
            [sample.name, sample.labels, None if math.isnan(sample.value) else sample.value]
            for sample in family.samples
        ],
    }
    for family in text_string_to_metric_families(sys.stdin.read())
}
json.dump(families, sys.stdout)
