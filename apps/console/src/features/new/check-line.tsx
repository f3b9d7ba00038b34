/** One line about the text: its mistakes, or what launching it would do. */
import { CircleAlert, CircleCheck } from 'lucide-react';
import type { CheckResult } from './schemas.ts';

const shownIssues = 4;

export function CheckLine({ issues, summary, pending }: CheckResult & { pending: boolean }) {
  return (
    <div role="status" className={pending ? 'opacity-60' : ''}>
      {summary && (
        <p className="flex items-center gap-2 text-sm text-ink-soft">
          <CircleCheck aria-hidden className="size-4 shrink-0 text-good" />
          <span className="tabular">
            {summary.runs === 1 ? 'One run' : `${summary.runs} runs`}, {grouped(summary.updates)} updates,{' '}
            {grouped(summary.completions)} completions to sample
          </span>
        </p>
      )}
      {issues.length > 0 && (
        <ul className="flex flex-col gap-1 text-sm">
          {issues.slice(0, shownIssues).map(({ path, message, hint, line }) => (
            <li key={`${path}${message}`} className="flex items-start gap-2">
              <CircleAlert aria-hidden className="mt-0.5 size-4 shrink-0 text-bad" />
              <span className="min-w-0 break-words">
                {line && <span className="tabular text-ink-faint">line {line} </span>}
                {path && <code className="text-xs">{path}</code>} {message}
                {hint && <span className="text-ink-faint"> {hint}</span>}
              </span>
            </li>
          ))}
          {issues.length > shownIssues && (
            <li className="pl-6 text-ink-faint">and {issues.length - shownIssues} more</li>
          )}
        </ul>
      )}
    </div>
  );
}

/** 12345 → "12,345", alike on server and client. */
function grouped(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ',');
}
