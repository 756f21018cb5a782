// The page listens before the sidebar is there to speak.
import "./page.ts";
import "./elements/call-assist.ts";
