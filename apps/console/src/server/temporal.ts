/** The client of Temporal: at TEMPORAL_ADDRESS, or where the command that runs the services of this folder says. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { connectTo } from '@queryloop/control/connect';
import type { Client } from '@temporalio/client';
import { temporalAway } from '#api/errors.ts';
import { folders } from './folders.ts';
import { once } from './once.ts';

/** How long anybody waits to hear whether Temporal is there. */
const patienceMs = 2_000;
/** How long an answer to that holds. */
const freshMs = 3_000;

interface Link {
  address: string | undefined;
  client: Client | undefined;
  connecting: Promise<Client> | undefined;
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
  const link = theLink();
  if (link.checked === undefined || link.checked.at < Date.now() - freshMs || link.address !== temporalAddress())
    link.checked = { state: check(), at: Date.now() };
  return await link.checked.state;
}

/** @throws ApiProblem 503 when Temporal does not answer */
export async function temporalClient(): Promise<Client> {
  if ((await temporalState()) === 'up') return await connected();
  throw temporalAway();
}

async function check(): Promise<'up' | 'down'> {
  const answered = async (): Promise<'up' | 'down'> => {
    const { connection, options } = await connected();
    const asked = { namespace: options.namespace };
    await connection.withDeadline(Date.now() + patienceMs, () => connection.workflowService.describeNamespace(asked));
    return 'up';
  };
  const late = sleep(patienceMs, 'down' as const, { ref: false });
  const state = await Promise.race([answered().catch(() => 'down' as const), late]);
  // A new client connects at once when Temporal is back; the old one would wait for up to two minutes between attempts.
  if (state === 'down') leaveClient();
  return state;
}

/** The client at the present address, which is another one when the services have been started anew. */
async function connected(): Promise<Client> {
  const link = theLink();
  const address = temporalAddress();
  if (link.address !== address) leaveClient();
  link.address = address;
  if (link.client !== undefined) return link.client;
  if (address === undefined) throw temporalAway();
  const connecting = (link.connecting ??= connectTo(address));
  try {
    const client = await connecting;
    if (link.connecting === connecting) link.client = client;
    return client;
  } finally {
    if (link.connecting === connecting) link.connecting = undefined;
  }
}

/** Calls that are in flight may still be answered. */
function leaveClient(): void {
  const link = theLink();
  const { client } = link;
  Object.assign(link, { client: undefined, connecting: undefined });
  if (client !== undefined) setTimeout(() => void client.connection.close().catch(() => undefined), 30_000).unref();
}

function theLink(): Link {
  return once('temporal', () => ({ address: undefined, client: undefined, connecting: undefined, checked: undefined }));
}
