// What the page and its audio thread agree on.

export const PROCESSOR = "assist-capture";

export interface ProcessorOptions {
  readonly channels: number;
  /** Sample frames of one block. */
  readonly frames: number;
}
