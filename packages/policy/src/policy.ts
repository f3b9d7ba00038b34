/** A policy: the model, its tokenizer and its folder on disk; what samples, scores and is trained. */
import { join } from 'node:path';
import type { Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs';
import { CheckpointFiles } from './checkpoint-files.ts';
import { completionHidden, finalRows, headWeight, type Model } from './decoder.ts';
import { placement, spreadRows } from './decoder-ops.ts';
import { jsonText, readJson, writeWhole } from './folder-files.ts';
import { checkPrompt, type GroupBatch, type PackedGroup, packGroups } from './group-batch.ts';
import { checkTensors, loadWeights, withActualTying } from './load-weights.ts';
import { architectureOf, type ModelConfig, parseModelConfig } from './model-config.ts';
import { initialValues, sizeOf, type WeightSpec, weightSpecs } from './model-weights.ts';
import { ownTensor } from './native-ops.ts';
import { RotaryTables } from './rotary-tables.ts';
import { type NamedArray, safetensorsParts } from './safetensors.ts';
import { type GeneratedGroup, type GenerateRequest, generate } from './sampler.ts';
import { loadTensorflow, type TF, tensorflow } from './tensorflow.ts';
import { tokenLogProbs } from './token-log-probs.ts';
import { buildTokenizer, type Tokenizer, type TokenizerFiles } from './tokenizer.ts';
import { readTokenizerFiles } from './tokenizer-files.ts';

export interface ForwardResult {
  /** Log-probability of each completion token under softmax(logits / temperature) [N, Tc]; 0 at padding. */
  logProbs: Tensor2D;
  /** Entropy in nats of the distribution each token was drawn from [N, Tc]; 0 at padding. */
  entropy: Tensor2D;
}

export interface CreateOptions {
  /** A Hugging Face config.json. */
  config: Record<string, unknown>;
  tokenizerJson: Record<string, unknown>;
  tokenizerConfig?: Record<string, unknown>;
  seed: number;
  threads?: number;
}

export class Policy {
  readonly config: ModelConfig;
  readonly tokenizer: Tokenizer;
  readonly weightSpecs: readonly WeightSpec[];
  private readonly files: TokenizerFiles;
  private readonly weights: Map<string, Tensor>;
  private readonly model: Model;

  private constructor(config: ModelConfig, files: TokenizerFiles, tokenizer: Tokenizer, weights: Map<string, Tensor>) {
    const tf = tensorflow();
    this.config = config;
    this.files = files;
    this.tokenizer = tokenizer;
    this.weightSpecs = weightSpecs(config);
    this.weights = weights;
    const weight = (name: string) => this.weights.get(name) as Tensor;
    this.model = {
      config,
      weight,
      foldedWeight: (name, norm) => tf.mul(weight(name), weight(norm)),
      rotary: new RotaryTables(config),
    };
  }

  /**
   * Loads a Hugging Face folder: config.json, model.safetensors (or the shards of model.safetensors.index.json) in float32,
   * float16 or bfloat16, tokenizer.json. Throws UserError naming the file, field or tensor that cannot be used.
   */
  static async load(folder: string, { threads = 2, allowWasm = false } = {}): Promise<Policy> {
    const stated = parseModelConfig((await readJson(folder, 'config.json')) ?? {}, join(folder, 'config.json'));
    const files = await readTokenizerFiles(folder);
    const weightFiles = await CheckpointFiles.open(folder);
    try {
      const config = await withActualTying(stated, weightFiles);
      checkTensors(config, weightFiles, folder);
      const tokenizer = buildTokenizer(files, config);
      await loadTensorflow({ threads, allowWasm });
      return new Policy(config, files, tokenizer, await loadWeights(config, weightFiles));
    } finally {
      await weightFiles.close();
    }
  }

  /** A fresh policy: normal weights of deviation 0.02, keyed by (seed, tensor name, index). */
  static async create({
    config: json,
    tokenizerJson,
    tokenizerConfig = { tokenizer_class: 'PreTrainedTokenizerFast' },
    seed,
    threads = 2,
  }: CreateOptions): Promise<Policy> {
    const config = parseModelConfig(json);
    await loadTensorflow({ threads });
    const files = { tokenizer: tokenizerJson, tokenizerConfig, generationConfig: null };
    const weights = weightSpecs(config).map((spec): [string, Tensor] => [
      spec.name,
      ownTensor(initialValues(spec, seed), spec.shape),
    ]);
    return new Policy(config, files, buildTokenizer(files, config), new Map(weights));
  }

  /** Writes a folder that `load` and Hugging Face transformers read; equal weights give equal bytes. */
  async save(folder: string): Promise<void> {
    const { torch_dtype: _, ...json } = this.config.json;
    const { bosId, padId } = this.config;
    const { eosIds } = this.tokenizer;
    const generation = this.files.generationConfig ?? {
      bos_token_id: bosId,
      eos_token_id: eosIds.length === 1 ? eosIds[0] : eosIds,
      pad_token_id: padId,
    };
    const saved = {
      ...json,
      architectures: [architectureOf(this.config)],
      dtype: 'float32',
      rope_frequency_dtype: this.config.ropeFormat,
    };
    const valuesOf = ({ name }: WeightSpec) => this.weights.get(name)?.dataSync() as Float32Array;
    await writeWhole(folder, 'model.safetensors', safetensorsParts(this.weightSpecs, valuesOf));
    await writeWhole(folder, 'tokenizer.json', [jsonText(this.files.tokenizer)]);
    await writeWhole(folder, 'tokenizer_config.json', [jsonText(this.files.tokenizerConfig)]);
    await writeWhole(folder, 'generation_config.json', [jsonText(generation)]);
    await writeWhole(folder, 'config.json', [jsonText(saved)]);
  }

  /** Every weight as float32, sorted by name. */
  weightArrays(): NamedArray[] {
    return this.weightSpecs.map(({ name, shape }) => ({
      name,
      shape,
      values: this.weights.get(name)?.dataSync() as Float32Array,
    }));
  }

  /** The weights in the order of `weightSpecs`. */
  weightTensors(): Tensor[] {
    return this.weightSpecs.map(({ name }) => this.weights.get(name) as Tensor);
  }

  /** Takes new values for all weights from one flat vector [parameterCount]. */
  replaceWeights(flat: Tensor1D): void {
    const tf = tensorflow();
    const sizes = this.weightSpecs.map(({ shape }) => sizeOf(shape));
    const parts = tf.tidy(() =>
      tf.split(flat, sizes).map((part, i) => tf.reshape(part, this.weightSpecs[i]?.shape as number[])),
    );
    this.weightSpecs.forEach(({ name }, i) => {
      this.weights.get(name)?.dispose();
      this.weights.set(name, tf.keep(parts[i] as Tensor));
    });
  }

  /** The engine, for building losses over what `forward` returns. */
  get tf(): TF {
    return tensorflow();
  }

  parameterCount(): number {
    return this.weightSpecs.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  }

  /** Samples completions; see GenerateRequest. What one sample draws depends on its own keys and prompt only. */
  generate(request: GenerateRequest): Promise<GeneratedGroup[]> {
    return generate(this.model, this.tokenizer.eosIds, request);
  }

  /** Log-probability of each next token, at temperature 1 (length ids.length − 1). */
  async score(ids: readonly number[]): Promise<number[]> {
    if (ids.length < 2) return [];
    const batch = this.packGroups([{ promptIds: ids.slice(0, 1), completions: [ids.slice(1)], span: ids.length }]);
    const result = tensorflow().tidy(() => this.forward(batch, 1).logProbs);
    const values = Array.from(await result.data());
    result.dispose();
    return values;
  }

  /** Logits [vocabulary] after the last of `ids`. */
  async lastLogits(ids: readonly number[]): Promise<Float32Array> {
    const tf = tensorflow();
    checkPrompt(ids, 0, this.config);
    // The target of the last row is not used: only the hidden row is.
    const { prompts, rows } = packGroups([{ promptIds: ids, completions: [[ids[0] as number]] }], {
      ...this.config,
      maxPositions: Number.POSITIVE_INFINITY,
    });
    const logits = tf.tidy(() =>
      tf.matMul(
        finalRows(this.model, completionHidden(this.model, prompts, rows)),
        headWeight(this.model),
        false,
        true,
      ),
    );
    const values = (await logits.data()) as Float32Array;
    logits.dispose();
    return values;
  }

  /** Lays out groups for `forward`. Throws UserError when a sequence does not fit the model's context or vocabulary. */
  packGroups(groups: readonly PackedGroup[]): GroupBatch {
    return packGroups(groups, this.config);
  }

  /** Differentiable log-probabilities and entropies of a batch's completions. */
  forward({ prompts, rows, completionCount, maxTokens }: GroupBatch, temperature: number): ForwardResult {
    const tf = tensorflow();
    const hidden = finalRows(this.model, completionHidden(this.model, prompts, rows));
    const scored = tokenLogProbs(hidden, headWeight(this.model), rows.targets, temperature);
    const places = placement(rows.completionRows, rows.ids.length);
    const [logProbs, entropy] = tf
      .unstack(scored)
      .map((flat) => tf.reshape(spreadRows(tf.expandDims(flat, 1), places), [completionCount, maxTokens])) as [
      Tensor2D,
      Tensor2D,
    ];
    return { logProbs, entropy };
  }

  /** Memory of the weights. */
  get bytes(): number {
    return 4 * this.parameterCount();
  }

  dispose(): void {
    for (const weight of this.weights.values()) weight.dispose();
    this.model.rotary.dispose();
  }
}
