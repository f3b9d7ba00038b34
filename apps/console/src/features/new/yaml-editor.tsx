'use client';
import { yaml } from '@codemirror/lang-yaml';
/** The YAML beside the form: coloured, with every mistake marked in its line. */
import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { type Diagnostic, lintGutter, setDiagnostics } from '@codemirror/lint';
import { tags } from '@lezer/highlight';
import CodeMirror, { EditorView, type ReactCodeMirrorRef } from '@uiw/react-codemirror';
import { useEffect, useMemo, useRef } from 'react';
import type { Issue } from './schemas.ts';

const look = EditorView.theme({
  '&': { backgroundColor: 'var(--surface)', color: 'var(--ink)', fontSize: '0.8125rem' },
  '.cm-content': { fontFamily: 'var(--font-mono)', caretColor: 'var(--accent)' },
  '.cm-gutters': { backgroundColor: 'var(--surface)', color: 'var(--ink-faint)', border: 'none' },
  '.cm-activeLine, .cm-activeLineGutter': { backgroundColor: 'var(--sunken)' },
  '.cm-selectionBackground, &.cm-focused .cm-selectionBackground': { backgroundColor: 'var(--accent-soft)' },
  '.cm-tooltip': { backgroundColor: 'var(--surface)', color: 'var(--ink)', border: '1px solid var(--line)' },
  '&.cm-focused': { outline: '2px solid var(--accent)' },
});

const colours = HighlightStyle.define([
  { tag: tags.comment, color: 'var(--ink-faint)' },
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: 'var(--accent)' },
  { tag: [tags.string, tags.content], color: 'var(--ink)' },
  { tag: [tags.number, tags.bool, tags.keyword], color: 'var(--info)' },
]);

interface YamlEditorProps {
  text: string;
  onChange(text: string): void;
  issues: readonly Issue[];
}

export function YamlEditor({ text, onChange, issues }: YamlEditorProps) {
  const editor = useRef<ReactCodeMirrorRef>(null);
  const extensions = useMemo(() => {
    const nonce = document.querySelector<HTMLScriptElement>('script[nonce]')?.nonce;
    const label = EditorView.contentAttributes.of({ 'aria-label': 'Config as YAML' });
    // Tab leaves the editor, as it leaves every other field.
    return [
      yaml(),
      lintGutter(),
      look,
      syntaxHighlighting(colours),
      label,
      EditorView.lineWrapping,
      ...(nonce ? [EditorView.cspNonce.of(nonce)] : []),
    ];
  }, []);
  useEffect(() => {
    const view = editor.current?.view;
    if (view) view.dispatch(setDiagnostics(view.state, diagnosticsOf(view, issues)));
  }, [issues]);
  return (
    <CodeMirror
      ref={editor}
      value={text}
      onChange={onChange}
      extensions={extensions}
      indentWithTab={false}
      theme="none"
      height="100%"
      className="h-full min-h-72 overflow-hidden rounded-md border border-line"
    />
  );
}

function diagnosticsOf(view: EditorView, issues: readonly Issue[]): Diagnostic[] {
  const { doc } = view.state;
  return issues.map(({ path, message, hint, line }) => {
    const place = doc.line(Math.min(Math.max(1, line ?? 1), doc.lines));
    const text = [path && `${path}: `, message, hint && `\n${hint}`].filter(Boolean).join('');
    return { from: place.from, to: place.to, severity: 'error', message: text };
  });
}
