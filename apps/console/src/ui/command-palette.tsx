'use client';
/** Search over everything, with Ctrl-K: pages, runs, sweeps, and what can be done here. */
import { Command } from 'cmdk';
import { ArrowRight, FlaskConical, type LucideIcon, Play, Search, SunMoon, Zap } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { useTheme } from 'next-themes';
import { Dialog as Radix } from 'radix-ui';
import { type KeyboardEvent, type ReactNode, useDeferredValue, useEffect, useState } from 'react';
import useSWR from 'swr';
import { Button } from './button.tsx';
import { Key } from './keyboard.tsx';
import { mainPages } from './navigation.tsx';
import { useCommandsOfPage } from './page-commands.ts';

interface Found {
  items: { id: string; name: string; status: string; tags?: string[] }[];
}

export function CommandPalette() {
  const [open, setOpen] = useState(false);
  useEffect(() => {
    const toggle = (event: globalThis.KeyboardEvent): void => {
      if (event.key.toLowerCase() !== 'k' || !(event.ctrlKey || event.metaKey) || event.altKey) return;
      event.preventDefault();
      setOpen((was) => !was);
    };
    window.addEventListener('keydown', toggle);
    return () => window.removeEventListener('keydown', toggle);
  }, []);
  return (
    <>
      <Button look="quiet" className="px-2 font-normal" onClick={() => setOpen(true)}>
        <Search aria-hidden />
        <span className="sr-only lg:not-sr-only lg:flex lg:items-center lg:gap-2">
          Search <Key>Ctrl K</Key>
        </span>
      </Button>
      <Radix.Root open={open} onOpenChange={setOpen}>
        <Radix.Portal>
          <Radix.Overlay className="fixed inset-0 z-40 bg-ink/30 dark:bg-paper/70" />
          <Radix.Content
            aria-describedby={undefined}
            className="fixed top-[12vh] left-1/2 z-50 w-[min(38rem,calc(100vw-1.5rem))] -translate-x-1/2 overflow-hidden rounded-xl border border-line bg-surface shadow-xl"
          >
            <Radix.Title className="sr-only">Search</Radix.Title>
            <Palette close={() => setOpen(false)} />
          </Radix.Content>
        </Radix.Portal>
      </Radix.Root>
    </>
  );
}

function Palette({ close }: { close(): void }) {
  const router = useRouter();
  const { resolvedTheme, setTheme } = useTheme();
  const commands = useCommandsOfPage();
  const [text, setText] = useState('');
  const words = useDeferredValue(text.trim());
  // In quotes, as these are words and no filter.
  const filter = words === '' ? '' : `"${words.replace(/[\\"]/g, '\\$&')}"`;
  const { data: runs, isValidating } = useSWR<Found>(`/api/v1/runs?limit=8&filter=${encodeURIComponent(filter)}`);
  const { data: sweeps } = useSWR<Found>('/api/v1/sweeps');
  const act = (action: () => void) => () => {
    close();
    action();
  };
  const go = (path: string) => act(() => router.push(path));
  return (
    <Command label="Search" loop onKeyDown={takeFirst}>
      <Command.Input
        value={text}
        onValueChange={setText}
        placeholder="Runs by name, id or tag; sweeps, pages, actions"
        className="h-12 w-full border-b border-line bg-transparent px-4 text-base outline-none placeholder:text-ink-faint"
      />
      <Command.List className="max-h-[min(26rem,60vh)] overflow-y-auto p-1.5">
        {isValidating && (
          <Command.Loading className="px-3 py-2 text-xs text-ink-faint">Looking for runs…</Command.Loading>
        )}
        <Command.Empty className="px-3 py-8 text-center text-sm text-ink-soft">Nothing is called that.</Command.Empty>
        {commands.length > 0 && (
          <Group heading="This page">
            {commands.map(({ label, onSelect }) => (
              <Item key={label} icon={Zap} onSelect={act(onSelect)}>
                {label}
              </Item>
            ))}
          </Group>
        )}
        <Group heading="Runs">
          {runs?.items.map(({ id, name, status, tags = [] }) => (
            // The server has chosen these by what was typed, so they match whatever the words are.
            <Item key={id} icon={Play} value={`${id} ${words}`} keywords={[name, ...tags]} onSelect={go(`/runs/${id}`)}>
              <span className="truncate">{name}</span>
              <span className="min-w-0 truncate font-mono text-xs text-ink-faint">{id}</span>
              <span className="ml-auto text-xs text-ink-soft">{status}</span>
            </Item>
          ))}
        </Group>
        <Group heading="Sweeps">
          {sweeps?.items.map(({ id, name, status }) => (
            <Item key={id} icon={FlaskConical} value={`sweep ${name} ${id}`} onSelect={go(`/sweeps/${id}`)}>
              <span className="truncate">{name}</span>
              <span className="ml-auto text-xs text-ink-soft">{status}</span>
            </Item>
          ))}
        </Group>
        <Group heading="Pages">
          {mainPages.map(({ label, href }) => (
            <Item key={href} icon={ArrowRight} onSelect={go(href)}>
              {label === 'New' ? 'New experiment' : label}
            </Item>
          ))}
        </Group>
        <Group heading="Actions">
          <Item icon={SunMoon} onSelect={act(() => setTheme(resolvedTheme === 'dark' ? 'light' : 'dark'))}>
            Switch between light and dark
          </Item>
        </Group>
      </Command.List>
    </Command>
  );
}

/** Runs that come after the last key are not selected by themselves: Enter takes the first. */
function takeFirst(event: KeyboardEvent<HTMLElement>): void {
  if (event.key !== 'Enter' || event.nativeEvent.isComposing) return;
  const items = [...event.currentTarget.querySelectorAll<HTMLElement>('[cmdk-item]')];
  if (items.length === 0 || items.some((item) => item.getAttribute('aria-selected') === 'true')) return;
  event.preventDefault();
  items[0]?.click();
}

function Group({ heading, children }: { heading: string; children: ReactNode }) {
  return (
    <Command.Group
      heading={heading}
      className="[&_[cmdk-group-heading]]:px-2.5 [&_[cmdk-group-heading]]:pt-2 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:text-xs [&_[cmdk-group-heading]]:text-ink-faint"
    >
      {children}
    </Command.Group>
  );
}

interface ItemProps {
  icon: LucideIcon;
  onSelect(): void;
  children: ReactNode;
  value?: string;
  keywords?: string[];
}

function Item({ icon: Icon, children, ...rest }: ItemProps) {
  return (
    <Command.Item
      {...rest}
      className="flex cursor-pointer items-center gap-2.5 rounded-md px-2.5 py-2 text-sm data-[selected=true]:bg-sunken"
    >
      <Icon aria-hidden className="size-4 shrink-0 text-ink-faint" />
      {children}
    </Command.Item>
  );
}
