'use client';
/** A tab that could not be read: the store is away, or what it holds is not what this version knows. */
import { useEffect } from 'react';
import { Button } from '#ui/button.tsx';
import { ErrorState } from '#ui/states.tsx';

export default function RunTabError({ error, reset }: { error: Error & { digest?: string }; reset(): void }) {
  useEffect(() => console.error(error), [error]);
  return (
    <ErrorState
      title="This part of the run cannot be read"
      error={{
        // In production Next keeps the message to the server's log.
        message: error.digest ? 'The console’s log tells why.' : error.message,
        hint: 'The other tabs may still work. If the store was away, try again.',
      }}
      action={<Button onClick={reset}>Try again</Button>}
    />
  );
}
