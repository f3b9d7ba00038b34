/** What packages/control needs to do something for the user who asks. */
import type { Annotator, Control } from '@queryloop/control';
import type { Context } from 'hono';
import type { GuardedVariables } from '#api/guard.ts';
import { store } from '#server/store.ts';
import { temporalClient } from '#server/temporal.ts';

type Asked = Context<{ Variables: GuardedVariables }>;

/** Throws ApiProblem 503 when Temporal or the store is away. */
export async function controlOf(context: Asked): Promise<Control> {
  const client = await temporalClient();
  return { ...(await annotatorOf(context)), client };
}

/** For what the store alone is needed for. Throws ApiProblem 503 when it is away. */
export async function annotatorOf(context: Asked): Promise<Annotator> {
  return { store: await store(), actor: context.get('user').name };
}
