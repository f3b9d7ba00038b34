/**
 * Lets one read-only SELECT over the dataset's tables through and nothing else. It works on tokens, so it holds for what a parser
 * cannot read; the databases add their own walls (read-only file, SELECT-only user).
 */
import { allowedFunctions, refusedFunctions, wordsBeforeBrackets } from './allowed-functions.ts';
import { excerpt } from './excerpt.ts';
import { SqlRefusal, type SqlToken } from './tokenize-sql.ts';

const wordsOf = (text: string): string[] => text.split(' ');

const statementWords = new Set(
  wordsOf(
    'ALTER ANALYZE ATTACH BACKUP BEGIN BINLOG CACHE CALL CHANGE CHECK CHECKSUM COMMIT CREATE DEALLOCATE DECLARE DELETE DESC DESCRIBE DETACH DO ' +
      'DROP END EXECUTE EXPLAIN FLUSH GET GRANT HANDLER HELP IMPORT INSERT INSTALL KILL LOAD LOCK MERGE OPTIMIZE PRAGMA PREPARE PURGE REINDEX ' +
      'RELEASE RENAME REPAIR REPLACE RESET RESIGNAL RESTART REVOKE ROLLBACK SAVEPOINT SET SHOW SHUTDOWN SIGNAL START STOP TABLE TRUNCATE ' +
      'UNINSTALL UNLOCK UPDATE USE VACUUM XA',
  ),
);

/** Why a word is looked at. */
const REFUSED = 1;
const REFUSED_UNLESS_CALLED = 2;
const FOR = 3;
const VALUE_OF_SEQUENCE = 4;

/** Words no SELECT over a dataset needs and some of which write, lock, or tell of the present or the session. */
const suspects = new Map<string, number>([
  ...wordsOf(
    'INTO UPDATE DELETE SET OUTFILE DUMPFILE PROCEDURE LOCK SKIP NOWAIT RETURNING ' +
      'CURRENT_DATE CURRENT_TIME CURRENT_TIMESTAMP CURRENT_USER CURRENT_ROLE LOCALTIME LOCALTIMESTAMP UTC_DATE UTC_TIME UTC_TIMESTAMP ' +
      'SQL_CALC_FOUND_ROWS',
  ).map((word): [string, number] => [word, REFUSED]),
  ['INSERT', REFUSED_UNLESS_CALLED],
  ['REPLACE', REFUSED_UNLESS_CALLED],
  ['FOR', FOR],
  ['NEXT', VALUE_OF_SEQUENCE],
  ['PREVIOUS', VALUE_OF_SEQUENCE],
]);

/** Schemas of servers. */
const foreignSchemas = ['INFORMATION_SCHEMA', 'PERFORMANCE_SCHEMA', 'MYSQL', 'SYS'];
/** Tables that SQLite's and MariaDB's own modules give: they are there in every database, and no dataset has them. */
const foreignTables =
  /^(?:(?:SQLITE_|PRAGMA_|SEQ_\d+_TO_)\w*|DBSTAT|BYTECODE|TABLES_USED|CARRAY|COMPLETION|GENERATE_SERIES|JSON_EACH|JSON_TREE|JSONB_EACH|JSONB_TREE|FTS[345]\w*|RTREE\w*|GEOPOLY)$/i;
/** All of them begin with one of these: most names are told by their first letter. */
const foreignStarts = /^[SPDBTCGJFRIM\u0080-\uffff]/i;

/** Deepest nesting of brackets: engines recurse once for each. */
const maxDepth = 200;

const isOperator = (token: SqlToken | undefined, text: string): boolean =>
  token?.kind === 'operator' && token.text === text;

const isWord = (token: SqlToken | undefined, word: string): boolean => token?.kind === 'word' && token.word === word;

/**
 * @param tokens a whole statement
 * @returns the tokens without closing semicolons
 * @throws SqlRefusal `syntax` when it is no statement at all, `not_select` when it is not a single read-only SELECT, `unknown_name`
 *   for functions and tables outside the dataset
 */
export function guardStatement(tokens: readonly SqlToken[]): SqlToken[] {
  let end = tokens.length;
  while (end > 0 && isOperator(tokens[end - 1], ';')) end -= 1;
  const statement = tokens.slice(0, end);
  checkBeginning(statement);
  let depth = 0;
  for (let index = 0; index < end; index += 1) {
    const token = statement[index] as SqlToken;
    if (token.kind === 'operator') {
      if (token.text === '(') depth += 1;
      else if (token.text === ')') depth -= 1;
      else if (token.text === ';') throw new SqlRefusal('not_select', 'only one statement is allowed');
      else if (token.text === '@' || token.text === ':=')
        throw new SqlRefusal('not_select', 'variables are not allowed');
      else if (token.text === '?' || token.text === ':')
        throw new SqlRefusal('syntax', 'places for parameters are not allowed');
      if (depth > maxDepth) throw new SqlRefusal('syntax', `brackets are nested more than ${maxDepth} deep`);
    } else if (token.kind === 'word') checkWord(statement, index, token.word);
    else if (token.kind === 'name') checkName(statement, index, token.value);
    // SQLite takes a string for a name where a table must stand.
    else if (token.kind === 'string' && foreignTables.test(token.value)) throw unknown('table', token.value);
  }
  if (depth !== 0) throw new SqlRefusal('syntax', 'brackets do not match');
  return statement;
}

function checkBeginning(statement: readonly SqlToken[]): void {
  const first = statement.find((token) => !isOperator(token, '('));
  if (!first) throw new SqlRefusal('syntax', 'the statement is empty');
  if (first.kind === 'word' && (first.word === 'SELECT' || first.word === 'WITH' || first.word === 'VALUES')) return;
  const known = first.kind === 'word' && statementWords.has(first.word);
  throw new SqlRefusal(
    known ? 'not_select' : 'syntax',
    known ? `${first.word} is not a SELECT` : `a statement cannot begin with "${excerpt(first.text, 40)}"`,
  );
}

function checkWord(statement: readonly SqlToken[], index: number, word: string): void {
  const next = statement[index + 1];
  const suspicion = suspects.get(word);
  if (suspicion !== undefined && !isOperator(statement[index - 1], '.')) {
    if (suspicion === REFUSED) refuse(word);
    if (suspicion === REFUSED_UNLESS_CALLED && !isOperator(next, '(')) refuse(word);
    if (suspicion === FOR && (isWord(next, 'SHARE') || isWord(next, 'UPDATE'))) refuse('FOR SHARE');
    // NEXT VALUE FOR a sequence writes.
    if (suspicion === VALUE_OF_SEQUENCE && isWord(next, 'VALUE')) refuse(`${word} VALUE`);
  }
  checkName(statement, index, word);
}

function checkName(statement: readonly SqlToken[], index: number, name: string): void {
  const next = statement[index + 1];
  if (next?.kind === 'operator' && next.text === '(') checkCall(statement, index, name);
  if (!foreignStarts.test(name)) return;
  if (foreignTables.test(name)) throw unknown('table', name);
  for (const schema of foreignSchemas) {
    if (schema.length === name.length && sameToServer(name, schema) && isOperator(next, '.'))
      throw unknown('schema', name);
  }
}

/** Servers compare names without accents, so a letter outside ASCII may stand for any; a name of such letters alone is another. */
function sameToServer(name: string, schema: string): boolean {
  const upper = name.toUpperCase();
  let same = 0;
  for (let at = 0; at < schema.length; at += 1) {
    if (upper.charCodeAt(at) === schema.charCodeAt(at)) same += 1;
    else if (name.charCodeAt(at) < 128) return false;
  }
  return same > 0;
}

/** A name before an opening bracket is a function's, unless the language or a WITH says otherwise. */
function checkCall(statement: readonly SqlToken[], index: number, name: string): void {
  const token = statement[index];
  const before = statement[index - 1];
  const upper = token?.kind === 'word' ? token.word : name.toUpperCase();
  const qualified = isOperator(before, '.');
  if (!qualified && (allowedFunctions.has(upper) || (token?.kind === 'word' && wordsBeforeBrackets.has(upper)))) return;
  if (refusedFunctions.has(upper) || upper.startsWith('PRAGMA_')) refuse(name);
  // CAST(x AS type(…)).
  if (isWord(before, 'AS') || namesColumns(statement, index + 1)) return;
  throw unknown('function', name);
}

/** Whether the brackets opening at `open` are followed by AS, as the columns of a WITH are. */
function namesColumns(statement: readonly SqlToken[], open: number): boolean {
  for (let at = open, depth = 0; at < statement.length; at += 1) {
    const token = statement[at];
    if (token?.kind !== 'operator') continue;
    if (token.text === '(') depth += 1;
    else if (token.text === ')' && --depth === 0) return isWord(statement[at + 1], 'AS') && follows(statement, at + 2);
  }
  return false;
}

/** After the AS of a WITH comes the bracketed query. */
const follows = (statement: readonly SqlToken[], at: number): boolean =>
  isOperator(statement[at], '(') || isWord(statement[at], 'MATERIALIZED') || isWord(statement[at], 'NOT');

const unknown = (what: string, name: string): SqlRefusal =>
  new SqlRefusal('unknown_name', `no such ${what}: ${excerpt(name, 64)}`);

function refuse(what: string): never {
  throw new SqlRefusal('not_select', `${excerpt(what, 64)} is not allowed in a read-only query`);
}
