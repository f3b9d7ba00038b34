/** The families of questions with their weights, and what a topic must have for each. */
import type { DatabaseSchema } from '../databases/schema.ts';
import { compareCounts } from './families/compare.ts';
import { countDistinct, countFacts, countTimes } from './families/count.ts';
import { extremeAge, extremeFact, extremeValue, extremeYear } from './families/first-latest.ts';
import { figureOfGroups, figurePerGroup, groupsWithAtLeast, topGroup } from './families/group.ts';
import { listValues } from './families/list.ts';
import { compareEntities, lookUp } from './families/lookup.ts';
import { extremeByMeasure, measureOf } from './families/measure.ts';
import { mostFewest } from './families/most-fewest.ts';
import { compareParts, extremeInTime } from './families/over-time.ts';
import { ladderSpan, laterInSeries, previousInSeries } from './families/sequence.ts';
import { average, careerSpan } from './families/span-average.ts';
import { anyAtAll, countAll, countDifferentAll, listAll } from './families/table.ts';
import { anyFact } from './families/yes-no.ts';
import { findColumn } from './query-parts.ts';
import type { Family } from './question-draft.ts';
import type { Topic, WordList } from './word-list.ts';

/** What a topic has. */
type Need =
  /** Rows that happen to an entity. */
  | 'entity'
  /** Dimensions. */
  | 'dimensions'
  /** A time. */
  | 'time'
  /** A year of birth. */
  | 'birth'
  /** A category of three values or more and a dimension that is a series. */
  | 'series'
  /** Questions about all rows: no entity, or one with words of its own. */
  | 'table'
  /** Something to list: a dimension, category, time or entity. */
  | 'targets'
  /** Something that several rows share, to group them by. */
  | 'groups'
  /** Rows that are entities, with columns to ask for. */
  | 'columns'
  /** Rows that are entities, with something to compare them by. */
  | 'order'
  | 'measures'
  | 'numbers';

/** Those that need nothing but an entity come first; their order and weights are part of what a seed draws. */
const FAMILIES: readonly { weight: number; family: Family; needs: readonly Need[] }[] = [
  { weight: 3, family: countFacts, needs: ['entity'] },
  { weight: 1, family: countTimes, needs: ['entity', 'dimensions', 'time'] },
  { weight: 1, family: countDistinct, needs: ['entity', 'dimensions'] },
  { weight: 2, family: listValues, needs: ['entity', 'dimensions'] },
  { weight: 2.5, family: extremeValue, needs: ['entity', 'dimensions', 'time'] },
  { weight: 1.5, family: extremeYear, needs: ['entity', 'time'] },
  { weight: 1.5, family: extremeAge, needs: ['entity', 'time', 'birth'] },
  { weight: 1, family: extremeFact, needs: ['entity', 'time'] },
  { weight: 3, family: mostFewest, needs: ['entity', 'dimensions'] },
  { weight: 1.5, family: anyFact, needs: ['entity'] },
  { weight: 2, family: compareCounts, needs: ['entity', 'dimensions'] },
  { weight: 1, family: careerSpan, needs: ['entity', 'time'] },
  { weight: 1, family: average, needs: ['entity', 'dimensions'] },
  { weight: 2, family: previousInSeries, needs: ['entity', 'time', 'series'] },
  { weight: 1, family: laterInSeries, needs: ['entity', 'time', 'series'] },
  { weight: 1, family: ladderSpan, needs: ['entity', 'time', 'series'] },
  { weight: 3, family: countAll, needs: ['table'] },
  { weight: 1, family: anyAtAll, needs: ['table'] },
  { weight: 1.5, family: countDifferentAll, needs: ['table', 'groups'] },
  { weight: 3, family: listAll, needs: ['table', 'targets'] },
  { weight: 3, family: topGroup, needs: ['table', 'groups'] },
  { weight: 1.5, family: figurePerGroup, needs: ['table', 'groups'] },
  { weight: 1, family: figureOfGroups, needs: ['table', 'groups'] },
  { weight: 2, family: groupsWithAtLeast, needs: ['table', 'groups', 'numbers'] },
  { weight: 3, family: measureOf, needs: ['table', 'measures'] },
  { weight: 2, family: extremeByMeasure, needs: ['table', 'targets', 'measures'] },
  { weight: 2, family: extremeInTime, needs: ['table', 'time'] },
  { weight: 2, family: compareParts, needs: ['table', 'groups'] },
  { weight: 4, family: lookUp, needs: ['columns'] },
  { weight: 1.5, family: compareEntities, needs: ['order'] },
];

/** The families a topic can fill, with their weights. */
export function familiesOf(
  topic: Topic,
  { numbers }: WordList,
  schema: DatabaseSchema,
): (readonly [weight: number, family: Family])[] {
  const { entity, dimensions, category, time, birth, measures } = topic;
  const isEvents = topic.rows === 'events';
  const inFact = (column: string) => findColumn(schema, column)?.table.name === topic.fact.table;
  const shared = dimensions.length > 0 || category !== undefined || time !== undefined;
  const columns = dimensions.length + measures.length + (category ? 1 : 0) + (time ? 1 : 0);
  const has: Record<Need, boolean> = {
    entity: entity !== undefined && isEvents,
    dimensions: dimensions.length > 0,
    time: time !== undefined,
    birth: birth !== undefined,
    series:
      category !== undefined &&
      category.values.length >= 3 &&
      inFact(category.column) &&
      time !== undefined &&
      inFact(time.column) &&
      dimensions.some(({ series }) => series),
    table: entity === undefined || entity.singular !== undefined,
    targets: shared || entity?.singular !== undefined,
    groups: shared || (entity !== undefined && isEvents),
    columns: entity !== undefined && !isEvents && columns > 0,
    order: entity !== undefined && !isEvents && (measures.length > 0 || time !== undefined),
    measures: measures.length > 0,
    numbers: numbers !== undefined,
  };
  return FAMILIES.filter(({ needs }) => needs.every((need) => has[need])).map(({ weight, family }) => [weight, family]);
}
