/** A client of a Temporal server. */
import { UserError } from '@queryloop/contracts';
import { Client, Connection } from '@temporalio/client';

/** Connects to host:port, in the namespace of TEMPORAL_NAMESPACE. Throws UserError when nobody answers. */
export async function connectTo(address: string): Promise<Client> {
  try {
    const namespace = process.env['TEMPORAL_NAMESPACE'] ?? 'default';
    return new Client({ connection: await Connection.connect({ address, connectTimeout: '5 seconds' }), namespace });
  } catch {
    throw new UserError({
      message: `Temporal at ${address} does not answer`,
      field: 'TEMPORAL_ADDRESS',
      hint: 'Start the server there, or unset TEMPORAL_ADDRESS to use the embedded one.',
    });
  }
}
