/** The frame of every page. */
import '@fontsource-variable/inter';
import '@fontsource-variable/jetbrains-mono';
import './globals.css';
import type { Metadata } from 'next';
import { headers } from 'next/headers';
import type { ReactNode } from 'react';
import { identify } from '#server/auth/identify.ts';
import { Frame } from '#ui/frame.tsx';
import { Providers } from '#ui/providers.tsx';

export const metadata: Metadata = {
  title: { default: 'Queryloop', template: '%s · Queryloop' },
  description: 'Experiments that teach a language model to write SQL from questions and answers',
};

export default async function RootLayout({ children }: { children: ReactNode }) {
  const sent = await headers();
  const nonce = sent.get('x-nonce') ?? undefined;
  const user = await identify(sent).catch(() => null);
  return (
    <html lang="en" suppressHydrationWarning>
      <body>
        <Providers {...(nonce && { nonce })}>
          {user === null ? (
            <main id="main" className="px-4 pb-8">
              {children}
            </main>
          ) : (
            <Frame>{children}</Frame>
          )}
        </Providers>
      </body>
    </html>
  );
}
