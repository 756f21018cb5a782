import { LitElement, css, html, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import { dueDate } from "../call/due.ts";
import type { Due, Promise as PromiseMade } from "../events.ts";
import { icons } from "../style/icons.ts";
import { shared } from "../style/shared.ts";
import type { Texts } from "../texts/texts.ts";

/** What the agent promised in the call, in the agent's own words, and until when. */
@customElement("promise-list")
export class PromiseList extends LitElement {
  @property({ attribute: false }) texts!: Texts;
  @property({ attribute: false }) promises: readonly PromiseMade[] = [];
  /** Language of the call, in which the promises were made. */
  @property() spoken = "";
  /** When the call began, ISO 8601; what is due is counted from there. */
  @property() startedAt = "";
  @property({ attribute: false }) today: Date | null = null;
  /** What stands above it; by default what the agent is told. */
  @property() heading = "";

  static override styles = [
    shared,
    css`
      :host {
        display: block;
        font-size: 0.875rem;
        line-height: 1.4;
      }
      ul {
        display: grid;
        gap: 0.5rem;
        padding-top: 0.25rem;
      }
      li {
        display: flex;
        gap: 0.5rem;
      }
      li > svg {
        flex: none;
        margin-top: 0.125rem;
        color: var(--accent);
      }
      .text {
        min-width: 0;
        overflow-wrap: anywhere;
      }
      .more {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 0 0.75rem;
        font-size: var(--small);
        color: var(--soft);
        font-variant-numeric: tabular-nums;
      }
      .due {
        display: inline-flex;
        align-items: center;
        gap: 0.25rem;
      }
      .due b {
        color: var(--ink);
        font-weight: 600;
      }
    `,
  ];

  override render(): TemplateResult {
    return html`<h3 class="eyebrow">${this.heading || this.texts.say.promises.heading}</h3>
      <ul>
        ${this.promises.map((promise) => this.item(promise))}
      </ul>`;
  }

  private item(promise: PromiseMade): TemplateResult {
    const { promises } = this.texts.say;
    const compensation = promise.kind === "compensation";
    return html`<li data-promise=${promise.id}>
      ${compensation ? icons.gift(16) : icons.promise(16)}
      <div class="text">
        <q lang=${this.spoken}>${promise.quote}</q>
        <p class="more">
          ${compensation ? html`<span>${promises.compensation}</span>` : null}
          ${promise.due ? this.due(promise.due, promise.start) : compensation ? null : html`<span>${promises.noDue}</span>`}
          <span>${this.texts.clock(promise.start)}</span>
        </p>
      </div>
    </li>`;
  }

  private due(due: Due, start: number): TemplateResult {
    const when = this.date(due, start);
    return html`<span class="due"
      >${icons.clock(14)}<span class="unseen">${this.texts.say.promises.due}: </span
      ><b lang=${this.spoken}>${due.text}</b>${when ? html`<span>· ${when}</span>` : null}</span
    >`;
  }

  /** What was said as a date, where it can be told. */
  private date(due: Due, start: number): string | null {
    if (!this.startedAt || !this.today) return null;
    const said = new Date(Date.parse(this.startedAt) + start * 1000);
    const date = dueDate(due, said);
    return date && this.texts[date.timed ? "moment" : "day"](date.at, this.today);
  }
}
