/** Metrics as the strict parser of Prometheus' own client reads them. */
import { runPython } from './python.ts';

export interface Family {
  type: string;
  unit: string;
  samples: [name: string, labels: Record<string, string>, value: number | null][];
}

export const contentType = 'application/openmetrics-text; version=1.0.0; charset=utf-8';

/** Families by name; fails when the answer is not OpenMetrics. */
export async function readMetrics(url: string, headers: Record<string, string> = {}): Promise<Record<string, Family>> {
  const answer = await fetch(url, { headers });
  const input = await answer.text();
  if (answer.headers.get('content-type') !== contentType)
    throw new Error(`${url} gives ${answer.status}, ${answer.headers.get('content-type')}: ${input.slice(0, 500)}`);
  return await runPython<Record<string, Family>>('read-openmetrics.py', [], { input });
}

/** Values of a sample by its labels, as JSON. */
export function valuesOf(families: Record<string, Family>, family: string, sample = family): Record<string, number> {
  return Object.fromEntries(
    (families[family]?.samples ?? [])
      .filter(([name]) => name === sample)
      .map(([, labels, value]) => [JSON.stringify(labels), value ?? Number.NaN]),
  );
}
