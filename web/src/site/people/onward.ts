// Where somebody goes who has signed in.

/**
 * The address that `next` in a sign-in page's query names, a search or a moment of a call
 * included; the start page where it is not of this `origin`. `hash` is what browsers keep when a
 * server sends them on.
 */
export function onward(query: string, hash: string, origin: string): string {
  const next = new URLSearchParams(query).get("next") ?? "/";
  const address = URL.canParse(next, origin) ? new URL(next, origin) : null;
  if (address?.origin !== origin) return `${origin}/`;
  address.hash ||= hash;
  return address.href;
}
