/** Differences in percentage points. */

/** 3.14 → "+3.1"; the minus is a real one. */
export function signed(points: number): string {
  return `${points > 0 ? '+' : points < 0 ? '−' : '±'}${Math.abs(points).toFixed(1)}`;
}
