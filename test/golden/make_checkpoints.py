"""Writes fixtures/architectures: small random checkpoints of every architecture and rotary scaling, with what transformers computes.

    python3 -m venv venv && venv/bin/pip install torch==2.15.0 transformers==5.23.0        # 3 GB
    venv/bin/python test/golden/make_checkpoints.py                                    # writes them
    node test/golden/save-checkpoints.ts saved                                         # Queryloop loads and saves them
    venv/bin/python test/golden/make_checkpoints.py --check saved                      # transformers loads those

The last writes fixtures/saved-checkpoints.json: how far the logits are from the expected ones, and the hash of every file, by which
saved-checkpoints.test.ts knows that what is saved is still what transformers loaded.

Each checkpoint is read back with from_pretrained in float32, as people load them, and computes on sequences within and beyond its
sliding window or original context. A half-precision config.json is written as transformers 4 did (torch_dtype, rope_scaling), which
published checkpoints have. Every prompt is given to a freshly loaded model, because dynamic scaling remembers earlier ones.
"""

import gzip
import hashlib
import json
import shutil
import sys
from pathlib import Path

import torch
import transformers
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer, decoders, models, pre_tokenizers
from transformers import AutoConfig, AutoModelForCausalLM

VOCABULARY = 200
END = 199
FOLDER = Path(__file__).parent / "fixtures" / "architectures"
SHAPE = dict(
    vocab_size=VOCABULARY,
    hidden_size=32,
    intermediate_size=48,
    num_hidden_layers=2,
    num_attention_heads=4,
    num_key_value_heads=2,
    max_position_embeddings=64,
    bos_token_id=0,
    eos_token_id=END,
    pad_token_id=0,
)
LLAMA3 = dict(
    rope_type="llama3",
    rope_theta=500.0,
    factor=4.0,
    low_freq_factor=1.0,
    high_freq_factor=4.0,
    original_max_position_embeddings=64,
)
YARN = dict(rope_type="yarn", rope_theta=500.0, factor=4.0, original_max_position_embeddings=32)

# name: model type, stored as, config fields. What is not said: grouped-query attention, untied head, one file.
CHECKPOINTS = {
    "llama-biases": ("llama", "float32", dict(attention_bias=True, mlp_bias=True, tie_word_embeddings=True)),
    "llama-linear": ("llama", "float16", dict(rope_parameters=dict(rope_type="linear", rope_theta=1e4, factor=4.0))),
    "llama-dynamic": ("llama", "bfloat16", dict(rope_parameters=dict(rope_type="dynamic", rope_theta=1e4, factor=4.0))),
    "llama-llama3": ("llama", "bfloat16", dict(rope_parameters=LLAMA3, max_position_embeddings=256, head_dim=16)),
    "llama-yarn": ("llama", "float32", dict(rope_parameters=YARN)),
    "llama-yarn-factors": (
        "llama",
        "float16",
        dict(rope_parameters=YARN | dict(beta_fast=4.0, beta_slow=0.5, truncate=False, mscale=1.2, mscale_all_dim=0.7)),
    ),
    "qwen2": ("qwen2", "bfloat16", dict(tie_word_embeddings=True)),
    "qwen2-window": ("qwen2", "float16", dict(use_sliding_window=True, sliding_window=8, max_window_layers=1)),
    "qwen2-yarn": ("qwen2", "float32", dict(rope_parameters=YARN | dict(attention_factor=1.3))),
    "qwen3": ("qwen3", "float32", dict(head_dim=12, tie_word_embeddings=True)),
    "qwen3-biases": ("qwen3", "bfloat16", dict(head_dim=16, attention_bias=True)),
    "qwen3-window": (
        "qwen3",
        "float16",
        dict(head_dim=8, use_sliding_window=True, sliding_window=8, layer_types=["sliding_attention", "full_attention"]),
    ),
    "mistral": ("mistral", "bfloat16", dict(sliding_window=None, num_key_value_heads=1)),
    "mistral-window": ("mistral", "float32", dict(sliding_window=8, head_dim=12)),
}
SHARDED = "qwen3-biases"
HEAD_STORED = "qwen2"  # tied, and the file holds lm_head.weight all the same
WITH_GRADIENTS = "qwen3"


def random_model(model_type, fields, seed):
    """A model whose weights, norms and biases are all random, large enough for its choices to differ."""
    torch.manual_seed(seed)
    model = AutoModelForCausalLM.from_config(AutoConfig.for_model(model_type, **(SHAPE | fields)))
    with torch.no_grad():
        for name, weight in model.named_parameters():
            if "norm" in name:
                weight.normal_(1, 0.1)
            elif name.endswith("bias"):
                weight.normal_(0, 0.1)
            else:
                weight.normal_(0, 0.25)
    return model


def rewrite_config(folder, dtype):
    """The config.json of a half-precision checkpoint as transformers 4 wrote it."""
    if dtype == "float32":
        return
    config = json.loads((folder / "config.json").read_text())
    config["torch_dtype"] = config.pop("dtype")
    rope = config.pop("rope_parameters")
    config["rope_theta"] = rope.pop("rope_theta")
    kind = rope.pop("rope_type")
    config["rope_scaling"] = None if kind == "default" else {"type": kind} | rope
    config["transformers_version"] = "4.47.0"
    (folder / "config.json").write_text(json.dumps(config, indent=2) + "\n")


def store_head(folder):
    tensors = load_file(folder / "model.safetensors")
    tensors["lm_head.weight"] = tensors["model.embed_tokens.weight"].clone()
    save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})


def write_tokenizer(folder):
    """One token a byte of ASCII, so that the folder is whole."""
    vocabulary = {chr(code): code for code in range(END)} | {"<end>": END}
    tokenizer = Tokenizer(models.BPE(vocabulary, []))
    tokenizer.pre_tokenizer = pre_tokenizers.Split("", "isolated")
    tokenizer.decoder = decoders.Fuse()
    tokenizer.add_special_tokens(["<end>"])
    tokenizer.save(str(folder / "tokenizer.json"))
    (folder / "tokenizer_config.json").write_text('{"tokenizer_class": "PreTrainedTokenizerFast"}\n')


def loaded(folder):
    return AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()


def sequence(length, seed):
    return torch.randint(1, END, (length,), generator=torch.Generator().manual_seed(seed)).tolist()


def rounded(values):
    return [float(f"{value:.6g}") for value in values]


def case(folder, ids, greedy):
    """Log-probability of each next token, logits after the last, and `greedy` greedy tokens after it."""
    with torch.no_grad():
        logits = loaded(folder)(torch.tensor([ids])).logits[0]
        log_probs = logits.log_softmax(-1)[:-1].gather(1, torch.tensor(ids[1:])[:, None])[:, 0]
        out = loaded(folder).generate(torch.tensor([ids]), max_new_tokens=greedy, do_sample=False)
    return dict(
        input_ids=ids,
        token_logprobs=rounded(log_probs.tolist()),
        last_logits=rounded(logits[-1].tolist()),
        greedy=out[0, len(ids) :].tolist(),
    )


def gradients(folder, ids, prompt):
    """Loss −Σ log p of the tokens after the prompt, and the gradient of every weight."""
    model = loaded(folder)
    log_probs = model(torch.tensor([ids])).logits[0].log_softmax(-1)[prompt - 1 : -1]
    loss = -log_probs.gather(1, torch.tensor(ids[prompt:])[:, None]).sum()
    loss.backward()
    return dict(
        input_ids=ids,
        prompt=prompt,
        loss=loss.item(),
        norms={name: float(f"{weight.grad.norm():.6g}") for name, weight in model.named_parameters()},
        first8={name: rounded(weight.grad.flatten()[:8].tolist()) for name, weight in model.named_parameters()},
    )


def write(name, number):
    model_type, dtype, fields = CHECKPOINTS[name]
    folder = FOLDER / name
    shutil.rmtree(folder, ignore_errors=True)
    model = random_model(model_type, fields, number)
    model.generation_config.eos_token_id = [END, END - 1]
    shard = "20KB" if name == SHARDED else "5GB"
    model.to(getattr(torch, dtype)).save_pretrained(folder, max_shard_size=shard)
    rewrite_config(folder, dtype)
    if name == HEAD_STORED:
        store_head(folder)
    write_tokenizer(folder)
    context = SHAPE["max_position_embeddings"]
    longer = context + 40 if "rope_parameters" in fields else context - 20
    lengths = [1 + number % 5, 7, 20, longer]
    expected = dict(
        architecture=type(model).__name__,
        cases=[case(folder, sequence(length, 100 * number + i), 16) for i, length in enumerate(lengths)],
    )
    if "rope_parameters" in fields:
        # Greedy tokens that cross the original context.
        expected["cases"].append(case(folder, sequence(context - 8, 100 * number + 9), 16))
    if name == WITH_GRADIENTS:
        expected["gradients"] = gradients(folder, sequence(24, 7), 9)
    text = json.dumps(expected, separators=(",", ":")).encode()
    (folder / "expected.json.gz").write_bytes(gzip.compress(text, 9, mtime=0))
    for path in folder.iterdir():
        path.chmod(0o644)


def check(folder):
    """Largest difference of the logits of a saved folder from those expected of the checkpoint it was made of."""
    expected = json.loads(gzip.decompress((FOLDER / folder.name / "expected.json.gz").read_bytes()))
    worst = 0.0
    for one in expected["cases"]:
        with torch.no_grad():
            logits = loaded(folder)(torch.tensor([one["input_ids"]])).logits[0, -1]
        worst = max(worst, (logits - torch.tensor(one["last_logits"])).abs().max().item())
    return worst


def record(root):
    """Checks every folder in `root` and writes what was found."""
    folders = {}
    for folder in sorted(root.iterdir()):
        gap = check(folder)
        assert gap < 1e-4, f"{folder.name}: logits differ by {gap}"
        hashes = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.iterdir())}
        folders[folder.name] = dict(gap=float(f"{gap:.1g}"), files=hashes)
        print(folder.name, gap)
    found = dict(transformers=transformers.__version__, torch=torch.__version__.split("+")[0], folders=folders)
    (FOLDER.parent / "saved-checkpoints.json").write_text(json.dumps(found, indent=1) + "\n")


if __name__ == "__main__":
    torch.set_num_threads(1)
    if sys.argv[1:2] == ["--check"]:
        record(Path(sys.argv[2]))
    else:
        for number, name in enumerate(CHECKPOINTS):
            write(name, number)
            print(name)
