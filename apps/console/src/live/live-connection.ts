/** The one connection of a page to the live stream, shared by all its parts. It comes back by itself and goes on where it was. */
import type { RunPosition } from '@queryloop/store';
import { readCursor, writeCursor } from './cursor.ts';
import type { LiveEvent, PointsEvent, RestartedEvent, RunEvent } from './schemas.ts';
import { type Stream, streamOf } from './stream-of.ts';

export interface LiveHandlers {
  /** New points, each value once, oldest first. */
  onPoints?: (event: PointsEvent) => void;
  onRun?: (event: RunEvent) => void;
  /** The list of runs changed. */
  onRuns?: () => void;
  /** Points of the run are gone or replaced: read it anew. */
  onRestarted?: (event: RestartedEvent) => void;
}

/** `waiting`: the connection is lost and will be tried again. */
export type LiveState = 'connecting' | 'open' | 'waiting';

export interface Subscription {
  runIds: readonly string[] | '*';
  handlers: () => LiveHandlers;
  /** What was read of runs already: the points after it are given. Without one a run is followed from now on. */
  after?: ReadonlyMap<string, RunPosition>;
}

/** The part of EventSource that is used. */
export interface EventSourceLike {
  addEventListener(type: string, listener: (event: Event) => void): void;
  close(): void;
}

const kinds = ['points', 'run', 'runs', 'restarted'] as const;
const firstWaitMs = 1000;
const mostWaitMs = 10_000;
/** Parts of a page come in quick succession; they are connected together. */
const settleMs = 30;
/** Servers refuse longer addresses. */
const mostCharacters = 12_000;

type Places = Record<Stream, number>;
interface Subscriber extends Subscription {
  places: Map<string, Places>;
}

export class LiveConnection {
  readonly #open: (address: string) => EventSourceLike;
  readonly #subscribers = new Set<Subscriber>();
  readonly #listeners = new Set<() => void>();
  #source: EventSourceLike | null = null;
  #following = '';
  #known = new Map<string, RunPosition>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #failures = 0;
  #state: LiveState = 'connecting';

  constructor(open: (address: string) => EventSourceLike) {
    this.#open = open;
  }

  get state(): LiveState {
    return this.#state;
  }

  /** Calls `listener` when the state changes, until what is returned is called. */
  onState(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Follows runs until what is returned is called. */
  subscribe(subscription: Subscription): () => void {
    const after = subscription.after ?? new Map<string, RunPosition>();
    const subscriber = { ...subscription, places: new Map([...after].map(([runId, place]) => [runId, { ...place }])) };
    this.#subscribers.add(subscriber);
    for (const [runId, place] of after) {
      const known = this.#known.get(runId);
      if (known !== undefined && !isAhead(known, place)) continue;
      // The stream is further than what this subscriber has read, or nobody knows how far: it goes back.
      this.#known.set(runId, place);
      this.#following = '';
    }
    this.#settle();
    return () => {
      this.#subscribers.delete(subscriber);
      this.#settle();
    };
  }

  /** Tries again now rather than after the wait, e.g. when the network is back. */
  retry(): void {
    if (this.#state === 'waiting') this.#connect();
  }

  #settle(): void {
    if (this.#state === 'waiting' && this.#subscribers.size > 0) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      if (this.#wanted() !== this.#following) this.#connect();
    }, settleMs);
  }

  /** Ids joined by commas, * for all, nothing for none. */
  #wanted(): string {
    const wanted = [...this.#subscribers].map(({ runIds }) => runIds);
    if (wanted.includes('*')) return '*';
    return [...new Set(wanted.flat())].sort().join(',');
  }

  #connect(): void {
    clearTimeout(this.#timer);
    this.#source?.close();
    this.#source = null;
    this.#following = this.#wanted();
    if (this.#following === '') {
      this.#known.clear();
      this.#enter('connecting');
      return;
    }
    const runIds = this.#following.split(',');
    const known = [...this.#known].filter(([runId]) => runIds.includes('*') || runIds.includes(runId));
    const after = writeCursor(new Map(known));
    const query = new URLSearchParams({ runs: this.#following });
    if (after !== '' && after.length <= mostCharacters) query.set('after', after);
    this.#enter('connecting');
    const source = this.#open(`/api/v1/live?${query}`);
    this.#source = source;
    source.addEventListener('open', () => {
      this.#failures = 0;
      this.#enter('open');
    });
    source.addEventListener('error', () => {
      if (this.#source === source) this.#wait();
    });
    for (const event of kinds)
      source.addEventListener(event, (message) => {
        if (this.#source !== source) return;
        const { data, lastEventId } = message as MessageEvent<string>;
        this.#known = readCursor(lastEventId);
        this.#give({ event, data: JSON.parse(data) } as LiveEvent);
      });
  }

  /** A browser would give up at some errors, so the connection is begun anew each time, later and later. */
  #wait(): void {
    this.#source?.close();
    this.#source = null;
    const wait = Math.min(mostWaitMs, firstWaitMs * 2 ** this.#failures);
    this.#failures += 1;
    this.#enter('waiting');
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#connect(), wait * (0.75 + Math.random() / 2));
  }

  #enter(state: LiveState): void {
    if (state === this.#state) return;
    this.#state = state;
    for (const listener of this.#listeners) listener();
  }

  #give(event: LiveEvent): void {
    for (const subscriber of this.#subscribers) {
      const handlers = subscriber.handlers();
      if (event.event === 'runs') {
        handlers.onRuns?.();
        continue;
      }
      const { runId } = event.data;
      if (subscriber.runIds !== '*' && !subscriber.runIds.includes(runId)) continue;
      if (event.event === 'run') handlers.onRun?.(event.data);
      else if (event.event === 'restarted') {
        subscriber.places.delete(runId);
        handlers.onRestarted?.(event.data);
      } else {
        const points = unheard(event.data.points, placesOf(subscriber, runId));
        if (points.length > 0) handlers.onPoints?.({ runId, points });
      }
    }
  }
}

function placesOf({ places }: Subscriber, runId: string): Places {
  const known = places.get(runId) ?? { metrics: -1, dev: -1, test: -1 };
  places.set(runId, known);
  return known;
}

/** The values that a subscriber has not had yet; `places` then stand at them. */
function unheard(points: PointsEvent['points'], places: Places): PointsEvent['points'] {
  return points.flatMap((point) => {
    const names = Object.keys(point.values).filter((name) => point.update > places[streamOf(name)]);
    for (const stream of new Set(names.map(streamOf))) places[stream] = point.update;
    if (names.length === 0) return [];
    return [{ ...point, values: Object.fromEntries(names.map((name) => [name, point.values[name] as number])) }];
  });
}

function isAhead(place: Places, other: Places): boolean {
  return place.metrics > other.metrics || place.dev > other.dev || place.test > other.test;
}
