import { LitElement, css, html, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { Gauge } from "../call/gauges.ts";
import { icons } from "../style/icons.ts";
import { shared } from "../style/shared.ts";
import type { Texts } from "../texts/texts.ts";

const ICONS = { talk: icons.talk, pace: icons.pace, silence: icons.silence, monologue: icons.talk };

/** The measures worth a glance now; most of the time there is nothing here. */
@customElement("mechanics-gauges")
export class MechanicsGauges extends LitElement {
  @property({ attribute: false }) texts!: Texts;
  @property({ attribute: false }) gauges: readonly Gauge[] = [];

  static override styles = [
    shared,
    css`
      ul {
        display: grid;
        gap: 0.25rem;
        padding: 0.5rem 1.25rem 0;
      }
      li {
        display: flex;
        align-items: center;
        gap: 0.5rem;
        font-size: var(--small);
        line-height: 1.35;
      }
      li > svg:first-child {
        flex: none;
        color: var(--warning);
      }
      span {
        flex: 1;
      }
      .meter {
        flex: none;
        width: 3rem;
        height: 0.375rem;
      }
      .track {
        fill: var(--line);
      }
      .level {
        fill: var(--warning);
      }
    `,
  ];

  override render(): TemplateResult | null {
    if (this.gauges.length === 0) return null;
    return html`<ul aria-label=${this.texts.say.gauges.heading}>
      ${this.gauges.map(
        (gauge) => html`<li data-gauge=${gauge.kind}>
          ${ICONS[gauge.kind](16)}<span>${this.sentence(gauge)}</span>
          <svg class="meter" viewBox="0 0 48 6" aria-hidden="true">
            <rect class="track" width="48" height="6" rx="3"></rect>
            <rect class="level" width=${Math.round(gauge.level * 48)} height="6" rx="3"></rect>
          </svg>
        </li>`,
      )}
    </ul>`;
  }

  private sentence(gauge: Gauge): string {
    const { gauges } = this.texts.say;
    const text = gauge.kind === "talk" ? this.texts.percent(gauge.value) : this.texts.integer(gauge.value);
    return gauges[gauge.kind](text);
  }
}
