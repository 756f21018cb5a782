import { LitElement, css, html, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import type { Annotation } from "../events.ts";
import { icons } from "../style/icons.ts";
import { shared } from "../style/shared.ts";
import type { Texts } from "../texts/texts.ts";

/** What was typed, and of which call: the page may be at the next one by then. */
export interface Noted {
  readonly callId: string;
  readonly text: string;
}

/** Milliseconds without a key after which what was typed is kept. */
const PAUSE = 800;

/** The agent's own words on the call. It fires `noted` with them, and `closed`. */
@customElement("call-notes")
export class CallNotes extends LitElement {
  @property({ attribute: false }) texts!: Texts;
  @property() callId = "";
  @property({ attribute: false }) note: Annotation | null = null;
  @property({ type: Boolean }) closable = false;
  /** What was typed and not yet handed on; null where there is nothing. */
  @state() private typed: string | null = null;
  @query("textarea") private field!: HTMLTextAreaElement;

  private pause: ReturnType<typeof setTimeout> | null = null;

  static override styles = [
    shared,
    css`
      :host {
        display: block;
        padding: 0.5rem 1rem 0;
      }
      .head {
        display: flex;
        align-items: center;
        justify-content: space-between;
        gap: 0.5rem;
        min-height: 1.75rem;
      }
      .state {
        flex: 1;
        text-align: end;
      }
      textarea {
        display: block;
        width: 100%;
        min-height: 4.5rem;
        max-height: 12rem;
        field-sizing: content;
        resize: vertical;
        padding: 0.5rem 0.75rem;
        font: inherit;
        font-size: 0.875rem;
        line-height: 1.45;
        color: var(--ink);
        background: var(--surface);
        border: 1px solid var(--control);
        border-radius: 0.625rem;
      }
      textarea::placeholder {
        color: var(--soft);
        opacity: 1;
      }
      .close {
        display: grid;
        place-items: center;
        width: 1.75rem;
        height: 1.75rem;
        border-radius: 0.5rem;
        color: var(--soft);
      }
      .close:hover {
        background: var(--raised);
        color: var(--ink);
      }
    `,
  ];

  override focus(): void {
    if (this.hasUpdated) this.field.focus();
    else void this.updateComplete.then(() => this.field.focus());
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.keep(this.callId);
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    const before = changed.get("callId");
    if (before !== undefined) this.keep(before);
  }

  override render(): TemplateResult {
    const { notes } = this.texts.say;
    const { note } = this;
    const saving = this.typed !== null || note?.made_at === "";
    return html`<div class="head">
        <label class="eyebrow" for="note">${notes.heading}</label>
        <span class="quiet state" data-saved=${saving ? "false" : "true"}
          >${saving ? notes.saving : note?.text ? notes.saved : ""}</span
        >
        ${this.closable
          ? html`<button class="close" aria-label=${notes.close} title=${notes.close} @click=${this.close}>
              ${icons.cross(16)}
            </button>`
          : null}
      </div>
      <textarea
        id="note"
        maxlength="10000"
        placeholder=${notes.placeholder}
        .value=${this.typed ?? note?.text ?? ""}
        @input=${this.changed}
        @blur=${() => this.keep(this.callId)}
        @keydown=${this.pressed}
      ></textarea>`;
  }

  private changed(): void {
    this.typed = this.field.value;
    if (this.pause !== null) clearTimeout(this.pause);
    this.pause = setTimeout(() => this.keep(this.callId), PAUSE);
  }

  private pressed(event: KeyboardEvent): void {
    if (event.key !== "Escape" || event.isComposing) return;
    event.preventDefault();
    if (this.closable) this.close();
    else this.field.blur();
  }

  private close(): void {
    this.keep(this.callId);
    this.dispatchEvent(new CustomEvent("closed"));
  }

  private keep(callId: string): void {
    if (this.pause !== null) clearTimeout(this.pause);
    this.pause = null;
    const text = this.typed;
    this.typed = null;
    if (text === null || text === (this.note?.text ?? "")) return;
    this.dispatchEvent(new CustomEvent<Noted>("noted", { detail: { callId, text } }));
  }
}
