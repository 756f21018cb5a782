// The calls that ship with the project: which there are, and playing one into the server.

import type { SampleInfo } from "./events.ts";

export async function listSamples(server: string): Promise<readonly SampleInfo[]> {
  const response = await fetch(`${server}/api/samples`);
  if (!response.ok) throw new Error(`The list of samples: HTTP ${response.status}`);
  const body = (await response.json()) as { samples: readonly SampleInfo[] };
  return body.samples;
}

/** Starts the sample as a live call; resolves once the server has taken it. */
export async function playSample(server: string, name: string): Promise<void> {
  const response = await fetch(`${server}/api/samples/${encodeURIComponent(name)}`, {
    method: "POST",
  });
  if (!response.ok) throw new Error(`Playing ${name}: HTTP ${response.status}`);
}
