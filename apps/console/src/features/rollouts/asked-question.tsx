/** The question that a group is looked at for. */
import { visible } from '#features/run/visible-text.tsx';
import { Select } from '#ui/field.tsx';
import type { GroupQuestion } from './schemas.ts';

interface AskedProps {
  questions: readonly GroupQuestion[];
  question: number;
  onChoose(question: number): void;
}

/** The question looked at, with its answer; one can choose among those that share the prompt. */
export function Asked({ questions, question, onChoose }: AskedProps) {
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
