/** Names of question types: the benchmark numbers its templates, the built-in world names them. */

export function typeLabel(type: string): string {
  return /^\d+$/.test(type) ? `template ${type}` : type;
}
