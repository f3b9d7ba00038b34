"""Prints what TensorBoard's own reader finds in a log folder, as JSON: for each run its scalars, texts and settings."""
import json
import sys

from tensorboard.backend.event_processing.event_multiplexer import EventMultiplexer
from tensorboard.plugins.hparams import metadata as hparams

runs = {}
multiplexer = EventMultiplexer(size_guidance={"scalars": 0, "tensors": 0})
multiplexer.AddRunsFromDirectory(sys.argv[1])
multiplexer.Reload()
for run in multiplexer.Runs():
    accumulator = multiplexer.GetAccumulator(run)
    tags = accumulator.Tags()
    settings = {}
    for tag, content in accumulator.PluginTagToContent("hparams").items():
        if tag == hparams.SESSION_START_INFO_TAG:
            start = hparams.parse_session_start_info_plugin_data(content)
            settings = {"group": start.group_name}
            for name, value in start.hparams.items():
                settings[name] = getattr(value, value.WhichOneof("kind"))
        if tag == hparams.SESSION_END_INFO_TAG:
            settings["end"] = hparams.parse_session_end_info_plugin_data(content).status
    runs[run] = {
        "scalars": {
            tag: [[e.step, e.value, e.wall_time] for e in accumulator.Scalars(tag)] for tag in tags["scalars"]
        },
        "texts": {
            tag: accumulator.Tensors(tag)[0].tensor_proto.string_val[0].decode()
            for tag in accumulator.PluginTagToContent("text")
        },
        "hparams": settings,
    }
json.dump(runs, sys.stdout)
