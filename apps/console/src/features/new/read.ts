/** Templates, schemas and checks of configs, on the server. */
import { experimentDocs, schemaJson, sweepDocs } from '@queryloop/contracts/config-docs';
import { checkConfigText } from '@queryloop/contracts/load-config';
import { checkSweepText, experimentsFolder, listTemplates, type Template, templateOf } from '@queryloop/control';
import { store } from '#server/store.ts';
import type { CheckResult, ConfigKind, FieldSchema } from './schemas.ts';

/** The schema that the form is made from. */
export function configSchema(kind: ConfigKind): FieldSchema {
  return JSON.parse(schemaJson(kind === 'experiment' ? experimentDocs : sweepDocs)) as FieldSchema;
}

export { listTemplates };

/** Throws UserError when there is nothing of that name. */
export async function readTemplate(source: string): Promise<Template> {
  return await templateOf(await store(), source);
}

/** Every mistake in a text, by field and line; how much it would do when there is none. */
export function checkText(kind: ConfigKind, text: string): CheckResult {
  if (kind === 'experiment') {
    const { config, issues } = checkConfigText(text);
    if (config === null) return { issues, summary: null };
    const { updates } = config.grpo;
    const perUpdate = config.rollout.promptsPerUpdate * config.rollout.groupSize;
    return { issues: [], summary: { name: config.name, runs: 1, updates, completions: updates * perUpdate } };
  }
  const { input, issues } = checkSweepText(text, { folder: experimentsFolder });
  if (input === null) return { issues, summary: null };
  const { settings, trials } = input;
  const seeds = settings.seeds.length;
  const sum = (of: (config: (typeof trials)[number]['config']) => number): number =>
    trials.reduce((total, { config }) => total + of(config) * seeds, 0);
  return {
    issues: [],
    summary: {
      name: settings.name,
      runs: trials.length * seeds,
      updates: sum(({ grpo }) => grpo.updates),
      completions: sum(({ grpo, rollout }) => grpo.updates * rollout.promptsPerUpdate * rollout.groupSize),
    },
  };
}
