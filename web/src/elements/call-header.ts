import { LitElement, css, html, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { Phase } from "../call/state.ts";
import type { Connection } from "../call/stream.ts";
import type { UiLanguage } from "../preferences.ts";
import { icons } from "../style/icons.ts";
import { shared } from "../style/shared.ts";
import type { Texts } from "../texts/texts.ts";

/** The state of the call and of the connection, and the page's own few controls. */
@customElement("call-header")
export class CallHeader extends LitElement {
  @property({ attribute: false }) texts!: Texts;
  @property({ attribute: false }) connection: Connection = "connecting";
  @property({ attribute: false }) phase: Phase = "waiting";
  @property({ type: Number }) elapsed = 0;
  @property({ type: Boolean }) helpOpen = false;

  static override styles = [
    shared,
    css`
      :host {
        display: block;
        padding: 0.75rem 1rem 0;
      }
      .row {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 0.5rem;
        min-height: 2rem;
      }
      .state {
        display: flex;
        align-items: center;
        gap: 0.5rem;
        flex: 1 0 auto;
        max-width: 100%;
        font-weight: 600;
      }
      .state svg {
        flex: none;
      }
      .dot {
        flex: none;
        width: 0.625rem;
        height: 0.625rem;
        border-radius: 50%;
        border: 2px solid var(--soft);
      }
      .live .dot {
        border: 0;
        background: var(--happy);
        animation: breathe 2.4s ease-in-out infinite;
      }
      .over .dot {
        border-radius: 2px;
        border: 0;
        background: var(--soft);
      }
      .lost {
        color: var(--warning);
      }
      time {
        font-variant-numeric: tabular-nums;
        font-weight: 500;
        color: var(--soft);
      }
      .icon {
        display: grid;
        place-items: center;
        width: 2rem;
        height: 2rem;
        border-radius: 0.5rem;
        color: var(--soft);
      }
      .icon:hover,
      .icon[aria-expanded="true"] {
        background: light-dark(rgb(0 0 0 / 6%), rgb(255 255 255 / 8%));
        color: var(--ink);
      }
      .languages {
        display: flex;
        border: 1px solid var(--line);
        border-radius: 0.5rem;
        overflow: clip;
        background: var(--surface);
      }
      .languages button {
        min-width: 2.125rem;
        height: 1.875rem;
        font-size: 0.75rem;
        font-weight: 600;
        color: var(--soft);
      }
      .languages button[aria-pressed="true"] {
        background: var(--accentTint);
        color: var(--accent);
      }
      .languages button:focus-visible {
        outline-offset: -3px;
      }
      @keyframes breathe {
        50% {
          opacity: 0.45;
        }
      }
    `,
  ];

  override render(): TemplateResult {
    return html`
      <div class="row">
        ${this.status()}
        <button
          class="icon"
          aria-expanded=${this.helpOpen ? "true" : "false"}
          aria-label=${this.texts.say.help.open}
          title=${this.texts.say.help.open}
          @click=${() => this.dispatchEvent(new CustomEvent("help-toggled"))}
        >
          ${icons.keyboard(20)}
        </button>
        <div class="languages" role="group" aria-label=${this.texts.say.language.label}>
          ${this.languageButton("tr")} ${this.languageButton("en")}
        </div>
      </div>
    `;
  }

  private status(): TemplateResult {
    const { say } = this.texts;
    const { connection } = this;
    if (connection === "lost" || connection === "reconnecting" || connection === "signed_out") {
      const text = connection === "reconnecting" ? say.reconnecting : say.lost;
      return html`<div class="state lost" data-state=${connection}>
        ${icons.offline(20)}<span>${text}</span>${this.time()}
      </div>`;
    }
    if (this.connection === "connecting") {
      return html`<div class="state" data-state="connecting">
        <span class="dot"></span><span>${say.connecting}</span>
      </div>`;
    }
    const [name, word] = (
      {
        waiting: ["waiting", say.waiting],
        live: ["live", say.live],
        ended: ["over", say.over],
      } as const
    )[this.phase];
    return html`<div class="state ${name}" data-state=${this.phase}>
      <span class="dot"></span><span>${word}</span>${this.time()}
    </div>`;
  }

  private time(): TemplateResult | null {
    if (this.phase === "waiting") return null;
    return html`<time role="timer" aria-label=${this.texts.duration(this.elapsed)}
      >${this.texts.clock(this.elapsed)}</time
    >`;
  }

  private languageButton(language: UiLanguage): TemplateResult {
    const choose = (): boolean =>
      this.dispatchEvent(new CustomEvent<UiLanguage>("language-chosen", { detail: language }));
    return html`<button
      lang=${language}
      aria-pressed=${this.texts.language === language ? "true" : "false"}
      aria-label=${`${language.toUpperCase()} · ${this.texts.say.language[language]}`}
      @click=${choose}
    >
      ${language.toUpperCase()}
    </button>`;
  }
}
