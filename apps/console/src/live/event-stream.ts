/** Messages as server-sent events (WHATWG HTML, section 9.2): made when the client takes them, with a sign of life between. */

export interface EventStreamOptions {
  /** A comment is sent after so long without a message, so that nobody between takes the connection for dead. */
  heartbeatMs: number;
  /** Called when the client has gone. */
  onCancel: () => void;
}

/** One message is made at a time, when there is room for it. A failure ends the stream; the client then connects again. */
export function eventStream(
  messages: AsyncIterator<{ event: string; data: unknown; id: string }>,
  { heartbeatMs, onCancel }: EventStreamOptions,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let next: ReturnType<typeof messages.next> | null = null;
  let timer: NodeJS.Timeout | undefined;
  return new ReadableStream<Uint8Array>(
    {
      // Tells the client that it is connected, and how soon to come back.
      start: (controller) => controller.enqueue(encoder.encode('retry: 2000\n\n')),
      pull: async (controller) => {
        next ??= messages.next();
        const silence = new Promise<null>((resolve) => {
          timer = setTimeout(resolve, heartbeatMs, null);
        });
        try {
          const result = await Promise.race([next, silence]);
          if (result === null) return controller.enqueue(encoder.encode(': alive\n\n'));
          next = null;
          if (result.done) return controller.close();
          const { event, data, id } = result.value;
          // JSON has no line breaks, and neither has an id.
          controller.enqueue(encoder.encode(`event: ${event}\nid: ${id}\ndata: ${JSON.stringify(data)}\n\n`));
        } finally {
          clearTimeout(timer);
        }
      },
      cancel: () => {
        clearTimeout(timer);
        onCancel();
        // Ends the generator, wherever it waits; nobody is left to hear of a failure.
        next?.catch(() => undefined);
        return messages.return?.(undefined).then(
          () => undefined,
          () => undefined,
        );
      },
    },
    { highWaterMark: 1 },
  );
}
