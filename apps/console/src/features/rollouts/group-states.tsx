/** How the ways a group can come out are called and drawn, the same in lists, maps and lenses. */
import { Badge, type Tone } from '#ui/badge.tsx';
import { percent } from '#ui/format.ts';
import type { GroupState } from './schemas.ts';

export const stateWords: Record<GroupState, { label: string; tone: Tone; means: string }> = {
  mixed: { label: 'mixed', tone: 'accent', means: 'rewards differ: the update learns from it' },
  allRight: { label: 'all right', tone: 'good', means: 'every sample is right: nothing to learn' },
  allWrong: { label: 'all wrong', tone: 'bad', means: 'every sample is wrong: nothing to learn' },
  equal: { label: 'all equal', tone: 'warn', means: 'every sample earns the same, partly right: nothing to learn' },
};

export function StateBadge({ state, solved }: { state: GroupState | null; solved?: number | null }) {
  if (state === null) return <Badge>unknown</Badge>;
  const { label, tone, means } = stateWords[state];
  const shows = solved !== undefined && solved !== null && (state === 'mixed' || state === 'equal');
  return (
    <Badge tone={tone} title={means}>
      {label}
      {shows && <span className="tabular font-normal">{percent(solved, 0)}</span>}
    </Badge>
  );
}

/** Shades of `mixed` on the map, by the share of right answers. */
const shades = [0.25, 0.5, 0.75, 1] as const;

/** Classes of the map's cells, in the order of {@link cellClass}. */
export const mapClasses = [
  { id: 'allWrong', label: 'all wrong', color: 'var(--bad)', pattern: 'stripes' as const },
  { id: 'equal', label: 'all equal, partly right', color: 'var(--warn)', pattern: 'dots' as const },
  { id: 'allRight', label: 'all right', color: 'var(--good)', pattern: 'none' as const },
  ...shades.map((upTo, i) => ({
    id: `mixed-${i}`,
    label: i === 0 ? 'mixed, up to 25 % right' : `mixed, up to ${upTo * 100} %`,
    color: `color-mix(in oklab, var(--info) ${25 + i * 25}%, var(--surface))`,
    pattern: 'none' as const,
  })),
];

/** Index into {@link mapClasses}. */
export function cellClass(state: GroupState, solved: number): number {
  if (state !== 'mixed') return mapClasses.findIndex(({ id }) => id === state);
  return 3 + shades.findIndex((upTo) => solved <= upTo);
}
