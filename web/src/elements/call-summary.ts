import { LitElement, css, html, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { CallState } from "../call/state.ts";
import { icons } from "../style/icons.ts";
import { shared } from "../style/shared.ts";
import type { Texts } from "../texts/texts.ts";
import "./promise-list.ts";

const OUTCOMES = { solved: icons.check, unsolved: icons.cross, open: icons.clock } as const;

/** How the call ended: whether it was solved, what it was about, what is left to be done. */
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
        display: grid;
        gap: 0.625rem;
        background: var(--surface);
        border: 1px solid var(--line);
        border-radius: var(--radius);
        padding: 0.75rem 0.875rem;
      }
      .outcome {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 0.125rem 0.5rem;
        font-size: var(--large);
        font-weight: 650;
        line-height: 1.3;
      }
      .outcome svg {
        flex: none;
      }
      .solved svg {
        color: var(--happy);
      }
      .unsolved svg {
        color: var(--warning);
      }
      .open svg {
        color: var(--unsure);
      }
      .told {
        font-size: 0.875rem;
        line-height: 1.45;
        overflow-wrap: anywhere;
        text-wrap: pretty;
      }
      .written {
        padding: 0.5rem 0.625rem;
        border-radius: 0.625rem;
        background: var(--raised);
      }
      dl {
        display: grid;
        grid-template-columns: auto 1fr;
        gap: 0.125rem 1rem;
        font-size: 0.875rem;
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
    const { call, texts } = this;
    const { ended } = texts.say;
    const reason = ended.reasons[call.ended?.reason ?? ""] ?? ended.reasonOther;
    const outcome = this.outcome();
    return html`<section>
      ${outcome ?? html`<h2 class="outcome">${reason}</h2>`}
      ${call.ended?.summary
        ? html`<p class="told" lang=${call.language}>${call.ended.summary}</p>`
        : null}
      ${call.written
        ? html`<div class="written">
            <p class="machine" title=${call.written.model}>
              ${icons.machine(16)}${texts.say.byMachine}
            </p>
            <p class="told" lang=${call.language}>${call.written.text}</p>
          </div>`
        : null}
      ${call.promises.length > 0
        ? html`<promise-list
            .texts=${texts}
            .promises=${call.promises}
            .spoken=${call.language}
          ></promise-list>`
        : null}
      <dl>
        ${this.rows().map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}
      </dl>
      ${outcome ? html`<p class="quiet">${reason}</p>` : null}
    </section>`;
  }

  private outcome(): TemplateResult | null {
    const { ended } = this.texts.say;
    const outcome = this.call.ended?.outcome;
    if (outcome !== "solved" && outcome !== "unsolved" && outcome !== "open") return null;
    return html`<h2 class="outcome ${outcome}" data-outcome=${outcome}>
      ${OUTCOMES[outcome](22)}<span class="unseen">${ended.outcome}: </span>${ended.outcomes[outcome]}
    </h2>`;
  }

  private rows(): readonly (readonly [name: string, value: string])[] {
    const { call, texts } = this;
    const { ended } = texts.say;
    const topic = ended.topics[call.ended?.topic ?? ""];
    const used = call.suggestions.filter(({ fate }) => fate === "used" || fate === "said").length;
    const all = call.suggestions.length;
    const rows: [string, string][] = [[ended.duration, texts.duration(this.elapsed)]];
    if (topic !== undefined) rows.unshift([ended.topic, topic]);
    if (call.tone) rows.push([ended.lastTone, texts.label(call.tone.label)]);
    rows.push([ended.suggestions, all > 0 ? ended.usedOf(used, all) : ended.noSuggestions]);
    return rows;
  }
}
