// How a websocket says who opens it: browsers let a page send no header, but a subprotocol.

/** Opens a websocket; `token` is a session or a token of the server, and stays out of the address. */
export function openSocket(url: string, token = ""): WebSocket {
  return token ? new WebSocket(url, ["assist", `assist.${token}`]) : new WebSocket(url);
}
