/** What each session of the queries' user is set to: MySQL's plain reading of SQL, the limits, and nothing that a server's settings could change. */
import type { ExecutorLimits } from './contract.ts';

type Ask = (sql: string) => Promise<unknown[][]>;

/** A fixed present (2000-01-01 UTC): times of day are completed with the date, though no query may ask for it. */
const presentSeconds = 946_684_800;

/** What servers may refuse to an ordinary user, and what results depend on in corners only. */
const dispensable = new Set([
  'timestamp',
  'lc_time_names',
  'time_zone',
  'div_precision_increment',
  'default_week_format',
]);

/** Left out where a fresh session has them so already: each costs the server time with every statement. */
const usualAnyway = ['sql_mode', 'time_zone', 'lc_time_names', 'default_week_format', 'div_precision_increment'];
/** MariaDB's reset goes back to the handshake's character set, MySQL's to the server's. */
const usualInMariadb = ['character_set_client', 'character_set_results', 'collation_connection'];

export interface SessionSettings {
  /** Stands before the text of each statement. */
  before: string;
  /** The statement that follows each reset; null where statements carry their settings themselves. */
  after: string | null;
}

/**
 * The settings, tried out. Servers differ in which variables they have. MariaDB takes them with the statement they are for
 * (SET STATEMENT … FOR), which spares it one command of two, unless one of them must be there before the statement is read.
 * @throws the driver's error when the server refuses what it must not refuse
 */
export async function sessionSettings(ask: Ask, limits: ExecutorLimits): Promise<SessionSettings> {
  const { timeoutMs, maxRows, maxBytes, maxMemoryMb } = limits;
  const memory = Math.round(maxMemoryMb * 1024 * 1024);
  const [[collation] = []] = await ask('SELECT @@collation_database');
  const wanted: [string, string][] = [
    // The default reading: "x" is a string, || is OR, loose GROUP BY.
    ['sql_mode', "''"],
    ['max_statement_time', String(timeoutMs / 1000)],
    ['max_execution_time', String(Math.max(1, Math.round(timeoutMs)))],
    ['sql_select_limit', String(maxRows + 1)],
    ['group_concat_max_len', String(Math.max(1024, maxBytes))],
    // The time limit ends recursion; the server's own limit would cut it silently.
    ['max_recursive_iterations', '4294967295'],
    ['cte_max_recursion_depth', '4294967295'],
    ['max_session_mem_used', String(memory)],
    ['tmp_disk_table_size', String(memory)],
    ['max_tmp_session_space_usage', String(memory)],
    ['tx_read_only', '1'],
    ['transaction_read_only', '1'],
    ['character_set_client', 'utf8mb4'],
    ['character_set_results', 'utf8mb4'],
    ['collation_connection', /^\w+$/.test(String(collation)) ? String(collation) : 'utf8mb4_general_ci'],
    ['timestamp', String(presentSeconds)],
    ['time_zone', "'+00:00'"],
    ['lc_time_names', "'en_US'"],
    ['default_week_format', '0'],
    ['div_precision_increment', '4'],
  ];
  const names = wanted.map(([name]) => `'${name}'`).join(', ');
  const fresh = await ask(`SHOW SESSION VARIABLES WHERE Variable_name IN (${names})`);
  const known = new Map(fresh.map(([name, value]) => [String(name), String(value)]));
  // One variable under two names.
  if (known.has('transaction_read_only')) known.delete('tx_read_only');
  const isMariadb = known.has('max_statement_time');
  const usual = new Set([...usualAnyway, ...(isMariadb ? usualInMariadb : [])]);
  const settings: string[] = [];
  for (const [name, value] of wanted) {
    if (!known.has(name) || (usual.has(name) && known.get(name) === value.replaceAll("'", ''))) continue;
    const setting = `${name} = ${value}`;
    try {
      await ask(`SET SESSION ${setting}`);
      settings.push(setting);
    } catch (error) {
      if (!dispensable.has(name)) throw error;
    }
  }
  const all = settings.join(', ');
  // The server refuses character sets here; the mode it would take, though the statement is read by then.
  if (isMariadb && !all.includes('sql_mode')) {
    const before = `SET STATEMENT ${all} FOR `;
    if (
      await ask(`${before}SELECT 1`).then(
        () => true,
        () => false,
      )
    )
      return { before, after: null };
  }
  const after = `SET SESSION ${all}`;
  await ask(after);
  return { before: '', after };
}
