import { LitElement, css, html, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import { KEYS, type Action } from "../shortcuts.ts";
import { icons } from "../style/icons.ts";
import { shared } from "../style/shared.ts";
import type { Texts } from "../texts/texts.ts";

type Offered = Extract<Action, "moment" | "flag" | "note" | "snooze">;

/** What the agent can do besides answering a suggestion. It fires `asked` with the action. */
@customElement("call-actions")
export class CallActions extends LitElement {
  @property({ attribute: false }) texts!: Texts;
  /** How many moments are marked. */
  @property({ type: Number }) moments = 0;
  @property({ type: Boolean }) flagged = false;
  @property({ type: Boolean }) noting = false;
  @property({ type: Boolean }) snoozed = false;
  @property({ type: Number }) minutes = 0;
  @property({ type: Boolean }) shortcuts = true;
  /** After the call there is nothing left to mark or to be quiet about. */
  @property({ type: Boolean }) over = false;

  static override styles = [
    shared,
    css`
      :host {
        display: block;
        background: var(--surface);
        border-top: 1px solid var(--line);
        padding: 0.25rem 0.5rem;
      }
      div {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(4.25rem, 1fr));
        gap: 0.125rem;
      }
      button {
        display: grid;
        grid-template-columns: auto auto;
        justify-content: center;
        align-items: center;
        gap: 0.125rem 0.375rem;
        min-height: 2.875rem;
        padding: 0.25rem 0.125rem;
        border-radius: 0.625rem;
        color: var(--soft);
        font-size: 0.75rem;
        font-weight: 550;
        line-height: 1.2;
      }
      button:hover {
        background: var(--raised);
        color: var(--ink);
      }
      .word {
        grid-column: 1 / -1;
        text-align: center;
        font-variant-numeric: tabular-nums;
      }
      [aria-pressed="true"],
      [aria-expanded="true"] {
        background: var(--accentTint);
        color: var(--accent);
      }
      [data-action="flag"][aria-pressed="true"] {
        background: var(--warningTint);
        color: var(--warning);
      }
      kbd {
        justify-self: start;
        min-width: 1rem;
        height: 1rem;
        padding: 0;
        border: 0;
      }
      svg {
        justify-self: end;
      }
      .keyless {
        grid-template-columns: auto;
      }
      .keyless svg {
        justify-self: center;
      }
      @media (max-height: 44rem) {
        button {
          min-height: 2rem;
          grid-template-columns: auto auto;
        }
        .word {
          grid-column: auto;
        }
        kbd {
          display: none;
        }
      }
    `,
  ];

  /** Back to where the note was asked for. */
  override focus(): void {
    this.renderRoot.querySelector<HTMLElement>("[data-action=note]")?.focus();
  }

  override render(): TemplateResult {
    const { actions } = this.texts.say;
    const count = this.moments > 0 ? ` ${this.texts.integer(this.moments)}` : "";
    return html`<div role="group" aria-label=${actions.heading}>
      ${this.over ? null : this.button("moment", actions.moment + count, actions.momentTitle)}
      ${this.button("flag", actions.flag, this.flagged ? actions.lowerTitle : actions.flagTitle)}
      ${this.over ? null : this.button("note", actions.note, actions.noteTitle)}
      ${this.over
        ? null
        : this.button("snooze", actions.snooze, actions.snoozeTitle(this.texts.integer(this.minutes)))}
    </div>`;
  }

  private button(action: Offered, word: string, title: string): TemplateResult {
    const pressed = { moment: undefined, flag: this.flagged, note: undefined, snooze: this.snoozed }[action];
    return html`<button
      class=${this.shortcuts ? "" : "keyless"}
      data-action=${action}
      title=${title}
      aria-pressed=${pressed === undefined ? null : String(pressed)}
      aria-expanded=${action === "note" ? String(this.noting) : null}
      aria-keyshortcuts=${this.shortcuts ? KEYS[action] : null}
      @click=${() => this.dispatchEvent(new CustomEvent<Offered>("asked", { detail: action }))}
    >
      ${ICONS[action](18)}
      ${this.shortcuts ? html`<kbd aria-hidden="true">${KEYS[action].toUpperCase()}</kbd>` : null}
      <span class="word">${word}</span>
    </button>`;
  }
}

const ICONS = { moment: icons.bookmark, flag: icons.supervisor, note: icons.pencil, snooze: icons.snooze };
