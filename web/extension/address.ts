// Which addresses may be a server's.

const LOOPBACK = new Set(["127.0.0.1", "localhost"]);

/** The address as it is used, or null: https anywhere, plain http on this machine alone. */
export function serverAddress(text: string): string | null {
  let url: URL;
  try {
    url = new URL(text.trim());
  } catch {
    return null; // not an address at all
  }
  const safe = url.protocol === "https:" || (url.protocol === "http:" && LOOPBACK.has(url.hostname));
  if (!safe || url.username || url.password || url.search || url.hash) return null;
  return `${url.origin}${url.pathname}`.replace(/\/+$/, "");
}

/** The permission that a browser gives for an address; it knows no ports. */
export function permissionFor(address: string): string {
  const { protocol, hostname } = new URL(address);
  return `${protocol}//${hostname}/*`;
}
