// What a page of another site includes: the element, and the frame as another way.

import { CallAssist } from "../elements/call-assist.ts";
import type { CallAssistElement, connectAssistFrame as Published } from "./api.ts";
import { connectAssistFrame as connect } from "./host.ts";

export { CallAssist };
export const connectAssistFrame: typeof Published = connect;

// The published type is the element's own; the build fails where it is not.
type Own = Omit<CallAssistElement, "addEventListener">;
((element: CallAssist): Own => element) satisfies (element: CallAssist) => Own;
