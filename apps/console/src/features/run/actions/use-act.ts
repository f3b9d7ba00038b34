'use client';
/** Calls an action of the API and says at once what it did. */
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { toast } from 'sonner';
import { ApiError, send } from '#ui/fetch-json.ts';
import type { Done } from '../../actions/schemas.ts';
import { useRun } from '../use-run.tsx';

interface Act {
  method?: 'POST' | 'PUT' | 'DELETE';
  /** Below the run's path. */
  path: string;
  body?: unknown;
}

/** `act` rejects with ApiError when the API refuses; `tell` says so in a message instead. */
export function useAct() {
  const { run, path, reload } = useRun();
  const router = useRouter();
  const [busy, setBusy] = useState(false);
  const act = async ({ method = 'POST', path: below, body }: Act): Promise<void> => {
    setBusy(true);
    try {
      const done = await send<Done>(method, `${path}${below}`, body);
      const isOther = done.id !== run.id;
      toast.success(done.said, {
        ...(isOther && {
          action: { label: 'Open', onClick: () => router.push(`/runs/${encodeURIComponent(done.id)}`) },
        }),
      });
      await reload();
    } finally {
      setBusy(false);
    }
  };
  /** False when it was refused. */
  const tell = async (what: Act): Promise<boolean> => {
    try {
      await act(what);
      return true;
    } catch (error) {
      const { message, hint } = problemOf(error);
      toast.error(message, { ...(hint && { description: hint }) });
      return false;
    }
  };
  return { act, tell, busy };
}

export function problemOf(error: unknown): { message: string; hint?: string | undefined } {
  return error instanceof ApiError
    ? { message: error.message, hint: error.hint }
    : { message: error instanceof Error ? error.message : 'It did not work' };
}
