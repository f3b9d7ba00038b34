/** Signing in with an OpenID provider: authorization code flow with PKCE, state and nonce. */
import { UserError } from '@queryloop/contracts';
import * as client from 'openid-client';
import { forget, once } from '../once.ts';
import { authConfiguration, type Oidc } from './configuration.ts';
import { seal, unseal } from './seal.ts';
import type { User } from './session.ts';
import type { Role } from './token-list.ts';

export const signInCookie = 'queryloop-sign-in';
/** How long somebody may take at the provider. */
export const signInSeconds = 600;
export const callbackPath = '/api/v1/session/oidc/callback';

/** Why nobody was signed in, for the sign-in page. */
export type SignInProblem = 'unreachable' | 'expired' | 'refused' | 'not-listed';

export class SignInFailed extends Error {
  readonly problem: SignInProblem;

  constructor(problem: SignInProblem, cause?: unknown) {
    super(problem, { cause });
    this.problem = problem;
  }
}

/** The provider's address to send a browser to, and the cookie that its answer is checked against. @throws SignInFailed */
export async function beginSignIn(to: string): Promise<{ url: URL; cookie: string }> {
  const oidc = settings();
  const provider = await discover(oidc);
  const verifier = client.randomPKCECodeVerifier();
  const [state, nonce] = [client.randomState(), client.randomNonce()];
  const url = client.buildAuthorizationUrl(provider, {
    redirect_uri: redirectUri(),
    scope: oidc.scope,
    code_challenge: await client.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    state,
    nonce,
  });
  return { url, cookie: await seal('sign-in', { verifier, state, nonce, to }, signInSeconds) };
}

/** Who the provider says has signed in. @param search query of the callback @throws SignInFailed */
export async function finishSignIn(search: string, cookie: string): Promise<{ user: User; to: string }> {
  const begun = await unseal('sign-in', cookie);
  if (begun === null) throw new SignInFailed('expired');
  const { verifier, state, nonce, to } = begun as Record<'verifier' | 'state' | 'nonce' | 'to', string>;
  const oidc = settings();
  const provider = await discover(oidc);
  const checks = { pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce, idTokenExpected: true };
  try {
    const tokens = await client.authorizationCodeGrant(provider, new URL(`${redirectUri()}${search}`), checks);
    const claims: Record<string, unknown> = { ...tokens.claims() };
    // Many providers keep claims out of the token and tell them when asked.
    if (claims[oidc.roleClaim] === undefined && provider.serverMetadata().userinfo_endpoint !== undefined)
      Object.assign(claims, await client.fetchUserInfo(provider, tokens.access_token, String(claims['sub'])));
    return { user: userOf(claims, oidc), to };
  } catch (error) {
    throw error instanceof SignInFailed ? error : new SignInFailed('refused', error);
  }
}

/** @throws SignInFailed when the claim is in none of the lists */
function userOf(claims: Record<string, unknown>, { roleClaim, operators, viewers }: Oidc): User {
  const given = claims[roleClaim];
  // Whoever can enter any address at the provider must not become its owner here.
  const trusted = roleClaim !== 'email' || claims['email_verified'] !== false;
  const values = (Array.isArray(given) ? given : [given]).filter((value) => trusted && typeof value === 'string');
  const isIn = (list: readonly string[]): boolean => values.some((value) => list.includes(value as string));
  const role: Role | null = isIn(operators) ? 'operator' : viewers === null || isIn(viewers) ? 'viewer' : null;
  if (role === null) throw new SignInFailed('not-listed');
  const name = [claims['email'], claims['preferred_username'], claims['name'], claims['sub']].find(
    (value) => typeof value === 'string' && value !== '',
  );
  return { name: String(name).slice(0, 100), role };
}

async function discover({ issuer, clientId, clientSecret }: Oidc): Promise<client.Configuration> {
  try {
    return await once('openid provider', () =>
      client.discovery(
        issuer,
        clientId,
        undefined,
        clientSecret === undefined ? client.None() : client.ClientSecretPost(clientSecret),
        { timeout: 10, ...(issuer.protocol === 'http:' && { execute: [client.allowInsecureRequests] }) },
      ),
    );
  } catch (error) {
    forget('openid provider');
    throw new SignInFailed('unreachable', error);
  }
}

function redirectUri(): string {
  return `${authConfiguration().publicUrl?.origin}${callbackPath}`;
}

function settings(): Oidc {
  const { oidc } = authConfiguration();
  if (oidc !== null) return oidc;
  throw new UserError({ message: 'This console has no OpenID provider', field: 'QUERYLOOP_AUTH' });
}
