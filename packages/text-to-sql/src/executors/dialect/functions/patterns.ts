/** Regular expressions of MariaDB (PCRE) as JavaScript's: upper and lower case are the same, as the collation says. */

const classes: Record<string, string> = {
  alpha: '\\p{L}',
  digit: '\\d',
  alnum: '\\p{L}\\d',
  upper: '\\p{Lu}',
  lower: '\\p{Ll}',
  space: '\\s',
  blank: ' \\t',
  punct: '!-\\/:-@\\[-`{-~',
  xdigit: '0-9a-fA-F',
  word: '\\p{L}\\d_',
};

const known = new Map<string, RegExp>();
const mostKnown = 500;

/** @throws Error for a pattern that cannot be read */
export function patternOf(pattern: string): RegExp {
  let compiled = known.get(pattern);
  if (!compiled) {
    const source = pattern
      .replace(/\[:(\w+):\]/g, (all, name: string) => classes[name] ?? all)
      .replace(/\[\[:[<>]:\]\]/g, '\\b')
      .replace(/^\(\?i\)/, '');
    compiled = compile(source);
    if (known.size >= mostKnown) known.clear();
    known.set(pattern, compiled);
  }
  return compiled;
}

/** Unicode mode refuses escapes of signs that need none. */
function compile(source: string): RegExp {
  try {
    return new RegExp(source, 'iu');
  } catch {
    return new RegExp(source, 'i');
  }
}
