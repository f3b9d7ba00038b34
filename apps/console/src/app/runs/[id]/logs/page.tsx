/** Logs that concern a run. */
import { LogsTab } from '#features/run/logs/logs-tab.tsx';
import { readLogs } from '#features/run/read-logs.ts';
import { runOfPage } from '#features/run/read-page.ts';
import { folders } from '#server/folders.ts';

export default async function RunLogsPage({ params }: { params: Promise<{ id: string }> }) {
  const { store, run } = await runOfPage(params);
  return <LogsTab initial={await readLogs(store, run, folders().logs, { scope: 'run', level: 'info', limit: 500 })} />;
}
