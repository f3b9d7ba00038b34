'use client';
/** The time, moving on by the second. */
import { useEffect, useState } from 'react';

/** Seconds since 1970; null on the server and until the page lives, so that both paint the same. */
export function useNowSeconds(): number | null {
  const [now, setNow] = useState<number | null>(null);
  useEffect(() => {
    const tick = () => setNow(Date.now() / 1000);
    tick();
    const timer = setInterval(tick, 1000);
    return () => clearInterval(timer);
  }, []);
  return now;
}
