/** What a new experiment or sweep can start from: the project's own files, a run, or a sweep, as YAML. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { configChanges, ExperimentConfig, hidePassword, hidePasswords, UserError } from '@queryloop/contracts';
import type { Store } from '@queryloop/store';
import { parse, stringify } from 'yaml';

/** Where the project's own experiments stand; the console reads experiments of sweeps here and nowhere else. */
export const experimentsFolder = fileURLToPath(new URL('../../../experiments/', import.meta.url));

export type TemplateKind = 'experiment' | 'sweep';

export interface Template {
  /** "template:<file without ending>", "run:<id>" or "sweep:<id>". */
  source: string;
  kind: TemplateKind;
  text: string;
}

/** The project's own files, in alphabetical order. Tables are left out: they write a page of the project, which the command line does. */
export function listTemplates(): Template[] {
  return readdirSync(experimentsFolder)
    .filter((file) => /^[\w-]+\.yaml$/.test(file))
    .sort()
    .flatMap((file) => {
      const text = readFileSync(join(experimentsFolder, file), 'utf8');
      const values = parse(text) as Record<string, unknown> | null;
      if (values?.['variants'] !== undefined) return [];
      const kind = values?.['experiment'] === undefined ? 'experiment' : 'sweep';
      return [{ source: `template:${file.slice(0, -'.yaml'.length)}`, kind, text }];
    });
}

/** The template of a source. Throws UserError (unknown) when there is none. */
export async function templateOf(store: Store, source: string): Promise<Template> {
  const [from, id] = [source.slice(0, source.indexOf(':')), source.slice(source.indexOf(':') + 1)];
  const found =
    from === 'run'
      ? await templateOfRun(store, id)
      : from === 'sweep'
        ? await templateOfSweep(store, id)
        : listTemplates().find((template) => template.source === source);
  if (found) return found;
  throw new UserError({
    message: `nothing to start from is called ${JSON.stringify(source)}`,
    field: 'from',
    hint: 'Give template:<name>, run:<id> or sweep:<id>.',
    kind: 'unknown',
  });
}

async function templateOfRun(store: Store, id: string): Promise<Template | null> {
  const run = await store.runs.get(id);
  if (run === null) return null;
  const note = `# From run ${id}. Fields that are left out have their defaults.\n`;
  return { source: `run:${id}`, kind: 'experiment', text: note + writeExperiment(run.config) };
}

async function templateOfSweep(store: Store, id: string): Promise<Template | null> {
  const sweep = await store.sweeps.get(id);
  if (sweep === null) return null;
  const { experiment, ...settings } = sweep.settings;
  const file = experiment.slice(experiment.lastIndexOf('/') + 1);
  const note = `# From sweep ${id}. The same name goes on with the same sweep; another name makes another.\n`;
  const text = note + stringify({ ...hidePasswords(settings), experiment: file });
  return { source: `sweep:${id}`, kind: 'sweep', text };
}

/** A config as YAML with only what differs from the defaults, name and seed always; passwords hidden. */
export function writeExperiment(config: ExperimentConfig): string {
  const written: Record<string, unknown> = { name: config.name, seed: config.seed };
  for (const { field, to } of configChanges(ExperimentConfig.parse({}), config)) {
    if (to === null) continue;
    const keys = field.split('.');
    const last = keys.pop() as string;
    let at = written;
    for (const key of keys) at = (at[key] ??= {}) as Record<string, unknown>;
    at[last] = typeof to === 'string' ? hidePassword(to) : field === 'reward.functions' ? unbound(to) : to;
  }
  return stringify(written);
}

/** Reward functions without the content that a run was bound to: a new run takes modules as they are. */
function unbound(functions: unknown): unknown {
  return (functions as NonNullable<ExperimentConfig['reward']['functions']>).map(({ sha256: _, ...rest }) => rest);
}
