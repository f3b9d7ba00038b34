/** Commands that look at a policy. */
import { DatasetConfig, promptStyles } from '@queryloop/contracts';
import { type Command, Option } from 'commander';
import { deviceOption, jsonOption, policyOption, temperature, wholeNumber } from './options.ts';

export function registerPolicies(program: Command, signal: AbortSignal): void {
  program
    .command('pull')
    .description('download a model of the Hugging Face hub, to start from with policy.folder')
    .argument('<repo>', 'owner/name, for example HuggingFaceTB/SmolLM2-135M')
    .option('--revision <name>', 'branch, tag or commit', 'main')
    .option(...jsonOption)
    .action(async (repo, options) => (await import('../commands/pull.ts')).pull(repo, options, signal));
  program
    .command('evaluate')
    .description('score a policy, or a model that a server serves, on a split: greedy decoding, one query a question')
    .option(
      '--policy <folder or run>',
      'Hugging Face folder, or id of a finished run; with --server: folder whose tokenizer and chat template make the prompts',
    )
    .option('--server <url>', 'address of an OpenAI-compatible server, up to and with /v1 (docs/rollout-server.md)')
    .option('--model <name>', 'name of the model that the server serves')
    .option('--api-key-variable <name>', 'environment variable with the key of the server')
    .option('--no-chat', 'with --server: prompts as plain text, as for base models')
    .addOption(
      new Option('--dataset <name>', 'question–answer pairs (default: those of the run; of a folder, temptabqa-c)')
        .choices(DatasetConfig.shape.name.unwrap().options)
        .conflicts('datasetFolder'),
    )
    .option('--dataset-folder <folder>', 'your own database and questions instead, as "queryloop init" writes them')
    .option('--split <name or file>', 'split, or path of its file (default: Original; of a folder, test)')
    .option('--database <where>', 'sqlite, or mysql://user:password@host:port/', 'sqlite')
    .addOption(
      new Option(
        '--prompt <style>',
        'what a policy in a folder reads (default: placeholder), or a served model (default: zero-shot)',
      ).choices(promptStyles),
    )
    .option(
      '--max-tokens <number>',
      'longest completion of a policy in a folder (default: 48), or of a server (default: 256)',
      wholeNumber('--max-tokens', 1),
    )
    .option(
      '--repair-turns <number>',
      'how often a policy in a folder writes another query after one that failed (default: 0)',
      wholeNumber('--repair-turns', 0),
    )
    .addOption(deviceOption())
    .option(...jsonOption)
    .action(async (options) => (await import('../commands/evaluate.ts')).evaluate(options, signal));
  program
    .command('generate')
    .description('continue a prompt')
    .requiredOption(...policyOption)
    .requiredOption('--prompt <text>', 'text to continue')
    .option('--max-tokens <number>', 'longest continuation in tokens', wholeNumber('--max-tokens', 1), 64)
    .option('--temperature <number>', 'sampling temperature; 0 is greedy', temperature, 0)
    .option('--seed <number>', 'seed of the sampling', wholeNumber('--seed', 0), 1)
    .addOption(deviceOption())
    .option(...jsonOption)
    .action(async (options) => (await import('../commands/generate.ts')).generate(options, signal));
  program
    .command('score')
    .description('token ids of a text and the log-probability of each next token')
    .requiredOption(...policyOption)
    .requiredOption('--text <text>', 'text to score')
    .addOption(deviceOption())
    .option(...jsonOption)
    .action(async (options) => (await import('../commands/score.ts')).score(options, signal));
}
