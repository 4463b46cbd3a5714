/** A call that was not answered in time; nobody knows what became of it. */
export class NotAnswered extends Error {
  override readonly name = 'NotAnswered';

  constructor(ms: number) {
    super(`no answer within ${ms} ms`);
  }
}

/** Ends the wait, not the work: what the work does later is ignored. @throws NotAnswered */
export async function timed<T>(work: Promise<T>, ms: number): Promise<T> {
  work.catch(() => undefined);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new NotAnswered(ms)), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
