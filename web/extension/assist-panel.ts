import { LitElement, css, html, type TemplateResult } from "lit";
import { customElement, state } from "lit/decorators.js";
import { controls } from "../src/capture/controls.ts";
import { isIdle, type Recording } from "../src/capture/recorder.ts";
import type { Heard } from "../src/capture/recording-state.ts";
import "../src/capture/recording-state.ts";
import { captureTexts, type CaptureTexts } from "../src/capture/texts.ts";
import "../src/elements/call-assist.ts";
import { preferredLanguage, storedLanguage, type UiLanguage } from "../src/preferences.ts";
import { icons } from "../src/style/icons.ts";
import { shared, tokens } from "../src/style/shared.ts";
import {
  LEVELS,
  NO_SESSION,
  NO_SETTINGS,
  loadSession,
  loadSettings,
  saveSettings,
  type Session,
  type Settings,
  type StartAnswer,
  type ToBackground,
  type ToOffscreen,
} from "./settings.ts";

const HEARD: readonly Heard[] = ["agent", "caller"];

/** The side panel: what is heard, the way to begin and to stop, and below it the sidebar. */
@customElement("assist-panel")
export class AssistPanel extends LitElement {
  @state() private language = storedLanguage() ?? preferredLanguage(navigator.languages);
  @state() private settings: Settings = NO_SETTINGS;
  @state() private session: Session = NO_SESSION;
  @state() private peaks: readonly number[] = [];
  @state() private microphone: PermissionState = "prompt";
  /** Why the last attempt did not even begin. */
  @state() private refused: StartAnswer = null;
  /** The last call there was; it stays in sight when it is over. */
  @state() private callId = "";

  private levels: BroadcastChannel | null = null;

  static override styles = [
    tokens,
    shared,
    controls,
    css`
      :host {
        display: flex;
        flex-direction: column;
        height: 100%;
        background: var(--paper);
      }
      .recording {
        flex: none;
        display: grid;
        gap: 0.625rem;
        padding: 0.75rem 1rem;
        background: var(--surface);
        border-bottom: 1px solid var(--line);
      }
      .start {
        display: grid;
        gap: 0.75rem;
        overflow-y: auto;
        max-height: 100%;
      }
      call-assist {
        flex: 1;
        min-height: 0;
      }
      .tab {
        overflow-wrap: anywhere;
      }
      .server {
        font-weight: 600;
        overflow-wrap: anywhere;
      }
      .bottom {
        display: flex;
        justify-content: space-between;
        align-items: center;
        gap: 0.5rem;
      }
      .link {
        min-height: 1.75rem;
        color: var(--accent);
        font-size: var(--small);
        font-weight: 600;
      }
    `,
  ];

  override connectedCallback(): void {
    super.connectedCallback();
    chrome.storage.onChanged.addListener(this.stored);
    this.levels = new BroadcastChannel(LEVELS);
    this.levels.onmessage = ({ data }: MessageEvent<readonly number[]>) => (this.peaks = data);
    void this.load();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    chrome.storage.onChanged.removeListener(this.stored);
    this.levels?.close();
  }

  override render(): TemplateResult {
    const say = captureTexts(this.language);
    return html`
      <section class="recording" lang=${this.language}>
        ${isIdle(this.recording) ? this.idle(say) : this.status()}
      </section>
      ${this.callId ? this.sidebar() : null}
    `;
  }

  private get recording(): Recording {
    return this.session.recording;
  }

  private idle(say: CaptureTexts): TemplateResult {
    const { server, noticeAccepted } = this.settings;
    if (!server || this.microphone !== "granted") return this.setUpFirst(say);
    if (!noticeAccepted) return this.notice(say);
    return this.start(say);
  }

  private setUpFirst(say: CaptureTexts): TemplateResult {
    return html`<div class="start">
      <h2>${say.tab.heading}</h2>
      <p class="quiet">${say.tab.setUpFirst}</p>
      <button class="primary" data-options @click=${openOptions}>${say.tab.options}</button>
    </div>`;
  }

  private notice(say: CaptureTexts): TemplateResult {
    const accept = (): void => void saveSettings({ noticeAccepted: true });
    const { notice } = say.tab;
    return html`<div class="start">
      <h2>${say.tab.noticeHeading}</h2>
      <ul class="points">
        ${notice.map(
          (point, index) => html`<li>
            ${icons.info(16)}
            <span
              >${point}
              ${index === 0 ? html`<span class="server">${this.settings.server}</span>` : null}</span
            >
          </li>`,
        )}
      </ul>
      <button class="primary" data-accept @click=${accept}>${say.tab.accept}</button>
    </div>`;
  }

  private start(say: CaptureTexts): TemplateResult {
    const { tab } = this.session;
    const problem = this.refused;
    return html`<div class="start">
      ${this.recording.phase === "idle" ? html`<h2>${say.tab.heading}</h2>` : this.status()}
      <p class="quiet tab">${tab ? say.tab.hears(tab.title) : say.tab.noTab}</p>
      <label class="check">
        <input
          type="checkbox"
          data-consent
          .checked=${this.settings.consent}
          @change=${(event: Event) =>
            saveSettings({ consent: (event.target as HTMLInputElement).checked })}
        />
        <span>${say.tab.consent}</span>
      </label>
      <button class="primary" data-start ?disabled=${tab === null} @click=${this.begin}>
        ${icons.voice(20)}<span>${this.callId ? say.tab.again : say.tab.start}</span>
      </button>
      ${problem
        ? html`<p class="problem" role="alert">
            ${icons.warning(16)}<span>${say.problems[problem.code]}</span>
          </p>`
        : null}
      <div class="bottom">
        <span class="quiet server">${this.settings.server}</span>
        <button class="link" data-options @click=${openOptions}>${say.tab.options}</button>
      </div>
    </div>`;
  }

  private status(): TemplateResult {
    return html`<recording-state
      language=${this.language}
      .recording=${this.recording}
      .heard=${HEARD}
      .peaks=${this.peaks}
      @stop=${stop}
    ></recording-state>`;
  }

  private sidebar(): TemplateResult {
    return html`<call-assist
      server=${this.settings.server}
      .token=${this.settings.session}
      call=${this.callId}
      @language-changed=${(event: CustomEvent<{ language: UiLanguage }>) => {
        this.language = event.detail.language;
        document.documentElement.lang = this.language;
      }}
    ></call-assist>`;
  }

  private readonly begin = async (): Promise<void> => {
    const message: ToBackground = { to: "background", type: "start" };
    this.refused = await chrome.runtime.sendMessage<ToBackground, StartAnswer>(message);
  };

  private async load(): Promise<void> {
    const opened: ToBackground = { to: "background", type: "opened" };
    await chrome.runtime.sendMessage(opened);
    this.settings = await loadSettings();
    this.took(await loadSession());
    document.documentElement.lang = this.language;
    const permission = await navigator.permissions.query({ name: "microphone" });
    this.microphone = permission.state;
    permission.onchange = () => (this.microphone = permission.state);
  }

  private took(session: Session): void {
    if (session.tab?.id !== this.session.tab?.id) this.refused = null;
    this.session = session;
    this.callId = session.recording.callId || this.callId;
  }

  private readonly stored = (changes: object, area: string): void => {
    const news = Object.fromEntries(
      Object.entries(changes).map(([name, { newValue }]) => [name, newValue]),
    );
    if (area === "session") this.took({ ...this.session, ...news });
    else if (area === "local") this.settings = { ...this.settings, ...news };
  };
}

function openOptions(): void {
  void chrome.runtime.openOptionsPage();
}

function stop(): void {
  const message: ToOffscreen = { to: "offscreen", type: "stop" };
  void chrome.runtime.sendMessage(message);
}
