import { LitElement, css, html, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import { dueDate } from "../call/due.ts";
import { valueOf, type Marks } from "../call/marks.ts";
import type { EarlierCall, ToneLabel } from "../events.ts";
import { KEYS } from "../shortcuts.ts";
import { icons, toneIcon } from "../style/icons.ts";
import { shared } from "../style/shared.ts";
import type { Texts } from "../texts/texts.ts";

type EarlierPromise = EarlierCall["promises"][number];

const OUTCOMES = { solved: icons.check, unsolved: icons.cross, open: icons.clock } as const;
/** What a glance can take in. */
const MOST_CALLS = 3;
const MOST_PROMISES = 3;

/**
 * What is known of the customer: earlier calls and what is still owed. It fires `toggled`, and
 * `kept` with the subject of a promise that was kept.
 */
@customElement("customer-card")
export class CustomerCard extends LitElement {
  @property({ attribute: false }) texts!: Texts;
  @property({ attribute: false }) calls: readonly EarlierCall[] = [];
  @property({ attribute: false }) marks: Marks = {};
  @property({ attribute: false }) today!: Date;
  @property({ type: Boolean }) open = false;
  @property({ type: Boolean }) shortcuts = true;

  static override styles = [
    shared,
    css`
      :host {
        display: block;
        padding: 0 1rem 0.75rem;
        font-size: var(--small);
      }
      .row {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 0 0.625rem;
        width: 100%;
        min-height: 1.75rem;
        text-align: start;
        color: var(--soft);
        font-variant-numeric: tabular-nums;
      }
      .row:hover {
        color: var(--ink);
      }
      .row span {
        display: inline-flex;
        align-items: center;
        gap: 0.3125rem;
      }
      .row .heading {
        flex: 1;
        font-weight: 600;
        color: var(--ink);
      }
      .row .turn {
        margin-left: auto;
      }
      .turn svg {
        transform: rotate(90deg);
      }
      [aria-expanded="true"] .turn svg {
        transform: rotate(-90deg);
      }
      .owed {
        color: var(--warning);
        font-weight: 600;
      }
      section {
        background: var(--surface);
        border: 1px solid var(--line);
        border-radius: var(--radius);
        padding: 0.375rem 0.875rem 0.75rem;
      }
      h3 {
        padding: 0.625rem 0 0.25rem;
      }
      .calls {
        display: grid;
        grid-template-columns: auto 1fr;
        gap: 0.375rem 0.75rem;
        line-height: 1.4;
      }
      .calls li {
        display: grid;
        grid-column: 1 / -1;
        grid-template-columns: subgrid;
      }
      @container (max-width: 15rem) {
        .calls,
        .calls li {
          grid-template-columns: 1fr;
        }
      }
      time {
        color: var(--soft);
        font-variant-numeric: tabular-nums;
        white-space: nowrap;
      }
      .topic {
        display: block;
        font-weight: 550;
        overflow-wrap: anywhere;
      }
      .facts {
        display: flex;
        flex-wrap: wrap;
        gap: 0 0.75rem;
      }
      .facts span {
        display: inline-flex;
        align-items: center;
        gap: 0.25rem;
      }
      svg {
        flex: none;
      }
      .solved svg,
      .happy svg {
        color: var(--happy);
      }
      .unsolved svg {
        color: var(--warning);
      }
      .angry svg {
        color: var(--angry);
      }
      .sad svg {
        color: var(--sad);
      }
      .neutral svg {
        color: var(--neutral);
      }
      .promises {
        display: grid;
        gap: 0.375rem;
      }
      .promises li {
        display: flex;
        align-items: flex-start;
        gap: 0.5rem;
        line-height: 1.4;
      }
      .promises li > svg {
        margin-top: 0.0625rem;
        color: var(--accent);
      }
      .text {
        flex: 1;
        min-width: 0;
        overflow-wrap: anywhere;
      }
      .due {
        display: flex;
        flex-wrap: wrap;
        gap: 0 0.375rem;
        color: var(--soft);
      }
      .due.late {
        color: var(--warning);
        font-weight: 600;
      }
      .kept {
        flex: none;
        display: inline-flex;
        align-items: center;
        min-height: 1.75rem;
        padding: 0 0.5rem;
        border: 1px solid var(--control);
        border-radius: 0.5rem;
        font-weight: 600;
      }
      .kept:hover {
        background: var(--raised);
      }
    `,
  ];

  override render(): TemplateResult {
    return this.open
      ? html`<section aria-label=${this.texts.say.customer.heading}>${this.head()}${this.inside()}</section>`
      : this.head();
  }

  /** One line that opens and shuts the rest. */
  private head(): TemplateResult {
    const { customer } = this.texts.say;
    const owed = this.owed.length;
    return html`<button
      class="row"
      aria-expanded=${this.open ? "true" : "false"}
      aria-keyshortcuts=${this.shortcuts ? KEYS.customer : null}
      @click=${() => this.dispatchEvent(new CustomEvent("toggled"))}
    >
      ${this.open
        ? html`<span class="heading">${customer.heading}</span>`
        : html`<span>${icons.history(14)}${customer.calls(this.calls.length)}</span>
            ${owed > 0 ? html`<span class="owed">${icons.promise(14)}${customer.promises(owed)}</span>` : null}`}
      <span class="turn">${icons.chevron(14)}</span>
    </button>`;
  }

  private inside(): TemplateResult {
    const { customer } = this.texts.say;
    const { owed } = this;
    return html`<ul class="calls">
        ${this.calls.slice(0, MOST_CALLS).map((call) => this.call(call))}
      </ul>
      ${owed.length > 0
        ? html`<h3 class="eyebrow">${customer.openPromises}</h3>
            <ul class="promises">
              ${owed.slice(0, MOST_PROMISES).map((promise) => this.promise(promise))}
            </ul>`
        : null}`;
  }

  /** Promises that are still open, the latest made first. */
  private get owed(): readonly EarlierPromise[] {
    return this.calls
      .flatMap(({ promises }) => promises)
      .filter((promise) => valueOf(this.marks, "promise", subject(promise), "open") !== "kept");
  }

  private call(call: EarlierCall): TemplateResult {
    const { customer, ended } = this.texts.say;
    const { mood, outcome } = call;
    const at = new Date(call.started_at);
    return html`<li data-earlier=${call.call_id}>
      <time datetime=${call.started_at}>${this.texts.day(at, this.today)}</time>
      <div>
        <span class="topic">${ended.topics[call.topic] ?? customer.unknownTopic}</span>
        <span class="facts">
          ${outcome === "solved" || outcome === "unsolved" || outcome === "open"
            ? html`<span class=${outcome}>${OUTCOMES[outcome](14)}${ended.outcomes[outcome]}</span>`
            : null}
          ${mood
            ? html`<span class=${mood}
                >${toneIcon(mood as ToneLabel, 15)}<span class="unseen">${customer.mood}: </span
                >${this.texts.label(mood as ToneLabel)}</span
              >`
            : null}
        </span>
      </div>
    </li>`;
  }

  private promise(promise: EarlierPromise): TemplateResult {
    const { customer } = this.texts.say;
    const kept = (): boolean =>
      this.dispatchEvent(new CustomEvent<string>("kept", { detail: subject(promise) }));
    return html`<li data-owed=${subject(promise)}>
      ${promise.kind === "compensation" ? icons.gift(16) : icons.promise(16)}
      <div class="text">
        <q lang=${this.spokenIn(promise)}>${promise.quote}</q>
        ${this.due(promise)}
      </div>
      <button class="kept" aria-label="${customer.kept}: ${promise.quote}" @click=${kept}>
        ${customer.kept}
      </button>
    </li>`;
  }

  private spokenIn({ call_id }: EarlierPromise): string {
    return this.calls.find((call) => call.call_id === call_id)?.language ?? "";
  }

  private due(promise: EarlierPromise): TemplateResult {
    const { customer, promises } = this.texts.say;
    const due = promise.due && dueDate(promise.due, new Date(promise.said_at));
    if (!due) return html`<p class="due">${promise.due?.text ?? promises.noDue}</p>`;
    const late = due.at < this.today;
    const when = due.timed ? this.texts.moment(due.at, this.today) : this.texts.day(due.at, this.today);
    return html`<p class="due ${late ? "late" : ""}">
      <span><span class="unseen">${promises.due}: </span>${when}</span>
      ${late ? html`<span>· ${customer.overdue}</span>` : null}
    </p>`;
  }
}

function subject({ call_id, id }: EarlierPromise): string {
  return `${call_id}/${id}`;
}
