/** Hands what MLflow's clients ask to the part of the console that answers them. */
import { handle } from 'hono/vercel';
import { mlflowApi } from '#features/mlflow/api.ts';

export const dynamic = 'force-dynamic';

const answer = handle(mlflowApi());

export { answer as DELETE, answer as GET, answer as PATCH, answer as POST, answer as PUT };
