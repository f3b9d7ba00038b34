/** A real platform (`queryloop start`) with one run on it, whose processes a test kills; it can be started again after all of it died. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ExperimentConfig, RunProgress } from '@queryloop/contracts';
import { Client, Connection, type WorkflowHandle } from '@temporalio/client';
import { descendants, openWorkplace, type Workplace } from '../command-line.ts';

/** Longest time from a kill until the run is known to go on. */
const recoveryLimitMs = 120_000;
/** Longest wait for one answer. */
const callLimitMs = 2_000;

export class PlatformUnderFault {
  readonly runId = 'faulty';
  readonly #workplace: Workplace = openWorkplace();
  #command: ReturnType<Workplace['start']> | undefined;
  #client: Client | undefined;

  /** The `.queryloop` of the platform. */
  get home(): string {
    return join(this.#workplace.folder, '.queryloop');
  }

  /** Where its store is, for `openStore`. */
  get storeLocation(): { folder: string; url: string } {
    return { folder: this.home, url: `file:${join(this.home, 'store.db')}` };
  }

  get handle(): WorkflowHandle {
    if (this.#client === undefined) throw new Error('the platform is not started');
    return this.#client.workflow.getHandle(this.runId);
  }

  /** Starts all services, or starts them again where they left off. */
  async start(): Promise<void> {
    const command = this.#workplace.start(['start', '--no-console'], { QUERYLOOP_HOME: this.home });
    this.#command = command;
    await command.printed('Ready');
    const address = /Temporal at (\S+);/.exec(command.output().stdout)?.[1];
    await this.#client?.connection.close();
    this.#client = new Client({ connection: await Connection.connect({ address: address as string }) });
  }

  /** Begins the run; it goes on by itself from here. */
  async begin(config: ExperimentConfig): Promise<void> {
    await this.#client?.workflow.start('experiment', {
      workflowId: this.runId,
      taskQueue: 'cpu',
      args: [{ runId: this.runId, config }],
    });
  }

  /** Progress of the run, asked again while services are away. */
  async progress(): Promise<RunProgress> {
    const deadlineMs = Date.now() + recoveryLimitMs;
    for (;;) {
      try {
        return await this.#soon(() => this.handle.query<RunProgress>('progress'));
      } catch (error) {
        if (Date.now() > deadlineMs) throw error;
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    }
  }

  /** Names of the steps that are being computed now; none while Temporal does not answer. */
  async runningSteps(): Promise<string[]> {
    try {
      const { raw } = await this.#soon(() => this.handle.describe());
      return (raw.pendingActivities ?? []).map(({ activityType }) => activityType?.name ?? '');
    } catch {
      return [];
    }
  }

  /** A call that fails rather than waits: the client repeats calls at ever longer intervals, and the run does not wait for it. */
  async #soon<T>(call: () => Promise<T>): Promise<T> {
    if (this.#client === undefined) throw new Error('the platform is not started');
    return await this.#client.withDeadline(Date.now() + callLimitMs, call);
  }

  /** Processes of the platform whose command line holds a text, without the command itself. */
  processes(text: string): number[] {
    return descendants(this.#command?.child.pid as number, text);
  }

  /** Kills the command and all below it at one moment: first all stand still, so that none sees another die. */
  async cutPower(): Promise<void> {
    const command = this.#command;
    if (command === undefined) return;
    const pids = [command.child.pid as number, ...this.processes('')];
    for (const signal of ['SIGSTOP', 'SIGKILL'] as const) for (const pid of pids) killQuietly(pid, signal);
    await command.ended;
  }

  /** Waits for the end of the run, through failures of the services. */
  async finished(): Promise<void> {
    const deadlineMs = Date.now() + 600_000;
    for (;;) {
      const description = await this.#soon(() => this.handle.describe()).catch(() => undefined);
      if (description !== undefined && description.status.name !== 'RUNNING') return;
      if (Date.now() > deadlineMs) throw new Error('the run did not end');
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }

  /** What can be known of a run that did not do what a test expects: for its failure message. */
  async trouble(): Promise<string> {
    const description = await this.handle.describe().catch((error: Error) => error);
    const steps =
      description instanceof Error
        ? description.message
        : `${description.status.name}; pending: ${JSON.stringify(
            (description.raw.pendingActivities ?? []).map(({ activityType, attempt, state, lastFailure }) => ({
              step: activityType?.name,
              attempt,
              state,
              failure: lastFailure?.message,
            })),
          )}`;
    const said = this.#command?.output();
    const logs = ['worker.log', 'worker-process.log', 'policy.log'].map((name) => {
      const file = join(this.home, 'logs', name);
      return `${name}:\n${existsSync(file) ? readFileSync(file, 'utf8').slice(-3000) : '(none)'}`;
    });
    return [steps, `start said: ${said?.stdout}${said?.stderr}`, ...logs].join('\n');
  }

  /** Stops everything and removes what was stored. */
  async remove(): Promise<void> {
    await this.#client?.connection.close();
    this.#command?.child.kill('SIGINT');
    await this.#command?.ended;
    this.#workplace.remove();
  }
}

/** Sends a signal to a process that may have ended meanwhile. */
export function killQuietly(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It ended by itself.
  }
}
