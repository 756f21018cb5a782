// The page around the sidebar: its language and title follow the sidebar's.

document.addEventListener("language-changed", (event) => {
  const { language, title } = (event as CustomEvent<{ language: string; title: string }>).detail;
  document.documentElement.lang = language;
  document.title = title;
});
