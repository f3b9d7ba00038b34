export { AdamW, type StepResult } from './adamw.ts';
export type { GroupBatch, PackedGroup } from './group-batch.ts';
export { learningRateAt } from './learning-rate.ts';
export { type ModelConfig, parseModelConfig } from './model-config.ts';
export { type ForwardResult, Policy } from './policy.ts';
export { keyedStream, keyedUniform } from './random.ts';
export type { GeneratedGroup, GenerateRequest, SampledCompletion } from './sampler.ts';
export { type EngineInfo, engineInfo, loadTensorflow, type TF, tensorflowEnvironment } from './tensorflow.ts';
export type { Tokenizer } from './tokenizer.ts';
