'use client';
/** The settings of the sides; what is the same is hidden until asked for. */
import { Panel } from '#ui/panel.tsx';
import { useCompareState } from './compare-state.ts';
import type { Setting, Side } from './schemas.ts';

export function SettingsPanel({ sides, settings }: { sides: readonly Side[]; settings: readonly Setting[] }) {
  const { same, set } = useCompareState();
  const shown = settings.filter(({ differs }) => same || differs);
  const hidden = settings.filter(({ differs }) => !differs).length;
  return (
    <Panel
      title="Settings"
      note="Those that differ from their defaults or between sides."
      flush
      actions={
        <label className="flex items-center gap-1.5 text-sm">
          <input
            type="checkbox"
            className="accent-accent"
            checked={same}
            onChange={({ target }) => void set({ same: target.checked || null })}
          />
          Also the {hidden} that are the same
        </label>
      }
    >
      {shown.length === 0 ? (
        <p className="px-4 pb-4 text-sm text-ink-soft">The sides have the same settings.</p>
      ) : (
        <table className="w-full text-sm">
          <thead className="text-left text-xs text-ink-faint">
            <tr className="border-b border-line [&>th]:px-4 [&>th]:py-2 [&>th]:font-medium">
              <th scope="col">Setting</th>
              {sides.map(({ label, runs }) => (
                <th key={runs[0]?.id} scope="col" className="max-w-60 break-words">
                  {label}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {shown.map(({ field, values, differs }) => (
              <tr
                key={field}
                className="border-b border-line last:border-0 [&>td]:px-4 [&>td]:py-1.5 [&>th]:px-4 [&>th]:py-1.5"
              >
                <th scope="row" className="text-left font-mono text-xs font-normal">
                  {field}
                </th>
                {values.map((value, i) => (
                  <td key={sides[i]?.runs[0]?.id} className={`font-mono text-xs ${differs ? '' : 'text-ink-faint'}`}>
                    {value ?? 'none'}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Panel>
  );
}
