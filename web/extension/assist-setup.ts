import { LitElement, css, html, type TemplateResult } from "lit";
import { customElement, query, state } from "lit/decorators.js";
import { controls } from "../src/capture/controls.ts";
import { openMicrophone } from "../src/capture/recorder.ts";
import { captureTexts, type CaptureTexts } from "../src/capture/texts.ts";
import { preferredLanguage, storedLanguage } from "../src/preferences.ts";
import { icons } from "../src/style/icons.ts";
import { shared, tokens } from "../src/style/shared.ts";
import { openSocket } from "../src/call/open-socket.ts";
import { permissionFor, serverAddress } from "./address.ts";
import { NO_SETTINGS, loadSettings, saveSettings, type Settings } from "./settings.ts";

type Connection =
  | "none"
  | "checking"
  | "reachable"
  | "wrongAddress"
  | "notGranted"
  | "unreachable"
  | "refused"
  | "signed-out"; // the server is there, and wants to know who comes

/** The code with which a server closes for somebody who has to sign in. */
const SIGNED_OUT = 4401;
const PATIENCE = 5000; // milliseconds for a server on the other end of the building

/** The options page: which server, and the microphone's permission, which only a tab can ask for. */
@customElement("assist-setup")
export class AssistSetup extends LitElement {
  @state() private settings: Settings = NO_SETTINGS;
  @state() private connection: Connection = "none";
  @state() private microphone: PermissionState = "prompt";
  @state() private nameSaved = false;
  @state() private wrong = false;
  @query("#server") private field!: HTMLInputElement;
  @query("#user") private user!: HTMLInputElement;
  @query("#password") private password!: HTMLInputElement;

  private readonly language = storedLanguage() ?? preferredLanguage(navigator.languages);

  static override styles = [
    tokens,
    shared,
    controls,
    css`
      :host {
        display: block;
        max-width: 36rem;
        margin: 0 auto;
        padding: 2rem 1rem;
      }
      .page {
        display: grid;
        gap: 1rem;
      }
      .field {
        display: grid;
        gap: 0.25rem;
      }
      .line {
        display: flex;
        flex-wrap: wrap;
        gap: 0.5rem;
      }
      .line input {
        flex: 1 1 14rem;
        width: auto;
      }
      .good {
        display: flex;
        gap: 0.5rem;
        align-items: center;
        color: var(--happy);
        font-size: var(--small);
        font-weight: 600;
      }
    `,
  ];

  override connectedCallback(): void {
    super.connectedCallback();
    document.documentElement.lang = this.language;
    document.title = captureTexts(this.language).setup.heading;
    void this.load();
  }

  override render(): TemplateResult {
    const say = captureTexts(this.language);
    return html`<div class="page" lang=${this.language}>
      <h1>${say.setup.heading}</h1>
      <p class="quiet">${say.setup.explained}</p>
      ${this.server(say)} ${this.voice(say)} ${this.name(say)}
    </div>`;
  }

  private server(say: CaptureTexts): TemplateResult {
    const connect = (event: Event): void => {
      event.preventDefault();
      void this.connect();
    };
    return html`<form class="card" novalidate @submit=${connect}>
      <div class="field">
        <label for="server">${say.setup.server}</label>
        <div class="line">
          <input
            id="server"
            type="url"
            spellcheck="false"
            autocomplete="off"
            aria-describedby="explained"
            .value=${this.settings.server || "http://127.0.0.1:8765"}
          />
          <button class="primary" data-connect ?disabled=${this.connection === "checking"}>
            ${say.setup.connect}
          </button>
        </div>
      </div>
      <p id="explained" class="quiet">${say.setup.serverExplained}</p>
      <div role="status" data-connection=${this.connection}>${this.outcome(say)}</div>
    </form>`;
  }

  private outcome(say: CaptureTexts): TemplateResult | null {
    if (this.connection === "none") return null;
    if (this.connection === "checking") return html`<p class="quiet">${say.setup.checking}</p>`;
    if (this.connection === "reachable") return good(say.setup.reachable);
    if (this.connection === "signed-out") {
      return html`<p class="quiet">${say.setup.signedOut}</p>
        <div class="field">
          <label for="user">${say.setup.user}</label>
          <input id="user" autocomplete="username" />
        </div>
        <div class="field">
          <label for="password">${say.setup.password}</label>
          <input id="password" type="password" autocomplete="current-password" />
        </div>
        <button class="primary" type="button" data-sign-in @click=${() => this.signIn()}>
          ${say.setup.signIn}
        </button>
        ${this.wrong ? bad(say.setup.wrongPassword) : null}`;
    }
    if (this.connection === "refused") return bad(say.setup.refused(location.origin));
    return bad(say.setup[this.connection]);
  }

  private voice(say: CaptureTexts): TemplateResult {
    return html`<section class="card">
      <h2>${say.setup.microphone}</h2>
      <p class="quiet">${say.setup.microphoneExplained}</p>
      <div role="status" data-microphone=${this.microphone}>
        ${this.microphone === "granted" ? good(say.setup.allowed) : null}
        ${this.microphone === "denied" ? bad(say.setup.blocked) : null}
      </div>
      ${this.microphone === "granted"
        ? null
        : html`<button class="plain" data-allow @click=${this.allow}>${say.setup.allow}</button>`}
    </section>`;
  }

  private name(say: CaptureTexts): TemplateResult {
    const save = (event: Event): void => {
      const agent = (event.target as HTMLInputElement).value.trim();
      void saveSettings({ agent }).then(() => (this.nameSaved = true));
    };
    return html`<section class="card">
      <div class="field">
        <label for="agent">${say.setup.agent}</label>
        <input
          id="agent"
          type="text"
          maxlength="200"
          autocomplete="name"
          aria-describedby="why"
          .value=${this.settings.agent}
          @change=${save}
        />
      </div>
      <p id="why" class="quiet">${say.setup.agentExplained}</p>
      <div role="status">${this.nameSaved ? good(say.setup.saved) : null}</div>
    </section>`;
  }

  private async load(): Promise<void> {
    this.settings = await loadSettings();
    const permission = await navigator.permissions.query({ name: "microphone" });
    this.microphone = permission.state;
    permission.onchange = () => (this.microphone = permission.state);
  }

  private async connect(): Promise<void> {
    const address = serverAddress(this.field.value);
    if (address === null) {
      this.connection = "wrongAddress";
      return;
    }
    // Asked first and in the moment of the click, as a browser wants it.
    const granted = await chrome.permissions.request({ origins: [permissionFor(address)] });
    if (!granted) {
      this.connection = "notGranted";
      return;
    }
    this.connection = "checking";
    this.connection = await check(address, this.settings.session);
    if (this.connection !== "reachable" && this.connection !== "signed-out") return;
    await saveSettings({ server: address });
    this.settings = { ...this.settings, server: address };
  }

  private async signIn(): Promise<void> {
    const { server } = this.settings;
    const body = JSON.stringify({ name: this.user.value.trim(), password: this.password.value });
    const headers = { "content-type": "application/json" };
    const asked = fetch(`${server}/api/sign-in`, { method: "POST", headers, body });
    const answer = await asked.catch((error: unknown) => {
      console.warn("The server did not answer.", error);
      return null;
    });
    if (answer === null) {
      this.connection = "unreachable";
      return;
    }
    this.wrong = !answer.ok;
    if (!answer.ok) return;
    const { session } = (await answer.json()) as { session: string };
    await saveSettings({ session });
    this.settings = { ...this.settings, session };
    this.connection = await check(server, session);
  }

  private readonly allow = async (): Promise<void> => {
    try {
      const stream = await openMicrophone({ echoCancellation: true });
      for (const track of stream.getTracks()) track.stop();
      this.microphone = "granted";
    } catch (error) {
      console.warn("The microphone was not given.", error);
      this.microphone = "denied";
    }
  };
}

/** Whether a server is there, and whether it lets this extension in. */
async function check(address: string, session: string): Promise<Connection> {
  const url = `${address.replace(/^http/, "ws")}/api/events?call=latest`;
  const greeted = await greets(url, session);
  if (greeted !== null) return greeted === SIGNED_OUT ? "signed-out" : "reachable";
  // A websocket does not say why it was not opened; a request tells whether anybody is there.
  try {
    await fetch(`${address}/healthz`, { signal: AbortSignal.timeout(PATIENCE) });
    return "refused";
  } catch {
    return "unreachable"; // the browser says no more than that
  }
}

/** 0 when the server greets, the code with which it closes after it was opened, else null. */
async function greets(url: string, session: string): Promise<number | null> {
  const socket = openSocket(url, session);
  const told = await new Promise<number | null>((resolve) => {
    const timer = setTimeout(() => resolve(null), PATIENCE);
    let opened = false;
    const settle = (code: number | null): void => {
      clearTimeout(timer);
      resolve(code);
    };
    socket.onopen = () => (opened = true);
    socket.onmessage = ({ data }) => {
      if (!String(data).includes('"type":"error"')) settle(0);
    };
    socket.onclose = ({ code }) => settle(opened ? code : null);
  });
  socket.close();
  return told;
}

function good(text: string): TemplateResult {
  return html`<p class="good">${icons.check(16)}<span>${text}</span></p>`;
}

function bad(text: string): TemplateResult {
  return html`<p class="problem">${icons.warning(16)}<span>${text}</span></p>`;
}
