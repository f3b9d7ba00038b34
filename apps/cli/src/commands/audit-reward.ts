/** `queryloop audit-reward <config>`: what a config's reward, and the metrics, give queries that do not read what was asked for. */
import { loadConfig } from '@queryloop/contracts/load-config';
import type { AuditRewardInput, AuditRewardOutput } from '@queryloop/worker';
import { dash, number, share } from '../analysis/cells.ts';
import { hacksOf, verdictLines } from '../analysis/reward-verdict.ts';
import { RunFailed } from '../exit-code.ts';
import { policyProcessStep } from '../one-step.ts';
import { openScreen, progressBar } from '../screen.ts';
import { tableLines } from '../table.ts';

export interface AuditRewardOptions {
  set: string[];
  questions: number;
  seed: number;
  /** Per cent of what a right answer earns. */
  threshold: number;
  json: boolean;
}

type Scorer = AuditRewardOutput['splits'][number]['scorers'][number];
type Finding = Scorer['findings']['dataFree'];

const longestQuery = 160;

export async function auditReward(
  configFile: string,
  { set, questions, seed, threshold, json }: AuditRewardOptions,
  signal: AbortSignal,
): Promise<void> {
  const { dataset, database, reward, rollout, threads } = loadConfig(configFile, { set });
  const screen = openScreen({ json });
  const { questionsPerPrompt } = rollout;
  const result = await policyProcessStep<AuditRewardInput, AuditRewardOutput>(
    'auditReward',
    { dataset, database, reward, questionsPerPrompt, questions, seed, threads },
    { signal, onProgress: ({ done, total, phase }) => screen.live(`${progressBar(done, total)}  ${phase}`) },
  );
  const { label, attacks, splits } = result;
  screen.line(`${label}: ${attacks.data_free} data-free and ${attacks.over_broad} over-broad queries`);
  for (const split of splits) for (const line of splitLines(split)) screen.line(line);
  const hacks = hacksOf(splits, threshold / 100);
  screen.line();
  for (const line of verdictLines(hacks, reward.requireGrounded)) screen.line(line);
  if (json) {
    const verdict = { hackable: hacks.length > 0, threshold: threshold / 100, hacks };
    process.stdout.write(`${JSON.stringify({ ...result, verdict })}\n`);
  }
  if (hacks.length > 0) throw new RunFailed('the reward can be hacked');
}

function splitLines({ split, questions, prompts, scorers }: AuditRewardOutput['splits'][number]): string[] {
  const head = ['', 'right', 'data-free', '', 'chosen per prompt', '', 'over-broad', '', 'chosen per prompt', ''];
  const cells = (finding: Finding): string[] => [number(finding?.score ?? null), bracketed(finding?.share ?? null)];
  const rows = scorers.map(({ kind, name, findings }) => [
    kind === 'reward' ? 'whole reward' : `${kind} ${name}`,
    number(findings.right),
    ...cells(findings.dataFree),
    ...cells(findings.dataFreePerPrompt),
    ...cells(findings.overBroad),
    ...cells(findings.overBroadPerPrompt),
  ]);
  const best = scorers.find(({ kind }) => kind === 'reward')?.findings;
  return [
    '',
    `${split}: ${questions} questions of ${prompts} prompts; best query, and in brackets its share of what a right answer earns`,
    ...tableLines(head, rows),
    ...[best?.dataFree, best?.overBroad].flatMap((finding) => (finding?.sql ? [`  ${shortened(finding.sql)}`] : [])),
  ];
}

const bracketed = (value: number | null): string => (value === null ? dash : `(${share(value)})`);

function shortened(sql: string): string {
  return sql.length <= longestQuery ? sql : `${sql.slice(0, longestQuery - 1)}…`;
}
