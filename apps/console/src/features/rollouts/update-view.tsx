'use client';
/** One update: its groups, or its completions. j and k go to the next and the previous update. */
import { ChevronLeft, ChevronRight } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { parseAsStringLiteral, useQueryState } from 'nuqs';
import { useRun } from '#features/run/use-run.tsx';
import { Button, ButtonLink } from '#ui/button.tsx';
import { useKeys } from '#ui/key-bindings.ts';
import { CompletionTable } from './completion-table.tsx';
import { GroupList } from './group-list.tsx';

const views = ['groups', 'completions'] as const;

export function UpdateView({ update, total }: { update: number; total: number }) {
  const { run } = useRun();
  const router = useRouter();
  const [view, setView] = useQueryState('view', parseAsStringLiteral(views).withDefault('groups'));
  const list = `/runs/${encodeURIComponent(run.id)}/rollouts`;
  const at = (other: number) => `${list}/${other}${view === 'groups' ? '' : '?view=completions'}`;
  useKeys({
    j: () => update < total && router.push(at(update + 1)),
    k: () => update > 1 && router.push(at(update - 1)),
    u: () => router.push(list),
  });
  return (
    <div className="flex flex-col gap-3">
      <div className="flex flex-wrap items-center gap-2">
        <h2 className="mr-auto text-base font-semibold">
          Update <span className="tabular">{update}</span>{' '}
          <span className="font-normal text-ink-faint">of {total}</span>
        </h2>
        <fieldset className="flex rounded-md border border-line p-0.5" aria-label="What is listed">
          {views.map((name) => (
            <Button
              key={name}
              look="quiet"
              aria-pressed={view === name}
              className={view === name ? 'h-7 bg-sunken text-ink' : 'h-7'}
              onClick={() => void setView(name)}
            >
              {name === 'groups' ? 'Groups' : 'Completions'}
            </Button>
          ))}
        </fieldset>
        <ButtonLink href={list}>All updates</ButtonLink>
        <Step
          href={at(update - 1)}
          possible={update > 1}
          label="Previous update (k)"
          icon={<ChevronLeft aria-hidden />}
        />
        <Step
          href={at(update + 1)}
          possible={update < total}
          label="Next update (j)"
          icon={<ChevronRight aria-hidden />}
        />
      </div>
      {view === 'groups' ? <GroupList update={update} /> : <CompletionTable update={update} />}
    </div>
  );
}

/** A link to a neighbour; where there is none, a button that does nothing. */
export function Step({
  href,
  possible,
  label,
  icon,
}: {
  href: string;
  possible: boolean;
  label: string;
  icon: React.ReactNode;
}) {
  return possible ? (
    <ButtonLink href={href} icon aria-label={label} title={label}>
      {icon}
    </ButtonLink>
  ) : (
    <Button icon disabled aria-label={label}>
      {icon}
    </Button>
  );
}
