/** Signing in: with a token, or at the OpenID provider. */
import type { Metadata } from 'next';
import { redirect } from 'next/navigation';
import { pathOf } from '#features/session/schemas.ts';
import { SignInForm } from '#features/session/sign-in-form.tsx';
import { authConfiguration } from '#server/auth/configuration.ts';
import { ErrorState } from '#ui/states.tsx';

export const metadata: Metadata = { title: 'Sign in' };

interface SignInPageProps {
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}

const problems: Record<string, { message: string; hint: string }> = {
  unreachable: { message: 'The sign-in service does not answer', hint: 'Try again in a moment.' },
  expired: { message: 'Signing in took too long', hint: 'Begin again.' },
  refused: { message: 'The sign-in service did not let you in', hint: 'The console’s log tells more.' },
  'not-listed': {
    message: 'You are known there, but may not use this console',
    hint: 'Ask whoever runs it to add you.',
  },
};

export default async function SignInPage({ searchParams }: SignInPageProps) {
  const { kind, oidc, tokenFile } = authConfiguration();
  if (kind === 'local') redirect('/runs');
  const query = await searchParams;
  const to = pathOf(typeof query['to'] === 'string' ? query['to'] : null);
  const problem = typeof query['problem'] === 'string' ? problems[query['problem']] : undefined;
  return (
    <div className="mx-auto mt-[12vh] flex w-full max-w-sm flex-col gap-4">
      <div>
        <h1 className="text-xl font-semibold tracking-tight">Sign in</h1>
        <p className="text-sm text-ink-soft">Experiments and what can be done to them are for those who are let in.</p>
      </div>
      {problem && <ErrorState title="You are not signed in" error={problem} />}
      <div className="flex flex-col gap-4 rounded-lg border border-line bg-surface p-4">
        {oidc && (
          // A plain link: it leaves the console, with a full load.
          <a
            href={`/api/v1/session/oidc?to=${encodeURIComponent(to)}`}
            className="inline-flex h-8 items-center justify-center rounded-md bg-accent px-3 text-sm font-medium text-accent-ink hover:opacity-90"
          >
            Continue at {oidc.issuer.host}
          </a>
        )}
        {oidc && tokenFile && <p className="text-center text-xs text-ink-faint">or</p>}
        {tokenFile && <SignInForm to={to} />}
      </div>
      {tokenFile && (
        <p className="text-xs text-ink-faint">
          A token is made with <code className="font-mono">queryloop token &lt;name&gt;</code> by whoever runs the
          console.
        </p>
      )}
    </div>
  );
}
