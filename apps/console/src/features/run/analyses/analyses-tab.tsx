'use client';
/** Questions asked of a stored run afterwards. */
import { AuditPanel } from './audit-panel.tsx';
import { ReplayPanel } from './replay-panel.tsx';
import { RescorePanel } from './rescore-panel.tsx';

export function AnalysesTab() {
  return (
    <div className="flex flex-col gap-4">
      <AuditPanel />
      <RescorePanel />
      <ReplayPanel />
    </div>
  );
}
