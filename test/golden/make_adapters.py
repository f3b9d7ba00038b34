"""Writes fixtures/adapters: LoRA adapters that PEFT saved, and what it computes with them.

    python3 -m venv venv && venv/bin/pip install torch==2.15.0 transformers==5.23.0 peft==0.21.2        # 3 GB
    venv/bin/python test/golden/make_adapters.py                                    # writes them
    node test/golden/save-adapters.ts saved                                         # Queryloop makes, loads and saves adapters
    venv/bin/python test/golden/make_adapters.py --check saved                      # PEFT loads those

The last writes fixtures/saved-adapters.json: how far PEFT's logits are from Queryloop's, and the hash of every file, by which
saved-adapters.test.ts knows that what is saved is still what PEFT loaded. Bases are checkpoints of make_checkpoints.py.
"""

import gzip
import hashlib
import json
import shutil
import sys
from pathlib import Path

import peft
import torch
import transformers
from peft import LoraConfig, PeftModel, get_peft_model
from transformers import AutoModelForCausalLM

FIXTURES = Path(__file__).parent / "fixtures"
BASES = FIXTURES / "architectures"
FOLDER = FIXTURES / "adapters"
END = 199

# name: base, stored as, settings.
ADAPTERS = {
    "llama-all": ("llama-biases", "float32", dict(r=4, lora_alpha=8, target_modules="all-linear")),
    "llama-rslora": ("llama-biases", "float16", dict(r=4, lora_alpha=6, use_rslora=True, target_modules="all-linear")),
    "qwen2-qv": ("qwen2", "bfloat16", dict(r=4, lora_alpha=16, lora_dropout=0.1, target_modules=["q_proj", "v_proj"])),
    "qwen2-rslora": ("qwen2-yarn", "float32", dict(r=4, lora_alpha=4, use_rslora=True, target_modules=["k_proj", "o_proj", "gate_proj"])),
    "qwen3-layer": ("qwen3", "float32", dict(r=3, lora_alpha=3, target_modules=["mlp.up_proj", "down_proj"], layers_to_transform=[1])),
    "mistral-pattern": ("mistral", "float32", dict(r=2, lora_alpha=2, target_modules=r".*layers\.\d+\.self_attn\.(q|k)_proj")),
}
WITH_GRADIENTS = ["llama-rslora", "qwen2-qv"]


def base_of(name):
    return AutoModelForCausalLM.from_pretrained(BASES / name, dtype=torch.float32).eval()


def sequence(length, seed):
    return torch.randint(1, END, (length,), generator=torch.Generator().manual_seed(seed)).tolist()


def rounded(values):
    return [float(f"{value:.6g}") for value in values]


def case(model, ids):
    with torch.no_grad():
        logits = model(torch.tensor([ids])).logits[0]
    log_probs = logits.log_softmax(-1)[:-1].gather(1, torch.tensor(ids[1:])[:, None])[:, 0]
    return dict(input_ids=ids, token_logprobs=rounded(log_probs.tolist()), last_logits=rounded(logits[-1].tolist()))


def gradients(model, ids, prompt):
    """Loss −Σ log p of the tokens after the prompt, and the gradient of every A and B; nothing else has one."""
    for name, weight in model.named_parameters():
        weight.requires_grad_("lora_" in name)
    log_probs = model(torch.tensor([ids])).logits[0].log_softmax(-1)[prompt - 1 : -1]
    loss = -log_probs.gather(1, torch.tensor(ids[prompt:])[:, None]).sum()
    loss.backward()
    found = {name.replace(".default", ""): w.grad for name, w in model.named_parameters() if w.grad is not None}
    return dict(
        input_ids=ids,
        prompt=prompt,
        loss=loss.item(),
        norms={name: float(f"{grad.norm():.6g}") for name, grad in found.items()},
        first8={name: rounded(grad.flatten()[:8].tolist()) for name, grad in found.items()},
    )


def write(name, number):
    base, dtype, settings = ADAPTERS[name]
    folder = FOLDER / name
    shutil.rmtree(folder, ignore_errors=True)
    torch.manual_seed(number)
    model = get_peft_model(base_of(base), LoraConfig(task_type="CAUSAL_LM", **settings))
    with torch.no_grad():
        for weight_name, weight in model.named_parameters():
            if "lora_B" in weight_name:
                weight.normal_(0, 0.2)
    for weight_name, weight in model.named_parameters():
        if "lora_" in weight_name:
            weight.data = weight.data.to(getattr(torch, dtype))
    model.save_pretrained(folder)
    config = json.loads((folder / "adapter_config.json").read_text())
    config["base_model_name_or_path"] = f"test/golden/fixtures/architectures/{base}"
    (folder / "adapter_config.json").write_text(json.dumps(config, indent=2) + "\n")
    (folder / "README.md").unlink(missing_ok=True)
    model = PeftModel.from_pretrained(base_of(base), folder).eval()
    expected = dict(cases=[case(model, sequence(length, 10 * number + i)) for i, length in enumerate([2, 9, 30])])
    if name in WITH_GRADIENTS:
        expected["gradients"] = gradients(model, sequence(24, 7), 9)
    text = json.dumps(expected, separators=(",", ":")).encode()
    (folder / "expected.json.gz").write_bytes(gzip.compress(text, 9, mtime=0))
    for path in folder.iterdir():
        path.chmod(0o644)


def record(root):
    """Loads every folder in `root` over the base that its logits.json names, and compares the logits in there."""
    folders = {}
    for folder in sorted(path for path in root.iterdir() if path.is_dir()):
        said = json.loads((root / f"{folder.name}.json").read_text())
        model = PeftModel.from_pretrained(base_of(said["base"]), folder).eval()
        with torch.no_grad():
            logits = model(torch.tensor([said["input_ids"]])).logits[0, -1]
        gap = (logits - torch.tensor(said["last_logits"])).abs().max().item()
        assert gap < 1e-4, f"{folder.name}: logits differ by {gap}"
        hashes = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.iterdir())}
        folders[folder.name] = dict(gap=float(f"{gap:.1g}"), files=hashes)
        print(folder.name, gap)
    versions = dict(peft=peft.__version__, transformers=transformers.__version__, torch=torch.__version__.split("+")[0])
    found = dict(**versions, folders=folders)
    (FIXTURES / "saved-adapters.json").write_text(json.dumps(found, indent=1) + "\n")


if __name__ == "__main__":
    torch.set_num_threads(1)
    if sys.argv[1:2] == ["--check"]:
        record(Path(sys.argv[2]))
    else:
        for number, name in enumerate(ADAPTERS):
            write(name, number)
            print(name)
