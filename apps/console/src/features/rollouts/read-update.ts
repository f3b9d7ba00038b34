/** Reads the groups and the completions of one update. Server only. */
import { type ArtifactStore, type Completion, type Execution, writtenTokens } from '@queryloop/contracts';
import type { Store, StoredRun } from '@queryloop/store';
import { bindPlaceholders, type PreparedQuestion } from '@queryloop/text-to-sql';
import { ApiProblem, notFound } from '#api/errors.ts';
import { outcomeOf } from './group-state.ts';
import { loadDataset } from './load-dataset.ts';
import { type LoadedGroup, type LoadedUpdate, loadUpdate, orLost } from './load-update.ts';
import type {
  CompletionRow,
  CompletionsPage,
  CompletionsQuery,
  GroupQuestion,
  GroupSummary,
  GroupsPage,
  GroupsQuery,
  LostArtifact,
  OutcomeClass,
} from './schemas.ts';

/** An update with the questions its groups are about. */
export interface OpenUpdate extends LoadedUpdate {
  train: readonly PreparedQuestion[];
}

/** Throws ApiProblem (404), also when the rollout itself is lost. What else is lost is told among `lost`. */
export async function openUpdate(
  store: Store,
  artifacts: ArtifactStore,
  run: StoredRun,
  update: number,
): Promise<OpenUpdate> {
  const stored = await store.rollouts.get(run.id, update);
  if (stored === null) throw notFound(`update ${update} of run ${run.id}`);
  const lost: LostArtifact[] = [];
  const loaded = await orLost(() => loadUpdate(artifacts, run, stored), lost);
  if (loaded === null) {
    const [{ message, hint } = { message: 'the rollout is lost', hint: '' }] = lost;
    throw new ApiProblem(404, { message, hint });
  }
  lost.push(...loaded.lost);
  const dataset = await loadDataset(store, artifacts, run.datasetHash, lost);
  return { ...loaded, lost, train: dataset?.splits.train.questions ?? [] };
}

export function questionsOf({ questions }: LoadedGroup, { train }: OpenUpdate): GroupQuestion[] {
  return questions.flatMap((index) => {
    const known = train[index];
    return known ? [{ index, question: known.question, answer: known.answer, type: known.type }] : [];
  });
}

export function summaryOf(group: LoadedGroup, place: number, opened: OpenUpdate): GroupSummary {
  const { completions, rewards, prompt } = group;
  const scored = (rewards ?? []).filter((reward) => reward !== null);
  const mean = scored.reduce((sum, reward) => sum + reward, 0) / scored.length;
  const squares = scored.reduce((sum, reward) => sum + (reward - mean) ** 2, 0);
  const outcome = outcomeOf(group, opened.weights);
  return {
    group: place,
    prompt,
    questions: questionsOf(group, opened),
    rewardMean: scored.length === 0 ? null : mean,
    rewardStd: scored.length < 2 ? null : Math.sqrt(squares / (scored.length - 1)),
    solved: outcome?.solved ?? null,
    state: outcome?.state ?? null,
    samples: completions.filter(({ proposed }) => !proposed).length,
    distinct: new Set(completions.filter(({ proposed }) => !proposed).map(({ text }) => text)).size,
    adopted: completions.filter(({ proposed }, i) => proposed && rewards !== null && rewards[i] !== null).length,
  };
}

export function listGroups(opened: OpenUpdate, query: GroupsQuery): GroupsPage {
  const all = opened.groups.map((group, place) => summaryOf(group, place, opened));
  const states = { mixed: 0, allRight: 0, allWrong: 0, equal: 0 };
  for (const { state } of all) if (state !== null) states[state] += 1;
  const wanted = query.text?.toLowerCase();
  const fits = all.filter(
    ({ state, prompt, questions }) =>
      (query.state === undefined || state === query.state) &&
      holds(wanted, [prompt, ...questions.flatMap(({ question, answer }) => [question, answer])]),
  );
  const by: Record<GroupsQuery['sort'], (group: GroupSummary) => number> = {
    group: ({ group }) => group,
    reward: ({ rewardMean }) => rewardMean ?? 0,
    std: ({ rewardStd }) => rewardStd ?? 0,
    solved: ({ solved }) => solved ?? 0,
    distinct: ({ distinct }) => distinct,
  };
  const sorted = ordered(fits, by[query.sort], query.descending);
  const { executions, lost } = opened;
  return {
    items: sorted.slice(query.offset, query.offset + query.limit),
    total: sorted.length,
    states,
    executions,
    lost,
  };
}

export function listCompletions(opened: OpenUpdate, query: CompletionsQuery): CompletionsPage {
  const all = opened.groups.flatMap((group, g) =>
    query.group === undefined || query.group === g ? rowsOf(group, g, opened, query.outcome) : [],
  );
  const outcomes: CompletionsPage['outcomes'] = {};
  for (const row of all)
    for (const outcome of Object.keys(row.outcomes) as OutcomeClass[]) outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
  const wanted = query.text?.toLowerCase();
  const fits = all.filter(
    (row) =>
      (query.outcome === undefined || row.outcomes[query.outcome] !== undefined) &&
      holds(wanted, [row.text, row.sql, row.question, row.answer]),
  );
  const by: Record<CompletionsQuery['sort'], (row: CompletionRow) => number> = {
    group: ({ group, completion }) => group * 1e6 + completion,
    reward: ({ reward }) => reward ?? Number.NEGATIVE_INFINITY,
    advantage: ({ advantage }) => advantage ?? 0,
    length: ({ length }) => length,
  };
  const sorted = ordered(fits, by[query.sort], query.descending);
  const { executions, lost } = opened;
  return {
    items: sorted.slice(query.offset, query.offset + query.limit),
    total: sorted.length,
    outcomes,
    executions,
    lost,
  };
}

/** Each completion is shown with the first question of its group that had the outcome asked for. */
function rowsOf(
  group: LoadedGroup,
  g: number,
  { train }: OpenUpdate,
  wanted: OutcomeClass | undefined,
): CompletionRow[] {
  return group.completions.map((completion, i) => {
    const { text, finished, proposed } = completion;
    const executions = group.executions?.[i] ?? null;
    const place = Math.max(0, executions?.findIndex(({ outcome }) => outcome === wanted) ?? 0);
    const shown: Execution | undefined = executions?.[place];
    const question = train[group.questions[place] ?? -1];
    const outcomes: CompletionRow['outcomes'] = {};
    for (const { outcome } of executions ?? []) outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
    return {
      group: g,
      completion: i,
      question: question?.question ?? group.prompt,
      answer: question?.answer ?? '',
      text,
      sql: bindPlaceholders(text, question?.bindings ?? {}),
      outcome: shown?.outcome ?? null,
      message: shown && !shown.ran ? shown.message : null,
      outcomes,
      reward: group.rewards?.[i] ?? null,
      advantage: group.advantages?.[i] ?? null,
      turns: shownTurns(completion),
      length: writtenTokens(completion),
      finished,
      proposed: proposed ?? false,
    };
  });
}

/** The turns before the last, as people are shown them. */
export function shownTurns({ turns = [] }: Pick<Completion, 'turns'>): CompletionRow['turns'] {
  return turns.map(({ text, failure, message }) => ({ text, outcome: failure, message }));
}

function holds(wanted: string | undefined, texts: readonly string[]): boolean {
  return wanted === undefined || texts.some((text) => text.toLowerCase().includes(wanted));
}

/** Stable, so that equal ones keep the order of the update. */
function ordered<T>(items: readonly T[], by: (item: T) => number, descending: 'true' | 'false'): T[] {
  const sign = descending === 'true' ? -1 : 1;
  return [...items].sort((a, b) => sign * (by(a) - by(b)) || 0);
}
