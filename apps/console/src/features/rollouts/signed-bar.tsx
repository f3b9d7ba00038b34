/** A number as a bar to the right or to the left of zero, with the number beside it. */
import { number } from '#ui/format.ts';
import { join } from '#ui/join.ts';

interface SignedBarProps {
  label: string;
  value: number | null;
  /** What a whole half of the bar stands for. */
  largest: number;
  title?: string;
}

export function SignedBar({ label, value, largest, title }: SignedBarProps) {
  const share = value === null || largest === 0 ? 0 : Math.min(1, Math.abs(value) / largest) * 50;
  const negative = (value ?? 0) < 0;
  return (
    <div className="flex items-center gap-2 text-xs" title={title}>
      <span className="w-16 text-ink-soft">{label}</span>
      <span aria-hidden className="relative h-2 min-w-16 flex-1 rounded-sm bg-sunken">
        <span className="absolute inset-y-0 left-1/2 w-px bg-line-strong" />
        <span
          className={join('absolute inset-y-0 rounded-sm', negative ? 'bg-bad' : 'bg-good')}
          style={negative ? { right: '50%', width: `${share}%` } : { left: '50%', width: `${share}%` }}
        />
      </span>
      <span className="tabular w-16 text-right">{value === null ? 'none' : signed(value)}</span>
    </div>
  );
}

function signed(value: number): string {
  return `${value > 0 ? '+' : ''}${number(Number(value.toFixed(3)))}`.replace('-', '−');
}
