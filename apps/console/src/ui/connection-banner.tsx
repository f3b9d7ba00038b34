'use client';
/** Says at the top of every page that something is away and nothing can be changed; goes by itself when it is back. */
import { PlugZap } from 'lucide-react';
import Link from 'next/link';
import { useEffect, useRef } from 'react';
import { useSWRConfig } from 'swr';
import type { ConsoleState } from '#features/session/schemas.ts';
import { useConsoleState } from '#features/session/use-console-state.ts';
import type { ApiError } from './fetch-json.ts';

export function ConnectionBanner() {
  const { state, error } = useConsoleState();
  const { mutate } = useSWRConfig();
  const trouble = troubleOf(state, error);
  const was = useRef(trouble);
  useEffect(() => {
    // What could not be read meanwhile is read again.
    if (was.current !== null && trouble === null) void mutate((key) => key !== '/api/v1/state');
    was.current = trouble;
  }, [trouble, mutate]);
  return (
    <div role="status">
      {trouble && (
        <p className="border-b border-line bg-warn-soft px-3 py-2 text-sm sm:px-6">
          <span className="mx-auto flex max-w-screen-2xl items-start gap-2">
            <PlugZap aria-hidden className="mt-0.5 size-4 shrink-0 text-warn" />
            <span>
              {trouble}
              {error?.status === 401 && (
                <Link href="/sign-in" className="ml-2 underline">
                  Sign in
                </Link>
              )}
            </span>
          </span>
        </p>
      )}
    </div>
  );
}

/** In words, with what still works; null when all is well. */
function troubleOf(state: ConsoleState | undefined, error: ApiError | undefined): string | null {
  if (error?.status === 401) return 'Your session has ended.';
  if (error !== undefined) return 'The console does not answer. What you see may be old; it is tried again by itself.';
  if (state?.store === 'down')
    return 'The store does not answer. What you see may be old, and nothing can be changed until it is back.';
  if (state?.temporal === 'down')
    return 'Temporal does not answer: what is stored can be read, and nothing can be begun or changed until it is back.';
  return null;
}
