/** What runs answered, question by question, made sure to be about the same questions. */
import { type SplitName, UserError } from '@queryloop/contracts';
import type { Side } from '@queryloop/stats';
import type { Store, StoredRun } from '@queryloop/store';
import type { RunSide } from './sides.ts';

/** Which of a run's policies: the one chosen in the end, or the one before GRPO. */
export type Which = 'final' | 'base';

/** Reads answers, and throws UserError naming both runs and datasets as soon as two are not about the same questions. */
export class AnswerReader {
  readonly #store: Store;
  readonly #split: SplitName;
  #first: { run: StoredRun; questions: string[] } | undefined;

  constructor(store: Store, split: SplitName) {
    this.#store = store;
    this.#split = split;
  }

  /** How many questions there are; 0 before any were read. */
  get questions(): number {
    return this.#first?.questions.length ?? 0;
  }

  async sideOf({ runs }: RunSide, which: Which): Promise<Side> {
    const correct: Uint8Array[] = [];
    for (const run of runs) correct.push(await this.#answersOf(run, which));
    return { seeds: runs.map(({ seed }) => seed), correct };
  }

  async #answersOf(run: StoredRun, which: Which): Promise<Uint8Array> {
    const update = which === 'base' ? 0 : run.result?.bestUpdate;
    const evaluations = await this.#store.evaluations.list(run.id);
    const evaluation = evaluations.find((each) => each.split === this.#split && each.update === update);
    if (evaluation === undefined) {
      throw new UserError({
        message: `run ${run.id} has no answers to the ${this.#split} questions after update ${update}`,
        field: run.id,
        hint: 'Compare on the other split (--split), or leave the run out.',
      });
    }
    const predictions = await this.#store.evaluations.predictions(evaluation.id);
    const questions = predictions.map(({ question, answer }) => `${question} (answer: ${answer})`);
    this.#first ??= { run, questions };
    await this.#requireSame(this.#first, { run, questions });
    return Uint8Array.from(predictions, ({ correct }) => Number(correct));
  }

  async #requireSame(
    first: { run: StoredRun; questions: string[] },
    other: { run: StoredRun; questions: string[] },
  ): Promise<void> {
    const length = Math.max(first.questions.length, other.questions.length);
    const at = Array.from({ length }, (_, i) => i).find((i) => first.questions[i] !== other.questions[i]);
    if (at === undefined) return;
    const [one, two] = [await this.#describe(first), await this.#describe(other)];
    throw new UserError({
      message: `runs ${first.run.id} and ${other.run.id} were not asked the same ${this.#split} questions: ${one}, but ${two}; question ${at + 1} is the first that differs`,
      field: other.run.id,
      hint: 'Only answers to the same questions can be compared; choose runs with the same dataset, or the other --split.',
    });
  }

  /** E.g. "578 questions of TEMPTABQA-C (test: Original)". */
  async #describe({ run, questions }: { run: StoredRun; questions: string[] }): Promise<string> {
    const dataset = run.datasetHash === null ? null : await this.#store.datasets.get(run.datasetHash);
    const label = dataset?.label ?? run.config.dataset.name;
    const source = this.#split === 'train' ? run.config.dataset.train : run.config.dataset[this.#split];
    return `${questions.length} questions of ${label} (${this.#split}: ${source})`;
  }
}
