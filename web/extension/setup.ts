import "./assist-setup.ts";
