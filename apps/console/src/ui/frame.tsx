/** Navigation around every page. On a narrow screen it is a bar that scrolls sideways. */
import Link from 'next/link';
import type { ReactNode } from 'react';
import { UserMenu } from '#features/session/user-menu.tsx';
import { CommandPalette } from './command-palette.tsx';
import { ConnectionBanner } from './connection-banner.tsx';
import { Keyboard } from './keyboard.tsx';
import { Navigation } from './navigation.tsx';
import { ThemeSwitch } from './theme-switch.tsx';

export function Frame({ children }: { children: ReactNode }) {
  return (
    <div className="flex min-h-dvh flex-col">
      <a
        href="#main"
        className="sr-only focus:not-sr-only focus:absolute focus:top-2 focus:left-2 focus:z-50 focus:bg-surface focus:px-3 focus:py-2"
      >
        Skip to content
      </a>
      <header className="sticky top-0 z-30 border-b border-line bg-surface/95 backdrop-blur">
        <div className="mx-auto flex h-12 max-w-screen-2xl items-center gap-2 px-3 sm:gap-4 sm:px-6">
          <Link
            href="/runs"
            className="flex items-center gap-2 font-semibold tracking-tight"
            aria-label="Queryloop: runs"
          >
            <Mark />
            <span className="hidden md:inline">Queryloop</span>
          </Link>
          <Navigation />
          <div className="ml-auto flex items-center gap-1">
            <CommandPalette />
            <ThemeSwitch />
            <UserMenu />
          </div>
        </div>
      </header>
      <ConnectionBanner />
      <Keyboard />
      <main id="main" tabIndex={-1} className="mx-auto w-full max-w-screen-2xl flex-1 px-3 py-5 outline-none sm:px-6">
        {children}
      </main>
    </div>
  );
}

/** A loop with a cursor in it. */
function Mark() {
  return (
    <svg
      aria-hidden
      viewBox="0 0 20 20"
      className="size-5 text-accent"
      fill="none"
      stroke="currentColor"
      strokeWidth="2"
      strokeLinecap="round"
    >
      <path d="M16.5 10a6.5 6.5 0 1 1-2.2-4.9" />
      <path d="M14.6 1.8v3.5h-3.5" strokeLinejoin="round" />
      <path d="M10 7.4v5.2" />
    </svg>
  );
}
