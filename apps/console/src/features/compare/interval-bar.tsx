/** A difference with its interval, on a line whose middle is no difference. */

interface IntervalBarProps {
  /** Percentage points. */
  points: number;
  low: number;
  high: number;
  /** Where the line ends, on both sides. */
  reach: number;
}

export function IntervalBar({ points, low, high, reach }: IntervalBarProps) {
  const at = (value: number): number => 50 + (50 * value) / (reach * 1.05);
  const color = low > 0 ? 'var(--good)' : high < 0 ? 'var(--bad)' : 'var(--ink-faint)';
  return (
    <div className="flex items-center gap-3">
      <svg aria-hidden viewBox="0 0 100 12" preserveAspectRatio="none" className="h-3 w-40 shrink-0">
        <line x1="0" x2="100" y1="6" y2="6" stroke="var(--line)" vectorEffect="non-scaling-stroke" />
        <line x1="50" x2="50" y1="0" y2="12" stroke="var(--line-strong)" vectorEffect="non-scaling-stroke" />
        <rect
          x={at(low)}
          width={Math.max(0.5, at(high) - at(low))}
          y="3.5"
          height="5"
          rx="1"
          fill={color}
          opacity="0.35"
        />
        <rect x={at(points) - 0.6} width="1.2" y="1" height="10" fill={color} />
      </svg>
      <span className="tabular whitespace-nowrap">
        {signed(points)}{' '}
        <span className="text-ink-faint">
          [{signed(low)}, {signed(high)}]
        </span>
      </span>
    </div>
  );
}

function signed(value: number): string {
  return `${value > 0 ? '+' : value < 0 ? '−' : ''}${Math.abs(value).toFixed(1)}`;
}
