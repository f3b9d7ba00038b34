/**
 * Learns the tokenizer of the small policy from the grammar's own output: whole words for questions, whole clauses for SQL.
 * It is an ordinary tokenizer.json (Unigram), which the Hugging Face libraries load.
 */

export interface TokenizerFiles {
  /** Content of tokenizer.json. */
  tokenizer: Record<string, unknown>;
  /** Content of tokenizer_config.json. */
  config: Record<string, unknown>;
  vocabularySize: number;
  padId: number;
  eosId: number;
}

const PAD = '<pad>';
const EOS = '</s>';
const UNKNOWN = '<unk>';
/** SQL starts here; before it stands the question, a word (with its leading space) at a time. */
const SPLIT = '(?:SELECT|WITH)[\\s\\S]*|\\n| ?[^\\s]+|\\s+';
/** Where one clause of SQL ends and the next begins. */
const CLAUSE =
  /(?= (?:FROM|WHERE|AND|OR|JOIN|LEFT JOIN|GROUP BY|HAVING|ORDER BY|LIMIT|AS)\b)|(?<=\()(?=SELECT )|(?=\))/;
/** A clause that nearly always follows another becomes one token with it. */
const FOLLOWS = 0.97;

/** Learns a vocabulary of at most `maxSize` pieces from texts of questions and from SQL queries. */
export function learnTokenizer(
  questions: Iterable<string>,
  queries: readonly string[],
  maxSize: number,
): TokenizerFiles {
  const clauses = learnClauses(queries);
  const words = new Map<string, number>();
  const characters = new Set<string>([...Array(95).keys()].map((i) => String.fromCharCode(32 + i)).concat('\n'));
  for (const text of questions) {
    for (const [piece] of text.matchAll(new RegExp(SPLIT, 'g'))) words.set(piece, (words.get(piece) ?? 0) + 1);
    for (const character of text) characters.add(character);
  }
  const byCount = (counts: Map<string, number>) =>
    [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).map(([piece]) => piece);
  const room = maxSize - 3 - characters.size;
  const pieces = [...new Set([...byCount(clauses), ...byCount(words)])]
    .filter((piece) => !characters.has(piece))
    .slice(0, room);
  // every piece costs the same, so the fewest pieces win; single characters are the last resort
  const vocabulary: [string, number][] = [
    ...[PAD, EOS, UNKNOWN].map((piece) => [piece, 0] as [string, number]),
    ...pieces.map((piece) => [piece, -1] as [string, number]),
    ...[...characters]
      .sort()
      .map((piece) => [piece, piece.length > 0 && words.has(piece) ? -1 : -10] as [string, number]),
  ];
  const special = (content: string, id: number) => ({
    id,
    content,
    single_word: false,
    lstrip: false,
    rstrip: false,
    normalized: false,
    special: true,
  });
  return {
    tokenizer: {
      version: '1.0',
      truncation: null,
      padding: null,
      added_tokens: [PAD, EOS, UNKNOWN].map(special),
      normalizer: null,
      pre_tokenizer: { type: 'Split', pattern: { Regex: SPLIT }, behavior: 'Isolated', invert: false },
      post_processor: null,
      decoder: { type: 'Fuse' },
      model: { type: 'Unigram', unk_id: 2, vocab: vocabulary, byte_fallback: false },
    },
    config: {
      tokenizer_class: 'PreTrainedTokenizerFast',
      pad_token: PAD,
      eos_token: EOS,
      unk_token: UNKNOWN,
      clean_up_tokenization_spaces: false,
    },
    vocabularySize: vocabulary.length,
    padId: 0,
    eosId: 1,
  };
}

/** Clauses with their counts, neighbours that belong together joined until none are left to join. */
function learnClauses(queries: readonly string[]): Map<string, number> {
  let sequences = queries.map((query) => query.split(CLAUSE));
  for (;;) {
    const counts = new Map<string, number>();
    const pairs = new Map<string, Map<string, number>>();
    for (const sequence of sequences) {
      sequence.forEach((piece, i) => {
        counts.set(piece, (counts.get(piece) ?? 0) + 1);
        const next = sequence[i + 1];
        if (next === undefined) return;
        const nexts = pairs.get(piece) ?? new Map<string, number>();
        nexts.set(next, (nexts.get(next) ?? 0) + 1);
        pairs.set(piece, nexts);
      });
    }
    const joins = new Map<string, string>();
    for (const [piece, nexts] of pairs)
      for (const [next, count] of nexts) if (count >= FOLLOWS * (counts.get(piece) ?? 0)) joins.set(piece, next);
    if (joins.size === 0) return counts;
    sequences = sequences.map((sequence) => joinNeighbours(sequence, joins));
  }
}

function joinNeighbours(sequence: readonly string[], joins: ReadonlyMap<string, string>): string[] {
  const joined: string[] = [];
  for (let i = 0; i < sequence.length; i++) {
    const piece = sequence[i] as string;
    const next = sequence[i + 1];
    if (next !== undefined && joins.get(piece) === next) {
      joined.push(piece + next);
      i += 1;
    } else joined.push(piece);
  }
  return joined;
}
