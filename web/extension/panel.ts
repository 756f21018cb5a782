import "./assist-panel.ts";
