/** Hands everything under /api/v1 to the API. */
import { handle } from 'hono/vercel';
import { createApi } from '#api/app.ts';

export const dynamic = 'force-dynamic';

const answer = handle(createApi());

export { answer as DELETE, answer as GET, answer as PATCH, answer as POST, answer as PUT };
