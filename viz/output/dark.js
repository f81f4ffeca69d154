// Whether the page is dark. By itself it is as the reader's system says; in a frame, whose surroundings it cannot see,
// as the page around it says, if that says anything. Either way it is told here as a media query would.
"use strict";

const dark = (() => {
  const QUERY = "(prefers-color-scheme: dark)", system = matchMedia(QUERY), changes = new EventTarget();
  const changed = () => changes.dispatchEvent(new Event("change"));
  const media = { dark: "not print", light: "not all", "": QUERY };  // paper is light, here as where a browser decides
  let said = "", rules = null;

  // The rules for dark pages, those of pictures inside too; a page whose colours were chosen has none.
  const ofDarkPages = () => [...document.styleSheets].flatMap((sheet) => [...sheet.cssRules])
    .filter((rule) => rule.media?.mediaText.includes("prefers-color-scheme"));

  addEventListener("message", ({ source, data }) => {
    if (source !== parent || !Object.hasOwn(media, data) || data === said) return;
    rules ??= ofDarkPages();
    if (!rules.length) return;
    said = data;
    for (const rule of rules) rule.media.mediaText = media[said];
    document.documentElement.style.colorScheme = said;
    changed();
  });
  system.addEventListener("change", () => { if (!said) changed(); });
  return {
    get matches() { return said ? said === "dark" : system.matches; },
    addEventListener: (kind, listener) => changes.addEventListener(kind, listener),
  };
})();
