'use client';
/** The field that runs are filtered in: suggestions as one types, and where a mistake is. */
import { CircleAlert, Search, X } from 'lucide-react';
import { useEffect, useId, useRef, useState } from 'react';
import { inputShape } from '#ui/field.tsx';
import { join } from '#ui/join.ts';
import { useKeys } from '#ui/key-bindings.ts';
import { Key } from '#ui/keyboard.tsx';
import type { Choices } from './schemas.ts';
import { suggest } from './suggest.ts';

interface FilterFieldProps {
  value: string;
  onChange(filter: string): void;
  choices: Choices | undefined;
  error: { message: string; hint?: string | undefined } | undefined;
}

/** How long after the last key the filter is applied. */
const restMs = 250;

export function FilterField({ value, onChange, choices, error }: FilterFieldProps) {
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const [text, setText] = useState(value);
  const [cursor, setCursor] = useState(0);
  const [open, setOpen] = useState(false);
  const [chosen, setChosen] = useState(-1);
  const applied = useRef(value);
  useKeys({
    '/': () => {
      input.current?.focus();
      input.current?.setSelectionRange(text.length, text.length);
    },
  });

  // A link, or the way back, changes the filter from outside.
  useEffect(() => {
    if (value !== applied.current) setText(value);
    applied.current = value;
  }, [value]);
  useEffect(() => {
    const timer = setTimeout(() => apply(text), restMs);
    return () => clearTimeout(timer);
  });
  const apply = (filter: string): void => {
    if (filter === applied.current) return;
    applied.current = filter;
    onChange(filter);
  };

  const { from, items } = choices ? suggest(text, cursor, choices) : { from: 0, items: [] };
  const shown = open && items.length > 0;
  const take = (index: number): void => {
    const item = items[index];
    if (item === undefined) return;
    const complete = /[:=<>]$/.test(item.insert) ? item.insert : `${item.insert} `;
    const next =
      text.slice(0, from) +
      complete +
      text
        .slice(cursor)
        .replace(/^[^\s()]+/, '')
        .trimStart();
    setText(next);
    setCursor(from + complete.length);
    setChosen(-1);
    requestAnimationFrame(() => input.current?.setSelectionRange(from + complete.length, from + complete.length));
  };
  const onKeyDown = (event: React.KeyboardEvent): void => {
    const move = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (move !== undefined && shown) {
      event.preventDefault();
      setChosen((index) => (index + move + items.length + (index === -1 && move === -1 ? 1 : 0)) % items.length);
    } else if (event.key === 'Enter') {
      event.preventDefault();
      if (shown && chosen >= 0) take(chosen);
      else {
        apply(text);
        setOpen(false);
      }
    } else if (event.key === 'Tab' && shown && !event.shiftKey && chosen >= 0) {
      event.preventDefault();
      take(chosen);
    } else if (event.key === 'Escape') {
      if (shown) setOpen(false);
      else input.current?.blur();
    }
  };

  return (
    <div className="relative min-w-0 flex-1 basis-72">
      <Search aria-hidden className="pointer-events-none absolute top-2 left-2.5 size-4 text-ink-faint" />
      <input
        ref={input}
        role="combobox"
        aria-label="Filter runs"
        aria-expanded={shown}
        aria-controls={`${id}-list`}
        aria-autocomplete="list"
        aria-activedescendant={shown && chosen >= 0 ? `${id}-${chosen}` : undefined}
        aria-invalid={error !== undefined}
        aria-describedby={error ? `${id}-error` : undefined}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        placeholder="status:failed AND (tag:paper OR grpo.beta<0.1) AND max(dev/accuracy)>0.6"
        className={join(inputShape, 'w-full px-8 font-mono text-xs')}
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          setCursor(event.target.selectionStart ?? event.target.value.length);
          setOpen(true);
          setChosen(-1);
        }}
        onSelect={(event) => setCursor(event.currentTarget.selectionStart ?? 0)}
        onBlur={() => setOpen(false)}
        onKeyDown={onKeyDown}
      />
      <span className="absolute top-1.5 right-2">
        {text === '' ? (
          <Key>/</Key>
        ) : (
          <button
            type="button"
            aria-label="Clear the filter"
            className="rounded p-0.5 text-ink-faint hover:text-ink"
            onClick={() => {
              setText('');
              apply('');
            }}
          >
            <X aria-hidden className="size-4" />
          </button>
        )}
      </span>
      <div
        id={`${id}-list`}
        role="listbox"
        aria-label="Suggestions"
        hidden={!shown}
        className="absolute top-9 left-0 z-20 w-full max-w-xl overflow-hidden rounded-md border border-line bg-surface p-1 shadow-lg"
      >
        {items.map(({ insert, kind }, index) => (
          <div
            key={insert}
            id={`${id}-${index}`}
            role="option"
            tabIndex={-1}
            aria-selected={index === chosen}
            // Before the field loses the focus.
            onPointerDown={(event) => {
              event.preventDefault();
              take(index);
            }}
            className={join(
              'flex cursor-pointer justify-between gap-4 rounded px-2 py-1 text-xs hover:bg-sunken',
              index === chosen && 'bg-sunken',
            )}
          >
            <span className="truncate font-mono">{insert}</span>
            <span className="shrink-0 text-ink-faint">{kind}</span>
          </div>
        ))}
      </div>
      {error && (
        <p id={`${id}-error`} role="alert" className="mt-1 flex items-start gap-1.5 text-xs text-bad">
          <CircleAlert aria-hidden className="mt-0.5 size-3.5 shrink-0" />
          <span className="min-w-0 break-words">
            {error.message}. {error.hint && <span className="text-ink-soft">{error.hint}</span>}
          </span>
        </p>
      )}
    </div>
  );
}
