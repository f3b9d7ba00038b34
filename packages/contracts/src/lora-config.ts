/** The config group `policy.lora`: training a low-rank adapter in the place of all weights. */
import { z } from 'zod';

/** Linear layers that an adapter can change, as Hugging Face names them. */
export const loraProjections = ['q_proj', 'k_proj', 'v_proj', 'o_proj', 'gate_proj', 'up_proj', 'down_proj'] as const;

export const LoraConfig = z
  .strictObject({
    rank: z.number().int().positive().optional().describe('r: rows of A and columns of B; 16 when left out.'),
    alpha: z
      .number()
      .positive()
      .optional()
      .describe('What B·A·x is multiplied by, once divided by the rank; 32 when left out.'),
    dropout: z
      .number()
      .min(0)
      .lt(1)
      .optional()
      .describe('Share of the adapter’s inputs that training leaves out; 0 when left out.'),
    targets: z
      .union([z.literal('all-linear'), z.array(z.enum(loraProjections)).min(1)], {
        error: `expected all-linear, or a list of projections; there are: ${loraProjections.join(', ')}`,
      })
      .optional()
      .describe('Projections that get an adapter; all-linear when left out.'),
    rsLora: z
      .boolean()
      .optional()
      .describe('Divide alpha by the square root of the rank (rsLoRA, arXiv 2312.03732); false when left out.'),
    adapter: z
      .string()
      .min(1)
      .optional()
      .describe(
        'Folder in PEFT’s format, or the owner/name of a pulled one, to go on from; what is left out here is as its adapter_config.json says.',
      ),
  })
  .describe(
    'Trains a low-rank adapter beside frozen weights (LoRA, arXiv 2106.09685); without this group all weights are trained. `{}` takes the defaults (docs/lora.md).',
  );
export type LoraConfig = z.infer<typeof LoraConfig>;
