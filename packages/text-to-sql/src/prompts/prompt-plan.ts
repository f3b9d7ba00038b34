/** How a dataset's prompts are written: everything that comes from files or is drawn, settled once and kept with the dataset. */
import { readFileSync } from 'node:fs';
import { type PromptConfig, type PromptStyle, UserError } from '@queryloop/contracts';

export interface ExamplePair {
  question: string;
  /** With its values, as the policy is to write it. */
  sql: string;
}

export interface PromptPlan {
  /** Jinja source. */
  template: string;
  /** Names the template in errors. */
  templateName: string;
  system?: string;
  /** Put into the policy's chat template, where it has one. */
  chat: boolean;
  /** Sample values shown of each column, as far as they fit. */
  sampleValues: number;
  /** Shown as far as they fit. */
  examples: ExamplePair[];
}

/** Settles a plan. Throws UserError when the template's file cannot be read. */
export function planPrompts(
  { style, template: path, system, chat, sampleValues }: PromptConfig,
  examples: readonly ExamplePair[],
): PromptPlan {
  const template = path === undefined ? styleTemplate(style) : readTemplate(path);
  const templateName = path ?? `template of style ${style}`;
  return {
    template,
    templateName,
    ...(system !== undefined && { system }),
    chat,
    sampleValues,
    examples: [...examples],
  };
}

function styleTemplate(style: PromptStyle): string {
  return readFileSync(new URL(`./templates/${style}.jinja`, import.meta.url), 'utf8');
}

function readTemplate(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new UserError({
      message: code === 'ENOENT' ? `no such file: ${path}` : `cannot read ${path}: ${message}`,
      field: 'prompt.template',
      hint: 'Give a Jinja file; docs/prompts.md lists its variables.',
    });
  }
}
