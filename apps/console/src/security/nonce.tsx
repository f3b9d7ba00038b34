'use client';
/** The nonce of the page, for what adds style elements while the page is open. */
import type { ReactNode } from 'react';

/** webpack's name for it, which the locks of scrolling under dialogs read. */
declare let __webpack_nonce__: string | undefined;

export function TellNonce({ nonce, children }: { nonce?: string | undefined; children: ReactNode }) {
  if (typeof window !== 'undefined') __webpack_nonce__ = nonce;
  return children;
}
