'use client';
/** Asks for a token. The cookie that the API sets is all that stays of it. */
import { KeyRound } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { Button } from '#ui/button.tsx';
import { type ApiError, send } from '#ui/fetch-json.ts';
import { Field, Input } from '#ui/field.tsx';
import type { SignedIn, SignIn } from './schemas.ts';

export function SignInForm({ to }: { to: string }) {
  const [token, setToken] = useState('');
  const [error, setError] = useState<ApiError | null>(null);
  const [busy, setBusy] = useState(false);
  const signIn = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    setError(null);
    try {
      await send<SignedIn>('POST', '/api/v1/session', { token: token.trim() } satisfies SignIn);
      // A full load, with the cookie, so that every page is read anew.
      window.location.assign(to);
    } catch (problem) {
      setError(problem as ApiError);
      setBusy(false);
    }
  };
  return (
    <form onSubmit={(event) => void signIn(event)} className="flex flex-col gap-3">
      <Field
        label="Token"
        htmlFor="token"
        error={error ? [error.message, error.hint].filter(Boolean).join('. ') : undefined}
      >
        <Input
          id="token"
          name="token"
          type="password"
          autoComplete="current-password"
          required
          autoFocus
          aria-invalid={error !== null}
          value={token}
          onChange={(event) => setToken(event.target.value)}
        />
      </Field>
      <Button look="primary" type="submit" disabled={busy || token.trim() === ''}>
        <KeyRound aria-hidden />
        {busy ? 'Signing in …' : 'Sign in'}
      </Button>
    </form>
  );
}
