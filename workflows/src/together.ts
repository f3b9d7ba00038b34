/** Runs the shards of a step side by side. */
import { CancellationScope } from '@temporalio/workflow';

/** Results in the order of `parts`, whichever finishes first. The first failure drops the other parts and is thrown once they have ended. */
export async function together<T>(parts: readonly (() => Promise<T>)[]): Promise<T[]> {
  const scope = new CancellationScope();
  return await scope.run(async () => {
    const running = parts.map((part) => part());
    try {
      return await Promise.all(running);
    } catch (error) {
      scope.cancel();
      await Promise.allSettled(running);
      throw error;
    }
  });
}
