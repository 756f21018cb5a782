// The calls that ship with the project: which there are, and playing one into the server.

import type { SampleInfo } from "./events.ts";

export async function listSamples(server: string): Promise<readonly SampleInfo[]> {
  const response = await fetch(`${server}/api/samples`);
  if (!response.ok) throw new Error(`The list of samples: HTTP ${response.status}`);
  const body = (await response.json()) as { samples: readonly SampleInfo[] };
  return body.samples;
}

/** Starts the sample as a live call; the server's reason where it did not take it, else null. */
export async function playSample(server: string, name: string): Promise<string | null> {
  const address = `${server}/api/samples/${encodeURIComponent(name)}`;
  const response = await fetch(address, { method: "POST" });
  if (response.ok) return null;
  const body = (await response.json().catch(() => ({}))) as { error?: string };
  return body.error ?? `HTTP ${response.status}`;
}
