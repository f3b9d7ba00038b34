"""Writes fixtures/grpo/tool-mask-loss.json: GRPO losses of completions with tool results in them, as TRL computes them.

    python3 -m venv venv && venv/bin/pip install torch==2.15.0 transformers==5.23.0 trl==1.16.0      # 3 GB
    venv/bin/python test/golden/make_tool_mask_loss.py

TRL's own GRPOTrainer._compute_loss is called on random log-probabilities in the place of a model's. Tokens of tool results lie
between turns (tool_mask 0); what stands there is noise, 0 in the sampler's log-probabilities as TRL fills it. Advantages are one a
completion, or one a token, which TRL takes from subclasses that provide them. The gradient is that of the log-probabilities.
"""

import json
from collections import defaultdict
from pathlib import Path
from types import SimpleNamespace

import torch
from trl.trainer.grpo_trainer import GRPOTrainer

TO = Path(__file__).parent / "fixtures" / "grpo" / "tool-mask-loss.json"
ROWS, TOKENS, LONGEST = 5, 14, 20
CASES = [
    dict(name="dapo", loss_type="dapo"),
    dict(name="grpo with KL", loss_type="grpo", beta=0.04),
    dict(name="bnpo", loss_type="bnpo"),
    dict(name="dr_grpo with delta", loss_type="dr_grpo", delta=1.3),
    dict(name="cispo", loss_type="cispo", epsilon_high=1.2),
    dict(name="sequence ratios", loss_type="dapo", level="sequence", beta=0.02),
    dict(name="dapo with an entropy bonus", loss_type="dapo", entropy=0.01),
    dict(name="advantages of turns", loss_type="dapo", per_token=True),
    dict(name="advantages of turns, grpo", loss_type="grpo", per_token=True, beta=0.04),
    dict(name="advantages of turns, sequence ratios", loss_type="dapo", per_token=True, level="sequence"),
]


def masks(generator):
    """Completions of up to three turns: tokens of the policy, of a tool's result, and so on, then padding."""
    completion = torch.zeros(ROWS, TOKENS)
    tool = torch.ones(ROWS, TOKENS)
    turns = torch.zeros(ROWS, TOKENS, dtype=torch.long)
    for row, parts in enumerate([[4, 3, 3, 2, 2], [5], [2, 4, 5], [1, 1, 1, 1, 1], [3, 6, 1]]):
        at = 0
        for i, length in enumerate(parts):
            completion[row, at : at + length] = 1
            tool[row, at : at + length] = 1 - i % 2
            turns[row, at : at + length] = (i + 1) // 2
            at += length
    return completion, tool, turns


def compute(case):
    generator = torch.Generator().manual_seed(7)
    completion, tool, turns = masks(generator)
    logps = -3 * torch.rand(ROWS, TOKENS, generator=generator)
    old = (logps + 0.6 * (torch.rand(ROWS, TOKENS, generator=generator) - 0.5)) * tool
    reference = logps + 0.4 * (torch.rand(ROWS, TOKENS, generator=generator) - 0.5)
    entropies = 2 * torch.rand(ROWS, TOKENS, generator=generator)
    advantages = torch.randn(ROWS, generator=generator)
    if case.get("per_token"):
        ofTurns = torch.randn(ROWS, 3, generator=generator)
        advantages = torch.gather(ofTurns, 1, turns)
    logps.requires_grad_(True)
    same = lambda x: x
    trainer = SimpleNamespace(
        model=SimpleNamespace(training=True),
        args=SimpleNamespace(delta=case.get("delta"), use_bias_correction_kl=True, steps_per_generation=1),
        accelerator=SimpleNamespace(num_processes=1, gather=same, reduce=lambda x, reduction: x, sync_gradients=False),
        _get_per_token_logps_and_entropies=lambda *_, **__: (logps, entropies, None),
        aux_loss_enabled=False,
        top_entropy_quantile=1.0,
        off_policy_mask_threshold=None,
        importance_sampling_level=case.get("level", "token"),
        beta=case.get("beta", 0.0),
        loss_type=case["loss_type"],
        epsilon_low=0.2,
        epsilon_high=case.get("epsilon_high", 0.25),
        use_vllm=False,
        vllm_importance_sampling_correction=False,
        current_gradient_accumulation_steps=1,
        max_completion_length=LONGEST,
        _entropy_bonus_enabled=case.get("entropy", 0.0) != 0,
        use_adaptive_entropy=False,
        entropy_coef=case.get("entropy", 0.0),
        _metrics=defaultdict(lambda: defaultdict(list)),
    )
    inputs = dict(
        prompt_ids=torch.zeros(ROWS, 1, dtype=torch.long),
        prompt_mask=torch.ones(ROWS, 1, dtype=torch.long),
        completion_ids=torch.zeros(ROWS, TOKENS, dtype=torch.long),
        completion_mask=completion,
        tool_mask=tool,
        advantages=advantages,
        old_per_token_logps=old,
        ref_per_token_logps=reference,
        num_items_in_batch=(completion * tool).sum(),
    )
    loss = GRPOTrainer._compute_loss(trainer, trainer.model, inputs)
    loss.backward()
    wanted = ("kl", "entropy", "clip_ratio/low_mean", "clip_ratio/high_mean", "clip_ratio/region_mean", "cispo_clip_ratio")
    metrics = {name: values[0] for name, values in trainer._metrics["train"].items() if name in wanted}
    rounded = lambda tensor: [[round(value, 6) for value in row] for row in tensor.tolist()]
    return dict(
        name=case["name"],
        options=dict(
            lossType=case["loss_type"],
            importanceSampling=trainer.importance_sampling_level,
            epsilon=trainer.epsilon_low,
            epsilonHigh=trainer.epsilon_high,
            beta=trainer.beta,
            entropyCoefficient=trainer.entropy_coef,
            maxCompletionLength=LONGEST,
            **({"delta": case["delta"]} if "delta" in case else {}),
        ),
        inputs=dict(
            completionMask=completion.int().tolist(),
            toolMask=tool.int().tolist(),
            logProbs=rounded(logps.detach()),
            oldLogProbs=rounded(old.detach()),
            refLogProbs=rounded(reference.detach()),
            entropy=rounded(entropies),
            advantages=rounded(advantages) if advantages.dim() == 2 else [round(value, 6) for value in advantages.tolist()],
        ),
        expected=dict(loss=loss.item(), gradient=rounded(logps.grad), metrics=metrics),
    )


if __name__ == "__main__":
    TO.write_text(json.dumps([compute(case) for case in CASES], separators=(",", ":")) + "\n")
    print(TO, TO.stat().st_size)
