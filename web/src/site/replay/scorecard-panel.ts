import { LitElement, css, html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import type { Card, Me, Piece, Quality, QualityNames, Review } from "../../events.ts";
import { icons } from "../../style/icons.ts";
import { shared } from "../../style/shared.ts";
import type { Texts } from "../../texts/texts.ts";
import { RequestProblem, ask, tell } from "../ask.ts";
import { site } from "../style.ts";
import { siteTexts } from "../texts.ts";
import { replayTexts, type ReplayTexts } from "./texts.ts";

/**
 * The qualities of a call with what moved each of them, and what people say to that. It fires
 * `sought` with a second of the call.
 */
@customElement("scorecard-panel")
export class ScorecardPanel extends LitElement {
  @property({ attribute: false }) texts!: Texts;
  /** The address of the server's `api/`. */
  @property() api = "";
  @property() call = "";
  @state() private card: Card | null = null;
  @state() private names: Readonly<Record<string, QualityNames>> = {};
  @state() private may = false;
  /** The quality that is being corrected. */
  @state() private correcting = "";
  @state() private trouble = "";

  static override styles = [
    shared,
    site,
    css`
      :host {
        display: block;
        min-height: 0;
        background: none;
      }
      .top {
        display: flex;
        justify-content: space-between;
        gap: 1rem;
        padding-bottom: 0.375rem;
      }
      details + details {
        border-top: 1px solid var(--line);
      }
      summary {
        display: grid;
        grid-template-columns: 1rem minmax(0, 1fr) 3.5rem 2rem;
        align-items: center;
        gap: 0.5rem;
        min-height: 2rem;
        font-size: 0.875rem;
        cursor: pointer;
        list-style: none;
      }
      summary::-webkit-details-marker {
        display: none;
      }
      summary > svg:first-child {
        color: var(--soft);
      }
      details[open] summary > svg:first-child {
        transform: rotate(90deg);
      }
      .score {
        text-align: end;
        font-weight: 600;
        font-variant-numeric: tabular-nums;
      }
      .track {
        fill: var(--line);
      }
      .bar {
        fill: var(--accent);
      }
      .body {
        display: grid;
        gap: 0.5rem;
        padding: 0.125rem 0 0.75rem 1.5rem;
        font-size: var(--small);
        line-height: 1.4;
      }
      .evidence {
        display: grid;
        gap: 0.375rem;
      }
      .evidence li {
        display: grid;
        grid-template-columns: 2.25rem minmax(0, 1fr);
        gap: 0 0.375rem;
      }
      .points {
        font-weight: 600;
        font-variant-numeric: tabular-nums;
      }
      .plus {
        color: var(--happy);
      }
      .minus {
        color: var(--angry);
      }
      .go {
        min-height: 1.5rem;
        font-weight: 600;
        color: var(--accent);
        font-variant-numeric: tabular-nums;
      }
      .go:hover {
        text-decoration: underline;
      }
      q,
      .comment {
        overflow-wrap: anywhere;
      }
      .actions {
        display: flex;
        flex-wrap: wrap;
        gap: 0.375rem;
      }
      .actions .button {
        min-height: 1.875rem;
        padding: 0 0.625rem;
        font-size: var(--small);
      }
      form {
        display: grid;
        gap: 0.375rem;
      }
      input {
        width: 5rem;
        min-height: 1.875rem;
      }
    `,
  ];

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("call")) void this.load();
  }

  private get address(): string {
    return `${this.api}calls/${encodeURIComponent(this.call)}`;
  }

  private async load(): Promise<void> {
    try {
      const [card, names, me] = await Promise.all([
        ask<Card>(`${this.address}/scorecard`),
        ask<Record<string, QualityNames>>(`${this.api}scorecard/names`),
        ask<Me>(`${this.api}me`),
      ]);
      this.card = card;
      this.names = names;
      this.may = me.may.includes("review");
    } catch (error) {
      if (!(error instanceof RequestProblem)) throw error;
      this.trouble = error.message || siteTexts(this.texts.language).unreachable;
    }
  }

  private async review(quality: string, said: Partial<Review>): Promise<void> {
    try {
      await tell(`${this.address}/reviews`, "POST", { quality, ...said });
      this.correcting = "";
      this.trouble = "";
      this.card = await ask<Card>(`${this.address}/scorecard`);
    } catch (error) {
      if (!(error instanceof RequestProblem)) throw error;
      this.trouble = error.message || siteTexts(this.texts.language).unreachable;
    }
  }

  override render(): TemplateResult {
    const { card, texts } = this;
    const say = replayTexts(texts.language);
    const names = this.names[texts.language];
    return html`<div class="top">
        <h2>${say.scorecard}</h2>
        ${card?.score == null ? nothing : html`<p class="score">${texts.integer(card.score)}</p>`}
      </div>
      ${this.trouble ? html`<p class="quiet" role="status">${this.trouble}</p>` : nothing}
      ${card && names
        ? card.scorecard.qualities.map((quality) => this.quality(quality, card, names, say))
        : nothing}`;
  }

  private quality(quality: Quality, card: Card, names: QualityNames, say: ReplayTexts): TemplateResult {
    const { texts } = this;
    const score = card.corrected[quality.id] ?? null;
    const reviews = card.reviews.filter((review) => review.quality === quality.id);
    return html`<details data-quality=${quality.id}>
      <summary>
        ${icons.chevron(14)}<span>${names.qualities[quality.id] ?? quality.id}</span>
        <svg viewBox="0 0 56 6" width="56" height="6" aria-hidden="true">
          <rect class="track" width="56" height="6" rx="3"></rect>
          <rect class="bar" width=${((score ?? 0) / 100) * 56} height="6" rx="3"></rect>
        </svg>
        <span class="score"
          >${score === null
            ? html`<span aria-hidden="true">—</span><span class="unseen">${say.unscored}</span>`
            : texts.integer(score)}</span
        >
      </summary>
      <div class="body">
        ${quality.score === null
          ? html`<p>${names.missing[quality.missing] ?? say.unscored}</p>`
          : score === quality.score
            ? nothing
            : html`<p>${say.estimated(texts.integer(quality.score))}</p>`}
        ${quality.evidence.length > 0
          ? html`<ul class="evidence">
              ${quality.evidence.map((piece) => this.piece(piece, card, names))}
            </ul>`
          : nothing}
        ${reviews.map((review) => this.said(review, say))} ${this.may ? this.actions(quality, say) : nothing}
      </div>
    </details>`;
  }

  private piece(piece: Piece, card: Card, names: QualityNames): TemplateResult {
    const { texts } = this;
    const { points, rule, start, text } = piece;
    const name = (names.rules[rule]?.name ?? rule).replace(VALUE, (_, digits: string) =>
      digits === "0" ? texts.integer(piece.value) : texts.decimal(piece.value),
    );
    const sign = points < 0 ? "minus" : "plus";
    const seek = (): boolean =>
      this.dispatchEvent(new CustomEvent<number>("sought", { detail: start }));
    return html`<li data-rule=${rule}>
      <span class="points ${points === 0 ? "" : sign}">${texts.signed(points)}</span>
      <span
        >${name}
        <button class="go" @click=${seek}>${texts.clock(start)}</button>
        ${text ? html`<br /><q lang=${card.scorecard.language || nothing}>${text}</q>` : nothing}</span
      >
    </li>`;
  }

  private said({ author, comment, value, verdict }: Review, say: ReplayTexts): TemplateResult {
    const judged =
      verdict === "accept"
        ? say.accepted
        : say.correctedTo(value === null ? "—" : this.texts.integer(value));
    return html`<p class="comment" data-review=${verdict}>
      ${icons.pencil(13)} ${[author, judged].filter(Boolean).join(": ")}${comment ? html`<br />${comment}` : nothing}
    </p>`;
  }

  private actions({ id, score }: Quality, say: ReplayTexts): TemplateResult {
    if (this.correcting !== id) {
      return html`<p class="actions">
        <button class="button" data-accept @click=${() => this.review(id, { verdict: "accept" })}>
          ${icons.check(14)}${say.accept}
        </button>
        <button class="button" data-correct @click=${() => (this.correcting = id)}>
          ${icons.pencil(14)}${say.correct}
        </button>
      </p>`;
    }
    const save = (event: Event): void => {
      event.preventDefault();
      const given = new FormData(event.target as HTMLFormElement);
      const value = String(given.get("value") ?? "");
      const comment = String(given.get("comment") ?? "").trim();
      void this.review(id, { verdict: "correct", value: value === "" ? null : Number(value), comment });
    };
    return html`<form @submit=${save}>
      <label for="value">${say.rightScore}</label>
      <input id="value" name="value" type="number" min="0" max="100" .value=${String(score ?? "")} />
      <label for="comment">${say.comment}</label>
      <textarea id="comment" name="comment" maxlength="4000"></textarea>
      <p class="actions">
        <button class="button primary">${say.saveReview}</button>
        <button class="button" type="button" @click=${() => (this.correcting = "")}>${say.cancel}</button>
      </p>
    </form>`;
  }
}

/** Where a rule's name has its measure, with so many decimal places. */
const VALUE = /\{value:\.(\d)f\}/gu;
