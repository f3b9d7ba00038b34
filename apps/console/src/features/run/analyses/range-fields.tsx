'use client';
/** Which updates an analysis looks at. */
import { Field, Input } from '#ui/field.tsx';

export interface RangeText {
  first: string;
  last: string;
  every: string;
}

export function RangeFields({
  id,
  value,
  onChange,
  last,
  every = 1,
}: {
  id: string;
  value: RangeText;
  onChange(value: RangeText): void;
  last: number;
  /** What is taken when nothing is given. */
  every?: number;
}) {
  const field = (name: keyof RangeText, label: string, placeholder: string) => (
    <div className="w-24">
      <Field label={label} htmlFor={`${id}-${name}`}>
        <Input
          id={`${id}-${name}`}
          inputMode="numeric"
          value={value[name]}
          placeholder={placeholder}
          aria-invalid={value[name] !== '' && !isUpdate(value[name])}
          onChange={(event) => onChange({ ...value, [name]: event.target.value })}
        />
      </Field>
    </div>
  );
  return (
    <>
      {field('first', 'From update', '1')}
      {field('last', 'To update', String(last))}
      {field('every', 'Every', String(every))}
    </>
  );
}

/** What is not empty, as numbers; null when one is none. */
export function rangeOf(value: RangeText): Partial<Record<keyof RangeText, number>> | null {
  const given = Object.entries(value).filter(([, text]) => text !== '');
  return given.every(([, text]) => isUpdate(text))
    ? Object.fromEntries(given.map(([name, text]) => [name, Number(text)]))
    : null;
}

function isUpdate(text: string): boolean {
  return /^[1-9]\d{0,8}$/.test(text);
}
