/** Resolves when the process is told to end; a second signal ends it at once. */
export function signalled(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.once(signal, () => {
        process.once(signal, () => process.exit(3));
        resolve();
      });
    }
  });
}
