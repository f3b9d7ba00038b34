'use client';
/** One field of the form, by the kind of its schema. Left empty, the default holds. */
import { useEffect, useState } from 'react';
import { Field, Input, Select } from '#ui/field.tsx';
import type { FieldSchema } from './schemas.ts';

interface FieldInputProps {
  path: readonly string[];
  schema: FieldSchema;
  /** As written; undefined when it is left out. */
  value: unknown;
  /** Undefined leaves it out. */
  onChange(value: unknown): void;
  error: string | undefined;
}

export function FieldInput({ path, schema, value, onChange, error }: FieldInputProps) {
  const id = `field-${path.join('-')}`;
  const fallback = schema.default === undefined ? 'none' : String(schema.default);
  const common = { id, 'aria-invalid': error !== undefined };
  return (
    <Field label={path.at(-1) ?? ''} htmlFor={id} hint={schema.description} error={error}>
      {schema.enum || schema.type === 'boolean' ? (
        <Select
          {...common}
          value={value === undefined ? '' : String(value)}
          onChange={({ target }) => onChange(target.value === '' ? undefined : readScalar(target.value))}
        >
          <option value="">{`${fallback} (default)`}</option>
          {(schema.enum ?? [true, false]).map((choice) => (
            <option key={String(choice)} value={String(choice)}>
              {String(choice)}
            </option>
          ))}
        </Select>
      ) : isListOfObjects(schema) ? (
        // Their fields are written in the YAML.
        <Input {...common} readOnly value={namesOf(value)} placeholder={`${fallback}; write it in the YAML`} />
      ) : (
        <TextInput {...common} schema={schema} value={value} onChange={onChange} placeholder={fallback} />
      )}
    </Field>
  );
}

function isListOfObjects({ type, items }: FieldSchema): boolean {
  return type === 'array' && items?.properties !== undefined;
}

/** What stands in a list of objects, by their names: "ems, rems × 0.5". */
function namesOf(value: unknown): string {
  if (!Array.isArray(value)) return '';
  return value
    .map((each: { name?: unknown; weight?: unknown } | null) =>
      each?.weight === undefined ? String(each?.name ?? '…') : `${each.name} × ${each.weight}`,
    )
    .join(', ');
}

interface TextInputProps {
  id: string;
  'aria-invalid': boolean;
  schema: FieldSchema;
  value: unknown;
  placeholder: string;
  onChange(value: unknown): void;
}

/** Keeps what is typed while it is typed: "1e-" is on its way to a number. */
function TextInput({ schema, value, onChange, ...rest }: TextInputProps) {
  const written = value === undefined ? '' : Array.isArray(value) ? value.join(', ') : String(value);
  const [typed, setTyped] = useState(written);
  useEffect(() => setTyped((now) => (same(read(now, schema), value) ? now : written)), [written, value, schema]);
  const isNumber = schema.type === 'number' || schema.type === 'integer';
  return (
    <Input
      {...rest}
      inputMode={isNumber ? 'decimal' : 'text'}
      className={isNumber ? 'tabular' : ''}
      value={typed}
      onChange={({ target }) => {
        setTyped(target.value);
        onChange(read(target.value, schema));
      }}
    />
  );
}

function read(typed: string, schema: FieldSchema): unknown {
  if (typed.trim() === '') return undefined;
  if (isList(schema, typed)) return typed.split(',').map((part) => readScalar(part.trim()));
  return schema.type === 'string' ? typed : readScalar(typed.trim());
}

/** A field that takes a list, or one where it may stand beside a single word, with a comma in what is typed. */
function isList({ type, anyOf = [] }: FieldSchema, typed: string): boolean {
  return type === 'array' || (typed.includes(',') && anyOf.some((form) => form.type === 'array'));
}

/** A number, true or false where it reads as one. */
function readScalar(text: string): unknown {
  if (text === 'true' || text === 'false') return text === 'true';
  return text !== '' && Number.isFinite(Number(text)) ? Number(text) : text;
}

function same(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
