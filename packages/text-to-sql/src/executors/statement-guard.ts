/**
 * Lets one read-only SELECT through and nothing else. It works on tokens, so it holds for what a parser cannot read; the
 * databases add their own walls (read-only file, SELECT-only user).
 */
import { SqlRefusal, type SqlToken } from './tokenize-sql.ts';

const statementWords = new Set(
  (
    'ALTER ANALYZE ATTACH BACKUP BEGIN CACHE CALL CHANGE CHECK CHECKSUM COMMIT CREATE DEALLOCATE DELETE DESC DESCRIBE DETACH DO DROP ' +
    'EXECUTE EXPLAIN FLUSH GRANT HANDLER HELP INSERT INSTALL KILL LOAD LOCK OPTIMIZE PRAGMA PREPARE PURGE REINDEX RELEASE RENAME REPAIR ' +
    'REPLACE RESET REVOKE ROLLBACK SAVEPOINT SET SHOW SHUTDOWN START STOP TRUNCATE UNINSTALL UNLOCK UPDATE USE VACUUM XA'
  ).split(' '),
);

/** Words no SELECT over the athletes needs and some of which write, lock or reach outside. */
const refusedWords = new Set([
  'INTO',
  'UPDATE',
  'DELETE',
  'SET',
  'OUTFILE',
  'DUMPFILE',
  'PROCEDURE',
  'LOCK',
  'SKIP',
  'NOWAIT',
]);

/** Words that are functions too: refused only as keywords. */
const refusedUnlessCalled = new Set(['INSERT', 'REPLACE']);

const refusedFunctions = new Set(
  (
    'SLEEP BENCHMARK GET_LOCK RELEASE_LOCK RELEASE_ALL_LOCKS IS_FREE_LOCK IS_USED_LOCK LOAD_FILE MASTER_POS_WAIT MASTER_GTID_WAIT ' +
    'SOURCE_POS_WAIT WAIT_FOR_EXECUTED_GTID_SET WAIT_UNTIL_SQL_THREAD_AFTER_GTIDS LAST_INSERT_ID NEXTVAL SETVAL LASTVAL SYS_EXEC SYS_EVAL ' +
    'LOAD_EXTENSION READFILE WRITEFILE EDIT FTS3_TOKENIZER RAND RANDOM RANDOMBLOB UUID UUID_SHORT SYS_GUID CONNECTION_ID'
  ).split(' '),
);

const isOperator = (token: SqlToken | undefined, text: string): boolean =>
  token?.kind === 'operator' && token.text === text;

/**
 * @param tokens a whole statement
 * @returns the tokens without closing semicolons
 * @throws SqlRefusal `syntax` when it is no statement at all, `not_select` when it is not a single read-only SELECT
 */
export function guardStatement(tokens: readonly SqlToken[]): SqlToken[] {
  let end = tokens.length;
  while (end > 0 && isOperator(tokens[end - 1], ';')) end -= 1;
  const statement = tokens.slice(0, end);
  const first = statement.find((token) => !isOperator(token, '('));
  if (!first) throw new SqlRefusal('syntax', 'the statement is empty');
  if (first.kind !== 'word' || !['SELECT', 'WITH', 'VALUES'].includes(first.word)) {
    const known = first.kind === 'word' && statementWords.has(first.word);
    throw new SqlRefusal(
      known ? 'not_select' : 'syntax',
      known ? `${first.word} is not a SELECT` : `a statement cannot begin with "${first.text.slice(0, 40)}"`,
    );
  }
  for (const [index, token] of statement.entries()) {
    const next = statement[index + 1];
    if (isOperator(token, ';')) throw new SqlRefusal('not_select', 'only one statement is allowed');
    if (isOperator(token, '@') || isOperator(token, ':='))
      throw new SqlRefusal('not_select', 'variables are not allowed');
    const called = isOperator(next, '(');
    if (token.kind === 'name' && called && refusedFunctions.has(token.value.toUpperCase())) refuse(token.value);
    if (token.kind !== 'word' || isOperator(statement[index - 1], '.')) continue;
    if (refusedWords.has(token.word) || (refusedUnlessCalled.has(token.word) && !called)) refuse(token.word);
    if (called && refusedFunctions.has(token.word)) refuse(token.word);
    if (token.word.startsWith('PRAGMA_')) refuse(token.word);
    // NEXT VALUE FOR a sequence writes.
    if (token.word === 'NEXT' && next?.kind === 'word' && next.word === 'VALUE') refuse('NEXT VALUE');
  }
  return statement;
}

function refuse(what: string): never {
  throw new SqlRefusal('not_select', `${what} is not allowed in a read-only query`);
}
