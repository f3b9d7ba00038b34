/** Which models a server serves, and which program it is: that decides what beyond the common API it may be asked. */
import { UserError } from '@queryloop/contracts';
import { z } from 'zod';
import type { NamedServer } from './server-fault.ts';

/** Programs whose additions to the API are used; any other is asked in the API's common words. */
export type ServerKind = 'vllm' | 'llamacpp' | 'other';

const ModelList = z.object({
  data: z.array(z.object({ id: z.string(), owned_by: z.string().optional(), aliases: z.array(z.string()).optional() })),
});

/** `list`: what /models answered; null where a server has no such list, and the model's name is taken as it is. Throws UserError for a model that is not served. */
export function kindOfServer(list: unknown, { url, model, fields }: NamedServer): ServerKind {
  const parsed = ModelList.safeParse(list);
  if (!parsed.success) return 'other';
  const names = parsed.data.data.flatMap(({ id, aliases = [] }) => [id, ...aliases]);
  // Ollama lists "name:latest" and takes "name"
  const found = parsed.data.data.find(({ id, aliases = [] }) =>
    [id, ...aliases, id.replace(/:latest$/, '')].includes(model),
  );
  if (found === undefined)
    throw new UserError({
      message: `${url} does not serve "${model}"; it serves ${[...new Set(names)].map((name) => `"${name}"`).join(', ') || 'no model'}`,
      field: fields.model,
      hint: `Set ${fields.model} to one of those, as ${url}/models lists them.`,
    });
  return found.owned_by === 'vllm' || found.owned_by === 'llamacpp' ? found.owned_by : 'other';
}
