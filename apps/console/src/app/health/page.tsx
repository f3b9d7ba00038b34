/** Health of the platform. */
import type { Metadata } from 'next';
import { HealthPage } from '#features/health/health-page.tsx';
import { readHealth } from '#features/health/read.ts';

export const metadata: Metadata = { title: 'Health' };

export default async function Health() {
  return <HealthPage first={await readHealth()} />;
}
