/** The config group `rollout.server`, what its samples are corrected by, and the rules that they keep. */
import { z } from 'zod';
import type { RuleViolation } from './config-rules.ts';

const seconds = () => z.number().positive();

export const ServerConfig = z
  .strictObject({
    url: z
      .string()
      .regex(/^https?:\/\/[^\s@/?#]+[^\s@?#]*$/, 'expected http(s)://host:port/v1, without user, key or query')
      .describe('Address of the API, up to and with /v1.'),
    model: z.string().min(1).describe('Name of the model, as the server lists it under /v1/models.'),
    apiKey: z
      .string()
      .regex(/^[A-Z_][A-Z0-9_]*$/, 'expected the name of an environment variable, such as ROLLOUT_API_KEY')
      .optional()
      .describe(
        'Name of the environment variable with the key, which workers read where they connect: it stands in no history, store or cache.',
      ),
    concurrency: z.number().int().positive().default(16).describe('Completions asked for at a time.'),
    timeoutSeconds: seconds().default(600).describe('Longest wait for one completion; then it is asked for again.'),
    patienceSeconds: seconds()
      .default(300)
      .describe(
        'How long a server may be away, or give faults only, before the step fails; it is then tried again as after any fault.',
      ),
  })
  .describe(
    'Completions come from an OpenAI-compatible server (vLLM, llama.cpp) in the place of the policy that is trained: docs/rollout-server.md.',
  );
export type ServerConfig = z.infer<typeof ServerConfig>;

export const ImportanceCorrectionConfig = z
  .strictObject({
    mode: z
      .enum(['token_truncate', 'token_mask', 'sequence_truncate', 'sequence_mask', 'none'])
      .default('sequence_mask')
      .describe(
        'Ratios π_policy/π_server of tokens or of whole completions; beyond the bounds they are truncated to them, or masked out (0).',
      ),
    cap: z.number().positive().default(3).describe('Upper bound of the ratios.'),
    floor: z.number().nonnegative().optional().describe('Lower bound; left out, there is none.'),
  })
  .describe(
    'Weights completions of rollout.server by how likely the policy would have written them, as TRL does for vLLM; left out, its defaults hold. Samples of the policy itself need none.',
  );
export type ImportanceCorrectionConfig = z.infer<typeof ImportanceCorrectionConfig>;

interface ServerRules {
  rollout: { server?: ServerConfig | undefined; temperature: number };
  grpo: { importanceCorrection?: ImportanceCorrectionConfig | undefined };
}

/** Fields that do not go together. */
export function serverViolations({ rollout, grpo }: ServerRules): RuleViolation[] {
  const { server, temperature } = rollout;
  const { importanceCorrection: correction } = grpo;
  const violations: RuleViolation[] = [];
  if (server !== undefined && temperature !== 1)
    violations.push({
      path: ['rollout', 'temperature'],
      message: `${temperature} does not go with rollout.server: servers give log-probabilities at temperature 1; leave it at 1`,
    });
  if (server === undefined && correction !== undefined)
    violations.push({
      path: ['grpo', 'importanceCorrection'],
      message: 'is for completions of a server; give one in rollout.server, or leave it out',
    });
  if (correction?.floor !== undefined && correction.floor >= correction.cap)
    violations.push({
      path: ['grpo', 'importanceCorrection', 'floor'],
      message: `${correction.floor} is not below cap (${correction.cap})`,
    });
  return violations;
}

/** What completions of a server are corrected by; null when correction is off. */
export function correctionOf({ importanceCorrection }: ServerRules['grpo']) {
  const { mode, ...bounds } = importanceCorrection ?? ImportanceCorrectionConfig.parse({});
  return mode === 'none' ? null : { mode, ...bounds };
}
