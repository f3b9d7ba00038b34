/** Who may use this console, as the environment says: everyone on this machine, holders of tokens, or users of an OpenID provider. */
import { UserError } from '@queryloop/contracts';
import { isLocalHost } from './hosts.ts';

export interface Oidc {
  issuer: URL;
  clientId: string;
  /** Undefined: a public client, which PKCE alone protects. */
  clientSecret: string | undefined;
  scope: string;
  /** Claim whose values `operators` and `viewers` list. */
  roleClaim: string;
  operators: readonly string[];
  /** Null: everyone whom the provider signs in. */
  viewers: readonly string[] | null;
}

export interface AuthConfiguration {
  /** `local`: nobody signs in, and only this machine is answered. */
  kind: 'local' | 'tokens' | 'oidc';
  /** The file of tokens; null when there is none. */
  tokenFile: string | null;
  oidc: Oidc | null;
  /** Address under which browsers reach the console, when it stands behind another server. */
  publicUrl: URL | null;
}

/** Variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Reads QUERYLOOP_AUTH and what belongs to it. @throws UserError naming the variable that is wrong or missing */
export function authConfiguration(environment: Environment = process.env): AuthConfiguration {
  const text = environment['QUERYLOOP_AUTH']?.trim() ?? '';
  const publicUrl = urlIn(environment, 'QUERYLOOP_CONSOLE_URL');
  if (text === '') return { kind: 'local', tokenFile: null, oidc: null, publicUrl };
  const [, kind, rest] = /^(tokens|oidc):(.+)$/.exec(text) ?? [];
  if (kind === 'tokens' && rest) return { kind, tokenFile: rest, oidc: null, publicUrl };
  if (kind !== 'oidc' || !rest)
    throw new UserError({
      message: `QUERYLOOP_AUTH: "${text}" is neither tokens:<file> nor oidc:<issuer>`,
      field: 'QUERYLOOP_AUTH',
      hint: 'Unset it to let everyone on this machine in, and nobody else.',
    });
  if (publicUrl === null)
    throw missing(
      'QUERYLOOP_CONSOLE_URL',
      'The address of this console for browsers, e.g. https://queryloop.example.org.',
    );
  const clientId = environment['QUERYLOOP_OIDC_CLIENT_ID'];
  if (!clientId)
    throw missing('QUERYLOOP_OIDC_CLIENT_ID', 'The provider gives it when the console is registered there.');
  const operators = listIn(environment, 'QUERYLOOP_OIDC_OPERATORS');
  if (operators === null)
    throw missing('QUERYLOOP_OIDC_OPERATORS', 'Who may launch and steer runs, e.g. ann@example.org,ben@example.org.');
  const oidc: Oidc = {
    issuer: issuerOf(rest),
    clientId,
    clientSecret: environment['QUERYLOOP_OIDC_CLIENT_SECRET'] || undefined,
    scope: environment['QUERYLOOP_OIDC_SCOPE'] || 'openid profile email',
    roleClaim: environment['QUERYLOOP_OIDC_ROLE_CLAIM'] || 'email',
    operators,
    viewers: listIn(environment, 'QUERYLOOP_OIDC_VIEWERS'),
  };
  return { kind, tokenFile: environment['QUERYLOOP_AUTH_TOKENS'] || null, oidc, publicUrl };
}

/** An encrypted connection is asked for, except to a provider on this machine. */
function issuerOf(text: string): URL {
  const issuer = URL.canParse(text) ? new URL(text) : null;
  if (issuer?.protocol === 'https:' || (issuer?.protocol === 'http:' && isLocalHost(issuer.host))) return issuer;
  throw new UserError({
    message: `QUERYLOOP_AUTH: the issuer "${text}" is no https:// address`,
    field: 'QUERYLOOP_AUTH',
    hint: 'Example: oidc:https://accounts.example.org',
  });
}

function urlIn(environment: Environment, field: string): URL | null {
  const text = environment[field];
  if (!text) return null;
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url !== null && /^https?:$/.test(url.protocol) && url.pathname === '/') return url;
  throw new UserError({
    message: `${field}: "${text}" is no address such as https://queryloop.example.org`,
    field,
    hint: 'Scheme and host, without a path.',
  });
}

function listIn(environment: Environment, field: string): string[] | null {
  const parts = (environment[field] ?? '').split(',').map((part) => part.trim());
  const list = parts.filter((part) => part !== '');
  return list.length === 0 ? null : list;
}

function missing(field: string, hint: string): UserError {
  return new UserError({ message: `${field} is not set, and QUERYLOOP_AUTH=oidc:… needs it`, field, hint });
}
