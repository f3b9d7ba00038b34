/** Pages of what MLflow's clients search: a token says where the next one begins. */
import { MlflowProblem } from './errors.ts';

const prefix = 'from:';

/** @throws MlflowProblem for a token that was not given here */
export function pageOf<Item>(
  items: readonly Item[],
  size: number,
  token: string,
): { items: Item[]; next_page_token?: string } {
  const from = token === '' ? 0 : placeOf(token);
  const end = from + size;
  return {
    items: items.slice(from, end),
    ...(end < items.length && { next_page_token: Buffer.from(`${prefix}${end}`).toString('base64url') }),
  };
}

function placeOf(token: string): number {
  const text = Buffer.from(token, 'base64url').toString();
  const place = text.startsWith(prefix) ? Number(text.slice(prefix.length)) : Number.NaN;
  if (!Number.isSafeInteger(place) || place < 0)
    throw new MlflowProblem('INVALID_PARAMETER_VALUE', 'page_token was not given by this server');
  return place;
}
