/**
 * Takes the query out of what a language model wrote. Reasoning is dropped, then the query is looked for in answer tags, in fenced
 * blocks and in plain text, in that order; of several statements the first counts. docs/prompts.md says it with examples.
 */

const closedThoughts = /^[\s\S]*<\/(?:think|thinking|thought|thoughts|reasoning)>/i;
const openThoughts = /<(?:think|thinking|thought|thoughts|reasoning)>[\s\S]*$/i;
const answerTags = [
  { open: /<answer>/gi, close: /<\/answer>/i },
  { open: /<sql>/gi, close: /<\/sql>/i },
  { open: /\[SQL\]/gi, close: /\[\/SQL\]/i },
];
const sqlLanguages = new Set(['sql', 'mysql', 'mariadb', 'sqlite', 'postgres', 'postgresql', 'tsql']);

/** How a statement begins: comments, brackets, and SELECT, WITH or VALUES; or one that reads nothing and will be refused. */
const comments = String.raw`(?:--[^\n]*\n\s*|/\*[\s\S]*?\*/\s*){0,8}`;
const statement =
  String.raw`${comments}(?:\(\s*)*(?:SELECT\b|WITH\s+(?:RECURSIVE\s+)?[\w\`"]+\s*(?:\([^()]*\)\s*)?AS\s*\(|VALUES\s*(?:\(|ROW\b)|` +
  String.raw`INSERT\s+INTO|UPDATE\s+\S+\s+SET|DELETE\s+FROM|(?:DROP|ALTER|CREATE|TRUNCATE)\s+(?:TABLE|VIEW|INDEX|DATABASE)|PRAGMA\s+\w)`;
const atBeginning = new RegExp(`^\\s*${statement}`, 'i');
const isStatement = (text: string): boolean => atBeginning.test(text);
/** At the beginning of a line, or behind a colon, a tag or a backtick. */
const inText = new RegExp(`(^|[\\n:>\`])[ \\t]*(?=${statement})`, 'gi');

/** The query, trimmed and without its semicolon; empty when the text has none. What is returned always stands in the text as it is. */
export function extractSql(written: string): string {
  const answer = inTags(written.replace(closedThoughts, '').replace(openThoughts, ''));
  const block = inFence(answer);
  return block === null ? statementIn(answer) : firstStatement(withoutLabel(block));
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
 * The last fenced block that says it is SQL, or has no language and begins like a query; a closed one before one that the end of the
 * text cut off. Null where there is none.
 */
function inFence(text: string): string | null {
  const fences = fencesOf(text).filter(
    ({ language, body }) => sqlLanguages.has(language) || (language === '' && isStatement(withoutLabel(body))),
  );
  return (fences.findLast(({ closed }) => closed) ?? fences.at(-1))?.body ?? null;
}

function fencesOf(text: string): Fence[] {
  const fences: Fence[] = [];
  let open: { mark: string; language: string; from: number } | undefined;
  let at = 0;
  for (const line of text.split('\n')) {
    if (open === undefined) open = fenceAt(line, at);
    else {
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

/** The fence that a line opens; a query may begin on the same line. */
function fenceAt(line: string, at: number): { mark: string; language: string; from: number } | undefined {
  const [opening, mark, language = ''] = /^[ \t]*(`{3,}|~{3,})[ \t]*([\w+-]*)/.exec(line) ?? [];
  if (opening === undefined || mark === undefined || line.slice(opening.length).includes(mark)) return undefined;
  if (isStatement(line.slice(opening.length - language.length)))
    return { mark, language: '', from: at + opening.length - language.length };
  const from = at + (isStatement(line.slice(opening.length)) ? opening.length : line.length + 1);
  return { mark, language: language.toLowerCase(), from };
}

/** "SQL:", "Answer:", "MySQL query:" and the like, at the beginning. */
const label =
  /^\s*(?:(?:the |my |final )*(?:my)?sql(?:ite)?(?: (?:query|statement|code))?|(?:final )?(?:query|answer|output))\s*:[ \t]*/i;

function withoutLabel(text: string): string {
  return text.replace(label, '');
}

/** The statement in plain text: where one begins, else from a SELECT in capitals within a line. */
function statementIn(text: string): string {
  const bare = withoutLabel(text);
  for (const { 0: lead, 1: sign, index } of bare.matchAll(inText)) {
    const rest = bare.slice(index + lead.length);
    // mostly the first word of a sentence
    if (rest.startsWith('Select')) continue;
    return firstStatement(sign === '`' ? inBackticks(rest) : rest);
  }
  const capitals = /\bSELECT\s/.exec(bare);
  if (capitals !== null) return firstStatement(bare.slice(capitals.index));
  return isStatement(bare) ? firstStatement(bare) : '';
}

/** Code in a line of text ends with its last backtick, when they are odd in number: others quote names. */
function inBackticks(text: string): string {
  const [line = ''] = text.split('\n', 1);
  const marks = line.split('`').length - 1;
  return marks % 2 === 1 ? line.slice(0, line.lastIndexOf('`')) : text;
}

/** Quoted texts and names, comments, brackets, and what may end a statement. */
const pieces =
  /'(?:[^'\\]|''|\\[\s\S])*'|"(?:[^"\\]|""|\\[\s\S])*"|`[^`\n]+`|--[^\n]*|\/\*[\s\S]*?\*\/|;|\(|\)|`{3}|\n[ \t]*\n\s*|\n/g;
/** Lines that no longer belong to the statement. */
const otherLine =
  /^[ \t]*(?:#{1,6}\s|(?:question|explanation|answer|note|output|result|sql)\s*:|<\/?\w+>|\[\/SQL\]|`{3}|~{3})/i;
/** What a paragraph of the same statement begins with. */
const goesOn =
  /^(?:(?:FROM|WHERE|GROUP|ORDER|HAVING|LIMIT|OFFSET|UNION|INTERSECT|EXCEPT|JOIN|INNER|LEFT|RIGHT|CROSS|NATURAL|ON|USING|AND|OR|WINDOW|WHEN|ELSE|END|THEN)\b|[),(])/;

/** Up to a semicolon, a fence, another paragraph or a line that is something else; at the latest to the end. */
function firstStatement(text: string): string {
  const body = text.trimStart();
  let depth = 0;
  for (const { 0: piece, index } of body.matchAll(pieces)) {
    const before = body.slice(0, index).trimEnd();
    if (piece === '(') depth += 1;
    else if (piece === ')') depth -= 1;
    else if (piece === ';' || piece === '```') return before;
    else if (piece.startsWith('\n')) {
      const rest = body.slice(index + piece.length);
      if (otherLine.test(rest) || (piece !== '\n' && depth <= 0 && !continues(before, rest))) return before;
    }
  }
  // the full stop of a sentence
  return body.trimEnd().replace(/(?<=[\w)"'`])(?<!\d)\.$/, '');
}

/** Whether a paragraph goes on with the statement before it. */
function continues(before: string, rest: string): boolean {
  if (goesOn.test(rest) || rest === '') return true;
  if (/^(?:--|\/\*)/.test(before) && !isStatement(before)) return true;
  if (!/^SELECT\b/i.test(rest)) return false;
  // the query of a WITH, or the next one of a UNION
  const joined = /\b(?:UNION|ALL|INTERSECT|EXCEPT|DISTINCT)$/i.test(before);
  return joined || (/^WITH\b/i.test(before) && !/\)\s*SELECT\b/i.test(before));
}
