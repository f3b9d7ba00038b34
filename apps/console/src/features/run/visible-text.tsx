'use client';
/** Text written by the policy, the data or people: shown as it is, with control characters made visible. */
import { useState } from 'react';
import { join } from '#ui/join.ts';

// Control characters but for line breaks and tabs, and those that change the direction of what follows.
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const hidden = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/** U+001B → \u001b, as programs write it. */
export function visible(text: string): string {
  return text.replace(hidden, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** Longer texts are cut until somebody asks for the rest: a policy may repeat itself for pages. */
const shownSql = 420;
const shownResult = 220;

export function Sql({ text, className }: { text: string; className?: string }) {
  return (
    <code className={join('block whitespace-pre-wrap break-words text-xs leading-5', className)}>
      {text === '' ? (
        <span className="text-ink-faint">nothing was written</span>
      ) : (
        <Cut text={visible(text)} at={shownSql} />
      )}
    </code>
  );
}

/** A result or message. */
export function ResultText({ text }: { text: string }) {
  return text === '' ? 'nothing' : <Cut text={visible(text)} at={shownResult} />;
}

function Cut({ text, at }: { text: string; at: number }) {
  const [whole, setWhole] = useState(false);
  if (text.length <= at) return text;
  return (
    <>
      {whole ? text : `${text.slice(0, at)}…`}{' '}
      <button type="button" className="font-sans text-accent hover:underline" onClick={() => setWhole(!whole)}>
        {whole ? 'less' : 'all of it'}
      </button>
    </>
  );
}
