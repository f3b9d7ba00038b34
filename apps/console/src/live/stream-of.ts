/** Which place of a run a value belongs to: scores of a split become known apart from metrics. */
export type Stream = 'metrics' | 'dev' | 'test';

export function streamOf(name: string): Stream {
  return name.startsWith('dev/') ? 'dev' : name.startsWith('test/') ? 'test' : 'metrics';
}
