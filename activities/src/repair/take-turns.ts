/** Repair: queries that failed go back to the policy with what was wrong, and it writes others, for as many turns as there are. */
import type { FailureClass } from '@queryloop/contracts';
import type { GenerateRequest, Policy } from '@queryloop/policy';
import type { Prompts } from '../prompts.ts';
import type { Sampler } from '../sampler.ts';
import { addTurn, type Conversation, type Message, type Turn } from './conversation.ts';

/** Why a query failed, in a line. */
export interface Failure {
  code: FailureClass;
  explanation: string;
}

/** Who writes further turns: the policy's tokens and context, sampled by it or by a server. */
export interface Speaker {
  policy: Pick<Policy, 'tokenizer' | 'config'>;
  sampler: Pick<Sampler, 'generate'>;
}

export interface RepairOptions {
  /** Most turns after the first. */
  repairTurns: number;
  /** What came of the last queries of these conversations: why they failed, null for those that ran. */
  failuresOf(conversations: readonly number[], turns: readonly Turn[]): Promise<(Failure | null)[]>;
  sampling: Pick<GenerateRequest, 'temperature' | 'topP' | 'topK' | 'maxTokens' | 'seedKey'>;
  /** Conversations that are sampled at a time: each has a prefix of its own in memory. */
  atATime: number;
}

export interface Repaired {
  conversations: Conversation[];
  /** Conversations whose last query failed and for whose message there was no room. */
  noRoom: number;
}

/** A conversation that goes on, with what is said in it. */
interface Told {
  place: number;
  message: Message;
  /** Prompt, completion so far, message. */
  prefix: number[];
  /** Tokens that may still be written. */
  room: number;
}

/**
 * Takes turns until queries run, no turn is left, or message and a token more exceed `maxTokens`, which holds for the whole
 * completion, or the context (TRL's rule for results of tools). What a conversation draws depends on its key, the turn and its prefix alone.
 */
export async function takeTurns(
  { policy, sampler }: Speaker,
  prompts: Pick<Prompts, 'completionOf' | 'messageOf'>,
  opened: readonly Conversation[],
  { repairTurns, failuresOf, sampling, atATime }: RepairOptions,
): Promise<Repaired> {
  const conversations = [...opened];
  const decode = (ids: readonly number[]) => policy.tokenizer.decode(ids);
  let noRoom = 0;
  let open = conversations.map((_, place) => place);
  for (let turn = 2; turn <= repairTurns + 1 && open.length > 0; turn++) {
    const failures = await failuresOf(
      open,
      open.map((place) => (conversations[place] as Conversation).last),
    );
    const failed = open.flatMap((place, i): Told[] => {
      const failure = failures[i];
      return failure ? [tell(conversations[place] as Conversation, place, failure)] : [];
    });
    const going = failed.filter(({ room }) => room > 0);
    noRoom += failed.length - going.length;
    for (let start = 0; start < going.length; start += atATime) {
      const batch = going.slice(start, start + atATime);
      const groups = await sampler.generate(
        {
          ...sampling,
          groups: batch.map(({ place, prefix, room }) => ({
            promptIds: prefix,
            samples: 1,
            room,
            key: (conversations[place] as Conversation).key,
          })),
          seedKey: [...sampling.seedKey, turn],
          maxTokens: Math.max(...batch.map(({ room }) => room)),
        },
        `turn ${turn}`,
      );
      batch.forEach(({ place, message, room }, i) => {
        const { ids = [], logProbs = [], samplingLogProbs, finished = false } = groups[i]?.completions[0] ?? {};
        const sampled = {
          ids: ids.slice(0, room),
          logProbs: logProbs.slice(0, room),
          ...(samplingLogProbs && { samplingLogProbs: samplingLogProbs.slice(0, room) }),
          finished: finished && ids.length <= room,
        };
        const next = prompts.completionOf(sampled.ids);
        conversations[place] = addTurn(conversations[place] as Conversation, message, sampled, { next, decode });
      });
    }
    open = going.map(({ place }) => place);
  }
  return { conversations, noRoom };

  function tell({ prompt, promptIds, completion }: Conversation, place: number, failure: Failure): Told {
    const { text, ids } = prompts.messageOf(prompt, failure.explanation);
    const prefix = [...promptIds, ...completion.ids, ...ids];
    const length = completion.ids.length + ids.length;
    // A turn that was cut off has used up all there was.
    const room = completion.finished
      ? Math.min(sampling.maxTokens - length, policy.config.maxPositions - prefix.length)
      : 0;
    return { place, message: { failure: failure.code, text, ids }, prefix, room };
  }
}
