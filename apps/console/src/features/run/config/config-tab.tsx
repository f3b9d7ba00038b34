'use client';
/** Config of a run: what is particular to it, what was changed on the way, and all of it as YAML. */
import { Check, Copy, Download } from 'lucide-react';
import { parseAsString, useQueryState } from 'nuqs';
import { useState } from 'react';
import useSWR from 'swr';
import { Button } from '#ui/button.tsx';
import { Input, Select } from '#ui/field.tsx';
import { dateTime } from '#ui/format.ts';
import { Panel } from '#ui/panel.tsx';
import { EmptyState, ErrorState } from '#ui/states.tsx';
import type { ConfigDifference, RunConfig } from '../artifact-schemas.ts';
import { ScrollRegion } from '../scroll-region.tsx';
import { shownValue } from '../show-value.ts';
import { useRun } from '../use-run.tsx';

export function ConfigTab({ initial }: { initial: RunConfig }) {
  return (
    <div className="grid items-start gap-4 lg:grid-cols-2">
      <div className="flex min-w-0 flex-col gap-4">
        <Differences initial={initial} />
        <Changes />
      </div>
      <Yaml yaml={initial.yaml} />
    </div>
  );
}

function Differences({ initial }: { initial: RunConfig }) {
  const { path, run } = useRun();
  const [against, setAgainst] = useQueryState('against', parseAsString.withDefault(''));
  const [other, setOther] = useState('');
  const known = [...(run.parent ? [run.parent.runId] : []), ...run.branches.map(({ id }) => id)];
  const { data, error } = useSWR<RunConfig>(
    `${path}/config${against ? `?against=${encodeURIComponent(against)}` : ''}`,
    {
      ...(against === '' && { fallbackData: initial }),
    },
  );
  const options = [...new Set([...known, ...(against ? [against] : [])])];
  return (
    <Panel
      title="What differs"
      note={data ? `From ${data.against.label}; fields that are equal are left out.` : undefined}
      actions={
        <Select
          aria-label="Compare with"
          className="w-auto max-w-60"
          value={against}
          onChange={(event) => void setAgainst(event.target.value || null)}
        >
          <option value="">the defaults</option>
          {options.map((id) => (
            <option key={id} value={id}>
              {id === run.parent?.runId ? `its parent, ${id}` : id}
            </option>
          ))}
        </Select>
      }
      flush
    >
      <form
        className="flex gap-2 px-4 pb-3"
        onSubmit={(event) => {
          event.preventDefault();
          if (other.trim() !== '') void setAgainst(other.trim());
        }}
      >
        <Input
          aria-label="Id of another run"
          placeholder="Id of another run"
          value={other}
          onChange={(event) => setOther(event.target.value)}
        />
        <Button type="submit">Compare</Button>
      </form>
      {error && <ErrorState title="It cannot be compared" error={error} />}
      {data &&
        !error &&
        (data.differences.length === 0 ? (
          <EmptyState title="Nothing differs" />
        ) : (
          <DifferenceTable rows={data.differences} from={data.against.id ?? 'default'} />
        ))}
    </Panel>
  );
}

function DifferenceTable({ rows, from }: { rows: ConfigDifference[]; from: string }) {
  return (
    <div className="overflow-x-auto">
      <table className="w-full text-xs">
        <thead className="text-left text-ink-faint">
          <tr>
            <th scope="col" className="px-4 py-1.5 font-medium">
              Field
            </th>
            <th scope="col" className="max-w-40 truncate px-2 py-1.5 font-medium" title={from}>
              {from}
            </th>
            <th scope="col" className="px-4 py-1.5 font-medium">
              this run
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ field, from: before, to }) => (
            <tr key={field} className="border-t border-line align-top">
              <th scope="row" className="px-4 py-1.5 text-left font-normal">
                <code className="break-all">{field}</code>
              </th>
              <td className="px-2 py-1.5 text-ink-soft">
                <code className="break-all">{shownValue(before)}</code>
              </td>
              <td className="px-4 py-1.5">
                <code className="break-all font-medium">{shownValue(to)}</code>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Changes() {
  const { changes } = useRun().run;
  if (changes.length === 0) return null;
  return (
    <Panel title="Changed on the way" note="Each holds for the updates after the one it was made at." flush>
      <ol className="divide-y divide-line border-t border-line">
        {changes.map(({ update, field, from, to, at }) => (
          <li key={`${at} ${field}`} className="px-4 py-2 text-xs">
            <p>
              <code className="break-all">{field}</code> <span className="text-ink-soft">{shownValue(from)} →</span>{' '}
              <span className="font-medium">{shownValue(to)}</span>
            </p>
            <p className="tabular text-ink-faint">
              after update {update}, {dateTime(at)} UTC
            </p>
          </li>
        ))}
      </ol>
    </Panel>
  );
}

function Yaml({ yaml }: { yaml: string }) {
  const { path } = useRun();
  const [copied, setCopied] = useState(false);
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(yaml);
    setCopied(true);
    setTimeout(() => setCopied(false), 1500);
  };
  return (
    <Panel
      title="All of it"
      actions={
        <>
          <Button onClick={() => void copy()}>
            {copied ? <Check aria-hidden /> : <Copy aria-hidden />} {copied ? 'Copied' : 'Copy'}
          </Button>
          {(['yaml', 'json'] as const).map((format) => (
            <Button key={format} onClick={() => window.location.assign(`${path}/config/file?format=${format}`)}>
              <Download aria-hidden /> {format.toUpperCase()}
            </Button>
          ))}
        </>
      }
      flush
    >
      <ScrollRegion
        label="Config as YAML"
        className="max-h-[44rem] overflow-auto border-t border-line bg-sunken px-4 py-3 text-xs leading-5"
      >
        <pre>
          {yaml.split('\n').map((line, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: lines have no other identity.
            <YamlLine key={i} line={line} />
          ))}
        </pre>
      </ScrollRegion>
    </Panel>
  );
}

function YamlLine({ line }: { line: string }) {
  const [, indent = '', key = '', rest = ''] = /^(\s*)([\w-]+:)(.*)$/.exec(line) ?? [];
  if (key === '') return <span className="block">{line || ' '}</span>;
  return (
    <span className="block">
      {indent}
      <span className="text-ink-soft">{key}</span>
      <span className="text-accent">{rest}</span>
    </span>
  );
}
