/** The Hugging Face hub, or the server that HF_ENDPOINT names: what a repository holds, and its files. */
import { downloadFile, HubApiError, listFiles, modelInfo } from '@huggingface/hub';
import { UserError } from '@queryloop/contracts';
import type { HubFile } from './needed-files.ts';

export interface HubRepo {
  /** owner/name. */
  name: string;
  /** Branch, tag or commit. */
  revision: string;
}

export interface Hub {
  /** The commit a revision stands for now, and its files. Throws UserError when there is no such repository, no access to it or no hub. */
  list(repo: HubRepo): Promise<{ commit: string; files: HubFile[] }>;
  /** Bytes of a file from `start` on. Throws UserError when access to files is restricted: the hub lists a gated model to all. */
  bytes(repo: HubRepo, path: string, start: number): Promise<ReadableStream<Uint8Array>>;
}

/** HF_ENDPOINT and HF_TOKEN have their usual meaning. Throws UserError for a token that is none. */
export function openHub(environment: NodeJS.ProcessEnv = process.env): Hub {
  const hubUrl = environment['HF_ENDPOINT']?.replace(/\/+$/, '') || 'https://huggingface.co';
  const accessToken = environment['HF_TOKEN']?.trim();
  if (accessToken && !/^hf_[!-~]+$/.test(accessToken))
    throw new UserError({
      message: 'HF_TOKEN holds no access token of the hub',
      field: 'HF_TOKEN',
      hint: 'Copy the token again (it begins with hf_), or unset HF_TOKEN.',
    });
  const access = { hubUrl, ...(accessToken && { accessToken }) };
  return {
    async list(repo) {
      try {
        const { sha: commit } = await modelInfo({ ...access, ...repo, additionalFields: ['sha'] });
        if (typeof commit !== 'string') throw new TypeError('no commit is named');
        const files: HubFile[] = [];
        for await (const { type, path, size, oid = '', lfs } of listFiles({
          ...access,
          repo: repo.name,
          revision: commit,
        }))
          if (type === 'file')
            files.push({
              path,
              size: lfs?.size ?? size,
              checksum: lfs ? { kind: 'sha256', hex: lfs.oid } : { kind: 'git-blob', hex: oid },
            });
        return { commit, files };
      } catch (error) {
        throw explained(error, `${repo.name} at ${repo.revision}`, hubUrl);
      }
    },
    async bytes(repo, path, start) {
      const blob = await downloadFile({
        ...access,
        repo: repo.name,
        revision: repo.revision,
        path,
        // Plain requests for ranges, which an interrupted download goes on with.
        xet: false,
      }).catch((error: unknown) => {
        throw restricted(error, `${hubUrl}/${repo.name}`, path);
      });
      if (blob === null)
        throw new UserError({ message: `${repo.name} holds no ${path} any more`, field: 'repo', hint: 'Run again.' });
      return blob.slice(start).stream() as ReadableStream<Uint8Array>;
    },
  };
}

function restricted(error: unknown, page: string, path: string): unknown {
  if (!(error instanceof HubApiError) || ![401, 403].includes(error.statusCode)) return error;
  return new UserError({
    message: `access to ${page} is restricted: ${path} is refused (status ${error.statusCode})`,
    field: 'repo',
    hint: `Ask for access on ${page}, then set HF_TOKEN to a token of that account that may read it.`,
  });
}

function explained(error: unknown, repo: string, hubUrl: string): unknown {
  if (error instanceof HubApiError) {
    if ([401, 403, 404].includes(error.statusCode))
      return new UserError({
        message: `${hubUrl} has no model ${repo}, or gives no access to it (status ${error.statusCode})`,
        field: 'repo',
        hint: 'Check owner, name and revision; for a private or gated model set HF_TOKEN to a token that may read it.',
      });
    return new UserError({
      message: `${hubUrl} does not list ${repo} (status ${error.statusCode}): ${error.message}`,
      field: 'HF_ENDPOINT',
      hint: 'Try again later; if that does not help, check HF_ENDPOINT.',
    });
  }
  // What fetch throws when there is no answer.
  if (error instanceof TypeError && error.cause !== undefined)
    return new UserError({
      message: `${hubUrl} cannot be reached: ${(error.cause as Error).message}`,
      field: 'HF_ENDPOINT',
      hint: 'Check the network, or give policy.folder the path of a folder that is here already.',
    });
  // An answer that is no JSON, or JSON of another kind.
  if (error instanceof SyntaxError || error instanceof TypeError)
    return new UserError({
      message: `${hubUrl} answers, but not as the hub does when asked for ${repo}: ${error.message}`,
      field: 'HF_ENDPOINT',
      hint: 'Check HF_ENDPOINT, and whether a proxy or a login page answers instead of the hub.',
    });
  return error;
}
