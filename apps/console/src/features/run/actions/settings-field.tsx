'use client';
/** Settings to change, one a line: dotted.path=value. */
import { Field, Textarea } from '#ui/field.tsx';

export function SettingsField({
  value,
  onChange,
  hint,
}: {
  value: string;
  onChange(text: string): void;
  hint: string;
}) {
  return (
    <Field label="Other settings" htmlFor="settings" hint={hint} error={wrongLine(value)}>
      <Textarea
        id="settings"
        rows={3}
        value={value}
        spellCheck={false}
        placeholder={'grpo.optimizer.learningRate=0.0001\nrollout.temperature=1.1'}
        onChange={(event) => onChange(event.target.value)}
        className="font-mono text-xs"
      />
    </Field>
  );
}

/** The lines that say something. */
export function settingsOf(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

export function wrongLine(text: string): string | undefined {
  const wrong = settingsOf(text).find((line) => !/^[A-Za-z][\w.]*=/.test(line));
  return wrong === undefined ? undefined : `"${wrong}" is not of the form dotted.path=value`;
}
