"""Writes a policy's folder (Llama, float32) as GGUF for llama.cpp: python make_gguf.py <folder> <file.gguf>."""
import json, struct, sys
from pathlib import Path
import gguf, numpy as np

folder, target = Path(sys.argv[1]), sys.argv[2]
config = json.loads((folder / "config.json").read_text())
tokenizer = json.loads((folder / "tokenizer.json").read_text())
generation = json.loads((folder / "generation_config.json").read_text())

raw = (folder / "model.safetensors").read_bytes()
size = struct.unpack("<Q", raw[:8])[0]
header = json.loads(raw[8:8 + size])
def tensor(name):
    entry = header[name]
    a, b = entry["data_offsets"]
    return np.frombuffer(raw[8 + size + a:8 + size + b], np.float32).reshape(entry["shape"])

heads, kv = config["num_attention_heads"], config["num_key_value_heads"]
def interleaved(w, n):
    return w.reshape(n, 2, w.shape[0] // n // 2, -1).swapaxes(1, 2).reshape(w.shape)

out = gguf.GGUFWriter(target, "llama")
out.add_context_length(config["max_position_embeddings"])
out.add_embedding_length(config["hidden_size"])
out.add_block_count(config["num_hidden_layers"])
out.add_feed_forward_length(config["intermediate_size"])
out.add_head_count(heads)
out.add_head_count_kv(kv)
out.add_rope_dimension_count(config.get("head_dim") or config["hidden_size"] // heads)
out.add_rope_freq_base(config.get("rope_parameters", config).get("rope_theta", 10000.0))
out.add_layer_norm_rms_eps(config.get("rms_norm_eps", 1e-6))
out.add_vocab_size(config["vocab_size"])
out.add_file_type(gguf.LlamaFileType.ALL_F32)

def byte_letters():
    bs = [*range(33, 127), *range(161, 173), *range(174, 256)]
    cs = bs[:]
    for b in range(256):
        if b not in bs:
            bs.append(b); cs.append(256 + len(cs) - 188)
    return {b: chr(c) for b, c in zip(bs, cs)}
letters = byte_letters()
model = tokenizer["model"]
if model["type"] == "BPE":
    pieces = {i: p for p, i in model["vocab"].items()}
    merges = [m if isinstance(m, str) else " ".join(m) for m in model["merges"]]
else:
    pieces = {i: "".join(letters[b] for b in p.encode()) for i, (p, _) in enumerate(model["vocab"])}
    merges = []
special = {t["id"]: t["content"] for t in tokenizer["added_tokens"]}
tokens, types = [], []
for i in range(config["vocab_size"]):
    tokens.append(special.get(i, pieces.get(i, f"[unused{i}]")))
    types.append(gguf.TokenType.CONTROL if i in special else gguf.TokenType.NORMAL if i in pieces else gguf.TokenType.UNUSED)
out.add_tokenizer_model("gpt2")
out.add_tokenizer_pre("gpt-2")
out.add_token_list(tokens)
out.add_token_types(types)
out.add_token_merges(merges or ["a b"])
eos = generation["eos_token_id"]
out.add_eos_token_id(eos[0] if isinstance(eos, list) else eos)
out.add_add_bos_token(False)

layer = {"input_layernorm": "attn_norm", "self_attn.q_proj": "attn_q", "self_attn.k_proj": "attn_k", "self_attn.v_proj": "attn_v",
         "self_attn.o_proj": "attn_output", "post_attention_layernorm": "ffn_norm", "mlp.gate_proj": "ffn_gate",
         "mlp.up_proj": "ffn_up", "mlp.down_proj": "ffn_down"}
for name in header:
    if name == "__metadata__": continue
    value = tensor(name)
    if name == "model.embed_tokens.weight": new = "token_embd.weight"
    elif name == "model.norm.weight": new = "output_norm.weight"
    elif name == "lm_head.weight": new = "output.weight"
    else:
        _, _, number, rest = name.split(".", 3)
        part = rest.removesuffix(".weight")
        if part.endswith("q_proj"): value = interleaved(value, heads)
        if part.endswith("k_proj"): value = interleaved(value, kv)
        new = f"blk.{number}.{layer[part]}.weight"
    out.add_tensor(new, np.ascontiguousarray(value))
out.write_header_to_file(); out.write_kv_data_to_file(); out.write_tensors_to_file(); out.close()
