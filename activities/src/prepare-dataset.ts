/** Source files to database, linked questions and answer forms: once per content. */
import { join } from 'node:path';
import {
  type ArtifactRef,
  type PrepareDatasetInput,
  type PrepareDatasetOutput,
  type Step,
  type StepContext,
  UserError,
} from '@queryloop/contracts';
import {
  buildMariadb,
  buildSqlite,
  checkAgainstSchema,
  type DatabaseSchema,
  indexDatabase,
  linkedPrompt,
  linkQuestion,
  mineAnswerForms,
  type SourceSplit,
  type TableRows,
  type ValueIndex,
  type VariantChooser,
  variantChooser,
} from '@queryloop/text-to-sql';
import type { PreparedDataset, PreparedSplit, SplitRole } from './dataset-artifact.ts';
import { readSource } from './dataset-source.ts';

const ROLES: readonly SplitRole[] = ['train', 'dev', 'test'];

/** Reads the dataset's splits, builds their databases and links their questions. */
export const prepareDataset: Step<PrepareDatasetInput, PrepareDatasetOutput> = async (
  { dataset, database },
  context,
) => {
  const source = await readSource(dataset, context);
  const { schema, words } = source;
  checkAgainstSchema(words, schema);
  const trainRows = source.splits.train.rows;
  const aboutRows = once(async (rows: TableRows) => {
    // a question may name a value that only the training database knows; it is still a value
    const index = indexDatabase(schema, words, rows === trainRows ? [rows] : [rows, trainRows]);
    const stored = await storeDatabase(rows, schema, context);
    const chooseVariants = variantChooser(join(await context.artifacts.path(stored), 'data.sqlite'), schema, words);
    const serverDatabase = database === 'sqlite' ? null : await buildMariadb(rows, database, schema);
    return { index, stored, chooseVariants, serverDatabase };
  });
  const splits = {} as Record<SplitRole, PreparedSplit>;
  for (const [i, role] of ROLES.entries()) {
    context.progress({ phase: 'prepare dataset', done: i, total: ROLES.length, detail: source.splits[role].name });
    context.signal.throwIfAborted();
    const split = source.splits[role];
    const { index, stored, chooseVariants, serverDatabase } = await aboutRows(split.rows);
    splits[role] = {
      name: split.name,
      database: stored,
      serverDatabase,
      questions: linkAll(split, index, chooseVariants),
    };
  }
  const { train } = splits;
  if (train.questions.length === 0)
    throw new UserError({ message: `split "${train.name}" has no questions`, field: 'dataset.train' });
  const { index: trainIndex } = await aboutRows(trainRows);
  const prepared: PreparedDataset = {
    label: source.label,
    schema,
    ...(source.own && { words }),
    forms: mineAnswerForms(train.questions, trainIndex, words),
    splits,
  };
  const questions = Object.fromEntries(ROLES.map((role) => [role, splits[role].questions.length]));
  const outsideData = Object.fromEntries(ROLES.map((role) => [role, source.splits[role].outsideData]));
  const stored = await context.artifacts.putJson('dataset', prepared);
  const databases = ROLES.map((role) => splits[role].database);
  return { dataset: stored, label: source.label, questions, outsideData, databases };
};

function linkAll(
  { questions }: SourceSplit,
  index: ValueIndex,
  chooseVariants: VariantChooser,
): PreparedSplit['questions'] {
  return questions.map((asked) => {
    const { text, bindings } = linkQuestion(asked.question, index);
    return { ...goldOf(asked), prompt: linkedPrompt(text), bindings: chooseVariants(bindings) };
  });
}

/** What a question says and is compared with; the order of the fields is part of the artifact's hash. */
function goldOf({ id, question, answer, type, rows, ordered }: SourceSplit['questions'][number]) {
  return { id, question, answer, ...(rows && { rows, ordered: ordered ?? false }), type };
}

function storeDatabase(rows: TableRows, schema: DatabaseSchema, { artifacts }: StepContext): Promise<ArtifactRef> {
  return artifacts.putFolder('database', async (folder) => buildSqlite(rows, join(folder, 'data.sqlite'), schema));
}

/** Splits of one database share what is made of its rows. */
function once<Made>(make: (rows: TableRows) => Promise<Made>): (rows: TableRows) => Promise<Made> {
  const made = new Map<TableRows, Promise<Made>>();
  return (rows) => {
    const known = made.get(rows) ?? make(rows);
    made.set(rows, known);
    return known;
  };
}
