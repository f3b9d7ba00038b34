/** Addresses and errors of MariaDB/MySQL servers: nothing said to the user ever holds the password. */
import { createHmac } from 'node:crypto';
import { UserError } from '@queryloop/contracts';
import type { ConnectionOptions } from 'mysql2';

export interface ServerAddress {
  host: string;
  port: number;
  user: string;
  password: string;
}

const form = `Expected mysql://user:\${NAME}@host:port/ (or mariadb://…): the password from the environment variable NAME, or itself with special characters percent-encoded.`;

/**
 * Reads environment variables that stand for user or password: where the connection is opened, so that no config holds them.
 * @throws UserError when `url` is not mysql://user:password@host:port/ (or mariadb://…), or a variable is not set
 */
export function parseMysqlUrl(url: string, environment: NodeJS.ProcessEnv = process.env): ServerAddress {
  let parsed: URL;
  try {
    parsed = new URL(url);
    if (!['mysql:', 'mariadb:'].includes(parsed.protocol) || parsed.hostname === '') throw new Error(form);
    return {
      host: parsed.hostname.replace(/^\[|\]$/g, ''),
      port: Number(parsed.port || 3306),
      user: spelledOut(parsed.username, environment),
      password: spelledOut(parsed.password, environment),
    };
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError({
      message: 'The address of the database server cannot be read',
      field: 'database',
      hint: form,
    });
  }
}

/** A part of the address, or what the variable holds that it names: the URL's parser has encoded the braces. */
function spelledOut(part: string, environment: NodeJS.ProcessEnv): string {
  const name = /^\$(?:%7B|\{)(\w+)(?:%7D|\})$/i.exec(part)?.[1];
  if (name === undefined) return decodeURIComponent(part);
  const value = environment[name];
  if (value !== undefined && value !== '') return value;
  throw new UserError({
    message: `database names the environment variable ${name}, which is not set here`,
    field: 'database',
    hint: `Set ${name} where workers and commands run that open the database, e.g. export ${name}=…`,
  });
}

/** Options of every connection: plain values, no multiple statements, no local files. */
export function connectionOptions(address: ServerAddress, database?: string): ConnectionOptions {
  return {
    ...address,
    ...(database === undefined ? {} : { database }),
    charset: 'utf8mb4',
    connectTimeout: 5_000,
    dateStrings: true,
    decimalNumbers: true,
    multipleStatements: false,
    flags: ['-LOCAL_FILES', '-CLIENT_QUERY_ATTRIBUTES', '-IGNORE_SPACE'],
  };
}

/**
 * The SELECT-only user of one database. Its name and password follow from the given user's, so that every machine that knows
 * the server's address knows them, and nobody else does.
 */
export function readerOf(address: ServerAddress, schema: string): ServerAddress {
  const derive = (what: string): string =>
    createHmac('sha256', address.password).update(`${what} ${address.user} ${schema}`).digest('base64url');
  const name = derive('queryloop reader name').replace(/[-_]/g, '').slice(0, 12);
  return { ...address, user: `ql_reader_${name}`, password: `${derive('queryloop reader password').slice(0, 28)}-aA1` };
}

export type MysqlError = Error & { code?: string; errno?: number; fatal?: boolean };

export const isAccessDenied = (error: MysqlError): boolean =>
  error.errno === 1045 || error.errno === 1698 || error.errno === 1044;

/**
 * A connection error as the user can mend it: a UserError for a wrong password or an unreachable server, else the error itself.
 * @param use `read`: of a database that is there already; `run`: of one that is built to run queries on
 */
export function connectionError(
  error: MysqlError,
  { host, port, user }: ServerAddress,
  use: 'run' | 'read' = 'run',
): Error {
  const where = `${host}:${port}`;
  if (isAccessDenied(error)) {
    return new UserError({
      message: `The database server at ${where} refused user "${user}" (${error.code ?? error.errno})`,
      field: 'database',
      hint: `Check user and password, and that the user may ${use === 'run' ? 'create databases' : 'read the database'} and connect from this machine.`,
    });
  }
  if (
    [
      'ECONNREFUSED',
      'ENOTFOUND',
      'ETIMEDOUT',
      'EHOSTUNREACH',
      'ENETUNREACH',
      'EAI_AGAIN',
      'ECONNRESET',
      'PROTOCOL_CONNECTION_LOST',
    ].includes(error.code ?? '')
  ) {
    return new UserError({
      message: `No database server answers at ${where} for user "${user}" (${error.code})`,
      field: 'database',
      hint:
        use === 'run'
          ? 'Start the server, or set database: sqlite.'
          : 'Start the server, or check the address: special characters of a password are percent-encoded (@ is %40, / is %2F).',
    });
  }
  return error;
}
