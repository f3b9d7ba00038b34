/** The experiment config: one schema for YAML files, the CLI's --set, the console's form and the generated reference. */
import { z } from 'zod';
import {
  combineViolations,
  pairsViolations,
  policyShapeViolations,
  rewardViolations,
  turnViolations,
} from './config-rules.ts';
import { DeviceConfig } from './device.ts';
import { LoraConfig } from './lora-config.ts';
import { PromptConfig, promptViolations } from './prompt-config.ts';
import { ImportanceCorrectionConfig, ServerConfig, serverViolations } from './server-config.ts';

export { grammarPairs } from './config-rules.ts';

const positiveInt = () => z.number().int().positive();
const share = () => z.number().min(0).max(1);

export const DatasetConfig = z
  .strictObject({
    name: z
      .enum(['temptabqa-c', 'built-in-world'])
      .default('temptabqa-c')
      .describe('Which question–answer pairs: the TEMPTABQA-C benchmark or the seeded built-in world of athletes.'),
    folder: z
      .string()
      .min(1)
      .optional()
      .describe(
        'Folder of your own database and questions, made by `queryloop init`; it takes the place of `name`, and the splits are those that its dataset.yaml names.',
      ),
    train: z.string().min(1).default('train').describe('Split, or path of a TSV file, whose pairs GRPO learns from.'),
    dev: z
      .string()
      .min(1)
      .default('dev')
      .describe('Split that selects the best update; its questions never stand in train.'),
    test: z.string().min(1).default('Original').describe('Split reported at the end, before and after GRPO.'),
    devQuestions: positiveInt()
      .optional()
      .describe('At most so many questions of dev, drawn the same in every run; all when left out. For slow policies.'),
    testQuestions: positiveInt()
      .optional()
      .describe('At most so many questions of test, drawn the same in every run; all when left out.'),
  })
  .describe('Question–answer pairs and the split each phase uses.');

export const PolicyConfig = z
  .strictObject({
    folder: z
      .string()
      .min(1)
      .optional()
      .describe(
        'Hugging Face folder to start from, or the owner/name of a model that `queryloop pull` brought (docs/models.md); without it a small policy is made and warm-started.',
      ),
    hiddenSize: positiveInt().default(128).describe('Width of the from-scratch policy.'),
    layers: positiveInt().default(3).describe('Decoder layers of the from-scratch policy.'),
    heads: positiveInt().default(4).describe('Attention heads.'),
    keyValueHeads: positiveInt().default(4).describe('Key/value heads (grouped-query attention); divides heads.'),
    feedForwardSize: positiveInt().default(256).describe('Width of the SwiGLU feed-forward layer.'),
    vocabularySize: positiveInt().min(300).default(1024).describe('Largest vocabulary the tokenizer may learn.'),
    lora: LoraConfig.optional(),
  })
  .superRefine((policy, context) => {
    for (const violation of policyShapeViolations(policy)) context.addIssue({ code: 'custom', ...violation });
  })
  .describe('The policy: the language model that writes SQL.');

export const OptimizerConfig = z
  .strictObject({
    learningRate: z.number().positive().default(3e-4).describe('Peak learning rate of AdamW.'),
    schedule: z
      .enum(['constant', 'linear', 'cosine'])
      .default('constant')
      .describe('How the learning rate falls after the warm-up.'),
    warmupSteps: z.number().int().nonnegative().default(0).describe('Steps of linear warm-up from 0.'),
    beta1: share().default(0.9).describe('AdamW: decay of the first moment.'),
    beta2: share().default(0.999).describe('AdamW: decay of the second moment.'),
    epsilon: z.number().positive().default(1e-8).describe('AdamW: added to the denominator.'),
    weightDecay: z.number().nonnegative().default(0).describe('AdamW: decoupled weight decay.'),
    maxGradNorm: z.number().positive().default(1).describe('Gradients are scaled down to this global norm.'),
  })
  .describe('AdamW with clipping and a schedule.');

const MicroBatchTokens = positiveInt()
  .optional()
  .describe(
    'Tokens of prompts and completions whose gradient is computed at once (what all prompts begin with counts once): larger batches go in parts whose gradients are added up, which bounds memory and changes nothing but rounding. Left out, as many as take about 4 GB.',
  );

const GradientCheckpointing = z
  .boolean()
  .optional()
  .describe(
    'Keep each layer’s input only and compute the layer again for its gradient: a part then takes a fraction of the memory and a third to a half more time, and gives the same gradient. Left out, and microBatchTokens too, it is done for as many layers as a group takes to fit a part; false: none, and the group is divided.',
  );

export const WarmStartConfig = z
  .strictObject({
    pairs: z
      .string()
      .min(1)
      .optional()
      .describe(
        'What is learned: a JSONL file of prompts and queries (docs/prompts.md), or `grammar` for the grammar’s own pairs. Left out, the policy that is made here learns from the grammar, and one from a folder is taken as it is.',
      ),
    grammarShare: share()
      .optional()
      .describe('With a file in `pairs`: share of each batch that is drawn from the grammar instead; 0 when left out.'),
    steps: z.number().int().nonnegative().default(600).describe('Supervised steps on pairs.'),
    batchSize: positiveInt().default(96).describe('Pairs a step.'),
    microBatchTokens: MicroBatchTokens,
    gradientCheckpointing: GradientCheckpointing,
    wordNoise: share()
      .default(0.1)
      .describe(
        'Share of question words replaced, dropped or inserted, so that the wording of the grammar is not learned by heart.',
      ),
    optimizer: OptimizerConfig.prefault({ learningRate: 2e-3, schedule: 'cosine', warmupSteps: 50, weightDecay: 0.01 }),
  })
  .superRefine((warmStart, context) => {
    for (const violation of pairsViolations(warmStart)) context.addIssue({ code: 'custom', ...violation });
  })
  .describe(
    'Supervised start on (question, SQL) pairs: from the grammar, which takes no annotated SQL and no question of the benchmark, or from a file.',
  );

export const RolloutConfig = z
  .strictObject({
    promptsPerUpdate: positiveInt().default(48).describe('Prompts a rollout; each becomes one group.'),
    groupSize: positiveInt().min(2).default(16).describe('G: completions sampled for each prompt.'),
    questionsPerPrompt: positiveInt()
      .default(8)
      .describe(
        'A completion is scored on up to this many train questions whose linked prompt is the same; 1 is classical GRPO.',
      ),
    unsolvedWeight: z
      .number()
      .min(0)
      .default(1)
      .describe('How strongly prompts with low reward so far are drawn more often; 0 draws all alike.'),
    proposals: z
      .number()
      .int()
      .nonnegative()
      .default(8)
      .describe(
        'Queries drawn from the grammar and tried beside the samples of a prompt that is not solved yet; one that does better than every sample joins its group. 0 is off: groups are sampled only.',
      ),
    temperature: z.number().positive().default(1).describe('Sampling temperature; training uses the same.'),
    topP: z.number().gt(0).max(1).default(1).describe('Nucleus sampling; 1 is off.'),
    topK: z.number().int().nonnegative().default(0).describe('Keep the k likeliest tokens; 0 is off.'),
    maxTokens: positiveInt()
      .default(48)
      .describe('Longest completion, in tokens; with repairTurns all its turns and the messages between them.'),
    repairTurns: z
      .number()
      .int()
      .nonnegative()
      .max(8)
      .default(0)
      .describe(
        'How often the policy is told why its query failed and writes another, in rollouts and evaluations (docs/repair.md); 0 is off.',
      ),
    server: ServerConfig.optional(),
  })
  .describe('How completions are sampled.');

/** Rewards as published, each a list of reward functions: docs/rewards.md. */
export const rewardPresetNames = ['default', 'paper', 'sql-r1', 'arctic', 'skyrl', 'think2sql'] as const;

export const RewardFunctionConfig = z
  .strictObject({
    name: z
      .string()
      .regex(/^[a-z][a-z0-9_]*$/, 'expected lower-case letters, digits and _')
      .describe('A reward function of docs/rewards.md; with `module`, the name that your own is shown by.'),
    module: z
      .string()
      .min(1)
      .optional()
      .describe(
        'Path of a JavaScript or TypeScript module whose default export is the function; run in a process of its own.',
      ),
    sha256: z
      .string()
      .regex(/^([0-9a-f]{64}|now)$/, 'expected 64 hex digits, or now')
      .optional()
      .describe(
        'Content of the module that the run is bound to: filled in when a run begins. `now` takes the file as it is, for a run that goes on.',
      ),
    weight: z.number().default(1).describe('What its scores are multiplied by.'),
  })
  .describe('One function of the reward.');
export type RewardFunctionConfig = z.infer<typeof RewardFunctionConfig>;

export const RewardConfig = z
  .strictObject({
    preset: z
      .enum(rewardPresetNames)
      .default('default')
      .describe(
        'A published list of reward functions. default: 1 right, 0 wrong, −0.5 failed. paper: +1 executes, −100 error, 0–100 partial match, +1000 exact (arXiv 2506.06093). The others: docs/rewards.md.',
      ),
    correct: z.number().optional().describe('Overrides preset default or paper: answer equal.'),
    wrong: z.number().optional().describe('Overrides preset default or paper: executed, answer differs.'),
    failed: z.number().optional().describe('Overrides preset default or paper: did not execute.'),
    partial: z
      .number()
      .optional()
      .describe('Overrides preset default or paper: times the share of answer parts matched (REMS).'),
    functions: z
      .array(RewardFunctionConfig)
      .min(1)
      .optional()
      .describe('Takes the place of the preset: functions whose weighted scores make the reward.'),
    combine: z
      .enum(['sum', 'gdpo'])
      .default('sum')
      .describe(
        'How functions become one signal: their weighted sum, or each made an advantage of its own first (GDPO, arXiv 2601.05242), which needs grpo.scaleRewards: group.',
      ),
    requireGrounded: z
      .boolean()
      .default(false)
      .describe(
        'Withhold the reward of a right answer from queries that did not read it from the database (docs/analyses.md).',
      ),
    groundedSample: z
      .number()
      .int()
      .nonnegative()
      .default(32)
      .describe(
        'Rewarded queries an update that are run on changed copies of the database: the false-reward rate; 0 is off.',
      ),
    perTurn: z
      .boolean()
      .default(false)
      .describe(
        'With rollout.repairTurns: each turn learns from the reward of its own query, compared with what the group had after as many turns; left off, all turns learn from that of the last (docs/repair.md).',
      ),
  })
  .superRefine((reward, context) => {
    for (const violation of rewardViolations(reward)) context.addIssue({ code: 'custom', ...violation });
  })
  .describe('What a completion is worth: docs/rewards.md.');

export const GrpoConfig = z
  .strictObject({
    updates: positiveInt().default(180).describe('Policy updates.'),
    lossType: z
      .enum(['grpo', 'bnpo', 'dr_grpo', 'dapo', 'cispo'])
      .default('dapo')
      .describe('Loss and its reduction, as TRL names them.'),
    importanceSampling: z
      .enum(['token', 'sequence'])
      .default('token')
      .describe('Ratio per token, or per completion (GSPO).'),
    scaleRewards: z.enum(['group', 'batch', 'none']).default('group').describe('What advantages are divided by.'),
    beta: z
      .number()
      .nonnegative()
      .default(0)
      .describe('Weight of the KL penalty to the policy before GRPO; 0 keeps no reference policy.'),
    epsilon: z.number().positive().default(0.2).describe('Lower clipping range of the ratio.'),
    epsilonHigh: z.number().positive().optional().describe('Upper clipping range; epsilon when left out.'),
    delta: z.number().positive().optional().describe('Two-sided clip: upper bound of the unclipped ratio.'),
    entropyCoefficient: z.number().nonnegative().default(0).describe('Weight of an entropy bonus.'),
    innerIterations: positiveInt().default(1).describe('μ: optimizer steps on each rollout.'),
    maskTruncated: z.boolean().default(false).describe('Leave completions cut at maxTokens out of the loss.'),
    importanceCorrection: ImportanceCorrectionConfig.optional(),
    microBatchTokens: MicroBatchTokens,
    gradientCheckpointing: GradientCheckpointing,
    optimizer: OptimizerConfig.prefault({}),
  })
  .describe('Group Relative Policy Optimization.');

export const EvaluationConfig = z
  .strictObject({
    everyUpdates: positiveInt().default(25).describe('Updates between evaluations on dev.'),
  })
  .describe('Greedy decoding, one query a question.');

export const CheckpointConfig = z
  .strictObject({
    everyUpdates: positiveInt().default(25).describe('Updates between snapshots of weights and optimizer state.'),
    keepLast: positiveInt()
      .default(3)
      .describe(
        'Snapshots kept beside the base and the best on dev; older ones are deleted, and made again when needed.',
      ),
  })
  .describe('Snapshots; updates after the last one are replayed from stored rollouts.');

export const ExperimentConfig = z
  .strictObject({
    name: z.string().min(1).default('experiment').describe('Shown in lists.'),
    seed: z
      .number()
      .int()
      .min(0)
      .max(2 ** 31 - 1)
      .default(1)
      .describe('Keys every random draw of the run.'),
    threads: positiveInt().default(2).describe('TensorFlow threads; part of what makes a run repeatable.'),
    device: DeviceConfig,
    database: z
      .string()
      .regex(
        /^(sqlite|(mysql|mariadb):\/\/.+)$/,
        `expected sqlite, mysql://user:\${NAME}@host:port/ (NAME is the environment variable with the password) or mariadb://…`,
      )
      .default('sqlite')
      .describe(
        `Where queries run: the embedded SQLite, or a MariaDB/MySQL server. Name an environment variable in the place of the password, mysql://user:\${NAME}@host:port/: workers read it where they connect, and it stands in no history, store or cache.`,
      ),
    dataset: DatasetConfig.prefault({}),
    policy: PolicyConfig.prefault({}),
    prompt: PromptConfig.prefault({}),
    warmStart: WarmStartConfig.prefault({}),
    rollout: RolloutConfig.prefault({}),
    reward: RewardConfig.prefault({}),
    grpo: GrpoConfig.prefault({}),
    evaluation: EvaluationConfig.prefault({}),
    checkpoints: CheckpointConfig.prefault({}),
    shards: positiveInt()
      .max(64)
      .default(1)
      .describe(
        'Fixed parts in which rollouts, rewards, gradients and evaluations are computed; with more than one, several workers share a run. The result depends on this number, never on how many workers there are.',
      ),
  })
  .superRefine(({ policy, prompt, reward, grpo, rollout }, context) => {
    const violations = [
      ...combineViolations(reward.combine, grpo.scaleRewards),
      ...turnViolations(reward, rollout),
      ...promptViolations(prompt, policy.folder),
      ...serverViolations({ rollout, grpo }),
    ];
    for (const violation of violations) context.addIssue({ code: 'custom', ...violation });
  })
  .describe('One experiment of Queryloop.');
export type ExperimentConfig = z.infer<typeof ExperimentConfig>;
export type RolloutConfig = z.infer<typeof RolloutConfig>;
export type GrpoConfig = z.infer<typeof GrpoConfig>;
export type OptimizerConfig = z.infer<typeof OptimizerConfig>;
export type WarmStartConfig = z.infer<typeof WarmStartConfig>;
export type PolicyConfig = z.infer<typeof PolicyConfig>;
export type RewardConfig = z.infer<typeof RewardConfig>;
export type DatasetConfig = z.infer<typeof DatasetConfig>;
