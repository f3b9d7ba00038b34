/** How a dimension is shown in a result: its column, or one of the forms in which the answers write it. */
import { type AnswerForm, answerExpression } from './answer-forms.ts';
import type { QuestionDraft } from './question-draft.ts';
import type { Dimension } from './word-list.ts';

export interface Display {
  /** Select expression. */
  select: string;
  /** What rows are grouped by when they are counted. */
  group: string;
}

/** Draws a way to show a dimension: mostly its column, sometimes a form that holds it ("{tournament} {year}"). */
export function displayDimension(draft: QuestionDraft, { column, placeholder }: Dimension): Display {
  const own = draft.parts.column(column);
  const forms = draft.rowForms.filter((form) => form.placeholders.includes(placeholder));
  if (forms.length === 0 || draft.draw.chance(0.5)) return { select: own, group: own };
  const form = draft.draw.pick(forms);
  return {
    select: formExpression(draft, form),
    group: form.placeholders.map((name) => columnOf(draft, name)).join(', '),
  };
}

/** Select expression of a form whose placeholders are columns of the row. */
export function formExpression(draft: QuestionDraft, form: AnswerForm): string {
  return answerExpression(form, (name) => columnOf(draft, name), draft.topic.category);
}

/** The category as people say it: without the prefix of its values, or as stored. */
export function displayCategory(draft: QuestionDraft): Display {
  const { column, prefix } = draft.topic.category ?? { column: '', prefix: '' };
  const own = draft.parts.column(column);
  return { select: prefix && draft.draw.chance(0.5) ? `REPLACE(${own}, '${prefix}', '')` : own, group: own };
}

function columnOf(draft: QuestionDraft, placeholder: string): string {
  const { dimensions, time, category, entity } = draft.topic;
  const found = [...dimensions, time, entity, category].find((named) => named?.placeholder === placeholder);
  return found ? draft.expression(found) : 'NULL';
}
