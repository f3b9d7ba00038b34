/** Inputs with their labels. */
import type { ComponentProps, ReactNode } from 'react';
import { join } from './join.ts';

export const inputShape =
  'h-8 min-w-0 rounded-md border border-line bg-surface px-2.5 text-sm placeholder:text-ink-faint disabled:opacity-60 aria-invalid:border-bad';

/** All the width there is, unless a width is given. */
function shaped(className: string | undefined, more?: string): string {
  return join(inputShape, more, className?.includes('w-') ? '' : 'w-full', className);
}

export function Input({ className, ...rest }: ComponentProps<'input'>) {
  return <input className={shaped(className)} {...rest} />;
}

export function Textarea({ className, ...rest }: ComponentProps<'textarea'>) {
  return <textarea className={shaped(className, 'h-auto py-1.5')} {...rest} />;
}

/** The browser's own select: it is accessible and works on a phone. */
export function Select({ className, ...rest }: ComponentProps<'select'>) {
  return <select className={shaped(className, 'pr-7')} {...rest} />;
}

interface FieldProps {
  label: string;
  /** Must be the id of the input inside. */
  htmlFor: string;
  hint?: ReactNode;
  error?: string | undefined;
  children: ReactNode;
}

export function Field({ label, htmlFor, hint, error, children }: FieldProps) {
  return (
    <div className="flex min-w-0 flex-col gap-1">
      <label htmlFor={htmlFor} className="text-sm font-medium">
        {label}
      </label>
      {children}
      {hint && <p className="text-xs text-ink-faint">{hint}</p>}
      {error && (
        <p role="alert" className="text-xs text-bad">
          {error}
        </p>
      )}
    </div>
  );
}
