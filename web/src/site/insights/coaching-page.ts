import { css, html, nothing, svg, type TemplateResult } from "lit";
import { customElement } from "lit/decorators.js";
import type { Change, Coached, Coaching, Mean, Moment, QualityNames, Thing, Worked } from "../../events.ts";
import { shared, tokens } from "../../style/shared.ts";
import { ask } from "../ask.ts";
import { site } from "../style.ts";
import { situationName } from "../texts.ts";
import { SpanPage, bar, spanStyle } from "./span-page.ts";

const WIDTH = 120;
const HEIGHT = 28;

/** What improved, what to work on, and what calmed callers down; one section an agent. */
@customElement("coaching-page")
export class CoachingPage extends SpanPage<Coaching> {
  protected readonly current = "coaching";
  protected readonly path = "api/coaching";
  private names: Readonly<Record<string, QualityNames>> = {};

  static override styles = [
    tokens,
    shared,
    site,
    spanStyle,
    css`
      section {
        padding-top: 1.5rem;
      }
      section > .scroll {
        margin-top: 0.5rem;
      }
      section > h2 {
        font-size: var(--large);
      }
      h3 {
        font-size: 1rem;
        font-weight: 650;
        padding: 1rem 0 0.5rem;
      }
      .people {
        display: flex;
        flex-wrap: wrap;
        gap: 0.25rem 1rem;
        padding-block: 0.25rem;
      }
      .people a {
        display: inline-flex;
        align-items: center;
        min-height: 1.5rem;
      }
      .course path {
        fill: none;
        stroke: var(--accent);
        stroke-width: 1.75;
      }
      .course polygon {
        fill: var(--accentTint);
      }
      .course circle {
        fill: var(--accent);
      }
      .better {
        color: var(--happy);
        font-weight: 600;
      }
      .worse {
        color: var(--angry);
        font-weight: 600;
      }
      .things {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(min(100%, 24rem), 1fr));
        gap: 1rem;
      }
      .things h4 {
        margin: 0;
        font-size: 1rem;
        font-weight: 650;
      }
      .moments {
        display: grid;
        gap: 0.75rem;
        padding-top: 0.75rem;
      }
      .moments li {
        border-left: 3px solid var(--line);
        padding-left: 0.75rem;
      }
      blockquote {
        padding-block: 0.125rem;
      }
      .instead {
        color: var(--happy);
      }
      @media print {
        section + section {
          break-before: page;
        }
        .people {
          display: none;
        }
        .things {
          display: block;
        }
        .things .card {
          margin-bottom: 0.75rem;
        }
      }
    `,
  ];

  protected override heading(): string {
    return this.words.coaching.heading;
  }

  protected override async prepared(signal: AbortSignal): Promise<void> {
    if (Object.keys(this.names).length > 0) return;
    this.names = await ask<Record<string, QualityNames>>(this.address("api/scorecard/names"), { signal });
  }

  private get named(): QualityNames {
    return this.names[this.texts.language] ?? { qualities: {}, missing: {}, rules: {} };
  }

  protected override shown(found: Coaching): TemplateResult {
    const { words } = this;
    const several = found.agents.length > 1;
    return html`<p class="quiet">${this.span(found)}. ${words.uncertainty}</p>
      ${several
        ? html`<nav class="people" aria-label=${words.coaching.agents}>
            ${found.agents.map((one, index) => html`<a href="#agent-${index}" @click=${this.follow}>${one.agent}</a>`)}
          </nav>`
        : nothing}
      ${found.agents.length === 0 ? html`<p class="card">${words.coaching.none}</p>` : nothing}
      ${found.agents.map((one, index) => this.agent(one, index))} ${this.worked(found.worked)}`;
  }

  /** A link within the shadow, which browsers don't follow by themselves. */
  private readonly follow = (event: Event): void => {
    event.preventDefault();
    const id = (event.currentTarget as HTMLAnchorElement).hash.slice(1);
    const heading = this.renderRoot.querySelector<HTMLElement>(`#${id}`);
    heading?.scrollIntoView();
    heading?.focus();
  };

  private agent(one: Coached, index: number): TemplateResult {
    const { words } = this;
    return html`<section>
      <h2 id="agent-${index}" tabindex="-1">${one.agent}</h2>
      <p class="quiet">${words.calls(this.number(one.calls))}</p>
      <h3>${words.coaching.course}</h3>
      ${one.changes.length === 0
        ? html`<p class="quiet">${words.coaching.tooFew}</p>`
        : html`<div class="card scroll" tabindex="0" role="region" aria-label="${words.coaching.course}, ${one.agent}">
            <table>
              <thead>
                <tr>
                  <th>${words.coaching.quality}</th>
                  <th>${words.coaching.courseBy(one.by)}</th>
                  <th class="number">${words.coaching.earlier}</th>
                  <th class="number">${words.coaching.later}</th>
                  <th class="number">${words.coaching.difference}</th>
                  <td></td>
                </tr>
              </thead>
              <tbody>
                ${one.changes.map((change) => this.change(change, one))}
              </tbody>
            </table>
          </div>`}
      <h3>${words.coaching.workOn}</h3>
      ${one.work_on.length === 0
        ? html`<p class="quiet">${words.coaching.nothing}</p>`
        : html`<div class="things">${one.work_on.map((thing) => this.thing(thing))}</div>`}
    </section>`;
  }

  private change(change: Change, one: Coached): TemplateResult {
    const { coaching } = this.words;
    const up = change.difference > 0;
    const verdict = change.sure ? (up ? coaching.better : coaching.worse) : coaching.same;
    const look = change.sure ? (up ? "better" : "worse") : "quiet";
    const course = one.periods.map((period) => period.qualities[change.quality]?.mean ?? null);
    return html`<tr>
      <th>${this.named.qualities[change.quality] ?? change.quality}</th>
      <td>${sparkline(course)}</td>
      <td class="number">${this.known(change.earlier)}</td>
      <td class="number">${this.known(change.later)}</td>
      <td class="number">
        ${this.signed(change.difference)}
        <span class="range">(${this.signed(change.low)} … ${this.signed(change.high)})</span>
      </td>
      <td class=${look}>${verdict}</td>
    </tr>`;
  }

  private known(mean: Mean): string {
    return mean.mean === null ? "—" : this.number(mean.mean);
  }

  private signed(value: number): string {
    const size = this.number(Math.abs(value));
    return size === "0" ? "0" : `${value > 0 ? "+" : "−"}${size}`;
  }

  private rule(rule: string, value: number): string {
    const name = this.named.rules[rule]?.name ?? rule;
    return name.replace(/\{value:\.(\d)f\}/, (_, digits) => this.number(value, Number(digits)));
  }

  private thing(thing: Thing): TemplateResult {
    const { coaching } = this.words;
    const often = coaching.often(this.number(thing.times), this.number(thing.calls), this.points(thing.points));
    return html`<div class="card" data-rule=${thing.rule}>
      <p class="quiet">${this.named.qualities[thing.quality] ?? thing.quality}</p>
      <h4>${this.rule(thing.rule, thing.moments[0]?.value ?? 0)}</h4>
      <p class="quiet">${often}</p>
      <ul class="moments">
        ${thing.moments.map((moment) => this.moment(moment, thing))}
      </ul>
    </div>`;
  }

  private points(points: number): string {
    return `−${this.number(Math.abs(points), 1)}`;
  }

  private moment(moment: Moment, thing: Thing): TemplateResult {
    const { coaching } = this.words;
    const seconds = Math.floor(moment.start);
    const clock = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
    const address = this.address(`calls/${encodeURIComponent(moment.call_id)}#t=${moment.start}`);
    const text = moment.quote || this.rule(thing.rule, moment.value);
    return html`<li>
      <a href=${address}>${this.date(moment.started_at)}, ${clock}</a>
      <blockquote lang=${moment.quote ? moment.language : this.texts.language}>
        ${moment.quote ? html`“${text}”` : text}
      </blockquote>
      <p><span class="quiet">${coaching.instead}</span> <span class="instead" lang=${moment.language}>${moment.better}</span></p>
    </li>`;
  }

  private worked(worked: readonly Worked[]): TemplateResult {
    const { coaching } = this.words;
    return html`<section>
      <h2>${coaching.worked}</h2>
      <p class="quiet">${coaching.workedNote}</p>
      ${worked.length === 0
        ? html`<p class="quiet">${coaching.noneWorked}</p>`
        : html`<div class="card scroll" tabindex="0" role="region" aria-label=${coaching.worked}>
            <table>
              <thead>
                <tr>
                  <th>${coaching.about}</th>
                  <th>${coaching.done}</th>
                  <th>${coaching.calmed}</th>
                </tr>
              </thead>
              <tbody>
                ${worked.map((one) => this.answered(one))}
              </tbody>
            </table>
          </div>`}
    </section>`;
  }

  private answered(one: Worked): TemplateResult {
    const { coaching } = this.words;
    const name = (id: string): string => situationName(this.site, id);
    const done = { act: name(one.name), rule: coaching.rule(one.name), none: coaching.nothingDone }[one.kind];
    const { low, high, count, of } = one.calmed;
    return html`<tr>
      <td>${one.about ? name(one.about) : coaching.anything}</td>
      <td>${done}</td>
      <td>
        ${bar(low, high)} ${this.share(one.calmed)}
        <span class="quiet">${coaching.of(this.number(count), this.number(of))}</span>
      </td>
    </tr>`;
  }
}

/** The course of a quality, 0 at the bottom, 100 at the top; a gap where nothing is known. */
function sparkline(values: readonly (number | null)[]): TemplateResult {
  const step = values.length > 1 ? WIDTH / (values.length - 1) : 0;
  const points = values.map((value, index) =>
    value === null ? null : ([2 + index * step * 0.966, 2 + (HEIGHT - 4) * (1 - value / 100)] as const),
  );
  const known = points.filter((point) => point !== null);
  const line = known.map(([x, y], index) => `${index === 0 ? "M" : "L"}${x.toFixed(1)} ${y.toFixed(1)}`).join("");
  const last = known.at(-1);
  return html`<svg class="course" width=${WIDTH} height=${HEIGHT} viewBox="0 0 ${WIDTH} ${HEIGHT}" aria-hidden="true">
    <path d=${line}></path>
    ${last ? svg`<circle cx=${last[0]} cy=${last[1]} r="2.5"></circle>` : nothing}
  </svg>`;
}
