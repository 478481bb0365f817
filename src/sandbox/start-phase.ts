/** Where a start of Python is. `offline`: the connection was lost; it tries again by itself at `retryAt` (Unix ms), or at once by `retry`. */
export type StartPhase =
  | { kind: "loading"; loadedBytes: number; totalBytes: number }
  | { kind: "offline"; retryAt: number; retry: () => void }
  | { kind: "starting" };
