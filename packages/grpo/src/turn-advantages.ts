/** Advantages of turns: what each turn of a completion earned, compared with what the group had after as many turns. */
import { computeAdvantages, type ScaleRewards } from './advantages.ts';

export interface TurnRewards {
  /** Per group, per completion: reward of its last turn; null for one that is not learned from. */
  rewards: readonly (readonly (number | null)[])[];
  /** Per group, per completion: rewards of the turns before the last. */
  turnRewards: readonly (readonly (readonly (number | null)[])[])[];
  scaleRewards: ScaleRewards;
}

export interface TurnAdvantages {
  /** Per group, per completion, per turn. */
  advantages: number[][][];
  /** Per group: equal rewards after every turn. */
  zeroStd: boolean[];
}

/**
 * A_{i,t} is the advantage (computeAdvantages) of completion i when every completion of the group is taken to have ended after turn t:
 * with its reward of turn t, or that of its last turn if it ended before. So first turns are compared as without any repair, and
 * without earlier turns the advantages are computeAdvantages'. Throws as that does.
 */
export function turnAdvantages({ rewards, turnRewards, scaleRewards }: TurnRewards): TurnAdvantages {
  const earlier = (g: number, i: number) => turnRewards[g]?.[i] ?? [];
  const most = Math.max(0, ...turnRewards.flat().map(({ length }) => length));
  const ended = Array.from({ length: most + 1 }, (_, t) =>
    computeAdvantages({
      rewards: rewards.map((group, g) =>
        group.map((last, i) => {
          const own = earlier(g, i);
          return last !== null && t < own.length ? (own[t] ?? null) : last;
        }),
      ),
      scaleRewards,
    }),
  );
  return {
    advantages: rewards.map((group, g) =>
      group.map((_, i) =>
        Array.from({ length: earlier(g, i).length + 1 }, (_, t) => ended[t]?.advantages[g]?.[i] ?? 0),
      ),
    ),
    zeroStd: rewards.map((_, g) => ended.every(({ zeroStd }) => zeroStd[g])),
  };
}
