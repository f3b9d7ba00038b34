/** Says in plain words what is wrong with a config field: its value and what is allowed instead. */
import type { z } from 'zod';
import { nearest } from './nearest.ts';

const mostCharacters = 200;

type Issue = z.core.$ZodIssue;

/** A problem at one field; `path` names the key itself when the key is unknown. */
export interface FieldProblem {
  path: PropertyKey[];
  message: string;
  /** True when the key, not its value, is at fault. */
  unknownKey: boolean;
}

/** What Zod says of a union whose schema says nothing itself. */
const unexplained = 'Invalid input';

/** One problem per unknown key or bad value. `keysAt` lists the keys allowed at a path, for suggestions. */
export function describeIssue(issue: Issue, value: unknown, keysAt: (path: PropertyKey[]) => string[]): FieldProblem[] {
  if (issue.code === 'unrecognized_keys') {
    const allowed = keysAt(issue.path);
    return issue.keys.map((key) => {
      const near = nearest(key, allowed);
      const way = near === undefined ? `allowed: ${allowed.join(', ')}` : `did you mean "${near}"?`;
      return { path: [...issue.path, key], message: `unknown key; ${way}`, unknownKey: true };
    });
  }
  const inner = issue.code === 'invalid_union' ? meantBranch(issue.errors) : undefined;
  const isInside = inner?.every(({ path }) => path.length > 0) ?? false;
  if (inner !== undefined && (isInside || issue.message === unexplained)) {
    return inner.flatMap((part) =>
      describeIssue(
        { ...part, path: [...issue.path, ...part.path] },
        part.path.reduce<unknown>((at, key) => (at as Record<PropertyKey, unknown> | undefined)?.[key], value),
        () => keysAt(issue.path),
      ),
    );
  }
  return [
    {
      path: issue.path,
      message: describeValue(issue, shortened(JSON.stringify(value) ?? 'nothing')),
      unknownKey: false,
    },
  ];
}

/** A value may be as long as a file. */
function shortened(text: string): string {
  return text.length <= mostCharacters ? text : `${text.slice(0, mostCharacters)} …`;
}

/** Of the forms a value may have, the one it was meant to be: of the right kind, with something wrong inside. */
function meantBranch(branches: readonly (readonly Issue[])[]): readonly Issue[] | undefined {
  const fits = (issues: readonly Issue[]) =>
    !issues.some(({ code, path }) => code === 'invalid_type' && path.length === 0);
  return branches.find((issues) => issues.every(({ path }) => path.length > 0)) ?? branches.find(fits);
}

function describeValue(issue: Issue, shown: string): string {
  switch (issue.code) {
    case 'invalid_value':
      return `${shown} is not allowed; allowed: ${issue.values.join(', ')}`;
    case 'invalid_type':
      return `${shown} is not ${kindOf(issue.expected)}`;
    case 'invalid_union':
      if (issue.message !== unexplained) return `${shown} is not allowed; ${issue.message}`;
      return `${shown} is not ${kindsOf(issue.errors).join(' or ')}`;
    case 'too_small':
      if (issue.origin === 'array') return `${shown} is empty; expected at least ${issue.minimum}`;
      return issue.origin === 'string'
        ? `${shown} is too short`
        : `${shown} is too small; allowed: ${issue.inclusive ? '≥' : '>'} ${issue.minimum}`;
    case 'too_big':
      return `${shown} is too large; allowed: ${issue.inclusive ? '≤' : '<'} ${issue.maximum}`;
    case 'invalid_format':
      return `${shown} is not allowed; ${issue.message}`;
    default:
      return issue.message;
  }
}

function kindsOf(branches: readonly (readonly Issue[])[]): string[] {
  return branches.flatMap((issues) =>
    issues.flatMap((issue) =>
      issue.code === 'invalid_type'
        ? [kindOf(issue.expected)]
        : issue.code === 'invalid_union'
          ? kindsOf(issue.errors)
          : [],
    ),
  );
}

function kindOf(expected: string): string {
  const kinds: Record<string, string> = {
    int: 'a whole number',
    number: 'a number',
    string: 'a text',
    boolean: 'true or false',
    object: 'a group of fields',
    record: 'a group of fields',
    array: 'a list',
  };
  return kinds[expected] ?? `of type ${expected}`;
}
