'use client';
/** Reads the page anew every so often, without reloading it: for what is not there yet. */
import { useRouter } from 'next/navigation';
import { useEffect } from 'react';

export function RefreshPage({ everyMs }: { everyMs: number }): null {
  const router = useRouter();
  useEffect(() => {
    const timer = setInterval(() => router.refresh(), everyMs);
    return () => clearInterval(timer);
  }, [router, everyMs]);
  return null;
}
