/** Which requests come from pages of this console, and which from this machine. */

/** Whether a Host header (name, with a port or without) names this machine. */
export function isLocalHost(host: string): boolean {
  return /^(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?$/i.test(host);
}

/**
 * Whether a browser sends this request for a page of the console itself. Programs send neither header; what is no browser
 * cannot be made to send cookies by another site.
 */
export function comesFromHere(headers: Headers, publicUrl: URL | null): boolean {
  const site = headers.get('sec-fetch-site');
  if (site !== null && site !== 'same-origin') return false;
  const origin = headers.get('origin');
  if (origin === null) return true;
  if (origin === publicUrl?.origin) return true;
  return URL.canParse(origin) && new URL(origin).host === headers.get('host');
}
