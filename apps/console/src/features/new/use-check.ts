'use client';
/** Asks the server about the text as it is typed: every mistake, or what it would do. */
import { useEffect, useState } from 'react';
import { type ApiError, send } from '#ui/fetch-json.ts';
import type { CheckResult, ConfigKind } from './schemas.ts';

const quietMs = 250;

export interface Check extends CheckResult {
  /** The text has changed since. */
  pending: boolean;
}

const nothing: CheckResult = { issues: [], summary: null };

export function useCheck(kind: ConfigKind, text: string): Check {
  const [checked, setChecked] = useState<{ text: string; result: CheckResult }>({ text: '', result: nothing });
  useEffect(() => {
    let current = true;
    const timer = setTimeout(async () => {
      const result = await check(kind, text);
      if (current) setChecked({ text, result });
    }, quietMs);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [kind, text]);
  return { ...checked.result, pending: checked.text !== text };
}

async function check(kind: ConfigKind, text: string): Promise<CheckResult> {
  try {
    return await send<CheckResult>('POST', '/api/v1/check', { kind, text });
  } catch (error) {
    const { message, hint } = error as ApiError;
    return { issues: [{ path: '', message, ...(hint && { hint }) }], summary: null };
  }
}
