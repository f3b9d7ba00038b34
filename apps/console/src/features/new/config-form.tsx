'use client';
/** The form made from a config's schema: a section for each group of fields. */
import { ChevronRight } from 'lucide-react';
import { FieldInput } from './field-input.tsx';
import type { FieldSchema, Issue } from './schemas.ts';
import { valueAt } from './yaml-text.ts';

interface ConfigFormProps {
  schema: FieldSchema;
  values: Record<string, unknown>;
  issues: readonly Issue[];
  onField(path: readonly string[], value: unknown): void;
}

export function ConfigForm({ schema, values, issues, onField }: ConfigFormProps) {
  return (
    <form className="flex flex-col gap-3" onSubmit={(event) => event.preventDefault()}>
      <Fields schema={schema} path={[]} values={values} issues={issues} onField={onField} />
      {groupsOf(schema).map(([name, group]) => (
        <Section key={name} schema={group} path={[name]} values={values} issues={issues} onField={onField} />
      ))}
    </form>
  );
}

type PartProps = ConfigFormProps & { path: readonly string[] };

function Section({ schema, path, values, issues, onField }: PartProps) {
  const dotted = path.join('.');
  const own = { values, issues, onField };
  const written = Object.keys((valueAt(values, path) as object | undefined) ?? {}).length;
  const wrong = issues.filter((issue) => issue.path === dotted || issue.path.startsWith(`${dotted}.`)).length;
  return (
    <details open={written > 0 || wrong > 0} className="group rounded-md border border-line">
      <summary className="flex items-center gap-2 px-3 py-2 text-sm font-medium">
        <ChevronRight aria-hidden className="size-4 text-ink-faint transition-transform group-open:rotate-90" />
        <span className="font-mono text-xs">{dotted}</span>
        {written > 0 && <span className="text-xs font-normal text-ink-faint">{written} set</span>}
        {wrong > 0 && <span className="text-xs font-normal text-bad">{wrong} to mend</span>}
      </summary>
      <div className="flex flex-col gap-3 px-3 pb-3">
        {schema.description && <p className="text-xs text-ink-soft">{schema.description}</p>}
        <Fields schema={schema} path={path} {...own} />
        {groupsOf(schema).map(([name, group]) => (
          <Section key={name} schema={group} path={[...path, name]} {...own} />
        ))}
      </div>
    </details>
  );
}

function Fields({ schema, path, values, issues, onField }: PartProps) {
  const fields = Object.entries(schema.properties ?? {}).filter(([, field]) => isPlain(field));
  return (
    <div className="grid grid-cols-1 gap-x-4 gap-y-3 sm:grid-cols-2">
      {fields.map(([name, field]) => {
        const own = [...path, name];
        return (
          <FieldInput
            key={name}
            path={own}
            schema={field}
            value={valueAt(values, own)}
            error={issues.find((issue) => issue.path === own.join('.'))?.message}
            onChange={(value) => onField(own, value)}
          />
        );
      })}
    </div>
  );
}

function groupsOf(schema: FieldSchema): [string, FieldSchema][] {
  return Object.entries(schema.properties ?? {}).filter(([, field]) => field.properties !== undefined);
}

/** Maps with keys of the user's own (a sweep's parameters) are written in the YAML. */
function isPlain(field: FieldSchema): boolean {
  return field.properties === undefined && !(field.type === 'object' && field.additionalProperties);
}
