/** Jinja templates that see nothing but what they are given: no clock, so that equal inputs give equal text on every day. */
import { Environment, Interpreter, parse, tokenize } from '@huggingface/jinja';
import { UserError } from '@queryloop/contracts';

export type Render = (variables: Readonly<Record<string, unknown>>) => string;

/** What `strftime_now` writes for each code: the day that Llama's own templates name where they are given no clock. */
const day: Readonly<Record<string, string>> = {
  ...{ Y: '2024', y: '24', m: '07', B: 'July', b: 'Jul', d: '26', j: '208' },
  ...{ A: 'Friday', a: 'Fri', H: '00', I: '12', M: '00', S: '00', p: 'AM' },
};

const globals: Readonly<Record<string, unknown>> = {
  ...{ true: true, false: false, none: null, True: true, False: false, None: null },
  range: (start: number, stop?: number, step = 1): number[] => {
    const [from, to] = stop === undefined ? [0, start] : [start, stop];
    return Array.from({ length: Math.max(0, Math.ceil((to - from) / step)) }, (_, i) => from + i * step);
  },
  raise_exception: (message: string): never => {
    throw new Error(message);
  },
  strftime_now: (format: string): string => format.replace(/%-?([A-Za-z])/g, (code, name: string) => day[name] ?? code),
};

/**
 * Reads a template with the settings of transformers (`trim_blocks`, `lstrip_blocks`). Throws UserError naming `name` and `field`
 * for one that is no Jinja; so does what is returned, when the template refuses or cannot use what it is given.
 */
export function compileJinja(source: string, { name, field }: { name: string; field: string }): Render {
  const failed = (error: unknown) => new UserError({ message: `${name}: ${(error as Error).message}`, field });
  const program = attempt(() => parse(tokenize(source, { lstrip_blocks: true, trim_blocks: true })), failed);
  return (variables) =>
    attempt(() => {
      const environment = new Environment();
      for (const [key, value] of Object.entries({ ...globals, ...variables })) environment.set(key, value);
      return String(new Interpreter(environment).run(program).value);
    }, failed);
}

function attempt<T>(work: () => T, failed: (error: unknown) => UserError): T {
  try {
    return work();
  } catch (error) {
    throw failed(error);
  }
}
