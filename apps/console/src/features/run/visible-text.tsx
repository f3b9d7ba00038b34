'use client';
/** Text written by the policy, the data or people: shown as it is, with control characters made visible. */
import { useState } from 'react';
import { join } from '#ui/join.ts';

// Control characters but for line breaks and tabs, and those that change the direction of what follows.
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const hidden = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/** U+001B → ␛; others as their code. */
export function visible(text: string): string {
  return text.replace(hidden, (character) => {
    const code = character.codePointAt(0) as number;
    return code < 32 ? String.fromCodePoint(0x2400 + code) : `\\u${code.toString(16).padStart(4, '0')}`;
  });
}

export function Sql({ text, className }: { text: string; className?: string }) {
  return (
    <code className={join('block whitespace-pre-wrap break-words text-xs leading-5', className)}>
      {text === '' ? <span className="text-ink-faint">nothing was written</span> : visible(text)}
    </code>
  );
}

/** Longer ones are cut, until somebody asks for the rest. */
const shownLength = 220;

/** A result or message, which may be very long. */
export function ResultText({ text }: { text: string }) {
  const [whole, setWhole] = useState(false);
  const shown = visible(text);
  if (shown.length <= shownLength) return shown === '' ? 'nothing' : shown;
  return (
    <>
      {whole ? shown : `${shown.slice(0, shownLength)}…`}{' '}
      <button type="button" className="text-accent hover:underline" onClick={() => setWhole(!whole)}>
        {whole ? 'less' : 'all of it'}
      </button>
    </>
  );
}
