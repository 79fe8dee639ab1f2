/** The build of a database that is in progress, so that an interrupt can end it. */
let building: AbortController | null = null;

export async function abortable<T>(build: (signal: AbortSignal) => Promise<T>): Promise<T> {
  building = new AbortController();
  try {
    return await build(building.signal);
  } finally {
    building = null;
  }
}

/** Ends the build, which then removes what it has written; false when there is none. */
export function abortBuild(): boolean {
  building?.abort();
  return building !== null;
}
