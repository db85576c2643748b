/**
 * The results of what goes on at the same time, once all of it is over: nothing is still under way when it rejects.
 * Rejects with the first failure in the order of the list.
 */
export async function allDone<const T extends readonly unknown[]>(
  work: T,
): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }> {
  await Promise.allSettled(work);
  return Promise.all(work);
}
