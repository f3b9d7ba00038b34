/** Reads the examples that prompts show from a file of one's own. */
import { type JsonLinesOptions, readJsonLines, textIn } from './json-lines.ts';
import type { ExamplePair } from './prompt-plan.ts';

const options: JsonLinesOptions = {
  field: 'prompt.examples',
  hint: 'Each line is a JSON object: {"question": "…", "sql": "SELECT …"}.',
};

/** All examples of the file, in its order. Throws UserError naming the lines that cannot be used. */
export function readExamples(path: string): ExamplePair[] {
  return readJsonLines(path, options, (line) => {
    const [question, sql] = [textIn(line, 'question'), textIn(line, 'sql')];
    if ('problem' in question) return question.problem;
    return 'problem' in sql ? sql.problem : { question: question.text.trim(), sql: sql.text.trim() };
  });
}
