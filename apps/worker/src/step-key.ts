/** Names a step within its run, so that a repeated attempt, also after a restart or continue-as-new, is the same step. */

/** E.g. "updatePolicy:12", "evaluatePolicy:25:dev", "warmStart". */
export function stepKey(step: string, input: unknown): string {
  const { update, split, policy } = (input ?? {}) as { update?: number; split?: string; policy?: { update?: number } };
  return [step, update ?? policy?.update, split].filter((part) => part !== undefined).join(':');
}
