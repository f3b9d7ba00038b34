/** What Next runs once, before it answers: mistakes in the settings of the console end it in plain words. */

export async function register(): Promise<void> {
  // Written so that the build for other runtimes, which Next makes too, can leave it out.
  if (process.env.NEXT_RUNTIME === 'nodejs') {
    const { checkAuth } = await import('#server/auth/check-auth.ts');
    checkAuth();
  }
}
