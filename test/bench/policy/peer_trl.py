"""One GRPO step of Hugging Face TRL on the processor: the work of measure-step.ts, given as JSON in the first argument.

Prints one JSON line: median seconds of rollout, update and whole step, the first step left out.
"""

import json
import statistics
import sys
import tempfile
import time
import warnings

import torch
from datasets import Dataset
from tokenizers import Tokenizer, models, pre_tokenizers
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast, TrainerCallback
from trl import GRPOConfig, GRPOTrainer

warnings.filterwarnings("ignore")
work = json.loads(sys.argv[1])
torch.set_num_threads(work["threads"])
torch.manual_seed(0)

vocabulary = {"<pad>": 0, "</s>": 1, **{f"w{i}": i for i in range(2, work["vocabulary"])}}
words = Tokenizer(models.WordLevel(vocabulary, unk_token="<pad>"))
words.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
tokenizer = PreTrainedTokenizerFast(
    tokenizer_object=words, pad_token="<pad>", eos_token="</s>", padding_side="left"
)
model = LlamaForCausalLM(
    LlamaConfig(
        vocab_size=work["vocabulary"],
        hidden_size=work["hidden"],
        num_hidden_layers=work["layers"],
        num_attention_heads=work["heads"],
        num_key_value_heads=work["keyValueHeads"],
        intermediate_size=work["feedForward"],
        max_position_embeddings=4096,
        pad_token_id=0,
        eos_token_id=1,
        bos_token_id=0,
        tie_word_embeddings=True,
    )
)
prompts = [
    " ".join(f"w{2 + (i * 31 + j * 7) % (work['vocabulary'] - 2)}" for j in range(work["promptTokens"]))
    for i in range(work["prompts"])
]
config = GRPOConfig(
    output_dir=tempfile.mkdtemp(),
    use_cpu=True,
    bf16=False,
    report_to=[],
    save_strategy="no",
    max_steps=work["steps"] + 1,
    per_device_train_batch_size=work["prompts"] * work["group"],
    num_generations=work["group"],
    max_completion_length=work["completionTokens"],
    generation_kwargs={"min_new_tokens": work["completionTokens"]},  # no end token before the full length
    beta=0.0,
    learning_rate=1e-6,
    gradient_checkpointing=False,
    disable_dropout=True,
)
rollout_seconds, step_seconds = [], []


class TimedTrainer(GRPOTrainer):
    def _generate_single_turn(self, *args, **kwargs):
        start = time.perf_counter()
        result = super()._generate_single_turn(*args, **kwargs)
        rollout_seconds.append(time.perf_counter() - start)
        return result


class TimedSteps(TrainerCallback):
    """The trainer's own step ends after the optimizer's; its training_step does not."""

    def on_step_begin(self, *_, **__):
        self.start = time.perf_counter()

    def on_step_end(self, *_, **__):
        step_seconds.append(time.perf_counter() - self.start)


def alternating(completions, **_):
    return [float(i % 2) for i in range(len(completions))]


TimedTrainer(
    model=model,
    reward_funcs=alternating,
    args=config,
    train_dataset=Dataset.from_dict({"prompt": prompts}),
    processing_class=tokenizer,
    callbacks=[TimedSteps()],
).train()

rollout = statistics.median(rollout_seconds[1:])
step = statistics.median(step_seconds[1:])
update = statistics.median(s - r for s, r in zip(step_seconds[1:], rollout_seconds[1:]))
print(json.dumps({"rollout": rollout, "update": update, "step": step}))
