/** One computation that several steps with the same input wait for: it goes on as long as any of them does. */
import type { StepProgress } from '@queryloop/contracts';
import type { StepControl } from './activity.ts';

export class SharedComputation<T> {
  readonly #members = new Set<StepControl>();
  readonly #abort = new AbortController();
  readonly #result: Promise<T>;
  /** Resolves when it has ended, one way or the other. */
  readonly settled: Promise<void>;

  constructor(compute: (control: StepControl) => Promise<T>) {
    this.#result = compute({
      signal: this.#abort.signal,
      progress: (update: StepProgress) => {
        for (const member of this.#members) member.progress(update);
      },
      alive: () => {
        for (const member of this.#members) member.alive();
      },
    });
    this.settled = this.#result.then(
      () => undefined,
      () => undefined,
    );
  }

  /** Everybody who waited has left: it is being stopped, and nobody may join any more. */
  get abandoned(): boolean {
    return this.#abort.signal.aborted;
  }

  /** Its result. A member that is aborted leaves at once; the last one stops the computation and waits for its end. */
  async join(member: StepControl): Promise<T> {
    const { signal } = member;
    signal.throwIfAborted();
    this.#members.add(member);
    let leave: () => void = () => undefined;
    const left = new Promise<never>((_, reject) => {
      leave = () => {
        this.#members.delete(member);
        if (this.#members.size === 0) this.#abort.abort(signal.reason);
        else reject(signal.reason);
      };
    });
    signal.addEventListener('abort', leave, { once: true });
    try {
      return await Promise.race([this.#result, left]);
    } finally {
      signal.removeEventListener('abort', leave);
      this.#members.delete(member);
    }
  }
}
