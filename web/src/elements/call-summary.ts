import { LitElement, css, html, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { CallState } from "../call/state.ts";
import { shared } from "../style/shared.ts";
import type { Texts } from "../texts/texts.ts";

/** How the call went, in three lines. */
@customElement("call-summary")
export class CallSummary extends LitElement {
  @property({ attribute: false }) texts!: Texts;
  @property({ attribute: false }) call!: CallState;
  @property({ type: Number }) elapsed = 0;

  static override styles = [
    shared,
    css`
      :host {
        display: block;
        padding: 0.75rem 1rem 0;
      }
      section {
        background: var(--surface);
        border: 1px solid var(--line);
        border-radius: var(--radius);
        padding: 0.75rem 1rem;
      }
      .reason {
        font-weight: 600;
      }
      dl {
        display: grid;
        grid-template-columns: auto 1fr;
        gap: 0.125rem 1rem;
        padding-top: 0.375rem;
      }
      dt {
        color: var(--soft);
      }
      dd {
        text-align: right;
        font-variant-numeric: tabular-nums;
      }
    `,
  ];

  override render(): TemplateResult {
    const { ended } = this.texts.say;
    const reason = ended.reasons[this.call.ended?.reason ?? ""] ?? ended.reasonOther;
    const { suggestions, tone } = this.call;
    const used = suggestions.filter(({ fate }) => fate === "used" || fate === "said").length;
    const told =
      suggestions.length > 0 ? ended.usedOf(used, suggestions.length) : ended.noSuggestions;
    return html`<section>
      <p class="reason">${reason}</p>
      <dl>
        <dt>${ended.duration}</dt>
        <dd>${this.texts.duration(this.elapsed)}</dd>
        ${tone
          ? html`<dt>${ended.lastTone}</dt>
              <dd>${this.texts.label(tone.label)}</dd>`
          : null}
        <dt>${ended.suggestions}</dt>
        <dd>${told}</dd>
      </dl>
    </section>`;
  }
}
