import { LitElement, css, html, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import { otherNotes, recentTrouble, type CallState, type FaultLine, type GapLine } from "../call/state.ts";
import { raisedFlag } from "../call/marks.ts";
import type { Connection } from "../call/stream.ts";
import type { Annotation } from "../events.ts";
import { icons } from "../style/icons.ts";
import { shared } from "../style/shared.ts";
import type { Texts } from "../texts/texts.ts";

interface Remedy {
  readonly label: string;
  readonly act: () => void;
  readonly busy?: boolean;
}

/** A gap in the sound as one sentence. */
export function gapSentence(texts: Texts, gap: GapLine): string {
  const { trouble } = texts.say;
  return trouble.gap(
    texts.decimal(gap.length),
    trouble.sound[gap.channel] ?? trouble.sound[""] ?? "",
    trouble.gapReasons[gap.reason] ?? trouble.gapReasonOther,
  );
}

/** What is not as it should be, in plain words; nothing when all is well. */
@customElement("call-notices")
export class CallNotices extends LitElement {
  @property({ attribute: false }) texts!: Texts;
  @property({ attribute: false }) call!: CallState;
  @property({ attribute: false }) connection: Connection = "connecting";
  /** Seconds for which nothing has come from a running call; 0 while that is nothing unusual. */
  @property({ type: Number }) soundless = 0;

  static override styles = [
    shared,
    css`
      ul {
        display: grid;
        gap: 0.375rem;
        padding: 0 1rem 0.75rem;
      }
      li {
        display: flex;
        gap: 0.5rem;
        align-items: flex-start;
        padding: 0.5rem 0.75rem;
        border-radius: 0.625rem;
        background: var(--warningTint);
        font-size: var(--small);
        line-height: 1.4;
      }
      li svg {
        flex: none;
        color: var(--warning);
        margin-top: 0.0625rem;
      }
      li.plain {
        background: var(--unsureTint);
      }
      li.plain svg {
        color: var(--unsure);
      }
      span {
        flex: 1;
        overflow-wrap: anywhere;
      }
      button {
        flex: none;
        font-weight: 600;
        text-decoration: underline;
        text-underline-offset: 0.15em;
        min-height: 1.5rem;
        margin: -0.125rem 0;
      }
    `,
  ];

  override render(): TemplateResult | null {
    const notices = this.notices();
    return notices.length > 0 ? html`<ul>${notices}</ul>` : null;
  }

  private notices(): TemplateResult[] {
    const { call, connection, texts } = this;
    const { say } = texts;
    const shown: TemplateResult[] = [];
    if (connection === "lost" || connection === "reconnecting") {
      const retry = (): boolean => this.dispatchEvent(new CustomEvent("retry"));
      const busy = connection === "reconnecting";
      shown.push(this.warning(say.lostExplained, "lost", { label: say.retry, act: retry, busy }));
    }
    if (connection === "signed_out") {
      const enter = (): boolean => this.dispatchEvent(new CustomEvent("sign-in"));
      shown.push(this.warning(say.signedOut, "signed-out", { label: say.signIn, act: enter }));
    }
    if (call.outdated) {
      const reload = { label: say.reload, act: () => location.reload() };
      shown.push(this.warning(say.outdated, "outdated", reload));
    }
    for (const what of call.degraded) {
      shown.push(this.warning(say.trouble.degraded[what] ?? say.trouble.degradedOther, "degraded"));
    }
    if (this.soundless > 0 && connection === "open") {
      shown.push(this.warning(say.trouble.noSound(texts.integer(this.soundless)), "no-sound"));
    }
    shown.push(...this.trouble());
    const flag = raisedFlag(call.marks);
    if (flag) shown.push(this.flagged(flag));
    for (const note of otherNotes(call)) {
      const known = say.trouble.notes[note.code];
      const language = known === undefined ? call.language : texts.language;
      shown.push(html`<li class="plain" data-note=${note.code}>
        ${icons.info(16)}<span lang=${language}>${known ?? note.text}</span>
      </li>`);
    }
    return shown;
  }

  /** One line for all recent gaps and one for a recent fault, however many there were. */
  private trouble(): TemplateResult[] {
    const recent = recentTrouble(this.call);
    const gaps = recent.filter((line): line is GapLine => line.kind === "gap");
    const faults = recent.filter((line): line is FaultLine => line.kind === "fault");
    const shown: TemplateResult[] = [];
    const [newest] = gaps;
    if (newest) {
      const same = gaps.every((gap) => gap.channel === newest.channel);
      const length = gaps.reduce((sum, gap) => sum + gap.length, 0);
      const whole = { ...newest, length, channel: same ? newest.channel : "" };
      shown.push(this.warning(gapSentence(this.texts, whole), "gap"));
    }
    if (faults.length > 0) shown.push(this.warning(this.texts.say.trouble.fault, "fault"));
    return shown;
  }

  private flagged(flag: Annotation): TemplateResult {
    const { actions } = this.texts.say;
    const lower = (): boolean => this.dispatchEvent(new CustomEvent("lowered"));
    return html`<li data-notice="flagged">
      ${icons.supervisor(16)}<span>${actions.flagged(this.texts.clock(flag.start))}</span>
      <button @click=${lower}>${actions.lower}</button>
    </li>`;
  }

  private warning(text: string, name: string, button?: Remedy): TemplateResult {
    return html`<li data-notice=${name}>
      ${icons.warning(16)}<span>${text}</span>
      ${button
        ? html`<button ?disabled=${button.busy ?? false} @click=${button.act}>${button.label}</button>`
        : null}
    </li>`;
  }
}
