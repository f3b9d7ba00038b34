"""
Writes fixtures/grpo/importance-correction.json: weights, metrics and losses of completions that another engine sampled, by TRL's own code.

    pip install "trl==1.16.*"
    python test/golden/make_importance_correction.py

The ratios and their metrics stand in the middle of a long method of GRPOTrainer, so the two blocks are cut out of its source and run as they are;
the loss is that of GRPOTrainer._compute_loss.
"""

import inspect
import json
import math
import re
import textwrap
from collections import defaultdict
from pathlib import Path
from types import SimpleNamespace

import torch
from trl.trainer import grpo_trainer
from trl.trainer.grpo_trainer import GRPOTrainer

CONDITION = "if self.use_vllm and self.vllm_importance_sampling_correction:"
METHOD = inspect.getsource(GRPOTrainer._generate_and_score_completions)


def block(containing):
    """The one block of the method under CONDITION in which `containing` stands."""
    lines = METHOD.splitlines()
    found = []
    for at, line in enumerate(lines):
        if line.strip() != CONDITION:
            continue
        indent = len(line) - len(line.lstrip())
        end = at + 1
        while end < len(lines) and (not lines[end].strip() or len(lines[end]) - len(lines[end].lstrip()) > indent):
            end += 1
        body = textwrap.dedent("\n".join(lines[at:end]))
        if containing in body:
            found.append(body)
    (only,) = found
    return compile(only, containing, "exec")


RATIOS, METRICS = block("torch.exp(logps_diff)"), block("mean_importance_sampling_ratio")

ROWS, TOKENS = 6, 5
generator = torch.Generator().manual_seed(7)


def draw(*shape, scale=1.0):
    return (torch.randn(*shape, generator=generator) * scale).round(decimals=4)


old = -draw(ROWS, TOKENS).abs() - 0.1
sampling = (old + draw(ROWS, TOKENS, scale=0.5)).round(decimals=4)
sampling[2, 1] = math.nan
policy = (old + draw(ROWS, TOKENS, scale=0.1)).round(decimals=4)
reference = (old + draw(ROWS, TOKENS, scale=0.2)).round(decimals=4)
lengths = [5, 3, 5, 1, 4, 2]
mask = torch.tensor([[int(t < length) for t in range(TOKENS)] for length in lengths])
advantages = draw(ROWS)

CASES = [
    {"mode": mode, "cap": cap, "floor": floor, "loss_type": loss_type, "level": level, "beta": beta}
    for mode in ["token_truncate", "token_mask", "sequence_truncate", "sequence_mask"]
    for cap, floor, loss_type, level, beta in [
        (3.0, None, "dapo", "token", 0.0),
        (1.2, 0.8, "grpo", "token", 0.04),
        (1.5, 0.5, "dr_grpo", "sequence", 0.0),
        (2.0, None, "cispo", "token", 0.0),
    ]
]


def run(case):
    accelerator = SimpleNamespace(
        gather=lambda x: torch.atleast_1d(x), reduce=lambda x, reduction: x, num_processes=1, sync_gradients=True
    )
    trainer = SimpleNamespace(
        use_vllm=True,
        vllm_importance_sampling_correction=True,
        vllm_importance_sampling_mode=case["mode"],
        vllm_importance_sampling_clip_max=case["cap"],
        vllm_importance_sampling_clip_min=case["floor"],
        accelerator=accelerator,
        _metrics={"train": defaultdict(list)},
        model=SimpleNamespace(training=True),
        aux_loss_enabled=False,
        top_entropy_quantile=1.0,
        off_policy_mask_threshold=None,
        importance_sampling_level=case["level"],
        loss_type=case["loss_type"],
        beta=case["beta"],
        epsilon_low=0.2,
        epsilon_high=5.0 if case["loss_type"] == "cispo" else 0.2,
        max_completion_length=TOKENS,
        current_gradient_accumulation_steps=1,
        _entropy_bonus_enabled=False,
        args=SimpleNamespace(delta=None, use_bias_correction_kl=True, steps_per_generation=1),
    )
    trainer._get_per_token_logps_and_entropies = lambda *_, **__: (policy, torch.zeros_like(policy), None)
    names = {
        **vars(grpo_trainer),
        "self": trainer,
        "mode": "train",
        "device": torch.device("cpu"),
        "completion_mask": mask,
        "tool_mask": None,
        "old_per_token_logps": old,
        "sampling_per_token_logps": sampling,
    }
    exec(RATIOS, names)
    exec(METRICS, names)
    weights = names["vllm_importance_sampling_ratio"]
    metrics = {name: values[0] for name, values in trainer._metrics["train"].items()}
    inputs = {
        "prompt_ids": torch.zeros(ROWS, 1, dtype=torch.long),
        "prompt_mask": torch.ones(ROWS, 1, dtype=torch.long),
        "completion_ids": torch.zeros(ROWS, TOKENS, dtype=torch.long),
        "completion_mask": mask,
        "advantages": advantages,
        "num_items_in_batch": mask.sum(),
        "old_per_token_logps": old,
        "ref_per_token_logps": reference,
        "importance_sampling_ratio": weights,
    }
    loss = GRPOTrainer._compute_loss(trainer, None, inputs)
    return {**case, "weights": weights.tolist(), "metrics": metrics, "loss": loss.item()}


golden = {
    "max_completion_length": TOKENS,
    "old": old.tolist(),
    # null: the sampler did not say
    "sampling": [[None if math.isnan(x) else x for x in row] for row in sampling.tolist()],
    "policy": policy.tolist(),
    "reference": reference.tolist(),
    "mask": mask.tolist(),
    "advantages": advantages.tolist(),
    "cases": [run(case) for case in CASES],
}
text = json.dumps(golden)
text = re.sub(r"-?\d+\.\d{7,}", lambda found: repr(float(f"{float(found[0]):.7g}")), text)
Path(__file__).with_name("fixtures").joinpath("grpo/importance-correction.json").write_text(text + "\n")
