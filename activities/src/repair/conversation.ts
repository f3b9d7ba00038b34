/** A completion of several turns: what the policy wrote, the database's message, what the policy wrote next. */
import { type Completion, type FailureClass, writtenTokens } from '@queryloop/contracts';
import type { SampledGroup } from '../sampler.ts';

/** What the policy wrote in one turn. */
export type Turn = Pick<Completion, 'text' | 'written'>;

export interface Conversation {
  /** As the dataset's prompts are asked for. */
  prompt: string;
  promptIds: readonly number[];
  /** Names it among the random streams. */
  key: readonly number[];
  /** All turns so far. */
  completion: Completion;
  /** The last of them. */
  last: Turn;
}

/** What is said of a turn whose query failed. */
export interface Message {
  failure: FailureClass;
  text: string;
  ids: number[];
}

/** A conversation of one turn. */
export function openConversation(
  opening: Pick<Conversation, 'prompt' | 'promptIds' | 'key'>,
  completion: Completion,
): Conversation {
  const { text, written } = completion;
  return { ...opening, completion, last: { text, ...(written !== undefined && { written }) } };
}

/**
 * One turn more, as TRL lays out tool calls: token ids in a row; in the message log-probabilities and mask are 0, those of a server null. `decode` gives the
 * text of token ids.
 */
export function addTurn(
  { completion, last, ...opening }: Conversation,
  message: Message,
  sampled: SampledGroup['completions'][number],
  { next, decode }: { next: Turn; decode(ids: readonly number[]): string },
): Conversation {
  const { ids, logProbs, samplingLogProbs, toolMask = ids.map(() => 1), turns = [] } = completion;
  const told = message.ids.map(() => 0);
  const tokens = writtenTokens(completion) - turns.reduce((sum, turn) => sum + turn.tokens, 0);
  const whole = [...ids, ...message.ids, ...sampled.ids];
  return {
    ...opening,
    last: next,
    completion: {
      ids: whole,
      logProbs: [...logProbs, ...told, ...sampled.logProbs],
      ...(samplingLogProbs && {
        samplingLogProbs: [...samplingLogProbs, ...told.map(() => null), ...(sampled.samplingLogProbs ?? [])],
      }),
      toolMask: [...toolMask, ...told, ...sampled.ids.map(() => 1)],
      turns: [...turns, { ...last, tokens, failure: message.failure, message: message.text }],
      text: next.text,
      written: decode(whole),
      finished: sampled.finished,
    },
  };
}
