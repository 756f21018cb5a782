import { LitElement, css, html, nothing, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { controls } from "../capture/controls.ts";
import {
  NO_RECORDING,
  Recorder,
  isIdle,
  openMicrophone,
  type Recording,
} from "../capture/recorder.ts";
import type { Heard } from "../capture/recording-state.ts";
import "../capture/recording-state.ts";
import { captureTexts, type CaptureTexts } from "../capture/texts.ts";
import "../elements/call-assist.ts";
import { preferredLanguage, storeLanguage, storedLanguage, type UiLanguage } from "../preferences.ts";
import { icons } from "../style/icons.ts";
import { shared, tokens } from "../style/shared.ts";

const HEARD: readonly Heard[] = ["own"];
const CALL_LANGUAGES = ["auto", "tr", "en"] as const;

/** The visitor is the caller: the microphone alone makes a call, and the sidebar shows it. */
@customElement("try-page")
export class TryPage extends LitElement {
  /** The address of the script for the audio thread. */
  @property() worklet = "";
  @state() private language = storedLanguage() ?? preferredLanguage(navigator.languages);
  @state() private recording: Recording = NO_RECORDING;
  @state() private peaks: readonly number[] = [];
  /** The last call there was; it stays in sight when it is over. */
  @state() private callId = "";
  @state() private spoken: (typeof CALL_LANGUAGES)[number] = this.language;

  private readonly recorder = new Recorder(
    (recording) => {
      this.recording = recording;
      this.callId = recording.callId || this.callId;
    },
    (peaks) => (this.peaks = peaks),
  );

  static override styles = [
    tokens,
    shared,
    controls,
    css`
      :host {
        display: block;
      }
      .page {
        display: grid;
        grid-template-columns: minmax(0, 27rem) minmax(20rem, 26.25rem);
        justify-content: center;
        gap: 2.5rem;
        max-width: 62rem;
        margin: 0 auto;
        padding: 2rem 1.5rem;
      }
      .own {
        display: grid;
        align-content: start;
        gap: 1rem;
      }
      .top {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        justify-content: space-between;
        gap: 0.5rem 1rem;
        font-size: var(--small);
      }
      a {
        display: inline-flex;
        align-items: center;
        min-height: 1.5rem;
        color: var(--accent);
        font-weight: 600;
      }
      .languages {
        display: flex;
        gap: 0.25rem;
      }
      .languages button {
        min-height: 1.75rem;
        padding: 0 0.625rem;
        border-radius: 0.5rem;
        font-weight: 600;
        color: var(--soft);
      }
      .languages button[aria-pressed="true"] {
        background: var(--accentTint);
        color: var(--accent);
      }
      .explained {
        color: var(--soft);
      }
      .field {
        display: grid;
        gap: 0.25rem;
      }
      .ideas {
        display: grid;
        gap: 0.375rem;
        padding-inline: 0.25rem;
        font-size: var(--small);
      }
      .ideas li {
        color: var(--soft);
      }
      .side {
        height: min(50rem, calc(100dvh - 4rem));
        border: 1px solid var(--line);
        border-radius: var(--radius);
        overflow: clip;
        background: var(--paper);
        box-shadow: var(--shadow);
      }
      .later {
        display: grid;
        place-items: center;
        align-content: center;
        gap: 0.75rem;
        padding: 2rem;
        color: var(--soft);
        text-align: center;
      }
      .later svg {
        color: var(--accent);
      }
      @media (width < 52rem) {
        .page {
          grid-template-columns: minmax(0, 1fr);
          gap: 1.25rem;
          padding: 1.25rem 1rem;
        }
        .later {
          display: none;
        }
      }
    `,
  ];

  override connectedCallback(): void {
    super.connectedCallback();
    window.addEventListener("pagehide", this.leaving);
    this.tellLanguage();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.removeEventListener("pagehide", this.leaving);
    this.recorder.stop();
  }

  override render(): TemplateResult {
    const say = captureTexts(this.language);
    return html`<div class="page" lang=${this.language}>
      <section class="own">
        <div class="top">
          <a href="./">${say.own.back}</a>
          ${this.languages(say)}
        </div>
        <h1>${say.own.heading}</h1>
        <p class="explained">${say.own.explained}</p>
        <div class="card">${this.card(say)}</div>
        <div class="ideas">
          <h2>${say.own.ideas}</h2>
          <ul>
            ${say.own.idea.map((idea) => html`<li>“${idea}”</li>`)}
          </ul>
        </div>
      </section>
      ${this.side(say)}
    </div>`;
  }

  private card(say: CaptureTexts): TemplateResult {
    const idle = isIdle(this.recording);
    return html`
      ${this.recording.phase === "idle" ? null : this.status()}
      ${idle ? html`${this.notice(say)}${this.choice(say)}${this.startButton(say)}` : null}
    `;
  }

  private status(): TemplateResult {
    return html`<recording-state
      language=${this.language}
      .recording=${this.recording}
      .heard=${HEARD}
      .peaks=${this.peaks}
      @stop=${() => this.recorder.stop()}
    ></recording-state>`;
  }

  private notice(say: CaptureTexts): TemplateResult {
    return html`<ul class="points">
      ${say.own.notice.map((point) => html`<li>${icons.info(16)}<span>${point}</span></li>`)}
    </ul>`;
  }

  private choice(say: CaptureTexts): TemplateResult {
    const chosen = (event: Event): void => {
      const { value } = event.target as HTMLSelectElement;
      this.spoken = CALL_LANGUAGES.find((language) => language === value) ?? "auto";
    };
    const option = (language: (typeof CALL_LANGUAGES)[number]): TemplateResult =>
      html`<option value=${language} ?selected=${language === this.spoken}>
        ${say.callLanguages[language]}
      </option>`;
    return html`<div class="field">
      <label for="spoken">${say.callLanguage}</label>
      <select id="spoken" @change=${chosen}>
        ${CALL_LANGUAGES.map(option)}
      </select>
    </div>`;
  }

  private startButton(say: CaptureTexts): TemplateResult {
    const label = this.recording.phase === "idle" ? say.own.start : say.own.again;
    return html`<button class="primary" data-start @click=${this.start}>
      ${icons.voice(20)}<span>${label}</span>
    </button>`;
  }

  private readonly start = (): void => {
    void this.recorder.start({
      server: this.base(),
      worklet: this.worklet,
      prefix: "try",
      roles: ["caller"],
      // Nobody else's voice is played here, so there is no echo to be taken away.
      streams: async () => [await openMicrophone({ echoCancellation: false })],
      language: this.spoken,
      // The button says so: the visitor is the caller.
      consent: true,
    });
  };

  private side(say: CaptureTexts): TemplateResult {
    if (!this.callId) {
      return html`<aside class="side later">${icons.listening(34)}<p>${say.own.later}</p></aside>`;
    }
    return html`<aside class="side">
      <call-assist
        call=${this.callId}
        language=${this.language}
        @language-changed=${(event: CustomEvent<{ language: UiLanguage }>) =>
          this.follow(event.detail.language)}
      ></call-assist>
    </aside>`;
  }

  private languages(say: CaptureTexts): TemplateResult | typeof nothing {
    const button = (language: UiLanguage): TemplateResult =>
      html`<button
        lang=${language}
        aria-pressed=${this.language === language ? "true" : "false"}
        @click=${() => this.choose(language)}
      >
        ${say.languages[language]}
      </button>`;
    // During a call the sidebar's own choice serves both.
    if (this.callId) return nothing;
    return html`<div class="languages" role="group" aria-label=${say.pageLanguage}>
      ${button("tr")} ${button("en")}
    </div>`;
  }

  private choose(language: UiLanguage): void {
    storeLanguage(language);
    this.spoken = language;
    this.language = language;
    this.tellLanguage();
  }

  /** The sidebar speaks another language now; the rest of the page goes along. */
  private follow(language: UiLanguage): void {
    this.language = language;
    this.tellLanguage();
  }

  private tellLanguage(): void {
    document.documentElement.lang = this.language;
    document.title = captureTexts(this.language).title;
  }

  private base(): string {
    return new URL(".", document.baseURI).href.replace(/\/$/, "");
  }

  private readonly leaving = (): void => this.recorder.stop();
}
