'use client';
/** A word of explanation that shows on hover and focus. */
import { Tooltip } from 'radix-ui';
import type { ReactNode } from 'react';

/** `children` is one element that can have focus. */
export function Hint({ text, children }: { text: ReactNode; children: ReactNode }) {
  return (
    <Tooltip.Root>
      <Tooltip.Trigger asChild>{children}</Tooltip.Trigger>
      <Tooltip.Portal>
        <Tooltip.Content sideOffset={4} className="z-50 max-w-xs rounded-md bg-ink px-2 py-1 text-xs text-paper">
          {text}
        </Tooltip.Content>
      </Tooltip.Portal>
    </Tooltip.Root>
  );
}
