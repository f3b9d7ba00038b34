/** The process of a user's reward module: started when first needed, given batches one at a time, killed when it hangs, begun again once after a crash. */
import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { UserError } from '@queryloop/contracts';
import { type PinnedModule, requirePinned } from '@queryloop/contracts/load-config';
import { checkScores } from './check-scores.ts';
import type { RewardedQuery } from './contract.ts';
import type { ModuleReply, ModuleRequest } from './module-child.ts';

const childFile = fileURLToPath(new URL('./module-child.ts', import.meta.url));
const memoryMb = 1024;
/** Characters of what the module printed that an error quotes. */
const longestOutput = 500;

export const moduleLimits = {
  /** Loading the module, and each batch. */
  timeoutMs: 30_000,
  /** Queries a batch: bounds what travels at a time. */
  batchSize: 512,
};

type Limits = typeof moduleLimits;

type Ended = { exit: string };

/** One module, as long as this process lives. Batches of several callers wait for each other. */
export class ModuleProcess {
  private child: ChildProcess | null = null;
  private output = '';
  private outOfMemory = false;
  private last: Promise<unknown> = Promise.resolve();
  private sent = 0;
  private readonly settings: PinnedModule;
  private readonly limits: Limits;

  constructor(settings: PinnedModule, limits: Limits = moduleLimits) {
    this.settings = settings;
    this.limits = limits;
  }

  /**
   * The scores of queries, in their order. `onAlive` hears of each batch that is done.
   * @throws UserError for a module that cannot be loaded, throws, hangs, crashes twice or gives something else than scores;
   * the signal's reason when it is aborted
   */
  async score(
    queries: readonly RewardedQuery[],
    { signal, onAlive }: { signal?: AbortSignal | undefined; onAlive?: (() => void) | undefined } = {},
  ): Promise<(number | null)[]> {
    const turn = this.last.then(async () => {
      const scores: (number | null)[] = [];
      for (let start = 0; start < queries.length; start += this.limits.batchSize) {
        signal?.throwIfAborted();
        const batch = queries.slice(start, start + this.limits.batchSize);
        // Module code may take long without a word: the wait itself shows that somebody is there.
        const alive = setInterval(() => onAlive?.(), 1_000);
        try {
          scores.push(...(await this.scoreBatch(batch, signal)));
        } finally {
          clearInterval(alive);
        }
        onAlive?.();
      }
      return scores;
    });
    this.last = turn.catch(() => undefined);
    return await turn;
  }

  /** Ends the process; a later batch starts another. */
  close(): void {
    this.child?.kill('SIGKILL');
    this.child = null;
  }

  private async scoreBatch(batch: readonly RewardedQuery[], signal?: AbortSignal): Promise<(number | null)[]> {
    const first = await this.ask(batch, signal);
    const answer = 'exit' in first ? await this.ask(batch, signal) : first;
    if ('exit' in answer && this.outOfMemory)
      throw this.wrong(`needed more than ${memoryMb} MB of memory to score ${batch.length} queries`);
    if ('exit' in answer)
      throw this.wrong(`ended twice while it scored ${batch.length} queries (${answer.exit})${this.printed()}`);
    return checkScores(answer.scores, batch.length, (what) => this.wrong(what));
  }

  /** Sends a batch to the child, started where there is none, and waits for its answer. */
  private async ask(batch: readonly RewardedQuery[], signal?: AbortSignal): Promise<{ scores: unknown } | Ended> {
    const child = this.child ?? this.start();
    const loading = this.child === null;
    this.child = child;
    hold(child, true);
    try {
      if (loading) {
        const loaded = await this.reply(child, 'load', (reply) => 'ready' in reply || 'broken' in reply, signal);
        if ('broken' in loaded) throw this.wrong(`cannot be used: ${loaded.broken}`);
        if ('exit' in loaded) return loaded;
      }
      const id = ++this.sent;
      const request: ModuleRequest = { id, batch: [...batch] };
      // A send that fails is followed by the child's exit, which settles the wait.
      child.send(request, () => undefined);
      const waited = await this.reply(
        child,
        `score ${batch.length} queries`,
        (reply) => 'id' in reply && reply.id === id,
        signal,
      );
      if ('exit' in waited) return waited;
      if ('threw' in waited) throw this.wrong(`threw: ${waited.threw}${this.printed()}`);
      return { scores: 'scores' in waited ? waited.scores : undefined };
    } finally {
      hold(child, false);
    }
  }

  /** The first reply that is `expected`, or how the child ended. A child that is too late, or not needed any more, is killed. */
  private reply(
    child: ChildProcess,
    doing: string,
    expected: (reply: ModuleReply) => boolean,
    signal?: AbortSignal,
  ): Promise<ModuleReply | Ended> {
    const { timeoutMs } = this.limits;
    return new Promise((resolve, reject) => {
      const stop = (error: unknown): void => {
        settled();
        this.close();
        reject(error);
      };
      const onMessage = (reply: unknown): void => {
        // The module shares the channel: what is no reply to this question is none of ours.
        if (typeof reply !== 'object' || reply === null || !expected(reply as ModuleReply)) return;
        settled();
        if ('broken' in reply) this.child = null;
        resolve(reply as ModuleReply);
      };
      const onExit = (code: number | null, killed: NodeJS.Signals | null): void => {
        settled();
        if (this.child === child) this.child = null;
        resolve({ exit: killed === null ? `exit code ${code}` : String(killed) });
      };
      const onError = (error: Error): void => {
        settled();
        if (this.child === child) this.child = null;
        resolve({ exit: error.message });
      };
      const onAbort = (): void => stop(signal?.reason);
      const late = setTimeout(
        () => stop(this.wrong(`took longer than ${timeoutMs / 1000} s to ${doing}, and was stopped${this.printed()}`)),
        timeoutMs,
      );
      const settled = (): void => {
        clearTimeout(late);
        child.off('message', onMessage).off('exit', onExit).off('error', onError);
        signal?.removeEventListener('abort', onAbort);
      };
      child.on('message', onMessage).on('exit', onExit).on('error', onError);
      signal?.addEventListener('abort', onAbort);
      if (child.exitCode !== null || child.signalCode !== null) onExit(child.exitCode, child.signalCode);
    });
  }

  /** @throws UserError when the file is no longer what it is bound to */
  private start(): ChildProcess {
    requirePinned(this.settings);
    const child = fork(childFile, [this.settings.module, String(process.pid)], {
      execArgv: [`--max-old-space-size=${memoryMb}`, '--disable-warning=ExperimentalWarning'],
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      // Keeps NaN and undefined apart from null, which JSON does not.
      serialization: 'advanced',
    });
    this.output = '';
    this.outOfMemory = false;
    for (const stream of [child.stdout, child.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => {
        const output = this.output + text;
        // V8 says so above a long native stack.
        this.outOfMemory ||= output.includes('heap out of memory');
        this.output = output.slice(-longestOutput);
      });
    return child;
  }

  private printed(): string {
    const text = this.output.trim();
    return text === '' ? '' : `; it printed last: ${text}`;
  }

  private wrong(what: string): UserError {
    const { name, module, place } = this.settings;
    return new UserError({
      message: `reward function ${name} (${module}) ${what}`,
      field: `reward.functions.${place}.module`,
      hint: `Mend the module. A run that has begun goes on with: queryloop resume <run> --set reward.functions.${place}.sha256=now`,
    });
  }
}

/** Whether this process stays alive for a child; an idle one must not keep it. */
function hold(child: ChildProcess, held: boolean): void {
  const handles = [child, child.channel, child.stdout, child.stderr] as (
    | { ref?(): void; unref?(): void }
    | null
    | undefined
  )[];
  for (const handle of handles) held ? handle?.ref?.() : handle?.unref?.();
}
