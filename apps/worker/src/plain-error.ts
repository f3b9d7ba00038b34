/** Carries errors between processes without losing what tells a user's mistake from a fault. */
import { UserError } from '@queryloop/contracts';
import type { PlainError } from './step-messages.ts';

export function toPlainError(thrown: unknown): PlainError {
  if (!(thrown instanceof Error)) return { name: 'Error', message: String(thrown) };
  const { name, message, stack } = thrown;
  return thrown instanceof UserError
    ? { name, message, stack, field: thrown.field, hint: thrown.hint, artifact: thrown.artifact }
    : { name, message, stack };
}

export function fromPlainError({ name, message, stack, field, hint, artifact }: PlainError): Error {
  if (name === 'UserError')
    return new UserError({ message, ...(field && { field }), ...(hint && { hint }), ...(artifact && { artifact }) });
  const error = new Error(message);
  error.name = name;
  if (stack !== undefined) error.stack = stack;
  return error;
}
