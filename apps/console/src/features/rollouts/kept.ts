/** Keeps what was read of artifacts: they never change, so a hash stands for the answer. */
import { once } from '#server/once.ts';

/**
 * A cache of the process of at most `limit` answers; the least recently used leave. What fails is not kept, nor what is not
 * whole: a lost artifact may come back.
 */
export function kept<T>(
  name: string,
  limit: number,
  isWhole: (answer: T) => boolean = () => true,
): (key: string, read: () => Promise<T>) => Promise<T> {
  const answers = once(`kept ${name}`, () => new Map<string, Promise<T>>());
  return (key, read) => {
    const answer = answers.get(key) ?? read();
    answers.delete(key);
    answers.set(key, answer);
    const drop = (): void => {
      if (answers.get(key) === answer) answers.delete(key);
    };
    answer.then((value) => isWhole(value) || drop(), drop);
    const [oldest] = answers.keys();
    if (answers.size > limit && oldest !== undefined) answers.delete(oldest);
    return answer;
  };
}
