import { css, html, nothing, type TemplateResult } from "lit";
import { customElement } from "lit/decorators.js";
import type { Area, Rated, Reason, Reasons } from "../../events.ts";
import { shared, tokens } from "../../style/shared.ts";
import { site } from "../style.ts";
import { SpanPage, bar, spanStyle } from "./span-page.ts";

/** What customers call about, how it went, and what is new. */
@customElement("reasons-page")
export class ReasonsPage extends SpanPage<Reasons> {
  protected readonly current = "reasons";
  protected readonly path = "api/reasons";

  static override styles = [
    tokens,
    shared,
    site,
    spanStyle,
    css`
      h2 {
        padding: 1.5rem 0 0.25rem;
        font-size: var(--large);
      }
      .scroll {
        margin-top: 0.75rem;
      }
      .problem th {
        font-weight: 400;
        padding-left: 1.75rem;
      }
      .area {
        background: var(--raised);
      }
      .up,
      .down {
        font-weight: 600;
        white-space: nowrap;
      }
      .up {
        color: var(--angry);
      }
      .down {
        color: var(--happy);
      }
      .words {
        display: flex;
        flex-wrap: wrap;
        gap: 0.5rem;
        padding-top: 0.625rem;
      }
      .words a {
        display: inline-flex;
        align-items: baseline;
        gap: 0.5rem;
        min-height: 1.875rem;
        padding: 0.1875rem 0.75rem;
        border-radius: 1rem;
        background: var(--accentTint);
        font-weight: 600;
        text-decoration: none;
      }
      .words .quiet {
        font-weight: 400;
      }
    `,
  ];

  protected override heading(): string {
    return this.words.reasons.heading;
  }

  protected override shown(found: Reasons): TemplateResult {
    const { reasons, uncertainty } = this.words;
    if (found.calls === 0) return html`<p class="card">${reasons.none}</p>`;
    return html`<p>${reasons.total(this.number(found.calls), this.number(found.before))}</p>
      <p class="quiet">${this.span(found)}. ${uncertainty}</p>
      <div class="card scroll" tabindex="0" role="region" aria-label=${reasons.heading}>
        <table>
          <thead>
            <tr>
              <th>${reasons.reason}</th>
              <th>${reasons.calls}</th>
              <th class="number">${reasons.before}</th>
              <th class="number">${reasons.angry}</th>
              <th class="number">${reasons.solved}</th>
              <th class="number">${reasons.again}</th>
              <th class="number">${reasons.satisfied}</th>
            </tr>
          </thead>
          <tbody>
            ${found.reasons.map((area) => this.area(area))}
          </tbody>
        </table>
      </div>
      ${this.rising(found)} ${this.ratings(found.ratings)}`;
  }

  private area(area: Area): TemplateResult {
    const name = this.words.reasons.areas[area.topic] ?? area.topic;
    return html`${this.row(area, name, "area")}
    ${area.problems.map((one) => {
      const topics: Readonly<Record<string, string>> = this.texts.say.ended.topics;
      return this.row(one, topics[one.topic] ?? one.topic, "problem");
    })}`;
  }

  private row(reason: Reason, name: string, level: "area" | "problem"): TemplateResult {
    const { reasons } = this.words;
    const trend = reason.trend === "up" ? `↑ ${reasons.up}` : reason.trend === "down" ? `↓ ${reasons.down}` : "";
    const address = this.address(`calls?topic=${encodeURIComponent(reason.topic)}`);
    return html`<tr class=${level} data-topic=${reason.topic}>
      <th>${reason.topic === "" ? reasons.unknown : html`<a href=${address}>${name}</a>`}</th>
      <td>
        ${bar(0, reason.part.share ?? 0)} <span class="number">${this.number(reason.calls)}</span>
      </td>
      <td class="number">
        ${this.number(reason.before)} ${trend ? html`<span class=${reason.trend}>${trend}</span>` : nothing}
      </td>
      <td class="number">${this.share(reason.angry)}</td>
      <td class="number">${this.share(reason.solved)}</td>
      <td class="number">${this.share(reason.again)}</td>
      <td class="number">${this.share(reason.satisfied)}</td>
    </tr>`;
  }

  private rising(found: Reasons): TemplateResult {
    const { reasons } = this.words;
    const words = Object.entries(found.words).flatMap(([language, some]) =>
      some.map((one) => ({ language, ...one })),
    );
    return html`<h2>${reasons.words}</h2>
      <p class="quiet">${reasons.wordsNote}</p>
      ${words.length === 0
        ? html`<p class="quiet">${reasons.noWords}</p>`
        : html`<ul class="words">
            ${words.map(
              (one) => html`<li>
                <a lang=${one.language} href=${this.address(`calls?q=${encodeURIComponent(one.word)}`)}
                  >${one.word}
                  <span class="quiet">${reasons.wordCalls(this.number(one.now), this.number(one.before))}</span></a
                >
              </li>`,
            )}
          </ul>`}`;
  }

  private ratings(ratings: readonly Rated[]): TemplateResult {
    const { reasons } = this.words;
    return html`<h2>${reasons.ratings}</h2>
      <p class="quiet">${reasons.ratingsNote}</p>
      ${ratings.length === 0
        ? html`<p class="quiet">${reasons.noRatings}</p>`
        : html`<div class="card scroll" tabindex="0" role="region" aria-label=${reasons.ratings}>
            <table>
              <thead>
                <tr>
                  <th>${reasons.kind}</th>
                  <th class="number">${reasons.all}</th>
                  <th class="number">${reasons.solvedCalls}</th>
                  <th class="number">${reasons.unsolvedCalls}</th>
                  <th class="number">${reasons.openCalls}</th>
                  <th class="number">${reasons.agreement}</th>
                </tr>
              </thead>
              <tbody>
                ${ratings.map((one) => this.rated(one))}
              </tbody>
            </table>
          </div>`}`;
  }

  private rated(one: Rated): TemplateResult {
    const range =
      one.low === null || one.high === null
        ? ""
        : this.words.interval(this.number(one.low, 2), this.number(one.high, 2));
    return html`<tr>
      <th>${one.kind.toUpperCase()}${one.nps === null ? "" : `: ${this.number(one.nps)}`}</th>
      <td class="number">${this.mean(one.all)}</td>
      <td class="number">${this.mean(one.solved)}</td>
      <td class="number">${this.mean(one.unsolved)}</td>
      <td class="number">${this.mean(one.open)}</td>
      <td class="number">
        ${one.agreement === null ? "—" : this.number(one.agreement, 2)} <span class="range">${range}</span>
      </td>
    </tr>`;
  }
}
