// One line of a chat as an element. All text goes in as text nodes: nothing that a worker or the bot writes
// can become markup.

const GAP_SECONDS = 300;

export function element(tag, className = "", text = "") {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text) made.textContent = text;
  return made;
}

export function timeLine(line, before) {
  if (before && line.at - before.at < GAP_SECONDS) return null;
  const at = new Date(line.at * 1000);
  const clock = `${at.getHours()}:${String(at.getMinutes()).padStart(2, "0")}`;
  const today = at.toDateString() === new Date().toDateString();
  const made = element("li", "time");
  const stamp = element("time", "", today ? clock : `${at.getMonth() + 1}月${at.getDate()}日 ${clock}`);
  stamp.dateTime = at.toISOString();
  made.append(stamp);
  return made;
}

export function lineElement(line, phone) {
  if (line.author === "system") {
    const made = element("li", "system", line.text);
    if (line.note) made.title = line.note;
    return made;
  }
  const made = element("li", `line ${line.author}`);
  const avatar = element("div", `avatar ${line.author}`, line.author === "account" ? "工" : phone.name.slice(0, 1));
  avatar.setAttribute("aria-hidden", "true");
  const body = element("div", "body");
  const speaker = line.author === "account" ? phone.account : phone.name;
  body.append(element("span", "unseen", `${speaker}：`), bubble(line, phone));
  if (line.note) body.append(element("p", "note", line.note));
  made.append(avatar, body);
  return made;
}

function bubble(line, phone) {
  if (line.kind === "image" && line.media_id) return image(line);
  if (line.kind === "voice") return voice();
  if (line.kind === "location") return place(line.card);
  if (line.card) return card(line, phone);
  const made = element("div", "bubble");
  if (line.parts.length) made.append(...line.parts.map((part) => run(part, phone)));
  else made.append(`[${line.kind}]`);
  return made;
}

function run(part, phone) {
  if (!part.href) return document.createTextNode(part.text);
  const made = element("a", "", part.text);
  if (part.href.startsWith("weixin://bizmsgmenu")) {
    made.href = "#";
    made.setAttribute("role", "button");
    made.addEventListener("click", (event) => {
      event.preventDefault();
      phone.choose(part);
    });
  } else {
    opens(made, part.href, phone);
  }
  return made;
}

function opens(anchor, href, phone) {
  const page = href.startsWith("http://") || href.startsWith("https://");
  anchor.href = page ? phone.openAddress(href) : href.startsWith("tel:") ? href : "#";
  if (!page) return;
  anchor.target = "_blank";
  anchor.rel = "noopener";
}

function image(line) {
  const made = element("img", "picture");
  made.src = `media/${encodeURIComponent(line.media_id)}`;
  made.alt = "图片";
  return made;
}

function voice() {
  const made = element("div", "bubble voice");
  made.append(document.getElementById("waves").content.cloneNode(true), "语音 6″");
  return made;
}

function place(shown) {
  const made = element("div", "card place");
  made.append(element("p", "card-title", shown.title), element("p", "card-text", shown.description));
  const map = element("div", "map");
  map.setAttribute("aria-hidden", "true");
  made.append(map);
  return made;
}

function card(line, phone) {
  const { title, description, url } = line.card;
  const made = element("div", "card");
  made.append(element("p", "card-title", title));
  if (description) made.append(element("p", "card-text", description));
  if (/^https?:/.test(url)) {
    const more = element("a", "card-more", line.kind === "news" ? "阅读全文" : "查看详情");
    opens(more, url, phone);
    made.append(more);
  }
  return made;
}
