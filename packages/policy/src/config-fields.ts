/** Typed reading of config.json: numbers that must be there and in range, and refusals that name file and field. */
import { UserError } from '@queryloop/contracts';

export type Json = Record<string, unknown>;

export class ConfigFields {
  readonly json: Json;
  private readonly file: string;

  /** `file` is named in errors. */
  constructor(json: Json, file: string) {
    this.json = json;
    this.file = file;
  }

  /** Throws a UserError: this value would be computed wrongly. */
  refuse(field: string, value: unknown, hint: string): never {
    throw new UserError({
      message: `${this.file}: ${field} ${JSON.stringify(value) ?? 'missing'} is not supported`,
      field,
      hint,
    });
  }

  /** A positive number. Throws UserError otherwise; a missing or null one is `fallback`. */
  positive(field: string, fallback?: number, from: Json = this.json): number {
    return this.checked(field, from[field] ?? fallback, 'a positive number', (value) => value > 0);
  }

  /** A positive integer. */
  size(field: string, fallback?: number, from: Json = this.json): number {
    return this.checked(
      field,
      from[field] ?? fallback,
      'a positive integer',
      (value) => value > 0 && Number.isInteger(value),
    );
  }

  private checked(field: string, value: unknown, expected: string, fits: (value: number) => boolean): number {
    if (typeof value === 'number' && Number.isFinite(value) && fits(value)) return value;
    throw new UserError({
      message: `${this.file}: ${field} is ${JSON.stringify(value) ?? 'missing'}; expected ${expected}`,
      field,
      hint: 'use the config.json that belongs to the weights',
    });
  }
}

export function record(value: unknown): Json {
  return typeof value === 'object' && value !== null ? (value as Json) : {};
}
