/**
 * How much is formatted. Statements that people write are far below; hostile ones would freeze the page, and are
 * shown as they were written.
 */
export const CAPS = {
  /** Of a text. */
  chars: 30_000,
  /** Nodes of all of it, of one block at its top level (which the page draws in one go), its characters, and how deep nodes stand. */
  nodes: 40_000,
  blockNodes: 2500,
  blockChars: 20_000,
  depth: 40,
  /** Of one formula: its source, its brackets in one another, and what comes of it. */
  texChars: 2000,
  texDepth: 12,
  texNodes: 2000,
  texLevels: 120,
  /** Of all formulas together. */
  texTotal: 30_000,
} as const;

/** So much time the parser gets, in its worker; then it is ended. */
export const FORMAT_MS = 1500;

/** Blocks are drawn in slices of so many nodes, with a frame between two. */
export const SLICE_NODES = 300;

/** Plain text is laid out in pieces of so many characters or lines, each by itself, and shown so many at a time. */
export const PLAIN_CHARS = 4000;
export const PLAIN_LINES = 100;
export const PLAIN_PIECES = 5;

/** More combining marks on one letter than any script has are counted, not drawn. */
export const RUN_OF_MARKS = 24;
