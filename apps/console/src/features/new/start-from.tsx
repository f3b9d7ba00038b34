'use client';
/** What the new experiment starts from: a template, a run, or a sweep. */
import { useRouter } from 'next/navigation';
import useSWR from 'swr';
import { Field, Select } from '#ui/field.tsx';
import type { TemplateEntry } from './schemas.ts';

interface Named {
  id: string;
  name?: string;
}

export function StartFrom({
  source,
  templates,
}: {
  source: string;
  templates: readonly Pick<TemplateEntry, 'source' | 'kind'>[];
}) {
  const router = useRouter();
  const runs = useSWR<{ items: Named[] }>('/api/v1/runs?limit=30');
  const sweeps = useSWR<{ items: Named[] }>('/api/v1/sweeps?limit=30');
  const known = [
    ...templates.map((template) => template.source),
    ...(runs.data?.items ?? []).map(({ id }) => `run:${id}`),
    ...(sweeps.data?.items ?? []).map(({ id }) => `sweep:${id}`),
  ];
  const options = (label: string, sources: string[]) =>
    sources.length > 0 && (
      <optgroup label={label}>
        {sources.map((each) => (
          <option key={each} value={each}>
            {each.slice(each.indexOf(':') + 1)}
          </option>
        ))}
      </optgroup>
    );
  const of = (kind: string) => known.filter((each) => each.startsWith(`${kind}:`));
  return (
    <Field label="Start from" htmlFor="start-from">
      <Select
        id="start-from"
        value={source}
        onChange={({ target }) => router.push(`/new?from=${encodeURIComponent(target.value)}`)}
      >
        {!known.includes(source) && <option value={source}>{source.slice(source.indexOf(':') + 1)}</option>}
        {options('Templates', of('template'))}
        {options('Runs', of('run'))}
        {options('Sweeps', of('sweep'))}
      </Select>
    </Field>
  );
}
