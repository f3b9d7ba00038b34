'use client';
/** Evaluations of a run, newest first; one is chosen. */
import { percent } from '#ui/format.ts';
import { join } from '#ui/join.ts';
import { Panel } from '#ui/panel.tsx';
import type { RunEvaluation } from '../evaluation-schemas.ts';

interface EvaluationListProps {
  items: RunEvaluation[];
  chosen: RunEvaluation;
  onChoose(evaluation: RunEvaluation): void;
}

export function EvaluationList({ items, chosen, onChoose }: EvaluationListProps) {
  return (
    <Panel title="Evaluations" note={`${items.length}; accuracy and failed queries`} flush>
      <ul className="max-h-64 overflow-y-auto border-t border-line lg:max-h-[40rem]">
        {items.toReversed().map((evaluation) => {
          const { id, split, update, accuracy, errorRate } = evaluation;
          return (
            <li key={id}>
              <button
                type="button"
                aria-pressed={id === chosen.id}
                onClick={() => onChoose(evaluation)}
                className={join(
                  'flex w-full items-baseline gap-2 px-4 py-1.5 text-left hover:bg-sunken',
                  id === chosen.id && 'bg-accent-soft',
                )}
              >
                <span className="min-w-0 flex-1 truncate">
                  {update === 0 ? 'before GRPO' : `update ${update}`} <span className="text-ink-soft">on {split}</span>
                </span>
                <span className="tabular font-medium">{percent(accuracy)}</span>
                <span className="tabular w-14 text-right text-xs text-ink-soft">{percent(errorRate)}</span>
              </button>
            </li>
          );
        })}
      </ul>
    </Panel>
  );
}
