import { LitElement, css, html, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import { markOf, valueOf, type MarkFields, type MarkKind } from "../call/marks.ts";
import type { CallState } from "../call/state.ts";
import type { ToneLabel } from "../events.ts";
import { icons } from "../style/icons.ts";
import { shared } from "../style/shared.ts";
import type { Texts } from "../texts/texts.ts";
import type { CallNotes, Noted } from "./call-notes.ts";
import "./call-notes.ts";
import "./promise-list.ts";

/** What the reader says it really was. */
export interface Correction extends MarkFields {
  readonly kind: MarkKind;
}

const TONES = ["angry", "sad", "neutral", "happy", "unsure"] as const satisfies readonly ToneLabel[];
const OUTCOMES = { solved: icons.check, unsolved: icons.cross, open: icons.clock } as const;

/**
 * How the call ended: whether it was solved, what it was about, what is left to be done, and what
 * the agent says to that. It fires `corrected`, and `noted` with what was written.
 */
@customElement("call-summary")
export class CallSummary extends LitElement {
  @property({ attribute: false }) texts!: Texts;
  @property({ attribute: false }) call!: CallState;
  @property({ type: Number }) elapsed = 0;
  @property({ attribute: false }) today!: Date;

  static override styles = [
    shared,
    css`
      :host {
        display: block;
        padding: 0.75rem 1rem 0;
      }
      section {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
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
      .choices {
        display: flex;
        flex-wrap: wrap;
        gap: 0.375rem;
      }
      .choices button {
        flex: 1 0 auto;
        display: inline-flex;
        align-items: center;
        justify-content: center;
        gap: 0.3125rem;
        min-height: 2rem;
        padding: 0 0.5rem;
        border: 1px solid var(--control);
        border-radius: 0.5rem;
        font-size: var(--small);
        font-weight: 550;
        color: var(--soft);
      }
      .choices button:hover {
        background: var(--raised);
        color: var(--ink);
      }
      .choices button[aria-pressed="true"] {
        border-color: var(--accent);
        background: var(--accentTint);
        color: var(--accent);
      }
      .outcome .quiet {
        font-weight: 400;
      }
      call-notes {
        padding: 0;
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
        grid-template-columns: auto minmax(0, 1fr);
        align-items: center;
        gap: 0.375rem 1rem;
        font-size: 0.875rem;
      }
      dt {
        color: var(--soft);
      }
      dd {
        text-align: right;
        font-variant-numeric: tabular-nums;
      }
      dd select {
        text-align-last: right;
      }
      .mine {
        border-color: var(--accent);
        color: var(--accent);
      }
    `,
  ];

  /** To where the agent writes. */
  focusNote(): void {
    this.renderRoot.querySelector<CallNotes>("call-notes")?.focus();
  }

  override render(): TemplateResult {
    const { call, texts } = this;
    const { ended } = texts.say;
    const reason = ended.reasons[call.ended?.reason ?? ""] ?? ended.reasonOther;
    const outcome = this.headline();
    return html`<section>
      ${outcome ?? html`<h2 class="outcome">${reason}</h2>`} ${this.choices()}
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
            .startedAt=${call.startedAt}
            .today=${this.today}
          ></promise-list>`
        : null}
      <dl>
        ${this.topic()} ${this.lastTone()}
        ${this.rows().map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}
      </dl>
      <call-notes
        .texts=${texts}
        .callId=${call.callId ?? ""}
        .note=${markOf(call.marks, "note")}
        @noted=${({ detail }: CustomEvent<Noted>) =>
          this.dispatchEvent(new CustomEvent<Noted>("noted", { detail }))}
      ></call-notes>
      ${outcome ? html`<p class="quiet">${reason}</p>` : null}
    </section>`;
  }

  private headline(): TemplateResult | null {
    const { ended } = this.texts.say;
    const { outcome } = this;
    if (outcome === "") return null;
    return html`<h2 class="outcome ${outcome}" data-outcome=${outcome}>
      ${OUTCOMES[outcome](22)}<span class="unseen">${ended.outcome}: </span>${ended.outcomes[outcome]}
      ${markOf(this.call.marks, "outcome") ? html`<span class="quiet">${ended.corrected}</span>` : null}
    </h2>`;
  }

  /** How the call ended by the agent's word, else by the call's own. */
  private get outcome(): keyof typeof OUTCOMES | "" {
    const outcome = valueOf(this.call.marks, "outcome", "", this.call.ended?.outcome ?? "");
    return outcome === "solved" || outcome === "unsolved" || outcome === "open" ? outcome : "";
  }

  /** One press says how it really ended. */
  private choices(): TemplateResult {
    const { ended } = this.texts.say;
    const names = Object.keys(OUTCOMES) as (keyof typeof OUTCOMES)[];
    return html`<div class="choices" role="group" aria-label="${ended.outcome}: ${ended.correct}">
      ${names.map(
        (name) => html`<button
          data-choice=${name}
          aria-pressed=${this.outcome === name ? "true" : "false"}
          @click=${() => this.correct({ kind: "outcome", value: name })}
        >
          ${this.outcome === name ? icons.check(14) : null}${name === "open"
            ? ended.unclear
            : ended.outcomes[name]}
        </button>`,
      )}
    </div>`;
  }

  private topic(): TemplateResult {
    const { ended } = this.texts.say;
    const topic = valueOf(this.call.marks, "topic", "", this.call.ended?.topic ?? "");
    const known = Object.entries(ended.topics);
    const choose = (value: string): void => this.correct({ kind: "topic", value });
    return html`<dt><label for="topic">${ended.topic}</label></dt>
      <dd>
        <select
          id="topic"
          class=${markOf(this.call.marks, "topic") ? "mine" : ""}
          @change=${(event: Event) => choose((event.target as HTMLSelectElement).value)}
        >
          ${topic in ended.topics ? null : html`<option value="" disabled selected>${ended.unclear}</option>`}
          ${known.map(
            ([id, name]) => html`<option value=${id} .selected=${id === topic}>${name}</option>`,
          )}
        </select>
      </dd>`;
  }

  private lastTone(): TemplateResult | null {
    const { tone } = this.call;
    if (!tone) return null;
    const about = String(tone.seq);
    const label = valueOf(this.call.marks, "tone", about, tone.label);
    const choose = (value: string): void =>
      this.correct({ kind: "tone", about, start: tone.end, value });
    return html`<dt><label for="tone">${this.texts.say.ended.lastTone}</label></dt>
      <dd>
        <select
          id="tone"
          class=${markOf(this.call.marks, "tone", about) ? "mine" : ""}
          @change=${(event: Event) => choose((event.target as HTMLSelectElement).value)}
        >
          ${TONES.map(
            (name) => html`<option value=${name} .selected=${name === label}>
              ${this.texts.label(name)}
            </option>`,
          )}
        </select>
      </dd>`;
  }

  private correct(correction: Correction): void {
    this.dispatchEvent(new CustomEvent<Correction>("corrected", { detail: correction }));
  }

  private rows(): readonly (readonly [name: string, value: string])[] {
    const { call, texts } = this;
    const { ended } = texts.say;
    const used = call.suggestions.filter(({ fate }) => fate === "used" || fate === "said").length;
    const all = call.suggestions.length;
    const rows: [string, string][] = [[ended.duration, texts.duration(this.elapsed)]];
    rows.push([ended.suggestions, all > 0 ? ended.usedOf(used, all) : ended.noSuggestions]);
    return rows;
  }
}
