'use client';
/** One dataset: its questions, its database, and the runs made on it. Which of them is shown is in the URL. */
import { parseAsStringLiteral, useQueryState } from 'nuqs';
import { Button } from '#ui/button.tsx';
import { bytes } from '#ui/format.ts';
import { PageHeader } from '#ui/page-header.tsx';
import { DatabaseView } from './database-view.tsx';
import { DatasetRuns } from './dataset-runs.tsx';
import { QuestionList } from './question-list.tsx';
import type { DatasetDetail } from './schemas.ts';

const views = { questions: 'Questions', database: 'Database', runs: 'Runs' };
type View = keyof typeof views;

export function DatasetView({ dataset }: { dataset: DatasetDetail }) {
  const [view, setView] = useQueryState(
    'view',
    parseAsStringLiteral(Object.keys(views) as View[]).withDefault('questions'),
  );
  const { hash, label, splits, usedBy } = dataset;
  return (
    <>
      <PageHeader
        trail={[{ label: 'Datasets', href: '/datasets' }]}
        title={label}
        note={
          <>
            {splits
              .map(({ role, questions, prompts }) => `${role}: ${questions} questions, ${prompts} prompts`)
              .join(' · ')}{' '}
            · {bytes(dataset.bytes)} · <code className="text-xs">{hash.slice(0, 12)}</code>
          </>
        }
        actions={
          <fieldset className="flex rounded-md border border-line p-0.5" aria-label="What is shown">
            {(Object.keys(views) as View[]).map((name) => (
              <Button
                key={name}
                look="quiet"
                aria-pressed={view === name}
                className={view === name ? 'h-7 bg-sunken text-ink' : 'h-7'}
                onClick={() => void setView(name)}
              >
                {views[name]}
                {name === 'runs' && <span className="tabular text-ink-faint">{usedBy.length}</span>}
              </Button>
            ))}
          </fieldset>
        }
      />
      {view === 'questions' && <QuestionList dataset={dataset} />}
      {view === 'database' && <DatabaseView hash={hash} />}
      {view === 'runs' && <DatasetRuns runs={usedBy} />}
    </>
  );
}
