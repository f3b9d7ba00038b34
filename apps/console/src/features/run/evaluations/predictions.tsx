'use client';
/** The query written for each question of an evaluation: filtered, in pages, and as a file. The filter is in the URL. */
import { Download, X } from 'lucide-react';
import { parseAsInteger, parseAsString, parseAsStringLiteral, useQueryStates } from 'nuqs';
import useSWR from 'swr';
import { Badge, type Tone } from '#ui/badge.tsx';
import { Button } from '#ui/button.tsx';
import { Input, Select } from '#ui/field.tsx';
import { Panel } from '#ui/panel.tsx';
import { EmptyState, ErrorState, Skeleton } from '#ui/states.tsx';
import type { Judgement, PredictionsPage, RunEvaluation, RunPrediction } from '../evaluation-schemas.ts';
import { Pages } from '../pages.tsx';
import { useRun } from '../use-run.tsx';
import { ResultText, Sql, visible } from '../visible-text.tsx';
import { comparatorLabel } from './comparator-label.ts';
import { typeLabel } from './type-label.ts';

const pageSize = 50;
const judgements = ['correct', 'wrong', 'failed'] as const;
const tones: Record<Judgement, Tone> = { correct: 'good', wrong: 'neutral', failed: 'bad' };

const state = {
  judged: parseAsStringLiteral(judgements),
  type: parseAsString,
  text: parseAsString.withDefault(''),
  between: parseAsString,
  page: parseAsInteger.withDefault(1),
};

/** The two comparators whose disagreement narrows the queries, in the URL too. */
export function useBetween(): [readonly string[] | null, (between: readonly string[] | null) => void] {
  const [{ between }, set] = useQueryStates(state);
  const change = (next: readonly string[] | null) => void set({ between: next?.join(',') ?? null, page: null });
  return [between?.split(',') ?? null, change];
}

export function Predictions({ evaluation }: { evaluation: RunEvaluation }) {
  const { path } = useRun();
  const [{ judged, type, text, between, page }, set] = useQueryStates(state);
  const filter = new URLSearchParams({
    ...(judged && { judgement: judged }),
    ...(type && { type }),
    ...(text && { text }),
    ...(between && { between }),
  });
  const base = `${path}/evaluations/${evaluation.id}/predictions`;
  const offset = (Math.max(1, page) - 1) * pageSize;
  const { data, error } = useSWR<PredictionsPage>(`${base}?${filter}&offset=${offset}&limit=${pageSize}`);
  const compared = between?.split(',') ?? [];
  const narrow = (
    change: Partial<{ judged: Judgement | null; type: string | null; text: string | null; between: string | null }>,
  ) => void set({ ...change, page: null });
  return (
    <Panel
      title="Queries"
      note={data ? `${data.total} of ${evaluation.n} questions${byTurns(evaluation)}` : undefined}
      actions={(['csv', 'json'] as const).map((format) => (
        <Button key={format} onClick={() => window.location.assign(`${base}/file?${filter}&format=${format}`)}>
          <Download aria-hidden /> {format.toUpperCase()}
        </Button>
      ))}
      flush
    >
      <div className="flex flex-wrap gap-2 px-4 pb-3">
        <Input
          type="search"
          aria-label="Text in question, answer, query or result"
          placeholder="Text in question, query or result"
          className="flex-1 basis-48"
          value={text}
          onChange={(event) => narrow({ text: event.target.value || null })}
        />
        <Select
          aria-label="Judgement"
          className="w-auto"
          value={judged ?? ''}
          onChange={(event) => narrow({ judged: (event.target.value || null) as Judgement | null })}
        >
          <option value="">All</option>
          {judgements.map((name) => (
            <option key={name} value={name}>
              {name} {data ? `(${data.counts[name]})` : ''}
            </option>
          ))}
        </Select>
        <Select
          aria-label="Type of question"
          className="w-auto max-w-52"
          value={type ?? ''}
          onChange={(event) => narrow({ type: event.target.value || null })}
        >
          <option value="">All types</option>
          {evaluation.byType.map((row) => (
            <option key={row.type} value={row.type}>
              {typeLabel(row.type)}
            </option>
          ))}
        </Select>
        {between && (
          <Button onClick={() => narrow({ between: null })}>
            <X aria-hidden /> {compared.map(comparatorLabel).join(' and ')} disagree
          </Button>
        )}
      </div>
      {error && <ErrorState error={error} />}
      {!data && !error && <Skeleton className="m-4 h-64" />}
      {data?.items.length === 0 && (
        <EmptyState
          title="No question fits this filter"
          action={
            <Button onClick={() => narrow({ judged: null, type: null, text: null, between: null })}>Show all</Button>
          }
        />
      )}
      <ul className="divide-y divide-line border-t border-line">
        {data?.items.map((prediction) => (
          <PredictionRow key={prediction.position} prediction={prediction} compared={compared} />
        ))}
      </ul>
      {data && <Pages total={data.total} pageSize={pageSize} page={page} onPage={(next) => void set({ page: next })} />}
    </Panel>
  );
}

/** How many were right after each turn, where there was more than one. */
function byTurns({ afterTurns }: RunEvaluation): string {
  return afterTurns.length === 0 ? '' : `; right after turns: ${afterTurns.map(({ correct }) => correct).join(', ')}`;
}

function PredictionRow({ prediction, compared }: { prediction: RunPrediction; compared: readonly string[] }) {
  const { position, question, answer, sql, outcome, result, judgement, type, scores, turns } = prediction;
  return (
    <li className="grid gap-x-4 gap-y-1 px-4 py-2.5 md:grid-cols-[minmax(0,1fr)_minmax(0,1.3fr)]">
      <div className="min-w-0">
        <p className="break-words">{visible(question)}</p>
        <p className="mt-1 flex flex-wrap items-center gap-2 text-xs text-ink-soft">
          <span className="tabular text-ink-faint">{position + 1}</span>
          <Badge tone={tones[judgement]}>{judgement === 'failed' ? outcome : judgement}</Badge>
          <span>{typeLabel(type)}</span>
          {compared.map((name) => (
            <span key={name} className="tabular">
              {comparatorLabel(name)} {Number((scores?.[name] ?? 0).toFixed(2))}
            </span>
          ))}
        </p>
      </div>
      <div className="min-w-0">
        {Object.entries(turns).map(([turn, { sql: before, message }]) => (
          <div key={turn} className="mb-1">
            <Sql text={before} />
            <p className="break-words text-xs text-bad">{visible(message)}</p>
          </div>
        ))}
        <Sql text={sql} />
        <p className="mt-1 break-words text-xs">
          <span className="text-ink-soft">
            → <ResultText text={result} />
          </span>
          {(judgement !== 'correct' || compared.length > 0) && (
            <span className="text-ink-faint"> · expected {visible(answer)}</span>
          )}
        </p>
      </div>
    </li>
  );
}
