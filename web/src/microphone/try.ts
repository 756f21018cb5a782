import "./try-page.ts";
