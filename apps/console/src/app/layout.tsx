/** The frame of every page. */
import '@fontsource-variable/inter';
import '@fontsource-variable/jetbrains-mono';
import './globals.css';
import type { Metadata } from 'next';
import { headers } from 'next/headers';
import type { ReactNode } from 'react';
import { Frame } from '#ui/frame.tsx';
import { Providers } from '#ui/providers.tsx';

export const metadata: Metadata = {
  title: { default: 'Queryloop', template: '%s · Queryloop' },
  description: 'Experiments that teach a language model to write SQL from questions and answers',
};

export default async function RootLayout({ children }: { children: ReactNode }) {
  const nonce = (await headers()).get('x-nonce') ?? undefined;
  return (
    <html lang="en" suppressHydrationWarning>
      <body>
        <Providers {...(nonce && { nonce })}>
          <Frame>{children}</Frame>
        </Providers>
      </body>
    </html>
  );
}
