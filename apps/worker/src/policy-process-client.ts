/** The parent's side of the policy process: starts it when needed, runs one step at a time in it, ends it when it hangs. */
import { type ChildProcess, fork } from 'node:child_process';
import { createWriteStream, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Engine, StepProgress } from '@queryloop/contracts';
import { diedOfMemory, kernelKills, named, OutOfMemory, perhapsOfMemory } from './out-of-memory.ts';
import { fromPlainError } from './plain-error.ts';
import { type SilenceLimits, silenceLimits, watchSilence } from './silence.ts';
import type { FromPolicyProcess, Residents, ToPolicyProcess } from './step-messages.ts';

export interface PolicyProcessOptions {
  /** Receives what the process prints. */
  logFile: string;
  /** Module the process runs. */
  entry?: string;
  /** A process that reports nothing for this long is taken to hang; the limits of this machine when left out. */
  silence?: SilenceLimits;
  /** Time a step has to stop by itself after it was cancelled. */
  graceMs?: number;
}

export interface StepCall extends Engine {
  /** Hears what the user should know of the process: why it computes on the CPU, for example. */
  onNote?: (note: string) => void;
  onProgress?: (progress: StepProgress) => void;
  /** Hears now and then that the process is not taken to hang. */
  onAlive?: () => void;
  signal?: AbortSignal;
}

/** Characters of stderr in which a process that ends itself says why; a stack of V8 follows it. */
const lastWordsKept = 16_384;
const lastWordsMs = 50;

const nothing: Residents = { policies: 0, bytes: 0 };

export class PolicyProcess {
  readonly #logFile: string;
  readonly #entry: string;
  readonly #silence: SilenceLimits;
  readonly #graceMs: number;
  #child: ChildProcess | undefined;
  /** Of the process. */
  #engine: Required<Engine> | undefined;
  #residents: Residents = nothing;
  #calls = 0;
  /** The end of what the process wrote to stderr. */
  #lastWords = '';
  #queue: Promise<unknown> = Promise.resolve();

  constructor({ logFile, entry, silence = silenceLimits(), graceMs = 3_000 }: PolicyProcessOptions) {
    this.#logFile = logFile;
    this.#entry = entry ?? fileURLToPath(new URL('./policy-process.ts', import.meta.url));
    this.#silence = silence;
    this.#graceMs = graceMs;
  }

  /** Process id while the process lives. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** What it kept in memory after its last step. */
  get residents(): Residents {
    return this.#child === undefined ? nothing : this.#residents;
  }

  /** Runs a step after those asked for before. Rejects with the step's own error, or with a fault when the process dies or hangs. */
  run(step: string, input: unknown, call: StepCall): Promise<unknown> {
    const turn = this.#queue.then(() => this.#runNow(step, input, call));
    this.#queue = turn.catch(() => undefined);
    return turn;
  }

  /** Ends the process; a step in it fails. */
  stop(): void {
    this.#child?.kill('SIGKILL');
    this.#child = undefined;
  }

  async #runNow(step: string, input: unknown, call: StepCall): Promise<unknown> {
    const { onProgress, onNote, onAlive, signal } = call;
    signal?.throwIfAborted();
    const child = await this.#childWith(call);
    // Aborted while the process was being started: nobody would be told of it any more.
    signal?.throwIfAborted();
    const id = ++this.#calls;
    const killsBefore = kernelKills();
    const send = (message: ToPolicyProcess): void => void child.send(message, () => undefined);

    return await new Promise((resolve, reject) => {
      const watch = watchSilence({
        limits: this.#silence,
        pid: child.pid,
        ...(onAlive && { onTick: onAlive }),
        onSilent: (ms) => end(`reported nothing for ${ms / 1000} s and was ended`),
      });
      let grace: NodeJS.Timeout | undefined;
      let dying: NodeJS.Timeout | undefined;
      const end = (why: string): void => {
        this.stop();
        settle(() => reject(new Error(`step ${step}: the policy process ${why}`)));
      };
      const onExit = (code: number | null, cause: string | null): void => {
        // What it wrote last may still be on its way.
        dying = setTimeout(() => {
          const hungry = diedOfMemory(step, { cause, stderr: this.#lastWords, killsBefore });
          if (hungry === null)
            end(`ended (${cause ?? `exit code ${code}`})${perhapsOfMemory(cause)}; see ${this.#logFile}`);
          else settle(() => reject(hungry));
        }, lastWordsMs);
      };
      const onError = (error: Error): void => end(`cannot be started or told anything: ${error.message}`);
      const onAbort = (): void => {
        send({ kind: 'abort', id });
        grace = setTimeout(() => end('was ended, as its step was cancelled'), this.#graceMs);
      };
      const onMessage = (message: FromPolicyProcess): void => {
        watch.heard();
        if (message.kind === 'note') onNote?.(message.note);
        if (message.kind === 'note' || message.kind === 'ready' || message.id !== id) return;
        if (message.kind === 'progress') onProgress?.(message.progress);
        else if (message.kind === 'result') {
          this.#residents = message.residents;
          settle(() => resolve(message.output));
        } else {
          const error = named(step, fromPlainError(message.error));
          // Another attempt begins without what this process holds.
          if (error instanceof OutOfMemory) this.stop();
          settle(() => reject(error));
        }
      };
      const settle = (outcome: () => void): void => {
        watch.stop();
        clearTimeout(grace);
        clearTimeout(dying);
        child.off('message', onMessage).off('exit', onExit).off('error', onError);
        signal?.removeEventListener('abort', onAbort);
        outcome();
      };
      child.on('message', onMessage).on('exit', onExit).on('error', onError);
      signal?.addEventListener('abort', onAbort);
      send({ kind: 'run', id, step, input });
    });
  }

  async #childWith({ threads, device = 'cpu' }: Engine): Promise<ChildProcess> {
    const { threads: before, device: at } = this.#engine ?? {};
    if (this.#child?.connected && before === threads && at === device) return this.#child;
    this.stop();
    // Loaded here, not above: commands that start no policy process do without it.
    const { tensorflowEnvironment } = await import('@queryloop/policy');
    const child = fork(this.#entry, {
      env: { ...process.env, ...tensorflowEnvironment(threads, device) },
      execArgv: ['--disable-warning=DEP0051', '--disable-warning=ExperimentalWarning'],
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    mkdirSync(dirname(this.#logFile), { recursive: true });
    const log = createWriteStream(this.#logFile, { flags: 'a' });
    child.stdout?.pipe(log, { end: false });
    child.stderr?.pipe(log, { end: false });
    this.#lastWords = '';
    child.stderr?.on('data', (text: Buffer) => {
      this.#lastWords = (this.#lastWords + text.toString('utf8')).slice(-lastWordsKept);
    });
    // An error between two steps is told by the next one, which finds no process.
    child.on('error', () => undefined);
    child.once('exit', () => {
      log.end();
      if (this.#child === child) this.#child = undefined;
    });
    this.#child = child;
    this.#engine = { threads, device };
    return child;
  }
}
