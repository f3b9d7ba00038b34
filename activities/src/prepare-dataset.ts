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
  athletesSchema,
  athletesWordList,
  buildMariadb,
  buildSqlite,
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
  const schema = athletesSchema;
  const words = athletesWordList();
  const source = await readSource(dataset, context);
  const trainRows = source.splits.train.rows;
  const splits = {} as Record<SplitRole, PreparedSplit>;
  let trainIndex: ValueIndex | undefined;
  for (const [i, role] of ROLES.entries()) {
    context.progress({ phase: 'prepare dataset', done: i, total: ROLES.length, detail: source.splits[role].name });
    context.signal.throwIfAborted();
    const split = source.splits[role];
    // a question may name a value that only the training database knows; it is still a value
    const index = indexDatabase(schema, words, [split.rows, trainRows]);
    trainIndex ??= index;
    const stored = await storeDatabase(split.rows, context);
    const chooseVariants = variantChooser(join(await context.artifacts.path(stored), 'data.sqlite'), schema, words);
    splits[role] = {
      name: split.name,
      database: stored,
      serverDatabase: database === 'sqlite' ? null : await buildMariadb(split.rows, database),
      questions: linkAll(split, index, chooseVariants),
    };
  }
  const { train } = splits;
  if (train.questions.length === 0)
    throw new UserError({ message: `split "${train.name}" has no questions`, field: 'dataset.train' });
  const prepared: PreparedDataset = {
    label: source.label,
    schema,
    forms: mineAnswerForms(train.questions, trainIndex as ValueIndex, words.category),
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
  return questions.map(({ id, question, answer, type }) => {
    const { text, bindings } = linkQuestion(question, index);
    return { id, question, answer, type, prompt: linkedPrompt(text), bindings: chooseVariants(bindings) };
  });
}

function storeDatabase(rows: TableRows, { artifacts }: StepContext): Promise<ArtifactRef> {
  return artifacts.putFolder('database', async (folder) => buildSqlite(rows, join(folder, 'data.sqlite')));
}
