/** The client of Temporal: at TEMPORAL_ADDRESS, or where the command that runs the services of this folder says. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { clientOf } from '@queryloop/control/connect';
import type { Client } from '@temporalio/client';
import { temporalAway } from '#api/errors.ts';
import { folders } from './folders.ts';
import { once } from './once.ts';

/** How long anybody waits to hear whether Temporal is there. */
const patienceMs = 2_000;
/** How long an answer to that holds. */
const freshMs = 3_000;
/** Calls of a client that is left are repeated no longer than this. */
const lastCallsMs = 60_000;

interface Link {
  address: string | undefined;
  client: Client | undefined;
  checked: { state: Promise<'up' | 'down'>; at: number } | undefined;
}

/** Host and port; undefined when nobody runs services for this folder. */
export function temporalAddress(): string | undefined {
  const named = process.env['TEMPORAL_ADDRESS'];
  if (named) return named;
  try {
    const { address } = JSON.parse(readFileSync(join(folders().home, 'lock'), 'utf8')) as { address?: unknown };
    return typeof address === 'string' ? address : undefined;
  } catch {
    return undefined;
  }
}

/** Whether Temporal answers: looked at again every few seconds while somebody asks, and never for longer than two. */
export async function temporalState(): Promise<'up' | 'down'> {
  const link = currentLink();
  if (link.checked === undefined || link.checked.at < Date.now() - freshMs)
    link.checked = { state: check(link), at: Date.now() };
  return await link.checked.state;
}

/** A client, which connects anew by itself. Throws ApiProblem 503 when Temporal does not answer. */
export async function temporalClient(): Promise<Client> {
  const state = await temporalState();
  const { client } = currentLink();
  if (state === 'down' || client === undefined) throw temporalAway();
  return client;
}

async function check({ client }: Link): Promise<'up' | 'down'> {
  if (client === undefined) return 'down';
  const { connection, options } = client;
  const ask = () => connection.workflowService.describeNamespace({ namespace: options.namespace });
  const answered = connection.withDeadline(Date.now() + patienceMs, ask).then(
    () => 'up' as const,
    () => 'down' as const,
  );
  return await Promise.race([answered, sleep(patienceMs, 'down' as const, { ref: false })]);
}

/** To the present address, which is another one when the services have been started anew. */
function currentLink(): Link {
  const link = once<Link>('temporal', () => ({ address: undefined, client: undefined, checked: undefined }));
  const address = temporalAddress();
  if (link.address === address) return link;
  const { client } = link;
  // Later, as calls that are in flight may still be answered, or repeated.
  if (client !== undefined) setTimeout(() => void client.connection.close(), lastCallsMs).unref();
  return Object.assign(link, {
    address,
    client: address === undefined ? undefined : clientOf(address),
    checked: undefined,
  });
}
