/** What the child process of `faulted-writer.child.ts` says, one JSON object a line. */
export type Report =
  | { readonly refused: string; readonly code: string; readonly reason: string }
  | { readonly acknowledged: string; readonly revision: number }
  | { readonly read: number }
  | { readonly finding: string | null }
  | { readonly closed: true }
  | { readonly crashed: string };

/** Reads the lines of a child that may have been killed in the middle of one. */
export const reportsOf = (stdout: string): readonly Report[] =>
  stdout
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Report);
