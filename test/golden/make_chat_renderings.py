"""Renders conversations with the chat templates of transformers, for packages/text-to-sql/src/prompts/chat-template.test.ts.

    pip install transformers==5.23.0 jinja2
    python test/golden/make_chat_renderings.py

Reads test/golden/fixtures/chat/templates/*.jinja, written for this project with the features that published templates use, and the
tokenizer of fixtures/llama-tiny; writes test/golden/fixtures/chat/renderings.json: per template and conversation the text, its token
ids, or the message that it refuses the conversation with.
"""

import json
from pathlib import Path

import transformers
from jinja2.exceptions import TemplateError
from transformers import AutoTokenizer

FIXTURES = Path(__file__).parent / "fixtures"

CONVERSATIONS = {
    "question": [{"role": "user", "content": "How many medals?"}],
    "system": [
        {"role": "system", "content": "Write one SQL query."},
        {"role": "user", "content": "How many\n  medals does \"O'Neil\" have?  "},
    ],
    "answered": [
        {"role": "user", "content": "One?"},
        {"role": "assistant", "content": "<think>\nhm\n</think>\n\nSELECT 1"},
        {"role": "user", "content": "Dos äé 二?"},
    ],
    "answer": [
        {"role": "user", "content": "One?"},
        {"role": "assistant", "content": "SELECT 1"},
    ],
    "two users": [
        {"role": "user", "content": "One?"},
        {"role": "user", "content": "Two?"},
    ],
}

TOKENS = {"bos_token": "<|endoftext|>", "eos_token": "<|im_end|>"}


def main():
    cases = []
    for path in sorted((FIXTURES / "chat" / "templates").glob("*.jinja")):
        tokenizer = AutoTokenizer.from_pretrained(FIXTURES / "llama-tiny", **TOKENS)
        tokenizer.chat_template = path.read_text()
        for name, messages in CONVERSATIONS.items():
            for answering in (False, True):
                case = {"template": path.name, "conversation": name, "answering": answering}
                try:
                    text = tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=answering)
                    ids = tokenizer(text, add_special_tokens=False)["input_ids"]
                    case |= {"text": text, "ids": ids}
                except TemplateError as error:
                    case |= {"refused": str(error)}
                cases.append(case)
    made = {
        "made_with": f"transformers {transformers.__version__}",
        "tokens": TOKENS,
        "conversations": CONVERSATIONS,
        "cases": cases,
    }
    target = FIXTURES / "chat" / "renderings.json"
    target.write_text(json.dumps(made, ensure_ascii=False, indent=1) + "\n")
    print(f"{target}: {len(cases)} renderings")


if __name__ == "__main__":
    main()
