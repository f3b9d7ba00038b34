/** The chat template of a policy's folder: turns messages into the text that the policy was taught to read. */
import { compileJinja } from './jinja.ts';

export interface ChatMessage {
  role: 'system' | 'user' | 'assistant';
  content: string;
}

export interface ChatTemplate {
  /**
   * The text of a conversation, special tokens and all. `answering`: with the beginning of the assistant's turn behind it. Throws
   * UserError when the template refuses the messages.
   */
  render(messages: readonly ChatMessage[], options: { answering: boolean }): string;
}

/** What a folder says of its template. */
export interface ChatTemplateFiles {
  /** Content of tokenizer_config.json. */
  tokenizerConfig: Readonly<Record<string, unknown>>;
  /** Content of chat_template.jinja, which goes before what tokenizer_config.json holds. */
  template: string | null;
}

/** Special tokens that templates are given by name, as transformers gives them. */
const tokenNames = ['bos_token', 'eos_token', 'pad_token', 'unk_token', 'sep_token', 'cls_token', 'mask_token'];

/** Null for a policy without a chat template. Throws UserError for a template that cannot be read. */
export function openChatTemplate({ tokenizerConfig, template }: ChatTemplateFiles): ChatTemplate | null {
  const source = template ?? embeddedTemplate(tokenizerConfig['chat_template']);
  if (source === null) return null;
  const render = compileJinja(source, { name: 'the policy’s chat template', field: 'policy.folder' });
  const tokens = Object.fromEntries(
    tokenNames.flatMap((name) => {
      const text = tokenText(tokenizerConfig[name]);
      return text === null ? [] : [[name, text]];
    }),
  );
  // templates ask whether these are none, not whether they are there
  const nothing = { tools: null, documents: null };
  return {
    render: (messages, { answering }) => render({ ...tokens, ...nothing, messages, add_generation_prompt: answering }),
  };
}

/** A text, or several by name, of which "default" is the one for conversations. */
function embeddedTemplate(value: unknown): string | null {
  if (typeof value === 'string') return value;
  if (!Array.isArray(value)) return null;
  const named = value as { name?: unknown; template?: unknown }[];
  const found = named.find(({ name }) => name === 'default') ?? null;
  return typeof found?.template === 'string' ? found.template : null;
}

/** A token is written as its text, or as an object with its content. */
function tokenText(value: unknown): string | null {
  if (typeof value === 'string') return value;
  const content = (value as { content?: unknown } | null | undefined)?.content;
  return typeof content === 'string' ? content : null;
}
