/** A config as written: its values, and for each field the place (file and line, or option) it was written at. */
import { readFileSync } from 'node:fs';
import { type Document, isMap, isNode, isScalar, LineCounter, parse, parseDocument } from 'yaml';
import { UserError } from '../user-error.ts';
import { ConfigError } from './config-error.ts';

export class ConfigSource {
  /** Plain values, unchecked. */
  readonly values: Record<string, unknown>;
  readonly #file: string;
  readonly #document: Document;
  readonly #lines: LineCounter;
  readonly #options = new Map<string, string>();

  /** Reads a YAML file, or `text` under its name; throws UserError when it is missing, unreadable or not a YAML map. */
  constructor(file: string, text = readText(file)) {
    this.#file = file;
    this.#lines = new LineCounter();
    this.#document = parseDocument(text, { lineCounter: this.#lines, prettyErrors: false });
    const broken = this.#document.errors[0];
    if (broken !== undefined) {
      const { line, col: column } = this.#lines.linePos(broken.pos[0]);
      const message = `not valid YAML: ${broken.message}`;
      throw new ConfigError({ message: `${this.#place(broken.pos[0])}: ${message}`, field: file }, [
        { path: '', message, line, column },
      ]);
    }
    const values = this.#plainValues();
    if (typeof values !== 'object' || values === null || Array.isArray(values)) {
      const message = `expected fields such as "seed: 1", found ${JSON.stringify(values)}`;
      throw new ConfigError({ message: `${file}: ${message}`, field: file }, [{ path: '', message }]);
    }
    this.values = values as Record<string, unknown>;
  }

  /** Sets a field by its dotted path from an option; `text` is read as a YAML value; "null" leaves the field out. */
  set(path: string, text: string, option: string): void {
    let value: unknown = text;
    try {
      value = parse(text) as unknown;
    } catch {
      // No YAML: a text with signs of its own.
    }
    this.assign(path, text.trim() === 'null' ? undefined : value, option);
  }

  /** Sets a field by its dotted path; `place` is what messages about it name. */
  assign(path: string, value: unknown, place: string): void {
    const keys = path.split('.');
    const last = keys.pop() as string;
    let at = this.values;
    // A key is a field of its own, also one that every object inherits, such as "__proto__": the check finds it unknown.
    const put = (group: object, key: string, field: unknown): void => {
      Object.defineProperty(group, key, { value: field, writable: true, enumerable: true, configurable: true });
    };
    for (const key of keys) {
      const inner = Object.hasOwn(at, key) ? at[key] : undefined;
      const group = typeof inner === 'object' && inner !== null ? (inner as Record<string, unknown>) : {};
      if (group !== inner) put(at, key, group);
      at = group;
    }
    put(at, last, value);
    this.#options.set(path, place);
  }

  /** The value at a path, undefined when nothing is there. */
  valueAt(path: PropertyKey[]): unknown {
    return path.reduce<unknown>(
      (at, key) => (at as Record<PropertyKey, unknown> | null | undefined)?.[key],
      this.values,
    );
  }

  /** "file:line" of a field (of its nearest written parent when it has no line itself), or the option that set it. */
  placeOf(path: PropertyKey[]): string {
    const option = this.#optionAt(path);
    if (option !== undefined) return option;
    const offset = this.#nearestOffset(path);
    return offset === undefined ? this.#file : this.#place(offset);
  }

  /** Line and column of a field, or of its nearest written parent; empty when an option set it, or nothing of it is written. */
  positionOf(path: PropertyKey[]): { line?: number; column?: number } {
    if (this.#optionAt(path) !== undefined) return {};
    const offset = this.#nearestOffset(path);
    if (offset === undefined) return {};
    const { line, col: column } = this.#lines.linePos(offset);
    return { line, column };
  }

  #optionAt(path: PropertyKey[]): string | undefined {
    const dotted = path.join('.');
    for (const [set, option] of this.#options) {
      if (dotted === set || dotted.startsWith(`${set}.`) || set.startsWith(`${dotted}.`)) return option;
    }
    return undefined;
  }

  #nearestOffset(path: PropertyKey[]): number | undefined {
    for (let length = path.length; length > 0; length--) {
      const offset = this.#keyOffset(path.slice(0, length));
      if (offset !== undefined) return offset;
    }
    return undefined;
  }

  /** The document as plain values; aliases that would grow without bounds are a mistake. */
  #plainValues(): unknown {
    try {
      return this.#document.toJS() ?? {};
    } catch (error) {
      const message = `not valid YAML: ${(error as Error).message}`;
      throw new ConfigError({ message: `${this.#file}: ${message}`, field: this.#file }, [{ path: '', message }]);
    }
  }

  #keyOffset(path: PropertyKey[]): number | undefined {
    const parent = path.length === 1 ? this.#document.contents : this.#document.getIn(path.slice(0, -1), true);
    if (!isMap(parent)) return undefined;
    const pair = parent.items.find(({ key }) => isScalar(key) && key.value === path.at(-1));
    return isNode(pair?.key) ? pair.key.range?.[0] : undefined;
  }

  #place(offset: number): string {
    return `${this.#file}:${this.#lines.linePos(offset).line}`;
  }
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const why = code === 'ENOENT' ? 'no such file' : code === 'EISDIR' ? 'is a folder' : `cannot be read (${code})`;
    throw new UserError({
      message: `config ${file}: ${why}`,
      field: file,
      hint: 'Give the path of a YAML file such as experiments/quickstart.yaml.',
    });
  }
}
