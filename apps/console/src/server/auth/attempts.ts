/** Slows down those who guess tokens: so many wrong ones a minute from an address, and from all addresses together. */
import { once } from '../once.ts';

const windowMs = 60_000;
const most = { address: 10, all: 100 };

export class Attempts {
  /** Times of wrong tokens, oldest first. */
  #wrong: { address: string; at: number }[] = [];

  /** Seconds until this address may try again; 0 when it may now. */
  waitSeconds(address: string, now = Date.now()): number {
    this.#wrong = this.#wrong.filter(({ at }) => at > now - windowMs);
    const own = this.#wrong.filter((attempt) => attempt.address === address);
    const oldest = own.length >= most.address ? own[0] : this.#wrong.length >= most.all ? this.#wrong[0] : undefined;
    return oldest === undefined ? 0 : Math.ceil((oldest.at + windowMs - now) / 1000);
  }

  /** Notes a wrong token. */
  failed(address: string, now = Date.now()): void {
    this.#wrong.push({ address, at: now });
  }
}

export function attempts(): Attempts {
  return once('attempts', () => new Attempts());
}

/** Who sends a request, as the nearest server in front says it, or Next itself. */
export function addressOf(headers: Headers): string {
  return headers.get('x-forwarded-for')?.split(',').at(-1)?.trim() || 'unknown';
}
