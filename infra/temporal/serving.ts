/** Whether a Temporal server can be reached. */
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** Whether host:port is open. A server opens its port only once it can serve; its namespace exists by then. */
export async function isServing(address: string): Promise<boolean> {
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
