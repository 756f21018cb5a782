// The answer to a search.

import type { CallSummary, Role, ToneLabel } from "../../events.ts";

/** A call of the list; what a server does not say is left out or empty. */
export interface FoundCall extends CallSummary {
  readonly topic?: string;
  readonly outcome?: string;
  /** The worst that the caller showed. */
  readonly tone?: ToneLabel | "";
  /** 0…100. */
  readonly score?: number | null;
  readonly recording?: boolean;
  /** The first words that were searched for. */
  readonly hit?: { readonly channel: Role; readonly start: number; readonly text: string } | null;
}

export interface Found {
  readonly calls: readonly FoundCall[];
  /** To ask for those behind these; null where there are none. */
  readonly next?: string | null;
}
