// One telephone: its chat, its bottom bar and its sheets.

import { element, lineElement, timeLine } from "./bubbles.js";

const TALLEST_INPUT = 120;

export class Phone {
  constructor(state, account, menu) {
    const made = document.getElementById("phone").content.cloneNode(true);
    this.root = made.querySelector(".phone");
    this.openid = state.openid;
    this.name = state.name;
    this.account = account;
    this.last = null;
    this.find(".owner-name").textContent = this.name;
    this.find(".stranger-name").textContent = account;
    this.root.setAttribute("aria-label", `${this.name}的手机`);
    this.find(".chat").setAttribute("aria-label", `与${account}的对话`);
    this.find("textarea").setAttribute("aria-label", `${this.name}发消息`);
    this.listen();
    this.showTitle(false);
    this.showMenu(menu);
    this.showFollowing(state.following);
    state.lines.forEach((line) => this.add(line));
    this.showTyping(state.typing);
  }

  find(selector) {
    return this.root.querySelector(selector);
  }

  // --- What comes from the stream ---

  add(line) {
    const chat = this.find(".chat");
    const separator = timeLine(line, this.last);
    if (separator) chat.append(separator);
    chat.append(lineElement(line, this));
    this.last = line;
    if (line.author === "account") this.showTitle(false);
    this.scrollToEnd();
  }

  scrollToEnd() {
    const chat = this.find(".chat");
    chat.scrollTop = chat.scrollHeight;
  }

  showTyping(seconds) {
    this.showTitle(seconds > 0);
    clearTimeout(this.typingEnds);
    this.typingEnds = setTimeout(() => this.showTitle(false), seconds * 1000);
  }

  showTitle(typing) {
    this.find(".title").textContent = typing ? "对方正在输入…" : this.account;
  }

  showFollowing(following) {
    this.following = following;
    this.find(".owner-state").textContent = following ? "已关注" : "未关注";
    this.find(".stranger").hidden = following;
    this.find(".bottom").hidden = !following;
    if (!following) this.closeAll();
  }

  showMenu(menu) {
    const buttons = menu ? menu.button : [];
    this.find('[data-act="menu"]').hidden = !buttons.length;
    this.find(".menu").replaceChildren(...buttons.map((button) => this.menuItem(button)));
    if (!buttons.length) this.showKeyboard(true);
  }

  menuItem(button) {
    const item = element("li");
    const top = element("button", "", button.name);
    top.type = "button";
    item.append(top);
    const below = button.sub_button || [];
    if (!below.length) {
      top.addEventListener("click", () => this.press(button));
      return item;
    }
    const mark = element("span", "more-mark", "≡");
    mark.setAttribute("aria-hidden", "true");
    top.prepend(mark);
    top.setAttribute("aria-expanded", "false");
    const list = element("ul", "sub-menu");
    list.hidden = true;
    below.forEach((sub) => list.append(this.menuItem(sub)));
    top.addEventListener("click", () => this.unfold(top, list));
    item.append(list);
    return item;
  }

  unfold(top, list) {
    const opening = list.hidden;
    this.foldMenus();
    list.hidden = !opening;
    top.setAttribute("aria-expanded", String(opening));
  }

  foldMenus() {
    this.root.querySelectorAll(".sub-menu").forEach((list) => {
      list.hidden = true;
      list.previousElementSibling.setAttribute("aria-expanded", "false");
    });
  }

  press(button) {
    this.foldMenus();
    if (button.type === "click") this.do("taps", { key: button.key });
    else if (button.type === "view") {
      this.do("views", { url: button.url });
      window.open(this.openAddress(button.url), "_blank", "noopener");
    } else if (button.type === "location_select") this.openSheet("place");
    else if (button.type.startsWith("pic_")) this.openSheet("image");
    else if (button.type.startsWith("scancode_")) this.openSheet("scan");
  }

  // --- What a finger does ---

  listen() {
    this.root.addEventListener("click", (event) => {
      const button = event.target.closest("[data-act]");
      if (button) this.act(button.dataset.act);
      else if (!event.target.closest(".menu, .panel")) this.foldMenus();
    });
    this.root.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.closeAll(true);
    });
    // The end stays in sight when a picture comes in, the panel opens or another telephone takes room.
    this.find(".chat").addEventListener("load", () => this.scrollToEnd(), true);
    new ResizeObserver(() => this.scrollToEnd()).observe(this.find(".chat"));
    this.listenToInput();
    this.listenToSheets();
  }

  listenToInput() {
    const form = this.find(".typing");
    const input = form.elements.text;
    const settle = () => {
      const written = input.value.trim() !== "";
      form.querySelector(".send").hidden = !written;
      form.querySelector('[data-act="more"]').hidden = written;
      input.style.height = "auto";
      input.style.height = `${Math.min(input.scrollHeight, TALLEST_INPUT)}px`;
    };
    input.addEventListener("input", settle);
    input.addEventListener("focus", () => this.showPanel(false));
    input.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      form.requestSubmit();
    });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (!input.value.trim()) return;
      this.do("says", { text: input.value });
      input.value = "";
      settle();
      input.focus();
    });
  }

  listenToSheets() {
    const { image, place, scan } = Object.fromEntries(
      [...this.root.querySelectorAll(".sheet")].map((sheet) => [sheet.dataset.sheet, sheet]),
    );
    this.onSubmit(image, () => this.do("sends_image"));
    image.elements.file.addEventListener("change", () => this.sendImage(image.elements.file));
    this.onSubmit(place, ({ latitude, longitude, label }) =>
      this.do("sends_location", { latitude: latitude.value, longitude: longitude.value, label: label.value }),
    );
    place.elements.preset.addEventListener("change", () => this.fillPlace(place));
    this.fillPlace(place);
    this.onSubmit(scan, ({ scene }) => this.do("scans", { scene: scene.value.trim() }));
  }

  onSubmit(sheet, work) {
    sheet.addEventListener("submit", (event) => {
      event.preventDefault();
      work(sheet.elements);
      this.closeAll(true);
    });
  }

  fillPlace(sheet) {
    const { preset, latitude, longitude, label } = sheet.elements;
    [latitude.value, longitude.value] = preset.value.split(",");
    label.value = preset.selectedOptions[0].textContent;
  }

  act(name) {
    if (name === "follow") this.do("follows");
    else if (name === "unfollow") this.do("unfollows");
    else if (name === "voice") this.do("sends_voice");
    else if (name === "menu") this.showKeyboard(false);
    else if (name === "keyboard") this.showKeyboard(true);
    else if (name === "more") this.showPanel(this.find(".panel").hidden);
    else if (name === "close") this.closeAll(true);
    else this.openSheet(name);
    if (name === "voice" || name === "unfollow") this.showPanel(false);
  }

  showKeyboard(on) {
    this.find(".typing").hidden = !on;
    this.find(".menu-bar").hidden = on;
    this.showPanel(false);
    this.foldMenus();
    if (this.root.contains(document.activeElement)) {
      this.find(on ? "textarea" : '[data-act="keyboard"]').focus();
    }
  }

  showPanel(on) {
    this.find(".panel").hidden = !on;
    this.find('[data-act="more"]').setAttribute("aria-expanded", String(on));
  }

  openSheet(name) {
    this.closeAll();
    const sheet = this.find(`[data-sheet="${name}"]`);
    sheet.hidden = false;
    sheet.querySelector("input, select").focus();
  }

  closeAll(refocus = false) {
    const open = this.find(".sheet:not([hidden])");
    this.root.querySelectorAll(".sheet").forEach((sheet) => (sheet.hidden = true));
    this.showPanel(false);
    this.foldMenus();
    if (open && refocus) this.find("textarea").focus();
  }

  choose(part) {
    const query = new URL(part.href).searchParams;
    this.do("chooses", { content: query.get("msgmenucontent") || part.text, menu_id: query.get("msgmenuid") || "" });
  }

  openAddress(url) {
    return `open?${new URLSearchParams({ openid: this.openid, url })}`;
  }

  async sendImage(input) {
    const file = input.files[0];
    if (!file) return;
    await fetch(`${this.openid}/image`, { method: "POST", headers: { "Content-Type": file.type }, body: file });
    input.value = "";
    this.closeAll(true);
  }

  do(deed, fields = {}) {
    const body = JSON.stringify({ deed, ...fields });
    return fetch(`${this.openid}/deeds`, { method: "POST", headers: { "Content-Type": "application/json" }, body });
  }
}
