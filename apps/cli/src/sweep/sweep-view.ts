/** What the terminal shows of a sweep while it goes on: a line for each run that begins or ends, and for each decision. */
import type { SweepInput, SweepProgress, SweepRun } from '@queryloop/contracts';
import { describeParameters } from '@queryloop/contracts/load-config';
import { percent, progressBar, type Screen } from '../screen.ts';

const done: readonly SweepRun['status'][] = ['finished', 'failed', 'cancelled'];

export class SweepView {
  readonly #screen: Screen;
  readonly #input: SweepInput;
  readonly #shown = new Map<string, SweepRun['status']>();
  #decisions = 0;
  #exhausted = false;

  constructor(screen: Screen, input: SweepInput) {
    this.#screen = screen;
    this.#input = input;
  }

  show(progress: SweepProgress): void {
    for (const run of progress.runs) {
      if (run.status === null || this.#shown.get(run.runId) === run.status) continue;
      this.#shown.set(run.runId, run.status);
      this.#screen.line(`  ${this.#name(run.trial)}, seed ${run.seed}: ${told(run)}`);
    }
    for (const { trial, rung, dev, promoted } of progress.decisions.slice(this.#decisions))
      this.#screen.line(
        `  ${this.#name(trial)}: dev ${percent(dev)} after ${rung} updates, ${promoted ? 'goes on' : 'waits'}`,
      );
    this.#decisions = progress.decisions.length;
    if (progress.exhausted !== null && !this.#exhausted)
      this.#screen.line(`  the budget of ${progress.exhausted} is spent: no further run is begun`);
    this.#exhausted = progress.exhausted !== null;
    const ended = progress.runs.filter(({ status }) => done.includes(status)).length;
    const now = progress.runs.filter(({ status }) => status === 'running');
    const detail = now.map(({ runId, update }) => `${runId} at ${update}`).join(', ');
    this.#screen.live(
      `  ${progressBar(ended, progress.runs.length)}  ${ended}/${progress.runs.length} runs  ${spent(progress, this.#input)}  ${detail}`,
    );
  }

  #name(id: string): string {
    const trial = this.#input.trials.find((candidate) => candidate.id === id);
    return trial === undefined ? id : `${id} (${describeParameters(trial.parameters)})`;
  }
}

function told({ status, update, dev, test, error, runId }: SweepRun): string {
  const scores = [dev === null ? [] : `dev ${percent(dev)}`, test === null ? [] : `test ${percent(test)}`].flat();
  const where = status === 'running' ? `run ${runId}` : status === 'stopped' ? `after ${update} updates` : undefined;
  return [status, where, ...scores, error?.split('\n')[0]].filter((part) => part).join('  ');
}

/** E.g. "120 of 500 updates": what the budget limits, or else the updates. */
function spent({ spent }: SweepProgress, { settings: { budget } }: SweepInput): string {
  const shown = (['updates', 'tokens', 'hours'] as const).filter((name) => budget[name] !== undefined);
  const number = (value: number): string => value.toLocaleString('en', { maximumFractionDigits: 2 });
  return (shown.length === 0 ? (['updates'] as const) : shown)
    .map((name) => `${number(spent[name])}${budget[name] === undefined ? '' : ` of ${number(budget[name])}`} ${name}`)
    .join(', ');
}
