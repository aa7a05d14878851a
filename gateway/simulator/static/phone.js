// The page works without this; with it replies appear by themselves.
"use strict";

const form = document.getElementById("tulis");
const draft = document.getElementById("naskah");
const screenArea = document.getElementById("layar");
const lcd = document.getElementById("lcd");
const POLL_MS = 700;

// Segments as in gateway/replies/gsm7.py, whose alphabet the page brings along.
const basic = new Set(form.dataset.basic + "\n");
const escaped = new Set(form.dataset.escaped);
const [septetsAlone, septetsInPart, unitsAlone, unitsInPart] =
  form.dataset.limits.split(" ").map(Number);

function countSegments(text) {
  const characters = [...text.normalize("NFC")];
  const isGsm = characters.every((it) => basic.has(it) || escaped.has(it));
  const widths = characters.map((it) => (isGsm ? 1 + escaped.has(it) : it.length));
  const units = widths.reduce((sum, width) => sum + width, 0);
  const [alone, inPart] = isGsm
    ? [septetsAlone, septetsInPart]
    : [unitsAlone, unitsInPart];
  if (units <= alone) return { isGsm, units, room: alone, segments: 1 };
  let segments = 1;
  let room = inPart;
  for (const width of widths) {
    if (width > room) [segments, room] = [segments + 1, inPart];
    room -= width;
  }
  return { isGsm, units, room: segments * inPart, segments };
}

function showCount() {
  const { isGsm, units, room, segments } = countSegments(draft.value);
  const unit = isGsm ? "septet" : "UCS-2";
  document.getElementById("hitung").value =
    `${units}/${room} ${unit} · ${segments} SMS`;
}

async function showNews() {
  if (!document.hidden) {
    try {
      const answer = await fetch(screenArea.dataset.url);
      if (!answer.ok) throw new Error(answer.status);
      const html = await answer.text();
      if (html !== showNews.last) screenArea.innerHTML = html;
      showNews.last = html;
      lcd.classList.remove("is-offline");
    } catch {
      lcd.classList.add("is-offline");
    }
  }
  setTimeout(showNews, POLL_MS);
}

function filterMembers(event) {
  const wanted = event.target.value.toLowerCase();
  let found = 0;
  for (const member of document.querySelectorAll(".member")) {
    member.hidden = !member.textContent.toLowerCase().includes(wanted);
    found += !member.hidden;
  }
  document.getElementById("takada").hidden = found > 0;
}

function fillIn(event) {
  const example = event.target.closest("[data-text]");
  if (!example || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  draft.value = example.dataset.text;
  showCount();
  draft.focus();
}

draft.addEventListener("input", showCount);
draft.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  form.requestSubmit();
});
form.addEventListener("reset", (event) => {
  event.preventDefault();
  draft.value = "";
  showCount();
  draft.focus();
});
document.addEventListener("click", fillIn);

const search = document.getElementById("cari");
if (search) {
  search.hidden = false;
  search.addEventListener("input", filterMembers);
  // Not scrollIntoView, which would scroll the page as well.
  const list = document.getElementById("peserta");
  const active = list.querySelector(".active");
  if (active) list.scrollTop = active.offsetTop - list.clientHeight / 3;
}
showCount();
if (matchMedia("(hover: hover) and (pointer: fine)").matches) {
  draft.focus({ preventScroll: true });
  draft.setSelectionRange(draft.value.length, draft.value.length);
}
setTimeout(showNews, POLL_MS);
