/** Headers that every answer has: what a page may load and do, and who may show it. */

/**
 * The element that sonner puts its styles in (which has no nonce), before and after they are in it. The styles themselves
 * change with its version; headers.test.ts says when.
 */
const stylesOfSonner = ['47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=', 'StEaX+se6YS7pqjzrzMIA0KaX9zF/8zAhvQXZAe5epY='];

/** Scripts and styles come from the console itself, or carry the nonce of this answer. */
export function contentSecurityPolicy(nonce: string, { development = false, secure = false } = {}): string {
  const directives: Record<string, string[]> = {
    'default-src': ["'self'"],
    // In development React makes functions of text, to show where errors come from.
    'script-src': ["'self'", `'nonce-${nonce}'`, "'strict-dynamic'", ...(development ? ["'unsafe-eval'"] : [])],
    'script-src-attr': ["'none'"],
    'style-src': development
      ? ["'self'", "'unsafe-inline'"]
      : ["'self'", `'nonce-${nonce}'`, ...stylesOfSonner.map((hash) => `'sha256-${hash}'`)],
    // Positions and widths that are computed; an attribute styles its own element alone.
    'style-src-attr': ["'unsafe-inline'"],
    'img-src': ["'self'", 'data:', 'blob:'],
    'font-src': ["'self'"],
    'connect-src': ["'self'", ...(development ? ['ws:'] : [])],
    'object-src': ["'none'"],
    'base-uri': ["'none'"],
    'frame-ancestors': ["'none'"],
    'form-action': ["'self'"],
    ...(secure && { 'upgrade-insecure-requests': [] }),
  };
  return Object.entries(directives)
    .map(([name, values]) => [name, ...values].join(' '))
    .join('; ');
}

/** For answers of any kind. */
export function plainHeaders({ secure = false } = {}): Record<string, string> {
  return {
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'referrer-policy': 'same-origin',
    'permissions-policy': 'camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    ...(secure && { 'strict-transport-security': 'max-age=31536000' }),
  };
}
