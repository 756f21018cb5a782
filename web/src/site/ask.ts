// Plain requests to the server; what goes wrong has a sentence.

/** A request that was answered with a problem, or not at all (`status` 0). */
export class RequestProblem extends Error {
  readonly status: number;

  constructor(status: number, sentence: string) {
    super(sentence);
    this.status = status;
  }
}

/** The answer as `T`; raises `RequestProblem`, whose message is empty where nobody answered. */
export async function ask<T>(address: string, options: RequestInit = {}): Promise<T> {
  const response = await fetch(address, options).catch((error: unknown) => {
    if (error instanceof TypeError) throw new RequestProblem(0, "");
    throw error;
  });
  if (response.status === 401 && !location.pathname.endsWith("/sign-in")) {
    // The session is over: the page that was open is where one comes back to.
    const { hash, pathname, search } = location;
    const next = encodeURIComponent(pathname + search + hash);
    location.assign(new URL(`/sign-in?next=${next}`, address));
  }
  if (response.ok) return (await response.json()) as T;
  const body = (await response.json().catch(() => ({}))) as { error?: string };
  throw new RequestProblem(response.status, body.error ?? `HTTP ${response.status}`);
}

/** Sends `body` as JSON; otherwise as `ask`. */
export function tell<T>(address: string, method: string, body: unknown): Promise<T> {
  const headers = { "content-type": "application/json" };
  return ask<T>(address, { method, headers, body: JSON.stringify(body) });
}
