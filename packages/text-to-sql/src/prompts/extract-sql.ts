/**
 * Takes the query out of what a language model wrote. Reasoning is dropped, then the query is looked for in answer tags, in fenced
 * blocks and in plain text, in that order; of several statements the first counts. docs/prompts.md says it with examples.
 */
import { withoutThoughts } from './thoughts.ts';

const answerTags = [
  { open: /<(?:final_)?answer>/gi, close: /<\/(?:final_)?answer>/i },
  { open: /<sql>/gi, close: /<\/sql>/i },
  { open: /\[SQL\]/gi, close: /\[\/SQL\]/i },
];
const sqlLanguages = new Set(['sql', 'mysql', 'mariadb', 'sqlite', 'postgres', 'postgresql', 'tsql']);

/** How a statement begins: comments, brackets, and SELECT, WITH or VALUES; or one that reads nothing and will be refused. */
const comments = String.raw`(?:--[^\n]*\n\s*|/\*[\s\S]*?\*/\s*){0,8}`;
const query = String.raw`SELECT\b|WITH\s+(?:RECURSIVE\s+)?[\w\`"]+\s*(?:\([^()]*\)\s*)?AS\s*\(|VALUES\s*(?:\(|ROW\b)`;
const statement =
  String.raw`${comments}(?:\(\s*)*(?:${query}|` +
  String.raw`INSERT\s+INTO|UPDATE\s+\S+\s+SET|DELETE\s+FROM|(?:DROP|ALTER|CREATE|TRUNCATE)\s+(?:TABLE|VIEW|INDEX|DATABASE)|PRAGMA\s+\w)`;
const atBeginning = new RegExp(`^\\s*${statement}`, 'i');
const isStatement = (text: string): boolean => atBeginning.test(text);
const queryAtBeginning = new RegExp(`^\\s*${comments}(?:\\(\\s*)*(?:${query})`, 'i');
const isQuery = (text: string): boolean => queryAtBeginning.test(text);
const leadingComments = new RegExp(`^\\s*${comments}`);
/** At the beginning of a line, or behind a colon, which may be in bold, a tag or a backtick. */
const inText = new RegExp(`(^|[\\n>\`]|:[*_]{0,2})[ \\t]*(?=${statement})`, 'gi');

/** The query, trimmed and without its semicolon; empty when the text has none. What is returned always stands in the text as it is. */
export function extractSql(written: string): string {
  const answer = inTags(withoutThoughts(written));
  const block = inFence(answer);
  return block === null ? statementIn(answer) : firstStatement(withoutLabel(block.body), block.closed);
}

/** Inside of the last answer tags; one that was not closed reaches to the end, one that was not opened from the beginning. */
function inTags(text: string): string {
  return answerTags.reduce((inside, { open, close }) => {
    const last = [...inside.matchAll(open)].at(-1);
    // the prompt may have opened it
    const rest = last === undefined ? inside : inside.slice(last.index + last[0].length);
    return rest.slice(0, close.exec(rest)?.index ?? rest.length);
  }, text);
}

interface Fence {
  language: string;
  body: string;
  closed: boolean;
}

/**
 * The last fenced block that says it is SQL, or has no language and begins like a query: a closed one before one that the end of the
 * text cut off, and of the closed ones a query before what is none. Null where there is none.
 */
function inFence(text: string): Fence | null {
  const fences = fencesOf(text).filter(
    ({ language, body }) => sqlLanguages.has(language) || (language === '' && isStatement(withoutLabel(body))),
  );
  const closed = fences.filter((fence) => fence.closed);
  return closed.findLast(({ body }) => isQuery(withoutLabel(body))) ?? closed.at(-1) ?? fences.at(-1) ?? null;
}

function fencesOf(text: string): Fence[] {
  const fences: Fence[] = [];
  let open: { mark: string; language: string; from: number } | undefined;
  let at = 0;
  for (const line of text.split('\n')) {
    if (open === undefined) {
      const whole = lineFence(line);
      if (whole !== null) fences.push(whole);
      else open = fenceAt(line, at);
    } else {
      const end = line.lastIndexOf(open.mark);
      if (end >= 0 && line.slice(end).trim() === open.mark) {
        fences.push({ language: open.language, body: text.slice(open.from, at + end), closed: true });
        open = undefined;
      }
    }
    at += line.length + 1;
  }
  if (open !== undefined) fences.push({ language: open.language, body: text.slice(open.from), closed: false });
  return fences;
}

/** A fence that a line opens and closes around a query. */
function lineFence(line: string): Fence | null {
  const [opening, mark] = /^[ \t]*(`{3,}|~{3,})/.exec(line) ?? [];
  const whole = line.trimEnd();
  if (opening === undefined || mark === undefined || !whole.slice(opening.length).endsWith(mark)) return null;
  const inside = whole.slice(opening.length, -mark.length).trim();
  const [language = ''] = /^[\w+-]*/.exec(inside) ?? [];
  const body = sqlLanguages.has(language.toLowerCase()) ? inside.slice(language.length).trim() : inside;
  return isStatement(body) ? { language: '', body, closed: true } : null;
}

/** The fence that a line opens; a query may begin on the same line. */
function fenceAt(line: string, at: number): { mark: string; language: string; from: number } | undefined {
  const [opening, mark, language = ''] = /^[ \t]*(`{3,}|~{3,})[ \t]*([\w+-]*)/.exec(line) ?? [];
  if (opening === undefined || mark === undefined || line.slice(opening.length).includes(mark)) return undefined;
  if (isStatement(line.slice(opening.length - language.length)))
    return { mark, language: '', from: at + opening.length - language.length };
  const from = at + (isStatement(line.slice(opening.length)) ? opening.length : line.length + 1);
  return { mark, language: language.toLowerCase(), from };
}

/** "SQL:", "**Answer:**", "MySQL query:" and the like, at the beginning. */
const label =
  /^\s*[*_]{0,2}(?:(?:the |my |final )*(?:my)?sql(?:ite)?(?: (?:query|statement|code))?|(?:final )?(?:query|answer|output))\s*[*_]{0,2}\s*:[*_]{0,2}[ \t]*/i;

function withoutLabel(text: string): string {
  return text.replace(label, '');
}

/** The statement in plain text: where one begins, else from a SELECT in capitals within a line. */
function statementIn(text: string): string {
  const bare = withoutLabel(text);
  for (const { 0: lead, 1: sign, index } of bare.matchAll(inText)) {
    const rest = bare.slice(index + lead.length);
    if (rest.startsWith('Select') && !isTitled(rest)) continue;
    return firstStatement(sign === '`' ? inBackticks(rest) : rest);
  }
  const capitals = /\bSELECT\s/.exec(bare);
  if (capitals !== null) return firstStatement(bare.slice(capitals.index));
  return isStatement(bare) ? firstStatement(bare) : '';
}

/** Whether text that begins with "Select" is a query in such letters; mostly it is the first word of a sentence. */
function isTitled(text: string): boolean {
  const [paragraph = ''] = text.slice(0, 400).split(/\n[ \t\r]*\n/, 1);
  return /\s(?:From|FROM)\s/.test(paragraph);
}

/** Code in a line of text up to the backtick that ends it: others quote names, and those open behind what cannot end code. */
function inBackticks(text: string): string {
  const [line = ''] = text.split('\n', 1);
  let quoted = false;
  for (const { index } of line.matchAll(/`/g)) {
    if (quoted) quoted = false;
    else if (/[\s(,.=<>+*/-]$/.test(line.slice(0, index))) quoted = true;
    else return line.slice(0, index);
  }
  return text;
}

/** Quoted texts and names, comments, brackets, and what may end a statement. */
const pieces =
  /'(?:[^'\\]|''|\\[\s\S])*'|"(?:[^"\\]|""|\\[\s\S])*"|`[^`\n]+`|--[^\n]*|\/\*[\s\S]*?\*\/|;|\(|\)|`{3}|\n[ \t\r]*\n\s*|\n/g;
/** Lines that no longer belong to the statement. */
const otherLine =
  /^[ \t]*(?:#{1,6}\s|(?:question|explanation|answer|note|output|result|sql)\s*:|<\/?\w+>|\[\/SQL\]|`{3}|~{3}|\*\*\w|-{3,}\s*(?:\n|$))/i;
const clauses =
  'FROM|WHERE|GROUP|ORDER|HAVING|LIMIT|OFFSET|UNION|INTERSECT|EXCEPT|JOIN|INNER|LEFT|RIGHT|CROSS|NATURAL|ON|USING|AND|OR|WINDOW|WHEN|ELSE|END|THEN';
/** What a paragraph of the same statement begins with. */
const goesOn = new RegExp(`^(?:(?:${clauses})\\b|[),(])`);
/** The same, however it is written. */
const goesOnAnyhow = new RegExp(goesOn, 'i');
const inLowerCase = /^\(*(?:select|with|values)\b/;
/** What no statement ends with. */
const unfinished =
  /(?:[,=<>+*/-]|\b(?:SELECT|DISTINCT|FROM|JOIN|ON|WHERE|AND|OR|NOT|IN|AS|BY|HAVING|UNION|ALL|INTERSECT|EXCEPT))$/i;

/**
 * Up to a semicolon, a fence, another paragraph or a line that is something else; at the latest to the end. In a fence that is closed only
 * paragraphs are something else.
 */
function firstStatement(text: string, fenced = false): string {
  const body = text.trimStart();
  let depth = 0;
  for (const { 0: piece, index } of body.matchAll(pieces)) {
    const before = body.slice(0, index).trimEnd();
    if (piece === '(') depth += 1;
    else if (piece === ')') depth -= 1;
    else if (piece === ';' || piece === '```') return before;
    else if (piece.startsWith('\n')) {
      const rest = body.slice(index + piece.length);
      const apart = piece !== '\n';
      if ((apart || !fenced) && otherLine.test(rest)) return before;
      if (apart && depth <= 0 && !continues(before, rest, fenced)) return before;
    }
  }
  // the full stop of a sentence
  return body.trimEnd().replace(/(?<=[\w)"'`])(?<!\d)\.$/, '');
}

/** Whether a paragraph goes on with the statement before it. Sentences that begin with a clause's word are only expected outside fences. */
function continues(before: string, rest: string, fenced: boolean): boolean {
  const next = rest.replace(leadingComments, '');
  const begun = before.replace(leadingComments, '');
  const sameCase = fenced || inLowerCase.test(begun) ? goesOnAnyhow : goesOn;
  if (next === '' || sameCase.test(next)) return true;
  if (begun === '' || /^(?:--|\/\*)/.test(begun) || unfinished.test(withoutLastComment(before))) return true;
  // the query of a WITH
  return /^SELECT\b/i.test(next) && /^WITH\b/i.test(begun) && !/\)\s*SELECT\b/i.test(begun);
}

/** Without the comment that ends its last line. */
function withoutLastComment(text: string): string {
  const line = text.lastIndexOf('\n') + 1;
  return (text.slice(0, line) + text.slice(line).replace(/--.*$/, '')).trimEnd();
}
