// Says when newer messages have come; nothing on the page moves until it is clicked.
"use strict";

const link = document.getElementById("newer");
const EVERY_MS = 15000;
// A page that nobody uses must not keep its session alive for ever.
let looksLeft = 40;

async function look() {
  if (document.hidden || looksLeft < 1) return;
  looksLeft -= 1;
  const answer = await fetch(link.dataset.count, { redirect: "error" });
  if (!answer.ok) return;
  const { newer } = await answer.json();
  if (newer) {
    link.textContent = `${link.dataset.title} (${newer})`;
    link.classList.replace("btn-outline-secondary", "btn-primary");
  }
}

if (link) setInterval(() => look().catch(() => {}), EVERY_MS);
