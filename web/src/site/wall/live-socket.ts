// A websocket that comes back by itself and is told everything anew each time.

const FIRST_WAIT = 500;
const LONGEST_WAIT = 10_000;

export interface LiveOptions {
  readonly url: string;
  readonly onMessage: (text: string) => void;
  /** The connection is there, or is not. */
  readonly onConnected: (connected: boolean) => void;
  /** The server wants no connection from this reader, and says why; it is not tried again. */
  readonly onRefused: (reason: string) => void;
}

export class LiveSocket {
  private readonly options: LiveOptions;
  private socket: WebSocket | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private failures = 0;

  constructor(options: LiveOptions) {
    this.options = options;
  }

  start(): void {
    const socket = new WebSocket(this.options.url);
    this.socket = socket;
    socket.onmessage = ({ data }) => {
      this.failures = 0;
      this.options.onConnected(true);
      if (typeof data === "string") this.options.onMessage(data);
    };
    socket.onclose = ({ code, reason }) => {
      // 4xxx is what the server says itself; anything else is the network's.
      if (code >= 4000) this.options.onRefused(reason);
      else this.again();
    };
  }

  stop(): void {
    clearTimeout(this.timer);
    if (!this.socket) return;
    this.socket.onmessage = null;
    this.socket.onclose = null;
    this.socket.close();
  }

  private again(): void {
    this.options.onConnected(false);
    const limit = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** this.failures);
    this.failures += 1;
    // Half of the wait is by chance, so that a floor of supervisors doesn't come back as one.
    this.timer = setTimeout(() => this.start(), limit / 2 + (Math.random() * limit) / 2);
  }
}
