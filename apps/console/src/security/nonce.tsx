'use client';
/** The nonce of the page, for what adds style elements while the page is open. */
import { createContext, type ReactNode, useContext } from 'react';

/** webpack's name for it, which the locks of scrolling under dialogs read. */
declare let __webpack_nonce__: string | undefined;

const Nonce = createContext<string | undefined>(undefined);

export function NonceProvider({ nonce, children }: { nonce?: string | undefined; children: ReactNode }) {
  if (typeof window !== 'undefined') __webpack_nonce__ = nonce;
  return <Nonce value={nonce}>{children}</Nonce>;
}

/** For EditorView.cspNonce of CodeMirror and the like; undefined where none is asked for. */
export function useNonce(): string | undefined {
  return useContext(Nonce);
}
