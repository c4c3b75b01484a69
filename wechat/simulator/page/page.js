// The desk with the telephones, kept up to date by a stream of changes.

import { element } from "./bubbles.js";
import { Phone } from "./phone.js";

const desk = document.querySelector(".desk");
const who = document.querySelector(".who select");
const phones = new Map();
let account = "";
let menu = null;

const changes = {
  state(change) {
    ({ account, menu } = change);
    const chosen = who.value;
    phones.clear();
    desk.replaceChildren();
    who.replaceChildren();
    change.phones.forEach(seat);
    pick(phones.has(chosen) ? chosen : change.phones[0]?.openid);
  },
  phone(change) {
    if (phones.has(change.phone.openid)) return;
    seat(change.phone);
    pick(change.phone.openid);
  },
  menu(change) {
    menu = change.menu;
    phones.forEach((phone) => phone.showMenu(menu));
  },
  line: (change) => phones.get(change.openid)?.add(change.line),
  typing: (change) => phones.get(change.openid)?.showTyping(change.seconds),
  following: (change) => phones.get(change.openid)?.showFollowing(change.following),
};

function seat(state) {
  const phone = new Phone(state, account, menu);
  phones.set(state.openid, phone);
  desk.append(phone.root);
  const option = element("option", "", state.name);
  option.value = state.openid;
  who.append(option);
}

// On a narrow screen one telephone fills it; `chosen` says which.
function pick(openid) {
  who.value = openid;
  phones.forEach((phone, key) => phone.root.classList.toggle("chosen", key === openid));
  phones.get(openid)?.root.scrollIntoView({ inline: "nearest", block: "nearest" });
}

who.addEventListener("change", () => pick(who.value));

document.querySelector(".add").addEventListener("submit", async (event) => {
  event.preventDefault();
  const form = event.target;
  const name = form.elements.name.value.trim();
  const known = [...phones.values()].find((phone) => phone.name === name);
  if (known) pick(known.openid);
  else await fetch("workers", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ name }) });
  form.reset();
});

const stream = new EventSource("events");
const offline = document.querySelector(".offline");
stream.addEventListener("open", () => (offline.hidden = true));
stream.addEventListener("error", () => (offline.hidden = false));
stream.addEventListener("message", (message) => {
  const change = JSON.parse(message.data);
  changes[change.event](change);
});
