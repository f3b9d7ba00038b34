/** Text-to-SQL: datasets, linking, the grammar, prompts, executors, comparison and rewards. */
export { linkedPrompt } from './prompts/linked-prompt.ts';
export { type BoundValue, type Bindings, bindPlaceholders, type LiteralDialect } from './linking/bind-placeholders.ts';
export { indexDatabase } from './linking/database-index.ts';
export { type LinkedQuestion, linkQuestion } from './linking/link-question.ts';
export { buildValueIndex, type ValueIndex } from './linking/value-index.ts';
export { type AnswerForm, mineAnswerForms } from './grammar/answer-forms.ts';
export type { GrammarPair } from './grammar/question-draft.ts';
export { grammarSampler } from './grammar/sample-pairs.ts';
export { athletesWordList, loadWordList, type WordList } from './grammar/word-list.ts';
export { type Draw, keyedDraw } from './random.ts';
export { learnTokenizer } from './tokenizer/learn-tokenizer.ts';
