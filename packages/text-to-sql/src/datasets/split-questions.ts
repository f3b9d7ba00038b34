/** Divides questions into train, dev and test: as they say themselves, else by a draw that the seed and their wording decide. */
import { createHash } from 'node:crypto';
import { UserError } from '@queryloop/contracts';
import { keyedDraw } from '../random.ts';
import type { OwnQuestion } from './question-lines.ts';

/** Shares of the splits that are drawn; train gets the rest. */
const shares = { dev: 0.1, test: 0.2 } as const;

const otherNames: Record<string, string> = {
  training: 'train',
  validation: 'dev',
  valid: 'dev',
  val: 'dev',
  development: 'dev',
};

/** The split that a file or a line means by a name. */
export function splitCalled(name: string): string {
  const plain = name.trim().toLowerCase();
  if (['train', 'dev', 'test'].includes(plain)) return plain;
  return otherNames[plain] ?? name.trim();
}

export interface DividedQuestions {
  splits: Map<string, OwnQuestion[]>;
  /** Names of splits that were drawn. */
  drawn: string[];
}

/**
 * Questions that name no split are drawn; where some name one, all have to. What is missing of train, dev and test is drawn from
 * train. Questions of the same wording stay together, so that none is trained on and tested with.
 * @throws UserError when some name a split and others do not, or when there are too few to draw from
 */
export function splitQuestions(questions: readonly OwnQuestion[], seed: number): DividedQuestions {
  const silent = questions.filter(({ split }) => split === undefined);
  if (silent.length > 0 && silent.length < questions.length) {
    throw new UserError({
      message: `${silent.length} of ${questions.length} questions name no split, the first at ${silent[0]?.place}`,
      field: 'split',
      hint: 'Let every line say "split", or none; or give a file for each: --questions train=a.jsonl dev=b.jsonl test=c.jsonl',
    });
  }
  const splits = new Map<string, OwnQuestion[]>();
  for (const question of questions) {
    const name = splitCalled(question.split ?? 'train');
    if (!/^[\w-]+$/.test(name)) {
      throw new UserError({
        message: `${question.place}: "${name}" cannot name a split`,
        field: 'split',
        hint: 'Letters, digits, _ and - can.',
      });
    }
    splits.set(name, [...(splits.get(name) ?? []), question]);
  }
  const missing = (['test', 'dev'] as const).filter((name) => !splits.has(name));
  const groups = inDrawnOrder(splits.get('train') ?? [], seed);
  if (groups.length === 0) {
    throw new UserError({
      message: `no question is in the split train (found: ${[...splits.keys()].join(', ')})`,
      field: 'split',
      hint: 'Prompts and answer forms are learned from train: give some questions to it.',
    });
  }
  if (groups.length < missing.length + 1) {
    throw new UserError({
      message: `${groups.length} different questions are too few to draw ${missing.join(' and ')} from`,
      field: 'questions',
      hint: 'Train, dev and test need one question each at the least; some hundred make a useful train split.',
    });
  }
  const total = groups.length;
  for (const name of missing) splits.set(name, groups.splice(0, Math.max(1, Math.round(total * shares[name]))).flat());
  const kept = new Set(groups.flat());
  splits.set(
    'train',
    (splits.get('train') ?? []).filter((question) => kept.has(question)),
  );
  for (const name of missing) splits.set(name, inFileOrder(splits.get(name) ?? [], questions));
  const order = ['train', 'dev', 'test'];
  const rank = (name: string): number => (order.indexOf(name) + 4) % 4;
  return { splits: new Map([...splits].sort(([a], [b]) => rank(a) - rank(b))), drawn: missing };
}

/** Questions by wording, in the order of a draw that each wording has for itself. */
function inDrawnOrder(questions: readonly OwnQuestion[], seed: number): OwnQuestion[][] {
  const groups = new Map<string, OwnQuestion[]>();
  for (const question of questions) {
    const wording = question.question.normalize('NFC').trim().replace(/\s+/g, ' ').toLowerCase();
    groups.set(wording, [...(groups.get(wording) ?? []), question]);
  }
  const placed = [...groups].map(([wording, group]) => {
    const digest = createHash('sha256').update(wording).digest();
    return { group, wording, place: keyedDraw(seed, digest.readInt32LE(0), digest.readInt32LE(4)).uniform() };
  });
  return placed.sort((a, b) => a.place - b.place || (a.wording < b.wording ? -1 : 1)).map(({ group }) => group);
}

function inFileOrder(some: readonly OwnQuestion[], all: readonly OwnQuestion[]): OwnQuestion[] {
  const wanted = new Set(some);
  return all.filter((question) => wanted.has(question));
}
