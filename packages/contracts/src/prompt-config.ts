/** The config group `prompt`: what the policy reads of a question, and the rules that its fields keep. */
import { z } from 'zod';
import type { RuleViolation } from './config-rules.ts';

export const promptStyles = ['placeholder', 'zero-shot', 'few-shot', 'paper'] as const;
export type PromptStyle = (typeof promptStyles)[number];

export const PromptConfig = z
  .strictObject({
    style: z
      .enum(promptStyles)
      .default('placeholder')
      .describe(
        'placeholder: the linked question with placeholders for values, for the policy that Queryloop makes itself. The others write the schema and the question out, for language models; queries then hold their values. paper: after arXiv 2506.06093.',
      ),
    template: z
      .string()
      .min(1)
      .optional()
      .describe('Path of a Jinja file of your own in the place of the style’s (docs/prompts.md lists its variables).'),
    system: z.string().min(1).optional().describe('System message; left out, there is none of Queryloop’s.'),
    chat: z.boolean().default(true).describe('Put the prompt into the chat template of the policy, where it has one.'),
    examples: z
      .string()
      .min(1)
      .optional()
      .describe(
        'Path of a JSONL file with the examples of few-shot, {"question": …, "sql": …} a line; left out, pairs of the grammar with values of the train database.',
      ),
    shots: z.number().int().nonnegative().default(4).describe('Examples in a prompt of style few-shot.'),
    sampleValues: z
      .number()
      .int()
      .nonnegative()
      .default(3)
      .describe('Values shown of each column in the schema, the most frequent first; 0 shows none.'),
  })
  .describe('What the policy reads: docs/prompts.md.');
export type PromptConfig = z.infer<typeof PromptConfig>;

/** Fields that do not go together. */
export function promptViolations(
  { style, template, system, examples, chat }: PromptConfig,
  folder: string | undefined,
): RuleViolation[] {
  const wrong = (field: string, message: string): RuleViolation => ({ path: ['prompt', field], message });
  if (style === 'placeholder') {
    const given = Object.entries({ template, system, examples, chat: chat ? undefined : chat });
    return given
      .filter(([, value]) => value !== undefined)
      .map(([field]) => wrong(field, `does not go with style placeholder; set prompt.style to zero-shot or few-shot`));
  }
  const violations: RuleViolation[] = [];
  if (folder === undefined)
    violations.push(
      wrong(
        'style',
        `${style} is for language models: give one in policy.folder (the policy made here reads placeholder)`,
      ),
    );
  if (examples !== undefined && style !== 'few-shot')
    violations.push(wrong('examples', `style ${style} shows no examples; set prompt.style to few-shot`));
  return violations;
}
