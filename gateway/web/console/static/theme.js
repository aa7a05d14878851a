// Bootstrap wants to be told whether it is dark; without this the pages are light.
"use strict";

const darkness = window.matchMedia("(prefers-color-scheme: dark)");

function follow() {
  document.documentElement.dataset.bsTheme = darkness.matches ? "dark" : "light";
}

darkness.addEventListener("change", follow);
// Paper is white.
window.addEventListener("beforeprint", () => {
  document.documentElement.dataset.bsTheme = "light";
});
window.addEventListener("afterprint", follow);
follow();
