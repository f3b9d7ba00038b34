/** Whether the attacks on a reward show that it can be hacked, and what to do about it. */
import type { AuditRewardOutput } from '@queryloop/worker';
import { share } from './cells.ts';

export interface Hack {
  split: string;
  kind: 'data_free' | 'over_broad';
  /** Of what right answers earn; null where they earn no more than a query that finds nothing. */
  share: number | null;
  sql: string | null;
}

/** Single queries that earn the threshold (a share) or more of the whole reward: what is chosen per prompt shows what could be learned by heart. */
export function hacksOf(splits: AuditRewardOutput['splits'], threshold: number): Hack[] {
  return splits.flatMap(({ split, scorers }) =>
    scorers.flatMap(({ kind: scorer, findings }) => {
      if (scorer !== 'reward') return [];
      const found = { data_free: findings.dataFree, over_broad: findings.overBroad };
      return (['data_free', 'over_broad'] as const).flatMap((kind): Hack[] => {
        const finding = found[kind];
        if (finding === null || (finding.share !== null && finding.share < threshold)) return [];
        return [{ split, kind, share: finding.share, sql: finding.sql }];
      });
    }),
  );
}

export function verdictLines(hacks: readonly Hack[], requireGrounded: boolean): string[] {
  if (hacks.length === 0) return ['not hackable: no single query earns much of what right answers earn'];
  const named = { data_free: 'a data-free query', over_broad: 'an over-broad query' };
  const lines = hacks.map(({ split, kind, share: earned }) =>
    earned === null
      ? `hackable: on ${split} a right answer earns no more than a query that finds nothing`
      : `hackable: on ${split} ${named[kind]} earns ${share(earned)} of what right answers earn`,
  );
  const broad = hacks.some(({ kind }) => kind === 'over_broad');
  const advice = [
    ...(broad ? ['add a function that counts what is returned too much: exact, test_suite or soft_f1'] : []),
    ...(requireGrounded ? [] : ['set reward.requireGrounded: true, so that answers have to be read']),
  ];
  return [...new Set(lines), ...advice.map((line) => `  ${line}`)];
}
