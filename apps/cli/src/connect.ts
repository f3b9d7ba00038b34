/** A client of a Temporal server. */
import { UserError } from '@queryloop/contracts';
import { temporalAddress } from '@queryloop/worker';
import { Client, Connection } from '@temporalio/client';

/** Connects to host:port; namespace and encryption as the environment says, for workers alike. Throws UserError when nobody answers. */
export async function connectTo(address: string): Promise<Client> {
  const { namespace, connection } = temporalAddress({ ...process.env, TEMPORAL_ADDRESS: address });
  const { tls, apiKey } = connection;
  try {
    const options = { address, connectTimeout: '5 seconds', ...(tls && { tls }), ...(apiKey && { apiKey }) } as const;
    return new Client({ connection: await Connection.connect(options), namespace });
  } catch {
    throw new UserError({
      message: `Temporal at ${address} does not answer`,
      field: 'TEMPORAL_ADDRESS',
      hint: 'Start the server there, or unset TEMPORAL_ADDRESS to use the embedded one.',
    });
  }
}
