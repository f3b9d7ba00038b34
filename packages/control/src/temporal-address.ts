/** Where Temporal is and how to reach it, from the environment. Apart from the rest of control: workers need no client. */
import { readFileSync } from 'node:fs';
import { UserError } from '@queryloop/contracts';

/** Connection options that clients and workers both understand. */
export interface TemporalAddress {
  namespace: string;
  connection: {
    address: string;
    apiKey?: string;
    tls?: { serverRootCACertificate?: Buffer; clientCertPair?: { crt: Buffer; key: Buffer } };
  };
}

/**
 * TEMPORAL_ADDRESS (127.0.0.1:7233) and TEMPORAL_NAMESPACE (default). With TEMPORAL_TLS_CA (PEM file), or
 * TEMPORAL_TLS_CERT and TEMPORAL_TLS_KEY (PEM files, together), or TEMPORAL_API_KEY the connection is encrypted. Throws UserError.
 */
export function temporalAddress(environment: NodeJS.ProcessEnv = process.env): TemporalAddress {
  const file = (field: string): Buffer | undefined => {
    const path = environment[field];
    if (!path) return undefined;
    try {
      return readFileSync(path);
    } catch (error) {
      throw new UserError({ message: `${field}: cannot read ${path}: ${(error as Error).message}`, field });
    }
  };
  const [ca, crt, key] = [file('TEMPORAL_TLS_CA'), file('TEMPORAL_TLS_CERT'), file('TEMPORAL_TLS_KEY')];
  if ((crt === undefined) !== (key === undefined)) {
    const field = crt === undefined ? 'TEMPORAL_TLS_CERT' : 'TEMPORAL_TLS_KEY';
    throw new UserError({
      message: `${field} is not set`,
      field,
      hint: 'TEMPORAL_TLS_CERT and TEMPORAL_TLS_KEY go together.',
    });
  }
  const apiKey = environment['TEMPORAL_API_KEY'];
  const address = environment['TEMPORAL_ADDRESS'] || '127.0.0.1:7233';
  const namespace = environment['TEMPORAL_NAMESPACE'] || 'default';
  if (!ca && !crt && !apiKey) return { namespace, connection: { address } };
  return {
    namespace,
    connection: {
      address,
      ...(apiKey && { apiKey }),
      tls: {
        ...(ca && { serverRootCACertificate: ca }),
        ...(crt && key && { clientCertPair: { crt, key } }),
      },
    },
  };
}
