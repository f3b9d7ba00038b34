/** `queryloop audit <run>`: the share of rewarded queries that read their answers from the database, over training. */
import type { AuditCounts, AuditExample } from '@queryloop/contracts';
import { dash, mostRows, share, spread } from '../analysis/cells.ts';
import { runAnalysis } from '../analysis/run-analysis.ts';
import type { FollowOptions } from '../on-platform.ts';
import { oneLine } from '../one-line.ts';
import { openScreen } from '../screen.ts';
import { tableLines } from '../table.ts';

export interface AuditOptions extends FollowOptions {
  sample: number;
  seed: number;
  every: number;
  first: number;
  last?: number;
}

const mostExamples = 3;

export async function audit(
  runId: string,
  { sample, seed, every, first, last, json, worker }: AuditOptions,
  signal: AbortSignal,
): Promise<void> {
  const screen = openScreen({ json });
  const settings = { sample, seed, every, first };
  const { analysisId, result } = await runAnalysis<'audit'>(
    { kind: 'audit', runId, settings: last === undefined ? settings : { ...settings, last } },
    { worker, screen },
    signal,
  );
  const head = ['update', 'rewarded', 'audited', 'survived', '95 % interval', 'no table', 'literal', 'unchanged'];
  const rows = spread(result.updates, mostRows).map((update) => [String(update.update), ...cells(update)]);
  screen.line();
  for (const line of tableLines(head, [...rows, ['all', ...cells(result.overall)]])) screen.line(line);
  const flagged = result.updates
    .toReversed()
    .flatMap(({ update, examples }) => examples.flatMap((example) => (example.survived ? [] : [{ update, example }])))
    .slice(0, mostExamples);
  if (flagged.length > 0) screen.line('\nflagged last');
  for (const { update, example } of flagged) for (const line of exampleLines(update, example)) screen.line(line);
  screen.line();
  screen.line('what counts as surviving, and its limits: docs/analyses.md');
  if (json) process.stdout.write(`${JSON.stringify({ analysisId, runId, ...result })}\n`);
}

function cells({ rewarded, audited, share: survived, ci95, reasons }: AuditCounts): string[] {
  return [
    String(rewarded),
    String(audited),
    share(survived),
    ci95 === null ? dash : `${share(ci95[0])} to ${share(ci95[1])}`,
    String(reasons.no_table),
    String(reasons.answer_literal),
    String(reasons.unchanged),
  ];
}

function exampleLines(update: number, { question, answer, sql, before, after, reasons }: AuditExample): string[] {
  return [
    `  update ${update}: ${oneLine(question)}  (answer: ${oneLine(answer)})`,
    `    ${oneLine(sql)}`,
    `    → ${oneLine(before)}; on a copy: ${oneLine(after)}  [${reasons.join(', ').replaceAll('_', ' ')}]`,
  ];
}
