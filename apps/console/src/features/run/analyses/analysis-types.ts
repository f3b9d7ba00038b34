/** Analyses as the API gives them. */
import type { Analysis } from '@queryloop/contracts';

type Shown<One> = One extends Analysis
  ? Omit<One, 'createdAt' | 'finishedAt'> & { createdAt: string; finishedAt: string | null }
  : never;
export type ShownAnalysis = Shown<Analysis>;
export type AnalysisOfKind<Kind extends ShownAnalysis['kind']> = Extract<ShownAnalysis, { kind: Kind }>;

export interface AnalysesPage {
  items: ShownAnalysis[];
  total: number;
}
