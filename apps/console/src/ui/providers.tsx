'use client';
/** What every page shares in the browser: theme, URL state, tooltips, messages. */
import { ThemeProvider } from 'next-themes';
import { NuqsAdapter } from 'nuqs/adapters/next/app';
import { Tooltip } from 'radix-ui';
import type { ReactNode } from 'react';
import { Toaster } from 'sonner';
import { SWRConfig } from 'swr';
import { TellNonce } from '#security/nonce.tsx';
import { fetchJson } from './fetch-json.ts';

export function Providers({ children, nonce }: { children: ReactNode; nonce?: string }) {
  return (
    <ThemeProvider attribute="class" defaultTheme="system" disableTransitionOnChange {...(nonce && { nonce })}>
      <NuqsAdapter>
        <SWRConfig value={{ fetcher: fetchJson, keepPreviousData: true, revalidateOnFocus: false }}>
          <TellNonce nonce={nonce}>
            <Tooltip.Provider delayDuration={300}>{children}</Tooltip.Provider>
          </TellNonce>
        </SWRConfig>
      </NuqsAdapter>
      <Toaster position="bottom-right" closeButton />
    </ThemeProvider>
  );
}
