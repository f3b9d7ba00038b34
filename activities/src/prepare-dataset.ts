/** Source files to database, linked questions and answer forms: once per content. */
import { join } from 'node:path';
import {
  type ArtifactRef,
  type PrepareDatasetInput,
  type PrepareDatasetOutput,
  type PromptConfig,
  type Step,
  type StepContext,
  UserError,
} from '@queryloop/contracts';
import {
  buildMariadb,
  buildSqlite,
  checkAgainstSchema,
  type DatabaseSchema,
  grammarExamples,
  indexDatabase,
  keyedDraw,
  type LiteralSampler,
  linkedPrompt,
  linkQuestion,
  literalSampler,
  mineAnswerForms,
  planPrompts,
  readExamples,
  readSampleValues,
  type SourceSplit,
  type TableRows,
  type ValueIndex,
  type VariantChooser,
  variantChooser,
} from '@queryloop/text-to-sql';
import type { PreparedDataset, PreparedSplit, SplitRole } from './dataset-artifact.ts';
import { readSource } from './dataset-source.ts';
import { drawWithoutReplacement } from './draw-without-replacement.ts';

const ROLES: readonly SplitRole[] = ['train', 'dev', 'test'];

/** Reads the dataset's splits, builds their databases and links their questions. */
export const prepareDataset: Step<PrepareDatasetInput, PrepareDatasetOutput> = async (
  { dataset, database, prompt },
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
    const chooseVariants = variantChooser(await fileOf(stored, context), schema, words);
    const serverDatabase = database === 'sqlite' ? null : await buildMariadb(rows, database, schema);
    return { index, stored, chooseVariants, serverDatabase };
  });
  const splits = {} as Record<SplitRole, PreparedSplit>;
  for (const [i, role] of ROLES.entries()) {
    context.progress({ phase: 'prepare dataset', done: i, total: ROLES.length, detail: source.splits[role].name });
    context.signal.throwIfAborted();
    const split = someOf(source.splits[role], role, dataset);
    const { index, stored, chooseVariants, serverDatabase } = await aboutRows(split.rows);
    splits[role] = {
      name: split.name,
      database: stored,
      serverDatabase,
      ...(prompt && {
        sampleValues: readSampleValues(await fileOf(stored, context), schema, prompt.sampleValues),
      }),
      questions: linkAll(split, index, chooseVariants, prompt !== undefined),
    };
  }
  const { train } = splits;
  if (train.questions.length === 0)
    throw new UserError({ message: `split "${train.name}" has no questions`, field: 'dataset.train' });
  const { index: trainIndex } = await aboutRows(trainRows);
  const forms = mineAnswerForms(train.questions, trainIndex, words);
  const examples = () => examplesFor(prompt, literalSampler(schema, words, trainRows, forms));
  const prepared: PreparedDataset = {
    label: source.label,
    schema,
    ...(source.own && { words }),
    forms,
    ...(prompt && { prompts: planPrompts(prompt, examples()) }),
    splits,
  };
  const questions = Object.fromEntries(ROLES.map((role) => [role, splits[role].questions.length]));
  const outsideData = Object.fromEntries(ROLES.map((role) => [role, source.splits[role].outsideData]));
  const stored = await context.artifacts.putJson('dataset', prepared);
  const databases = ROLES.map((role) => splits[role].database);
  return { dataset: stored, label: source.label, questions, outsideData, databases };
};

/** Keys the choice of questions: not the run's seed, so that all runs are asked the same. */
const CHOICE = 81;

/** The split with as many of its questions as the config asks for, in their order. */
function someOf(split: SourceSplit, role: SplitRole, dataset: PrepareDatasetInput['dataset']): SourceSplit {
  const count = { train: undefined, dev: dataset.devQuestions, test: dataset.testQuestions }[role];
  if (count === undefined) return split;
  const questions = drawWithoutReplacement(split.questions, () => 1, count, keyedDraw(CHOICE, ROLES.indexOf(role)));
  return { ...split, questions };
}

function linkAll(
  { questions }: SourceSplit,
  index: ValueIndex,
  chooseVariants: VariantChooser,
  inWords: boolean,
): PreparedSplit['questions'] {
  return questions.map((asked) => {
    const { text, bindings } = linkQuestion(asked.question, index);
    const linked = linkedPrompt(text);
    const prompts = inWords ? { prompt: asked.question, linked } : { prompt: linked };
    return { ...goldOf(asked), ...prompts, bindings: chooseVariants(bindings) };
  });
}

/** Those of the file, else of the grammar. */
function examplesFor(prompt: PromptConfig | undefined, sample: LiteralSampler) {
  if (prompt?.style !== 'few-shot' || prompt.shots === 0) return [];
  const { examples, shots } = prompt;
  return examples === undefined ? grammarExamples(sample, shots) : readExamples(examples).slice(0, shots);
}

/** What a question says and is compared with; the order of the fields is part of the artifact's hash. */
function goldOf({ id, question, answer, type, rows, ordered }: SourceSplit['questions'][number]) {
  return { id, question, answer, ...(rows && { rows, ordered: ordered ?? false }), type };
}

/** SQLite file of a stored database. */
async function fileOf(stored: ArtifactRef, { artifacts }: StepContext): Promise<string> {
  return join(await artifacts.path(stored), 'data.sqlite');
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
