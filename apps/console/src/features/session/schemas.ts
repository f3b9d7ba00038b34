/** Who uses the console, and what it can do now: what the API gives and takes. */
import { z } from '@hono/zod-openapi';

const Role = z.enum(['viewer', 'operator']);

export const ConsoleState = z.object({
  temporal: z.enum(['up', 'down']),
  store: z.enum(['up', 'down']),
  /** Name of the user. */
  user: z.string(),
  role: Role,
  /** Nothing can be begun or changed: Temporal or the store is away, or the user is a viewer. */
  readOnly: z.boolean(),
  /** Whether users sign in here, and so can sign out. */
  signsIn: z.boolean(),
});
export type ConsoleState = z.infer<typeof ConsoleState>;

export const SignIn = z.strictObject({ token: z.string().min(1).max(1000) });
export type SignIn = z.infer<typeof SignIn>;

export const SignedIn = z.object({ user: z.string(), role: Role });
export type SignedIn = z.infer<typeof SignedIn>;

export const Said = z.object({ said: z.string() });

/** A path of this console to go to; anything else becomes "/". */
export function pathOf(to: string | null | undefined): string {
  const base = 'http://console.invalid';
  if (!to?.startsWith('/') || !URL.canParse(to, base)) return '/';
  const url = new URL(to, base);
  const path = url.pathname + url.search;
  return url.origin === base && !path.startsWith('//') ? path : '/';
}
