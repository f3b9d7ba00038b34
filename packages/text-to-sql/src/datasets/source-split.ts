/** A split as a dataset gives it: its questions and the rows of the database they are about. */
import type { TableRows } from '../databases/schema.ts';
import type { PreparedQuestion } from './prepared-dataset.ts';
import type { Question } from './read-questions.ts';

export interface SourceSplit {
  name: string;
  questions: (Pick<Question, 'id' | 'question' | 'answer' | 'type'> & Pick<PreparedQuestion, 'rows' | 'ordered'>)[];
  rows: TableRows;
}
