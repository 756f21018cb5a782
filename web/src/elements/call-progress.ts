import { LitElement, css, html, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { CallPhase, ChecklistItem, Promise as PromiseMade } from "../events.ts";
import { icons } from "../style/icons.ts";
import { shared } from "../style/shared.ts";
import type { Texts } from "../texts/texts.ts";
import "./promise-list.ts";

/** Ticks that fit beside the phase; a longer list is a number only. */
const MOST_TICKS = 8;

/** Where the call stands: its phase, the steps that tick themselves, what was promised. */
@customElement("call-progress")
export class CallProgress extends LitElement {
  @property({ attribute: false }) texts!: Texts;
  @property({ attribute: false }) stage: CallPhase | null = null;
  @property({ attribute: false }) items: readonly ChecklistItem[] = [];
  @property({ attribute: false }) promises: readonly PromiseMade[] = [];
  /** Language of the call, in which the steps are written. */
  @property() spoken = "";
  @property() startedAt = "";
  @property({ attribute: false }) today: Date | null = null;
  @property({ type: Boolean, reflect: true }) open = false;

  static override styles = [
    shared,
    css`
      :host {
        display: block;
        flex: 1 0 auto;
        max-width: 100%;
        font-size: var(--small);
      }
      :host([open]) {
        flex-basis: 100%;
      }
      .row {
        display: flex;
        align-items: center;
        gap: 0.5rem;
        width: 100%;
        min-height: 1.5rem;
        text-align: start;
      }
      .facts {
        flex: 1;
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 0 0.5rem;
      }
      .phase {
        font-weight: 600;
        color: var(--accent);
      }
      .steps,
      .made {
        display: inline-flex;
        align-items: center;
        gap: 0.3125rem;
        color: var(--soft);
        font-variant-numeric: tabular-nums;
      }
      .row:hover :is(.steps, .made) {
        color: var(--ink);
      }
      .ticks {
        display: inline-flex;
        gap: 0.125rem;
      }
      svg {
        flex: none;
      }
      .tick {
        stroke: var(--surface);
      }
      .done svg {
        color: var(--accent);
        animation: ticked 0.5s ease-out;
      }
      .todo svg {
        color: var(--control);
      }
      .turn {
        color: var(--soft);
      }
      .turn svg {
        transform: rotate(90deg);
        transition: transform 0.15s ease;
      }
      [aria-expanded="true"] .turn svg {
        transform: rotate(-90deg);
      }
      .panel {
        display: grid;
        gap: 0.75rem;
        margin: 0.125rem 0 0.25rem;
        padding: 0.625rem 0.875rem 0.75rem;
        background: var(--surface);
        border: 1px solid var(--line);
        border-radius: var(--radius);
      }
      .list {
        display: grid;
        gap: 0.375rem;
        padding-top: 0.25rem;
        font-size: 0.875rem;
        line-height: 1.4;
      }
      .list li {
        display: flex;
        gap: 0.5rem;
      }
      .list li > svg {
        margin-top: 0.125rem;
      }
      .list p {
        overflow-wrap: anywhere;
      }
      .quote {
        font-size: var(--small);
        color: var(--soft);
        font-variant-numeric: tabular-nums;
      }
      @keyframes ticked {
        40% {
          transform: scale(1.35);
        }
      }
    `,
  ];

  override render(): TemplateResult | null {
    const { items, promises, stage } = this;
    if (stage === null && items.length === 0 && promises.length === 0) return null;
    const { progress } = this.texts.say;
    const empty = items.length === 0 && promises.length === 0;
    if (empty) return html`<p class="row">${this.phase()}</p>`;
    return html`<button
        class="row"
        aria-expanded=${this.open ? "true" : "false"}
        @click=${() => (this.open = !this.open)}
      >
        <span class="facts"
          >${this.phase()}${items.length > 0 ? this.steps() : null}
          ${promises.length > 0
            ? html`<span class="made"
                >${icons.promise(14)}<span>${this.texts.say.promises.count(promises.length)}</span></span
              >`
            : null}</span
        >
        <span class="turn">${icons.chevron(14)}</span>
      </button>
      ${this.open
        ? html`<div class="panel">
            ${items.length > 0
              ? html`<section>
                  <h3 class="eyebrow">${progress.steps}</h3>
                  <ul class="list">
                    ${items.map((item) => this.item(item))}
                  </ul>
                </section>`
              : null}
            ${promises.length > 0
              ? html`<promise-list
                  .texts=${this.texts}
                  .promises=${promises}
                  .spoken=${this.spoken}
                  .startedAt=${this.startedAt}
                  .today=${this.today}
                ></promise-list>`
              : null}
          </div>`
        : null}`;
  }

  private phase(): TemplateResult | null {
    const { progress } = this.texts.say;
    if (this.stage === null) return null;
    return html`<span class="phase" data-stage=${this.stage}
      ><span class="unseen">${progress.phase}: </span>${progress.phases[this.stage]}</span
    >`;
  }

  private steps(): TemplateResult {
    const { items, texts } = this;
    const done = texts.integer(items.filter((item) => item.done).length);
    const all = texts.integer(items.length);
    return html`<span class="steps">
      ${items.length <= MOST_TICKS
        ? html`<span class="ticks" aria-hidden="true">${items.map((item) => this.tick(item))}</span>`
        : null}
      <span aria-hidden="true">${done}/${all}</span>
      <span class="unseen">${texts.say.progress.stepsDone(done, all)}</span>
    </span>`;
  }

  private tick(item: ChecklistItem): TemplateResult {
    const hint = item.done && item.quote ? `${item.text} · “${item.quote}”` : item.text;
    return html`<span class=${item.done ? "done" : "todo"} data-step=${item.id} title=${hint}
      >${item.done ? icons.ticked(16) : icons.ring(16)}</span
    >`;
  }

  private item(item: ChecklistItem): TemplateResult {
    const { progress } = this.texts.say;
    return html`<li class=${item.done ? "done" : "todo"} data-item=${item.id}>
      ${item.done ? icons.ticked(16) : icons.ring(16)}
      <div>
        <p lang=${this.spoken}>
          ${item.text}<span class="unseen" lang=${this.texts.language}
            >, ${item.done ? progress.done : progress.open}</span
          >
        </p>
        ${item.done && item.quote
          ? html`<p class="quote">
              <q lang=${this.spoken}>${item.quote}</q> ${this.texts.clock(item.start)}
            </p>`
          : null}
      </div>
    </li>`;
  }
}
