/** Writes a word list as YAML that a person goes on with: what has its default is left out, comments say what to edit. */
import { Document, isMap, isScalar, type Node, visit } from 'yaml';
import { defaultLeast, defaultMost, defaultVerbs, type WordList } from './word-list.ts';

const HEADER = ` What people call the tables and columns of this database. The grammar writes practice questions from it, and
 questions are linked by it: read through, correct the words, and add those that your questions use.
 Every field: docs/word-lists.md.`;

/** Said once, above the first field of its name. */
const COMMENTS: Record<string, string> = {
  fact: ' what is counted; verbs: what its entity does with it, as in { base: borrow, past: borrowed }',
  rows: ' entities: each row is one of them, with columns to ask for; events (left out): rows happen to an entity',
  entity: ' who or what a question names; without singular and plural it is never listed or ranked',
  dimensions: ' what rows are grouped and filtered by; filters: how a value is said behind the verb',
  category: ' few values, lowest first; words: every way in which people say a value',
  time: ' the year of a row; form: date where the column holds dates',
  measures:
    ' numbers to add, average and rank by; sum: false where a total makes no sense; most and least: words such as longest',
  birth: ' year of birth of the entity: gives ages',
  optional: ' not every row has one: its table is joined only where it is used',
};

/** The list as YAML; reading it gives the same list. */
export function wordListText(words: WordList): string {
  const document = new Document(withoutDefaults(words));
  document.commentBefore = HEADER;
  const said = new Set<string>();
  visit(document, {
    Pair: (_, { key }) => {
      if (!isScalar(key) || typeof key.value !== 'string' || said.has(key.value)) return;
      const comment = COMMENTS[key.value];
      if (comment === undefined) return;
      said.add(key.value);
      key.commentBefore = comment;
    },
    Seq: (_, node) => {
      if (node.items.every((item) => isScalar(item))) node.flow = true;
    },
    Map: (_, node) => {
      if (isSmall(node)) node.flow = true;
    },
  });
  return document.toString({ lineWidth: 120, flowCollectionPadding: true });
}

/** Verbs and category values stand on one line. */
function isSmall(node: Node): boolean {
  if (!isMap(node)) return false;
  const keys = node.items.map(({ key }) => (isScalar(key) ? key.value : ''));
  return ['base,past', 'value,words', 'placeholder'].includes(keys.join());
}

/** What a topic, its fact, category, time and measures have where nothing is written. */
const DEFAULTS: Record<string, Record<string, unknown>> = {
  topic: { weight: 1, rows: 'events', dimensions: [], measures: [] },
  fact: { verbs: defaultVerbs },
  category: { prefix: '' },
  time: { form: 'year' },
  measure: { most: defaultMost, least: defaultLeast, sum: true },
};

function withoutDefaults({ topics, ...rest }: WordList): unknown {
  const short = topics.map((topic) =>
    drop('topic', {
      ...topic,
      fact: drop('fact', topic.fact),
      ...(topic.category && { category: drop('category', topic.category) }),
      ...(topic.time && { time: drop('time', topic.time) }),
      measures: topic.measures.map((measure) => drop('measure', measure)),
    }),
  );
  return { topics: short, ...rest };
}

function drop(kind: string, item: object): Record<string, unknown> {
  const defaults = DEFAULTS[kind] ?? {};
  return Object.fromEntries(
    Object.entries(item).filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(defaults[name])),
  );
}
