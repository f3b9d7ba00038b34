/** The policy processes of a worker: each computes one step at a time, and a run goes on where its policy is still in memory. */
import { PolicyProcess, type PolicyProcessOptions, type StepCall } from './policy-process-client.ts';
import type { Residents } from './step-messages.ts';

export interface PooledStepCall extends StepCall {
  /** The run: its next step goes to the same process when that is free. */
  owner: string;
}

interface Place {
  process: PolicyProcess;
  owner: string | undefined;
  busy: boolean;
  /** Counts up with each step given out: the lowest was idle for longest. */
  used: number;
}

export class PolicyPool {
  readonly #places: Place[];
  readonly #waiting: ((place: Place) => void)[] = [];
  #given = 0;

  /** Processes are started when first needed. */
  constructor(size: number, options: PolicyProcessOptions) {
    this.#places = Array.from({ length: size }, () => ({
      process: new PolicyProcess(options),
      owner: undefined,
      busy: false,
      used: 0,
    }));
  }

  /** Runs a step in a free process, or in the next that becomes free. Errors as of `PolicyProcess.run`. */
  async run(step: string, input: unknown, { owner, ...call }: PooledStepCall): Promise<unknown> {
    const place = this.#take(owner) ?? (await new Promise<Place>((resolve) => this.#waiting.push(resolve)));
    place.owner = owner;
    place.used = ++this.#given;
    try {
      return await place.process.run(step, input, call);
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) place.busy = false;
      else next(place);
    }
  }

  /** How many processes have a step and how many wait for one, and what they keep in memory. */
  state(): { busy: number; idle: number; residents: Residents } {
    const busy = this.#places.filter((place) => place.busy).length;
    const residents = this.#places.map(({ process }) => process.residents);
    return {
      busy,
      idle: this.#places.length - busy,
      residents: {
        policies: residents.reduce((sum, { policies }) => sum + policies, 0),
        bytes: residents.reduce((sum, { bytes }) => sum + bytes, 0),
      },
    };
  }

  /** Ends all processes; steps in them fail. */
  stop(): void {
    for (const { process } of this.#places) process.stop();
  }

  /** A free place, taken: where the run's policy is, else where another run's was needed longest ago. */
  #take(owner: string): Place | undefined {
    const free = this.#places.filter(({ busy }) => !busy).sort((a, b) => a.used - b.used);
    const place = free.find((candidate) => candidate.owner === owner) ?? free[0];
    if (place !== undefined) place.busy = true;
    return place;
  }
}
