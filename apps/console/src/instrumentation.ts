/** What Next runs once, before it answers: mistakes in the settings of the console end it in plain words. */

export async function register(): Promise<void> {
  if (process.env['NEXT_RUNTIME'] !== 'nodejs') return;
  const { checkAuth } = await import('#server/auth/check-auth.ts');
  checkAuth();
}
