/** Reads datasets: from the store what runs did with them, from their artifact the questions and the database. Server only. */
import { join } from 'node:path';
import type { ArtifactStore } from '@queryloop/contracts';
import type { Store } from '@queryloop/store';
import {
  describeSqlite,
  locatePlaceholders,
  type PreparedDataset,
  type PreparedQuestion,
} from '@queryloop/text-to-sql';
import { ApiProblem, notFound } from '#api/errors.ts';
import { kept } from '#features/rollouts/kept.ts';
import { loadDataset } from '#features/rollouts/load-dataset.ts';
import type { LostArtifact } from '#features/rollouts/schemas.ts';
import type {
  DatasetDetail,
  DatasetQuestion,
  DatasetSchema,
  DatasetsPage,
  QuestionHistory,
  QuestionsPage,
  QuestionsQuery,
  SplitName,
} from './schemas.ts';

const splitNames: readonly SplitName[] = ['train', 'dev', 'test'];

export async function readDatasets(store: Store): Promise<DatasetsPage> {
  const items = (await store.datasets.list()).map(({ dataset: { hash, bytes }, createdAt, ...row }) => ({
    hash,
    bytes,
    ...row,
    createdAt: createdAt.toISOString(),
  }));
  return { items, total: items.length };
}

/** Throws ApiProblem (404): when it is unknown, or known but its artifact is lost. */
async function opened(store: Store, artifacts: ArtifactStore, hash: string): Promise<PreparedDataset> {
  const lost: LostArtifact[] = [];
  const dataset = await loadDataset(store, artifacts, hash, lost);
  const [problem] = lost;
  if (problem !== undefined) throw new ApiProblem(404, problem);
  if (dataset === null) throw notFound(`dataset ${hash}`);
  return dataset;
}

export async function readDataset(store: Store, artifacts: ArtifactStore, hash: string): Promise<DatasetDetail> {
  const dataset = await opened(store, artifacts, hash);
  const stored = await store.datasets.get(hash);
  const users = await store.datasets.users(hash);
  return {
    hash,
    label: dataset.label,
    bytes: stored?.dataset.bytes ?? 0,
    questions: stored?.questions ?? {},
    splits: splitNames.map((role) => {
      const { name, questions } = dataset.splits[role];
      const types = [...counted(questions.map(({ type }) => type))].map(([type, n]) => ({ type, questions: n }));
      return {
        role,
        name,
        questions: questions.length,
        prompts: new Set(questions.map(({ prompt }) => prompt)).size,
        types: types.sort((a, b) => b.questions - a.questions || (a.type < b.type ? -1 : 1)),
      };
    }),
    usedBy: users.map(({ createdAt, ...run }) => ({ ...run, createdAt: createdAt.toISOString() })),
  };
}

const described = kept<DatasetSchema['tables']>('described databases', 12);

/** Tables and columns of a split's database with what they hold. Throws ApiProblem (404). */
export async function readDatabase(
  store: Store,
  artifacts: ArtifactStore,
  hash: string,
  split: SplitName,
): Promise<DatasetSchema> {
  const { splits, schema } = await opened(store, artifacts, hash);
  const { database, serverDatabase } = splits[split];
  const tables = await described(database.hash, async () => {
    const folder = await artifacts.path(database).catch((error: Error & { hint?: string }) => {
      throw new ApiProblem(404, error);
    });
    return describeSqlite(join(folder, 'data.sqlite'), schema).map(({ columns, ...table }) => ({
      ...table,
      columns: columns.map((column) => ({ ...column, references: column.references ?? null })),
    }));
  });
  return { tables, split, server: serverDatabase };
}

export async function readQuestions(
  store: Store,
  artifacts: ArtifactStore,
  hash: string,
  query: QuestionsQuery,
): Promise<QuestionsPage> {
  const all = await questionsOf(store, artifacts, hash, query.split);
  const wanted = query.text?.toLowerCase();
  const fits = all.filter(
    ({ type, question, answer, prompt, bindings }) =>
      (query.type === undefined || type === query.type) &&
      (query.linked === undefined || Object.keys(bindings).length > 0 === (query.linked === 'linked')) &&
      (wanted === undefined || [question, answer, prompt].some((text) => text.toLowerCase().includes(wanted))),
  );
  const sign = query.descending === 'true' ? -1 : 1;
  const accuracy = ({ asked, correct }: Asked): number => (asked === 0 ? 2 : correct / asked);
  const order: Record<QuestionsQuery['sort'], (a: Asked, b: Asked) => number> = {
    position: (a, b) => a.position - b.position,
    accuracy: (a, b) => accuracy(a) - accuracy(b),
    type: (a, b) => (a.type < b.type ? -1 : a.type > b.type ? 1 : 0),
  };
  fits.sort((a, b) => sign * order[query.sort](a, b) || a.position - b.position);
  return { items: fits.slice(query.offset, query.offset + query.limit).map(withSpans), total: fits.length };
}

/** A question with every answer that runs gave to it. Throws ApiProblem (404). */
export async function readQuestion(
  store: Store,
  artifacts: ArtifactStore,
  hash: string,
  split: SplitName,
  position: number,
): Promise<QuestionHistory> {
  const question = (await questionsOf(store, artifacts, hash, split))[position];
  if (question === undefined) throw notFound(`question ${position} of ${split} of dataset ${hash}`);
  const runs = new Map<string, QuestionHistory['runs'][number]>();
  for (const { runId, ...answer } of await store.datasets.answers(hash, split, position)) {
    const known = runs.get(runId) ?? { runId, answers: [] };
    known.answers.push(answer);
    runs.set(runId, known);
  }
  return { question: withSpans(question), runs: [...runs.values()] };
}

/** A question before its values are located, which takes some time for a whole split. */
type Asked = Omit<DatasetQuestion, 'spans'> & Pick<PreparedQuestion, 'bindings'>;

async function questionsOf(store: Store, artifacts: ArtifactStore, hash: string, split: SplitName): Promise<Asked[]> {
  const { questions } = (await opened(store, artifacts, hash)).splits[split];
  const scores = await store.datasets.accuracyByQuestion(hash, split);
  const prompts = counted(questions.map(({ prompt }) => prompt));
  return questions.map((question, position) => {
    const { n, correct } = scores.get(position) ?? { n: 0, correct: 0 };
    return { ...question, position, samePrompt: prompts.get(question.prompt) ?? 1, asked: n, correct };
  });
}

function withSpans({ bindings, ...question }: Asked): DatasetQuestion {
  const linked = question.prompt.replace(/^question: /, '').trim();
  const spans = locatePlaceholders(question.question, linked, bindings).map(({ start, end, name }) => ({
    start,
    end,
    placeholder: name,
    value: bindings[name] ?? '',
  }));
  return { ...question, spans };
}

function counted(values: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}
