import { LitElement, css, html, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import { SNOOZES } from "../preferences.ts";
import { KEYS } from "../shortcuts.ts";
import { shared } from "../style/shared.ts";
import type { Texts } from "../texts/texts.ts";

/**
 * What the keys do, and the switch that turns them off (WCAG 2.1.4). It fires `shortcuts-chosen`
 * and `snooze-chosen` with minutes.
 */
@customElement("shortcut-help")
export class ShortcutHelp extends LitElement {
  @property({ attribute: false }) texts!: Texts;
  @property({ type: Boolean }) shortcuts = true;
  /** Minutes of a snooze. */
  @property({ type: Number }) snooze = 0;

  static override styles = [
    shared,
    css`
      :host {
        display: block;
        padding: 0 1rem 0.75rem;
      }
      section {
        background: var(--surface);
        border: 1px solid var(--line);
        border-radius: var(--radius);
        padding: 0.75rem 1rem;
      }
      dl {
        display: grid;
        grid-template-columns: auto 1fr;
        gap: 0.125rem 0.75rem;
        align-items: center;
        padding: 0.5rem 0;
      }
      dt {
        color: var(--soft);
      }
      label {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 0.5rem;
        min-height: 1.75rem;
        font-weight: 550;
        cursor: pointer;
      }
      input {
        accent-color: var(--accent);
        width: 1.125rem;
        height: 1.125rem;
        margin: 0;
      }
    `,
  ];

  override render(): TemplateResult {
    const { actions, help, suggestion } = this.texts.say;
    const rows = [
      [KEYS.use, suggestion.used],
      [KEYS.dismiss, suggestion.dismiss],
      [KEYS.next, suggestion.next],
      [KEYS.snooze, actions.snoozeTitle(this.texts.integer(this.snooze))],
      [KEYS.moment, actions.momentTitle],
      [KEYS.flag, actions.flagTitle],
      [KEYS.note, actions.noteTitle],
      [KEYS.customer, help.earlierCalls],
      [KEYS.newest, help.toNewest],
      [KEYS.seen, help.seen],
      ["esc", help.leaveField],
      [KEYS.help, help.showHelp],
    ] as const;
    return html`<section aria-label=${help.open}>
      <h2 class="eyebrow">${help.heading}</h2>
      <dl>
        ${rows.map(([key, label]) => html`<dt><kbd>${key === "esc" ? "Esc" : key.toUpperCase()}</kbd></dt><dd>${label}</dd>`)}
      </dl>
      <p class="quiet">${help.explained}</p>
      <label
        ><input type="checkbox" .checked=${this.shortcuts} @change=${this.changed} />${help.enabled}</label
      >
      <label
        >${help.snoozeFor}
        <select @change=${this.chosen}>
          ${[...new Set([...SNOOZES, this.snooze])]
            .sort((a, b) => a - b)
            .map(
              (minutes) => html`<option value=${minutes} ?selected=${minutes === this.snooze}>
                ${help.minutes(this.texts.integer(minutes))}
              </option>`,
            )}
        </select></label
      >
    </section>`;
  }

  private chosen(event: Event): void {
    const minutes = Number((event.target as HTMLSelectElement).value);
    this.dispatchEvent(new CustomEvent<number>("snooze-chosen", { detail: minutes }));
  }

  private changed(event: Event): void {
    const wanted = (event.target as HTMLInputElement).checked;
    this.dispatchEvent(new CustomEvent<boolean>("shortcuts-chosen", { detail: wanted }));
  }
}
