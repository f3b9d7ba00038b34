/** A policy: the model, its tokenizer and its folder on disk; what samples, scores and is trained. */
import type { LoraConfig } from '@queryloop/contracts';
import type { Tensor, Tensor1D } from '@tensorflow/tfjs';
import { bytesPerToken } from './activation-memory.ts';
import { Adapter } from './adapter.ts';
import { newAdapterConfig } from './adapter-config.ts';
import { findBase, isAdapterFolder, loadAdapter, saveAdapter } from './adapter-files.ts';
import { AdapterSet } from './adapter-set.ts';
import { CheckpointFiles } from './checkpoint-files.ts';
import { byLayer } from './checkpointed-layers.ts';
import { finalRows, headWeight, type Model } from './decoder.ts';
import { jsonText, writeWhole } from './folder-files.ts';
import { type ForwardOptions, type ForwardResult, forwardPass } from './forward-pass.ts';
import { checkPrompt, countRows, type GroupBatch, type PackedGroup, packGroups } from './group-batch.ts';
import { HeldWeights } from './held-weights.ts';
import { completionHidden } from './layer-pass.ts';
import { checkTensors, loadWeights, withActualTying } from './load-weights.ts';
import { type ModelConfig, parseModelConfig } from './model-config.ts';
import { initialValues, type WeightSpec, weightSpecs } from './model-weights.ts';
import { ownTensor } from './native-ops.ts';
import { readModelConfig } from './read-model-config.ts';
import { RotaryTables } from './rotary-tables.ts';
import type { NamedArray } from './safetensors.ts';
import { type GeneratedGroup, type GenerateRequest, generate } from './sampler.ts';
import { saveModel } from './save-model.ts';
import { loadTensorflow, type TF, tensorflow } from './tensorflow.ts';
import { buildTokenizer, type Tokenizer, type TokenizerFiles } from './tokenizer.ts';
import { readTokenizerFiles } from './tokenizer-files.ts';
import { countOf, replaceByParts, type Trainable } from './trainable.ts';

export interface NewAdapter extends Pick<LoraConfig, 'rank' | 'alpha' | 'dropout' | 'rsLora' | 'targets'> {
  /** Keys its first values and its dropout. */
  seed: number;
  base: string | null;
}

/** The policy that a KL penalty holds on to. */
export type ReferencePolicy = Pick<Policy, 'forward' | 'bytes' | 'dispose'>;

export interface LoadOptions {
  threads?: number;
  allowWasm?: boolean;
  /** Of an adapter's folder: the folder of its base, in the place of the one that it names. */
  base?: string;
  /** Of an adapter's folder: keys its dropout. */
  seed?: number;
}

export interface CreateOptions {
  /** A Hugging Face config.json. */
  config: Record<string, unknown>;
  tokenizerJson: Record<string, unknown>;
  tokenizerConfig?: Record<string, unknown>;
  seed: number;
  threads?: number;
}

export class Policy implements Trainable {
  readonly config: ModelConfig;
  readonly tokenizer: Tokenizer;
  readonly weightSpecs: readonly WeightSpec[];
  private readonly files: TokenizerFiles;
  private readonly weights: HeldWeights;
  private readonly model: Model;
  private readonly adapters: AdapterSet;

  private constructor(config: ModelConfig, files: TokenizerFiles, tokenizer: Tokenizer, weights: HeldWeights) {
    const tf = tensorflow();
    this.config = config;
    this.files = files;
    this.tokenizer = tokenizer;
    this.weightSpecs = weightSpecs(config);
    this.weights = weights;
    this.adapters = new AdapterSet(weights);
    const weight = (name: string) => weights.get(name);
    this.model = {
      config,
      weight,
      isHalf: (name) => weights.isHalf(name),
      rows: (name, indices) => weights.rows(name, indices),
      foldedWeight: (name, norm) => tf.mul(weight(name), weight(norm)),
      lowRank: (projection) => this.adapters.applied?.lowRank(projection) ?? null,
      rotary: new RotaryTables(config),
    };
  }

  /**
   * Loads a Hugging Face folder: config.json, model.safetensors (or the shards of model.safetensors.index.json) in float32,
   * float16 or bfloat16, tokenizer.json. An adapter's folder (PEFT) is loaded over its base, in use under the name `default`. Throws
   * UserError naming the file, field or tensor that cannot be used.
   */
  static async load(
    folder: string,
    { threads = 2, allowWasm = false, base, seed = 0 }: LoadOptions = {},
  ): Promise<Policy> {
    if (isAdapterFolder(folder)) {
      const policy = await Policy.load(base ?? (await findBase(folder)), { threads, allowWasm });
      try {
        await policy.loadAdapter('default', folder, seed);
        policy.useAdapter('default');
        return policy;
      } catch (error) {
        policy.dispose();
        throw error;
      }
    }
    const stated = await readModelConfig(folder);
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
    return new Policy(config, files, buildTokenizer(files, config), new HeldWeights(weights));
  }

  /** Adds a fresh adapter, which changes nothing until it is used and trained. `base` is what PEFT users load the model by. */
  addAdapter(name: string, settings: NewAdapter): void {
    const config = newAdapterConfig(settings, this.config, settings.base);
    this.adapters.add(name, Adapter.fresh(config, settings.seed));
  }

  /** Adds an adapter from a folder in PEFT's format; see loadAdapter of adapter-files.ts. */
  async loadAdapter(name: string, folder: string, seed = 0): Promise<void> {
    this.adapters.add(name, await loadAdapter(folder, this.config, seed));
  }

  /** Uses an adapter, or with null the base alone. */
  useAdapter(name: string | null): void {
    this.adapters.use(name);
  }

  /** The adapter in use; null where the base is used alone. */
  get adapter(): Adapter | null {
    const { active } = this.adapters;
    return active === null ? null : this.adapters.get(active);
  }

  get adapterNames(): string[] {
    return this.adapters.names;
  }

  /** Adds the adapter in use to the weights: the policy is then one without adapters, in what it saves and trains too. */
  mergeAdapter(): void {
    this.adapters.merge();
  }

  /** Undoes `mergeAdapter`, up to the rounding of one addition and one subtraction. */
  unmergeAdapter(): void {
    this.adapters.unmerge();
  }

  /** What training changes: the adapter in use alone, or all weights. */
  get trainable(): Trainable {
    return this.adapters.applied ?? this;
  }

  /**
   * The policy with another adapter, or with null the base alone, as a reference for a KL penalty: no copy of the weights. An adapter
   * that was never trained is as none.
   */
  asReference(name: string | null): ReferencePolicy {
    const adapter = name === null || this.adapters.get(name).isFresh() ? null : name;
    const forward: ReferencePolicy['forward'] = (batch, temperature, options) => {
      const { active } = this.adapters;
      this.adapters.use(adapter);
      try {
        return this.forward(batch, temperature, options);
      } finally {
        this.adapters.use(active);
      }
    };
    return { forward, bytes: 0, dispose: () => undefined };
  }

  /**
   * Writes a folder that `load` reads: with an adapter in use that is not merged, that adapter and the tokenizer for PEFT, else the whole
   * model for Hugging Face transformers. Equal weights give equal bytes.
   */
  async save(folder: string): Promise<void> {
    const { applied } = this.adapters;
    await writeWhole(folder, 'tokenizer.json', [jsonText(this.files.tokenizer)]);
    await writeWhole(folder, 'tokenizer_config.json', [jsonText(this.files.tokenizerConfig)]);
    const { config, weights, files, tokenizer } = this;
    const { generationConfig } = files;
    await (applied
      ? saveAdapter(folder, applied)
      : saveModel(folder, { config, weights, generationConfig, eosIds: tokenizer.eosIds }));
  }

  /** Every weight as float32, sorted by name. */
  weightArrays(): NamedArray[] {
    return this.weightSpecs.map(({ name, shape }) => ({ name, shape, values: this.weights.values(name) }));
  }

  /** The weights in the order of `weightSpecs`, to train: those in half precision are held in float32 from then on. */
  weightTensors(): Tensor[] {
    this.weights.widen();
    return this.weightSpecs.map(({ name }) => this.weights.get(name));
  }

  /** Takes new values for all weights from one flat vector [parameterCount]. */
  replaceWeights(flat: Tensor1D): void {
    replaceByParts(this.weights, this.weightSpecs, flat);
  }

  /** The engine, for building losses over what `forward` returns. */
  get tf(): TF {
    return tensorflow();
  }

  parameterCount(): number {
    return countOf(this.weightSpecs);
  }

  /** Samples completions; see GenerateRequest. What one sample draws depends on its own keys and prompt only. */
  async generate(request: GenerateRequest): Promise<GeneratedGroup[]> {
    const { model, release } = this.adapters.mergedView(this.model);
    return generate(model, this.tokenizer.eosIds, request).finally(release);
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
  forward(
    batch: GroupBatch,
    temperature: number,
    { dropoutKey, checkpointedLayers = 0, entropyGradient = true }: ForwardOptions = {},
  ): ForwardResult {
    const { applied } = this.adapters;
    const model: Model =
      applied && dropoutKey
        ? { ...this.model, lowRank: (projection) => applied.lowRank(projection, dropoutKey) }
        : this.model;
    return forwardPass(model, batch, temperature, {
      checkpointed: checkpointedLayers > 0 ? byLayer(this.trained(), checkpointedLayers) : [],
      headFrozen: applied !== null,
      entropyFrozen: !entropyGradient,
    });
  }

  /** What takes a gradient; null while weights are held in half precision, as training widens them first. */
  private trained(): Trainable | null {
    return this.adapters.applied ?? (this.weights.hasHalves ? null : this);
  }

  /** Tokens that a forward over these groups computes; what all prompts begin with counts once. */
  countTokens(groups: readonly PackedGroup[]): number {
    return countRows(groups, this.config);
  }

  /** About how many tokens, by `countTokens`, a training step may have at once to take no more than so many bytes for its gradient. */
  tokensWithin(bytes: number, { checkpointedLayers = 0 }: ForwardOptions = {}): number {
    return Math.max(1, Math.floor(bytes / bytesPerToken(this.config, checkpointedLayers)));
  }

  /** Memory of the weights as they are held, adapters included. */
  get bytes(): number {
    return this.weights.bytes + this.adapters.bytes;
  }

  dispose(): void {
    this.weights.dispose();
    this.adapters.dispose();
    this.model.rotary.dispose();
  }
}
