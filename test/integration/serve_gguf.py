"""The server of llama.cpp, as xllamacpp brings it: python serve_gguf.py <file.gguf> <name> <port>. Prints its address once it answers."""

import sys
import time

import xllamacpp

file, name, port = sys.argv[1:]
params = xllamacpp.CommonParams()
params.model.path = file
params.model_alias = {name}
params.hostnames = ["127.0.0.1"]
params.port = int(port)
params.n_parallel = 4
params.n_ctx = 4096
params.n_gpu_layers = 0
# one thread: two would spin for each other on a machine with other work
params.cpuparams.n_threads = 1
# as the policy computes
params.cache_type_k = xllamacpp.ggml_type.GGML_TYPE_F32
params.cache_type_v = xllamacpp.ggml_type.GGML_TYPE_F32
# else what a slot still holds of an earlier prompt decides how the next is cut into batches, and with it the last bits
params.cache_prompt = False
server = xllamacpp.Server(params)
print(server.listening_address, flush=True)
while True:
    time.sleep(3600)
