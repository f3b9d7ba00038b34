/** Whether a server can be reached. */
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Connection } from '@temporalio/client';

/** Whether a Temporal server answers: for a moment after it has opened its port it refuses every call as not healthy yet. */
export async function isServing(address: string): Promise<boolean> {
  // Asked first: a client takes seconds to give up on a closed port.
  if (!(await isOpen(address))) return false;
  try {
    const connection = await Connection.connect({ address, connectTimeout: 5_000 });
    await connection.close();
    return true;
  } catch {
    return false;
  }
}

/** Whether host:port is open. */
export async function isOpen(address: string): Promise<boolean> {
  const colon = address.lastIndexOf(':');
  return new Promise((resolve) => {
    const socket = connect({ port: Number(address.slice(colon + 1)), host: address.slice(0, colon) });
    const answer = (open: boolean) => (): void => {
      socket.destroy();
      resolve(open);
    };
    socket.once('connect', answer(true));
    socket.once('error', answer(false));
    socket.setTimeout(5_000, answer(false));
  });
}

/** Waits, for as long as it takes, until the server serves; true when it had been away. */
export async function waitUntilServing(address: string): Promise<boolean> {
  if (await isServing(address)) return false;
  while (!(await isServing(address))) await sleep(200, undefined, { ref: false });
  return true;
}
