'use client';
/** The group lens: the completions of one prompt side by side. j and k go to the next and the previous group. */
import { ChevronLeft, ChevronRight } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { parseAsBoolean, parseAsInteger, useQueryStates } from 'nuqs';
import { visible } from '#features/run/visible-text.tsx';
import { Button, ButtonLink } from '#ui/button.tsx';
import { Select } from '#ui/field.tsx';
import { number } from '#ui/format.ts';
import { useKeys } from '#ui/key-bindings.ts';
import { promptText } from './group-map.tsx';
import { StateBadge, stateWords } from './group-states.tsx';
import { LensCard } from './lens-card.tsx';
import type { GroupLens } from './lens-schemas.ts';
import { LostNote } from './lost-note.tsx';
import { PromptHistoryStrip } from './prompt-history.tsx';
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
        <div className="mr-auto min-w-0 basis-96">
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
              {lens.scaleRewards === 'none'
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
      <ul className="grid grid-cols-[repeat(auto-fill,minmax(min(100%,22rem),1fr))] gap-3">
        {completions.map((completion) => (
          <LensCard
            key={completion.places[0]}
            completion={completion}
            question={question}
            template={template}
            best={completion === best ? null : (best ?? null)}
            largest={largest}
          />
        ))}
      </ul>
    </div>
  );
}

interface AskedProps {
  questions: GroupLens['questions'];
  question: number;
  onChoose(question: number): void;
}

/** The question looked at, with its answer; one can choose among those that share the prompt. */
function Asked({ questions, question, onChoose }: AskedProps) {
  const present = questions[question];
  return (
    <div className="min-w-0 flex-1 basis-80">
      {questions.length > 1 && (
        <Select
          aria-label="Question of the group"
          value={question}
          onChange={(event) => onChoose(Number(event.target.value))}
          className="mb-1.5"
        >
          {questions.map(({ index, question: text }, i) => (
            <option key={index} value={i}>
              {i + 1} of {questions.length}: {visible(text)}
            </option>
          ))}
        </Select>
      )}
      {present ? (
        <p className="break-words text-sm">
          {questions.length === 1 && <span className="font-medium">{visible(present.question)} </span>}
          <span className="text-ink-soft">answer</span> <span className="font-medium">{visible(present.answer)}</span>{' '}
          <span className="text-xs text-ink-faint">{present.type}</span>
        </p>
      ) : (
        <p className="text-sm text-ink-soft">Its questions are not known: the dataset is gone.</p>
      )}
    </div>
  );
}
