/** Where a phase's time goes: seconds in each kind of call into libtensorflow, and outside of all. */

export interface CallProfile {
  kind: string;
  calls: number;
  seconds: number;
}

type Call = (...given: unknown[]) => unknown;

/** Kinds of operations by their names in TensorFlow; what stands in none is elementwise or a sum. */
const kinds: readonly (readonly [string, RegExp])[] = [
  ['matrix products', /MatMul/],
  ['softmax and cross entropy', /Softmax/],
  [
    'rows, columns and layout',
    /^(GatherV2|ConcatV2|SplitV|Slice|PadV2|Tile|Transpose|ReverseV2|InplaceUpdate|UnsortedSegmentSum|Pack|Unpack)$/,
  ],
  ['reshapes', /^Reshape$/],
];

/**
 * Runs `work` while every call of tfjs-node's binding is timed. A recorded graph is one call; products inside it cannot be told from
 * the rest.
 */
export async function profileCalls<T>(
  backend: { binding: Record<string, unknown> },
  work: () => Promise<T>,
): Promise<{ value: T; profile: CallProfile[] }> {
  const { binding } = backend;
  const profile = new Map<string, CallProfile>();
  let inside = 0;
  const timed =
    (name: string, call: Call): Call =>
    (...given) => {
      const start = performance.now();
      const result = call.apply(binding, given);
      const seconds = (performance.now() - start) / 1000;
      inside += seconds;
      const kind = kindOf(name === 'executeOp' ? String(given[0]) : name);
      const { calls, seconds: before } = profile.get(kind) ?? { calls: 0, seconds: 0 };
      profile.set(kind, { kind, calls: calls + 1, seconds: before + seconds });
      return result;
    };
  const watched = Object.getOwnPropertyNames(binding)
    .map((name) => [name, binding[name]] as const)
    .filter((entry): entry is [string, Call] => typeof entry[1] === 'function');
  backend.binding = Object.create(
    binding,
    Object.fromEntries(watched.map(([name, call]) => [name, { value: timed(name, call) }])),
  ) as Record<string, unknown>;
  const start = performance.now();
  try {
    const value = await work();
    const outside = (performance.now() - start) / 1000 - inside;
    const rows = [...profile.values(), { kind: 'outside the library', calls: 0, seconds: outside }];
    return { value, profile: rows.sort((left, right) => right.seconds - left.seconds) };
  } finally {
    backend.binding = binding;
  }
}

function kindOf(operation: string): string {
  if (operation === 'runSavedModel') return 'recorded graphs';
  if (operation === 'loadSavedModel') return 'loading of recorded graphs';
  if (operation === 'tensorDataSync') return 'reads';
  if (operation === 'createTensor' || operation === 'deleteTensor') return 'tensors made and freed';
  return kinds.find(([, pattern]) => pattern.test(operation))?.[0] ?? 'elementwise and sums';
}
