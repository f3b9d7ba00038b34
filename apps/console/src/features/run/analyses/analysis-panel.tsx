'use client';
/** The frame of each analysis: what it asks, a form to ask it, which of its answers is shown, and how it stands. */
import { LoaderCircle } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { Button } from '#ui/button.tsx';
import { Select } from '#ui/field.tsx';
import { dateTime } from '#ui/format.ts';
import { Panel } from '#ui/panel.tsx';
import { EmptyState, ErrorState, Skeleton } from '#ui/states.tsx';
import { problemOf } from '../actions/use-act.ts';
import { whyNot } from '../actions/why-not.ts';
import { useWhyReadOnly } from '../use-console-state.ts';
import { useRun } from '../use-run.tsx';
import type { AnalysisOfKind, ShownAnalysis } from './analysis-types.ts';
import { useAnalyses } from './use-analyses.ts';

interface AnalysisPanelProps<Kind extends ShownAnalysis['kind']> {
  kind: Kind;
  title: string;
  note: string;
  /** What the button says. */
  verb: string;
  /** Settings that are sent; null while they are not valid. */
  settings: object | null;
  /** One line that tells an analysis from the others of its kind. */
  nameOf(analysis: AnalysisOfKind<Kind>): string;
  form: ReactNode;
  empty: string;
  children(analysis: AnalysisOfKind<Kind>): ReactNode;
}

export function AnalysisPanel<Kind extends ShownAnalysis['kind']>(props: AnalysisPanelProps<Kind>) {
  const { kind, title, note, verb, settings, nameOf, form, empty, children } = props;
  const { run } = useRun();
  const { items, error, loading, begin } = useAnalyses(kind);
  const [chosen, setChosen] = useState<string | null>(null);
  const [problem, setProblem] = useState<{ message: string; hint?: string | undefined } | null>(null);
  const [busy, setBusy] = useState(false);
  const why = whyNot('analyse', run, useWhyReadOnly()) ?? (run.update === 0 ? 'There is no update yet' : null);
  const shown = items.find(({ id }) => id === chosen) ?? items[0];
  const submit = async (): Promise<void> => {
    if (settings === null || why !== null) return;
    setBusy(true);
    setProblem(null);
    setChosen(null);
    await begin(settings).catch((refusal: unknown) => setProblem(problemOf(refusal)));
    setBusy(false);
  };
  return (
    <Panel
      title={title}
      note={note}
      actions={
        items.length > 1 && (
          <Select
            aria-label={`${title}: which answer`}
            className="w-auto max-w-72"
            value={shown?.id}
            onChange={(event) => setChosen(event.target.value)}
          >
            {items.map((item) => (
              <option key={item.id} value={item.id}>
                {dateTime(item.createdAt)} · {nameOf(item)}
              </option>
            ))}
          </Select>
        )
      }
    >
      <form
        className="mb-4 flex flex-wrap items-end gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        {form}
        <Button type="submit" disabled={busy || settings === null || why !== null} title={why ?? undefined}>
          {verb}
        </Button>
        {why !== null && <p className="self-center text-xs text-ink-faint">{why}</p>}
      </form>
      {problem && <ErrorState title="It was refused" error={problem} />}
      {error && <ErrorState error={error} />}
      {loading && <Skeleton className="h-40" />}
      {!loading && !error && shown === undefined && <EmptyState title="Not asked yet">{empty}</EmptyState>}
      {shown && <Answer analysis={shown}>{children(shown)}</Answer>}
    </Panel>
  );
}

function Answer({ analysis, children }: { analysis: ShownAnalysis; children: ReactNode }) {
  if (analysis.status === 'failed')
    return <ErrorState title="It could not be answered" error={{ message: analysis.error ?? 'Nobody said why.' }} />;
  if (analysis.status === 'running')
    return (
      <p role="status" className="flex items-center gap-2 py-6 text-ink-soft">
        <LoaderCircle aria-hidden className="size-4 animate-spin" />
        Being computed since {dateTime(analysis.createdAt)} UTC; the page may be left.
      </p>
    );
  return <div className="flex flex-col gap-4">{children}</div>;
}
