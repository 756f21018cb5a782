import { LitElement, css, html, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { Annotation } from "../events.ts";
import { KEYS } from "../shortcuts.ts";
import { icons } from "../style/icons.ts";
import { shared } from "../style/shared.ts";
import type { Texts } from "../texts/texts.ts";

/**
 * What a supervisor says to the agent in the call, until the agent has read it. It fires `seen`
 * with the words.
 */
@customElement("call-whispers")
export class CallWhispers extends LitElement {
  @property({ attribute: false }) texts!: Texts;
  /** Those that the agent has not read, the oldest first. */
  @property({ attribute: false }) whispers: readonly Annotation[] = [];
  @property({ type: Boolean }) shortcuts = true;

  static override styles = [
    shared,
    css`
      :host {
        display: grid;
        gap: 0.5rem;
        padding: 0 1rem 0.625rem;
      }
      article {
        display: grid;
        grid-template-columns: auto minmax(0, 1fr);
        gap: 0.125rem 0.625rem;
        padding: 0.625rem 0.75rem;
        border: 2px solid var(--accent);
        border-radius: var(--radius);
        background: var(--surface);
      }
      .sign {
        grid-row: span 3;
        color: var(--accent);
      }
      .eyebrow {
        color: var(--accent);
      }
      .said {
        font-weight: 600;
        line-height: 1.4;
        overflow-wrap: anywhere;
        white-space: pre-line;
      }
      button {
        display: inline-flex;
        align-items: center;
        gap: 0.5rem;
        justify-self: end;
        min-height: 2rem;
        padding: 0 0.75rem;
        margin-top: 0.25rem;
        border: 1px solid var(--control);
        border-radius: 0.5rem;
        font-size: var(--small);
        font-weight: 600;
      }
      button:hover {
        background: var(--raised);
      }
    `,
  ];

  override render(): readonly TemplateResult[] {
    return this.whispers.map((whisper, index) => this.whisper(whisper, index === 0));
  }

  private whisper(whisper: Annotation, first: boolean): TemplateResult {
    const { whisper: say } = this.texts.say;
    const from = [say.heading, whisper.author].filter(Boolean).join(" · ");
    const read = (): boolean =>
      this.dispatchEvent(new CustomEvent<Annotation>("seen", { detail: whisper }));
    return html`<article data-whisper=${whisper.about} aria-label=${from}>
      <span class="sign">${icons.supervisor(22)}</span>
      <p class="eyebrow">${from}</p>
      <p class="said">${whisper.text}</p>
      <button aria-keyshortcuts=${this.shortcuts && first ? KEYS.seen : ""} @click=${read}>
        ${say.seen} ${this.shortcuts && first ? html`<kbd aria-hidden="true">${KEYS.seen.toUpperCase()}</kbd>` : null}
      </button>
    </article>`;
  }
}
