'use client';
/** Looks every so often whether what was not found is there now, and then loads its page. */
import { useEffect } from 'react';

export function RefreshPage({ everyMs }: { everyMs: number }): null {
  useEffect(() => {
    const timer = setInterval(async () => {
      const found = await fetch(window.location.href, { method: 'HEAD' }).then(
        ({ ok }) => ok,
        () => false,
      );
      // `router.refresh` would not do: Next keeps the not-found page until the address changes (vercel/next.js#77086).
      if (found) window.location.reload();
    }, everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return null;
}
