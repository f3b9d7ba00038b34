'use client';
/** A menu behind a button. */
import { DropdownMenu } from 'radix-ui';
import type { ReactNode } from 'react';
import { join } from './join.ts';

export interface MenuItem {
  label: ReactNode;
  onSelect(): void;
  disabled?: boolean;
  danger?: boolean;
}

/** `trigger` is one button. */
export function Menu({ trigger, items }: { trigger: ReactNode; items: MenuItem[] }) {
  return (
    <DropdownMenu.Root>
      <DropdownMenu.Trigger asChild>{trigger}</DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          align="end"
          sideOffset={4}
          className="z-50 min-w-44 rounded-md border border-line bg-surface p-1 shadow-lg"
        >
          {items.map(({ label, onSelect, disabled, danger }, i) => (
            <DropdownMenu.Item
              // biome-ignore lint/suspicious/noArrayIndexKey: the items of a menu have no other identity.
              key={i}
              disabled={disabled ?? false}
              onSelect={onSelect}
              className={join(
                'cursor-pointer rounded px-2 py-1.5 text-sm outline-none data-[disabled]:opacity-50 data-[highlighted]:bg-sunken',
                danger && 'text-bad',
              )}
            >
              {label}
            </DropdownMenu.Item>
          ))}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}
