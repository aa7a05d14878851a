// The page works without this script, which shows new SMS without a reload.
"use strict";

const POLL_MS = 700;
const TAP_MS = 900;

// Segments as in gateway/domain/gsm7.py, whose alphabet the page brings along.
const { basic, escaped, limits } = document.body.dataset;
const alphabet = new Set(basic + "\n");
const escapes = new Set(escaped);
const [septetsAlone, septetsInPart, unitsAlone, unitsInPart] = limits.split(" ").map(Number);

function countSegments(text) {
  const characters = [...text.normalize("NFC")];
  const isGsm = characters.every((char) => alphabet.has(char) || escapes.has(char));
  const widths = characters.map((char) => (isGsm ? 1 + escapes.has(char) : char.length));
  const units = widths.reduce((sum, width) => sum + width, 0);
  const [alone, inPart] = isGsm ? [septetsAlone, septetsInPart] : [unitsAlone, unitsInPart];
  if (units <= alone) return { isGsm, units, room: alone, segments: 1 };
  let segments = 1;
  let room = inPart;
  for (const width of widths) {
    if (width > room) [segments, room] = [segments + 1, inPart];
    room -= width;
  }
  return { isGsm, units, room: segments * inPart, segments };
}

function write(form, text) {
  form.body.value = text;
  showCount(form);
}

function showCount(form) {
  const { isGsm, units, room, segments } = countSegments(form.body.value);
  const unit = isGsm ? "septet" : "UCS-2";
  form.querySelector("output").value = `${units}/${room} ${unit} · ${segments} SMS`;
}

// Replace only what changed, so that screen readers read it out and the focus stays.
function renew(area, html) {
  const focused = document.activeElement.id;
  const fresh = document.createElement("div");
  fresh.innerHTML = html;
  const items = [...fresh.children];
  items.forEach((item, place) => {
    const old = area.children[place];
    if (!old) area.append(item);
    else if (!old.isEqualNode(item)) old.replaceWith(item);
  });
  while (area.children.length > items.length) area.lastElementChild.remove();
  if (focused && document.activeElement === document.body) document.getElementById(focused)?.focus();
}

async function showNews(area) {
  const answer = await fetch(area.dataset.url);
  if (!answer.ok) throw new Error(answer.status);
  renew(area, await answer.text());
}

async function poll() {
  if (!document.hidden) {
    const areas = [...document.querySelectorAll("[data-url]")];
    const results = await Promise.allSettled(areas.map(showNews));
    const isOffline = results.some((result) => result.status === "rejected");
    document.body.classList.toggle("is-offline", isOffline);
    const format = { hour: "2-digit", minute: "2-digit", timeZone: "Asia/Jakarta" };
    const time = new Date().toLocaleTimeString("en-GB", format);
    for (const clock of document.querySelectorAll(".clock")) clock.textContent = time;
  }
  setTimeout(poll, POLL_MS);
}

// Post without a reload, so that the other phones keep their drafts.
async function post(event) {
  const form = event.target;
  if (form.method !== "post") return;
  event.preventDefault();
  const fields = new FormData(form);
  if (event.submitter?.name) fields.set(event.submitter.name, event.submitter.value);
  if (form.body) write(form, "");
  try {
    const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(fields), redirect: "manual" });
    if (answer.type !== "opaqueredirect") throw new Error(answer.status);
    await Promise.all([...form.querySelectorAll("[data-url]")].map(showNews));
  } catch {
    if (form.body) write(form, fields.get("body"));
    document.body.classList.add("is-offline");
  }
}

// As on a basic phone, pressing a key again soon types its next letter.
function tap(key) {
  const draft = key.form.body;
  const isAgain = tap.key === key && Date.now() - tap.at < TAP_MS;
  tap.turn = isAgain ? (tap.turn + 1) % key.dataset.types.length : 0;
  const end = draft.selectionEnd;
  draft.setRangeText(key.dataset.types[tap.turn], Math.max(0, isAgain ? end - 1 : draft.selectionStart), end, "end");
  [tap.key, tap.at] = [key, Date.now()];
  showCount(key.form);
}

function click(event) {
  const key = event.target.closest(".key");
  if (key) tap(key);
  const example = event.target.closest("[data-text]");
  if (!example || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const form = example.closest(".phone-view").querySelector("form");
  write(form, example.dataset.text);
  form.body.focus();
}

function filterMembers(event) {
  const wanted = event.target.value.toLowerCase();
  const members = [...document.querySelectorAll(".member")];
  for (const member of members) member.hidden = !member.textContent.toLowerCase().includes(wanted);
  document.getElementById("takada").hidden = members.some((member) => !member.hidden);
}

for (const form of document.querySelectorAll(".phone")) {
  showCount(form);
  form.addEventListener("input", () => showCount(form));
  form.addEventListener("keydown", (event) => {
    if (event.target !== form.body || event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    if (!event.repeat) form.requestSubmit();
  });
  form.addEventListener("reset", (event) => {
    event.preventDefault();
    write(form, "");
    form.body.focus();
  });
}
document.addEventListener("submit", post);
document.addEventListener("click", click);
// The focus stays in the draft while its phone's keys are pressed.
document.addEventListener("mousedown", (event) => event.target.closest(".key") && event.preventDefault());

const search = document.getElementById("cari");
if (search) {
  search.hidden = false;
  search.addEventListener("input", filterMembers);
  // Not scrollIntoView, which would scroll the page as well.
  const list = document.getElementById("peserta");
  const chosen = list.querySelector(".is-on");
  if (chosen) list.scrollTop = chosen.offsetTop - list.clientHeight / 3;
}
const first = document.querySelector(".phone");
if (matchMedia("(hover: hover) and (pointer: fine)").matches) {
  first.body.focus({ preventScroll: true });
  first.body.setSelectionRange(first.body.value.length, first.body.value.length);
}
setTimeout(poll, POLL_MS);
