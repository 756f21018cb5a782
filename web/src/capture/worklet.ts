// Runs in the audio thread: hands the sound of its input on in blocks.

import { BlockMaker } from "./blocks.ts";
import { PROCESSOR, type ProcessorOptions } from "./processor.ts";

// What an AudioWorkletGlobalScope has and the library of the page's types lacks.
declare abstract class AudioWorkletProcessor {
  readonly port: MessagePort;
}
declare function registerProcessor(
  name: string,
  processor: new (options: { processorOptions: ProcessorOptions }) => AudioWorkletProcessor,
): void;

const QUANTUM = 128; // frames of one call of `process` while the input is silent

registerProcessor(
  PROCESSOR,
  class extends AudioWorkletProcessor {
    private readonly maker: BlockMaker;

    constructor({ processorOptions }: { processorOptions: ProcessorOptions }) {
      super();
      this.maker = new BlockMaker(processorOptions.channels, processorOptions.frames);
    }

    process([input = []]: readonly (readonly Float32Array[])[]): boolean {
      for (const block of this.maker.push(input, input[0]?.length ?? QUANTUM)) {
        this.port.postMessage(block, [block.pcm]);
      }
      return true; // a source that is silent for a while has not ended
    }
  },
);
