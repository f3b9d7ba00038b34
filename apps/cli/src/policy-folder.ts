/** Where the policy of `--policy` lies: a folder, or the trained policy of a run. */
export async function policyFolder(folderOrRun: string): Promise<string> {
  return folderOrRun;
}
