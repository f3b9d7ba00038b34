/** Checks the text of a config that is no file, as an editor does while it is written. */
import type { ExperimentConfig } from '../experiment-config.ts';
import { UserError } from '../user-error.ts';
import { type ConfigIssue, issuesOf } from './config-error.ts';
import { ConfigSource } from './config-source.ts';
import { type ConfigOverrides, checkOverridden } from './override.ts';

/** Reading YAML takes time that grows faster than its length, in which a server does nothing else; configs have some hundred characters. */
export const mostConfigCharacters = 64_000;

export interface CheckedConfig {
  /** Null when there are issues. */
  config: ExperimentConfig | null;
  issues: ConfigIssue[];
}

/** The same checks and defaults as of `loadConfig`. Throws UserError for a text that is too long to look at. */
export function checkConfigText(text: string, overrides: ConfigOverrides = {}): CheckedConfig {
  requireShort(text);
  try {
    return { config: checkOverridden(new ConfigSource('config', text), overrides), issues: [] };
  } catch (error) {
    return { config: null, issues: issuesOf(error) };
  }
}

export function requireShort(text: string): void {
  if (text.length <= mostConfigCharacters) return;
  throw new UserError({
    message: `the config has ${text.length.toLocaleString('en')} characters; at most ${mostConfigCharacters.toLocaleString('en')} are read`,
    field: 'yaml',
    hint: 'Leave out what has its default; give long lists of values as a range.',
  });
}
