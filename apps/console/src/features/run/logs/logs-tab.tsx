'use client';
/** Lines of the workers' logs that concern the run; new ones come by themselves. */
import { ScrollText } from 'lucide-react';
import { parseAsBoolean, parseAsStringLiteral, useQueryStates } from 'nuqs';
import { useEffect, useRef } from 'react';
import { Select } from '#ui/field.tsx';
import { Panel } from '#ui/panel.tsx';
import { EmptyState, ErrorState } from '#ui/states.tsx';
import type { LogLine, LogsPage } from '../artifact-schemas.ts';
import { ScrollRegion } from '../scroll-region.tsx';
import { visible } from '../visible-text.tsx';
import { useLog } from './use-log.ts';

const state = {
  scope: parseAsStringLiteral(['run', 'all']).withDefault('run'),
  level: parseAsStringLiteral(['debug', 'info', 'warn', 'error']).withDefault('info'),
  follow: parseAsBoolean.withDefault(true),
};

const levels: Record<LogLine['level'], string> = {
  debug: 'text-ink-faint',
  info: 'text-info',
  warn: 'text-warn',
  error: 'text-bad',
};

export function LogsTab({ initial }: { initial: LogsPage }) {
  const [{ scope, level, follow }, set] = useQueryStates(state);
  const { lines, older, folder, elsewhere, error } = useLog({ scope, level, follow, initial });
  const scroller = useRef<HTMLElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: it is for new lines that it scrolls.
  useEffect(() => {
    if (follow && scroller.current) scroller.current.scrollTop = scroller.current.scrollHeight;
  }, [follow, lines]);
  return (
    <Panel
      title="Logs"
      note={`Of the workers on this machine: ${folder}`}
      actions={
        <>
          <label className="flex items-center gap-1.5 text-sm">
            <input
              type="checkbox"
              className="accent-accent"
              checked={follow}
              onChange={(event) => void set({ follow: event.target.checked })}
            />
            Follow
          </label>
          <Select
            aria-label="Which lines"
            className="w-auto"
            value={scope}
            onChange={(event) => void set({ scope: event.target.value as typeof scope })}
          >
            <option value="run">Lines that name this run</option>
            <option value="all">All lines of the workers</option>
          </Select>
          <Select
            aria-label="Level"
            className="w-auto"
            value={level}
            onChange={(event) => void set({ level: event.target.value as typeof level })}
          >
            <option value="debug">Everything</option>
            <option value="info">Info and worse</option>
            <option value="warn">Warnings and errors</option>
            <option value="error">Errors</option>
          </Select>
        </>
      }
      flush
    >
      {elsewhere.length > 0 && (
        <p className="border-t border-line bg-warn-soft px-4 py-2 text-xs">
          {elsewhere.join(', ')} worked on this run too; the logs of its workers are on that machine, in .queryloop/logs
          of its working folder.
        </p>
      )}
      {error && <ErrorState title="The logs cannot be read" error={error} />}
      {lines.length === 0 ? (
        <EmptyState icon={ScrollText} title={scope === 'run' ? 'No line names this run' : 'No lines of this level'}>
          Workers write when something is out of the ordinary: a step that failed, a worker that began or ended.
        </EmptyState>
      ) : (
        <ScrollRegion
          ref={scroller}
          role="log"
          label="Log lines"
          className="max-h-[36rem] overflow-auto border-t border-line bg-sunken px-4 py-2 font-mono text-xs leading-5"
        >
          {older && <p className="text-ink-faint">Older lines are in the files.</p>}
          {lines.map(({ id, at, level: of, text, file }) => (
            <p key={id} className="whitespace-pre-wrap break-words" title={file}>
              <span className="text-ink-faint">{at ? at.slice(0, 23).replace('T', ' ') : file}</span>{' '}
              <span className={`font-medium ${levels[of]}`}>{of.toUpperCase()}</span> {visible(text)}
            </p>
          ))}
        </ScrollRegion>
      )}
    </Panel>
  );
}
