'use client';
/** The group lens: the completions of one prompt side by side. j and k go to the next and the previous group. */
import { ChevronLeft, ChevronRight } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { parseAsBoolean, parseAsInteger, useQueryStates } from 'nuqs';
import { Button, ButtonLink } from '#ui/button.tsx';
import { number } from '#ui/format.ts';
import { useKeys } from '#ui/key-bindings.ts';
import { Asked } from './asked-question.tsx';
import { StateBadge, stateWords } from './group-states.tsx';
import { LensCard } from './lens-card.tsx';
import type { GroupLens, LensCompletion } from './lens-schemas.ts';
import { LostNote } from './lost-note.tsx';
import { PromptHistoryStrip } from './prompt-history.tsx';
import { promptText } from './prompt-text.ts';
import { Step } from './update-view.tsx';

const state = { question: parseAsInteger.withDefault(0), template: parseAsBoolean.withDefault(false) };

export function LensView({ lens, updates }: { lens: GroupLens; updates: number }) {
  const { runId, update, group, groups, prompt, questions, completions, rewardMean, rewardStd } = lens;
  const router = useRouter();
  const [{ question: asked, template }, set] = useQueryStates(state);
  const question = Math.min(Math.max(0, asked), Math.max(0, questions.length - 1));
  const list = `/runs/${encodeURIComponent(runId)}/rollouts/${update}`;
  const at = (other: number) => `${list}/${other}${template ? '?template=true' : ''}`;
  useKeys({
    j: () => group + 1 < groups && router.push(at(group + 1)),
    k: () => group > 0 && router.push(at(group - 1)),
    u: () => router.push(list),
  });
  const [best] = completions;
  const largestOf = (value: (each: GroupLens['completions'][number]) => number | null): number =>
    Math.max(0, ...completions.map((each) => Math.abs(value(each) ?? 0)));
  const largest = { reward: largestOf(({ reward }) => reward), advantage: largestOf(({ advantage }) => advantage) };
  return (
    <div className="flex flex-col gap-3">
      <div className="flex flex-wrap items-start gap-2">
        <div className="min-w-0 flex-1 basis-96">
          <p className="text-xs text-ink-faint">
            update {update}, group <span className="tabular">{group}</span> of {groups}
          </p>
          <h2 className="break-words text-base font-semibold">{promptText(prompt)}</h2>
          <p className="mt-1 flex flex-wrap items-center gap-2 text-sm text-ink-soft">
            <StateBadge state={lens.state} solved={lens.solved} />
            {lens.state && <span>{stateWords[lens.state].means}</span>}
            {rewardMean !== null && (
              <span className="tabular">
                reward {number(rewardMean)} ± {number(rewardStd)}
              </span>
            )}
            <span>
              {lens.combine === 'gdpo'
                ? 'advantages of each function by its group, then by the batch (GDPO)'
                : lens.scaleRewards === 'none'
                  ? 'advantages are not divided'
                  : `advantages divided by the deviation of the ${lens.scaleRewards}`}
            </span>
          </p>
        </div>
        <div className="flex items-center gap-2">
          <ButtonLink href={list}>All groups</ButtonLink>
          <Step
            href={at(group - 1)}
            possible={group > 0}
            label="Previous group (k)"
            icon={<ChevronLeft aria-hidden />}
          />
          <Step
            href={at(group + 1)}
            possible={group + 1 < groups}
            label="Next group (j)"
            icon={<ChevronRight aria-hidden />}
          />
        </div>
      </div>
      <LostNote lost={lens.lost} executions={lens.executions} />
      <PromptHistoryStrip runId={runId} prompt={prompt} update={update} updates={updates} />
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2 rounded-lg border border-line bg-surface px-4 py-2.5">
        <Asked questions={questions} question={question} onChoose={(next) => void set({ question: next || null })} />
        <Button aria-pressed={template} onClick={() => void set({ template: !template || null })}>
          {template ? 'Show with values' : 'Show as generated'}
        </Button>
      </div>
      <Cards {...{ question, template, best, largest }} completions={completions.filter((each) => !isIdle(each))} />
      <Idle {...{ question, template, best, largest }} completions={completions.filter(isIdle)} />
    </div>
  );
}

interface CardsProps {
  completions: GroupLens['completions'];
  question: number;
  template: boolean;
  best: LensCompletion | undefined;
  largest: { reward: number; advantage: number };
}

function Cards({ completions, best, ...rest }: CardsProps) {
  return (
    <ul className="grid grid-cols-[repeat(auto-fill,minmax(min(100%,22rem),1fr))] gap-3">
      {completions.map((completion) => (
        <LensCard
          key={completion.places[0]}
          completion={completion}
          best={completion === best ? null : (best ?? null)}
          {...rest}
        />
      ))}
    </ul>
  );
}

/** Proposals that did no better than the samples: nothing was learned from them. */
const isIdle = ({ proposed, reward }: LensCompletion): boolean => proposed && reward === null;

function Idle(props: CardsProps) {
  const { length } = props.completions;
  if (length === 0) return null;
  return (
    <details>
      <summary className="mb-2 text-sm text-ink-soft">
        {length} {length === 1 ? 'proposal' : 'proposals'} of the grammar tried beside them, no better than the best
        sample
      </summary>
      <Cards {...props} />
    </details>
  );
}
