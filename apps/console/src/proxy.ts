/** Runs before every request: security headers, and sign-in before pages. The API and what other programs read answer for themselves. */
import { randomBytes } from 'node:crypto';
import { type NextRequest, NextResponse } from 'next/server';
import { type ApiProblem, problemOf } from '#api/errors.ts';
import { authConfiguration } from '#server/auth/configuration.ts';
import { identify } from '#server/auth/identify.ts';
import { contentSecurityPolicy, plainHeaders } from './security/headers.ts';

export const config = {
  // Scripts, styles and fonts of the build say nothing about anybody's runs, nor does the icon that the sign-in page has too.
  matcher: ['/((?!_next/static/|icon\\.svg$).*)'],
};

export async function proxy(request: NextRequest): Promise<NextResponse> {
  const { publicUrl } = authConfiguration();
  const options = { secure: publicUrl?.protocol === 'https:', development: process.env.NODE_ENV === 'development' };
  const nonce = randomBytes(16).toString('base64');
  const policy = contentSecurityPolicy(nonce, options);
  const headers = new Headers(request.headers);
  headers.set('x-nonce', nonce);
  // Next gives the nonce that it finds here to the scripts it writes.
  headers.set('content-security-policy', policy);
  const response = (await refusal(request)) ?? NextResponse.next({ request: { headers } });
  for (const [name, value] of Object.entries(plainHeaders(options))) response.headers.set(name, value);
  response.headers.set('content-security-policy', policy);
  return response;
}

/** What is answered instead of a page to somebody who may not see it; null for who may. */
async function refusal(request: NextRequest): Promise<NextResponse | null> {
  const { pathname, search } = request.nextUrl;
  if (pathname.startsWith('/api/v1/')) return null;
  const forPrograms = pathname.startsWith('/api/') || pathname === '/metrics';
  try {
    if (!forPrograms && !['GET', 'HEAD'].includes(request.method))
      return refused(405, { message: 'Pages are only read; what is done goes through /api/v1' });
    const user = await identify(request.headers);
    if (user !== null || pathname === '/sign-in') return null;
    if (forPrograms) return refused(401, { message: 'Send a token: "Authorization: Bearer …"' });
    const signIn = new URL('/sign-in', request.url);
    if (pathname !== '/') signIn.searchParams.set('to', pathname + search.replace(/([?&])_rsc=[^&]*/, '$1'));
    return NextResponse.redirect(signIn);
  } catch (error) {
    const problem = problemOf(error);
    return refused(problem.status, problem);
  }
}

function refused(status: number, { message, hint }: Pick<ApiProblem, 'message'> & { hint?: string | undefined }) {
  return NextResponse.json({ error: { message, ...(hint && { hint }) } }, { status });
}
