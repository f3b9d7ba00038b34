/** What MLflow's clients ask here and are told: the part of its REST API 2.0 that reads experiments, runs and metrics. */
import { z } from 'zod';

/** Numbers come as numbers, or as text in a query. */
const pageSize = (most: number, usual: number) => z.coerce.number().int().min(1).max(most).default(usual);
const pageToken = z.string().default('');
const list = (value: unknown) => (typeof value === 'string' ? [value] : value);
const texts = z.preprocess(list, z.array(z.string()).max(1000).default([]));
const viewType = z.enum(['ACTIVE_ONLY', 'DELETED_ONLY', 'ALL']).default('ACTIVE_ONLY');

export const SearchExperiments = z.object({
  filter: z.string().default(''),
  order_by: texts,
  max_results: pageSize(1000, 1000),
  page_token: pageToken,
  view_type: viewType,
});
export const GetExperiment = z.object({ experiment_id: z.string().min(1) });
export const GetExperimentByName = z.object({ experiment_name: z.string().min(1) });
export const SearchRuns = z.object({
  experiment_ids: texts,
  filter: z.string().default(''),
  run_view_type: viewType,
  order_by: texts,
  max_results: pageSize(50_000, 1000),
  page_token: pageToken,
});
export const GetRun = z.object({ run_id: z.string().min(1) });
export const GetHistory = z.object({
  run_id: z.string().min(1),
  metric_key: z.string().min(1),
  max_results: pageSize(25_000, 25_000),
  page_token: pageToken,
});

/** Times are in milliseconds since 1970. */
export interface MlflowExperiment {
  experiment_id: string;
  name: string;
  artifact_location: string;
  lifecycle_stage: 'active';
  creation_time: number;
  last_update_time: number;
  tags: MlflowEntry[];
}
export interface MlflowEntry {
  key: string;
  value: string;
}
export interface MlflowMetric {
  key: string;
  value: number;
  timestamp: number;
  step: number;
}
export interface MlflowRun {
  info: {
    run_id: string;
    run_uuid: string;
    run_name: string;
    experiment_id: string;
    user_id: string;
    status: string;
    start_time: number;
    end_time?: number;
    artifact_uri: string;
    lifecycle_stage: 'active';
  };
  data: { metrics: MlflowMetric[]; params: MlflowEntry[]; tags: MlflowEntry[] };
}
