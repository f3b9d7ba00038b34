/** Runs beside one another. The address says which: ?runs=a,b. */
import type { Metadata } from 'next';
import { ComparePage } from '#features/compare/compare-page.tsx';

export const metadata: Metadata = { title: 'Compare' };

export default function Compare() {
  return <ComparePage />;
}
