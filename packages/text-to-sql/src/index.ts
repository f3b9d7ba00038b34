/** Text-to-SQL: datasets, linking, the grammar, prompts, executors, comparison and rewards. */

export { type AttackQuery, attackQueries } from './audit/attack-queries.ts';
export { type AttackFinding, type AttackFindings, type AttackScores, attackFindings } from './audit/attack-report.ts';
export { holdsAnswer, readsTable } from './audit/audit-query.ts';
export { changedCopies, copiesVersion } from './audit/changed-copies.ts';
export { changedColumns, type PerturbedColumn } from './audit/perturb-rows.ts';
export { countTokens } from './audit/sql-text.ts';
export { onCopy, stackedRows, stackedSchema } from './audit/stacked-copies.ts';
export { generateWorld, type World, type WorldSplit } from './built-in-world/generate-world.ts';
export { answerParts, resultParts } from './comparison/answer-parts.ts';
export { type Comparator, comparators, compareAll } from './comparison/comparators.ts';
export { ems, rems, resultText, temptabqaScores } from './comparison/ems.ts';
export { equalAnswer, equalGold } from './comparison/equal-answer.ts';
export { type Gold, goldRows } from './comparison/gold.ts';
export { athleteRows, rowsFromContexts } from './databases/athlete-rows.ts';
export { buildMariadb } from './databases/build-mariadb.ts';
export { buildSqlite } from './databases/build-sqlite.ts';
export { type DescribedTable, describeSqlite } from './databases/describe-sqlite.ts';
export { readSqlite } from './databases/read-sqlite.ts';
export {
  athletesSchema,
  type Cell,
  type Column,
  type DatabaseSchema,
  type Table,
  type TableRows,
} from './databases/schema.ts';
export type { DatabaseSnapshot, SnapshotOptions } from './databases/snapshot.ts';
export { databaseOf, snapshotMysql } from './databases/snapshot-mysql.ts';
export { snapshotSqlite } from './databases/snapshot-sqlite.ts';
export { datasetFile, type SqlDialect } from './datasets/dataset-folder.ts';
export { describeColumns } from './datasets/describe-columns.ts';
export { selectDev } from './datasets/dev-selection.ts';
export { type InitReport, initDataset, requireFree } from './datasets/init-dataset.ts';
export type { LinkReport } from './datasets/link-report.ts';
export { locateTemptabqa } from './datasets/locate-temptabqa.ts';
export { type OpenedDataset, openDatasetFolder, splitFileOf } from './datasets/open-dataset-folder.ts';
export { type Infobox, type Medal, type MedalType, medalTypes, parseInfobox } from './datasets/parse-infobox.ts';
export type { PreparedDataset, PreparedQuestion, PreparedSplit, SplitRole } from './datasets/prepared-dataset.ts';
export { type OwnQuestion, readQuestionLines } from './datasets/question-lines.ts';
export { readBird } from './datasets/read-bird.ts';
export { readOwnRows } from './datasets/read-own-rows.ts';
export { countOutsideRows, readOwnSplit } from './datasets/read-own-split.ts';
export { type Question, readQuestionsTsv } from './datasets/read-questions.ts';
export { readSpider } from './datasets/read-spider.ts';
export type { SourceSplit } from './datasets/source-split.ts';
export { splitCalled } from './datasets/split-questions.ts';
export { isSplitPath, resolveSplit, temptabqaSplits } from './datasets/splits.ts';
export { countOutsideData, isOutsideData } from './datasets/unanswerable.ts';
export {
  defaultLimits,
  type ErrorCode,
  type ExecutorLimits,
  type Outcome,
  type SqlExecutor,
} from './executors/contract.ts';
export { type ExecutorTarget, openExecutor } from './executors/open-executor.ts';
export { type AnswerForm, mineAnswerForms } from './grammar/answer-forms.ts';
export { type LiteralSampler, literalSampler } from './grammar/literal-pairs.ts';
export { checkAgainstSchema } from './grammar/query-parts.ts';
export type { GrammarPair } from './grammar/question-draft.ts';
export { grammarSampler } from './grammar/sample-pairs.ts';
export { suggestWordList } from './grammar/suggest-word-list.ts';
export { athletesWordList, checkWordList, loadWordList, type WordList } from './grammar/word-list.ts';
export { wordListText } from './grammar/word-list-text.ts';
export { type Bindings, type BoundValue, bindPlaceholders } from './linking/bind-placeholders.ts';
export { type VariantChooser, variantChooser } from './linking/choose-variants.ts';
export { indexDatabase } from './linking/database-index.ts';
export { type LinkedQuestion, linkQuestion } from './linking/link-question.ts';
export { locatePlaceholders, type PlaceholderSpan } from './linking/locate-placeholders.ts';
export { buildValueIndex, type ValueIndex } from './linking/value-index.ts';
export { type ChatMessage, type ChatTemplate, openChatTemplate } from './prompts/chat-template.ts';
export { extractSql } from './prompts/extract-sql.ts';
export { fitPrompt } from './prompts/fit-prompt.ts';
export { grammarExamples } from './prompts/grammar-examples.ts';
export { linkedPrompt } from './prompts/linked-prompt.ts';
export { type PromptPlan, planPrompts } from './prompts/prompt-plan.ts';
export { type PromptExtent, promptWriter } from './prompts/prompt-writer.ts';
export { readExamples } from './prompts/read-examples.ts';
export { readSampleValues } from './prompts/sample-values.ts';
export { readSupervisedPairs, type SupervisedPair } from './prompts/supervised-pairs.ts';
export { behindThoughts, thoughtsOpenedBy } from './prompts/thoughts.ts';
export { type QueryShape, queryShape, type SqlConstruct, sqlConstructs } from './query-shape.ts';
export { type Draw, keyedDraw } from './random.ts';
export { type FailureExplainer, failureExplainer } from './repair/explain-failure.ts';
export type { RewardedQuery, RewardFunction, StoredQuery } from './rewards/contract.ts';
export { type Judged, judgeOutcome } from './rewards/judge-outcome.ts';
export { openReward, type Reward } from './rewards/open-reward.ts';
export { outcomeWorth } from './rewards/outcome.ts';
export { outcomeWeights, type RewardTerm, rewardTerms } from './rewards/presets.ts';
export { storedRewards } from './rewards/reward-functions.ts';
export { withheld } from './rewards/withhold.ts';
export { learnTokenizer } from './tokenizer/learn-tokenizer.ts';
