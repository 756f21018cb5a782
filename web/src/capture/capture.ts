// The sound of one or more streams as blocks of interleaved samples, one channel a stream.
//
// All streams go through one audio graph, so their channels share one clock and cannot drift
// apart.

import type { Block } from "./blocks.ts";
import { PROCESSOR, type ProcessorOptions } from "./processor.ts";

const RATE = 16_000; // what the server's models hear; less to send, nothing lost
const BLOCKS_A_SECOND = 50;

export interface Capture {
  /** Samples a second of each channel. */
  readonly rate: number;
  stop(): Promise<void>;
}

/** Starts to listen; `worklet` is the address of the script for the audio thread. */
export async function capture(
  streams: readonly MediaStream[],
  worklet: string,
  onBlock: (block: Block) => void,
): Promise<Capture> {
  const context = openContext(streams);
  try {
    await context.audioWorklet.addModule(worklet);
    const node = recorder(context, streams, onBlock);
    await context.resume();
    return {
      rate: context.sampleRate,
      async stop() {
        node.port.onmessage = null;
        await context.close();
      },
    };
  } catch (error) {
    await context.close();
    throw error;
  }
}

/** A context at our rate, or at the device's where the browser does not convert streams. */
function openContext(streams: readonly MediaStream[]): AudioContext {
  const context = new AudioContext({ sampleRate: RATE });
  try {
    for (const stream of streams) context.createMediaStreamSource(stream).disconnect();
    return context;
  } catch (error) {
    void context.close();
    if (error instanceof DOMException && error.name === "NotSupportedError") {
      return new AudioContext();
    }
    throw error;
  }
}

function recorder(
  context: AudioContext,
  streams: readonly MediaStream[],
  onBlock: (block: Block) => void,
): AudioWorkletNode {
  const channels = streams.length;
  const frames = Math.round(context.sampleRate / BLOCKS_A_SECOND);
  const node = new AudioWorkletNode(context, PROCESSOR, {
    numberOfInputs: 1,
    numberOfOutputs: 1,
    channelCount: channels,
    channelCountMode: "explicit",
    channelInterpretation: "discrete",
    processorOptions: { channels, frames } satisfies ProcessorOptions,
  });
  const merger = new ChannelMergerNode(context, { numberOfInputs: channels });
  streams.forEach((stream, channel) => {
    // An input of a merger is mono: a stereo stream is mixed down on its way.
    context.createMediaStreamSource(stream).connect(merger, 0, channel);
  });
  // The node's output is silence; only what leads to the destination is sure to be run.
  merger.connect(node).connect(context.destination);
  node.port.onmessage = ({ data }: MessageEvent<Block>) => onBlock(data);
  return node;
}
